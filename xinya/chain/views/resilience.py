"""Whose failure would hurt the zone most: the ranking with its picture, and one failure step by step."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.pages import language, page
from xinya.kit.refusals import Refused
from xinya.zones.queries import signed_in, zone_visible

from .. import actions, queries
from ..engine.resilience.chain_risk import SegmentRisk, draw_chain_risk, segment_losses
from ..engine.resilience.hurt import Hurt, Short
from ..engine.resilience.pictures import Dot, Row, draw_cascade, draw_risk_map
from ..engine.resilience.stock_days import StatedStock
from ..engine.resilience.zone_risk import CompanyRisk, Hit
from ..engine.wording import percent
from ..files.inputs import stock_text
from ..files.resilience import risks_csv
from ..queries.resilience import NO_COMPANY, Failure, ZoneRisk, company_failure, zone_risk
from ..rules import may_ask_resilience
from .rows import company_links, day_query, segment_href, spread

SHOWN = 50
LISTED = 12
SHORT = 3


def find_risk(request: HttpRequest, code: str) -> ZoneRisk:
    """The ranking of the zone and day in the address."""
    zone = zone_visible(signed_in(request), code)
    return zone_risk(zone, queries.day_of(zone, request.GET.get("on", "")))


def resilience(request: HttpRequest, code: str) -> HttpResponse:
    """The companies by what their failure would cost, as a picture and as a table, with what the figures rest on."""
    risk = find_risk(request, code)
    found, rows = risk.found, list(risk.risks or ())
    dots = [Dot(shown_name(risk, r.company), r.own, r.index, r.low, r.high, failure_href(risk, r.company)) for r in rows]
    said = language()
    context = {
        "found": found,
        "on_query": day_query(found),
        "risk": risk,
        "may_ask": may_ask_resilience(signed_in(request), found.zone),
        "rows": [risk_row(risk, r, rank) for rank, r in enumerate(rows[:SHOWN], 1)],
        "more": max(0, len(rows) - SHOWN),
        "picture": draw_risk_map(dots, language=said) if dots else "",
        "picture_small": draw_risk_map(dots, language=said, is_narrow=True) if dots else "",
        "chains": chain_risks(risk) if rows else [],
        "bases": risk.bases if rows else {},
        "assumed": len(risk.network.links.assumed) if rows else 0,
        "local": percent(risk.assumptions.local),
        "purchases": percent(risk.assumptions.purchases),
    }
    return page(request, "chain/resilience.html", context, zone=found.zone, section="verdicts")


def chain_risks(risk: ZoneRisk) -> list[dict[str, Any]]:
    """Each chain of the zone as a strip of its segments, with the same as rows: what is lost with the weightiest maker of each."""
    found, said = risk.found, language()
    atlas, findings = found.report.atlas, found.report.diagnosis.findings
    losses = segment_losses({code: f.makers for code, f in findings.items()}, {r.company: r.index for r in risk.risks or ()})
    told = []
    for chain in atlas.chains:
        place = {column.code: i for i, column in enumerate(chain.columns)}
        segments = [
            SegmentRisk(code, atlas.segments[code].name(said), place[column], *losses.get(code, (None, "")))
            for code, column in chain.members
        ]
        rows = sorted((s for s in segments if s.loss is not None), key=lambda s: (-(s.loss or 0.0), s.code))
        told.append(
            {
                "name": chain.name(said),
                "href": reverse("chain-map", args=[found.zone.code, chain.code]) + day_query(found),
                "picture": draw_chain_risk(chain.name(said), segments, language=said),
                "picture_small": draw_chain_risk(chain.name(said), segments, language=said, is_narrow=True),
                "rows": [
                    {
                        "name": s.name,
                        "href": segment_href(found, s.code),
                        "loss": percent(s.loss or 0.0),
                        "maker": company_links(found, [s.maker]),
                    }
                    for s in rows
                ],
            }
        )
    return told


def resilience_file(request: HttpRequest, code: str) -> HttpResponse:
    """The whole ranking as a CSV file."""
    risk = find_risk(request, code)
    reply = HttpResponse(risks_csv(risk.risks or ()), content_type="text/csv; charset=utf-8")
    name = f"risks-{risk.found.zone.code}-{risk.found.on.isoformat()}.csv"
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Have the figures of a large zone computed."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    actions.ask_resilience(person, zone=zone, on=queries.day_of(zone, request.POST.get("on", "")))
    messages.success(request, _("The figures are being computed; this page shows how far they are."))
    return redirect(reverse("resilience", args=[code]))


def failure(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What happens when one company stops: step by step, who is hurt, who could stand in."""
    risk = find_risk(request, code)
    dossier = next((d for d in risk.found.dossiers if d.company.pk == pk), None)
    if dossier is None:
        raise Refused("no-plant", NO_COMPANY, status=404)
    told = company_failure(risk, dossier.company.name)
    last = len(told.steps) - 1
    asked = request.GET.get("step", "")
    step = min(int(asked), last) if asked.isdecimal() and len(asked) < 6 else last
    rows = cascade_rows(risk, told, step)
    own = reverse("company-failure", args=[code, pk])
    day = {} if risk.found.zone.as_of == risk.found.on else {"on": risk.found.on.isoformat()}
    context = {
        "found": risk.found,
        "asked": [("step", str(step))] if asked else [],
        "on_query": day_query(risk.found),
        "name": shown_name(risk, dossier.company.name),
        "company_href": reverse("company", args=[code, pk]) + day_query(risk.found),
        "row": risk_row(risk, told.risk, 0),
        "step": step,
        "last": last,
        "steps": [(k, f"{own}?{_address({**day, 'step': str(k)})}") for k in range(last + 1)],
        "picture": draw_cascade(rows, step=step, last=last, language=language()),
        "picture_small": draw_cascade(rows, step=step, last=last, language=language(), is_narrow=True),
        "hits": hit_rows(risk, told, step)[:SHOWN],
        "hit_count": len(told.steps[step]) - 1,
        "substitutes": substitute_rows(risk, told),
        "suppliers": company_links(risk.found, list(told.suppliers)[:LISTED]),
        "supplier_count": len(told.suppliers),
        "buyers": company_links(risk.found, list(told.buyers)[:LISTED]),
        "buyer_count": len(told.buyers),
    }
    return page(request, "chain/failure.html", context, zone=risk.found.zone, section="verdicts")


def shown_name(risk: ZoneRisk, company: str) -> str:
    dossier = risk.found.by_name.get(company)
    is_english = language() == "en" and dossier is not None and dossier.company.name_en
    return dossier.company.name_en if is_english and dossier is not None else company


def failure_href(risk: ZoneRisk, company: str) -> str:
    dossier = risk.found.by_name.get(company)
    if dossier is None:
        return reverse("resilience", args=[risk.found.zone.code])
    return reverse("company-failure", args=[risk.found.zone.code, dossier.company.pk]) + day_query(risk.found)


def risk_row(risk: ZoneRisk, one: CompanyRisk, rank: int) -> dict[str, Any]:
    """A company of the ranking with its figures as text."""
    resident = next((r for r in risk.facts.residents if r.name == one.company), None)
    findings, atlas, said = risk.found.report.diagnosis.findings, risk.found.report.atlas, language()
    makes = resident.makes if resident is not None else ()
    return {
        "rank": rank,
        "name": shown_name(risk, one.company),
        "href": failure_href(risk, one.company),
        "index": share(one.index),
        "own": share(one.own),
        "times": f"{one.index / one.own:.1f}" if one.own > 0 else "–",
        "band": spread(share(one.low), share(one.high)),
        "down": share(one.down),
        "up": share(one.up),
        "makes": [
            {
                "name": atlas.segments[code].name(said),
                "href": segment_href(risk.found, code),
                "is_alone": findings[code].maker_count == 1,
            }
            for code in makes[:4]
        ],
    }


def cascade_rows(risk: ZoneRisk, told: Failure, step: int) -> list[Row]:
    """Companies hit by now, each with the step that reached it first."""
    return [
        Row(shown_name(risk, hit.company), first, hit.down, hit.up, failure_href(risk, hit.company))
        for first, hit in first_hits(told, step)
    ]


def first_hits(told: Failure, step: int) -> list[tuple[int, Hit]]:
    """(first step, loss by now), in the order of the step and of the loss."""
    first: dict[str, int] = {}
    for number, hits in enumerate(told.steps[: step + 1]):
        for hit in hits:
            first.setdefault(hit.company, number)
    return sorted(((first[h.company], h) for h in told.steps[step]), key=lambda pair: (pair[0], -pair[1].lost, pair[1].company))


def hit_rows(risk: ZoneRisk, told: Failure, step: int) -> list[dict[str, Any]]:
    """The table beside the picture: the same companies with both kinds of loss; by the day on which the harm can arrive."""
    place = {one.company: number for number, one in enumerate(told.hurt)}
    hits = sorted((pair for pair in first_hits(told, step) if pair[0] > 0), key=lambda pair: place[pair[1].company])
    return [
        {
            "name": shown_name(risk, hit.company),
            "href": failure_href(risk, hit.company),
            "first": first,
            "lost": share(hit.lost),
            "down": share(hit.down),
            "up": share(hit.up),
            **stock_cells(risk, told.hurt[place[hit.company]]),
            "how": _relation(told, hit.company),
        }
        for first, hit in hits
    ]


def stock_cells(risk: ZoneRisk, one: Hurt) -> dict[str, Any]:
    """The earliest day, what is short with the stock of each, and the way where the company does not buy from the stopped one."""
    return {
        "day": stock_text(one.inputs_day),
        "is_assumed": one.unknown > 0,
        "has_fewer_buyers": one.has_fewer_buyers,
        "short": [_short_cell(risk, s, one.way[0]) for s in one.short[:SHORT]],
        "short_more": max(0, len(one.short) - SHORT),
        "way": " → ".join(shown_name(risk, name) for name in one.way[1:-1]),
    }


def _short_cell(risk: ZoneRisk, one: Short, stopped: str) -> dict[str, Any]:
    stock = one.stock
    segment = risk.facts.atlas.segments.get(one.segment)  # none: the zone has left the chain that the link was stated of
    return {
        "supplier": "" if one.supplier == stopped else shown_name(risk, one.supplier),
        "name": one.segment if segment is None else segment.name(language()),
        "href": "" if segment is None else segment_href(risk.found, one.segment),
        "is_essential": one.is_essential,
        "days": "" if stock is None else stock_text(stock.days),
        "plural": 1 if stock is not None and stock.days == 1 else 2,
        "said": "" if stock is None else _said(stock),
    }


def _said(stock: StatedStock) -> str:
    """Who says so, when, how sure."""
    title = _("invented") if stock.is_invented else stock.source
    return " · ".join(str(part) for part in (title, stock.observed_on, stock.confidence) if part)


def substitute_rows(risk: ZoneRisk, told: Failure) -> list[dict[str, Any]]:
    """By segment: who else makes it here, and the known makers outside (None: no list of them)."""
    atlas, said = risk.found.report.atlas, language()
    return [
        {
            "name": atlas.segments[code].name(said),
            "href": segment_href(risk.found, code),
            "here": company_links(risk.found, here[:LISTED]),
            "more": max(0, len(here) - LISTED),
            "outside": None if outside is None else company_links(risk.found, outside[:LISTED]),
            "outside_more": 0 if outside is None else max(0, len(outside) - LISTED),
        }
        for code, (here, outside) in told.substitutes.items()
    ]


def share(value: float) -> str:
    """A share of output: two digits where it is small, so that small companies differ."""
    return f"{100 * value:.1f}%" if value >= 0.0995 else f"{100 * value:.2f}%"


def _relation(told: Failure, company: str) -> str:
    if company in told.buyers and company in told.suppliers:
        return _("buys from it and sells to it")
    if company in told.buyers:
        return _("buys from it")
    return _("sells to it") if company in told.suppliers else _("through others")


def _address(pairs: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs.items())
