"""Small atlases and zones for the tests of the engine, and random ones for its comparison with the oracle."""

import random
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from xinya.chain.engine import KINDS, Atlas, Chain, Column, Input, Limits, Resident, Segment

from .oracle import Firm, World


def small_atlas(
    links: Iterable[tuple[str, str, bool]],
    *,
    broader: dict[str, str | None] | None = None,
    chains: dict[str, Sequence[str]] | None = None,
    product: str | None = None,
) -> Atlas:
    """One chain `k` of everything that the links (product, input, essential) name, or the chains as given."""
    links, broader = list(links), broader or {}
    codes = dict.fromkeys([c for a, b, _e in links for c in (a, b)] + [*broader, *(b for b in broader.values() if b)])
    for members in (chains or {}).values():
        codes |= dict.fromkeys(members)
    segments = {c: Segment(c, f"环节{c}", f"Segment {c}", broader=broader.get(c)) for c in codes}
    column = (Column("all", "全部", "All", "mid"),)
    told = tuple(
        Chain(
            code,
            f"链{code}",
            f"Chain {code}",
            product=product,
            columns=column,
            members=tuple((m, "all") for m in members),
        )
        for code, members in (chains or {"k": list(codes)}).items()
    )
    return Atlas(told, segments, tuple(Input(a, b, "material", e) for a, b, e in links))


def atlas_of(world: World) -> Atlas:
    """The oracle's world as the engine reads it."""
    column = (Column("all", "全部", "All", "mid"),)
    segments = {c: Segment(c, f"环节{c}", f"Segment {c}", broader=above) for c, above in world.broader.items()}
    chains = tuple(
        Chain(code, code, code, columns=column, members=tuple((m, "all") for m in members))
        for code, members in world.chains.items()
    )
    return Atlas(chains, segments, tuple(Input(a, b, kind, e) for a, b, kind, e in world.links))


def residents_of(firms: Iterable[Firm]) -> list[Resident]:
    return [Resident(f.name, tuple(f.on), f.anchor, f.scale, f.revenue, f.group) for f in firms]


def limits_of(world: World) -> Limits:
    return Limits(
        demand=world.demand, share=world.share, readiness=world.readiness, depth=world.depth, decay=world.decay,
        residents=world.placed, kinds=world.kinds,
    )  # fmt: skip


def rich_world(seed: int) -> World:
    """A crowded zone, where every verdict is likely; `small_worlds` seldom gets that far."""
    chance = random.Random(seed)
    codes = [f"s{i}" for i in range(chance.randint(4, 9))]
    broader = {c: chance.choice(codes[:i]) if i and chance.random() < 0.25 else None for i, c in enumerate(codes)}
    density = chance.choice([0.1, 0.2, 0.35])
    links = [(a, b, chance.choice(KINDS), chance.random() < 0.6) for a in codes for b in codes if chance.random() < density]
    chains = {f"k{i}": [c for c in codes if chance.random() < 0.7] for i in range(chance.randint(1, 3))}
    makeable = chance.sample(codes, chance.randint(1, max(1, len(codes) * 2 // 3)))

    def firms(letter: str, count: int, among: list[str]) -> list[Firm]:
        return [
            Firm(
                f"{letter}{i}", chance.sample(among, min(len(among), chance.choice([0, 1, 1, 1, 2, 3]))),
                chance.random() < 0.2,
                chance.choice([True, False, False, None]), chance.choice([None, 0, 1, 2, 8, 10]),
                chance.choice([None, None, None, "g", "h"]),
            )
            for i in range(count)
        ]  # fmt: skip

    return World(
        broader=broader, links=links, chains=chains, residents=firms("c", chance.randint(3, 8), makeable),
        outside=chance.choice([None, firms("o", 3, codes), firms("o", 5, codes), firms("c", 4, codes)]),
        stated={c: set(chance.sample(["o0", "x", "y"], chance.randint(0, 2))) for c in codes if chance.random() < 0.15},
        demand=chance.choice([0.5, 1.0, 1.0, 1.5, 2.0]), share=chance.choice([0.25, 0.5, 0.8, 0.8, 1.0]),
        readiness=chance.choice([0.25, 0.5, 0.5, 0.75, 1.0]), depth=chance.randint(1, 4),
        decay=chance.choice([0.25, 0.5, 0.5, 0.75, 1.0]), placed=chance.randint(0, 4),
        kinds=tuple(chance.sample(KINDS, 4)) if chance.random() < 0.3 else KINDS,
    )  # fmt: skip


@st.composite
def small_worlds(draw: st.DrawFn) -> World:
    """Any atlas of up to eight segments and a zone. Numbers are such that sums are exact, so ranks can be compared."""
    codes = [f"s{i}" for i in range(draw(st.integers(1, 8)))]
    broader = {c: draw(st.sampled_from([None, None, *codes[:i]])) for i, c in enumerate(codes)}
    pairs = draw(st.lists(st.tuples(st.sampled_from(codes), st.sampled_from(codes)), max_size=16, unique=True))
    links = [(a, b, draw(st.sampled_from(KINDS)), draw(st.booleans())) for a, b in pairs]
    some = st.lists(st.sampled_from(codes), unique=True)
    chains = {f"k{i}": draw(some) for i in range(draw(st.integers(1, 3)))}

    def firms(letter: str, most: int) -> list[Firm]:
        return [
            Firm(
                f"{letter}{i}", draw(some.map(lambda codes: codes[:3])), draw(st.booleans()),
                draw(st.sampled_from([True, False, False, None])), draw(st.sampled_from([None, 0, 1, 2, 8, 10])),
                draw(st.sampled_from([None, None, "g", "h"])),
            )
            for i in range(draw(st.integers(0, most)))
        ]  # fmt: skip

    return World(
        broader=broader, links=links, chains=chains, residents=firms("c", 6),
        outside=draw(st.none() | st.just(0).map(lambda _: firms("o", 3))),
        stated=draw(st.dictionaries(st.sampled_from(codes), st.sets(st.sampled_from(["o0", "x", "y"])), max_size=3)),
        demand=draw(st.sampled_from([0.5, 1.0, 1.5, 2.0])), share=draw(st.sampled_from([0.25, 0.5, 0.8, 1.0])),
        readiness=draw(st.sampled_from([0.25, 0.5, 0.75, 1.0])), depth=draw(st.integers(1, 4)),
        decay=draw(st.sampled_from([0.25, 0.5, 0.75, 1.0])), placed=draw(st.integers(0, 3)),
        kinds=tuple(draw(st.lists(st.sampled_from(KINDS), unique=True, max_size=5)) if draw(st.booleans()) else KINDS),
    )  # fmt: skip


def worlds() -> st.SearchStrategy[World]:
    return small_worlds() | st.integers(0, 2**32).map(rich_world)
