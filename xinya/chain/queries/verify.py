"""The weekly list of what to look at again, and what others found wrong and an officer has still to decide."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from xinya.kit.refusals import Refused
from xinya.kit.rows import only
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.conflicts import Weighed
from xinya.zones.engine.freshness import FADES, Age, Bin, binned, life_of
from xinya.zones.models import Check, Company, Fact, Person, Zone
from xinya.zones.queries import Dossier, reads_of, visible_to
from xinya.zones.rules import has_power

from ..engine.freshness import lone_supports
from ..engine.placement import COUNTED
from ..engine.verify_list import Ask, asked_this_week
from ..models import Placement
from ..rules import may_look_again
from .freshness import Confirmations, Key, fact_age, key_of, place_age
from .reports import ZoneReport, zone_report, zone_rows

FACT, PLACEMENT = "fact", "placement"
NO_ZONE = _("There is no such zone.")


@dataclass(frozen=True)
class Item:
    """One thing to look at again. row: the fact or the placement; outcome: of the last check, "" without any."""

    kind: str
    row: Fact | Placement
    dossier: Dossier
    age: Age
    reads: int
    is_alone: bool
    score: float
    outcome: str = ""

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.row.pk


@dataclass(frozen=True)
class VerifyList:
    """A person's list of this week. found_wrong: what others found wrong; contradictions: figures of which sources differ."""

    zone: Zone
    found: ZoneReport
    on: datetime.date
    week: str
    done: int
    items: tuple[Item, ...]
    found_wrong: tuple[Item, ...]
    contradictions: tuple[tuple[Dossier, Fact, Weighed], ...]


def verify_zone(person: Person, code: str) -> Zone:
    """A zone in which the person looks at facts again; any other is refused as not found. One statement."""
    zone = only(Zone.objects.filter(code=code)) if code.isascii() and code.isprintable() else None
    if zone is None or not may_look_again(person, zone):
        raise Refused("no-such-zone", NO_ZONE, status=404)
    return zone


def monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def week_of(day: datetime.date) -> str:
    """The week as it is written, 2026-W49."""
    year, number, _weekday = day.isocalendar()
    return f"{year}-W{number:02d}"


@dataclass(frozen=True)
class _Round:
    """What every item is made from."""

    on: datetime.date
    placements: Mapping[int, Sequence[Placement]]
    held: Confirmations
    reads: Mapping[int, int]
    alone: frozenset[tuple[str, str, str]]

    def place(self, row: Placement, dossier: Dossier) -> Item:
        age = place_age(row, dossier, self.held, self.on)
        is_alone = (dossier.company.name, row.segment, row.text) in self.alone
        return self._item(Ask((PLACEMENT, row.pk), age.weight, self._reads(dossier), is_alone), row, dossier, age)

    def fact(self, row: Fact, dossier: Dossier) -> Item:
        age = fact_age(row, self.held, self.on)
        return self._item(Ask((FACT, row.pk), age.weight, self._reads(dossier)), row, dossier, age)

    def _reads(self, dossier: Dossier) -> int:
        return self.reads.get(dossier.company.pk, 0)

    def _item(self, ask: Ask, row: Fact | Placement, dossier: Dossier, age: Age) -> Item:
        outcome = self.held.outcomes.get(subject_of(row), "")
        return Item(ask.key[0], row, dossier, age, ask.reads, ask.is_alone, ask.score, outcome)

    def of(self, dossier: Dossier) -> list[Item]:
        """A company's counted placements, and those facts that fade and stand behind none of them."""
        here = [p for p in self.placements.get(dossier.company.pk, ()) if p.state in COUNTED]
        placed, state = {p.text for p in here}, dossier.state_on(self.on)
        found = [self.place(row, dossier) for row in here]
        for fact in (f for facts in dossier.facts.values() for f in facts if life_of(f.kind).way == FADES):
            is_placed = fact.kind == Fact.Kind.PRODUCT and fact.text in placed
            is_past = fact.kind == Fact.Kind.STATE and fact is not state
            if not is_placed and not is_past:
                found.append(self.fact(fact, dossier))
        return found

    def objected(self, dossier: Dossier) -> list[Item]:
        """Placements that the company objected to: an officer decides."""
        return [self.place(row, dossier) for row in self.placements.get(dossier.company.pk, ()) if row.state == "OBJECTED"]


def verify_list(person: Person, zone: Zone) -> VerifyList:
    """What this person may look at again, the most useful first. Two statements beyond those of the zone's report.

    Always of today, whatever day the zone's pages stand on. A commissioner's companies are those assigned or covered today.
    """
    on = timezone.localdate()
    found, rows = zone_report(zone, on), zone_rows(zone)
    mine = set(visible_to(person, Company).filter(zone=zone).values_list("pk", flat=True))
    dossiers = [d for d in found.dossiers if d.company.pk in mine]
    since = monday(on)
    answered = {key for by, day, key in rows.held.said if by == person.pk and day >= since}
    reads = reads_of([d.company.pk for d in dossiers], on)
    one_round = _Round(on, rows.placements, rows.held, reads, lone_supports(found.report))
    every = [one for d in dossiers for one in one_round.of(d)]
    could = {one.key: one for one in every if subject_of(one.row) not in answered}
    asks = [Ask(one.key, one.age.weight, one.reads, one.is_alone) for one in could.values()]
    items = tuple(could[ask.key] for ask in asked_this_week(asks, done=len(answered)))
    week_said = week_of(on)
    if not has_power(person, "change_zone"):
        return VerifyList(zone, found, on, week_said, len(answered), items, (), ())
    wrong = [one for one in every if one.outcome == Check.Outcome.WRONG]
    wrong += [one for d in dossiers for one in one_round.objected(d)]
    contradictions = tuple((d, fact, held) for d in dossiers for fact, held in d.conflicts)
    return VerifyList(zone, found, on, week_said, len(answered), items, tuple(wrong), contradictions)


def subject_of(row: Fact | Placement) -> Key:
    """What checks of it are known by."""
    return row.pk if isinstance(row, Fact) else key_of(row)


def rechecked(zone: Zone) -> dict[str, list[Bin]]:
    """By kind what people found when they looked again, in bins of half a year; later lists are no re-check. One statement."""
    rows = Check.objects.filter(zone=zone).exclude(outcome=Check.Outcome.UNKNOWN).exclude(voice=Check.Voice.LIST)
    found: dict[str, list[tuple[int, bool]]] = {}
    for kind, age, outcome in rows.order_by("pk").values_list("kind", "age", "outcome"):
        found.setdefault(kind, []).append((age, outcome == Check.Outcome.RIGHT))
    return {kind: binned(checks) for kind, checks in found.items()}
