"""Masked tables: no hidden cell can be had by subtraction, whatever the table; what is safe stays readable where it can."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinya.chain.engine.small_cells import (
    TOTAL,
    Cell,
    behind,
    cell_of,
    hidden_cells,
    is_held_back,
    is_unsafe,
    published,
    with_totals,
)

Table = Mapping[tuple[str, str], Cell]


@st.composite
def tables(draw: st.DrawFn, most: int = 6) -> Table:
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, 3))
    counts = draw(st.lists(st.integers(0, 9), min_size=rows * columns, max_size=rows * columns))
    cells = {
        (f"r{i}", f"c{j}"): [1] * counts[i * columns + j] for i in range(rows) for j in range(columns)
    }  # fmt: skip
    return with_totals(cells, is_count=True)


def solved(table: Table, hidden: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
    """The oracle: which hidden cells linear algebra gives, from every published cell and every sum of a row and a column."""
    order = sorted(hidden)
    rows, columns = {p[0] for p in table}, {p[1] for p in table}
    lines = [([(r, c) for c in columns], 1) for r in rows] + [([(r, c) for r in rows], 0) for c in columns]
    matrix = np.array([[(-1 if p[side] == TOTAL else 1) if p in line else 0 for p in order] for line, side in lines])
    if not order:
        return set()
    whole = np.linalg.matrix_rank(matrix)
    return {
        p for n, p in enumerate(order) if np.linalg.matrix_rank(np.vstack([matrix, np.eye(len(order))[n]])) == whole
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(tables())
def test_no_hidden_cell_can_be_solved_from_what_is_published(table: Table) -> None:
    hidden = hidden_cells(table)
    assert {p for p, cell in table.items() if is_unsafe(cell)} <= hidden
    if len(hidden) < len(table):
        assert solved(table, hidden) == set()


@settings(max_examples=60, deadline=None)
@given(tables(most=2))
def test_every_hidden_small_cell_may_hold_another_number(table: Table) -> None:
    """By trying every table of small numbers that prints the same: each hidden cell of one or two takes at least two values."""
    hidden = hidden_cells(table)
    inner = sorted(p for p in table if TOTAL not in p)
    free = [p for p in inner if p in hidden]
    if len(free) > 4:
        return
    values: dict[tuple[str, str], set[int]] = {p: set() for p in hidden}
    for guess in product(range(12), repeat=len(free)):
        cells = {p: [1] * (dict(zip(free, guess, strict=True)).get(p, table[p].n)) for p in inner}
        tried = with_totals(cells, is_count=True)
        if all(tried[p].n == table[p].n for p in table if p not in hidden):
            for p in hidden:
                values[p].add(tried[p].n)
    assert all(len(seen) > 1 for p, seen in values.items() if is_unsafe(table[p]))


@given(tables())
def test_the_order_of_cells_never_matters(table: Table) -> None:
    assert hidden_cells(dict(reversed(list(table.items())))) == hidden_cells(table)


def test_a_cell_of_one_company_takes_others_with_it() -> None:
    table = with_totals({("a", "x"): [1], ("a", "y"): [1] * 5, ("b", "x"): [1] * 4, ("b", "y"): [1] * 8}, is_count=True)
    shown = published(table)
    assert [p for p, n in sorted(shown.items()) if n is None] == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    assert shown["total", "total"] == 18


def test_no_company_at_all_is_said() -> None:
    shown = published(with_totals({("a", "x"): [], ("a", "y"): [1] * 3}, is_count=True))
    assert (shown["a", "x"], shown["a", "y"], shown["total", "total"]) == (0, 3, 3)


@pytest.mark.parametrize(
    ("values", "unsafe"),
    [([71, 15, 14], True), ([70, 15, 15], False), ([50, 36, 14], True), ([50, 35, 15], False), ([5, 5], True), ([0, 0, 0], False)],
)
def test_a_sum_that_one_or_two_dominate_is_unsafe(values: list[int], unsafe: bool) -> None:
    assert is_unsafe(cell_of(values)) is unsafe


sides = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xy")), st.lists(st.integers(1, 12), unique=True, max_size=8), max_size=4
)


@pytest.mark.parametrize(
    ("now", "held"), [([1, 2, 3], False), ([1, 2, 3, 4], True), ([1, 2, 4], True), ([1, 2, 3, 4, 5, 6], False)]
)
def test_a_cell_with_one_or_two_companies_more_fewer_or_exchanged_is_held_back(now: list[int], held: bool) -> None:
    before = {("a", "x"): [1, 2, 3]}
    assert is_held_back(before, {("a", "x"): now}) is held
    assert not is_held_back(before, {("a", "x"): now}, {("a", "x")})


def test_a_company_that_moves_to_another_cell_is_held_back_though_the_totals_stay() -> None:
    before, now = {("a", "x"): [1, 2, 3, 4], ("b", "x"): [5, 6, 7]}, {("a", "x"): [1, 2, 3], ("b", "x"): [4, 5, 6, 7]}
    assert behind(before)["total", "total"] == behind(now)["total", "total"]
    assert is_held_back(behind(before), behind(now))
    assert not is_held_back(behind(before), behind(before))


@given(sides, st.dictionaries(st.integers(1, 2), st.sets(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"))), min_size=1))
def test_whatever_one_or_two_companies_alone_do_between_two_issues_is_held_back(
    before: dict[tuple[str, str], list[int]], moves: dict[int, set[tuple[str, str]]]
) -> None:
    after = {place: [key for key in keys if key not in moves] for place, keys in before.items()}
    for key, places in moves.items():
        for place in places:
            after.setdefault(place, []).append(key)
    is_changed = any(set(before.get(p, ())) != set(after.get(p, ())) for p in before.keys() | after.keys())
    assert is_held_back(behind(before), behind(after)) is is_changed


def test_a_row_called_total_is_refused() -> None:
    with pytest.raises(ValueError, match="total"):
        with_totals({("total", "x"): [1]}, is_count=True)
