"""Where the table stands in a sheet: title, group, label and unit rows, the rows of companies, and what is none of them."""

import re
from dataclasses import dataclass, field

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.imports.cleaning import squeezed
from xinya.zones.engine.imports.fields import KEYS
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.grid import Grid, text_of
from xinya.zones.engine.imports.labels import ALL_UNITS, SYNONYMS, read_label, title_day, title_unit, title_year

HEAD_ROWS = 40
_TOTAL = re.compile(r"(?:.{0,12})?(?:合计|总计|小计|共计|平均|平均值|总和|total|subtotal|average)(?:数|值)?[:：]?", re.IGNORECASE)
_FOOTER = re.compile(
    r"(?:注|备注|说明|填表|填报|制表|审核|复核|负责人|单位负责人|统计负责人|联系人|报出日期|报送|经办|签字|盖章|数据来源|来源)[^,]{0,12}?[:：]|(?:注|说明)\d?[、.]"
)
_SAYS = re.compile(r"[^\d\s.,:/%()+-]")  # figures, days and numbers of telephones are no labels
_CODE_LIKE = re.compile(r"[0-9A-Za-z]{15,18}")

TITLE_ROWS = _("This stands above the table and is no data: “%(raw)s”.")
TITLE_UNIT = _("This stands above the table and is no data: “%(raw)s”. Offered from there: %(offered)s.")
FOOT_ROWS = _("This is a note, not a company: “%(raw)s”.")
HEADER_FOUND = _("The labels of the columns stand here; data begin in row %(first)s.")
HEADER_MULTI = _("The labels of the columns stand in several rows, read as one; data begin in row %(first)s.")
HEADER_MERGED = _("Group cells over several columns are spread to them: %(groups)s.")
UNIT_ROW = _("This row states the units of the columns and is no data.")
HEADER_AGAIN = _("This row repeats the labels of the columns and is left out.")
SECOND_TABLE = _("Another table or text begins here; it is not read. Import it as a sheet of its own.")
TOTAL_ROW = _("“%(raw)s” is a total, not a company: the row is left out and its figures are kept as a control.")
HIDDEN_ROWS = _("These rows are hidden in the file; they are read like the others.")


@dataclass(frozen=True, slots=True)
class Head:
    """One column: its own label, the group labels above it from near to far, and the unit below it."""

    own: str
    groups: tuple[str, ...] = ()
    unit_below: str = ""

    @property
    def label(self) -> str:
        """Group and own label as one, for people."""
        return " ".join([*reversed([g for g in self.groups if g != self.own]), self.own]).strip()


@dataclass(slots=True)
class Table:
    """A table in a sheet. rows: the rows that may be companies; totals and repeats are left out; all from 1."""

    grid: Grid
    head_rows: tuple[int, ...]
    heads: list[Head]
    first: int
    rows: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unit: str | None = None
    year: str | None = None
    as_of: tuple[int, int, int] | None = None

    @property
    def fit(self) -> int:
        """How many columns carry a known label."""
        return sum(1 for head in self.heads if read_label(head.own).core in SYNONYMS)


def find_table(grid: Grid) -> Table | None:
    """The table of a sheet with a name or a code column, else one that looks like a table, else None. Not to be changed."""
    if "table" not in grid.kept:
        grid.kept["table"] = _find_table(grid)
    table: Table | None = grid.kept["table"]
    return table


def _find_table(grid: Grid) -> Table | None:
    row = _label_row(grid)
    if row is None:
        return None
    top, bottom = _block(grid, row)
    below = bottom + 1
    unit_row = below if _is_unit_row(grid, below) else None
    head_rows = tuple(range(top, bottom + 1))
    heads = [_head(grid, column, head_rows, row, unit_row) for column in range(1, grid.width + 1)]
    table = Table(grid, head_rows, heads, bottom + (2 if unit_row else 1))
    _read_above(table)
    _say_head(table, unit_row)
    _read_below(table)
    return table


def _label_row(grid: Grid) -> int | None:
    """The best row among the first forty; a row of three or fewer label words without data below is no head."""
    best: tuple[tuple[int, float], int] | None = None
    needed = min(3, max(1, _usual_width(grid)))
    for row in range(1, min(grid.height, HEAD_ROWS) + 1):
        texts = [text_of(grid.at(row, column)) for column in range(1, grid.width + 1)]
        filled = [text for text in texts if text]
        if not filled:
            continue
        cores = [read_label(text).core for text in filled if len(text) <= 40]
        known = [SYNONYMS[core] for core in cores if core in SYNONYMS]
        has_key = any(field_ in KEYS for field_ in known)
        numbers = sum(1 for column in range(1, len(texts) + 1) if _is_figure(grid.at(row, column)))
        looks = sum(1 for text in filled if len(text) <= 24 and not re.search("[:：。]", text))
        score = (len(known) / len(filled) + 0.3 * looks / len(filled) - numbers / len(filled)) * len(set(filled)) / len(filled)
        is_head = has_key and len(set(known)) >= min(needed, 2) and (len(filled) >= needed or len(known) >= needed)
        if not is_head and not (score >= 0.25 and len(filled) >= 2 and numbers == 0 and looks == len(filled)):
            continue
        rank = (len(set(known)) if is_head else 0, score)
        if best is None or rank > best[0]:
            best = rank, row
    return best[1] if best else None


def _usual_width(grid: Grid) -> int:
    """How many cells most rows fill."""
    counts = sorted(sum(1 for _c in grid.filled(row)) for row in range(1, min(grid.height, 60) + 1))
    counts = [count for count in counts if count]
    return counts[len(counts) // 2] if counts else 0


def _is_figure(cell: object) -> bool:
    text = squeezed(text_of(cell)).replace(",", "")
    return isinstance(cell, float) or re.fullmatch(r"[+-]?\d+(?:\.\d+)?%?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*", text) is not None


def _block(grid: Grid, row: int) -> tuple[int, int]:
    """First and last row of the head: group rows above, and a row below that splits some of the labels."""
    top = row
    while top > 1 and row - top < 3 and _is_group_row(grid, top - 1):
        top -= 1
    bottom = row
    for column in range(1, grid.width + 1):  # a label merged downwards reaches over all head rows
        area = grid.area(row, column)
        if area is not None and area[0] == row and area[2] - row <= 2:
            bottom = max(bottom, area[2])
    if bottom == row and _splits(grid, row):
        bottom = row + 1
    return top, bottom


def _is_group_row(grid: Grid, row: int) -> bool:
    texts = {column: text_of(grid.at(row, column)) for column in range(1, grid.width + 1)}
    filled = {column: text for column, text in texts.items() if text}
    if not filled or any(re.search("[:：。]", text) or len(text) > 30 for text in filled.values()):
        return False
    if len(filled) == 1:
        column = next(iter(filled))
        area = grid.area(row, column)
        label = read_label(filled[column])
        is_period = not label.core and bool(label.year or label.unit)
        return is_period and (area is None or area[3] - area[1] + 1 < grid.width)
    return not any(_is_figure(grid.at(row, column)) for column in filled)


def _splits(grid: Grid, row: int) -> bool:
    """Whether the row below carries labels under some columns of this one, and nothing under its key columns."""
    below = {column: text_of(grid.at(row + 1, column)) for column in range(1, grid.width + 1)}
    filled = {column: text for column, text in below.items() if text}
    if not filled or any(_is_figure(grid.at(row + 1, column)) for column in filled):
        return False
    if not all(_is_label(text) for text in filled.values()):
        return False
    if all(squeezed(text).strip("()") in ALL_UNITS for text in filled.values()):
        return False
    own = (read_label(text_of(grid.at(row, column))).core for column in filled)
    return not any(SYNONYMS.get(core, "") in KEYS for core in own)


def _is_label(text: str) -> bool:
    """A known label, or one that only names a year or a unit."""
    label = read_label(text)
    return label.core in SYNONYMS or (not label.core and bool(label.year or label.unit))


def _is_unit_row(grid: Grid, row: int) -> bool:
    words = [squeezed(text_of(grid.at(row, column))).strip("()") for column in grid.filled(row)]
    return (
        bool(words)
        and any(word in ALL_UNITS for word in words)
        and all(word in ALL_UNITS or word in ("", "-", "/") for word in words)
    )


def _head(grid: Grid, column: int, head_rows: tuple[int, ...], row: int, unit_row: int | None) -> Head:
    """The lowest text is the column's own label; the others are its groups, merged or filled to the right."""
    texts: list[str] = []
    for at in head_rows:
        text = text_of(grid.spread(at, column))
        is_split = at != row or bool(text_of(grid.at(at + 1, column)))
        if not text and at < head_rows[-1] and is_split and grid.area(at, column) is None:
            text = _to_the_left(grid, at, column)
        if text and text not in texts:
            texts.append(text)
    own = texts[-1] if texts else ""
    unit = squeezed(text_of(grid.spread(unit_row, column))).strip("()") if unit_row else ""
    return Head(own, tuple(reversed(texts[:-1])), unit)


def _to_the_left(grid: Grid, row: int, column: int) -> str:
    """The next filled cell to the left, when it is a plain cell: a group that was written without merging."""
    for left in range(column - 1, 0, -1):
        text = text_of(grid.at(row, left))
        if text:
            return text if grid.area(row, left) is None else ""
        if grid.area(row, left) is not None:
            return ""
    return ""


def _read_above(table: Table) -> None:
    grid = table.grid
    rows = [row for row in range(1, table.head_rows[0]) if not grid.is_blank(row)]
    if not rows:
        return
    lines = [" ".join(dict.fromkeys(text_of(grid.spread(row, c)) for c in grid.filled(row))) for row in rows]
    for line in lines:
        table.unit = table.unit or title_unit(line)
        table.as_of = table.as_of or title_day(line)
        table.year = table.year or title_year(line)
    day = "-".join(f"{part:02d}" for part in table.as_of) if table.as_of else None
    offered = ", ".join(word for word in (table.unit, day, table.year) if word)
    table.findings.append(
        found("TITLE_ROWS", TITLE_UNIT if offered else TITLE_ROWS, rows=tuple(rows), raw=" / ".join(lines), offered=offered)
    )


def _say_head(table: Table, unit_row: int | None) -> None:
    rows = table.head_rows
    merged = [a for a in table.grid.merges if a[0] in rows and a[2] in rows]
    if any(area[3] > area[1] for area in merged):
        names = dict.fromkeys(text_of(table.grid.at(a[0], a[1])) for a in sorted(merged) if a[3] > a[1])
        groups = "、".join(name for name in names if name)
        table.findings.append(found("HEADER_MERGED", HEADER_MERGED, rows=(rows[0],), groups=groups))
    if len(rows) > 1:
        table.findings.append(found("HEADER_MULTI", HEADER_MULTI, rows=rows, first=table.first))
    elif rows[0] > 1:
        table.findings.append(found("HEADER_FOUND", HEADER_FOUND, rows=rows, first=table.first))
    if unit_row:
        table.findings.append(found("UNIT_ROW", UNIT_ROW, rows=(unit_row,)))


def _read_below(table: Table) -> None:
    """Rows up to two blank ones or to another table; totals, repeated labels and foot notes go aside."""
    grid, own = table.grid, [squeezed(head.own) for head in table.heads]
    notes: list[int] = []
    blank = 0
    for row in range(table.first, grid.height + 1):
        if grid.is_blank(row):
            blank += 1
            continue
        texts = grid.texts(row)
        filled = [text for text in texts if text]
        is_again = _is_again(texts, own)
        if blank >= 2 or (not is_again and _is_other_head(filled)):
            if _is_note(grid, row, filled) and not _has_more(grid, row):
                notes.append(row)
                continue
            table.findings.append(found("SECOND_TABLE", SECOND_TABLE, rows=(row,)))
            break
        blank = 0
        if is_again:
            table.repeats.append(row)
        elif (total := _total_in(filled)) is not None:
            table.totals.append(row)
            table.findings.append(found("TOTAL_ROW", TOTAL_ROW, rows=(row,), raw=total))
        elif _is_note(grid, row, filled):
            notes.append(row)
        else:
            table.rows.append(row)
    for row in table.repeats:
        table.findings.append(found("HEADER_AGAIN", HEADER_AGAIN, rows=(row,)))
    if notes:
        raw = " / ".join(next(text for text in grid.texts(row) if text) for row in notes)
        table.findings.append(found("TITLE_ROWS", FOOT_ROWS, rows=tuple(notes), raw=raw))
    hidden = tuple(row for row in table.rows if row in grid.hidden_rows)
    if hidden:
        table.findings.append(found("HIDDEN_ROWS", HIDDEN_ROWS, rows=hidden))


def _has_more(grid: Grid, row: int) -> bool:
    below = range(row + 1, min(row + 50, grid.height) + 1)
    return any(not grid.is_blank(one) and not _is_note(grid, one, [t for t in grid.texts(one) if t]) for one in below)


def _is_again(texts: list[str], own: list[str]) -> bool:
    words = [(text, label) for text, label in zip(texts, own, strict=False) if text]
    if not any(label and text[:1] == label[:1] for text, label in words):
        return False
    same = sum(1 for text, label in words if squeezed(text) == label)
    return len(words) >= min(3, sum(1 for label in own if label)) and same >= 0.8 * len(words)


def _is_other_head(filled: list[str]) -> bool:
    """A row of labels, at least one of them a key."""
    known: list[str] = []
    others_left = len(filled) - 0.6 * len(filled)  # a row of companies is told by its first cells
    for text in filled:
        core = read_label(text).core if len(text) <= 20 and _SAYS.search(text) else ""
        if core in SYNONYMS:
            known.append(SYNONYMS[core])
            continue
        others_left -= 1
        if others_left < 0:
            return False
    return len(set(known)) >= 2 and len(known) >= 0.6 * len(filled) and any(code in KEYS for code in known)


def _total_in(filled: list[str]) -> str | None:
    """The word that makes the row a total: among its first three filled cells, in a row without a code."""
    total = next((text for text in list(dict.fromkeys(filled))[:3] if len(text) <= 30 and _TOTAL.fullmatch(squeezed(text))), None)
    if total is None or any(_CODE_LIKE.fullmatch(squeezed(text)) and any(c.isdigit() for c in text) for text in filled):
        return None
    return total


def _is_note(grid: Grid, row: int, filled: list[str]) -> bool:
    """A line of words below or between the companies: one text that says 注, 填表人 and so on, or that reaches over all columns."""
    texts = list(dict.fromkeys(filled[:1] if len(filled) > 20 else filled))
    if not texts:
        return False
    if _FOOTER.match(squeezed(texts[0])) and sum(1 for text in filled if not re.search("[:：]", text)) <= len(filled) // 2:
        return True
    if len(set(filled)) > 1:
        return False
    area = grid.area(row, next(grid.filled(row)))
    return (area is not None and area[3] - area[1] + 1 >= max(4, grid.width - 2)) or len(texts[0]) > 60
