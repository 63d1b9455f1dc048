"""Figures of the fund and the trigger: companies counted once, holdings after a split, what is no round."""

import datetime
from fractions import Fraction
from typing import Any

import pytest

from xinya.fund.engine import BadInput, Book, Event
from xinya.fund.engine.figures import figures, net_asset_value
from xinya.fund.engine.trigger import NO_ROUNDS, Investor, Rule, SignedRound, qualified_round
from xinya.fund.files.answers import trigger

DAY = datetime.date(2024, 1, 1)
LATER = datetime.date(2024, 6, 1)


def book_of(*lines: tuple[str, dict[str, Any]]) -> Book:
    return Book().extend(Event(0, kind, DAY, content) for kind, content in lines)


def grant(name: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("GRANT_APPROVED", {"grant": name, "amount_fen": 1000, **more}),
        ("TRANCHE_PAID", {"grant": name, "no": 1, "amount_fen": 1000}),
    ]


FUNDED = ("POOL_FUNDED", {"amount_fen": 10_000})
HELD: tuple[tuple[str, dict[str, Any]], ...] = (
    FUNDED,
    ("CAP_TABLE_OPENED", {"company": "c", "holders": {"F": 900}}),
    *grant("G", company="c"),
    ("ROUND_CLOSED", {"company": "c", "issued": {"V": 100}, "new_money": [{"holder": "V", "amount_fen": 1000}]}),
    ("GRANT_CONVERTED", {"grant": "G", "principal_fen": 1000, "units": 100}),
)
SPLIT = ("UNITS_SPLIT", {"company": "c", "numerator": 10})


def test_a_company_with_two_grants_is_one_supported_company() -> None:
    book = book_of(FUNDED, *grant("G1", company="c"), *grant("G2", company="c"), *grant("G3", company="d"))
    assert figures(book.view()).supported == 2


def test_grants_of_unnamed_companies_count_one_each_and_unpaid_ones_not_at_all() -> None:
    book = book_of(FUNDED, *grant("G1"), *grant("G2"), ("GRANT_APPROVED", {"grant": "G3", "amount_fen": 1}))
    assert figures(book.view()).supported == 2


def test_a_grant_approved_again_for_another_company_counts_for_that_one() -> None:
    approved = ("GRANT_APPROVED", {"grant": "G", "company": "c", "amount_fen": 1000})
    book = book_of(FUNDED, approved, ("REVERSED", {"reverses": 2}), *grant("G", company="d"), *grant("H", company="d"))
    assert book.view().company_of("G") == "d"
    assert figures(book.view()).supported == 1


def value(book: Book, day: datetime.date = DAY) -> list[int]:
    return [part.value_fen for part in net_asset_value(book, day)]


def test_a_split_leaves_the_value_of_a_holding_as_it_was() -> None:
    assert value(book_of(*HELD)) == value(book_of(*HELD, SPLIT)) == [1000]
    assert value(book_of(*HELD, SPLIT, ("UNITS_SPLIT", {"company": "c", "numerator": 1, "denominator": 5}))) == [1000]


def test_a_reversed_split_and_one_before_the_round_do_not_touch_the_price() -> None:
    assert value(book_of(*HELD, SPLIT, ("REVERSED", {"reverses": 7}))) == [1000]
    assert value(book_of(*HELD[:2], SPLIT, *HELD[2:])) == [1000]


def test_a_split_of_a_later_day_counts_from_that_day() -> None:
    book = book_of(*HELD)
    book.append(Event(0, *("UNITS_SPLIT", LATER, SPLIT[1])))
    assert value(book) == value(book, LATER) == [1000]


def test_a_split_of_another_company_changes_nothing() -> None:
    other = ("CAP_TABLE_OPENED", {"company": "d", "holders": {"F": 900}})
    assert value(book_of(*HELD, other, ("UNITS_SPLIT", {"company": "d", "numerator": 10}))) == [1000]


def test_a_haircut_is_taken_from_the_value_half_up() -> None:
    assert [one.value_fen for one in net_asset_value(book_of(*HELD), DAY, haircut=Fraction(5, 10_000))] == [1000]
    assert [one.value_fen for one in net_asset_value(book_of(*HELD), DAY, haircut=Fraction(6, 10_000))] == [999]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"issued": {"V": 100}, "new_money": [{"holder": "V"}]}, "FIELD_MISSING"),
        ({"issued": {"V": 100}, "new_money": {"V": 1000}}, "FIELD_WRONG"),
        ({"issued": {"V": 100}, "new_money": [7]}, "FIELD_WRONG"),
        ({"issued": {"V": 100}, "new_money": [{"holder": "V", "amount_fen": "1000"}]}, "AMOUNT_NOT_INTEGER"),
        ({"issued": {"V": 100}, "pps_fen_exact": "1/0"}, "NUMBER_NOT_EXACT"),
    ],
)
def test_a_round_whose_price_cannot_be_read_is_refused_when_it_is_recorded(content: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        book_of(("ROUND_CLOSED", content))


def test_units_issued_may_be_told_by_holder_or_as_shares_and_price_the_round_alike() -> None:
    issued: Any
    for issued in ({"V": 100}, [{"holder": "V", "units": 100}], [{"holder": "V", "shares": 100}]):
        told = ("ROUND_CLOSED", {**HELD[4][1], "issued": issued})
        assert value(book_of(*HELD[:4], told, HELD[5])) == [1000]


@pytest.mark.parametrize("kind", NO_ROUNDS)
@pytest.mark.parametrize("investors", [(), (Investor("V", 0),)])
def test_what_is_no_round_is_passed_over_whatever_it_says_of_investors(kind: str, investors: tuple[Investor, ...]) -> None:
    real = SignedRound(LATER, (Investor("V", 1000),), 10**6)
    found = qualified_round(Rule(1000), [SignedRound(DAY, investors, None, kind), real])
    assert (found.is_met, found.place, found.sum_fen) == (True, 1, 1000)


def test_a_case_may_leave_the_investors_of_a_pool_increase_out_and_give_an_issue_for_nothing() -> None:
    rounds: list[dict[str, Any]] = [
        {"date": "2024-01-01", "kind": "POOL_INCREASE"},
        {"date": "2024-02-01", "kind": "ZERO_PRICE_ISSUE", "investors": [{"name": "V", "amount_fen": 0}]},
        {"date": "2024-03-01", "investors": [{"name": "V", "amount_fen": 500}], "pre_money_fen": 10_000},
    ]
    found = trigger({"rule": {"threshold_fen": 500}, "rounds": rounds}, None)  # type: ignore[arg-type]
    assert (found["triggered"], found["round"], found["trigger_date"]) == (True, 2, "2024-03-01")
    rounds[2]["investors"][0]["amount_fen"] = 0
    with pytest.raises(BadInput, match="AMOUNT_NOT_POSITIVE"):
        trigger({"rule": {"threshold_fen": 500}, "rounds": rounds}, None)  # type: ignore[arg-type]
