"""Events of companies and of the pool (fund.md 6): what one holds, and the hash that ties it to the one before."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Number
from typing import Any

from .exact import Inexact
from .ledger import Posting
from .refusal import refuse

TYPES = (
    "POOL_FUNDED", "GRANT_APPROVED", "GRANT_CONTRACTED", "TRANCHE_ACCEPTED", "TRANCHE_PAID", "TRANCHE_CANCELLED",
    "CAP_TABLE_OPENED", "UNITS_ISSUED", "POOL_CHANGED", "UNITS_TRANSFERRED", "UNITS_SPLIT", "ROUND_SIGNED", "ROUND_CLOSED",
    "TRIGGER_MET", "GRANT_CONVERTED", "REMAINDER_REPAID", "MATURITY_EXTENDED", "REPAID", "SHARES_SOLD", "ADJUSTED", "DIVIDEND",
    "WRITTEN_OFF", "RECOVERED_LATER", "CONCESSION_PAID", "REMITTED", "REVERSED",
)  # fmt: skip
FIRST_HASH = "0" * 64
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One fact that was recorded and is never changed.

    seq: gap-free from 1 in its stream; date: when it takes effect; recorded_at: ISO 8601, as the caller's clock said; key: of
    the command, for repeats; previous: hash of the event before (64 zeros before the first); both hashes empty: not told.
    """

    seq: int
    type: str
    date: datetime.date
    content: Content
    stream: str = ""
    recorded_at: str = ""
    actor: str = ""
    decision: str = ""
    key: str = ""
    postings: tuple[Posting, ...] = ()
    previous: str = ""
    hash: str = field(default="", compare=False)

    def told(self) -> dict[str, Any]:
        """All but the two hashes, as it is written and hashed."""
        return {
            "stream": self.stream, "seq": self.seq, "type": self.type, "date": self.date.isoformat(),
            "recorded_at": self.recorded_at, "actor": self.actor, "decision": self.decision, "key": self.key,
            "data": dict(self.content),
            "postings": [{"debit": p.debit, "credit": p.credit, "amount_fen": p.amount_fen} for p in self.postings],
        }  # fmt: skip

    def digest(self) -> str:
        """SHA-256 of the previous hash and of the event in canonical JSON (sorted keys, no blanks, UTF-8)."""
        return digest_of(self.told(), self.previous)


def digest_of(told: Mapping[str, Any], previous: str) -> str:
    """The hash of an event as written, after another."""
    line = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()


DEEPEST = 40
"""Lists in lists; contents are flat, so this is far beyond them."""


def demand_plain(value: object, where: str, depth: int = 0) -> None:
    """Refuse contents that are not whole numbers, words, lists and objects: they could not be hashed, or not the same twice.

    Raises AMOUNT_NOT_INTEGER, SHARES_NOT_INTEGER, NUMBER_NOT_EXACT, FIELD_WRONG (half of a surrogate pair, too deep, another kind).
    """
    if value is None or isinstance(value, int) or (isinstance(value, str) and is_text(value)):
        return
    if depth < DEEPEST and isinstance(value, Mapping):
        for key, below in value.items():
            if not isinstance(key, str) or not is_text(key):
                raise refuse("FIELD_WRONG", where=where, value=key)
            demand_plain(below, f"{where}.{key}", depth + 1)
    elif depth < DEEPEST and isinstance(value, list | tuple):
        for number, below in enumerate(value):
            demand_plain(below, f"{where}.{number}", depth + 1)
    else:
        raise refuse(_code_of_number(where) if isinstance(value, Number | Inexact) else "FIELD_WRONG", where=where, value=value)


def _code_of_number(where: str) -> str:
    """The code for a number that is not whole, by the field it stands in: fen, units, or another."""
    for name in reversed(where.split(".")):
        if name.endswith("_fen"):
            return "AMOUNT_NOT_INTEGER"
        if name.endswith("units") or name in ("shares", "issued", "holders"):
            return "SHARES_NOT_INTEGER"
    return "NUMBER_NOT_EXACT"


def is_text(word: str) -> bool:
    """Whether every character is one: JSON may carry half of a surrogate pair, which no file can."""
    return word.isascii() or not any("\ud800" <= c <= "\udfff" for c in word)


def same_command(one: Event, other: Event) -> bool:
    """Whether two events say the same, whenever and at whichever place they were recorded."""
    return (one.type, one.date, dict(one.content), one.stream) == (other.type, other.date, dict(other.content), other.stream)


def text(content: Content, name: str, default: str | None = None) -> str:
    """A word of the contents. Raises FIELD_MISSING, FIELD_WRONG."""
    value = content.get(name, default)
    if value is None:
        raise refuse("FIELD_MISSING", where=f"data.{name}")
    if not isinstance(value, str) or not value:
        raise refuse("FIELD_WRONG", where=f"data.{name}", value=value)
    return value


def whole(content: Content, *names: str, default: int | None = None) -> object:
    """The first of the names that the contents have. Raises FIELD_MISSING."""
    for name in names:
        if name in content:
            return content[name]
    if default is None:
        raise refuse("FIELD_MISSING", where=f"data.{names[0]}")
    return default
