"""Figures in cells: a plain number, a number with its own unit, a bounded figure, a range; exact, never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xinya.zones.engine.imports.cleaning import narrow
from xinya.zones.engine.imports.labels import UNITS

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+"
_UNIT = "|".join(sorted((word for word in UNITS if not word.isascii()), key=len, reverse=True))
_PLAIN = re.compile(rf"([+-]?)[¥￥]?({_NUMBER})({_UNIT}|人|名|个|家)?", re.ASCII)
_ACCOUNTING = re.compile(rf"\([¥￥]?({_NUMBER})\)", re.ASCII)
_RANGE = re.compile(rf"({_NUMBER})({_UNIT}|人)?(?:-|~|～|—|–|至|到)({_NUMBER})({_UNIT}|人|名)?", re.ASCII)
_BEFORE = (
    ("not_above", "不超过|至多|最多"), ("not_below", "不低于|不少于|至少|最少"), ("about_below", "近|将近|接近"),
    ("about", "约|大约|大概|约为|约合|≈|左右"),
    ("above", "超过|超|逾|多于|大于|高于|>"),
    ("below", "不足|不到|不满|低于|少于|小于|未满|<"),
)  # fmt: skip
_AFTER = (("about", "左右|上下|许"), ("not_below", "以上|及以上"), ("not_above", "以下|以内|及以下"), ("above", "余|多"))
_START = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _BEFORE))


@dataclass(frozen=True, slots=True)
class Figure:
    """value in the stated unit, None for a range; unit: the word for its unit, or ""; precision: worth of its last digit."""

    value: Fraction | None
    unit: str = ""
    bound: str = ""
    lower: Fraction | None = None
    upper: Fraction | None = None
    precision: Fraction = Fraction(0)


def of_number(cell: float | int) -> Figure:
    """A number cell, with the fifteen digits that a spreadsheet shows: 0.1 + 0.2 is 0.3."""
    text = format(cell, ".15g") if isinstance(cell, float) else str(cell)
    return Figure(Fraction(Decimal(text)))


def read_amount(text: str) -> Figure | None:
    """The one figure that a whole text states, or None when it states none, or more than can be told apart."""
    plain = re.sub(r"\s+", "", narrow(text))
    bound = ""
    if found := _START.match(plain):
        bound, plain = str(found.lastgroup), plain[found.end() :]
    for name, words in _AFTER:
        found = re.fullmatch(rf"(.*?\d)({_UNIT}|人|名|个|家)?(?:{words})({_UNIT}|人|名|个|家)?", plain)
        if found and not (found[2] and found[3]):
            bound, plain = bound or name, found[1] + (found[2] or found[3] or "")
            break
    if found := _ACCOUNTING.fullmatch(plain):
        return _figure("-", found[1], "", bound)
    if found := _PLAIN.fullmatch(plain):
        return _figure(found[1], found[2], found[3] or "", bound)
    if (found := _RANGE.fullmatch(plain)) and not bound:
        unit = found[4] or found[2] or ""
        if found[2] and found[4] and found[2] != found[4]:
            return None
        low, high = (Fraction(found[place].replace(",", "")) for place in (1, 3))
        return Figure(None, unit, "range", low, high) if low <= high else None
    return None


def _figure(sign: str, digits: str, unit: str, bound: str) -> Figure:
    plain = digits.replace(",", "").rstrip(".")
    value = Fraction(plain) * (-1 if sign == "-" else 1)
    place = Fraction(1, 10 ** len(plain.partition(".")[2]))
    lower = value if bound in ("above", "not_below") else None
    upper = value if bound in ("below", "not_above", "about_below") else None
    return Figure(value, unit, bound, lower, upper, place)


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
