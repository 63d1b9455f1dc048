"""The calendar of working days, and office hours by season."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.kit.office_hours import MAKE_UP, WORKDAY, OfficeHours, Season, demand_season, every_day, sessions_written
from xinya.kit.refusals import Refused
from xinya.kit.workdays import FORECAST, OFF, OFFICIAL, WORK, Calendar, months_after

SUNDAY = dt.date(2026, 1, 4)
NEW_YEAR = Calendar(
    {2025: OFFICIAL, 2026: OFFICIAL, 2027: FORECAST},
    {dt.date(2026, 1, 1): OFF, dt.date(2026, 1, 2): OFF, SUNDAY: WORK, dt.date(2027, 1, 1): OFF},
)


def test_other_days_follow_monday_to_friday_and_a_make_up_sunday_works() -> None:
    assert [d for d in range(1, 8) if NEW_YEAR.is_working(dt.date(2026, 1, d))] == [4, 5, 6, 7]
    assert NEW_YEAR.is_make_up(SUNDAY)
    assert not NEW_YEAR.is_make_up(dt.date(2026, 1, 11))


@pytest.mark.parametrize("day", [dt.date(2024, 12, 31), dt.date(2028, 1, 3)])
def test_a_year_that_is_not_loaded_is_never_guessed(day: dt.date) -> None:
    with pytest.raises(Refused) as refused:
        NEW_YEAR.is_working(day)
    assert refused.value.code == "CALENDAR_MISSING"
    assert str(day.year) in refused.value.sentence()


def test_counting_stops_with_a_refusal_at_the_end_of_the_table() -> None:
    with pytest.raises(Refused, match="CALENDAR_MISSING"):
        NEW_YEAR.nth_working_day_after(dt.date(2027, 12, 30), 2)


def test_the_first_working_day_from_a_day_off_is_the_next_one() -> None:
    assert NEW_YEAR.working_day_from(dt.date(2026, 1, 1)) == SUNDAY
    assert NEW_YEAR.working_day_from(SUNDAY) == SUNDAY
    assert NEW_YEAR.nth_working_day_after(dt.date(2025, 12, 31), 0) == dt.date(2025, 12, 31)


def test_only_days_after_the_start_make_a_forecast() -> None:
    assert not NEW_YEAR.is_forecast(dt.date(2026, 12, 30), dt.date(2026, 12, 31))
    assert NEW_YEAR.is_forecast(dt.date(2026, 12, 31), dt.date(2027, 1, 1))
    assert not NEW_YEAR.is_forecast(dt.date(2027, 1, 1), dt.date(2027, 1, 1))


@given(st.dates(dt.date(2025, 1, 1), dt.date(2027, 11, 1)), st.integers(1, 30))
@settings(max_examples=examples(200))
def test_the_nth_working_day_is_the_one_up_to_which_n_are_counted(day: dt.date, n: int) -> None:
    last = NEW_YEAR.nth_working_day_after(day, n)
    assert NEW_YEAR.count(day, last) == n
    assert NEW_YEAR.is_working(last)


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [("2026-01-31", 1, "2026-02-28"), ("2025-11-30", 3, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"),
     ("2026-05-15", 0, "2026-05-15"), ("2026-12-31", 12, "2027-12-31"), ("2026-03-31", 8, "2026-11-30")],
)  # fmt: skip
def test_months_keep_the_day_number_or_take_the_last_day(day: str, months: int, result: str) -> None:
    assert months_after(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(result)


# --- office hours ---------------------------------------------------------------------------------------------------
def closing_of(hours: OfficeHours, day: str) -> str:
    return hours.sessions_on(dt.date.fromisoformat(day))[-1][1].isoformat(" ", "minutes")


SUMMER = Season({WORKDAY: sessions_written("08:30-11:30,14:00-18:00")}, dt.date(2026, 6, 1), dt.date(2026, 9, 30))
WHOLE = OfficeHours(
    (
        Season(
            {WORKDAY: sessions_written("09:00-12:00, 13:30-17:30"), MAKE_UP: sessions_written("09:00-12:00"), "FRI": ((540, 960),)}
        ),
        SUMMER,
    )
)


@pytest.mark.parametrize(
    ("day", "closing"),
    [
        ("2026-03-02", "2026-03-02 17:30"),
        ("2026-03-06", "2026-03-06 16:00"),
        ("2026-02-28", "2026-02-28 12:00"),
        ("2026-05-31", "2026-05-31 12:00"),
        ("2026-06-01", "2026-06-01 18:00"),
        ("2026-09-30", "2026-09-30 18:00"),
        ("2026-10-01", "2026-10-01 17:30"),
        ("2026-09-20", "2026-09-20 18:00"),
    ],
)
def test_a_season_holds_between_its_dates_and_a_weekday_may_have_its_own_hours(day: str, closing: str) -> None:
    assert closing_of(WHOLE, day) == closing


def test_a_day_without_hours_is_refused_and_not_guessed() -> None:
    with pytest.raises(Refused) as refused:
        OfficeHours((SUMMER,)).sessions_on(dt.date(2026, 1, 5))
    assert refused.value.code == "OFFICE_HOURS_MISSING"


def test_an_office_may_close_at_midnight() -> None:
    assert closing_of(every_day(((600, 1440),)), "2026-03-02") == "2026-03-03 00:00"


@pytest.mark.parametrize(
    "text",
    ["", "9-12", "09:00", "12:00-09:00", "09:00-12:00,11:00-13:00", "09:00-25:00", "09:60-12:00", "09:00-09:00", "09:00-24:01"],
)
def test_hours_out_of_order_or_beyond_the_day_are_refused(text: str) -> None:
    with pytest.raises(Refused, match="OFFICE_HOURS_WRONG"):
        sessions_written(text)


def test_a_season_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused, match="DATES_REVERSED"):
        demand_season(dt.date(2026, 6, 1), dt.date(2026, 5, 1))
    demand_season(None, dt.date(2026, 5, 1))
