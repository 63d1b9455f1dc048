"""Where sources differ, the one that counts is shown: on pages, in the API, in exports and in what is computed."""

import datetime
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones import actions, queries
from xinya.zones.engine.conflicts import AGREE, CONFLICT, Said, compared, weighed
from xinya.zones.engine.freshness import rank_of
from xinya.zones.files import CompanyLine
from xinya.zones.models import Company, Fact, Person, Source, Zone
from xinya.zones.queries.freshness import said_of, shown_of
from xinya.zones.queries.import_export import companies_as_listed
from xinya.zones.queries.import_register import held_register
from xinya.zones.tests.people import someone

DAY = datetime.date(2026, 1, 15)
NAME = "试验机械有限公司"


@pytest.fixture
def officer(db: None) -> Person:
    return someone("li", "chain_officer", password="for-tests-only")


@pytest.fixture
def zone(officer: Person) -> Zone:
    zone = actions.start_zone(officer, code="harbour", name="港湾高新区", as_of=DAY)
    source = Source.objects.create(kind=Source.Kind.COMPANY_LIST, title="名单")
    lines = [CompanyLine(2, NAME, None, ("锻件",), None, None)]
    actions.record_companies(officer, zone=zone, lines=lines, origin=actions.ListOrigin(source, DAY))
    return zone


@pytest.fixture
def company(zone: Zone) -> Company:
    return Company.objects.get(zone=zone)


def say(company: Company, kind: str, source_kind: str, *, days: int = 0, **values: Any) -> Fact:
    source = Source.objects.create(kind=source_kind, title=f"{source_kind} {days}")
    return Fact.objects.create(
        zone=company.zone, company=company, kind=kind, source=source, observed_on=DAY + datetime.timedelta(days=days),
        confidence="0.75", **values,
    )  # fmt: skip


def dossier(zone: Zone) -> queries.Dossier:
    return queries.all_dossiers(zone)[0]


@pytest.mark.parametrize(
    ("kind", "better", "newer"),
    [
        ("group", {"text": "甲集团"}, {"text": "乙集团"}), ("region", {"text": "辽宁省沈阳市"}, {"text": "吉林"}),
        ("status", {"text": "存续"}, {"text": "注销"}), ("registered_address", {"text": "一号路"}, {"text": "二号路"}),
        ("staff", {"number": 120, "period": "2025"}, {"number": 300, "period": "2025"}),
        ("tax", {"number": 500, "period": "2025"}, {"number": 900, "period": "2025"}),
        ("industry_code", {"text": "3741"}, {"text": "3742"}), ("contact", {"text": "王女士"}, {"text": "李先生"}),
    ],
)  # fmt: skip
def test_the_better_source_is_shown_and_not_the_newer_one(
    zone: Zone, company: Company, kind: str, better: dict[str, Any], newer: dict[str, Any]
) -> None:
    first = say(company, kind, "register", **better)
    say(company, kind, "news", days=400, **newer)
    assert dossier(zone).latest(kind) == first


def test_of_two_equal_sources_the_later_day_is_shown_and_a_list_is_the_officer_s_word(zone: Zone, company: Company) -> None:
    say(company, "group", "officer", text="甲集团")
    later = say(company, "group", "list", days=30, text="乙集团")
    assert dossier(zone).latest("group") == later
    assert rank_of("list") == rank_of("officer")


def test_the_last_period_comes_before_the_better_source(zone: Zone, company: Company) -> None:
    say(company, "revenue", "audit", number=100, period="2024")
    newer = say(company, "revenue", "company", number=900, period="2025")
    assert dossier(zone).latest("revenue") == newer


def test_of_one_day_s_states_and_one_product_s_shares_the_better_source_counts(zone: Zone, company: Company) -> None:
    say(company, "state", "news", text="producing", period="2026-01-01", days=9)
    held = say(company, "state", "register", text="building", period="2026-01-01")
    say(company, "share", "news", text="锻件", number=9000, period="2025", days=9)
    say(company, "share", "audit", text="锻件", number=2000, period="2025")
    found = dossier(zone)
    assert found.state_on(DAY) == held
    assert [f.text for f in found.states] == ["building", "producing"]
    assert found.shares == {"锻件": 2000}


def test_a_full_date_is_no_contradiction_to_its_year_and_is_shown(zone: Zone, company: Company) -> None:
    say(company, "founded", "register", text="2019")
    exact = say(company, "founded", "company", text="2019-03-07")
    found = dossier(zone)
    assert (found.latest("founded"), found.conflicts) == (exact, [])
    say(company, "founded", "vendor", text="2018")
    assert [fact.kind for fact, _held in dossier(zone).conflicts] == ["founded"]


@pytest.mark.parametrize(
    ("kind", "one", "other", "is_conflict"),
    [
        ("status", "存续", "在业", False), ("status", "吊销", "注销", False), ("status", "存续", "注销", True),
        ("region", "辽宁", "辽宁省沈阳市", False), ("region", "辽宁", "吉林", True),
        ("group", "甲 集团", "甲集团", False), ("group", "甲集团", "乙集团", True),
        ("actual_address", "一号路", "一号路1号", False),
    ],
)  # fmt: skip
def test_texts_contradict_only_where_they_mean_something_else(
    zone: Zone, company: Company, kind: str, one: str, other: str, is_conflict: bool
) -> None:
    say(company, kind, "register", text=one)
    say(company, kind, "list", text=other)
    assert bool(dossier(zone).conflicts) is is_conflict


def test_page_api_export_and_import_desk_show_the_same_one(zone: Zone, company: Company, officer: Person, client: Client) -> None:
    held = say(company, "group", "register", text="甲集团")
    other = say(company, "group", "list", days=200, text="乙集团")
    client.force_login(officer)
    page = client.get(f"/en/zones/{zone.code}/companies/{company.pk}/").content.decode()
    head = page.split("</h1>")[1].split("</p>")[0]
    assert "group 甲集团" in head
    assert "not shown above: a better source counts" in page
    assert "What several sources say" in page
    facts = client.get(f"/api/v1/zones/{zone.code}/companies/{company.pk}").json()["facts"]
    assert {f["text"]: f["shown"] for f in facts if f["kind"] == "group"} == {"甲集团": True, "乙集团": False}
    listed = companies_as_listed(zone, officer)
    assert listed.rows[0][listed.keys.index("group")] == "甲集团"
    known = held_register(zone, source_kind="list").companies[0]
    assert (known.values["group"], known.beside["group"]) == ("甲集团", ("乙集团",))
    actions.settle_conflict(officer, company=company, fact_id=other.pk, reason="查阅股权后确认")
    assert dossier(zone).group == "乙集团"
    listed = companies_as_listed(zone, officer)
    assert listed.rows[0][listed.keys.index("group")] == "乙集团"
    assert held_register(zone, source_kind="list").companies[0].values["group"] == "乙集团"
    assert Fact.objects.filter(pk=held.pk, withdrawn_at=None).exists(), "both stay"


def bring(officer: Person, zone: Zone, line: CompanyLine, *, kind: str = "list", days: int = 0) -> None:
    source = Source.objects.create(kind=kind, title="名单")
    origin = actions.ListOrigin(source, DAY + datetime.timedelta(days=days))
    actions.record_companies(officer, zone=zone, lines=[line], origin=origin)


def test_a_list_does_not_withdraw_what_the_register_says(zone: Zone, officer: Person, company: Company) -> None:
    said = say(company, "status", "register", text="吊销")
    bring(officer, zone, CompanyLine(2, NAME, None, (), None, None, standing="存续"))
    assert {f.text for f in Fact.objects.filter(company=company, kind="status", withdrawn_at=None)} == {"吊销", "存续"}
    assert dossier(zone).latest("status") == said


def test_a_list_that_agrees_with_another_source_still_replaces_an_earlier_list(
    zone: Zone, officer: Person, company: Company
) -> None:
    bring(officer, zone, CompanyLine(2, NAME, None, (), None, None, group="甲集团"))
    say(company, "group", "vendor", text="乙集团")
    assert dossier(zone).group == "甲集团"
    bring(officer, zone, CompanyLine(2, NAME, None, (), None, None, group="乙集团"), days=60)
    assert dossier(zone).group == "乙集团"
    held = Fact.objects.filter(company=company, kind="group", withdrawn_at=None)
    assert sorted((f.source.kind, f.text) for f in held) == [("list", "乙集团"), ("vendor", "乙集团")]
    assert dossier(zone).conflicts == []


said_texts = st.builds(
    lambda key, text, kind, days: Said(key, 0, kind, DAY + datetime.timedelta(days=days), max(0, 10 - len(text)), text=text),
    st.integers(1, 99), st.sampled_from(["2019", "2019-03", "2019-03-07", "2018"]),
    st.sampled_from(["audit", "register", "company", "list", "news"]), st.integers(0, 400),
)  # fmt: skip


@given(st.lists(said_texts, min_size=1, max_size=4, unique_by=lambda s: s.key))
def test_what_is_shown_is_said_by_somebody_and_does_not_hang_on_the_order(said: list[Said]) -> None:
    shown = weighed(said).shown
    assert shown in said
    best = min(rank_of(s.source_kind) for s in said)
    assert any(rank_of(s.source_kind) == best and compared(s, shown) == AGREE for s in said)
    assert {weighed(order).shown for order in permutations(said)} == {shown}
    assert (weighed(said).relation == CONFLICT) is any(compared(a, b) == CONFLICT for a in said for b in said)


def test_kinds_with_several_values_are_all_shown() -> None:
    source = Source(kind="list")
    rows = [Fact(pk=n, kind="product", text=t, source=source, observed_on=DAY) for n, t in enumerate("甲乙", 1)]
    rows += [Fact(pk=3, kind="staff", number=None, lower=100, upper=200, source=source, observed_on=DAY)]
    assert shown_of(rows) == {1, 2, 3}
    assert (said_of(rows[2], "list").number, said_of(rows[2], "list").precision) == (150, 100)
