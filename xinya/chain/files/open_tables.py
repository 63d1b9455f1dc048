"""The tables of a zone's open data: drawn anew for an issue, beside everything that earlier issues released; docs/exchange.md.

No Django.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xinya.chain.engine import Chain
from xinya.chain.engine.small_cells import HIDDEN, SMALL, TOTAL, Contents, Place, released, shown, with_totals
from xinya.chain.engine.unsure_sums import UnsureSum, readings

SCALES = ("above", "other")
MAKERS, REVENUE, KNOWN = "makers", "revenue_fen", "revenue_known"
UNSURE, CLOSED = "unsure", "closed"
Kept = dict[str, dict[str, dict[int, int]]]
"""Kind of table -> cell, its three names joined by | (the middle one alone may hold that sign) -> company -> contribution.

Only issues of older forms have: UNSURE, cells of revenue of which nobody kept who contributed what -> company -> the sum printed;
CLOSED, segments of which nobody kept who stood there ("" for all revenue): whatever is shown of them later stays hidden.
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a zone counts. makers: segment -> scale -> keys of the companies that stand on it, whatever chains show it.

    revenue: chain -> (column, scale) -> company -> fen, each company once in a chain; only where it is known.
    standing: chain -> (column, scale) -> how many companies stand there, their revenue known or not.
    """

    makers: Mapping[str, Mapping[str, Iterable[int]]]
    revenue: Mapping[str, Mapping[tuple[str, str], Mapping[int, int]]]
    standing: Mapping[str, Mapping[tuple[str, str], int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tables:
    """The tables of an issue, chain by chain; what stands behind every cell that they show; how many cells they hide."""

    tables: list[dict[str, Any]]
    kept: Kept = field(default_factory=dict)
    hidden: int = 0


def draw_tables(chains: Sequence[Chain], counted: Counted, before: Sequence[Kept], as_of: str) -> Tables:
    """Makers by segment and scale, revenue by chain, column and scale in fen. before: what each earlier issue released.

    Beside revenue stands of how many companies it is known; where companies stand and of none it is known, it is null, never 0.
    A segment is judged once and printed alike in every chain that has it: its companies are unknown to those of other segments,
    so nothing is added up over segments. Revenue is judged over all chains together, since chains share companies.
    """
    closed = {segment for issue in before for segment in issue.get(CLOSED, {})}
    makers, kept = _makers({code for c in chains for code, _column in c.members}, counted, _earlier(before, MAKERS), closed)
    cells: dict[Place, dict[int, int]] = {}
    for chain in chains:
        cells |= with_totals(chain.code, counted.revenue.get(chain.code, {}), has_total_row=True)
    before_now = [pair for rows in _earlier(before, REVENUE).values() for pair in rows]
    sure, unsure = _read_unsure(before, cells)
    is_closed = any("" in issue.get(CLOSED, {}) for issue in before)
    asked = {place: content for place, content in cells.items() if not (is_closed and content)}
    found = released(asked, [*before_now, *sure], unsure)
    revenue = shown(cells, found, is_count=False)
    counts = {place: dict.fromkeys(content, 1) for place, content in cells.items()}
    told = released(counts, [pair for rows in _earlier(before, KNOWN).values() for pair in rows])
    known = shown(counts, told, is_count=True)
    unknown = _unknown(counted, cells)
    drawn = []
    for chain in chains:
        rows = [*dict.fromkeys(c.code for c in chain.columns), TOTAL]
        drawn.append({
            "chain": chain.code, "as_of": as_of, "scales": [*SCALES, TOTAL],
            MAKERS: {code: makers[code] for code, _column in chain.members},
            **{kind: {row: [{**values, **there}.get((chain.code, row, scale), 0) for scale in (*SCALES, TOTAL)] for row in rows}
               for kind, values, there in ((REVENUE, revenue, unknown), (KNOWN, known, _as_count(unknown)))},
        })  # fmt: skip
    hidden = sum(v == "*" for row in makers.values() for v in row) + len(cells) - len(found)
    return Tables(drawn, {MAKERS: kept, REVENUE: _as_kept(found), KNOWN: _as_kept(told)}, hidden)


def _unknown(counted: Counted, cells: Mapping[Place, Contents]) -> dict[Place, str | None]:
    """Cells where companies stand and of none the revenue is known: None, or HIDDEN where they are too few to be told of."""
    standing: dict[Place, int] = {}
    for chain, places in counted.standing.items():
        for (row, column), n in places.items():
            for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
                standing[chain, *place] = standing.get((chain, *place), 0) + n
    return {place: HIDDEN if n in SMALL else None for place, n in standing.items() if n and not cells.get(place)}


def _as_count(unknown: Mapping[Place, str | None]) -> dict[Place, int | str]:
    return {place: 0 if value is None else value for place, value in unknown.items()}


def _makers(
    codes: Iterable[str], counted: Counted, before: Mapping[str, Sequence[tuple[Place, Contents]]], closed: Collection[str]
) -> tuple[dict[str, list[int | str]], dict[str, dict[int, int]]]:
    rows: dict[str, list[int | str]] = {}
    kept: dict[str, dict[int, int]] = {}
    for code in sorted(codes):
        stand = {(code, scale): dict.fromkeys(keys, 1) for scale, keys in counted.makers.get(code, {}).items() if scale in SCALES}
        cells = with_totals("", stand, has_total_row=False)
        found = released({} if code in closed else cells, before.get(code, ()))
        values = shown(cells, found, is_count=True)
        rows[code] = [values.get(("", code, scale), 0) for scale in (*SCALES, TOTAL)]
        kept |= _as_kept(found)
    return rows, kept


def _as_kept(found: Mapping[Place, Contents]) -> dict[str, dict[int, int]]:
    return {"|".join(place): dict(content) for place, content in found.items() if content}


def _earlier(before: Sequence[Kept], kind: str) -> dict[str, list[tuple[Place, Contents]]]:
    """The cells of earlier issues by their row."""
    found: dict[str, list[tuple[Place, Contents]]] = {}
    for issue in before:
        for key, content in issue.get(kind, {}).items():
            place = _place(key)
            found.setdefault(place[1], []).append((place, content))
    return found


def _place(key: str) -> Place:
    """The three names of a kept cell: a chain's code and a scale hold no |, a column's code of an old pack may."""
    table, _bar, rest = key.partition("|")
    row, _bar, column = rest.rpartition("|")
    return table, row, column


def _read_unsure(
    before: Sequence[Kept], cells: Mapping[Place, Contents]
) -> tuple[list[tuple[Place, Contents]], list[tuple[Place, Contents]]]:
    """What may stand behind the cells of older issues: what is sure of it, and what is not; `unsure_sums`."""
    if not any(issue.get(UNSURE) for issue in before):
        return [], []
    times = [{c: fen for content in issue.get(REVENUE, {}).values() for c, fen in content.items()} for issue in before]
    times.append({c: fen for content in cells.values() for c, fen in content.items()})
    sure: list[tuple[Place, Contents]] = []
    unsure: list[tuple[Place, Contents]] = []
    for n, issue in enumerate(before):
        for key, content in issue.get(UNSURE, {}).items():
            place = _place(key)
            found, is_sure = readings(UnsureSum(place, frozenset(content), next(iter(content.values()))), times[n + 1 :])
            (sure if is_sure else unsure).extend((place, reading) for reading in found)
    return sure, unsure


def kept_text(kept: Kept) -> str:
    """As an issue keeps it."""
    return json.dumps(kept, separators=(",", ":"), sort_keys=True)


def kept_of(text: str) -> Kept:
    """What `kept_text` wrote."""
    return {
        kind: {key: {int(company): amount for company, amount in content.items()} for key, content in cells.items()}
        for kind, cells in json.loads(text).items()
    }
