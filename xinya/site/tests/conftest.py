"""People before the door: with their passwords, their keys, and a clock that can be moved."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from xinya.zones.models import Company, Organisation, Person, Zone
from xinya.zones.tests.people import PASSWORD, someone

NEW = "a meadow with 40 cows"


@pytest.fixture
def zone(db: None) -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")


@pytest.fixture
def officer(zone: Zone) -> Person:
    """A chain officer, whose role needs a second factor outside a demonstration."""
    return someone("officer", "chain_officer", zone=zone)


@pytest.fixture
def company_person(zone: Zone) -> Person:
    """A company's own user."""
    company = Company.objects.create(zone=zone, name="海港机器", name_key="海港机器")
    Organisation.objects.get_or_create(company=company, defaults={"kind": "COMPANY", "name": company.name, "zone": zone})
    return someone("company", "company_user", company=company)


@pytest.fixture
def security(zone: Zone) -> Person:
    return someone("security", "security_officer", zone=zone)


@pytest.fixture
def strict(settings: Any) -> Any:
    """As in use: zone roles need a second factor."""
    settings.SECOND_FACTOR_REQUIRED = True
    return settings


@pytest.fixture
def with_qr(settings: Any) -> Any:
    settings.QR_SIGN_IN = True
    return settings


def at(name: str, *args: object) -> str:
    """The English address of a page."""
    with translation.override("en"):
        return reverse(name, args=args)


def knock(client: Client, name: str, password: str = PASSWORD, **more: str) -> int:
    """Send the sign-in form; answers whether somebody is signed in now, as the status: 302 in, 200 refused."""
    status: int = client.post(at("sign-in"), {"username": name, "password": password, **more}).status_code
    return status


def app_of(person: Person) -> TOTPDevice:
    """Give a person an authenticator app."""
    return TOTPDevice.objects.create(user=person, name="totp", key=random_hex(20), confirmed=True)


def code_of(device: TOTPDevice) -> str:
    """What the app shows now; the device forgets that it saw this code already."""
    device.refresh_from_db()
    device.last_t = -1
    device.throttling_failure_count = 0
    device.throttling_failure_timestamp = None
    device.save()
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    return f"{totp.token():06d}"


def shift(client: Client, **back: datetime.timedelta) -> None:
    """Move the session's own times back: seen, started, proved."""
    session = client.session
    for name, by in back.items():
        session[name] = session[name] - by.total_seconds()
    session.save()


Clock = Callable[[datetime.timedelta], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Move the clock that the door looks at."""
    from django.utils import timezone

    real = timezone.now
    moved = datetime.timedelta()

    def later(by: datetime.timedelta) -> None:
        nonlocal moved
        moved += by

    monkeypatch.setattr(timezone, "now", lambda: real() + moved)
    return later
