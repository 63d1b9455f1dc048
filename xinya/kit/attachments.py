"""Files that belong to rows: outside the web root under random names, given out as attachments only, seen by their owner's gate.

A slice registers for its kind of row who may see and add files and how secret they are at least; nothing here names a slice.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import FileResponse

from .file_types import fitting_name, kind_of
from .refusals import Refused
from .text import gettext_noop as _

STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}")
ORPHAN_S = 24 * 60 * 60
GONE = _("There is no such file.")
CLASSES = ("PUBLIC", "INTERNAL", "COMPANY", "RESTRICTED")


@dataclass(frozen=True, slots=True)
class Owner:
    """What a slice says of its rows that own files.

    seen: which files (fields owner_id, secrecy, by) of this kind a person sees, as a condition that keeps to the gate of the rows.
    demand_add: refuses whoever may not add a file to a row: 404 for a row not seen, else 403.
    about: the class of a row and the number of its zone.
    """

    kind: str
    seen: Callable[[Any], Q]
    demand_add: Callable[[Any, int], None]
    about: Callable[[int], tuple[str, int | None]]


OWNERS: dict[str, Owner] = {}


def register_owner(owner: Owner) -> None:
    """Let rows of a kind own files. Raises ValueError for a kind that another one has."""
    if owner.kind in OWNERS and OWNERS[owner.kind] != owner:
        raise ValueError(f"two kinds of owner are called {owner.kind}")
    OWNERS[owner.kind] = owner


def owner_of(kind: str) -> Owner:
    """The owner registered under a kind. Raises Refused no-such-file for any other."""
    if kind not in OWNERS:
        raise Refused("no-such-file", GONE, status=404)
    return OWNERS[kind]


def at_least(one: str, other: str) -> str:
    """The more secret of two classes."""
    return max(one, other, key=CLASSES.index)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was put down: its name for people, its kind by content, where it lies."""

    name: str
    kind: str
    size: int
    sha256: str
    stored: str


def root() -> Path:
    """The folder of all files; no address leads there."""
    return Path(settings.VAR) / "files"


def path_of(stored: str) -> Path:
    """Where a stored file lies. Raises ValueError for what is not one of our own random names."""
    if not STORED.fullmatch(stored):
        raise ValueError("not a stored name")
    return root() / stored


def put_down(content: bytes, name: str) -> StoredFile:
    """Judge a file and write it under a new random name, whole and on the disk before its row exists. Raises Refused."""
    kind = kind_of(content)
    shown = fitting_name(name, kind)
    return StoredFile(shown, kind, len(content), hashlib.sha256(content).hexdigest(), lay_down(content))


def lay_down(content: bytes) -> str:
    """Write bytes under a new random name, whole and on the disk before their row exists; returns the name."""
    token = secrets.token_hex(16)
    stored = f"{token[:2]}/{token[2:]}"
    write_whole(path_of(stored), content)
    return stored


def content_of(stored: str) -> bytes:
    """The bytes of a stored file. Raises Refused no-such-file when they are not there."""
    try:
        return path_of(stored).read_bytes()
    except (OSError, ValueError) as wrong:
        raise Refused("no-such-file", GONE, status=404) from wrong


def write_whole(target: Path, content: bytes) -> None:
    """Write a file that appears under its name only when it is complete; for its owner only."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    growing = target.with_name(f"{target.name}.{os.getpid()}.growing")
    descriptor = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        growing.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        growing.unlink(missing_ok=True)
        raise


def throw_away(stored: str) -> None:
    """Delete a file whose row did not come to be."""
    path_of(stored).unlink(missing_ok=True)


def give_out(stored: str, name: str) -> FileResponse:
    """The reply that hands a file over: bytes to be saved, never shown. Raises Refused no-such-file when it is not there."""
    try:
        opened = path_of(stored).open("rb")
    except (OSError, ValueError) as wrong:
        raise Refused("no-such-file", GONE, status=404) from wrong
    reply = FileResponse(opened, as_attachment=True, filename=name, content_type="application/octet-stream")
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers["Cache-Control"] = "private, no-store"
    return reply


def forget_orphans(known: Collection[str], *, older_than_s: float = ORPHAN_S) -> int:
    """Delete files that no row knows and that are older than a day, so that one just being added is left alone."""
    gone, before = 0, time.time() - older_than_s
    for path in sorted(root().glob("*/*")):
        stored = path.relative_to(root()).as_posix()
        is_ours = STORED.fullmatch(stored) or stored.endswith(".growing")
        if is_ours and path.is_file() and stored not in known and path.stat().st_mtime < before:
            path.unlink()
            gone += 1
    return gone
