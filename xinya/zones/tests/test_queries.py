"""Which zones a person reads, and what a company's facts say on a day."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinya.kit.refusals import Refused
from xinya.zones import actions, queries
from xinya.zones.api.zones import zone_item
from xinya.zones.files import CompanyLine
from xinya.zones.models import Company, Fact, Person, Source, Zone
from xinya.zones.queries import Dossier
from xinya.zones.tests.people import someone

DAY = datetime.date(2026, 1, 15)


def fact(kind: str, **values: object) -> Fact:
    return Fact(kind=kind, observed_on=DAY, confidence=Decimal("0.75"), **values)


@pytest.fixture
def officer(db: None) -> Person:
    return someone("li", "chain_officer")


@pytest.fixture
def zone(officer: Person) -> Zone:
    return actions.start_zone(officer, code="harbour", name="港湾高新区", as_of=DAY)


def fill(officer: Person, zone: Zone, count: int) -> None:
    source = Source.objects.create(kind=Source.Kind.COMPANY_LIST, title="名单")
    lines = [CompanyLine(n + 2, f"企业{n}", None, ("锻件", "环件"), 100, True) for n in range(count)]
    actions.record_companies(officer, zone=zone, lines=lines, origin=actions.ListOrigin(source, DAY))


def test_the_state_of_a_company_is_the_last_one_that_has_begun() -> None:
    days = {"2025-03-01": "building", "2024-06-01": "planned", "2025-12-01": "producing"}
    dossier = Dossier(Company(name="甲"), {"state": [fact("state", text=t, period=d) for d, t in days.items()]})
    asked = {
        "2024-05-31": None,
        "2024-06-01": "planned",
        "2025-03-01": "building",
        "2025-11-30": "building",
        "2025-12-01": "producing",
    }
    for day, state in asked.items():
        found = dossier.state_on(datetime.date.fromisoformat(day))
        assert (found and found.text) == state


def test_what_nobody_said_is_unknown_and_not_no() -> None:
    dossier = Dossier(Company(name="甲"))
    assert (dossier.revenue_fen, dossier.is_above_scale, dossier.group, dossier.is_anchor) == (None, None, None, False)
    assert Dossier(Company(name="甲"), {"above_scale": [fact("above_scale", number=0)]}).is_above_scale is False


def test_the_revenue_shown_is_that_of_the_last_period() -> None:
    rows = [fact("revenue", number=n, period=p) for n, p in ((5, "2023"), (7, "2025"), (6, "2024"))]
    assert Dossier(Company(name="甲"), {"revenue": rows}).revenue_fen == 7


def test_somebody_who_left_reads_no_zone(zone: Zone, officer: Person) -> None:
    officer.is_active = False
    assert list(queries.zones_visible(officer)) == []
    with pytest.raises(Refused, match="no-such-zone"):
        queries.zone_visible(officer, "harbour")


@pytest.mark.parametrize("code", ["", "absent", "HARBOUR", "har\0bour", "\ud800", "港湾", "a" * 500])
def test_an_absent_zone_is_not_found_whatever_is_asked(zone: Zone, officer: Person, code: str) -> None:
    with pytest.raises(Refused) as caught:
        queries.zone_visible(officer, code)
    assert (caught.value.code, caught.value.status) == ("no-such-zone", 404)


def test_nothing_is_asked_of_the_database_for_somebody_who_reads_no_zone(zone: Zone) -> None:
    stranger = Person.objects.create_user("stranger")
    assert stranger.acting_for is None
    with CaptureQueriesContext(connection) as made, pytest.raises(Refused) as caught:
        queries.zone_visible(stranger, "harbour")
    assert (caught.value.code, len(made)) == ("no-such-zone", 0)


def test_companies_outside_do_not_count_as_companies_of_the_zone(zone: Zone, officer: Person) -> None:
    fill(officer, zone, 3)
    Company.objects.create(zone=zone, name="外", name_key="外", is_outside=True)
    assert zone_item(queries.zone_visible(officer, "harbour", counted=True))["companies"] == 3


@pytest.mark.parametrize("count", [10, 1000])
def test_all_dossiers_are_read_in_two_statements(zone: Zone, officer: Person, count: int) -> None:
    fill(officer, zone, count)
    with CaptureQueriesContext(
        connection,
    ) as made:
        dossiers = queries.all_dossiers(zone)
    assert (len(made), len(dossiers)) == (2, count)
    assert all(len(d.products) == 2 for d in dossiers)


def test_a_withdrawn_fact_is_not_shown(zone: Zone, officer: Person) -> None:
    fill(officer, zone, 1)
    Fact.objects.filter(text="环件").update(withdrawn_at="2026-01-16T00:00Z")
    assert [f.text for f in queries.all_dossiers(zone)[0].products] == ["锻件"]
