"""Escalation, the second question, and the days of a life with several clocks."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.kit.clock_lives import Event, disputed_due_on, escalation_dates, escalation_level, read_life, second_question
from xinya.kit.clock_terms import Terms
from xinya.kit.refusals import Refused
from xinya.kit.workdays import OFFICIAL, Calendar

PLAIN = Calendar({2026: OFFICIAL, 2027: "forecast"})
MONDAY = dt.datetime(2026, 3, 2, 10)
WEEK = Terms(MONDAY, "WD", 5)


def on(day: int, month: int = 3, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour)


def life(*events: tuple[str, dt.datetime]) -> list[Event]:
    return [Event(MONDAY, "submit"), *(Event(at, verb, "NEED_MATERIAL") for verb, at in events)]


def test_escalation_goes_up_on_the_due_day_and_one_three_and_five_working_days_later() -> None:
    dates = escalation_dates(PLAIN, dt.date(2026, 3, 5))
    assert [d.day for d in dates.values()] == [5, 6, 10, 12]


@pytest.mark.parametrize(("today", "level"), [(4, ""), (5, "L0"), (6, "L1"), (9, "L1"), (10, "L2"), (12, "L3"), (30, "L3")])
def test_an_open_promise_has_the_last_level_it_reached(today: int, level: str) -> None:
    assert escalation_level(PLAIN, dt.date(2026, 3, 5), dt.date(2026, 3, today)) == level


def test_the_second_question_waits_for_a_working_day() -> None:
    assert second_question(PLAIN, dt.date(2026, 3, 6)) == (dt.date(2026, 4, 3), dt.date(2026, 4, 3))
    assert second_question(PLAIN, dt.date(2026, 3, 7)) == (dt.date(2026, 4, 4), dt.date(2026, 4, 6))


def test_a_dispute_gives_three_working_days_and_never_less_than_the_old_date() -> None:
    assert disputed_due_on(PLAIN, dt.date(2026, 3, 5), dt.date(2026, 3, 5)) == dt.date(2026, 3, 10)
    assert disputed_due_on(PLAIN, dt.date(2026, 3, 25), dt.date(2026, 3, 5)) == dt.date(2026, 3, 25)
    assert disputed_due_on(PLAIN, None, dt.date(2026, 3, 5)) == dt.date(2026, 3, 10)


def test_the_second_question_is_asked_of_the_close_that_stood_until_then() -> None:
    twice = life(("close", on(4)), ("reopen", on(10)), ("close", on(12)))
    assert read_life(PLAIN, WEEK, twice).second_question_on == dt.date(2026, 4, 9)


def test_a_paused_day_is_in_the_elapsed_days_and_not_on_the_clock() -> None:
    told = read_life(PLAIN, WEEK, life(("pause", on(3)), ("resume", on(5)), ("answer", on(10)), ("close", on(11))))
    assert (told.elapsed, told.paused, told.closed_between, told.clock_days) == (7, 2, 0, 5)
    assert told.first.due_on == dt.date(2026, 3, 11)
    assert told.first_answer_on_time is True


def test_an_answer_is_judged_by_the_pauses_known_when_it_came() -> None:
    late = life(("answer", on(10)), ("close", on(11)))
    assert read_life(PLAIN, WEEK, late).first_answer_on_time is False
    standing = life(("pause", on(9)), ("answer", on(20)), ("close", on(21)))
    assert read_life(PLAIN, WEEK, standing).first_answer_on_time is True


def test_a_reopening_starts_a_new_clock_and_the_first_one_stays() -> None:
    told = read_life(PLAIN, WEEK, life(("close", on(4)), ("reopen", on(6)), ("pause", on(9)), ("resume", on(11))))
    assert told.first.due_on == dt.date(2026, 3, 9)
    assert told.reopened is not None
    assert told.reopened.due_on == dt.date(2026, 3, 17)


def test_what_was_never_closed_has_no_elapsed_days_and_no_second_question() -> None:
    told = read_life(PLAIN, WEEK, life(("answer", on(4))))
    assert (told.elapsed, told.second_question_on, told.reopened) == (None, None, None)


def test_events_out_of_order_are_refused() -> None:
    with pytest.raises(Refused, match="DATES_REVERSED"):
        read_life(PLAIN, WEEK, life(("answer", on(4)), ("close", on(3))))


@given(st.lists(st.integers(1, 4000), min_size=2, max_size=8), st.integers(1, 20))
@settings(max_examples=examples(200))
def test_elapsed_days_are_the_clock_s_and_the_paused_and_the_closed_ones(steps: list[int], n: int) -> None:
    at, events = MONDAY, [Event(MONDAY, "submit")]
    for place, step in enumerate(steps):
        at += dt.timedelta(minutes=step)
        events.append(Event(at, "reopen" if place % 2 else "close"))
    told = read_life(PLAIN, Terms(MONDAY, "WD", n), events)
    parts = [told.clock_days or 0, told.paused or 0, told.closed_between or 0]
    assert told.elapsed == sum(parts)
    assert min(parts) >= 0
