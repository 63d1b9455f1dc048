"""What is released of sums: never anything of one or two companies, over all tables and all issues; what is safe stays readable."""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain.engine.disclosure import Audit
from xinya.chain.engine.small_cells import (
    HIDDEN,
    TOTAL,
    Contents,
    Place,
    cell_of,
    is_unsafe,
    released,
    shown,
    with_totals,
)

Table = Mapping[tuple[str, str], Contents]


def rank(rows: Sequence[Sequence[int]]) -> int:
    """Exact, in fractions."""
    left = [[Fraction(v) for v in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        at = next((n for n in range(found, len(left)) if left[n][column]), None)
        if at is None:
            continue
        left[found], left[at] = left[at], left[found]
        for n in range(found + 1, len(left)):
            if left[n][column]:
                factor = left[n][column] / left[found][column]
                left[n] = [a - factor * b for a, b in zip(left[n], left[found], strict=True)]
        found += 1
    return found


def told_of(sums: Sequence[Contents]) -> set[tuple[int, ...]]:
    """The oracle: every one or two companies of whom some combination of these sums tells, by exact linear algebra."""
    atoms = sorted({atom for content in sums for atom in content.items()})
    rows = [[int(content.get(company) == amount) for company, amount in atoms] for content in sums if content]
    companies = sorted({company for company, _amount in atoms})
    whole, found = rank(rows), set()
    for group in [*((c,) for c in companies), *combinations(companies, 2)]:
        units = [[int(n == k) for n in range(len(atoms))] for k, atom in enumerate(atoms) if atom[0] in group]
        if rank([*rows, *units]) < whole + len(units):
            found.add(group)
    return found


@st.composite
def tables(draw: st.DrawFn, names: str = "ABC", most: int = 9) -> dict[Place, dict[int, int]]:
    """Tables that share companies: in each table a company stands in one cell or nowhere, with the same amount everywhere."""
    amounts = draw(st.lists(st.integers(1, 9), min_size=most, max_size=most))
    cells: dict[Place, dict[int, int]] = {}
    for name in names[: draw(st.integers(1, len(names)))]:
        table: dict[tuple[str, str], dict[int, int]] = {}
        for company, amount in enumerate(amounts):
            place = draw(st.sampled_from([None, ("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]))
            if place is not None:
                table.setdefault(place, {})[company] = amount
        cells |= with_totals(name, table, has_total_row=True)
    return cells


@settings(max_examples=examples(60), deadline=None)
@given(tables())
def test_nothing_that_tables_of_shared_companies_show_tells_of_one_or_two(cells: dict[Place, dict[int, int]]) -> None:
    found = released(cells)
    assert not told_of(list(found.values()))
    assert not any(is_unsafe(cell_of(content.values())) for content in found.values())


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(tables("AB", most=7), min_size=2, max_size=4))
def test_whatever_one_or_two_companies_do_between_any_issues_cannot_be_had_by_subtraction(
    issues: list[dict[Place, dict[int, int]]],
) -> None:
    """Companies come, go, move, and change what they contribute; every issue is judged beside all earlier ones."""
    before: list[tuple[Place, Contents]] = []
    for cells in issues:
        before += released(cells, before).items()
    assert not told_of([content for _place, content in before])
    for (_place, one), (_other, two) in combinations(before, 2):
        moved = {c for c in one.keys() | two.keys() if one.get(c) != two.get(c)}
        assert len(moved) not in (1, 2)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.dictionaries(st.integers(0, 7), st.integers(1, 2), max_size=8), min_size=1, max_size=7))
def test_a_sum_is_let_out_exactly_when_exact_algebra_finds_nobody(sums: list[dict[int, int]]) -> None:
    audit, out = Audit([], sums), list[Contents]()
    for content in sums:
        is_let = audit.admit(content)
        assert is_let is not bool(told_of([*out, content]))
        if is_let:
            out.append(content)


@given(tables("A"))
def test_the_order_of_cells_never_matters(cells: dict[Place, dict[int, int]]) -> None:
    assert released(dict(reversed(list(cells.items())))).keys() == released(cells).keys()


@settings(max_examples=examples(30), deadline=None)
@given(tables())
def test_an_issue_in_which_nothing_changed_shows_what_the_last_one_showed(cells: dict[Place, dict[int, int]]) -> None:
    found = released(cells)
    assert released(cells, found.items()) == found


def counted(sizes: Mapping[tuple[str, str], int]) -> dict[Place, dict[int, int]]:
    """Cells of so many companies each, no company in two."""
    numbers = iter(range(10_000))
    cells = {place: {next(numbers): 1 for _ in range(size)} for place, size in sizes.items()}
    return with_totals("A", cells, has_total_row=True)


def test_a_cell_of_one_company_takes_others_with_it() -> None:
    cells = counted({("a", "x"): 1, ("a", "y"): 5, ("b", "x"): 4, ("b", "y"): 8})
    printed = shown(cells, released(cells), is_count=True)
    assert [p[1:] for p, n in sorted(printed.items()) if n == HIDDEN] == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    assert printed["A", TOTAL, TOTAL] == 18


def test_what_is_hidden_for_the_sake_of_another_is_the_smallest() -> None:
    cells = counted({("a", "x"): 1, ("b", "x"): 9, ("c", "x"): 4, ("d", "x"): 6})
    printed = shown(cells, released(cells), is_count=True)
    assert {p[1] for p, n in printed.items() if n == HIDDEN} == {"a", "c"}


def test_no_company_at_all_is_said() -> None:
    cells = counted({("a", "x"): 0, ("a", "y"): 3})
    printed = shown(cells, released(cells), is_count=True)
    assert (printed["A", "a", "x"], printed["A", "a", "y"], printed["A", TOTAL, TOTAL]) == (0, 3, 3)


@pytest.mark.parametrize(
    ("values", "unsafe"),
    [([71, 15, 14], True), ([70, 15, 15], False), ([50, 36, 14], True), ([50, 35, 15], False), ([5, 5], True), ([0, 0, 0], False)],
)
def test_a_sum_that_one_or_two_dominate_is_unsafe(values: list[int], unsafe: bool) -> None:
    assert is_unsafe(cell_of(values)) is unsafe


def test_a_dominated_cell_is_not_what_is_left_of_its_total() -> None:
    cells = {("a", "x"): {1: 98, 2: 1, 3: 1}, ("b", "x"): {4: 60, 5: 50, 6: 40}, ("c", "x"): {7: 60, 8: 50, 9: 45, 10: 50}}
    found = released(with_totals("A", cells, has_total_row=True))
    assert {p[1] for p in found} == {"c", TOTAL}


@pytest.mark.parametrize(
    ("now", "is_shown"),
    [({1, 2, 3}, True), ({1, 2, 3, 4}, False), ({1, 2, 4}, False), ({1, 2, 3, 4, 5, 6}, True), ({4, 5, 6}, True)],
)
def test_a_cell_with_one_or_two_companies_more_fewer_or_exchanged_is_hidden(now: set[int], is_shown: bool) -> None:
    place = ("A", "a", "x")
    found = released({place: dict.fromkeys(now, 1)}, [(place, {1: 1, 2: 1, 3: 1})])
    assert (place in found) is is_shown


def test_an_issue_is_held_against_every_earlier_one_and_not_the_last_alone() -> None:
    place, ten = ("A", "a", "x"), dict.fromkeys(range(10), 1)
    more = ten | dict.fromkeys((20, 21, 22, 23), 1)
    before = [(place, ten), (place, more)]
    assert place in released({place: more}, before[:1])
    assert place not in released({place: ten | {20: 1}}, before)
    assert place in released({place: ten | {20: 1}}, before[1:])


def test_one_corrected_figure_hides_its_sums_and_the_figures_of_all_do_not() -> None:
    old = {("a", "x"): {1: 30, 2: 31, 3: 32}, ("b", "x"): {4: 30, 5: 31, 6: 32}}
    before = list(released(with_totals("A", old, has_total_row=True)).items())
    one = with_totals("A", {**old, ("a", "x"): {1: 30, 2: 31, 3: 40}}, has_total_row=True)
    assert {p[1] for p in released(one, before)} == {"b"}
    every = with_totals("A", {p: {c: v + 5 + c for c, v in kept.items()} for p, kept in old.items()}, has_total_row=True)
    assert released(every, before).keys() == every.keys()


def test_a_giant_among_three_that_came_is_not_found_by_subtraction() -> None:
    place, old = ("A", "a", "x"), {1: 30, 2: 31, 3: 32, 4: 30}
    assert place not in released({place: old | {7: 40, 8: 1, 9: 1}}, [(place, old)])
    assert place in released({place: old | {7: 13, 8: 14, 9: 13}}, [(place, old)])


def test_tables_of_a_zone_that_grows_by_ten_companies_an_issue_never_freeze() -> None:
    """Eighty cells, three hundred companies at first: every issue shows new cells, and their share does not wear out."""
    made = random.Random(1)
    segments: dict[str, dict[str, dict[int, int]]] = {f"s{n}": {"above": {}, "other": {}} for n in range(40)}
    before: dict[str, list[tuple[Place, Contents]]] = {s: [] for s in segments}
    count, shares = 0, []
    for growth in (300, *[10] * 40):
        for _ in range(growth):
            count += 1
            segments[made.choice(list(segments))][made.choice(("above", "other"))][count] = 1
        could = did = new = 0
        for name, scales in segments.items():
            cells = with_totals("", {(name, scale): kept for scale, kept in scales.items()}, has_total_row=False)
            found = released(cells, before[name])
            new += sum((place, content) not in before[name] for place, content in found.items())
            before[name] += found.items()
            could += sum(len(content) > 2 for content in cells.values())
            did += sum(bool(content) for content in found.values())
        assert new > 0
        shares.append(did / could)
    assert sum(shares[-20:]) / 20 > 0.25
    assert sum(shares[-10:]) > 0.9 * sum(shares[10:20])


def test_a_row_called_total_and_a_company_in_two_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="total"):
        with_totals("A", {(TOTAL, "x"): {1: 1}}, has_total_row=True)
    with pytest.raises(ValueError, match="two cells"):
        with_totals("A", {("a", "x"): {1: 1}, ("b", "x"): {1: 1}}, has_total_row=True)


# --- one company that dominates what two chains differ by ---------------------------------------------------------------


def chains_apart(further: dict[int, int]) -> tuple[dict[Place, dict[int, int]], dict[Place, dict[int, int]]]:
    base = dict.fromkeys(range(6), 100)
    one, other = (
        with_totals(name, {("u", "above"): rows}, has_total_row=True) for name, rows in (("A", base), ("B", base | further))
    )
    return one, other


def test_totals_of_two_chains_whose_difference_one_company_makes_up_are_not_both_shown() -> None:
    one, other = chains_apart({10: 1000, 11: 1, 12: 1})
    found = released({**one, **other})
    assert {place[0] for place in found} == {"B"}  # the total of more companies, 1,602; 600 beside it would tell of the 1,000
    assert {place[0] for place in released(other, released(one).items())} == set()  # nor one after the other
    assert {place[0] for place in released(one, released(other).items())} == set()
    one, other = chains_apart({10: 400, 11: 350, 12: 300})
    assert {place[0] for place in released({**one, **other})} == {"A", "B"}
    assert {place[0] for place in released(other, released(one).items())} == {"B"}


def test_totals_of_chains_that_share_nobody_do_not_hide_each_other() -> None:
    one = with_totals("A", {("u", "above"): dict.fromkeys(range(6), 100)}, has_total_row=True)
    other = with_totals("B", {("u", "above"): {20: 500, 21: 200, 22: 140, 23: 130}}, has_total_row=True)
    assert {place[0] for place in released({**one, **other})} == {"A", "B"}


@settings(max_examples=examples(60), deadline=None)
@given(tables())
def test_no_two_totals_of_tables_that_share_companies_differ_by_what_one_makes_up(cells: dict[Place, dict[int, int]]) -> None:
    found = {place: content for place, content in released(cells).items() if TOTAL in place}
    for (one, mine), (other, theirs) in combinations(found.items(), 2):
        apart = {c: v for some, rest in ((mine, theirs), (theirs, mine)) for c, v in some.items() if c not in rest}
        if one[0] != other[0] and mine.keys() & theirs.keys() and apart:
            assert not is_unsafe(cell_of(apart.values()))
