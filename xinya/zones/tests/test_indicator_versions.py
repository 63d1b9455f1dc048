"""Workbooks of indicators that say a thing twice, end a version, change a unit or hold what no column keeps."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from xinya.zones.actions import Decision, NewList, answer_import, bring_list, commit_import, undo_import
from xinya.zones.engine.imports.indicators import BREAK, Definition, closed_by_later, holding, overlapping
from xinya.zones.models import ImportBatch, IndicatorDef, IndicatorValue, Person, Zone
from xinya.zones.queries.indicators import months_as_known
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db
HEAD = ["代码", "指标", "单位", "2024年1月", "2024年2月"]
HEAD_25 = ["代码", "指标", "单位", "2025年1月", "2025年2月"]
NAME = "产值(累计)"
TODAY = date(2027, 1, 1)


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def book(*rows: Sequence[object], defined: Sequence[Sequence[object]] = (), percent: Sequence[str] = ()) -> bytes:
    made = Workbook()
    months = made.create_sheet("月报", 0)
    for row in rows:
        months.append(list(row))
    for place in percent:
        months[place].number_format = "0.0%"
    if defined:
        sheet = made.create_sheet("指标定义")
        sheet.append(["代码", "指标", "单位", "口径", "版本", "启用年月", "停用年月"])
        for row in defined:
            sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def brought(officer: Person, zone: Zone, content: bytes, name: str = "i.xlsx", reason: str = "") -> ImportBatch:
    return bring_list(officer, zone=zone, file=NewList(name, content, reason, kind="indicators"))


def committed(officer: Person, zone: Zone, content: bytes, name: str = "i.xlsx") -> ImportBatch:
    batch = brought(officer, zone, content, name)
    return commit_import(officer, batch_id=batch.pk, key=batch.key)


def told(batch: ImportBatch) -> list[str]:
    return [one.code for one in batch.findings.all()]


def test_per_cent_cells_are_read_by_the_version_of_their_month(zone: Zone, officer: Person) -> None:
    defined = [["A1", "研发强度", "亿元", "规上", 1, "2020-01", "2023-12"], ["A1", "研发强度", "%", "规上", 2, "2024-01", ""]]
    committed(officer, zone, book(HEAD, ["A1", "研发强度", "%", 0.05, 0.06], defined=defined, percent=("D2", "E2")))
    held = IndicatorValue.objects.order_by("period").values_list("definition__version", "stated", "value")
    assert list(held) == [(2, "5", "0.05"), (2, "6", "0.06")]


def versions() -> list[tuple[int, str, str, str]]:
    return list(IndicatorDef.objects.order_by("version").values_list("version", "unit", "valid_from", "valid_to"))


V1, V1_ENDED = ["A1", NAME, "亿元", "规上", 1, "2020-01", ""], ["A1", NAME, "亿元", "规上", 1, "2020-01", "2024-12"]
V2 = ["A1", NAME, "万元", "规上", 2, "2025-01", ""]


@pytest.mark.parametrize("defined", [[V1_ENDED, V2], [V2], [V1, V2]])
def test_a_version_that_a_later_workbook_ends_is_closed_and_each_figure_keeps_its_unit(
    zone: Zone, officer: Person, client: Client, defined: Sequence[Sequence[object]]
) -> None:
    committed(officer, zone, book(HEAD, ["A1", NAME, "亿元", 10, 20], defined=[V1]))
    batch = committed(officer, zone, book(HEAD_25, ["A1", NAME, "万元", 100, 300], defined=defined), "j.xlsx")
    assert versions() == [(1, "亿元", "2020-01", "2024-12"), (2, "万元", "2025-01", "")]
    months = months_as_known(zone, TODAY, ["2024-02", "2025-01", "2025-02"])
    assert {month: one.stated for (_code, month), one in months.items()} == {
        "2024-02": Fraction(10), "2025-01": Fraction(100), "2025-02": Fraction(200),
    }  # fmt: skip
    client.force_login(officer)
    page = client.get("/en/zones/harbour/indicators/").content.decode()
    assert '10 <small lang="zh-Hans">亿元</small>' in page
    assert '300 <small lang="zh-Hans">' not in page, "the unit of the row"
    undo_import(officer, batch_id=batch.pk, reason="年份有误")
    assert versions()[0] == (1, "亿元", "2020-01", ""), "as before the list"


def test_a_month_across_two_versions_says_that_the_series_breaks(zone: Zone, officer: Person) -> None:
    committed(officer, zone, book(HEAD, ["A1", NAME, "亿元", 10, 20], defined=[V1]))
    wider = ["A1", NAME, "亿元", "全部", 2, "2024-02", ""]
    committed(officer, zone, book(["代码", "指标", "单位", "2024年2月修订"], ["A1", NAME, "亿元", 25], defined=[wider]), "j.xlsx")
    assert BREAK in months_as_known(zone, TODAY, ["2024-02"])["A1", "2024-02"].warnings


def test_versions_that_would_hold_in_the_same_month_are_refused(zone: Zone, officer: Person) -> None:
    committed(officer, zone, book(HEAD, ["A1", NAME, "亿元", 10, 20], defined=[V1]))
    before = versions()
    same = ["A1", NAME, "万元", "规上", 2, "2020-01", ""]
    batch = brought(officer, zone, book(HEAD_25, ["A1", NAME, "万元", 100, 300], defined=[same]), "j.xlsx")
    assert "VALUE_UNREAD" in told(batch)
    with refused("versions-overlap"):
        commit_import(officer, batch_id=batch.pk, key=batch.key)
    assert versions() == before


def test_a_figure_is_not_kept_by_a_version_that_ended_before_its_month(zone: Zone, officer: Person) -> None:
    """A workbook without definitions states version 1, which the register has ended."""
    first = book(HEAD, ["A1", NAME, "亿元", 10, 20], defined=[["A1", NAME, "亿元", "规上", 1, "2020-01", "2024-12"]])
    committed(officer, zone, first)
    batch = brought(officer, zone, book(HEAD_25, ["A1", NAME, "亿元", 100, 300]), "j.xlsx")
    assert sorted(waiting(batch)) == ["100", "300"]
    again = brought(officer, zone, book(HEAD, ["A1", NAME, "亿元", 10, 20]), "k.xlsx")
    assert again.counts["same"] == 2
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("leave_out", reason="VALUE_UNREAD")])
    assert (batch.counts["waiting"], batch.counts["left_out"]) == (0, 2)


def test_no_month_has_two_versions_once_each_ends_where_a_later_begins() -> None:
    starts = ["2020-01", "2022-07", "2025-01"]
    held = closed_by_later([Definition("A", "a", "元", "cum", n, valid_from=start) for n, start in enumerate(starts, 1)])
    assert overlapping(held) is None
    assert [one.valid_to for one in held] == ["2022-06", "2024-12", None]
    in_force = [holding(held, month) for month in ("2019-12", "2022-06", "2022-07", "2030-01")]
    assert [one.version if one else 0 for one in in_force] == [0, 1, 2, 3]


TWICE = book(HEAD, ["A1", NAME, "亿元", 10, 20], ["A1", NAME, "亿元", 11, 20])


def waiting(batch: ImportBatch) -> dict[str, int]:
    return {row.values["stated"]: row.row for row in batch.rows.filter(outcome="waiting")}


def test_of_two_figures_of_one_place_neither_counts_until_somebody_says_which(zone: Zone, officer: Person, client: Client) -> None:
    batch = brought(officer, zone, TWICE)
    assert (batch.counts["created"], batch.counts["waiting"]) == (1, 2)
    client.force_login(officer)
    page = client.get(f"/en/zones/harbour/imports/{batch.pk}/?step=decisions").content.decode()
    assert "This one is 10." in page
    assert "Give the field" not in page
    rows = waiting(batch)
    reply = client.post(f"/en/zones/harbour/imports/{batch.pk}/decide/", {"decision": f"leave_out:{rows['10']}"})
    assert reply.status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.counts["created"], batch.counts["waiting"], batch.counts["left_out"]) == ("previewed", 2, 0, 1)
    assert "Decide anew" in client.get(f"/en/zones/harbour/imports/{batch.pk}/?step=decisions").content.decode()
    commit_import(officer, batch_id=batch.pk, key=batch.key)
    assert set(IndicatorValue.objects.values_list("period", "stated")) == {("2024-01", "11"), ("2024-02", "20")}


def test_what_is_not_answered_stays_out_of_the_register(zone: Zone, officer: Person) -> None:
    committed(officer, zone, TWICE)
    assert list(IndicatorValue.objects.values_list("period", "stated")) == [("2024-02", "20")]


def test_a_workbook_with_nothing_but_doubt_waits_and_is_not_refused(zone: Zone, officer: Person) -> None:
    batch = brought(officer, zone, book(HEAD[:4], ["A1", NAME, "亿元", 10], ["A1", NAME, "亿元", 11], ["A1", NAME, "亿元", 10]))
    assert (batch.state, sorted(waiting(batch))) == ("previewed", ["10", "11"])
    with refused("nothing-to-commit"):
        commit_import(officer, batch_id=batch.pk, key=batch.key)


def test_an_answer_can_be_taken_back_and_changes_the_key(zone: Zone, officer: Person) -> None:
    batch = brought(officer, zone, TWICE)
    key, row = batch.key, waiting(batch)["11"]
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("leave_out", row=row)])
    with refused("preview-changed"):
        commit_import(officer, batch_id=batch.pk, key=key)
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("reset", row=row)])
    assert batch.counts["waiting"] == 2
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("leave_out", reason="DUP_CONFLICT")])
    assert (batch.counts["left_out"], batch.counts["waiting"], batch.counts["created"]) == (2, 0, 1)


def test_an_answer_leaves_a_list_of_indicators_what_it_is(zone: Zone, officer: Person) -> None:
    committed(officer, zone, book(HEAD, ["A1", NAME, "亿元", 10, 20]))
    batch = brought(officer, zone, book([*HEAD, "2024年3月"], ["A1", NAME, "亿元", 10, 21, 30]), "j.xlsx")
    assert waiting(batch) == {"21": 2}
    for wrong in (
        Decision("take", row=2),
        Decision("value", row=2, value="3"),
        Decision("leave_out", row=3),
        Decision("leave_out"),
    ):
        with refused("decision-wrong"):
            answer_import(officer, batch_id=batch.pk, decisions=[wrong])
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("leave_out", row=2)])
    assert (batch.outcome, batch.reason_code, batch.rows.count()) == ("read", "", 3)
    assert (batch.counts["left_out"], batch.counts["waiting"], batch.counts["created"]) == (1, 0, 1)
    commit_import(officer, batch_id=batch.pk, key=batch.key)
    with refused("decision-wrong"):
        answer_import(officer, batch_id=batch.pk, decisions=[Decision("reset", row=2)])


def beyond(content: bytes) -> bytes:
    """The same workbook with a number that overflows where 1e+300 stands."""
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"1e+300", b"1e999"))
    return out.getvalue()


def figure(cell: Any, version: object = 1) -> bytes:
    return book(HEAD, ["A1", NAME, "亿元", cell, 5], defined=[["A1", NAME, "亿元", "规上", version, "2020-01", ""]])


@pytest.mark.parametrize(
    "content",
    [
        beyond(figure(1e300)), figure(1e300), figure(1e90), figure(-1e40), figure(1e-60), figure("1" * 5000), figure("9" * 39),
        figure("x", version="²"), figure("x", version="9" * 5000),
    ],
    ids=["beyond", "1e300", "1e90", "-1e40", "1e-60", "digits", "39 digits", "²", "version"],
)  # fmt: skip
def test_what_no_column_keeps_is_a_finding_and_no_trace(zone: Zone, officer: Person, content: bytes) -> None:
    batch = brought(officer, zone, content)
    assert "VALUE_UNREAD" in told(batch)
    commit_import(officer, batch_id=batch.pk, key=batch.key)
    assert [value.stated for value in IndicatorValue.objects.all()] == ["5"]


def test_the_largest_and_the_finest_figure_fit_their_columns(zone: Zone, officer: Person) -> None:
    committed(officer, zone, book(HEAD, ["A1", NAME, "亿元", 9.99e29, 1e-20]))
    assert all(len(one.value) <= 80 and len(one.stated) <= 60 for one in IndicatorValue.objects.all())
    assert IndicatorValue.objects.count() == 2
