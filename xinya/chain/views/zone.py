"""A zone's home: what is so, what to do next; and all its verdicts as a table."""

from django.http import HttpRequest, HttpResponse

from xinya.kit.pages import language, page
from xinya.zones.models import Fact
from xinya.zones.queries import signed_in, zone_statements, zone_visible
from xinya.zones.views.promise_rows import due_rows

from .. import queries
from ..engine.map_svg import draw_strip
from ..engine.paragraph import gap_paragraph
from ..engine.wording import figure, percent
from ..files.exchange import verdicts_csv
from .evidence import evidence
from .rows import GAP_KINDS, chain_nodes, company_links, day_query, kind_counts, share_words, turn_href, verdict_row, verdict_rows

SHOWN_GAPS = 8
SHOWN_TEXTS = 50
SHOWN_PROMISES = 5


def find_report(request: HttpRequest, code: str) -> queries.ZoneReport:
    """The report of the zone and day in the address."""
    zone = zone_visible(signed_in(request), code)
    return queries.zone_report(zone, queries.day_of(zone, request.GET.get("on", "")))


def zone_home(request: HttpRequest, code: str) -> HttpResponse:
    """Verdicts in short, chains at a glance, what people said, which texts found no segment."""
    found = find_report(request, code)
    rows = verdict_rows(found)
    gaps = [r for r in rows if r.kind in GAP_KINDS]
    awaited = found.report.diagnosis.most_awaited(without=found.not_gaps)
    above = sum(1 for d in found.counted if d.is_above_scale)
    unknown = sum(1 for d in found.counted if d.is_above_scale is None)
    due, due_count = due_rows(signed_in(request), found.zone, SHOWN_PROMISES)
    context = {
        "found": found,
        "due_rows": due,
        "due_count": due_count,
        "on_query": day_query(found),
        "counts": kind_counts(found),
        "gap_count": len(gaps),
        "verdict_count": len(rows),
        "gaps": [r for r in rows if r.kind != "extendable"][:SHOWN_GAPS],
        "extendable": [r for r in rows if r.kind == "extendable"][:4],
        "chains": chain_rows(found),
        "company_count": len(found.counted),
        "gone_count": len(found.report.gone),
        "above_count": above,
        "scale_unknown": unknown,
        "statements": [{"fact": f, "text": statement(f), "evidence": evidence(f, found)} for f in zone_statements(found.zone)],
        "unplaced": [(company_links(found, [name])[0], text) for name, text in found.report.unplaced[:6]],
        "unplaced_count": len(found.report.unplaced),
        "pending": [p for p in found.report.placements if p.state == "PENDING"][:6],
        "paragraph": gap_text(found, awaited.segment) if awaited else "",
        "first_gap": verdict_row(found, awaited) if awaited else None,
        "answers": [
            (verdict_row(found, found.report.diagnosis.findings[s]), a)
            for s, a in found.not_gaps.items()
            if s in found.report.diagnosis.findings
        ],
        "days": days_of_change(found),
    }
    return page(request, "chain/zone.html", context, zone=found.zone, section="zone")


def days_of_change(found: queries.ZoneReport) -> list[str]:
    """The days on which a company here changed its state: each shows another zone."""
    days = {f.period for d in queries.zone_rows(found.zone).dossiers for f in d.states}
    if found.zone.as_of:
        days.add(found.zone.as_of.isoformat())
    return sorted(days)


def statement(fact: Fact) -> str:
    return fact.text if language() == "zh" or not fact.text_en else fact.text_en


def gap_text(found: queries.ZoneReport, segment: str) -> str:
    """The paragraph of a gap, with the zone's and the companies' names in the reader's language."""
    said = language()
    zone = found.zone.name if said == "zh" else found.zone.name_en
    return gap_paragraph(found.report, segment, said, zone=zone, names=found.names_en if said == "en" else None)


def chain_rows(found: queries.ZoneReport) -> list[dict[str, object]]:
    """The zone's chains with their strips and counts."""
    rows = []
    for c in found.report.diagnosis.chains:
        chain = found.report.atlas.chain(c.chain)
        columns, nodes, _links = chain_nodes(found, c.chain)
        counts = kind_counts(found, c.chain) if c.is_known else {}
        rows.append(
            {
                "finding": c,
                "chain": chain,
                "name": chain.name(language()),
                "counts": {k: n for k, n in counts.items() if n},
                "gap_count": sum(counts.get(k, 0) for k in GAP_KINDS),
                "strip": draw_strip(chain.name(language()), columns, nodes, language=language()),
                "confirmed": share_words(found.shares.get(c.chain)),
                "completeness": "–" if c.completeness != c.completeness else percent(c.completeness),
            }
        )
    return rows


def verdict_list(request: HttpRequest, code: str) -> HttpResponse:
    """Every verdict in rank order, with rule and buyers; filtered by chain or kind."""
    found = find_report(request, code)
    chain, kind = request.GET.get("chain", ""), request.GET.get("kind", "")
    chosen = {p.code for p in found.report.atlas.chains}
    rows = [
        r
        for r in verdict_rows(found)
        if (not kind or r.kind == kind) and (chain not in chosen or chain in found.report.atlas.chains_of[r.segment])
    ]
    context = {
        "found": found,
        "on_query": day_query(found),
        "rows": rows,
        "chain": chain,
        "kind": kind,
        "chains": [(c.code, c.name(language())) for c in found.report.atlas.chains],
        "limits": found.report.diagnosis.limits,
        "demand_limit": figure(found.report.diagnosis.limits.demand),
    }
    return page(request, "chain/verdicts.html", context, zone=found.zone, section="verdicts")


def verdict_file(request: HttpRequest, code: str) -> HttpResponse:
    """All verdicts as a CSV file."""
    found = find_report(request, code)
    reply = HttpResponse(verdicts_csv(found.report, language()), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="verdicts-{found.zone.code}-{found.on.isoformat()}.csv"'
    return reply


def unplaced(request: HttpRequest, code: str) -> HttpResponse:
    """Product texts that found no segment, and those that wait for a person."""
    found = find_report(request, code)
    texts = [(company_links(found, [name])[0], text) for name, text in found.report.unplaced]
    first = _whole(request.GET.get("from", ""))
    shown = texts[first : first + SHOWN_TEXTS]
    waiting = [
        (company_links(found, [p.company])[0], p, found.report.atlas.segments[p.segment].name(language()))
        for p in found.report.placements
        if p.state == "PENDING"
    ]
    context = {
        "found": found,
        "texts": shown,
        "total": len(texts),
        "first": first + 1 if shown else 0,
        "last": first + len(shown),
        "previous_href": turn_href(found, max(0, first - SHOWN_TEXTS)) if first else "",
        "next_href": turn_href(found, first + SHOWN_TEXTS) if first + SHOWN_TEXTS < len(texts) else "",
        "waiting": waiting[:SHOWN_TEXTS],
        "waiting_count": len(waiting),
        "on_query": day_query(found),
    }
    return page(request, "chain/unplaced.html", context, zone=found.zone, section="companies")


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
