"""Looking again: the weekly list, what others found wrong, contradictions, and how long facts hold here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.pages import language, page
from xinya.zones.actions import set_half_life, settle_conflict
from xinya.zones.engine.freshness import FADES, LIVES, life_of, refit
from xinya.zones.models import Fact
from xinya.zones.queries import company_visible, half_lives_set, signed_in, zone_visible
from xinya.zones.rules import may_read_zone
from xinya.zones.views.open_to import done

from .. import queries
from ..actions.checks import check_fact, check_placement
from ..engine.verify_list import MOST
from ..engine.wording import percent
from ..forms import HalfLifeForm
from ..queries import Item, ZoneReport
from .companies import fact_value, shown_name
from .evidence import evidence, place_evidence


def verify_page(request: HttpRequest, code: str) -> HttpResponse:
    """What this person may look at again this week, the most useful first."""
    person = signed_in(request)
    zone = queries.verify_zone(person, code)
    made = queries.verify_list(person, zone)
    context = {
        "made": made,
        "rows": [item_row(made.found, one) for one in made.items],
        "found_wrong": [item_row(made.found, one) for one in made.found_wrong],
        "contradictions": [
            {
                "name": shown_name(dossier),
                "href": reverse("company", args=[code, dossier.company.pk]) + "#figures",
                "kind": fact.get_kind_display(),
                "period": fact.period,
                "values": [fact_value(f) for f in dossier.facts[fact.kind] if f.period == fact.period and f.number is not None],
            }
            for dossier, fact, _held in made.contradictions
        ],
        "most": MOST,
        "sees_zone": may_read_zone(person, zone),
    }
    return page(request, "chain/verify.html", context, zone=zone, section="verify")


def item_row(found: ZoneReport, one: Item) -> dict[str, Any]:
    """One thing to look at again, in words."""
    row, segments = one.row, found.report.atlas.segments
    company = reverse("company", args=[found.zone.code, one.dossier.company.pk])
    shared = {
        "pk": row.pk,
        "company": shown_name(one.dossier),
        "company_href": company,
        "is_alone": one.is_alone,
        "reads": one.reads,
        "left": f"{one.age.weight:.0%}",
        "is_wrong": one.outcome == "WRONG",
    }
    if isinstance(row, Fact):
        return shared | {
            "kind": row.get_kind_display(),
            "value": fact_value(row),
            "is_chinese": row.kind == Fact.Kind.PRODUCT,
            "evidence": evidence(row, found),
            "act": reverse("verify-fact", args=[found.zone.code, row.pk]),
        }
    name = segments[row.segment].name(language()) if row.segment in segments else row.segment
    return shared | {
        "kind": _("place on a chain"),
        "value": name,
        "text": row.text,
        "is_objected": row.state == "OBJECTED",
        "reason": row.reason,
        "evidence": place_evidence(found, row, one.dossier),
        "act": reverse("verify-placement", args=[found.zone.code, row.pk]),
    }


@require_POST
def say_of_fact(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Still true, wrong or not to be told."""
    person = signed_in(request)
    zone = queries.verify_zone(person, code)
    outcome, reason = request.POST.get("outcome", ""), request.POST.get("reason", "")
    check_fact(person, zone=zone, fact_id=pk, outcome=outcome, reason=reason)
    return _kept(request, code)


@require_POST
def say_of_placement(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Still true, wrong or not to be told."""
    person = signed_in(request)
    zone = queries.verify_zone(person, code)
    outcome, reason = request.POST.get("outcome", ""), request.POST.get("reason", "")
    check_placement(person, zone=zone, placement_id=pk, outcome=outcome, reason=reason)
    return _kept(request, code)


def _kept(request: HttpRequest, code: str) -> HttpResponse:
    messages.success(request, _("What you found is kept, with your name and the day."))
    return redirect("verify", code)


@require_POST
def settle(request: HttpRequest, code: str, pk: int, fact_id: int) -> HttpResponse:
    """An officer chooses among values that contradict each other."""
    person = signed_in(request)
    company = company_visible(person, code, pk)
    settle_conflict(person, company=company, fact_id=fact_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("The value is chosen; the others stay beside it."))
    return redirect(reverse("company", args=[code, pk]) + "#figures")


def half_lives(request: HttpRequest, code: str) -> HttpResponse:
    """How long each kind of fact holds here, who says so, and what re-checking found."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    form, status = HalfLifeForm(), 200
    if request.method == "POST":
        form, status = HalfLifeForm(request.POST), 422
        if done(form, lambda c: set_half_life(person, zone=zone, **c)):
            messages.success(request, _("The half-life holds from now on."))
            return redirect("half-lives", code)
    found = queries.rechecked(zone)
    rows = []
    for life in LIVES:
        bins = found.get(life.kind, [])
        checked, right = sum(b.checked for b in bins), sum(b.right for b in bins)
        fitted = refit(bins)
        rows.append(
            {
                "name": _(life.name),
                "way": life.way,
                "default": life.days,
                "days": life_of(life.kind, zone.half_lives).days,
                "is_own": life.way == FADES and life.kind in zone.half_lives,
                "source": _(life.source),
                "wrong": percent(1 - right / checked) if checked else "",
                "counted": f"{checked - right}/{checked}" if checked else "",
                "refit": round(fitted) if fitted else None,
            }
        )
    context = {"rows": rows, "history": half_lives_set(zone), "names": {x.kind: _(x.name) for x in LIVES}, "form": form}
    context["own_path"] = reverse("half-lives", args=[code]) if request.method == "POST" else None
    return page(request, "chain/half_lives.html", context, zone=zone, section="verify", status=status)
