"""The user's own file back, with everything that was found as comments in its cells."""

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.xlsx import put
from xinya.zones.engine.imports.findings import LEVELS, Finding
from xinya.zones.engine.imports.grid import Grid, text_of
from xinya.zones.files.import_ods import is_ods
from xinya.zones.files.import_reading import Book

AUTHOR = "Xinya"
MAX_COMMENTS = 5_000
MAX_CELLS = 60_000
"""Cells of all sheets up to which a copy is made while somebody waits: 2,500 rows of 24 took 9 s and 170 MB on a busy machine."""
TOO_LARGE = _(
    "The file is too large for a copy with comments: it has %(cells)s cells, and a copy is made of up to %(limit)s. Its findings "
    "stand here by reason; a part of the list brought alone gives a copy."
)
LONGEST = 2_000
_COLOURS = {"fix": "FFE2EFDA", "note": "FFDDEBF7", "warn": "FFFFF2CC", "skip": "FFEDEDED", "ask": "FFFCE4D6", "block": "FFF8CBAD"}


def commented_copy(content: bytes, book: Book, findings: Iterable[Finding], language: str = "zh") -> bytes:
    """A workbook with the findings as comments: the file itself where it is an xlsx, else its values in a new one.

    Call it only with a file that was read: sizes are checked there. Macros and links to other files are left behind.
    """
    told = list(findings)
    if content.startswith(b"PK") and not is_ods(content):
        try:
            return _commented(load_workbook(BytesIO(content), keep_links=False), told, language)
        except Exception:  # the library has no one kind of error for what it can read and not keep: then the values go back
            return _commented(_written(book), told, language)
    return _commented(_written(book), told, language)


def demand_small(cells: int) -> None:
    """Refuse too-large (413) where a copy would keep everybody waiting."""
    if cells > MAX_CELLS:
        raise Refused("too-large", TOO_LARGE, status=413, cells=cells, limit=MAX_CELLS)


def cells_of(book: Book) -> int:
    """The cells of all sheets, empty ones too."""
    return sum(grid.height * grid.width for grid in book.grids)


def _commented(copy: Workbook, findings: list[Finding], language: str) -> bytes:
    sheets = {sheet.title: sheet for sheet in copy.worksheets}
    only = copy.worksheets[0] if len(copy.worksheets) == 1 else None
    for (name, row, column), told in _by_cell(findings).items():
        sheet = sheets.get(_title(name)) or sheets.get(name) or only
        if sheet is not None:
            _comment(sheet, row, column, told, language)
    out = BytesIO()
    copy.save(out)
    return out.getvalue()


def _written(book: Book) -> Workbook:
    copy = Workbook()
    copy.remove(copy.worksheets[0])
    for grid in book.grids:
        _write(copy.create_sheet(_title(grid.name)), grid)
    return copy


def _by_cell(findings: Iterable[Finding]) -> dict[tuple[str, int, int], list[Finding]]:
    cells: dict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    for one in findings:
        if len(cells) >= MAX_COMMENTS:
            break
        cells[one.sheet, one.row or 1, one.column or 1].append(one)
    return cells


def _comment(sheet: Worksheet, row: int, column: int, findings: list[Finding], language: str) -> None:
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            row, column = area.min_row, area.min_col
            break
    cell = sheet.cell(row, column)
    told = [f"{one.code}: {one.sentence(language)}" for one in sorted(findings, key=lambda one: -LEVELS.index(one.level))]
    before = [cell.comment.text] if cell.comment else []
    text = ILLEGAL_CHARACTERS_RE.sub("", "\n".join([*before, *told]))
    cell.comment = Comment(text[:LONGEST], AUTHOR)
    gravest = max(findings, key=lambda one: LEVELS.index(one.level)).level
    if gravest in _COLOURS:
        cell.fill = PatternFill("solid", fgColor=_COLOURS[gravest])


def _write(sheet: Worksheet, grid: Grid) -> None:
    for row, cells in enumerate(grid.rows, 1):
        for column, cell in enumerate(cells, 1):
            if isinstance(cell, str) and cell:
                put(sheet, row, column, ILLEGAL_CHARACTERS_RE.sub("", cell), "@")
            elif isinstance(cell, float | int) and not isinstance(cell, bool):
                put(sheet, row, column, cell)
            elif cell not in ("", None):
                put(sheet, row, column, text_of(cell), "@")


def _title(name: str) -> str:
    """A name that a sheet may have."""
    return "".join("_" if sign in "\\/*?:[]" else sign for sign in name)[:31] or "1"
