"""What the import desk finds: a stable code for programs, a level, a sentence for people, and its place in the file."""

from dataclasses import dataclass, replace
from typing import Any

from xinya.kit.refusals import WHERE_COLUMN, WHERE_ROW, WHERE_ROW_COLUMN, WHERE_ROWS
from xinya.kit.text import say

FIX, NOTE, WARN, SKIP, ASK, BLOCK, REFUSE = "fix", "note", "warn", "skip", "ask", "block", "refuse"
LEVELS = (FIX, NOTE, WARN, SKIP, ASK, BLOCK, REFUSE)
WAITING = frozenset({ASK, BLOCK})
LONGEST_RAW = 80

_CODES = {
    FIX: "FULLWIDTH SPACE_ODD LINE_BREAK APOSTROPHE CODE_FORM UNIT_IN_CELL DATE_TEXT DATE_SERIAL EMPTY_WORD DITTO BOUND_KEPT",
    NOTE: "TITLE_ROWS HEADER_MERGED HEADER_MULTI HEADER_FOUND UNIT_ROW HIDDEN_SHEET HIDDEN_ROWS SECOND_TABLE COMMENT_KEPT "
    "FORMULA_VALUE FORMULA_TEXT DIVISION_UNKNOWN COLUMN_MARKED COLUMN_OPEN TOTAL_DIFFERS MACROS LINKS_OUT EMBEDDED "
    "TEMPLATE_DIFFERS OTHER_SHEET NO_CODE_COLUMN DAY_PROPOSED",
    WARN: "RANGE MERGED_ROWS SCALE_DISAGREES CODE_INNER CODE_OLD15 CODE_MISSING CODE_CLASS CODE_NOT_HELD RATIO_ODD NOT_RESTATED "
    "COLUMN_NOT_OWN NAME_KEPT",
    SKIP: "TOTAL_ROW HEADER_AGAIN DUP_ROW NOT_OWN",
    ASK: "CODE_LETTER DUP_CODE_NAME DUP_CONFLICT SWAPPED UNIT_SUSPECT DATE_AMBIGUOUS STRUCK NAME_NEAR RENAME COLUMN_TWICE "
    "ENCODING DELIMITER TWO_SHEETS",
    BLOCK: "CODE_CHECK CODE_NUMERIC DATE_IMPOSSIBLE DATE_FUTURE NEGATIVE CELL_ERROR FORMULA_NO_VALUE VALUE_UNREAD NAME_MISSING",
    REFUSE: "NO_TABLE NO_KEY HTML_TABLE PASSWORD TOO_BIG BROKEN",
}
LEVEL_OF = {code: level for level, codes in _CODES.items() for code in codes.split()}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said about a file, a row or a cell. rows from 1; column from 1; `field`: the key of the value concerned.

    proposal: what would be taken if the person says yes: a value of `field`, or None for giving the field up.
    """

    code: str
    message: str
    values: tuple[tuple[str, Any], ...] = ()
    sheet: str = ""
    rows: tuple[int, ...] = ()
    column: int | None = None
    label: str = ""
    raw: str = ""
    field: str = ""
    proposal: tuple[tuple[str, Any], ...] = ()

    @property
    def level(self) -> str:
        """fix, note, warn, skip, ask, block or refuse."""
        return LEVEL_OF[self.code]

    @property
    def is_waiting(self) -> bool:
        """Whether its rows wait for a person."""
        return self.level in WAITING

    @property
    def row(self) -> int | None:
        """The first row concerned."""
        return self.rows[0] if self.rows else None

    def sentence(self, language: str = "en") -> str:
        """Row, column, and what is wrong, in the reader's language."""
        shown = {"raw": short(self.raw), "label": self.label, "sheet": self.sheet} | dict(self.values)
        text = say(language, self.message, **shown)
        if self.rows and self.label:
            return say(language, WHERE_ROW_COLUMN, row=self.rows[0], column=self.label, sentence=text)
        if self.rows:
            return say(language, WHERE_ROW if len(self.rows) == 1 else WHERE_ROWS, row=span(self.rows), sentence=text)
        return say(language, WHERE_COLUMN, column=self.label, sentence=text) if self.label else text

    def as_object(self, language: str = "en") -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "code": self.code, "level": self.level, "sheet": self.sheet, "rows": list(self.rows), "column": self.column,
            "label": self.label, "field": self.field, "raw": short(self.raw), "message": self.sentence(language),
            "proposal": {key: plain(value) for key, value in self.proposal} or None,
        }  # fmt: skip

    def at(self, **places: Any) -> "Finding":
        """The same finding at another place."""
        return replace(self, **places)


def found(code: str, message: str, /, *, proposal: dict[str, Any] | None = None, **given: Any) -> Finding:
    """A finding; what is no field of it fills the placeholders of the sentence."""
    places = {key: given.pop(key) for key in ("sheet", "rows", "column", "label", "raw", "field") if key in given}
    return Finding(code, message, tuple(given.items()), proposal=tuple((proposal or {}).items()), **places)


def short(text: str) -> str:
    """A raw value short enough for a sentence; line breaks shown as one sign."""
    line = text.replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎").replace("\u2028", "⏎").replace("\u2029", "⏎")
    return line if len(line) <= LONGEST_RAW else f"{line[:LONGEST_RAW]}…"


def span(rows: tuple[int, ...]) -> str:
    """Rows for a sentence: 3; 3, 4; 2-13."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    shown = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}-{b}" for a, b in runs[:8]]
    return ", ".join(shown) + (", …" if len(runs) > 8 else "")


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
