"""A company without an account says whether its places are right: by a one-time link that an officer or commissioner gives it.

The link holds a code of 192 random bits, of which the house keeps a digest only; it opens once, within fourteen days, for that one
company, and stops with its maker's account. Tries with codes that open nothing are counted by address.
"""

import datetime
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.zones import actions as zone_actions
from xinya.zones.actions.grants import demand_reason
from xinya.zones.models import Check, Company, FailedTry, Person, Zone
from xinya.zones.queries import visible_to
from xinya.zones.rules import has_power, works_for

from .. import queries
from ..engine.placement_states import PLACEMENT_STATES
from ..models import Placement, WordLink
from .checks import check_of_placement

DAYS, MOST_OPEN = 14, 3
WRONG_CODES, IN = 10, datetime.timedelta(hours=1)
AS_COMPANY = ("company_user",)
NOT_VALID = _("This link is not valid: it was used, it was withdrawn, it has run out, or the code is mistyped.")
TOO_MANY = _("Too many codes that open nothing were tried from here. Please come back in an hour.")
NOTE_WRONG = _("Please say to whom the link is given, in 2 to 100 characters.")
TOO_MANY_OPEN = _("Three links of this company are open already; withdraw one first.")
SIGNED_WRONG = _("Please write your name, in 2 to 60 characters.")
NOTHING_SAID = _("Please say of at least one place whether it is right.")
NOT_YOURS = _("Links are given by the zone's chain officers and by the company's commissioner.")


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of one placement: right, or wrong because."""

    is_right: bool
    reason: str = ""


def make_link(actor: Person, *, zone: Zone, company_id: int, note: str) -> tuple[WordLink, str]:
    """A link for one company; returns it with its code, which is shown this once."""
    may = (has_power(actor, "change_zone") or has_power(actor, "read_assigned")) and works_for(actor, zone)
    demand(may, "not-allowed", NOT_YOURS)
    note = note.strip()
    code = secrets.token_urlsafe(24)
    with transaction.atomic():
        seen = visible_to(actor, Company).filter(zone=zone, is_outside=False, pk=company_id)
        company = Company.objects.select_for_update().filter(pk__in=seen).first() if 0 < company_id < 2**63 else None
        if company is None:
            raise Refused("no-such-company", _("There is no such company in this zone."), status=404)
        demand(2 <= len(note) <= 100 and note.isprintable(), "note-wrong", NOTE_WRONG, status=422)
        demand(queries.links_open(company) < MOST_OPEN, "too-many-links", TOO_MANY_OPEN, status=409)
        expires = timezone.now() + datetime.timedelta(days=DAYS)
        row = WordLink.objects.create(company=company, digest=_digest(code), note=note, made_by=actor, expires_at=expires)
        record(actor, "make-link", "company", company.pk, link=row.pk, expires=expires, secret={"note": note})
    return row, code


def withdraw_link(actor: Person, *, zone: Zone, link_id: int) -> WordLink:
    """The link opens nothing any more."""
    with transaction.atomic():
        seen = visible_to(actor, WordLink).filter(company__zone=zone, pk=link_id)
        row = seen.select_for_update(of=("self",)).first() if 0 < link_id < 2**63 else None
        if row is None:
            raise Refused("no-such-link", _("There is no such link."), status=404)
        demand(row.ended_at is None, "ended-already", _("The link has ended already."), status=409)
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        record(actor, "withdraw-link", "company", row.company_id, link=row.pk)
    return row


def open_link(*, code: str, address: str) -> WordLink:
    """The link of a code, not yet used up. Raises Refused link-invalid for every code that opens nothing, whatever the reason."""
    _demand_few_tries(address)
    row = _open(code)
    if row is None:
        FailedTry.objects.create(kind=FailedTry.Kind.LINK, at=timezone.now(), address=address[:45])
        raise Refused("link-invalid", NOT_VALID, status=422)
    return row


def say_by_link(*, code: str, words: Mapping[int, Word], signed: str, address: str) -> WordLink:
    """What the company says of its places, all at once; the link is then used up. An objection stops counting until decided."""
    open_link(code=code, address=address)
    signed = signed.strip()
    demand(2 <= len(signed) <= 60 and signed.isprintable(), "signed-wrong", SIGNED_WRONG, status=422)
    with transaction.atomic():
        row = _open(code, locked=True)
        if row is None:
            raise Refused("link-invalid", NOT_VALID, status=422)
        company, now = row.company, timezone.now()
        asked = {place.pk: place for place in queries.places_asked(company, locked=True)}
        said = {pk: word for pk, word in words.items() if pk in asked}
        demand(bool(said), "nothing-said", NOTHING_SAID, status=422)
        for pk, word in sorted(said.items()):
            _take(asked[pk], word, now)
        row.used_at, row.ended_at, row.signed = now, now, signed
        row.save(update_fields=["used_at", "ended_at", "signed"])
        zone_actions.touch_zone(company.zone)
        right = sum(word.is_right for word in said.values())
        record(
            f"link:{row.pk}", "say-by-link", "company", company.pk, right=right, wrong=len(said) - right, made_by=row.made_by_id,
            secret={"signed": signed, "words": {str(pk): [w.is_right, w.reason] for pk, w in sorted(said.items())}},
        )  # fmt: skip
    return row


def _take(place: Placement, word: Word, now: datetime.datetime) -> None:
    """One placement moves as if a member of the company had said it; nobody's account stands beside it."""
    reason = "" if word.is_right else demand_reason(word.reason)
    outcome = Check.Outcome.RIGHT if word.is_right else Check.Outcome.WRONG
    check_of_placement(place, outcome, by=None, voice=Check.Voice.LINK, reason=reason)
    if word.is_right or place.state != "OBJECTED":
        PLACEMENT_STATES.move(place, "agree" if word.is_right else "object", AS_COMPANY, reason=reason)
    place.decided_by, place.decided_at, place.decided_as, place.reason = None, now, Check.Voice.LINK, reason
    place.save()


def _open(code: str, *, locked: bool = False) -> WordLink | None:
    found = WordLink.objects.select_related("company__zone", "made_by")
    if locked:
        found = found.select_for_update(of=("self",))
    row = found.filter(digest=_digest(code.strip()), ended_at=None, expires_at__gt=timezone.now(), made_by__is_active=True)
    return row.first()


def _demand_few_tries(address: str) -> None:
    tries = FailedTry.objects.filter(kind=FailedTry.Kind.LINK, address=address[:45], at__gt=timezone.now() - IN)
    demand(tries.count() < WRONG_CODES, "too-many-tries", TOO_MANY, status=429, retry_after=int(IN.total_seconds()))


def _digest(code: str) -> str:
    return hashlib.sha256(f"word {code}".encode("utf-8", "ignore")).hexdigest()
