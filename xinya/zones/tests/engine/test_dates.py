"""Dates of cells: the precision is kept, doubt is asked, and no day is invented."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.dates import AMBIGUOUS, IMPOSSIBLE, OUT_OF_RANGE, read_date, serial_date

TODAY = datetime.date(2025, 2, 28)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2019年8月", "2019-08"), ("2019.8", "2019-08"), ("2019/8/6", "2019-08-06"), ("20190806", "2019-08-06"),
        ("201908", "2019-08"), ("二〇一九年八月", "2019-08"), ("二零一九年十二月二十四日", "2019-12-24"),
        ("2019-08-06 00:00", "2019-08-06"), ("２０１９年８月６日", "2019-08-06"),
        ("2019 年 8 月 6 日（星期二）", "2019-08-06"), ("2019年", "2019"), ("2019年度", "2019"), ("2019", "2019"),
        ("6 August 2019", "2019-08-06"), ("Aug 2019", "2019-08"), ("2019-08-06T07:30:00+08:00", "2019-08-06"),
        ("'2019-08-06", "2019-08-06"),
    ],
)  # fmt: skip
def test_a_date_is_read_as_far_as_it_is_stated(text: str, iso: str) -> None:
    stated = read_date(text, today=TODAY)
    assert stated is not None
    assert (stated.iso, stated.problem) == (iso, "")
    assert stated.precision == {4: "year", 7: "month", 10: "day"}[len(iso)]
    assert stated.first_day() == datetime.date.fromisoformat(iso + "-01-01"[len(iso) - 4 :])


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("19.8.6", ("2019-08-06",)), ("19年8月", ("2019-08",)), ("98年8月", ("1998-08",)),
        ("06/08/2019", ("2019-06-08", "2019-08-06")), ("24/12/2019", ("2019-12-24",)),
        ("03-04-05", ("2003-04-05", "2005-04-03", "2005-03-04")),
    ],
)  # fmt: skip
def test_two_digit_years_and_days_before_months_are_asked(text: str, options: tuple[str, ...]) -> None:
    stated = read_date(text, today=TODAY)
    assert stated is not None
    assert (stated.problem, stated.options, stated.iso) == (AMBIGUOUS, options, "")
    assert stated.first_day() is None


@pytest.mark.parametrize("text", ["2023-02-30", "2023年13月", "2023/0/5", "20230230", "31.6.2023", "二〇二三年二月三十日"])
def test_a_day_that_no_calendar_has_is_impossible_and_not_moved(text: str) -> None:
    stated = read_date(text, today=TODAY)
    assert stated is not None
    assert (stated.problem, stated.iso) == (IMPOSSIBLE, "")


def test_days_before_the_republic_and_more_than_a_year_ahead_are_out_of_range() -> None:
    for text, problem in [
        ("1949-09-30", OUT_OF_RANGE),
        ("1949-10-01", ""),
        ("1949", ""),
        ("2026-02-28", ""),
        ("2026-03-01", OUT_OF_RANGE),
    ]:
        stated = read_date(text, today=TODAY)
        assert stated is not None
        assert (stated.problem, stated.iso) == (problem, text)


def test_the_year_after_a_leap_day_ends_on_28_february() -> None:
    assert serial_date(45716, today=datetime.date(2024, 2, 29)) == datetime.date(2025, 2, 28)
    assert serial_date(45717, today=datetime.date(2024, 2, 29)) is None


def test_a_serial_number_depends_on_the_epoch_of_its_workbook() -> None:
    assert serial_date(43683, today=TODAY) == datetime.date(2019, 8, 6)
    assert serial_date(43683 - 1462, today=TODAY, is_1904=True) == datetime.date(2019, 8, 6)
    for cell in (43683, 43683.75, "43683"):
        stated = read_date(cell, today=TODAY)
        assert stated is not None
        assert (stated.iso, stated.form) == ("2019-08-06", "serial")


def test_numbers_that_are_no_serial_are_years_solid_dates_or_nothing() -> None:
    told = {
        cell: read_date(cell, today=TODAY) for cell in (2019, 20190806, 2019.12, 2019.1, 37, 18000.5, 1e300, float("nan"), True)
    }
    assert [stated and stated.iso for stated in told.values()] == [
        "2019",
        "2019-08-06",
        "2019-12",
        "",
        None,
        None,
        None,
        None,
        None,
    ]
    ambiguous = told[2019.1]
    assert ambiguous is not None
    assert ambiguous.options == ("2019-01", "2019-10")


@pytest.mark.parametrize("text", ["", "无", "8月6日", "12.5", "19.5", "第三季度", "1/3", "0000-82162172", "2019年8月6日至9日"])
def test_what_states_no_date_is_none(text: str) -> None:
    assert read_date(text, today=TODAY) is None


@given(st.dates(datetime.date(1949, 10, 1), datetime.date(2026, 2, 28)))
def test_a_day_is_itself_however_it_is_written(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    ways: list[str | int | datetime.date] = [
        day,
        serial,
        str(serial),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    for way in ways:
        stated = read_date(way, today=TODAY)
        assert stated is not None
        assert (stated.iso, stated.problem) == (day.isoformat(), "")


DATE_WORDS = "0 1 2 9 20 19 2024 年 月 日 - / . : T 十 二 〇 廿 '"


@given(st.one_of(st.text(max_size=20), st.lists(st.sampled_from([*DATE_WORDS.split(), " "]), max_size=12).map("".join)), st.dates())
def test_any_text_gives_an_answer(text: str, today: datetime.date) -> None:
    stated = read_date(text, today=today)
    assert stated is None or bool(stated.iso) or stated.problem in (AMBIGUOUS, IMPOSSIBLE)
    if stated is not None and stated.iso:
        assert stated.first_day() is not None
