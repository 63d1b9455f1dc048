"""QR sign-in: the forwarded picture, the second collector, the guess, the old code, the other browser: none gets a session."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.site.tests.conftest import app_of
from xinya.zones.actions import qr
from xinya.zones.actions.qr import Phone
from xinya.zones.models import Notice, Person, QrSignIn

T0 = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
NEAR, FAR = "203.0.113.7", "198.51.100.1"
pytestmark = pytest.mark.django_db


def phone_of(person: Person, *, address: str = NEAR, proved: datetime.datetime = T0, **more: Any) -> Phone:
    return Phone(person, address, proved, **more)


def asked(now: datetime.datetime = T0, address: str = NEAR) -> tuple[QrSignIn, str]:
    return qr.ask(address=address, device="Firefox, Windows", now=now)


def refused(expected: str, act: Any, /, *args: Any, **kwargs: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    assert caught.value.code == expected
    return caught.value


def approved(person: Person, now: datetime.datetime = T0) -> tuple[QrSignIn, str]:
    row, device_code = asked(now)
    here = phone_of(person, proved=now)
    qr.see(here, code=row.user_code, now=now + 2 * SECOND)
    qr.approve(here, code=row.user_code, number=row.check_number, now=now + 4 * SECOND)
    return row, device_code


# --- times, states, persons: actions with times as arguments --------------------------------------------------------


def test_the_right_number_in_time_lets_the_computer_in_once(officer: Person) -> None:
    row, device_code = approved(officer)
    assert qr.poll(device_code, now=T0 + 6 * SECOND) == "approved"
    assert qr.collect(device_code, now=T0 + 7 * SECOND).person == officer
    refused("no-code", qr.collect, device_code, now=T0 + 8 * SECOND)
    row.refresh_from_db()
    assert row.state == "used"
    told = Notice.objects.get(person=officer)
    assert "Firefox, Windows" in told.body
    acts = list(AuditRow.objects.filter(object__startswith="qr:").order_by("seq").values_list("act", flat=True))
    assert acts == ["qr-asked", "qr-seen", "qr-approved", "qr-collected"]


def test_a_replayed_code_is_unknown(officer: Person) -> None:
    row, device_code = approved(officer)
    qr.collect(device_code, now=T0 + 7 * SECOND)
    for act in (qr.see, qr.refuse):
        refused("no-code", act, phone_of(officer), code=row.user_code, now=T0 + 9 * SECOND)
    refused("no-code", qr.approve, phone_of(officer), code=row.user_code, number=row.check_number, now=T0 + 9 * SECOND)


@pytest.mark.parametrize(("second", "alive"), [(119, True), (120, False), (10**6, False)])
def test_every_step_ends_at_the_hundred_and_twentieth_second(officer: Person, second: int, alive: bool) -> None:
    now = T0 + second * SECOND
    here = phone_of(officer, proved=now)
    seen, _code = asked()
    picked, _code = asked()
    qr.see(phone_of(officer), code=picked.user_code, now=T0)
    _row, device_code = approved(officer)
    steps = [
        lambda: qr.see(here, code=seen.user_code, now=now),
        lambda: qr.approve(here, code=picked.user_code, number=picked.check_number, now=now),
        lambda: qr.collect(device_code, now=now),
    ]
    for step in steps:
        if alive:
            step()
        else:
            refused("no-code", step)


def test_expired_and_unknown_codes_are_answered_alike(officer: Person) -> None:
    row, _code = asked()
    old = refused("no-code", qr.see, phone_of(officer), code=row.user_code, now=T0 + 120 * SECOND)
    none = refused("no-code", qr.see, phone_of(officer), code="BBBBBBBB", now=T0)
    assert (old.status, old.sentence("zh")) == (none.status, none.sentence("zh"))


def test_a_wrong_number_ends_the_code(officer: Person) -> None:
    row, device_code = asked()
    here = phone_of(officer)
    qr.see(here, code=row.user_code, now=T0)
    wrong = next(n for n in row.numbers if n != row.check_number)
    refused("wrong-number", qr.approve, here, code=row.user_code, number=wrong, now=T0)
    refused("no-code", qr.approve, here, code=row.user_code, number=row.check_number, now=T0)
    refused("no-code", qr.collect, device_code, now=T0)
    assert qr.poll(device_code, now=T0) == "refused"


def test_a_number_before_the_question_is_worth_nothing(officer: Person) -> None:
    row, device_code = asked()
    refused("no-code", qr.approve, phone_of(officer), code=row.user_code, number=row.check_number, now=T0)
    refused("no-code", qr.collect, device_code, now=T0)


def test_a_code_that_one_person_saw_is_nobody_else_s(officer: Person, security: Person) -> None:
    row, device_code = asked()
    qr.see(phone_of(officer), code=row.user_code, now=T0)
    other = phone_of(security)
    for act in (qr.see, qr.refuse):
        refused("no-code", act, other, code=row.user_code, now=T0)
    refused("no-code", qr.approve, other, code=row.user_code, number=row.check_number, now=T0)
    qr.approve(phone_of(officer), code=row.user_code, number=row.check_number, now=T0)
    assert qr.collect(device_code, now=T0).person == officer


def test_two_computers_get_two_codes_and_each_its_own_answer(officer: Person) -> None:
    _one, first = approved(officer)
    _two, second = asked()
    assert qr.poll(second, now=T0) == "waiting"
    refused("no-code", qr.collect, second, now=T0 + 5 * SECOND)
    assert qr.collect(first, now=T0 + 5 * SECOND).person == officer


def test_refusing_kills_the_code(officer: Person) -> None:
    row, device_code = asked()
    qr.refuse(phone_of(officer), code=row.user_code, now=T0)
    refused("no-code", qr.see, phone_of(officer), code=row.user_code, now=T0)
    refused("no-code", qr.collect, device_code, now=T0)


@pytest.mark.parametrize(("minutes", "lets"), [(9.9, True), (10.1, False)])
def test_the_phone_s_person_proved_it_within_ten_minutes(officer: Person, minutes: float, lets: bool) -> None:
    row, _code = asked()
    here = phone_of(officer, proved=T0 - datetime.timedelta(minutes=minutes))
    if lets:
        assert qr.see(here, code=row.user_code, now=T0).state == "seen"
    else:
        refused("not-fresh", qr.see, here, code=row.user_code, now=T0)


def test_a_lent_session_lends_nothing(officer: Person) -> None:
    row, _code = asked()
    refused("not-fresh", qr.see, phone_of(officer, is_lent=True), code=row.user_code, now=T0)


def test_five_wrong_codes_a_minute_from_an_address_are_the_end_even_for_a_right_one(officer: Person) -> None:
    row, _code = asked()
    here = phone_of(officer)
    for n in range(5):
        refused("no-code", qr.find, f"BBBBBBB{'CDFGH'[n]}", phone=here, now=T0 + n * SECOND)
    assert refused("slow-down", qr.find, row.user_code, phone=here, now=T0 + 6 * SECOND).status == 429
    assert qr.find(row.user_code, phone=here, now=T0 + 66 * SECOND) == row
    assert qr.find(row.user_code, phone=phone_of(officer, address=FAR), now=T0 + 6 * SECOND) == row


@pytest.mark.parametrize(("pause", "answered"), [(1.0, False), (1.95, True), (2.0, True)])
def test_a_poll_within_two_seconds_is_slowed_down(officer: Person, pause: float, answered: bool) -> None:
    _row, device_code = asked()
    assert qr.poll(device_code, now=T0) == "waiting"
    if answered:
        assert qr.poll(device_code, now=T0 + pause * SECOND) == "waiting"
    else:
        refused("slow-down", qr.poll, device_code, now=T0 + pause * SECOND)


@pytest.mark.usefixtures("strict")
def test_the_zone_s_people_touch_a_key_for_this_very_code(officer: Person) -> None:
    row, device_code = asked()
    factor = app_of(officer).persistent_id
    before = phone_of(officer, factor=factor)
    qr.see(before, code=row.user_code, now=T0 + SECOND)
    refused("needs-touch", qr.approve, before, code=row.user_code, number=row.check_number, now=T0 + 2 * SECOND)
    without = phone_of(officer, proved=T0 + 3 * SECOND)
    refused("needs-touch", qr.approve, without, code=row.user_code, number=row.check_number, now=T0 + 4 * SECOND)
    touched = phone_of(officer, proved=T0 + 3 * SECOND, factor=factor)
    qr.approve(touched, code=row.user_code, number=row.check_number, now=T0 + 4 * SECOND)
    assert qr.collect(device_code, now=T0 + 5 * SECOND).factor == factor


def test_a_far_computer_needs_a_key_from_everybody(company_person: Person) -> None:
    row, _code = asked(address=FAR)
    here = phone_of(company_person)
    qr.see(here, code=row.user_code, now=T0)
    refused("needs-touch", qr.approve, here, code=row.user_code, number=row.check_number, now=T0)
    near, _code = asked()
    qr.see(here, code=near.user_code, now=T0)
    assert qr.approve(here, code=near.user_code, number=near.check_number, now=T0).state == "approved"


def test_a_person_who_was_locked_meanwhile_is_not_let_in(officer: Person) -> None:
    _row, device_code = approved(officer)
    officer.state, officer.is_active = Person.State.LOCKED, False
    officer.save()
    refused("no-code", qr.collect, device_code, now=T0 + 5 * SECOND)


def test_device_codes_are_stored_as_digests_and_old_rows_go(officer: Person) -> None:
    _row, device_code = asked()
    assert not QrSignIn.objects.filter(device_digest=device_code).exists()
    assert not any(device_code in row.text for row in AuditRow.objects.all())
    asked(T0 + datetime.timedelta(minutes=5))
    assert QrSignIn.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_collect_at_once_one_wins(officer: Person) -> None:
    _row, device_code = approved(officer)

    def collect(_n: int) -> bool:
        try:
            qr.collect(device_code, now=T0 + 5 * SECOND)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(collect, range(6))) == 1
