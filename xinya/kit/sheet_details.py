"""What a sheet says beside its values: formulas, merged cells, hidden rows, per cent formats, strike-through, comments."""

import re
from dataclasses import dataclass, field

from xinya.kit.sheet_scan import MAX_COLUMNS, MAX_ROWS, place_of, safe_parser

Place = tuple[int, int]  # row and column, both from 1
Area = tuple[int, int, int, int]  # first row, first column, last row, last column

MAX_MERGES = 50_000
MAX_MARKED = 500_000  # cells of one kind of mark
_PERCENT_FORMATS = frozenset({"9", "10"})
_QUOTED = re.compile(r'"[^"]*"|\\.')
_WORTH_A_LOOK = re.compile(rb"<(?:\w+:)?(?:f[ />]|mergeCell[ />])|[ \t\r\n]hidden[ ]*=")


@dataclass(slots=True)
class Details:
    """Marks of one sheet. `without_value`: formulas whose result the file does not hold."""

    formulas: dict[Place, str] = field(default_factory=dict)
    without_value: set[Place] = field(default_factory=set)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    percents: set[Place] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Styles:
    """Places in the list of cell formats that show per cent, and that strike their text through."""

    percents: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()


def styles_in(xml: bytes) -> Styles:
    """Raises Refused not-a-table when the part cannot be read."""
    codes: dict[str, str] = {}
    struck_fonts: set[int] = set()
    formats: list[tuple[str, int]] = []
    path: list[str] = []
    fonts = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal fonts
        path.append(tag)
        parent = path[-2] if len(path) > 1 else ""
        if tag == "numFmt" and parent == "numFmts":
            codes[attributes.get("numFmtId", "")] = _QUOTED.sub("", attributes.get("formatCode", ""))
        elif tag == "font" and parent == "fonts":
            fonts += 1
        elif tag in ("strike", "dstrike") and parent == "font" and attributes.get("val", "1") not in ("0", "false"):
            struck_fonts.add(fonts - 1)
        elif tag == "xf" and parent == "cellXfs":
            formats.append((attributes.get("numFmtId", "0"), int(attributes.get("fontId", "0"))))

    if xml:
        with safe_parser(start, lambda _tag: path.pop()) as parser:
            parser.Parse(xml, True)
    return Styles(
        frozenset(str(n) for n, (code, _f) in enumerate(formats) if code in _PERCENT_FORMATS or "%" in codes.get(code, "")),
        frozenset(str(n) for n, (_code, font) in enumerate(formats) if font in struck_fonts),
    )


def is_worth_a_look(xml: bytes, styles: Styles) -> bool:
    """Whether the second pass finds anything: judged by the bytes of the sheet, before anything is parsed."""
    return bool(styles.percents or styles.struck) or _WORTH_A_LOOK.search(xml) is not None


@dataclass(slots=True)
class _Pass:
    styles: Styles
    found: Details = field(default_factory=Details)
    row: int = 0
    column: int = 0
    formula: list[str] | None = None
    has_formula: bool = False
    has_value: bool = False
    inside_value: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            if attributes.get("hidden", "0") in ("1", "true"):
                self.found.hidden_rows.add(self.row)
        elif tag == "c":
            place = attributes.get("r")
            self.column = self.column + 1 if place is None else place_of(place)[1]
            self.has_formula = self.has_value = False
            style = attributes.get("s", "")
            if style in self.styles.percents and len(self.found.percents) < MAX_MARKED:
                self.found.percents.add((self.row, self.column))
            if style in self.styles.struck and len(self.found.struck) < MAX_MARKED:
                self.found.struck.add((self.row, self.column))
        elif tag == "f":
            self.formula, self.has_formula = [], True
        elif tag == "v":
            self.inside_value = True
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, piece: str) -> None:
        if self.formula is not None:
            self.formula.append(piece)
        elif self.inside_value and piece.strip():
            self.has_value = True

    def end(self, tag: str) -> None:
        if tag == "f" and self.formula is not None:
            self.found.formulas[self.row, self.column] = "=" + "".join(self.formula)[:500]
            self.formula = None
        elif tag == "v":
            self.inside_value = False
        elif tag == "c" and self.has_formula and not self.has_value:
            self.found.without_value.add((self.row, self.column))

    def _merge(self, reference: str) -> None:
        first, _colon, last = reference.partition(":")
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
        if len(self.found.merges) >= MAX_MERGES:
            raise ValueError("too many merged cells")
        if top <= bottom and left <= right and (bottom, right) > (top, left):
            self.found.merges.append((top, left, min(bottom, MAX_ROWS), min(right, MAX_COLUMNS)))


def details_in(xml: bytes, styles: Styles) -> Details:
    """One pass over a sheet part that `scan_sheet` has accepted. Raises Refused not-a-table."""
    run = _Pass(styles)
    if is_worth_a_look(xml, styles):
        with safe_parser(run.start, run.end, run.text) as parser:
            parser.Parse(xml, True)
    return run.found


def comments_in(xml: bytes) -> dict[Place, str]:
    """The comments of a comments part by the cell they stand at. Raises Refused not-a-table."""
    found: dict[Place, list[str]] = {}
    here: list[str] | None = None
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal here, inside
        if tag == "comment":
            here = found.setdefault(place_of(attributes.get("ref", "")), [])
        inside = tag == "t"
        if len(found) > MAX_MARKED:
            raise ValueError("too many comments")

    def end(_tag: str) -> None:
        nonlocal inside
        inside = False

    def text(piece: str) -> None:
        if inside and here is not None:
            here.append(piece)

    with safe_parser(start, end, text) as parser:
        parser.Parse(xml, True)
    return {place: "".join(pieces).strip() for place, pieces in found.items() if "".join(pieces).strip()}
