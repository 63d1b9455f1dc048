"""Which events hang on an earlier one, so that it cannot be reversed while they stand (fund.md 6)."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from .effects import Change
from .events import Content, Event
from .ledger import POOL_CASH
from .refusal import BadInput, refuse

TABLE_TYPES = frozenset(
    (
        "CAP_TABLE_OPENED",
        "UNITS_ISSUED",
        "POOL_CHANGED",
        "UNITS_TRANSFERRED",
        "UNITS_SPLIT",
        "ROUND_CLOSED",
        "GRANT_CONVERTED",
        "SHARES_SOLD",
        "ADJUSTED",
    )
)
TRANCHE_TYPES = frozenset(("TRANCHE_ACCEPTED", "TRANCHE_PAID", "TRANCHE_CANCELLED"))
MONEY_ALONE = frozenset(("DIVIDEND", "RECOVERED_LATER", "CONCESSION_PAID"))
"""Types of which later events of the grant use the money at most."""
REVERSED = "REVERSED"
Told = tuple[str, Content, str]
"""(type, contents, company)."""


class Recorded(Protocol):
    """An event with what it changed."""

    @property
    def event(self) -> Event: ...

    @property
    def company(self) -> str: ...

    @property
    def changes(self) -> tuple[Change, ...]: ...


def stands_on(later: Told, earlier: Told) -> bool:
    """Whether an event rests on an earlier one by what it says.

    On a cap table every later change of it does; of one grant every later event does, but for other tranches and on money that
    only came in or went out; on a signed round its closing, what it triggered and what converted in it; on a trigger for a whole
    company what converted there.
    """
    (kind, content, company), (before, told, other) = later, earlier
    if kind in TABLE_TYPES and before in TABLE_TYPES and company == other:
        return True
    if _same_company(company, other) and _by_round(kind, content, before, told):
        return True
    if before in MONEY_ALONE or "grant" not in content or content.get("grant") != told.get("grant"):
        return False
    return not (kind in TRANCHE_TYPES and before in TRANCHE_TYPES and content.get("no") != told.get("no"))


def _same_company(one: str, other: str) -> bool:
    return one == other or not one or not other


def _by_round(kind: str, content: Content, before: str, told: Content) -> bool:
    """A trigger sums the rounds of its window, so it stands on all of them; closing and conversion on the round that they name."""
    if kind == "TRIGGER_MET":
        return before in ("ROUND_SIGNED", "ROUND_CLOSED")
    if before == "TRIGGER_MET":
        return kind == "GRANT_CONVERTED" and "grant" not in told
    named: tuple[Any, Any] = (content.get("round"), told.get("round"))
    return before == "ROUND_SIGNED" and kind in ("ROUND_CLOSED", "GRANT_CONVERTED") and (None in named or named[0] == named[1])


def standing_on(entries: Sequence[Recorded], seq: int, reversed_before: Collection[int]) -> list[int]:
    """The numbers of the later events that stand on event `seq` by what they say; of reversed ones none does."""
    first = entries[seq - 1]
    told = (first.event.type, first.event.content, first.company)
    return [
        one.event.seq
        for one in entries[seq:]
        if _stands(one, reversed_before) and stands_on((one.event.type, one.event.content, one.company), told)
    ]


def using_its_money(entries: Sequence[Recorded], seq: int, reversed_before: Collection[int], free_fen: int) -> list[int]:
    """The numbers of the later events that could not have been, had the money of event `seq` never come: free money, cash less
    what is promised, would have been below 0 after them, whether or not other money came later.

    free_fen: the free money now. Reversed events and their reversals come to nothing and are passed over.
    """
    found: list[int] = []
    without = free_fen - free_change(entries[seq - 1].changes)
    for one in reversed(entries[seq:]):
        if _stands(one, reversed_before):
            moved = free_change(one.changes)
            if moved < 0 and without < 0:
                found.append(one.event.seq)
            without -= moved
    return found[::-1]


def blocked(seq: int, later: Sequence[int], sentence: str | None = None) -> BadInput:
    """REVERSAL_BLOCKED with the whole list of the events, however long; raise what comes back."""
    refused = refuse("REVERSAL_BLOCKED", sentence, value=seq)
    refused.values["later"] = ", ".join(map(str, later))
    return refused


def free_change(changes: Iterable[Change]) -> int:
    """What changes add to the free money: cash less what is promised."""
    signs = {("ledger", POOL_CASH): 1, ("committed",): -1}
    return sum(signs.get(key, 0) * fen for key, fen in changes)


def _stands(one: Recorded, reversed_before: Collection[int]) -> bool:
    return one.event.type != REVERSED and one.event.seq not in reversed_before
