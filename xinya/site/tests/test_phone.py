"""A phone number is confirmed by a code sent to it; then it signs in, and not before."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from xinya.kit.models import AuditRow
from xinya.site.tests.conftest import Clock, at, knock
from xinya.zones.actions.phones import CODES_A_DAY, TRIES
from xinya.zones.models import Person

pytestmark = pytest.mark.django_db
PHONE = "13800138000"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def outbox(settings: Any, tmp_path: Path) -> Path:
    settings.OUTBOX = tmp_path / "outbox"
    return tmp_path / "outbox"


@pytest.fixture
def client(officer: Person, outbox: Path) -> Client:
    officer.phone = "138 0013 8000"
    officer.save()
    found = Client()
    knock(found, "officer")
    return found


def sent(outbox: Path) -> list[str]:
    texts = [path.read_text("utf-8") for path in sorted(outbox.glob("sms-*.txt"))]
    assert all(f"To: {PHONE}" in text for text in texts)
    return [re.findall(r"\b\d{6}\b", text.partition("\n\n")[2])[0] for text in texts]


def test_the_code_of_the_message_confirms_the_number_and_the_number_signs_in(client: Client, outbox: Path, officer: Person) -> None:
    assert knock(Client(), PHONE) == 200
    assert client.post(at("send-phone-code")).status_code == 302
    (code,) = sent(outbox)
    assert "confirm-phone" in client.get(at("profile")).content.decode()
    assert client.post(at("confirm-phone"), {"code": code}).status_code == 302
    officer.refresh_from_db()
    assert (officer.phone, officer.is_phone_confirmed) == (PHONE, True)
    assert knock(Client(), PHONE) == 302
    rows = list(AuditRow.objects.filter(act__in=["send-phone-code", "confirm-phone"]))
    assert len(rows) == 2
    assert not any(PHONE in row.text or code in row.text for row in rows)


def test_a_wrong_code_confirms_nothing_and_after_five_the_right_one_neither(client: Client, outbox: Path, officer: Person) -> None:
    client.post(at("send-phone-code"))
    (code,) = sent(outbox)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _try in range(TRIES):
        assert client.post(at("confirm-phone"), {"code": wrong}).status_code == 422
    assert client.post(at("confirm-phone"), {"code": code}).status_code == 422
    officer.refresh_from_db()
    assert not officer.is_phone_confirmed


def test_guesses_count_whatever_the_session_remembers(client: Client, outbox: Path, officer: Person) -> None:
    """Requests at the same moment all bring the session as it was before the first of them."""
    client.post(at("send-phone-code"))
    (code,) = sent(outbox)
    before = dict(client.session.items())
    for _try in range(TRIES):
        client.post(at("confirm-phone"), {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
        session = client.session
        session.update(before)
        session.save()
    assert client.post(at("confirm-phone"), {"code": code}).status_code == 422
    officer.refresh_from_db()
    assert not officer.is_phone_confirmed


def test_a_code_holds_ten_minutes(client: Client, outbox: Path, clock: Clock) -> None:
    client.post(at("send-phone-code"))
    clock(10 * MINUTE)
    assert client.post(at("confirm-phone"), {"code": sent(outbox)[0]}).status_code == 422


def test_a_code_for_one_number_confirms_no_other(client: Client, outbox: Path, officer: Person) -> None:
    client.post(at("send-phone-code"))
    Person.objects.filter(pk=officer.pk).update(phone="13900139000")
    assert client.post(at("confirm-phone"), {"code": sent(outbox)[0]}).status_code == 422


def test_a_code_of_another_session_is_worth_nothing(client: Client, outbox: Path, officer: Person) -> None:
    client.post(at("send-phone-code"))
    other = Client()
    knock(other, "officer")
    assert other.post(at("confirm-phone"), {"code": sent(outbox)[0]}).status_code == 422


def test_five_codes_a_day_are_sent(client: Client, outbox: Path, clock: Clock) -> None:
    for _again in range(CODES_A_DAY):
        assert client.post(at("send-phone-code")).status_code == 302
    assert client.post(at("send-phone-code")).status_code == 429
    assert len(sent(outbox)) == CODES_A_DAY


def test_a_number_that_another_account_confirmed_is_refused(client: Client, outbox: Path, officer: Person) -> None:
    Person.objects.create_user("first", phone=PHONE, is_phone_confirmed=True)
    client.post(at("send-phone-code"))
    assert client.post(at("confirm-phone"), {"code": sent(outbox)[0]}).status_code == 422
    officer.refresh_from_db()
    assert not officer.is_phone_confirmed


def test_without_a_sender_the_page_offers_nothing_and_the_act_is_refused(client: Client, settings: Any) -> None:
    settings.OUTBOX = None
    assert "confirm-phone" not in client.get(at("profile")).content.decode()
    assert client.post(at("send-phone-code")).status_code == 409


def test_a_changed_number_must_be_confirmed_anew(client: Client, outbox: Path, officer: Person) -> None:
    client.post(at("send-phone-code"))
    client.post(at("confirm-phone"), {"code": sent(outbox)[0]})
    client.post(at("change-profile"), {"name": "张三", "phone": "13900139000", "language": "en"})
    officer.refresh_from_db()
    assert not officer.is_phone_confirmed
