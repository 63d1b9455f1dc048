"""The working of a conversion, step by step, as a second person checks it (fund.md 7.2, 7.3, 7.4); sentences with their numbers."""

from collections.abc import Iterator
from fractions import Fraction

from xinya.kit.text import gettext_noop as _

from . import exact
from .conversion import Conversion, Converted
from .limits import Limits
from .price import Loads, threshold
from .terms import CARRY, FORGIVE, GRANT, INCLUDES, REPAY, Instrument

Step = tuple[str, dict[str, str]]
"""An English sentence with named gaps, and what fills them; `say` puts it into the reader's language."""

START = _(
    "Existing units without the unallocated pool E = %(existing)s, unallocated pool U = %(pool)s, pre-money value "
    "Pre = %(pre)s yuan, new money New = %(new)s yuan."
)
TARGET = _("The pool shall be p = %(target)s of the total after the round.")
INTEREST = _("%(id)s: interest of %(interest)s yuan converts with the principal; A = %(amount)s yuan.")
COUNTED = _(
    "%(id)s: conversion value C = %(value)s yuan, factor phi = C / Pre = %(factor)s; A = %(amount)s yuan counts as "
    "W = A / phi = %(counted)s yuan at the round price."
)
ON_CAP = _(
    "%(id)s: phi = %(factor)s; cap / phi = %(threshold)s yuan is below price x K = %(reached)s yuan, so it takes its cap: "
    "sigma = A / cap = %(sigma)s of the company capitalisation K."
)
OFF_CAP = _(
    "%(id)s: phi = %(factor)s; cap / phi = %(threshold)s yuan is not below price x K = %(reached)s yuan, so it takes phi and "
    "counts W = A / phi = %(counted)s yuan."
)
LIMIT = _("The limit binds: %(limit)s. Instead of %(full)s yuan only W = %(w)s yuan converts, and the price is computed with that.")
WHOLE_UNIT_LIMIT = _("The limit binds by a fraction of a unit: %(limit)s. The units are lowered by one until it holds.")
NO_LIMIT = _("No limit binds.")
PRICE = _("Price per unit = %(formula)s = %(pps)s fen (%(yuan)s yuan). It is never rounded.")
POST = _("Post-money value V = %(post)s yuan; exact total N = V / price = %(total)s units.")
NO_TOP_UP = _("Pool: U = %(pool)s is at least p N = %(wanted)s, so nothing is added; the pool is never reduced.")
TOP_UP = _("Pool after the round = p N = %(wanted)s, rounded up %(after)s; added %(added)s units.")
UNITS = _("%(id)s: price %(price)s fen, exact units %(exact)s, rounded down %(units)s for %(holder)s.")
NEW_UNITS = _("%(holder)s: %(amount)s yuan / price = %(exact)s units, rounded down %(units)s.")
CONVERTED = _("%(id)s: converted principal %(converted)s yuan, remainder %(rest)s yuan: %(treatment)s")
REST_INTEREST = _("%(id)s: interest of %(rest)s yuan did not convert and is due in cash.")
CHECK = _("Check: price x exact units inside the pre-money value = %(value)s yuan = Pre.")
CHECK_NEW = _("Check: the new investors' exact share = New / (Pre + New) = %(share)s.")
COMPANY = _(
    "Limited company: the grant adds %(registered)s yuan to the registered capital and %(reserve)s yuan to the capital reserve."
)
NOTHING_LEFT = _("nothing is left.")
TREATMENTS = {
    REPAY: _("to be repaid at once."),
    CARRY: _("it waits for the next round."),
    FORGIVE: _("forgiven, which needs the committee and counts as written off."),
}
LIMIT_WORDS = {
    "SHARE_CEILING": _("share ceiling of the public holder"),
    "NOT_LARGEST_HOLDER": _("the public holder must stay below the largest other holder"),
}
FORMULAS = {
    ("INCLUDES", False): "(Pre - w - kw) / ((E+U)(1+k))",
    ("INCLUDES", True): "(Pre - pV - w - kw) / (E + k(E+U))",
    ("EXCLUDES", False): "Pre / (E+U)",
    ("EXCLUDES", True): "(Pre - p(Pre + New + w + kw)) / (E + pk(E+U))",
}


def working(done: Conversion) -> list[Step]:
    """Every step from the inputs to the whole units. Amounts in yuan with 2 decimals, exact ratios as p/q."""
    return [*_inputs(done), *_limits(done), *_price(done), *_units(done), *_checks(done)]


def _inputs(done: Conversion) -> Iterator[Step]:
    told = done.told
    yield START, {
        "existing": f"{told.existing_units:,}", "pool": f"{told.pool_units:,}", "pre": exact.yuan(told.pre_money_fen),
        "new": exact.yuan(told.new_money_fen),
    }  # fmt: skip
    if told.pool_target:
        yield TARGET, {"target": exact.percent(told.pool_target, 1, 2)}
    safes = {one.id: place for place, one in enumerate(Loads.of(told).safes)}
    for one, result in zip(told.instruments, done.instruments, strict=True):
        if one.interest_fen:
            yield INTEREST, {"id": one.id, "interest": exact.yuan(one.interest_fen), "amount": exact.yuan(one.amount_fen)}
        if one.id in safes:
            yield _safe(done, one, result)
        else:
            yield COUNTED, {
                "id": one.id, "value": exact.yuan(result.factor * told.pre_money_fen), "factor": exact.text(result.factor),
                "amount": exact.yuan(one.amount_fen), "counted": exact.yuan(result.counted_fen),
            }  # fmt: skip


def _safe(done: Conversion, one: Instrument, result: Converted) -> Step:
    price = done.price
    told = {
        "id": one.id, "factor": exact.text(result.factor), "threshold": exact.yuan(threshold(one, done.told.pre_money_fen)),
        "reached": exact.yuan(price.pps * price.capitalisation),
        "sigma": exact.text(Fraction(one.amount_fen, one.cap_fen or 1)), "counted": exact.yuan(result.counted_fen),
    }  # fmt: skip
    return (ON_CAP if result.is_on_cap else OFF_CAP), told


def _limits(done: Conversion) -> Iterator[Step]:
    limits = Limits.of(done.told)
    if limits is None:
        return
    if done.binding is None:
        yield NO_LIMIT, {}
        return
    full = sum((one.counted_fen for one in done.instruments if one.id in {g.id for g in limits.grants}), Fraction(0))
    told = {"limit": LIMIT_WORDS[done.binding], "full": exact.yuan(full), "w": exact.yuan(done.w_allowed)}
    yield (LIMIT if done.w_allowed < full else WHOLE_UNIT_LIMIT), told


def _price(done: Conversion) -> Iterator[Step]:
    told, price = done.told, done.price
    formula = FORMULAS[(told.basis, price.regime.topped)]
    yield PRICE, {"formula": formula, "pps": exact.text(price.pps), "yuan": exact.decimal(Fraction(price.pps, 100), 4)}
    yield POST, {"post": exact.yuan(price.post), "total": exact.text(done.exact_total)}
    if told.pool_target:
        wanted = told.pool_target * done.exact_total
        numbers = {"pool": f"{told.pool_units:,}", "wanted": exact.text(wanted), "after": f"{told.pool_units + done.pool_topup:,}",
                   "added": f"{done.pool_topup:,}"}  # fmt: skip
        yield (TOP_UP if price.regime.topped else NO_TOP_UP), numbers


def _units(done: Conversion) -> Iterator[Step]:
    for one in done.instruments:
        yield UNITS, {
            "id": one.id, "price": exact.text(one.price), "exact": exact.text(one.exact_units), "units": f"{one.units:,}",
            "holder": one.holder,
        }  # fmt: skip
    for paid in done.told.new_money:
        yield NEW_UNITS, {
            "holder": paid.holder, "amount": exact.yuan(paid.amount_fen),
            "exact": exact.text(Fraction(paid.amount_fen, done.price.pps)), "units": f"{done.new_units[paid.holder]:,}",
        }  # fmt: skip
    for one in done.instruments:
        if one.kind == GRANT:
            treatment = TREATMENTS[one.remainder] if one.remainder_fen else NOTHING_LEFT
            yield CONVERTED, {
                "id": one.id, "converted": exact.yuan(one.converted_principal_fen), "rest": exact.yuan(one.remainder_fen),
                "treatment": treatment,
            }  # fmt: skip
        if one.rest_interest_fen:
            yield REST_INTEREST, {"id": one.id, "rest": exact.yuan(one.rest_interest_fen)}


def _checks(done: Conversion) -> Iterator[Step]:
    yield CHECK, {"value": exact.yuan(inside_value(done))}
    told = done.told
    if told.basis == INCLUDES and told.new_money:
        yield CHECK_NEW, {"share": exact.percent(told.new_money_fen, told.pre_money_fen + told.new_money_fen)}
    if done.registered_capital_fen is not None and done.capital_reserve_fen is not None:
        yield COMPANY, {"registered": exact.yuan(done.registered_capital_fen), "reserve": exact.yuan(done.capital_reserve_fen)}


def inside_value(done: Conversion) -> Fraction:
    """Price x the exact units inside the pre-money value, in fen: it must be Pre (7.2 step 6)."""
    told, price = done.told, done.price
    pool = Fraction(told.pool_units)
    if price.regime.topped and told.pool_target:
        pool = told.pool_target * done.exact_total
    converting = sum((one.exact_units for one in done.instruments), Fraction(0)) if told.basis == INCLUDES else Fraction(0)
    return (told.existing_units + pool + converting) * price.pps
