"""Which company's failure would hurt the zone most: each company's index with its band, and how the harm spreads."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..atlas import Atlas
from ..verdicts import Resident
from .batches import Batches
from .esri import Esri, Ways, cascade
from .impact import impact
from .network import ESSENTIAL, NEGLIGIBLE, NON_ESSENTIAL, SupplyNetwork, supply_network
from .shocks import Shocks, Stop
from .zone_links import FLOWING, PROPORTIONAL, Assumptions, KnownFlow, Plant, ZoneLinks, variants, zone_links

FORM = 2
"""Raised when the same facts would give other figures, so that no kept result is taken for a new one."""
NOTHING = "–"
"""What a zone without placed companies makes: its network has one firm outside, and no risk."""
FELT = 1e-4
"""A company counts as hit from a loss of a ten-thousandth of its output on."""


Runner = Callable[["ZoneNetwork"], Esri]


@dataclass(frozen=True)
class ZoneNetwork:
    """A zone's links as a network: the plants first, then one firm outside for each kind of input that comes from there.

    What is outside never stops and is hurt by nothing; its weight is 0. What plants sell outside the zone is their revenue beyond
    their sales here (`revenue` of the network).
    """

    links: ZoneLinks
    network: SupplyNetwork

    @property
    def plants(self) -> tuple[Plant, ...]:
        return self.links.plants

    @cached_property
    def companies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(p.company for p in self.plants))

    @cached_property
    def plants_of(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, plant in enumerate(self.plants):
            found.setdefault(plant.company, []).append(place)
        return found

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        weights = np.zeros(self.network.firms)
        weights[: len(self.plants)] = [p.revenue_fen for p in self.plants]
        return weights

    def failures(self, companies: Iterable[str]) -> Shocks:
        """One scenario a company: all its plants stop."""
        plants = [self.plants_of[name] for name in companies]
        start = np.concatenate([[0], np.cumsum([len(p) for p in plants])]).astype(np.int64)
        places = np.array([k for some in plants for k in some], np.int32)
        return Shocks(start, places, np.ones(len(places)), np.ones(len(places)))


def facts_digest(
    atlas: Atlas, residents: Sequence[Resident], known: Sequence[KnownFlow], assumptions: Assumptions | None = None
) -> str:
    """SHA-256 of everything that the result depends on: who makes what with which revenue, which needs, which known supplies."""
    segments = sorted({code for r in residents for code in r.makes})
    needs = {code: sorted(atlas.needs_of(FLOWING).get(code, {}).items()) for code in segments}
    traded = {code for needed in needs.values() for code, _is_essential in needed} | {flow.segment for flow in known}
    told = {
        "form": FORM,
        "residents": [asdict(r) for r in residents if r.makes],
        "needs": needs,
        "lines": {code: atlas.lines.get(code, (code,)) for code in sorted({*segments, *traded})},
        "known": [asdict(flow) for flow in known],
        "assumptions": asdict(assumptions or Assumptions()),
    }
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CompanyRisk:
    """A company's index: share of the zone's output that is lost when it stops. own: its own share of that output.

    low, high: over all ways of estimating; index, down, up: the proportional one. iterations: of that one.
    """

    company: str
    own: float
    index: float
    down: float
    up: float
    low: float
    high: float
    iterations: int


def zone_network(atlas: Atlas, links: ZoneLinks) -> ZoneNetwork:
    """The network of the links. Kinds of input are the broadest segments, so that makers of kinds of one thing are rivals."""
    plants = links.plants
    roots = list(dict.fromkeys([p.root for p in plants] + [_root(atlas, k.segment) for k in links.links if k.supplier < 0]))
    roots = roots or [NOTHING]
    place = {code: k for k, code in enumerate(roots)}
    abroad = sorted({_root(atlas, k.segment) for k in links.links if k.supplier < 0}, key=place.__getitem__)
    abroad = abroad if plants or abroad else [NOTHING]
    outside = {code: len(plants) + k for k, code in enumerate(abroad)}
    essential = np.full((len(roots), len(roots)), NEGLIGIBLE, np.int8)
    suppliers, buyers, amounts = [], [], []
    for link in links.links:
        buyer, root = plants[link.buyer], _root(atlas, link.segment)
        supplier = outside[root] if link.supplier < 0 else link.supplier
        kind = place[root if link.supplier < 0 else plants[link.supplier].root]
        is_essential = atlas.needs_of(FLOWING).get(buyer.segment, {}).get(link.segment, False)
        cell = (kind, place[buyer.root])
        essential[cell] = max(essential[cell], ESSENTIAL if is_essential else NON_ESSENTIAL)
        suppliers.append(supplier)
        buyers.append(link.buyer)
        amounts.append(link.amount_fen / 100)
    sectors = [place[p.root] for p in plants] + [place[code] for code in abroad]
    sold = np.bincount(np.array(suppliers, int), np.array(amounts), len(sectors)) if suppliers else np.zeros(len(sectors))
    revenue = np.array([p.revenue_fen / 100 for p in plants] + [0.0] * len(abroad))
    network = supply_network((suppliers, buyers, amounts), sectors, essential, revenue=np.maximum(revenue, sold))
    return ZoneNetwork(links, network)


def run_here(zone: ZoneNetwork) -> Esri:
    """Every company's failure by the SciPy batches in this thread: quick for a zone, and fit for a web process."""
    return cascade(zone.network, zone.failures(zone.companies), weights={"revenue": zone.weights}, ways=Ways(False, 1))


def zone_networks(
    atlas: Atlas, residents: Sequence[Resident], *, known: Sequence[KnownFlow] = (), assumptions: Assumptions | None = None
) -> dict[str, ZoneNetwork]:
    """The network by each way of estimating (`variants`)."""
    return {
        name: zone_network(atlas, zone_links(atlas, residents, known=known, split=split, assumptions=chosen))
        for name, (split, chosen) in variants(assumptions or Assumptions()).items()
    }


def zone_risks(networks: Mapping[str, ZoneNetwork], *, runner: Runner | None = None) -> list[CompanyRisk]:
    """Every company's index with its band, the largest first. Empty without companies, and where none of them has any output, of
    which a share could be lost. runner: how a network's cascade is run.
    """
    middle = networks[PROPORTIONAL]
    if not middle.weights.sum() > 0:
        return []
    found = {name: (runner or run_here)(one) for name, one in networks.items()}
    band = np.stack([result.combined[:, 0] for result in found.values()])
    total = middle.weights.sum()
    main = found[PROPORTIONAL]
    risks = [
        CompanyRisk(
            company=name,
            own=float(middle.weights[middle.plants_of[name]].sum() / total),
            index=float(main.combined[k, 0]),
            down=float(main.down[k, 0]),
            up=float(main.up[k, 0]),
            low=float(band[:, k].min()),
            high=float(band[:, k].max()),
            iterations=int(main.iterations[k]),
        )
        for k, name in enumerate(middle.companies)
    ]
    return sorted(risks, key=lambda r: (-r.index, -r.own, r.company))


@dataclass(frozen=True, slots=True)
class Hit:
    """What a company has lost of its output at a step: down, because inputs fail to come; up, because buyers fall away."""

    company: str
    down: float
    up: float

    @property
    def lost(self) -> float:
        return max(self.down, self.up)


@dataclass(frozen=True)
class Spread:
    """One failure. steps: the companies hit by then, by loss; down: what each firm of the network lost downstream in the end."""

    steps: list[list[Hit]]
    down: NDArray[np.float64]


def spread_of(zone: ZoneNetwork, company: str, stop: Stop | None = None) -> Spread:
    """The harm step by step: at step 0 the company alone, at the last step what the index counts. Companies by loss, largest first.

    Raises KeyError for a company that makes nothing here.
    """
    chosen, places = stop or Stop(), zone.plants_of[company]
    batches = Batches(impact(zone.network))
    down, up = np.zeros((zone.network.firms, 1)), np.zeros((zone.network.firms, 1))
    down[places] = up[places] = 1.0
    steps = [_hits(zone, down[:, 0], up[:, 0])]
    for _step in range(chosen.most):
        new_down, new_up = batches.step(down, up)
        change = max((new_down - down).max(), (new_up - up).max())
        down, up = new_down, new_up
        steps.append(_hits(zone, down[:, 0], up[:, 0]))
        if change <= chosen.eps:
            break
    return Spread(steps, down[:, 0])


def cascade_steps(zone: ZoneNetwork, company: str, stop: Stop | None = None) -> list[list[Hit]]:
    """The steps of `spread_of` alone."""
    return spread_of(zone, company, stop).steps


def relations(zone: ZoneNetwork, company: str) -> tuple[dict[str, float], dict[str, float]]:
    """(suppliers, buyers) of a company in the zone with yuan a year, the largest first."""
    own = set(zone.plants_of[company])
    sides: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for link in zone.links.links:
        if link.supplier < 0 or (link.supplier in own) == (link.buyer in own):
            continue
        side, other = (1, link.buyer) if link.supplier in own else (0, link.supplier)
        name = zone.plants[other].company
        sides[side][name] = sides[side].get(name, 0.0) + link.amount_fen / 100
    suppliers, buyers = (dict(sorted(s.items(), key=lambda item: (-item[1], item[0]))) for s in sides)
    return suppliers, buyers


def kept_object(risks: Sequence[CompanyRisk]) -> list[dict[str, Any]]:
    """The result as it is kept."""
    return [asdict(r) for r in risks]


def kept_risks(kept: Iterable[Mapping[str, Any]]) -> list[CompanyRisk]:
    """What `kept_object` wrote."""
    return [CompanyRisk(**row) for row in kept]


def _hits(zone: ZoneNetwork, down: NDArray[np.float64], up: NDArray[np.float64]) -> list[Hit]:
    found = []
    for name, places in zone.plants_of.items():
        weight = zone.weights[places]
        total = float(weight.sum())
        if total > 0:
            hit = Hit(name, float(down[places] @ weight) / total, float(up[places] @ weight) / total)
        else:  # a company without output: its plants count alike
            hit = Hit(name, float(down[places].mean()), float(up[places].mean()))
        if hit.lost >= FELT:
            found.append(hit)
    return sorted(found, key=lambda h: (-h.lost, h.company))


def _root(atlas: Atlas, code: str) -> str:
    return atlas.lines[code][-1] if code in atlas.lines else code
