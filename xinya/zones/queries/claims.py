"""Claims: who may decide which, and what the claimant reads of the own ones."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..models import Claim, Company, Membership, Person, Zone
from ..rules import has_power
from .gate import assignments_in_force, gated, visible_to


@gated(Claim)
def _claims(person: Person) -> QuerySet[Claim]:
    """The own ones, and those that are this person's to decide."""
    return Claim.objects.filter(Q(person=person.pk) | Q(pk__in=claims_to_decide(person).values("pk")))


def claims_to_decide(person: Person) -> QuerySet[Claim]:
    """Contested ones for the security officer, those of assigned companies for a commissioner, and for the desk lead those of
    companies that nobody serves today, or that no list names. Nobody decides the own claim."""
    others = Claim.objects.exclude(person=person.pk)
    if has_power(person, "manage_accounts"):
        return others.filter(state=Claim.State.CONTESTED)
    waiting = others.filter(state=Claim.State.WAITING)
    if has_power(person, "confirm_claims"):
        return waiting.filter(company__in=visible_to(person, Company))
    if has_power(person, "assign_commissioners"):
        served = Exists(assignments_in_force().filter(company=OuterRef("company"), person__in=_at_work()))
        return waiting.filter(Q(company=None) | Q(company__zone__in=visible_to(person, Zone)) & ~served)
    return others.none()


def _at_work() -> QuerySet[Membership, int]:
    """People who are commissioners today: an assignment to anybody else serves nobody."""
    today = timezone.localdate()
    holds = Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))
    held = Membership.objects.filter(holds, role="commissioner", person__is_active=True)
    return held.values_list("person", flat=True)


def claims_listed(person: Person) -> list[Claim]:
    """What waits for this person's decision. One statement."""
    return list(claims_to_decide(person).select_related("person", "company__zone").order_by("pk"))


def own_claims(person: Person) -> list[Claim]:
    """The person's claims, the newest first; of each only what the claimant may know is shown. One statement."""
    return list(Claim.objects.filter(person=person).order_by("-pk")[:20])


def companies_of_code(code: str) -> QuerySet[Company]:
    """The companies with this credit code in the lists of the zones."""
    return Company.objects.filter(uscc=code, is_outside=False).exclude(uscc="")
