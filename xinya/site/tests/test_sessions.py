"""Sessions: a new name at sign-in, an end by idleness and by age, a list with an end, gone at once when a role changes."""

import datetime
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinya.kit.models import AuditRow
from xinya.site.tests.conftest import Clock, app_of, at, code_of, knock, shift
from xinya.zones.actions.sessions import end_sessions
from xinya.zones.models import Person, SessionRecord

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
HOME = "/en/"
pytestmark = pytest.mark.django_db


def is_in(client: Client) -> bool:
    status: int = client.get(HOME).status_code
    return status == 200


@pytest.mark.parametrize(("minutes", "alive"), [(14.9, True), (15, False), (600, False)])
def test_an_officer_s_session_ends_after_fifteen_minutes_without_a_click(officer: Person, minutes: float, alive: bool) -> None:
    client = Client()
    knock(client, "officer")
    shift(client, seen=minutes * MINUTE)
    assert is_in(client) is alive


@pytest.mark.parametrize(("minutes", "alive"), [(16, True), (59.9, True), (60, False)])
def test_a_company_s_session_ends_after_sixty(company_person: Person, minutes: float, alive: bool) -> None:
    client = Client()
    knock(client, "company")
    shift(client, seen=minutes * MINUTE)
    assert (client.get(at("my-sign-in")).status_code == 200) is alive


def test_a_click_keeps_a_session_alive_for_half_a_day_and_no_longer(officer: Person, clock: Clock) -> None:
    client = Client()
    knock(client, "officer")
    for _ in range(12 * 60 // 14):
        clock(14 * MINUTE)
        assert is_in(client)
    clock(14 * MINUTE)
    assert not is_in(client)


def test_an_ended_session_is_gone_for_good(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    stolen = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    shift(client, seen=15 * MINUTE)
    assert not is_in(client)
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = stolen
    assert not is_in(thief)
    assert not SessionRecord.objects.exists()
    assert AuditRow.objects.filter(act="end-session", text__contains="idle").exists()


def test_the_browser_s_name_before_sign_in_is_worth_nothing_after_it(officer: Person) -> None:
    """Session fixation."""
    client = Client()
    client.get(at("sign-in"))
    session = client.session
    session["planted"] = "x"
    session.save()
    planted = str(session.session_key)
    client.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    knock(client, "officer")
    assert client.session.session_key != planted
    attacker = Client()
    attacker.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    assert not is_in(attacker)


def test_the_second_proof_gives_the_session_another_name(officer: Person) -> None:
    device = app_of(officer)
    client = Client()
    knock(client, "officer")
    before = str(client.session.session_key)
    assert client.post(at("prove"), {"code": code_of(device)}).status_code == 302
    assert client.session.session_key != before
    assert SessionRecord.objects.get().key == client.session.session_key
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = before
    assert not is_in(thief)


def test_i_see_where_i_am_signed_in_and_end_one(officer: Person) -> None:
    here = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", REMOTE_ADDR="203.0.113.7")
    there = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/604.1")
    knock(here, "officer")
    knock(there, "officer")
    text = here.get(at("my-sign-in")).content.decode()
    assert "Firefox, Windows" in text
    assert "Safari, iPhone" in text
    assert "203.0.113.7" in text
    row = SessionRecord.objects.get(device="Safari, iPhone")
    assert here.post(at("end-session", row.pk)).status_code == 302
    assert not is_in(there)
    assert is_in(here)


def test_nobody_ends_another_s_session(officer: Person, security: Person) -> None:
    own, other = Client(), Client()
    knock(own, "officer")
    knock(other, "security")
    row = SessionRecord.objects.get(person=officer)
    assert other.post(at("end-session", row.pk)).status_code == 404
    assert is_in(own)


def test_a_change_of_role_ends_all_sessions_at_once(officer: Person) -> None:
    clients = [Client(), Client()]
    for client in clients:
        knock(client, "officer")
    assert end_sessions(officer, reason="role changed") == 2
    assert not any(is_in(client) for client in clients)
    assert not SessionRecord.objects.exists()


def test_a_request_under_way_does_not_bring_an_ended_session_back(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    session = client.session
    session["seen"] = 1
    end_sessions(officer, reason="locked")
    with pytest.raises(UpdateError):
        session.save()
    assert not is_in(client)


def test_a_person_who_is_locked_is_out_at_once(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    officer.state, officer.is_active = Person.State.LOCKED, False
    officer.save()
    assert not is_in(client)


def test_being_there_is_written_at_most_once_a_minute(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    with CaptureQueriesContext(connection) as statements:
        client.get(HOME)
        client.get(HOME)
    assert not [q for q in statements.captured_queries if q["sql"].startswith("UPDATE")]
    shift(client, seen=MINUTE)
    with CaptureQueriesContext(connection) as statements:
        client.get(HOME)
        client.get(HOME)
    assert len([q for q in statements.captured_queries if 'UPDATE "zones_session"' in q["sql"]]) == 1


def test_signing_out_ends_the_session_and_its_row(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    client.post(at("sign-out"))
    assert not is_in(client)
    assert not SessionRecord.objects.exists()


def test_an_ended_session_opens_no_program_s_door(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    assert client.get("/api/v1/zones").status_code == 200
    shift(client, seen=15 * MINUTE)
    assert client.get("/api/v1/zones").status_code == 401


def test_the_security_officer_ends_all_sessions_of_somebody(officer: Person, security: Person) -> None:
    own, guard = Client(), Client()
    knock(own, "officer")
    guard.force_login(security)
    guard.post(at("account", officer.pk), {"verb": "end-sessions", "reason": "laptop stolen"})
    assert not is_in(own)


def test_a_guest_who_reads_gets_no_cookie() -> None:
    reply = Client().get("/health")
    assert not reply.cookies


def test_cookies_are_for_the_server_alone(officer: Person) -> None:
    client = Client()
    client.get(at("sign-in"))
    knock(client, "officer")
    for name in ("session", "csrf", "known"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_over_tls_cookies_are_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    ask = "from xinya.site import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_NAME,"
    ask += " s.CSRF_COOKIE_NAME, s.KNOWN_BROWSER_COOKIE, s.QR_COOKIE, s.ADDRESS, len(s.PROXIES), s.SECOND_FACTOR_REQUIRED)"
    variables = {"XINYA_SECRET_KEY": "k" * 40, "XINYA_HOSTS": "xinya.example.cn", "XINYA_VAR": str(tmp_path)}
    asked = subprocess.run([sys.executable, "-c", ask], env=variables, capture_output=True, text=True, check=True)
    names = ["__Host-session", "__Host-csrf", "__Host-known", "__Host-qr"]
    assert asked.stdout.split() == ["True", "True", *names, "https://xinya.example.cn", "2", "True"]
