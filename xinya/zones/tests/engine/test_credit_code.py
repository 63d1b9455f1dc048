"""Known properties of the credit code; the oracle of the golden companies is tried where they are at hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.credit_code import (
    ALPHABET,
    check_character,
    has_right_form,
    has_right_organisation_code,
    is_credit_code,
    organisation_check_character,
)

PUBLISHED = "91350100M000100Y43"  # the worked example that the standard prints
BODIES = st.text(ALPHABET, min_size=17, max_size=17)


def test_the_example_of_the_standard_passes_both_checks() -> None:
    assert is_credit_code(PUBLISHED)
    assert has_right_organisation_code(PUBLISHED)


def test_the_alphabet_has_31_characters_and_none_that_reads_like_a_digit() -> None:
    assert len(set(ALPHABET)) == 31
    assert not set("IOZSV") & set(ALPHABET)


@given(BODIES, st.integers(0, 17), st.integers(1, 30))
def test_every_single_wrong_character_is_caught(body: str, place: int, shift: int) -> None:
    code = body + check_character(body)
    wrong = ALPHABET[(ALPHABET.index(code[place]) + shift) % 31]
    assert is_credit_code(code)
    assert not is_credit_code(code[:place] + wrong + code[place + 1 :])


@given(BODIES, st.integers(0, 16))
def test_every_swap_of_two_different_neighbours_is_caught(body: str, place: int) -> None:
    code = body + check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_credit_code(swapped) == (code[place] == code[place + 1])


@given(BODIES)
def test_exactly_one_last_character_fits_a_body(body: str) -> None:
    assert sum(is_credit_code(body + character) for character in ALPHABET) == 1


@pytest.mark.parametrize(
    ("body", "check"), [("00000000", "0"), ("00000001", "9"), ("D2143569", "X"), ("M000100Y", "4"), ("00000006", "X")]
)
def test_the_organisation_code_writes_ten_as_x_and_eleven_as_nought(body: str, check: str) -> None:
    assert organisation_check_character(body) == check


@pytest.mark.parametrize("wrong", ["", "9135", PUBLISHED + "1", PUBLISHED[:-1] + "O", PUBLISHED.lower(), "９" + PUBLISHED[1:]])
def test_a_wrong_length_or_a_foreign_character_is_no_credit_code(wrong: str) -> None:
    assert not has_right_form(wrong)
    assert not is_credit_code(wrong)
    assert not has_right_organisation_code(wrong)


@pytest.mark.parametrize("body", ["", "1" * 16, "I" * 17])
def test_a_body_that_cannot_be_checked_is_an_error(body: str) -> None:
    with pytest.raises(ValueError, match="17 characters"):
        check_character(body)


@pytest.mark.parametrize("body", ["", "1234567", "1234567a", "1234567é"])
def test_an_organisation_body_that_cannot_be_checked_is_an_error(body: str) -> None:
    with pytest.raises(ValueError, match="8 digits"):
        organisation_check_character(body)
