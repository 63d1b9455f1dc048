"""Keys of other systems: made and shown once, ended, and counted at every call."""

import datetime
import hashlib
import hmac
import secrets
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.prepared import Prepared, PreparedUpdate
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..models import ApiKey, Membership, Organisation, Person
from ..queries import system_memberships, visible_to
from ..rules import has_power
from .grants import ENDED, demand_power

SCOPES = ("read", "write", "read write")
LONGEST_DAYS = 366
NOBODY = hashlib.sha256(b"no key").hexdigest()
_KEYS = Prepared(
    lambda prefix: ApiKey.objects.filter(prefix=prefix).select_related(
        "membership__person", "membership__organisation__zone", "membership__organisation__company__zone"
    ),
    "the key's own",
)


def _counting(pk: int, minute: datetime.datetime, now: datetime.datetime) -> tuple[QuerySet[ApiKey], dict[str, Any]]:
    fresh = ~Q(window_start=minute) | Q(window_start=None)
    calls = Case(When(window_start=minute, then=F("window_calls") + 1), default=Value(1))
    rows = ApiKey.objects.filter(pk=pk).filter(fresh | Q(window_calls__lt=F("limit")))
    return rows, {"window_calls": calls, "window_start": minute, "last_used_at": now}


_COUNT = PreparedUpdate(
    _counting, -1, datetime.datetime(1, 1, 2, tzinfo=datetime.UTC), datetime.datetime(1, 1, 3, tzinfo=datetime.UTC)
)


def make_key(
    actor: Person, *, name: str, scopes: str, expires_on: datetime.date, limit: int = 60, membership_id: int | None = None
) -> tuple[ApiKey, str]:  # fmt: skip
    """A key for one system; returns its row and the key itself, which is shown this once.

    A company's administrator makes it for the own membership; the security officer for that of a machine in an office.
    """
    demand_power(actor, "invite_members", "manage_accounts")
    name = name.strip()
    demand(2 <= len(name) <= 60 and name.isprintable(), "name-wrong", _("The name has 2 to 60 characters."), status=422)
    demand(scopes in SCOPES, "scopes-wrong", _("A key reads, writes, or does both."), status=422)
    demand(1 <= limit <= 6000, "limit-wrong", _("The limit is 1 to 6000 calls a minute."), status=422)
    today = timezone.localdate()
    lasts = 0 < (expires_on - today).days <= LONGEST_DAYS
    demand(lasts, "expiry-wrong", _("A key ends on a later day, within a year."), status=422)
    membership = _membership_for(actor, membership_id)
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ApiKey.objects.create(
            name=name, prefix=prefix, digest=_digest(secret), membership=membership, scopes=scopes, limit=limit,
            made_by=actor, expires_on=expires_on,
        )  # fmt: skip
        record(actor, "make-key", "key", row.pk, name=name, scopes=scopes, limit=limit, membership=membership.pk)
    return row, f"xinya_{prefix}_{secret}"


def end_key(actor: Person, *, key_id: int) -> ApiKey:
    """Whoever may see a key ends it; its next call is not known any more."""
    demand_power(actor, "invite_members", "manage_accounts")
    with transaction.atomic():
        row = visible_to(actor, ApiKey).select_for_update(of=("self",)).filter(pk=key_id).first()
        if row is None:
            raise Refused("no-such-key", _("There is no such key."), status=404)
        demand(row.ended_at is None, "ended-already", ENDED, status=409)
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        record(actor, "end-key", "key", row.pk, name=row.name)
    return row


def use_key(text: str, *, writes: bool) -> Person | None:
    """The person of a key, acting as its membership; None for a text that is no key in force. Counts the call.

    Raises Refused scope-missing (403), too-many-calls (429 with the seconds to wait). Unknown and wrong keys take the same way.
    """
    head, _mark, rest = text.partition("_")
    prefix, _mark, secret = rest.partition("_")
    row = None
    if head == "xinya" and len(prefix) == 12 and prefix.isascii() and prefix.isprintable():
        row = next(iter(_KEYS.rows(prefix)), None)
    right = hmac.compare_digest(_digest(secret), row.digest if row is not None else NOBODY)
    if row is None or not right or not _holds(row):
        return None
    _count(row)
    needed = "write" if writes else "read"
    demand(needed in row.scopes.split(), "scope-missing", _("This key has no right to %(scope)s."), scope=needed)
    person = row.membership.person
    person.acting_for = row.membership
    return person


def _holds(row: ApiKey) -> bool:
    today = timezone.localdate()
    return row.ended_at is None and today < row.expires_on and row.membership.person.is_active and row.membership.holds_on(today)


def _count(row: ApiKey) -> None:
    """One more call in this minute, in one statement, so that no two calls at once pass as one."""
    now = timezone.now()
    counted = _COUNT.change(row.pk, now.replace(second=0, microsecond=0), now)
    demand(
        counted == 1, "too-many-calls", _("This key has used its calls of this minute; the limit is %(limit)s."), status=429,
        limit=row.limit, retry_after=max(1, 60 - now.second),
    )  # fmt: skip


def _membership_for(actor: Person, membership_id: int | None) -> Membership:
    own = actor.acting_for
    if has_power(actor, "manage_accounts"):
        row = system_memberships().exclude(organisation__kind=Organisation.Kind.COMPANY).filter(pk=membership_id or 0).first()
        if row is None:
            raise Refused("no-such-membership", _("A key of the zone acts as a machine that has a role in an office."), status=422)
        return row
    if own is None or membership_id not in (None, own.pk):
        raise Refused("no-such-membership", _("You have no such membership."), status=404)
    return own


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
