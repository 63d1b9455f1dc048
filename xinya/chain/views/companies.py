"""A zone's companies: the list, and one company with everything said of it."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from xinya.kit.pages import language, page
from xinya.zones.actions import READS
from xinya.zones.engine.conflicts import total
from xinya.zones.engine.standings import is_abnormal
from xinya.zones.forms.attachments import FileForm
from xinya.zones.models import AMOUNTS, Fact
from xinya.zones.queries import Dossier, attachments_of, company_dossier, company_visible, shown_of, signed_in
from xinya.zones.queries.freshness import WEIGHED
from xinya.zones.queries.merges import merges_into_it
from xinya.zones.rules import may_read_zone, may_speak_for

from ..engine.why import sentences
from ..engine.wording import percent, why_placed
from ..forms import StateForm
from ..models import Placement
from ..queries import (
    ZoneReport,
    company_report,
    day_of,
    placements_seen,
    seen_by,
    zone_report,
    zone_rows,
)
from ..rules import may_answer_gaps
from .evidence import evidence, place_evidence, weighed_words
from .rows import day_query, scale_word, segment_href, spread, turn_href, yuan
from .segments import STATE_WORDS, neighbour_rows
from .zone import find_report

PAGE_SIZE = 50


def company_list(request: HttpRequest, code: str) -> HttpResponse:
    """The companies with their place in the chains, 50 a page."""
    found = find_report(request, code)
    wanted = request.GET.get("q", "").strip()[:60]
    asked = request.GET.get("from", "")
    first = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    states = {c.name: c.state for c in found.report.companies}
    chosen = [d for d in found.dossiers if wanted in d.company.name or wanted.lower() in d.company.name_en.lower()]
    by_company: dict[str, list[str]] = {}
    for p in found.report.placements:
        if p.state in ("AUTOMATIC", "CONFIRMED"):
            by_company.setdefault(p.company, []).append(p.segment)
    gone, rows, seen = {c.name for c in found.report.gone}, [], seen_by(found.zone, found.on)
    for dossier in chosen[first : first + PAGE_SIZE]:
        name = dossier.company.name
        codes = dict.fromkeys(by_company.get(name, ()))
        rows.append(
            {
                "dossier": dossier,
                "name": shown_name(dossier),
                "scale": scale_word(dossier),
                "revenue": revenue_shown(dossier),
                "segments": [
                    {"name": found.report.atlas.segments[c].name(language()), "href": segment_href(found, c)} for c in codes
                ],
                "state": STATE_WORDS[states[name]] if states.get(name, "producing") != "producing" else "",
                "standing": standing_row(dossier, found, seen, is_gone=name in gone),
            }
        )
    last = first + len(rows)
    kept = {"q": wanted} if wanted else {}
    context = {
        "found": found,
        "rows": rows,
        "total": len(chosen),
        "first": first + 1 if rows else 0,
        "last": last,
        "q": wanted,
        "previous_href": turn_href(found, max(0, first - PAGE_SIZE), **kept) if first else "",
        "next_href": turn_href(found, last, **kept) if last < len(chosen) else "",
        "on_query": day_query(found),
        "outside_count": len(zone_rows(found.zone).outside),
        "sum": revenue_sum(chosen),
        "gone_count": len(gone),
    }
    return page(request, "chain/companies.html", context, zone=found.zone, section="companies")


def standing_row(dossier: Dossier, found: ZoneReport, seen: datetime.date | None, *, is_gone: bool) -> dict[str, object] | None:
    """Its standing in the register where that is anything but normal: the words, whether it counts on, source and day."""
    fact = dossier.standing_fact(seen)
    if fact is None or not is_abnormal(fact.text):
        return None
    return {"text": fact.text, "is_gone": is_gone, "day": fact.observed_on, "evidence": evidence(fact, found)}


def revenue_sum(dossiers: list[Dossier]) -> dict[str, object]:
    """The revenue of the companies listed, what contradicting sources make of the sum, and whose last figure is a range."""
    found = total(held[1] for held in (d.summed(Fact.Kind.REVENUE) for d in dossiers) if held is not None)
    latest = (d.latest(Fact.Kind.REVENUE) for d in dossiers)
    return {
        "value": yuan(found.number),
        "count": found.count,
        "ranges": sum(fact is not None and fact.number is None for fact in latest),
        "in_conflict": found.in_conflict,
        "lowest": yuan(found.lowest),
        "highest": yuan(found.highest),
    }


def revenue_shown(dossier: Dossier) -> str:
    """The revenue that enters the sum of a list; of a company that has only ranges the last of them."""
    fact = dossier.latest(Fact.Kind.REVENUE) if dossier.revenue_fen is None else None
    return yuan(dossier.revenue_fen) if fact is None else fact_value(fact)


def shown_name(dossier: Dossier) -> str:
    company = dossier.company
    return company.name_en if language() == "en" and company.name_en else company.name


def company_page(
    request: HttpRequest,
    code: str,
    pk: int,
    form: StateForm | None = None,
    file_form: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """One company: facts with their sources, places on the chains with reasons, what it needs and what the zone has of it."""
    person = signed_in(request)
    company = company_visible(person, code, pk, **merges_into_it())
    sees_zone = may_read_zone(person, company.zone)
    if not may_speak_for(person, company):
        READS.note(company)
    dossier = company_dossier(person, company)
    on = day_of(company.zone, request.GET.get("on", ""))
    found = zone_report(company.zone, on) if sees_zone else company_report(dossier, on)
    if sees_zone:
        placements = zone_rows(company.zone).placements.get(pk, [])
    else:
        placements = list(placements_seen(person).filter(company=company).select_related("decided_by"))
    placed_texts = {p.text for p in placements}
    state = dossier.state_on(found.on)
    revenue, seen = dossier.latest(Fact.Kind.REVENUE), seen_by(company.zone, on)
    shown = shown_of(f for fs in dossier.facts.values() for f in fs)
    context = {
        "own_path": reverse("company", args=[code, pk]) if request.method == "POST" else None,
        "found": found,
        "dossier": dossier,
        "company": dossier.company,
        "name": shown_name(dossier),
        "scale": scale_word(dossier),
        "revenue": fact_value(revenue) if revenue else yuan(None),
        "revenue_fact": revenue,
        "revenue_evidence": evidence(revenue, found) if revenue else None,
        "state": STATE_WORDS.get(state.text, "") if state else "",
        "standing": standing_row(dossier, found, seen, is_gone=dossier.company.name in {c.name for c in found.report.gone}),
        "placements": [placement_row(found, p, dossier, sees_zone) for p in placements],
        "unplaced": [f for f in dossier.products if f.text not in placed_texts],
        "needs": need_rows(found, dossier),
        "sees_zone": sees_zone,
        "is_own": may_speak_for(person, company),
        "facts": [
            {"fact": f, "evidence": evidence(f, found), "value": fact_value(f), "is_shown": f.pk in shown}
            for fs in dossier.facts.values()
            for f in fs
        ],
        "states": [
            {
                "fact": f,
                "word": STATE_WORDS.get(f.text, f.text),
                "evidence": evidence(f, found),
                "is_plan": f.period > found.on.isoformat(),
            }
            for f in dossier.states
        ],
        "form": form or StateForm(),
        "files": attachments_of(person, "company", pk),
        "file_form": (file_form or FileForm()) if may_answer_gaps(person, found.zone) else None,
        "add_href": reverse("company-file-add", args=[code, pk]),
        "on_query": day_query(found),
        "figures": figure_rows(dossier, found),
        "revenue_disputed": any(fact.kind == Fact.Kind.REVENUE for fact, _held in dossier.conflicts),
        "anchor_fact": dossier.latest(Fact.Kind.ANCHOR) if dossier.is_anchor else None,
    }
    return page(request, "chain/company.html", context, zone=found.zone, section="companies", status=status)


def fact_value(fact: Fact) -> str:
    """A fact's value as people read it."""
    if fact.kind in AMOUNTS:
        return yuan(fact.number) if fact.number is not None else spread(yuan(fact.lower), yuan(fact.upper))
    if fact.kind == Fact.Kind.STAFF:
        return str(fact.number) if fact.number is not None else spread(str(fact.lower), str(fact.upper))
    if fact.kind in (Fact.Kind.ABOVE_SCALE, Fact.Kind.ANCHOR):
        return _("yes") if fact.number else _("no")
    if fact.kind == Fact.Kind.SHARE:
        return f"{fact.text} {percent((fact.number or 0) / 10_000)}"
    if fact.kind == Fact.Kind.STATE:
        return f"{_(STATE_WORDS.get(fact.text, fact.text))} {fact.period}"
    return fact.text_en if language() == "en" and fact.text_en else fact.text


def placement_row(found: ZoneReport, row: Placement, dossier: Dossier, sees_zone: bool) -> dict[str, object]:
    """A placement with its reason, and the evidence of the text behind it."""
    atlas = found.report.atlas
    is_here = row.segment in atlas.segments
    pro, con = sentences(row.told_reasons, language(), atlas, row.text)
    return {
        "row": row,
        "name": atlas.segments[row.segment].name(language()) if is_here else row.segment,
        "is_here": is_here,
        "href": segment_href(found, row.segment) if is_here and sees_zone else "",
        "why": why_placed(row.rule, row.term, row.modifier, language(), row.text),
        "pro": pro,
        "con": con,
        "evidence": place_evidence(found, row, dossier),
    }


def figure_rows(dossier: Dossier, found: ZoneReport) -> list[dict[str, object]]:
    """Figures that several sources state: what each says, what is shown, and whether somebody must choose."""
    rows = []
    for kind in WEIGHED:
        facts = dossier.facts.get(kind, ())
        held = dossier.weighed(kind)
        if held is None or not held[1].others:
            continue
        said = weighed_words(held[1], facts)
        values = [{**v, "value": fact_value(v["fact"]), "evidence": evidence(v["fact"], found)} for v in said["values"]]
        rows.append({**said, "kind": held[0].get_kind_display(), "period": held[0].period, "values": values})
    return rows


def need_rows(found: ZoneReport, dossier: Dossier) -> list[dict[str, object]]:
    """What the company needs for what it makes, gaps first."""
    company = next((c for c in found.report.companies if c.name == dossier.company.name), None)
    if company is None:
        return []
    made = company.resident(frozenset(found.report.atlas.segments)).makes
    order = {"missing": 0, "dependent": 1, "thin": 2, "weak": 3, "extendable": 4, "outside": 5, "made": 6}
    rows: dict[str, dict[str, object]] = {}
    for code in made:
        for row in neighbour_rows(found, code, upstream=True):
            rows.setdefault(str(row["href"]), row)
    return sorted(rows.values(), key=lambda r: (not r["is_essential"], order[str(r["kind"])], str(r["name"])))
