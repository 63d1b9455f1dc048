"""Indicators in the database: the golden workbook, what was known on a day, revisions, breaks, undo."""

import io
import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from xinya.zones.actions import NewList, bring_list, commit_import, undo_import
from xinya.zones.actions.import_indicators import exact
from xinya.zones.engine.imports.indicators import NOT_RESTATED
from xinya.zones.models import ImportBatch, IndicatorDef, IndicatorValue, Person, Zone
from xinya.zones.queries.indicators import figure_as_known, months_as_known, series_as_known
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "data" / "golden" / "import"


@pytest.fixture
def truth(folder: Path) -> Any:
    return json.loads((folder / "indicators_2024_truth.json").read_text("utf-8"))


@pytest.fixture
def batch(zone: Zone, officer: Person, folder: Path) -> ImportBatch:
    content = (folder / "indicators_2024.xlsx").read_bytes()
    found = bring_list(officer, zone=zone, file=NewList("indicators_2024.xlsx", content, kind="indicators"))
    return commit_import(officer, batch_id=found.pk, key=found.key)


def test_all_values_stand_in_the_database_exactly(batch: ImportBatch, truth: Any) -> None:
    held = {(v.definition.code, v.period, v.revision): v for v in IndicatorValue.objects.select_related("definition")}
    assert len(held) == len(truth["values"]) == 244
    for row in truth["values"]:
        mine = held[row["code"], row["period"], row["revision"]]
        assert mine.known_from.isoformat() == row["known_from"]
        assert (Fraction(mine.value), mine.canonical_unit) == (Fraction(row["value"]), row["canonical_unit"])
        assert mine.backdated
    assert IndicatorDef.objects.count() == len(truth["definitions"])


def test_fifty_questions_are_answered_as_they_were_known(zone: Zone, batch: ImportBatch, truth: Any) -> None:
    questions = truth["as_known_at"]
    assert len(questions) == 50
    for one in questions:
        mine = figure_as_known(zone, one["code"], one["period"], date.fromisoformat(one["as_known_on"]))
        told = (None, None, None) if mine is None else (Fraction(mine.stated), mine.revision, Fraction(mine.value))
        stated = None if one["stated"] is None else Fraction(one["stated"])
        assert told == (stated, one["revision"], None if one["value"] is None else Fraction(one["value"])), one


def test_nothing_is_known_before_the_first_issue_and_today_is_the_current_view(zone: Zone, batch: ImportBatch) -> None:
    assert all(not one.figures for one in series_as_known(zone, date(2023, 12, 31)))
    today = {(s.definition.code, p): v.pk for s in series_as_known(zone, date(2099, 1, 1)) for p, v in s.figures.items()}
    rows = IndicatorValue.objects.filter(withdrawn_at=None).order_by("revision", "known_from", "pk")
    assert today == {(v.definition.code, v.period): v.pk for v in rows.select_related("definition")}


def test_the_month_after_a_revision_says_that_it_was_not_restated(zone: Zone, batch: ImportBatch) -> None:
    months = months_as_known(zone, date(2025, 12, 31), [f"2024-{n:02d}" for n in range(1, 13)])
    warned = {month for (_code, month), value in months.items() if NOT_RESTATED in value.warnings}
    assert warned == {"2024-07"}


def test_the_same_workbook_again_is_all_the_same(zone: Zone, officer: Person, batch: ImportBatch, folder: Path) -> None:
    content = (folder / "indicators_2024.xlsx").read_bytes()
    again = bring_list(officer, zone=zone, file=NewList("b.xlsx", content, reason="核对", kind="indicators"))
    assert (again.counts["same"], again.counts["created"]) == (244, 0)
    commit_import(officer, batch_id=again.pk, key=again.key)
    assert IndicatorValue.objects.count() == 244


def test_a_list_that_is_in_already_is_not_committed_once_more(zone: Zone, officer: Person, batch: ImportBatch) -> None:
    other = someone("second", "chain_officer", zone=zone, password=None)
    before = (batch.committed_by_id, batch.committed_at, batch.parts)
    with refused("nothing-to-commit"):
        commit_import(other, batch_id=batch.pk, key=batch.key)
    batch.refresh_from_db()
    assert (batch.committed_by_id, batch.committed_at, batch.parts) == before


def sheet(unit: str, version: int, figure: float) -> bytes:
    """A workbook with one indicator in one month, and its definition."""
    made = Workbook()
    months = made.create_sheet("月报", 0)
    months.append(["代码", "指标", "单位", "2024年1月"])
    months.append(["A01", "工业总产值(累计)", unit, figure])
    defined = made.create_sheet("指标定义")
    defined.append(["代码", "指标", "单位", "口径", "版本", "启用年月", "停用年月"])
    defined.append(["A01", "工业总产值(累计)", unit, "规上", version, f"20{20 + version}-01", ""])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_new_unit_comes_with_a_new_version_and_not_without(zone: Zone, officer: Person) -> None:
    def brought(name: str, content: bytes) -> ImportBatch:
        return bring_list(officer, zone=zone, file=NewList(name, content, kind="indicators"))

    first = brought("a.xlsx", sheet("亿元", 1, 10.0))
    commit_import(officer, batch_id=first.pk, key=first.key)
    same_version = brought("b.xlsx", sheet("万元", 1, 100_000.0))
    with refused("unit-changed"):
        commit_import(officer, batch_id=same_version.pk, key=same_version.key)
    next_version = brought("c.xlsx", sheet("万元", 2, 100_000.0))
    commit_import(officer, batch_id=next_version.pk, key=next_version.key)
    assert list(IndicatorDef.objects.values_list("version", "unit").order_by("version")) == [(1, "亿元"), (2, "万元")]
    assert {v.value for v in IndicatorValue.objects.all()} == {"100000000000"}


def test_an_undo_withdraws_the_values_and_the_workbook_can_come_again(
    zone: Zone, officer: Person, batch: ImportBatch, folder: Path
) -> None:
    undo_import(officer, batch_id=batch.pk, reason="年份有误")
    assert not IndicatorValue.objects.filter(withdrawn_at=None).exists()
    assert figure_as_known(zone, IndicatorDef.objects.all()[0].code, "2024-06", date(2030, 1, 1)) is None
    content = (folder / "indicators_2024.xlsx").read_bytes()
    again = bring_list(officer, zone=zone, file=NewList("b.xlsx", content, kind="indicators"))
    assert again.counts["created"] == 244


def test_a_company_list_is_no_workbook_of_indicators(zone: Zone, officer: Person, folder: Path) -> None:
    content = (folder / "companies_clean.xlsx").read_bytes()
    found = bring_list(officer, zone=zone, file=NewList("a.xlsx", content, kind="indicators"))
    assert (found.state, found.reason_code) == ("refused", "NO_TABLE")
    with refused("wrong-state"):
        commit_import(officer, batch_id=found.pk, key="x")


def test_the_page_shows_what_was_known_and_needs_twelve_statements_at_most(zone: Zone, officer: Person, batch: ImportBatch) -> None:
    client = Client()
    client.force_login(officer)
    then = client.get("/en/zones/harbour/indicators/?known_on=2024-08-01").content.decode()
    now = client.get("/en/zones/harbour/indicators/?known_on=2025-12-31").content.decode()
    assert "2024-12" in now
    assert "2024-12" not in then
    assert "not restated" in now
    with CaptureQueriesContext(connection) as caught:
        client.get("/en/zones/harbour/indicators/")
    assert len(caught) <= 12
    items = client.get("/api/v1/zones/harbour/indicators?known_on=2024-08-01&limit=200").json()["items"]
    assert {one["period"] for one in items} <= {f"2024-{n:02d}" for n in range(1, 8)} | {"2024-01..2024-02"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"), (Fraction(51, 1000), "0.051"), (Fraction(-5, 4), "-1.25"), (Fraction(100), "100"),
        (Fraction(1, 3), "1/3"), (Fraction(69700000000), "69700000000"), (Fraction(1, 1024), "0.0009765625"),
    ],
)  # fmt: skip
def test_a_value_is_kept_exactly(value: Fraction, text: str) -> None:
    assert exact(value) == text
    assert Fraction(exact(value)) == value
