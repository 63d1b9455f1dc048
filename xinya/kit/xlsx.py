"""Workbooks (xlsx) in and out: sheets of plain cells; every limit is checked before a library unpacks anything."""

import posixpath
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as inflate_error

from python_calamine import CalamineError, CalamineWorkbook

from xinya.kit.refusals import Refused, concerning
from xinya.kit.sheet_scan import Scan, elements, scan_sheet, text_lengths
from xinya.kit.text import gettext_noop as _

if TYPE_CHECKING:  # loading it takes longer than a short command runs, and reading does without
    from openpyxl.worksheet.worksheet import Worksheet

MAX_UNPACKED = 200 * 1024 * 1024
MAX_FOLD = 100
_CHUNK = 1 << 16
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr date1904="{{}}"/>'
    '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_RELATION = f'<Relationship Id="r{{}}" Type="{_LINKS}/{{}}" Target="{{}}"/>'
_PARTS = (("worksheet", "sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml"))

DAMAGED = _("The workbook is damaged and cannot be read. Open it in a spreadsheet program and save it again as xlsx.")
NOT_A_WORKBOOK = _("The file is not an Excel workbook. Open it in a spreadsheet program and save it as xlsx.")
UNPACKS_TOO_FAR = _("The workbook unpacks to more than %(megabytes)s MB or to more than %(fold)s times its size.")
LOCKED = _("The workbook is protected by a password. Remove the password and save it again.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it stands: rows[i][j] is the cell in row i + 1 and column j + 1, "" or missing when empty.

    A cell is text, float, bool, or a date, time or duration. `formulas` and `errors` hold places (row, column), both
    from 1: such cells look empty or carry a stored value in `rows`. `is_text`: a text table (CSV), every cell is text
    and may carry the apostrophe of `delimited.escaped`.
    """

    name: str
    rows: list[list[object]]
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    is_text: bool = False


def read_workbook(content: bytes) -> Iterator[Sheet]:
    """The visible sheets of an xlsx in order, one at a time; hidden ones are not opened, formulas and macros never run.

    Raises Refused: not-a-table, password, too-large-unpacked, too-many-rows, too-many-columns, too-many-cells, and
    formula-cell or error-cell for a sheet that is made of them.
    """
    parts = unpacked(content)
    book = next(iter(linked(parts, "", "/officeDocument").values()), "xl/workbook.xml")
    if book not in parts:
        raise Refused("not-a-table", NOT_A_WORKBOOK)
    shared = next(iter(linked(parts, book, "/sharedStrings").values()), "")
    styles = next(iter(linked(parts, book, "/styles").values()), "")
    lengths = text_lengths(parts[shared]) if shared in parts else []
    links = linked(parts, book, "/worksheet")
    shown = [(name, links[link]) for name, link in _visible(parts[book]) if link in links]
    for name, sheet in shown:
        with concerning(name) if len(shown) > 1 else nullcontext():
            opened = sheet_alone(name, [parts.get(part, b"") for part in (sheet, shared, styles)], lengths)
        yield opened


def put(sheet: "Worksheet", row: int, column: int, value: str | float | None, number_format: str = "General") -> None:
    """Write one cell, row and column from 1. A text stays a text, whatever it begins with; None leaves it empty."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = _ESCAPE_LOOKALIKE.sub("_x005F_", value)  # else a reader takes the text _x0041_ for the letter A
        cell.data_type = "s"
    else:
        cell.value = value
    cell.number_format = number_format


def unpacked(content: bytes) -> dict[str, bytes]:
    """The XML parts by lower-case path: sizes are judged from the zip directory first, then counted while inflating."""
    parts: dict[str, bytes] = {}
    left = min(MAX_UNPACKED, MAX_FOLD * len(content))
    too_far = Refused("too-large-unpacked", UNPACKS_TOO_FAR, status=413, megabytes=MAX_UNPACKED >> 20, fold=MAX_FOLD)
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > left:
                raise too_far
            for member in members:
                name = member.filename.replace("\\", "/").lstrip("/").lower()
                if name.endswith((".xml", ".rels")):
                    parts[name] = _inflated(archive, member, left, too_far)
                    left -= len(parts[name])
    except (BadZipFile, inflate_error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise Refused("not-a-table", DAMAGED) from error
    return parts


def _inflated(archive: ZipFile, member: ZipInfo, limit: int, too_far: Refused) -> bytes:
    if member.flag_bits & 1:
        raise Refused("password", LOCKED)
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadZipFile(member.filename)
    stated = member.file_size
    member.file_size = limit + _CHUNK  # the library would stop at the stated size, true or not
    pieces, size = [], 0
    with archive.open(member) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > limit:
                raise too_far
            pieces.append(piece)
    if size != stated:
        raise BadZipFile(member.filename)
    return b"".join(pieces)


def linked(parts: dict[str, bytes], part: str, kind: str) -> dict[str, str]:
    """Link name -> path of every part that `part` names with a link type ending in `kind`."""
    folder, name = posixpath.split(part)
    found: dict[str, str] = {}
    for attributes in elements(parts.get(posixpath.join(folder, "_rels", f"{name}.rels"), b""), "Relationship"):
        if attributes.get("Type", "").endswith(kind):
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = target.lstrip("/").lower()
    return found


def _visible(book: bytes) -> list[tuple[str, str]]:
    """Name and link of each sheet that is not hidden."""
    return [
        (attributes.get("name", ""), next((value for key, value in attributes.items() if key.endswith(":id")), ""))
        for attributes in elements(book, "sheet")
        if attributes.get("state", "visible") == "visible"
    ]


def sheet_alone(name: str, parts: list[bytes], lengths: list[int], *, is_1904: bool = False) -> Sheet:
    """One sheet read alone, from a workbook rebuilt around it, so that nothing unchecked reaches the reader.

    parts: sheet, shared texts, styles. is_1904: whether days are counted from 1904.
    """
    scan: Scan = scan_sheet(name, parts[0], lengths)
    package = BytesIO()
    with ZipFile(package, "w", ZIP_STORED) as archive:
        archive.writestr("_rels/.rels", _RELATIONS.format(_RELATION.format(1, "officeDocument", "xl/workbook.xml")))
        archive.writestr("xl/workbook.xml", _WORKBOOK.format(int(is_1904)))
        relations = [_RELATION.format(place, *part) for place, part in enumerate(_PARTS, 1) if parts[place - 1]]
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format("".join(relations)))
        for (_kind, path), part in zip(_PARTS, parts, strict=True):
            if part:
                archive.writestr(f"xl/{path}", part)
    package.seek(0)
    try:
        with CalamineWorkbook.from_filelike(package) as workbook:
            rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise Refused("not-a-table", DAMAGED) from error
    rows.extend([] for _row in range(scan.rows - len(rows)))  # the reader drops last rows of formulas without values
    return Sheet(name, cast(list[list[object]], rows), frozenset(scan.formulas), scan.errors)
