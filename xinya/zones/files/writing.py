"""Company lists out: CSV, workbook, and the template that an officer fills in."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from xinya.kit.delimited import escaped, written
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.kit.xlsx import put
from xinya.zones.files.cells import FEN_PER_10K_YUAN
from xinya.zones.files.columns import COLUMNS
from xinya.zones.files.lines import CompanyLine

if TYPE_CHECKING:  # loading it takes longer than a short command runs: only what writes a workbook does so
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
TEMPLATE_ROWS = 5_000
TEXT, GENERAL = "@", "General"
YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}
STATE_WORDS = {
    "zh": {"planned": "规划", "building": "在建", "producing": "投产"},
    "en": {"planned": "planned", "building": "building", "producing": "producing"},
}
EXAMPLE = CompanyLine(
    row=2, name="示例（虚构）叶片有限公司 / Example (invented) Blades Ltd", uscc="91000000EXAMPLE03X",
    products=("涡轮叶片（单晶、定向）", "机匣"), revenue_fen=12_345_600_000, above_scale=True,
    group="示例集团 / Example Group",
)  # fmt: skip

LIST_TITLE = _("Companies")
NOTES_TITLE = _("Notes")
NOTES_HEADS = (_("Column"), _("Required column"), _("What to enter"))
NOTES_RULES = (
    _("Enter one company a row on the first sheet. Rows may stand in any order; further columns are ignored."),
    _("The list is taken as a whole or not at all; every wrong cell is named by row and column."),
    _("Values only: formulas are refused. An empty cell means unknown, not zero and not no."),
)
EXAMPLE_TITLE = _("Example (an invented company; this sheet is not read):")


def write_csv(lines: Iterable[CompanyLine], language: str = "zh") -> bytes:
    """UTF-8 with mark, all quoted; no cell begins a formula, and `read_companies` gives the same lines again."""
    heads = [column.head(language) for column in COLUMNS]
    return written([heads, *([str(cell) for cell in _cells(line, language, escape=True)] for line in lines)])


def write_xlsx(lines: Iterable[CompanyLine], language: str = "zh") -> bytes:
    """One sheet with the columns of the template; texts are text cells, whatever they begin with."""
    book, sheet = _new_book(language)
    for row, line in enumerate(lines, 2):
        for place, cell in enumerate(_cells(line, language, escape=False), 1):
            if cell != "":
                put(sheet, row, place, cell, TEXT if isinstance(cell, str) else GENERAL)
    return _saved(book)


def template(language: str = "zh") -> bytes:
    """An empty list to fill in ("zh" or "en"), with drop-downs, and a second sheet that explains every column."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book, sheet = _new_book(language)
    for field, words in (
        ("above_scale", YES_NO[language]),
        ("anchor", YES_NO[language]),
        ("state", tuple(STATE_WORDS[language].values())),
    ):
        letter = get_column_letter([column.field for column in COLUMNS].index(field) + 1)
        choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True)
        choice.add(f"{letter}2:{letter}{TEMPLATE_ROWS + 1}")
        sheet.add_data_validation(choice)
    _write_notes(book.create_sheet(say(language, NOTES_TITLE)), language)
    return _saved(book)


def _write_notes(sheet: "Worksheet", language: str) -> None:
    from openpyxl.styles import Font

    for place, head in enumerate(NOTES_HEADS, 1):
        put(sheet, 1, place, say(language, head))
        sheet.cell(1, place).font = Font(bold=True)
    for row, column in enumerate(COLUMNS, 2):
        put(sheet, row, 1, column.head(language))
        put(sheet, row, 2, YES_NO[language][0 if column.required else 1])
        put(sheet, row, 3, say(language, column.explained))
    below = len(COLUMNS) + 3
    for row, rule in enumerate(NOTES_RULES, below):
        put(sheet, row, 1, say(language, rule))
    row = below + len(NOTES_RULES) + 1
    put(sheet, row, 1, say(language, EXAMPLE_TITLE))
    sheet.cell(row, 1).font = Font(bold=True)
    for place, (column, cell) in enumerate(zip(COLUMNS, _cells(EXAMPLE, language, escape=False), strict=True), 1):
        put(sheet, row + 1, place, column.head(language))
        put(sheet, row + 2, place, cell, TEXT if isinstance(cell, str) else GENERAL)
    for letter, width in (("A", 26), ("B", 22), ("C", 60)):
        sheet.column_dimensions[letter].width = width


def _new_book(language: str) -> "tuple[Workbook, Worksheet]":
    """A workbook whose first sheet has the head row; its columns but revenue are text before anyone enters anything."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = say(language, LIST_TITLE)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(COLUMNS, 1):
        put(sheet, 1, place, column.head(language))
        sheet.cell(1, place).font = Font(bold=True)
        sheet.cell(1, place).alignment = Alignment(wrap_text=True, vertical="top")
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = 34 if column.field in ("name", "products") else 20
        dimension.number_format = GENERAL if column.field == "revenue_fen" else TEXT
    return book, sheet


def _saved(book: "Workbook") -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(line: CompanyLine, language: str, *, escape: bool) -> list[str | float | int]:
    """The cells of one company in the order of the template; list items are escaped one by one."""

    def text(value: str | None) -> str:
        return escaped(value or "") if escape else value or ""

    def yes_no(value: bool | None) -> str:
        return "" if value is None else YES_NO[language][0 if value else 1]

    return [
        text(line.name),
        line.uscc or "",
        "；".join(map(text, line.products)),
        _amount(line.revenue_fen, as_text=escape),
        yes_no(line.above_scale),
        yes_no(line.anchor),
        text(line.group),
        "" if line.state is None else STATE_WORDS[language][line.state],
        ";".join(map(text, line.segments)),
        ";".join("" if share is None else f"{share / 100:g}" for share in line.shares),
        text(line.region),
        text(line.standing),
    ]


def _amount(fen: int | None, *, as_text: bool) -> str | float | int:
    """Units of 10,000 yuan: a number where a spreadsheet keeps every digit, else text."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, FEN_PER_10K_YUAN)
    text = f"{whole}.{rest:06d}".rstrip("0").rstrip(".") if rest else str(whole)
    if as_text or len(text.replace(".", "").lstrip("0")) > EXACT_DIGITS:
        return text
    return float(Decimal(text)) if rest else whole
