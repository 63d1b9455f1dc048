"""The log and its seals as files: JSON lines with the canonical texts, read and checked without any database. No Django."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .audit_chain import GENESIS, Link, Seal, Verdict, verify
from .refusals import Refused
from .text import gettext_noop as _

FORMAT = "xinya-audit/1"
SEAL_FORMAT = "xinya-audit-seal/1"
LONGEST_LINE = 16 * 1024 * 1024
NOT_AN_EXPORT = _("The file %(file)s is not an export of a log.")
NOT_A_SEAL = _("The file %(file)s is not a seal of a log.")


class Head(NamedTuple):
    """First line of an export: the rows it holds, the hash before them, and the seals that were taken of them."""

    first: int
    last: int
    prev: str = GENESIS
    made_at: str = ""
    seals: tuple[Seal, ...] = ()


def export_lines(head: Head, links: Iterable[Link]) -> Iterator[str]:
    """The lines of an export, each with its line end."""
    seals = [{"seq": seal.seq, "hash": seal.hash, "count": seal.count} for seal in head.seals]
    yield _line(
        {"format": FORMAT, "first": head.first, "last": head.last, "prev": head.prev, "made_at": head.made_at, "seals": seals}
    )
    for link in links:
        yield _line({"seq": link.seq, "prev": link.prev, "hash": link.hash, "text": link.text})


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def verify_file(file: Path, *, seals: Iterable[Seal] = ()) -> Verdict:
    """Check an export by itself, line by line. Raises Refused `not-an-export`."""
    refused = Refused("not-an-export", NOT_AN_EXPORT, file=file)
    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            head = _head(lines.readline(LONGEST_LINE))
            known = [*head.seals, *(seal for seal in seals if seal.seq <= head.last)]
            return verify(_links(lines), first=head.first, prev=head.prev, last=head.last, seals=known)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise refused from wrong


def _head(line: str) -> Head:
    said = json.loads(line)
    if said["format"] != FORMAT:
        raise ValueError(said["format"])
    seals = tuple(Seal(int(s["seq"]), str(s["hash"]), int(s.get("count", 0))) for s in said["seals"])
    return Head(int(said["first"]), int(said["last"]), str(said["prev"]), str(said["made_at"]), seals)


def _links(lines: Iterable[str]) -> Iterator[Link]:
    for line in lines:
        said = json.loads(line)
        text = str(said["text"])
        yield Link(int(said["seq"]), str(said["prev"]), str(said["hash"]), text, {"seq": int(said["seq"])})


def seal_text(seal: Seal, *, at: str) -> str:
    """A seal as it is kept outside: a file, or the content of a QR."""
    return json.dumps(
        {"format": SEAL_FORMAT, "seq": seal.seq, "hash": seal.hash, "count": seal.count, "at": at}, separators=(",", ":")
    )


def read_seal(file: Path) -> Seal:
    """A seal that was kept outside. Raises Refused `not-a-seal`."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        if said["format"] != SEAL_FORMAT or not int(said["seq"]) > 0:
            raise ValueError(said)
        return Seal(int(said["seq"]), str(said["hash"]), int(said["count"]))
    except (ValueError, KeyError, TypeError) as wrong:
        raise Refused("not-a-seal", NOT_A_SEAL, file=file) from wrong
