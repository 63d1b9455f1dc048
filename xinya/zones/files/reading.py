"""A company list from bytes: the whole list, or every finding by row and column; nothing in between."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from xinya.kit import delimited
from xinya.kit.refusals import Refused
from xinya.kit.sheet_scan import HEAD_ROWS, MAX_ROWS, TOO_MANY_ROWS
from xinya.kit.text import gettext_noop as _
from xinya.kit.xlsx import LOCKED, Sheet, read_workbook
from xinya.zones.files import cells
from xinya.zones.files.columns import Heads, demand_columns, find_heads
from xinya.zones.files.lines import MAX_FINDINGS, CompanyLine, ListRefused

MAX_BYTES = 20 * 1024 * 1024
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ERROR_TEXT = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!|GETTING_DATA|SPILL!|CALC!)")

EMPTY = _("The file “%(file)s” is empty, or all its sheets are empty or hidden.")
TOO_LARGE = _("The file “%(file)s” has more than %(megabytes)s MB.")
OLD_EXCEL = _("The file “%(file)s” is in the old Excel format (xls). Open it and save it as xlsx.")
WEB_PAGE = _("The file “%(file)s” is a web page or XML, whatever its name says. Open it and save it as xlsx.")
NO_TABLE = _("The file “%(file)s” holds no table: no comma, semicolon or tab parts its rows into columns.")
NO_ROWS = _("The table has a head row and no company below it.")
SEVERAL = _(
    "The sheets %(sheets)s of the file “%(file)s” each hold a company list. Put all companies on one sheet, or hide the others."
)
SURPLUS = _(
    "The row has more cells than the table has heads (%(heads)s): “%(text)s” would be lost. Put a value with the separator in "
    "it, such as 1,234, in quotes."
)
FORMULA = _("The cell holds a formula. Paste the values instead of the formulas.")
FORMULA_TEXT = _("“%(text)s” would run as a formula in a spreadsheet. Paste the value, or put an apostrophe before it.")
ERROR_CELL = _("The cell shows the error %(error)s. Enter the value or leave the cell empty.")
SHARES_WRONG = _("There must be as many shares as products: %(products)s, unknown ones left empty between two ;.")
TWICE_BY_CODE = _("The credit code %(uscc)s of “%(name)s” stands already in row %(first)s.")
TWICE_BY_NAME = _("The company “%(name)s” stands already in row %(first)s.")


def read_companies(content: bytes, filename: str) -> list[CompanyLine]:
    """All companies of an xlsx or CSV, in the order of the sheet.

    Raises ListRefused with all findings when cells are wrong, plain Refused when the file as a whole is.
    """
    sheet, heads = _table(content, filename)
    demand_columns(heads)
    lines: list[CompanyLine] = []
    findings: list[Refused] = []
    rows_by_code: dict[str, int] = {}
    rows_by_name: dict[str, int] = {}
    for row, raw, surplus in _rows_below(sheet, heads):
        if surplus is not None:  # what stands beyond the heads has moved all cells before it, too
            findings.append(surplus)
        else:
            values, wrong = _values(sheet, heads, row, raw)
            findings.extend(wrong)
            findings.extend(_listed_before(row, values, heads, rows_by_code, rows_by_name))
            if not wrong:
                lines.append(CompanyLine(row=row, segments_head=heads.labels.get("segments"), **values))
        if len(findings) >= MAX_FINDINGS:
            break
        if len(lines) > MAX_ROWS:
            raise Refused("too-many-rows", TOO_MANY_ROWS, limit=MAX_ROWS)
    if findings:
        raise ListRefused(findings)
    if not lines:
        raise Refused("no-rows", NO_ROWS, row=heads.row)
    return lines


def _table(content: bytes, filename: str) -> tuple[Sheet, Heads]:
    """The sheet with the list and its heads: the one with all columns and a row below, else the one with the most columns.

    Raises Refused several-lists for two sheets with a list: one of them would be lost.
    """
    best: tuple[Sheet, Heads] | None = None
    listed: list[str] = []
    for sheet in _sheets(content, filename):
        heads = find_heads(sheet.rows)
        is_list = not heads.missing and any(True for _row in _rows_below(sheet, heads))
        listed += [sheet.name] if is_list else []
        if best is None or (is_list and len(listed) == 1) or (not listed and len(heads.places) > len(best[1].places)):
            best = sheet, heads
    if len(listed) > 1:
        raise Refused("several-lists", SEVERAL, file=filename, sheets="、".join(f"“{name}”" for name in listed))
    if best is None or not any(any(row) for row in best[0].rows):
        raise Refused("empty-file", EMPTY, file=filename)
    return best


def _sheets(content: bytes, filename: str) -> Iterator[Sheet]:
    """By content, not by name: a workbook's visible sheets, or the one table of a text."""
    if len(content) > MAX_BYTES:
        raise Refused("too-large", TOO_LARGE, status=413, file=filename, megabytes=MAX_BYTES >> 20)
    if content.startswith(_ZIP):
        yield from read_workbook(content)
        return
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise Refused("password", LOCKED)
        raise Refused("not-a-table", OLD_EXCEL, file=filename)
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise Refused("not-a-table", WEB_PAGE, file=filename)
    text = delimited.decoded(content)
    if not text.strip():
        raise Refused("empty-file", EMPTY, file=filename)
    delimiter = _delimiter(text, filename)
    yield Sheet(filename, [list[object](record) for record in delimited.records(text, delimiter)], is_text=True)


def _delimiter(text: str, filename: str) -> str:
    """The sign under which the head row has the most known columns, else the one that parts every row the most."""

    def fit(delimiter: str) -> tuple[int, int]:
        first: list[list[str]] = []
        with suppress(Refused):  # told when the whole text is read
            first.extend(islice(delimited.records(text, delimiter), HEAD_ROWS))
        return len(find_heads(first).places), min(filter(None, map(len, first)), default=0)

    fits = {delimiter: fit(delimiter) for delimiter in delimited.DELIMITERS}
    best = max(fits, key=lambda delimiter: fits[delimiter])
    if fits[best] <= (0, 1):
        raise Refused("not-a-table", NO_TABLE, file=filename)
    return best


def _rows_below(sheet: Sheet, heads: Heads) -> Iterator[tuple[int, dict[str, object], Refused | None]]:
    """Row number, named cells, and what stands beyond the heads, of each row below them that is not blank.

    In a text table a cell beyond the last head is the end of a row that an unquoted delimiter has moved; in a workbook no cell
    moves another, and what stands beside the list is no part of it.
    """
    flagged = sheet.formulas | sheet.errors.keys()
    width = len(sheet.rows[heads.row - 1]) if sheet.is_text and heads.places else None
    for row, cells_of_row in enumerate(sheet.rows[heads.row :], heads.row + 1):
        raw = {field: cells_of_row[place] if place < len(cells_of_row) else "" for field, place in heads.places.items()}
        beyond = None
        if width is not None and len(cells_of_row) > width:
            texts = [text for cell in cells_of_row[width:] if (text := cells.text_of(cell))]
            beyond = Refused("cells-surplus", SURPLUS, row=row, heads=width, text=texts[0][:40]) if texts else None
        marked = ((row, place + 1) in flagged for place in heads.places.values())
        if beyond is not None or any(marked) or any(cells.text_of(cell) for cell in raw.values()):
            yield row, raw, beyond


def _values(sheet: Sheet, heads: Heads, row: int, raw: dict[str, object]) -> tuple[dict[str, Any], list[Refused]]:
    """What the cells of one row say, and what is wrong with the others, cell by cell in the order of the columns."""
    wrong: list[Refused] = []
    values: dict[str, Any] = {}
    for field, place in sorted(heads.places.items(), key=lambda item: item[1]):
        try:
            _demand_plain(sheet, (row, place + 1), raw[field])
            values[field] = _value(field, raw[field], sheet.is_text)
        except Refused as refusal:
            refusal.row, refusal.column = row, heads.labels[field]
            wrong.append(refusal)
    if not wrong and values.get("shares") and len(values["shares"]) != len(values["products"]):
        column = heads.labels["shares"]
        wrong.append(Refused("shares-wrong", SHARES_WRONG, row=row, column=column, products=len(values["products"])))
    return values, wrong


def _demand_plain(sheet: Sheet, place: tuple[int, int], cell: object) -> None:
    """Raises Refused formula-cell or error-cell, for text tables by what a spreadsheet would make of the text."""
    if place in sheet.formulas:
        raise Refused("formula-cell", FORMULA)
    if place in sheet.errors:
        raise Refused("error-cell", ERROR_CELL, error=sheet.errors[place])
    text = cells.text_of(cell)
    if _ERROR_TEXT.fullmatch(text):
        raise Refused("error-cell", ERROR_CELL, error=text)
    if not sheet.is_text:
        return
    if text.startswith(("=", "+", "-", "@")) and not cells.is_unknown(text) and not cells.is_number(text):
        raise Refused("formula-cell", FORMULA_TEXT, text=text[:40])


def _value(field: str, cell: object, is_escaped: bool) -> object:
    """The value of one field; a text table loses exactly the apostrophe that its writer put before each text."""
    plain: Callable[[str], str] = delimited.unescaped if is_escaped else str
    if field in ("products", "segments"):
        text = cells.text_of(cell)
        split = cells.split_products if field == "products" else cells.split_codes
        parts = () if cells.is_unknown(text) else split(text)
        return tuple(dict.fromkeys(piece for part in parts if (piece := plain(part).strip())))
    if isinstance(cell, str):
        cell = plain(cells.text_of(cell))
    read = _READERS.get(field)
    if read is not None:
        return read(cell)
    return None if cells.is_unknown(cells.line_of(cell)) else cells.line_of(cell)


_READERS: dict[str, Callable[[object], object]] = {
    "name": cells.name_in, "uscc": cells.credit_code_in, "revenue_fen": cells.revenue_fen_in, "above_scale": cells.yes_no_in,
    "anchor": cells.yes_no_in, "state": cells.state_in, "shares": cells.shares_in,
}  # fmt: skip


def _listed_before(
    row: int, values: dict[str, Any], heads: Heads, rows_by_code: dict[str, int], rows_by_name: dict[str, int]
) -> Iterator[Refused]:
    """At most one finding: the same code, else the same name, in an earlier row, be other cells of either wrong or not."""
    name, uscc = values.get("name", ""), values.get("uscc", "")
    first_by_code = rows_by_code.setdefault(uscc, row) if uscc else row
    first_by_name = rows_by_name.setdefault(cells.name_key(name), row) if name else row
    if first_by_code != row:
        place: dict[str, Any] = {"row": row, "column": heads.labels["uscc"]}
        yield Refused("company-twice", TWICE_BY_CODE, **place, uscc=uscc, name=name, first=first_by_code)
    elif first_by_name != row:
        place = {"row": row, "column": heads.labels["name"]}
        yield Refused("company-twice", TWICE_BY_NAME, **place, name=name, first=first_by_name)
