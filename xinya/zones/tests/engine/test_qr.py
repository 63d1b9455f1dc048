"""The table of QR sign-in: every move leads on, no way back, one door to a session; codes are what they should be."""

import collections

from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine import qr


def test_a_session_is_reached_only_over_seen_and_approved() -> None:
    into = collections.defaultdict(set)
    for move in qr.MOVES:
        into[move.target].add(move.source)
    assert into["used"] == {"approved"}
    assert into["approved"] == {"seen"}
    assert into["seen"] == {"waiting"}
    assert into["waiting"] == {""}


def test_an_ended_code_moves_no_more_and_every_open_one_can_expire() -> None:
    ended = {"used", "refused", "expired"}
    assert not any(move.source in ended for move in qr.MOVES)
    assert set(qr.sources("expire")) == set(qr.STATES) - ended == set(qr.OPEN)


def test_a_verb_leads_to_one_state() -> None:
    for verb in {move.verb for move in qr.MOVES}:
        assert len({move.target for move in qr.MOVES if move.verb == verb}) == 1
        assert qr.target(verb) in qr.STATES


def test_codes_are_of_twenty_letters_and_do_not_repeat() -> None:
    codes = [qr.new_user_code() for _ in range(2000)]
    assert len(set(codes)) == len(codes)
    assert set("".join(codes)) == set(qr.LETTERS)
    assert {len(code) for code in codes} == {8}
    assert len({qr.new_device_code() for _ in range(200)}) == 200


def test_the_check_number_is_one_of_three_and_its_place_tells_nothing() -> None:
    places: collections.Counter[int] = collections.Counter()
    for _ in range(900):
        number, numbers = qr.new_numbers()
        assert len(set(numbers)) == 3
        assert all(10 <= n <= 99 for n in numbers)
        places[numbers.index(number)] += 1
    assert min(places[i] for i in range(3)) > 200


@given(st.text(max_size=40))
def test_what_is_typed_becomes_a_code_or_nothing(text: str) -> None:
    code = qr.typed_code(text)
    assert set(code) <= set(qr.LETTERS)
    assert len(code) <= 9


def test_a_code_is_typed_as_it_is_shown() -> None:
    code = qr.new_user_code()
    assert qr.typed_code(qr.shown_code(code).lower() + " ") == code
