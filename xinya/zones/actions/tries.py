"""Wrong passwords are counted and sign-in pauses: per account and address, per address, per known browser."""

import datetime
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from xinya.kit.audit import record
from xinya.kit.prepared import Prepared, PreparedCounts

from ..models import FailedTry, Person, SignInPause

QUIET = datetime.timedelta(hours=24)
"""After so long without a pause the next one is the shortest again."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries to sign in: to whose account, from where. browser: its name for this account, "" when it is not known."""

    typed: str
    person: Person | None
    address: str
    browser: str

    @property
    def name(self) -> str:
        """What the failures of one account are counted under; the same whether or not there is such an account."""
        if self.person is not None:
            return name_of(self.person)
        plain = unicodedata.normalize("NFKC", self.typed).strip().casefold()
        return hashlib.sha256(f"typed {plain}".encode()).hexdigest()

    def counters(self) -> list[tuple[str, dict[str, Any], int]]:
        """What the failure counts for: the scope, its columns, how many are allowed in the window."""
        return _counters(self.name, self.address, self.browser)


def _counters(name: str, address: str, browser: str) -> list[tuple[str, dict[str, Any], int]]:
    limits, scope = settings.SIGN_IN_LIMITS, SignInPause.Scope
    if browser:
        return [(scope.BROWSER, {"name": name, "browser": browser}, limits.per_account)]
    return [
        (scope.PAIR, {"name": name, "address": address, "browser": ""}, limits.per_account),
        (scope.ADDRESS, {"address": address, "browser": ""}, limits.per_address),
        (scope.ANYWHERE, {"name": name, "browser": ""}, limits.per_account_anywhere),
    ]


def name_of(person: Person) -> str:
    """What the failures of an account are counted under."""
    return hashlib.sha256(f"person {person.pk}".encode()).hexdigest()


def begin_try(attempt: Attempt, now: datetime.datetime) -> tuple[SignInPause | None, bool]:
    """Count the try before its password is looked at; answer the pause that forbids it, and whether there was one before.

    Counting first is what stops a hundred tries at once: each sees those that came before it.
    """
    pauses = _pauses(attempt)
    running = [pause for pause in pauses.values() if pause.until > now]
    if running:
        return max(running, key=lambda pause: pause.until), True
    FailedTry.objects.create(at=now, name=attempt.name, address=attempt.address, browser=attempt.browser)
    over = _reached(attempt, pauses, now, more=1)
    return (_pause(attempt, over[0], now) if over else None), bool(pauses)


def fail_try(attempt: Attempt, now: datetime.datetime) -> None:
    """The password was wrong: the row stays, and at the limit sign-in pauses."""
    reached = _reached(attempt, _pauses(attempt), now)
    with transaction.atomic():
        subject = attempt.person.pk if attempt.person else ""
        record(UNKNOWN, "sign-in-failed", "person", subject, address=attempt.address, known_browser=bool(attempt.browser))
    for scope in reached:
        _pause(attempt, scope, now)


def pass_try(attempt: Attempt, *, was_paused: bool) -> None:
    """The password was right: what this account failed here is forgotten, with the level of its next pause.

    Other accounts' failures at the address are not: else a stranger with an account could clear the count by signing in.
    """
    scope, where, _limit = attempt.counters()[0]
    FailedTry.objects.filter(kind=FailedTry.Kind.PASSWORD, **where).delete()
    if was_paused:
        SignInPause.objects.filter(scope=scope, **where).delete()


def end_pauses(actor: Person, *, person: Person, reason: str) -> int:
    """A security officer lets a person try again at once, everywhere."""
    with transaction.atomic():
        ended = forget_failures(person)
        record(actor, "unlock-sign-in", "person", person.pk, reason=reason, pauses=ended)
    return ended


def forget_failures(person: Person) -> int:
    """Part of another act: pauses and failures of the account are gone; how many pauses there were."""
    ended, _rows = SignInPause.objects.filter(person=person).delete()
    FailedTry.objects.filter(name=name_of(person)).delete()
    return int(ended)


def end_address_pause(actor: Person, *, address: str, reason: str) -> int:
    """A security officer lets an address try again at once."""
    with transaction.atomic():
        ended, _rows = SignInPause.objects.filter(scope=SignInPause.Scope.ADDRESS, address=address).delete()
        FailedTry.objects.filter(address=address, browser="", kind=FailedTry.Kind.PASSWORD).delete()
        record(actor, "unlock-sign-in", "address", address, reason=reason, pauses=ended)
    return ended


def _pauses(attempt: Attempt) -> dict[str, SignInPause]:
    """The pauses of this attempt's counters, running or over, by their scope. One statement."""
    known = attempt.browser
    found = _PAUSES_KNOWN.rows(attempt.name, known) if known else _PAUSES.rows(attempt.name, attempt.address)
    return {pause.scope: pause for pause in found}


def _pauses_of(name: str, address: str, browser: str = "") -> QuerySet[SignInPause]:
    wanted = Q()
    for scope, where, _limit in _counters(name, address, browser):
        wanted |= Q(scope=scope, **where)
    return SignInPause.objects.filter(wanted)


_PAUSES = Prepared(_pauses_of, "the name", "the address")
_PAUSES_KNOWN = Prepared(lambda name, browser: _pauses_of(name, "", browser), "the name", "the browser")


def _reached(attempt: Attempt, pauses: dict[str, SignInPause], now: datetime.datetime, *, more: int = 0) -> list[str]:
    """The scopes whose failures have reached the limit, or are `more` beyond it. One statement.

    Failures count in the window, and since the last pause, which has paid for those before it.
    """
    name, address, browser, since = attempt.name, attempt.address, attempt.browser, now - settings.SIGN_IN_LIMITS.window
    if pauses:
        rows = list(_tries_of(name, address, browser, since, pauses))
    elif browser:
        rows = _TRIES_KNOWN.rows(name, address, browser, since)
    else:
        rows = _TRIES.rows(name, address, since)
    counters = attempt.counters()
    found = rows[0] if rows else (0,) * len(counters)
    return [scope for (scope, _where, limit), tries in zip(counters, found, strict=True) if tries >= limit + more]


def _tries_of(
    name: str, address: str, browser: str, since: datetime.datetime, pauses: Mapping[str, SignInPause] | None = None
) -> QuerySet[FailedTry, tuple[int, ...]]:
    """One row with the failures of each counter, in their order; none where nothing failed."""
    counts = {}
    for scope, where, _limit in _counters(name, address, browser):
        last = (pauses or {}).get(scope)
        counts[str(scope)] = Count("pk", filter=Q(**where) & (Q(at__gte=last.until) if last else Q()))
    near = FailedTry.objects.filter(kind=FailedTry.Kind.PASSWORD, at__gt=since).filter(Q(name=name) | Q(address=address))
    return near.order_by().values("kind").annotate(**counts).values_list(*counts)


_AT = datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)  # a mark as good as any: no try was made then
_TRIES = PreparedCounts(lambda name, address, at: _tries_of(name, address, "", at), "the name", "the address", _AT)
_TRIES_KNOWN = PreparedCounts(_tries_of, "the name", "the address", "the browser", _AT)


def _pause(attempt: Attempt, scope: str, now: datetime.datetime) -> SignInPause:
    where = {"name": "", "address": "", **next(columns for name, columns, _limit in attempt.counters() if name == scope)}
    with transaction.atomic():
        # A person's own row is held so that two tries at once make one pause, not two levels.
        last = SignInPause.objects.select_for_update().filter(scope=scope, **where).first()
        if last is not None and last.until > now:
            return last
        doubles = last is not None and now - last.until < QUIET and scope != SignInPause.Scope.ANYWHERE
        level = last.level + 1 if last is not None and doubles else 0
        until = now + settings.SIGN_IN_LIMITS.pause(level)
        person = None if scope == SignInPause.Scope.ADDRESS else attempt.person
        pause, _made = SignInPause.objects.update_or_create(
            scope=scope, **where, defaults={"level": level, "since": now, "until": until, "person": person}
        )
        FailedTry.objects.filter(at__lt=now - QUIET).delete()
        SignInPause.objects.filter(until__lt=now - 2 * QUIET).delete()
        subject = ("address", attempt.address) if scope == SignInPause.Scope.ADDRESS else ("person", person.pk if person else "")
        record(UNKNOWN, "pause-sign-in", *subject, scope=scope, until=until, level=level, address=attempt.address)
    return pause
