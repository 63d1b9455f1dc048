"""Workbooks for the import desk: values by the fast reader, marks by a second pass where the bytes ask for one."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import cast
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from xinya.kit.refusals import Refused
from xinya.kit.sheet_details import comments_in, details_in, styles_in
from xinya.kit.sheet_scan import MAX_CELLS, MAX_COLUMNS, TOO_MANY_CELLS, demand_extent, elements, text_lengths
from xinya.kit.text import gettext_noop as _
from xinya.kit.xlsx import DAMAGED, LOCKED, NOT_A_WORKBOOK, linked, sheet_alone, unpacked
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.grid import Grid
from xinya.zones.files.import_ods import demand_harmless

MAX_SHEETS = 50

TOO_MANY_SHEETS = _("The workbook has %(count)s sheets; at most %(limit)s are read.")
MACROS = _("The workbook holds macros. They are not run, and nothing is taken from them.")
LINKS_OUT = _("The workbook refers to other files. They are not opened; the results stored in the cells are taken.")
EMBEDDED = _("The workbook holds embedded objects. They are not opened.")


def read_xlsx(content: bytes) -> tuple[list[Grid], list[Finding]]:
    """All sheets, hidden ones too, with their marks. Raises Refused as `read_workbook`, and too-many-sheets."""
    parts = unpacked(content)
    book = next(iter(linked(parts, "", "/officeDocument").values()), "xl/workbook.xml")
    if book not in parts:
        raise Refused("not-a-table", NOT_A_WORKBOOK)
    shared = next(iter(linked(parts, book, "/sharedStrings").values()), "")
    styles = next(iter(linked(parts, book, "/styles").values()), "")
    lengths = text_lengths(parts[shared]) if shared in parts else []
    marks = styles_in(parts.get(styles, b""))
    is_1904 = any(one.get("date1904", "0") in ("1", "true", "on") for one in elements(parts[book], "workbookPr"))
    links = linked(parts, book, "/worksheet")
    sheets = elements(parts[book], "sheet")
    if len(sheets) > MAX_SHEETS:
        raise Refused("too-many-sheets", TOO_MANY_SHEETS, count=len(sheets), limit=MAX_SHEETS)
    grids = []
    for attributes in sheets:
        path = links.get(next((value for key, value in attributes.items() if key.endswith(":id")), ""), "")
        if path not in parts:
            continue
        name, is_hidden = attributes.get("name", ""), attributes.get("state", "visible") != "visible"
        sheet = sheet_alone(name, [parts[path], parts.get(shared, b""), parts.get(styles, b"")], lengths, is_1904=is_1904)
        details = details_in(parts[path], marks)
        grids.append(
            Grid(
                name, sheet.rows, is_hidden=is_hidden, is_1904=is_1904, formulas=details.formulas,
                without_value=frozenset(details.without_value), errors=sheet.errors, comments=_comments(parts, path),
                struck=frozenset(details.struck), percents=frozenset(details.percents),
                hidden_rows=frozenset(details.hidden_rows), merges=tuple(details.merges),
            )
        )  # fmt: skip
    return grids, _said(content)


def _comments(parts: Mapping[str, bytes], sheet: str) -> dict[tuple[int, int], str]:
    found_at: dict[tuple[int, int], str] = {}
    for path in linked(dict(parts), sheet, "/comments").values():
        found_at |= comments_in(parts[path]) if path in parts else {}
    return found_at


def _said(content: bytes) -> list[Finding]:
    """What the package holds beside its sheets: told, never followed."""
    with ZipFile(BytesIO(content)) as archive:
        names = [name.lower() for name in archive.namelist()]
    said = []
    for code, message, pattern in (
        ("MACROS", MACROS, r"vbaproject|/macrosheets/"), ("LINKS_OUT", LINKS_OUT, r"/externallinks/externallink"),
        ("EMBEDDED", EMBEDDED, r"/embeddings/|/activex/"),
    ):  # fmt: skip
        if any(re.search(pattern, name) for name in names):
            said.append(found(code, message))
    return said


def read_other(content: bytes) -> tuple[list[Grid], list[Finding]]:
    """xls and ods by the fast reader; it tells merged cells and hidden sheets. Raises Refused."""
    is_ods = content.startswith(b"PK")
    marks = demand_harmless(content) if is_ods else {}
    grids = []
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            if len(book.sheets_metadata) > MAX_SHEETS:
                raise Refused("too-many-sheets", TOO_MANY_SHEETS, count=len(book.sheets_metadata), limit=MAX_SHEETS)
            for place, about in enumerate(book.sheets_metadata):
                sheet = book.get_sheet_by_index(place)
                height, width = sheet.total_height, sheet.total_width
                demand_extent(height, width)
                if height * width > MAX_CELLS:
                    raise Refused("too-many-cells", TOO_MANY_CELLS, sheet=about.name, limit=MAX_CELLS)
                rows = cast(list[list[object]], sheet.to_python(skip_empty_area=False))
                merges = tuple(
                    (top + 1, left + 1, bottom + 1, min(right + 1, MAX_COLUMNS))
                    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
                )
                percents = marks.get(about.name, frozenset())
                grids.append(
                    Grid(about.name, rows, is_hidden=about.visible != SheetVisibleEnum.Visible, merges=merges, percents=percents)
                )
    except PasswordError as error:
        raise Refused("password", LOCKED) from error
    except (CalamineError, ValueError, OverflowError, OSError, BadZipFile) as error:
        if re.search("password|encrypt", str(error), re.IGNORECASE):
            raise Refused("password", LOCKED) from error
        raise Refused("not-a-table", DAMAGED) from error
    return grids, []
