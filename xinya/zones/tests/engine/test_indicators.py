"""Indicators with two clocks: what a workbook of months says, and what was known of it on a day."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from xinya.zones.engine.imports.grid import Grid
from xinya.zones.engine.imports.indicator_books import IndicatorBook, period_in, read_indicators, revision_in
from xinya.zones.engine.imports.indicators import BREAK, NOT_RESTATED, as_known, by_place, kind_of, month_of

TODAY = date(2025, 1, 1)
LABELS: list[object] = ["代码", "指标", "单位", "2024年1月", "2024年2月", "2024年3月", "2024年3月(第一次修订)", "2024年4月"]
DAYS: list[object] = [
    datetime(2024, 2, 15),
    datetime(2024, 3, 15),
    datetime(2024, 4, 15),
    datetime(2024, 6, 15),
    datetime(2024, 5, 15),
]
TURNOVER = ["A01", "工业总产值(累计)", "亿元", "—", 50.5, 80.0, 75.0, 110.0]
GROWTH = ["A02", "工业增加值同比增速", "%", 0.05, 0.06, 0.07, "", 0.08]
FIRMS = ["B01", "规上企业数", "家", "", 100.0, 101.0, "", "…"]
NOTE: list[object] = ["注:2月为1—2月合并数。"]


def book(*rows: list[object], note: bool = True, definitions: list[list[object]] | None = None) -> IndicatorBook:
    table: list[list[object]] = [["2024年主要指标月报"], [*LABELS], ["", "", "", *DAYS], *rows, *([NOTE] if note else [])]
    percents = frozenset((row, column) for row in range(4, 4 + len(rows)) for column in range(4, 9) if table[row - 1][2] == "%")
    merges = ((2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 3, 3))
    grids = [Grid("月度指标", table, merges=merges, percents=percents)]
    if definitions:
        heads: list[object] = ["代码", "指标", "单位", "口径", "版本", "启用年月", "停用年月"]
        grids.append(Grid("指标定义", [heads, *definitions]))
    return read_indicators(grids, today=TODAY)


def known(read: IndicatorBook, code: str, period: str, on: date) -> Fraction | None:
    value = as_known(read.values, code, period, on)
    return value.value if value else None


def test_figures_become_canonical_and_keep_period_revision_and_day_of_issue() -> None:
    read = book(TURNOVER)
    told = [(one.period, one.revision, one.known_from.isoformat(), one.stated, int(one.value)) for one in read.values]
    assert told == [
        ("2024-01..2024-02", 0, "2024-03-15", "50.5", 505_000_000_000),
        ("2024-03", 0, "2024-04-15", "80", 800_000_000_000),
        ("2024-03", 1, "2024-06-15", "75", 750_000_000_000),
        ("2024-04", 0, "2024-05-15", "110", 1_100_000_000_000),
    ]


def test_february_stands_for_two_months_only_where_the_table_says_so_and_never_for_stocks() -> None:
    assert book(TURNOVER, note=False).values[0].period == "2024-02"
    assert [one.period for one in book(FIRMS).values] == ["2024-02", "2024-03"]


def test_cells_in_per_cent_format_hold_fractions_already() -> None:
    assert [one.value for one in book(GROWTH).values] == [Fraction(5, 100), Fraction(6, 100), Fraction(7, 100), Fraction(8, 100)]
    plain = read_indicators([Grid("s", [LABELS, ["", "", "", *DAYS], ["A02", "增速", "%", 5.0]])], today=TODAY)
    assert [one.value for one in plain.values] == [Fraction(5, 100)]


def test_what_was_known_on_a_day() -> None:
    read = book(TURNOVER)
    assert known(read, "A01", "2024-03", date(2024, 4, 14)) is None
    assert known(read, "A01", "2024-03", date(2024, 4, 15)) == 800_000_000_000
    assert known(read, "A01", "2024-03", date(2024, 6, 14)) == 800_000_000_000
    assert known(read, "A01", "2024-03", date(2024, 6, 15)) == 750_000_000_000
    assert known(read, "A01", "2024-01", TODAY) is None
    assert all(as_known(read.values, one.code, one.period, date(2020, 1, 1)) is None for one in read.values)


def test_a_month_from_cumulative_figures_warns_when_only_the_earlier_one_was_revised() -> None:
    read = book(TURNOVER)
    april = month_of(by_place(read.values), read.definitions, "A01", "2024-04", TODAY)
    march = month_of(by_place(read.values), read.definitions, "A01", "2024-03", TODAY)
    assert april is not None
    assert march is not None
    assert (april.stated, april.warnings) == (Fraction(35), (NOT_RESTATED,))
    assert (march.stated, march.warnings) == (Fraction(49, 2), ())
    assert [one.code for one in read.findings].count(NOT_RESTATED) == 1


def test_stocks_and_rates_have_no_month_of_their_own() -> None:
    read = book(GROWTH, FIRMS)
    assert month_of(by_place(read.values), read.definitions, "A02", "2024-04", TODAY) is None
    assert month_of(by_place(read.values), read.definitions, "B01", "2024-03", TODAY) is None


def test_a_new_version_of_a_definition_holds_from_its_month_and_marks_the_break() -> None:
    versions: list[list[object]] = [
        ["A01", "工业总产值(累计)", "亿元", "规上", 1.0, "2021-01", "2024-03"],
        ["A01", "工业总产值(累计)", "亿元", "全部", 2.0, "2024-04", ""],
    ]
    read = book(TURNOVER, definitions=versions)
    assert [one.version for one in read.values] == [1, 1, 1, 2]
    april = month_of(by_place(read.values), read.definitions, "A01", "2024-04", TODAY)
    assert april is not None
    assert BREAK in april.warnings


@pytest.mark.parametrize(
    ("label", "period", "revision"),
    [
        ("2024年6月", "2024-06", 0),
        ("2024年6月(第二次修订)", "2024-06", 2),
        ("2024年1-2月", "2024-01..2024-02", 0),
        ("2024-06", "2024-06", 0),
        ("2024年6月修订数", "2024-06", 1),
        ("备注", None, 0),
    ],
)
def test_a_label_gives_its_period_and_revision(label: str, period: str | None, revision: int) -> None:
    assert period_in(label) == period
    assert revision_in(label, period or "", []) == revision


@pytest.mark.parametrize(
    ("name", "unit", "kind"),
    [
        ("营业收入(累计)", "亿元", "cum"),
        ("工业投资同比增速(累计)", "%", "rate"),
        ("出口额(当月)", "万美元", "flow"),
        ("规上企业数", "家", "stock"),
        ("景气指数", "点", "index"),
        ("单位工业增加值能耗", "吨标准煤/万元", "rate"),
    ],
)
def test_the_kind_of_an_indicator_is_read_off_its_name_and_unit(name: str, unit: str, kind: str) -> None:
    assert kind_of(name, unit) == kind


def test_a_figure_that_stands_twice_with_other_values_is_a_question() -> None:
    read = book(TURNOVER, ["A01", "工业总产值(累计)", "亿元", "", 60.0, "", "", ""])
    assert [one.code for one in read.findings if one.code == "DUP_CONFLICT"] == ["DUP_CONFLICT"]


def test_what_is_no_figure_is_said_and_left_out() -> None:
    read = book(["A01", "工业总产值(累计)", "亿元", "见附表", 1.0, "-", "", ""])
    assert [one.code for one in read.findings] == ["VALUE_UNREAD"]
    assert len(read.values) == 1


def test_a_row_in_another_unit_than_its_definition_is_not_taken_but_named() -> None:
    versions: list[list[object]] = [["A01", "工业总产值(累计)", "万元", "规上", 1.0, "2021-01", ""]]
    read = book(TURNOVER, GROWTH, definitions=[*versions, ["A02", "工业增加值同比增速", "%", "规上", 1.0, "2021-01", ""]])
    assert {one.code for one in read.values} == {"A02"}
    told = [one for one in read.findings if one.code == "UNIT_SUSPECT"]
    assert {dict(one.values)["here"] for one in told} == {"亿元"}
    assert "万元" in told[0].sentence("zh")


def test_a_code_or_a_unit_too_long_to_be_kept_is_named_and_not_cut() -> None:
    read = book(
        ["长" * 61, "工业总产值(累计)", "亿元", "—", 50.5, 80.0, 75.0, 110.0],
        ["B02", "规上企业数", "位" * 31, "", 1.0, 2.0, "", 3.0],
    )
    assert read.values == []
    assert [one.rows for one in read.findings if one.code == "VALUE_UNREAD"] == [(4,), (5,)]


def test_three_hundred_indicators_of_five_years_are_read_whole() -> None:
    heads: list[object] = ["代码", "指标", "单位", *(f"{year}年{month}月" for year in range(2020, 2025) for month in range(1, 13))]
    rows = [[f"A{n:03d}", f"指标{n}(累计)", "亿元", *(float(n + k) for k in range(1, 61))] for n in range(300)]
    read = read_indicators([Grid("月报", [heads, *rows])], today=TODAY)
    assert len(read.values) == 18_000
    assert not [one for one in read.findings if one.code == "DUP_CONFLICT"]
