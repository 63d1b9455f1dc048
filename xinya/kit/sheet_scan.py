"""One pass over a sheet's XML before its values are read: extent, formulas, error cells, nothing that could swell."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.parsers import expat

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

MAX_ROWS = 200_000
HEAD_ROWS = 10  # titles and heads above the rows that count
MAX_COLUMNS = 200
MAX_CELLS = 5_000_000  # the reader fills the whole rectangle, so two far corners would cost gigabytes
MAX_TEXT = 50_000_000  # characters; one long shared text can stand in many cells
MAX_FORMULAS = MAX_ERRORS = 100_000
MAX_ELEMENTS = 10_000  # sheets of a book, links of a part
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

UNREADABLE = _("A part of the workbook cannot be read. Open it in a spreadsheet program and save it again as xlsx.")
TOO_MANY_ROWS = _("The table has more than %(limit)s rows.")
TOO_MANY_COLUMNS = _("The table has more than %(limit)s columns.")
TOO_MANY_CELLS = _("The sheet “%(sheet)s” reaches over more than %(limit)s cells or characters; shorten it to the list.")
TOO_MANY_ERRORS = _("The sheet “%(sheet)s” has more than %(limit)s error cells; enter the values instead.")
TOO_MANY_FORMULAS = _("The sheet “%(sheet)s” has more than %(limit)s formula cells; paste the values instead.")


def elements(xml: bytes, wanted: str) -> list[dict[str, str]]:
    """Attributes of every element of that local name in a small part, in order. Raises Refused not-a-table."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == wanted:
            found.append(attributes)
        if len(found) > MAX_ELEMENTS:
            raise ValueError("too many elements")

    if xml:
        with safe_parser(start) as parser:
            parser.Parse(xml, True)
    return found


def text_lengths(xml: bytes) -> list[int]:
    """Characters of each shared text of a workbook, in order."""
    lengths: list[int] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            lengths.append(0)
        if len(lengths) > MAX_CELLS:
            raise ValueError("too many texts")

    def text(piece: str) -> None:
        if lengths:
            lengths[-1] += len(piece)

    with safe_parser(start, text=text) as parser:
        parser.Parse(xml, True)
    return lengths


@dataclass(slots=True)
class Scan:
    """What stands in a sheet, from its XML. `rows` and `columns` reach to the last filled cell, from 1."""

    sheet: str
    lengths: list[int]
    rows: int = 0
    columns: int = 0
    characters: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    _row: int = 0
    _column: int = 0
    _type: str | None = None
    _value: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            row = int(attributes.get("r", self._row + 1))
            if row <= self._row:
                raise ValueError("rows out of order")  # the reader takes the first and last cell for the extent
            self._row, self._column = row, 0
        elif tag == "c" and self._row:
            self._open(attributes)
        elif self._type is not None and tag in ("f", "v", "is"):
            self._fill(tag)

    def end(self, tag: str) -> None:
        if tag == "v" and self._value is not None:
            value, self._value = "".join(self._value).strip(), None
            if self._type == "s" and value:
                self.characters += self.lengths[int(value)]
            elif self._type == "e":
                self.errors[self._row, self._column] = value[:20]
                if len(self.errors) > MAX_ERRORS:
                    raise Refused("error-cell", TOO_MANY_ERRORS, row=self._row, sheet=self.sheet, limit=MAX_ERRORS)
        elif tag == "c":
            self._type = None
        if self.characters > MAX_TEXT:
            raise Refused("too-many-cells", TOO_MANY_CELLS, sheet=self.sheet, limit=MAX_TEXT)

    def text(self, piece: str) -> None:
        if self._value is not None:
            self._value.append(piece)

    def _open(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        column, row = self._column + 1, self._row
        if place is not None:
            row, column = place_of(place)
        if row != self._row or column <= self._column:
            raise ValueError("cells out of order")
        self._column, self._type = column, attributes.get("t", "n")

    def _fill(self, tag: str) -> None:
        if tag == "f":
            self.formulas.add((self._row, self._column))
            if len(self.formulas) > MAX_FORMULAS:
                raise Refused("formula-cell", TOO_MANY_FORMULAS, row=self._row, sheet=self.sheet, limit=MAX_FORMULAS)
        elif tag == "v":
            self._value = []
        self.rows, self.columns = self._row, max(self.columns, self._column)
        demand_extent(self.rows, self.columns)
        if self.rows * self.columns > MAX_CELLS:
            raise Refused("too-many-cells", TOO_MANY_CELLS, sheet=self.sheet, limit=MAX_CELLS)


def scan_sheet(name: str, xml: bytes, lengths: list[int]) -> Scan:
    """The scan of one sheet part. Raises Refused as `read_workbook` says."""
    scan = Scan(name, lengths)
    with safe_parser(scan.start, scan.end, scan.text) as parser:
        parser.Parse(xml, True)
    return scan


def demand_extent(rows: int, columns: int) -> None:
    """Raises Refused when a table is longer or wider than the product reads."""
    if rows > MAX_ROWS + HEAD_ROWS:
        raise Refused("too-many-rows", TOO_MANY_ROWS, limit=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise Refused("too-many-columns", TOO_MANY_COLUMNS, limit=MAX_COLUMNS)


def place_of(reference: str) -> tuple[int, int]:
    """Row and column, from 1, of a reference like C49. Raises ValueError."""
    match = _PLACE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    return int(match[2]), _number(match[1])


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@contextmanager
def safe_parser(
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> Iterator[expat.XMLParserType]:
    """A parser without document types, so without entities; local names only."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def forbid(*declaration: object) -> None:
        raise ValueError("document type")

    parser.StartDoctypeDeclHandler = forbid
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        yield parser
    except (expat.ExpatError, ValueError, IndexError, LookupError) as error:
        raise Refused("not-a-table", UNREADABLE) from error
