"""A sheet as the import desk sees it: cells by row, and what the file says about single cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Place = tuple[int, int]  # row and column, both from 1
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(frozen=True)
class Grid:
    """One sheet: rows[i][j] stands in row i + 1 and column j + 1; "" or missing is empty.

    A cell is text, float, int, bool, date, datetime, time or timedelta. `is_text`: a text table, whose texts may carry the
    apostrophe of an export. `without_value`: formulas whose result the file does not hold. `is_1904`: days count from 1904.
    """

    name: str
    rows: list[list[object]]
    is_text: bool = False
    is_hidden: bool = False
    is_1904: bool = False
    formulas: Mapping[Place, str] = field(default_factory=dict)
    without_value: frozenset[Place] = frozenset()
    errors: Mapping[Place, str] = field(default_factory=dict)
    comments: Mapping[Place, str] = field(default_factory=dict)
    struck: frozenset[Place] = frozenset()
    percents: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    merges: tuple[Area, ...] = ()

    @cached_property
    def width(self) -> int:
        """Columns of the widest row."""
        return max(map(len, self.rows), default=0)

    @cached_property
    def marked(self) -> frozenset[Place]:
        """Cells of which the file says more than their value."""
        return frozenset({*self.formulas, *self.without_value, *self.errors, *self.comments, *self.struck})

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What its readers found in the whole sheet: a file is looked at first and compared later."""
        return {}

    @property
    def height(self) -> int:
        """Rows, blank ones too."""
        return len(self.rows)

    def at(self, row: int, column: int) -> object:
        """The cell itself, "" where there is none."""
        if not 1 <= row <= len(self.rows):
            return ""
        cells = self.rows[row - 1]
        cell = cells[column - 1] if column <= len(cells) else ""
        return "" if cell is None else cell

    @cached_property
    def _areas(self) -> dict[Place, Area]:
        cells: dict[Place, Area] = {}
        for area in self.merges:
            top, left, bottom, right = area
            for row in range(top, min(bottom, self.height) + 1):
                for column in range(left, min(right, self.width) + 1):
                    cells[row, column] = area
                if len(cells) > 500_000:
                    return cells
        return cells

    def area(self, row: int, column: int) -> Area | None:
        """The merged area a cell belongs to."""
        return self._areas.get((row, column)) if self.merges else None

    def spread(self, row: int, column: int) -> object:
        """The cell, or the first cell of the merged area it belongs to."""
        area = self._areas.get((row, column)) if self.merges else None
        return self.at(row, column) if area is None else self.at(area[0], area[1])

    def texts(self, row: int) -> list[str]:
        """The texts of a row, merged cells with the text of their first cell; "" where nothing stands. Not to be changed."""
        known = self._texts.get(row)
        if known is None:
            known = self._texts[row] = self._read_texts(row)
        return known

    @cached_property
    def _texts(self) -> dict[int, list[str]]:
        """Rows that were asked for as texts: finding the table asks for each of them several times."""
        return {}

    def _read_texts(self, row: int) -> list[str]:
        if self.merges:
            return [text_of(self.spread(row, column)) for column in range(1, self.width + 1)]
        return [text_of(cell) for cell in self.rows[row - 1]] if 1 <= row <= len(self.rows) else []

    def is_blank(self, row: int) -> bool:
        """Nothing in the row: no value, no mark of an error or a formula, no part of a merged cell with a value."""
        return next(self.filled(row), None) is None

    def filled(self, row: int) -> Iterator[int]:
        """The columns of a row that hold something, merged cells included."""
        has_marks = bool(self.errors or self.without_value)
        for column, text in enumerate(self.texts(row), 1):
            if text or (has_marks and ((row, column) in self.errors or (row, column) in self.without_value)):
                yield column


def text_of(cell: object) -> str:
    """The cell as text, stripped; a whole number without its point."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(cell, ".15g")
    return "" if cell is None else str(cell).strip()


def letter_of(column: int) -> str:
    """A, B, … Z, AA for columns from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
