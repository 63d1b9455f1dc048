"""Dates as lists state them: precision kept, doubt reported, nothing invented (zones-import 5.1 and 5.4)."""

import datetime
import re
from dataclasses import dataclass

from xinya.zones.engine.numerals import DIGITS
from xinya.zones.engine.values import narrow

EARLIEST = datetime.date(1949, 10, 1)
AMBIGUOUS, IMPOSSIBLE, OUT_OF_RANGE = "ambiguous", "impossible", "out_of_range"
_EPOCHS = {False: datetime.date(1899, 12, 30), True: datetime.date(1904, 1, 1)}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - read as a row
_MONTH_NAME = "(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"

_CLOCK = re.compile(
    r"(?:(?<=[0-9日号])[T ]|\s+|(?<=[日号]))\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?(?:Z|[+-]\d{2}:?\d{2})?$", re.A
)
_WEEKDAY = re.compile(r"[(,]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*\)?")
_NUMERAL = re.compile("[零〇○一二三四五六七八九十廿卅两]{1,6}(?=[年月日号])")
_SEPARATOR = r"[-/.\\_年月,]"
_FULL = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})[日号]?", re.A)
_MONTH = re.compile(r"(\d{4})[-/.\\年](\d{1,2})(?:月份?)?(?:底|初|末|中旬|上旬|下旬)?", re.A)
_YEAR = re.compile(r"(\d{4})(?:年度?)?(?:底|初|末)?", re.A)
_SOLID = re.compile(r"((?:18|19|20)\d{2})(\d{2})(\d{2})?", re.A)
_SHORT = re.compile(rf"['’]?(\d{{2}}){_SEPARATOR}(\d{{1,2}})(?:{_SEPARATOR}(\d{{1,2}})[日号]?|月份?)?", re.A)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.A)
_ENGLISH = (
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[- .]*{_MONTH_NAME}[- .,]*(?P<year>\d{{4}})", re.A),
    re.compile(rf"{_MONTH_NAME}[- .]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[- ,.]+(?P<year>\d{{4}})", re.A),
    re.compile(rf"{_MONTH_NAME}[- .,]*(?P<year>\d{{4}})", re.A),
)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """What a cell says of a date.

    iso: 2024, 2024-12 or 2024-12-31, as far as it is stated; "" where the text is impossible or may mean several days.
    precision: year, month, day, or "". problem: "", ambiguous (ask; `options` holds the readings), impossible (30 February),
    out_of_range (before 1949-10-01 or more than a year ahead; the date is kept). form: date, text or serial.
    """

    iso: str
    precision: str
    problem: str = ""
    options: tuple[str, ...] = ()
    form: str = "text"

    def first_day(self) -> datetime.date | None:
        """The first day that is meant, None where none is told."""
        if not self.iso:
            return None
        year, month, day = ([int(part) for part in self.iso.split("-")] + [1, 1])[:3]
        return datetime.date(year, month, day)


def read_date(cell: str | int | float | datetime.date | None, *, today: datetime.date, is_1904: bool = False) -> StatedDate | None:
    """The date that a cell states, None where it states none. Any text gives an answer, never an exception.

    Numbers are serials of the workbook's epoch (1900, or 1904 where the workbook says so: 1,462 days apart) within
    1949-10-01 … today + 1 year, else years (2024) or solid dates (20240307), else no dates.
    """
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, datetime.date):
        return _ranged(StatedDate(f"{cell.year:04d}-{cell.month:02d}-{cell.day:02d}", "day", form="date"), today)
    if isinstance(cell, int | float):
        return _of_number(cell, today, is_1904=is_1904)
    return _of_text(cell, today, is_1904=is_1904)


def serial_date(number: float, *, today: datetime.date, is_1904: bool = False) -> datetime.date | None:
    """The day of a spreadsheet's serial number; None outside 1949-10-01 … today + 1 year. The hour, after the point, is dropped."""
    if not 0 < number < 200_000:
        return None
    day = _EPOCHS[is_1904] + datetime.timedelta(days=int(number))
    return day if EARLIEST <= day <= _latest(today) else None


def _latest(today: datetime.date) -> datetime.date:
    is_leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=min(today.year + 1, 9999), day=28 if is_leap_day else today.day)


def _ranged(stated: StatedDate, today: datetime.date) -> StatedDate:
    first, latest = stated.iso, _latest(today).isoformat()
    is_out = first < EARLIEST.isoformat()[: len(first)] or first > latest[: len(first)]
    return StatedDate(stated.iso, stated.precision, OUT_OF_RANGE, form=stated.form) if is_out else stated


def _of_number(number: float, today: datetime.date, *, is_1904: bool) -> StatedDate | None:
    if not -1e9 < number < 1e9:  # also what is no number
        return None
    if day := serial_date(number, today=today, is_1904=is_1904):
        return StatedDate(day.isoformat(), "day", form="serial")
    if number != int(number):
        return _of_decimal(number, today)
    written = str(int(number))
    if EARLIEST.year <= number <= _latest(today).year:
        return StatedDate(written, "year", form="serial")
    return _solid(written, today)


def _of_decimal(number: float, today: datetime.date) -> StatedDate | None:
    """2024.12 that became a number is December; 2024.1 may have been 2024.10."""
    year, _point, month = format(number, ".15g").partition(".")
    if len(year) != 4 or not month.isdigit() or len(month) > 2:
        return None
    if month == "1":
        return _asked([(int(year), 1, None), (int(year), 10, None)], today)
    stated = _checked(int(year), int(month), None, today)
    return None if stated.problem else stated


def _solid(text: str, today: datetime.date) -> StatedDate | None:
    """20240307 and 202403. What is no calendar day is a number, not an impossible date."""
    match = _SOLID.fullmatch(text)
    if match is None:
        return None
    stated = _checked(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, today)
    return None if stated.problem == IMPOSSIBLE and not match[3] else stated


def _of_text(cell: str, today: datetime.date, *, is_1904: bool) -> StatedDate | None:
    text = _CLOCK.sub("", _WEEKDAY.sub("", narrow(cell).strip().lstrip("'")).strip())
    text = _in_digits(re.sub(r"\s*([-/.\\年月日号])\s*", r"\1", text)).rstrip(".,。;；")
    if re.fullmatch(r"[0-9]{5}(?:\.[0-9]+)?", text):
        day = serial_date(float(text), today=today, is_1904=is_1904)
        return StatedDate(day.isoformat(), "day", form="serial") if day else None
    if solid := _solid(text, today):
        return solid
    if match := _FULL.fullmatch(text):
        return _checked(int(match[1]), int(match[2]), int(match[3]), today)
    if match := _MONTH.fullmatch(text):
        return _checked(int(match[1]), int(match[2]), None, today)
    if match := _YEAR.fullmatch(text):
        return _ranged(StatedDate(match[1], "year"), today) if 1800 <= int(match[1]) <= 2200 else None
    return _english(text, today) or _doubtful(text, today)


def _in_digits(text: str) -> str:
    return _NUMERAL.sub(lambda match: _digits(match[0]), text)


def _digits(numeral: str) -> str:
    """二〇二四 is 2024 place by place, 二十四 is 24, 廿四 too."""
    numeral = numeral.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return "".join(str(DIGITS[c]) for c in numeral)
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return numeral
    return str((DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0))


def _checked(year: int, month: int, day: int | None, today: datetime.date) -> StatedDate:
    iso = _iso(year, month, day)
    if iso is None:
        return StatedDate("", "", IMPOSSIBLE)
    return _ranged(StatedDate(iso, "month" if day is None else "day"), today)


def _iso(year: int, month: int, day: int | None) -> str | None:
    try:
        stated = datetime.date(year, month, 1 if day is None else day).isoformat()
    except ValueError:
        return None
    return stated[:7] if day is None else stated


def _english(text: str, today: datetime.date) -> StatedDate | None:
    for form in _ENGLISH:
        if match := form.fullmatch(text.casefold()):
            parts = match.groupdict()
            month = _MONTHS.index(parts["name"][:3]) + 1
            return _checked(int(parts["year"]), month, int(parts["day"]) if parts.get("day") else None, today)
    return None


def _doubtful(text: str, today: datetime.date) -> StatedDate | None:
    """Two-digit years, and days that stand before the year: asked, with every reading that is a day within the range."""
    if match := _DAY_FIRST.fullmatch(text):
        one, other, year = (int(part) for part in match.groups())
        return _asked([(year, one, other), (year, other, one)], today)
    match = _SHORT.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if match[3] is None:
        # 24.5 is a number as well as May 2024; only the word says that it is a date
        return _asked([(century + first, second, None) for century in (1900, 2000)], today) if "年" in text else None
    third = int(match[3])
    shapes: list[tuple[int, int, int | None]] = [(century + first, second, third) for century in (1900, 2000)]
    if "年" not in text and len(match[3]) == 2:
        shapes += [(century + third, *order) for century in (1900, 2000) for order in ((second, first), (first, second))]
    return _asked(shapes, today)


def _asked(shapes: list[tuple[int, int, int | None]], today: datetime.date) -> StatedDate:
    readings = [(iso, "month" if day is None else "day") for year, month, day in shapes if (iso := _iso(year, month, day))]
    if not readings:
        return StatedDate("", "", IMPOSSIBLE)
    likely = [iso for iso, precision in readings if not _ranged(StatedDate(iso, precision), today).problem]
    return StatedDate("", "", AMBIGUOUS, tuple(dict.fromkeys(likely)))
