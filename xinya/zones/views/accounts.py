"""Accounts as the security officer sees them: state, pauses, sessions; what the officer may end or give back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xinya.kit.pages import page
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop

from .. import rules
from ..actions.factors import remove_all_factors
from ..actions.passwords import OWN, reset_password
from ..actions.sessions import end_sessions
from ..actions.tries import end_address_pause, end_pauses
from ..forms.sign_in import ReasonForm
from ..models import Person
from ..queries import signed_in
from ..queries.sign_in import accounts, factors_of, holds_duty, open_sessions, paused_addresses, pauses_of
from .doors import ask_again

NOBODY = gettext_noop("There is no such page.")
LONGEST_LIST = 500


def _officer(request: HttpRequest) -> Person:
    """The acting security officer; for everybody else there is no such page."""
    person = signed_in(request)
    demand(rules.has_power(person, "manage_accounts"), "not-found", NOBODY, status=404)
    return person


@require_http_methods(["GET", "POST"])
def account_list(request: HttpRequest) -> HttpResponse:
    """All accounts; addresses that are paused."""
    officer = _officer(request)
    now = timezone.now()
    if request.method == "POST":
        form = ReasonForm(request.POST)
        address = request.POST.get("address", "")
        demand(form.is_valid() and bool(address), "reason-missing", gettext_noop("Give a reason."), status=422)
        end_address_pause(officer, address=address[:45], reason=form.cleaned_data["reason"])
        messages.success(request, _("The pause is ended."))
        return redirect("accounts")
    found = list(accounts(now)[: LONGEST_LIST + 1])
    context = {"rows": found[:LONGEST_LIST], "is_cut": len(found) > LONGEST_LIST, "paused": list(paused_addresses(now))}
    return page(request, "zones/accounts.html", {**context, "form": ReasonForm()})


@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: pauses, keys, sessions. Each act asks for a reason."""
    officer = _officer(request)
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise Refused("not-found", NOBODY, status=404)
    form, status, password = ReasonForm(request.POST or None), 200, ""
    if request.method == "POST":
        if form.is_valid():
            # Who takes over a screen left open must not hand out passwords in the officer's name.
            hard = request.POST.get("verb") in ("remove-keys", "reset")
            proof = ask_again(request, back=reverse("account", args=[pk])) if hard else None
            if proof is not None:
                return proof
            password = _act(request, officer, person, form.cleaned_data["reason"])
            if not password:
                return redirect("account", pk)
            form = ReasonForm()
        else:
            status = 422
    now = timezone.now()
    context = {
        "account": person,
        "held": factors_of(person),
        "pauses": list(pauses_of(person, now)),
        "sessions": list(open_sessions(person, now)),
        "form": form,
        "password": password,
        "is_own": person.pk == officer.pk,
        "is_officer": holds_duty(person),
    }
    return page(request, "zones/account.html", context, status=status)


def _act(request: HttpRequest, officer: Person, person: Person, reason: str) -> str:
    """Do what the pressed button says; answers a new password where there is one."""
    verb = request.POST.get("verb", "")
    if verb == "unlock":
        end_pauses(officer, person=person, reason=reason)
        messages.success(request, _("The pause is ended."))
    elif verb == "end-sessions":
        n = end_sessions(person, actor=officer, reason=reason)
        messages.success(request, ngettext("%(n)s session is ended.", "%(n)s sessions are ended.", n) % {"n": n})
    elif verb == "remove-keys":
        demand(person.pk != officer.pk, "own-account", OWN)
        remove_all_factors(officer, person=person, reason=reason)
        messages.success(request, _("The keys are removed; new ones are set up at the next sign-in."))
    elif verb == "reset":
        return reset_password(officer, person=person, reason=reason)
    else:
        raise Refused("unknown-act", gettext_noop("This button is not known."), status=422)
    return ""
