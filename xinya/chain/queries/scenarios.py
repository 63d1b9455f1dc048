"""What if: the scenarios of an address, played on a zone as it stands. No statement beyond its report's; nothing is stored."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.standings import is_gone
from xinya.zones.models import Zone
from xinya.zones.queries import Dossier
from xinya.zones.queries.gate import survivor_of

from ..engine import scenario
from ..engine.report import PRODUCING, Report
from ..engine.scenario import Measures, Outcome, Steps
from .reports import ZoneReport, outside_companies, zone_report, zone_rows

LETTERS = ("a", "b", "c")
MOST_STEPS = 12
VERBS = ("make", "come", "leave")
STEP_WRONG = _("%(step)s is no step of a scenario: it is make., come. or leave. and a segment or the number of a company.")
TOO_MANY_STEPS = _("A scenario has at most %(limit)s steps.")
UNKNOWN_SEGMENT = _("No pack of this zone has a segment %(segment)s.")
ALREADY_HERE = _("%(name)s produces here already.")
NO_COMPANY = _("There is no such company in this zone.")
GONE = _("%(name)s stands as “%(standing)s” in the register: it counts as nothing here, so it can neither leave nor come.")


@dataclass(frozen=True, slots=True)
class Step:
    """One step as an address writes it: `make.<segment>`, `come.<number>`, `leave.<number>`; dossier: of the company meant."""

    verb: str
    value: str
    dossier: Dossier | None = None

    @property
    def written(self) -> str:
        return f"{self.verb}.{self.value}"


@dataclass(frozen=True)
class Played:
    """A scenario with what came out."""

    letter: str
    steps: tuple[Step, ...]
    outcome: Outcome


@dataclass(frozen=True)
class WhatIf:
    """The zone as it stands and up to three scenarios beside it."""

    found: ZoneReport
    base: Report
    measures: Measures
    outside: tuple[Dossier, ...]
    played: tuple[Played, ...]


def what_if(zone: Zone, on: datetime.date, asked: Mapping[str, Sequence[str]]) -> WhatIf:
    """Play the scenarios. asked: steps by letter (a, b, c).

    Raises Refused: step-wrong, too-many-steps (422); unknown-segment, no-such-company (404, also for a company of another zone).
    """
    found, rows = zone_report(zone, on), zone_rows(zone)
    outside = outside_companies(zone, on) or None
    ended = {c.name: c.standing for c in outside or () if is_gone(c.standing)}
    gone = {"leave": {c.name: c.standing for c in found.report.gone}, "come": ended}
    here = {str(d.company.pk): d for d in found.dossiers}
    there = {str(d.company.pk): d for d in rows.outside}
    base = found.report
    played = []
    for letter in LETTERS:
        steps = tuple(_step(written, base, here, there, gone) for written in dict.fromkeys(asked.get(letter, ())))
        if len(steps) > MOST_STEPS:
            raise Refused("too-many-steps", TOO_MANY_STEPS, limit=MOST_STEPS)
        if steps:
            wanted = Steps(
                makes=tuple(s.value for s in steps if s.verb == "make"),
                comes=tuple(s.dossier.company.name for s in steps if s.verb == "come" and s.dossier),
                leaves=tuple(s.dossier.company.name for s in steps if s.verb == "leave" and s.dossier),
            )
            outcome = scenario.play(base, wanted, outside=outside, limits=rows.limits, without=found.not_gaps)
            played.append(Played(letter, steps, outcome))
    return WhatIf(
        found,
        base,
        scenario.measured(base, found.not_gaps),
        tuple(d for d in rows.outside if d.company.name not in ended),
        tuple(played),
    )


def _now(number: str) -> str:
    """The number that a merged company has now: an address that names it still means it."""
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    return str(survivor_of(int(number))) if is_number else ""


def _step(
    written: str, base: Report, here: Mapping[str, Dossier], there: Mapping[str, Dossier], gone: Mapping[str, Mapping[str, str]]
) -> Step:
    verb, dot, value = written.partition(".")
    if verb not in VERBS or not dot or not value:
        raise Refused("step-wrong", STEP_WRONG, step=written[:40] or "–")
    if verb == "make":
        if value not in base.atlas.segments:
            raise Refused("unknown-segment", UNKNOWN_SEGMENT, status=404, segment=value[:30])
        return Step(verb, value)
    known = here if verb == "leave" else there
    dossier = known.get(value) or known.get(_now(value))
    if dossier is None:
        raise Refused("no-such-company", NO_COMPANY, status=404)
    name = dossier.company.name
    if name in gone[verb]:
        raise Refused("company-gone", GONE, name=name, standing=gone[verb][name])
    if verb == "come" and any(c.name == name and c.state == PRODUCING for c in base.companies):
        raise Refused("already-here", ALREADY_HERE, name=name)
    return Step(verb, value, dossier)
