"""Exact numbers of the fund: whole fen and units, rational rates, and the rounding table of fund.md 7.4. No floats."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .refusal import refuse

LARGEST = 10**15
PART = 10**4000
DECIMAL = re.compile(r"[0-9]{1,20}(\.[0-9]{1,30})?")
RATIONAL = re.compile(r"[0-9]{1,40}(\.[0-9]{1,30}|/[0-9]{1,40})?")


@dataclass(frozen=True, slots=True)
class Inexact:
    """A number that JSON wrote with a point or an exponent. No field takes it: amounts are whole, rates are strings."""

    written: str

    def __str__(self) -> str:
        return self.written


def fen(value: object, where: str, *, least: int = 1) -> int:
    """The amount in fen, checked: a whole number from `least` (1 or 0) to 10^15. true and 5.0 are no amounts.

    Raises AMOUNT_NOT_INTEGER, AMOUNT_NOT_POSITIVE, AMOUNT_TOO_LARGE.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise refuse("AMOUNT_NOT_INTEGER", where=where, value=value)
    if value < least:
        raise refuse("AMOUNT_NOT_POSITIVE", where=where, value=value)
    if value > LARGEST:
        raise refuse("AMOUNT_TOO_LARGE", where=where, value=value)
    return value


def units(value: object, where: str, *, least: int = 0) -> int:
    """The count of units (shares, or fen of registered capital), checked: whole, from `least` to 10^15."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise refuse("SHARES_NOT_INTEGER", where=where, value=value)
    if value > LARGEST:
        raise refuse("SHARES_TOO_LARGE", where=where, value=value)
    return value


def share(value: object, where: str, code: str) -> Fraction:
    """A share written as a decimal string, 0 <= it < 1: 0.2 is 20 %. "20" and the number 0.2 are refused with `code`."""
    if isinstance(value, Fraction):
        part = value
    elif isinstance(value, str) and DECIMAL.fullmatch(value):
        part = Fraction(value)
    else:
        raise refuse(code, where=where, value=value)
    if not 0 <= part < 1:
        raise refuse(code, where=where, value=value)
    return part


def rational(value: object, where: str) -> Fraction:
    """A number from 0 upwards written "1500", "2.5" or "4250/3", or a whole number. Raises NUMBER_NOT_EXACT."""
    if (
        isinstance(value, Fraction)
        or (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, str) and RATIONAL.fullmatch(value) and not re.search(r"/0+$", value))
    ):
        number = Fraction(value)
    else:
        raise refuse("NUMBER_NOT_EXACT", where=where, value=value)
    if number < 0:
        raise refuse("NUMBER_NOT_EXACT", where=where, value=value)
    return number


def count(value: object, where: str, *, least: int = 0, most: int = LARGEST) -> int:
    """How often, how many years or months: a whole number from `least` to `most`. Raises FIELD_WRONG."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise refuse("FIELD_WRONG", where=where, value=value)
    return value


def lines(found: Sequence[object], where: str, most: int) -> None:
    """Refuse more lines than can be computed in a breath: work and digits grow with their square. Raises TOO_MANY_LINES."""
    if len(found) > most:
        raise refuse("TOO_MANY_LINES", where=where, value=len(found), most=most)


def year_basis(value: object, where: str = "year_basis") -> int:
    """360 or 365 days. Raises UNKNOWN_BASIS."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in (360, 365):
        raise refuse("UNKNOWN_BASIS", where=where, value=value, known="360, 365")
    return value


def known(value: object, choices: Sequence[str], where: str, code: str = "UNKNOWN_KIND") -> str:
    """The value, if it is one of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise refuse(code, where=where, value=value, known=", ".join(choices))
    return value


def days_between(earlier: datetime.date, later: datetime.date, where: str) -> int:
    """Later minus earlier: the first day counts, the last does not. Raises DATES_REVERSED."""
    if later < earlier:
        raise refuse("DATES_REVERSED", where=where, value=later, earlier=earlier)
    return (later - earlier).days


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day `months` months earlier, or that month's last day where it has no such day."""
    return months_after(day, -months)


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day `months` months later, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not datetime.MINYEAR <= year < datetime.MAXYEAR:
        raise refuse("DATE_WRONG", where=day, value=year)
    first_of_next = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(day.day, last))


def floor(value: Fraction | int) -> int:
    """Rounded down: units to a person, concession."""
    return Fraction(value).__floor__()


def ceil(value: Fraction | int) -> int:
    """Rounded up: the pool's top-up."""
    return Fraction(value).__ceil__()


def half_up(value: Fraction | int) -> int:
    """Rounded to the nearest whole, halves up: interest, converted principal at a limit, cost of a sold part (value >= 0)."""
    return (Fraction(value) + Fraction(1, 2)).__floor__()


def split(amount: int, weights: Sequence[Fraction | int]) -> list[int]:
    """`amount` parted in proportion to the weights: floor each, what is left one by one to the largest remainders.

    Ties go by order. The parts sum to the amount exactly. Raises ValueError when all weights are 0 and the amount is not.
    """
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    if whole == 0:
        if amount:
            raise ValueError("an amount cannot be parted over nothing")
        return [0 for _ in weights]
    exact = [Fraction(amount * Fraction(weight), whole) for weight in weights]
    parts = [floor(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def round_parts(exact: Sequence[Fraction]) -> list[int]:
    """Exact parts of a whole amount in whole fen: floor each, what is left to the largest remainders, ties by order."""
    return split(floor(sum(exact, Fraction(0))), exact)


def text(value: Fraction | int) -> str:
    """ "p/q", or "p" where q is 1."""
    number = Fraction(value)
    return digits(number.numerator) if number.denominator == 1 else f"{digits(number.numerator)}/{digits(number.denominator)}"


def digits(number: int) -> str:
    """A whole number of any length; Python's own str stops at 4,300 digits."""
    if number < 0:
        return f"-{digits(-number)}"
    if number < PART:
        return str(number)
    above, below = divmod(number, PART)
    return f"{digits(above)}{below:04000d}"


def decimal(value: Fraction | int, places: int) -> str:
    """For display only: the number with `places` decimals, half away from 0."""
    number = Fraction(value)
    scaled = half_up(abs(number) * 10**places)
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if number < 0 and scaled else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def percent(part: Fraction | int, whole: Fraction | int, places: int = 6) -> str:
    """`part` of `whole` as "12.345678%", half up."""
    return f"{decimal(Fraction(part) * 100 * Fraction(1, whole), places)}%"


def yuan(amount_fen: Fraction | int, places: int = 2) -> str:
    """Fen as yuan with thousands parted: 5,000,000,000 fen is "50,000,000.00"."""
    digits = decimal(Fraction(amount_fen, 100), places)
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, point, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{rest}"
