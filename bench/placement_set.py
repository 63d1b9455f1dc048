"""The labelled names with what is known of their companies, and how placements are scored against them."""

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bench import ckg
from bench.placement_draw import FRESH, LABELS, MORE
from xinya.chain.engine.placement import Placement
from xinya.chain.files import shipped_atlas

NOWHERE = "nowhere"
Placed = tuple[str, float, bool]  # segment, confidence, is automatic


@dataclass(frozen=True)
class Labelled:
    """A name with its acceptable segments (NOWHERE among them: leaving it out is right too) and its company's other names."""

    key: int
    text: str
    split: str
    stratum: str
    company: str
    first: frozenset[str]
    second: frozenset[str]
    final: frozenset[str]

    @property
    def is_firm(self) -> bool:
        """Must be placed: leaving it out is a miss."""
        return NOWHERE not in self.final

    @property
    def belongs_nowhere(self) -> bool:
        return self.final == {NOWHERE}


@lru_cache(maxsize=1)
def labelled() -> tuple[Labelled, ...]:
    """The whole set, names read from the public list."""
    return _read(LABELS)


@lru_cache(maxsize=1)
def more() -> tuple[Labelled, ...]:
    """Further training names, drawn by another seed among companies that are not held back, read once."""
    return _read(MORE)


@lru_cache(maxsize=1)
def fresh() -> tuple[Labelled, ...]:
    """The second set, of companies of which no name was read before.

    Its `read` side was read after the set had been scored once, its `kept` side after it had been scored once unread by an engine
    that had learned from `read`. Both are learned from by now; decision 051 has the figures from before.
    """
    return _read(FRESH)


def _read(path: Path) -> tuple[Labelled, ...]:
    names, made = ckg.products(), ckg.made()
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Labelled(
                int(row["product_id"]),
                names[int(row["product_id"])],
                row["split"],
                row["stratum"],
                made[int(row["product_id"])][0],
                *(frozenset(row[c].split(";")) for c in ("first", "second", "final")),
            )
            for row in csv.DictReader(lines)
        )


@lru_cache(maxsize=1)
def names_of_companies() -> dict[str, tuple[tuple[int, str], ...]]:
    """Company code -> its products (id, name), lines of accounts left out."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    names = ckg.products()
    for key, codes in sorted(ckg.made().items()):
        if key not in ckg.accounting():
            for code in codes:
                found[code].append((key, names[key]))
    return {code: tuple(rows) for code, rows in found.items()}


@dataclass(frozen=True)
class Score:
    """How placements fare: right and all that were made, firm names found and all, nowhere names placed and all."""

    right: int
    placed: int
    found: int
    firm: int
    astray: int
    nowhere: int

    @property
    def precision(self) -> float:
        return self.right / self.placed if self.placed else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.firm if self.firm else 1.0

    def line(self) -> str:
        share = self.astray / self.nowhere if self.nowhere else 0.0
        return (
            f"precision {self.precision:.3f} ({self.right}/{self.placed}), recall {self.recall:.3f} ({self.found}/{self.firm}), "
            f"nowhere placed {share:.1%} ({self.astray}/{self.nowhere})"
        )


def accepted(row: Labelled, *, with_broader: bool) -> frozenset[str]:
    """The segments that are right for a name; with_broader: also what they are kinds of."""
    own = row.final - {NOWHERE}
    if not with_broader:
        return own
    lines = shipped_atlas().lines
    return frozenset(code for c in own if c in lines for code in lines[c])


def score(
    rows: Sequence[Labelled], place: Callable[[Labelled], Sequence[Placed]], *, pending: bool, with_broader: bool = False
) -> Score:
    """Score the placements of each name; every proposal of a name counts, right or wrong."""
    right = placed = found = astray = 0
    for row in rows:
        made = [p for p in place(row) if pending or p[2]]
        good = accepted(row, with_broader=with_broader)
        hits = sum(p[0] in good for p in made)
        right, placed = right + hits, placed + len(made)
        found += row.is_firm and hits > 0
        astray += row.belongs_nowhere and bool(made)
    firm, nowhere = sum(r.is_firm for r in rows), sum(r.belongs_nowhere for r in rows)
    return Score(right, placed, found, firm, astray, nowhere)


def as_placed(found: Sequence[Placement]) -> list[Placed]:
    return [(p.segment, p.confidence, p.state == "AUTOMATIC") for p in found]
