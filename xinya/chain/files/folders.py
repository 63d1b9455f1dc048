"""Every defect of packs in their folders: what cannot be read, what is wrong, what is written in another form than ours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xinya.kit.text import gettext_noop as _

from .check import Defect, check_packs
from .pack import MEMBERS, Pack, items, pack_members
from .reading import HEAD_FILE, PackReading, pack_from_folder, read_folder
from .shipped import SHIPPED, industry_classes

LEAST_ALIASES = 3
OTHER_FORM = _("The file is not in canonical form (check-pack --rewrite mends it).")
FEW_ALIASES = _("%(found)s aliases a segment; packs that ship have %(least)s and more.")
DOUBTFUL: Mapping[str, frozenset[str]] = {
    HEAD_FILE: frozenset({"column-unknown", "not-required", "date-late"}),
    "segments.csv": frozenset({"segment-unknown", "home-wrong", "segment-loose"}),
    "inputs.csv": frozenset({"segment-loose"}),
    "sources.csv": frozenset({"source-unknown"}),
}
"""What would be told falsely where this file was not read to its end."""


@dataclass(frozen=True, slots=True)
class CheckedPacks:
    """The packs as far as they could be read, their defects in the order of files and rows, and what is often wrong."""

    packs: tuple[Pack, ...]
    defects: list[Defect]
    hints: list[Defect]


def pack_folders(path: Path) -> list[Path]:
    """The packs that a path stands for: itself, or the folders in it that hold a file of a pack."""
    below = [f for f in sorted(path.glob("*")) if any((f / name).is_file() for name in MEMBERS)]
    return [path] if any((path / name).is_file() for name in MEMBERS) or not below else below


def check_folders(folders: Sequence[Path], *, is_rewritten: bool = False) -> CheckedPacks:
    """Everything that `xinya chain check-pack` says of these folders. is_rewritten: write what was read whole in canonical form.

    Raises Refused no-such-pack.
    """
    from .likeness import check_likeness  # numpy and rapidfuzz, which no other check needs

    readings = [_named(read_folder(folder)) for folder in folders]
    packs = tuple(reading.pack for reading in readings)
    if is_rewritten:
        for folder, reading in zip(folders, readings, strict=True):
            for name, content in {} if reading.refusals else pack_members(reading.pack).items():
                (folder / name).write_bytes(content)
    codes = {p.code for p in packs}
    homes = [pack_from_folder(f) for f in sorted(SHIPPED.iterdir()) if f.name not in codes and (f / HEAD_FILE).is_file()]
    alike, hints = check_likeness(packs, homes=homes)
    judged = [*check_packs(packs, homes=homes, known_classes=industry_classes()), *alike]
    defects = [*_unread(readings), *_sure(judged, readings), *_other_form(folders, readings)]
    for pack in packs:
        if (few := _few_aliases(pack)) is not None:
            (defects if _would_ship(pack) else hints).append(few)
    order = {pack.code or pack.name: place for place, pack in enumerate(packs)}
    places = {name: place for place, name in enumerate(MEMBERS)}
    defects.sort(key=lambda d: (order.get(d.pack, 0), places.get(d.file, 0), d.row or 0))
    return CheckedPacks(packs, defects, [hint for hint in hints if not _is_doubtful(hint, readings)])


def _named(reading: PackReading) -> PackReading:
    """A pack whose head cannot be read is known by its folder."""
    if HEAD_FILE in reading.partial:
        reading.pack = replace(reading.pack, head={"code": reading.pack.name})
    return reading


def _unread(readings: Sequence[PackReading]) -> Iterator[Defect]:
    for reading in readings:
        for refusal in reading.refusals:
            file = str(refusal.values.get("file", HEAD_FILE))
            yield Defect(reading.pack.code or reading.pack.name, file, refusal.row, refusal.code, refusal.message, refusal.values)


def _sure(defects: Sequence[Defect], readings: Sequence[PackReading]) -> Iterator[Defect]:
    """Without those that what could not be read may have made."""
    yield from (defect for defect in defects if not _is_doubtful(defect, readings))


def _is_doubtful(defect: Defect, readings: Sequence[PackReading]) -> bool:
    unread_segments = any("segments.csv" in reading.partial for reading in readings)  # those of another pack may be meant
    if unread_segments and defect.code in DOUBTFUL["segments.csv"]:
        return True
    own = next((r for r in readings if (r.pack.code or r.pack.name) == defect.pack), None)
    if own is None:
        return False
    if (defect.file, defect.row) in own.broken or (defect.row is None and defect.file in own.partial):
        return True
    return any(defect.code in DOUBTFUL[file] for file in own.partial)


def _other_form(folders: Sequence[Path], readings: Sequence[PackReading]) -> Iterator[Defect]:
    for folder, reading in zip(folders, readings, strict=True):
        pack = reading.pack
        for name, content in {} if reading.refusals else pack_members(pack).items():
            if (folder / name).read_bytes() != content:
                yield Defect(pack.code or pack.name, name, None, "not-canonical", OTHER_FORM, {})


def _few_aliases(pack: Pack) -> Defect | None:
    own = [row for row in pack.segments if not row["home"]]
    found = sum(len(items(row["aliases"])) for row in own) / max(1, len(own))
    if not own or found >= LEAST_ALIASES:
        return None
    values = {"found": f"{found:.2f}", "least": LEAST_ALIASES}
    return Defect(pack.code or pack.name, "segments.csv", None, "aliases-few", FEW_ALIASES, values)


def _would_ship(pack: Pack) -> bool:
    """An issue of a pack that ships, and no zone's own version of it, which bears the zone's code before the year."""
    return (SHIPPED / pack.code / HEAD_FILE).is_file() and pack.version[:1].isdigit()
