"""The calendar in the house: what ships, ten years ahead, a notice by two persons, and what it moves."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from openpyxl import Workbook

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.kit.workdays import FORECAST, OFFICIAL, Calendar
from xinya.zones import actions, tasks
from xinya.zones.files.calendar import read_calendars, shipped_years, written_calendar
from xinya.zones.files.lines import ListRefused
from xinya.zones.models import CalendarDay, CalendarLoad, CalendarYear, OfficeHours, PromiseEvent
from xinya.zones.queries import calendar_in_force, calendar_load, calendar_loads, office_hours_in_force, shown_year
from xinya.zones.tests.promises import House, at, due, fresh

NOTICE = "2026-11-02 国务院办公厅通知（假设）"


@pytest.fixture
def house(db: None) -> House:
    return House()


def forecast_rows(year: int) -> dict[dt.date, str]:
    return {line.day: line.kind for line in shipped_years()[year].lines}


def notice(year: int = 2027, **days: str) -> bytes:
    """The forecast of a year with these days on top, as a CSV of two columns."""
    rows = {day.isoformat(): kind for day, kind in forecast_rows(year).items()} | {
        d.strip("d").replace("_", "-"): k for d, k in days.items()
    }
    return ("date,kind\n" + "".join(f"{day},{kind}\n" for day, kind in sorted(rows.items()))).encode()


# --- what ships -----------------------------------------------------------------------------------------------------
def test_the_shipped_years_are_those_of_the_notices(shared: Path) -> None:
    with (shared / "data" / "golden" / "service" / "calendar.csv").open(encoding="utf-8") as file:
        golden = {(row["date"], row["kind"], row["status"]) for row in csv.DictReader(file)}
    shipped = {
        (line.day.isoformat(), line.kind, year.status)
        for number, year in shipped_years().items()
        if number <= 2027
        for line in year.lines
    }
    assert shipped == golden


def test_twenty_years_of_forecast_have_thirteen_days_off_and_no_make_up_day() -> None:
    for number, year in shipped_years().items():
        if number >= 2027:
            assert (year.status, len(year.lines), {line.kind for line in year.lines}) == (FORECAST, 13, {"OFF"})
            assert all(line.day.weekday() < 5 for line in year.lines)
    assert list(shipped_years()) == list(range(2025, 2047))


@pytest.mark.parametrize(
    ("first", "year"),
    [("2028-01-26", 2028), ("2029-02-13", 2029), ("2030-02-04", 2030), ("2033-01-31", 2033), ("2034-02-20", 2034)],
)
def test_spring_festival_follows_the_moon(first: str, year: int) -> None:
    assert dt.date.fromisoformat(first) in forecast_rows(year)


# --- reading a file -------------------------------------------------------------------------------------------------
def test_a_notice_in_excel_reads_like_the_one_in_csv() -> None:
    book = Workbook()
    book.active.append(["日期", "类型"])  # type: ignore[union-attr]
    for day, kind in {**forecast_rows(2027), dt.date(2027, 1, 3): "上班"}.items():
        book.active.append([day, {"OFF": "放假"}.get(kind, kind)])  # type: ignore[union-attr]
    content = io.BytesIO()
    book.save(content)
    (read,) = read_calendars(content.getvalue(), "通知.xlsx", year=2027, status=OFFICIAL)
    (same,) = read_calendars(notice(d2027_01_03="WORK"), "notice.csv", status=OFFICIAL)
    assert [(line.day, line.kind) for line in read.lines] == [(line.day, line.kind) for line in same.lines]
    assert read.status == OFFICIAL
    assert read_calendars(written_calendar(read).encode(), "again.csv")[0].lines != ()


def test_weekends_that_a_notice_lists_are_no_exceptions() -> None:
    (read,) = read_calendars(b"date,kind\n2027-01-01,OFF\n2027-01-02,OFF\n2027-01-04,WORK\n", "n.csv")
    assert [line.day.isoformat() for line in read.lines] == ["2027-01-01"]


def test_every_bad_cell_is_named_by_row_and_column() -> None:
    bad = "日期,类型,状态\n2027-01-01,放假,正式\n2027-02-30,放假,\n2027-01-03,maybe,\n2027-01-01,OFF,\n2026-05-01,OFF,\n,OFF,sure\n"
    with pytest.raises(ListRefused) as refused:
        read_calendars(bad.encode(), "bad.csv")
    assert [(f.row, f.column, f.code) for f in refused.value.findings] == [
        (3, "date", "not-a-day"), (4, "kind", "not-a-kind"), (5, "date", "day-twice"),
        (7, "date", "not-a-day"), (7, "status", "not-a-status"),
    ]  # fmt: skip


def test_a_row_of_another_year_stops_the_load_of_a_year() -> None:
    with pytest.raises(ListRefused) as refused:
        read_calendars(b"date,kind\n2027-01-01,OFF\n2072-01-04,OFF\n", "n.csv", year=2027)
    assert (refused.value.code, refused.value.row) == ("other-year", 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"a,b\n1,2\n", "empty-file"),
        (b"date,kind\n", "empty-file"),
        (b"\xd0\xcf\x11\xe0old", "password"),
        (b"date,kind\n" + b"2027-01-01,OFF\n" * 500, "too-large"),
        (b"x" * (3 << 20), "too-large"),
        (b"date,kind,status\n2027-01-01,OFF,official\n2027-01-02,OFF,forecast\n", "two-statuses"),
        (b"\x00\x01", "not-a-table"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_as_a_whole(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_calendars(content, "n.csv")
    assert refused.value.code == code
    assert refused.value.sentence("zh") != refused.value.sentence("en")


# --- ten years ahead ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_ten_years_ahead_are_always_there_and_what_is_there_stays() -> None:
    assert actions.extend_forecast(dt.date(2026, 5, 1)) == list(range(2025, 2037))
    assert not AuditRow.objects.exists()  # the first set-up of an empty house is nobody's act
    CalendarDay.objects.filter(date="2030-01-01").delete()
    assert actions.extend_forecast(dt.date(2026, 5, 1)) == []
    assert actions.extend_forecast(dt.date(2027, 1, 1)) == [2037]
    assert AuditRow.objects.get().act == "extend-forecast"
    assert not CalendarDay.objects.filter(date="2030-01-01").exists()
    assert calendar_in_force().years[2037] == FORECAST


@pytest.mark.django_db
def test_the_house_says_so_when_the_shipped_years_end() -> None:
    with pytest.raises(Refused, match="CALENDAR_MISSING"):
        actions.extend_forecast(dt.date(2037, 1, 1))
    assert not CalendarYear.objects.exists()


@pytest.mark.django_db
def test_the_nightly_tasks_may_run_twice() -> None:
    with at("2026-05-01 01:00"):
        tasks.keep_calendar("2026-05-01")
        assert CalendarYear.objects.count() == 12
        before = CalendarDay.objects.count()
        tasks.keep_calendar("2026-05-01")
        assert (CalendarYear.objects.count(), CalendarDay.objects.count()) == (12, before)
        tasks.end_silent_promises("2026-05-01")
        tasks.end_silent_promises("2026-05-01")


# --- loading by two persons -----------------------------------------------------------------------------------------
def bring(house: House, content: bytes, year: int = 2027) -> CalendarLoad:
    (calendar,) = read_calendars(content, "notice.csv", year=year, status=OFFICIAL)
    return actions.bring_calendar(fresh(house.system), calendar=calendar, source=NOTICE)


def test_a_notice_is_in_force_only_when_a_second_person_confirms_it(house: House) -> None:
    load = bring(house, notice(d2027_01_03="WORK"))
    assert calendar_in_force().years[2027] == FORECAST
    with pytest.raises(Refused) as refused:
        actions.confirm_calendar(fresh(house.system), load=load)
    assert (refused.value.code, refused.value.status) == ("FOUR_EYES", 403)
    actions.confirm_calendar(fresh(house.second), load=load)
    calendar = calendar_in_force()
    assert calendar.years[2027] == OFFICIAL
    assert calendar.is_make_up(dt.date(2027, 1, 3))
    assert CalendarYear.objects.get(year=2027).source == NOTICE
    for act in (actions.confirm_calendar, actions.refuse_calendar):
        with pytest.raises(Refused) as decided:
            act(fresh(house.second), load=load)
        assert decided.value.status == 409


def test_a_load_moves_the_date_keeps_the_old_one_visible_and_clears_the_mark(house: House) -> None:
    moving = house.promise("2026-12-28 10:00")
    inside = house.promise("2026-12-28 10:00", n=3)
    assert (due(moving), moving.forecast, inside.forecast) == ("2027-01-05", True, False)
    moved = actions.confirm_calendar(fresh(house.second), load=bring(house, notice(d2027_01_03="WORK")))
    assert [(m.promise, str(m.old), str(m.new)) for m in moved] == [(moving.pk, "2027-01-05", "2027-01-04")]
    moving.refresh_from_db()
    assert (str(moving.due_on), moving.forecast) == ("2027-01-04", False)
    assert due(inside) == "2026-12-31"
    event = PromiseEvent.objects.get(verb="calendar")
    assert (event.promise, str(event.old_due_on), str(event.new_due_on), event.text) == (moving, "2027-01-05", "2027-01-04", NOTICE)
    assert CalendarLoad.objects.get().moved == 1


def test_the_same_notice_twice_moves_nothing_more(house: House) -> None:
    house.promise("2026-12-28 10:00")
    calendars = read_calendars(notice(d2027_01_03="WORK"), "n.csv", status=OFFICIAL)
    assert len(actions.load_from_console(calendars, source=NOTICE)) == 1
    assert actions.load_from_console(calendars, source=NOTICE) == []
    assert PromiseEvent.objects.filter(verb="calendar").count() == 1


def test_a_new_calendar_judges_no_pause_and_no_extension_again(house: House) -> None:
    promise = house.promise("2026-12-28 10:00")
    with at("2027-01-05 23:00"):
        actions.pause_promise(fresh(house.officer), promise=promise, reason="NEED_MATERIAL", what="清单", until=dt.date(2027, 1, 8))
    with at("2027-01-07 10:00"):
        actions.resume_promise(fresh(house.officer), promise=promise)
        assert due(promise) == "2027-01-07"
    calendars = read_calendars(notice(d2027_01_03="WORK", d2027_01_02="WORK"), "n.csv", status=OFFICIAL)
    actions.load_from_console(calendars, source=NOTICE)
    assert due(promise) == "2027-01-03"


def test_who_loads_no_calendars_learns_nothing_of_loads(house: House) -> None:
    load = bring(house, notice())
    assert calendar_loads(fresh(house.second)) == [load]
    for person in (house.officer, house.boss, house.security, house.auditor):
        assert calendar_loads(fresh(person)) == []
        told = []
        for pk in (load.pk, load.pk + 77):
            with pytest.raises(Refused) as refused:
                calendar_load(fresh(person), pk)
            told.append((refused.value.status, refused.value.sentence()))
        assert told[0] == told[1]
        assert told[0][0] == 404
        for act in (actions.confirm_calendar, actions.refuse_calendar):
            with pytest.raises(Refused) as hidden:
                act(fresh(person), load=load)
            assert hidden.value.status == 404


def test_one_load_of_a_year_waits_at_a_time_and_names_its_notice(house: House) -> None:
    load = bring(house, notice())
    with pytest.raises(Refused) as refused:
        bring(house, notice())
    assert refused.value.status == 409
    actions.refuse_calendar(fresh(house.system), load=load)
    assert bring(house, notice()).state == "WAITING"
    (calendar,) = read_calendars(notice(2028), "n.csv")
    with pytest.raises(Refused, match="SOURCE_MISSING"):
        actions.bring_calendar(fresh(house.system), calendar=calendar, source=" ")


def test_the_database_itself_wants_two_persons(house: House) -> None:
    load = bring(house, notice())
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarLoad.objects.filter(pk=load.pk).update(state="CONFIRMED", decided_by=house.system)


# --- a year's page, office hours ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_year_shows_its_weeks_and_its_exceptions() -> None:
    actions.extend_forecast(dt.date(2026, 1, 1))
    shown = shown_year(2026)
    assert (len(shown.months), shown.working, len(shown.make_up), len(shown.off)) == (12, 248, 6, 19)
    days = [d.date for month in shown.months for week in month for d in week if d is not None]
    assert days == [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert all(week[0] is None or week[0].date.weekday() == 0 for month in shown.months for week in month)
    with pytest.raises(Refused) as refused:
        shown_year(2099)
    assert (refused.value.code, refused.value.status) == ("CALENDAR_MISSING", 404)


def test_office_hours_of_a_zone_take_the_place_of_the_house_s(house: House) -> None:
    assert office_hours_in_force(house.zone) is None
    OfficeHours.objects.create(sessions="09:00-12:00, 13:30-17:30")
    OfficeHours.objects.create(zone=house.other_zone, sessions="08:00-12:00")
    OfficeHours.objects.create(zone=house.other_zone, sessions="08:00-11:00", first_on="2026-06-01", last_on="2026-09-01")
    here, there = office_hours_in_force(house.zone), office_hours_in_force(house.other_zone)
    assert here is not None
    assert there is not None
    assert here.sessions_on(dt.date(2026, 7, 1))[-1][1].hour == 17
    assert there.sessions_on(dt.date(2026, 7, 1))[-1][1].hour == 11
    promise = house.promise(unit="WH", n=8)
    assert promise.due_at is not None
    assert due(promise) == "2026-03-03"


def test_the_calendar_of_the_house_counts_like_the_pure_one(house: House) -> None:
    pure = Calendar(
        {y: c.status for y, c in shipped_years().items()}, {x.day: x.kind for c in shipped_years().values() for x in c.lines}
    )
    here = calendar_in_force()
    assert here.count(dt.date(2025, 6, 1), dt.date(2030, 6, 1)) == pure.count(dt.date(2025, 6, 1), dt.date(2030, 6, 1))
