"""From the rows of a table to companies: merged rows become one, 同上 takes the value above, answers replace what waited."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.company_names import name_key
from xinya.zones.engine.imports.as_facts import unpacked
from xinya.zones.engine.imports.cells import Desk, read_cell
from xinya.zones.engine.imports.cleaning import cleaned
from xinya.zones.engine.imports.codes import looks_like_code
from xinya.zones.engine.imports.columns import Column
from xinya.zones.engine.imports.fields import KEYS, LIST, NAMES, NOTE, SEQ
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.grid import text_of
from xinya.zones.engine.imports.readings import Value
from xinya.zones.engine.imports.tables import Table
from xinya.zones.engine.values import is_empty_word

MERGED_ROWS = _("Rows %(merged)s are one company, %(name)s: lists are joined, amounts are taken once.")
SWAPPED = _(
    "Name and code seem to have changed places: “%(first)s” stands under the "
    "name, “%(second)s” under the code. Proposed: change them back."
)
MERGED_CONFLICT = _("The merged rows say different things here: %(values)s. Say which one counts.")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(slots=True)
class Row:
    """One company as the file tells it. rows: every sheet row it stands in; older: identifiers used before credit codes."""

    row: int
    rows: tuple[int, ...]
    values: dict[str, Value] = field(default_factory=dict)
    raws: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    others: tuple[str, ...] = ()  # cells of columns that fill no field
    is_held: bool = False  # a question about a whole column keeps the row

    @property
    def name(self) -> str:
        """The name, or what stands in its place."""
        value = self.values.get("name")
        return str(value.plain) if value else self.raws.get("name", "")

    @property
    def code(self) -> str | None:
        """The checked credit code."""
        value = self.values.get("credit_code")
        return str(value.plain) if value else None

    def plain(self, key: str) -> Any:
        """The plain value of a field, None when unknown."""
        value = self.values.get(key)
        return value.plain if value else None

    @property
    def identity(self) -> str:
        """Who the row is for a decision that is remembered: the code, else the key of the name."""
        return self.code or name_key(self.name)

    @property
    def words(self) -> frozenset[str]:
        """The names and numbers by which it says who it is."""
        return words_of(self.name, self.code or "", self.plain("former_names") or (), self.older)

    def waits_for(self, key: str) -> bool:
        """Whether a finding keeps this field open."""
        return any(one.is_waiting and one.field == key for one in self.findings)


def words_of(name: str, code: str, former: Iterable[str], older: Iterable[str]) -> frozenset[str]:
    """The names and numbers of a row, each once and marked: name:key, code:value, and older identifiers as they are."""
    names = {f"name:{name_key(one)}" for one in (name, *former)}
    return frozenset({*names, *older} | ({f"code:{code}"} if code else set()))


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person has decided. values: row -> key -> value as `packed` keeps it, or None for giving the field up.

    leave_out: rows.

    renames: rows whose new name is accepted. matches: row -> company of the register, or None for a new one.
    confirmed: keys of columns whose figures are right although they jump. rejected: by (who the row is, company of the register)
    that a person has called two companies the names and numbers that the row had then, see `words_of`; who a row is: its code,
    else the key of its name.
    """

    values: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    leave_out: frozenset[int] = frozenset()
    renames: frozenset[int] = frozenset()
    matches: Mapping[int, str | None] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    rejected: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def of_row(self, row: int) -> Mapping[str, Any]:
        """The answered values of one sheet row."""
        return self.values.get(row, {})


def read_rows(table: Table, columns: Sequence[Column], desk: Desk, answers: Answers) -> tuple[list[Row], int]:
    """The companies of a table in its order, and how many sheet rows were joined to the one above."""
    above: dict[str, Value] = {}
    rows: list[Row] = []
    joined = 0
    mapped = {column.place for column in columns}
    others = [place for place in range(1, table.grid.width + 1) if place not in mapped]
    for group in _groups(table, columns):
        row = _row(table, columns, desk, group, above)
        row.others = tuple(text_of(table.grid.at(group[0], place)) for place in others)
        _answer(row, answers)
        above = dict(row.values)
        joined += len(group) - 1
        rows.append(row)
    return rows, joined


def _groups(table: Table, columns: Sequence[Column]) -> list[tuple[int, ...]]:
    """Sheet rows that are one company: merged in a key column, or continuing the lists of the row above."""
    keys = [column.place for column in columns if column.field.code in KEYS]
    groups: list[list[int]] = []
    rows = set(table.rows)
    for row in table.rows:
        areas = [area for place in keys if (area := table.grid.area(row, place)) is not None]
        is_joined = any(area[0] < row and area[0] in rows for area in areas) or _continues(table, columns, row)
        if groups and groups[-1][-1] == row - 1 and is_joined:
            groups[-1].append(row)
        else:
            groups.append([row])
    return [tuple(group) for group in groups]


def _continues(table: Table, columns: Sequence[Column], row: int) -> bool:
    """Only list columns are filled: what is left of merged rows when a table is saved as text."""
    filled = set(table.grid.filled(row))
    lists = {column.place for column in columns if column.field.form in (LIST, NAMES)}
    return bool(filled) and filled <= lists


def _row(table: Table, columns: Sequence[Column], desk: Desk, group: tuple[int, ...], above: Mapping[str, Value]) -> Row:
    first = group[0]
    row = Row(first, group)
    swapped = _swapped(table, columns, first)
    if swapped is not None:
        row.findings.append(swapped)
        row.raws.update(name=dict(swapped.values)["first"], credit_code=dict(swapped.values)["second"])
    for column in columns:
        if swapped is not None and column.field.code in KEYS:
            continue
        raw = table.grid.at(first, column.place)
        row.raws[column.key] = text_of(raw)
        reading = read_cell(desk, column, first, above.get(column.key))
        row.findings.extend(reading.findings)
        if reading.older:
            row.older.append(reading.older)
        value = reading.value
        for further in group[1:]:
            value = _joined(table, column, desk, row, further, value)
        if value is not None:
            row.values[column.key] = value
    if len(group) > 1:
        place = next((column for column in columns if column.field.form == LIST), None)
        message = found(
            "MERGED_ROWS", MERGED_ROWS, rows=group, sheet=table.grid.name, merged=f"{group[0]}-{group[-1]}", name=row.name,
            column=place.place if place else None, label=place.label if place else "",
        )  # fmt: skip
        row.findings.append(message)
    return row


def _joined(table: Table, column: Column, desk: Desk, row: Row, further: int, value: Value | None) -> Value | None:
    """What a further row of the same company adds to one field."""
    area = table.grid.area(further, column.place)
    if column.field.form in (SEQ, NOTE) or (area is not None and area[0] < further):
        return value
    reading = read_cell(desk, column, further)
    row.findings.extend(reading.findings)
    more = reading.value
    if more is None or value is None:
        return more if value is None else value
    if isinstance(value.plain, tuple) and isinstance(more.plain, tuple):
        return Value(tuple(dict.fromkeys([*value.plain, *more.plain])), note=value.note or more.note)
    if value.plain != more.plain:
        conflict = found(
            "DUP_CONFLICT", MERGED_CONFLICT, rows=(further,), sheet=table.grid.name, label=column.label, field=column.key
        )
        row.findings.append(conflict.at(column=column.place, values=(("values", f"{value.plain}, {more.plain}"),)))
    return value


def _swapped(table: Table, columns: Sequence[Column], row: int) -> Finding | None:
    """A name under the code and a code under the name, in this one row."""
    by_code = {column.field.code: column for column in columns}
    if not all(key in by_code for key in KEYS):
        return None
    name, code = (text_of(table.grid.spread(row, by_code[key].place)) for key in KEYS)
    if not (looks_like_code(name) and _HAN.search(code) and not looks_like_code(code)) or is_empty_word(code):
        return None
    new_code = re.sub(r"[\s'’-]", "", cleaned(name, is_word=True)[0]).upper()
    new_name = cleaned(code, is_word=False)[0]
    column = by_code["credit_code"]
    return found(
        "SWAPPED", SWAPPED, rows=(row,), sheet=table.grid.name, column=column.place, label=column.label, raw=code,
        field="credit_code", first=name, second=code, proposal={"name": new_name, "credit_code": new_code},
    )  # fmt: skip


def _answer(row: Row, answers: Answers) -> None:
    """Put a person's values in, and let go of what was asked about them."""
    for at in row.rows:
        for key, said in answers.of_row(at).items():
            row.findings = [one for one in row.findings if not (one.is_waiting and one.field == key)]
            if said is None:
                row.values.pop(key, None)
                continue
            value = unpacked(said)
            is_day = value.precision is None and isinstance(said, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", said)
            row.values[key] = replace(value, precision="day") if is_day else value
