"""What was made up for the demonstration goes where a list says something of the same, and comes back with the undo."""

from typing import Any

import pytest

from xinya.zones.actions import undo_import
from xinya.zones.models import Company, Fact, Person, Source, Zone
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.imports import company as row_of
from xinya.zones.tests.people import someone
from xinya.zones.tests.uploads import DAY, committed, few, mapped

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


@pytest.fixture
def demo(zone: Zone) -> Company:
    name = str(row_of(1)[0])
    made_up = Company.objects.create(zone=zone, name=name, name_key=name, uscc=code_of(1))
    source = Source.objects.create(kind="invented", title="演示")
    facts: list[dict[str, Any]] = [
        {"kind": "revenue", "period": "2024", "number": 5}, {"kind": "product", "text": "齿轮"},
        {"kind": "product", "text": "编出来的"}, {"kind": "status", "text": "在营"},
    ]  # fmt: skip
    for columns in facts:
        Fact.objects.create(zone=zone, company=made_up, source=source, observed_on=DAY, confidence="0.30", **columns)
    return made_up


def said_of(company: Company) -> set[tuple[str, Any, str]]:
    facts = company.facts.filter(withdrawn_at=None).select_related("source")
    return {(fact.kind, fact.text or fact.number, fact.source.kind) for fact in facts}


def test_a_list_takes_the_place_of_what_was_invented_even_where_it_says_the_same(
    zone: Zone, officer: Person, demo: Company
) -> None:
    before = said_of(demo)
    batch = committed(officer, zone, "a.tsv", few(1, revenue=700))
    assert said_of(demo) == {
        ("revenue", 700_000_000, "list"), ("product", "齿轮", "list"), ("founded", "2015-03-04", "list"),
        ("status", "在营", "invented"),
    }  # fmt: skip
    assert mapped(officer, zone, "b.tsv", few(1, revenue=700) + b"\n").counts["same"] == 1
    undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert said_of(demo) == before


def test_a_figure_that_was_invented_makes_no_unit_of_a_list_suspect(zone: Zone, officer: Person, demo: Company) -> None:
    for number in (2, 3, 4):
        name = str(row_of(number)[0])
        other = Company.objects.create(zone=zone, name=name, name_key=name, uscc=code_of(number))
        source = Source.objects.get(kind="invented")
        Fact.objects.create(
            zone=zone, company=other, kind="revenue", period="2024", number=5, source=source, observed_on=DAY, confidence="0.30"
        )
    assert mapped(officer, zone, "a.tsv", few(1, 2, 3, 4)).counts["waiting"] == 0


def test_what_another_source_says_stays_beside_a_list(zone: Zone, officer: Person, demo: Company) -> None:
    audit = Source.objects.create(kind="audit", title="审计报告")
    Fact.objects.create(
        zone=zone, company=demo, kind="revenue", period="2024", number=77, source=audit, observed_on=DAY, confidence="0.98"
    )
    committed(officer, zone, "a.tsv", few(1, revenue=700))
    assert {one for one in said_of(demo) if one[0] == "revenue"} == {("revenue", 77, "audit"), ("revenue", 700_000_000, "list")}
