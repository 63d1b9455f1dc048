"""Text tables for the import desk: strict decoding without a guesser, and the delimiter that most records agree on."""

import codecs
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice

from xinya.kit import delimited
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.imports.labels import SYNONYMS, read_label

DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 200
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"), (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"), (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)  # fmt: skip
KNOWN = {"UTF-8": "utf-8-sig", "GB18030": "gb18030", "UTF-16": "utf-16", "UTF-32": "utf-32", "Big5": "big5hkscs"}

ENCODING = _(
    "The text is in no one encoding: from line %(row)s on it is not what the lines before it are. "
    "As UTF-8 the line reads “%(utf8)s”, as GB18030 “%(gb18030)s”. Say which encoding it is, or save it again as xlsx."
)
NUL = _("The file holds bytes that no text has; it is not a table.")
DELIMITER = _("Several signs part the rows equally well: %(signs)s. Say which one parts the columns.")
NO_TABLE = _("No table was found: no comma, semicolon, tab or | parts the rows into columns.")


def decoded(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """(text, name of its encoding): byte-order mark, else strict UTF-8, else strict GB18030; `encoding` is a person's answer.

    Raises Refused encoding, broken.
    """
    if encoding is not None:
        try:
            return _without_nul(content.decode(KNOWN[encoding])), encoding
        except (UnicodeDecodeError, UnicodeError) as error:
            raise _ask(content) from error
    for mark, codec, name in _WIDE_MARKS:
        if content.startswith(mark):
            try:
                return _without_nul(content.decode(codec)), name
            except UnicodeError as error:
                raise Refused("broken", NUL) from error
    if b"\0" in content:
        raise Refused("broken", NUL)
    try:
        text = delimited.decoded(content)
    except Refused as refused:
        raise _ask(content, refused.row) from refused
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return text, "GB18030"
    return text, "UTF-8"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise Refused("broken", NUL)
    return text


def _ask(content: bytes, row: int | None = None) -> Refused:
    """The question, with the first line that UTF-8 cannot read, in both readings."""
    lines = content.splitlines()
    at = (row or 1) - 1
    if row is None:
        for place, line in enumerate(lines):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                at = place
                break
    line = lines[at][:80] if at < len(lines) else b""
    asked = Refused("encoding", ENCODING, utf8=line.decode("utf-8", "replace"), gb18030=line.decode("gb18030", "replace"))
    asked.values["row"] = at + 1
    return asked


def delimiter_of(text: str) -> str:
    """The delimiter that gives most records the same number of columns; between equals, the one whose head is known.

    A text of one column has none: "" when its first lines hold a known label. Raises Refused no-table, delimiter.
    """
    fits: dict[str, tuple[int, float, int]] = {}
    for delimiter in DELIMITERS:
        records = _first(text, delimiter)
        counts = Counter(len(record) for record in records)
        counts.pop(0, None)
        if not counts:
            continue
        width, times = max(counts.items(), key=lambda item: (item[1], item[0]))
        share = times / sum(counts.values())
        if width > 1 and share > 0.5:
            fits[delimiter] = (_known(records), share, width)
    if not fits:
        if _known([[line] for line in text.splitlines()[:40]]):
            return ""
        raise Refused("no-table", NO_TABLE)
    best = max(fits.values())
    equal = [delimiter for delimiter, fit in fits.items() if fit[:2] == best[:2]]
    if len(equal) > 1:
        raise Refused("delimiter", DELIMITER, signs="  ".join("Tab" if sign == "\t" else sign for sign in equal))
    return equal[0]


def records_of(text: str, delimiter: str) -> list[list[object]]:
    """All records; without a delimiter each line is one cell. Raises Refused as `delimited.records`."""
    if delimiter == "":
        return [[line] for line in text.splitlines()]
    return [list[object](record) for record in delimited.records(text, delimiter)]


def _first(text: str, delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    with suppress(Refused):  # told when the whole text is read
        found.extend(islice(delimited.records(text, delimiter), LOOKED_AT))
    return found


def _known(records: Iterable[list[str]]) -> int:
    """The most known labels that one of the first records has."""
    return max(
        (sum(1 for cell in record if 0 < len(cell) <= 40 and read_label(cell).core in SYNONYMS) for record in islice(records, 40)),
        default=0,
    )
