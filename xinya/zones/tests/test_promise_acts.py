"""Acts on a promise: pause, extension, proof, confirmation, objection, hand-over; what they move and what never moves."""

import datetime as dt
from typing import Any

import pytest

from xinya.zones import actions
from xinya.zones.models import PromiseClock, PromiseEvent
from xinya.zones.tests.promises import House, act, again, at, code_of, due, fresh, in_state, instant

pytestmark = pytest.mark.django_db


# --- pause ----------------------------------------------------------------------------------------------------------
def test_a_paused_promise_has_no_due_date_and_the_company_s_answer_lets_it_run(house: House) -> None:
    promise = act(house, "officer", "pause", house.promise(), "2026-03-04 11:00")
    assert (promise.due_on, promise.due_at) == (None, None)
    act(house, "boss", "reply", promise, "2026-03-09 15:00")
    assert again(promise).state == "OPEN"
    assert due(promise) == "2026-03-12"


def test_pause_and_resume_on_one_day_change_nothing(house: House) -> None:
    promise = house.promise()
    act(house, "officer", "pause", promise, "2026-03-04 09:00")
    act(house, "officer", "resume", promise, "2026-03-04 16:00")
    assert due(promise) == "2026-03-09"


def test_the_desk_lead_may_end_a_pause_and_not_begin_one(house: House) -> None:
    promise = house.promise()
    house_desk = fresh(house.desk)
    house_desk.memberships.update(organisation=house.planning)
    assert code_of(house, "desk", "pause", promise) == ("not-allowed", 403)
    act(house, "officer", "pause", promise)
    assert act(house, "desk", "resume", promise).state == "OPEN"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"reason": "BECAUSE"}, "REASON_MISSING"),
        ({"reason": ""}, "REASON_MISSING"),
        ({"what": " "}, "REASON_MISSING"),
        ({"reason": "LAW_WAITING_PERIOD", "what": "等一等"}, "LAW_MISSING"),
        ({"until": dt.date(2026, 3, 2)}, "DATES_REVERSED"),
        ({"until": dt.date(2026, 3, 18)}, "PAUSE_TOO_LONG"),
        ({"reason": "COMPANY_ASKED", "until": dt.date(2026, 4, 2)}, "PAUSE_TOO_LONG"),
    ],
)
def test_a_pause_without_reason_or_beyond_its_maximum_is_refused(house: House, words: dict[str, Any], code: str) -> None:
    assert code_of(house, "officer", "pause", house.promise(), **words) == (code, 422)


def test_a_pause_may_last_ten_working_days_and_by_law_as_long_as_the_law_says(house: House) -> None:
    act(house, "officer", "pause", house.promise(), until=dt.date(2026, 3, 17))
    act(house, "officer", "pause", house.promise(), reason="LAW_WAITING_PERIOD", what="第十九条", until=dt.date(2026, 9, 1))


def test_nothing_is_paused_after_it_was_due(house: House) -> None:
    promise = house.promise(n=1)
    assert code_of(house, "officer", "pause", promise, "2026-03-05 10:00") == ("PAUSE_AFTER_DUE", 422)


def test_calendar_days_cannot_pause(house: House) -> None:
    assert code_of(house, "officer", "pause", house.promise(unit="CD", n=10)) == ("UNIT_CANNOT_PAUSE", 422)


# --- extension ------------------------------------------------------------------------------------------------------
def test_an_extension_counts_from_the_same_start_once_another_person_approved_it(house: House) -> None:
    promise = house.promise()
    act(house, "officer", "ask_extension", promise)
    assert due(promise) == "2026-03-09"
    act(house, "head", "approve_extension", promise)
    assert due(promise) == "2026-03-12"
    event = PromiseEvent.objects.get(verb="approve_extension")
    assert (event.old_due_on, event.new_due_on, event.text) == (dt.date(2026, 3, 9), dt.date(2026, 3, 12), "同意")


def test_nobody_approves_an_extension_of_their_own(house: House) -> None:
    promise = house.promise()
    act(house, "head", "ask_extension", promise)
    assert code_of(house, "head", "approve_extension", promise) == ("FOUR_EYES", 403)
    act(house, "desk", "approve_extension", promise)
    assert due(promise) == "2026-03-12"


def test_an_extension_is_asked_once_before_the_last_day_and_never_longer_than_the_promise(house: House) -> None:
    promise = house.promise()
    assert code_of(house, "officer", "ask_extension", promise, "2026-03-09 10:00") == ("EXTENSION_TOO_LATE", 422)
    assert code_of(house, "officer", "ask_extension", promise, n=6) == ("EXTENSION_TOO_LONG", 422)
    assert code_of(house, "officer", "ask_extension", promise, n=0) == ("PROMISE_NOT_POSITIVE", 422)
    assert code_of(house, "officer", "ask_extension", promise, reason=" ") == ("REASON_MISSING", 422)
    assert code_of(house, "head", "approve_extension", promise) == ("no-extension", 409)
    act(house, "officer", "ask_extension", promise)
    assert code_of(house, "officer", "ask_extension", promise) == ("EXTENSION_TOO_LONG", 409)
    act(house, "head", "refuse_extension", promise)
    assert due(promise) == "2026-03-09"


# --- kept, confirmed, objected, silent ------------------------------------------------------------------------------
def test_kept_only_with_proof_and_the_other_side_s_word(house: House) -> None:
    promise = house.promise()
    assert code_of(house, "officer", "keep", promise, proof="好") == ("proof-missing", 422)
    kept = act(house, "officer", "keep", promise, "2026-03-09 23:59")
    assert (kept.state, kept.is_late) == ("KEPT", False)
    confirmed = act(house, "boss", "confirm", promise)
    assert confirmed.state == "CONFIRMED"
    assert confirmed.ended_at is not None


def test_what_is_kept_at_the_due_instant_is_late(house: House) -> None:
    assert act(house, "officer", "keep", house.promise(), "2026-03-10 00:00").is_late


def test_ten_working_days_of_silence_leave_it_kept_and_not_confirmed(house: House) -> None:
    promise = house.promise()
    act(house, "officer", "keep", promise, "2026-03-03 10:00")
    assert actions.end_silence(instant("2026-03-17 23:00")) == 0
    with at("2026-03-18 00:05"):
        assert actions.end_silence(instant("2026-03-18 00:05")) == 1
        assert actions.end_silence(instant("2026-03-18 00:05")) == 0
    silent = again(promise)
    assert (silent.state, silent.events.order_by("-pk")[0].by) == ("SILENT", None)
    assert act(house, "boss", "confirm", promise).state == "CONFIRMED"


def test_an_objection_starts_a_new_clock_and_the_old_one_stays(house: House) -> None:
    promise = house.promise()
    act(house, "officer", "keep", promise, "2026-03-03 10:00")
    act(house, "boss", "object", promise, "2026-03-04 10:00")
    assert due(promise) == "2026-03-09"
    act(house, "officer", "keep", promise, "2026-03-09 10:00")
    act(house, "boss", "object", promise, "2026-03-12 10:00")
    assert due(promise) == "2026-03-17"
    clocks = list(PromiseClock.objects.filter(promise=promise))
    assert [(c.number, c.why, str(c.due_on)) for c in clocks] == [
        (1, "MADE", "2026-03-09"), (2, "DISPUTED", "2026-03-09"), (3, "DISPUTED", "2026-03-17"),
    ]  # fmt: skip
    assert [c.ended_at is None for c in clocks] == [False, False, True]


def test_a_reopening_gives_five_working_days_from_that_day(house: House) -> None:
    promise = in_state(house, "CONFIRMED")
    act(house, "boss", "reopen", promise, "2026-03-13 11:00")
    assert due(promise) == "2026-03-20"
    assert again(promise).kept_at is None


def test_the_other_side_says_broken_only_once_it_is_late(house: House) -> None:
    promise = house.promise()
    assert code_of(house, "boss", "break", promise, "2026-03-09 10:00") == ("not-due-yet", 409)
    assert act(house, "boss", "break", promise, "2026-03-10 00:00").state == "BROKEN"


def test_an_end_in_a_pause_closes_the_pause(house: House) -> None:
    promise = in_state(house, "PAUSED")
    act(house, "boss", "withdraw", promise, "2026-03-05 10:00")
    (pause,) = again(promise).clocks.get().pauses.all()
    assert pause.end == instant("2026-03-05 10:00")


def test_a_promise_to_somebody_without_an_account_is_let_off_by_the_head_and_never_by_its_owner(house: House) -> None:
    promise = house.promise(company=None, other="园区食堂")
    assert code_of(house, "officer", "withdraw", promise) == ("not-allowed", 403)
    assert act(house, "head", "withdraw", promise).state == "WITHDRAWN"


# --- hand-over ------------------------------------------------------------------------------------------------------
def test_a_hand_over_changes_the_owner_and_never_the_date(house: House) -> None:
    promise = house.promise()
    someone_else = act(house, "officer", "hand_over", promise, to=house.handler)
    assert (someone_else.owner, due(promise)) == (house.handler, "2026-03-09")
    house.handler.memberships.create(
        organisation=house.planning, role="office_handler", duty_kind="BUSINESS", duty=house.handler.duty, since=dt.date(2026, 1, 1)
    )
    moved = act(house, "officer", "hand_over", promise, to=house.handler, office=house.planning)
    assert (moved.owner_organisation, due(promise)) == (house.planning, "2026-03-09")


def test_a_hand_over_to_somebody_of_another_house_is_refused(house: House) -> None:
    promise = house.promise()
    for who in (house.boss, house.foreign):
        assert code_of(house, "officer", "hand_over", promise, to=who) == ("not-a-member", 422)
    home = house.foreign.memberships.get().organisation
    assert code_of(house, "officer", "hand_over", promise, to=house.foreign, office=home) == ("not-a-member", 422)
    assert code_of(house, "officer", "hand_over", promise, reason="") == ("REASON_MISSING", 422)
