"""Roles by two yes of two other people, one duty a person, rights from the current membership only."""

from typing import Any

import hypothesis
import pytest
from django.db import IntegrityError, transaction
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions
from xinya.zones.engine.roles import BY_CODE, DUTIES, REGISTER, powers_of
from xinya.zones.models import Duty, Membership, Organisation, Person, RoleGrant
from xinya.zones.queries import grants_for_my_yes, visible_to
from xinya.zones.rules import has_power
from xinya.zones.tests.people import organisation_for, refused, someone

pytestmark = pytest.mark.django_db
OPEN_ROLES = [r.code for r in REGISTER if not r.opens_with and "ZONE_OFFICE" in r.kinds]


@pytest.fixture
def house() -> Organisation:
    return actions.house_office()


@pytest.fixture
def office(house: Organisation) -> Organisation:
    return Organisation.objects.create(kind="ZONE_OFFICE", name="企业服务处", parent=house)


@pytest.fixture
def desk(office: Organisation) -> Organisation:
    return Organisation.objects.create(kind="ZONE_OFFICE", name="服务窗口", parent=office)


@pytest.fixture
def security() -> Person:
    return someone("an", "security_officer")


@pytest.fixture
def system() -> Person:
    return someone("xi", "system_officer")


@pytest.fixture
def newcomer() -> Person:
    return Person.objects.create_user("xin")


def head_of(office: Organisation, name: str = "tou") -> Person:
    person = Person.objects.create_user(name)
    actions.enter_membership(person, organisation=office, role="office_head")
    return person


def ask(security: Person, person: Person, where: Organisation, role: str = "commissioner") -> RoleGrant:
    return actions.ask_role(security, person=person, organisation=where, role=role, reason="新到岗")


def test_a_role_holds_after_the_yes_of_the_security_officer_and_of_the_office_head(
    security: Person, newcomer: Person, office: Organisation
) -> None:
    head = head_of(office)
    grant = ask(security, newcomer, office)
    assert newcomer.role == ""
    actions.agree_role(head, grant_id=grant.pk)
    newcomer.forget_acting_for()
    assert newcomer.role == ""
    done = actions.agree_role(security, grant_id=grant.pk)
    newcomer.forget_acting_for()
    assert (done.state, newcomer.role) == ("GRANTED", "commissioner")
    assert [r.act for r in AuditRow.objects.order_by("pk") if "role" in r.act] == ["ask-role", "agree-role", "agree-role"]


def test_the_nearest_head_up_the_tree_countersigns_and_no_other(
    security: Person, newcomer: Person, house: Organisation, office: Organisation, desk: Organisation
) -> None:
    chief, head = head_of(house, "zhu"), head_of(office)
    elsewhere = head_of(Organisation.objects.create(kind="ZONE_OFFICE", name="财务处", parent=house), "cai")
    grant = ask(security, newcomer, desk)
    assert [len(grants_for_my_yes(p)) for p in (head, chief, elsewhere, security)] == [1, 0, 0, 1]
    with refused("not-allowed"):
        actions.agree_role(chief, grant_id=grant.pk)
    with refused("no-such-grant"):
        actions.agree_role(elsewhere, grant_id=grant.pk)
    actions.agree_role(head, grant_id=grant.pk)
    assert RoleGrant.objects.get().head_by == head


def test_where_no_head_stands_above_the_system_officer_countersigns(
    security: Person, system: Person, newcomer: Person, office: Organisation
) -> None:
    grant = ask(security, newcomer, office, "office_head")
    actions.agree_role(security, grant_id=grant.pk)
    actions.agree_role(system, grant_id=grant.pk)
    newcomer.forget_acting_for()
    assert newcomer.role == "office_head"


def test_the_system_officer_does_not_step_in_where_there_is_a_head(
    security: Person, system: Person, newcomer: Person, office: Organisation
) -> None:
    head_of(office)
    grant = ask(security, newcomer, office)
    with refused("not-allowed"):
        actions.agree_role(system, grant_id=grant.pk)


def test_a_head_does_not_countersign_a_role_of_the_own(
    security: Person, system: Person, house: Organisation, office: Organisation
) -> None:
    head = head_of(office)
    grant = ask(security, head, office, "commissioner")
    with refused("own-role"):
        actions.agree_role(head, grant_id=grant.pk)
    chief = head_of(house, "zhu")
    actions.agree_role(chief, grant_id=grant.pk)
    assert RoleGrant.objects.get().head_by == chief


def test_a_security_officer_grants_nothing_to_themselves(security: Person, house: Organisation, office: Organisation) -> None:
    other = someone("bao", "security_officer")
    head_of(office)
    own = ask(other, security, office, "security_officer")
    with refused("own-role"):
        actions.agree_role(security, grant_id=own.pk)
    with refused("own-role"):
        actions.refuse_role(security, grant_id=own.pk, reason="不要")


def test_a_yes_is_given_once_and_an_ended_grant_takes_none(
    security: Person, system: Person, newcomer: Person, office: Organisation
) -> None:
    grant = ask(security, newcomer, office)
    actions.agree_role(security, grant_id=grant.pk)
    with refused("agreed-already"):
        actions.agree_role(security, grant_id=grant.pk)
    actions.refuse_role(system, grant_id=grant.pk, reason="不需要")
    with refused("ended-already"):
        actions.agree_role(system, grant_id=grant.pk)
    with refused("ended-already"):
        actions.refuse_role(security, grant_id=grant.pk, reason="不需要")


@pytest.mark.parametrize("reason", ["", "  ", "a", "x" * 301])
def test_asking_needs_a_reason(reason: str, security: Person, newcomer: Person, office: Organisation) -> None:
    with pytest.raises(Refused, match=r"reason-(missing|too-long)"):
        actions.ask_role(security, person=newcomer, organisation=office, role="commissioner", reason=reason)
    assert not RoleGrant.objects.exists()


@pytest.mark.parametrize("role", ["zone_reader", "chain_officer", "commissioner", "desk_lead", "auditor", "audit_officer"])
def test_others_ask_for_no_role(role: str, newcomer: Person, office: Organisation) -> None:
    with refused("not-allowed"):
        actions.ask_role(someone("qi", role), person=newcomer, organisation=office, role="commissioner", reason="新到岗")


def test_a_head_asks_for_the_own_office_and_below_but_not_above(
    newcomer: Person, house: Organisation, office: Organisation, desk: Organisation
) -> None:
    head = head_of(office)
    for where in (office, desk):
        actions.ask_role(head, person=newcomer, organisation=where, role="commissioner", reason="新到岗")
    with refused("no-such-office"):
        actions.ask_role(head, person=newcomer, organisation=house, role="commissioner", reason="新到岗")


@pytest.mark.parametrize(("role", "code"), [("nobody", "unknown-role"), ("finance", "role-not-open"), ("auditor", "role-not-here")])
def test_a_role_is_one_of_the_register_that_is_open_and_held_there(
    role: str, code: str, security: Person, newcomer: Person, office: Organisation
) -> None:
    with refused(code):
        ask(security, newcomer, office, role)


def test_what_is_asked_or_held_is_not_asked_again(security: Person, newcomer: Person, office: Organisation) -> None:
    ask(security, newcomer, office)
    with refused("asked-already"):
        ask(security, newcomer, office)
    reader = someone("du", "zone_reader")
    with refused("membership-exists"):
        ask(security, reader, actions.house_office(), "zone_reader")


def test_a_second_duty_is_refused_when_it_is_asked_and_when_it_is_agreed(
    security: Person, system: Person, newcomer: Person, office: Organisation
) -> None:
    with refused("DUTIES_CONFLICT"):
        ask(security, system, office, "commissioner")
    with refused("DUTIES_CONFLICT"):
        ask(security, someone("du", "zone_reader"), office, "audit_officer")
    grant = ask(security, newcomer, office, "audit_officer")
    with refused("DUTIES_CONFLICT"):
        ask(security, newcomer, office, "commissioner")
    actions.agree_role(system, grant_id=grant.pk)
    actions.enter_membership(newcomer, organisation=office, role="zone_reader")
    with refused("DUTIES_CONFLICT"):
        actions.agree_role(security, grant_id=grant.pk)
    assert RoleGrant.objects.get(pk=grant.pk).state == "ASKED"


def test_the_database_itself_refuses_a_second_duty(system: Person, house: Organisation) -> None:
    duty = Duty.objects.get(person=system)
    wrong: list[dict[str, Any]] = [
        {"role": "chain_officer", "duty_kind": "BUSINESS", "duty": duty},
        {"role": "chain_officer", "duty_kind": "SYSTEM", "duty": duty},
        {"role": "chain_officer", "duty_kind": "BUSINESS", "duty": None},
        {"role": "audit_officer", "duty_kind": "AUDIT", "duty": duty},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(person=system, organisation=house, since="2026-01-01", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(key=f"{system.pk}:BUSINESS", person=system, kind="BUSINESS")
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(key="other", person=Person.objects.create_user("wu"), kind="BUSINESS")


def test_the_database_itself_refuses_a_grant_without_two_other_people(
    security: Person, system: Person, newcomer: Person, office: Organisation
) -> None:
    grant = ask(security, newcomer, office)
    for first, second in ((None, None), (security, None), (None, system), (security, security), (newcomer, system)):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.filter(pk=grant.pk).update(state="GRANTED", security_by=first, head_by=second)


def test_the_security_officer_ends_a_role_and_its_rights_end_the_same_day(security: Person) -> None:
    reader = someone("du", "zone_reader")
    membership = Membership.objects.get(person=reader)
    actions.end_role(security, membership_id=membership.pk, reason="调岗")
    fresh = Person.objects.get(pk=reader.pk)
    assert (fresh.role, has_power(fresh, "read_zone")) == ("", False)
    with refused("ended-already"):
        actions.end_role(security, membership_id=membership.pk, reason="调岗")


def test_nobody_else_ends_a_role_and_nobody_the_own(security: Person) -> None:
    reader = someone("du", "zone_reader")
    with refused("not-allowed"):
        actions.end_role(reader, membership_id=Membership.objects.get(person=security).pk, reason="调岗")
    with refused("own-role"):
        actions.end_role(security, membership_id=Membership.objects.get(person=security).pk, reason="调岗")
    with refused("no-such-membership"):
        actions.end_role(security, membership_id=999_999, reason="调岗")


def test_the_last_officer_of_a_duty_keeps_it(security: Person, system: Person) -> None:
    membership = Membership.objects.get(person=system)
    with refused("last-officer"):
        actions.end_role(security, membership_id=membership.pk, reason="调岗")
    someone("xi2", "system_officer")
    actions.end_role(security, membership_id=membership.pk, reason="调岗")


def test_grants_are_seen_by_those_who_decide_and_by_the_receiver(security: Person, newcomer: Person, office: Organisation) -> None:
    grant = ask(security, newcomer, office)
    reader, head = someone("du", "zone_reader"), head_of(office)
    seen = {p.username: visible_to(p, RoleGrant).filter(pk=grant.pk).exists() for p in (security, newcomer, reader, head)}
    assert seen == {"an": True, "xin": True, "du": False, "tou": True}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "agree", "refuse", "end", "switch"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.sampled_from(OPEN_ROLES),
    ),
    max_size=25,
)  # fmt: skip


class AnySequenceOfActs(TestCase):
    """Whatever six people, three of them officers, try in whatever order."""

    def setUp(self) -> None:
        self.house = actions.house_office()
        self.office = Organisation.objects.create(kind="ZONE_OFFICE", name="处", parent=self.house)
        roles = ("security_officer", "security_officer", "system_officer", "office_head", "zone_reader")
        self.people = [someone(f"p{n}", role) for n, role in enumerate(roles)] + [Person.objects.create_user("p5")]

    def attempt(self, verb: str, actor: Person, other: Person, role: str) -> None:
        waiting = RoleGrant.objects.filter(person=other, state="ASKED").first()
        held = Membership.objects.filter(person=other, until=None).last()
        if verb == "ask":
            actions.ask_role(actor, person=other, organisation=self.office, role=role, reason="理由")
        elif verb == "agree" and waiting is not None:
            actions.agree_role(actor, grant_id=waiting.pk)
        elif verb == "refuse" and waiting is not None:
            actions.refuse_role(actor, grant_id=waiting.pk, reason="理由")
        elif verb == "end" and held is not None:
            actions.end_role(actor, membership_id=held.pk, reason="理由")
        elif verb == "switch" and held is not None:
            actions.make_current(actor, membership_id=held.pk)

    @hypothesis.given(STEPS)
    def test_gives_nobody_two_duties_no_grant_without_two_yes_and_no_right_beside_the_current_role(
        self, steps: list[tuple[str, int, int, str]]
    ) -> None:
        for verb, first, second, role in steps:
            actor, other = (Person.objects.get(pk=self.people[n].pk) for n in (first, second))
            try:
                with transaction.atomic():
                    self.attempt(verb, actor, other, role)
            except Refused:
                continue
        for person in Person.objects.all():
            roles = set(Membership.objects.filter(person=person, until=None).values_list("role", flat=True))
            assert len({BY_CODE[r].duty for r in roles}) <= 1
            current = Membership.objects.filter(person=person, is_current=True).first()
            own = powers_of(current.role) if current else frozenset()
            assert all(has_power(person, power) == (power in own) for power in sorted(set().union(*(r.powers for r in REGISTER))))
        for grant in RoleGrant.objects.filter(state="GRANTED"):
            assert len({grant.security_by_id, grant.head_by_id, grant.person_id}) == 3
            assert None not in (grant.security_by_id, grant.head_by_id)
        for duty in DUTIES[1:]:
            role = next(r.code for r in REGISTER if r.duty == duty)
            assert duty == "AUDIT" or Membership.objects.filter(role=role, until=None).exists()


def test_an_auditor_s_role_in_a_body_without_a_tree_is_countersigned_by_the_system_officer(
    security: Person, system: Person, newcomer: Person
) -> None:
    grant = ask(security, newcomer, organisation_for("auditor"), "auditor")
    actions.agree_role(system, grant_id=grant.pk)
    assert actions.agree_role(security, grant_id=grant.pk).state == "GRANTED"
