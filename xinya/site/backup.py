"""Backup and restore of the whole database as one zip: a manifest, one file of JSON lines a table, and the files of rows.

The file is the same for SQLite and PostgreSQL, so it also moves a house from one to the other. Sessions stay out:
nobody is signed in by a restore. Nor does the search index come along: it is built anew from the rows.
"""

import hashlib
import json
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from xinya import __version__
from xinya.kit.refusals import Refused
from xinya.kit.snapshots import continue_numbers, empty_tables, one_moment
from xinya.kit.text import gettext_noop as _

from .backup_files import FOLDER, RestoredFiles, checked_names, known_files, write_files
from .marks import is_marked_demo, is_untouched, stored_models

FORMAT = "xinya-backup/1"
MANIFEST = "manifest.json"
# Names of sessions open doors while their house runs, so the list of sessions stays out as the sessions do.
LEFT_OUT = frozenset({"django_session", "zones_session", "kit_queue_worker", "kit_search_index"})
PIECE_BYTES = 1024 * 1024
# What a zip with a damaged byte raises: a wrong length, a cipher, a compression that nobody knows, and so on.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
)

EXISTS = _("The file %(file)s exists already; a backup never writes over another file.")
NOT_FOUND = _("There is no file %(file)s.")
NOT_A_BACKUP = _("The file %(file)s is not a backup of this product.")
DAMAGED = _("The backup is damaged: %(member)s is not what the manifest says. Nothing was changed.")
NEWER = _("The backup was made by version %(theirs)s and this is version %(ours)s. Install that version first.")
OTHER_TABLES = _("The backup was made with other tables (version %(theirs)s). Restore it there, then run `xinya site upgrade`.")
NOT_EMPTY = _("The database holds rows already. Give --replace to delete them all and take those of the backup.")
DEMO_INTO_USE = _("The backup is of a demonstration and the database is not marked as one. Nothing was changed.")
NOT_PREPARED = _("The database has not the tables of this version. Run `xinya site upgrade` first.")
CONTRADICTION = _("The rows of the backup contradict each other. Nothing was changed.")
BROKEN_ROWS = _("The rows of %(table)s cannot be stored. Nothing was changed.")


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `members` holds (rows, SHA-256) by table, `files` the SHA-256 of each file of a row.

    `missing`: files that were not on the disk any more when the backup was made.
    """

    version: str
    made_at: str
    is_demo: bool
    migrations: list[str]
    members: dict[str, tuple[int, str]]
    files: dict[str, str]
    missing: list[str]


@dataclass(frozen=True)
class Restored:
    """What a restore brought in."""

    rows: int
    tables: int
    made_at: str


class ExactEncoder(DjangoJSONEncoder):
    """Instants to the microsecond; Django's own encoder cuts them to milliseconds."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime | time):
            return o.isoformat()
        return super().default(o)


def migration_state(*, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Applied migrations as `app.name`, sorted."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connections[using]).applied_migrations())


def write_backup(target: Path, *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Write the whole database to `target`, readable by its owner only; returns the number of rows.

    Everything is read at one moment. The file appears under its name when it is complete, never before.
    Raises Refused `file-exists`, `database-not-prepared`.
    """
    if not stored_models(using=using):
        raise Refused("database-not-prepared", NOT_PREPARED)
    if target.exists():
        raise Refused("file-exists", EXISTS, file=target)
    growing = target.with_name(target.name + ".growing")
    descriptor = os.open(growing, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            with one_moment(using=using):
                manifest = _write_tables(archive, using)
                names = known_files(_kept_models(using), using)
            manifest["files"], manifest["missing"] = write_files(archive, names)  # a file with a row is never deleted
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))
        os.link(growing, target)  # unlike a rename this fails when somebody else has made the file meanwhile
    except FileExistsError:
        raise Refused("file-exists", EXISTS, file=target) from None
    finally:
        growing.unlink(missing_ok=True)
    return sum(member["rows"] for member in manifest["members"].values())


def _write_tables(archive: zipfile.ZipFile, using: str) -> dict[str, Any]:
    members: dict[str, dict[str, Any]] = {}
    for model in _kept_models(using):
        name = f"{model._meta.db_table}.jsonl"
        digest, rows = hashlib.sha256(), 0
        with archive.open(name, "w", force_zip64=True) as member:
            for line in _lines(model, using):
                member.write(line)
                digest.update(line)
                rows += 1
        members[name] = {"rows": rows, "sha256": digest.hexdigest()}
    return {
        "format": FORMAT,
        "version": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "is_demo": is_marked_demo(using=using),
        "migrations": migration_state(using=using),
        "members": members,
    }


def _kept_models(using: str) -> list[type[models.Model]]:
    """The models as the database has them, which before an upgrade is not how the code has them."""
    loader = MigrationLoader(connections[using])
    # A library's squashed migrations are recorded beside the squash that stands for them.
    registry = loader.project_state([node for node in loader.applied_migrations if node in loader.graph.nodes]).apps
    return [model for model in stored_models(using=using, registry=registry) if model._meta.db_table not in LEFT_OUT]


def _lines(model: type[models.Model], using: str) -> Iterator[bytes]:
    """Rows in the order of their keys, each a line; links between two models are rows of their own table."""
    fields = [field.name for field in model._meta.local_fields]
    rows = model._base_manager.using(using).order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        text = serializers.serialize("jsonl", [row], fields=fields, cls=ExactEncoder, ensure_ascii=False)
        yield text.rstrip("\n").encode() + b"\n"


def restore_backup(source: Path, *, replace: bool = False, using: str = DEFAULT_DB_ALIAS) -> Restored:
    """Fill the database from a backup: all of it, or nothing at all.

    The database must have the tables of the same version and hold no row, unless `replace`. Raises Refused:
    `not-a-backup`, `backup-damaged`, `backup-newer`, `backup-other-tables`, `backup-is-demo`, `database-not-prepared`,
    `database-not-empty`.
    """
    if not source.is_file():
        raise Refused("file-not-found", NOT_FOUND, file=source)
    try:
        archive = zipfile.ZipFile(source)
        manifest = _manifest(archive.read(MANIFEST))
    except (*UNREADABLE, TypeError, AttributeError):
        raise Refused("not-a-backup", NOT_A_BACKUP, file=source) from None
    files = RestoredFiles()
    with archive:
        _check_versions(manifest, using)
        _check_members(archive, manifest)
        try:
            with transaction.atomic(using=using, durable=True):
                _check_target(manifest, replace, using)
                rows = _read_tables(archive, manifest, using)
                files.put_down(archive, _files_of_rows(manifest, using))
        except BaseException as wrong:
            files.take_away()
            if isinstance(wrong, IntegrityError):
                raise Refused("backup-damaged", CONTRADICTION) from wrong
            raise
    ContentType.objects.clear_cache()
    return Restored(rows=rows, tables=len(manifest.members), made_at=manifest.made_at)


def _manifest(content: bytes) -> Manifest:
    said = json.loads(content)
    if said["format"] != FORMAT:
        raise ValueError(said["format"])
    members = {str(name): (int(member["rows"]), str(member["sha256"])) for name, member in said["members"].items()}
    version, made_at, is_demo = str(said["version"]), str(said["made_at"]), bool(said["is_demo"])
    files, missing = checked_names(said.get("files", {})), [str(name) for name in said.get("missing", [])]
    return Manifest(version, made_at, is_demo, list(said["migrations"]), members, files, missing)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in text.split("."))


def _check_versions(manifest: Manifest, using: str) -> None:
    theirs, ours = manifest.version, __version__
    if _numbers(theirs) > _numbers(ours):
        raise Refused("backup-newer", NEWER, theirs=theirs, ours=ours)
    state = migration_state(using=using)
    if not state or not stored_models(using=using):
        raise Refused("database-not-prepared", NOT_PREPARED)
    if manifest.migrations != state:
        raise Refused("backup-other-tables", OTHER_TABLES, theirs=theirs)


def _check_members(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every member is read and compared with its digest before the database is opened for writing."""
    digests = {name: digest for name, (__, digest) in manifest.members.items()}
    digests |= {FOLDER + name: digest for name, digest in manifest.files.items()}
    for name in sorted((set(digests) | {MANIFEST}) ^ set(archive.namelist())):
        raise Refused("backup-damaged", DAMAGED, member=name)
    for name, digest in digests.items():
        try:
            with archive.open(name) as file:
                found = _digest(file)
        except UNREADABLE:
            found = ""
        if found != digest:
            raise Refused("backup-damaged", DAMAGED, member=name)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _check_target(manifest: Manifest, replace: bool, using: str) -> None:
    untouched = is_untouched(using=using)
    may_become_demo = is_marked_demo(using=using) or (untouched and settings.IS_DEMO)
    if manifest.is_demo and not may_become_demo:
        raise Refused("backup-is-demo", DEMO_INTO_USE)
    if not replace and not untouched:
        raise Refused("database-not-empty", NOT_EMPTY)


def _read_tables(archive: zipfile.ZipFile, manifest: Manifest, using: str) -> int:
    tables = stored_models(using=using)
    kept = {f"{model._meta.db_table}.jsonl": model for model in tables if model._meta.db_table not in LEFT_OUT}
    for name in sorted(set(manifest.members) ^ set(kept)):
        raise Refused("backup-damaged", DAMAGED, member=name)
    empty_tables([model._meta.db_table for model in tables], using=using)
    total = 0
    for name, model in kept.items():
        with archive.open(name) as file:
            rows = _store(file, model, using)
        if rows != manifest.members[name][0]:
            raise Refused("backup-damaged", DAMAGED, member=name)
        total += rows
    continue_numbers(kept.values(), using=using)
    return total


def _files_of_rows(manifest: Manifest, using: str) -> dict[str, str]:
    """The files to put down; every row's file must be in the backup, or be named as missing in it."""
    known = set(known_files(stored_models(using=using), using))
    for stored in sorted(known - set(manifest.files) - set(manifest.missing)):
        raise Refused("backup-damaged", DAMAGED, member=FOLDER + stored)
    return {stored: digest for stored, digest in manifest.files.items() if stored in known}


def _store(file: IO[bytes], model: type[models.Model], using: str) -> int:
    """Store one table's rows as they are: no signal, no `auto_now`, links checked when the transaction ends."""
    rows = 0
    try:
        for row in serializers.deserialize("jsonl", file, using=using, handle_forward_references=True):
            if type(row.object) is not model:
                raise ValueError(model._meta.db_table)
            row.save(save_m2m=False, using=using, force_insert=True)
            rows += 1
    except (serializers.base.DeserializationError, ValueError, TypeError) as wrong:
        raise Refused("backup-damaged", BROKEN_ROWS, table=model._meta.db_table) from wrong
    return rows
