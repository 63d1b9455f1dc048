"""One segment of a zone: its verdict in words, who needs it, who could fill it, what happened and what will."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from xinya.kit.leads import lead_address
from xinya.kit.pages import language, page
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop
from xinya.kit.web_address import web_address
from xinya.zones.engine.regions import PROVINCES, province_name
from xinya.zones.queries import signed_in

from .. import queries
from ..engine.candidate_words import reason_words
from ..engine.candidates import ANY, WORDS, Wanted
from ..engine.paragraph import uses
from ..engine.placement import COUNTED
from ..engine.wording import figure, percent
from ..files import Pack
from ..forms import AnswerForm
from ..models import Answer
from ..queries import ZoneReport
from .evidence import evidence, place_evidence
from .rows import company_links, day_query, input_kind, segment_href, verdict_row
from .zone import find_report, gap_text

STATE_WORDS = {
    "planned": gettext_noop("planned"),
    "building": gettext_noop("being built"),
    "producing": gettext_noop("in production"),
}


def segment_page(request: HttpRequest, code: str, segment: str, form: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    """The gap page; for other segments the same facts with their own verdict."""
    found = find_report(request, code)
    if segment not in found.report.atlas.segments:
        raise Refused(
            "unknown-segment",
            gettext_noop("No pack of this zone has a segment %(segment)s."),
            status=404,
            segment=segment[:30],
        )
    finding = found.report.diagnosis.findings[segment]
    row = found.report.atlas.segments[segment]
    said = language()
    known = found.report.diagnosis.chains_known(segment)
    context = {
        "own_path": segment_href(found, segment) if request.method == "POST" else None,
        "found": found,
        "segment": row,
        "name": row.name(said),
        "other_name": row.name("en" if said == "zh" else "zh"),
        "definition": row.definition_zh if said == "zh" else row.definition_en,
        "row": verdict_row(found, finding),
        "kind": finding.kind if known else ("made" if finding.makers else "unknown"),
        "is_known": bool(known),
        "on_query": day_query(found),
        "paragraph": gap_text(found, segment) if known else "",
        "finding": finding,
        "buyers": buyer_rows(found, segment),
        "further": company_links(found, [n.resident for n in finding.needed_by if n.depth > 1]),
        "makers": maker_rows(found, segment),
        "gone": gone_rows(found, segment),
        "outside": candidate_rows(request, found, segment),
        "wanted": wanted_of(request),
        "is_narrowed": wanted_of(request) != ANY,
        "outside_known": len(finding.outside_makers),
        "provinces": sorted((code, province_name(code, said)) for code in PROVINCES),
        "limits": found.report.diagnosis.limits,
        "limit_set": found.limit_set,
        "inputs": neighbour_rows(found, segment, upstream=True),
        "users": neighbour_rows(found, segment, upstream=False),
        "answer": found.not_gaps.get(segment),
        "events": event_rows(found, segment),
        "moments": moment_rows(found, segment),
        "form": form or AnswerForm(),
        "chains": chain_places(found, segment),
        "demand_limit": figure(found.report.diagnosis.limits.demand),
        "ready_limit": percent(found.report.diagnosis.limits.readiness),
        "source": pack_source(queries.packs_with(queries.zone_rows(found.zone).chosen), row.home, row.source),
        "makers_named": [a for a in found.answers if a.segment == segment and a.kind == Answer.Kind.WE_HAVE_ONE],
    }
    return page(request, "chain/segment.html", context, zone=found.zone, section="chain-list", status=status)


def pack_source(packs: Iterable[Pack], home: str, source: str) -> dict[str, str]:
    """Who says what the pack says: a source that can be opened, or general knowledge."""
    for pack in packs:
        if pack.code == home:
            for row in pack.sources:
                if row["id"] == source:
                    return {"title": row["title"], "href": web_address(row["url"]), "publisher": row["publisher"]}
    return {"title": _("general knowledge of the trade"), "href": "", "publisher": ""}


def chain_places(found: ZoneReport, segment: str) -> list[dict[str, str]]:
    """The zone's chains in which the segment stands, with its column there."""
    places = []
    for chain in found.report.atlas.chains:
        for member, column in chain.members:
            if member == segment:
                named = next(c for c in chain.columns if c.code == column)
                places.append({"code": chain.code, "name": chain.name(language()), "column": named.name(language())})
    return places


def buyer_rows(found: ZoneReport, segment: str) -> list[dict[str, Any]]:
    """Who needs it directly, for what, and how strongly."""
    made = found.report
    companies = {c.name: c for c in made.companies}
    rows = []
    for need, link in zip(
        made.diagnosis.findings[segment].buyers,
        company_links(found, [n.resident for n in made.diagnosis.findings[segment].buyers]),
        strict=True,
    ):
        company = companies[need.resident]
        dossier = found.by_name.get(need.resident)
        product = next((f for f in dossier.products), None) if dossier else None
        rows.append(
            {
                "link": link,
                "for": [
                    {"name": made.atlas.segments[c].name(language()), "href": segment_href(found, c)}
                    for c in uses(made, company, segment)
                ],
                "is_essential": need.strength == 1,
                "score": figure(need.score),
                "evidence": evidence(product, found) if product else None,
            }
        )
    return rows


def maker_rows(found: ZoneReport, segment: str) -> list[dict[str, Any]]:
    """Who makes it here, why we think so, and who is on the way."""
    made, rows = found.report, []
    names = [*made.diagnosis.findings[segment].makers, *(c.name for c in made.building.get(segment, ()))]
    states = {c.name: c.state for c in made.companies}
    for name, link in zip(names, company_links(found, names), strict=True):
        texts = [p for p in made.placements if p.company == name and segment in made.atlas.lines[p.segment]]
        rows.append(
            {
                "link": link,
                "state": _(STATE_WORDS[states[name]]),
                "is_producing": states[name] == "producing",
                "texts": [p.text for p in texts if p.text],
                "segments": [made.atlas.segments[p.segment].name(language()) for p in texts if p.segment != segment],
                "evidence": maker_evidence(found, name, segment),
            }
        )
    return rows


def gone_rows(found: ZoneReport, segment: str) -> list[dict[str, Any]]:
    """Who made it here and no longer counts, by the register: its standing, with source and day."""
    atlas, rows = found.report.atlas, []
    for company in found.report.gone:
        if any(p.state in COUNTED and segment in atlas.lines.get(p.segment, ()) for p in company.placements):
            fact = found.by_name[company.name].standing_fact(queries.seen_by(found.zone, found.on))
            rows.append(
                {
                    "link": company_links(found, [company.name])[0],
                    "standing": company.standing,
                    "evidence": evidence(fact, found) if fact else None,
                }
            )
    return rows


def maker_evidence(found: ZoneReport, name: str, segment: str) -> list[dict[str, Any]]:
    """The evidence of the counted placements of a company on a segment, the same once."""
    dossier, atlas = found.by_name.get(name), found.report.atlas
    if dossier is None:
        return []
    rows = queries.zone_rows(found.zone).placements.get(dossier.company.pk, ())
    here = [r for r in rows if r.state in COUNTED and segment in atlas.lines.get(r.segment, ())]
    chips = [place_evidence(found, row, dossier) for row in here]
    return [chip for place, chip in enumerate(chips) if chip not in chips[:place]]


def candidate_rows(request: HttpRequest, found: ZoneReport, segment: str) -> list[dict[str, Any]]:
    """Known makers outside, best first: what speaks for and against each, in words, and what an officer said."""
    made, said = found.report, language()

    def segment_name(code: str) -> str:
        return made.atlas.segments[code].name(said)

    def company_name(name: str) -> str:
        return found.names_en.get(name, name) if said == "en" else name

    rows = []
    for known in queries.segment_candidates(found, segment, wanted_of(request)):
        company, one = known.dossier.company, known.candidate
        rows.append(
            {
                "pk": company.pk,
                "name": company.name_en if said == "en" and company.name_en else company.name,
                "is_invented": company.is_invented,
                "served": figure(one.served),
                "pro": [reason_words(r, said, segment=segment_name, company=company_name) for r in one.pro],
                "con": [reason_words(r, said, segment=segment_name, company=company_name) for r in one.con],
                "word": known.word,
                "earlier": known.earlier,
                "share": "" if one.share is None else percent(one.share / 10_000),
                "lead_href": lead_address(signed_in(request), found.zone.code, company.pk, segment),
            }
        )
    return rows


def wanted_of(request: HttpRequest) -> Wanted:
    """Which candidates the address asks for; what makes no sense asks for nothing."""
    share, region, word = request.GET.get("share", ""), request.GET.get("region", ""), request.GET.get("word", "")
    return Wanted(
        least_share=int(share) * 100 if share.isascii() and share.isdecimal() and len(share) <= 3 and int(share) <= 100 else 0,
        region=region if region in ("near", "far") or region in PROVINCES else "",
        is_normal=request.GET.get("standing", "") == "normal",
        word=word if word in WORDS else "",
    )


def neighbour_rows(found: ZoneReport, segment: str, *, upstream: bool) -> list[dict[str, Any]]:
    """What it needs, or what needs it, with the verdicts there."""
    made = found.report
    links = [i for i in made.atlas.inputs if (i.product in made.atlas.lines[segment] if upstream else i.input == segment)]
    rows: dict[str, dict[str, Any]] = {}
    for link in links:
        other = link.input if upstream else link.product
        if other != segment:
            f = made.diagnosis.findings[other]
            rows.setdefault(
                other,
                {
                    "name": made.atlas.segments[other].name(language()),
                    "href": segment_href(found, other),
                    "kind": f.kind,
                    "makers": f.maker_count,
                    "input_kind": input_kind(link.kind),
                    "is_essential": link.is_essential,
                },
            )
    return list(rows.values())


def event_rows(found: ZoneReport, segment: str) -> list[dict[str, Any]]:
    """Dated states of the companies that make it or will, and people's answers; the latest first."""
    atlas, events = found.report.atlas, []
    rows = queries.zone_rows(found.zone)
    for dossier in rows.dossiers:
        codes = {p.segment for p in rows.placements.get(dossier.company.pk, ()) if p.segment in atlas.lines}
        if any(segment in atlas.lines[c] for c in codes):
            name = dossier.company.name_en if language() == "en" and dossier.company.name_en else dossier.company.name
            for fact in dossier.states:
                events.append(
                    {
                        "day": fact.period,
                        "text": f"{name}{'：' if language() == 'zh' else ': '}{_(STATE_WORDS.get(fact.text, fact.text))}",
                        "is_plan": fact.period > found.on.isoformat(),
                        "evidence": evidence(fact, found),
                        "is_invented": fact.source.is_invented,
                    }
                )
    for answer in found.answers:
        if answer.segment == segment:
            text = f"{answer.get_kind_display()}{'：' if language() == 'zh' else ': '}{answer.reason}"
            events.append({"day": f"{answer.at:%Y-%m-%d}", "text": text, "is_plan": False, "by": str(answer.by), "evidence": None})
    return sorted(events, key=lambda e: str(e["day"]), reverse=True)


def moment_rows(found: ZoneReport, segment: str) -> list[dict[str, Any]]:
    """Before and after: the verdict on each day on which a maker's state changes."""
    rows = queries.zone_rows(found.zone)
    atlas = found.report.atlas
    days: set[datetime.date] = set()
    for dossier in rows.dossiers:
        if any(segment in atlas.lines.get(p.segment, ()) for p in rows.placements.get(dossier.company.pk, ())):
            days |= {datetime.date.fromisoformat(f.period) for f in dossier.states}
    if not days:
        return []
    days |= {min(days) - datetime.timedelta(days=1)}
    moments = []
    for day in sorted(days)[:12]:
        there = queries.zone_report(found.zone, day)
        row = verdict_row(there, there.report.diagnosis.findings[segment])
        moments.append({"day": day.isoformat(), "row": row, "is_here": day == found.on, "demand": row.demand, "makers": row.makers})
    return moments
