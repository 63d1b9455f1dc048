"""A phone number is confirmed by a code sent to it: only then may it sign in, or link an account at another house."""

import datetime
import hashlib
import hmac
import secrets

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction

from xinya.kit.audit import record
from xinya.kit.identity import plain_phone
from xinya.kit.refusals import Refused, demand
from xinya.kit.senders import Message, NotSent, sender_of
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from ..models import FailedTry, Person
from .tries import name_of

LIFE = datetime.timedelta(minutes=10)
TRIES = 5
CODES_A_DAY = 5
KEPT = "phone_code"
GUESS = "guess-"
NO_PHONE = _("Write your phone number into the profile first: eleven digits, or with + and the country's code.")
NO_SENDER = _("No text messages are sent from here; ask the system officer.")
CONFIRMED = _("This number is confirmed already.")
TOO_MANY = _("Five codes a day are sent at most. Please come back tomorrow.")
NOT_SENT = _("The message could not be sent: %(why)s")
WRONG = _("The code is not right, or older than ten minutes. After five wrong ones ask for a new code.")
TAKEN = _("Another account has confirmed this number. Ask the security officer.")
SUBJECT = _("Your code")
TEXT = _("%(code)s is the code that confirms your phone number at Xinya. It holds for ten minutes. We never ask for it.")


def can_confirm(person: Person) -> bool:
    """Whether the page offers it: a number that is not confirmed, and a way to send a message to it."""
    return bool(plain_phone(person.phone)) and not person.is_phone_confirmed and sender_of("sms") is not None


def send_phone_code(actor: Person, *, session: SessionBase, now: datetime.datetime) -> None:
    """Send a code of six digits to the own number. It holds in this session only; the session knows its digest.

    Raises Refused no-phone, no-sender, confirmed-already, too-many-codes, not-sent.
    """
    phone, sender = plain_phone(actor.phone), sender_of("sms")
    demand(bool(phone), "no-phone", NO_PHONE, status=409)
    demand(not actor.is_phone_confirmed, "confirmed-already", CONFIRMED, status=409)
    if sender is None:
        raise Refused("no-sender", NO_SENDER, status=409)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.pk)
        since = now - datetime.timedelta(days=1)
        today = FailedTry.objects.filter(kind=FailedTry.Kind.PHONE, name=name_of(actor), browser="", at__gt=since)
        demand(today.count() < CODES_A_DAY, "too-many-codes", TOO_MANY, status=429, retry_after=24 * 60 * 60)
        counted = FailedTry.objects.create(kind=FailedTry.Kind.PHONE, name=name_of(actor), at=now)
        record(actor, "send-phone-code", "person", actor.pk, secret={"phone": phone})
    code = f"{secrets.randbelow(1_000_000):06d}"
    text = say(actor.language, TEXT, code=code)
    message = Message(counted.pk, phone, say(actor.language, SUBJECT), text, "", actor.language)
    try:
        sender.send(message)
    except (NotSent, OSError) as why:
        raise Refused("not-sent", NOT_SENT, status=503, why=str(why)[:200]) from why
    session[KEPT] = {"digest": _digest(phone, code), "until": (now + LIFE).timestamp(), "sent": counted.pk}


def confirm_phone(actor: Person, *, session: SessionBase, code: str, now: datetime.datetime) -> Person:
    """The right code confirms the number of the profile. Raises Refused code-wrong, phone-taken."""
    kept, phone = session.get(KEPT), plain_phone(actor.phone)
    if not kept or now.timestamp() >= kept["until"] or not _counted(actor, kept["sent"], now):
        session.pop(KEPT, None)
        raise Refused("code-wrong", WRONG, status=422)
    typed = "".join(c for c in code if c.isascii() and c.isdigit())
    demand(hmac.compare_digest(_digest(phone, typed), kept["digest"]), "code-wrong", WRONG, status=422)
    session.pop(KEPT)
    try:
        with transaction.atomic():
            held = Person.objects.select_for_update().get(pk=actor.pk)
            demand(plain_phone(held.phone) == phone, "code-wrong", WRONG, status=422)
            held.phone, held.is_phone_confirmed = phone, True
            held.save(update_fields=["phone", "is_phone_confirmed"])
            record(actor, "confirm-phone", "person", held.pk, secret={"phone": phone})
    except IntegrityError as twice:
        raise Refused("phone-taken", TAKEN, status=409) from twice
    return held


def _counted(actor: Person, sent: int, now: datetime.datetime) -> bool:
    """Count a guess at the code of this number before it is judged; False when its five are used up.

    In rows and behind the person's lock: a session is written as a whole, so guesses at the same moment would count once.
    """
    mine = {"kind": FailedTry.Kind.PHONE, "name": name_of(actor), "browser": f"{GUESS}{sent}"}
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.pk)
        if FailedTry.objects.filter(**mine).count() >= TRIES:
            return False
        FailedTry.objects.create(**mine, at=now)
    return True


def _digest(phone: str, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"phone:{phone}:{code}".encode(), hashlib.sha256).hexdigest()
