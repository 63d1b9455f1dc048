"""A refusal: a stable code, one whole sentence, its place where there is one."""

import pytest

from xinya.kit.refusals import Refused, demand


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (None, None, "Not a day: x."),
        (3, None, "Row 3: Not a day: x."),
        (None, "as of", "Column as of: Not a day: x."),
        (3, "as of", "Row 3, column as of: Not a day: x."),
    ],
)
def test_the_sentence_names_its_place(row: int | None, column: str | None, sentence: str) -> None:
    refused = Refused("day-wrong", "Not a day: %(day)s.", row=row, column=column, day="x")
    assert refused.sentence("en") == sentence
    assert str(refused) == f"day-wrong: {sentence}"


def test_a_value_with_a_percent_sign_stays_as_it_is() -> None:
    assert Refused("a", "%(text)s is wrong.", row=1, text="5 %(x)s %d").sentence() == "Row 1: 5 %(x)s %d is wrong."


def test_a_sentence_without_values_may_hold_a_percent_sign() -> None:
    assert Refused("a", "Above 100 %.", row=2).sentence() == "Row 2: Above 100 %."


def test_the_place_is_said_in_the_language_of_the_reader() -> None:
    sentence = Refused("a", "x", row=3, column="主营产品").sentence("zh")
    assert "3" in sentence
    assert "主营产品" in sentence
    assert "Row" not in sentence


def test_a_refusal_is_unprocessable_unless_it_says_otherwise() -> None:
    assert Refused("a", "x").status == 422
    assert Refused("a", "x", status=409).status == 409


def test_what_holds_is_not_refused() -> None:
    demand(True, "not-allowed", "x")


def test_a_demand_that_fails_is_forbidden() -> None:
    with pytest.raises(Refused) as caught:
        demand(False, "not-allowed", "Your role is %(role)s.", role="reader")
    assert (caught.value.code, caught.value.status) == ("not-allowed", 403)
    assert caught.value.sentence() == "Your role is reader."
