"""The atlas that a zone looks through: the shipped packs, and in their place or beside them those that the zone published."""

import datetime
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from xinya.kit.memory import Memory
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.models import Zone

from ..engine import Atlas
from ..engine.placer import Placer
from ..files import Pack, join_packs, pack_from_members, placer_for, shipped_atlas, shipped_packs
from ..models import ZoneChain, ZonePack

MOST_KEPT, OBJECTS_PER_TEXT = 150_000_000, 5
"""Bytes of packs that a process remembers; how many bytes a pack takes in memory for each of its text."""
UNKNOWN_CHAIN = _("There is no chain %(chain)s; the chains are %(known)s.")
Key = tuple[int, datetime.datetime]
Chosen = tuple[tuple[str, Key | None], ...]
"""Codes of chains in the order they were chosen, each with the key of the pack that the zone published for it, if it did.

A key holds the instant of publication too: a number alone may come again when a database is set up anew.
"""


def pack_of_content(content: str) -> Pack:
    """The pack that a save or a publication holds."""
    return pack_from_members({name: text.encode() for name, text in json.loads(content).items()})


def chains_asked(*zones: Zone) -> QuerySet[Any]:
    """The zones' chains, each with `own` and `since`: number and instant of the pack that its zone published, if it did."""
    own = ZonePack.objects.filter(zone=OuterRef("zone"), code=OuterRef("chain"), replaced_at=None)
    return ZoneChain.objects.filter(zone__in=zones).annotate(
        own=Subquery(own.values("pk")[:1]), since=Subquery(own.values("published_at")[:1])
    )


def chosen_chains(zone: Zone) -> Chosen:
    """What the zone looks at. One statement."""
    found = chains_asked(zone).values_list("chain", "own", "since")
    return tuple((code, key_of_pack(pk, since)) for code, pk, since in found)


def key_of_pack(pk: int | None, since: datetime.datetime | None) -> Key | None:
    return None if pk is None or since is None else (pk, since)


def zone_chains(zone: Zone) -> tuple[str, ...]:
    """Codes of the zone's chains in the order they were chosen. One statement."""
    return tuple(code for code, _own in chosen_chains(zone))


_READ: Memory[Key, Pack] = Memory(MOST_KEPT)


def published_packs(keys: Iterable[Key]) -> dict[Key, Pack]:
    """Packs that zones published, each read once by this process: one statement for all that are not at hand, else none."""
    wanted, held = dict.fromkeys(keys), set(_READ.held())
    missing = [pk for pk, since in wanted if (pk, since) not in held]
    rows = ZonePack.objects.filter(pk__in=missing).values_list("pk", "content") if missing else ()
    texts: dict[int, str] = dict(rows)

    def pack(key: Key) -> Pack:
        def made() -> tuple[Pack, int]:
            text = texts.get(key[0]) or ZonePack.objects.values_list("content", flat=True).get(pk=key[0])
            return pack_of_content(text), OBJECTS_PER_TEXT * len(text)

        return _READ.get(key, made)

    return {key: pack(key) for key in wanted}


def unread_content() -> Subquery:
    """The content of a chain's own pack, of none that this process has read: for a statement that asks for the chains anyhow."""
    own = ZonePack.objects.filter(zone=OuterRef("zone"), code=OuterRef("chain"), replaced_at=None)
    return Subquery(own.exclude(pk__in=[pk for pk, _since in _READ.held()]).values("content")[:1])


def keep_pack(key: Key, text: str) -> None:
    """Read the content that `unread_content` brought, so that nobody asks for it again."""
    _READ.get(key, lambda: (pack_of_content(text), OBJECTS_PER_TEXT * len(text)))


def published_pack(key: Key) -> Pack:
    """One of them."""
    return published_packs([key])[key]


def forget_packs() -> None:
    """Forget what this process has read of published packs."""
    _READ.clear()
    _atlas.cache_clear()
    pack_alone.cache_clear()


def packs_of(zone: Zone) -> tuple[Pack, ...]:
    """Every pack that the zone may choose, its own in place of the shipped one of the same code. One statement."""
    return packs_with(published_keys(zone))


def published_keys(zone: Zone) -> Chosen:
    """The packs that the zone published and uses, chosen or not. One statement."""
    rows = ZonePack.objects.filter(zone=zone, replaced_at=None).values_list("code", "pk", "published_at")
    return tuple((code, (pk, since)) for code, pk, since in rows)


def packs_with(own: Iterable[tuple[str, Key | None]]) -> tuple[Pack, ...]:
    """The shipped packs with these published ones in their place or beside them."""
    keys = {code: key for code, key in own if key is not None}
    read = published_packs(keys.values())
    mine = {code: read[key] for code, key in keys.items()}
    shipped = tuple(mine.pop(p.code, p) for p in shipped_packs())
    return (*shipped, *mine.values())


def own_names(zones: QuerySet[Zone], first: Zone) -> dict[str, tuple[str, str]]:
    """Segments that packs of these zones define, published and in use: code -> Chinese and English name. One statement,
    and one for all packs that this process sees for the first time.

    Where two zones name a code differently, `first` has the word.
    """
    rows = ZonePack.objects.filter(zone__in=zones, replaced_at=None).order_by("pk").values_list("zone", "pk", "published_at")
    packs = published_packs((pk, since) for _zone, pk, since in sorted(rows, key=lambda row: row[0] == first.pk))
    return {r["code"]: (r["name_zh"], r["name_en"]) for pack in packs.values() for r in pack.segments if not r["home"]}


def atlas_with(packs: Iterable[Pack], chains: Iterable[str]) -> Atlas:
    """The atlas of these chains. Raises Refused for a chain that no pack has, home-missing."""
    every = tuple(packs)
    if [id(p) for p in every] == [id(p) for p in shipped_packs()]:  # nothing published: the joined atlas is at hand
        return shipped_atlas(chains)
    known, wanted = [p.code for p in every], set(chains)
    for code in sorted(wanted):
        if code not in known:
            raise Refused("unknown-chain", UNKNOWN_CHAIN, status=404, chain=code[:30], known=", ".join(known))
    return join_packs([p for p in every if p.code in wanted], homes=every)


def atlas_of(chosen: Chosen) -> Atlas:
    """The atlas of these chains; no statement but for a published pack that this process sees for the first time."""
    is_own = any(key is not None for _code, key in chosen)
    return _atlas(chosen) if is_own else shipped_atlas([code for code, _key in chosen])


def zone_atlas(zone: Zone) -> Atlas:
    """The zone's atlas, of all its chains. One statement."""
    return atlas_of(chosen_chains(zone))


@lru_cache(maxsize=32)
def _atlas(chosen: Chosen) -> Atlas:
    return atlas_with(packs_with(chosen), [code for code, _key in chosen])


@lru_cache(maxsize=64)
def pack_alone(published: Chosen, code: str) -> Atlas:
    """One pack of a zone with the homes of what it shares. published: everything that the zone uses."""
    return atlas_with(packs_with(published), [code])


@lru_cache(maxsize=32)
def placer_of(chosen: Chosen) -> Placer:
    """What places product texts on these chains."""
    return placer_for(atlas_of(chosen))
