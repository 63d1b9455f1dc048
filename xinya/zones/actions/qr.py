"""QR sign-in: a computer asks, a phone that is signed in sees, approves or refuses, the computer collects, once.

Every move is one update of one row with its state in the condition: of two who come at once one wins.
"""

import datetime
import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.client import same_place
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine import qr
from ..engine.notice_kinds import NoticeKind, register_kind
from ..models import FailedTry, Person, QrSignIn
from .notices import promise_notices

NO_CODE = _("This code does not hold. It may be mistyped, used, or older than two minutes. Ask for a new one on the computer.")
TOO_MANY = _("Too many codes were tried from here. Wait a minute.")
TOO_MANY_ASKED = _("Too many codes were asked for from here. Wait a minute.")
TOO_FAST = _("Ask again in two seconds.")
WRONG_NUMBER = _("That was not the number on the computer. The code is ended; nobody was signed in.")
NOT_FRESH = _("Prove first who you are; then the code is shown.")
NEEDS_TOUCH = _("Use your passkey or your authenticator app once more for this code.")
UNKNOWN = "unknown"
SIGNED_IN_BY_PHONE = register_kind(
    NoticeKind(
        "signed-in-by-phone",
        _("A computer was signed in by your phone"),
        _("%(device)s at %(address)s, %(clock)s. If that was not you, end it in My sign-in at once and change your password."),
    )
)


@dataclass(frozen=True, slots=True)
class Phone:
    """The session on the phone: whose it is, when its person last proved who they are, with which key, and whether it was lent."""

    person: Person
    address: str
    proved_at: datetime.datetime
    factor: str = ""
    is_lent: bool = False


def ask(*, address: str, device: str, next_path: str = "", now: datetime.datetime) -> tuple[QrSignIn, str]:
    """A computer asks to be signed in. Answers the row and the device code for its cookie. Raises Refused slow-down."""
    asked = QrSignIn.objects.filter(address=address, asked_at__gt=now - datetime.timedelta(minutes=1))
    if asked.count() >= qr.ASKS_A_MINUTE:
        raise Refused("slow-down", TOO_MANY_ASKED, status=429, retry_after=60)
    device_code = qr.new_device_code()
    number, numbers = qr.new_numbers()
    with transaction.atomic():
        QrSignIn.objects.filter(expires_at__lt=now - qr.LIFE).delete()
        row = QrSignIn.objects.create(
            device_digest=digest(device_code), user_code=qr.new_user_code(), check_number=number, numbers=numbers,
            state=qr.target("ask"), address=address, device=device[:60], next_path=next_path[:500],
            asked_at=now, expires_at=now + qr.LIFE,
        )  # fmt: skip
        record(UNKNOWN, "qr-asked", "qr", row.pk, address=address, device=device)
    return row, device_code


def find(code: str, *, phone: Phone, now: datetime.datetime) -> QrSignIn:
    """The open row of a code, for this person. Unknown, ended, expired and another person's codes are refused alike."""
    tries = FailedTry.objects.filter(kind=FailedTry.Kind.QR, address=phone.address, at__gt=now - datetime.timedelta(minutes=1))
    if tries.count() >= qr.GUESSES_A_MINUTE:
        raise Refused("slow-down", TOO_MANY, status=429)
    row = QrSignIn.objects.filter(user_code=qr.typed_code(code), state__in=qr.OPEN, expires_at__gt=now).first()
    if row is None or row.person_id not in (None, phone.person.pk):
        FailedTry.objects.create(kind=FailedTry.Kind.QR, at=now, address=phone.address)
        raise Refused("no-code", NO_CODE, status=404)
    return row


def see(phone: Phone, *, code: str, now: datetime.datetime) -> QrSignIn:
    """The person says that the computer stands before them; from now on the code is theirs alone."""
    row = find(code, phone=phone, now=now)
    if phone.is_lent or now - phone.proved_at > qr.FRESH:
        raise Refused("not-fresh", NOT_FRESH, status=403)
    with transaction.atomic():
        if not _move(row, "see", now, person=phone.person, seen_at=now):
            raise Refused("no-code", NO_CODE, status=404)
        record(phone.person, "qr-seen", "qr", row.pk, address=phone.address)
    return row


def needs_touch(person: Person, *, row: QrSignIn, address: str) -> bool:
    """Whether the person must prove a key for this very code: the zone's people always, everybody for a far computer."""
    return rules.needs_second_factor(person) or not same_place(row.address, address)


def approve(phone: Phone, *, code: str, number: int, now: datetime.datetime) -> QrSignIn:
    """The person picks the number that the computer shows. A wrong pick ends the code."""
    row = find(code, phone=phone, now=now)
    if row.state != "seen" or row.seen_at is None:
        raise Refused("no-code", NO_CODE, status=404)
    touched = bool(phone.factor) and phone.proved_at >= row.seen_at
    if needs_touch(phone.person, row=row, address=phone.address) and not touched:
        raise Refused("needs-touch", NEEDS_TOUCH, status=403)
    right = number == row.check_number
    with transaction.atomic():
        moved = _move(row, "approve" if right else "refuse", now, factor=phone.factor)
        act = "qr-approved" if right else "qr-refused"
        if moved:
            record(phone.person, act, "qr", row.pk, address=phone.address, asked_from=row.address, device=row.device)
    if not moved:
        raise Refused("no-code", NO_CODE, status=404)
    if not right:
        raise Refused("wrong-number", WRONG_NUMBER, status=422)
    return row


def refuse(phone: Phone, *, code: str, now: datetime.datetime) -> QrSignIn:
    """The computer is not the person's: the code ends."""
    row = find(code, phone=phone, now=now)
    with transaction.atomic():
        if not _move(row, "refuse", now):
            raise Refused("no-code", NO_CODE, status=404)
        record(phone.person, "qr-refused", "qr", row.pk, address=phone.address, asked_from=row.address, device=row.device)
    return row


def poll(device_code: str, *, now: datetime.datetime) -> str:
    """What became of the question: its state, or "expired". Raises Refused slow-down when asked again within two seconds."""
    row = QrSignIn.objects.filter(device_digest=digest(device_code)).first()
    if row is None or (row.expires_at <= now and row.state in qr.OPEN):
        return "expired"
    # A browser's timer is not exact: a tenth of a second is forgiven.
    if row.polled_at is not None and now - row.polled_at < qr.POLL - datetime.timedelta(milliseconds=100):
        raise Refused("slow-down", TOO_FAST, status=429)
    QrSignIn.objects.filter(pk=row.pk).update(polled_at=now)
    return row.state


def collect(device_code: str, *, now: datetime.datetime) -> QrSignIn:
    """The asking browser, known by its cookie, takes what the phone approved. Of two at once one gets it."""
    row = QrSignIn.objects.filter(device_digest=digest(device_code)).select_related("person").first()
    with transaction.atomic():
        if row is None or row.person is None or not row.person.is_active or not _move(row, "collect", now):
            raise Refused("no-code", NO_CODE, status=404)
        told = {
            "device": row.device or "?", "address": row.address or "?",
            "clock": f"{timezone.localtime(now):%Y-%m-%d %H:%M}",
        }  # fmt: skip
        promise_notices([row.person], kind=SIGNED_IN_BY_PHONE.code, key=str(row.pk), values=told, path="/my-sign-in/")
        record(row.person, "qr-collected", "qr", row.pk, address=row.address, device=row.device)
    return row


def digest(device_code: str) -> str:
    """How the device code is stored."""
    return hashlib.sha256(device_code.encode()).hexdigest()


def _move(row: QrSignIn, verb: str, now: datetime.datetime, **values: object) -> bool:
    """Make the move if the row still is where it leads from, is alive, and is nobody else's."""
    waiting = QrSignIn.objects.filter(pk=row.pk, state__in=qr.sources(verb), expires_at__gt=now)
    if verb != "see":
        waiting = waiting.filter(person=row.person_id) if row.person_id else waiting.filter(person=None)
    moved = waiting.update(state=qr.target(verb), **values)
    if moved:
        row.refresh_from_db()
    return bool(moved)
