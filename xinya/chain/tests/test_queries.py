"""A zone's report: read in a constant number of statements, kept by revision, and different on different days."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinya.chain import actions, queries
from xinya.chain.engine.verdicts import Finding
from xinya.chain.models import Placement
from xinya.chain.tests.conftest import CHAIN, DAY, OTHER_CHAIN, STANDS, forget_reports, line, long_list, name_of, small_list
from xinya.kit.refusals import Refused
from xinya.zones.actions import record_state
from xinya.zones.models import Company, Person, Zone

pytestmark = [pytest.mark.django_db, STANDS]
PLANNED, BUILDING, PRODUCING = (datetime.date(2025, 1, 10), datetime.date(2025, 3, 21), datetime.date(2026, 6, 1))
BEFORE = PLANNED - datetime.timedelta(days=1)


def now(zone: Zone) -> Zone:
    return Zone.objects.get(pk=zone.pk)


@pytest.mark.parametrize("count", [10, 1000])
def test_the_rows_of_a_zone_are_read_in_six_statements(count: int, start: Callable[..., Zone]) -> None:
    zone = start("many", long_list(count))
    with CaptureQueriesContext(connection) as cold:
        rows = queries.zone_rows(zone)
    with CaptureQueriesContext(connection) as warm:
        queries.zone_rows(zone)
        queries.zone_report(zone, DAY)
    assert (len(cold), len(warm), len(rows.dossiers)) == (6, 0, count)


def test_every_write_makes_the_kept_report_a_new_one(officer: Person, zone: Zone) -> None:
    first = queries.zone_report(now(zone), DAY)
    assert queries.zone_report(now(zone), DAY) is first
    actions.import_companies(officer, zone=zone, lines=[line(2, "新来者", name_of("prepreg"))], title="x")
    assert queries.zone_report(now(zone), DAY).report.diagnosis.findings["prepreg"].makers == ("新来者",)
    assert first.report.diagnosis.findings["prepreg"].makers == ()


def test_a_zone_removed_and_started_again_shows_nothing_of_the_first(officer: Person, start: Callable[..., Zone]) -> None:
    zone = start("again")
    assert queries.zone_report(zone, DAY).report.diagnosis.verdicts
    zone.delete()
    assert queries.zone_report(start("again", []), DAY).report.companies == ()


def test_a_chain_that_the_zone_did_not_choose_is_refused(zone: Zone) -> None:
    with pytest.raises(Refused) as caught:
        queries.zone_report(zone, DAY, chains=[OTHER_CHAIN])
    assert (caught.value.code, caught.value.status) == ("unknown-chain", 404)
    assert CHAIN in caught.value.sentence("en")


# --- a maker that comes ---------------------------------------------------------------------------------------------


@pytest.fixture
def coming(officer: Person, zone: Zone) -> tuple[str, Company]:
    """The first gap of the zone, and a company whose dated states close it step by step."""
    gap = next(f.segment for f in queries.zone_report(zone, DAY).report.diagnosis.verdicts if f.kind == "missing")
    company = actions.import_companies(officer, zone=zone, lines=[line(2, "新材料有限公司", name_of(gap))], title="签约")[0]
    for day, state in ((PLANNED, "planned"), (BUILDING, "building"), (PRODUCING, "producing")):
        record_state(officer, zone=zone, company=company, state=state, on=day, grounds="批复")
    return gap, company


def seen(zone: Zone, gap: str, day: datetime.date) -> tuple[Finding, list[str], bool]:
    found = queries.zone_report(now(zone), day)
    coming = found.report.building.get(gap, ())
    return found.report.diagnosis.findings[gap], [c.state for c in coming], "新材料有限公司" in found.by_name


def test_before_it_is_planned_nobody_knows_the_company(zone: Zone, coming: tuple[str, Company]) -> None:
    finding, states, is_known = seen(zone, coming[0], BEFORE)
    assert (finding.kind, states, is_known) == ("missing", [], False)


@pytest.mark.parametrize(
    ("day", "state"),
    [(PLANNED, "planned"), (BUILDING - datetime.timedelta(days=1), "planned"), (BUILDING, "building"),
     (PRODUCING - datetime.timedelta(days=1), "building")],
)  # fmt: skip
def test_until_it_produces_the_gap_stays_and_names_who_comes(
    zone: Zone, coming: tuple[str, Company], day: datetime.date, state: str
) -> None:
    finding, states, is_known = seen(zone, coming[0], day)
    assert (finding.kind, finding.makers, states, is_known) == ("missing", (), [state], True)


def test_from_the_day_it_produces_the_gap_is_closed(zone: Zone, coming: tuple[str, Company]) -> None:
    finding, states, _is_known = seen(zone, coming[0], PRODUCING)
    assert finding.kind != "missing"
    assert (finding.makers, states) == (("新材料有限公司",), [])


def test_the_days_of_change_are_those_of_its_makers(zone: Zone, coming: tuple[str, Company]) -> None:
    found = queries.zone_report(now(zone), PRODUCING)
    assert queries.dates_of_change(found, coming[0]) == [PLANNED, BUILDING, PRODUCING]


# --- one by one -----------------------------------------------------------------------------------------------------


def test_a_company_of_another_zone_is_not_found(zone: Zone, start: Callable[..., Zone]) -> None:
    other = start("sea")
    company = other.companies.order_by("pk")[0]
    assert queries.company_rows(other, company.pk)[0] == company
    with pytest.raises(Refused) as caught:
        queries.company_rows(zone, company.pk)
    assert caught.value.status == 404


def test_what_a_person_confirmed_stands_before_the_texts_in_the_order_of_the_list(officer: Person, zone: Zone) -> None:
    texts = [name_of("wing-panel"), name_of("prepreg")]
    actions.import_companies(officer, zone=zone, lines=[line(2, "甲", *texts, segments=("ti-forging",))], title="x")
    Placement.objects.filter(text=texts[0], company__name="甲").delete()
    actions.place_companies(zone, Company.objects.filter(name="甲"))
    found = queries.zone_report(now(zone), DAY).report.placements
    assert [p.text for p in found if p.company == "甲"] == ["", *texts]


def test_the_zones_companies_as_a_list_say_what_was_brought(zone: Zone) -> None:
    forget_reports()
    lines = queries.list_lines(zone, DAY)
    assert [(x.name, x.products, bool(x.anchor), x.above_scale) for x in lines] == [
        (x.name, x.products, bool(x.anchor), x.above_scale) for x in small_list()
    ]


@pytest.mark.parametrize("asked", ["2026-1-5", "20260105", "x", " ", "2026-02-30"])
def test_a_day_that_is_none_is_refused(zone: Zone, asked: str) -> None:
    with pytest.raises(Refused, match="day-wrong"):
        queries.day_of(zone, asked)


def test_a_zone_stands_on_its_own_day_unless_another_is_asked_for(zone: Zone) -> None:
    assert queries.day_of(zone) == DAY
    assert queries.day_of(zone, "2025-03-21") == BUILDING
