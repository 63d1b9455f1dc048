"""Text tables of names and numbers, row by row so that millions fit: heads in either language, every wrong cell named."""

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import Any

from xinya.kit.delimited import BROKEN_RECORD, DELIMITERS, UNDECODABLE, UTF_16, forbid_mixture
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

MAX_BYTES = 1_000_000_000
MAX_FINDINGS = 200
MAX_NAME = 200
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CHUNK = 1 << 20

TOO_LARGE = _("%(file)s is larger than %(megabytes)s MB.")
EMPTY = _("%(file)s is empty.")
NO_TABLE = _("%(file)s is not a table; it needs a head row and the columns %(columns)s.")
NO_COLUMN = _("The table has no column %(name)s; it needs %(columns)s.")
TWICE = _("The column %(name)s stands twice in the head row.")
NO_ROWS = _("The table has no rows under its head.")
NAME_MISSING = _("The cell is empty; it needs a name.")
NAME_TOO_LONG = _("The name has %(length)s characters; at most %(limit)s are allowed.")
NOT_A_NUMBER = _("“%(text)s” is no number.")
NUMBER_MISSING = _("The cell is empty; write 0 where nothing is meant, or leave the row out.")
NEGATIVE = _("The amount %(text)s is negative.")
NOT_POSITIVE = _("The number %(text)s must be above 0.")


class TableRefused(Refused):
    """A table with wrong cells: the first speaks, `findings` has up to 200 in the order of rows."""

    def __init__(self, findings: list[Refused]) -> None:
        first = findings[0]
        place: dict[str, Any] = {**first.values, "row": first.row, "column": first.column, "status": first.status}
        super().__init__(first.code, first.message, **place)
        self.findings = findings[:MAX_FINDINGS]


@dataclass(frozen=True)
class OpenTable:
    """A table about to be read. heads: as they stand; places: where each wanted column stands, None where it is missing.

    rows: (row from 1 as a spreadsheet counts, stripped cells as many as there are, blank rows passed over), to be read once.
    """

    heads: tuple[str, ...]
    places: Mapping[str, int | None]
    rows: Iterator[tuple[int, list[str]]]


def open_table(
    content: bytes,
    filename: str,
    columns: Mapping[str, Sequence[str]],
    *,
    optional: Sequence[str] = (),
    largest: int = MAX_BYTES,
    is_exact_first: bool = False,
) -> OpenTable:
    """columns: key -> heads that name it, any case; only `optional` ones may be missing. largest: bytes.
    is_exact_first: a head that is the key itself stands for it, and its other names are columns of their own beside it.

    Raises Refused: too-large, empty-file, undecodable-text, not-a-table, column-missing, column-twice; a row that is no record
    when it is reached.
    """
    if len(content) > largest:
        raise Refused("too-large", TOO_LARGE, status=413, file=filename, megabytes=largest // 1_000_000)
    if content.startswith(_UTF_16):
        raise Refused("undecodable-text", UTF_16)
    if not content.strip():
        raise Refused("empty-file", EMPTY, file=filename)
    if b"\0" in content[:_CHUNK]:
        raise Refused("not-a-table", NO_TABLE, file=filename, columns=", ".join(columns))
    text = TextIOWrapper(BytesIO(content), encoding=_encoding(content), newline="")
    first = content[:_CHUNK].split(b"\n", 1)[0]
    delimiter = max(DELIMITERS, key=lambda d: first.count(d.encode()))
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        head = next(reader, None)
    except csv.Error as error:
        raise Refused("not-a-table", BROKEN_RECORD, row=1) from error
    if head is None:  # nothing but a byte order mark
        raise Refused("empty-file", EMPTY, file=filename)
    heads = tuple(cell.strip().lstrip("\ufeff") for cell in head)
    return OpenTable(heads, _places(head, columns, optional, filename, is_exact_first=is_exact_first), _records(reader))


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    row = 1
    try:
        for row, record in enumerate(reader, 2):
            cells = [cell.strip() for cell in record]
            if any(cells):
                yield row, cells
    except csv.Error as error:
        raise Refused("not-a-table", BROKEN_RECORD, row=row + 1) from error


def rows_of(
    content: bytes, filename: str, columns: Mapping[str, Sequence[str]], *, optional: Sequence[str] = ()
) -> Iterator[tuple[int, list[str]]]:
    """(row, cells in the order of `columns`) of an `open_table`. Cells that the table or the row does not have are ""."""
    table = open_table(content, filename, columns, optional=optional)
    order = list(table.places.values())
    for row, record in table.rows:
        yield row, ["" if at is None or at >= len(record) else record[at] for at in order]


def _encoding(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            for _piece in TextIOWrapper(BytesIO(content), encoding=encoding, newline=""):
                pass
        except UnicodeDecodeError:
            if encoding != "gb18030":
                forbid_mixture(content)
            continue
        return encoding
    raise Refused("undecodable-text", UNDECODABLE)


def _places(
    head: list[str], columns: Mapping[str, Sequence[str]], optional: Sequence[str], filename: str, *, is_exact_first: bool
) -> dict[str, int | None]:
    plain = [cell.strip().lstrip("\ufeff").casefold() for cell in head]
    places: dict[str, int | None] = {}
    for key, heads in columns.items():
        wanted = {key.casefold(), *(h.casefold() for h in heads)}
        exact = [i for i, cell in enumerate(plain) if cell == key.casefold()]
        found = exact if exact and is_exact_first else [i for i, cell in enumerate(plain) if cell in wanted]
        if len(found) > 1:
            raise Refused("column-twice", TWICE, row=1, name=key)
        if not found and key not in optional:
            if not any(cell in {c.casefold() for hs in columns.values() for c in hs} | set(columns) for cell in plain):
                raise Refused("not-a-table", NO_TABLE, file=filename, columns=", ".join(columns))
            raise Refused("column-missing", NO_COLUMN, row=1, name=key, columns=", ".join(columns))
        places[key] = found[0] if found else None
    return places


class Reading:
    """Collects wrong cells while a table is read, so that all of them are told at once."""

    def __init__(self) -> None:
        self.findings: list[Refused] = []

    def name(self, row: int, column: str, text: str) -> str:
        """A name of 1 to 200 characters."""
        if not text:
            self.findings.append(Refused("name-missing", NAME_MISSING, row=row, column=column))
        elif len(text) > MAX_NAME:
            self.findings.append(Refused("name-too-long", NAME_TOO_LONG, row=row, column=column, length=len(text), limit=MAX_NAME))
        return text

    def amount(self, row: int, column: str, text: str) -> float:
        """A finite number from 0 upwards; never guessed from an empty cell."""
        return self._number(row, column, text, lambda number: number >= 0, "negative", NEGATIVE)

    def positive(self, row: int, column: str, text: str) -> float:
        """A finite number above 0."""
        return self._number(row, column, text, lambda number: number > 0, "not-positive", NOT_POSITIVE)

    def _number(self, row: int, column: str, text: str, holds: Callable[[float], bool], code: str, message: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number) and "_" not in text:
            if holds(number):
                return number
            self.findings.append(Refused(code, message, row=row, column=column, text=text[:40]))
        elif not text:
            self.findings.append(Refused("number-missing", NUMBER_MISSING, row=row, column=column))
        else:
            self.findings.append(Refused("not-a-number", NOT_A_NUMBER, row=row, column=column, text=text[:40]))
        return 0.0

    def wrong(self, code: str, message: str, /, *, row: int, column: str | None = None, **values: Any) -> None:
        """One more wrong cell."""
        self.findings.append(Refused(code, message, row=row, column=column, **values))

    @property
    def is_full(self) -> bool:
        return len(self.findings) >= MAX_FINDINGS

    def demand(self, count: int) -> None:
        """Refuse when a cell was wrong or no row was read."""
        if self.findings:
            raise TableRefused(self.findings)
        if not count:
            raise Refused("no-rows", NO_ROWS, row=1)
