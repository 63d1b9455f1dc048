"""Clocks: what the slow oracle says too, and what holds for every calendar, pause and extension."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.kit.clock_terms import PAUSE_REASONS, Extension, Pause, Terms
from xinya.kit.clocks import closing, counted_days, read_clock, resumed
from xinya.kit.office_hours import every_day
from xinya.kit.refusals import Refused
from xinya.kit.tests import clock_oracle
from xinya.kit.workdays import OFF, OFFICIAL, WORK, Calendar

MANY = settings(max_examples=examples(250), deadline=None)
DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 20)
SESSIONS = st.sampled_from([None, ((540, 720), (810, 1050)), ((480, 1440),), ((570, 690),), ((510, 700), (720, 1020))])
REASON = PAUSE_REASONS[0]


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Two years, official or not, with days that offices work on or not, however odd."""
    days = st.dates(FIRST, dt.date(2027, 12, 31))
    exceptions = draw(st.dictionaries(days, st.sampled_from([WORK, OFF]), max_size=40))
    return Calendar({2026: OFFICIAL, 2027: draw(st.sampled_from([OFFICIAL, "forecast"]))}, exceptions)


@st.composite
def all_terms(draw: st.DrawFn, units: tuple[str, ...] = ("WD", "CD", "M", "WH", "CH")) -> Terms:
    sessions, unit = draw(SESSIONS), draw(st.sampled_from(units))
    if unit == "WH" and sessions is None:
        sessions = ((540, 720), (810, 1050))
    most = {"WD": 30, "CD": 60, "M": 5, "WH": 40, "CH": 90}[unit]
    n = draw(st.integers(1 if unit in ("WH", "CH") else 0, most))
    day = draw(st.dates(FIRST, LAST))
    received = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=draw(st.integers(0, 1439)))
    rule = "ACTUAL_DAY" if sessions is None else draw(st.sampled_from(["ACTUAL_DAY", "OFFICE_HOURS"]))
    return Terms(received, unit, n, rule, None if sessions is None else every_day(sessions))


@st.composite
def pauses_of(draw: st.DrawFn, terms: Terms) -> list[Pause]:
    """Up to three pauses after the receipt, in order, to the minute."""
    if terms.unit in ("CD", "M"):
        return []
    found, at = [], terms.received_at
    for _one in range(draw(st.integers(0, 3))):
        start = at + dt.timedelta(minutes=draw(st.integers(0, 6000)))
        at = start + dt.timedelta(minutes=draw(st.integers(0, 9000)))
        found.append(Pause(start, at, REASON))
    return found


def kept(calendar: Calendar, terms: Terms, pauses: list[Pause]) -> list[Pause]:
    """Only the pauses that begin before the promise is due."""
    allowed: list[Pause] = []
    for pause in pauses:
        due_at = read_clock(calendar, terms, allowed).due_at
        assert due_at is not None
        if pause.start < due_at:
            allowed.append(pause)
    return allowed


@given(st.data())
@MANY
def test_the_clock_shows_what_a_walk_by_days_and_minutes_finds(data: st.DataObject) -> None:
    calendar, terms = data.draw(calendars()), data.draw(all_terms())
    sessions = None
    if terms.office_hours is not None:
        sessions = terms.office_hours.seasons[0].sessions["WORKDAY"]
    try:
        pauses = kept(calendar, terms, data.draw(pauses_of(terms)))
        clock = read_clock(calendar, terms, pauses)
    except Refused as refused:
        if refused.code != "CALENDAR_MISSING":
            raise
        return
    world = clock_oracle.World(
        dict(calendar.years), dict(calendar.exceptions), sessions, [(p.start, p.end) for p in pauses if p.end is not None]
    )
    found = clock_oracle.due(world, terms.received_at, terms.unit, int(terms.n), terms.receipt_rule)
    shown: dict[str, Any] = {"due_on": clock.due_on, "due_at": clock.due_at, "forecast": clock.forecast}
    if "paused" in found:
        shown["paused"] = clock.paused_days
    assert shown == found
    assert clock.effective_day == clock_oracle.effective(world, terms.received_at, terms.receipt_rule)


@given(st.data())
@MANY
def test_a_due_date_never_gets_earlier_by_a_longer_promise_a_pause_an_extension_or_a_day_off(data: st.DataObject) -> None:
    calendar, terms = data.draw(calendars()), data.draw(all_terms())
    try:
        pauses = kept(calendar, terms, data.draw(pauses_of(terms)))
        clock = read_clock(calendar, terms, pauses)
        due_at, due_on = clock.due_at, clock.due_on
        assert due_at is not None
        assert due_on is not None
        if terms.unit in ("WD", "CD", "M"):
            assert calendar.is_working(due_on)
        longer = read_clock(calendar, replace(terms, n=terms.n + 1), pauses).due_at
        fewer = read_clock(calendar, terms, pauses[:-1]).due_at
        off = data.draw(st.dates(FIRST, dt.date(2027, 6, 1)))
        harder = calendar.changed(exceptions={off: OFF}, years={})
        later = read_clock(harder, terms, kept(harder, terms, pauses)).due_at
    except Refused as refused:
        assume(refused.code != "CALENDAR_MISSING")
        raise
    assert longer is not None
    assert fewer is not None
    assert later is not None
    assert fewer <= due_at <= longer
    assert due_at <= later
    if terms.n >= 1 and terms.received_at.date() < due_on and not pauses:
        more = Extension(int(data.draw(st.integers(1, int(terms.n)))), terms.received_at, "head", "officer")
        extended = read_clock(calendar, terms, pauses, [more]).due_at
        assert extended is not None
        assert extended >= due_at
        assert extended == read_clock(calendar, replace(terms, n=terms.n + more.n), pauses).due_at


@given(st.data())
@MANY
def test_exactly_the_promised_days_are_counted_and_a_pause_may_be_split_at_a_closing(data: st.DataObject) -> None:
    calendar, terms = data.draw(calendars()), data.draw(all_terms(units=("WD",)))
    assume(terms.n >= 1)
    extensions = [Extension(1, terms.received_at, "head")]
    try:
        pauses = kept(calendar, terms, data.draw(pauses_of(terms)))
        clock = read_clock(calendar, terms, pauses)
        assert clock.due_on is not None
        if terms.received_at.date() >= clock.due_on:
            extensions = []
        clock = read_clock(calendar, terms, pauses, extensions)
        split = []
        for pause in pauses:
            assert pause.end is not None
            day = pause.start.date() + DAY * data.draw(st.integers(0, 5))
            cut = closing(terms, day)
            split += [replace(pause, end=cut), replace(pause, start=cut)] if pause.start <= cut <= pause.end else [pause]
        again = read_clock(calendar, terms, split, extensions)
    except Refused as refused:
        assume(refused.code not in ("CALENDAR_MISSING", "EXTENSION_TOO_LATE"))
        if refused.code == "PAUSE_AFTER_DUE":  # a cut at the very due instant makes a pause that begins then
            assert any(s.start == clock.due_at for s in split)
            return
        raise
    assert clock.due_on is not None
    whole = calendar.count(clock.effective_day, clock.due_on)
    assert whole - clock.paused_days == terms.n + sum(e.n for e in extensions)
    assert again == clock


@given(st.data())
@MANY
def test_a_standing_clock_shows_the_days_that_remain_when_it_runs_again(data: st.DataObject) -> None:
    calendar, terms = data.draw(calendars()), data.draw(all_terms(units=("WD",)))
    assume(terms.n >= 1)
    start = terms.received_at + dt.timedelta(minutes=data.draw(st.integers(0, 4000)))
    back = start + dt.timedelta(minutes=data.draw(st.integers(0, 9000)))
    open_pause = [Pause(start, None, REASON)]
    try:
        clock = read_clock(calendar, terms, open_pause)
        after = read_clock(calendar, terms, resumed(open_pause, back))
    except Refused as refused:
        if refused.code not in ("CALENDAR_MISSING", "PAUSE_AFTER_DUE"):
            raise
        return
    assert clock.is_paused
    assert clock.due_at is None
    assert after.due_at is not None
    days = counted_days(calendar, terms, resumed(open_pause, back))
    upcoming = [d for d, _n in zip(days, range(int(terms.n)), strict=False) if closing(terms, d) > start]
    assert clock.left == len(upcoming)


def monday(hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, 3, 2, hour)


PLAIN = Calendar({2026: OFFICIAL})
WORKDAY = every_day(((540, 720), (810, 1050)))


def refusal(*args: Any) -> str:
    with pytest.raises(Refused) as refused:
        read_clock(PLAIN, *args)
    assert refused.value.status == 422
    assert refused.value.sentence("zh") != refused.value.code
    return refused.value.code


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(monday(), "DAYS", 5), "UNKNOWN_UNIT"),
        (Terms(monday(), "WD", -1), "PROMISE_NOT_POSITIVE"),
        (Terms(monday(), "WD", 1.5), "PROMISE_NOT_POSITIVE"),
        (Terms(monday(), "WD", True), "PROMISE_NOT_POSITIVE"),
        (Terms(monday(), "CH", 0), "PROMISE_NOT_POSITIVE"),
        (Terms(monday(), "WH", 4), "OFFICE_HOURS_MISSING"),
        (Terms(monday(), "WD", 4, "OFFICE_HOURS"), "OFFICE_HOURS_MISSING"),
        (Terms(monday(), "WD", 4, "BY_FEELING"), "UNKNOWN_RECEIPT_RULE"),
        (Terms(monday(), "WD", 400), "CALENDAR_MISSING"),
        (Terms(monday(), "CD", 10**9), "CALENDAR_MISSING"),
        (Terms(monday(), "M", 10**6), "CALENDAR_MISSING"),
        (Terms(monday(), "CH", 10**12), "CALENDAR_MISSING"),
        (Terms(monday(), "WH", 10**5, "ACTUAL_DAY", WORKDAY), "CALENDAR_MISSING"),
        (Terms(dt.datetime(2025, 12, 31, 9), "WD", 0), "CALENDAR_MISSING"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_their_code(terms: Terms, code: str) -> None:
    assert refusal(terms) == code


@pytest.mark.parametrize(
    ("pauses", "code"),
    [
        ([Pause(monday(11), monday(12), "")], "REASON_MISSING"),
        ([Pause(monday(11), monday(12), "BECAUSE")], "REASON_MISSING"),
        ([Pause(monday(12), monday(11), REASON)], "DATES_REVERSED"),
        ([Pause(monday(9), monday(11), REASON)], "DATES_REVERSED"),
        ([Pause(monday(11), monday(13), REASON), Pause(monday(12), monday(14), REASON)], "PAUSE_OVERLAP"),
        ([Pause(monday(11), None, REASON), Pause(monday(12), monday(14), REASON)], "PAUSE_OVERLAP"),
        ([Pause(monday(11) + DAY * 8, None, REASON)], "PAUSE_AFTER_DUE"),
    ],
)
def test_pauses_that_cannot_be_are_refused_with_their_code(pauses: list[Pause], code: str) -> None:
    assert refusal(Terms(monday(), "WD", 5), pauses) == code


@pytest.mark.parametrize("unit", ["CD", "M"])
def test_calendar_days_and_months_cannot_pause(unit: str) -> None:
    assert refusal(Terms(monday(), unit, 1), [Pause(monday(11), None, REASON)]) == "UNIT_CANNOT_PAUSE"


@pytest.mark.parametrize(
    ("extensions", "code"),
    [
        ([Extension(3, monday() + DAY * 7, "head")], "EXTENSION_TOO_LATE"),
        ([Extension(6, monday() + DAY, "head")], "EXTENSION_TOO_LONG"),
        ([Extension(1, monday() + DAY, "head"), Extension(1, monday() + DAY, "head")], "EXTENSION_TOO_LONG"),
        ([Extension(0, monday() + DAY, "head")], "PROMISE_NOT_POSITIVE"),
        ([Extension(1, monday() - DAY, "head")], "DATES_REVERSED"),
        ([Extension(1, monday() + DAY, "head", "head")], "FOUR_EYES"),
    ],
)
def test_extensions_that_cannot_be_are_refused_with_their_code(extensions: list[Extension], code: str) -> None:
    assert refusal(Terms(monday(), "WD", 5), [], extensions) == code


def test_an_extension_that_nobody_approved_moves_nothing() -> None:
    terms = Terms(monday(), "WD", 5)
    assert read_clock(PLAIN, terms, [], [Extension(3, monday() + DAY)]) == read_clock(PLAIN, terms)


def test_an_extension_is_late_on_the_last_day_and_in_time_the_evening_before() -> None:
    terms = Terms(monday(), "WD", 5)
    evening = dt.datetime(2026, 3, 8, 23, 59)
    assert read_clock(PLAIN, terms, [], [Extension(1, evening, "head")]).due_on == dt.date(2026, 3, 10)


def test_a_standing_clock_in_hours_shows_the_hours_that_remain() -> None:
    terms = Terms(monday(), "WH", 8, "ACTUAL_DAY", WORKDAY)
    assert read_clock(PLAIN, terms, [Pause(monday(15), None, REASON)]).left == 8 - 3.5
    assert read_clock(PLAIN, Terms(monday(), "CH", 24), [Pause(monday(15), None, REASON)]).left == 19


HOURS = replace(Terms(monday(), "WD", 5), office_hours=WORKDAY)


def pausing(start: dt.datetime, end: dt.datetime | None = None) -> list[Pause]:
    return [Pause(start, end or start + DAY * 2, REASON)]


def test_a_pause_that_begins_exactly_at_closing_leaves_that_day_counted() -> None:
    closing_time = dt.datetime(2026, 3, 4, 17, 30)
    assert read_clock(PLAIN, HOURS, pausing(closing_time)).paused_days == 2
    assert read_clock(PLAIN, HOURS, pausing(closing_time - dt.timedelta(minutes=1))).paused_days == 2
    assert read_clock(PLAIN, HOURS, pausing(closing_time, closing_time)).paused_days == 0
    assert read_clock(PLAIN, HOURS, pausing(dt.datetime(2026, 3, 4, 17), closing_time)).paused_days == 1
    assert read_clock(PLAIN, HOURS, pausing(closing_time, closing_time + dt.timedelta(hours=1))).paused_days == 0


def test_a_pause_at_the_very_due_instant_is_too_late() -> None:
    due_at = dt.datetime(2026, 3, 9, 17, 30)
    assert read_clock(PLAIN, HOURS).due_at == due_at
    assert refusal(HOURS, pausing(due_at)) == "PAUSE_AFTER_DUE"
    assert read_clock(PLAIN, HOURS, pausing(due_at - dt.timedelta(minutes=1))).due_on == dt.date(2026, 3, 11)


def test_what_comes_exactly_at_closing_counts_for_the_next_working_day() -> None:
    late = replace(HOURS, receipt_rule="OFFICE_HOURS", received_at=dt.datetime(2026, 3, 6, 17, 30))
    assert read_clock(PLAIN, late).effective_day == dt.date(2026, 3, 9)
    before = replace(late, received_at=late.received_at - dt.timedelta(minutes=1))
    assert read_clock(PLAIN, before).effective_day == dt.date(2026, 3, 6)


def test_working_hours_that_end_at_closing_are_due_at_closing() -> None:
    terms = Terms(dt.datetime(2026, 3, 6, 15, 30), "WH", 2, "ACTUAL_DAY", WORKDAY)
    assert read_clock(PLAIN, terms).due_at == dt.datetime(2026, 3, 6, 17, 30)
    assert read_clock(PLAIN, replace(terms, n=3)).due_at == dt.datetime(2026, 3, 9, 10)


def test_two_pauses_that_touch_are_no_overlap() -> None:
    touching = [Pause(monday(11), monday(12), REASON), Pause(monday(12), monday(13), REASON)]
    assert read_clock(PLAIN, Terms(monday(), "WD", 5), touching).due_on == dt.date(2026, 3, 9)
