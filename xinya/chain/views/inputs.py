"""A company's purchases: its list of inputs, its supply links, and the local sourcing rates of a zone."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.zones.models import Company, Person
from xinya.zones.queries import company_visible, signed_in, zone_visible
from xinya.zones.rules import may_read_zone, may_speak_for

from .. import actions, queries
from ..engine import Atlas
from ..engine.link_states import LINK_STATES, OTHER, STATER
from ..engine.sourcing import Rate, Sourcing, band
from ..engine.wording import percent
from ..files.inputs import (
    MOST_INPUTS,
    amount_text,
    input_lines,
    inputs_csv,
    names_of,
    period_in,
    read_inputs,
    share_text,
    stock_text,
)
from ..models import SupplyLink
from ..queries.inputs import inputs_of, line_of, links_of, seen_version, statement_periods, zone_sourcing
from ..rules import may_answer_gaps, may_state_inputs, sees_amounts
from .lists import LISTED_FINDINGS, findings_of
from .rows import spread, yuan

CELLS = ("text", "segment", "share", "amount", "stock")


def company_inputs(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The list of purchased inputs of one period, as a table to fill in, and the links with suppliers and buyers."""
    person = signed_in(request)
    company = company_visible(person, code, pk)
    if request.method != "POST":
        return _inputs_page(request, person, company)
    rows = _sent_rows(request)
    atlas = queries.zone_atlas(company.zone)
    try:
        upload = request.FILES.get("file")
        names = names_of(atlas)
        lines = read_inputs(upload.read(), names) if upload else input_lines(rows, names)
        seen = request.POST.get("seen", "")
        actions.state_inputs(
            person, company=company, period=request.POST.get("period", ""), lines=lines,
            seen=int(seen) if seen.isdecimal() and len(seen) < 19 and not upload else None,
            seen_period=request.POST.get("seen_period", ""),
        )  # fmt: skip
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return _inputs_page(request, person, company, refused=refused, sent=[cells for _number, cells in rows])
    messages.success(request, _("The list is kept: every line has its source, day and confidence."))
    return redirect(reverse("company-inputs", args=[code, pk]) + f"?period={period_in(request.POST['period'])}")


def _sent_rows(request: HttpRequest) -> list[tuple[int, dict[str, str]]]:
    columns = [request.POST.getlist(name)[:MOST_INPUTS] for name in CELLS]
    longest = max((len(c) for c in columns), default=0)
    padded = [[*c, *[""] * (longest - len(c))] for c in columns]
    return [(n, dict(zip(CELLS, cells, strict=True))) for n, cells in enumerate(zip(*padded, strict=True), start=1)]


def _inputs_page(
    request: HttpRequest, person: Person, company: Company, *, refused: Refused | None = None,
    sent: list[dict[str, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    periods = statement_periods(person, company)
    asked = _as_kept((request.POST.get("period") or request.GET.get("period", ""))[:9])
    period = asked or (periods[0] if periods else str(timezone.localdate().year - 1))
    rows = inputs_of(person, company, period)
    atlas = queries.zone_atlas(company.zone)
    may_edit = may_state_inputs(person, company)
    cells = sent if sent is not None else [input_cells(line_of(row), atlas) for row in rows]
    findings = findings_of(refused) if refused else []
    context = {
        "own_path": reverse("company-inputs", args=[company.zone.code, company.pk]) if request.method == "POST" else None,
        "company": company, "name": _name(company),
        "sees_zone": may_read_zone(person, company.zone), "may_edit": may_edit, "period": period, "periods": periods,
        "rows": rows, "shown": [{"row": r, "cells": shown_cells(line_of(r), atlas)} for r in rows],
        "cells": [*cells, *[dict.fromkeys(CELLS, "")] * (MOST_INPUTS - len(cells))] if may_edit else [],
        "seen": seen_version(rows), "offered": sorted({s.name(language()) for s in atlas.segments.values()}) if may_edit else [],
        "findings": findings[:LISTED_FINDINGS], "more": max(0, len(findings) - LISTED_FINDINGS),
        "links": [link_row(person, link, company, atlas) for link in links_of(person, company)], "most": MOST_INPUTS,
    }  # fmt: skip
    status = 200 if refused is None else refused.status
    return page(request, "chain/inputs.html", context, zone=company.zone, section="companies", status=status)


def _as_kept(period: str) -> str:
    """A period as it is kept, so that a list is found however its period was typed; what is no period stays as it is."""
    try:
        return period_in(period)
    except Refused:
        return period


def _name(company: Company) -> str:
    return company.name_en if language() == "en" and company.name_en else company.name


def input_cells(line: Any, atlas: Atlas) -> dict[str, str]:
    """A line as the cells of the table."""
    segment = atlas.segments.get(line.segment)
    return {
        "text": line.text, "segment": line.segment if segment is None else segment.name(language()),
        "share": share_text(line.share_low, line.share_high), "amount": amount_text(line.amount_low, line.amount_high),
        "stock": stock_text(line.stock_days),
    }  # fmt: skip


def shown_cells(line: Any, atlas: Atlas) -> dict[str, str]:
    """A line as it is read: ranges with their dash; the list to fill in keeps the hyphen, which is easier to type."""
    cells = input_cells(line, atlas)
    return cells | {key: cells[key].replace("-", "–") for key in ("share", "amount")}


def link_row(person: Person, link: SupplyLink, company: Company, atlas: Atlas) -> dict[str, Any]:
    """A link as its reader may see it: the sides read the amount, others its class."""
    is_supplier = link.supplier_id == company.pk
    segment = atlas.segments.get(link.segment)
    speaks = may_speak_for(person, company)
    own_side = SupplyLink.Side.SUPPLIER if is_supplier else SupplyLink.Side.BUYER
    is_officers = link.side == SupplyLink.Side.OFFICER and not speaks and may_answer_gaps(person, company.zone)
    named = link.buyer if is_supplier else link.supplier
    is_stater = is_officers or (speaks and link.side == own_side)
    side = STATER if is_stater else OTHER if speaks else ""
    return {
        "link": link, "is_supplier": is_supplier,
        "other": _name(named) if named else link.buyer_name if is_supplier else link.supplier_name,
        "segment": "" if segment is None else segment.name(language()), "amount": link_amount(person, link),
        "verbs": [v for v in LINK_STATES.verbs_from(link.state) if _may(link.state, v, side)],
    }  # fmt: skip


def _may(state: str, verb: str, side: str) -> bool:
    return any(s.source == state and s.verb == verb and side in s.who for s in LINK_STATES.steps)


def link_amount(person: Person, link: SupplyLink) -> str:
    """The amount for the two sides, its class for others, "" where it is unknown."""
    if link.amount_low is None or link.amount_high is None:
        return ""
    low, high = link.amount_low, link.amount_high
    if sees_amounts(person, link.supplier, link.buyer):
        return spread(yuan(low), yuan(high))
    least, most = band(low)[0], band(high)[1]
    if most is None:
        return _("%(amount)s or more") % {"amount": yuan(least)}
    return _("%(low)s to below %(high)s") % {"low": yuan(least), "high": yuan(most)}


def inputs_file(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The list of a period as CSV that can be brought again; without a list a template."""
    person = signed_in(request)
    company = company_visible(person, code, pk)
    period = request.GET.get("period", "")[:9]
    rows = inputs_of(person, company, period) if period else []
    reply = HttpResponse(inputs_csv([line_of(row) for row in rows]), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="inputs-{code}-{company.pk}.csv"'
    return reply


@require_POST
def add_link(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """State that the company supplies another one, or buys of it."""
    person = signed_in(request)
    company = company_visible(person, code, pk)
    wanted = actions.NewLink(
        is_supplier=request.POST.get("direction") == "supplies", other=request.POST.get("other", ""),
        text=request.POST.get("what", ""), period=request.POST.get("link_period", ""), segment=request.POST.get("link_segment", ""),
        amount=request.POST.get("link_amount", ""),
    )  # fmt: skip
    try:
        actions.state_link(person, company=company, wanted=wanted)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, sentence_of(refused))
    else:
        messages.success(
            request, _("The link is stated. If the other company is in this zone's list, its people are asked to confirm it.")
        )
    return redirect("company-inputs", code, pk)


@require_POST
def answer_link(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The other side confirms or denies a link; whoever stated it withdraws it."""
    person = signed_in(request)
    row = actions.answer_link(
        person, zone_code=code, link_id=pk, verb=request.POST.get("verb", ""), reason=request.POST.get("reason", "")
    )
    messages.success(request, _("Your word on the link is kept, with your name and the day."))
    own = row.supplier if row.supplier is not None and may_speak_for(person, row.supplier) else row.buyer
    if own is None or not may_state_inputs(person, own):
        own = row.supplier or row.buyer
    return redirect("company-inputs", code, own.pk if own is not None else 0)


def rate_cells(rate: Rate) -> dict[str, str]:
    """A rate as people read it, with its parts."""
    by_amount = rate.by == "amount"
    return {
        "rate": range_text(rate.low, rate.high),
        "numerator": _pair(rate.numerator, by_amount), "denominator": _pair(rate.denominator, by_amount),
        "all": "" if rate.at_worst is None or not rate.unknown else range_text(rate.at_worst, rate.at_best),
    }  # fmt: skip


def range_text(low: Any, high: Any) -> str:
    if low is None or high is None:
        return "–"
    return spread(percent(float(low)), percent(float(high)))


def _pair(pair: tuple[Any, Any], is_amount: bool) -> str:
    one, other = (yuan(int(v)) if is_amount else f"{float(v):.2f}".rstrip("0").rstrip(".") for v in pair)
    return spread(one, other)


def sourcing_line(row: Sourcing, name: str) -> dict[str, Any]:
    """One line of a table of rates."""
    first = row.first
    return {
        "row": row, "name": name, "first": first, **rate_cells(first), "by_amount": first.by == "amount",
        "known": first.known, "unknown": first.unknown, "companies": len(row.companies),
    }  # fmt: skip


def sourcing_page(request: HttpRequest, code: str) -> HttpResponse:
    """Local sourcing rates of the zone: whole, by chain, by input, and by company for the input asked for."""
    zone = zone_visible(signed_in(request), code)
    found = zone_sourcing(zone)
    said, asked = language(), request.GET.get("input", "")[:200]
    names: Mapping[str, str] = {s.code: s.name(said) for s in found.atlas.segments.values()}
    context = {
        "wholes_and_chains": [
            sourcing_line(found.whole, zone.name if said == "zh" else zone.name_en),
            *(sourcing_line(r, found.atlas.chain(r.key).name(said)) for r in found.chains),
        ],
        "inputs": [sourcing_line(r, names.get(r.key, r.key)) for r in found.inputs],
        "asked": names.get(asked, asked),
        "statements": [
            {"row": r, "name": _name(r.company), "cells": shown_cells(line_of(r), found.atlas)} for r in found.statements_of(asked)
        ],
        "count": len(found.statements),
    }  # fmt: skip
    return page(request, "chain/sourcing.html", context, zone=zone, section="companies")
