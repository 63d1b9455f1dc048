"""The fund's engine against a plain-Python form of the same question: replay, conversion, simulation (fund.md 14)."""

import datetime
import random
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from bench.clock import best
from xinya.fund.engine import DEFAULT_CHANCES, Event, Holding, Instrument, NewMoney, Plan, Round, convert, replay, simulate
from xinya.fund.engine.terms import GRANT, INCLUDES, NOTE, SAFE_POST, SAFE_PRE

DAY = datetime.date(2021, 1, 1)
RUNS = 200_000


def life(count: int = 10_000) -> list[Event]:
    """A pool with a hundred grants over thirty companies: issues, transfers, payments, dividends, reversals."""
    draw = random.Random(1)
    events = [Event(1, "POOL_FUNDED", DAY, {"amount_fen": 10**14})]

    def put(kind: str, **content: object) -> None:
        events.append(Event(len(events) + 1, kind, DAY + datetime.timedelta(days=len(events) // 5), content))

    for number in range(30):
        put("CAP_TABLE_OPENED", company=f"c{number}", holders={"F": 10**9, "E": 10**8}, pool_units=10**6)
    for number in range(100):
        put("GRANT_APPROVED", grant=f"G{number}", company=f"c{number % 30}", amount_fen=10**9)
        put("TRANCHE_PAID", grant=f"G{number}", no=1, amount_fen=10**9)
    while len(events) < count:
        company = f"c{draw.randrange(30)}"
        kind = draw.randrange(4)
        if kind == 0:
            put("UNITS_ISSUED", company=company, holder=f"V{draw.randrange(20)}", units=draw.randrange(1, 1000))
        elif kind == 1:
            put("UNITS_TRANSFERRED", company=company, to="V1", units=draw.randrange(1, 50), **{"from": "F"})
        elif kind == 2:
            put("DIVIDEND", grant=f"G{draw.randrange(100)}", amount_fen=draw.randrange(1, 10**6))
        else:
            put("REVERSED", reverses=len(events)) if events[-1].type == "DIVIDEND" else put("POOL_FUNDED", amount_fen=5)
    return events


def plain_replay(events: list[Event]) -> tuple[dict[tuple[str, str], int], int]:
    """The tables and the cash alone: no checks, no hashes, no ledger, nothing refused."""
    units: dict[tuple[str, str], int] = {}
    cash, dividends = 0, {}
    for event in events:
        told = event.content
        if event.type == "POOL_FUNDED":
            cash += told["amount_fen"]
        elif event.type == "CAP_TABLE_OPENED":
            units |= {(told["company"], holder): held for holder, held in told["holders"].items()}
        elif event.type == "TRANCHE_PAID":
            cash -= told["amount_fen"]
        elif event.type == "UNITS_ISSUED":
            key = (told["company"], told["holder"])
            units[key] = units.get(key, 0) + told["units"]
        elif event.type == "UNITS_TRANSFERRED":
            units[told["company"], told["from"]] -= told["units"]
            units[told["company"], told["to"]] = units.get((told["company"], told["to"]), 0) + told["units"]
        elif event.type == "DIVIDEND":
            dividends[event.seq] = told["amount_fen"]
            cash += told["amount_fen"]
        elif event.type == "REVERSED":
            cash -= dividends[told["reverses"]]
    return units, cash


def large_round() -> Round:
    """Twenty instruments of all kinds, a pool target, and a ceiling that binds."""
    draw = random.Random(2)
    made = []
    for number in range(19):
        kind = (GRANT, NOTE, SAFE_PRE, SAFE_POST, SAFE_POST)[number % 5]
        cap = draw.randrange(3 * 10**10, 9 * 10**10) if kind in (SAFE_PRE, SAFE_POST) else None
        made.append(Instrument(f"I{number}", f"H{number}", kind, draw.randrange(10**7, 6 * 10**8), Fraction(number % 4, 20), cap))
    made.append(Instrument("G", "PUBLIC", GRANT, 5 * 10**10, share_ceiling=Fraction(1, 5), not_largest=True))
    return Round(
        tuple(Holding(f"F{n}", 10**7 + n) for n in range(10)), 6 * 10**10, tuple(NewMoney(f"V{n}", 10**9 + n) for n in range(5)),
        tuple(made), 10**6, Fraction(1, 10), INCLUDES,
    )  # fmt: skip


def plain_fixed_point(told: Round) -> float:
    """The price by fixed point in floats, SAFEs choosing anew at each step; limits and whole units are left out."""
    pre, both, target = float(told.pre_money_fen), told.existing_units + told.pool_units, float(told.pool_target or 0)
    price, reached = pre / both, float(both)
    for _step in range(500):
        units = 0.0
        for one in told.instruments:
            plain = one.amount_fen / (float(one.factor(told.pre_money_fen)) * price)
            on_cap = one.amount_fen / one.cap_fen * reached if one.kind == SAFE_POST and one.cap_fen else 0.0
            units += max(plain, on_cap)
        reached = both + units
        post = pre + told.new_money_fen
        pool = max(told.pool_units, target * post / price)
        price = pre / (told.existing_units + pool + units)
    return price


def plain_lives(runs: int, seed: int = 1) -> float:
    """Mean money back on three tickets, one run after the other."""
    draw = random.Random(seed)
    buckets = [(float(b.p), float(b.low), float(b.high)) for b in DEFAULT_CHANCES.buckets]
    total = 0.0
    for _run in range(runs):
        cash, years = 3.0, {}
        for year in range(26):
            cash += years.pop(year, 0.0)
            tickets = int(cash + 1e-9)
            cash -= tickets
            for _ticket in range(tickets):
                fate, back = draw.random(), 0.0
                if fate < 0.45:
                    place = draw.choices(buckets, weights=[p for p, _low, _high in buckets])[0]
                    back = place[1] + (place[2] - place[1]) * draw.random()
                elif fate < 0.69:
                    back = 1.0
                years[year + 5] = years.get(year + 5, 0.0) + back
                total += back if year == 0 else 0.0
    return total / runs / 3


def run() -> Iterator[str]:
    """One line a claim."""
    events = life()
    book, mine = best(lambda: replay(events), 3)
    plain, other = best(lambda: plain_replay(events), 3)
    units = {key[1:]: held for key, held in mine.sums.items() if key[0] == "units" and key[2] != "UNALLOCATED_POOL"}
    same = "same tables and cash" if (units, mine.view().cash_fen) == other else "RESULTS DIFFERS"
    yield (
        f"fund replay, {len(events)} events, 30 companies, 100 grants: {book:.2f} s with checks, ledger, hashes (target < 2 s); "
        f"plain dictionaries without them {plain:.3f} s; {same}"
    )
    told = large_round()
    ours, done = best(lambda: convert(told), 5)
    free = Round(
        told.holdings, told.pre_money_fen, told.new_money, told.instruments[:-1], told.pool_units, told.pool_target, told.basis
    )
    exact, price = best(lambda: convert(free).price.pps, 5)
    theirs, near = best(lambda: plain_fixed_point(free), 3)
    close = "same price to 1e-9" if abs(near / float(price) - 1) < 1e-9 else f"RESULTS DIFFERS: {near} {float(price)}"
    yield (
        f"fund conversion, 20 instruments, pool, {done.binding}: {ours * 1000:.1f} ms exact (target < 50 ms); "
        f"without the limited grant {exact * 1000:.1f} ms, fixed point in floats {theirs * 1000:.1f} ms; {close}"
    )
    plan = Plan(pool_fen=15 * 10**9, ticket_fen=5 * 10**9)
    took, drawn = best(lambda: simulate(plan, DEFAULT_CHANCES, runs=RUNS), 2)
    slow, mean = best(lambda: plain_lives(RUNS // 200), 1)
    within = abs(drawn.first.mean - drawn.expected) <= 4 * drawn.first.standard_error
    yield (
        f"fund simulation, {RUNS} runs of 3 tickets, 25 years, NumPy {np.__version__}: {took:.1f} s (target < 10 s); plain Python "
        f"{slow * 200:.0f} s (from {RUNS // 200} runs, mean {mean:.2f}); mean {drawn.first.mean:.4f}, "
        f"{'within 4 errors of' if within else 'RESULTS DIFFERS from'} the formula's {drawn.expected:.4f}"
    )
