"""What a zone's import desk goes by: its own thresholds of above scale, editions of divisions, its areas. Officers set them.

A row is never changed: what takes its place ends it. Lists that were compared before are compared anew at their commit.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, count

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import must_say_why, record
from xinya.kit.days import is_day_of_trade
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.divisions import Division as Told
from ..engine.divisions import overlap
from ..engine.thresholds import Threshold, years_left
from ..files.thresholds import ThresholdLine, demand_years
from ..models import Division, DivisionEdition, Person, Source, Zone, ZoneThreshold
from ..queries.desk_rules import NO_AREA, NO_EDITION, NO_THRESHOLD, areas_in_force, divisions_told, locked, threshold_told
from ..queries.import_register import CONFIDENCE
from .grants import demand_reason
from .zones import demand_officer, touch_zone

must_say_why("set-thresholds", "end-threshold", "bring-divisions", "end-divisions", "add-area", "end-area")
SOURCES = (Source.Kind.STATISTICS, Source.Kind.REGISTER, Source.Kind.OFFICER, Source.Kind.VENDOR)
"""Who may stand behind a rule of the desk."""
SIZE = 500

SOURCE_WRONG = _("The source is one of %(kinds)s, with a title of 2 to 200 characters.")
DAY_WRONG = _("The day must lie between 1900 and 2200.")
DAYS_TURNED = _("The last day, %(last)s, lies before the first, %(first)s.")
NAME_WRONG = _("An edition has a name of 2 to 60 characters.")
EDITION_THERE = _("There is an edition “%(name)s” already. Withdraw it first, or give this one another name.")
KIND_WRONG = _("An edition holds administrative divisions (official) or areas of the zone (areas).")
EMPTY = _("Nothing was brought: at least one row is needed.")
AREA_THERE = _("The area %(code)s, %(name)s, stands already for some of these days.")
AREA_ENDED = _("The area %(code)s ended on %(day)s already.")


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who says so, in which document of which day, and why it is entered now."""

    source_kind: str
    source: str
    issued_on: datetime.date | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewEdition:
    """Divisions as one act published them, or a list of the zone's areas. kind: official or areas."""

    name: str
    kind: str
    valid_from: datetime.date
    rows: Sequence[Told]
    valid_to: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class SetRows:
    """How many rows are new, took the place of another, or were there already."""

    new: int
    replaced: int
    same: int


def set_thresholds(actor: Person, *, zone: Zone, lines: Sequence[ThresholdLine], grounds: Grounds) -> SetRows:
    """Rows of above scale hold from now on, all or none. What a row says of its source counts before the grounds of all.

    A row that stands already with the same amount and years stays as it is. An older one of the same code ends; in years that the
    newer one does not speak of, it holds on. Raises Refused: not-allowed, reason-missing, source-wrong, year-wrong, day-wrong.
    """
    demand_officer(actor, zone)
    reason = demand_reason(grounds.reason)
    demand(bool(lines), "nothing-brought", EMPTY, status=422)
    for line in lines:
        demand_years(line.threshold.valid_from_year, line.threshold.valid_to_year)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        sources: dict[tuple[str, str, datetime.date | None], Source] = {}
        held = list(ZoneThreshold.objects.select_for_update(of=("self",)).filter(zone=zone, ended_at=None).select_related("source"))
        new = replaced = same = 0
        for line in lines:
            said = _said(line, grounds)
            met = [row for row in held if threshold_told(row).meets(line.threshold)]
            if any(threshold_told(row) == line.threshold and _is_from(row.source, said) for row in met):
                same += 1
                continue
            source = sources.get(said) or sources.setdefault(said, _source(*said))
            for old in met:
                held.remove(old)
                held += _end(actor, old, line.threshold, reason)
            replaced += bool(met)
            new += not met
            held.append(_stored(zone, line.threshold, source, reason, actor))
        if new or replaced:
            touch_zone(zone)
            record(
                actor, "set-thresholds", "zone", zone.pk, reason=reason, rows=len(lines), new=new, replaced=replaced, same=same,
                codes="、".join(sorted({line.threshold.prefix for line in lines})[:20]),
            )  # fmt: skip
    return SetRows(new, replaced, same)


def end_threshold(actor: Person, *, zone: Zone, threshold_id: int, reason: str) -> ZoneThreshold:
    """A row of the zone's own holds no longer; what ships holds again. Raises Refused: not-allowed, no-such-threshold (404)."""
    demand_officer(actor, zone)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        row = locked(ZoneThreshold.objects.filter(zone=zone), threshold_id, NO_THRESHOLD, "no-such-threshold")
        said = demand_reason(reason)
        row.ended_by, row.ended_at = actor, timezone.now()
        row.save(update_fields=["ended_by", "ended_at"])
        touch_zone(zone)
        record(actor, "end-threshold", "zone", zone.pk, reason=said, code=row.prefix, since=row.valid_from_year)
    return row


def bring_divisions(actor: Person, *, zone: Zone, edition: NewEdition, grounds: Grounds) -> DivisionEdition:
    """An edition of divisions, or the zone's areas as one list; it counts for lists that stand for a day from `valid_from`.

    Raises Refused: not-allowed, reason-missing, source-wrong, name-wrong, day-wrong, nothing-brought, edition-there (409).
    """
    demand_officer(actor, zone)
    reason, name, rows = demand_reason(grounds.reason), edition.name.strip(), edition.rows
    demand(2 <= len(name) <= 60, "name-wrong", NAME_WRONG, status=422)
    demand(edition.kind in DivisionEdition.Kind.values, "kind-wrong", KIND_WRONG, status=422)
    demand(bool(rows), "nothing-brought", EMPTY, status=422)
    _demand_days(edition.valid_from, edition.valid_to)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        is_there = DivisionEdition.objects.filter(zone=zone, name=name, ended_at=None).exists()
        demand(not is_there, "edition-there", EDITION_THERE, status=409, name=name)
        source = _source(grounds.source_kind, grounds.source, grounds.issued_on)
        kept = DivisionEdition.objects.create(
            zone=zone, kind=edition.kind, name=name, valid_from=edition.valid_from, valid_to=edition.valid_to, source=source,
            reason=reason, confidence=_sure(source), brought_by=actor,
        )  # fmt: skip
        Division.objects.bulk_create((_division(kept, one) for one in rows), batch_size=SIZE)
        touch_zone(zone)
        record(
            actor, "bring-divisions", "zone", zone.pk, reason=reason, edition=kept.pk, kind=kept.kind, rows=len(rows),
            since=kept.valid_from, name=name,
        )  # fmt: skip
    return kept


def end_divisions(actor: Person, *, zone: Zone, edition_id: int, reason: str) -> DivisionEdition:
    """An edition counts no more, as if it had not been brought; it stays readable. Raises Refused no-such-edition (404)."""
    demand_officer(actor, zone)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        row = locked(DivisionEdition.objects.filter(zone=zone), edition_id, NO_EDITION, "no-such-edition")
        said = demand_reason(reason)
        row.ended_by, row.ended_at = actor, timezone.now()
        row.save(update_fields=["ended_by", "ended_at"])
        touch_zone(zone)
        record(actor, "end-divisions", "zone", zone.pk, reason=said, edition=row.pk, name=row.name)
    return row


def add_area(actor: Person, *, zone: Zone, area: Told, grounds: Grounds) -> Division:
    """One area of the zone beside those it has. Raises Refused: not-allowed, reason-missing, source-wrong, area-there (409)."""
    demand_officer(actor, zone)
    reason = demand_reason(grounds.reason)
    _demand_days(area.valid_from or datetime.date(2000, 1, 1), area.valid_to)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        met = [one for one in divisions_told(areas_in_force(zone)) if overlap(one, area)]
        if met:
            raise Refused("area-there", AREA_THERE, status=409, code=area.code, name=met[0].name)
        source = _source(grounds.source_kind, grounds.source, grounds.issued_on)
        edition = DivisionEdition.objects.create(
            zone=zone, kind=DivisionEdition.Kind.AREAS, name=_free_name(zone, area), source=source, reason=reason,
            valid_from=area.valid_from or datetime.date(2000, 1, 1), confidence=_sure(source), brought_by=actor,
        )  # fmt: skip
        row = _division(edition, area)
        row.save()
        touch_zone(zone)
        record(actor, "add-area", "zone", zone.pk, reason=reason, code=area.code, name=area.name, share=area.share)
    return row


def end_area(actor: Person, *, zone: Zone, area_id: int, last_day: datetime.date | None, reason: str) -> Division:
    """An area belongs to the zone until this day, and stays readable. Raises Refused: no-such-area (404), day-wrong.

    last_day: None where no day could be read; said after everything else that refuses the act.
    """
    demand_officer(actor, zone)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        row = areas_in_force(zone).filter(pk=area_id).first() if 0 < area_id < 2**63 else None
        if row is None:
            raise Refused("no-such-area", NO_AREA, status=404)
        said = demand_reason(reason)
        demand(row.valid_to is None, "area-ended", AREA_ENDED, status=409, code=row.code, day=str(row.valid_to))
        if last_day is None:
            raise Refused("day-wrong", DAY_WRONG, status=422)
        _demand_days(row.valid_from or last_day, last_day)
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])
        touch_zone(zone)
        record(actor, "end-area", "zone", zone.pk, reason=said, code=row.code, change={"valid_to": (None, last_day)})
    return row


def _said(line: ThresholdLine, grounds: Grounds) -> tuple[str, str, datetime.date | None]:
    if line.source:
        return line.source_kind or grounds.source_kind, line.source, line.issued_on
    return line.source_kind or grounds.source_kind, grounds.source.strip(), line.issued_on or grounds.issued_on


def _is_from(source: Source, said: tuple[str, str, datetime.date | None]) -> bool:
    return (source.kind, source.title, source.issued_on) == said


def _end(actor: Person, old: ZoneThreshold, by: Threshold, reason: str) -> list[ZoneThreshold]:
    """End a row, and keep it for the years that the newer one does not speak of."""
    old.ended_by, old.ended_at = actor, timezone.now()
    old.save(update_fields=["ended_by", "ended_at"])
    told = threshold_told(old)
    return [
        _stored(old.zone, Threshold(old.prefix, old.amount_fen, since, until, old.is_inclusive), old.source, reason, actor)
        for since, until in years_left(told, by)
    ]


def _stored(zone: Zone, row: Threshold, source: Source, reason: str, actor: Person) -> ZoneThreshold:
    return ZoneThreshold.objects.create(
        zone=zone, prefix=row.prefix, amount_fen=row.amount_fen, is_inclusive=row.is_inclusive, source=source, reason=reason,
        valid_from_year=row.valid_from_year, valid_to_year=row.valid_to_year, confidence=_sure(source), set_by=actor,
    )  # fmt: skip


def _source(kind: str, title: str, issued_on: datetime.date | None) -> Source:
    title = title.strip()
    is_told = kind in SOURCES and 2 <= len(title) <= 200
    demand(is_told, "source-wrong", SOURCE_WRONG, status=422, kinds=", ".join(SOURCES))
    demand(issued_on is None or is_day_of_trade(issued_on), "day-wrong", DAY_WRONG, status=422)
    return Source.objects.create(kind=kind, title=title, issued_on=issued_on)


def _sure(source: Source) -> Decimal:
    return Decimal(CONFIDENCE[Source.Kind(source.kind)])


def _division(edition: DivisionEdition, one: Told) -> Division:
    return Division(
        edition=edition, code=one.code, name=one.name, parent=one.parent, valid_from=one.valid_from, valid_to=one.valid_to,
        share=one.share, within=one.within,
    )  # fmt: skip


def _demand_days(first: datetime.date, last: datetime.date | None) -> None:
    is_told = is_day_of_trade(first) and (last is None or is_day_of_trade(last))
    demand(is_told, "day-wrong", DAY_WRONG, status=422)
    demand(last is None or first <= last, "day-wrong", DAYS_TURNED, status=422, first=str(first), last=str(last))


def _free_name(zone: Zone, area: Told) -> str:
    """An edition of one area is called after it; an area that came back gets a number."""
    taken = set(DivisionEdition.objects.filter(zone=zone, ended_at=None).values_list("name", flat=True))
    name = f"{area.name[:40]} {area.code}"
    return next(one for one in chain([name], (f"{name} ({number})" for number in count(2))) if one not in taken)
