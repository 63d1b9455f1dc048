"""What if (试算): a zone with companies added or taken away, measured against the zone as it stands. Pure: no fact is touched.

A scenario is diagnosed by the same rules as the zone itself (verdicts.py), so a figure of both is the same figure.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from xinya.zones.engine.standings import is_gone

from .placement import CONFIDENCE, CONFIRMED
from .report import PRODUCING, Company, Placed, Report, report
from .verdicts import GAPS, Limits

IMAGINED = " imagined"
"""Begins the name of a company that is not there; no company's name begins with a blank."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a scenario changes.

    makes: segments, each made by an imagined company of its own; comes: known makers outside, by name, that settle; leaves:
    companies here, by name, that stop.
    """

    makes: tuple[str, ...] = ()
    comes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.makes) + len(self.comes) + len(self.leaves)


@dataclass(frozen=True, slots=True)
class Measures:
    """A zone in figures.

    gaps: verdicts missing and dependent. demand: direct demand of all companies, summed over segments (1 where essential, else
    0.5); served: the part of it whose segment is made here; served / demand is the local sourcing of the needs that the packs
    know. completeness: by chain, share of the product's essential inputs that are made here; None without a product.
    """

    companies: int
    gaps: int
    fragile: int
    demand: float
    served: float
    completeness: Mapping[str, float | None]

    @property
    def sourcing(self) -> float | None:
        """Share of direct demand that is served here, from 0 to 1; None where nothing is needed."""
        return self.served / self.demand if self.demand else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario beside the zone.

    closed: gaps that somebody here makes now; eased: the direct demand that they had. gone: gaps that are none any more because
    nobody needs them enough now; opened: gaps that were none. turned: (segment, verdict before, verdict after) of all others that
    changed. Segments of a chain of which too little is known before or after stand in none of them: learnt and forgotten name
    these chains.
    """

    report: Report
    measures: Measures
    closed: tuple[str, ...]
    opened: tuple[str, ...]
    eased: float
    turned: tuple[tuple[str, str, str], ...]
    gone: tuple[str, ...] = ()
    learnt: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()


def measured(made: Report, without: Collection[str] = ()) -> Measures:
    """The figures of a diagnosed zone. without: segments that a person said are no gaps here."""
    findings = made.diagnosis.findings.values()
    known = {f.segment for f in findings if made.diagnosis.chains_known(f.segment) and f.segment not in without}
    return Measures(
        companies=sum(1 for c in made.companies if c.state == PRODUCING),
        gaps=sum(1 for f in findings if f.kind in GAPS and f.segment in known),
        fragile=sum(1 for f in findings if f.kind in ("thin", "weak") and f.segment in known),
        demand=sum(f.demand for f in findings),
        served=sum(f.demand for f in findings if f.makers),
        completeness={c.chain: None if math.isnan(c.completeness) else c.completeness for c in made.diagnosis.chains},
    )


def play(
    base: Report,
    steps: Steps,
    *,
    outside: Sequence[Company] | None = None,
    limits: Limits | None = None,
    without: Collection[str] = (),
) -> Outcome:
    """Diagnose the zone with the steps taken. Raises ValueError for a segment or a company that is not there.

    A maker that settles is no maker outside any more; it produces from the start. One that ended, by the register, does not
    settle: ValueError. without: as in `measured`.
    """
    atlas = base.atlas
    here = {c.name: c for c in base.companies}
    there = {c.name: c for c in outside or ()}
    ended = {c.name for c in base.gone}
    if absent := [each for each in steps.leaves if each in ended and each not in here]:
        raise ValueError(f"gone: {absent[0]}")
    for kind, names, known in (
        ("segment", steps.makes, atlas.segments),
        ("outside", steps.comes, there),
        ("here", steps.leaves, here),
    ):
        for each in names:
            if each not in known:
                raise ValueError(f"{kind}: {each}")
    comes = dict.fromkeys(steps.comes)
    if struck := [each for each in comes if is_gone(there[each].standing)]:
        raise ValueError(f"gone: {struck[0]}")
    if busy := [each for each in comes if each in here and here[each].state == PRODUCING and each not in steps.leaves]:
        raise ValueError(f"twice: {busy[0]}")
    # One that is planned or being built here under the same name starts to produce.
    stay = [c for c in base.companies if c.name not in steps.leaves and c.name not in comes]
    come = [replace(there[each], state=PRODUCING, standing="") for each in comes]  # a new plant here, whatever it leaves there
    for number, code in enumerate(dict.fromkeys(steps.makes), start=1):
        name = f"{IMAGINED} {number}"
        come.append(Company(name, placements=(Placed(name, code, CONFIRMED, CONFIDENCE["confirmed"], "confirmed", ""),)))
    # When the last has come, nothing is known of others.
    left = [c for c in outside or () if c.name not in steps.comes and not is_gone(c.standing)] or None
    after = report(atlas, [*stay, *come, *base.gone], as_of=base.as_of, outside=left, limits=limits)
    return _compared(base, after, without)


def _compared(base: Report, after: Report, without: Collection[str]) -> Outcome:
    before, now = base.diagnosis.findings, after.diagnosis.findings
    were = [f.segment for f in base.diagnosis.verdicts if f.kind in GAPS and f.segment not in without]
    are = [f.segment for f in after.diagnosis.verdicts if f.kind in GAPS and f.segment not in without]
    known = {code for code in before if base.diagnosis.chains_known(code) and after.diagnosis.chains_known(code)}
    closed = tuple(code for code in were if code not in set(are) and code in known and now[code].makers)
    gone = tuple(code for code in were if code not in set(are) and code in known and not now[code].makers)
    opened = tuple(code for code in are if code not in set(were) and code in known)
    shown = known & {f.segment for made in (base, after) for f in made.diagnosis.verdicts}
    shown -= {*closed, *gone, *opened, *without}
    was_known, is_known = ({c.chain for c in made.diagnosis.chains if c.is_known} for made in (base, after))
    turned = tuple(
        (code, before[code].kind, now[code].kind) for code in before if code in shown and before[code].kind != now[code].kind
    )
    return Outcome(
        after,
        measured(after, without),
        closed,
        opened,
        sum(before[code].demand for code in closed),
        turned,
        gone,
        tuple(sorted(is_known - was_known)),
        tuple(sorted(was_known - is_known)),
    )
