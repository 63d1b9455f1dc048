"""Claims of a company by its people: who confirms, what two claims do, what the answer never tells."""

import pytest
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions, queries
from xinya.zones.engine.credit_code import check_character
from xinya.zones.models import Absence, Assignment, Claim, Company, Membership, Person, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db


def code(number: int) -> str:
    body = f"91210112MA0{number:06d}"
    return body + check_character(body)


KNOWN, UNKNOWN = code(1), code(2)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")


@pytest.fixture
def company(zone: Zone) -> Company:
    return Company.objects.create(zone=zone, name="甲公司", name_key="甲公司", uscc=KNOWN)


@pytest.fixture
def commissioner(zone: Zone, company: Company) -> Person:
    person = someone("wei", "commissioner", zone=zone)
    Assignment.objects.create(company=company, person=person, since=timezone.localdate(), assigned_by=person)
    return person


def claimant(name: str = "jia", uscc: str = KNOWN) -> Person:
    person = Person.objects.create_user(name)
    actions.claim_company(person, credit_code=uscc, proof="营业执照副本")
    return person


def only_claim() -> Claim:
    return Claim.objects.get()


def test_the_commissioner_confirms_and_the_claimant_administers_the_company(company: Company, commissioner: Person) -> None:
    person = claimant()
    assert person.role == ""
    actions.confirm_claim(commissioner, claim_id=only_claim().pk)
    fresh = Person.objects.get(pk=person.pk)
    assert (fresh.role, list(queries.visible_to(fresh, Company))) == ("company_admin", [company])
    assert only_claim().state == "CONFIRMED"
    assert Membership.objects.get(person=fresh).granted_by == commissioner
    with refused("ended-already"):
        actions.confirm_claim(commissioner, claim_id=only_claim().pk)


def test_a_claim_of_an_unknown_or_taken_company_is_taken_all_the_same(company: Company, commissioner: Person) -> None:
    someone("old", "company_admin", company=company)
    for n, uscc in enumerate((KNOWN, KNOWN, UNKNOWN, UNKNOWN)):
        actions.claim_company(Person.objects.create_user(f"c{n}"), credit_code=uscc, proof="执照")
    assert [c.state for c in Claim.objects.order_by("pk")] == ["CONTESTED", "CONTESTED", "WAITING", "WAITING"]


@pytest.mark.parametrize("uscc", [KNOWN, UNKNOWN])
def test_the_same_claim_again_changes_nothing_and_says_the_same(uscc: str, company: Company) -> None:
    person = claimant(uscc=uscc)
    actions.claim_company(person, credit_code=uscc.lower(), proof="再来一次")
    assert Claim.objects.count() == 1


def test_a_code_or_proof_that_cannot_be_one_is_refused(company: Company) -> None:
    person = Person.objects.create_user("jia")
    for wrong in ("", KNOWN[:-1], KNOWN[:-1] + ("A" if KNOWN[-1] != "A" else "B"), "公司"):
        with refused("credit-code-wrong"):
            actions.claim_company(person, credit_code=wrong, proof="执照")
    with refused("proof-missing"):
        actions.claim_company(person, credit_code=KNOWN, proof=" ")


@pytest.mark.parametrize("role", ["zone_reader", "commissioner", "security_officer"])
def test_who_works_for_the_zone_claims_no_company(role: str, company: Company) -> None:
    with refused("works-for-zone"):
        actions.claim_company(someone("gong", role), credit_code=KNOWN, proof="执照")


def test_a_second_claim_while_one_waits_makes_both_contested_and_the_security_officer_decides(
    company: Company, commissioner: Person
) -> None:
    first, second = claimant("jia"), claimant("yi")
    assert {c.state for c in Claim.objects.all()} == {"CONTESTED"}
    assert queries.claims_listed(commissioner) == []
    pk = Claim.objects.get(person=second).pk
    with refused("no-such-claim"):
        actions.confirm_claim(commissioner, claim_id=pk)
    actions.confirm_claim(someone("an", "security_officer"), claim_id=pk)
    assert {c.person.username: c.state for c in Claim.objects.all()} == {"jia": "REFUSED", "yi": "CONFIRMED"}
    assert Person.objects.get(pk=first.pk).role == ""
    assert Person.objects.get(pk=second.pk).role == "company_admin"


def test_a_third_claim_is_contested_too(company: Company) -> None:
    for name in ("jia", "yi", "bing"):
        claimant(name)
    assert [c.state for c in Claim.objects.all()] == ["CONTESTED"] * 3


def test_the_security_officer_decides_no_claim_that_nobody_contests(company: Company, commissioner: Person) -> None:
    claimant()
    with refused("no-such-claim"):
        actions.confirm_claim(someone("an", "security_officer"), claim_id=only_claim().pk)


def test_a_refused_claim_names_its_reason_and_gives_no_right(company: Company, commissioner: Person) -> None:
    person = claimant()
    with refused("reason-missing"):
        actions.refuse_claim(commissioner, claim_id=only_claim().pk, reason="")
    actions.refuse_claim(commissioner, claim_id=only_claim().pk, reason="执照过期")
    assert [(c.state, c.reason) for c in queries.own_claims(person)] == [("REFUSED", "执照过期")]
    assert Person.objects.get(pk=person.pk).role == ""
    with refused("ended-already"):
        actions.refuse_claim(commissioner, claim_id=only_claim().pk, reason="再拒")


def test_the_back_up_confirms_while_the_commissioner_is_away(company: Company, commissioner: Person, zone: Zone) -> None:
    backup = someone("dai", "commissioner", zone=zone)
    Assignment.objects.create(
        company=company, person=backup, is_backup=True, since=timezone.localdate(), assigned_by=backup
    )  # fmt: skip
    claimant()
    with refused("no-such-claim"):
        actions.confirm_claim(backup, claim_id=only_claim().pk)
    today = timezone.localdate()
    Absence.objects.create(person=commissioner, since=today, until=today, entered_by=commissioner)
    actions.confirm_claim(backup, claim_id=only_claim().pk)


def test_the_desk_lead_decides_only_where_nobody_serves(company: Company, zone: Zone) -> None:
    lead = someone("zhang", "desk_lead", zone=zone)
    claimant()
    assert len(queries.claims_listed(lead)) == 1
    person = someone("wei", "commissioner", zone=zone)
    Assignment.objects.create(company=company, person=person, since=timezone.localdate(), assigned_by=lead)
    with refused("no-such-claim"):
        actions.confirm_claim(lead, claim_id=only_claim().pk)
    actions.leave_person(someone("an", "security_officer"), person_id=person.pk, reason="离职")
    actions.confirm_claim(lead, claim_id=only_claim().pk)


def test_others_decide_nothing_and_see_no_claim(company: Company, zone: Zone) -> None:
    claimant()
    for n, role in enumerate(("zone_reader", "chain_officer", "office_head", "auditor", "system_officer", "audit_officer")):
        person = someone(f"p{n}", role)
        with refused("no-such-claim"):
            actions.confirm_claim(person, claim_id=only_claim().pk)
        assert not queries.visible_to(person, Claim).exists()
    other = Zone.objects.create(code="lake", name="湖区", name_en="Lake")
    with refused("no-such-claim"):
        actions.confirm_claim(someone("far", "desk_lead", zone=other), claim_id=only_claim().pk)


def test_nobody_confirms_the_own_claim(company: Company, zone: Zone) -> None:
    person = claimant()
    actions.enter_membership(person, organisation=actions.house_office(), role="desk_lead")
    with refused("no-such-claim"):
        actions.confirm_claim(person, claim_id=only_claim().pk)


def test_a_claim_of_an_unknown_code_waits_for_the_list_and_then_for_who_serves_the_company(zone: Zone) -> None:
    lead = someone("zhang", "desk_lead", zone=zone)
    person = claimant(uscc=UNKNOWN)
    with refused("not-in-list"):
        actions.confirm_claim(lead, claim_id=only_claim().pk)
    company = Company.objects.create(zone=zone, name="乙公司", name_key="乙公司", uscc=UNKNOWN)
    someone("old", "company_admin", company=company)
    with refused("passed-on"):
        actions.confirm_claim(lead, claim_id=only_claim().pk)
    assert (only_claim().company, only_claim().state) == (company, "CONTESTED")
    actions.confirm_claim(someone("an", "security_officer"), claim_id=only_claim().pk)
    assert Person.objects.get(pk=person.pk).role == "company_admin"


def test_a_person_leaves_at_most_five_claims_open() -> None:
    person = Person.objects.create_user("jia")
    for n in range(10, 15):
        actions.claim_company(person, credit_code=code(n), proof="执照")
    with refused("too-many-claims"):
        actions.claim_company(person, credit_code=code(15), proof="执照")


def test_every_claim_and_decision_is_in_the_log(company: Company, commissioner: Person) -> None:
    claimant()
    actions.confirm_claim(commissioner, claim_id=only_claim().pk)
    assert [r.act for r in AuditRow.objects.order_by("pk")] == ["claim-company", "confirm-claim"]
    with pytest.raises(Refused):
        actions.refuse_claim(commissioner, claim_id=only_claim().pk, reason="迟了")
    assert AuditRow.objects.count() == 2
