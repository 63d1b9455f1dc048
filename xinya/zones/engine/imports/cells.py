"""One cell to one value, with everything that was put right, said, asked or refused on the way."""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isfinite

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.dates import read_date
from xinya.zones.engine.imports import amounts, cleaning
from xinya.zones.engine.imports.codes import looks_like_code, read_code
from xinya.zones.engine.imports.columns import Column
from xinya.zones.engine.imports.fields import AMOUNT, CODE, COUNT, DATE, INDUSTRY, LIST, NAME, NAMES, NOTE, SEQ, TEXT, YES_NO
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.grid import Grid, text_of
from xinya.zones.engine.imports.labels import UNITS
from xinya.zones.engine.imports.lists import split_items
from xinya.zones.engine.imports.readings import Value
from xinya.zones.engine.industry_codes import industry_code
from xinya.zones.engine.values import is_ditto, is_empty_word

MAX_TEXT = 2_000
MAX_NAME, MAX_ITEM = 120, 300
MAX_FEN = 2**63 - 1
FEN = 100
YES = frozenset({"是", "y", "yes", "1", "true", "√", "✓", "✔", "有", "对"})
NO = frozenset({"否", "n", "no", "0", "false", "×", "✗", "✘", "无", "x", "不是"})
_WORDS = frozenset({CODE, AMOUNT, COUNT, DATE, YES_NO, INDUSTRY, SEQ, "word"})
_MAY_BE_NEGATIVE = frozenset({"profit"})
_ERROR_TEXT = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!|GETTING_DATA|SPILL!|CALC!)|#{3,}")
_WHOLE_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]?\d{1,2}:\d{2}(?::\d{2})?)?")
_SOLID = re.compile(r"\d{8}")
_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
PUT_RIGHT = {
    "FULLWIDTH": _("“%(raw)s” has full-width digits or letters; taken as %(value)s."),
    "SPACE_ODD": _("“%(raw)s” has odd blanks; taken as %(value)s."),
    "LINE_BREAK": _("“%(raw)s” has a line break inside; taken as %(value)s."),
    "APOSTROPHE": _("“%(raw)s” begins with an apostrophe; taken as %(value)s."),
}
EMPTY_WORD = _("“%(raw)s” says that nothing is known: the field stays unknown.")
DITTO = _("“%(raw)s” repeats the cell above: taken as %(value)s.")
DITTO_NONE = _("“%(raw)s” repeats the cell above, and there is none. Enter the value.")
UNIT_IN_CELL = _("“%(raw)s” names its own unit, which counts before the column's: taken as %(value)s %(unit)s.")
BOUND_KEPT = _("“%(raw)s” is no exact figure; %(value)s is kept with its bound, and sums that hold it are marked.")
RANGE = _("“%(raw)s” is a range: kept from %(low)s to %(high)s, and in no sum.")
DATE_TEXT = _("“%(raw)s” is a text, not a date; taken as %(value)s.")
DATE_SERIAL = _("%(raw)s is the serial number of a day; taken as %(value)s.")
DATE_AMBIGUOUS = _("“%(raw)s” can be read in several ways: %(options)s. Say which one.")
DATE_IMPOSSIBLE = _("“%(raw)s” is no day of the calendar. Correct it, or import the row without this field.")
DATE_FUTURE = _("%(raw)s lies in the future. Correct it, or import the row without this field.")
NEGATIVE = _("%(raw)s is negative, which this field cannot be. Correct it, or import the row without this field.")
CELL_ERROR = _("The cell shows the error %(raw)s. Enter the value, or import the row without this field.")
CHARACTER_LOST = _("“%(raw)s” holds the mark of a character that was lost before. Enter it again.")
NO_VALUE = _("The cell holds the formula %(raw)s without its result. Open the file, let it calculate, and save it again.")
FORMULA_VALUE = _("The cell holds the formula %(raw)s; its stored result %(value)s is taken.")
FORMULA_TEXT = _("“%(raw)s” would run as a formula in a spreadsheet; it is kept as text.")
STRUCK = _("“%(raw)s” is struck through. Say whether it counts: %(value)s.")
COMMENT_KEPT = _("The cell has a comment, kept as a note: “%(comment)s”.")
UNREAD_AMOUNT = _("“%(raw)s” is no amount. Enter a number, or import the row without this field.")
UNREAD_COUNT = _("“%(raw)s” is no whole number. Enter one, or import the row without this field.")
UNREAD_DATE = _("“%(raw)s” is no date. Enter year, month and day, or import the row without this field.")
UNREAD_YES_NO = _("“%(raw)s” is neither yes nor no. Enter 是 or 否, or leave the cell empty.")
UNREAD_INDUSTRY = _("“%(raw)s” is no code of an industry. Enter two to four digits, or import the row without this field.")
TOO_LONG = _("The text has %(length)s characters; at most %(limit)s are taken.")
TOO_LARGE = _("%(raw)s is too large an amount.")
NO_NUMBER = _("%(raw)s is larger than any number. Enter the value, or import the row without this field.")
NO_UNIT = _("“%(raw)s” has no unit, and its column states none. Say whether 元, 万元 or 亿元.")


KNOWN = 500
"""Different cells of a column whose reading is kept; names and numbers are different in every row."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading a cell depends on beside the cell: the sheet, the day of the import, and the loaded divisions."""

    grid: Grid
    today: date
    divisions: Container[str] | None = None
    known: dict[int, dict[tuple[type, object], "Reading"]] = field(default_factory=dict)  # by column: cells read before


@dataclass(slots=True)
class Reading:
    """What one cell gave. Not to be changed once read: equal cells share it."""

    value: Value | None
    findings: list[Finding]
    older: str | None = None  # an identifier that was used before the credit code


def read_cell(desk: Desk, column: Column, row: int, above: Value | None = None) -> Reading:
    """The value of the cell at (row, column.place) and what is said about it, each finding with its place.

    above: the value of the row above in this column, for 同上.
    """
    place = (row, column.place)
    cell = desk.grid.at(*place)
    if place in desk.grid.marked:
        return _read(desk, column, place, cell, above)
    # Most columns say the same few things over and over; what gives rise to a finding is read each time, with its own place.
    known = desk.known.setdefault(column.place, {})
    reading = known.get((cell.__class__, cell))
    if reading is None:
        reading = _read(desk, column, place, cell, above)
        if len(known) < KNOWN and not reading.findings and reading.older is None:
            known[cell.__class__, cell] = reading
    return reading


def _read(desk: Desk, column: Column, place: tuple[int, int], cell: object, above: Value | None) -> Reading:
    raw = text_of(cell) if not isinstance(cell, str) else cell
    reading = _marked(desk, column, place, cell, raw, above)
    comment = desk.grid.comments.get(place)
    if comment:
        reading.findings.append(found("COMMENT_KEPT", COMMENT_KEPT, comment=comment))
        if reading.value is not None:
            reading.value = replace(reading.value, note=comment)
    if not reading.findings:
        return reading
    raw_shown = raw if not isinstance(cell, date) else _iso(cell)
    told = {"sheet": desk.grid.name, "rows": (place[0],), "column": column.place, "label": column.label, "field": column.key}
    reading.findings = [one.at(**told, raw=one.raw or raw_shown) for one in reading.findings]
    return reading


def _marked(desk: Desk, column: Column, place: tuple[int, int], cell: object, raw: str, above: Value | None) -> Reading:
    """First what the file says about the cell, then the cell itself."""
    error = desk.grid.errors.get(place) or (raw.strip() if _ERROR_TEXT.fullmatch(raw.strip()) else None)
    if error:
        return Reading(None, [found("CELL_ERROR", CELL_ERROR, raw=error)])
    formula = desk.grid.formulas.get(place)
    if place in desk.grid.without_value and not raw:
        return Reading(None, [found("FORMULA_NO_VALUE", NO_VALUE, raw=formula or "=…")])
    if cleaning.LOST in raw and column.field.form != NOTE:
        return Reading(None, [found("CELL_ERROR", CHARACTER_LOST)])
    reading = _plain(desk, column, cell, raw, above)
    if formula is not None:
        reading.findings.append(found("FORMULA_VALUE", FORMULA_VALUE, raw=formula, value=raw))
        if reading.value is not None:
            reading.value = replace(reading.value, formula=formula)
    if place in desk.grid.struck and reading.value is not None:
        shown = _shown(reading.value, column)
        reading.findings.append(found("STRUCK", STRUCK, value=shown, proposal={column.key: None}))
    return reading


def _plain(desk: Desk, column: Column, cell: object, raw: str, above: Value | None) -> Reading:
    form = column.field.form
    if form in (SEQ, NOTE) or not raw.strip():
        text = raw.strip()
        return Reading(Value(text[:MAX_TEXT]) if text and form == NOTE else None, [])
    if not isinstance(cell, str):
        return _typed(desk, column, cell)
    is_word = form in _WORDS
    text, codes = cleaning.cleaned(cell, is_word=is_word, keeps_lines=form in (LIST, NAMES))
    strips = desk.grid.is_text or is_word or form == NAME
    if strips and form not in (LIST, NAMES) and text.startswith(("'", "’", "‘", "＇") if is_word else "'"):
        text, codes = cleaning.cleaned(text[1:], is_word=is_word)[0], [*codes, "APOSTROPHE"]
    if not text:
        return Reading(None, [])
    if len(text) <= 8 and is_ditto(text):
        if above is None:
            return Reading(None, [found("VALUE_UNREAD", DITTO_NONE)])
        return Reading(above, [found("DITTO", DITTO, value=_shown(above, column))])
    if len(text) <= 8 and is_empty_word(text) and not (form == YES_NO and text.casefold() in YES | NO):
        return Reading(None, [found("EMPTY_WORD", EMPTY_WORD)])
    reading = _FORMS.get(form, _text)(desk, column, text, cell)
    value = _shown(reading.value) if reading.value is not None else text
    if form == AMOUNT and reading.value is not None:
        value = text
    put_right = [found(code, PUT_RIGHT[code], value=value) for code in codes]
    if form in (NAME, NAMES, LIST, TEXT) and text.startswith(_RUNS):
        put_right.append(found("FORMULA_TEXT", FORMULA_TEXT))
    reading.findings = [*put_right, *reading.findings]
    return reading


def _typed(desk: Desk, column: Column, cell: object) -> Reading:
    """Numbers, dates and true or false as the file stores them."""
    form = column.field.form
    if isinstance(cell, float) and not isfinite(cell):  # 1e999 in a workbook
        return Reading(None, [found("VALUE_UNREAD", NO_NUMBER)])
    text = _iso(cell) if isinstance(cell, date) else text_of(cell)
    if form in (AMOUNT, COUNT) and (isinstance(cell, date | time | timedelta | bool)):
        return Reading(None, [found("VALUE_UNREAD", UNREAD_AMOUNT if form == AMOUNT else UNREAD_COUNT, raw=text)])
    if form in (AMOUNT, COUNT) and isinstance(cell, float | int):
        if (form == COUNT or column.unit is not None) and column.unit != "万人" and 0 <= cell <= 1e12:
            scaled = Decimal(format(cell, ".15g")) * (column.factor * FEN if form == AMOUNT else 1)
            if scaled == int(scaled):
                return Reading(Value(int(scaled)), [])
        figure = amounts.of_number(cell)
        return _figure(column, figure, text)
    return _FORMS.get(form, _text)(desk, column, text, cell)


def _day(desk: Desk, _column: Column, text: str, cell: object) -> Reading:
    stated = read_date(cell if isinstance(cell, date | float | int) else text, today=desk.today, is_1904=desk.grid.is_1904)
    if stated is None:
        return Reading(None, [found("VALUE_UNREAD", UNREAD_DATE)])
    if stated.form == "date" and stated.iso.startswith("1905-"):  # 2011 in a cell that is formatted as a date
        year = str((date.fromisoformat(stated.iso) - date(1899, 12, 30)).days)
        return Reading(None, [found("DATE_AMBIGUOUS", DATE_AMBIGUOUS, options=f"{stated.iso}、{year}")])
    if stated.problem == "ambiguous":
        proposal = {"": stated.options[0]} if len(stated.options) == 1 else None
        options = "、".join(stated.options)
        return Reading(None, [found("DATE_AMBIGUOUS", DATE_AMBIGUOUS, options=options, proposal=proposal)])
    if not stated.iso:
        return Reading(None, [found("DATE_IMPOSSIBLE", DATE_IMPOSSIBLE)])
    reading = _not_future(desk, Value(stated.iso, precision=stated.precision))
    is_written = desk.grid.is_text and _WHOLE_DAY.fullmatch(text) is not None
    if stated.form == "serial" and stated.precision == "day" and not _SOLID.fullmatch(text):
        reading.findings.insert(0, found("DATE_SERIAL", DATE_SERIAL, value=stated.iso))
    elif stated.form != "date" and not is_written:
        reading.findings.insert(0, found("DATE_TEXT", DATE_TEXT, value=stated.iso))
    return reading


def _not_future(desk: Desk, value: Value) -> Reading:
    today = desk.today.isoformat()
    if value.plain > today[: len(value.plain)]:
        return Reading(None, [found("DATE_FUTURE", DATE_FUTURE)])
    return Reading(value, [])


def _amount(_desk: Desk, column: Column, text: str, _cell: object) -> Reading:
    figure = amounts.read_amount(text)
    return _figure(column, figure, text)


def _figure(column: Column, figure: amounts.Figure | None, text: str) -> Reading:
    """A figure in the column's unit, or its own, to fen or to heads."""
    is_amount = column.field.form == AMOUNT
    if figure is None or (is_amount and figure.unit and figure.unit not in UNITS):
        return Reading(None, [found("VALUE_UNREAD", UNREAD_AMOUNT if is_amount else UNREAD_COUNT)])
    findings: list[Finding] = []
    factor = Fraction(1)
    if is_amount:
        if not figure.unit and column.unit is None:
            return Reading(None, [found("UNIT_SUSPECT", NO_UNIT)])
        factor = Fraction(UNITS.get(figure.unit, 0) or column.factor) * FEN
    elif column.unit == "万人" and not figure.unit:
        factor = Fraction(10_000)

    if any(
        abs(part * factor) > MAX_FEN for part in (figure.value, figure.lower, figure.upper, figure.precision) if part is not None
    ):
        return Reading(None, [found("VALUE_UNREAD", TOO_LARGE)])

    def scaled(part: Fraction | None) -> int | None:
        return None if part is None else amounts.whole(part * factor)

    may_be_negative = column.field.code in _MAY_BE_NEGATIVE
    if figure.bound == "range" and figure.value is None:
        if min(figure.lower or 0, figure.upper or 0) < 0 and not may_be_negative:
            return Reading(None, [found("NEGATIVE", NEGATIVE)])
        low, high = scaled(figure.lower), scaled(figure.upper)
        message = found(
            "RANGE", RANGE, low=amounts.shown(figure.lower or Fraction(0)), high=amounts.shown(figure.upper or Fraction(0))
        )
        return Reading(Value(None, "range", low, high), [message])
    value = figure.value or Fraction(0)
    if value < 0 and not may_be_negative:
        return Reading(None, [found("NEGATIVE", NEGATIVE)])
    if not is_amount and (value * factor).denominator != 1:
        return Reading(None, [found("VALUE_UNREAD", UNREAD_COUNT)])
    if is_amount and figure.unit:
        unit = column.unit if column.unit is not None else figure.unit
        in_unit = value * factor / FEN / UNITS.get(unit.casefold(), 1)
        findings.append(found("UNIT_IN_CELL", UNIT_IN_CELL, value=amounts.shown(in_unit), unit=unit))
    if figure.bound:
        findings.append(found("BOUND_KEPT", BOUND_KEPT, value=_shown(Value(amounts.whole(value * factor)), column)))
    precision = amounts.whole(figure.precision * factor) if figure.unit or figure.bound else None
    plain = amounts.whole(value * factor)
    return Reading(Value(plain, figure.bound, scaled(figure.lower), scaled(figure.upper), precision), findings)


def _yes_no(_desk: Desk, _column: Column, text: str, _cell: object) -> Reading:
    word = text.casefold()
    if word in YES or word in NO:
        return Reading(Value(word in YES), [])
    return Reading(None, [found("VALUE_UNREAD", UNREAD_YES_NO)])


def _industry(_desk: Desk, _column: Column, text: str, _cell: object) -> Reading:
    code = industry_code(text)
    return Reading(None, [found("VALUE_UNREAD", UNREAD_INDUSTRY)]) if code is None else Reading(Value(code), [])


def _code(desk: Desk, _column: Column, text: str, cell: object) -> Reading:
    code, older, findings = read_code(text, cell, desk.divisions)
    return Reading(Value(code) if code else None, findings, older)


def _name(_desk: Desk, _column: Column, text: str, _cell: object) -> Reading:
    if len(text) > MAX_NAME:
        return Reading(None, [found("VALUE_UNREAD", TOO_LONG, length=len(text), limit=MAX_NAME)])
    return Reading(Value(text), [])


def _text(_desk: Desk, _column: Column, text: str, _cell: object) -> Reading:
    if len(text) > MAX_TEXT:
        return Reading(None, [found("VALUE_UNREAD", TOO_LONG, length=len(text), limit=MAX_TEXT)])
    return Reading(Value(text), [])


def _list(desk: Desk, column: Column, text: str, _cell: object) -> Reading:
    items = split_items(text)
    longest, limit = max(map(len, items), default=0), MAX_NAME if column.field.form == NAMES else MAX_ITEM
    if longest > limit:
        return Reading(None, [found("VALUE_UNREAD", TOO_LONG, length=longest, limit=limit)])
    if desk.grid.is_text:
        items = tuple(dict.fromkeys(plain for item in items if (plain := item.removeprefix("'").strip())))
    findings = []
    if desk.grid.is_text and any(item.startswith("'") for item in split_items(text)):
        findings.append(found("APOSTROPHE", PUT_RIGHT["APOSTROPHE"], value="、".join(items)))
    return Reading(Value(items) if items else None, findings)


def _iso(cell: date) -> str:
    return (cell.date() if isinstance(cell, datetime) else cell).isoformat()


def _shown(value: Value, column: Column | None = None) -> str:
    """A value for a sentence, amounts in the unit of their column."""
    if column is not None and column.field.form == AMOUNT and isinstance(value.plain, int):
        return f"{amounts.shown(Fraction(value.plain, column.factor * FEN))} {column.unit or '元'}"
    if isinstance(value.plain, tuple):
        return "、".join(value.plain)
    return str(value.plain)


_FORMS: dict[str, Callable[[Desk, Column, str, object], Reading]] = {
    AMOUNT: _amount, COUNT: _amount, DATE: _day, YES_NO: _yes_no, INDUSTRY: _industry, CODE: _code, NAME: _name, LIST: _list,
    NAMES: _list,
}  # fmt: skip

__all__ = ["Desk", "Reading", "looks_like_code", "read_cell"]
