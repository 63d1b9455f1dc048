"""Invariants 8, 9 and 10: exits, interest, figures; and no number that is not exact."""

import ast
import datetime
import itertools
import random
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import xinya.fund.engine
from xinya.fund.engine import (
    COMMON,
    Conversion,
    Holding,
    Instrument,
    NewMoney,
    RateTable,
    Round,
    ShareClass,
    among_holders,
    break_points,
    conversion,
    convert,
    figures_of_flows,
    simple_interest,
    waterfall,
)  # fmt: skip

from .worlds import DAYS, MANY, rounds, tried

ENGINE = Path(xinya.fund.engine.__file__).parent
INEXACT = {"math", "numpy", "statistics", "random", "decimal", "scipy"}
FLOATS_ALLOWED = {"simulation.py", "xirr.py"}


UP_TO_FOUR, MILLION, PREFERRED, RANKS = st.integers(0, 4), st.integers(1, 10**6), st.integers(0, 10**8), st.integers(1, 3)
YES_OR_NO = st.booleans()
CAPS = st.one_of(st.none(), st.integers(100, 400).map(lambda n: Fraction(n, 100)))


@st.composite
def companies(draw: st.DrawFn) -> tuple[int, list[ShareClass]]:
    classes = []
    for number in range(draw(UP_TO_FOUR)):
        participating = draw(YES_OR_NO)
        cap = draw(CAPS) if participating else None
        classes.append(ShareClass(f"C{number}", draw(MILLION), draw(PREFERRED), draw(RANKS), participating, cap))
    return draw(MILLION), classes


@MANY
@given(companies(), st.integers(1, 10**9))
def test_what_is_paid_out_is_what_came_in_to_the_fen(company: tuple[int, list[ShareClass]], proceeds: int) -> None:
    paid = waterfall(*company, proceeds)
    assert sum(paid.fen.values()) == proceeds == sum(paid.exact.values())
    assert min(paid.exact.values()) >= 0
    assert min(paid.fen.values()) >= 0
    assert all(abs(paid.fen[name] - paid.exact[name]) < 1 for name in paid.fen)


@MANY
@given(companies(), st.integers(1, 10**9), st.integers(1, 10**8))
def test_nobody_gets_less_when_there_is_more(company: tuple[int, list[ShareClass]], proceeds: int, more: int) -> None:
    paid, other, least = (waterfall(*company, amount).exact for amount in (proceeds, proceeds + more, proceeds + 1))
    assert all(other[name] >= paid[name] for name in paid)
    assert all(least[name] >= paid[name] for name in paid)


@MANY
@given(companies(), st.integers(1, 10**9))
def test_no_junior_gets_money_before_a_preference_that_was_kept(company: tuple[int, list[ShareClass]], proceeds: int) -> None:
    paid = waterfall(*company, proceeds)
    for senior in company[1]:
        if paid.converts[senior.id] or paid.exact[senior.id] >= senior.preference_fen:
            continue
        assert paid.exact[COMMON] == 0
        for junior in company[1]:
            if junior.repay_rank > senior.repay_rank:
                assert paid.exact[junior.id] == 0


def paid_with(company: tuple[int, list[ShareClass]], proceeds: int, converting: set[str]) -> dict[str, Fraction]:
    """What a fixed choice of converting classes gives, step by step: ranks, then the rest by units, caps filled one by one."""
    common, classes = company
    found = {one.id: Fraction(0) for one in classes} | {COMMON: Fraction(0)}
    left = Fraction(proceeds)
    for rank in (1, 2, 3):
        alike = [one for one in classes if one.repay_rank == rank and one.id not in converting]
        wanted = sum(one.preference_fen for one in alike)
        part = min(left, Fraction(wanted))
        for one in alike:
            found[one.id] += part * one.preference_fen / wanted if wanted else 0
        left -= part
    sharing = {one.id: one.units for one in classes if one.id in converting or one.participating} | {COMMON: common}
    caps = {one.id: one.cap_multiple * one.preference_fen for one in classes
            if one.id not in converting and one.participating and one.cap_multiple is not None}  # fmt: skip
    while left > 0:
        whole = sum(sharing.values())
        step = min([left / whole, *((caps[name] - found[name]) / units for name, units in sharing.items() if name in caps)])
        for name, units in sharing.items():
            found[name] += step * units
        left -= step * whole
        sharing = {name: units for name, units in sharing.items() if name not in caps or found[name] < caps[name]}
    return found


@MANY
@given(companies(), st.integers(1, 10**9))
def test_no_class_gains_by_changing_alone_and_the_amounts_are_those_of_its_choice(
    company: tuple[int, list[ShareClass]], proceeds: int
) -> None:
    paid = waterfall(*company, proceeds)
    converting = {name for name, converts in paid.converts.items() if converts}
    assert paid_with(company, proceeds, converting) == paid.exact
    for one in company[1]:
        other = paid_with(company, proceeds, converting ^ {one.id})
        if one.id in converting:
            assert other[one.id] < paid.exact[one.id]  # on a tie it would have kept its preference
        else:
            assert other[one.id] <= paid.exact[one.id]


@MANY
@given(companies(), st.integers(1, 10**9))
def test_between_two_break_points_everybody_s_line_is_straight(company: tuple[int, list[ShareClass]], proceeds: int) -> None:
    points = [*break_points(*company), Fraction(10**12)]
    for low, high in itertools.pairwise(points):
        if low < proceeds - 1 and proceeds + 1 < high:
            before, at, after = (waterfall(*company, amount).exact for amount in (proceeds - 1, proceeds, proceeds + 1))
            assert all(after[name] - at[name] == at[name] - before[name] for name in at)


@MANY
@given(st.integers(0, 10**12), st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10**9), min_size=1))
def test_a_class_is_parted_over_its_holders_to_the_fen(amount: int, units: dict[str, int]) -> None:
    parts = among_holders(amount, units)
    assert sum(parts.values()) == amount
    assert all(abs(parts[name] - Fraction(amount * held, sum(units.values()))) < 1 for name, held in units.items())


RATES = st.integers(0, 9999).map(lambda n: Fraction(n, 10_000))
FIRST = datetime.date(2021, 1, 1)


@st.composite
def tables(draw: st.DrawFn) -> RateTable:
    days = draw(st.lists(DAYS, max_size=6, unique=True))
    return RateTable.of([(FIRST, draw(RATES)), *((day, draw(RATES)) for day in days if day != FIRST)])


@MANY
@given(tables(), st.integers(1, 10**12), st.lists(DAYS, min_size=3, max_size=3), st.sampled_from([360, 365]))
def test_interest_adds_up_over_a_parted_period_and_rises_with_time(
    table: RateTable, principal: int, days: list[datetime.date], basis: int
) -> None:
    start, middle, end = sorted(days)
    whole = simple_interest(principal, table, start, end, basis)
    first, second = simple_interest(principal, table, start, middle, basis), simple_interest(principal, table, middle, end, basis)
    assert first + second == whole
    assert first <= whole
    assert simple_interest(principal, table, start, start, basis) == 0
    by_day = sum((table.rate_on(start + datetime.timedelta(days=n)) for n in range((end - start).days)), Fraction(0))
    assert whole == principal * by_day / basis


@MANY
@given(tables(), st.integers(1, 10**12), DAYS, DAYS, RATES)
def test_interest_never_falls_when_a_rate_rises(
    table: RateTable, principal: int, one: datetime.date, other: datetime.date, more: Fraction
) -> None:
    start, end = sorted((one, other))
    raised = RateTable(table.days, tuple(max(rate, more) for rate in table.rates))
    assert simple_interest(principal, raised, start, end, 365) >= simple_interest(principal, table, start, end, 365)


@MANY
@given(st.lists(st.tuples(DAYS, st.integers(-(10**12), 10**12)), max_size=8), st.integers(0, 10**12))
def test_dpi_and_rvpi_are_tvpi(flows: list[tuple[datetime.date, int]], nav: int) -> None:
    ratios = figures_of_flows(flows, nav)
    if ratios.paid_in_fen == 0:
        assert ratios.dpi is ratios.rvpi is ratios.tvpi is None
    else:
        assert ratios.dpi is not None
        assert ratios.rvpi is not None
        assert ratios.dpi + ratios.rvpi == ratios.tvpi


def inexact(tree: ast.AST) -> list[str]:
    """What makes a float: a literal, the name, true division, round, or a module of floats."""
    found = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"{line}: {node.value}")
        elif isinstance(node, ast.Name) and node.id in ("float", "complex", "round"):
            found.append(f"{line}: {node.id}")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append(f"{line}: /")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] + [getattr(node, "module", None) or ""]
            found += [
                f"{line}: {n}"
                for n in names
                if n.partition(".")[0] in ("math", "numpy", "statistics", "random", "decimal", "scipy")
            ]
    return found


def test_floats_live_in_their_own_two_files_and_nowhere_else() -> None:
    files = sorted(ENGINE.glob("*.py"))
    assert len(files) > 15
    found = {path.name: inexact(ast.parse(path.read_text("utf-8"))) for path in files}
    assert {name for name, marks in found.items() if marks} == FLOATS_ALLOWED


def test_the_files_and_the_golden_cases_of_the_fund_make_no_float_either() -> None:
    """A slash joins paths there; everything else that makes a float is looked for."""
    files = [*sorted((ENGINE.parent / "files").glob("*.py")), ENGINE.parent / "golden.py"]
    assert len(files) > 7
    assert [mark for path in files for mark in inexact(ast.parse(path.read_text("utf-8"))) if not mark.endswith(": /")] == []


@pytest.mark.parametrize(
    "line", ["x = 0.5", "x = float(y)", "x = y / z", "import math", "x = round(y)", "x /= 2", "from numpy import array"]
)
def test_the_check_for_floats_sees_each_kind(line: str) -> None:
    assert inexact(ast.parse(line))


def kinds(value: Any) -> set[type]:
    """The types of all numbers inside a result."""
    if is_dataclass(value) and not isinstance(value, type):
        return {kind for field in fields(value) for kind in kinds(getattr(value, field.name))}
    if isinstance(value, dict):
        return {kind for below in value.values() for kind in kinds(below)}
    if isinstance(value, tuple | list):
        return {kind for below in value for kind in kinds(below)}
    return {type(value)} if isinstance(value, int | float | Fraction | complex) else set()


@MANY
@given(rounds(limited=True))
def test_every_number_of_a_conversion_is_whole_or_a_fraction(told: Any) -> None:
    done = tried(told)
    assume(done is not None)
    assert kinds(done) <= {int, bool, Fraction}


@st.composite
def rounds_of_many_investors(draw: st.DrawFn) -> Round:
    """A grant far over a ceiling of 20 % beside up to eight investors, each of whom loses a fraction of a unit."""
    pre = draw(st.integers(10**5, 10**9))
    money = draw(st.lists(st.integers(1, pre), min_size=1, max_size=8))
    return Round(
        (Holding("F", draw(st.integers(100, 10**6))),), pre, tuple(NewMoney(f"V{n}", amount) for n, amount in enumerate(money)),
        (Instrument("G", "P", "GRANT", 10 * pre, share_ceiling=Fraction(1, 5)),),
        basis=draw(st.sampled_from(["EXCLUDES", "INCLUDES"])),
    )  # fmt: skip


def steps_down(done: Conversion) -> int:
    """By how many units the grant got less than its exact units rounded down."""
    grant = done.instruments[-1]
    return grant.exact_units.__floor__() - grant.units


def fits(done: Conversion, more: int) -> bool:
    return 5 * (done.cap_table["P"] + more) <= done.total + more


@MANY
@given(rounds_of_many_investors())
def test_only_two_steps_down_are_needed_at_twenty_percent_and_none_too_many(told: Round) -> None:
    done = convert(told)
    assert done.binding == "SHARE_CEILING"
    assert 0 <= steps_down(done) <= 2
    assert fits(done, 0)
    if steps_down(done):
        assert not fits(done, 1)


def test_no_step_one_step_and_two_steps_all_truly_occur() -> None:
    draw, counted = random.Random(13), [0, 0, 0]
    for _round in range(600):
        pre = draw.randrange(10**5, 10**9)
        investors = tuple(NewMoney(f"V{n}", draw.randrange(1, pre)) for n in range(8))
        grant = Instrument("G", "P", "GRANT", 10 * pre, share_ceiling=Fraction(1, 5))
        counted[steps_down(convert(Round((Holding("F", draw.randrange(100, 10**6)),), pre, investors, (grant,))))] += 1
    assert min(counted) >= 10, counted


def test_a_step_down_worked_by_hand() -> None:
    """Price 10 fen; whoever pays 59 fen gets 5 of 5.9 units. Four of them: W = (1,000 + 236) / 4 = 309 fen, 30.9 units; 30 of 150
    are 20 %. Eight: W = (1,000 + 472) / 4 = 368 fen, 36.8 units; 36 of 176 are 20.45 %, so one step down: 35 of 175 are 20 %."""
    grant = Instrument("G", "P", "GRANT", 10**6, share_ceiling=Fraction(1, 5))
    four = Round((Holding("F", 100),), 1000, tuple(NewMoney(f"V{n}", 59) for n in range(4)), (grant,))
    assert (convert(four).cap_table["P"], steps_down(convert(four))) == (30, 0)
    eight = convert(Round((Holding("F", 100),), 1000, tuple(NewMoney(f"V{n}", 59) for n in range(8)), (grant,)))
    assert eight.instruments[0].exact_units == Fraction(368, 10)
    assert (eight.cap_table["P"], eight.total, steps_down(eight)) == (35, 175, 1)


def test_a_limit_that_is_broken_by_more_units_than_can_have_fallen_away_is_a_bug_and_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grant = Instrument("G", "P", "GRANT", 10**6, share_ceiling=Fraction(1, 5))
    told = Round((Holding("F", 1000),), 1000, (NewMoney("V", 59),), (grant,))
    monkeypatch.setattr(conversion, "_all_units", lambda *_round: {"G": Fraction(900)})
    with pytest.raises(AssertionError, match="units over a limit that was solved exactly"):
        convert(told)
