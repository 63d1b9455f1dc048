"""From statements of years, half years, quarters and months to what is supplied in a year."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.resilience.yearly import CONFIRMED, STATED, PeriodAmount, fen_of_a_year, period_order

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
PERIODS = ["2025", "2025-H1", "2025-H2", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", *MONTHS]


def year_of(*rows: tuple[str, int | None, str]) -> tuple[int | None, str]:
    return fen_of_a_year(PeriodAmount(*row) for row in rows)


def test_periods_are_ordered_by_their_last_day_and_then_by_their_length() -> None:
    mixed = ["2025", "2025-Q1", "2024", "2025-12", "2025-H2", "2025-H1", "2025-Q2", "2025-02"]
    assert sorted(mixed, key=period_order) == ["2024", "2025-02", "2025-Q1", "2025-Q2", "2025-H1", "2025-12", "2025-H2", "2025"]


def test_a_month_counts_twelve_times_and_a_quarter_four_times() -> None:
    assert year_of(("2025-01", 100, STATED)) == (1200, STATED)
    assert year_of(("2025-Q3", 100, CONFIRMED)) == (400, CONFIRMED)
    assert year_of(("2025-H1", 100, STATED), ("2025-Q3", 20, STATED)) == (160, STATED)


def test_parts_that_fill_a_year_are_its_sum() -> None:
    parts = [("2025-H1", 100, CONFIRMED), ("2025-Q3", 30, CONFIRMED), *((f"2025-{m}", 10, CONFIRMED) for m in (10, 11, 12))]
    assert year_of(*parts) == (160, CONFIRMED)
    assert year_of(("2025-H1", 100, CONFIRMED), ("2025-H2", 30, STATED)) == (130, STATED)


def test_neither_a_part_of_a_year_nor_a_stated_amount_replaces_a_confirmed_year() -> None:
    confirmed = ("2025", 1_200_000, CONFIRMED)
    assert year_of(confirmed, ("2025-01", 100_000, STATED)) == (1_200_000, CONFIRMED)
    assert year_of(confirmed, ("2026-Q1", 100_000, CONFIRMED)) == (1_200_000, CONFIRMED)
    assert year_of(confirmed, ("2026", 9, STATED)) == (1_200_000, CONFIRMED)
    assert year_of(confirmed, ("2026", 9, CONFIRMED)) == (9, CONFIRMED)


def test_a_whole_year_counts_before_a_part_of_a_later_one() -> None:
    assert year_of(("2024", 700, STATED), ("2025-Q1", 500, CONFIRMED)) == (700, STATED)
    assert year_of(("2025-Q1", 300, CONFIRMED), ("2025-H2", 700, CONFIRMED)) == (round(1000 * 12 / 9), CONFIRMED)


def test_an_unknown_amount_is_not_zero_and_zero_is_known() -> None:
    assert year_of(("2025", None, STATED), ("2024", None, CONFIRMED)) == (None, CONFIRMED)
    assert year_of(("2025", None, CONFIRMED), ("2024", 50, STATED)) == (50, STATED)
    assert year_of(("2025", 0, STATED), ("2024", 50, STATED)) == (0, STATED)
    with pytest.raises(ValueError, match="nobody"):
        year_of()


ROW = st.tuples(st.sampled_from(PERIODS), st.integers(0, 10**6), st.sampled_from([STATED, CONFIRMED]))


@given(st.lists(ROW, min_size=1, max_size=8, unique_by=lambda row: row[0]), st.randoms())
def test_the_order_of_entry_never_matters_and_a_year_lies_between_its_parts_scaled(
    rows: list[tuple[str, int, str]], random: Random
) -> None:
    fen, basis = year_of(*rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert year_of(*shuffled) == (fen, basis)
    scaled = [amount * 12 / PERIOD_MONTHS[period[4:6]] for period, amount, _basis in rows]
    assert fen is not None
    assert min(scaled) - 1 <= fen <= max(scaled) + 1


@given(st.lists(st.integers(0, 10**6), min_size=12, max_size=12))
def test_twelve_confirmed_months_are_the_year(amounts: list[int]) -> None:
    assert year_of(*((m, fen, CONFIRMED) for m, fen in zip(MONTHS, amounts, strict=True))) == (sum(amounts), CONFIRMED)


PERIOD_MONTHS = {"": 12, "-H": 6, "-Q": 3, "-0": 1, "-1": 1}
