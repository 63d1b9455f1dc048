"""定位: what a zone could grow next, with its three parts, two pictures, the back-test beside; and bringing a table for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from xinya.kit.pages import language, page
from xinya.kit.refusals import Refused
from xinya.zones.actions import demand_officer
from xinya.zones.queries import signed_in, zone_visible

from .. import actions, queries, rules
from ..engine.complexity import proximity
from ..engine.complexity.pictures import NAMED, draw_scatter, draw_space, drawn_products, lay_out
from ..files.kept_values import kept_values, space_of
from ..forms import ValuesForm
from .lists import LISTED_FINDINGS, findings_of

SHOWN = 30
WAYS = ("list", "nearness", "popularity", "chance")


def positioning(request: HttpRequest, code: str) -> HttpResponse:
    """The list, the pictures, and how such a list would have done before; or why too little is known."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    seen = queries.zone_positioning(person, zone)
    context = {
        "seen": seen,
        "is_officer": rules.may_answer_gaps(person, zone),
        "rows": _rows(seen)[:SHOWN],
        "candidate_count": len(seen.candidates),
        "tested": seen.tested,
        "ways": _ways(seen),
        "limit": {
            "locations": queries.FEWEST_LOCATIONS, "products": queries.FEWEST_PRODUCTS, "present": queries.FEWEST_PRESENT,
        },
        **_pictures(seen),
    }  # fmt: skip
    return page(request, "chain/positioning.html", context, zone=zone, section="verdicts")


def _rows(seen: queries.ZonePositioning) -> list[dict[str, Any]]:
    said = language()
    return [
        {
            "rank": c.rank, "name": queries.product_name(seen, c.product, said), "score": signed(c.score),
            "density": f"{c.density:.3f}", "pci": signed(c.pci), "cog": signed(c.cog),
            "has_some": bool(seen.location is not None and seen.values.values[seen.location, c.product] > 0),
            "z": [signed(z) for z in (c.z_density, c.z_pci, c.z_cog)],
        }
        for c in seen.candidates
    ]  # fmt: skip


def signed(value: float) -> str:
    """Two digits with the sign; what rounds to nothing has none."""
    said = f"{value:+.2f}"
    return "0.00" if said in ("+0.00", "-0.00") else said


def _ways(seen: queries.ZonePositioning) -> list[dict[str, str]]:
    if seen.tested is None:
        return []
    words = {
        "list": _("This list"), "nearness": _("Nearness alone"),
        "popularity": _("Floor: what most places have"), "chance": _("Floor: chance"),
    }  # fmt: skip
    ways = seen.tested["ways"]
    return [
        {
            "name": words[way], "auc": f"{ways[way]['auc']:.3f}", "hits": f"{100 * ways[way]['hits']:.1f}",
            "precision": f"{100 * ways[way]['precision']:.1f}",
        }
        for way in WAYS
    ]  # fmt: skip


def _pictures(seen: queries.ZonePositioning) -> dict[str, Any]:
    """Both pictures and the table twin of the second; nothing where too little is known."""
    if not seen.candidates or seen.found is None or seen.location is None:
        return {"scatter": "", "space": "", "space_rows": []}
    said = language()
    found, present = seen.found, seen.found.present[seen.location]
    names = [queries.product_name(seen, k, said) for k in range(len(seen.values.products))]
    drawn = tuple(drawn_products(seen.candidates, present, found.ubiquity, found.products))
    if seen.table is not None:
        space, near = space_of(seen.table.digest, seen.found, seen.location, drawn)
    else:
        near = proximity(found.present[found.locations][:, drawn].astype(float))
        space = lay_out(near, drawn)
    ranks = {c.product: c.rank for c in seen.candidates}
    rows = []
    for i, product in enumerate(space.products):
        other = space.nearest.get(i)
        rows.append(
            {
                "name": names[product],
                "is_here": bool(present[product]),
                "rank": ranks[product] if ranks.get(product, NAMED + 1) <= NAMED else None,
                "nearest": names[space.products[other]] if other is not None else "–",
                "near": f"{near[i, other]:.2f}" if other is not None else "–",
            }
        )
    rows.sort(key=lambda row: (row["rank"] or NAMED + 1, not row["is_here"], str(row["name"])))
    return {
        "scatter": draw_scatter(seen.candidates, names, language=said),
        "scatter_small": draw_scatter(seen.candidates, names, language=said, is_narrow=True),
        "space": draw_space(space, names, ranks, present, language=said),
        "space_small": draw_space(space, names, ranks, present, language=said, is_narrow=True),
        "named": [(c.rank, names[c.product]) for c in seen.candidates[:NAMED]],
        "space_rows": rows,
    }


def bring_values(request: HttpRequest, code: str) -> HttpResponse:
    """Bring a table of values: all of it, or nothing and every reason by row."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    demand_officer(person)
    form, findings, status = ValuesForm(initial={"location": zone.name}), [], 200
    if request.method == "POST":
        form, status = ValuesForm(request.POST, request.FILES), 422
        if form.is_valid():
            c = form.cleaned_data
            try:
                kept = kept_values(c["values"].read(), c["values"].name, c["location"])
                actions.keep_values(person, zone=zone, kept=kept, measure=c["measure"], title=c["values"].name, source=c["source"])
            except Refused as refused:
                findings, status = findings_of(refused), refused.status
            else:
                messages.success(request, _("The table is kept; the list below is computed from it."))
                return redirect("positioning", code)
    context = {"form": form, "findings": findings[:LISTED_FINDINGS], "more": max(0, len(findings) - LISTED_FINDINGS)}
    return page(request, "chain/bring_values.html", context, zone=zone, section="verdicts", status=status)
