"""What a company says of the facts held of it, and what a chain officer answers: sent from the company's page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.zones.actions import Correction, answer_objection, confirm_fact, object_fact
from xinya.zones.queries import company_visible, objection_of, signed_in


@require_POST
def confirm(request: HttpRequest, code: str, pk: int, fact_id: int) -> HttpResponse:
    """The company says that a fact is right."""
    person = signed_in(request)
    confirm_fact(person, company=company_visible(person, code, pk), fact_id=fact_id)
    messages.success(request, _("Thank you: the fact is confirmed by your company."))
    return redirect("company", code, pk)


@require_POST
def object_to(request: HttpRequest, code: str, pk: int, fact_id: int) -> HttpResponse:
    """The company says that a fact is wrong, and why."""
    person = signed_in(request)
    object_fact(person, company=company_visible(person, code, pk), fact_id=fact_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("Your objection is kept; a chain officer answers it."))
    return redirect("company", code, pk)


@require_POST
def answer(request: HttpRequest, code: str, pk: int, fact_id: int) -> HttpResponse:
    """A chain officer withdraws the fact or keeps it, with an answer that the company reads."""
    person = signed_in(request)
    review = objection_of(person, company_visible(person, code, pk), fact_id)
    outcome, said = request.POST.get("outcome", ""), request.POST.get("answer", "")
    correction = Correction(text=request.POST.get("text", ""))
    answer_objection(person, review_id=review.pk, outcome=outcome, answer=said, correction=correction)
    messages.success(request, _("Your answer is kept; the company reads it on its page."))
    return redirect("company", code, pk)
