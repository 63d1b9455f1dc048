"""Claims: a person says that they speak for a company; somebody of the zone confirms, or the security officer decides."""

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.credit_code import is_credit_code
from ..engine.roles import BUSINESS, BY_CODE
from ..models import Claim, Company, Membership, Organisation, Person
from ..queries import claims_to_decide, companies_of_code
from .grants import ENDED, demand_reason
from .people import enter_membership, on_rights_changed

CLAIM_TAKEN = _("Thank you. If the code belongs to a company of this zone, its people will look at your proof.")
"""The one answer to every claim: it never tells whether the company is in a list, or has people already."""

OPEN = (Claim.State.WAITING, Claim.State.CONTESTED)
MOST_OPEN = 5
WORKS_FOR_ZONE = _("Who works for the zone speaks for no company.")


def claim_company(actor: Person, *, credit_code: str, proof: str) -> None:
    """Say that one speaks for the company of this credit code. Returns nothing, whatever became of it.

    A second claim while one waits, or on a company that has people already, makes all of them contested.
    """
    code, proof = credit_code.strip().upper(), proof.strip()
    demand(is_credit_code(code), "credit-code-wrong", _("This is no unified social credit code: 18 characters."), status=422)
    demand(2 <= len(proof) <= 300, "proof-missing", _("Please name your proof in 2 to 300 characters."), status=422)
    demand(actor.is_active and not _works_for_zone(actor), "works-for-zone", WORKS_FOR_ZONE, status=409)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.pk)
        open_claims = Claim.objects.filter(person=actor, state__in=OPEN)
        demand(open_claims.count() < MOST_OPEN, "too-many-claims", _("Five of your claims wait already."), status=409)
        if not open_claims.filter(credit_code=code).exists():
            companies = list(companies_of_code(code).select_for_update().order_by("pk"))
            made = [_enter(actor, company, code, proof) for company in companies] or [_enter(actor, None, code, proof)]
            record(actor, "claim-company", "claim", made[0].pk, claims=[c.pk for c in made], secret={"proof": proof})


def _works_for_zone(person: Person) -> bool:
    held = Membership.objects.filter(person=person, until=None).values_list("role", flat=True)
    return any(BY_CODE[role].duty != BUSINESS or BY_CODE[role].is_zone_role for role in held)


def _enter(actor: Person, company: Company | None, code: str, proof: str) -> Claim:
    state = Claim.State.WAITING if company is None else _state_of(actor, company)
    return Claim.objects.create(person=actor, company=company, credit_code=code, proof=proof, state=state)


def _state_of(claimant: Person, company: Company) -> Claim.State:
    """Contested as soon as somebody else claims the company or speaks for it already; then the other claims are so too."""
    others = Claim.objects.filter(company=company, state__in=OPEN).exclude(person=claimant)
    people = Membership.objects.filter(organisation__company=company, until=None, person__is_active=True)
    if not others.exists() and not people.exists():
        return Claim.State.WAITING
    others.update(state=Claim.State.CONTESTED)
    return Claim.State.CONTESTED


def confirm_claim(actor: Person, *, claim_id: int) -> Membership:
    """The claimant speaks for the company from now on, as its administrator. Other claims on it are refused with this one."""
    _find_company(actor, claim_id)
    with transaction.atomic():
        claim = _mine_to_decide(actor, claim_id)
        company = claim.company
        if company is None:
            raise Refused("not-in-list", _("No company list holds this code yet; first the company is entered."), status=409)
        organisation, _made = Organisation.objects.get_or_create(
            company=company, defaults={"kind": Organisation.Kind.COMPANY, "name": company.name, "zone": company.zone}
        )
        Person.objects.select_for_update().get(pk=claim.person_id)
        demand(not _works_for_zone(claim.person), "works-for-zone", WORKS_FOR_ZONE, status=409)
        membership = enter_membership(claim.person, organisation=organisation, role="company_admin", granted_by=actor)
        _decide(actor, claim, Claim.State.CONFIRMED, "")
        for other in Claim.objects.filter(company=company, state__in=OPEN).exclude(pk=claim.pk):
            _decide(actor, other, Claim.State.REFUSED, "")
        on_rights_changed(claim.person)
        record(actor, "confirm-claim", "claim", claim.pk, person=claim.person_id, company=company.pk)
    return membership


def refuse_claim(actor: Person, *, claim_id: int, reason: str) -> Claim:
    """The proof does not show it; the claimant reads why. One claim that is left alone after a contest stays with its decider."""
    with transaction.atomic():
        claim = _mine_to_decide(actor, claim_id)
        said = demand_reason(reason)
        _decide(actor, claim, Claim.State.REFUSED, said)
        record(actor, "refuse-claim", "claim", claim.pk, reason=said, person=claim.person_id)
    return claim


def _mine_to_decide(actor: Person, claim_id: int) -> Claim:
    """A claim that this person may decide; others, absent or not theirs, are not found. Both states open wait for a decision."""
    claim = claims_to_decide(actor).filter(pk=claim_id).first() if 0 < claim_id < 2**63 else None
    if claim is None:
        ended = Claim.objects.filter(pk=claim_id, decided_by=actor).exclude(state__in=OPEN).exists()
        if ended:
            raise Refused("ended-already", ENDED, status=409)
        raise Refused("no-such-claim", _("There is no such claim for you to decide."), status=404)
    held = Claim.objects.select_for_update().get(pk=claim.pk)
    demand(held.state == claim.state, "ended-already", ENDED, status=409)
    return held


def _find_company(actor: Person, claim_id: int) -> None:
    """A claim of a code that no list held gets its company as soon as one does; then whoever serves that company decides."""
    claim = claims_to_decide(actor).filter(pk=claim_id, company=None).first() if 0 < claim_id < 2**63 else None
    company = companies_of_code(claim.credit_code).order_by("pk").first() if claim is not None else None
    if claim is None or company is None:
        return
    with transaction.atomic():
        held = Claim.objects.select_for_update().get(pk=claim.pk)
        demand(held.state == Claim.State.WAITING, "ended-already", ENDED, status=409)
        held.company, held.state = company, _state_of(held.person, company)
        held.save(update_fields=["company", "state"])
        record(actor, "find-company-of-claim", "claim", held.pk, company=company.pk, state=held.state)
    still_mine = claims_to_decide(actor).filter(pk=claim_id).exists()
    demand(still_mine, "passed-on", _("The claim now has its company; whoever serves that company decides."), status=409)


def _decide(actor: Person, claim: Claim, state: str, reason: str) -> None:
    claim.state, claim.decided_by, claim.decided_at, claim.reason = state, actor, timezone.now(), reason
    claim.save(update_fields=["state", "decided_by", "decided_at", "reason"])
