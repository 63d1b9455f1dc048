"""On which day a failure can reach whom: the stocks that companies state, added up along the quickest way of supply. Pure.

The rule is docs/resilience.md's: first along essential inputs alone, because only these stop a company; who is reached in no such
way, along the other inputs too. A stock that nobody stated counts as 0 days and is counted. The day is the earliest possible one.
"""

import datetime
import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..atlas import Atlas

MOST_DAYS = 3650
AT_ONCE = Decimal(0)


@dataclass(frozen=True, slots=True)
class StatedStock:
    """For how many days (0 to 3650) a company can go on without deliveries of an input; who says so, when, how sure (0 to 1)."""

    company: str
    segment: str
    days: Decimal
    source: str = ""
    observed_on: datetime.date | None = None
    confidence: float | None = None
    is_invented: bool = False


@dataclass(frozen=True, slots=True)
class StockLink:
    """supplier delivers to buyer (places of any kind); days: the buyer's stock of that input, None where nobody stated it."""

    supplier: int
    buyer: int
    is_essential: bool
    days: Decimal | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """The earliest day and the way to it. unknown: stocks on the way that nobody stated; link: the last link's place in the list,
    -1 where the failure starts; is_essential: the whole way runs along essential inputs.
    """

    day: Decimal
    unknown: int
    steps: int
    link: int
    is_essential: bool

    @property
    def key(self) -> tuple[Decimal, int, int, int]:
        """By what one way is quicker than another: the day, then fewer unknown stocks, fewer links, the link's place."""
        return self.day, self.unknown, self.steps, self.link


def arrivals(links: Sequence[StockLink], start: Collection[int]) -> dict[int, Arrival]:
    """The earliest day of every place that the failure of `start` (day 0) can reach. O(links · log links).

    day(j) = min over links i→j of day(i) + stock of the link; over essential links first, and over all links for the places that
    those do not reach. More stock never brings a day nearer, and no day is nearer than that of the place it comes through.
    """
    going: dict[int, list[int]] = {}
    for place, link in enumerate(links):
        going.setdefault(link.supplier, []).append(place)
    found = {place: Arrival(AT_ONCE, 0, 0, -1, is_essential=True) for place in start}
    for only_essential in (True, False):
        found |= _reached(links, going, found, only_essential=only_essential)
    return found


def _reached(
    links: Sequence[StockLink], going: Mapping[int, Sequence[int]], known: Mapping[int, Arrival], *, only_essential: bool
) -> dict[int, Arrival]:
    """Places beyond the known ones, by Dijkstra's method from all of these at once."""
    settled: dict[int, Arrival] = {}
    waiting: list[tuple[tuple[Decimal, int, int, int], int]] = []

    def look_on(place: int, here: Arrival) -> None:
        for at in going.get(place, ()):
            link = links[at]
            if link.buyer not in known and link.buyer not in settled and (link.is_essential or not only_essential):
                days = link.days if link.days is not None else AT_ONCE
                heapq.heappush(waiting, ((here.day + days, here.unknown + (link.days is None), here.steps + 1, at), link.buyer))

    for place, here in known.items():
        look_on(place, here)
    while waiting:
        (day, unknown, steps, at), place = heapq.heappop(waiting)
        if place in settled:
            continue
        settled[place] = Arrival(day, unknown, steps, at, is_essential=only_essential)
        look_on(place, settled[place])
    return settled


class Stocks:
    """What companies state of their stocks, found by company and input."""

    def __init__(self, atlas: Atlas, stated: Iterable[StatedStock]) -> None:
        self.atlas, self._lines = atlas, atlas.lines
        self._of: dict[str, list[StatedStock]] = {}
        for one in stated:
            self._of.setdefault(one.company, []).append(one)

    def of(self, company: str, segment: str) -> StatedStock | None:
        """The company's stock of an input: of the input itself; else of the kind of it that lasts shortest; else of the nearest
        broader one; None where nothing of the sort is stated.
        """
        own = self._of.get(company, ())
        line = self._lines.get(segment, (segment,))
        exact = [s for s in own if s.segment == segment]
        kinds = [s for s in own if segment in self._lines.get(s.segment, ())]
        broader = sorted((s for s in own if s.segment in line), key=lambda s: line.index(s.segment))
        if exact or kinds:
            return min(exact or kinds, key=lambda s: (s.days, s.segment))
        return broader[0] if broader else None
