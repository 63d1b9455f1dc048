"""Two sources of one figure agree, come near or contradict; the better one is shown, never their mean."""

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.conflicts import AGREE, CONFLICT, NEAR, Said, Weighed, compared, total, weighed
from xinya.zones.engine.freshness import SURE

DAY = datetime.date(2026, 1, 15)
YI = 10**10
kinds = st.sampled_from(list(SURE))
days = st.dates(datetime.date(2020, 1, 1), DAY)
numbers = st.integers(0, 10**13)
precisions = st.sampled_from([0, 10**6, 10**9])


@st.composite
def sayings(draw: st.DrawFn) -> list[Said]:
    count = draw(st.integers(1, 6))
    settles = st.booleans()
    return [Said(k, draw(numbers), draw(kinds), draw(days), draw(precisions), draw(settles)) for k in range(1, count + 1)]


def said(key: int, number: int, kind: str = "list", day: datetime.date = DAY, precision: int = 0, settles: bool = False) -> Said:
    return Said(key, number, kind, day, precision, settles)


def test_the_interview_s_69_7_agrees_with_the_exact_figure() -> None:
    rough, exact = said(1, 697 * YI // 10, "news", precision=YI // 10), said(2, 696_842_000_000)
    assert compared(rough, exact) == AGREE
    assert weighed([rough, exact]).shown is exact


@pytest.mark.parametrize(("other", "relation"), [(1_009_999, NEAR), (1_000_000, AGREE), (1_020_000, CONFLICT)])
def test_within_one_percent_is_near(other: int, relation: str) -> None:
    assert compared(said(1, 1_000_000), said(2, other)) == relation


def test_a_less_precise_value_of_a_better_source_does_not_replace_a_finer_one_that_agrees() -> None:
    rough = said(1, 70 * YI, "audit", precision=YI)
    fine = said(2, 697 * YI // 10, "news", precision=YI // 10)
    assert weighed([rough, fine]).shown is fine
    other = said(3, 75 * YI, "news", precision=0)
    assert weighed([rough, other]).shown is rough


def test_in_a_conflict_the_better_source_is_shown_then_the_later_day_then_the_lower_number() -> None:
    company, officer = said(5, 100, "company"), said(1, 200, "officer")
    found = weighed([officer, company])
    assert (found.shown, found.relation, found.is_open) == (company, CONFLICT, True)
    early, late = said(1, 100, day=DAY - datetime.timedelta(days=9)), said(2, 200)
    assert weighed([early, late]).shown is late
    assert weighed([said(2, 200), said(1, 100)]).shown.key == 1


def test_a_choice_settles_and_only_a_third_value_opens_again() -> None:
    one, other = said(1, 100, "company"), said(2, 200, "news")
    choice = said(3, 200, "officer", settles=True)
    assert weighed([one, other]).is_open
    settled = weighed([one, other, choice])
    assert (settled.shown, settled.is_open, settled.relation) == (choice, False, CONFLICT)
    assert not weighed([one, other, choice, said(4, 100, "register")]).is_open
    assert weighed([one, other, choice, said(4, 300, "register")]).is_open


def test_a_sum_says_how_many_are_in_conflict_and_what_it_may_be_worth() -> None:
    open_ = weighed([said(1, 100, "company"), said(2, 250, "news")])
    found = total([open_, weighed([said(3, 1000)])])
    assert (found.number, found.count, found.in_conflict, found.lowest, found.highest) == (1100, 2, 1, 1100, 1250)


def test_nothing_said_is_no_value() -> None:
    with pytest.raises(ValueError, match="nothing"):
        weighed([])


@given(sayings(), st.randoms(use_true_random=False))
def test_what_is_shown_was_said_by_somebody_whatever_the_order(values: list[Said], chance: random.Random) -> None:
    found = weighed(values)
    mixed = list(values)
    chance.shuffle(mixed)
    assert weighed(mixed) == found
    assert found.shown in values
    assert {found.shown, *found.others} == set(values)


@given(sayings())
def test_nothing_finer_that_agrees_was_passed_over_for_something_rougher(values: list[Said]) -> None:
    found = weighed(values)
    if not found.shown.settles:
        assert not [v for v in found.others if v.precision < found.shown.precision and compared(v, found.shown) == AGREE]


@given(st.lists(sayings(), max_size=5))
def test_a_sum_lies_between_its_bounds(groups: list[list[Said]]) -> None:
    found: list[Weighed] = [weighed(values) for values in groups]
    whole = total(found)
    assert whole.lowest <= whole.number <= whole.highest
    assert (whole.lowest == whole.highest) or whole.in_conflict


@given(sayings())
def test_comparison_is_the_same_both_ways(values: list[Said]) -> None:
    for one in values:
        assert compared(one, one) == AGREE
        assert all(compared(one, other) == compared(other, one) for other in values)
