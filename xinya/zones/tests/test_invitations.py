"""How accounts come about: invitations taken once, sign-ups counted by address; and how a company ends a membership."""

from datetime import timedelta

import pytest
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions, queries
from xinya.zones.models import Claim, Company, Invitation, Membership, Person, RoleGrant, SignUpCount, Zone
from xinya.zones.tests.people import organisation_for, refused, someone
from xinya.zones.tests.test_claims import KNOWN, UNKNOWN

pytestmark = pytest.mark.django_db
GOOD = "zhe-shi-yi-ge-chang-mi-ma"


@pytest.fixture
def company() -> Company:
    zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")
    return Company.objects.create(zone=zone, name="甲公司", name_key="甲公司", uscc=KNOWN)


@pytest.fixture
def admin(company: Company) -> Person:
    return someone("jia", "company_admin", company=company)


@pytest.fixture
def security() -> Person:
    return someone("an", "security_officer")


def invite(admin: Person, role: str = "company_user") -> str:
    assert admin.acting_for is not None
    return actions.invite(admin, organisation=admin.acting_for.organisation, role=role, name="新同事")[1]


def accept(code: str) -> Person:
    return actions.accept_invitation(code=code, name="新同事", password=GOOD, phone="13812345678")


def test_an_invited_person_sets_name_and_password_and_belongs_to_the_company(admin: Person, company: Company) -> None:
    person = accept(invite(admin))
    assert (person.role, str(person), person.check_password(GOOD)) == ("company_user", "新同事", True)
    assert list(queries.visible_to(person, Company)) == [company]
    assert Membership.objects.get(person=person).granted_by == admin


def test_an_invitation_is_taken_once(admin: Person) -> None:
    code = invite(admin)
    accept(code)
    with refused("invitation-invalid"):
        accept(code)
    assert Person.objects.count() == 2


def test_used_withdrawn_late_and_mistyped_codes_get_the_same_answer(admin: Person, security: Person) -> None:
    used, withdrawn, late, orphaned = (invite(admin) for _n in range(4))
    accept(used)
    rows = list(Invitation.objects.order_by("pk"))
    actions.withdraw_invitation(admin, invitation_id=rows[1].pk)
    Invitation.objects.filter(pk=rows[2].pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    said = set()
    for code in (used, withdrawn, late, "mistyped", "", "\ud800"):
        with pytest.raises(Refused) as caught:
            accept(code)
        said.add((caught.value.code, caught.value.status, caught.value.sentence("zh")))
    assert len(said) == 1
    actions.leave_person(security, person_id=admin.pk, reason="离职")
    with refused("invitation-invalid"):
        accept(orphaned)


def test_only_a_digest_of_the_code_is_kept_and_no_log_holds_it(admin: Person) -> None:
    code = invite(admin)
    row = Invitation.objects.get()
    assert code not in str(row.__dict__)
    assert not AuditRow.objects.filter(text__contains=code).exists()
    assert row.expires_at - timezone.now() <= timedelta(days=7)


def test_an_administrator_whose_role_ended_has_no_open_invitations(admin: Person, security: Person) -> None:
    code = invite(admin)
    actions.end_role(security, membership_id=Membership.objects.get(person=admin).pk, reason="调岗")
    with refused("invitation-invalid"):
        accept(code)


@pytest.mark.parametrize("role", ["company_user", "zone_reader", "commissioner", "chain_officer", "desk_lead"])
def test_others_invite_nobody(role: str, company: Company) -> None:
    person = someone("qi", role, company=company if role == "company_user" else None)
    with refused("not-allowed"):
        actions.invite(person, organisation=organisation_for("company_user", company=company), role="company_user", name="某人")


def test_an_administrator_invites_into_the_own_company_and_its_roles_only(admin: Person, company: Company) -> None:
    other = Company.objects.create(zone=company.zone, name="乙公司", name_key="乙公司")
    with refused("no-such-office"):
        actions.invite(admin, organisation=organisation_for("company_user", company=other), role="company_user", name="某人")
    for role in ("chain_officer", "security_officer", "nobody"):
        with refused("role-not-here"):
            invite(admin, role)
    with refused("not-allowed"):
        actions.invite(admin, organisation=actions.house_office(), role="zone_reader", name="某人", reason="想看")


def test_an_invitation_into_an_office_asks_for_the_role_and_gives_none(security: Person) -> None:
    _row, code = actions.invite(
        security, organisation=actions.house_office(), role="chain_officer", name="新同事", reason="新到岗"
    )  # fmt: skip
    person = accept(code)
    assert person.role == ""
    assert (RoleGrant.objects.get().person, RoleGrant.objects.get().state) == (person, "ASKED")
    with refused("reason-missing"):
        actions.invite(security, organisation=actions.house_office(), role="chain_officer", name="某人")
    with refused("no-such-office"):
        zone = Zone.objects.create(code="lake", name="湖区", name_en="Lake")
        own = organisation_for("company_user", company=Company.objects.create(zone=zone, name="乙公司", name_key="乙公司"))
        actions.invite(security, organisation=own, role="company_user", name="某人")


def test_somebody_with_an_account_joins_a_second_company(admin: Person, company: Company) -> None:
    other = Company.objects.create(zone=company.zone, name="乙公司", name_key="乙公司")
    person = someone("yi", "company_user", company=other)
    actions.join_by_invitation(person, code=invite(admin))
    assert Membership.objects.filter(person=person, until=None).count() == 2
    with refused("works-for-zone"):
        actions.join_by_invitation(someone("du", "zone_reader"), code=invite(admin))


@pytest.mark.parametrize("password", ["short", "password1234", "1234567890123", "新同事新同事新同事新同事"])
def test_a_weak_password_is_refused_and_the_invitation_stays_open(password: str, admin: Person) -> None:
    code = invite(admin)
    with refused("password-weak"):
        actions.accept_invitation(code=code, name="新同事新同事新同事新同事", password=password)
    accept(code)


def test_an_administrator_ends_memberships_of_the_own_company_only(admin: Person, company: Company, security: Person) -> None:
    colleague = accept(invite(admin))
    row = Membership.objects.get(person=colleague)
    for person in (security, colleague):
        with refused("not-allowed"):
            actions.end_member(person, membership_id=row.pk, reason="离职")
    actions.end_member(admin, membership_id=row.pk, reason="离职")
    assert Person.objects.get(pk=colleague.pk).role == ""
    with refused("ended-already"):
        actions.end_member(admin, membership_id=row.pk, reason="离职")
    with refused("own-role"):
        actions.end_member(admin, membership_id=Membership.objects.get(person=admin).pk, reason="离职")
    with refused("no-such-membership"):
        actions.end_member(admin, membership_id=Membership.objects.get(person=security).pk, reason="离职")


# --- signing up -----------------------------------------------------------------------------------------------------


def sign_up(n: int = 0, address: str = "192.0.2.1", uscc: str = KNOWN) -> Person:
    return actions.sign_up(name=f"申请人{n}", password=GOOD, credit_code=uscc, proof="执照", address=address)


def test_who_signs_up_has_an_account_without_any_right_and_one_claim(company: Company) -> None:
    person = sign_up()
    assert (person.state, person.role, Claim.objects.get().person) == ("ACTIVE", "", person)
    assert list(queries.visible_to(person, Company)) == []


def test_the_sign_in_name_is_the_house_s_own_and_tells_nobody_who_is_here(company: Company) -> None:
    names = {sign_up(n).username for n in range(3)}
    assert len(names) == 3
    assert all(len(name) == 10 and name.startswith("p-") for name in names)


def test_five_accounts_a_day_come_from_one_address_and_refused_tries_count(company: Company) -> None:
    for n in range(4):
        sign_up(n)
    with refused("credit-code-wrong"):
        sign_up(4, uscc="wrong")
    with pytest.raises(Refused) as caught:
        sign_up(5)
    assert (caught.value.code, caught.value.status) == ("too-many-sign-ups", 429)
    assert Person.objects.count() == 4
    sign_up(6, address="192.0.2.2")
    SignUpCount.objects.update(day=timezone.localdate() - timedelta(days=1))
    sign_up(7)
    assert not SignUpCount.objects.filter(address__contains="192.0.2").exists()


def test_a_sign_up_with_a_wrong_claim_leaves_no_account(company: Company) -> None:
    with refused("credit-code-wrong"):
        sign_up(uscc="wrong")
    assert not Person.objects.exists()
    assert sign_up(uscc=UNKNOWN).role == ""
