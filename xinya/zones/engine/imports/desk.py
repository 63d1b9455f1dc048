"""The desk itself: sheets in, rows with outcomes out; what a commit would do, and everything that was found."""

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.company_names import name_key
from xinya.zones.engine.imports.cells import Desk, read_cell
from xinya.zones.engine.imports.checks import NO_CODE_COLUMN, check_duplicates, check_jumps, check_row, check_totals
from xinya.zones.engine.imports.cleaning import squeezed
from xinya.zones.engine.imports.columns import Column, Template, labels_hash, mapped
from xinya.zones.engine.imports.fields import KEYS, UNCOMPARED
from xinya.zones.engine.imports.findings import LEVELS, Finding, found, plain
from xinya.zones.engine.imports.grid import Grid
from xinya.zones.engine.imports.matching import Match, match_row, told_twice
from xinya.zones.engine.imports.own_lists import keep_known_numbers, own_columns
from xinya.zones.engine.imports.readings import CLEARED, Value, agree
from xinya.zones.engine.imports.register import Register
from xinya.zones.engine.imports.rows import Answers, Row, read_rows
from xinya.zones.engine.imports.tables import Table, find_table
from xinya.zones.engine.thresholds import SHIPPED, Thresholds

READ, ASKED, STOPPED, REFUSED = "read", "ask", "stopped_at_mapping", "refused"
CREATED, CHANGED, SAME, WAITING, LEFT_OUT, JOINED = "created", "changed", "same", "waiting", "left_out", "joined"
OUTCOMES = (CREATED, CHANGED, SAME, WAITING, LEFT_OUT, JOINED)

PART_OF_A_TOTAL = re.compile("小计|.{0,12}平均|subtotal|average", re.IGNORECASE)
NO_TABLE = _(
    "No table was found: a row of labels with a name or a code, and companies below it. Looked for: 企业名称, 统一社会信用代码."
)
NO_ROWS = _("There is a row of labels (row %(row)s) and no company below it.")
NO_KEY = _("Neither a name nor a code was found among the columns: %(labels)s. Say which column holds them.")
NO_SHEET = _("There is no sheet “%(sheet)s” with a table. Sheets with one: %(sheets)s. Say which one to read.")
TWO_SHEETS = _("Several sheets fit equally: %(sheets)s. Say which one to read.")
OTHER_SHEET = _("The sheet “%(sheet)s” with %(count)s rows is not read.")
HIDDEN_SHEET = _("The sheet “%(sheet)s” is hidden: its %(count)s rows are not read.")
NEW_WITHOUT_NAME = _("The company with the code %(code)s is new and has no name. Enter its name.")
TEMPLATE_DIFFERS = _("The labels differ from those of the last list of this office: %(labels)s.")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a commit would add to what the register knows."""

    key: str
    old: Any
    new: Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a commit would do with one row. company: the company's number in the register, None for a new one."""

    row: Row
    outcome: str
    match: Match
    changes: tuple[Change, ...] = ()

    @property
    def company(self) -> str | None:
        """The number of the company in the register."""
        return self.match.company.id if self.match.company else None

    @property
    def codes(self) -> frozenset[str]:
        """The codes of everything found in the row."""
        return frozenset(one.code for one in self.row.findings)


@dataclass(slots=True)
class Result:
    """What an upload came to. outcome: read, ask, stopped_at_mapping or refused."""

    outcome: str
    findings: list[Finding] = field(default_factory=list)
    rows: list[Outcome] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    table: Table | None = None
    joined: int = 0
    controls: dict[int, dict[str, Any]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    digest: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """Sheet rows by outcome; they add up to `rows_read`."""
        told = Counter(one.outcome for one in self.rows)
        left_out = told[LEFT_OUT] + (len(self.table.totals) + len(self.table.repeats) if self.table else 0)
        return {name: told[name] for name in (CREATED, CHANGED, SAME, WAITING)} | {LEFT_OUT: left_out, JOINED: self.joined}

    @property
    def rows_read(self) -> int:
        """Rows of the table that hold something, totals and repeated labels too."""
        return len(self.rows) + self.joined + (len(self.table.totals) + len(self.table.repeats) if self.table else 0)

    @property
    def reason(self) -> str:
        """The code of what refused, stopped or asked about the whole file; "" when it was read."""
        if self.outcome == READ:
            return ""
        return next((one.code for one in self.findings if one.level in ("refuse", "ask")), "")

    def share_empty(self, column: Column) -> float:
        """Share of the rows without a value in a column."""
        empty = sum(1 for one in self.rows if not one.row.raws.get(column.key))
        return round(empty / len(self.rows), 4) if self.rows else 0.0

    @property
    def has_many_blocks(self) -> bool:
        """More than 30 % of the rows block: a commit asks twice."""
        blocked = sum(1 for one in self.rows if any(f.level == "block" for f in one.row.findings))
        return blocked > 0.3 * max(1, len(self.rows))

    def as_object(self, language: str = "en") -> dict[str, Any]:
        """The whole as JSON."""
        table = self.table
        return {
            "digest": self.digest, "outcome": self.outcome, "reason": self.reason or None, "encoding": self.encoding or None,
            "delimiter": self.delimiter or None, "sheet": table.grid.name if table else None,
            "header_rows": list(table.head_rows) if table else [], "first_data_row": table.first if table else None,
            "unit": table.unit if table else None,
            "as_of": "-".join(f"{n:02d}" for n in table.as_of) if table and table.as_of else None,
            "labels_hash": labels_hash(table.heads) if table else None,
            "columns": [
                {"place": c.place, "label": c.label, "field": c.field.code, "key": c.key, "period": c.period, "unit": c.unit,
                 "confidence": round(c.confidence, 4), "marked": c.is_marked, "empty": self.share_empty(c)}
                for c in self.columns
            ],
            "rows_read": self.rows_read, "counts": self.counts, "asks_twice": self.has_many_blocks,
            "controls": [{"row": row, "values": values} for row, values in self.controls.items()],
            "reasons": dict(sorted(Counter(one.code for one in self.findings).items())),
            "findings": [one.as_object(language) for one in self.findings],
            "rows": [
                {"row": one.row.row, "rows": list(one.row.rows), "outcome": one.outcome, "company": one.company,
                 "matched_by": one.match.by or None,
                 "values": {key: value.as_object() for key, value in one.row.values.items()},
                 "older": one.row.older,
                 "changes": [{"key": c.key, "old": plain(c.old), "new": c.new.as_object()} for c in one.changes]}
                for one in self.rows
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What an import is held against. divisions: holds every code that there is, None where codes are not asked about.

    clears: keys of columns whose empty cells take away what is held.
    """

    today: date
    register: Register = field(default_factory=Register)
    divisions: Container[str] | None = None
    thresholds: Thresholds = SHIPPED
    template: Template | None = None
    answers: Answers = field(default_factory=Answers)
    sheet: str | None = None
    clears: frozenset[str] = frozenset()


def refused(finding: Finding, outcome: str = REFUSED) -> Result:
    """The result of a file that was not read."""
    return Result(outcome, [finding])


def examine(grids: Sequence[Grid], given: Given) -> Result:
    """The sheets of one file against the register; nothing is stored."""
    looked = look(grids, given)
    table, columns, findings = looked.table, looked.columns, looked.findings
    if table is None or looked.outcome != READ:
        return looked
    desk = Desk(table.grid, given.today, given.divisions)
    if given.register.is_own:
        columns, not_taken = own_columns(columns, table.grid.name)
        findings += not_taken
    rows, joined = read_rows(table, columns, desk, given.answers)
    for row in rows:
        check_row(row, columns, table.grid.name, given.thresholds)
        if given.register.is_own:
            keep_known_numbers(row, given.register)
    if not any(column.field.code == "credit_code" for column in columns):
        findings.append(found("NO_CODE_COLUMN", NO_CODE_COLUMN, sheet=table.grid.name))
    # What a person has left out says nothing against the row that stays.
    staying = [row for row in rows if row.row not in given.answers.leave_out]
    left_out = check_duplicates(staying, columns, table.grid.name)
    counted = [row for row in rows if row.row not in left_out]
    totals = _totals(table, columns, desk)
    whole = [row for row in totals if not PART_OF_A_TOTAL.match(squeezed(row.raws["name"]))]
    findings += check_totals(table, columns, counted, whole)
    matches = {row.row: match_row(row, given.register, given.answers) for row in rows if row.row not in left_out}
    given.register.want({match.company.id for match in matches.values() if match.company})
    told_twice([row for row in staying if row.row not in left_out], matches)
    asked = [column for column in columns if column.key not in given.answers.confirmed]
    findings += check_jumps(counted, asked, lambda row: _values_held(matches[row.row]), table.grid.name)
    outcomes = [_outcome(row, left_out, given, matches.get(row.row)) for row in rows]
    findings += [one for outcome in outcomes for one in outcome.row.findings]
    controls = {row.row: {key: value.plain for key, value in row.values.items()} for row in totals}
    return Result(READ, _ordered(findings), outcomes, columns, table, joined, controls)


def look(grids: Sequence[Grid], given: Given) -> Result:
    """The table of one file and what its columns hold, before any row is read."""
    table, said = _chosen(grids, given.sheet)
    if table is None:
        return said
    columns, about_columns = mapped(table, given.template)
    findings = [*said.findings, *(one.at(sheet=table.grid.name) for one in (*table.findings, *about_columns))]
    if given.template is not None and given.template.labels_hash != labels_hash(table.heads):
        findings.append(_template_differs(table, given.template))
    if any(column.field.code in KEYS for column in columns):
        return Result(READ, findings, table=table, columns=columns)
    labels = "、".join(head.label for head in table.heads if head.label)
    return Result(STOPPED, [found("NO_KEY", NO_KEY, labels=labels), *findings], table=table, columns=columns)


def _ordered(findings: list[Finding]) -> list[Finding]:
    """File first, then by row; within a row the gravest first."""
    return sorted(findings, key=lambda one: (one.row or 0, -LEVELS.index(one.level), one.column or 0))


def _chosen(grids: Sequence[Grid], wanted: str | None) -> tuple[Table | None, Result]:
    """The sheet to read: the asked one, else the one that fits best; several that fit equally are a question."""
    said: list[Finding] = []
    fits: list[tuple[int, Table]] = []
    for grid in grids:
        table = find_table(grid)
        if grid.is_hidden and grid.name != wanted:
            count = len(table.rows) if table else sum(1 for row in range(1, grid.height + 1) if not grid.is_blank(row))
            rows = tuple(table.rows) if table else ()
            said.append(found("HIDDEN_SHEET", HIDDEN_SHEET, sheet=grid.name, rows=rows, count=count))
        elif table is not None and wanted in (None, grid.name):
            fits.append((table.fit if table.rows else 0, table))
    if not fits:
        seen = [] if wanted is None else [(grid, find_table(grid)) for grid in grids if not grid.is_hidden]
        others = [grid for grid, table in seen if table is not None and table.rows]
        if others:
            return None, Result(ASKED, [_asked(NO_SHEET, others, wanted or ""), *said])
        return None, Result(REFUSED, [found("NO_TABLE", NO_TABLE), *said])
    best = max(fit for fit, _table in fits)
    first = [table for fit, table in fits if fit == best]
    if not first[0].rows and not any(table.rows for table in first):
        row = first[0].head_rows[-1]
        return None, Result(REFUSED, [found("NO_TABLE", NO_ROWS, sheet=first[0].grid.name, row=row), *said])
    with_rows = [table for table in first if table.rows]
    if len(with_rows) > 1:
        return None, Result(ASKED, [_asked(TWO_SHEETS, [table.grid for table in with_rows]), *said])
    for _fit, table in fits:
        if table is not with_rows[0]:
            count = len(table.rows)
            said.append(found("OTHER_SHEET", OTHER_SHEET, sheet=table.grid.name, count=count))
    return with_rows[0], Result(READ, said)


def _asked(message: str, grids: Sequence[Grid], wanted: str = "") -> Finding:
    """Which sheet? names: one a line, to choose from."""
    names = [grid.name for grid in grids]
    values = (("sheets", "、".join(names)), ("names", "\n".join(names)))
    return found("TWO_SHEETS", message, sheet=wanted).at(values=values)


def _template_differs(table: Table, template: Template) -> Finding:
    known = {place for place, _code, _period, _unit in template.columns}
    labels = "、".join(head.label for place, head in enumerate(table.heads, 1) if head.label and place not in known)
    return found("TEMPLATE_DIFFERS", TEMPLATE_DIFFERS, sheet=table.grid.name, labels=labels or "…")


def _totals(table: Table, columns: Sequence[Column], desk: Desk) -> list[Row]:
    """The figures of the total rows, kept as controls."""
    rows = []
    for at in table.totals:
        row = Row(at, (at,))
        row.raws["name"] = next((text for text in table.grid.texts(at) if text), "")
        for column in columns:
            if column.field.form in ("amount", "count"):
                reading = read_cell(desk, column, at)
                if reading.value is not None:
                    row.values[column.key] = reading.value
        rows.append(row)
    return rows


def _values_held(match: Match) -> Mapping[str, Any]:
    """What is held of the company, but for what was made up: no figure is far from that."""
    known = match.company
    if known is None or not known.invented:
        return known.values if known else {}
    return {key: value for key, value in known.values.items() if key not in known.invented}


def _outcome(row: Row, left_out: dict[int, int], given: Given, match: Match | None) -> Outcome:
    """Waiting where anything asks or blocks; else what the register would make of the row."""
    if match is None or row.row in left_out or row.row in given.answers.leave_out:
        return Outcome(row, LEFT_OUT, Match(None))
    row.findings += list(match.findings)
    if match.company is None and "name" not in row.values and not any(one.is_waiting for one in row.findings):
        raw, place = row.raws.get("name", ""), (row.row,)
        row.findings.append(found("NAME_MISSING", NEW_WITHOUT_NAME, rows=place, raw=raw, field="name", code=row.code))
    if row.is_held or any(one.is_waiting for one in row.findings):
        return Outcome(row, WAITING, match)
    if match.company is None:
        changes = tuple(Change(key, None, value) for key, value in row.values.items())
        return Outcome(row, CREATED, match, changes)
    known = match.company
    changes = tuple(
        Change(key, _held(known, key), value)
        for key, value in row.values.items()
        if _is_news(known, key, value, match.has_new_name)
    )
    held = [key for key in given.clears if known.values.get(key) is not None and key not in known.closed]
    cleared = [key for key in held if _is_cleared(row, key)]
    changes += tuple(Change(key, _held(known, key), CLEARED) for key in cleared)
    return Outcome(row, CHANGED if changes else SAME, match, changes)


def _held(known: Any, key: str) -> Any:
    own = {"name": known.name, "credit_code": known.code, "former_names": known.former_names}
    return own.get(key) if key in own else known.values.get(key)


def _is_news(known: Any, key: str, value: Value, has_new_name: bool) -> bool:
    """Whether the register would learn something: empty cells never do, notes and running numbers are no facts."""
    if key in ("remark", "seq"):
        return False
    if key == "name":
        return has_new_name
    if key == "former_names":
        held = {name_key(name) for name in (known.name, *known.former_names)}
        return any(name_key(name) not in held for name in value.plain)
    if key in known.closed:
        return False
    if key in known.invented:  # a real word takes the place of a made-up one even where it says the same
        return True
    beside = known.beside.get(key, ())
    if isinstance(value.plain, tuple):  # what a list named before and this one does not goes; what others say as well is no news
        held, said = set(known.values.get(key) or ()), set(value.plain)
        return not held <= said <= held | set(beside)
    if key in known.own:  # an earlier list's word goes where this one says otherwise, whoever else says the same
        return not agree(known.own[key], value)
    return not any(agree(old, value) for old in (_held(known, key), *beside))


def _is_cleared(row: Row, key: str) -> bool:
    """An empty cell; one that waits, or that could not be read, is none."""
    return key in row.raws and key not in row.values and not row.raws[key].strip() and not row.waits_for(key)


__all__ = ["OUTCOMES", "UNCOMPARED", "Answers", "Change", "Given", "Outcome", "Register", "Result", "examine", "refused"]
