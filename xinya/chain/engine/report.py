"""A zone's report: companies in, placements and verdicts out, the same for the shell, the page and the API. Pure."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from xinya.zones.engine.standings import is_gone, is_gone_here

from .atlas import Atlas
from .placement import CONFIDENCE, CONFIRMED, COUNTED, NOTHING_KNOWN, Known, Placement, Reason
from .placer import MOST_TEXTS
from .verdicts import Diagnosis, Limits, Resident, diagnose

PRODUCING, BUILDING, PLANNED = "producing", "building", "planned"
STATES = (PLANNED, BUILDING, PRODUCING)


@dataclass(frozen=True, slots=True)
class Placed:
    """A company's product text on a segment. state: PENDING, AUTOMATIC, CONFIRMED, REJECTED or OBJECTED."""

    company: str
    segment: str
    state: str
    confidence: float
    rule: str
    text: str
    term: str = ""
    modifier: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Company:
    """A company as the diagnosis sees it on the day asked for. state: planned, building or producing.

    shares: of revenue, by product text, in hundredths of a percent. province: two digits of GB/T 2260, "" when not known.
    standing: in the register, as stated; who ended there, or moved away, counts as nothing here.
    """

    name: str
    products: tuple[str, ...] = ()
    placements: tuple[Placed, ...] = ()
    is_anchor: bool = False
    is_above_scale: bool | None = None
    revenue_fen: int | None = None
    group: str | None = None
    state: str = PRODUCING
    shares: Mapping[str, int] = field(default_factory=dict)
    province: str = ""
    standing: str = ""

    def resident(self, codes: frozenset[str]) -> Resident:
        """The company with what it makes among `codes`; only counted placements make a maker."""
        makes = dict.fromkeys(p.segment for p in self.placements if p.state in COUNTED and p.segment in codes)
        return Resident(self.name, tuple(makes), self.is_anchor, self.is_above_scale, self.revenue_fen, self.group)


@dataclass(frozen=True)
class Report:
    """One diagnosis with what it was made from. building: companies on the way, by segment that they will make.

    gone: companies of the list that the register knows as ended or moved away; they stand in nothing else here.
    """

    as_of: datetime.date
    diagnosis: Diagnosis
    companies: tuple[Company, ...]
    placements: tuple[Placed, ...]
    unplaced: tuple[tuple[str, str], ...]
    building: Mapping[str, tuple[Company, ...]]
    gone: tuple[Company, ...] = ()

    @property
    def atlas(self) -> Atlas:
        return self.diagnosis.atlas


class Places(Protocol):
    """What places the texts of one company: a Placer, or a Lexicon where only names and aliases are at hand."""

    def place_all(self, texts: Sequence[str], *, known: Known = ...) -> list[tuple[Placement, ...]]: ...


def place_products(
    placer: Places, name: str, products: Sequence[str], confirmed: Sequence[str] = (), known: Known = NOTHING_KNOWN
) -> tuple[Placed, ...]:
    """The placements of one company's product texts, and of the segments that a person confirmed for it.

    known: what people of the zone have said of texts before. Of more texts than a placer takes at once, those of one block speak
    for each other.
    """
    found = [Placed(name, code, CONFIRMED, CONFIDENCE["confirmed"], "confirmed", "") for code in confirmed]
    for start in range(0, len(products), MOST_TEXTS):
        some = products[start : start + MOST_TEXTS]
        for text, proposals in zip(some, placer.place_all(some, known=known), strict=True):
            for p in proposals:
                found.append(Placed(name, p.segment, p.state, p.confidence, p.rule, text, p.term, p.modifier, p.reasons))
    return tuple(found)


def report(
    atlas: Atlas,
    companies: Sequence[Company],
    *,
    as_of: datetime.date,
    outside: Sequence[Company] | None = None,
    limits: Limits | None = None,
) -> Report:
    """Diagnose a zone's companies as they stand. Companies that do not produce yet are shown and not counted.

    outside: known makers elsewhere; None where no list was given, which is not the same as a list without anybody. Who ended as
    a company, by the register, is neither a maker nor a buyer nor an anchor: everything is as if it were not in the list.
    """
    codes = frozenset(atlas.segments)
    gone = tuple(c for c in companies if is_gone_here(c.standing))
    companies = [c for c in companies if not is_gone_here(c.standing)]
    outside = None if outside is None else [c for c in outside if not is_gone(c.standing)]
    producing = [c.resident(codes) for c in companies if c.state == PRODUCING]
    makers_outside = None if outside is None else [c.resident(codes) for c in outside]
    diagnosis = diagnose(atlas, producing, outside=makers_outside, limits=limits)
    placements = tuple(p for c in companies for p in c.placements if p.segment in codes)
    found = {(p.company, p.text) for p in placements}
    unplaced = tuple((c.name, text) for c in companies for text in c.products if (c.name, text) not in found)
    coming: dict[str, dict[str, Company]] = {}
    for c in companies:
        if c.state in (PLANNED, BUILDING):
            for code in c.resident(codes).makes:
                for above in atlas.lines[code]:
                    coming.setdefault(above, {})[c.name] = c
    building = {code: tuple(found.values()) for code, found in coming.items()}
    return Report(as_of, diagnosis, tuple(companies), placements, unplaced, building, gone)
