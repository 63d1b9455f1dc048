"""Calendars as files: shipped years, and a notice of two columns (date, kind) from CSV or xlsx. No Django, no database."""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from itertools import islice
from pathlib import Path

from xinya.kit import delimited
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.workdays import FORECAST, OFF, OFFICIAL, WORK
from xinya.kit.xlsx import LOCKED, Sheet, read_workbook
from xinya.zones.files.cells import text_of
from xinya.zones.files.lines import ListRefused

SHIPPED = Path(__file__).resolve().parent.parent / "case" / "calendars"
MAX_BYTES = 2 * 1024 * 1024
MOST_ROWS = 400
HEADS = {
    "date": ("date", "日期"), "kind": ("kind", "type", "类型", "安排", "性质"),
    "status": ("status", "状态"), "source": ("source", "来源", "依据"),
}  # fmt: skip
KINDS = {
    "work": WORK, "working day": WORK, "上班": WORK, "调休上班": WORK, "补班": WORK, "工作日": WORK, "班": WORK,
    "off": OFF, "day off": OFF, "holiday": OFF, "放假": OFF, "休息": OFF, "节假日": OFF, "休": OFF,
}  # fmt: skip
STATUSES = {"official": OFFICIAL, "正式": OFFICIAL, "forecast": FORECAST, "预测": FORECAST, "": ""}

EMPTY = _("The file “%(file)s” holds no table with the columns date and kind (日期, 类型).")
TOO_LARGE = _("A calendar has at most %(rows)s rows and %(megabytes)s MB.")
NOT_A_DAY = _("“%(text)s” is no date. Write it as 2027-01-01.")
NOT_A_KIND = _("“%(text)s” is no kind of day. Write WORK or OFF (上班 or 放假).")
NOT_A_STATUS = _("“%(text)s” is no status of a year. Write official or forecast (正式 or 预测).")
OTHER_YEAR = _("The row is of %(found)s, and the calendar of %(wanted)s is loaded.")
TWICE = _("%(day)s stands already in row %(first)s.")
TWO_STATUSES = _("The rows of one year have different statuses.")


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One row of a notice."""

    row: int
    day: datetime.date
    kind: str
    status: str = ""
    source: str = ""

    @property
    def is_exception(self) -> bool:
        """A notice also lists weekends off; only what differs from Monday–Friday is kept."""
        return (self.kind == WORK) == (self.day.weekday() >= 5)


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """A year's exceptions in the order of their days."""

    year: int
    status: str
    lines: tuple[CalendarLine, ...]


@lru_cache(maxsize=1)
def shipped_years() -> dict[int, YearCalendar]:
    """The years that ship: official ones as announced, then forecasts. Read once a process."""
    rows: list[CalendarLine] = []
    for name in ("official.csv", "forecast.csv"):
        rows += _lines(_sheet((SHIPPED / name).read_bytes(), name), name)
    years = sorted({line.day.year for line in rows})
    return {year: _year(year, [line for line in rows if line.day.year == year], "") for year in years}


def read_calendars(content: bytes, filename: str, *, year: int | None = None, status: str = "") -> list[YearCalendar]:
    """The years of a file, each whole; with `year` only that one, and a row of another year is refused.

    status: overrides the file's own, which overrides forecast. Raises ListRefused with every finding by row and column, plain
    Refused for the file as a whole.
    """
    if len(content) > MAX_BYTES:
        raise Refused("too-large", TOO_LARGE, status=413, rows=MOST_ROWS, megabytes=MAX_BYTES >> 20)
    lines = _lines(_sheet(content, filename), filename)
    wrong = [
        Refused("other-year", OTHER_YEAR, row=line.row, column="date", found=line.day.year, wanted=year)
        for line in lines
        if year is not None and line.day.year != year
    ]
    if wrong:
        raise ListRefused(wrong)
    years = sorted({line.day.year for line in lines})
    return [_year(each, [line for line in lines if line.day.year == each], status) for each in years]


def written_calendar(calendar: YearCalendar) -> str:
    """The exceptions as CSV, as `read_calendar` reads them."""
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([("date", "kind"), *((line.day, line.kind) for line in calendar.lines)])
    return out.getvalue()


def _year(year: int, lines: list[CalendarLine], status: str) -> YearCalendar:
    told = {line.status for line in lines}
    if not status and len(told) > 1:
        raise Refused("two-statuses", TWO_STATUSES)
    kept = sorted((line for line in lines if line.is_exception), key=lambda line: line.day)
    return YearCalendar(year, status or next(iter(told), "") or FORECAST, tuple(kept))


def _sheet(content: bytes, filename: str) -> Sheet:
    """The first visible sheet, or the one table of a text."""
    if content.startswith(b"PK"):
        found = next(read_workbook(content), None)
        if found is None:
            raise Refused("empty-file", EMPTY, file=filename)
        return found
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("password", LOCKED)
    text = delimited.decoded(content)
    head = text.partition("\n")[0]
    delimiter = max(delimited.DELIMITERS, key=head.count)
    return Sheet(filename, [list[object](r) for r in delimited.records(text, delimiter)], is_text=True)


def _lines(sheet: Sheet, filename: str) -> list[CalendarLine]:
    places: dict[str, int] = {}
    start = 0
    for row in islice(sheet.rows, 10):
        start += 1
        heads = [text_of(cell).casefold() for cell in row]
        places = {field: heads.index(h) for field, names in HEADS.items() for h in names if h in heads}
        if {"date", "kind"} <= places.keys():
            break
    else:
        raise Refused("empty-file", EMPTY, file=filename)
    if len(sheet.rows) - start > MOST_ROWS:
        raise Refused("too-large", TOO_LARGE, status=413, rows=MOST_ROWS, megabytes=MAX_BYTES >> 20)
    lines: list[CalendarLine] = []
    wrong: list[Refused] = []
    first_rows: dict[datetime.date, int] = {}
    for number, row in enumerate(sheet.rows[start:], start + 1):
        cells = {field: row[place] if place < len(row) else "" for field, place in places.items()}
        if any(text_of(cell) for cell in cells.values()):
            found = list(_read(number, cells, first_rows))
            wrong += [f for f in found if isinstance(f, Refused)]
            lines += [f for f in found if isinstance(f, CalendarLine)]
    if wrong:
        raise ListRefused(wrong)
    if not lines:
        raise Refused("empty-file", EMPTY, file=filename)
    return lines


def _read(row: int, cells: dict[str, object], first_rows: dict[datetime.date, int]) -> Iterator[CalendarLine | Refused]:
    """The line of a row, or what is wrong with each of its cells."""
    day = _day(cells["date"])
    kind = KINDS.get(text_of(cells["kind"]).casefold())
    status = STATUSES.get(text_of(cells.get("status", "")).casefold())
    if day is None:
        yield Refused("not-a-day", NOT_A_DAY, row=row, column="date", text=text_of(cells["date"])[:40])
    elif first_rows.setdefault(day, row) != row:
        yield Refused("day-twice", TWICE, row=row, column="date", day=day, first=first_rows[day])
    if kind is None:
        yield Refused("not-a-kind", NOT_A_KIND, row=row, column="kind", text=text_of(cells["kind"])[:40])
    if status is None:
        yield Refused("not-a-status", NOT_A_STATUS, row=row, column="status", text=text_of(cells["status"])[:40])
    if day is not None and kind is not None and status is not None and first_rows[day] == row:
        yield CalendarLine(row, day, kind, status, text_of(cells.get("source", ""))[:200])


def _day(cell: object) -> datetime.date | None:
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    if isinstance(cell, datetime.date):
        return cell if 2000 <= cell.year <= 2199 else None
    text = text_of(cell).replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-").removesuffix("日")
    parts = text.split("-")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() for p in parts) or len(parts[0]) != 4:
        return None
    try:
        day = datetime.date(*map(int, parts))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2199 else None
