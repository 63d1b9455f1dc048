"""Compare two zones on a chain; publish open data and bring another zone's."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop
from xinya.zones.queries import signed_in, zone_visible

from .. import queries
from ..actions import exchange as actions
from ..engine.compare import Comparison
from ..engine.small_cells import HIDDEN
from ..files.open_zone import LARGEST, archive_bytes
from ..queries.exchange import chains_shared, compared, fact_classes, issue_of, issues_of, open_data_of, partners_of
from ..rules import may_answer_gaps
from .packs import COLUMN_WORDS

REASONS = {
    "only-here": gettext_noop("only here"), "only-there": gettext_noop("only there"),
    "defined-otherwise": gettext_noop("defined otherwise"),
}  # fmt: skip
FIELD_WORDS = {**COLUMN_WORDS, "classes": gettext_noop("Classes")}


@require_GET
def compare_zones(request: HttpRequest, code: str) -> HttpResponse:
    """This zone beside another on one chain: what is defined alike, and what is not and why."""
    person = signed_in(request)
    zone, partner = zone_visible(person, code), request.GET.get("with", "")
    partners = partners_of(person, zone, partner)
    partner = partner or partners.nearest
    partners.bring_to_hand(partner)
    found = queries.zone_report(zone, queries.day_of(zone, request.GET.get("on", "")))
    chains = [(c.code, c.name(language())) for c in found.report.atlas.chains]
    shared = chains_shared(found, partners)
    chain = request.GET.get("chain", "") or next(iter(shared.get(partner, ())), chains[0][0] if chains else "")
    comparison, error = None, ""
    if partner:
        try:
            comparison = compared(found, partners, partner, chain)
        except Refused as refused:
            if refused.status == 404:
                raise
            error = sentence_of(refused)
    named = partners.names(language())
    groups = [
        (_("with a chain in common"), [(k, n) for k, n in named.items() if shared.get(k, [k])]),
        (_("without one"), [(k, n) for k, n in named.items() if not shared.get(k, [k])]),
    ]
    here = found.zone.name if language() == "zh" else found.zone.name_en
    context = {
        "found": found, "chains": chains, "partners": [g for g in groups if g[1]], "partner": partner, "chain": chain,
        "error": error, "common": [name for code, name in chains if code in shared.get(partner, ())],
        "names": [here, named.get(partner, "")], **(_shown(comparison) if comparison else {"comparison": None}),
    }  # fmt: skip
    return page(request, "chain/compare.html", context, zone=found.zone, section="chain-list")


def _shown(comparison: Comparison) -> dict[str, object]:
    said = language()
    rows: list[dict[str, Any]] = [
        {
            "name": r.segment.name(said), "code": r.segment.code,
            "sides": [
                {"makers": n, "is_hidden": n == HIDDEN, "kind": kind}
                for n, kind in zip(r.makers, r.verdicts, strict=True)
            ],
        }
        for r in comparison.rows
    ]  # fmt: skip
    unlike = [
        {
            "name": u.segment.name(said), "code": u.segment.code, "reason": _(REASONS[u.reason]),
            "differing": [(_(FIELD_WORDS[k]), a, b) for k, (a, b) in u.differing.items()],
        }
        for u in comparison.unlike
    ]  # fmt: skip
    apart = [any(s["makers"] for s in r["sides"]) or len({s["kind"] for s in r["sides"]}) > 1 for r in rows]
    tables = [[r for r, is_apart in zip(rows, apart, strict=True) if is_apart is asked] for asked in (True, False)]
    return {"comparison": comparison, "count": len(rows), "rows": tables[0], "without": tables[1], "unlike": unlike}


def open_data(request: HttpRequest, code: str) -> HttpResponse:
    """What the zone published and what it brought; publishing and bringing."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    error, status = "", 200
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            if request.POST.get("act", "") == "publish":
                row = actions.publish_open_data(person, zone=zone)
                messages.success(request, _("Issue %(number)s is published and will not change.") % {"number": row.number})
            else:
                content = upload.read(LARGEST + 1) if upload else b""
                data, makers = actions.bring_open_data(
                    person, zone=zone, content=content, with_makers=bool(request.POST.get("makers", ""))
                )
                said = _("The open data of %(name)s are kept; makers outside taken in: %(makers)s.")
                messages.success(request, said % {"name": data.name, "makers": makers})
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            error, status = sentence_of(refused), refused.status
        else:
            return redirect("open-data", code)
    context = {
        "issues": issues_of(zone), "brought": open_data_of(zone), "classes": fact_classes(zone), "error": error,
        "may_edit": may_answer_gaps(person, zone),
    }  # fmt: skip
    return page(request, "chain/open_data.html", context, zone=zone, section="chain-list", status=status)


@require_GET
def issue_file(request: HttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """A published issue as JSON, or with its tables in a zip; the same bytes each time."""
    issue = issue_of(zone_visible(signed_in(request), code), number)
    if form == "zip":
        reply = HttpResponse(archive_bytes(json.loads(issue.content)), content_type="application/zip")
    else:
        reply = HttpResponse(issue.content.encode(), content_type="application/json; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="open-{code}-{issue.number}.{form}"'
    return reply


@require_POST
def drop_data(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """No longer compare with what was brought."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    actions.drop_open_data(person, zone=zone, data_id=pk)
    messages.success(request, _("The open data are put away; makers outside that came from them stay, with their source."))
    return redirect("open-data", code)
