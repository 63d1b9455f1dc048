"""Reversal: what hangs on an event blocks it and is named, money included; a reversal leaves the world without the event."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.fund.engine import BadInput, Book, Event, replay
from xinya.fund.files.event_lines import replayed

from .test_book_properties import DAY, append, begun, live
from .worlds import LIVES, MANY


def refusal(book: Book, seq: int, day: datetime.date = DAY) -> BadInput:
    with pytest.raises(BadInput) as caught:
        book.append(Event(0, "REVERSED", day, {"reverses": seq}))
    return caught.value


def pool(*amounts: int) -> Book:
    book = Book()
    for amount in amounts:
        append(book, "POOL_FUNDED", amount_fen=amount)
    return book


def test_funding_is_not_reversed_while_approvals_need_its_money_and_they_are_named() -> None:
    book = pool(100)
    small = append(book, "GRANT_APPROVED", grant="G1", amount_fen=30)
    large = append(book, "GRANT_APPROVED", grant="G2", amount_fen=60)
    refused = refusal(book, 1)
    assert (refused.code, refused.values["later"]) == ("REVERSAL_BLOCKED", f"{small}, {large}")
    assert "its money is used" in refused.sentence("en")
    append(book, "REVERSED", reverses=large)
    assert refusal(book, 1).values["later"] == str(small)
    append(book, "REVERSED", reverses=small)
    append(book, "REVERSED", reverses=1)
    assert book.view().known() == {}


def test_only_those_that_could_not_have_been_without_the_money_are_named_also_when_other_money_came_later() -> None:
    book = pool(100, 50)
    first = append(book, "GRANT_APPROVED", grant="G1", amount_fen=90)
    second = append(book, "REMITTED", amount_fen=20)
    third = append(book, "POOL_FUNDED", amount_fen=500)
    append(book, "GRANT_APPROVED", grant="G2", amount_fen=30)
    assert refusal(book, 2).values["later"] == str(second)
    assert refusal(book, 1).values["later"] == f"{first}, {second}"
    append(book, "REVERSED", reverses=second)
    append(book, "REVERSED", reverses=2)
    assert refusal(book, third).values["later"] == str(third + 1)


def test_money_that_was_entered_twice_is_taken_out_again() -> None:
    book = pool(100, 100)
    append(book, "GRANT_APPROVED", grant="G1", amount_fen=90)
    append(book, "REVERSED", reverses=2)
    assert refusal(book, 1).values["later"] == "3"


def test_the_funding_of_a_whole_life_stays_although_more_money_is_in_the_pool_at_its_end(shared: Path) -> None:
    case = json.loads((shared / "data" / "golden" / "fund" / "F27-event-replay.json").read_text("utf-8"))["inputs"]
    reversal = {"seq": 18, "type": "REVERSED", "date": "2027-01-01", "data": {"reverses": 1}}
    with pytest.raises(BadInput) as caught:
        replayed(case | {"events": [*case["events"], reversal]})
    assert caught.value.code == "REVERSAL_BLOCKED"
    assert caught.value.values["later"] == "2, 8, 11"


def test_money_that_came_back_is_not_taken_out_again_while_a_new_grant_needs_it() -> None:
    book = pool(100)
    append(book, "GRANT_APPROVED", grant="G1", amount_fen=100)
    append(book, "TRANCHE_PAID", grant="G1", no=1, amount_fen=100)
    back = append(book, "REPAID", grant="G1", principal_fen=100)
    new = append(book, "GRANT_APPROVED", grant="G2", amount_fen=40)
    assert (refusal(book, back).code, refusal(book, back).values["later"]) == ("REVERSAL_BLOCKED", str(new))


def test_a_cancelled_tranche_is_not_restored_while_its_money_is_promised_again() -> None:
    book = pool(100)
    append(book, "GRANT_APPROVED", grant="G1", amount_fen=100)
    cancelled = append(book, "TRANCHE_CANCELLED", grant="G1", no=1, amount_fen=100)
    new = append(book, "GRANT_APPROVED", grant="G2", amount_fen=40)
    assert refusal(book, cancelled).values["later"] == str(new)


def test_a_signed_round_is_not_reversed_while_a_trigger_stands_on_it() -> None:
    book = begun()
    signed = append(book, "ROUND_SIGNED", company="c1", round="A", new_money=[{"holder": "V", "amount_fen": 5}])
    met = append(book, "TRIGGER_MET", grant="G1", round="A")
    assert refusal(book, signed).values["later"] == str(met)
    append(book, "REVERSED", reverses=met)
    append(book, "REVERSED", reverses=signed)


def test_a_trigger_and_the_closing_of_its_round_stay_while_the_grant_converted() -> None:
    book = begun()
    signed = append(book, "ROUND_SIGNED", company="c1", round="A")
    other = append(book, "ROUND_SIGNED", company="c2", round="A")
    met = append(book, "TRIGGER_MET", company="c1")
    closed = append(book, "ROUND_CLOSED", company="c1", round="A", issued={"V": 5})
    converted = append(book, "GRANT_CONVERTED", grant="G1", principal_fen=10, units=5)
    assert refusal(book, signed).values["later"] == f"{met}, {closed}, {converted}"
    assert refusal(book, met).values["later"] == str(converted)
    assert refusal(book, closed).values["later"] == str(converted)
    append(book, "REVERSED", reverses=other)


def test_what_was_reversed_before_and_a_reversal_have_words_of_their_own() -> None:
    book = begun()
    by = append(book, "REVERSED", reverses=4)
    again, itself = refusal(book, 4), refusal(book, by)
    assert again.code == itself.code == "REVERSAL_BLOCKED"
    assert again.sentence("en") == f"Event 4 was reversed already, by event {by}."
    assert "is itself a reversal" in itself.sentence("en")


def test_a_reversal_does_not_take_effect_before_the_event() -> None:
    book = begun()
    refused = refusal(book, 4, DAY - datetime.timedelta(days=1))
    assert refused.code == "DATES_REVERSED"
    append(book, "REVERSED", reverses=4)


@pytest.mark.parametrize(
    ("content", "code"),
    [({}, "FIELD_MISSING"), ({"reverses": 0}, "FIELD_WRONG"), ({"reverses": "4"}, "FIELD_WRONG"), ({"reverses": 5}, "FIELD_WRONG")],
)
def test_a_reversal_says_which_event_under_the_key_reverses(content: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        append(begun(), "REVERSED", **content)


def test_a_reversed_approval_leaves_no_company_behind_and_the_name_can_be_used_for_another() -> None:
    book = begun()
    before = dict(book._companies)
    append(book, "GRANT_APPROVED", grant="G7", company="c1", amount_fen=10)
    append(book, "REVERSED", reverses=book.seq)
    assert book._companies == before
    with pytest.raises(BadInput, match="no approved grant G7"):
        append(book, "DIVIDEND", grant="G7", amount_fen=1)
    append(book, "GRANT_APPROVED", grant="G7", company="c2", amount_fen=10)
    append(book, "TRANCHE_PAID", grant="G7", no=1, amount_fen=10)
    append(book, "GRANT_CONVERTED", grant="G7", principal_fen=10, units=3)
    assert book.view().cap_table("c2") == {"PUBLIC": 3}


def test_a_dividend_after_another_does_not_hang_on_it() -> None:
    book = begun()
    first = append(book, "DIVIDEND", grant="G1", amount_fen=5)
    append(book, "DIVIDEND", grant="G1", amount_fen=7)
    append(book, "REVERSED", reverses=first)
    assert book.view().grant("G1")["dividends"] == 7


def refusal_of(act: Callable[[], object]) -> BadInput | None:
    try:
        act()
    except BadInput as refused:
        return refused
    return None


def without_number(event: Event, gone: int) -> Event:
    """The event as it would stand in a stream without event `gone`: a reversal names its event by number."""
    content = dict(event.content)
    if event.type == "REVERSED" and content["reverses"] > gone:
        content["reverses"] -= 1
    return Event(0, event.type, event.date, content)


@MANY
@given(LIVES, st.integers(1, 25))
def test_a_reversal_leaves_what_would_be_had_the_event_never_been_and_a_refused_one_names_what_stands(
    commands: list[dict[str, Any]], place: int
) -> None:
    book = live(commands)
    seq = min(place, book.seq)
    event, late = book.events()[seq - 1], datetime.date(2030, 1, 1)
    before = book.view().known()
    refused = refusal_of(lambda: book.append(Event(0, "REVERSED", late, {"reverses": seq})))
    if refused is not None:
        assert refused.code == "REVERSAL_BLOCKED"
        assert book.view().known() == before
        if event.type == "REVERSED" or seq in book.reversed_by:
            return
        named = [int(number) for number in str(refused.values["later"]).split(", ")]
        assert named
        for number in named:
            assert number != seq
            assert number not in book.reversed_by
            assert book.events()[number - 1].type != "REVERSED"
        return
    without, rest = Book(), [without_number(one, seq) for one in book.events()[:-1] if one.seq != seq]
    without.extend(rest)
    assert without.view().known() == book.view().known()


@MANY
@given(LIVES, st.integers(1, 12))
def test_what_blocks_can_be_reversed_first_one_after_the_other(commands: list[dict[str, Any]], place: int) -> None:
    book = live(commands)
    seq = min(place, book.seq)
    if book.events()[seq - 1].type == "REVERSED" or seq in book.reversed_by:
        return
    late, wanted = datetime.date(2030, 1, 1), [seq]
    for _step in range(200):
        reversal = Event(0, "REVERSED", late, {"reverses": wanted[-1]})
        refused = refusal_of(lambda reversal=reversal: book.append(reversal))  # type: ignore[misc]
        if refused is not None:
            wanted.append(max(int(number) for number in str(refused.values["later"]).split(", ")))
        else:
            wanted.pop()
        if not wanted:
            break
    assert wanted == []
    assert replay(book.events()).sums == book.sums
