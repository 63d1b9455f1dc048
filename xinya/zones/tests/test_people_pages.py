"""Pages of people, roles, claims, commissioners and keys: who opens them, who may send what, what they cost and show."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.zones import actions
from xinya.zones.models import (
    Absence,
    ApiKey,
    Assignment,
    Claim,
    ClassChange,
    Company,
    Fact,
    Invitation,
    Membership,
    Organisation,
    Person,
    RoleGrant,
    Source,
    Zone,
)
from xinya.zones.tests.page_roles import COSTS, OPENS, ROLES, SENDS, at
from xinya.zones.tests.people import someone
from xinya.zones.tests.test_claims import KNOWN

pytestmark = pytest.mark.django_db
GOOD = "zhe-shi-yi-ge-chang-mi-ma"
MOST_STATEMENTS = 12
STRANGE = """<script>alert(1)</script>"'&;"""
# --- who opens what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_its_roles_and_does_not_exist_for_the_others(role: str, client_of: Callable[[str], Client]) -> None:
    client = client_of(role)
    found = {name: client.get(at(name)).status_code for name in OPENS}
    assert found == {name: 200 if role in roles else 404 for name, roles in OPENS.items()}


@pytest.mark.parametrize("role", [r for r in ROLES if r not in ("security_officer", "desk_lead")])
def test_a_form_sent_straight_by_the_wrong_role_finds_nothing_and_changes_nothing(
    role: str, client_of: Callable[[str], Client]
) -> None:
    client = client_of(role)
    for name, roles in SENDS.items():
        if role not in roles:
            assert client.post(at(name, pk=Person.objects.get().pk), {"reason": "理由"}).status_code == 404, name
    assert not AuditRow.objects.filter(ok=True).exists()
    assert AuditRow.objects.filter(ok=False).count() == sum(role not in roles for roles in SENDS.values())


def test_what_is_for_sending_is_not_read(client_of: Callable[[str], Client]) -> None:
    client = client_of("security_officer")
    assert {client.get(at(name)).status_code for name in SENDS} == {405}


@pytest.mark.parametrize("name", [*OPENS, *SENDS])
def test_the_signed_out_are_sent_to_the_door(name: str, zone: Zone) -> None:
    reply = Client().get(at(name)) if name in OPENS else Client().post(at(name))
    assert (reply.status_code, urlsplit(reply["Location"]).path) == (302, "/zh-hans/sign-in/")


@pytest.mark.parametrize("role", ROLES)
def test_the_bar_names_only_pages_that_open(role: str, client_of: Callable[[str], Client]) -> None:
    client = client_of(role)
    page = client.get(at("profile")).content.decode()
    for href in set(re.findall(r'<a href="(/zh-hans/[^"]*)"', page)):
        assert client.get(href, follow=True).status_code == 200, href


# --- what they cost -------------------------------------------------------------------------------------------------


def fill(zone: Zone, count: int) -> None:
    """More of everything that the pages list."""
    office = actions.house_office()
    home, _made = Organisation.objects.get_or_create(
        company=Company.objects.get(uscc=KNOWN), defaults={"kind": "COMPANY", "name": "甲公司", "zone": zone}
    )
    guard = Person.objects.filter(is_active=True).order_by("pk")[0]
    source = Source.objects.create(kind="list", title="名单")
    for n in range(count):
        mark = f"{count}-{n}"
        company = Company.objects.create(zone=zone, name=f"企{mark}", name_key=f"企{mark}")
        person = someone(f"c{mark}", "commissioner")
        Assignment.objects.create(company=company, person=person, since=timezone.localdate(), assigned_by=guard)
        Absence.objects.create(person=person, since=timezone.localdate(), until=timezone.localdate(), entered_by=guard)
        actions.enter_membership(
            Person.objects.create_user(f"u{mark}", phone="13812345678"), organisation=home, role="company_user"
        )
        new = Person.objects.create_user(f"n{mark}")
        RoleGrant.objects.create(person=new, organisation=office, role="zone_reader", reason="理由", asked_by=guard)
        Claim.objects.create(
            person=new, company=company, credit_code=KNOWN, proof="执照", state="CONTESTED" if n % 2 else "WAITING"
        )
        fact = Fact.objects.create(
            zone=zone, company=company, kind="revenue", number=n, source=source, observed_on="2026-01-01", confidence="0.75"
        )
        ClassChange.objects.create(fact=fact, to="PUBLIC", reason="理由", asked_by=new)
        for organisation in (office, home):
            Invitation.objects.create(
                organisation=organisation, role="company_user", name="某人", digest=f"{mark}{organisation.pk}", made_by=guard,
                expires_at=timezone.now() + timedelta(days=1),
            )  # fmt: skip
        for membership in Membership.objects.filter(organisation__in=(office, home)).order_by("-pk")[:2]:
            ApiKey.objects.create(
                name="k", prefix=f"{n}-{membership.pk}"[:12], digest="0" * 64, membership=membership, scopes="read", made_by=guard,
                expires_on=timezone.localdate() + timedelta(days=1),
            )  # fmt: skip


@pytest.mark.parametrize(("name", "role"), COSTS)
def test_a_page_makes_at_most_twelve_statements_whatever_its_rows(
    name: str, role: str, zone: Zone, client_of: Callable[[str], Client]
) -> None:
    client = client_of(role)
    made = []
    for more in (3, 20):
        fill(zone, more)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(at(name)).status_code == 200
        made.append(len(statements))
    assert made[0] == made[1] <= MOST_STATEMENTS


def test_who_acts_for_two_pays_one_statement_for_the_switch(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("company_admin")
    with CaptureQueriesContext(connection) as one:
        assert "switch" not in client.get(at("roles")).content.decode()
    other = Company.objects.create(zone=zone, name="乙公司", name_key="乙公司")
    home = Organisation.objects.create(kind="COMPANY", name="乙公司", zone=zone, company=other)
    actions.enter_membership(Person.objects.get(username="company_admin"), organisation=home, role="company_user")
    with CaptureQueriesContext(connection) as two:
        page = client.get(at("roles")).content.decode()
    assert len(two) == len(one) + 1
    assert page.count("<option") == 4  # the bar and its menu


def test_the_bar_offers_a_switch_to_those_only_who_have_something_to_switch_to(client_of: Callable[[str], Client]) -> None:
    client = client_of("zone_reader")
    person = Person.objects.get()
    switch = 'class="switch"'
    assert [switch in client.get(path).content.decode() for path in ("/en/", at("profile"))] == [False, False]
    actions.enter_membership(person, organisation=actions.house_office(), role="office_handler")
    assert [switch in client.get(path).content.decode() for path in ("/en/", at("profile"))] == [True, True]
