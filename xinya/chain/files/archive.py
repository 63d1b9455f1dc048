"""A pack in one file: the four members of each pack in a zip, the same bytes each time, and back."""

import io
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .pack import MEMBERS, Pack, pack_members
from .reading import LARGEST_MEMBER, TOO_LARGE, pack_from_folder, pack_from_members

LARGEST_ARCHIVE, MOST_PARTS = 5_000_000, 200
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing whose reading can be stopped; the others unpack a whole part at once, whatever its head says."""
OTHER_PACK = _("The file holds no pack %(pack)s; it holds %(found)s.")
STAMP = (2026, 1, 1, 0, 0, 0)
UNREADABLE = _(
    "The file is no pack: a pack is a zip as it is taken away here, with pack.toml, segments.csv, inputs.csv and sources.csv."
)


def archive_of(packs: Iterable[Pack]) -> bytes:
    """The packs as one zip, each in a folder of its code; equal packs give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for pack in packs:
            for name, content in pack_members(pack).items():
                part = zipfile.ZipInfo(f"{pack.code}/{name}", STAMP)
                part.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(part, content)
    return out.getvalue()


def pack_from_archive(content: bytes, code: str = "") -> Pack:
    """The pack of this code in a zip, or the only one in it when it lies there without a folder.

    Raises Refused: too-large, pack-unreadable, pack-incomplete, no-such-pack, and whatever reading its members refuses.
    """
    if len(content) > LARGEST_ARCHIVE:
        raise Refused("too-large", _("The file has more than %(limit_mb)s MB."), status=413, limit_mb=LARGEST_ARCHIVE // 1_000_000)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            pack = _pack_in(archive, code)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as wrong:
        raise Refused("pack-unreadable", UNREADABLE) from wrong
    if code and pack.code != code:
        raise Refused("no-such-pack", OTHER_PACK, pack=code, found=pack.code[:40] or "–")
    return pack


def pack_from_path(path: Path, code: str = "") -> Pack:
    """A pack from its folder or from a zip."""
    if path.is_file():
        if path.stat().st_size > LARGEST_ARCHIVE:
            limit = LARGEST_ARCHIVE // 1_000_000
            raise Refused("too-large", _("The file has more than %(limit_mb)s MB."), status=413, limit_mb=limit)
        return pack_from_archive(path.read_bytes(), code)
    return pack_from_folder(path)


def _pack_in(archive: zipfile.ZipFile, code: str) -> Pack:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise Refused("pack-unreadable", UNREADABLE)
    folders: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for part in parts:
        folder, _slash, name = part.filename.rpartition("/")
        if name in MEMBERS:
            folders.setdefault(folder, {})[name] = part
    if not folders:
        raise Refused("pack-unreadable", UNREADABLE)
    folder = next((f for f in folders if code and f.rpartition("/")[2] == code), "")
    if not folder:
        if len(folders) > 1 or (code and next(iter(folders))):
            found = ", ".join(sorted(f.rpartition("/")[2] or "–" for f in folders))
            raise Refused("no-such-pack", OTHER_PACK, pack=code or "–", found=found)
        folder = next(iter(folders))
    members = {name: _content(archive, part) for name, part in folders[folder].items()}
    return pack_from_members(members, folder.rpartition("/")[2])


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The bytes of a member; what swells beyond the limit is never unpacked whole, whatever its head says."""
    if part.compress_type not in PLAIN or part.flag_bits & 1:
        raise Refused("pack-unreadable", UNREADABLE)
    with archive.open(part) as opened:
        content = opened.read(LARGEST_MEMBER + 1)
    if len(content) > LARGEST_MEMBER:
        raise Refused("too-large", TOO_LARGE, file=part.filename.rpartition("/")[2])
    return content
