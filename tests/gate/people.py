"""Routes of people, claims, keys and facts in the gate's test, and rows for them in both zones."""

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from xinya.zones.models import ApiKey, Claim, ClassChange, Company, Fact, FactReview, Invitation, Membership, Organisation, Person
from xinya.zones.tests.people import someone

GUARD = "power:manage_accounts"
YES = "power:manage_accounts|countersign_grants|countersign_headless|raise_class"
CLAIMS = "power:manage_accounts|confirm_claims|assign_commissioners"
INVITES = "power:invite_members"
KEYS = "power:manage_accounts|invite_members"
LEAD = "power:assign_commissioners"
LABEL = "label"
"""A secrecy class: for who sees the company, and for the security officer, who labels rows without reading them."""

PAGES = {
    "people": GUARD, "ask-role": GUARD, "invite": GUARD, "add-office": GUARD, "add-system": GUARD, "lock-person": GUARD,
    "unlock-person": GUARD, "leave-person": GUARD, "show-phone": GUARD, "end-role": GUARD,
    "waiting": YES, "agree-role": YES, "refuse-role": YES, "agree-class": "power:raise_class", "refuse-class": "power:raise_class",
    "withdraw-invitation": KEYS, "roles": "open", "company-people": INVITES, "invite-member": INVITES,
    "show-member-phone": INVITES, "end-member": INVITES, "claims": CLAIMS, "confirm-claim": CLAIMS, "refuse-claim": CLAIMS,
    "claim": "door", "invited": "door", "keys": KEYS, "make-key": KEYS, "end-key": KEYS,
    "commissioners": LEAD, "assignment-file": LEAD, "bring-assignments": LEAD, "enter-absence": LEAD,
    "assign-commissioner": LEAD, "withdraw-absence": "power:read_assigned|assign_commissioners",
    "own-absence": "power:read_assigned",
    "profile": "own", "change-profile": "own", "send-phone-code": "own", "confirm-phone": "own", "switch-membership": "own",
}  # fmt: skip
CALLS = {
    "GET /api/v1/companies": "own",
    "GET /api/v1/companies/{company_id}": "company",
    "POST /api/v1/companies/{company_id}/facts/{fact_id}/confirm": "company",
    "POST /api/v1/companies/{company_id}/facts/{fact_id}/object": "company",
    "POST /api/v1/companies/{company_id}/facts/{fact_id}/answer": "company",
    "POST /api/v1/companies/{company_id}/facts/{fact_id}/class": LABEL,
    "POST /api/v1/companies/{company_id}/facts/{fact_id}/class/agree": LABEL,
}
COUNTED = {
    "lock-person": "person", "unlock-person": "person", "leave-person": "person", "show-phone": "person",
    "show-member-phone": "person", "end-role": "membership", "end-member": "membership", "agree-role": "grant",
    "refuse-role": "grant", "agree-class": "class_change", "refuse-class": "class_change", "withdraw-invitation": "invitation",
    "confirm-claim": "claim", "refuse-claim": "claim", "end-key": "key", "withdraw-absence": "absence",
}  # fmt: skip


def _first(model: type[Any], **where: str) -> Callable[[Company], int | None]:
    return lambda c: model.objects.filter(**dict.fromkeys(where.values(), c)).values_list("pk", flat=True).first()


COUNTERS: dict[str, Callable[[Company], int | None]] = {
    "person": lambda c: Membership.objects.filter(organisation__company=c).values_list("person", flat=True).first(),
    "membership": _first(Membership, of="organisation__company"),
    "grant": lambda c: None,
    "class_change": _first(ClassChange, of="fact__company"),
    "invitation": _first(Invitation, of="organisation__company"),
    "claim": _first(Claim, of="company"),
    "key": _first(ApiKey, of="membership__organisation__company"),
    "absence": lambda c: None,
    "fact": _first(Fact, of="company"),
}


def add_people(company: Company, by: Person) -> None:
    """In the company an administrator with a key and an invitation; a claim, an objection and a lowered class that wait."""
    admin = someone(f"admin-{company.pk}", "company_admin", company=company, password=None)
    Person.objects.filter(pk=admin.pk).update(last_name=f"绝密品{company.name[0]}的人", phone="13812345678")
    home, now = Organisation.objects.get(company=company), timezone.now()
    soon = now + datetime.timedelta(days=3)
    Invitation.objects.create(
        organisation=home, role="company_user", name=f"绝密品{company.name[0]}的客", digest=f"d{company.pk}", made_by=admin,
        expires_at=soon,
    )  # fmt: skip
    ApiKey.objects.create(
        name=f"绝密品{company.name[0]}的键", prefix=f"p{company.pk}", digest="0" * 64, membership=admin.memberships.get(),
        scopes="read write", made_by=admin, expires_on=soon.date(),
    )  # fmt: skip
    Claim.objects.create(person=Person.objects.create_user(f"claims-{company.pk}"), company=company, proof="执照")
    fact = Fact.objects.filter(company=company).order_by("pk")[0]
    FactReview.objects.create(fact=fact, kind="OBJECTED", reason=f"绝密品{company.name[0]}的话", by=admin)
    ClassChange.objects.create(fact=fact, to="PUBLIC", reason="理由", asked_by=by)
