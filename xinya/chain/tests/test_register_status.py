"""A company that the register knows as ended makes, buys and leads nothing any more: on pages, in the API, in files, everywhere."""

import datetime
import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client

from xinya.chain import actions, queries
from xinya.chain.actions import NewLink
from xinya.chain.queries.exchange import drawn_document, side_of
from xinya.chain.queries.inputs import outside_suppliers, supply_links, zone_sourcing
from xinya.chain.queries.resilience import zone_risk
from xinya.cli.main import main
from xinya.zones import actions as zone_actions
from xinya.zones.files import CompanyLine, write_csv
from xinya.zones.models import Company, Fact, Person, Secrecy, Source, Zone
from xinya.zones.tests.people import refused

from .conftest import CHAIN, DAY, forget_reports, line, name_of, small_list
from .test_purchases import lines as purchases

GAP = "composite-part"
MAKER = "丁地复材有限公司"
LATER = DAY + datetime.timedelta(days=90)


def with_maker(standing: str | None = None, **more: object) -> list[CompanyLine]:
    return [*small_list(), line(90, MAKER, name_of(GAP), above_scale=True, standing=standing, **more)]


def bring(officer: Person, zone: Zone, *rows: CompanyLine, on: datetime.date = DAY, kind: str = Source.Kind.COMPANY_LIST) -> None:
    source = Source.objects.create(kind=kind, title=f"{kind} {on}")
    actions.record_list(officer, zone=zone, lines=rows, origin=zone_actions.ListOrigin(source, on))
    zone.refresh_from_db()


def kind_of(zone: Zone, on: datetime.date = DAY) -> str:
    return queries.zone_report(zone, on).report.diagnosis.findings[GAP].kind


def maker_of(zone: Zone) -> Company:
    return Company.objects.get(zone=zone, name=MAKER)


def test_a_deregistered_company_is_no_maker_and_its_facts_stay(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker())
    assert kind_of(zone) == "thin"
    facts = Fact.objects.filter(company=maker_of(zone)).count()
    bring(officer, zone, line(2, MAKER, standing="注销"))
    assert kind_of(zone) == "missing"
    found = queries.zone_report(zone, DAY)
    assert [c.name for c in found.report.gone] == [MAKER]
    assert MAKER not in {d.company.name for d in found.counted}
    assert MAKER in {d.company.name for d in found.dossiers}
    assert Fact.objects.filter(company=maker_of(zone), withdrawn_at=None).count() == facts + 1


def test_a_list_that_says_it_does_business_again_brings_it_back(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker("注销"))
    assert kind_of(zone) == "missing"
    bring(officer, zone, line(2, MAKER, standing="存续"), on=LATER)
    assert kind_of(zone) == "thin"


def test_on_an_earlier_day_it_counts_until_it_was_known_to_have_ended(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker())
    bring(officer, zone, line(2, MAKER, standing="吊销，未注销"), on=DAY)
    assert (kind_of(zone, DAY - datetime.timedelta(days=1)), kind_of(zone), kind_of(zone, LATER)) == ("thin", "missing", "missing")


@pytest.mark.parametrize(("standing", "kind"), [("歇业", "thin"), ("停业", "thin"), ("迁出中", "thin"), ("已迁出", "missing")])
def test_uncertain_standings_count_on_and_are_shown(
    start: Callable[..., Zone], reader_client: Client, standing: str, kind: str
) -> None:
    zone = start(lines=with_maker(standing))
    assert kind_of(zone) == kind
    page = reader_client.get(f"/en/zones/{zone.code}/companies/{maker_of(zone).pk}/")
    said = "It no longer counts as a maker" if kind == "missing" else "It counts on; somebody should look"
    assert said in page.content.decode()


def test_the_company_page_and_the_lists_show_the_standing_with_day_and_source(
    start: Callable[..., Zone], reader_client: Client
) -> None:
    zone = start(lines=with_maker("注销", anchor=True))
    company = reader_client.get(f"/en/zones/{zone.code}/companies/{maker_of(zone).pk}/").content.decode()
    assert 'id="standing"' in company
    assert "It no longer counts as a maker, a buyer or an anchor" in company
    assert "anchor company" not in company.split("</h1>")[1].split("</dl>")[0]
    listed = reader_client.get(f"/en/zones/{zone.code}/companies/?q=丁地").content.decode()
    assert "no longer counted" in listed
    assert "2026-01-15" in listed
    assert "1 company ended or moved away" in listed
    segment = reader_client.get(f"/en/zones/{zone.code}/segments/{GAP}/").content.decode()
    assert "No longer counted" in segment
    assert MAKER in segment
    home = reader_client.get(f"/en/zones/{zone.code}/").content.decode()
    assert f"{len(small_list())}</a>" in home
    assert "1 more no longer counts" in home


def test_the_interface_says_who_no_longer_counts(start: Callable[..., Zone], reader_client: Client) -> None:
    zone = start(lines=with_maker("注销"))
    diagnosis = reader_client.get(f"/api/v1/zones/{zone.code}/diagnosis").json()
    assert diagnosis["gone"] == [{"company": MAKER, "standing": "注销"}]
    assert MAKER not in {p["company"] for p in diagnosis["placements"]}
    one = reader_client.get(f"/api/v1/zones/{zone.code}/companies/{maker_of(zone).pk}").json()
    assert (one["standing"], one["counted"]) == ("注销", False)
    other = Company.objects.filter(zone=zone).exclude(name=MAKER)[0]
    two = reader_client.get(f"/api/v1/zones/{zone.code}/companies/{other.pk}").json()
    assert (two["standing"], two["counted"]) == ("", True)


def test_a_file_is_diagnosed_by_the_same_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, without = tmp_path / "有.csv", tmp_path / "无.csv"
    file.write_bytes(write_csv(with_maker("注销")))
    without.write_bytes(write_csv(small_list()))
    said = []
    for path in (file, without):
        assert main(["chain", "diagnose", str(path), "--chain", CHAIN, "--json"]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert said[0]["verdicts"] == said[1]["verdicts"]
    assert said[0]["gone"] == [{"company": MAKER, "standing": "注销"}]
    assert said[1]["gone"] == []
    main(["chain", "diagnose", str(file), "--chain", CHAIN, "--language", "en"])
    assert f"Not counted, for the register says they ended or moved away (1): {MAKER} (注销)" in capsys.readouterr().out
    assert main(["chain", "what-if", str(file), "--chain", CHAIN, "--leave", MAKER]) == 2
    assert "company-gone" in capsys.readouterr().err
    main(["chain", "diagnose", str(file), "--chain", CHAIN, "--html"])
    assert MAKER in capsys.readouterr().out


def test_an_officer_cannot_name_it_as_the_maker_and_it_cannot_leave(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker("注销"))
    with refused("company-gone"):
        actions.answer_gap(officer, zone=zone, segment=GAP, kind="we-have-one", reason="电话核实", company=MAKER)
    with refused("company-gone"):
        queries.what_if(zone, DAY, {"a": [f"leave.{maker_of(zone).pk}"]})


def test_a_struck_off_maker_outside_is_no_source_but_stays_a_candidate_with_that_against_it(zone: Zone, officer: Person) -> None:
    rows = [line(2, "外地复材有限公司", name_of(GAP), standing="吊销")]
    actions.import_companies(officer, zone=zone, lines=rows, title="区外", is_outside=True)
    zone.refresh_from_db()
    found = queries.zone_report(zone, DAY)
    assert found.report.diagnosis.findings[GAP].kind == "missing"
    candidate = queries.segment_candidates(found, GAP)[0].candidate
    assert "abnormal-standing" in {r.code for r in candidate.con}
    outside = Company.objects.get(zone=zone, is_outside=True)
    with refused("company-gone"):
        queries.what_if(zone, DAY, {"a": [f"come.{outside.pk}"]})
    assert queries.what_if(zone, DAY, {}).outside == ()


def test_purchases_and_links_of_a_deregistered_company_enter_no_figure(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker())
    maker, buyer = maker_of(zone), Company.objects.filter(zone=zone)[0]
    for company, share in ((buyer, "40%"), (maker, "100%")):
        rows = purchases((name_of("prepreg"), share, "100"), zone=zone)
        actions.state_inputs(officer, company=company, period="2025", lines=rows)
    actions.state_link(
        officer, company=maker, wanted=NewLink(is_supplier=True, other=buyer.name, text="蒙皮", period="2025", segment=GAP)
    )
    actions.state_link(
        officer, company=maker, wanted=NewLink(is_supplier=False, other="外地纤维有限公司", text="预浸料", period="2025")
    )
    assert len(zone_sourcing(zone).statements) == 2
    assert len(supply_links(zone)) == 1
    assert set(outside_suppliers(zone)) == {MAKER, "外地纤维有限公司"}
    bring(officer, zone, line(2, MAKER, standing="注销"))
    after = zone_sourcing(zone)
    assert [s.company for s in after.statements] == [buyer]
    assert (after.whole.first.low, after.whole.first.high) == (Fraction(2, 5), Fraction(2, 5))
    assert supply_links(zone) == []
    assert outside_suppliers(zone) == {}
    assert MAKER not in {r.company for r in zone_risk(zone, DAY).risks or ()}


def test_open_data_and_comparison_count_it_not(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker("注销"))
    Fact.objects.filter(company=maker_of(zone)).update(secrecy=Secrecy.PUBLIC)
    found = queries.zone_report(zone, DAY)
    side = side_of(found, CHAIN)
    assert side is not None
    assert side.makers[GAP] == 0
    drawn = drawn_document(found)
    assert MAKER not in json.dumps(drawn.document, ensure_ascii=False)
    assert str(maker_of(zone).pk) not in re.findall(r"\d+", json.dumps(drawn.kept))


def test_the_better_source_says_whether_it_ended(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker())
    bring(officer, zone, line(2, MAKER, standing="存续"), kind=Source.Kind.REGISTER)
    bring(officer, zone, line(2, MAKER, standing="注销"), on=LATER, kind=Source.Kind.NEWS)
    assert kind_of(zone) == "thin", "the register counts, whatever the news say later"
    dossier = queries.zone_report(zone, DAY).by_name[MAKER]
    assert [fact.kind for fact, _held in dossier.conflicts] == [Fact.Kind.STATUS]


def test_an_officer_s_choice_between_two_standings_settles_it(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker())
    bring(officer, zone, line(2, MAKER, standing="存续"), kind=Source.Kind.REGISTER)
    bring(officer, zone, line(2, MAKER, standing="注销"), kind=Source.Kind.VENDOR)
    chosen = Fact.objects.get(company=maker_of(zone), kind=Fact.Kind.STATUS, text="注销")
    zone_actions.settle_conflict(officer, company=maker_of(zone), fact_id=chosen.pk, reason="已到登记机关核实")
    zone.refresh_from_db()
    assert kind_of(zone) == "missing"
    assert queries.zone_report(zone, DAY).by_name[MAKER].conflicts == []


def test_a_status_that_only_the_company_reads_changes_no_verdict(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker("注销"))
    Fact.objects.filter(company=maker_of(zone), kind=Fact.Kind.STATUS).update(secrecy=Secrecy.COMPANY)
    zone_actions.touch_zone(zone)
    forget_reports()
    assert kind_of(zone) == "thin"


def test_the_list_taken_away_brings_the_same_verdicts(start: Callable[..., Zone], officer: Person) -> None:
    zone = start(lines=with_maker("注销"))
    again = start("other", lines=queries.list_lines(zone, DAY))
    assert kind_of(again) == kind_of(zone) == "missing"
