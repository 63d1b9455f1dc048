"""A zone's companies: the list, and one company with everything said of it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from xinya.kit.pages import language, page
from xinya.zones.forms.attachments import FileForm
from xinya.zones.models import AMOUNTS, Fact
from xinya.zones.queries import Dossier, attachments_of, company_dossier, company_visible, signed_in
from xinya.zones.rules import may_read_zone, may_speak_for

from ..engine.wording import why_placed
from ..forms import StateForm
from ..models import Placement
from ..queries import ZoneReport, company_report, day_of, placements_seen, zone_report, zone_rows
from ..rules import may_answer_gaps
from .rows import day_query, evidence, scale_word, segment_href, turn_href, yuan
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
    rows = []
    for dossier in chosen[first : first + PAGE_SIZE]:
        name = dossier.company.name
        codes = dict.fromkeys(by_company.get(name, ()))
        rows.append(
            {
                "dossier": dossier,
                "name": shown_name(dossier),
                "scale": scale_word(dossier),
                "revenue": yuan(dossier.revenue_fen),
                "segments": [
                    {"name": found.report.atlas.segments[c].name(language()), "href": segment_href(found, c)} for c in codes
                ],
                "state": STATE_WORDS[states[name]] if states.get(name, "producing") != "producing" else "",
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
    }
    return page(request, "chain/companies.html", context, zone=found.zone, section="companies")


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
    company = company_visible(person, code, pk)
    sees_zone = may_read_zone(person, company.zone)
    dossier = company_dossier(person, company)
    on = day_of(company.zone, request.GET.get("on", ""))
    found = zone_report(company.zone, on) if sees_zone else company_report(dossier, on)
    if sees_zone:
        placements = zone_rows(company.zone).placements.get(pk, [])
    else:
        placements = list(placements_seen(person).filter(company=company).select_related("decided_by"))
    placed_texts = {p.text for p in placements}
    state = dossier.state_on(found.on)
    revenue = dossier.latest(Fact.Kind.REVENUE)
    context = {
        "own_path": reverse("company", args=[code, pk]) if request.method == "POST" else None,
        "found": found,
        "dossier": dossier,
        "company": dossier.company,
        "name": shown_name(dossier),
        "scale": scale_word(dossier),
        "revenue": yuan(dossier.revenue_fen),
        "revenue_fact": revenue,
        "revenue_evidence": evidence(revenue, found.on) if revenue else None,
        "state": STATE_WORDS.get(state.text, "") if state else "",
        "placements": [placement_row(found, p, dossier, sees_zone) for p in placements],
        "unplaced": [f for f in dossier.products if f.text not in placed_texts],
        "needs": need_rows(found, dossier),
        "sees_zone": sees_zone,
        "is_own": may_speak_for(person, company),
        "facts": [
            {"fact": f, "evidence": evidence(f, found.on), "value": fact_value(f)} for fs in dossier.facts.values() for f in fs
        ],
        "states": [
            {
                "fact": f,
                "word": STATE_WORDS.get(f.text, f.text),
                "evidence": evidence(f, found.on),
                "is_plan": f.period > found.on.isoformat(),
            }
            for f in dossier.states
        ],
        "form": form or StateForm(),
        "files": attachments_of(person, "company", pk),
        "file_form": (file_form or FileForm()) if may_answer_gaps(person, found.zone) else None,
        "add_href": reverse("company-file-add", args=[code, pk]),
        "on_query": day_query(found),
        "anchor_fact": dossier.latest(Fact.Kind.ANCHOR) if dossier.is_anchor else None,
    }
    return page(request, "chain/company.html", context, zone=found.zone, section="companies", status=status)


def fact_value(fact: Fact) -> str:
    """A fact's value as people read it."""
    if fact.kind in AMOUNTS:
        return yuan(fact.number) if fact.number is not None else f"{yuan(fact.lower)} – {yuan(fact.upper)}"
    if fact.kind == Fact.Kind.STAFF:
        return str(fact.number) if fact.number is not None else f"{fact.lower} – {fact.upper}"
    if fact.kind in (Fact.Kind.ABOVE_SCALE, Fact.Kind.ANCHOR):
        return "✓" if fact.number else "✕"
    if fact.kind == Fact.Kind.STATE:
        return f"{STATE_WORDS.get(fact.text, fact.text)} {fact.period}"
    return fact.text_en if language() == "en" and fact.text_en else fact.text


def placement_row(found: ZoneReport, row: Placement, dossier: Dossier, sees_zone: bool) -> dict[str, object]:
    """A placement with its reason, and the evidence of the text behind it."""
    atlas = found.report.atlas
    fact = next((f for f in dossier.products if f.text == row.text), None)
    is_here = row.segment in atlas.segments
    return {
        "row": row,
        "name": atlas.segments[row.segment].name(language()) if is_here else row.segment,
        "is_here": is_here,
        "href": segment_href(found, row.segment) if is_here and sees_zone else "",
        "why": why_placed(row.rule, row.term, row.modifier, language()),
        "evidence": evidence(fact, found.on) if fact else None,
    }


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
