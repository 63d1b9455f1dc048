"""Who is hurt by one failure: what is short, for how many days the stated stocks last, and on which day the harm can arrive."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..verdicts import Finding, Resident
from .stock_days import AT_ONCE, Arrival, StatedStock, StockLink, Stocks, arrivals
from .zone_links import FLOWING
from .zone_risk import FELT, Hit, Spread, ZoneNetwork

StandIns = dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]]
"""By segment: other makers here, known makers outside (None: no list of them)."""


@dataclass(frozen=True, slots=True)
class Short:
    """An input that a hurt company buys from a company that no longer delivers. stock: None where nobody stated it."""

    segment: str
    supplier: str
    is_essential: bool
    stock: StatedStock | None


@dataclass(frozen=True, slots=True)
class Hurt:
    """A company that a failure hurts. first: the step that reached it; the losses are fractions of its output.

    inputs_day: the earliest day on which inputs can be missing, None where only buyers fall away; unknown: stocks on the way that
    nobody stated, each counted as 0 days; is_essential: the way runs along essential inputs alone; way: the companies from the
    one that stopped to this one, both named; short: what it no longer gets from the stopped company and from the last on the way.
    """

    company: str
    first: int
    lost: float
    down: float
    up: float
    inputs_day: Decimal | None
    unknown: int
    is_essential: bool
    way: tuple[str, ...]
    short: tuple[Short, ...]

    @property
    def has_fewer_buyers(self) -> bool:
        return self.up >= FELT

    @property
    def day(self) -> Decimal:
        """The day that the list is sorted by: when inputs can be missing, else day 0, on which orders already fall away."""
        return AT_ONCE if self.inputs_day is None else self.inputs_day


def hurt_companies(zone: ZoneNetwork, company: str, spread: Spread, stocks: Stocks) -> list[Hurt]:
    """Everybody hit in the end but the company itself: the earliest day first, then the largest loss, then the name.

    Harm passes through plants that lost a ten-thousandth or more downstream; every company that did so has a way, because no
    plant loses more than the worst of those it buys from.
    """
    first: dict[str, int] = {}
    for number, hits in enumerate(spread.steps):
        for hit in hits:
            first.setdefault(hit.company, number)
    walk = _Walk(zone, company, spread, stocks)
    found = [walk.hurt(hit, first[hit.company]) for hit in spread.steps[-1] if hit.company != company]
    return sorted(found, key=lambda h: (h.day, -h.lost, h.company))


def stand_ins(findings: Mapping[str, Finding], stopped: Resident) -> StandIns:
    """Who could stand in for the company, by each segment that it makes."""
    others = {code: findings[code] for code in stopped.makes}
    return {code: (tuple(name for name in f.makers if name != stopped.name), f.outside) for code, f in others.items()}


class _Walk:
    """The links that the harm can pass, with the stocks of who buys, and the earliest day of every plant.

    Whether a link is essential is read from what its buyer needs, the link's own input or a broader kind of it: a company that
    makes essential things may sell other things too.
    """

    def __init__(self, zone: ZoneNetwork, company: str, spread: Spread, stocks: Stocks) -> None:
        self.zone, self.company, self.stocks = zone, company, stocks
        plants = zone.plants
        self.own = set(zone.plants_of[company])
        self.links = [
            link
            for link in zone.links.links
            if link.supplier >= 0 and link.amount_fen > 0 and link.buyer not in self.own and spread.down[link.supplier] >= FELT
            and spread.down[link.buyer] >= FELT
        ]  # fmt: skip
        needs, lines = stocks.atlas.needs_of(FLOWING), stocks.atlas.lines
        self.is_essential = [
            any(needs.get(plants[k.buyer].segment, {}).get(code, False) for code in lines.get(k.segment, ())) for k in self.links
        ]
        self.bought: dict[str, list[int]] = {}
        for place, link in enumerate(self.links):
            self.bought.setdefault(plants[link.buyer].company, []).append(place)
        stock = [stocks.of(plants[link.buyer].company, link.segment) for link in self.links]
        self.ways = arrivals(
            [
                StockLink(link.supplier, link.buyer, bool(essential_), None if one is None else one.days)
                for link, essential_, one in zip(self.links, self.is_essential, stock, strict=True)
            ],
            sorted(self.own),
        )

    def hurt(self, hit: Hit, first: int) -> Hurt:
        reached = [self.ways[place] for place in self.zone.plants_of[hit.company] if place in self.ways] if hit.down >= FELT else []
        way = min(reached, key=lambda a: (not a.is_essential, a.key), default=None)
        stations = () if way is None else self._stations(way)
        return Hurt(
            hit.company, first, hit.lost, hit.down, hit.up, None if way is None else way.day, 0 if way is None else way.unknown,
            is_essential=way is not None and way.is_essential, way=stations,
            short=() if way is None else self._short(hit.company, stations[-2]),
        )  # fmt: skip

    def _stations(self, way: Arrival) -> tuple[str, ...]:
        """The companies of a way from its first one on; plants of one company are one station."""
        plants, names = self.zone.plants, [self.zone.plants[self.links[way.link].buyer].company]
        while way.link >= 0:
            supplier = self.links[way.link].supplier
            if plants[supplier].company != names[-1]:
                names.append(plants[supplier].company)
            way = self.ways[supplier]
        return tuple(reversed(names))

    def _short(self, buyer: str, last: str) -> tuple[Short, ...]:
        """What the buyer gets from the stopped company and from the last one on the way; the stopped one's first."""
        plants = self.zone.plants
        inputs: dict[tuple[str, str], bool] = {}
        for place in self.bought.get(buyer, ()):
            link, seller = self.links[place], plants[self.links[place].supplier].company
            if seller in (self.company, last):
                key = (seller, link.segment)
                inputs[key] = inputs.get(key, False) or bool(self.is_essential[place])
        shorts = [Short(code, seller, e, self.stocks.of(buyer, code)) for (seller, code), e in inputs.items()]
        return tuple(sorted(shorts, key=self._order))

    def _order(self, one: Short) -> tuple[bool, bool, Decimal, str]:
        days = AT_ONCE if one.stock is None else one.stock.days
        return one.supplier != self.company, not one.is_essential, days, one.segment
