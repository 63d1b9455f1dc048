"""A zone's supply relations where nobody has stated them: inputs of the packs × revenue of the companies. An estimate, named so.

Each company counts once for every segment that it makes (a plant). What a plant buys is a share of its revenue, spread evenly over
the inputs that its segment needs; the part bought in the zone is spread over the makers here in one of three ways. The results of
these ways, and of a smaller and a larger part bought here, are the sensitivity band. What is stated or confirmed replaces what is
estimated.
"""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from ..atlas import Atlas
from ..verdicts import Resident
from .network import SupplyLink

EQUAL, PROPORTIONAL, CONCENTRATED = "equal", "proportional", "concentrated"
FLOWING = ("material", "component", "service")
"""Kinds of input that stop with their maker; machines and software that were bought go on working."""
SPLITS = (EQUAL, PROPORTIONAL, CONCENTRATED)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Our own choice, shown beside every figure. purchases: bought inputs per revenue. local: part of an input that is bought in
    the zone where somebody makes it here. suppliers: most makers of one input from whom a plant buys, the largest. above_scale_fen,
    below_scale_fen: a revenue where none of its class is known.
    """

    purchases: float = 0.6
    local: float = 0.5
    suppliers: int = 10
    above_scale_fen: int = 2_000_000_000
    below_scale_fen: int = 500_000_000


def variants(assumptions: Assumptions) -> dict[str, tuple[str, Assumptions]]:
    """The ways of estimating whose results make the band, by name: the first is the one that is shown as the figure."""
    less, more = assumptions.local / 2, (1 + assumptions.local) / 2
    return {
        PROPORTIONAL: (PROPORTIONAL, assumptions),
        EQUAL: (EQUAL, assumptions),
        CONCENTRATED: (CONCENTRATED, assumptions),
        "less-local": (PROPORTIONAL, replace(assumptions, local=less)),
        "more-local": (PROPORTIONAL, replace(assumptions, local=more)),
    }


@dataclass(frozen=True, slots=True)
class Plant:
    """A company on one of the segments that it makes, with its part of the company's revenue. root: the segment's broadest."""

    company: str
    segment: str
    root: str
    revenue_fen: float


@dataclass(frozen=True, slots=True)
class KnownFlow:
    """A supply that somebody stated: company names, segment ("" unknown), fen of a year or None, basis stated or confirmed."""

    supplier: str
    buyer: str
    segment: str
    amount_fen: int | None
    basis: str


@dataclass(frozen=True)
class ZoneLinks:
    """Links between plants (places in `plants`; -1: outside). assumed: companies whose revenue is assumed, with the figure, fen."""

    plants: tuple[Plant, ...]
    links: tuple["PlantLink", ...]
    assumed: Mapping[str, float] = field(default_factory=dict)

    def supply_links(self) -> list[SupplyLink]:
        """Between companies, a segment each, as other parts of the product take them; own use and outside left out."""
        whole: dict[tuple[str, str, str, str], float] = {}
        for link in self.links:
            if link.supplier >= 0 and self.plants[link.supplier].company != self.plants[link.buyer].company:
                key = (self.plants[link.supplier].company, self.plants[link.buyer].company, link.segment, link.basis)
                whole[key] = whole.get(key, 0.0) + link.amount_fen
        return [SupplyLink(*key[:3], round(amount), key[3]) for key, amount in whole.items()]


@dataclass(frozen=True, slots=True)
class PlantLink:
    """`supplier` sells the input `segment` to `buyer`. basis: estimated, stated, confirmed."""

    supplier: int
    buyer: int
    segment: str
    amount_fen: float
    basis: str


def zone_links(
    atlas: Atlas,
    residents: Iterable[Resident],
    *,
    known: Sequence[KnownFlow] = (),
    split: str = PROPORTIONAL,
    assumptions: Assumptions | None = None,
) -> ZoneLinks:
    """The zone's links by one way of splitting. Cost: plants × inputs × makers of an input.

    A maker never sells more here than its revenue: what is beyond comes from outside. Raises ValueError for another split.
    """
    if split not in SPLITS:
        raise ValueError(f"the split must be among {', '.join(SPLITS)}")
    chosen = assumptions or Assumptions()
    everyone = [r for r in residents if r.makes]
    revenue = {r.name: float(r.revenue_fen) for r in everyone if r.revenue_fen is not None}
    assumed = {r.name: _assumed(r, everyone, chosen) for r in everyone if r.name not in revenue}
    plants = tuple(
        Plant(r.name, code, atlas.lines[code][-1], (revenue | assumed)[r.name] / len(r.makes)) for r in everyone for code in r.makes
    )
    makers: dict[str, list[int]] = {}
    for place, plant in enumerate(plants):
        for code in atlas.lines[plant.segment]:
            makers.setdefault(code, []).append(place)
    for places in makers.values():
        places.sort(key=lambda k: (-plants[k].revenue_fen, k))
    book = _Book(atlas, plants, makers, split, chosen)
    flows: dict[tuple[int, str], list[tuple[int, KnownFlow]]] = {}
    for flow in known:
        for buyer, code, supplier in book.placed(flow):
            flows.setdefault((buyer, code), []).append((supplier, flow))
    links = [link for place in range(len(plants)) for link in book.purchases(place, flows)]
    return ZoneLinks(plants, tuple(_within_revenue(plants, links)), assumed)


@dataclass(frozen=True)
class _Book:
    """Who buys what from whom, plant by plant."""

    atlas: Atlas
    plants: tuple[Plant, ...]
    makers: Mapping[str, list[int]]
    split: str
    assumptions: Assumptions

    def placed(self, flow: KnownFlow) -> Iterable[tuple[int, str, int]]:
        """(buyer, input, supplier) of a stated flow: the plants that fit best; nothing for a company without one."""
        buyers = [k for k, p in enumerate(self.plants) if p.company == flow.buyer]
        suppliers = [k for k, p in enumerate(self.plants) if p.company == flow.supplier]
        if not buyers or not suppliers:
            return
        code = flow.segment or self.plants[suppliers[0]].segment
        selling = next((k for k in suppliers if code in self.atlas.lines[self.plants[k].segment]), suppliers[0])
        needing = [k for k in buyers if code in self.atlas.needs_of(FLOWING).get(self.plants[k].segment, {})]
        yield (needing or buyers)[0], code, selling

    def purchases(self, buyer: int, flows: Mapping[tuple[int, str], list[tuple[int, KnownFlow]]]) -> Iterable[PlantLink]:
        plant = self.plants[buyer]
        wanted = list(self.atlas.needs_of(FLOWING).get(plant.segment, {}))
        budget = plant.revenue_fen * self.assumptions.purchases / max(1, len(wanted))
        for code in [*wanted, *(c for b, c in flows if b == buyer and c not in wanted)]:
            yield from self._input(buyer, code, budget, flows.get((buyer, code), []))

    def _input(self, buyer: int, code: str, budget: float, known: list[tuple[int, KnownFlow]]) -> Iterable[PlantLink]:
        told = sum(float(flow.amount_fen or 0) for _place, flow in known)
        silent = sum(1 for _place, flow in known if flow.amount_fen is None)
        left = max(0.0, budget - told)
        for supplier, flow in known:
            amount = left * self.assumptions.local / silent if flow.amount_fen is None else float(flow.amount_fen)
            yield PlantLink(supplier, buyer, code, amount, flow.basis)
        others = (k for k in self.makers.get(code, []) if self.plants[k].company != self.plants[buyer].company)
        makers = list(islice(others, self.assumptions.suppliers))
        here = 0.0 if known else left * self.assumptions.local
        shares = self._shares(makers) if makers and here else []
        if shares:
            for supplier, share in shares:
                yield PlantLink(supplier, buyer, code, here * share, "estimated")
            left -= here
        elif silent:
            left -= left * self.assumptions.local
        if left > 0:
            yield PlantLink(-1, buyer, code, left, "estimated")

    def _shares(self, makers: list[int]) -> list[tuple[int, float]]:
        """Parts of what is bought here, by maker; none where the makers sell nothing at all."""
        if self.split == EQUAL:
            return [(k, 1 / len(makers)) for k in makers]
        if self.split == CONCENTRATED:
            return [(makers[0], 1.0)]  # the largest stands first
        total = sum(self.plants[k].revenue_fen for k in makers)
        return [(k, self.plants[k].revenue_fen / total) for k in makers if self.plants[k].revenue_fen] if total else []


def _assumed(resident: Resident, everyone: Sequence[Resident], chosen: Assumptions) -> float:
    """A revenue for a company whose own is unknown: an anchor's as the largest known, others as the median of their class."""
    if resident.is_anchor:
        known = [float(r.revenue_fen) for r in everyone if r.revenue_fen is not None]
        return max(known, default=float(chosen.above_scale_fen))
    is_above = bool(resident.is_above_scale)
    alike = [float(r.revenue_fen) for r in everyone if r.revenue_fen is not None and bool(r.is_above_scale) == is_above]
    default = chosen.above_scale_fen if is_above else chosen.below_scale_fen
    return statistics.median(alike) if alike else float(default)


def _within_revenue(plants: Sequence[Plant], links: Sequence[PlantLink]) -> list[PlantLink]:
    """Estimated sales scaled down to what the maker's revenue leaves beside its known sales; the rest is bought outside."""
    known, guessed = [0.0] * len(plants), [0.0] * len(plants)
    for link in links:
        if link.supplier >= 0:
            (guessed if link.basis == "estimated" else known)[link.supplier] += link.amount_fen
    found = []
    for link in links:
        if link.supplier < 0 or link.basis != "estimated":
            found.append(link)
            continue
        room = max(0.0, plants[link.supplier].revenue_fen - known[link.supplier])
        share = min(1.0, room / guessed[link.supplier]) if guessed[link.supplier] > 0 else 1.0
        if share > 0:
            found.append(PlantLink(link.supplier, link.buyer, link.segment, link.amount_fen * share, link.basis))
        if share < 1:
            found.append(PlantLink(-1, link.buyer, link.segment, link.amount_fen * (1 - share), link.basis))
    return found
