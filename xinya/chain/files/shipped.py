"""What ships as data with the chain slice: packs, industry classes, words. Read once a process."""

import csv
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from xinya.chain.engine import Atlas
from xinya.chain.engine.placer import Model, Placer
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .pack import Pack, items, join_packs
from .reading import pack_from_folder

SHIPPED = Path(__file__).resolve().parent.parent / "packs"


@lru_cache(maxsize=1)
def shipped_packs() -> tuple[Pack, ...]:
    """The packs of this product, in the order of their codes."""
    return tuple(pack_from_folder(f) for f in sorted(SHIPPED.iterdir()) if (f / "pack.toml").is_file())


@lru_cache(maxsize=32)
def _atlas(codes: tuple[str, ...]) -> Atlas:
    return join_packs([p for p in shipped_packs() if p.code in codes], homes=shipped_packs())


def shipped_atlas(codes: Iterable[str] | None = None) -> Atlas:
    """The joined atlas of the shipped packs, or of those named. Raises Refused for a chain that no pack has."""
    known = [p.code for p in shipped_packs()]
    if codes is None:
        return _atlas(tuple(known))
    wanted = set(codes)
    for code in sorted(wanted):
        if code not in known:
            raise Refused(
                "unknown-chain",
                _("There is no chain %(chain)s; the chains are %(known)s."),
                status=404,
                chain=code,
                known=", ".join(known),
            )
    return _atlas(tuple(c for c in known if c in wanted))


@lru_cache(maxsize=1)
def industry_classes() -> dict[str, dict[str, str]]:
    """The shipped part of GB/T 4754-2017: code without section letter (the section itself: its letter) -> its row."""
    with (SHIPPED / "gbt4754_2017.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


@lru_cache(maxsize=1)
def word_list() -> tuple[tuple[str, ...], ...]:
    """(word, role, pack ...) for the placement by name: neutral, other-trade, making, trading; the packs whose own word it is."""
    with (SHIPPED / "words.csv").open(encoding="utf-8", newline="") as lines:
        return tuple((row["word"], row["role"], *items(row["chains"])) for row in csv.DictReader(lines))


@lru_cache(maxsize=1)
def usage_list() -> tuple[tuple[str, str], ...]:
    """(word of Taiwan, words of the mainland) for texts that find nothing as they are written."""
    with (SHIPPED / "taiwan_terms.csv").open(encoding="utf-8", newline="") as lines:
        return tuple((row["taiwan"], row["mainland"]) for row in csv.DictReader(lines))


@lru_cache(maxsize=1)
def synonym_list() -> tuple[tuple[str, str], ...]:
    """(word, the word put in its place) when two terms are compared: 马达 and 电动机 are 电机."""
    with (SHIPPED / "synonyms.csv").open(encoding="utf-8", newline="") as lines:
        return tuple((row["variant"], row["canonical"]) for row in csv.DictReader(lines))


@lru_cache(maxsize=1)
def everyday_list() -> tuple[tuple[str, str, str], ...]:
    """(word, segment, chain): short names that stand for a segment when a text says nothing else, such as 氢气 for hydrogen.

    With a chain, only where the company's other texts stand on that chain: 风机 is a turbine among wind makers, else a fan.
    """
    with (SHIPPED / "everyday_names.csv").open(encoding="utf-8", newline="") as lines:
        return tuple((row["word"], row["segment"], row["among"]) for row in csv.DictReader(lines))


@lru_cache(maxsize=1)
def wide_list() -> tuple[tuple[str, str], ...]:
    """(word, segment): names and aliases that other trades use for other things, such as EMC for the moulding compound.

    They place a text only where something else of the company speaks for the chain. The table's third column says what else
    they name.
    """
    with (SHIPPED / "wide_words.csv").open(encoding="utf-8", newline="") as lines:
        return tuple((row["word"], row["segment"]) for row in csv.DictReader(lines))


@lru_cache(maxsize=1)
def placement_model() -> Model:
    """The fitted weights and limits of the placement, with their version."""
    told = json.loads((SHIPPED / "placement_model.json").read_text(encoding="utf-8"))
    return Model(told["weights"], told["automatic"], told["pending"], told["version"])


def placer_for(atlas: Atlas) -> Placer:
    """A placer on an atlas with the shipped words, synonyms and model; the shipped atlases share theirs."""
    codes = tuple(c.code for c in atlas.chains)
    if all(c in {p.code for p in shipped_packs()} for c in codes) and shipped_atlas(codes) is atlas:
        return shipped_placer(codes)
    return _new_placer(atlas)


def _new_placer(atlas: Atlas) -> Placer:
    return Placer(atlas, word_list(), usage_list(), synonym_list(), everyday_list(), placement_model(), wide=wide_list())


@lru_cache(maxsize=32)
def shipped_placer(codes: tuple[str, ...] | None = None) -> Placer:
    """A placer on the shipped chains, or on those named."""
    return _new_placer(shipped_atlas(codes))
