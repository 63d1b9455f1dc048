"""The sample's purchases: invented, marked so, of invented companies alone, and enough that the pages say something."""

import datetime
from collections.abc import Callable
from copy import deepcopy

import pytest
from django.test import Client

from xinya.chain.actions.sample import SampleLink, enter_sample
from xinya.chain.models import InputStatement, SupplyLink
from xinya.chain.queries import day_of, segment_candidates, supply_links, zone_report
from xinya.chain.queries.inputs import zone_sourcing
from xinya.chain.queries.resilience import known_flows, zone_risk
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.site import demo
from xinya.site.demo_purchases import load_purchases
from xinya.site.marks import mark_as_demo
from xinya.zones.actions import Grounds
from xinya.zones.models import Company, Person, Source, Zone

pytestmark = pytest.mark.django_db
ANCHOR = "中航沈飞民用飞机有限责任公司"


@pytest.fixture(scope="module")
def loaded(standing: Callable[[Callable[[], Zone]], Zone]) -> Zone:
    """The demonstration, loaded once for all tests of this file."""

    def made() -> Zone:
        mark_as_demo()
        demo.load()
        return Zone.objects.get(code="shenyang")

    return standing(made)


@pytest.fixture
def shenyang(loaded: Zone, db: None) -> Zone:
    return deepcopy(loaded)


def test_the_sample_s_purchases_are_entered_once_marked_and_dated(shenyang: Zone) -> None:
    rows = InputStatement.objects.select_related("source", "company")
    assert rows.count() == 66
    assert all(r.source.is_invented and r.company.is_invented and r.observed_on == shenyang.as_of for r in rows)
    assert {r.period for r in rows} == {"2024"}
    links = SupplyLink.objects.select_related("source", "supplier", "buyer")
    assert links.count() == 30
    assert all(link.source.is_invented for link in links)
    assert {link.side for link in links} == {"supplier", "buyer"}
    states = [link.state for link in links]
    assert (states.count("CONFIRMED"), states.count("STATED")) == (19, 11)
    demo.load()
    assert (InputStatement.objects.count(), SupplyLink.objects.count()) == (66, 30)
    assert AuditRow.objects.filter(act="enter-sample").count() == 1


def test_a_few_invented_companies_state_for_how_many_days_their_stocks_last(shenyang: Zone) -> None:
    rows = InputStatement.objects.filter(company__zone=shenyang, stock_days__isnull=False).select_related("company")
    assert rows.count() == 25
    assert len({row.company_id for row in rows}) >= 8
    assert all(row.segment and row.company.is_invented for row in rows)


def test_nothing_is_invented_about_the_real_company(shenyang: Zone) -> None:
    anchor = Company.objects.get(zone=shenyang, name=ANCHOR)
    assert not anchor.input_statements.exists()
    assert not SupplyLink.objects.filter(supplier_name=ANCHOR).exists()
    assert not SupplyLink.objects.filter(buyer_name=ANCHOR).exists()
    told = Grounds(Source.objects.filter(facts__zone=shenyang, kind="invented")[0], datetime.date(2025, 2, 6))
    SupplyLink.objects.all().delete()
    InputStatement.objects.all().delete()
    link = SampleLink("沈阳岫翮翼面科技有限公司", ANCHOR, "操纵面", "control-surface", None, None, "supplier", False)
    system = Person.objects.get(username="demo")
    assert enter_sample(system, zone=shenyang, period="2024", inputs=[], links=[link], grounds=told) == 0


def test_no_company_buys_more_than_it_sells(shenyang: Zone) -> None:
    dossiers = zone_report(shenyang, day_of(shenyang)).dossiers
    revenue = {d.company.pk: d.revenue_fen for d in dossiers}
    spent: dict[int, int] = {}
    for row in InputStatement.objects.all():
        spent[row.company_id] = spent.get(row.company_id, 0) + (row.amount_high or 0)
    assert all(sum_ < (revenue[pk] or 10**15) for pk, sum_ in spent.items())
    bought = {(r.company_id, r.segment): r for r in InputStatement.objects.all()}
    sold: dict[tuple[int, str], int] = {}
    for link in supply_links(shenyang):
        sold[link.buyer, link.segment] = sold.get((link.buyer, link.segment), 0) + (link.amount_fen or 0)
    for key, amount in sold.items():
        row = bought[key]
        assert amount <= float(row.local_high or 0) * (row.amount_high or 0), f"{row}: more from here than is bought here"


def test_the_local_sourcing_rate_of_the_sample_is_known_for_zone_and_chains(shenyang: Zone) -> None:
    found = zone_sourcing(shenyang)
    rate = found.whole.first
    assert rate.by == "amount"
    assert rate.low is not None
    assert rate.high is not None
    assert 0.2 < float(rate.low) < float(rate.high) < 0.6
    assert rate.unknown == 10
    assert {s.key for s in found.chains} == {"aero-structures", "gas-turbine", "aero-engine-parts"}
    assert all(s.first.low is not None for s in found.chains)


def test_composites_come_wholly_from_outside_and_a_maker_there_already_supplies(shenyang: Zone) -> None:
    (composite,) = [s for s in zone_sourcing(shenyang).inputs if s.key == "composite-part"]
    assert [float(v or 0) for v in (composite.first.low, composite.first.high)] == [0, 0]
    rows = segment_candidates(zone_report(shenyang, day_of(shenyang)), "composite-part")
    supplying = {k.candidate.company for k in rows if "already-supplies" in {r.code for r in k.candidate.pro}}
    assert supplying == {"镇江泽翮复合材料有限公司", "上海蘅舟航空复材有限公司"}


def test_stated_supplies_enter_the_resilience_of_the_sample(shenyang: Zone) -> None:
    assert len(known_flows(shenyang)) == 28
    bases = zone_risk(shenyang, day_of(shenyang)).network.links.supply_links()
    assert {"confirmed", "stated"} <= {link.basis for link in bases}


def test_the_pages_show_the_figures_and_say_that_they_are_invented(shenyang: Zone) -> None:
    client = Client()
    client.force_login(Person.objects.get(username="officer"))
    buyer = Company.objects.get(name="沈阳曜辰燃气轮机有限公司")
    sourcing = client.get("/en/zones/shenyang/sourcing/?input=composite-part").content.decode()
    assert "No company has stated its purchases yet" not in sourcing
    assert "invented for the demonstration" in sourcing
    inputs = client.get(f"/en/zones/shenyang/companies/{buyer.pk}/inputs/").content.decode()
    assert "3200-3900" in inputs
    assert inputs.count("invented for the demonstration") >= 7 + 5
    assert client.get("/en/zones/shenyang/resilience/").status_code == 200


def test_the_demonstration_s_company_has_a_link_to_confirm(shenyang: Zone) -> None:
    own = Company.objects.get(name=demo.OWN_COMPANY)
    client = Client()
    client.force_login(Person.objects.get(username="company"))
    link = SupplyLink.objects.get(supplier_name="沈阳砺翎精密机械有限公司", buyer=own)
    page = client.get(f"/en/zones/shenyang/companies/{own.pk}/inputs/").content.decode()
    assert f"/en/zones/shenyang/links/{link.pk}/answer/" in page
    reply = client.post(f"/en/zones/shenyang/links/{link.pk}/answer/", {"verb": "confirm"})
    assert reply.status_code == 302
    link.refresh_from_db()
    assert link.state == "CONFIRMED"


def test_only_a_sample_gets_invented_purchases(shenyang: Zone) -> None:
    system = Person.objects.get(username="demo")
    other = Zone.objects.exclude(code="shenyang")[0]
    assert load_purchases(system, other) == 0
    Zone.objects.filter(pk=shenyang.pk).update(is_sample=False)
    shenyang.refresh_from_db()
    invented = Source.objects.filter(kind="invented")[0]
    told = Grounds(invented, datetime.date(2025, 2, 6))
    with pytest.raises(Refused, match="no-sample"):
        enter_sample(system, zone=shenyang, period="2024", inputs=[], links=[], grounds=told)


def test_a_removed_sample_takes_its_purchases_with_it(shenyang: Zone) -> None:
    demo.remove()
    assert not InputStatement.objects.exists()
    assert not SupplyLink.objects.exists()
    assert not Source.objects.filter(kind="invented").exists()
