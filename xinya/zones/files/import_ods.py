"""OpenDocument sheets before they are opened: passwords, declared repetitions, document types; and which cells show per cent."""

from xinya.kit.refusals import Refused
from xinya.kit.sheet_scan import MAX_CELLS, MAX_TEXT, TOO_MANY_CELLS, demand_extent, safe_parser
from xinya.kit.xlsx import LOCKED, NOT_A_WORKBOOK, unpacked

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"


class _Pass:
    """Counts what a sheet unfolds to: a cell or a row may say that it stands there a million times."""

    def __init__(self) -> None:
        self.sheet = ""
        self.row = self.column = self.cells = self.characters = 0
        self.rows_here = self.columns_here = 1
        self.last_filled = 0
        self.pending = 0
        self.is_filled = False
        self.percents: dict[str, set[tuple[int, int]]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        told = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if tag == "table":
            self.sheet, self.row, self.pending = told.get("name", ""), 0, 0
            self.percents.setdefault(self.sheet, set())
        elif tag == "table-row":
            self.rows_here = _count(told.get("number-rows-repeated"))
            self.column = self.last_filled = 0
        elif tag in ("table-cell", "covered-table-cell"):
            self.columns_here = _count(told.get("number-columns-repeated"))
            if told.get("value-type") or told.get("formula"):
                self._fill(told.get("value-type") == "percentage")
            self.column += self.columns_here

    def end(self, tag: str) -> None:
        if tag == "table-row":
            if self.last_filled:
                self.row += self.pending + self.rows_here
                self.pending = 0
                self.cells += self.rows_here * self.last_filled
                demand_extent(self.row, self.last_filled)
                if self.cells > MAX_CELLS:
                    raise Refused("too-many-cells", TOO_MANY_CELLS, sheet=self.sheet, limit=MAX_CELLS)
            else:
                self.pending += self.rows_here

    def text(self, piece: str) -> None:
        self.characters += len(piece) * self.columns_here * self.rows_here
        if self.characters > MAX_TEXT:
            raise Refused("too-many-cells", TOO_MANY_CELLS, sheet=self.sheet, limit=MAX_TEXT)

    def _fill(self, is_percent: bool) -> None:
        self.last_filled = self.column + self.columns_here
        demand_extent(1, self.last_filled)
        if is_percent:
            row = self.row + self.pending + 1
            self.percents[self.sheet] |= {(row, self.column + 1 + more) for more in range(self.columns_here)}


def _count(repeated: str | None) -> int:
    number = int(repeated or 1)
    if number < 1:
        raise ValueError("repeated less than once")
    return number


def demand_harmless(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """The cells that show per cent, by sheet. Raises Refused: password, too-many-…, not-a-table."""
    parts = unpacked(content)
    manifest, body = parts.get("meta-inf/manifest.xml", b""), parts.get("content.xml")
    if b"encryption-data" in manifest:
        raise Refused("password", LOCKED)
    if body is None:
        raise Refused("not-a-table", NOT_A_WORKBOOK)
    run = _Pass()
    with safe_parser(run.start, run.end, run.text) as parser:
        parser.Parse(body, True)
    return {sheet: frozenset(places) for sheet, places in run.percents.items()}


def is_ods(content: bytes) -> bool:
    """By the type that stands first in the package, or by its content part."""
    return content[30:200].startswith(b"mimetype" + MIMETYPE) or (b"content.xml" in content and b"xl/workbook.xml" not in content)
