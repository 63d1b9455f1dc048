"""Every write of the zones slice."""

import datetime
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.days import is_day_of_trade
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.states import START
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.company_states import COMPANY_STATES, OFFICER, VERB_OF
from ..files import CompanyLine
from ..models import Company, Fact, ImportBatch, Person, Source, Zone
from ..models.places import key_of_name
from ..queries.merges import names_of_merged
from .checks import named_by, seen_again
from .list_facts import LIST_CONFIDENCE, ListOrigin, compare_listed, dropped, end_for_good, keeps_class, taken_over

ZONE_CODE = re.compile(r"[a-z][a-z0-9-]{1,29}")
RESERVED = frozenset({"new"})  # an address of the pages themselves
NOT_ALLOWED = _("Only a chain officer may do this; your role is %(role)s.")
NOT_SEEN = _("A state that only named persons may read holds on this day; one of them records the next.")


@dataclass(frozen=True, slots=True)
class Grounds:
    """On what a single fact rests: its source, the day of observation, how sure it is, what must be known beside it."""

    source: Source
    observed_on: datetime.date
    confidence: str = LIST_CONFIDENCE
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of a zone or a company, in both languages, with the period and the figure where there are any."""

    text: str
    text_en: str = ""
    period: str = ""
    number: int | None = None
    unit: str = ""


def demand_officer(actor: Person, zone: Zone | None = None) -> None:
    """Refuse everybody who may not change zones, or not this one."""
    allowed = rules.may_change_zones(actor) and (zone is None or rules.works_for(actor, zone))
    demand(allowed, "not-allowed", NOT_ALLOWED, role=actor.role_name)


def touch_zone(zone: Zone) -> None:
    """Whatever was computed of the zone before is out of date."""
    Zone.objects.filter(pk=zone.pk).update(revision=F("revision") + 1)
    zone.refresh_from_db(fields=["revision"])


def start_zone(actor: Person, *, code: str, name: str, name_en: str = "", as_of: datetime.date | None = None) -> Zone:
    """An officer of a house-wide office opens a zone."""
    demand_officer(actor)
    demand(rules.may_start_zones(actor), "not-house-wide", _("Your office works for one zone and starts no others."))
    name, name_en, code = name.strip(), name_en.strip(), code.strip()
    if not ZONE_CODE.fullmatch(code) or code in RESERVED:
        raise Refused("zone-code-wrong", _("The zone's code must be 2 to 30 of a-z, 0-9 and -, beginning with a letter."))
    if not 2 <= len(name) <= 30:
        raise Refused("zone-name-wrong", _("The zone's name must have 2 to 30 characters."))
    if len(name_en) > 60:
        raise Refused("zone-name-wrong", _("The English name must have at most 60 characters."))
    if as_of is not None:
        _demand_day(as_of)
    with transaction.atomic():
        zone, is_new = Zone.objects.get_or_create(code=code, defaults={"name": name, "name_en": name_en or name, "as_of": as_of})
        if not is_new:
            raise Refused("zone-exists", _("There is already a zone with the code %(code)s."), status=409, code=code)
        record(actor, "start-zone", "zone", zone.pk, code=code, name=name)
    return zone


def remove_zone(actor: Person, *, zone: Zone) -> None:
    """Remove a demonstration zone with everything in it. A zone of real data is never removed here."""
    demand_officer(actor, zone)
    demand(
        zone.is_demo,
        "not-a-demo",
        _("%(name)s holds no demonstration data and is not removed."),
        status=409,
        name=zone.name,
    )
    demand(
        not Fact.objects.filter(zone=zone, source__kind=Source.Kind.COMPANY_LIST).exists()
        and not ImportBatch.objects.filter(zone=zone, state=ImportBatch.State.COMMITTED).exists(),
        "holds-a-list",
        _("Somebody brought a company list into %(name)s, so it is not removed as a demonstration."),
        status=409,
        name=zone.name,
    )
    with transaction.atomic():
        mark("company", zone.companies.filter(is_outside=False).values_list("pk", flat=True), is_hidden=True)
        key, count, sources = zone.pk, zone.companies.count(), set(zone.facts.values_list("source", flat=True))
        zone.delete()
        Source.objects.filter(pk__in=sources, facts=None).delete()
        record(actor, "remove-demo", "zone", key, code=zone.code, companies=count)


def list_source(actor: Person, *, title: str) -> Source:
    """The source of a company list that an officer brings."""
    return Source.objects.create(kind=Source.Kind.COMPANY_LIST, title=title[:200], publisher=str(actor)[:100])


def record_companies(actor: Person, *, zone: Zone, lines: Sequence[CompanyLine], origin: ListOrigin) -> list[Company]:
    """Take a checked company list into a zone, whole or not at all; a company already here gets the new facts.

    Facts that say the same again are kept as they are and are young again. What says otherwise withdraws what an earlier list
    said; what another source says stays beside it, and the two are shown as a contradiction. Products that an earlier
    list named and this one does not are withdrawn. Absent columns and empty cells change nothing. Returns the companies in
    list order.
    """
    demand_officer(actor, zone)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        companies = _matched(zone, lines, is_outside=origin.is_outside)
        current = _current(companies)
        new: list[Fact] = []
        withdrawn: list[int] = []
        again: list[Fact] = []
        for line, company in zip(lines, companies, strict=True):
            known = {kind: current.get((company.pk, kind), []) for kind in Fact.Kind.values}
            for fact in _facts(zone, company, line, origin):
                taken = taken_over(known[fact.kind], fact, origin)
                same, others = compare_listed([k for k in known[fact.kind] if k not in taken], fact, origin)
                others += taken
                if not same and keeps_class(fact, others):
                    new.append(fact)
                    withdrawn += [o.pk for o in others if origin.renews(o) or o in taken]
                again += named_by(fact, [k for k in known[fact.kind] if k not in taken])
            withdrawn += dropped(known[Fact.Kind.PRODUCT], line, origin)
        now = timezone.now()
        end_for_good([c for line, c in zip(lines, companies, strict=True) if line.products], origin)
        for start in range(0, len(withdrawn), 500):
            Fact.objects.filter(pk__in=withdrawn[start : start + 500]).update(withdrawn_at=now)
        Fact.objects.bulk_create(new, batch_size=500)
        seen_again(zone, [k for k in again if origin.editions is None or origin.renews(k)], origin.observed_on)
        mark("company", [] if origin.is_outside else [c.pk for c in companies])
        touch_zone(zone)
        what = "record-outside" if origin.is_outside else "record-companies"
        record(
            actor,
            what,
            "zone",
            zone.pk,
            companies=len(lines),
            facts=len(new),
            withdrawn=len(withdrawn),
            source=origin.source.title,
        )
    return companies


def record_statement(actor: Person, *, zone: Zone, statement: Statement, grounds: Grounds, company: Company | None = None) -> Fact:
    """Keep what a source says of a zone, or of a company in it. The same said again by the same source is kept once."""
    demand_officer(actor, zone)
    text = statement.text.strip()
    if not 2 <= len(text) <= 300 or len(statement.text_en) > 300:
        raise Refused("statement-wrong", _("A statement has 2 to 300 characters."))
    _demand_here(zone, company)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        known = Fact.objects.filter(
            zone=zone, company=company, kind=Fact.Kind.STATEMENT, text=text, period=statement.period,
            source=grounds.source, withdrawn_at=None,
        ).first()  # fmt: skip
        if known is not None:
            return known
        fact = Fact.objects.create(
            zone=zone, company=company, kind=Fact.Kind.STATEMENT, text=text, text_en=statement.text_en.strip(),
            period=statement.period, number=statement.number, unit=statement.unit, **_resting_on(grounds),
        )  # fmt: skip
        touch_zone(zone)
        record(actor, "record-statement", "zone", zone.pk, fact=fact.pk, secret={"source": grounds.source.title})
    return fact


def record_state(
    actor: Person, *, zone: Zone, company: Company, state: str, on: datetime.date, grounds: Grounds | str = ""
) -> Fact:
    """From the day `on` the company is planned, building or producing; another state of the same day is withdrawn.

    Grounds given as text name the officer's proof; without any the officer's own word stands. The same state of the same
    day is kept once.
    """
    demand_officer(actor, zone)
    if state not in Fact.State.values:
        raise Refused("unknown-state", _("A state is planned, building or producing."))
    _demand_day(on)
    _demand_here(zone, company)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        same_day = Fact.objects.filter(company=company, kind=Fact.Kind.STATE, period=on.isoformat(), withdrawn_at=None)
        known = same_day.filter(text=state).first()
        if known is not None:
            return known
        before = Fact.objects.filter(company=company, kind=Fact.Kind.STATE, period__lt=on.isoformat(), withdrawn_at=None)
        held = before.order_by("-period", "-pk").values_list("text", flat=True).first()
        if held != state:
            COMPANY_STATES.step(held or START, VERB_OF[state], (OFFICER,), day=on)
        fact = Fact(
            zone=zone, company=company, kind=Fact.Kind.STATE, text=state, period=on.isoformat(),
            **_resting_on(grounds if isinstance(grounds, Grounds) else _vouched(actor, grounds)),
        )  # fmt: skip
        demand(keeps_class(fact, list(same_day)), "not-yours", NOT_SEEN, status=403)
        same_day.update(withdrawn_at=timezone.now())
        fact.save()
        touch_zone(zone)
        record(actor, "record-state", "company", company.pk, state=state, on=on, secret={"source": fact.source.title})
    return fact


def describe_companies(actor: Person, *, zone: Zone, names_en: Mapping[int, str], invented: Collection[int] = ()) -> None:
    """Give companies of the zone, by key, their English names, and mark those that were invented."""
    demand_officer(actor, zone)
    with transaction.atomic():
        companies = list(Company.objects.filter(zone=zone, pk__in={*names_en, *invented}))
        for company in companies:
            company.name_en = names_en.get(company.pk, company.name_en)[:200]
            company.is_invented = company.is_invented or company.pk in invented
        Company.objects.bulk_update(companies, ["name_en", "is_invented"], batch_size=500)
        mark("company", [c.pk for c in companies if not c.is_outside])
        touch_zone(zone)
        record(actor, "describe-companies", "zone", zone.pk, companies=len(companies), invented=len(invented))


def mark_as_demo(actor: Person, *, zone: Zone, is_sample: bool) -> None:
    """Say that a zone is part of the demonstration, and whether its companies are an invented sample."""
    demand_officer(actor, zone)
    with transaction.atomic():
        Zone.objects.filter(pk=zone.pk).update(is_demo=True, is_sample=is_sample)
        zone.refresh_from_db(fields=["is_demo", "is_sample"])
        touch_zone(zone)
        record(actor, "mark-as-demo", "zone", zone.pk, is_sample=is_sample)


def _demand_day(day: datetime.date) -> None:
    demand(is_day_of_trade(day), "day-wrong", _("The day must lie between 1900 and 2200."), status=422)


def _demand_here(zone: Zone, company: Company | None) -> None:
    if company is not None and (company.zone_id != zone.pk or company.is_outside):
        raise Refused("no-such-company", _("There is no such company in this zone."), status=404)


def _resting_on(grounds: Grounds) -> dict[str, object]:
    return {
        "source": grounds.source, "observed_on": grounds.observed_on, "confidence": grounds.confidence,
        "note": grounds.note[:200], "note_en": grounds.note_en[:200],
    }  # fmt: skip


def _vouched(actor: Person, proof: str) -> Grounds:
    """An officer's own word, under the proof that the officer names."""
    title = proof.strip() or str(actor)
    if len(title) > 200:
        raise Refused("proof-too-long", _("The proof has at most 200 characters: a document, a visit, a report."))
    return Grounds(Source.objects.create(kind=Source.Kind.OFFICER, title=title, publisher=str(actor)[:100]), timezone.localdate())


def _matched(zone: Zone, lines: Sequence[CompanyLine], *, is_outside: bool) -> list[Company]:
    """The company of each line: by credit code, else by name; new ones are made. Never a silent merge.

    The name of one that was merged means the company that it is now.
    """
    here = list(Company.objects.filter(zone=zone, is_outside=is_outside))
    by_code = {c.uscc: c for c in here if c.uscc}
    by_name = ({} if is_outside else names_of_merged(zone)) | {c.name_key: c for c in here}
    found: list[Company] = []
    renewed: list[Company] = []
    for line in lines:
        key = key_of_name(line.name)
        company = by_code.get(line.uscc or "") or by_name.get(key)
        if company is None:
            company = Company(zone=zone, name=line.name, name_key=key, uscc=line.uscc or "", is_outside=is_outside)
        elif line.uscc and company.uscc and company.uscc != line.uscc:
            raise Refused(
                "code-contradicts", _("%(name)s is here already with another credit code (%(code)s)."),
                row=line.row, name=line.name, code=company.uscc,
            )  # fmt: skip
        elif company.name_key != key and by_name.get(key) is not company:
            raise Refused(
                "name-contradicts", _("The credit code %(code)s belongs to %(known)s here; the list calls it %(name)s."),
                row=line.row, code=line.uscc, known=company.name, name=line.name,
            )  # fmt: skip
        elif line.uscc and not company.uscc:
            company.uscc = line.uscc
            renewed.append(company)
        found.append(company)
    Company.objects.bulk_create([c for c in found if c.pk is None], batch_size=500)
    Company.objects.bulk_update(renewed, ["uscc"], batch_size=500)
    return found


def _current(companies: Sequence[Company]) -> dict[tuple[int, str], list[Fact]]:
    facts: dict[tuple[int, str], list[Fact]] = {}
    keys = [c.pk for c in companies]
    for start in range(0, len(keys), 500):
        for fact in Fact.objects.filter(company__in=keys[start : start + 500], withdrawn_at=None).select_related("source"):
            facts.setdefault((fact.company_id or 0, fact.kind), []).append(fact)
    return facts


def _facts(zone: Zone, company: Company, line: CompanyLine, origin: ListOrigin) -> list[Fact]:
    """What a line of a list says of its company."""
    kinds = Fact.Kind

    def fact(kind: str, *, text: str = "", number: int | None = None, period: str = "") -> Fact:
        return Fact(
            zone=zone, company=company, kind=kind, text=text, number=number, period=period,
            source=origin.source, observed_on=origin.observed_on, confidence=origin.confidence,
        )  # fmt: skip

    found = [fact(kinds.PRODUCT, text=p[:300]) for p in line.products]
    if line.revenue_fen is not None:
        found.append(fact(kinds.REVENUE, number=line.revenue_fen, period=origin.period))
    if line.above_scale is not None:
        found.append(fact(kinds.ABOVE_SCALE, number=int(line.above_scale)))
    if line.anchor is not None:
        found.append(fact(kinds.ANCHOR, number=int(line.anchor)))
    if line.group:
        found.append(fact(kinds.GROUP, text=line.group))
    for product, share in zip(line.products, line.shares, strict=False):
        if share is not None:
            found.append(fact(kinds.SHARE, text=product[:300], number=share, period=origin.period))
    found += [fact(kind, text=said[:300]) for kind, said in ((kinds.REGION, line.region), (kinds.STATUS, line.standing)) if said]
    if line.state is not None:
        found.append(fact(kinds.STATE, text=line.state, period=origin.observed_on.isoformat()))
    return found
