"""The files of a backup: those that rows of the database know, each under its random name with its digest."""

import hashlib
import logging
import zipfile
from collections.abc import Mapping

from django.db import models

from xinya.kit.attachments import STORED, path_of, write_whole
from xinya.zones.models import Attachment

TABLE = Attachment._meta.db_table
FOLDER = "files/"
logger = logging.getLogger(__name__)


def known_files(kept: list[type[models.Model]], using: str) -> list[str]:
    """The names of all files that rows know at this moment; none in a database that is older than files."""
    table = next((model for model in kept if model._meta.db_table == TABLE), None)
    return [] if table is None else list(table._base_manager.using(using).order_by("pk").values_list("stored", flat=True))


def write_files(archive: zipfile.ZipFile, names: list[str]) -> tuple[dict[str, str], list[str]]:
    """Copy the files into the archive; returns their digests by name, and those that are not on the disk any more."""
    digests, missing = {}, []
    for stored in names:
        try:
            content = path_of(stored).read_bytes()
        except OSError:
            logger.warning("the file %s of a row is not on the disk; the backup goes on without it", stored)
            missing.append(stored)
            continue
        archive.writestr(FOLDER + stored, content)
        digests[stored] = hashlib.sha256(content).hexdigest()
    return digests, missing


def checked_names(said: object) -> dict[str, str]:
    """The digests by name that a manifest claims. Raises ValueError for a name that is none of ours."""
    if not isinstance(said, dict) or not all(isinstance(name, str) and STORED.fullmatch(name) for name in said):
        raise ValueError("files")
    return {name: str(digest) for name, digest in said.items()}


class RestoredFiles:
    """Puts the files of a backup down and takes them away again when the restore comes to nothing."""

    def __init__(self) -> None:
        self._new: list[str] = []

    def put_down(self, archive: zipfile.ZipFile, files: Mapping[str, str]) -> None:
        for stored in files:
            target = path_of(stored)
            is_new = not target.exists()
            if is_new:
                self._new.append(stored)
            write_whole(target, archive.read(FOLDER + stored))

    def take_away(self) -> None:
        for stored in self._new:
            path_of(stored).unlink(missing_ok=True)
