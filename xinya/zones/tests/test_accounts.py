"""Accounts as a whole: locks, leaving, the first officers, offices, machines, phone numbers, the own profile."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from xinya.kit.masks import masked_phone
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions, queries
from xinya.zones.models import ApiKey, Assignment, Company, Fact, Membership, Organisation, Person, PhoneShown, Source, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db
NAMES = {"system_officer": "xi", "security_officer": "an", "audit_officer": "shen"}


@pytest.fixture
def security() -> Person:
    return someone("guard", "security_officer")


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")


@pytest.fixture
def company(zone: Zone) -> Company:
    return Company.objects.create(zone=zone, name="甲公司", name_key="甲公司")


def test_a_locked_account_signs_in_no_more_and_its_sessions_end(security: Person) -> None:
    reader, client = someone("du", "zone_reader"), Client()
    client.force_login(reader)
    other = Client()
    other.force_login(security)
    assert client.get("/zh-hans/").status_code == 200
    actions.lock_person(security, person_id=reader.pk, reason="疑似泄露")
    assert client.get("/zh-hans/").status_code == 302
    assert other.get("/zh-hans/").status_code == 200
    assert not client.login(username="du", password="for-tests-only")
    actions.unlock_person(security, person_id=reader.pk, reason="已核实")
    assert client.login(username="du", password="for-tests-only")


def test_locking_is_refused_to_others_and_in_the_wrong_state(security: Person) -> None:
    reader = someone("du", "zone_reader")
    for act in (actions.lock_person, actions.unlock_person, actions.leave_person):
        with refused("not-allowed"):
            act(reader, person_id=security.pk, reason="理由")
        with refused("own-account"):
            act(security, person_id=security.pk, reason="理由")
        with refused("reason-missing"):
            act(security, person_id=reader.pk, reason=" ")
        with refused("no-such-person"):
            act(security, person_id=10**12, reason=" ")
    with refused("not-locked"):
        actions.unlock_person(security, person_id=reader.pk, reason="理由")
    actions.lock_person(security, person_id=reader.pk, reason="理由")
    with refused("not-active"):
        actions.lock_person(security, person_id=reader.pk, reason="理由")


def test_when_a_person_leaves_rights_keys_assignments_and_sessions_end_and_rows_stay(
    security: Person, zone: Zone, company: Company
) -> None:
    leaver = someone("li", "commissioner", zone=zone)
    membership = Membership.objects.get(person=leaver)
    Assignment.objects.create(company=company, person=leaver, since=timezone.localdate(), assigned_by=leaver)
    key = ApiKey.objects.create(
        name="k", prefix="abcdefabcdef", digest="0" * 64, membership=membership, scopes="read", made_by=leaver,
        expires_on=timezone.localdate() + datetime.timedelta(days=9),
    )  # fmt: skip
    client = Client()
    client.force_login(leaver)
    actions.leave_person(security, person_id=leaver.pk, reason="离职")
    membership.refresh_from_db()
    key.refresh_from_db()
    leaver.refresh_from_db()
    assert (membership.until, membership.is_current) == (timezone.localdate(), False)
    assert key.ended_at is not None
    assert (leaver.state, leaver.is_active, leaver.left_on) == ("LEFT", False, timezone.localdate())
    assert Assignment.objects.get().until == timezone.localdate()
    assert queries.company_counts(zone)[1] == 1
    assert client.get("/zh-hans/").status_code == 302
    assert AuditRow.objects.filter(act="leave-person").exists()
    with refused("ended-already"):
        actions.leave_person(security, person_id=leaver.pk, reason="离职")
    with refused("not-locked"):
        actions.unlock_person(security, person_id=leaver.pk, reason="返岗")


def test_who_leaves_keeps_the_authorship_of_facts(security: Person, zone: Zone, company: Company) -> None:
    leaver = someone("li", "chain_officer")
    source = actions.list_source(leaver, title="名单")
    actions.record_state(leaver, zone=zone, company=company, state="building", on=datetime.date(2026, 1, 1), grounds="现场")
    actions.leave_person(security, person_id=leaver.pk, reason="离职")
    assert Source.objects.get(pk=source.pk).publisher == "li"
    assert Fact.objects.get(kind="state").source.publisher == "li"


def test_the_last_officer_does_not_leave(security: Person) -> None:
    system = someone("xi", "system_officer")
    with refused("last-officer"):
        actions.leave_person(security, person_id=system.pk, reason="离职")
    system.refresh_from_db()
    assert system.state == "ACTIVE"


def test_hooks_run_in_the_act_s_own_transaction(security: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = someone("du", "zone_reader")
    seen: list[Person] = []
    monkeypatch.setattr("xinya.zones.actions.people.RIGHTS_HOOKS", [seen.append])
    actions.lock_person(security, person_id=reader.pk, reason="理由")
    assert [p.pk for p in seen] == [reader.pk]


# --- the first three ------------------------------------------------------------------------------------------------


def test_the_first_start_makes_exactly_three_officers_once() -> None:
    passwords = actions.first_officers("shell", names=NAMES)
    assert set(passwords) == set(NAMES)
    assert len(set(passwords.values())) == 3
    for role, name in NAMES.items():
        person = Person.objects.get(username=name)
        assert (person.role, person.must_change_password) == (role, True)
        assert person.check_password(passwords[role])
        assert len(passwords[role]) >= 16
    assert Person.objects.count() == 3
    with refused("officers-exist"):
        actions.first_officers("shell", names={r: f"{n}2" for r, n in NAMES.items()})
    assert Person.objects.count() == 3


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({"system_officer": "xi"}, "three-officers"),
        ({**NAMES, "audit_officer": "xi"}, "three-officers"),
        ({**NAMES, "audit_officer": "a b"}, "name-wrong"),
        ({**NAMES, "audit_officer": "taken"}, "name-taken"),
    ],
)
def test_the_first_officers_are_three_new_people(names: dict[str, str], code: str) -> None:
    Person.objects.create_user("taken")
    with refused(code):
        actions.first_officers("shell", names=names)
    assert Person.objects.count() == 1


def test_a_fresh_house_has_no_account_at_all() -> None:
    assert not Person.objects.exists()


# --- offices, machines ----------------------------------------------------------------------------------------------


def test_the_security_officer_enters_offices_and_others_do_not(security: Person, zone: Zone) -> None:
    office = actions.add_office(security, name="企业服务处", parent=actions.house_office(), zone=zone)
    below = actions.add_office(security, name="窗口", parent=office)
    assert (below.zone, [d for d, _o in queries.offices_listed(security)]) == (zone, [0, 1, 2])
    with refused("not-allowed"):
        actions.add_office(someone("du", "zone_reader"), name="别处")
    with refused("office-exists"):
        actions.add_office(security, name="企业服务处", zone=zone)
    with refused("unknown-kind"):
        actions.add_office(security, name="某公司", kind="COMPANY")
    with refused("no-tree"):
        actions.add_office(security, name="审计局", kind="AUDIT", parent=office)
    other = Zone.objects.create(code="lake", name="湖区", name_en="Lake")
    with refused("other-zone"):
        actions.add_office(security, name="错区", parent=office, zone=other)


def test_a_machine_s_account_never_signs_in(security: Person) -> None:
    machine = actions.add_system(security, name="erp")
    assert (machine.is_system, machine.has_usable_password(), machine.role) == (True, False, "")
    with refused("name-taken"):
        actions.add_system(security, name="erp")
    with refused("not-allowed"):
        actions.add_system(someone("du", "zone_reader"), name="crm")


# --- phone numbers, profile -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), ("+8613812345678", "+86****5678"), ("02388", "****88"), ("110", "****"), ("", "")],
)
def test_a_phone_number_is_masked(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


def test_each_showing_of_a_phone_number_is_kept_and_its_person_sees_it(security: Person) -> None:
    reader = someone("du", "zone_reader")
    actions.change_profile(reader, name="杜某", phone="13812345678", language="zh-hans")
    assert actions.show_phone(security, person_id=reader.pk) == "13812345678"
    assert [s.by for s in queries.visible_to(reader, PhoneShown)] == [security]
    assert list(queries.visible_to(security, PhoneShown)) == []
    assert AuditRow.objects.filter(act="show-phone", object=f"person:{reader.pk}").exists()
    assert not AuditRow.objects.filter(text__contains="13812345678").exists()
    with refused("not-allowed"):
        actions.show_phone(reader, person_id=security.pk)


def test_a_company_administrator_sees_the_numbers_of_the_own_people_only(security: Person, company: Company) -> None:
    admin, colleague = (someone(n, r, company=company) for n, r in (("jia", "company_admin"), ("yi", "company_user")))
    actions.show_phone(admin, person_id=colleague.pk)
    with refused("no-such-person"):
        actions.show_phone(admin, person_id=security.pk)
    with refused("not-allowed"):
        actions.show_phone(colleague, person_id=admin.pk)


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("name", "x" * 61), ("phone", "tel"), ("language", "fr")])
def test_a_wrong_profile_is_refused(field: str, value: str) -> None:
    reader = someone("du", "zone_reader")
    with pytest.raises(Refused):
        actions.change_profile(reader, **{"name": "杜某", "phone": "", "language": "en", field: value})


def test_a_new_number_is_not_confirmed_any_more() -> None:
    reader = someone("du", "zone_reader")
    Person.objects.filter(pk=reader.pk).update(phone="13812345678", is_phone_confirmed=True)
    actions.change_profile(reader, name="杜某", phone="13812345678", language="en")
    assert Person.objects.get(pk=reader.pk).is_phone_confirmed
    changed = actions.change_profile(reader, name="杜某", phone="13900000000", language="en")
    assert (changed.is_phone_confirmed, str(changed)) == (False, "杜某")


def test_a_person_switches_between_own_memberships_only(company: Company, zone: Zone) -> None:
    person = someone("jia", "company_admin", company=company)
    second = Company.objects.create(zone=zone, name="乙公司", name_key="乙公司")
    other = Organisation.objects.create(kind="COMPANY", name="乙公司", zone=zone, company=second)
    membership = actions.enter_membership(person, organisation=other, role="company_user")
    assert list(queries.visible_to(person, Company)) == [company]
    actions.make_current(person, membership_id=membership.pk)
    assert list(queries.visible_to(person, Company)) == [second]
    stranger = Membership.objects.get(person=someone("du", "zone_reader"))
    with refused("no-such-membership"):
        actions.make_current(person, membership_id=stranger.pk)
