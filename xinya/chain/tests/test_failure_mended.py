"""A company's failure where links speak of odd things; what both sides say of one supply."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.actions import NewLink
from xinya.chain.queries.inputs import supply_links
from xinya.chain.queries.resilience import known_flows
from xinya.zones.models import Company, Person
from xinya.zones.tests.people import someone

from .conftest import CHAIN, DAY, OTHER_CHAIN, forget_reports
from .test_resilience import api, call, with_suppliers

pytestmark = pytest.mark.django_db
BUYER, SELLER = "港湾飞机有限公司", "乙紧固有限公司"


def test_a_failure_is_shown_when_the_zone_has_left_the_chain_that_a_link_speaks_of(
    start: Any, officer: Person, reader_client: Client
) -> None:
    zone = with_suppliers(start)
    actions.choose_chains(officer, zone=zone, chains=[CHAIN, OTHER_CHAIN])
    atlas = queries.zone_atlas(zone)
    code = next(c for c in atlas.segments if tuple(atlas.chains_of[c]) == (OTHER_CHAIN,))
    buyer, stopped = (Company.objects.get(zone=zone, name=name) for name in (BUYER, SELLER))
    actions.state_link(officer, company=buyer, wanted=NewLink(False, SELLER, "某物", "2025", code, "4000"))
    actions.choose_chains(officer, zone=zone, chains=[CHAIN])
    forget_reports()
    hurt = call(reader_client, api(zone, f"/{stopped.pk}"))["hurt"]
    assert code in {s["segment"] for h in hurt for s in h["short"]}
    page = reader_client.get(reverse("company-failure", args=[zone.code, stopped.pk]))
    assert page.status_code == 200
    assert code in page.content.decode()
    assert reverse("segment", args=[zone.code, code]) not in page.content.decode()


@pytest.mark.parametrize("is_first", [True, False])
def test_a_confirmed_link_without_an_amount_leaves_the_amount_that_one_side_stated(
    start: Any, officer: Person, is_first: bool
) -> None:
    zone = with_suppliers(start)
    buyer, seller = (Company.objects.get(zone=zone, name=name) for name in (BUYER, SELLER))
    buying = someone("zhao", "company_user", company=buyer)
    selling = someone("qian", "company_user", company=seller)

    def with_amount() -> None:
        actions.state_link(buying, company=buyer, wanted=NewLink(False, SELLER, "航空紧固件", "2025", "aero-fastener", "400"))

    def confirmed() -> None:
        wanted = NewLink(True, BUYER, "航空紧固件甲", "2025", "aero-fastener", "")
        row = actions.state_link(selling, company=seller, wanted=wanted)
        actions.answer_link(buying, zone_code=zone.code, link_id=row.pk, verb="confirm")

    for act in (with_amount, confirmed) if is_first else (confirmed, with_amount):
        act()
    (flow,) = known_flows(zone)
    assert (flow.amount_fen, flow.basis) == (400_000_000, "stated")


def test_a_confirmed_link_with_an_amount_stands_before_a_stated_one(start: Any, officer: Person) -> None:
    zone = with_suppliers(start)
    buyer, seller = (Company.objects.get(zone=zone, name=name) for name in (BUYER, SELLER))
    buying = someone("zhao", "company_user", company=buyer)
    selling = someone("qian", "company_user", company=seller)
    row = actions.state_link(selling, company=seller, wanted=NewLink(True, BUYER, "紧固件甲", "2025", "aero-fastener", "300"))
    actions.answer_link(buying, zone_code=zone.code, link_id=row.pk, verb="confirm")
    actions.state_link(buying, company=buyer, wanted=NewLink(False, SELLER, "紧固件", "2025", "aero-fastener", "400"))
    assert [(f.amount_fen, f.basis) for f in supply_links(zone)] == [(300_000_000, "confirmed")]


def test_what_the_buyer_does_not_need_is_not_called_essential(start: Any, officer: Person, reader_client: Client) -> None:
    """A maker of essential things sells something else too; the link is read from its own input, a kind of a needed one too."""
    zone = with_suppliers(start)
    atlas = queries.zone_atlas(zone)
    buyer, stopped = (Company.objects.get(zone=zone, name=name) for name in (BUYER, SELLER))
    made = next(r for r in queries.zone_report(zone, DAY).report.diagnosis.residents.values() if r.name == BUYER).makes
    needed = {code for m in made for code in atlas.needs_of(("material", "component", "service")).get(m, {})}
    odd = next(c for c in atlas.segments if not set(atlas.lines[c]) & (needed | set(made)))
    before = call(reader_client, api(zone, f"/{stopped.pk}"))["hurt"]
    assert {s["segment"]: s["essential"] for h in before for s in h["short"]}["aero-fastener"]
    actions.state_link(officer, company=buyer, wanted=NewLink(False, SELLER, "某物", "2025", odd, "400"))
    forget_reports()
    hurt = call(reader_client, api(zone, f"/{stopped.pk}"))["hurt"]
    assert not {s["segment"]: s["essential"] for h in hurt for s in h["short"]}[odd]
