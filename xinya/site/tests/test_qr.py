"""QR sign-in: the forwarded picture, the second collector, the guess, the old code, the other browser: none gets a session."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.site.tests.conftest import Clock, app_of, at, code_of, knock, shift
from xinya.zones.actions import qr
from xinya.zones.actions.qr import Phone
from xinya.zones.engine.qr import SESSION
from xinya.zones.models import Person, QrSignIn, SessionRecord

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
    acts = list(AuditRow.objects.filter(subject="qr").order_by("id").values_list("act", flat=True))
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
    assert not any(device_code in row.values for row in AuditRow.objects.all())
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


# --- two browsers ---------------------------------------------------------------------------------------------------


def ask_by_page(computer: Client) -> tuple[str, int]:
    """The computer asks; what it shows: code and number."""
    assert computer.post(at("qr")).status_code == 302
    text = computer.get(at("qr")).content.decode()
    code = re.search(r'id="user-code">([A-Z-]+)<', text)
    number = re.search(r'id="check-number">(\d+)<', text)
    assert code is not None
    assert number is not None
    return code[1].replace("-", ""), int(number[1])


@pytest.fixture
def computer(with_qr: Any) -> Client:
    return Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")


@pytest.fixture
def phone(with_qr: Any, officer: Person) -> Client:
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/604.1")
    knock(client, "officer")
    return client


def test_the_computer_gets_a_new_session_of_eight_hours_without_a_say_over_keys(computer: Client, phone: Client) -> None:
    code, number = ask_by_page(computer)
    before = computer.cookies["session"].value if "session" in computer.cookies else ""
    shown = phone.get(f"/q/{code}")
    assert "Firefox, Windows" in shown.content.decode()
    assert "127.0.0.1" in shown.content.decode()
    phone.post(f"/q/{code}", {"verb": "see"})
    assert phone.post(f"/q/{code}", {"verb": "approve", "number": number}).status_code == 302
    assert computer.post(at("qr-poll")).json() == {"state": "approved"}
    reply = computer.post(at("qr-collect"))
    assert reply.status_code == 302
    assert computer.cookies["session"].value != before
    assert computer.get("/en/").status_code == 200
    row = SessionRecord.objects.get(way="qr")
    assert row.ends_at - row.started_at == SESSION
    assert computer.post(at("totp")).status_code == 403
    assert computer.get(at("change-password")).status_code == 403
    assert computer.post("/en/passkeys/registration/begin/", {}, content_type="application/json").status_code == 403
    assert "by phone" in phone.get(at("my-sign-in")).content.decode()
    phone.post(at("end-session", row.pk))
    assert computer.get("/en/").status_code == 302


def test_a_lent_session_ends_after_eight_hours(computer: Client, phone: Client, clock: Clock) -> None:
    code, number = ask_by_page(computer)
    phone.post(f"/q/{code}", {"verb": "see"})
    phone.post(f"/q/{code}", {"verb": "approve", "number": number})
    computer.post(at("qr-collect"))
    for _ in range(8 * 60 // 12 - 1):
        clock(datetime.timedelta(minutes=12))
        assert computer.get("/en/").status_code == 200
    clock(datetime.timedelta(minutes=12))
    assert computer.get("/en/").status_code == 302


def test_another_browser_with_the_code_but_not_the_cookie_gets_nothing(computer: Client, phone: Client) -> None:
    code, number = ask_by_page(computer)
    phone.post(f"/q/{code}", {"verb": "see"})
    phone.post(f"/q/{code}", {"verb": "approve", "number": number})
    thief = Client()
    thief.cookies["qr"] = "guessed"
    for client in (thief, Client()):
        client.post(at("qr-collect"))
        assert client.get("/en/").status_code == 302
        assert client.post(at("qr-poll")).json() == {"state": "expired"}
    computer.post(at("qr-collect"))
    assert computer.get("/en/").status_code == 200


def test_a_phone_that_is_signed_out_gets_the_sign_in_page_and_nothing_moves(computer: Client) -> None:
    code, _number = ask_by_page(computer)
    stranger = Client()
    for reply in (stranger.get(f"/q/{code}"), stranger.post(f"/q/{code}", {"verb": "see"})):
        assert reply.status_code == 302
        assert "/sign-in/" in reply["Location"]
    assert "_auth_user_id" not in stranger.session
    assert QrSignIn.objects.get().state == "waiting"


def test_a_planted_session_is_not_taken_over(computer: Client, phone: Client, security: Person) -> None:
    """Fixation, and whoever was signed in at the computer before."""
    attacker = Client()
    knock(attacker, "security")
    computer.cookies["session"] = attacker.cookies["session"].value
    code, number = ask_by_page(computer)
    phone.post(f"/q/{code}", {"verb": "see"})
    phone.post(f"/q/{code}", {"verb": "approve", "number": number})
    computer.post(at("qr-collect"))
    assert int(computer.session["_auth_user_id"]) != security.pk
    assert computer.cookies["session"].value != attacker.cookies["session"].value


def test_looking_changes_nothing(computer: Client, phone: Client) -> None:
    code, _number = ask_by_page(computer)
    for _ in range(5):
        phone.get(f"/q/{code}")
        computer.get(at("qr"))
    assert QrSignIn.objects.get().state == "waiting"


def test_an_old_proof_is_asked_for_again_before_anything_is_shown(computer: Client, phone: Client) -> None:
    code, _number = ask_by_page(computer)
    shift(phone, proved=datetime.timedelta(minutes=10))
    reply = phone.get(f"/q/{code}")
    assert reply.status_code == 302
    assert "/prove/" in reply["Location"]


def test_a_key_s_person_is_asked_for_it_after_saying_yes(computer: Client, strict: Any, officer: Person) -> None:
    device = app_of(officer)
    phone = Client()
    knock(phone, "officer")
    phone.post(at("prove"), {"code": code_of(device)})
    code, number = ask_by_page(computer)
    reply = phone.post(f"/q/{code}", {"verb": "see"})
    assert "/prove/" in reply["Location"]
    assert "/prove/" in phone.post(f"/q/{code}", {"verb": "approve", "number": number})["Location"]
    phone.post(at("prove"), {"code": code_of(device), "next": f"/q/{code}"})
    phone.post(f"/q/{code}", {"verb": "approve", "number": number})
    computer.post(at("qr-collect"))
    assert computer.get("/en/").status_code == 200


def test_the_typed_code_leads_to_the_same_page(computer: Client, phone: Client) -> None:
    code, _number = ask_by_page(computer)
    reply = phone.post("/q", {"code": f"{code[:4]}-{code[4:]}".lower()})
    assert reply["Location"] == f"/q/{code}"


def test_the_pages_tell_nobody_their_address_and_stay_in_no_cache(computer: Client, phone: Client) -> None:
    code, _number = ask_by_page(computer)
    for reply in (phone.get(f"/q/{code}"), computer.get(at("qr")), phone.get("/q/BBBBBBBB")):
        assert reply["Referrer-Policy"] == "no-referrer"
        assert "no-store" in reply["Cache-Control"]
        assert "frame-ancestors 'none'" in reply["Content-Security-Policy"]


def test_the_link_comes_from_the_settings_not_from_the_request(computer: Client, phone: Client, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://xinya.example.cn"
    ask_by_page(computer)
    assert "https://xinya.example.cn/q" in computer.get(at("qr")).content.decode()


def test_where_it_is_switched_off_there_is_nothing(phone: Client, settings: Any) -> None:
    settings.QR_SIGN_IN = False
    assert Client().post(at("qr")).status_code == 404
    assert phone.get("/q/BBBBBBBB").status_code == 404
    assert at("qr") not in Client().get(at("sign-in")).content.decode()


def test_a_guess_storm_by_page_is_slowed_down(phone: Client) -> None:
    statuses = [phone.get(f"/q/BBBBBBB{letter}").status_code for letter in "CDFGHJK"]
    assert statuses == [404] * 5 + [429] * 2


def test_no_code_is_written_into_the_log(computer: Client, phone: Client, caplog: pytest.LogCaptureFixture) -> None:
    import logging

    from xinya.site.security import NoCodes

    caplog.handler.addFilter(NoCodes())
    caplog.set_level(logging.DEBUG)
    code, _number = ask_by_page(computer)
    phone.get("/q/BCDFGHJK")
    phone.post(f"/q/{code}", {"verb": "refuse"})
    phone.get(f"/q/{code}")
    assert "/q/…" in caplog.text
    assert code not in caplog.text
    assert "BCDFGHJK" not in caplog.text
    assert timezone.now() is not None
