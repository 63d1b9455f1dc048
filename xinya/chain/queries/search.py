"""What search finds of the packs: segments and chains, the same for everybody who is signed in. Read from files, not from rows."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from xinya.kit.search import EVERYBODY, PUBLIC, SearchDocument, SearchKind
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain
from xinya.zones.models import Person

from ..engine import Atlas, Chain, Segment
from ..files import shipped_atlas


def _segment_document(row: tuple[Atlas, Segment]) -> SearchDocument:
    atlas, segment = row
    chains = [atlas.chain(code) for code in atlas.chains_of[segment.code]]
    home = segment.home or chains[0].code
    return SearchDocument(
        key=segment.code, scopes=frozenset({EVERYBODY}), names=(segment.name_zh,), name_en=segment.name_en, secrecy=PUBLIC,
        codes=(segment.code,), aliases=segment.aliases, text=(segment.definition_zh,), text_en=(segment.definition_en,),
        place="、".join(c.name_zh for c in chains), place_en=", ".join(c.name_en for c in chains),
        route=("pack", home), anchor=segment.code,
    )  # fmt: skip


def _pack_document(chain: Chain) -> SearchDocument:
    return SearchDocument(
        key=chain.code, scopes=frozenset({EVERYBODY}), names=(chain.name_zh,), name_en=chain.name_en, secrecy=PUBLIC,
        codes=(chain.code,), text=(chain.summary_zh,), text_en=(chain.summary_en,), route=("pack", chain.code),
    )  # fmt: skip


def _segments(keys: Sequence[str] | None) -> list[tuple[Atlas, Segment]]:
    atlas = shipped_atlas()
    wanted = sorted(atlas.segments) if keys is None else [k for k in keys if k in atlas.segments]
    return [(atlas, atlas.segments[code]) for code in wanted]


def _packs(keys: Sequence[str] | None) -> list[Chain]:
    return [c for c in shipped_atlas().chains if keys is None or c.code in keys]


def _segments_named(person: Person, text: str, most: int) -> list[str]:
    """Segments of this code, name or alias, then those whose name holds it, the shortest first."""
    return _named(shipped_atlas().segments.values(), text, most)


def _packs_named(person: Person, text: str, most: int) -> list[str]:
    return _named(shipped_atlas().chains, text, most)


def _named(rows: Iterable[Segment | Chain], text: str, most: int) -> list[str]:
    found, key, words = [], plain(text), " " + " ".join(re.findall(r"\w+", text.casefold()))
    for row in rows:
        names = [plain(row.name_zh), plain(row.name_en)]
        if key and key in (plain(row.code), *names, *map(plain, getattr(row, "aliases", ()))):
            found.append((0, len(row.name_zh), row.code))
        # An English name holds it from the start of a word on: NDT is not in "wind turbine".
        elif key and (key in names[0] or words in " " + " ".join(re.findall(r"\w+", row.name_en.casefold()))):
            found.append((1, len(row.name_zh), row.code))
    return [code for _exact, _length, code in sorted(found)[:most]]


def _open_to(person: Person) -> frozenset[str]:
    return frozenset({EVERYBODY}) if person.is_active else frozenset()


@lru_cache(maxsize=1)
def _edition() -> str:
    """A digest of everything that search knows of the packs."""
    said = [repr(_segment_document(row)) for row in _segments(None)] + [repr(_pack_document(c)) for c in _packs(None)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


SEGMENTS = SearchKind(
    "segment", _("Segments"), rows=_segments, document=_segment_document, visible=_open_to, first=_segments_named, edition=_edition
)
PACKS = SearchKind(
    "pack", _("Chain packs"), rows=_packs, document=_pack_document, visible=_open_to, first=_packs_named, edition=_edition
)
