"""The workbook of monthly indicators: periods and revisions in its columns, definitions on a sheet of their own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import isfinite
from typing import Any

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.dates import read_date
from xinya.zones.engine.imports import amounts
from xinya.zones.engine.imports.cleaning import narrow, squeezed
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.grid import Grid, text_of
from xinya.zones.engine.imports.indicators import (
    NOT_RESTATED,
    STOCK,
    Definition,
    IndicatorValue,
    by_place,
    holding,
    kind_of,
    month_of,
)
from xinya.zones.engine.imports.tables import Table, find_table
from xinya.zones.engine.values import is_empty_word

_COLUMNS = {
    "code": ("代码", "指标代码", "编号", "编码"), "name": ("指标", "指标名称", "名称"), "unit": ("单位", "计量单位"),
    "scope": ("统计范围", "口径", "范围", "统计口径"), "version": ("版本", "版本号"),
    "valid_from": ("启用年月", "启用", "启用时间", "起始年月"),
    "valid_to": ("停用年月", "停用", "停用时间", "终止年月"),
}  # fmt: skip
_KNOWN = {label: code for code, labels in _COLUMNS.items() for label in labels}
_MONTH = re.compile(r"((?:19|20)\d{2})\s*(?:年|-|/|\.)\s*(?:(\d{1,2})\s*[-—~至]\s*)?(\d{1,2})\s*月?(?!\d)")
_HAN = {han: place for place, han in enumerate("一二三四五六七八九十", 1)}
_REVISED = re.compile(r"第?([一二三四五六七八九十]|\d{1,2})次(?:修订|修正|调整)|(?:修订|修正)(?:数|稿|版)?(\d{0,2})")
_VERSION = re.compile("[0-9]{1,4}")
_TOGETHER = re.compile(r"1\s*[-—~至]{1,2}\s*2\s*月")

MOST_CODE, MOST_UNIT, MOST_FIGURE = 60, 30, 40
"""Longest code, unit and figure that are taken, in characters."""
MOST_DIGITS, MOST_PLACES = 30, 20
"""Digits of the largest figure before its point and behind it: with the largest factor of a unit it still fits its column."""

NO_TABLE = _("No table of indicators was found: a row of labels with 指标, 单位 and months.")
UNKNOWN_DAY = _("The column “%(label)s” does not say since when its figures are known; the day of the import is taken.")
UNREAD = _("“%(raw)s” is no figure. Enter a number, or leave the cell empty.")
TOO_MANY_DIGITS = _("“%(raw)s” has more digits than an indicator is kept with. Correct it, or leave the cell empty.")
CELL_ERROR = _("The cell shows the error %(raw)s. Enter the value, or leave the cell empty.")
NO_DEFINITION = _("No version of the definition of %(code)s holds in %(period)s.")
UNIT_DIFFERS = _("%(code)s is stated in %(here)s here and defined in %(there)s: the figure is not taken. Make the two agree.")
TOO_LONG = _("%(code)s: its code has more than 60 characters or its unit more than 30; it is not taken.")
TWICE = _("%(code)s stands twice for %(period)s, revision %(revision)s, with different figures: %(values)s.")
NOT_RESTATED_SAID = _(
    "%(code)s: %(earlier)s was revised and %(later)s was not, so the month between them mixes old and new figures."
)


@dataclass(frozen=True, slots=True)
class PeriodColumn:
    """One column of figures. place from 1."""

    place: int
    label: str
    period: str
    revision: int
    known_from: date


@dataclass(slots=True)
class IndicatorBook:
    """What a workbook of indicators says. twice: figures of one place that contradict each other; none of them is in `values`."""

    definitions: list[Definition] = field(default_factory=list)
    columns: list[PeriodColumn] = field(default_factory=list)
    values: list[IndicatorValue] = field(default_factory=list)
    twice: list[list[IndicatorValue]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    header_rows: tuple[int, ...] = ()
    first_data_row: int | None = None


def read_indicators(grids: Sequence[Grid], *, today: date) -> IndicatorBook:
    """Definitions, values and findings of the visible sheets; a blank in a revision column means unchanged."""
    tables = [table for grid in grids if not grid.is_hidden and (table := find_table(grid)) is not None]
    book = IndicatorBook()
    for table in tables:
        if "version" in _places(table) or "valid_from" in _places(table):
            book.definitions += _definitions(table, book.findings)
    with_months = [(table, columns) for table in tables if (columns := _period_columns(table, today, book.findings))]
    if not with_months:
        book.findings.append(found("NO_TABLE", NO_TABLE))
        return book
    for table, columns in with_months:
        book.columns += columns
        if not book.header_rows:
            book.header_rows, book.first_data_row = table.head_rows, table.first
        known = {one.code for one in book.definitions}
        book.definitions += [one for one in _definitions(table, book.findings) if one.code not in known]
        _read_values(table, columns, book)
    _warn_of_months(book, today)
    return book


def _places(table: Table) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, head in enumerate(table.heads, 1):
        code = _KNOWN.get(squeezed(head.own)) or next((_KNOWN[key] for g in head.groups if (key := squeezed(g)) in _KNOWN), None)
        if code and code not in places:
            places[code] = place
    return places


def _definitions(table: Table, findings: list[Finding]) -> list[Definition]:
    places = _places(table)
    if "code" not in places and "name" not in places:
        return []

    def cell(row: int, column: str) -> str:
        return text_of(table.grid.spread(row, places[column])) if column in places else ""

    definitions = []
    for row in table.rows:
        code, name = cell(row, "code") or cell(row, "name"), cell(row, "name")
        unit = _unit(table, row, places)
        if len(code) > MOST_CODE or len(unit) > MOST_UNIT:
            where: dict[str, Any] = {"sheet": table.grid.name, "rows": (row,)}
            findings.append(found("VALUE_UNREAD", TOO_LONG, **where).at(values=(("code", code[:30]),)))
            continue
        version = cell(row, "version").lower().removeprefix("v").removesuffix(".0")
        if code:
            definitions.append(
                Definition(
                    code, name, unit, kind_of(name, unit), int(version) if _VERSION.fullmatch(version) else 1, cell(row, "scope"),
                    _month(table.grid, row, places.get("valid_from")) or "", _month(table.grid, row, places.get("valid_to")),
                )
            )  # fmt: skip
    return definitions


def _unit(table: Table, row: int, places: dict[str, int]) -> str:
    """The unit that a row states, empty where it states none."""
    return narrow(text_of(table.grid.spread(row, places["unit"]))).replace(" ", "") if "unit" in places else ""


def _month(grid: Grid, row: int, place: int | None) -> str | None:
    cell = grid.at(row, place) if place else ""
    if isinstance(cell, date):
        return f"{cell.year}-{cell.month:02d}"
    found_at = _MONTH.search(narrow(text_of(cell)))
    return f"{found_at[1]}-{int(found_at[3]):02d}" if found_at and 1 <= int(found_at[3]) <= 12 else None


def _period_columns(table: Table, today: date, findings: list[Finding]) -> list[PeriodColumn]:
    """Columns whose labels name a month: with the revision they name, and the day their figures were issued."""
    if not {"code", "name"} & _places(table).keys() or {"version", "valid_from"} & _places(table).keys():
        return []
    columns: list[PeriodColumn] = []
    for place in range(1, len(table.heads) + 1):
        cells = [table.grid.spread(row, place) for row in table.head_rows]
        issued = next((day for cell in reversed(cells) if (day := _issued(cell)) is not None), None)
        label = " ".join(dict.fromkeys(text_of(cell) for cell in cells if not isinstance(cell, date) and _issued(cell) is None))
        period = period_in(label)
        if period is None:
            continue
        if issued is None:
            issued = today
            findings.append(found("COLUMN_OPEN", UNKNOWN_DAY, sheet=table.grid.name, column=place).at(values=(("label", label),)))
        columns.append(PeriodColumn(place, label, period, revision_in(label, period, columns), issued))
    return columns


def _issued(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = re.sub("(?:公布|发布|上报)(?:日期|时间)?[:：]?|(?:公布|发布)$", "", text_of(cell))
    day = read_date(text, today=date(2200, 1, 1))
    return date.fromisoformat(day.iso) if day is not None and day.precision == "day" and day.form == "text" else None


def period_in(label: str) -> str | None:
    """2024-06, or 2024-01..2024-02 for a label that names several months."""
    named = _MONTH.search(narrow(label))
    if named is None or ("月" not in label and not re.fullmatch(r"(?:19|20)\d{2}[-/.]\d{1,2}.*", narrow(label))):
        return None
    year, first, last = named[1], named[2], int(named[3])
    if not 1 <= last <= 12 or (first and not 1 <= int(first) < last):
        return None
    return f"{year}-{int(first):02d}..{year}-{last:02d}" if first else f"{year}-{last:02d}"


def revision_in(label: str, period: str, before: Sequence[PeriodColumn]) -> int:
    """0 for a first figure; the number that a revision names, else one more than the last of its period."""
    named = _REVISED.search(narrow(label))
    if named is None:
        return 0
    number = named[1] or named[2]
    if number:
        return _HAN[number] if number in _HAN else int(number)
    return 1 + max((column.revision for column in before if column.period == period), default=0)


def _read_values(table: Table, columns: Sequence[PeriodColumn], book: IndicatorBook) -> None:
    places = _places(table)
    key = places.get("code") or places["name"]
    by_code: dict[str, list[Definition]] = {}
    for one in book.definitions:
        by_code.setdefault(one.code, []).append(one)
    by_period: dict[str, list[PeriodColumn]] = {}
    for column in columns:
        by_period.setdefault(column.period, []).append(column)
    seen = {(one.code, one.period, one.revision): one for one in [*book.values, *(group[0] for group in book.twice)]}
    says_together = any(_TOGETHER.search(narrow(text_of(cell))) for row in table.grid.rows for cell in row if isinstance(cell, str))
    for row in table.rows:
        code = text_of(table.grid.spread(row, key))
        versions = by_code.get(code, [])
        if not code or not versions:
            continue
        unit = _unit(table, row, places)
        held = {column.place: holding(versions, column.period[-7:]) for column in columns}
        read = {column.place: _figure(table.grid, row, column, held[column.place] or versions[0], book) for column in columns}
        for column in columns:
            figure = read[column.place]
            if figure is None:
                continue
            january, version = by_period.get(f"{column.period[:4]}-01", []), held[column.place]
            kind = (version or versions[0]).kind
            period = _of_two_months(column, january, read, kind) if says_together else column.period
            where: dict[str, Any] = {"rows": (row,), "column": column.place, "label": column.label}
            if version is None:
                missing = (("code", code), ("period", period))
                book.findings.append(found("VALUE_UNREAD", NO_DEFINITION, **where).at(values=missing))
            elif unit and unit != version.unit:
                units = (("code", code), ("here", unit), ("there", version.unit))
                book.findings.append(found("UNIT_SUSPECT", UNIT_DIFFERS, **where).at(values=units))
            else:
                _keep(book, seen, version, column, period, figure)


def _of_two_months(column: PeriodColumn, january: Sequence[PeriodColumn], read: dict[int, Fraction | None], kind: str) -> str:
    """February stands for January and February where January has no figure and the table says that it may."""
    if not re.fullmatch(r"\d{4}-02", column.period) or kind == STOCK:
        return column.period
    first = [read[one.place] for one in january]
    return f"{column.period[:4]}-01..{column.period}" if first and all(figure is None for figure in first) else column.period


def _keep(
    book: IndicatorBook, seen: dict[tuple[str, str, int], IndicatorValue], version: Definition, column: PeriodColumn, period: str,
    figure: Fraction,
) -> None:  # fmt: skip
    unit, factor = version.canonical
    value = IndicatorValue(
        version.code, period, column.revision, column.known_from, amounts.shown(figure), version.unit, figure * factor, unit,
        version.version,
    )  # fmt: skip
    place = (value.code, value.period, value.revision)
    twin = seen.setdefault(place, value)
    if twin is value:
        book.values.append(value)
    elif twin.value != value.value:
        _contradicted(book, twin, value)
        told = {"code": value.code, "period": period, "revision": column.revision, "values": f"{twin.stated}, {value.stated}"}
        book.findings.append(found("DUP_CONFLICT", TWICE, column=column.place, label=column.label).at(values=tuple(told.items())))


def _contradicted(book: IndicatorBook, twin: IndicatorValue, value: IndicatorValue) -> None:
    """Neither counts until somebody says which."""
    group = next((one for one in book.twice if one[0] is twin), None)
    if group is None:
        book.values.remove(twin)
        book.twice.append([twin, value])
    elif all(one.value != value.value for one in group):
        group.append(value)


def _figure(grid: Grid, row: int, column: PeriodColumn, version: Definition, book: IndicatorBook) -> Fraction | None:
    """The figure as stated in the indicator's unit; dash, dots and blank are no figure and never 0."""
    place = (row, column.place)
    cell = grid.at(*place)
    raw = text_of(cell)
    where: dict[str, Any] = {"sheet": grid.name, "rows": (row,), "column": column.place, "label": column.label}
    if place in grid.errors:
        book.findings.append(found("CELL_ERROR", CELL_ERROR, raw=grid.errors[place], **where))
        return None
    if not raw or is_empty_word(raw):
        return None
    figure = None
    if isinstance(cell, float | int) and not isinstance(cell, bool) and isfinite(cell):
        figure = Fraction(Decimal(format(cell, ".15g"))) * (100 if place in grid.percents and version.unit == "%" else 1)
    elif isinstance(cell, str) and len(raw) <= MOST_FIGURE:
        read = amounts.read_amount(raw.strip().removesuffix("%").removesuffix("％"))
        figure = read.value if read is not None and not read.unit else None
    if figure is None:
        book.findings.append(found("VALUE_UNREAD", UNREAD, raw=raw, **where))
    elif abs(figure) >= 10**MOST_DIGITS or figure.denominator > 10**MOST_PLACES:
        book.findings.append(found("VALUE_UNREAD", TOO_MANY_DIGITS, raw=raw, **where))
        return None
    return figure


def _warn_of_months(book: IndicatorBook, today: date) -> None:
    """Say which months cannot be got from the cumulative figures without mixing old and new ones."""
    periods = sorted({value.period for value in book.values if ".." not in value.period})
    values = by_place(book.values)
    definitions: dict[str, list[Definition]] = {}
    for one in book.definitions:
        definitions.setdefault(one.code, []).append(one)
    last = max((value.known_from for value in book.values), default=today)
    for code, versions in definitions.items():
        for earlier, later in pairwise(periods):
            month = month_of(values, versions, code, later, last)
            if month is not None and NOT_RESTATED in month.warnings:
                book.findings.append(
                    found("NOT_RESTATED", NOT_RESTATED_SAID).at(values=(("code", code), ("earlier", earlier), ("later", later)))
                )
