"""Guessing passwords: five failures pause the account there, twenty the address; nobody learns which accounts exist."""

import base64
import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client

from xinya.kit.lockout import Limits
from xinya.kit.models import AuditRow
from xinya.site.tests.conftest import Clock, app_of, at, code_of, knock
from xinya.zones.models import FailedTry, Person, SignInPause
from xinya.zones.tests.people import PASSWORD

MINUTE = datetime.timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def body(client: Client, name: str, password: str) -> str:
    """What the page says, without its token and without the name that was typed."""
    text = client.post(at("sign-in"), {"username": name, "password": password}).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|"csrfToken": "[^"]+"', "", text).replace(f'value="{name}"', "")


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed: the costly part of a sign-in."""
    made: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        made.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return made


def test_five_failures_pause_the_account_and_the_sixth_try_is_not_even_looked_at(officer: Person, hashes: list[str]) -> None:
    client = Client()
    assert [knock(client, "officer", "wrong") for _ in range(5)] == [200] * 5
    hashes.clear()
    assert knock(client, "officer", PASSWORD) == 200
    assert hashes == []
    assert "_auth_user_id" not in client.session
    assert AuditRow.objects.filter(act="pause-sign-in", object=f"person:{officer.pk}").count() == 1


def test_four_failures_pause_nothing(officer: Person) -> None:
    client = Client()
    for _ in range(4):
        knock(client, "officer", "wrong")
    assert knock(client, "officer") == 302
    assert not SignInPause.objects.exists()


def test_failures_older_than_fifteen_minutes_count_no_more(officer: Person, clock: Clock) -> None:
    client = Client()
    for _ in range(4):
        knock(client, "officer", "wrong")
    clock(15 * MINUTE)
    assert knock(client, "officer", "wrong") == 200
    assert knock(client, "officer") == 302


def test_a_pause_lasts_fifteen_minutes_then_doubles_up_to_a_day(officer: Person, clock: Clock) -> None:
    client, lengths = Client(), []
    for _ in range(9):
        for _ in range(5):
            knock(client, "officer", "wrong")
        pause = SignInPause.objects.get(scope="pair")
        minutes = int((pause.until - pause.since) / MINUTE)
        lengths.append(minutes)
        clock((minutes - 0.2) * MINUTE)
        assert knock(client, "officer") == 200, "before its end the right password opens nothing"
        clock(0.3 * MINUTE)
    assert lengths == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    assert knock(client, "officer") == 302


def test_after_a_sign_in_the_next_pause_is_short_again(officer: Person, clock: Clock) -> None:
    client = Client()
    for _ in range(5):
        knock(client, "officer", "wrong")
    clock(16 * MINUTE)
    assert knock(client, "officer") == 302
    stranger = Client()
    for _ in range(5):
        knock(stranger, "officer", "wrong")
    assert SignInPause.objects.get(scope="pair").level == 0


def test_a_stranger_elsewhere_does_not_lock_the_officer_out(officer: Person) -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.66")
    for _ in range(30):
        knock(stranger, "officer", "wrong")
    assert knock(Client(REMOTE_ADDR="203.0.113.7"), "officer") == 302


def test_a_stranger_at_the_same_address_does_not_lock_a_known_browser_out(officer: Person) -> None:
    own = Client(REMOTE_ADDR="203.0.113.7")
    assert knock(own, "officer") == 302
    own.post(at("sign-out"))
    stranger = Client(REMOTE_ADDR="203.0.113.7")
    for n in range(30):
        knock(stranger, f"officer{n % 3 or ''}", "wrong")
    assert knock(stranger, "officer") == 200
    assert knock(own, "officer") == 302


def test_a_known_browser_has_five_tries_of_its_own(officer: Person) -> None:
    own = Client()
    knock(own, "officer")
    own.post(at("sign-out"))
    for _ in range(5):
        knock(own, "officer", "wrong")
    assert knock(own, "officer") == 200
    assert SignInPause.objects.get().scope == "browser"


def test_a_copied_or_invented_cookie_makes_no_known_browser(officer: Person, security: Person) -> None:
    own = Client()
    knock(own, "officer")
    stranger = Client()
    stranger.cookies["known"] = own.cookies["known"].value.replace(":", "x:", 1)
    for _ in range(5):
        knock(stranger, "officer", "wrong")
    assert SignInPause.objects.get().scope == "pair"
    other = Client()
    other.cookies["known"] = own.cookies["known"].value
    for _ in range(5):
        knock(other, "security", "wrong")
    assert set(SignInPause.objects.values_list("scope", flat=True)) == {"pair"}, "known to one account, not to another"


def test_twenty_failures_pause_the_address_for_all_accounts(officer: Person, security: Person) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    for n in range(20):
        knock(client, f"nobody{n}", "wrong")
    assert knock(client, "officer") == 200
    assert knock(Client(REMOTE_ADDR="203.0.113.10"), "officer") == 302
    pause = SignInPause.objects.get(scope="address")
    assert (pause.address, pause.person) == ("203.0.113.9", None)


def test_signing_in_oneself_does_not_clear_the_address(officer: Person, security: Person) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    for n in range(19):
        knock(client, f"nobody{n}", "wrong")
    assert knock(client, "officer") == 302
    client.post(at("sign-out"))
    fresh = Client(REMOTE_ADDR="203.0.113.9")
    knock(fresh, "nobody", "wrong")
    assert knock(fresh, "security") == 200


def test_guessing_from_many_addresses_pauses_unknown_browsers_for_fifteen_minutes_never_longer(
    officer: Person, clock: Clock
) -> None:
    for n in range(50):
        knock(Client(REMOTE_ADDR=f"198.51.{n}.1"), "officer", "wrong")
    assert knock(Client(REMOTE_ADDR="203.0.113.7"), "officer") == 200
    clock(16 * MINUTE)
    for n in range(50):
        knock(Client(REMOTE_ADDR=f"198.52.{n}.1"), "officer", "wrong")
    pause = SignInPause.objects.get(scope="anywhere")
    assert (pause.level, pause.until - pause.since) == (0, 15 * MINUTE)


def test_an_unknown_account_is_answered_like_a_known_one(officer: Person, hashes: list[str]) -> None:
    costs: dict[str, list[int]] = {}
    words: dict[str, list[str]] = {}
    for name in ("officer", "nobody"):
        client, costs[name], words[name] = Client(REMOTE_ADDR=f"203.0.113.{len(name)}"), [], []
        for _ in range(7):
            hashes.clear()
            words[name].append(body(client, name, "wrong password"))
            costs[name].append(len(hashes))
    assert costs["officer"] == costs["nobody"] == [1, 1, 1, 1, 1, 0, 0]
    assert words["officer"] == words["nobody"]
    assert words["officer"][0] != words["officer"][6], "somebody who waits is told so"


def test_a_locked_account_is_answered_like_a_wrong_password(officer: Person, hashes: list[str]) -> None:
    wrong = body(Client(), "officer", "wrong password")
    officer.state, officer.is_active = Person.State.LOCKED, False
    officer.save()
    hashes.clear()
    assert body(Client(), "officer", PASSWORD) == wrong
    assert len(hashes) == 1


def test_an_account_without_a_password_costs_a_hash_too(officer: Person, hashes: list[str]) -> None:
    officer.set_unusable_password()
    officer.save()
    hashes.clear()
    knock(Client(), "officer", "wrong")
    assert len(hashes) == 1


def test_how_many_tries_are_left_is_not_said(officer: Person) -> None:
    client = Client()
    assert len({body(client, "officer", "wrong password") for _ in range(5)}) == 1


def test_the_phone_number_and_the_name_are_one_account(officer: Person) -> None:
    officer.phone, officer.is_phone_confirmed = "13800138000", True
    officer.save()
    client = Client()
    assert knock(client, "138 0013 8000") == 302
    stranger = Client()
    for n in range(5):
        knock(stranger, "officer" if n % 2 else "+86 13800138000", "wrong")
    assert knock(stranger, "officer") == 200


def test_a_phone_number_that_nobody_confirmed_opens_nothing(officer: Person) -> None:
    officer.phone = "13800138000"
    officer.save()
    assert knock(Client(), "13800138000") == 200


@pytest.mark.parametrize("name", ["", "x" * 151, "a\0b", "' OR 1=1 --", "офицер"])
def test_odd_names_are_refused_without_a_trace_of_them(officer: Person, name: str) -> None:
    assert knock(Client(), name, "wrong") == 200
    assert not any(name and name in row.name for row in FailedTry.objects.all())


@pytest.mark.django_db(transaction=True)
def test_a_hundred_tries_at_once_get_no_more_than_five_looks(officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def look(self: Person, password: str) -> bool:
        looks.append(password)
        return False

    monkeypatch.setattr(Person, "check_password", look)

    def guess(n: int) -> None:
        try:
            knock(Client(), "officer", f"guess {n}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(40)))
    assert 0 < len(looks) <= 5


def test_the_programs_door_counts_the_same_tries(officer: Person) -> None:
    def call(password: str) -> int:
        pair = base64.b64encode(f"officer:{password}".encode()).decode()
        return Client().get("/api/v1/zones", HTTP_AUTHORIZATION=f"Basic {pair}").status_code

    assert call(PASSWORD) == 200
    assert [call("wrong") for _ in range(5)] == [401] * 5
    assert call(PASSWORD) == 401
    assert knock(Client(), "officer") == 200


def test_a_password_alone_opens_no_program_s_door_where_a_second_factor_is_needed(strict: Any, officer: Person) -> None:
    pair = base64.b64encode(f"officer:{PASSWORD}".encode()).decode()
    assert Client().get("/api/v1/zones", HTTP_AUTHORIZATION=f"Basic {pair}").status_code == 401


def test_a_password_alone_opens_no_program_s_door_to_somebody_who_has_a_second_factor(company_person: Person) -> None:
    pair = base64.b64encode(f"company:{PASSWORD}".encode()).decode()
    assert Client().get("/api/v1/zones", HTTP_AUTHORIZATION=f"Basic {pair}").status_code == 200
    app_of(company_person)
    assert Client().get("/api/v1/zones", HTTP_AUTHORIZATION=f"Basic {pair}").status_code == 401


def test_the_security_officer_sees_a_pause_and_ends_it(officer: Person, security: Person) -> None:
    client = Client()
    for _ in range(5):
        knock(client, "officer", "wrong")
    guard = Client()
    guard.force_login(security)
    assert "paused" in guard.get(at("accounts")).content.decode()
    page = guard.get(at("account", officer.pk)).content.decode()
    assert "127.0.0.1" in page
    reply = guard.post(at("account", officer.pk), {"verb": "unlock", "reason": "seen in person"})
    assert reply.status_code == 302
    assert knock(client, "officer") == 302
    assert AuditRow.objects.filter(act="unlock-sign-in", object=f"person:{officer.pk}", actor=f"person:{security.pk}").exists()


def test_an_end_of_a_pause_needs_a_reason(officer: Person, security: Person) -> None:
    client = Client()
    for _ in range(5):
        knock(client, "officer", "wrong")
    guard = Client()
    guard.force_login(security)
    assert guard.post(at("account", officer.pk), {"verb": "unlock", "reason": " "}).status_code == 422
    assert knock(client, "officer") == 200


def test_the_security_officer_ends_an_address_s_pause(officer: Person, security: Person) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    for n in range(20):
        knock(client, f"nobody{n}", "wrong")
    guard = Client()
    guard.force_login(security)
    assert "203.0.113.9" in guard.get(at("accounts")).content.decode()
    guard.post(at("accounts"), {"address": "203.0.113.9", "reason": "a class room"})
    assert knock(client, "officer") == 302


@pytest.mark.parametrize("path", ["accounts", "account"])
def test_accounts_are_nobody_else_s_page(officer: Person, company_person: Person, path: str) -> None:
    for person in (officer, company_person):
        client = Client()
        client.force_login(person)
        where = at(path, officer.pk) if path == "account" else at(path)
        assert client.get(where).status_code == 404
        assert client.post(where, {"verb": "reset", "reason": "x"}).status_code == 404


def test_an_operator_s_own_limit_holds(settings: Any, officer: Person) -> None:
    settings.SIGN_IN_LIMITS = Limits(per_account=2)
    client = Client()
    assert [knock(client, "officer", "wrong") for _ in range(2)] == [200, 200]
    assert knock(client, "officer") == 200


def test_a_stranger_with_the_password_cannot_guess_the_app_s_code(officer: Person) -> None:
    device = app_of(officer)
    client = Client()
    knock(client, "officer")
    assert [client.post(at("prove"), {"code": f"{n:06d}"}).status_code for n in range(3)] == [422] * 3
    device.refresh_from_db()
    assert device.throttling_failure_count >= 1
    from django_otp.oath import TOTP

    right = f"{TOTP(device.bin_key).token():06d}"
    assert client.post(at("prove"), {"code": right}).status_code == 422, "a right code within the waiting time is refused too"
    assert client.post(at("prove"), {"code": code_of(device)}).status_code == 302
