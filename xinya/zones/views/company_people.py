"""My company's people, claims of companies, invitations taken, and the keys of systems."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from xinya.kit.address import present_address
from xinya.kit.masks import masked_phone
from xinya.kit.pages import language, page
from xinya.kit.text import say

from .. import actions, queries
from ..forms import people as forms
from ..models import Person
from ..rules import has_power
from .doors import ask_again, duties_first
from .open_to import allowed, done
from .people import GUARD, invitation_link

ADMIN = "invite_members"
DECIDERS = (GUARD, "confirm_claims", "assign_commissioners")


def company_people(request: HttpRequest, status: int = 200, **said: Any) -> HttpResponse:
    """Who belongs to the own company, who is invited."""
    person = allowed(request, ADMIN)
    acting = person.acting_for
    rows = queries.members_of(acting.organisation) if acting is not None else []
    context = {
        "organisation": acting.organisation if acting is not None else None,
        "rows": [{"membership": m, "phone": masked_phone(m.person.phone), "is_self": m.person_id == person.pk} for m in rows],
        "invitations": queries.invitations_open(person),
        "form": forms.InviteMemberForm(),
        "own_path": reverse("company-people") if request.method == "POST" else None,
        **said,
    }
    return page(request, "zones/company_people.html", context, section="company-people", status=status)


@require_POST
def invite_member(request: HttpRequest) -> HttpResponse:
    """Invite into the own company; the link is shown on this answer and never again."""
    person = allowed(request, ADMIN)
    form = forms.InviteMemberForm(request.POST)
    made: list[str] = []

    def act(c: dict[str, Any]) -> None:
        acting = person.acting_for
        if acting is not None:
            made.append(actions.invite(person, organisation=acting.organisation, role=c["role"], name=c["name"])[1])

    if not done(form, act):
        return company_people(request, 422, form=form)
    return company_people(request, invitation=invitation_link(request, made[0]))


@require_POST
def end_member(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's membership in the own company."""
    person = allowed(request, ADMIN)
    actions.end_member(person, membership_id=pk, reason=request.POST.get("reason", ""))
    messages.success(request, _("The membership has ended; all sessions of this person have ended."))
    return redirect("company-people")


@require_POST
def show_member_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole number of a colleague, once; the colleague can read who saw it."""
    person = allowed(request, ADMIN)
    return company_people(request, shown=(pk, actions.show_phone(person, person_id=pk)))


# --- claims ---------------------------------------------------------------------------------------------------------


def claims(request: HttpRequest) -> HttpResponse:
    """What waits for this person's decision."""
    person = allowed(request, *DECIDERS)
    return page(request, "zones/claims.html", {"claims": queries.claims_listed(person)}, section="claims")


@require_POST
def decide_claim(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """The claimant speaks for the company, or does not."""
    person = allowed(request, *DECIDERS)
    if verb == "confirm":
        actions.confirm_claim(person, claim_id=pk)
        messages.success(request, _("The claim is confirmed; the person administers the company's people from now on."))
    else:
        actions.refuse_claim(person, claim_id=pk, reason=request.POST.get("reason", ""))
        messages.success(request, _("The claim is refused; the claimant reads your reason."))
    return redirect("claims")


@sensitive_post_parameters("password", "again")
@login_not_required
@duties_first
def claim(request: HttpRequest) -> HttpResponse:
    """For a company's people: claim it, with an account of one's own or, signed in, with the one there is."""
    person = request.user if isinstance(request.user, Person) else None
    kind = forms.ClaimForm if person is not None else forms.SignUpForm
    form = kind(request.POST if request.method == "POST" else None)
    made: list[Person] = []

    def act(c: dict[str, Any]) -> None:
        if person is not None:
            actions.claim_company(person, credit_code=c["credit_code"], proof=c["proof"])
            made.append(person)
        else:
            said = {key: c[key] for key in ("name", "password", "credit_code", "proof")}
            made.append(actions.sign_up(**said, address=present_address()))

    is_done = request.method == "POST" and done(form, act)
    status = 422 if request.method == "POST" and not is_done else 200
    taken = say(language(), actions.CLAIM_TAKEN)
    context = {"form": form, "account": made[0] if made else None, "is_new": person is None, "taken": taken}
    return page(request, "zones/claim.html", context, status=status)


@sensitive_post_parameters("password", "again", "code")
@login_not_required
@duties_first
def invited(request: HttpRequest) -> HttpResponse:
    """Take an invitation: a new account, or, signed in, the own one."""
    person = request.user if isinstance(request.user, Person) else None
    kind = forms.JoinForm if person is not None else forms.InvitedForm
    form = kind(request.POST if request.method == "POST" else None)
    made: list[Person] = []

    def act(c: dict[str, Any]) -> None:
        if person is not None:
            actions.join_by_invitation(person, code=c["code"])
            made.append(person)
        else:
            made.append(actions.accept_invitation(code=c["code"], name=c["name"], password=c["password"], phone=c["phone"]))

    is_done = request.method == "POST" and done(form, act)
    if is_done and person is not None:
        messages.success(request, _("The invitation is taken. Switch to it at the top of the page."))
        return redirect("profile")
    status = 422 if request.method == "POST" and not is_done else 200
    context = {"form": form, "account": made[0] if made else None, "is_new": person is None}
    return page(request, "zones/invited.html", context, status=status)


# --- keys -----------------------------------------------------------------------------------------------------------


def keys(request: HttpRequest, status: int = 200, **said: Any) -> HttpResponse:
    """The keys of the own company, or of the zone's machines."""
    person = allowed(request, ADMIN, GUARD)
    context = {
        "rows": queries.keys_listed(person),
        "form": _key_form(person, None),
        "for_machines": has_power(person, GUARD),
        "own_path": reverse("keys") if request.method == "POST" else None,
        **said,
    }
    return page(request, "zones/keys.html", context, section="keys", status=status)


@require_POST
def make_key(request: HttpRequest) -> HttpResponse:
    """A new key, shown on this answer and never again."""
    person = allowed(request, ADMIN, GUARD)
    proof = ask_again(request, back=reverse("keys"))
    if proof is not None:
        return proof
    form = _key_form(person, request.POST)
    made: list[str] = []

    def act(c: dict[str, Any]) -> None:
        pk = c.pop("membership", "")
        made.append(actions.make_key(person, **c, membership_id=int(pk) if pk else None)[1])

    if not done(form, act):
        return keys(request, 422, form=form)
    return keys(request, key=made[0])


@require_POST
def end_key(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key."""
    person = allowed(request, ADMIN, GUARD)
    actions.end_key(person, key_id=pk)
    messages.success(request, _("The key has ended; its next call is not known any more."))
    return redirect("keys")


def _key_form(person: Person, said: Any) -> forms.KeyForm:
    if not has_power(person, GUARD):
        return forms.KeyForm(said)
    machines = queries.system_memberships()
    return forms.KeyForm(said, memberships=[(str(m.pk), f"{m.person} · {m.get_role_display()}") for m in machines])
