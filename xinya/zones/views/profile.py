"""The own profile: name, memberships and the switch between them, who saw the own phone number, claims, absences."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.pages import page

from .. import actions, queries
from ..actions import phones
from ..forms import people as forms
from ..models import PhoneShown
from ..rules import has_power
from .open_to import allowed, done

SHOWN = 50


def profile(request: HttpRequest, status: int = 200, **said: Any) -> HttpResponse:
    """What the house holds of the person."""
    person = queries.signed_in(request)
    acting = person.acting_for
    initial = {
        "name": f"{person.last_name}{person.first_name}" or person.username,
        "phone": person.phone,
        "language": person.language,
    }
    context = {
        "account": person,
        "memberships": queries.own_memberships(person),
        "acting_pk": acting.pk if acting is not None else None,
        "showings": queries.visible_to(person, PhoneShown).select_related("by")[:SHOWN],
        "claims": queries.own_claims(person),
        "is_commissioner": has_power(person, "read_assigned"),
        "absences": queries.own_absences(person) if has_power(person, "read_assigned") else [],
        "form": forms.ProfileForm(initial=initial),
        "can_confirm": phones.can_confirm(person),
        "is_code_sent": phones.KEPT in request.session,
        "code_form": forms.PhoneCodeForm(auto_id="phone_%s"),
        "absence": forms.AbsenceForm(auto_id="absence_%s"),
        "own_path": reverse("profile") if request.method == "POST" else None,
        **said,
    }
    return page(request, "zones/profile.html", context, section="profile", status=status)


@require_POST
def change_profile(request: HttpRequest) -> HttpResponse:
    """Correct the own name, number, language."""
    person = queries.signed_in(request)
    form = forms.ProfileForm(request.POST)
    if not done(form, lambda c: actions.change_profile(person, **c)):
        return profile(request, 422, form=form)
    messages.success(request, _("Your profile is changed."))
    return redirect("profile")


@require_POST
def send_phone_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the own number."""
    phones.send_phone_code(queries.signed_in(request), session=request.session, now=timezone.now())
    messages.success(request, _("A code is on its way to your phone. It holds for ten minutes."))
    return redirect("profile")


@require_POST
def confirm_phone(request: HttpRequest) -> HttpResponse:
    """The code from the phone."""
    person = queries.signed_in(request)
    form = forms.PhoneCodeForm(request.POST, auto_id="phone_%s")

    def act(c: dict[str, Any]) -> None:
        phones.confirm_phone(person, session=request.session, code=c["code"], now=timezone.now())

    if not done(form, act):
        return profile(request, 422, code_form=form)
    messages.success(request, _("Your number is confirmed: you may sign in with it instead of the user name."))
    return redirect("profile")


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another of the own memberships from now on."""
    wanted = request.POST.get("membership", "")
    pk = int(wanted) if wanted.isdecimal() and wanted.isascii() and len(wanted) < 19 else 0
    membership = actions.make_current(queries.signed_in(request), membership_id=pk)
    told = {"organisation": membership.organisation.name, "role": membership.get_role_display()}
    messages.success(request, _("You act for %(organisation)s now, as %(role)s.") % told)
    return redirect("home")


@require_POST
def enter_absence(request: HttpRequest) -> HttpResponse:
    """A commissioner is away."""
    person = allowed(request, "read_assigned")
    form = forms.AbsenceForm(request.POST, auto_id="absence_%s")
    if not done(form, lambda c: actions.enter_absence(person, person_id=person.pk, **c)):
        return profile(request, 422, absence=form)
    messages.success(request, _("The absence is entered; back-ups stand in from its first day to its last."))
    return redirect("profile")
