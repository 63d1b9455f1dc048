"""What an officer decides: answers to gaps, placements, states, limits, the end of a demonstration."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.pages import page, sentence_of
from xinya.kit.refusals import Refused
from xinya.zones.actions import demand_officer, record_state, remove_zone
from xinya.zones.queries import signed_in, zone_visible

from .. import actions, queries
from ..forms import AnswerForm, DecisionForm, LimitsForm, StateForm, limits_initial
from ..models import LimitSet
from .companies import company_page
from .segments import segment_page


@require_POST
def answer(request: HttpRequest, code: str, segment: str) -> HttpResponse:
    """ "We have one" or "not a gap here"."""
    zone = zone_visible(signed_in(request), code)
    demand_officer(signed_in(request))
    form = AnswerForm(request.POST)
    if form.is_valid():
        c = form.cleaned_data
        try:
            actions.answer_gap(
                signed_in(request), zone=zone, segment=segment, kind=c["kind"], reason=c["reason"], company=c["company"]
            )
        except Refused as refused:
            if refused.status == 404:
                raise
            form.add_error("company" if refused.code == "company-missing" else None, sentence_of(refused))
        else:
            messages.success(request, _("Your answer is kept, with your name and the reason."))
            return redirect("segment", code, segment)
    return segment_page(request, code, segment, form=form, status=422)


@require_POST
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take an answer back."""
    zone = zone_visible(signed_in(request), code)
    actions.withdraw_answer(signed_in(request), zone=zone, answer_id=pk)
    messages.success(request, _("The answer is withdrawn; it stays readable with the day it ended."))
    return redirect("zone", code)


@require_POST
def decide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Confirm or reject a placement."""
    zone = zone_visible(signed_in(request), code)
    demand_officer(signed_in(request))
    form = DecisionForm(request.POST)
    said: tuple[bool, str] = (form.cleaned_data["is_right"], form.cleaned_data["reason"]) if form.is_valid() else (False, "")
    row = actions.decide_placement(signed_in(request), zone=zone, placement_id=pk, is_right=said[0], reason=said[1])
    messages.success(request, _("The placement is decided; your reason is kept beside it."))
    return redirect("company", code, row.company_id)


@require_POST
def candidate_word(request: HttpRequest, code: str, segment: str, pk: int) -> HttpResponse:
    """An officer calls a known maker outside suitable for a segment, or not."""
    zone = zone_visible(signed_in(request), code)
    demand_officer(signed_in(request))
    form = DecisionForm(request.POST)
    said: tuple[bool, str] = (form.cleaned_data["is_right"], form.cleaned_data["reason"]) if form.is_valid() else (False, "")
    actions.say_of_candidate(signed_in(request), zone=zone, segment=segment, company_id=pk, is_suitable=said[0], reason=said[1])
    messages.success(request, _("Your word on the candidate is kept, with your name and the reason."))
    day = f"?on={request.GET['on']}" if request.GET.get("on", "").replace("-", "").isdecimal() else ""
    return redirect(f"{reverse('segment', args=[code, segment])}{day}#candidate-{pk}")


@require_POST
def confirm(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The company itself says that a placement is right."""
    row = actions.confirm_placement(signed_in(request), zone_code=code, placement_id=pk)
    messages.success(request, _("Thank you: the placement is confirmed by your company."))
    return redirect("company", code, row.company_id)


@require_POST
def object_to(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The company itself says that a placement is wrong, and why."""
    row = actions.object_placement(signed_in(request), zone_code=code, placement_id=pk, reason=request.POST.get("reason", ""))
    messages.success(request, _("Your objection is kept; a chain officer answers it."))
    return redirect("company", code, row.company_id)


@require_POST
def state(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Record a dated state of a company, with its proof."""
    zone = zone_visible(signed_in(request), code)
    company, _placements = queries.company_rows(zone, pk)
    demand_officer(signed_in(request))
    form = StateForm(request.POST)
    if not form.is_valid():
        return company_page(request, code, pk, form=form, status=422)
    c = form.cleaned_data
    record_state(signed_in(request), zone=zone, company=company, state=c["state"], on=c["day"], grounds=c["source"])
    messages.success(request, _("The state is recorded."))
    return redirect("company", code, pk)


def limits(request: HttpRequest, code: str) -> HttpResponse:
    """The limits in force, the earlier versions, and a form for officers to set new ones."""
    zone = zone_visible(signed_in(request), code)
    current, row = queries.current_limits(zone.pk)
    form, status = LimitsForm(initial=limits_initial(current)), 200
    if request.method == "POST":
        demand_officer(signed_in(request))
        form = LimitsForm(request.POST)
        if form.is_valid():
            actions.set_limits(signed_in(request), zone=zone, limits=form.limits(), reason=form.cleaned_data["reason"])
            messages.success(request, _("The new limits hold from now on."))
            return redirect("limits", code)
        status = 422
    versions = LimitSet.objects.filter(zone=zone).select_related("set_by").order_by("-version")[:20]
    context = {"form": form, "current": current, "row": row, "versions": versions}
    return page(request, "chain/limits.html", context, zone=zone, section="verdicts", status=status)


@require_POST
def remove_demo(request: HttpRequest, code: str) -> HttpResponse:
    """Remove a demonstration zone."""
    zone = zone_visible(signed_in(request), code)
    remove_zone(signed_in(request), zone=zone)
    messages.success(request, _("The demonstration zone is removed."))
    return redirect("home")
