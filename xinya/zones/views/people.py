"""People and roles: the security officer's page, and what waits for somebody's yes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.masks import masked_phone
from xinya.kit.pages import page

from .. import actions, queries
from ..engine.roles import POWERS, REGISTER
from ..forms import people as forms
from ..models import Membership, Organisation, Zone
from ..rules import has_power
from .open_to import PAGE_SIZE, allowed, done, position, turned, wanted

GUARD = "manage_accounts"
DECIDERS = (GUARD, "countersign_grants", "countersign_headless", "raise_class")


def people(request: HttpRequest, status: int = 200, **said: Any) -> HttpResponse:
    """Offices, people with their roles, roles that wait, claims that are contested."""
    person = allowed(request, GUARD)
    first, words = position(request), wanted(request)
    found = queries.people_listed(person, wanted=words)
    total = found.count()
    rows = [{"person": p, "phone": masked_phone(p.phone), "is_self": p.pk == person.pk} for p in found[first : first + PAGE_SIZE]]
    offices = queries.offices_listed(person)
    choices = forms.office_choices(offices)
    context = {
        "rows": rows,
        "q": words,
        "offices": offices,
        "grants": queries.grants_asked(person),
        "claims": queries.claims_listed(person),
        "ask": forms.AskRoleForm(offices=choices, auto_id="ask_%s"),
        "invite": forms.InviteForm(offices=choices, auto_id="invite_%s"),
        "office": forms.OfficeForm(offices=choices, zones=Zone.objects.all(), auto_id="office_%s"),
        "system": forms.SystemForm(auto_id="system_%s"),
        "own_path": reverse("people") if request.method == "POST" else None,
        **turned(request, first, len(rows), total),
        **said,
    }
    return page(request, "zones/people.html", context, section="people", status=status)


@require_POST
def ask_role(request: HttpRequest) -> HttpResponse:
    """Ask for a role; it holds after two yes."""
    person = allowed(request, GUARD)
    form = forms.AskRoleForm(request.POST, offices=_choices(request), auto_id="ask_%s")

    def act(c: dict[str, Any]) -> None:
        receiver = queries.person_named(person, c["username"])
        actions.ask_role(person, person=receiver, organisation=_office(c["organisation"]), role=c["role"], reason=c["reason"])

    if not done(form, act):
        return people(request, 422, ask=form)
    messages.success(request, _("The role is asked for; it holds as soon as two people have agreed."))
    return redirect("people")


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Invite into an office; the link is shown on this answer and never again."""
    person = allowed(request, GUARD)
    form = forms.InviteForm(request.POST, offices=_choices(request), auto_id="invite_%s")
    made: list[str] = []

    def act(c: dict[str, Any]) -> None:
        office = _office(c["organisation"])
        made.append(actions.invite(person, organisation=office, role=c["role"], name=c["name"], reason=c["reason"])[1])

    if not done(form, act):
        return people(request, 422, invite=form)
    return people(request, invitation=invitation_link(request, made[0]))


def invitation_link(request: HttpRequest, code: str) -> str:
    """The code stands behind the #, which no browser sends: it reaches neither a server's log nor another site."""
    return request.build_absolute_uri(reverse("invited")) + "#" + code


@require_POST
def add_office(request: HttpRequest) -> HttpResponse:
    """Enter an office or another body."""
    person = allowed(request, GUARD)
    form = forms.OfficeForm(request.POST, offices=_choices(request), zones=Zone.objects.all(), auto_id="office_%s")

    def act(c: dict[str, Any]) -> None:
        parent = _office(c["parent"]) if c["parent"] else None
        zone = Zone.objects.filter(code=c["zone"]).first() if c["zone"] else None
        actions.add_office(person, name=c["name"], name_en=c["name_en"], kind=c["kind"], parent=parent, zone=zone)

    if not done(form, act):
        return people(request, 422, office=form)
    messages.success(request, _("The office is entered."))
    return redirect("people")


@require_POST
def add_system(request: HttpRequest) -> HttpResponse:
    """Enter the account of a machine."""
    person = allowed(request, GUARD)
    form = forms.SystemForm(request.POST, auto_id="system_%s")
    if not done(form, lambda c: actions.add_system(person, name=c["name"])):
        return people(request, 422, system=form)
    messages.success(request, _("The machine has an account. Ask for its role; then make its key."))
    return redirect("people")


@require_POST
def change_person(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Lock, unlock, or let a person leave."""
    person = allowed(request, GUARD)
    acts = {"lock": actions.lock_person, "unlock": actions.unlock_person, "leave": actions.leave_person}
    acts[verb](person, person_id=pk, reason=request.POST.get("reason", ""))
    messages.success(request, _("It is done; all sessions of this person have ended."))
    return redirect("people")


@require_POST
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role of somebody."""
    person = allowed(request, GUARD)
    actions.end_role(person, membership_id=pk, reason=request.POST.get("reason", ""))
    messages.success(request, _("The role has ended; all sessions of this person have ended."))
    return redirect("people")


@require_POST
def show_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole number, once; its person can read who saw it."""
    person = allowed(request, GUARD)
    return people(request, shown=(pk, actions.show_phone(person, person_id=pk)))


# --- what waits for my yes ------------------------------------------------------------------------------------------


def waiting(request: HttpRequest) -> HttpResponse:
    """Roles and lowered classes that wait for this person, and for the security officer the invitations nobody has taken."""
    person = allowed(request, *DECIDERS)
    context = {
        "grants": queries.grants_for_my_yes(person) if not _only_labels(request) else [],
        "decides_grants": not _only_labels(request),
        "changes": queries.class_changes_waiting(person),
        "decides_classes": has_power(person, "raise_class"),
        "sees_facts": not has_power(person, GUARD),
        "invitations": queries.invitations_open(person) if has_power(person, GUARD) else [],
    }
    return page(request, "zones/waiting.html", context, section="waiting")


@require_POST
def decide_grant(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Yes or no to a role."""
    person = allowed(request, *DECIDERS)
    if verb == "agree":
        grant = actions.agree_role(person, grant_id=pk)
        told = _("The role holds from now on.") if grant.state == "GRANTED" else _("Your yes is kept; the other one is missing.")
    else:
        actions.refuse_role(person, grant_id=pk, reason=request.POST.get("reason", ""))
        told = _("The role is refused.")
    messages.success(request, told)
    return redirect("waiting")


@require_POST
def decide_class(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Yes or no to a lower secrecy class."""
    person = allowed(request, "raise_class")
    if verb == "agree":
        actions.agree_lower_class(person, change_id=pk)
        messages.success(request, _("The lower class holds from now on."))
    else:
        actions.refuse_lower_class(person, change_id=pk, reason=request.POST.get("reason", ""))
        messages.success(request, _("The class stays as it is."))
    return redirect("waiting")


@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    person = allowed(request, GUARD, "invite_members")
    actions.withdraw_invitation(person, invitation_id=pk)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("waiting" if has_power(person, GUARD) else "company-people")


def register(request: HttpRequest) -> HttpResponse:
    """Every role with what it sees and may do, from the table that the rules read."""
    queries.signed_in(request)
    return page(request, "zones/roles.html", {"roles": _register_rows()})


def _register_rows() -> list[dict[str, Any]]:
    kinds = dict(Organisation.Kind.choices)
    names = dict(Membership._meta.get_field("role").flatchoices)
    return [
        {
            "role": role, "name": names[role.code], "sees": _(role.sees), "may": [_(POWERS[p]) for p in POWERS if p in role.powers],
            "kinds": [kinds[k] for k in role.kinds], "is_officer": role.duty != "BUSINESS",
        }
        for role in REGISTER
    ]  # fmt: skip


def _only_labels(request: HttpRequest) -> bool:
    """Chain officers decide on classes alone."""
    person = queries.signed_in(request)
    return not any(has_power(person, power) for power in DECIDERS[:3])


def _choices(request: HttpRequest) -> forms.Choices:
    return forms.office_choices(queries.offices_listed(queries.signed_in(request)))


def _office(pk: str) -> Organisation:
    """An office of the list that the form offered."""
    return Organisation.objects.select_related("zone").get(pk=int(pk))
