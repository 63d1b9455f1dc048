"""Facts fade by halves, figures fall due, sources add up once each, and a half-life is found again from its own checks."""

import datetime
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine import freshness as f
from xinya.zones.models import Fact

DAY = datetime.date(2026, 1, 15)
ages = st.integers(0, 20_000)
lives = st.integers(1, 3_650)
shares = st.floats(0, 1, allow_nan=False)
voices = st.lists(st.builds(f.Voice, st.sampled_from("abcdef"), shares, shares), max_size=8)


def test_the_table_is_that_of_the_specification() -> None:
    days = {life.kind: life.days for life in f.LIVES if life.source == f.SPECIFIED}
    assert days == {
        "placement": 540, "product": 540, "link": 365, "offer": 120, "contact": 365, "address": 730, "state": 730,
        "above_scale": None, "revenue": None, "share": None, "name": None,
    }  # fmt: skip
    assert [f.SURE[k] for k in ("audit", "register", "statistics", "tax", "company", "officer", "vendor", "news", "inferred")] == [
        0.98, 0.97, 0.95, 0.95, 0.85, 0.75, 0.6, 0.5, 0.3,
    ]  # fmt: skip


def test_no_kind_of_fact_is_without_a_life() -> None:
    lives = {str(kind): f.life_of(kind) for kind in Fact.Kind}
    assert all(life.kind for life in lives.values())
    assert {lives[kind].days for kind in ("phone", "contact")} == {365}
    assert {lives[kind].days for kind in ("actual_address", "status")} == {730}
    assert {lives[kind].way for kind in ("output", "rd", "tax", "profit", "exports", "staff")} == {f.PERIODIC}


@pytest.mark.parametrize(
    ("days", "state"), [(0, "fresh"), (540, "fresh"), (541, "fading"), (1080, "fading"), (1081, "stale"), (9999, "stale")]
)
def test_a_product_fades_after_one_half_life_and_is_stale_after_two(days: int, state: str) -> None:
    age = f.aged("product", since=DAY - datetime.timedelta(days=days), on=DAY)
    assert (age.state, age.days, age.half_life) == (state, days, 540)


def test_a_zone_s_own_half_life_takes_the_place_of_the_default() -> None:
    since = DAY - datetime.timedelta(days=200)
    assert f.aged("product", since=since, on=DAY, changed={"product": 90}).state == "stale"
    assert f.aged("revenue", since=since, on=DAY, period="2025", changed={"revenue": 90}).weight == 1.0
    assert f.aged("statement", since=since, on=DAY).state == "lasting"


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2024", "2026-06-30"), ("2024-03", "2024-05-31"), ("2024Q1", "2024-07-31"), ("2024-Q4", "2025-04-30"),
        ("2024H1", "2025-01-31"), ("2024-01..2024-02", "2024-05-31"), ("2024-01..2024-12", "2026-06-30"),
        ("", None), ("now", None), ("2024-13", None), ("2024-02..2024-01", None),
    ],
)  # fmt: skip
def test_a_figure_falls_due_when_the_next_period_s_could_be_had(period: str, due: str | None) -> None:
    found = f.due_on(period)
    assert (found.isoformat() if found else None) == due


def test_a_figure_of_a_period_does_not_fade_but_falls_due() -> None:
    first, last = datetime.date(2026, 6, 30), datetime.date(2026, 7, 1)
    for on, state in ((first, "fresh"), (last, "due")):
        age = f.aged("revenue", since=datetime.date(2025, 3, 1), on=on, period="2024")
        assert (age.state, age.weight) == (state, 1.0)


@given(ages, lives)
def test_the_weight_halves_with_every_half_life(age: int, half_life: int) -> None:
    w = f.weight(age, half_life)
    assert 0 <= w <= 1
    assert math.isclose(f.weight(age + half_life, half_life), w / 2, rel_tol=1e-12)
    assert f.weight(age + 1, half_life) <= w


@given(ages, lives)
def test_the_state_turns_exactly_at_one_and_two_half_lives(age: int, half_life: int) -> None:
    expected = "fresh" if age <= half_life else "fading" if age <= 2 * half_life else "stale"
    assert f.state_of(f.weight(age, half_life)) == expected


@given(voices)
def test_sources_together_are_at_least_as_sure_as_the_best_and_never_certain(said: list[f.Voice]) -> None:
    c = f.together(said)
    assert max((min(0.99, v.effective) for v in said), default=0.0) <= c + 1e-12
    assert 0 <= c <= 0.99


@given(voices, st.randoms(use_true_random=False))
def test_the_order_of_sources_does_not_matter_and_copies_count_once(said: list[f.Voice], chance: random.Random) -> None:
    mixed = [*said, *said]
    chance.shuffle(mixed)
    assert f.together(mixed) == f.together(said)


@given(voices, st.builds(f.Voice, st.just("new"), shares, shares))
def test_a_further_source_never_makes_less_sure(said: list[f.Voice], further: f.Voice) -> None:
    assert f.together([*said, further]) >= f.together(said) - 1e-12


def test_two_sources_of_the_specification_s_formula() -> None:
    assert f.together([f.Voice("a", 0.75), f.Voice("b", 0.85, 0.5)]) == pytest.approx(1 - 0.25 * 0.575)
    with pytest.raises(ValueError, match="between 0 and 1"):
        f.together([f.Voice("a", 1.5)])


@given(lives, st.lists(st.integers(1, 3_000), min_size=1, max_size=8, unique=True))
def test_a_half_life_is_found_again_from_shares_that_follow_it(half_life: int, mean_ages: list[int]) -> None:
    """With bins of a million checks each the rounding of the shares is small beside them."""
    bins = [f.Bin(a, 10**9, round(10**9 * f.weight(a, half_life))) for a in mean_ages if f.weight(a, half_life) > 1e-4]
    found = f.refit(bins)
    if bins:
        assert found == pytest.approx(half_life, rel=1e-3)


def test_no_half_life_is_found_while_nothing_was_wrong_and_none_from_an_empty_bin() -> None:
    assert f.refit([f.Bin(100, 5, 5)]) is None
    assert f.refit([]) is None
    assert f.refit([f.Bin(100, 4, 0)]) == pytest.approx(math.log(2) * 100 / math.log(8))
    with pytest.raises(ValueError, match="at least one"):
        f.refit([f.Bin(1, 0, 0)])


def test_checks_are_sorted_into_bins_of_half_a_year() -> None:
    bins = f.binned([(10, True), (20, False), (400, True)])
    assert [(b.age, b.checked, b.right) for b in bins] == [(15, 2, 1), (400, 1, 1)]


@given(st.text(max_size=24))
def test_any_text_as_a_period_is_answered(text: str) -> None:
    assert f.due_on(text) is None or isinstance(f.due_on(text), datetime.date)
