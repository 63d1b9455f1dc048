"""How old the knowledge behind a chain is: a segment by its youngest placement, a chain by how much people confirmed. Pure."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xinya.zones.engine.freshness import Age

from .atlas import Atlas
from .report import Report
from .verdicts import GAPS

YEAR = 365


@dataclass(frozen=True, slots=True)
class Known:
    """A counted placement of a company that produces here: its age, and the day on which a person last confirmed it, if any."""

    company: str
    segment: str
    text: str
    age: Age
    confirmed_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Of how many counted placements on a chain people confirmed how many in the last twelve months."""

    confirmed: int
    counted: int

    @property
    def value(self) -> float | None:
        return self.confirmed / self.counted if self.counted else None


def segment_ages(atlas: Atlas, known: Iterable[Known]) -> dict[str, Age]:
    """Of each segment made here the age of the youngest placement on it or on a narrower one."""
    best: dict[str, Age] = {}
    for one in known:
        for code in atlas.lines.get(one.segment, ()):
            held = best.get(code)
            if held is None or (one.age.weight, -one.age.days) > (held.weight, -held.days):
                best[code] = one.age
    return best


def confirmed_shares(atlas: Atlas, known: Sequence[Known], on: datetime.date) -> dict[str, Share]:
    """By chain: placements that a person or the company confirmed within the 365 days up to `on`, of all that count."""
    found = {}
    for chain in atlas.chains:
        members = {code for code, _column in chain.members}
        here = [one for one in known if one.segment in members]
        recent = [one for one in here if one.confirmed_on is not None and 0 <= (on - one.confirmed_on).days <= YEAR]
        found[chain.code] = Share(len(recent), len(here))
    return found


def lone_supports(made: Report) -> frozenset[tuple[str, str, str]]:
    """Placements (company, segment, text) that alone hold up a gap: without this one nobody would need the segment.

    A gap with two direct buyers has at least two placements behind it; so only those with one are looked at.
    """
    needs, found = made.atlas.needs_of(made.diagnosis.limits.kinds), set()
    counted: dict[str, list[tuple[str, str, str]]] = {}
    for p in made.placements:
        if p.state in ("AUTOMATIC", "CONFIRMED"):
            counted.setdefault(p.company, []).append((p.company, p.segment, p.text))
    for finding in made.diagnosis.verdicts:
        if finding.kind not in GAPS or len(finding.buyers) != 1:
            continue
        behind = [key for key in counted.get(finding.buyers[0].resident, ()) if finding.segment in needs.get(key[1], {})]
        if len(behind) == 1:
            found.add(behind[0])
    return frozenset(found)
