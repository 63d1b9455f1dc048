"""What if: up to three scenarios side by side, all of them in the address, so that it can be sent on."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from xinya.kit.pages import language, page
from xinya.zones.queries import Dossier, signed_in, zone_visible

from .. import queries
from ..engine.report import PRODUCING
from ..engine.scenario import Measures
from ..engine.wording import figure, in_sentence, percent
from ..queries import LETTERS, Played, Step, WhatIf
from .rows import GAP_KINDS, day_query, segment_href

SHOWN = 12
OFFERED_GAPS, OFFERED_COMPANIES = 40, 500


def what_if(request: HttpRequest, code: str) -> HttpResponse:
    """Play what the address asks for; a step that the form adds becomes part of the address first."""
    zone = zone_visible(signed_in(request), code)
    asked = {letter: request.GET.getlist(letter) for letter in LETTERS}
    kept = {"on": request.GET["on"]} if request.GET.get("on") else {}
    added = _added(request)
    if added is not None:
        letter, steps = added
        asked[letter] = [*asked[letter], *steps]
        return redirect(f"{reverse('what-if', args=[code])}?{_query(asked, kept)}")
    played = queries.what_if(zone, queries.day_of(zone, kept.get("on", "")), asked)
    found = played.found
    producing = {c.name for c in played.base.companies if c.state == PRODUCING}
    context = {
        "found": found,
        "on_query": day_query(found),
        "letters": [letter.upper() for letter in LETTERS],
        "asked": [(letter, step) for letter in LETTERS for step in asked[letter]],
        "kept_on": kept.get("on", ""),
        "columns": [_column(played, one, asked, kept) for one in played.played],
        "width": {1: "c12", 2: "c6", 3: "c4"}.get(len(played.played), "c12"),
        "measures": _measure_rows(played),
        "offered": _offered(played),
        "outside": [(d.company.pk, _name(d)) for d in played.outside[:OFFERED_COMPANIES]],
        "here": [(d.company.pk, _name(d)) for d in found.dossiers if d.company.name in producing][:OFFERED_COMPANIES],
        "is_short": max(len(played.outside), len(producing)) > OFFERED_COMPANIES,
        "link": request.build_absolute_uri(f"{reverse('what-if', args=[code])}?{_query(asked, kept)}") if played.played else "",
    }
    return page(request, "chain/what_if.html", context, zone=zone, section="verdicts")


def _added(request: HttpRequest) -> tuple[str, list[str]] | None:
    """The letter and every step that the form names; None where it names none."""
    letter = request.GET.get("to", "").lower()
    if letter not in LETTERS:
        return None
    steps = [f"{verb}.{value}" for verb in ("make", "come", "leave") for value in request.GET.getlist(verb) if value]
    return (letter, steps) if steps else None


def _query(asked: dict[str, list[str]], kept: dict[str, str]) -> str:
    return urlencode([*kept.items(), *((letter, step) for letter in LETTERS for step in dict.fromkeys(asked[letter]))])


def _name(dossier: Dossier) -> str:
    english = language() == "en" and dossier.company.name_en
    return dossier.company.name_en if english else dossier.company.name


def _step_words(played: WhatIf, step: Step) -> str:
    if step.verb == "make":
        name = played.base.atlas.segments[step.value].name(language())
        return _("A new company makes %(segment)s") % {"segment": in_sentence(name) if language() == "en" else name}
    company = _name(step.dossier) if step.dossier else ""
    if step.verb == "come":
        return _("%(company)s settles here") % {"company": company}
    return _("%(company)s stops") % {"company": company}


def _column(played: WhatIf, one: Played, asked: dict[str, list[str]], kept: dict[str, str]) -> dict[str, Any]:
    """One scenario: its steps, each with the address without it, and what it changes."""
    own, atlas = reverse("what-if", args=[played.found.zone.code]), played.base.atlas

    def without(step: Step) -> str:
        left = asked | {one.letter: [s for s in asked[one.letter] if s != step.written]}
        return f"{own}?{_query(left, kept)}"

    def rows(codes: tuple[str, ...]) -> list[dict[str, str]]:
        before, now = played.base.diagnosis.findings, one.outcome.report.diagnosis.findings
        return [
            {
                "name": played.base.atlas.segments[code].name(language()),
                "href": segment_href(played.found, code),
                "before": before[code].kind,
                "after": now[code].kind,
            }
            for code in codes
        ]

    turned = tuple(code for code, _before, _after in one.outcome.turned)
    return {
        "letter": one.letter.upper(),
        "steps": [{"words": _step_words(played, s), "without": without(s)} for s in one.steps],
        "notes": [
            *(_("Enough is known of %(chain)s now.") % {"chain": atlas.chain(c).name(language())} for c in one.outcome.learnt),
            *(
                _("Too little is known of %(chain)s then.") % {"chain": atlas.chain(c).name(language())}
                for c in one.outcome.forgotten
            ),
        ],
        "lists": [
            {"title": title, "rows": rows(codes)[:SHOWN], "more": max(0, len(codes) - SHOWN), "count": len(codes)}
            for title, codes in (
                (_("Gaps closed"), one.outcome.closed),
                (_("Gaps that nobody needs enough any more"), one.outcome.gone),
                (_("Gaps opened"), one.outcome.opened),
                (_("Other verdicts that change"), turned),
            )
        ],
    }


def _measure_rows(played: WhatIf) -> list[dict[str, Any]]:
    """Each figure of the zone as it stands, and of every scenario beside it."""
    everyone = [played.measures, *(one.outcome.measures for one in played.played)]
    eased = ["–", *(figure(one.outcome.eased) for one in played.played)]

    def row(title: str, cells: list[str], note: str = "") -> dict[str, Any]:
        heads = [_("As it stands"), *(one.letter.upper() for one in played.played)]
        return {"title": title, "note": note, "cells": list(zip(heads, cells, strict=True))}

    rows = [
        row(_("Companies that produce"), [str(m.companies) for m in everyone]),
        row(_("Gaps"), [str(m.gaps) for m in everyone], _("missing or dependent")),
        row(_("Fragile"), [str(m.fragile) for m in everyone], _("thin or weak")),
        row(_("Demand of the gaps that close"), eased, _("direct demand, 1 where essential, else 0.5")),
        row(_("Local sourcing"), [_sourcing(m) for m in everyone], _("direct demand whose segment is made here")),
    ]
    for chain in played.base.atlas.chains:
        shares = [m.completeness.get(chain.code) for m in everyone]
        cells = ["–" if share is None else percent(share) for share in shares]
        rows.append(row(_("Completeness: %(chain)s") % {"chain": chain.name(language())}, cells))
    return rows


def _sourcing(m: Measures) -> str:
    share = "–" if m.sourcing is None else percent(m.sourcing)
    return _("%(share)s (%(served)s of %(demand)s)") % {"share": share, "served": figure(m.served), "demand": figure(m.demand)}


def _offered(played: WhatIf) -> list[dict[str, Any]]:
    """Segments to choose from: the zone's gaps by rank first, then every chain's."""
    atlas, said = played.base.atlas, language()
    gaps = [f.segment for f in played.base.diagnosis.verdicts if f.kind in GAP_KINDS][:OFFERED_GAPS]
    groups = [{"title": _("Gaps, most awaited first"), "options": [(code, atlas.segments[code].name(said)) for code in gaps]}]
    for chain in atlas.chains:
        options = [(code, atlas.segments[code].name(said)) for code, _column in chain.members]
        groups.append({"title": chain.name(said), "options": options})
    return groups
