"""QR sign-in between two browsers: who gets a session, who does not, what the pages tell."""

import datetime
import logging
import re
from typing import Any

import pytest
from django.test import Client

from xinya.site.security import NoCodes
from xinya.site.tests.conftest import Clock, app_of, at, code_of, knock, shift
from xinya.zones.engine.qr import SESSION
from xinya.zones.models import Person, QrSignIn, SessionRecord

pytestmark = pytest.mark.django_db


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
    settings.ADDRESS = "https://xinya.example.cn"
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
    caplog.handler.addFilter(NoCodes())
    caplog.set_level(logging.DEBUG)
    code, _number = ask_by_page(computer)
    phone.get("/q/BCDFGHJK")
    phone.post(f"/q/{code}", {"verb": "refuse"})
    phone.get(f"/q/{code}")
    assert "/q/…" in caplog.text
    assert code not in caplog.text
    assert "BCDFGHJK" not in caplog.text
