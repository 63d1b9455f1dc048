"""The chain of the log by itself: canonical text, hash, seals, and what a look through it finds. No Django, no clock."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

GENESIS = "0" * 64
SEQ_GAP = "SEQ_GAP"
PREV_MISMATCH = "PREV_MISMATCH"
ROW_CHANGED = "ROW_CHANGED"
COLUMN_DIFFERS = "COLUMN_DIFFERS"
TAIL_MISSING = "TAIL_MISSING"
SEAL_MISMATCH = "SEAL_MISMATCH"
REASONS = (SEQ_GAP, PREV_MISMATCH, ROW_CHANGED, COLUMN_DIFFERS, TAIL_MISSING, SEAL_MISMATCH)


_read = json.JSONDecoder().raw_decode  # json.loads less its outer layers, which cost as much as a hash


class Link(NamedTuple):
    """One row as it is stored. columns: the copies beside the text, None where only the text is kept."""

    seq: int
    prev: str
    hash: str
    text: str
    columns: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """What was so at one moment. count: rows from the first to `seq`, 0 where nobody counted."""

    seq: int
    hash: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look found. at, why: the first row that is wrong, None and "" for none. rows: how many were looked at.

    last: the hash of the last good row, with which a later part goes on.
    """

    rows: int
    last: str
    at: int | None = None
    why: str = ""

    @property
    def ok(self) -> bool:
        return self.at is None


def canonical(row: Mapping[str, Any]) -> str:
    """The one text of a row: JSON, keys by code point, no blanks, characters kept. Covers exactly the keys of the row.

    Raises ValueError for a float and TypeError for what JSON has no word for.
    """
    _demand_exact(row)
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _demand_exact(value: object) -> None:
    if isinstance(value, float):
        raise ValueError("a row of the log holds whole numbers and text, no float")
    if isinstance(value, Mapping):
        for key, below in value.items():
            if not isinstance(key, str):
                raise TypeError("a field of a row is named by text")
            _demand_exact(below)
    elif isinstance(value, list | tuple):
        for below in value:
            _demand_exact(below)


def link_hash(prev: str, text: str) -> str:
    """The hash that ties a row's text to the row before it."""
    return hashlib.sha256(f"{prev}\n{text}".encode()).hexdigest()


def linked(rows: Iterable[Mapping[str, Any]], prev: str = GENESIS) -> Iterator[Link]:
    """Rows, each with its own `seq`, tied one behind the other."""
    for row in rows:
        text = canonical(row)
        link = Link(row["seq"], prev, link_hash(prev, text), text)
        yield link
        prev = link.hash


def verify(
    links: Iterable[Link], *, first: int = 1, prev: str = GENESIS, last: int | None = None, seals: Iterable[Seal] = ()
) -> Verdict:
    """Look through the rows from `first` on and name the first that is wrong, in constant memory.

    prev: the hash before `first`. last: the row up to which they must reach. seals: what was so earlier; those before
    `first` are left out.
    """
    sealed: dict[int, list[Seal]] = {}
    for seal in seals:
        sealed.setdefault(seal.seq, []).append(seal)
    expected = first
    for link in links:
        why = _wrong(link, expected, prev)
        if not why and expected in sealed and not all(_holds(seal, link, first) for seal in sealed[expected]):
            why = SEAL_MISMATCH
        if why:
            return Verdict(expected - first + 1, prev, expected, why)
        prev = link.hash
        expected += 1
    if expected <= max([last or 0, *(seq for seq in sealed if seq >= first)]):
        return Verdict(expected - first, prev, expected, TAIL_MISSING)
    return Verdict(expected - first, prev)


def _wrong(link: Link, expected: int, prev: str) -> str:
    if link.seq != expected:
        return SEQ_GAP
    if link.prev != prev:
        return PREV_MISMATCH
    if link.hash != link_hash(prev, link.text):
        return ROW_CHANGED
    if link.columns is not None and not _are_copies(link.columns, link.text):
        return COLUMN_DIFFERS
    return ""


def _are_copies(columns: Mapping[str, Any], text: str) -> bool:
    try:
        row, end = _read(text)
    except ValueError:
        return False
    if not isinstance(row, dict) or end != len(text):
        return False
    copies = dict(columns)
    said = {name: row.get(name, copies) for name in copies}  # the copies themselves stand for a field that is not there
    return said == copies and [*map(type, said.values())] == [*map(type, copies.values())]  # true equals 1, but is not 1


def _holds(seal: Seal, link: Link, first: int) -> bool:
    return seal.hash == link.hash and (first > 1 or seal.count in (0, link.seq))
