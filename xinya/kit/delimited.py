"""Text tables (CSV): strict decoding without guessing, records by row, cells that no program runs as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from xinya.kit.refusals import Refused
from xinya.kit.sheet_scan import demand_extent
from xinya.kit.text import gettext_noop as _

DELIMITERS = (",", ";", "\t")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'", "＇")
_HAN_PAIR = re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff]")

UTF_16 = _("The text is UTF-16. Save it as “CSV UTF-8” or as xlsx.")
MIXED = _("The text mixes encodings: other rows are UTF-8, this one is not. Save it as “CSV UTF-8” or as xlsx.")
UNDECODABLE = _("The text is neither UTF-8 nor GB18030. Save it as “CSV UTF-8” or as xlsx.")
BINARY = _("The file holds bytes that no text has; it is not a table.")
BROKEN_RECORD = _("The quotes or the length of this record are wrong; the text cannot be read as a table.")


def decoded(content: bytes) -> str:
    """The text: strict UTF-8, with or without mark, else strict GB18030.

    Raises Refused undecodable-text for bytes of no encoding, not-a-table for text with bytes that no text has.
    """
    if content.startswith(_UTF_16_MARKS):
        raise Refused("undecodable-text", UTF_16)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        forbid_mixture(content)
        text = _gb18030(content)
    if "\0" in text:
        raise Refused("not-a-table", BINARY)
    return text


def _gb18030(content: bytes) -> str:
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise Refused("undecodable-text", UNDECODABLE, row=content.count(b"\n", 0, error.start) + 1) from error


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Record by record, as a spreadsheet counts rows: a line break inside quotes is part of its cell.

    Raises Refused not-a-table, too-many-rows, too-many-columns.
    """
    row = 0
    try:
        for row, record in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            while record and not record[-1].strip():
                record.pop()
            demand_extent(row, len(record))
            yield record
    except csv.Error as error:
        raise Refused("not-a-table", BROKEN_RECORD, row=row + 1) from error


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """CSV as every spreadsheet opens it: UTF-8 with mark, CRLF, all quoted. Texts must have passed `escaped`."""
    out = StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def escaped(text: str) -> str:
    """`text` with a leading apostrophe if a spreadsheet would run it as a formula, or if it begins with one itself; blanks before
    that do not count, since readers strip them.
    """
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) or text.lstrip().startswith(_RUN_BY_SPREADSHEETS) else text


def unescaped(text: str) -> str:
    """Exactly one leading apostrophe less: `unescaped(escaped(text)) == text` for every text."""
    return text.removeprefix("'")


def forbid_mixture(content: bytes) -> None:
    """GB18030 would read UTF-8 lines as other characters, so a text that is UTF-8 in part is refused by its odd row."""
    odd, mixed = None, content.startswith(b"\xef\xbb\xbf")
    for row, line in enumerate(content.splitlines(), 1):
        try:
            mixed = _HAN_PAIR.search(line.decode("utf-8")) is not None or mixed
        except UnicodeDecodeError:
            odd = odd or row
    if mixed:
        raise Refused("undecodable-text", MIXED, row=odd)
