"""The atlas, a zone's report on a day, and what people answered."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from xinya.kit.days import day_written
from xinya.kit.memory import Memory
from xinya.kit.refusals import Refused, concerning
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.freshness import Age
from xinya.zones.engine.regions import province_of
from xinya.zones.engine.standings import is_gone
from xinya.zones.files import CompanyLine
from xinya.zones.models import Company, Fact, Person, Zone
from xinya.zones.queries import Dossier, dossiers_of, is_gone_by, visible_to
from xinya.zones.queries.gate import ZONE_WIDE, say_where_in

from ..engine import Atlas, Limits
from ..engine import report as engine_report
from ..engine.freshness import Share, confirmed_shares, segment_ages
from ..engine.placement import CONFIRMED, REJECTED, Known
from ..engine.report import PRODUCING, Placed, Report
from ..files import listed_companies, placer_for, shipped_atlas
from ..models import Answer, LimitSet, Placement
from .atlas import UNKNOWN_CHAIN, Chosen, atlas_of
from .freshness import Confirmations, chains_and_confirmations, confirmations_of, known_placements

KEPT_ROWS, KEPT_REPORTS = 32, 128


@dataclass(frozen=True)
class ZoneReport:
    """A zone's report on a day, with the rows behind it. not_gaps: segments that a person said are no gaps here.

    held: when what was confirmed; ages: of each segment made here; shares: how much of each chain was confirmed of late.
    """

    zone: Zone
    on: datetime.date
    report: Report
    dossiers: tuple[Dossier, ...]
    answers: tuple[Answer, ...]
    limit_set: LimitSet | None
    held: Confirmations = field(default_factory=Confirmations)
    ages: Mapping[str, Age] = field(default_factory=dict)
    shares: Mapping[str, Share] = field(default_factory=dict)

    @property
    def not_gaps(self) -> dict[str, Answer]:
        return {a.segment: a for a in self.answers if a.kind == Answer.Kind.NOT_A_GAP}

    @property
    def counted(self) -> tuple[Dossier, ...]:
        """The companies that count: all but those that ended or moved away, by the register."""
        gone = {c.name for c in self.report.gone}
        return tuple(d for d in self.dossiers if d.company.name not in gone)

    @property
    def by_name(self) -> dict[str, Dossier]:
        return {d.company.name: d for d in self.dossiers}

    @property
    def names_en(self) -> dict[str, str]:
        """English names of the companies that have one."""
        known = (*self.dossiers, *zone_rows(self.zone).outside)
        return {d.company.name: d.company.name_en for d in known if d.company.name_en}


def known_of(zone: Zone) -> Known:
    """What people of the zone have said of product texts that every reader may see. One statement."""
    hidden = _text_in_force().exclude(secrecy__in=ZONE_WIDE)
    said = Placement.objects.filter(
        ~Exists(hidden), company__zone=zone, company__merged_into=None, state__in=(CONFIRMED, REJECTED)
    ).exclude(text="")
    rows = list(said.order_by("pk").values_list("state", "text", "segment"))
    return Known.of(
        [(text, code) for state, text, code in rows if state == CONFIRMED],
        [(text, code) for state, text, code in rows if state == REJECTED],
    )


def day_of(zone: Zone, asked: str = "") -> datetime.date:
    """The day a page stands for: the one asked for, else the zone's own, else today."""
    return zone.as_of if zone.as_of and not asked else day_or_today(asked)


@dataclass(frozen=True)
class ZoneRows:
    """Everything stored of a zone that its diagnosis needs, read at one revision."""

    chosen: Chosen
    dossiers: tuple[Dossier, ...]
    outside: tuple[Dossier, ...]
    placements: dict[int, list[Placement]]
    limits: Limits
    limit_set: LimitSet | None
    answers: tuple[Answer, ...]
    held: Confirmations = field(default_factory=Confirmations)

    @property
    def chains(self) -> tuple[str, ...]:
        return tuple(code for code, _key in self.chosen)


@dataclass(frozen=True)
class _Revision:
    """What a kept result is known by: the zone at one of its revisions."""

    zone_id: int
    created_at: datetime.datetime
    revision: int
    zone: Zone = field(compare=False)


def day_or_today(asked: str) -> datetime.date:
    """A day given as text, else today. Raises Refused for a malformed day."""
    if not asked:
        return timezone.localdate()
    try:
        return day_written(asked)
    except ValueError as error:
        raise Refused("day-wrong", _("%(day)s is not a day written YYYY-MM-DD."), status=400, day=asked[:30]) from error


def list_report(
    lines: Sequence[CompanyLine], *, chains: Sequence[str], outside: Sequence[CompanyLine] | None, on: datetime.date
) -> Report:
    """The report of a company list that is not stored: no statements."""
    atlas = shipped_atlas(chains or None)
    words = placer_for(atlas)
    with concerning("outside"):
        there = None if outside is None else listed_companies(outside, words, atlas)
    return engine_report.report(atlas, listed_companies(lines, words, atlas), as_of=on, outside=there)


_ROWS: Memory[_Revision, ZoneRows] = Memory(KEPT_ROWS)  # each counts as one


def zone_rows(zone: Zone) -> ZoneRows:
    """The zone's rows: six statements for a revision seen for the first time in this process, none after."""
    return _ROWS.get(_revision(zone), lambda: (_read([zone])[zone.pk], 1))


def bring_to_hand(*zones: Zone) -> None:
    """Read the rows of several zones at once: six statements, for `zone_rows` of each after; none where all are at hand."""
    held = set(_ROWS.held())
    if missing := [zone for zone in zones if _revision(zone) not in held]:
        read = _read(missing)
        for zone in missing:
            _keep(zone, read[zone.pk])


def _keep(zone: Zone, rows: ZoneRows) -> None:
    _ROWS.get(_revision(zone), lambda: (rows, 1))


def _revision(zone: Zone) -> _Revision:
    return _Revision(zone.pk, zone.created_at, zone.revision, zone)


def zone_report(zone: Zone, on: datetime.date, *, chains: Sequence[str] | None = None) -> ZoneReport:
    """Diagnose a zone on a day, on all its chains or on these. No statements beyond those of `zone_rows`.

    Kept in the process by the zone's revision, which every write raises. Raises Refused for a chain that the zone did not choose.
    """
    rows = zone_rows(zone)
    for code in chains or ():
        if code not in rows.chains:
            raise Refused("unknown-chain", UNKNOWN_CHAIN, status=404, chain=code[:30], known=", ".join(rows.chains))
    asked = rows.chains if chains is None else tuple(c for c in rows.chains if c in set(chains))
    return _kept_report(_revision(zone), on, asked)


def current_limits(zone_id: int) -> tuple[Limits, LimitSet | None]:
    """The limits in force and the row that set them; the product's defaults where nobody did."""
    row = _limit_sets([zone_id]).get(zone_id)
    return _limits_in(row), row


def _limit_sets(zones: Collection[int]) -> dict[int, LimitSet]:
    """The last set of each zone that has one. One statement."""
    later = LimitSet.objects.filter(zone=OuterRef("zone"), version__gt=OuterRef("version"))
    return {row.zone_id: row for row in LimitSet.objects.filter(~Exists(later), zone__in=zones).select_related("set_by")}


def _limits_in(row: LimitSet | None) -> Limits:
    if row is None:
        return Limits()
    kinds = tuple(row.kinds.split(","))
    return Limits(row.demand, row.share, row.readiness, row.depth, row.decay, row.residents, kinds)


def _read(zones: Collection[Zone]) -> dict[int, ZoneRows]:
    """The rows of each zone, by its key. Six statements, whatever the number of zones."""
    dossiers, said, placements = dossiers_of(zones), confirmations_of(zones), _placements(zones)
    limit_sets = _limit_sets([zone.pk for zone in zones])
    answers: dict[int, list[Answer]] = {}
    for answer in Answer.objects.filter(zone__in=zones, withdrawn_at=None).select_related("by", "company"):
        answers.setdefault(answer.zone_id, []).append(answer)
    found = {}
    for zone in zones:
        everyone, (chosen, held), limit_set = dossiers[zone.pk], said[zone.pk], limit_sets.get(zone.pk)
        found[zone.pk] = ZoneRows(
            chosen=chosen,
            dossiers=tuple(d for d in everyone if not d.company.is_outside),
            outside=tuple(d for d in everyone if d.company.is_outside),
            placements={pk: placements[pk] for d in everyone if (pk := d.company.pk) in placements},
            limits=_limits_in(limit_set),
            limit_set=limit_set,
            answers=tuple(answers.get(zone.pk, ())),
            held=held,
        )
    return found


@lru_cache(maxsize=KEPT_REPORTS)
def _kept_report(revision: _Revision, on: datetime.date, chains: tuple[str, ...]) -> ZoneReport:
    rows = zone_rows(revision.zone)
    begun = tuple(d for d in rows.dossiers if _has_begun(d, on))
    made = engine_report.report(
        atlas_of(tuple((code, key) for code, key in rows.chosen if code in chains)),
        [_company(d, rows.placements.get(d.company.pk, ()), on, seen_by(revision.zone, on)) for d in begun],
        as_of=on,
        outside=[c for c in outside_companies(revision.zone, on) if not is_gone(c.standing)] or None,
        limits=rows.limits,
    )
    answered = {a.segment for a in rows.answers if a.kind == Answer.Kind.NOT_A_GAP}
    if answered:
        left = tuple(f for f in made.diagnosis.verdicts if f.segment not in answered)
        made = replace(made, diagnosis=replace(made.diagnosis, verdicts=left))
    producing = {c.name for c in made.companies if c.state == PRODUCING}
    known = known_placements([d for d in begun if d.company.name in producing], rows.placements, rows.held, on)
    ages, shares = segment_ages(made.atlas, known), confirmed_shares(made.atlas, known, on)
    return ZoneReport(revision.zone, on, made, begun, rows.answers, rows.limit_set, rows.held, ages, shares)


def gone_here(zone: Zone) -> frozenset[int]:
    """The keys of the zone's companies that no longer count, by the register. No statement where the zone's rows are at hand."""
    return frozenset(d.company.pk for d in zone_rows(zone).dossiers if is_gone_by(d.facts.get(Fact.Kind.STATUS, ())))


def outside_companies(zone: Zone, on: datetime.date) -> tuple[engine_report.Company, ...]:
    """The zone's known makers outside as the engine sees them, made once for a revision and a day."""
    return _kept_outside(_revision(zone), on)


@lru_cache(maxsize=KEPT_ROWS)
def _kept_outside(revision: _Revision, on: datetime.date) -> tuple[engine_report.Company, ...]:
    rows, seen = zone_rows(revision.zone), seen_by(revision.zone, on)
    return tuple(_company(d, rows.placements.get(d.company.pk, ()), on, seen) for d in rows.outside)


def engine_companies(zone: Zone, on: datetime.date, dossiers: Sequence[Dossier]) -> list[engine_report.Company]:
    """These companies of the zone as the engine sees them. No statements beyond those of `zone_rows`."""
    rows, seen = zone_rows(zone), seen_by(zone, on)
    return [_company(d, rows.placements.get(d.company.pk, ()), on, seen) for d in dossiers]


def seen_by(zone: Zone, on: datetime.date) -> datetime.date | None:
    """Up to which day a standing in the register must have been observed to count on `on`: None, all of them, on the zone's own
    day and later; on an earlier day what was known then, so that a company counts until it was known to have ended.
    """
    return on if on < (zone.as_of or timezone.localdate()) else None


def placements_seen(person: Person) -> QuerySet[Placement]:
    """Placements whose product text this person may see; which companies they are of, the caller has asked the gate."""
    hidden = _text_in_force().exclude(pk__in=visible_to(person, Fact).values("pk"))
    return Placement.objects.filter(~Exists(hidden))


def _text_in_force() -> QuerySet[Fact]:
    return Fact.objects.filter(company=OuterRef("company"), text=OuterRef("text"), kind=Fact.Kind.PRODUCT, withdrawn_at=None)


def _placements(zones: Collection[Zone]) -> dict[int, list[Placement]]:
    """By company, those that every reader of their zone may see: none from a text of a higher class."""
    hidden = _text_in_force().exclude(secrecy__in=ZONE_WIDE)
    found: dict[int, list[Placement]] = {}
    rows = Placement.objects.filter(~Exists(hidden), company__zone__in=zones, company__merged_into=None)
    for row in rows.select_related("decided_by"):
        found.setdefault(row.company_id, []).append(row)
    return found


def _company(dossier: Dossier, rows: Sequence[Placement], on: datetime.date, seen: datetime.date | None) -> engine_report.Company:
    state = dossier.state_on(on)
    texts = tuple(f.text for f in dossier.products)
    name = dossier.company.name
    return engine_report.Company(
        name=name,
        products=texts,
        placements=tuple(placed(name, r) for r in _in_order(rows, texts)),
        is_anchor=dossier.is_anchor,
        is_above_scale=dossier.is_above_scale,
        revenue_fen=dossier.revenue_fen,
        group=dossier.group,
        state=state.text if state is not None else PRODUCING,
        shares=dossier.shares,
        province=province_of(name, dossier.company.uscc, dossier.region),
        standing=dossier.standing(seen),
    )


def _in_order(rows: Sequence[Placement], texts: Sequence[str]) -> list[Placement]:
    """As a list without a database gives them: what a person confirmed, then by the order of the product texts."""
    place = {text: number for number, text in enumerate(["", *texts])}
    return sorted((r for r in rows if r.text in place), key=lambda r: (place[r.text], r.pk))


def _has_begun(dossier: Dossier, on: datetime.date) -> bool:
    """A company whose first dated state lies ahead was not known yet; one without states always was."""
    return not dossier.states or dossier.state_on(on) is not None


def placed(company: str, row: Placement) -> Placed:
    """A placement row as the engine sees it."""
    told = row.told_reasons
    return Placed(company, row.segment, row.state, float(row.confidence), row.rule, row.text, row.term, row.modifier, told)


def dates_of_change(found: ZoneReport, segment: str) -> list[datetime.date]:
    """The days on which a dated state changes who makes a segment, in order."""
    atlas: Atlas = found.report.atlas
    makers = {p.company for p in found.report.placements if segment in atlas.lines[p.segment]}
    days = {f.period for d in found.dossiers if d.company.name in makers for f in d.states}
    return sorted(datetime.date.fromisoformat(day) for day in days)


def company_rows(zone: Zone, pk: int) -> tuple[Company, list[Placement]]:
    """A company of this zone with its placements; another zone's company is not found. Two statements."""
    company = Company.objects.filter(zone=zone, is_outside=False, pk=pk).first()
    if company is None:
        say_where_in(zone, pk)
        raise Refused("no-such-company", _("There is no such company in this zone."), status=404)
    return company, list(company.placements.select_related("decided_by"))


def company_report(dossier: Dossier, on: datetime.date) -> ZoneReport:
    """What the packs say of one company alone, from the facts its reader may see: no other company enters it. Two statements."""
    zone = dossier.company.zone
    rows = list(Placement.objects.filter(company=dossier.company).select_related("decided_by"))
    chosen, held = chains_and_confirmations(zone, dossier.company)
    made = engine_report.report(atlas_of(chosen), [_company(dossier, rows, on, seen_by(zone, on))], as_of=on)
    return ZoneReport(zone, on, made, (dossier,), (), None, held)


def list_lines(zone: Zone, on: datetime.date) -> list[CompanyLine]:
    """The zone's companies on a day as lines of a list: what is exported can be brought again."""
    rows, seen = zone_rows(zone), seen_by(zone, on)
    lines = []
    for number, dossier in enumerate((d for d in rows.dossiers if _has_begun(d, on)), start=2):
        state = dossier.state_on(on)
        confirmed = [p.segment for p in rows.placements.get(dossier.company.pk, ()) if p.state == CONFIRMED and not p.text]
        lines.append(
            CompanyLine(
                row=number,
                name=dossier.company.name,
                uscc=dossier.company.uscc or None,
                products=tuple(f.text for f in dossier.products),
                revenue_fen=dossier.revenue_fen,
                above_scale=dossier.is_above_scale,
                anchor=dossier.is_anchor,
                group=dossier.group,
                state=state.text if state is not None else PRODUCING,
                segments=tuple(confirmed),
                shares=tuple(map(dossier.shares.get, (f.text for f in dossier.products))) if dossier.shares else (),
                region=dossier.region or None,
                standing=dossier.standing(seen) or None,
            )
        )
    return lines
