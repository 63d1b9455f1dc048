"""Which column fills which field: label and content together, no field twice, and never greedily."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

from rapidfuzz import fuzz

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.imports.cleaning import cleaned, narrow, squeezed
from xinya.zones.engine.imports.fields import AMOUNT, BY_CODE, CODE, COUNT, FIELDS, INDUSTRY, YES_NO, Field
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.grid import Grid, letter_of, text_of
from xinya.zones.engine.imports.labels import COUNT_UNITS, FOREIGN, SYNONYMS, UNITS, Label, key_of, read_label
from xinya.zones.engine.imports.tables import Head, Table
from xinya.zones.engine.values import is_empty_word

SAMPLE = 50
CHOSEN, MARKED = 0.85, 0.6
LIKE_ENOUGH = 0.6  # a label less like than this is no evidence, whatever stands below it
_WORDS = {
    YES_NO: frozenset({"是", "否", "y", "n", "yes", "no", "1", "0", "true", "false", "√", "✓", "✔", "×", "✗", "✘", "有", "无"}),
}
_FIGURE = re.compile(r"[+-]?[¥￥]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?[万亿千百]*(?:元|人|%|‰)?", re.ASCII)
_WRITTEN = re.compile(r"[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟几多余近约超不足左右以上下\d.,~\-—至到元人个]+")
_DAY = re.compile(
    r"(?:19|20)?\d{2}[-/.年]\s?\d{1,2}.*|(?:19|20)\d{2}(?:年.*)?|(?:19|20)\d{6}|[〇零一二三四五六七八九]{4}年.*|\d{5}(?:\.0)?"
)

COLUMN_MARKED = _("The column “%(label)s” was taken for “%(field)s”, but it is not sure (%(confidence)s). Check it.")
COLUMN_OPEN = _("The column “%(label)s” fills no field; it is left out.")
COLUMN_TWICE = _(
    "The columns %(columns)s are all “%(field)s” and name no different years. They are left out until you say which is which."
)


@dataclass(frozen=True)
class Column:
    """One mapped column. place from 1; period: a year; unit as stated; factor: yuan per unit for amounts."""

    place: int
    field: Field
    label: str
    period: str | None
    unit: str | None
    confidence: float
    is_marked: bool = False

    @cached_property
    def key(self) -> str:
        """The key of its values."""
        return self.field.key(self.period)

    @cached_property
    def factor(self) -> int:
        """Yuan per unit of the column; without a stated unit, yuan."""
        return UNITS.get((self.unit or "").casefold(), 1)


@dataclass(frozen=True, slots=True)
class Template:
    """A mapping that an office has confirmed: used silently only for a table with the very same labels."""

    office: str
    labels_hash: str
    columns: tuple[tuple[int, str, str | None, str | None], ...]  # place, field, period, unit
    as_of: str | None = None


def labels_hash(heads: Sequence[Head]) -> str:
    """One digest of all labels in their order."""
    return hashlib.sha256("\x1f".join(squeezed(head.label) for head in heads).encode()).hexdigest()


def template_of(office: str, table: Table, columns: Sequence[Column], as_of: str | None = None) -> Template:
    """What a confirmed mapping is kept as."""
    kept = tuple((column.place, column.field.code, column.period, column.unit) for column in columns)
    return Template(office, labels_hash(table.heads), kept, as_of)


def mapped(table: Table, template: Template | None = None) -> tuple[list[Column], list[Finding]]:
    """The columns of a table with their fields, and what is said about them."""
    if template is not None and template.labels_hash == labels_hash(table.heads):
        known = [
            Column(place, BY_CODE[code], table.heads[place - 1].label, period, unit, 1.0)
            for place, code, period, unit in template.columns
        ]
        return known, []
    claims = [_claim(table, place, head) for place, head in enumerate(table.heads, 1)]
    columns, twice = _assigned(table, claims)
    findings = [*_twice(table, claims, twice)]
    taken = {column.place for column in columns} | twice
    for column in columns:
        if column.is_marked:
            values = (("label", column.label), ("field", column.field.label), ("confidence", f"{column.confidence:.2f}"))
            marked = found("COLUMN_MARKED", COLUMN_MARKED, column=column.place, field=column.key)
            findings.append(marked.at(values=values))
    for claim in claims:
        if claim.place not in taken and claim.has_cells:
            name = table.heads[claim.place - 1].label or letter_of(claim.place)
            findings.append(found("COLUMN_OPEN", COLUMN_OPEN, column=claim.place).at(values=(("label", name),)))
    return columns, findings


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a column may be: confidence by field code."""

    place: int
    label: Label
    period: str | None
    unit: str | None
    scores: dict[str, float]
    likeness: dict[str, float]
    has_cells: bool


def _claim(table: Table, place: int, head: Head) -> _Claim:
    labels = [read_label(text) for text in (head.own, *head.groups)]
    own = labels[0] if labels[0].core else next((label for label in labels if label.core), labels[0])
    if not own.core and own.shift is not None and place > 1:  # 上年同期 beside the figure it belongs to
        beside = read_label(table.heads[place - 2].own)
        own = replace(own, core=beside.core, unit=own.unit or beside.unit)
        labels = [own, *labels[1:]]
    period = next((label.year for label in labels if label.year), None)
    shift = next((label.shift for label in labels if label.shift is not None), None)
    if period is None and table.year and (shift is not None or not any(label.is_part for label in labels)):
        period = str(int(table.year) + (shift or 0))
    elif period is None and shift is not None and table.as_of:
        period = str(table.as_of[0] - 1 + shift)
    unit = labels[0].unit or (head.unit_below or None) or next((label.unit for label in labels if label.unit), None) or table.unit
    cells = _sampled(table.grid, table.rows, place)
    scores, likeness = {}, {}
    for field in FIELDS:
        likeness[field.code] = like = _likeness(own.core, field, cells)
        if like < LIKE_ENOUGH or _is_vetoed(field, labels, unit, cells):
            continue
        share = sum(_fits(field, cell) for cell in cells) / len(cells) if cells else float(like == 1)
        scores[field.code] = 0.6 * like + 0.4 * share
    return _Claim(place, own, period, unit, scores, likeness, bool(cells))


def _sampled(grid: Grid, rows: Sequence[int], place: int) -> list[object]:
    """At most fifty filled cells, evenly over the table."""
    filled = [cell for cell in (grid.at(row, place) for row in rows) if _is_filled(cell)]
    step = max(1, len(filled) // SAMPLE)
    return filled[::step][:SAMPLE]


def _is_filled(cell: object) -> bool:
    if not isinstance(cell, str):
        return cell is not None
    text = cell.strip()
    return bool(text) and not (len(text) <= 8 and _says_nothing(text))


@lru_cache(maxsize=4096)
def _says_nothing(text: str) -> bool:
    return is_empty_word(text)


def _likeness(core: str, field: Field, cells: Sequence[object]) -> float:
    """1 for a known label, else the best ratio; a code column of four digits is the industry, whatever it is called."""
    if not core:
        return 0.0
    if SYNONYMS.get(core) == field.code:
        return 1.0
    if field.form == INDUSTRY and SYNONYMS.get(core) == "credit_code" and _are_short_codes(cells):
        return 1.0
    if core in SYNONYMS:
        return 0.0
    return max(fuzz.ratio(core, key_of(label)) for label in field.labels) / 100


def _are_short_codes(cells: Sequence[object]) -> bool:
    short = sum(1 for cell in cells if re.fullmatch(r"[A-T]?\d{2,4}", squeezed(text_of(cell)).upper()))
    return bool(cells) and short > len(cells) / 2


def _is_vetoed(field: Field, labels: Sequence[Label], unit: str | None, cells: Sequence[object]) -> bool:
    if field.form == CODE and _are_short_codes(cells) and len(cells) > 0 and any(len(text_of(c)) == 4 for c in cells):
        return True
    if field.period and any(label.is_part and not label.year for label in labels):
        return True
    if field.form == AMOUNT and unit is not None:
        return FOREIGN.search(unit) is not None or unit in COUNT_UNITS or unit in ("%", "％")
    return False


def _fits(field: Field, cell: object) -> bool:
    """Whether a cell could be a value of the field; rough, because broken cells are told later one by one."""
    text = cleaned(text_of(cell), is_word=True)[0].removeprefix("'")
    is_figure = isinstance(cell, float | int) or (bool(text) and (_FIGURE.fullmatch(text) or _WRITTEN.fullmatch(text)) is not None)
    match field.form:
        case "name" | "names":
            return len(text) >= 2 and not is_figure and not re.fullmatch(r"[0-9A-Z]{15,18}", text)
        case "code":
            return 15 <= len(narrow(text)) <= 20 and narrow(text).replace("-", "").isalnum() and narrow(text).isascii()
        case "industry":
            return re.fullmatch(r"[A-Ta-t]?\d{2,4}", text) is not None
        case "date":
            return isinstance(cell, date) or _DAY.fullmatch(text) is not None
        case "amount" | "count":
            return is_figure
        case "yes_no":
            return isinstance(cell, bool) or text.casefold() in _WORDS[YES_NO]
        case "seq":
            return is_figure and len(text) <= 8
        case _:
            return not isinstance(cell, date)


def _assigned(table: Table, claims: Sequence[_Claim]) -> tuple[list[Column], set[int]]:
    """The assignment with the greatest total; and the places of columns that cannot be told apart."""
    targets: dict[tuple[str, str | None], int] = {}
    for claim in claims:
        for code, score in claim.scores.items():
            if score >= MARKED:
                targets.setdefault((code, claim.period if BY_CODE[code].period else None), len(targets))
    if not targets:
        return [], set()
    table_of_scores = [[0.0] * len(targets) for _claim in claims]
    for row, claim in enumerate(claims):
        for code, score in claim.scores.items():
            place = targets.get((code, claim.period if BY_CODE[code].period else None))
            if place is not None and score >= MARKED:
                table_of_scores[row][place] = score
    pairs = _best_pairs(table_of_scores)
    wanted = list(targets)
    twice = _indistinct(claims)
    columns = []
    for row, target in pairs:
        claim, (code, period) = claims[row], wanted[target]
        score = table_of_scores[row][target]
        if score < MARKED or claim.place in twice:
            continue
        unit = claim.unit if BY_CODE[code].form in (AMOUNT, COUNT) else None
        head = table.heads[claim.place - 1]
        columns.append(Column(claim.place, BY_CODE[code], head.label, period, unit, score, score < CHOSEN))
    return sorted(columns, key=lambda column: column.place), twice


def _best_pairs(scores: list[list[float]]) -> list[tuple[int, int]]:
    """Row and column of the pairs whose scores sum to the most. Cost: cubic in the number of columns."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(scores, maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True)]


def _indistinct(claims: Sequence[_Claim]) -> set[int]:
    """Columns of figures with the same known label and the same year, or none."""
    by_target: dict[tuple[str, str | None], list[int]] = {}
    for claim in claims:
        code = SYNONYMS.get(claim.label.core)
        if code and BY_CODE[code].period and claim.scores.get(code, 0) >= MARKED and claim.has_cells:
            by_target.setdefault((code, claim.period), []).append(claim.place)
    return {place for places in by_target.values() if len(places) > 1 for place in places}


def _twice(table: Table, claims: Sequence[_Claim], twice: set[int]) -> list[Finding]:
    by_code: dict[str, list[int]] = {}
    for claim in claims:
        if claim.place in twice:
            by_code.setdefault(SYNONYMS[claim.label.core], []).append(claim.place)
    return [
        found("COLUMN_TWICE", COLUMN_TWICE, column=places[0]).at(
            values=(("columns", "、".join(map(letter_of, places))), ("field", BY_CODE[code].label))
        )
        for code, places in by_code.items()
    ]
