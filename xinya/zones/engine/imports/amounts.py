"""Figures in cells: a plain number, a number with its own unit, a bounded figure, a range; exact, never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite

from xinya.zones.engine.imports.cleaning import narrow
from xinya.zones.engine.imports.labels import UNITS
from xinya.zones.engine.quantities import read_quantity

MOST = 200
"""Characters of the longest text that is read as a figure."""
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+"
_UNIT = "|".join(sorted((word for word in UNITS if not word.isascii()), key=len, reverse=True))
_PLAIN = re.compile(rf"([+-]?)[¥￥]?({_NUMBER})({_UNIT}|人|名|个|家)?", re.ASCII)
_ACCOUNTING = re.compile(rf"\([¥￥]?({_NUMBER})\)", re.ASCII)
_SCALED = re.compile("[万亿]")
_BOUNDS = {"exact": ""}
_KINDS = frozenset({"amount", "count", "number"})


@dataclass(frozen=True, slots=True)
class Figure:
    """value in the stated unit, None for a range; unit: the word for its unit, or ""; precision: worth of its last digit."""

    value: Fraction | None
    unit: str = ""
    bound: str = ""
    lower: Fraction | None = None
    upper: Fraction | None = None
    precision: Fraction = Fraction(0)


def of_number(cell: float | int) -> Figure | None:
    """A number cell, with the fifteen digits that a spreadsheet shows: 0.1 + 0.2 is 0.3. None for what is no finite number."""
    if not isfinite(cell):
        return None
    text = format(cell, ".15g") if isinstance(cell, float) else str(cell)
    return Figure(Fraction(Decimal(text)))


def read_amount(text: str) -> Figure | None:
    """The one figure that a whole text states, or None when it states none, or more than can be told apart.

    A scale word without 元 (1.2亿) names yuan: nobody means a hundred million times ten thousand.
    """
    plain = re.sub(r"\s+", "", narrow(text))
    if len(plain) > MOST:
        return None
    if found := _ACCOUNTING.fullmatch(plain):
        return _figure("-", found[1], "")
    if found := _PLAIN.fullmatch(plain):
        return _figure(found[1], found[2], found[3] or "")
    told = read_quantity(plain)
    if told is None or told.is_ambiguous or told.kind not in _KINDS or (told.start, told.end) != (0, len(plain)):
        return None
    if told.kind == "amount" and told.unit != "CNY":
        return None
    if told.value is None and (told.lower is None or told.upper is None):
        return None
    is_yuan = told.kind == "amount" or (told.unit is None and _SCALED.search(plain) is not None)
    unit = "元" if is_yuan else told.unit or ""
    bound = "range" if told.value is None else _BOUNDS.get(told.bound, told.bound)
    return Figure(told.value, unit, bound, told.lower, told.upper, told.precision or Fraction(0))


def _figure(sign: str, digits: str, unit: str) -> Figure:
    plain = digits.replace(",", "").rstrip(".")
    value = Fraction(plain) * (-1 if sign == "-" else 1)
    return Figure(value, unit, precision=Fraction(1, 10 ** len(plain.partition(".")[2])))


def whole(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    doubled = abs(value) * 2 + 1
    rounded = doubled.numerator // (doubled.denominator * 2)
    return rounded if value >= 0 else -rounded


def shown(value: Fraction) -> str:
    """A figure as text, without an exponent: 18600, 0.5."""
    if value.denominator == 1:
        return str(value.numerator)
    scaled = value * 10**6
    text = f"{whole(scaled) / 10**6:.6f}" if abs(value) < 10**9 else str(whole(value))
    return text.rstrip("0").rstrip(".")
