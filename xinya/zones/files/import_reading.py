"""A file for the import desk: by its content and never by its name; every refusal has its reason, and nothing is guessed."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.imports.desk import ASKED, REFUSED, Given, Result, examine, look
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.grid import Grid
from xinya.zones.files.import_ods import is_ods
from xinya.zones.files.import_text import decoded, delimiter_of, records_of
from xinya.zones.files.import_workbooks import read_other, read_xlsx

MAX_BYTES = 20 * 1024 * 1024
_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_REASONS = {
    "password": "PASSWORD", "too-large": "TOO_BIG", "too-large-unpacked": "TOO_BIG", "too-many-rows": "TOO_BIG",
    "too-many-columns": "TOO_BIG", "too-many-cells": "TOO_BIG", "too-many-sheets": "TOO_BIG", "no-table": "NO_TABLE",
    "web-page": "HTML_TABLE", "encoding": "ENCODING", "delimiter": "DELIMITER",
}  # fmt: skip

EMPTY = _("The file is empty.")
TOO_LARGE = _("The file has more than %(megabytes)s MB.")
WEB_PAGE = _("The file is a web page, whatever its name says. Open it, and save it as xlsx.")


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a file, how a text was read, and what was said on the way."""

    grids: Sequence[Grid]
    findings: list[Finding] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""


Key = tuple[str, str, str | None, str | None]
KEPT_FROM, KEPT_TO = 100_000, 2_000_000
"""Bytes of files whose sheets are kept from the first look to the comparison, which the same process does as a rule."""


class _LookedAt:
    """The sheets of the one file that was looked at last, given out once."""

    def __init__(self) -> None:
        self._held: tuple[Key, Book] | None = None
        self._lock = Lock()

    def keep(self, key: Key, book: Book) -> None:
        """Hold these sheets in place of any others."""
        with self._lock:
            self._held = (key, book)

    def taken(self, key: Key) -> Book | None:
        """The sheets of this very file, read in this very way; they are held no longer."""
        with self._lock:
            if self._held is None or self._held[0] != key:
                return None
            book, self._held = self._held[1], None
            return book


_LOOKED_AT = _LookedAt()


def read_book(content: bytes, filename: str, *, encoding: str | None = None, delimiter: str | None = None) -> Book:
    """The sheets of xlsx, xlsm, xls, ods, or a text table. encoding, delimiter: a person's answers.

    Raises Refused with a code of `_REASONS`, or any other for a file that is broken.
    """
    if len(content) > MAX_BYTES:
        raise Refused("too-large", TOO_LARGE, status=413, megabytes=MAX_BYTES >> 20)
    if content.startswith(_ZIP):
        return Book(*(read_other(content) if is_ods(content) else read_xlsx(content)))
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            from xinya.kit.xlsx import LOCKED

            raise Refused("password", LOCKED)
        return Book(*read_other(content))
    if _is_markup(content):
        raise Refused("web-page", WEB_PAGE)
    if not content.strip():
        raise Refused("no-table", EMPTY)
    text, name = decoded(content, encoding)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        raise Refused("web-page", WEB_PAGE)
    if not text.strip("\ufeff \t\r\n"):
        raise Refused("no-table", EMPTY)
    sign = delimiter_of(text) if delimiter is None else delimiter
    return Book([Grid(filename, records_of(text, sign), is_text=True)], [], name, sign)


def check_file(content: bytes, filename: str, given: Given, *, encoding: str | None = None, delimiter: str | None = None) -> Result:
    """What an import of the file would come to. Ends in a result for every string of bytes, never in an exception."""
    return _result_of(examine, content, filename, given, encoding, delimiter)


def look_at_file(
    content: bytes, filename: str, given: Given, *, encoding: str | None = None, delimiter: str | None = None
) -> Result:
    """The table of the file and what its columns hold, before any row is read. Ends in a result as `check_file` does."""
    return _result_of(look, content, filename, given, encoding, delimiter)


def _result_of(
    asked: Callable[[Sequence[Grid], Given], Result], content: bytes, filename: str, given: Given, encoding: str | None,
    delimiter: str | None,
) -> Result:  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    key = (digest, filename, encoding, delimiter)
    try:
        book = _LOOKED_AT.taken(key) or read_book(content, filename, encoding=encoding, delimiter=delimiter)
        result = asked(book.grids, given)
    except Refused as refusal:
        return _refused(refusal)
    if asked is look and KEPT_FROM <= len(content) <= KEPT_TO:
        _LOOKED_AT.keep(key, book)
    result.findings[:0] = book.findings
    result.digest = digest
    result.encoding, result.delimiter = book.encoding, book.delimiter
    return result


def finding_of_refusal(refusal: Refused) -> Finding:
    """The reason of a refusal: its own sentence under the desk's code."""
    code = _REASONS.get(refusal.code, "BROKEN")
    finding = found(code, refusal.message).at(values=tuple(refusal.values.items()))
    if refusal.row is not None and "row" not in refusal.values:
        finding = replace(finding, rows=(refusal.row,))
    return finding


def _refused(refusal: Refused) -> Result:
    finding = finding_of_refusal(refusal)
    return Result(ASKED if finding.level == "ask" else REFUSED, [finding])


def _is_markup(content: bytes) -> bool:
    begin = content[:2_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return begin[:1] == b"<" or begin[:13].lower() == b"mime-version:" or b"\ncontent-type: multipart/related" in begin.lower()
