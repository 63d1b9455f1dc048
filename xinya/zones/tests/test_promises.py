"""Promises: who may do what in which state, and what the clock shows then."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions, rules
from xinya.zones.engine import promise_states as states
from xinya.zones.models import Assignment, Promise, PromiseClock, PromiseEvent
from xinya.zones.queries import promise_visible, promises_due, promises_of, promises_visible_to
from xinya.zones.tests.promises import PROOF, House, again, at, due, fresh, instant

pytestmark = pytest.mark.django_db
Act = Callable[..., Promise]
UNTIL = dt.date(2026, 3, 9)
WORDS: dict[str, dict[str, Any]] = {
    "pause": {"reason": "NEED_MATERIAL", "what": "负荷清单", "until": UNTIL},
    "resume": {}, "reply": {"text": "清单已交"}, "ask_extension": {"n": 3, "reason": "专家外出"},
    "approve_extension": {"reason": "同意"}, "refuse_extension": {"reason": "不必"}, "hand_over": {"reason": "调岗"},
    "keep": {"proof": PROOF}, "confirm": {}, "object": {"reason": "没有收到"}, "reopen": {"reason": "又坏了"},
    "break": {"reason": "做不到"}, "withdraw": {"reason": "不需要了"},
}  # fmt: skip
ACTS: dict[str, Act] = {
    "pause": actions.pause_promise, "resume": actions.resume_promise, "reply": actions.reply_to_promise,
    "ask_extension": actions.ask_extension, "approve_extension": actions.approve_extension,
    "refuse_extension": actions.refuse_extension, "hand_over": actions.hand_over_promise, "keep": actions.keep_promise,
    "confirm": actions.confirm_promise, "object": actions.object_promise, "reopen": actions.reopen_promise,
    "break": actions.break_promise, "withdraw": actions.withdraw_promise,
}  # fmt: skip
EVERYBODY = (
    "officer",
    "handler",
    "head",
    "desk",
    "reader",
    "auditor",
    "boss",
    "clerk",
    "stranger",
    "foreign",
    "system",
    "security",
)


@pytest.fixture
def house(db: None) -> House:
    return House()


def act(house: House, who: str, verb: str, promise: Promise, when: str = "2026-03-03 10:00", **words: Any) -> Promise:
    said = {**WORDS[verb], **words}
    if verb == "hand_over":
        said.setdefault("to", house.handler)
    with at(when):
        return ACTS[verb](fresh(getattr(house, who)), promise=promise, **said)


def code_of(house: House, who: str, verb: str, promise: Promise, when: str = "2026-03-03 10:00", **words: Any) -> tuple[str, int]:
    """The refusal; whatever was refused left nothing behind."""
    before = (again(promise).__dict__ | {"_state": None}, PromiseEvent.objects.count(), AuditRow.objects.count())
    with pytest.raises(Refused) as refused:
        act(house, who, verb, promise, when, **words)
    assert (again(promise).__dict__ | {"_state": None}, PromiseEvent.objects.count(), AuditRow.objects.count()) == before
    assert refused.value.sentence("zh")
    return refused.value.code, refused.value.status


# --- making ---------------------------------------------------------------------------------------------------------
def test_the_clock_starts_at_receipt_and_the_event_says_so(house: House) -> None:
    promise = house.promise()
    assert due(promise) == "2026-03-09"
    assert promise.due_at == instant("2026-03-10 00:00")
    (event,) = promise.events.all()
    assert (event.verb, event.from_state, event.to_state, event.by) == ("make", "", "OPEN", house.officer)
    row = AuditRow.objects.order_by("-pk")[0]
    assert row.act == "make-promise"


def test_spring_festival_moves_the_date_over_nine_days_off(house: House) -> None:
    assert due(house.promise("2026-02-13 16:00", n=3)) == "2026-02-25"


def test_a_kind_gives_its_own_length_and_hours_run_through_the_night(house: House) -> None:
    promise = house.promise(kind="policy-24h", unit="", n=None)
    assert promise.due_at == instant("2026-03-03 10:00")


def test_a_company_promises_the_zone_and_the_zone_may_write_it_down(house: House) -> None:
    own = house.theirs()
    assert (own.owner_organisation.company, own.owner) == (house.company, house.boss)
    assert own.other_organisation is not None
    written = house.promise(direction="THEIRS", company=house.rival)
    assert written.owner_organisation.company == house.rival
    assert written.other_organisation == house.officer.acting_for.organisation  # type: ignore[union-attr]


@pytest.mark.parametrize("who", ["reader", "auditor", "system", "security", "foreign"])
def test_who_makes_no_promises_here_is_refused(house: House, who: str) -> None:
    wanted = actions.NewPromise(text="给出意见书", company=house.company)
    with at("2026-03-02 10:00"), pytest.raises(Refused) as refused:
        actions.make_promise(fresh(getattr(house, who)), zone=house.zone, wanted=wanted)
    assert (refused.value.code, refused.value.status) == ("not-allowed", 403)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"text": "给"}, "text-wrong"),
        ({"company": None}, "OTHER_MISSING"),
        ({"unit": "DAYS"}, "UNKNOWN_UNIT"),
        ({"n": -1}, "PROMISE_NOT_POSITIVE"),
        ({"unit": "WH", "n": 4}, "OFFICE_HOURS_MISSING"),
        ({"n": 5000}, "CALENDAR_MISSING"),
        ({"kind": "magic"}, "unknown-kind"),
        ({"direction": "SIDEWAYS"}, "unknown-kind"),
        ({"secrecy": "PUBLIC"}, "unknown-kind"),
        ({"proof_needed": "证" * 201}, "text-wrong"),
        ({"received_at": instant("2026-03-02 10:01")}, "DATES_REVERSED"),
        ({"receipt_rule": "BY_FEELING"}, "UNKNOWN_RECEIPT_RULE"),
    ],
)
def test_a_promise_that_cannot_be_is_refused_with_its_code(house: House, said: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        house.promise(**said)
    assert (refused.value.code, refused.value.status) == (code, 422)
    assert not Promise.objects.exists()


def test_a_company_of_another_zone_is_not_found(house: House) -> None:
    house.company.zone = house.other_zone
    house.company.save()
    with pytest.raises(Refused) as refused:
        house.promise()
    assert (refused.value.code, refused.value.status) == ("no-such-company", 404)


def test_a_company_s_people_promise_for_no_other_company_and_in_no_name_of_the_zone(house: House) -> None:
    for said in ({"company": house.rival}, {"direction": "OURS"}):
        with pytest.raises(Refused) as refused:
            house.theirs(**said)
        assert refused.value.status in (403, 404)


def test_without_a_loaded_year_nothing_is_guessed(house: House) -> None:
    with pytest.raises(Refused) as refused:
        house.promise("2036-12-30 10:00")
    assert refused.value.code == "CALENDAR_MISSING"


# --- the table of states, from both ends ----------------------------------------------------------------------------
def in_state(house: House, state: str) -> Promise:
    """A promise brought into the state by its own acts."""
    promise = house.promise()
    if state == "PAUSED":
        act(house, "officer", "pause", promise)
    if state in ("KEPT", "CONFIRMED", "SILENT"):
        act(house, "officer", "keep", promise)
    if state == "CONFIRMED":
        act(house, "boss", "confirm", promise)
    if state == "SILENT":
        with at("2026-04-30 10:00"):
            assert actions.end_silence(instant("2026-04-30 10:00")) == 1
    if state == "BROKEN":
        act(house, "officer", "break", promise)
    if state == "WITHDRAWN":
        act(house, "boss", "withdraw", promise)
    assert again(promise).state == state
    return again(promise)


@pytest.mark.parametrize("state", Promise.State.values)
def test_an_act_outside_its_states_is_refused_with_what_may_follow(house: House, state: str) -> None:
    promise, tried = in_state(house, state), 0
    for verb in ACTS:
        if states.target(state, verb) is not None:
            continue
        for who in EVERYBODY:
            if rules.sides_of(fresh(getattr(house, who)), promise) & states.ever_by(verb):
                assert code_of(house, who, verb, promise) == ("wrong-state", 409)
                tried += 1
    assert tried >= 10


@pytest.mark.parametrize("state", Promise.State.values)
def test_an_act_by_another_side_is_refused(house: House, state: str) -> None:
    promise, tried = in_state(house, state), 0
    for verb in states.verbs_from(state):
        for who in EVERYBODY:
            person = fresh(getattr(house, who))
            if rules.sides_of(person, promise) & states.who_may(state, verb):
                continue
            seen = promises_visible_to(person).filter(pk=promise.pk).exists()
            assert code_of(house, who, verb, promise) == (("not-allowed", 403) if seen else ("no-such-promise", 404))
            tried += 1
    assert tried >= 8 * len(states.verbs_from(state))


def test_every_act_of_the_table_has_its_words_and_its_action() -> None:
    verbs = {verb for _from, verb, _to, _who, _needs in states.TABLE} - {"make", "silence"}
    assert verbs == set(ACTS) == set(states.ACTS)
    assert verbs | {"make", "silence", "calendar"} == set(states.VERBS)
    assert {to for _f, _v, to, _w, _n in states.TABLE} == set(Promise.State.values)


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


# --- who sees it ----------------------------------------------------------------------------------------------------
def seen_by(house: House, promise: Promise) -> set[str]:
    return {w for w in EVERYBODY if promises_visible_to(fresh(getattr(house, w))).filter(pk=promise.pk).exists()}


def test_a_promise_is_seen_by_both_sides_the_zone_s_readers_and_the_auditor_and_by_nobody_else(house: House) -> None:
    both = {"officer", "handler", "head", "desk", "reader", "auditor", "boss", "clerk"}
    assert seen_by(house, house.promise()) == both
    assert seen_by(house, house.theirs()) == both
    assert seen_by(house, house.promise(company=None, other="园区食堂")) == both - {"boss", "clerk"}


def test_a_promise_of_company_class_is_not_for_readers_of_the_whole_zone(house: House) -> None:
    house.reader.memberships.update(organisation=house.planning)
    seen = seen_by(house, house.promise(secrecy="COMPANY"))
    assert seen == {"officer", "handler", "head", "desk", "auditor", "boss", "clerk"}


def test_the_commissioner_of_a_company_sees_its_promises(house: House) -> None:
    from xinya.zones.tests.people import someone

    commissioner = someone("commissioner", "commissioner", zone=house.zone)
    commissioner.memberships.update(organisation=house.planning)
    promise, own = house.promise(), house.theirs()
    assert not promises_visible_to(fresh(commissioner)).exists()
    Assignment.objects.create(company=house.company, person=commissioner, since=dt.date(2020, 1, 1), assigned_by=house.desk)
    assert set(promises_visible_to(fresh(commissioner))) == {promise, own}


def test_a_hidden_promise_and_an_absent_one_are_refused_alike(house: House) -> None:
    promise = house.promise()
    told = []
    for pk in (promise.pk, promise.pk + 999, 0, 2**70):
        with pytest.raises(Refused) as refused:
            promise_visible(fresh(house.stranger), "harbour", pk)
        told.append((refused.value.code, refused.value.status, refused.value.sentence()))
    assert len(set(told)) == 1


# --- lists ----------------------------------------------------------------------------------------------------------
def test_what_is_late_stands_first_and_a_standing_clock_last(house: House) -> None:
    soon, late = house.promise(n=5), house.promise(n=1)
    paused = house.promise(n=2)
    act(house, "officer", "pause", paused, "2026-03-03 10:00")
    far = house.promise(n=40)
    with at("2026-03-05 09:00"):
        found = promises_due(fresh(house.reader), house.zone)
        assert [p.pk for p in found] == [late.pk, soon.pk, paused.pk]
        assert [p.pk for p in promises_of(fresh(house.reader), house.zone, group="late")] == [late.pk]
        every = promises_of(fresh(house.reader), house.zone, direction="OURS")
        assert [p.pk for p in every] == [late.pk, soon.pk, far.pk, paused.pk]
        assert not promises_of(fresh(house.reader), house.zone, direction="THEIRS")


def test_the_database_itself_refuses_a_kept_promise_without_proof_and_an_open_one_without_date(house: House) -> None:
    promise = house.promise()
    for change in ({"state": "KEPT", "proof": ""}, {"due_at": None}, {"other_company": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.filter(pk=promise.pk).update(**change)
