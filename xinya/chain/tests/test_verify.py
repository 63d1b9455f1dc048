"""The weekly list: whose it is, its order, what one click does, and what an officer has still to decide."""

import datetime
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from xinya.chain import queries
from xinya.chain.actions.checks import check_fact, check_placement, tell_lists
from xinya.chain.models import Placement
from xinya.chain.tests.conftest import forget_reports, long_list, signed_in
from xinya.kit.models import AuditRow
from xinya.zones.actions import READS, forget_old_reads, object_fact, touch_zone
from xinya.zones.models import Assignment, Check, Company, Fact, Notice, Person, ReadCount, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db
OLD = 800


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    READS._counted.clear()


@pytest.fixture
def zone(start: Callable[..., Zone]) -> Zone:
    """The small list, observed so long ago that all of it fades, in a zone that stands on today."""
    return grown_old(start())


def grown_old(zone: Zone, days: int = OLD) -> Zone:
    Zone.objects.filter(pk=zone.pk).update(as_of=None)
    Fact.objects.filter(zone=zone).update(observed_on=timezone.localdate() - datetime.timedelta(days=days))
    touch_zone(zone)
    return Zone.objects.get(pk=zone.pk)


@pytest.fixture
def own(zone: Zone) -> Company:
    return Company.objects.filter(zone=zone, placements__isnull=False).order_by("pk").distinct()[1]


@pytest.fixture
def commissioner(zone: Zone, own: Company, officer: Person) -> Person:
    person = someone("qian", "commissioner", zone=zone)
    Assignment.objects.create(company=own, person=person, since=timezone.localdate(), assigned_by=officer)
    return person


def listed(person: Person, zone: Zone) -> queries.VerifyList:
    return queries.verify_list(person, Zone.objects.get(pk=zone.pk))


def place_of(company: Company) -> Placement:
    return company.placements.all()[0]


def address(row: Placement | Fact) -> str:
    assert row.company is not None
    return reverse("verify-fact" if isinstance(row, Fact) else "verify-placement", args=[row.company.zone.code, row.pk])


def test_a_commissioner_s_list_holds_the_own_companies_alone(zone: Zone, own: Company, commissioner: Person) -> None:
    items = listed(commissioner, zone).items
    assert {one.dossier.company.pk for one in items} == {own.pk}
    page = signed_in(commissioner).get(reverse("verify", args=[zone.code]))
    words = page.content.decode()
    assert own.name in words
    assert not any(c.name in words for c in Company.objects.filter(zone=zone).exclude(pk=own.pk))
    assert "found_wrong" in page.context
    assert page.context["found_wrong"] == []


def test_an_officer_s_list_holds_the_zone_and_what_is_alone_behind_a_gap_first(zone: Zone, officer: Person) -> None:
    items = listed(officer, zone).items
    assert len({one.dossier.company.pk for one in items}) > 1
    alone = [one.is_alone for one in items]
    assert True in alone
    assert alone == sorted(alone, reverse=True)


def test_what_is_read_comes_first(zone: Zone, own: Company, officer: Person) -> None:
    for _view in range(7):
        READS.note(own)
    assert READS.write() == 1
    first = listed(officer, zone).items[0]
    assert (first.dossier.company.pk, first.reads) == (own.pk, 7)
    assert READS.write() == 0


def test_views_of_a_company_s_page_are_counted_those_of_its_own_people_not(zone: Zone, own: Company, reader_client: Client) -> None:
    page = reverse("company", args=[zone.code, own.pk])
    reader_client.get(page)
    reader_client.get(f"/api/v1/companies/{own.pk}")
    signed_in(someone("zhao", "company_user", company=own)).get(page)
    assert READS.write() == 1
    assert [(r.company_id, r.reads) for r in ReadCount.objects.all()] == [(own.pk, 2)]
    ReadCount.objects.update(day=timezone.localdate() - datetime.timedelta(days=91))
    assert listed(someone("li2", "chain_officer"), zone).items[0].reads == 0
    assert forget_old_reads(timezone.localdate()) == 1


def test_still_true_makes_it_young_and_takes_it_off_the_list(zone: Zone, own: Company, commissioner: Person) -> None:
    client, row = signed_in(commissioner), place_of(own)
    assert client.post(address(row), {"outcome": "RIGHT"}).status_code == 302
    made = listed(commissioner, zone)
    assert (made.done, row.pk in {one.row.pk for one in made.items}) == (1, False)
    found = queries.zone_report(Zone.objects.get(pk=zone.pk), timezone.localdate())
    assert found.ages[row.segment].state == "fresh"
    check = Check.objects.get()
    assert (check.outcome, check.age, check.voice, check.by) == ("RIGHT", OLD, "commissioner", commissioner)
    audit = AuditRow.objects.get(act="check-placement")
    assert (audit.ok, audit.change["outcome"]) == (True, [None, "RIGHT"])
    row.refresh_from_db()
    assert row.state == "AUTOMATIC"


def test_cannot_tell_changes_no_age_and_is_not_asked_again_this_week(zone: Zone, own: Company, commissioner: Person) -> None:
    row = place_of(own)
    signed_in(commissioner).post(address(row), {"outcome": "UNKNOWN"})
    assert row.pk not in {one.row.pk for one in listed(commissioner, zone).items}
    assert queries.zone_report(Zone.objects.get(pk=zone.pk), timezone.localdate()).ages[row.segment].state == "fading"
    Check.objects.update(at=timezone.now() - datetime.timedelta(days=8))
    touch_zone(zone)
    assert row.pk in {one.row.pk for one in listed(commissioner, zone).items}


def test_a_commissioner_s_wrong_stands_until_an_officer_decides(
    zone: Zone, own: Company, commissioner: Person, officer: Person
) -> None:
    row = place_of(own)
    assert signed_in(commissioner).post(address(row), {"outcome": "WRONG"}).status_code == 422
    assert signed_in(commissioner).post(address(row), {"outcome": "WRONG", "reason": "去年已停产"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "AUTOMATIC"
    assert [one.row.pk for one in listed(officer, zone).found_wrong] == [row.pk]
    assert Notice.objects.filter(person=officer, kind="found-wrong").count() == 1
    check_placement(officer, zone=zone, placement_id=row.pk, outcome="WRONG", reason="核实属实")
    row.refresh_from_db()
    assert (row.state, row.reason) == ("REJECTED", "核实属实")
    assert listed(officer, zone).found_wrong == ()


def test_an_officer_s_wrong_withdraws_a_fact_and_places_anew(zone: Zone, own: Company, officer: Person) -> None:
    fact = Fact.objects.filter(company=own, kind=Fact.Kind.PRODUCT)[0]
    check_fact(officer, zone=zone, fact_id=fact.pk, outcome="WRONG", reason="产品已停产")
    fact.refresh_from_db()
    assert fact.withdrawn_at is not None
    assert not own.placements.filter(text=fact.text).exists()


def test_what_a_company_objects_to_waits_for_an_officer(zone: Zone, own: Company, officer: Person) -> None:
    Placement.objects.filter(pk=place_of(own).pk).update(state="OBJECTED", reason="我们不做这个")
    touch_zone(zone)
    page = signed_in(officer).get(reverse("verify", args=[zone.code]))
    assert "我们不做这个" in page.content.decode()


def test_a_fact_of_a_higher_class_is_on_no_list_and_cannot_be_checked(zone: Zone, own: Company, officer: Person) -> None:
    fact = Fact.objects.filter(company=own, kind=Fact.Kind.PRODUCT)[0]
    Fact.objects.filter(pk=fact.pk).update(secrecy="RESTRICTED")
    touch_zone(zone)
    assert fact.text not in {one.row.text for one in listed(officer, zone).items}
    with refused("nothing-to-verify"):
        check_fact(officer, zone=zone, fact_id=fact.pk, outcome="RIGHT")


@pytest.mark.parametrize(("outcome", "reason", "code"), [("MAYBE", "", "unknown-outcome"), ("WRONG", " ", "reason-missing")])
def test_what_cannot_be_kept_is_refused(zone: Zone, own: Company, officer: Person, outcome: str, reason: str, code: str) -> None:
    with refused(code):
        check_placement(officer, zone=zone, placement_id=place_of(own).pk, outcome=outcome, reason=reason)
    assert not Check.objects.exists()


def test_others_find_no_list_and_no_row(zone: Zone, own: Company, reader: Person, commissioner: Person) -> None:
    member = someone("zhao", "company_user", company=own)
    for person in (reader, member):
        assert signed_in(person).get(reverse("verify", args=[zone.code])).status_code == 404
        assert signed_in(person).post(address(place_of(own)), {"outcome": "RIGHT"}).status_code == 404
    other = place_of(Company.objects.filter(zone=zone, placements__isnull=False).exclude(pk=own.pk).distinct()[0])
    assert signed_in(commissioner).post(address(other), {"outcome": "RIGHT"}).status_code == 404
    with refused("not-counted"):
        Placement.objects.filter(pk=place_of(own).pk).update(state="REJECTED")
        check_placement(commissioner, zone=zone, placement_id=place_of(own).pk, outcome="RIGHT")
    assert not Check.objects.exists()


def test_thirty_a_week_and_a_constant_number_of_statements(start: Callable[..., Zone], zone: Zone, officer_client: Client) -> None:
    large = grown_old(start("long", long_list()))
    counted = []
    for each in (zone, large):
        forget_reports()
        with CaptureQueriesContext(connection) as made:
            page = officer_client.get(reverse("verify", args=[each.code]))
        counted.append(len(made))
    assert len(page.context["rows"]) == 30
    assert counted[0] == counted[1] <= 12


def test_a_program_reads_the_list_and_says_what_it_found(zone: Zone, own: Company, officer_client: Client) -> None:
    list_address = f"/api/v1/zones/{zone.code}/verify-list"
    rows = officer_client.get(list_address).json()["items"]
    assert rows
    assert all(row["score"] == 0 and 0.25 <= row["weight"] < 0.5 for row in rows if row["kind"] == "placement")
    row = next(r for r in rows if r["kind"] == "placement")
    said = officer_client.post(f"{list_address}/placements/{row['id']}", {"outcome": "RIGHT"}, content_type="application/json")
    assert said.json()["outcome"] == "RIGHT"
    assert row["id"] not in {r["id"] for r in officer_client.get(list_address).json()["items"]}


def test_the_shell_prints_the_same_list(zone: Zone, officer: Person, capsys: pytest.CaptureFixture[str]) -> None:
    from xinya.cli.verify_list import printed_list

    printed_list(zone.code, officer.username, as_json=True, language="zh")
    rows = json.loads(capsys.readouterr().out)["items"]
    assert [row["id"] for row in rows] == [one.row.pk for one in listed(officer, zone).items]
    printed_list(zone.code, officer.username, as_json=False, language="zh")
    assert len(capsys.readouterr().out.splitlines()) == len(rows) + 1


def test_a_withdrawn_fact_counts_as_found_wrong_for_the_refit(zone: Zone, own: Company, officer: Person) -> None:
    from xinya.zones.actions import answer_objection

    member = someone("zhao", "company_user", company=own)
    fact = Fact.objects.filter(company=own, kind=Fact.Kind.PRODUCT)[0]
    review = object_fact(member, company=own, fact_id=fact.pk, reason="不对")
    answer_objection(officer, review_id=review.pk, outcome="WITHDRAW", answer="已核实")
    assert [(b.checked, b.right) for b in queries.rechecked(zone)["product"]] == [(1, 0)]


@pytest.mark.parametrize("weekday", range(7))
def test_whoever_has_a_list_is_told_once_a_week_on_whatever_day_a_worker_first_runs(
    zone: Zone, officer: Person, commissioner: Person, monkeypatch: pytest.MonkeyPatch, weekday: int
) -> None:
    monday = timezone.localdate() + datetime.timedelta(days=7 - timezone.localdate().weekday())
    today = [monday + datetime.timedelta(days=weekday)]
    monkeypatch.setattr(timezone, "localdate", lambda *_given: today[0])
    assert tell_lists() == 2
    today[0] = monday + datetime.timedelta(days=6)
    assert tell_lists() == 0
    assert {n.person for n in Notice.objects.filter(kind="to-verify")} == {officer, commissioner}
    today[0] = monday + datetime.timedelta(days=8)
    assert tell_lists() == 2


def test_a_reader_of_the_zone_says_nothing_of_facts_even_past_the_page(zone: Zone, own: Company, reader: Person) -> None:
    fact = Fact.objects.filter(company=own).order_by("pk")[0]
    with refused("not-allowed"):
        check_fact(reader, zone=zone, fact_id=fact.pk, outcome="RIGHT")
    with refused("not-allowed"):
        check_placement(reader, zone=zone, placement_id=place_of(own).pk, outcome="RIGHT")
    assert not Check.objects.exists()
