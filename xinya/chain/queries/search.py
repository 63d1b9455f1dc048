"""What search finds of the packs: segments and chains that ship, the same for everybody who is signed in, read from files; and
those that zones published and use, for who reads the zone whole.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xinya.kit.search import EVERYBODY, PUBLIC, SearchDocument, SearchKind
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain
from xinya.zones.models import Person

from ..engine import Atlas, Chain, Segment
from ..files import Pack, everyday_list, shipped_atlas
from ..models import ZonePack
from .atlas import Key, pack_alone, published_packs
from .packs import packs_seen


@dataclass(frozen=True)
class ZoneRow:
    """A pack that a zone uses, or one of its own segments. atlas: the pack alone, with the homes of what it shares."""

    pack: ZonePack
    atlas: Atlas
    segment: Segment | None = None


def _scope(row: ZonePack) -> str:
    """Of one publication: what was replaced, or whose zone is gone, is nobody's."""
    return f"zone-pack:{row.pk}:{row.published_at.timestamp()}"


@lru_cache(maxsize=1)
def _everyday() -> dict[str, tuple[str, ...]]:
    """What people also say for a segment that ships: its parts, a whole around it, short names that are no alias."""
    words: dict[str, tuple[str, ...]] = {}
    for word, code, among in everyday_list():
        if not among:
            words[code] = (*words.get(code, ()), word)
    return words


def _segment_document(row: tuple[Atlas, Segment] | ZoneRow) -> SearchDocument:
    if isinstance(row, ZoneRow):
        return _zone_segment_document(row)
    atlas, segment = row
    chains = [atlas.chain(code) for code in atlas.chains_of[segment.code]]
    home = segment.home or chains[0].code
    return SearchDocument(
        key=segment.code, scopes=frozenset({EVERYBODY}), names=(segment.name_zh,), name_en=segment.name_en, secrecy=PUBLIC,
        codes=(segment.code,), aliases=(*segment.aliases, *_everyday().get(segment.code, ())),
        text=(segment.definition_zh,), text_en=(segment.definition_en,),
        place="、".join(c.name_zh for c in chains), place_en=", ".join(c.name_en for c in chains),
        route=("pack", home), anchor=segment.code,
    )  # fmt: skip


def _zone_segment_document(row: ZoneRow) -> SearchDocument:
    zone, chain, segment = row.pack.zone, row.atlas.chain(row.pack.code), row.segment
    if segment is None:
        raise ValueError("a segment's row names its segment")
    return SearchDocument(
        key=f"{row.pack.pk}/{segment.code}", scopes=frozenset({_scope(row.pack)}), names=(segment.name_zh,),
        name_en=segment.name_en, codes=(segment.code,), aliases=segment.aliases, text=(segment.definition_zh,),
        text_en=(segment.definition_en,), place=f"{zone.name}：{chain.name_zh}", place_en=f"{zone.name_en}: {chain.name_en}",
        route=("zone-pack", zone.code, chain.code), anchor=segment.code,
    )  # fmt: skip


def _pack_document(row: Chain | ZoneRow) -> SearchDocument:
    chain = row.atlas.chain(row.pack.code) if isinstance(row, ZoneRow) else row
    said: dict[str, Any] = {"names": (chain.name_zh,), "name_en": chain.name_en}
    said |= {"text": (chain.summary_zh,), "text_en": (chain.summary_en,), "codes": (chain.code,)}
    if isinstance(row, ZoneRow):
        zone = row.pack.zone
        return SearchDocument(
            key=str(row.pack.pk), scopes=frozenset({_scope(row.pack)}), place=zone.name, place_en=zone.name_en,
            route=("zone-pack", zone.code, chain.code), **said,
        )  # fmt: skip
    return SearchDocument(key=chain.code, scopes=frozenset({EVERYBODY}), secrecy=PUBLIC, route=("pack", chain.code), **said)


def _zone_rows(keys: Sequence[str] | None) -> Iterator[ZoneRow]:
    """The packs that zones use, of these numbers or all. One statement, and one for all packs seen for the first time."""
    if keys is not None and not keys:
        return
    wanted = None if keys is None else {key.partition("/")[0] for key in keys}
    rows = ZonePack.objects.filter(replaced_at=None).defer("content").select_related("zone").order_by("pk")
    yield from (row for row in _rows_of(list(rows)) if wanted is None or str(row.pack.pk) in wanted)


def _rows_of(packs: Sequence[ZonePack]) -> Iterator[ZoneRow]:
    """Packs with their atlases. packs: everything that each of their zones uses."""
    published: dict[int, list[tuple[str, Key | None]]] = {}
    for row in packs:
        published.setdefault(row.zone_id, []).append((row.code, (row.pk, row.published_at)))
    published_packs((row.pk, row.published_at) for row in packs)  # all at once, for those that are read one by one below
    for row in packs:
        yield ZoneRow(row, pack_alone(tuple(published[row.zone_id]), row.code))


def _own(row: ZoneRow) -> list[ZoneRow]:
    """The segments of a zone's pack that the shipped packs do not have, or not with these words."""
    shipped = shipped_atlas().segments
    codes = [code for code, _column in row.atlas.chain(row.pack.code).members]
    segments = [row.atlas.segments[code] for code in codes if row.atlas.segments[code].home in ("", row.pack.code)]
    return [ZoneRow(row.pack, row.atlas, s) for s in segments if s.code not in shipped or _words(s) != _words(shipped[s.code])]


def _words(segment: Segment) -> tuple[object, ...]:
    return segment.name_zh, segment.name_en, segment.aliases, segment.definition_zh, segment.definition_en


def _segments(keys: Sequence[str] | None) -> Iterator[tuple[Atlas, Segment] | ZoneRow]:
    atlas = shipped_atlas()
    for code in sorted(atlas.segments) if keys is None else [k for k in keys if k in atlas.segments]:
        yield atlas, atlas.segments[code]
    for row in _zone_rows(None if keys is None else [k for k in keys if "/" in k]):
        for own in _own(row):
            if keys is None or _segment_document(own).key in keys:
                yield own


def _packs(keys: Sequence[str] | None) -> Iterator[Chain | ZoneRow]:
    yield from (c for c in shipped_atlas().chains if keys is None or c.code in keys)
    yield from _zone_rows(None if keys is None else [k for k in keys if k.isdecimal()])


def search_keys(pack: Pack, key: int) -> tuple[list[str], list[str]]:
    """Under which keys search may know the segments of a published pack of this number, and the pack itself."""
    return [f"{key}/{row['code']}" for row in pack.segments], [str(key)]


def _segments_named(person: Person, text: str, most: int) -> list[str]:
    """Segments of this code, name or alias, then those whose name holds it, the shortest first; those that ship before zones'."""
    found = _named(((s.code, s) for s in shipped_atlas().segments.values()), text, most)
    for row in _rows_of(_seen(person)) if plain(text) and len(found) < most else ():
        found += _named(((f"{row.pack.pk}/{o.segment.code}", o.segment) for o in _own(row) if o.segment), text, most)
    return found[:most]


def _packs_named(person: Person, text: str, most: int) -> list[str]:
    found = _named(((c.code, c) for c in shipped_atlas().chains), text, most)
    for row in _rows_of(_seen(person)) if plain(text) and len(found) < most else ():
        found += _named([(str(row.pack.pk), row.atlas.chain(row.pack.code))], text, most)
    return found[:most]


def _named(rows: Iterable[tuple[str, Segment | Chain]], text: str, most: int) -> list[str]:
    """Keys of the rows (key, what it is) that a code, a name or a part of one finds."""
    found, key, words = [], plain(text), " " + " ".join(re.findall(r"\w+", text.casefold()))
    for own, row in rows:
        names = [plain(row.name_zh), plain(row.name_en)]
        if key and key in (plain(row.code), *names, *map(plain, getattr(row, "aliases", ()))):
            found.append((0, len(row.name_zh), own))
        # An English name holds it from the start of a word on: NDT is not in "wind turbine".
        elif key and (key in names[0] or words in " " + " ".join(re.findall(r"\w+", row.name_en.casefold()))):
            found.append((1, len(row.name_zh), own))
    return [key for _exact, _length, key in sorted(found)[:most]]


def _open_to(person: Person) -> frozenset[str]:
    """What ships for everybody; the packs of the zones that this person reads whole. One statement."""
    if not person.is_active:
        return frozenset()
    person._packs_seen = packs_seen(person)  # type: ignore[attr-defined]  # of one search: the gate is asked before the names
    return frozenset({EVERYBODY, *map(_scope, _seen(person))})


def _packs_open_to(person: Person) -> frozenset[str]:
    """The same of packs as of segments, which are registered and asked before them. No statement."""
    return frozenset({EVERYBODY, *map(_scope, _seen(person))}) if person.is_active else frozenset()


def _seen(person: Person) -> list[ZonePack]:
    """The packs that the gate of this search has just read."""
    found: list[ZonePack] | None = getattr(person, "_packs_seen", None)
    return packs_seen(person) if found is None else found


@lru_cache(maxsize=1)
def _edition() -> str:
    """A digest of everything that search knows of the shipped packs; those of zones are rows, and are marked when they change."""
    atlas = shipped_atlas()
    said = [repr(_segment_document((atlas, atlas.segments[code]))) for code in sorted(atlas.segments)]
    said += [repr(_pack_document(c)) for c in atlas.chains]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


SEGMENTS = SearchKind(
    "segment", _("Segments"), rows=_segments, document=_segment_document, visible=_open_to, first=_segments_named, edition=_edition
)
PACKS = SearchKind(
    "pack", _("Chain packs"), rows=_packs, document=_pack_document, visible=_packs_open_to, first=_packs_named, edition=_edition
)
