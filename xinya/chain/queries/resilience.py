"""Whose failure would hurt a zone most: from its companies, its packs, and what is stated of supplies."""

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from xinya.kit.later_desk import is_under_way
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.models import Zone

from ..engine import Atlas
from ..engine.resilience.hurt import Hurt, StandIns, hurt_companies, stand_ins
from ..engine.resilience.stock_days import Stocks
from ..engine.resilience.yearly import PeriodAmount, fen_of_a_year
from ..engine.resilience.zone_links import PROPORTIONAL, Assumptions, KnownFlow, zone_links
from ..engine.resilience.zone_risk import (
    CompanyRisk,
    Hit,
    Spread,
    ZoneNetwork,
    facts_digest,
    kept_risks,
    relations,
    spread_of,
    zone_network,
    zone_networks,
    zone_risks,
)
from ..engine.verdicts import Resident
from ..models import ResilienceRun
from .inputs import SupplyFlow, supply_links, zone_stocks
from .reports import ZoneReport, zone_report

AT_ONCE = 400
"""Plants up to which a page computes by itself; a larger zone's figures come from the queue."""
COMPUTE = "chain.compute_resilience"
NO_COMPANY = _("This company is not known to make anything on the zone's chains, so its failure cannot be followed.")
NOT_COMPUTED = _(
    "The figures of this zone are not computed yet. Its officers have them computed on the page “If a company stopped”."
)
NO_OUTPUT = _("Every revenue in this zone is stated as 0, so no share of its output can be lost.")
COMPUTED, NOT_YET, EARLIER, FAILED = "computed", "not-computed", "earlier", "failed"


@dataclass(frozen=True)
class Facts:
    """Everything that a zone's risks depend on, in the engine's words. digest: of all of it."""

    atlas: Atlas
    residents: tuple[Resident, ...]
    known: tuple[KnownFlow, ...]
    digest: str

    @property
    def plants(self) -> int:
        return sum(len(r.makes) for r in self.residents)

    @property
    def is_large(self) -> bool:
        return self.plants > AT_ONCE


@dataclass(frozen=True)
class ZoneRisk:
    """A zone's ranking. risks: None while a large zone has none yet; is_earlier: they stand for earlier facts; is_under_way: a task
    in the queue is computing them, or will.

    state: computed, waiting, running, failed (its task failed for good or is gone), not-computed, earlier.
    bases: supply links here by basis (stated, confirmed, estimated), None where they are not at hand.
    """

    found: ZoneReport
    facts: Facts
    risks: tuple[CompanyRisk, ...] | None
    run: ResilienceRun | None = None
    is_earlier: bool = False
    is_under_way: bool = False

    @property
    def state(self) -> str:
        if self.run is not None and self.run.state != ResilienceRun.State.DONE:
            return self.run.state.lower() if self.is_under_way else FAILED
        return NOT_YET if self.risks is None else EARLIER if self.is_earlier else COMPUTED

    @property
    def assumptions(self) -> Assumptions:
        return Assumptions()

    @property
    def network(self) -> ZoneNetwork:
        """The network behind the figures. Kept in the process by the facts."""
        return _middle(_Kept(self.facts.digest, self.facts))

    @property
    def bases(self) -> Counter[str]:
        return Counter(link.basis for link in self.network.links.supply_links())


@dataclass(frozen=True)
class Failure:
    """One company's failure: its risk, the harm step by step, suppliers and buyers here (yuan a year), who else makes the same.

    hurt: everybody hit in the end, with the stocks they state and the earliest day; by day.
    """

    risk: CompanyRisk
    steps: tuple[tuple[Hit, ...], ...]
    suppliers: dict[str, float]
    buyers: dict[str, float]
    substitutes: StandIns
    hurt: tuple[Hurt, ...]


def resilience_facts(zone: Zone, on: datetime.date) -> tuple[ZoneReport, Facts]:
    """The report and the facts that the risks rest on. One statement beyond the report's."""
    found = zone_report(zone, on)
    residents = tuple(found.report.diagnosis.residents.values())
    known = known_flows(zone)
    return found, Facts(found.report.atlas, residents, known, facts_digest(found.report.atlas, residents, known))


def known_flows(zone: Zone) -> tuple[KnownFlow, ...]:
    """Stated and confirmed supplies as fen of a year, one for each thing that a company sells another. One statement."""
    said: dict[tuple[str, str, str], list[SupplyFlow]] = {}
    for row in supply_links(zone):
        said.setdefault((row.supplier_name, row.buyer_name, row.thing), []).append(row)
    return tuple(
        KnownFlow(supplier, buyer, rows[0].segment, *fen_of_a_year(PeriodAmount(r.period, r.amount_fen, r.basis) for r in rows))
        for (supplier, buyer, _thing), rows in said.items()
    )


def zone_risk(zone: Zone, on: datetime.date) -> ZoneRisk:
    """The zone's ranking. Three statements beyond the report's at most; a large zone's comes from the kept runs."""
    found, facts = resilience_facts(zone, on)
    if not facts.is_large:
        return ZoneRisk(found, facts, _risks(facts))
    useful = Q(digest=facts.digest) | Q(state=ResilienceRun.State.DONE)
    runs = list(ResilienceRun.objects.filter(useful, zone=zone)[:2])
    run = next((r for r in runs if r.digest == facts.digest), None)
    kept = run if run is not None and run.result is not None else next((r for r in runs if r.result is not None), None)
    risks = None if kept is None else tuple(kept_risks(kept.result or ()))
    is_going = run is not None and run.state != ResilienceRun.State.DONE and is_under_way(COMPUTE, run.pk)
    return ZoneRisk(found, facts, risks, run, is_earlier=kept is not None and kept is not run, is_under_way=is_going)


def company_failure(risk: ZoneRisk, company: str) -> Failure:
    """What happens when a company of the zone stops. One statement.

    Raises Refused: no-plant (404) for one that makes nothing here, not-computed (409), no-output (409).
    """
    known = next((r for r in risk.risks or () if r.company == company), None)
    network = risk.network
    if company not in network.plants_of:
        raise Refused("no-plant", NO_COMPANY, status=404)
    if known is None:
        is_large = risk.facts.is_large
        raise Refused("not-computed" if is_large else "no-output", NOT_COMPUTED if is_large else NO_OUTPUT, status=409)
    suppliers, buyers = relations(network, company)
    spread = _kept_spread(_Kept(risk.facts.digest, risk.facts, company))
    stocks = Stocks(risk.facts.atlas, zone_stocks(risk.found.zone))
    hurt = hurt_companies(network, company, spread, stocks)
    steps = tuple(map(tuple, spread.steps))
    return Failure(known, steps, suppliers, buyers, _stand_ins(risk, company), tuple(hurt))


def networks_of(facts: Facts) -> dict[str, ZoneNetwork]:
    """The zone's networks by way of estimating. Kept in the process by the facts' digest."""
    return _networks(_Kept(facts.digest, facts))


def _stand_ins(risk: ZoneRisk, company: str) -> StandIns:
    resident = next(r for r in risk.facts.residents if r.name == company)
    return stand_ins(risk.found.report.diagnosis.findings, resident)


class _Kept:
    """Facts that a kept result is known by: their digest alone."""

    def __init__(self, digest: str, facts: Facts, company: str = "") -> None:
        self.key, self.facts, self.company = (digest, company), facts, company

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=16)
def _networks(kept: _Kept) -> dict[str, ZoneNetwork]:
    return zone_networks(kept.facts.atlas, kept.facts.residents, known=kept.facts.known)


@lru_cache(maxsize=32)
def _middle(kept: _Kept) -> ZoneNetwork:
    facts = kept.facts
    return zone_network(facts.atlas, zone_links(facts.atlas, facts.residents, known=facts.known, split=PROPORTIONAL))


@lru_cache(maxsize=32)
def _kept_risks(kept: _Kept) -> tuple[CompanyRisk, ...]:
    return tuple(zone_risks(_networks(kept)))


@lru_cache(maxsize=256)
def _kept_spread(kept: _Kept) -> Spread:
    return spread_of(_middle(_Kept(kept.key[0], kept.facts)), kept.company)


def _risks(facts: Facts) -> tuple[CompanyRisk, ...]:
    return _kept_risks(_Kept(facts.digest, facts))
