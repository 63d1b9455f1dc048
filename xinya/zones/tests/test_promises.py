"""Promises: who may do what in which state, and what the clock shows then."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions, rules
from xinya.zones.engine import promise_states as states
from xinya.zones.models import Assignment, Promise
from xinya.zones.queries import promise_visible, promises_due, promises_of, promises_visible_to
from xinya.zones.tests.promises import ACTS, EVERYBODY, House, act, at, code_of, due, fresh, in_state, instant

pytestmark = pytest.mark.django_db


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
