"""Whose failure would hurt the zone most: on the page, over the API, through the queue; from stated and from estimated supplies."""

import re
from dataclasses import asdict
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from xinya.chain import actions, queries
from xinya.chain.actions import NewLink
from xinya.chain.actions.resilience import compute_resilience, renew_resilience
from xinya.chain.files.inputs import input_lines, names_of
from xinya.chain.models import ResilienceRun
from xinya.chain.queries import resilience as risks_read
from xinya.chain.queries.resilience import company_failure, known_flows, resilience_facts, zone_risk
from xinya.chain.tests.conftest import DAY, forget_reports, line, long_list
from xinya.kit.later_desk import drop, task_lines
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.kit.spread import Here
from xinya.kit.work import Worker
from xinya.zones.models import Company, Person, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db


def call(client: Client, path: str, **asked: Any) -> Any:
    reply = client.get(path, asked)
    assert reply.status_code == 200, reply.content
    return reply.json()


def api(zone: Zone, more: str = "") -> str:
    return f"/api/v1/zones/{zone.code}/resilience{more}"


def with_suppliers(start: Any) -> Zone:
    """An anchor that assembles aircraft, the only maker of an input it cannot do without, and two who make another one."""
    rows = [
        line(2, "港湾飞机有限公司", "机身段", anchor=True, above_scale=True, revenue_fen=100_000_000_000),
        line(3, "独家复材有限公司", "航空复合材料", above_scale=False, revenue_fen=1_000_000_000),
        line(4, "甲紧固有限公司", "航空紧固件", above_scale=True, revenue_fen=6_000_000_000),
        line(5, "乙紧固有限公司", "航空紧固件", above_scale=True, revenue_fen=3_000_000_000),
    ]
    zone: Zone = start(lines=rows)
    return zone


def test_page_and_api_say_the_same_in_the_same_order(zone: Zone, reader_client: Client) -> None:
    told = call(reader_client, api(zone))
    words = reader_client.get(reverse("resilience", args=[zone.code])).content.decode()
    assert told["state"] == "computed"
    assert len(told["items"]) > 3
    assert [r["esri"] for r in told["items"]] == sorted((r["esri"] for r in told["items"]), reverse=True)
    places = [
        words.index(f'<th scope="row"><a href="/zh-hans/zones/{zone.code}/resilience/{r["company_id"]}/') for r in told["items"]
    ]
    assert places == sorted(places)
    for row in told["items"]:
        assert row["own"] <= row["esri"] + 1e-12
        assert row["low"] <= row["esri"] <= row["high"]
    file = reader_client.get(reverse("resilience-file", args=[zone.code])).content.decode("utf-8-sig").splitlines()
    assert len(file) == len(told["items"]) + 1
    assert told["items"][0]["company"] in file[1]


def test_a_small_sole_maker_hurts_more_than_its_size_and_rivals_less(start: Any, reader_client: Client) -> None:
    zone = with_suppliers(start)
    told = {r["company"]: r for r in call(reader_client, api(zone))["items"]}
    alone, rival = told["独家复材有限公司"], told["乙紧固有限公司"]
    atlas = queries.zone_report(zone, DAY).report.atlas
    needs = {code for code, needed in atlas.needs.items() if "composite-part" in needed}
    assert needs, "the pack states who needs composite parts"
    assert alone["esri"] / alone["own"] >= rival["esri"] / rival["own"]


def test_each_company_s_failure_is_followed_step_by_step(zone: Zone, reader_client: Client) -> None:
    first = call(reader_client, api(zone))["items"][0]
    told = call(reader_client, api(zone, f"/{first['company_id']}"))
    assert [h["company"] for h in told["steps"][0]] == [first["company"]]
    for before, after in zip(told["steps"], told["steps"][1:], strict=False):
        lost = {h["company"]: h["lost"] for h in before}
        assert all({h["company"]: h["lost"] for h in after}.get(name, 0) >= value - 1e-12 for name, value in lost.items())
    own = reverse("company-failure", args=[zone.code, first["company_id"]])
    whole = reader_client.get(own).content.decode()
    begun = reader_client.get(own + "?step=0").content.decode()
    assert f"?step={len(told['steps']) - 1}" in whole
    assert 'aria-current="step"' in begun
    hurt = [h["company"] for h in told["steps"][-1] if h["company"] != first["company"]]
    assert hurt
    table = whole[whole.index('id="table"') :]
    assert all(name in table for name in hurt)
    assert hurt[0] not in begun[begun.index('id="table"') : begun.index("</section>", begun.index('id="table"'))]
    assert reader_client.get(own + "?step=99999").status_code == 200
    assert reader_client.get(own + "?step=x").status_code == 200


def test_pictures_carry_no_style_and_every_company_is_a_link(zone: Zone, reader_client: Client) -> None:
    words = reader_client.get(reverse("resilience", args=[zone.code])).content.decode()
    pictures = re.findall(r'<svg class="risk".*?</svg>', words, flags=re.S)
    assert len(pictures) == 2
    count = len(zone_risk(zone, DAY).risks or ())
    for picture in pictures:
        assert "style=" not in picture
        assert " id=" not in picture
        assert picture.count("<a href=") == count


def test_the_pages_cost_few_statements_whatever_the_number_of_companies(start: Any, reader_client: Client) -> None:
    costs = []
    for code, count in (("little", 20), ("larger", 150)):
        zone = start(code, lines=long_list(count))
        forget_reports()
        company = Company.objects.filter(zone=zone).order_by("pk")[0]
        with CaptureQueriesContext(
            connection,
        ) as first:
            assert reader_client.get(reverse("resilience", args=[code])).status_code == 200
        with CaptureQueriesContext(connection) as second:
            assert reader_client.get(reverse("company-failure", args=[code, company.pk])).status_code == 200
        costs.append((len(first), len(second)))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12


def test_what_is_stated_replaces_what_was_estimated(start: Any, officer: Person, reader_client: Client) -> None:
    zone = with_suppliers(start)
    buyer = Company.objects.get(zone=zone, name="港湾飞机有限公司")
    before = call(reader_client, api(zone))
    assert before["basis"]["stated"] == 0
    link = NewLink(is_supplier=False, other="乙紧固有限公司", text="航空紧固件", period="2025", segment="", amount="4000")
    actions.state_link(officer, company=buyer, wanted=link)
    (flow,) = known_flows(zone)
    assert (flow.supplier, flow.buyer, flow.basis) == ("乙紧固有限公司", "港湾飞机有限公司", "stated")
    zone.refresh_from_db()
    after = call(reader_client, api(zone))
    assert after["basis"]["stated"] == 1
    assert {r["company"]: r["esri"] for r in after["items"]} != {r["company"]: r["esri"] for r in before["items"]}


@pytest.mark.parametrize(
    ("said", "flows"),
    [
        ([("航空紧固件", "2025", "120", True), ("航空紧固件", "2025-01", "10", False)], [(120, "confirmed")]),
        ([("航空紧固件", "2025-01", "10", False)], [(120, "stated")]),
        ([("航空紧固件", "2025-Q1", "300", True), ("航空紧固件", "2025-H2", "600", True)], [(1200, "confirmed")]),
        ([("某种螺栓", "2025", "300", False), ("某种螺母", "2025", "700", False)], [(300, "stated"), (700, "stated")]),
        ([("某种螺栓", "2025", "300", False), ("某 种螺栓", "2024", "700", False)], [(300, "stated")]),
    ],
)
def test_what_is_stated_of_parts_of_a_year_counts_as_a_year_and_each_thing_for_itself(
    start: Any, said: list[tuple[str, str, str, bool]], flows: list[tuple[int, str]]
) -> None:
    zone = with_suppliers(start)
    buyer, seller = (Company.objects.get(zone=zone, name=name) for name in ("港湾飞机有限公司", "乙紧固有限公司"))
    buying, selling = someone("zhao", "company_user", company=buyer), someone("qian", "company_user", company=seller)
    for text, period, amount, is_confirmed in said:
        link = NewLink(is_supplier=False, other=seller.name, text=text, period=period, amount=amount)
        row = actions.state_link(buying, company=buyer, wanted=link)
        if is_confirmed:
            actions.answer_link(selling, zone_code=zone.code, link_id=row.pk, verb="confirm")
    assert [((flow.amount_fen or 0) // 10**6, flow.basis) for flow in known_flows(zone)] == flows


def state_stock(officer: Person, zone: Zone, name: str, days: str, text: str = "航空紧固件", period: str = "2025") -> None:
    company = Company.objects.get(zone=zone, name=name)
    lines = input_lines([(1, {"text": text, "stock": days})], names_of(queries.zone_atlas(zone)))
    actions.state_inputs(officer, company=company, period=period, lines=lines)


def test_stated_stocks_say_on_which_day_a_failure_reaches_the_buyer(start: Any, officer: Person, reader_client: Client) -> None:
    zone = with_suppliers(start)
    buyer, stopped = "港湾飞机有限公司", Company.objects.get(zone=zone, name="甲紧固有限公司")
    (before,) = [h for h in call(reader_client, api(zone, f"/{stopped.pk}"))["hurt"] if h["company"] == buyer]
    assert (before["inputs_day"], before["unknown_stocks"], before["way"]) == (0, 1, [stopped.name, buyer])
    state_stock(officer, zone, buyer, "99", period="2024")
    state_stock(officer, zone, buyer, "37.5")
    (after,) = [h for h in call(reader_client, api(zone, f"/{stopped.pk}"))["hurt"] if h["company"] == buyer]
    assert (after["inputs_day"], after["unknown_stocks"]) == (37.5, 0)
    (short,) = after["short"]
    assert (short["segment"], short["supplier"], short["stock_days"]) == ("aero-fastener", stopped.name, 37.5)
    assert (short["source"], short["confidence"], short["is_invented"]) == (str(officer), 0.75, False)
    assert after["lost"] == before["lost"], "stocks change the day, not the loss"
    page = reader_client.get(reverse("company-failure", args=[zone.code, stopped.pk])).content.decode()
    table = page[page.index('id="table"') :]
    assert "<b>37.5</b>" in table
    state_stock(officer, zone, buyer, "")
    assert "<b>0</b>" in reader_client.get(reverse("company-failure", args=[zone.code, stopped.pk])).content.decode()


def test_substitutes_outside_are_named_where_they_are_known(start: Any, officer: Person, reader_client: Client) -> None:
    zone = with_suppliers(start)
    stopped = Company.objects.get(zone=zone, name="甲紧固有限公司")
    own = reverse("company-failure", args=[zone.code, stopped.pk])
    assert "远方紧固有限公司" not in reader_client.get(own).content.decode()
    far = [line(2, "远方紧固有限公司", "航空紧固件")]
    actions.import_companies(officer, zone=zone, lines=far, title="外部名单", is_outside=True)
    zone.refresh_from_db()
    page = reader_client.get(own).content.decode()
    assert "远方紧固有限公司" in page
    assert "乙紧固有限公司" in page[page.index("远方紧固有限公司") - 2000 :]


def test_a_company_of_another_zone_or_without_a_place_is_not_found(zone: Zone, start: Any, reader_client: Client) -> None:
    other = start("upriver", lines=[line(2, "上游飞机有限公司", "机身段")])
    stranger = Company.objects.get(zone=other)
    unplaced = Company.objects.get(zone=zone, name="无名制品有限公司")
    for company in (stranger, unplaced):
        assert reader_client.get(reverse("company-failure", args=[zone.code, company.pk])).status_code == 404
        assert reader_client.get(api(zone, f"/{company.pk}")).status_code == 404
    with pytest.raises(Refused, match="no-plant"):
        company_failure(zone_risk(zone, DAY), stranger.name)


def test_a_zone_without_placed_companies_says_so(start: Any, reader_client: Client) -> None:
    zone = start("empty", lines=[line(2, "无名制品有限公司", "随便什么零碎")])
    assert call(reader_client, api(zone))["items"] == []
    assert reader_client.get(reverse("resilience", args=[zone.code])).status_code == 200


@pytest.fixture
def large(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> Zone:
    """A zone that counts as too large for a page."""
    monkeypatch.setattr(risks_read, "AT_ONCE", 3)
    return zone


def test_a_large_zone_is_computed_by_the_worker_and_kept(
    large: Zone, officer: Person, officer_client: Client, reader_client: Client
) -> None:
    assert call(reader_client, api(large))["state"] == "not-computed"
    assert officer_client.post(reverse("ask-resilience", args=[large.code])).status_code == 302
    assert officer_client.post(reverse("ask-resilience", args=[large.code])).status_code == 302
    assert ResilienceRun.objects.count() == 1
    assert AuditRow.objects.filter(act="resilience.ask").count() == 1
    assert call(reader_client, api(large))["state"] == "waiting"
    assert "<progress" in reader_client.get(reverse("resilience", args=[large.code])).content.decode()
    Worker().drain()
    told = call(reader_client, api(large))
    assert told["state"] == "computed"
    at_once = risks_read._risks(resilience_facts(large, DAY)[1])
    assert [r["company"] for r in told["items"]] == [r.company for r in at_once]
    assert [r["esri"] for r in told["items"]] == pytest.approx([r.index for r in at_once])
    run = ResilienceRun.objects.get()
    assert run.done == run.total > 0


def test_changed_facts_are_told_and_computed_again_at_night(large: Zone, officer: Person, reader_client: Client) -> None:
    actions.ask_resilience(officer, zone=large, on=DAY)
    Worker().drain()
    actions.import_companies(officer, zone=large, lines=[line(2, "新来复材有限公司", "航空复合材料")], title="补")
    large.refresh_from_db()
    told = call(reader_client, api(large))
    assert told["state"] == "earlier"
    assert told["items"]
    renew_resilience()
    renew_resilience()
    Worker().drain()
    assert call(reader_client, api(large))["state"] == "computed"
    assert "新来复材有限公司" in {r["company"] for r in call(reader_client, api(large))["items"]}
    assert ResilienceRun.objects.count() == 1


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(large: Zone, officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    run = actions.ask_resilience(officer, zone=large, on=DAY)
    monkeypatch.setattr(actions.resilience, "PIECE", 2)
    plain, done = Here.run, []

    def cut(self: Here, job: str, bundle: Any, chunks: Any) -> Any:
        for k, result in plain(self, job, bundle, chunks):
            done.append(k)
            if len(done) == 3:
                raise KeyboardInterrupt
            yield k, result

    monkeypatch.setattr(Here, "run", cut)
    with pytest.raises(KeyboardInterrupt):
        compute_resilience(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == ResilienceRun.State.RUNNING
    assert run.done == 4
    before = len(done)
    compute_resilience(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == ResilienceRun.State.DONE
    networks = risks_read.networks_of(resilience_facts(large, DAY)[1]).values()
    assert len(done) - before <= sum(-(-len(one.companies) // 2) for one in networks) - 2, (
        "pieces that were done are not done again"
    )
    assert run.result == [*map(asdict, risks_read._risks(resilience_facts(large, DAY)[1]))]
    compute_resilience(run_id=run.pk)
    assert AuditRow.objects.filter(act="resilience.compute").count() == 1


def test_a_run_whose_facts_have_changed_takes_them_as_they_are(large: Zone, officer: Person) -> None:
    run = actions.ask_resilience(officer, zone=large, on=DAY)
    actions.import_companies(officer, zone=large, lines=[line(2, "新来复材有限公司", "航空复合材料")], title="补")
    compute_resilience(run_id=run.pk)
    run.refresh_from_db()
    large.refresh_from_db()
    assert run.digest == resilience_facts(Zone.objects.get(pk=large.pk), DAY)[1].digest


def fail_for_good(run: ResilienceRun) -> None:
    """Let every try of the run's task fail, as if each time had come."""
    for _try in range(6):
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
        Worker().drain()
    run.refresh_from_db()
    assert DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, args_kwargs__args=["chain.compute_resilience", run.pk]
    ).exists()


@pytest.fixture
def broken(large: Zone, officer: Person, monkeypatch: pytest.MonkeyPatch) -> ResilienceRun:
    """A run whose task has failed for good; from now on it would succeed."""
    run = actions.ask_resilience(officer, zone=large, on=DAY)
    with monkeypatch.context() as patch:
        patch.setattr(actions.resilience, "zone_risks", lambda *_a, **_b: 1 / 0)
        fail_for_good(run)
    return run


def test_a_run_that_failed_for_good_is_told_and_asked_for_again(
    broken: ResilienceRun, large: Zone, officer_client: Client, reader_client: Client
) -> None:
    assert call(reader_client, api(large))["state"] == "failed"
    page = officer_client.get(reverse("resilience", args=[large.code])).content.decode()
    assert "<progress" not in page
    assert reverse("ask-resilience", args=[large.code]) in page
    assert officer_client.post(reverse("ask-resilience", args=[large.code])).status_code == 302
    assert call(reader_client, api(large))["state"] == "waiting"
    Worker().drain()
    assert call(reader_client, api(large))["state"] == "computed"
    assert ResilienceRun.objects.count() == 1


def test_the_night_takes_up_a_run_that_failed_or_whose_task_was_dropped(
    broken: ResilienceRun, large: Zone, officer: Person
) -> None:
    renew_resilience()
    renew_resilience()
    (task,) = task_lines("waiting")
    drop(officer, task_id=task.id)
    assert zone_risk(large, DAY).state == "failed"
    renew_resilience()
    Worker().drain()
    assert zone_risk(large, DAY).state == "computed"


def test_before_the_figures_are_computed_a_failure_is_not_called_unknown(large: Zone, reader_client: Client) -> None:
    company = Company.objects.filter(zone=large, placements__isnull=False).order_by("pk")[0]
    page = reader_client.get(reverse("company-failure", args=[large.code, company.pk]))
    told = reader_client.get(api(large, f"/{company.pk}"))
    assert (page.status_code, told.status_code, told.json()["code"]) == (409, 409, "not-computed")
    unplaced = Company.objects.get(zone=large, name="无名制品有限公司")
    assert reader_client.get(api(large, f"/{unplaced.pk}")).json()["code"] == "no-plant"


def test_only_officers_have_figures_computed_and_only_of_a_large_zone(
    zone: Zone, reader: Person, officer: Person, reader_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with refused("zone-small"):
        actions.ask_resilience(officer, zone=zone, on=DAY)
    monkeypatch.setattr(risks_read, "AT_ONCE", 3)
    with refused("not-allowed"):
        actions.ask_resilience(reader, zone=zone, on=DAY)
    page = reader_client.get(reverse("resilience", args=[zone.code])).content.decode()
    assert reverse("ask-resilience", args=[zone.code]) not in page
    assert reader_client.post(api(zone)).status_code == 403
    assert not ResilienceRun.objects.exists()


def test_a_zone_whose_every_revenue_is_nothing_says_so(start: Any, reader_client: Client) -> None:
    zone = start("founded", lines=[line(2, "新设复材有限公司", "航空复合材料", revenue_fen=0)])
    company = Company.objects.get(zone=zone)
    assert call(reader_client, api(zone))["items"] == []
    page = reader_client.get(reverse("resilience", args=[zone.code])).content.decode()
    assert "CSV" not in page
    assert reader_client.get(reverse("company-failure", args=[zone.code, company.pk])).status_code == 409
