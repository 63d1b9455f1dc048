"""The verdicts that a zone is shown (判定): chain-analytics section 3.4. Pure: residents in, verdicts out."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple

import numpy as np

from .atlas import KINDS, Atlas
from .closure import chain_completeness
from .reach import NEVER, wants

GAPS = ("missing", "dependent")
VERDICTS = ("missing", "dependent", "thin", "weak", "extendable")


@dataclass(frozen=True, slots=True)
class Limits:
    """The zone's limits; the defaults are our own choice (chain-analytics 3.4) and are shown with each verdict."""

    demand: float = 1.0
    share: float = 0.8
    readiness: float = 0.5
    depth: int = 3
    decay: float = 0.5
    residents: int = 3
    kinds: tuple[str, ...] = KINDS

    def __post_init__(self) -> None:
        if not self.demand > 0:
            raise ValueError("limit demand must be above 0")
        for name in ("share", "readiness", "decay"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"limit {name} must lie in (0, 1]")
        if self.depth < 1 or self.residents < 0:
            raise ValueError("limit depth must be at least 1 and limit residents at least 0")
        if not set(self.kinds) <= set(KINDS):
            raise ValueError(f"limit kinds must be among {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True)
class Resident:
    """A company of the zone, or a known company outside, with the segments it makes (counted placements only)."""

    name: str
    makes: tuple[str, ...] = ()
    is_anchor: bool = False
    is_above_scale: bool | None = None
    revenue_fen: int | None = None
    group: str | None = None

    @property
    def weight(self) -> int:
        return 4 if self.is_anchor else 2 if self.is_above_scale else 1

    @property
    def maker(self) -> str:
        """Common control counts once: the group where there is one, else the company."""
        return f"group:{self.group}" if self.group else f"company:{self.name}"


class Need(NamedTuple):
    """One resident needs one segment: steps away, and whether every link of its best path is essential."""

    resident: str
    depth: int
    strength: float
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules say of one segment. kind: one of VERDICTS, or `made`, or `outside`."""

    segment: str
    kind: str
    demand: float
    score: float
    depth: int | None
    buyers: tuple[Need, ...]
    needed_by: tuple[Need, ...]
    makers: tuple[str, ...]
    maker_count: int
    outside: tuple[str, ...] | None
    outside_makers: tuple[str, ...]
    readiness: float | None
    is_ready: bool
    essential_here: tuple[str, ...] = ()
    essential_absent: tuple[str, ...] = ()
    input_suppliers: int = 0
    largest_share: float | None = None
    largest_maker: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """How much is known of one chain here; below the limit of residents it gets no verdicts."""

    chain: str
    residents: int
    is_known: bool
    made: int
    segments: int
    completeness: float
    product: str | None


@dataclass(frozen=True)
class Diagnosis:
    """Every segment's finding, the verdicts in rank order, and the chains."""

    atlas: Atlas
    limits: Limits
    findings: Mapping[str, Finding]
    verdicts: tuple[Finding, ...]
    chains: tuple[ChainFinding, ...]
    residents: Mapping[str, Resident] = field(default_factory=dict)

    def most_awaited(self, without: Collection[str] = ()) -> Finding | None:
        """The gap with the most direct demand, `without` these segments; among equals the one that ranks first."""
        gaps = [f for f in self.verdicts if f.kind in GAPS and f.segment not in without]
        return max(gaps, key=lambda f: f.demand, default=None)

    def chains_known(self, segment: str) -> tuple[str, ...]:
        """The chains in which this segment's verdict is shown, home first."""
        known = {c.chain for c in self.chains if c.is_known}
        return tuple(code for code in self.atlas.chains_of[segment] if code in known)


def diagnose(
    atlas: Atlas,
    residents: Sequence[Resident],
    *,
    outside: Sequence[Resident] | None = None,
    limits: Limits | None = None,
    stated_sources: Mapping[str, frozenset[str]] | None = None,
) -> Diagnosis:
    """Verdicts, score and rank for one zone, by the rules of chain-analytics 3.4.

    outside: known makers outside the zone, a group as one source under its name; None means that none were looked up
    ("unknown"). A resident in that list is not outside. stated_sources: the sources outside that buyers name, by segment.
    Cost: residents x segments within the depth limit. Raises ValueError for a resident given twice, a negative revenue, or a
    segment that no pack has.
    """
    limits = limits or Limits()
    _check(atlas, residents)
    needs = atlas.needs_of(limits.kinds)
    made_by = {r.name: _made(atlas, r) for r in residents}
    makers: dict[str, list[Resident]] = {}
    ranked = sorted(residents, key=lambda r: (-r.weight, r.name))
    for r in ranked:
        for code in made_by[r.name]:
            makers.setdefault(code, []).append(r)
    wanted = _wanted(atlas, ranked, made_by, limits)
    sources: dict[str, dict[str, str]] | None = None
    if outside is not None:
        sources = {}
        for r in outside:
            for code in _made(atlas, r):
                if r.name not in made_by:
                    sources.setdefault(code, {})[r.name] = r.group or r.name
    by_name = {r.name: r for r in residents}
    judge = _Judge(needs, makers, wanted, sources, stated_sources or {}, limits, by_name)
    findings = {code: judge.finding(code) for code in atlas.segments}
    chains = tuple(_chain_finding(atlas, c.code, needs, made_by, limits) for c in atlas.chains)
    known = {c.chain for c in chains if c.is_known}
    shown = [f for f in findings.values() if f.kind in VERDICTS and known & set(atlas.chains_of[f.segment])]
    return Diagnosis(atlas, limits, findings, tuple(sorted(shown, key=_rank)), chains, by_name)


def _wanted(
    atlas: Atlas, ranked: Sequence[Resident], made_by: Mapping[str, frozenset[str]], limits: Limits
) -> dict[str, list[Need]]:
    """Each segment with the residents that need it, in the order given."""
    known = atlas.reach_of(limits.kinds, limits.depth)
    found: dict[str, list[Need]] = {}
    names = np.array([r.name for r in ranked], dtype=object)
    for block in wants(known, [made_by[r.name] for r in ranked], [r.weight for r in ranked], limits.decay):
        needed = (block.steps > 0) & (block.steps < NEVER)
        for column in np.flatnonzero(needed.any(axis=0)):
            rows = np.flatnonzero(needed[:, column])
            cells = zip(
                names[rows + block.first].tolist(), block.steps[rows, column].tolist(),
                block.strength[rows, column].tolist(), block.score[rows, column].tolist(), strict=True,
            )  # fmt: skip
            found.setdefault(known.codes[column], []).extend(map(tuple.__new__, repeat(Need), cells))
    return found


def _check(atlas: Atlas, residents: Sequence[Resident]) -> None:
    seen: set[str] = set()
    for r in residents:
        if r.name in seen:
            raise ValueError(f"resident {r.name} is given twice")
        seen.add(r.name)
        if r.revenue_fen is not None and r.revenue_fen < 0:
            raise ValueError(f"resident {r.name}: negative revenue")


def _made(atlas: Atlas, r: Resident) -> frozenset[str]:
    """What a company makes: its segments and everything broader."""
    made: set[str] = set()
    for code in r.makes:
        if code not in atlas.lines:
            raise ValueError(f"{r.name}: no pack has a segment {code}")
        made.update(atlas.lines[code])
    return frozenset(made)


def _rank(f: Finding) -> tuple[object, ...]:
    if f.kind == "extendable":
        return (1, -(f.readiness or 0.0), -f.input_suppliers, f.segment)
    return (0, -f.score, f.depth if f.depth is not None else math.inf, f.segment)


def _chain_finding(
    atlas: Atlas,
    code: str,
    needs: Mapping[str, Mapping[str, bool]],
    made_by: Mapping[str, frozenset[str]],
    limits: Limits,
) -> ChainFinding:
    chain = atlas.chain(code)
    members = {m for m, _column in chain.members}
    made: frozenset[str] = frozenset().union(*made_by.values())
    placed = sum(1 for own in made_by.values() if own & members)
    index = math.nan
    if chain.product is not None:
        index, _made_count, _needed = chain_completeness(needs, chain.product, made, depth=limits.depth, decay=limits.decay)
    return ChainFinding(code, placed, placed >= limits.residents, len(members & made), len(members), index, chain.product)


@dataclass(frozen=True)
class _Judge:
    """The tables that one diagnosis reads while it goes through the segments."""

    needs: Mapping[str, Mapping[str, bool]]
    makers: Mapping[str, list[Resident]]
    wants: Mapping[str, list[Need]]
    sources: Mapping[str, Mapping[str, str]] | None
    stated: Mapping[str, frozenset[str]]
    limits: Limits
    residents: Mapping[str, Resident]

    def finding(self, code: str) -> Finding:
        here = self.makers.get(code, [])
        wants = self.wants.get(code, [])
        buyers = tuple(n for n in wants if n.depth == 1)
        demand = math.fsum(n.strength for n in buyers)
        there = (self.sources or {}).get(code, {})
        outside = None if self.sources is None else tuple(sorted(set(there.values())))
        units = {r.maker for r in here}
        shares = _shares(here)
        largest = min(shares, key=lambda m: (-shares[m], m), default=None)
        essential = [i for i, is_essential in self.needs[code].items() if is_essential]
        present = tuple(sorted(i for i in essential if i in self.makers))
        absent = tuple(sorted(i for i in essential if i not in self.makers))
        readiness = len(present) / len(essential) if essential and not here else None
        is_ready = readiness is not None and readiness >= self.limits.readiness
        suppliers = len({r.maker for i in present for r in self.makers[i]}) if not here else 0
        if here:
            kind, reason = self._with_makers(here, units, buyers, shares)
        else:
            kind, reason = self._without_makers(code, demand, outside, bool(present) and is_ready)
        return Finding(
            segment=code,
            kind=kind,
            reason=reason,
            demand=demand,
            score=math.fsum(n.score for n in wants),
            depth=min((n.depth for n in wants), default=None),
            buyers=buyers,
            needed_by=tuple(wants),
            makers=tuple(sorted(r.name for r in here)),
            maker_count=len(units),
            outside=outside,
            outside_makers=tuple(sorted(there)),
            readiness=readiness,
            is_ready=is_ready and kind in GAPS,
            essential_here=present,
            essential_absent=absent,
            input_suppliers=suppliers,
            largest_share=None if largest is None else shares[largest],
            largest_maker=largest,
        )

    def _with_makers(
        self, here: list[Resident], units: set[str], buyers: tuple[Need, ...], shares: Mapping[str, float]
    ) -> tuple[str, str]:
        for unit in units:
            if len(units) == 1 or shares.get(unit, 0.0) >= self.limits.share:
                others = math.fsum(n.strength for n in buyers if self.residents[n.resident].maker != unit)
                if others >= self.limits.demand:
                    return "thin", "one-maker" if len(units) == 1 else "one-holds-most"
        if all(r.is_above_scale is False for r in here):
            return "weak", "all-below-scale"
        return "made", ""

    def _without_makers(self, code: str, demand: float, outside: tuple[str, ...] | None, is_extendable: bool) -> tuple[str, str]:
        if demand >= self.limits.demand:
            if outside is not None and len(outside) == 1:
                return "dependent", "one-source-known"
            if len(self.stated.get(code, ())) == 1:
                return "dependent", "one-source-stated"
            return "missing", "no-maker"
        return ("extendable", "inputs-here") if is_extendable else ("outside", "")


def _shares(here: list[Resident]) -> dict[str, float]:
    """Each maker's share of the makers' known revenue, a group as one; empty when no revenue is known."""
    sums: dict[str, int] = {}
    for r in here:
        if r.revenue_fen is not None:
            sums[r.maker] = sums.get(r.maker, 0) + r.revenue_fen
    total = sum(sums.values())
    return {maker: own / total for maker, own in sums.items()} if total > 0 else {}
