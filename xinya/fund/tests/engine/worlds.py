"""Rounds, classes and lives of a pool as they may come, for the property tests; and the round's own equation as an oracle."""

import datetime
from fractions import Fraction
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.fund.engine import BadInput, Event, Holding, Instrument, NewMoney, Round, convert
from xinya.fund.engine.conversion import Conversion
from xinya.fund.engine.terms import BASES, CEILING_BASES, EXCLUDES, GRANT, INCLUDES, NOTE, SAFE_POST, SAFE_PRE

MANY = settings(max_examples=examples(250), deadline=None)
AMOUNTS = st.integers(1, 10**12)
PARTS = st.integers(0, 90).map(lambda n: Fraction(n, 100))
TARGETS = st.integers(1, 40).map(lambda n: Fraction(n, 100))
PERCENTS = st.one_of(st.none(), st.integers(1, 99).map(lambda n: Fraction(n, 100)))
GROUPS = st.sampled_from([None, None, None, "G", "H"])
REFUSED_BY_SIZE = ("PRE_MONEY_TOO_SMALL", "SAFES_PROMISE_TOO_MUCH")

# What does not hang on an earlier draw is made once: hypothesis looks into every strategy that is new to it, at each draw.
YES_OR_NO = st.booleans()
OF_KIND = st.sampled_from((GRANT, NOTE, SAFE_PRE, SAFE_POST))
HOLDERS = st.sampled_from(["P", "Q", "R"])
CAPS = st.one_of(st.none(), st.integers(10**6, 10**13))
PRINCIPALS = st.integers(1, 10**11)
HELD_BY = st.lists(st.sampled_from("ABCDP"), min_size=1, max_size=4, unique=True)
UNITS_HELD = st.integers(1, 10**10)
INVESTORS = st.lists(st.sampled_from("VWXP"), max_size=3, unique=True)
PRE_MONEY = st.integers(10**6, 10**13)
TIGHT = st.integers(1, 25)
CEILED = st.sampled_from(CEILING_BASES)
POOLS = st.one_of(st.just(0), st.integers(1, 10**9))
POOL_TARGETS = st.one_of(st.none(), TARGETS)
ON_BASIS = st.sampled_from(BASES)


@st.composite
def instruments(draw: st.DrawFn, name: str) -> Instrument:
    kind = draw(OF_KIND)
    cap = draw(CAPS)
    floor = draw(st.one_of(st.none(), st.integers(1, cap or 10**12)))
    return Instrument(
        name, draw(HOLDERS), kind, draw(PRINCIPALS), discount=draw(PARTS), cap_fen=cap,
        floor_fen=floor,
    )  # fmt: skip


INSTRUMENTS = [instruments(f"I{n}") for n in range(4)]


@st.composite
def rounds(draw: st.DrawFn, *, limited: bool = False, tight: bool = False, most: int = 4) -> Round:
    """A round of a few holders, investors and instruments. limited: one grant with limits on its holder's group.

    tight: the grant is large beside the company and its ceiling low, so that the ceiling mostly binds.
    """
    names = draw(HELD_BY)
    holdings = tuple(Holding(name, draw(UNITS_HELD), draw(GROUPS) if name in "ABC" else None) for name in names)
    investors = draw(INVESTORS)
    made = [draw(INSTRUMENTS[n]) for n in range(draw(st.integers(0, most)))]
    pre = draw(PRE_MONEY)
    if tight:
        ceiling = Fraction(draw(TIGHT), 100)
        amount = draw(st.integers(pre // 2, 2 * pre))
        made.append(Instrument("L", "P", GRANT, amount, share_ceiling=ceiling, ceiling_base=draw(CEILED)))
        holdings = tuple(held for held in holdings if held.holder != "P") or (Holding("A", 10**6),)
    elif limited:
        made.append(
            Instrument(
                "L", "P", GRANT, draw(AMOUNTS), discount=draw(PARTS),
                share_ceiling=draw(PERCENTS),
                ceiling_base=draw(CEILED), not_largest=draw(YES_OR_NO),
            )
        )  # fmt: skip
    return Round(
        holdings, pre, tuple(NewMoney(name, draw(AMOUNTS)) for name in investors), tuple(made),
        draw(POOLS), draw(POOL_TARGETS),
        draw(ON_BASIS),
    )  # fmt: skip


def tried(told: Round) -> Conversion | None:
    """The conversion, or None where the pre-money value or the SAFEs' promises leave nothing: the two refusals of size."""
    try:
        return convert(told)
    except BadInput as refused:
        if refused.code not in REFUSED_BY_SIZE:
            raise
        return None


def left_over(told: Round, pps: Fraction, w: Fraction, sigma: Fraction, topped: bool) -> Fraction:
    """The round's own equation: value of the units inside the pre-money value, less that value. 0 at the right price.

    Written down unit by unit from fund.md 7.2, steps 2 to 4, with K as a number of units; the solver never uses this form.
    """
    existing, pool = told.existing_units, told.pool_units
    capitalisation = (existing + pool + w / pps) / (1 - sigma)
    converting = w / pps + sigma * capitalisation
    post = Fraction(told.pre_money_fen + told.new_money_fen)
    if told.basis == EXCLUDES:
        post += converting * pps
    pool_after = (told.pool_target or Fraction(0)) * post / pps if topped else Fraction(pool)
    inside = existing + pool_after + (converting if told.basis == INCLUDES else 0)
    return inside * pps - told.pre_money_fen


DAYS = st.integers(0, 2000).map(lambda n: datetime.date(2021, 1, 1) + datetime.timedelta(days=n))


KINDS = (
    "POOL_FUNDED", "GRANT_APPROVED", "TRANCHE_PAID", "TRANCHE_PAID", "TRANCHE_CANCELLED", "CAP_TABLE_OPENED", "UNITS_ISSUED",
    "POOL_CHANGED", "UNITS_TRANSFERRED", "UNITS_SPLIT", "ROUND_SIGNED", "ROUND_CLOSED", "TRIGGER_MET", "GRANT_CONVERTED",
    "GRANT_CONVERTED", "REMAINDER_REPAID", "MATURITY_EXTENDED", "REPAID", "SHARES_SOLD", "SHARES_SOLD", "ADJUSTED", "DIVIDEND",
    "WRITTEN_OFF", "RECOVERED_LATER", "CONCESSION_PAID", "REMITTED", "REVERSED", "GRANT_CONTRACTED", "TRANCHE_ACCEPTED",
)  # fmt: skip
OF_EVENT = st.sampled_from(KINDS)
GRANTS, COMPANIES = st.sampled_from(["G1", "G2"]), st.sampled_from(["c1", "c2"])
FROM, TO = st.sampled_from(["A", "B", "PUBLIC"]), st.sampled_from(["A", "B", "V"])
MILLIONS, TEN_THOUSANDS = st.integers(1, 60), st.integers(1, 40)
TRANCHES, SPLITS, REVERSIBLE, REMITTED = st.integers(1, 2), st.integers(1, 3), st.integers(1, 12), st.sampled_from([1, 1, 15])


@st.composite
def commands(draw: st.DrawFn) -> dict[str, Any]:
    """Something that somebody may ask of a pool and its two companies, sensible or not."""
    grant, company = draw(GRANTS), draw(COMPANIES)
    holder, other = draw(FROM), draw(TO)
    money, units = draw(MILLIONS) * 10**6, draw(TEN_THOUSANDS) * 10**4
    kind = draw(OF_EVENT)
    contents: dict[str, dict[str, Any]] = {
        "POOL_FUNDED": {"amount_fen": money * 5},
        "GRANT_APPROVED": {"grant": grant, "company": company, "amount_fen": 2 * money, "tranches_fen": [money, money]},
        "TRANCHE_PAID": {"grant": grant, "no": draw(TRANCHES), "amount_fen": money},
        "TRANCHE_CANCELLED": {"grant": grant, "no": draw(TRANCHES), "amount_fen": money},
        "CAP_TABLE_OPENED": {"company": company, "holders": {"A": units * 3, "B": units}, "pool_units": units},
        "UNITS_ISSUED": {"company": company, "holder": holder, "units": units},
        "POOL_CHANGED": {"company": company, "change_units": draw(st.sampled_from([units, -units]))},
        "UNITS_TRANSFERRED": {"company": company, "from": holder, "to": other, "units": units},
        "UNITS_SPLIT": {"company": company, "numerator": draw(SPLITS), "denominator": draw(SPLITS)},
        "ROUND_CLOSED": {"company": company, "round": "A", "issued": [{"holder": "V", "units": units}], "pool_topup_units": units},
        "GRANT_CONVERTED": {"grant": grant, "principal_fen": money, "units": units},
        "REMAINDER_REPAID": {"grant": grant, "principal_fen": money},
        "REPAID": {"grant": grant, "principal_fen": money, "interest_fen": 7},
        "SHARES_SOLD": {"grant": grant, "units": units, "price_fen": money, "buyer": other, "concession_fen": 3},
        "ADJUSTED": {"company": company, "holder": holder, "units": units},
        "DIVIDEND": {"grant": grant, "amount_fen": money},
        "WRITTEN_OFF": {"grant": grant, "recovered_fen": 5, "written_off_fen": money},
        "RECOVERED_LATER": {"grant": grant, "amount_fen": money},
        "CONCESSION_PAID": {"grant": grant, "amount_fen": money},
        "REMITTED": {"amount_fen": money * draw(REMITTED)},
        "REVERSED": {"reverses": draw(REVERSIBLE)},
    }  # fmt: skip
    content = dict(contents.get(kind, {"grant": grant}))
    if kind in ("TRANCHE_PAID", "TRANCHE_CANCELLED", "GRANT_CONVERTED", "REPAID"):
        content["as_planned"] = draw(YES_OR_NO)
    return {"type": kind, "date": draw(DAYS), "content": content}


START = (
    ("POOL_FUNDED", {"amount_fen": 10**9}),
    ("CAP_TABLE_OPENED", {"company": "c1", "holders": {"A": 3 * 10**6, "B": 10**6}, "pool_units": 10**5}),
    ("GRANT_APPROVED", {"grant": "G1", "company": "c1", "amount_fen": 4 * 10**7, "tranches_fen": [10**7, 3 * 10**7]}),
    ("TRANCHE_PAID", {"grant": "G1", "no": 1, "amount_fen": 10**7}),
)
LIVES = st.lists(commands(), max_size=25)


def event_of(command: dict[str, Any], sums: Any) -> Event:
    """The event of a command; `as_planned` puts in the amount that the book says is planned or outstanding."""
    from xinya.fund.engine.effects import outstanding

    content = dict(command["content"])
    if content.pop("as_planned", False):
        grant = content["grant"]
        if "no" in content:
            content["amount_fen"] = sums.get(("plan", grant, str(content["no"])), 0) or content["amount_fen"]
        else:
            content["principal_fen"] = max(outstanding(sums, grant), 0) or content["principal_fen"]
    return Event(0, command["type"], command["date"], content)
