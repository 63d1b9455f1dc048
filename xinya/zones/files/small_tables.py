"""Small tables with a row of labels in either language, from CSV or xlsx: thresholds, divisions. No Django, no database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from xinya.kit import delimited
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.kit.xlsx import LOCKED, Sheet, read_workbook
from xinya.zones.files.cells import text_of

MAX_BYTES = 5 * 1024 * 1024
HEAD_ROWS = 10
NO_HEADS = _("The file “%(file)s” holds no table with these columns: %(columns)s.")
TOO_MANY = _("A table of this kind has at most %(rows)s rows and %(megabytes)s MB.")
NO_LINES = _("The table has a row of labels and nothing below it.")
NOT_A_DAY = _("“%(text)s” is no day. Write it as 2026-01-31.")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its number in the file, and the texts of its named cells; "" for an empty or absent one."""

    row: int
    cells: Mapping[str, str]


def read_lines(
    content: bytes, filename: str, heads: Mapping[str, Sequence[str]], needed: Sequence[str], *, most: int
) -> list[Line]:  # fmt: skip
    """The rows below the labels. heads: by field the labels it may have, in any language and case; needed: fields it must have.

    Raises Refused: too-large, heads-wrong, no-rows and those of kit/delimited.
    """
    if len(content) > MAX_BYTES:
        raise Refused("too-large", TOO_MANY, status=413, rows=most, megabytes=MAX_BYTES >> 20)
    sheet = _sheet(content, filename, heads, needed)
    places: dict[str, int] = {}
    start = 0
    for row in islice(sheet.rows, HEAD_ROWS):
        start += 1
        labels = [_label(cell) for cell in row]
        places = {field: labels.index(h) for field, names in heads.items() for h in map(_label, names) if h in labels}
        if set(needed) <= places.keys():
            break
    else:
        raise Refused("heads-wrong", NO_HEADS, file=filename, columns=_columns(heads, needed))
    lines = []
    for number, row in enumerate(sheet.rows[start:], start + 1):
        cells = {field: _text(row[at], sheet.is_text) if at < len(row) else "" for field, at in places.items()}
        if any(cells.values()):
            lines.append(Line(number, {field: cells.get(field, "") for field in heads}))
    if len(lines) > most:
        raise Refused("too-large", TOO_MANY, status=413, rows=most, megabytes=MAX_BYTES >> 20)
    if not lines:
        raise Refused("no-rows", NO_LINES, row=start)
    return lines


def write_lines(labels: Sequence[str], rows: Iterator[Sequence[str]], language: str) -> bytes:
    """CSV that `read_lines` reads again, its labels in one language; no cell begins a formula."""
    head = [say(language, label) for label in labels]
    return delimited.written([head, *([delimited.escaped(cell) for cell in row] for row in rows)])


def day_in(text: str) -> date | None:
    """A day as 2026-01-31, 2026/1/31, 2026.1.31 or 2026年1月31日; None for an empty text. Raises Refused not-a-day."""
    if not text:
        return None
    parts = text.replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-").removesuffix("日").split("-")
    try:
        if len(parts) == 3 and len(parts[0]) == 4 and all(p.isascii() and p.isdigit() for p in parts):
            return date(*map(int, parts))
    except ValueError:
        pass
    raise Refused("not-a-day", NOT_A_DAY, text=text[:40])


def _columns(heads: Mapping[str, Sequence[str]], needed: Sequence[str]) -> str:
    return "、".join(heads[field][0] for field in needed)


def _label(cell: object) -> str:
    return text_of(cell).casefold().replace(" ", "").replace("(", "（").replace(")", "）")


def _text(cell: object, is_escaped: bool) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = text_of(cell)
    return delimited.unescaped(text).strip() if is_escaped else text


def _sheet(content: bytes, filename: str, heads: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Sheet:
    if content.startswith(b"PK"):
        found = next(iter(read_workbook(content)), None)
        if found is None:
            raise Refused("heads-wrong", NO_HEADS, file=filename, columns=_columns(heads, needed))
        return found
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("password", LOCKED)
    text = delimited.decoded(content)
    delimiter = max(delimited.DELIMITERS, key=text.partition("\n")[0].count)
    return Sheet(filename, [list[object](row) for row in delimited.records(text, delimiter)], is_text=True)
