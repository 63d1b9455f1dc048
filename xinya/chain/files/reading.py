"""Chain packs from bytes: all that cannot be read is named by file and row, and the rest is read all the same."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .pack import HEADS, MEMBERS, Pack, Row

LARGEST_MEMBER = 20_000_000
DEEPEST_HEAD, LARGEST_NUMBER, LONGEST_HEAD_TEXT = 4, 10**15, 20_000
HEAD_FILE = "pack.toml"
KEPT = {"segments.csv": 3, "inputs.csv": 2, "sources.csv": 1}
NOT_THERE = _("There is no folder %(path)s.")
INCOMPLETE = _("The pack %(pack)s has no file %(file)s.")
TOO_LARGE = _("%(file)s is larger than 20 MB.")
TOML_WRONG = _("pack.toml cannot be read: %(reason)s.")
NOT_UTF_8 = _("%(file)s is not UTF-8 text (byte %(byte)s).")
COLUMNS_WRONG = _("%(file)s: the columns must be exactly as documented; look at %(missing)s.")
ROW_BROKEN = _("%(file)s has %(found)s cells in a row of %(wanted)s.")
TABLE_WRONG = _("%(file)s is not a CSV table: %(reason)s.")


@dataclass
class PackReading:
    """A pack as far as it could be read: what could not, the files of which not all was read, the rows that were mended.

    A row of too few or too many cells stands in `pack` with its first cells alone (`KEPT`): other rows keep their numbers, and find
    what they name.
    """

    pack: Pack
    refusals: list[Refused] = field(default_factory=list)
    partial: set[str] = field(default_factory=set)
    broken: set[tuple[str, int]] = field(default_factory=set)


def pack_from_folder(folder: Path) -> Pack:
    """Read a pack's folder. Raises Refused when a member is missing or cannot be read."""
    members, too_large = _members_of(folder)
    if too_large:
        raise too_large[0]
    return pack_from_members(members, folder.name)


def pack_from_members(members: Mapping[str, bytes], name: str = "") -> Pack:
    """Read a pack from the bytes of its four files. Raises Refused naming file, row and column."""
    reading = PackReading(Pack({}, (), (), (), name))
    for refusal in _read(reading, members):
        raise refusal
    return reading.pack


def read_folder(folder: Path) -> PackReading:
    """All of a pack's folder that can be read, and all that cannot. Raises Refused no-such-pack."""
    members, too_large = _members_of(folder)
    reading = PackReading(Pack({}, (), (), (), folder.name), too_large)
    reading.refusals = [*too_large, *_read(reading, members)]
    return reading


def _members_of(folder: Path) -> tuple[dict[str, bytes], list[Refused]]:
    if not folder.is_dir():
        raise Refused("no-such-pack", NOT_THERE, path=str(folder))
    members, too_large = {}, []
    for name in MEMBERS:
        path = folder / name
        if path.is_file():
            if path.stat().st_size > LARGEST_MEMBER:
                too_large.append(Refused("too-large", TOO_LARGE, file=name))
            else:
                members[name] = path.read_bytes()
    return members, too_large


def _read(reading: PackReading, members: Mapping[str, bytes]) -> Iterator[Refused]:
    """Read into `reading` and give what cannot be read, one by one: who stops at the first reads no further."""
    name, said = reading.pack.name, {refusal.values["file"] for refusal in reading.refusals}
    for wanted in MEMBERS:
        if wanted not in members:
            reading.partial.add(wanted)
            if wanted not in said:
                yield Refused("pack-incomplete", INCOMPLETE, pack=name, file=wanted)
    head: Mapping[str, Any] = {}
    if HEAD_FILE in members:
        try:
            head = _head(members[HEAD_FILE])
        except Refused as refusal:
            reading.partial.add(HEAD_FILE)
            yield refusal
    tables: dict[str, tuple[Row, ...]] = dict.fromkeys(HEADS, ())
    for file in HEADS:
        if file in members:
            rows: list[Row] = []
            yield from _rows(reading, members[file], file, rows)
            tables[file] = tuple(rows)
    reading.pack = Pack(head, tables["segments.csv"], tables["inputs.csv"], tables["sources.csv"], name)


def _head(content: bytes) -> dict[str, Any]:
    try:
        head = tomllib.loads(_text(content, HEAD_FILE))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise Refused("pack-unreadable", TOML_WRONG, reason=str(error)[:200]) from error
    if not _is_head(head):
        raise Refused("pack-unreadable", TOML_WRONG, reason="nested or too large values")
    return head


def _is_head(value: Any, depth: int = 0) -> bool:
    """Whether a head holds what a head may hold: texts, small numbers, days, lists and tables, no deeper than columns are."""
    if isinstance(value, Mapping):
        columns = value.get("columns", []) if depth == 0 else []
        is_list = isinstance(columns, list) and all(isinstance(c, Mapping) for c in columns)
        return depth < DEEPEST_HEAD and is_list and all(_is_head(each, depth + 1) for each in value.values())
    if isinstance(value, list):
        return depth < DEEPEST_HEAD and all(_is_head(each, depth + 1) for each in value)
    if isinstance(value, int | float):
        return abs(value) < LARGEST_NUMBER
    return not isinstance(value, str) or len(value) <= LONGEST_HEAD_TEXT


def _text(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("undecodable-text", NOT_UTF_8, file=file, byte=error.start) from error


def _rows(reading: PackReading, content: bytes, file: str, rows: list[Row]) -> Iterator[Refused]:
    """Fill `rows` with the rows of a table, and give what is wrong with its form."""
    head = HEADS[file]
    try:
        reader = csv.reader(io.StringIO(_text(content, file), newline=""), strict=True)
        found = next(reader, None)
        if found is None or tuple(found) != head:
            missing = ", ".join(h for h in head if h not in (found or [])) or ", ".join(head)
            raise Refused("wrong-columns", COLUMNS_WRONG, file=file, missing=missing)
        for number, cells in enumerate(reader, start=2):
            if len(cells) != len(head):
                reading.broken.add((file, number))
                yield Refused("row-broken", ROW_BROKEN, row=number, file=file, found=len(cells), wanted=len(head))
                rows.append({**dict.fromkeys(head, ""), **dict(zip(head[: KEPT[file]], cells, strict=False))})
            else:
                rows.append(dict(zip(head, cells, strict=True)))
    except Refused as refusal:
        reading.partial.add(file)
        yield refusal
    except csv.Error as error:
        reading.partial.add(file)
        yield Refused("pack-unreadable", TABLE_WRONG, row=len(rows) + 2, file=file, reason=str(error))
