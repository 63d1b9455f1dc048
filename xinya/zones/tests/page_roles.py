"""Which role opens which page of people and sends which form, and the addresses of both."""

from django.urls import reverse
from django.utils import translation

from xinya.zones.engine.roles import REGISTER

ROLES = [r.code for r in REGISTER if not r.opens_with]
OPENS = {
    "people": {"security_officer"},
    "waiting": {"security_officer", "office_head", "system_officer", "chain_officer"},
    "company-people": {"company_admin"},
    "claims": {"security_officer", "commissioner", "desk_lead"},
    "commissioners": {"desk_lead"},
    "assignment-file": {"desk_lead"},
    "keys": {"security_officer", "company_admin"},
    "profile": set(ROLES),
    "roles": set(ROLES),
}
SENDS = {
    "ask-role": {"security_officer"},
    "invite": {"security_officer"},
    "add-office": {"security_officer"},
    "add-system": {"security_officer"},
    "lock-person": {"security_officer"},
    "unlock-person": {"security_officer"},
    "leave-person": {"security_officer"},
    "show-phone": {"security_officer"},
    "end-role": {"security_officer"},
    "agree-role": {"security_officer", "office_head", "system_officer", "chain_officer"},
    "refuse-role": {"security_officer", "office_head", "system_officer", "chain_officer"},
    "agree-class": {"security_officer", "chain_officer"},
    "refuse-class": {"security_officer", "chain_officer"},
    "withdraw-invitation": {"security_officer", "company_admin"},
    "invite-member": {"company_admin"},
    "show-member-phone": {"company_admin"},
    "end-member": {"company_admin"},
    "confirm-claim": {"security_officer", "commissioner", "desk_lead"},
    "refuse-claim": {"security_officer", "commissioner", "desk_lead"},
    "make-key": {"security_officer", "company_admin"},
    "end-key": {"security_officer", "company_admin"},
    "bring-assignments": {"desk_lead"},
    "enter-absence": {"desk_lead"},
    "assign-commissioner": {"desk_lead"},
    "withdraw-absence": {"desk_lead", "commissioner"},
    "own-absence": {"commissioner"},
    "change-profile": set(ROLES),
    "switch-membership": set(ROLES),
}


COSTS = [
    ("people", "security_officer"), ("waiting", "security_officer"), ("waiting", "office_head"), ("waiting", "system_officer"),
    ("waiting", "chain_officer"), ("company-people", "company_admin"), ("claims", "security_officer"),
    ("claims", "commissioner"), ("claims", "desk_lead"), ("commissioners", "desk_lead"), ("assignment-file", "desk_lead"),
    ("keys", "security_officer"), ("keys", "company_admin"), ("profile", "commissioner"), ("roles", "zone_reader"),
]  # fmt: skip
"""Pages with a role that opens them, whose statements are counted."""


def at(name: str, *, pk: int = 1, language: str = "zh-hans") -> str:
    """The address of a page by its name."""
    of_zone = ("commissioners", "assignment-file", "bring-assignments", "enter-absence")
    plain = {"ask-role", "invite", "add-office", "add-system", "invite-member", "make-key", "own-absence", "change-profile"}
    plain |= {*OPENS, "switch-membership", "claim", "invited"}
    arguments: list[object] = [pk]
    if name == "assign-commissioner":
        arguments = ["harbour", pk]
    elif name in of_zone:
        arguments = ["harbour"]
    elif name in plain:
        arguments = []
    with translation.override(language):
        return reverse(name, args=arguments)
