"""Events in order, and what follows from them: cap tables, ledger, grants; as of any day; reversal; replay of any prefix."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import effects, standing
from .effects import Change, Key, outstanding
from .events import FIRST_HASH, TYPES, Event, demand_plain, is_text, same_command, whole
from .exact import LARGEST
from .ledger import ACCOUNTS, POOL_CASH, Posting, balances, demand_same, net, opposite
from .refusal import ANOTHER_REVERSAL, HASH_STRIPPED, MONEY_IS_NEEDED, REVERSAL_STAYS, refuse
from .terms import POOL

GRANT_SUMS = (
    "approved", "paid", "cancelled", "converted", "repaid", "interest", "recovered", "written_off", "sales", "dividends",
    "equity_recovered", "equity_written_off", "recovered_later", "concession",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with what it changed. is_late: its day lies before that of an earlier event."""

    event: Event
    company: str
    changes: tuple[Change, ...]
    postings: tuple[Posting, ...]
    is_late: bool


class Book:
    """The projection of a stream of events. `append` is the only way in; what is in is never changed.

    opening: units by holder of the one company before the first event, when they were told without an event of their own; no
    hash covers them. pool_units: its unallocated pool. Cost: constant for each event, but for a split (holders) and a reversal
    (later events).
    """

    def __init__(self, opening: Mapping[str, int] | None = None, pool_units: int = 0) -> None:
        self.entries: list[Entry] = []
        self._opening: dict[Key, int] = dict(effects.opening(opening or {}, pool_units))
        self.sums: dict[Key, int] = dict(self._opening)
        self.reversed_by: dict[int, int] = {}
        self._companies: dict[str, str] = {}
        self._keys: dict[str, int] = {}
        self._last_day = datetime.date.min

    @property
    def seq(self) -> int:
        """The number of the last event; 0 before the first."""
        return len(self.entries)

    @property
    def hash(self) -> str:
        """The hash of the last event; 64 zeros before the first."""
        return self.entries[-1].event.hash if self.entries else FIRST_HASH

    def append(self, event: Event, *, after: int | None = None) -> Entry:
        """Take the next event, or refuse it and stay as before.

        seq 0 asks for the next number. after: the number the command was made at; a stream that has gone on refuses it
        with STALE_STREAM. A key that was used with the same contents gives the first result, with others
        IDEMPOTENCY_CONFLICT. Postings may be left out; given ones must be those of the type. Hashes are set, given ones checked.
        Raises SEQUENCE_BROKEN, HASH_BROKEN, POSTINGS_DIFFER, POOL_EXHAUSTED, REVERSAL_BLOCKED and what the type refuses.
        """
        demand_plain(event.content, "data")
        for name in ("stream", "recorded_at", "actor", "decision", "key"):
            if not is_text(getattr(event, name)):
                raise refuse("FIELD_WRONG", where=name, value=getattr(event, name))
        if event.key and event.key in self._keys:
            first = self.entries[self._keys[event.key] - 1]
            if not same_command(first.event, event):
                raise refuse("IDEMPOTENCY_CONFLICT", value=event.key)
            return first
        if after is not None and after != self.seq:
            raise refuse("STALE_STREAM", value=self.seq, held=after)
        if event.seq not in (0, self.seq + 1):
            raise refuse("SEQUENCE_BROKEN", value=event.seq, held=self.seq)
        if event.type not in TYPES:
            raise refuse("UNKNOWN_KIND", where=f"event {self.seq + 1}", value=event.type, known=", ".join(TYPES))
        company = effects.company_of(self.sums, event.content, self._companies)
        if event.type == "REVERSED":
            changes, moves = self._reversal(event)
        else:
            changes, moves = effects.EFFECTS[event.type](self.sums, event.content, company)
        if event.postings:
            demand_same(event.postings, moves, self.seq + 1)
        entry = self._entry(event, company, [*changes, *((("ledger", name), fen) for name, fen in net(moves).items())], moves)
        self._take(entry)
        return entry

    def extend(self, events: Iterable[Event]) -> "Book":
        """Take many, in order."""
        for event in events:
            self.append(event)
        return self

    def _entry(self, event: Event, company: str, changes: list[Change], moves: tuple[Posting, ...]) -> Entry:
        self._demand_held(changes)
        written = replace(event, seq=self.seq + 1, postings=event.postings or moves, previous=self.hash)
        digest = written.digest()
        if event.previous not in ("", self.hash) or event.hash not in ("", digest):
            raise refuse("HASH_BROKEN", value=written.seq)
        return Entry(replace(written, hash=digest), company, tuple(changes), moves, event.date < self._last_day)

    def _demand_held(self, changes: Iterable[Change]) -> None:
        """Nobody below 0 units, no cash and no free money below 0, after the event (invariants 1 and 2)."""
        after: dict[Key, int] = {}
        for key, amount in changes:
            after[key] = after.get(key, self.sums.get(key, 0)) + amount
        for key, value in after.items():
            if key[0] in ("units", "lot") and value < 0:
                raise refuse("MORE_THAN_HELD", where=key[-1], value=self.sums.get(key, 0) - value, held=self.sums.get(key, 0))
            if key[0] in ("units", "lot") and value > LARGEST:
                raise refuse("SHARES_TOO_LARGE", where=key[-1], value=value)
        cash_key, committed_key = ("ledger", "POOL_CASH"), ("committed",)
        if cash_key in after or committed_key in after:
            cash = after.get(cash_key, self.sums.get(cash_key, 0))
            free = cash - after.get(committed_key, self.sums.get(committed_key, 0))
            if free < 0:
                before = self.sums.get(cash_key, 0) - self.sums.get(committed_key, 0)
                raise refuse("POOL_EXHAUSTED", where="POOL_CASH", value=before - free, held=before)

    def _take(self, entry: Entry) -> None:
        for key, amount in entry.changes:
            self.sums[key] = self.sums.get(key, 0) + amount
            if key[0] == effects.COMPANY:
                if amount > 0:
                    self._companies[key[1]] = key[2]
                else:
                    del self._companies[key[1]]
        event = entry.event
        self.entries.append(entry)
        self._last_day = max(self._last_day, event.date)
        if event.key:
            self._keys[event.key] = event.seq
        if event.type == "REVERSED":
            self.reversed_by[self._reversed(event)] = event.seq

    def is_reversed(self, seq: int, day: datetime.date | None = None) -> bool:
        """Whether an event was reversed, by a reversal that had taken effect on `day`."""
        by = self.reversed_by.get(seq)
        return by is not None and (day is None or self.entries[by - 1].event.date <= day)

    def _reversed(self, event: Event) -> int:
        wanted = whole(event.content, "reverses")
        if isinstance(wanted, bool) or not isinstance(wanted, int) or not 1 <= wanted <= self.seq:
            raise refuse("FIELD_WRONG", where="data.reverses", value=wanted)
        return wanted

    def _reversal(self, event: Event) -> tuple[list[Change], tuple[Posting, ...]]:
        """Same changes and postings with the other sign. Refused while later events hang on the one to be reversed.

        Raises REVERSAL_BLOCKED with the numbers of those events, or because it is reversed already or a reversal itself;
        DATES_REVERSED when it would take effect before the event.
        """
        entry = self.entries[self._reversed(event) - 1]
        seq = entry.event.seq
        if seq in self.reversed_by:
            raise refuse("REVERSAL_BLOCKED", ANOTHER_REVERSAL, value=seq, by=self.reversed_by[seq])
        if entry.event.type == "REVERSED":
            raise refuse("REVERSAL_BLOCKED", REVERSAL_STAYS, value=seq)
        if event.date < entry.event.date:
            raise refuse("DATES_REVERSED", where=f"reversal of event {seq}", value=event.date, earlier=entry.event.date)
        if later := standing.standing_on(self.entries, seq, self.reversed_by):
            raise standing.blocked(seq, later)
        if later := standing.using_its_money(self.entries, seq, self.reversed_by, self._free_fen()):
            raise standing.blocked(seq, later, MONEY_IS_NEEDED)
        changes = [(key, -amount) for key, amount in entry.changes if key[0] != "ledger"]
        return changes, opposite(entry.postings)

    def _free_fen(self) -> int:
        return self.sums.get(("ledger", POOL_CASH), 0) - self.sums.get(("committed",), 0)

    def view(self) -> "View":
        """What holds after the last event."""
        return View(dict(self.sums))

    def as_of(self, day: datetime.date) -> "View":
        """What held on a day: all events that had taken effect by then, whenever they were recorded."""
        sums = dict(self._opening)
        for entry in self.entries:
            if entry.event.date <= day:
                for key, amount in entry.changes:
                    sums[key] = sums.get(key, 0) + amount
        return View(sums)

    def late(self) -> list[int]:
        """The numbers of events whose day lies before that of an earlier event."""
        return [entry.event.seq for entry in self.entries if entry.is_late]

    def events(self) -> list[Event]:
        return [entry.event for entry in self.entries]


@dataclass(frozen=True, slots=True)
class View:
    """Cap tables, ledger and grants at one point."""

    sums: dict[Key, int]

    def known(self) -> dict[Key, int]:
        """Everything that is not 0: two views are the same when these are."""
        return {key: value for key, value in self.sums.items() if value}

    def cap_table(self, company: str = "") -> dict[str, int]:
        """Units by holder, also those who hold none any more; the unallocated pool when there is one."""
        rows = {key[2]: value for key, value in self.sums.items() if key[0] == "units" and key[1] == company}
        return {holder: held for holder, held in rows.items() if holder != POOL or held}

    def companies(self) -> list[str]:
        return sorted({key[1] for key, held in self.sums.items() if key[0] == "units" and held})

    def balances(self) -> dict[str, int]:
        """Every account, in fen; debits positive; sums to 0."""
        return balances({name: self.sums.get(("ledger", name), 0) for name in ACCOUNTS})

    @property
    def cash_fen(self) -> int:
        return self.sums.get(("ledger", "POOL_CASH"), 0)

    @property
    def committed_fen(self) -> int:
        """Approved and neither paid nor cancelled: a memo account."""
        return self.sums.get(("committed",), 0)

    @property
    def free_fen(self) -> int:
        return self.cash_fen - self.committed_fen

    def grants(self) -> list[str]:
        return sorted({key[1] for key, value in self.sums.items() if key[0] == "grant" and key[2] == "approved" and value})

    def company_of(self, grant: str) -> str:
        """The company for which a grant is approved; empty when it has no name."""
        keys = (key for key, held in self.sums.items() if key[0] == effects.COMPANY and key[1] == grant and held)
        return next((key[2] for key in keys), "")

    def grant(self, grant: str) -> dict[str, int]:
        """approved, paid, cancelled, converted, repaid, recovered, written_off, outstanding, cost of what is held, in fen."""
        found = {name: self.sums.get(("grant", grant, name), 0) for name in GRANT_SUMS}
        return found | {"outstanding": outstanding(self.sums, grant), "cost": self.sums.get(("cost", grant), 0)}

    def object(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "cap_tables": {company: self.cap_table(company) for company in self.companies()},
            "balances_fen": self.balances(),
            "committed_fen": self.committed_fen,
            "free_fen": self.free_fen,
            "grants": {name: self.grant(name) for name in self.grants()},
        }


def demand_all_hashed(events: Sequence[Event]) -> None:
    """Once any event of a list carries its hash all must: a stripped hash would let the event be changed. Raises HASH_BROKEN."""
    bare = [event.seq for event in events if not event.hash]
    if bare and len(bare) < len(events):
        raise refuse("HASH_BROKEN", HASH_STRIPPED, value=min(bare))


def replay(events: Sequence[Event], *, upto: int | None = None) -> Book:
    """The book of the first `upto` events (all when None), in the order of seq. Hashes: all of them or none."""
    demand_all_hashed(events)
    ordered = sorted(events, key=lambda event: event.seq)
    return Book().extend(ordered if upto is None else ordered[:upto])
