"""The verdicts of chain-analytics 3.4, written again from the text alone: slow, plain, nothing of the engine in it."""

import math
from dataclasses import dataclass, field


@dataclass
class Firm:
    """A company in plain words. scale: True above, False below, None unknown. revenue: fen, or None for unknown."""

    name: str
    on: list[str]
    anchor: bool = False
    scale: bool | None = None
    revenue: int | None = None
    group: str | None = None


@dataclass
class World:
    """A question: broader by segment, links (product, input, kind, essential), members by chain, firms, limits."""

    broader: dict[str, str | None]
    links: list[tuple[str, str, str, bool]]
    chains: dict[str, list[str]]
    residents: list[Firm]
    outside: list[Firm] | None = None
    stated: dict[str, set[str]] = field(default_factory=dict)
    demand: float = 1.0
    share: float = 0.8
    readiness: float = 0.5
    depth: int = 3
    decay: float = 0.5
    placed: int = 3
    kinds: tuple[str, ...] = ("material", "component", "equipment", "service", "software")


@dataclass
class Told:
    """What the text says of one segment."""

    kind: str
    demand: float
    score: float
    depth: int | None
    buyers: dict[str, float]
    makers: set[str]
    readiness: float | None
    ready: bool
    suppliers: int
    sources: set[str] | None


def above(world: World, code: str) -> list[str]:
    """The segment and everything that it is a kind of."""
    line: list[str] = []
    here: str | None = code
    while here is not None:
        line.append(here)
        here = world.broader[here]
    return line


def made(world: World, firm: Firm) -> set[str]:
    """A company makes x when it is placed on x or on a segment narrower than x."""
    return {x for code in firm.on for x in above(world, code)}


def wants(world: World, product: str) -> dict[str, bool]:
    """What goes into a product, said of it or of what it is a kind of; True where one saying is essential."""
    found: dict[str, bool] = {}
    for x in above(world, product):
        for into, what, kind, essential in world.links:
            if into == x and kind in world.kinds and what not in (into, product):
                found[what] = found.get(what, False) or essential
    return found


def walks(world: World, firm: Firm) -> dict[str, list[tuple[int, bool]]]:
    """Every (length, all links essential) of a walk along inputs from what the firm makes, up to the depth limit."""
    own = made(world, firm)
    found: dict[str, list[tuple[int, bool]]] = {}
    level = {(code, True) for code in own}
    for length in range(1, world.depth + 1):
        level = {(x, whole and essential) for code, whole in level for x, essential in wants(world, code).items()}
        for x, whole in level:
            if x not in own:
                found.setdefault(x, []).append((length, whole))
    return found


def control(firm: Firm) -> tuple[str, str]:
    """Who decides: the group where there is one."""
    return ("group", firm.group) if firm.group else ("firm", firm.name)


def tell(world: World) -> dict[str, Told]:
    """What the text says of every segment, without asking how much is known of its chains."""
    return {code: _tell(world, code) for code in world.broader}


def _tell(world: World, x: str) -> Told:
    makers = [f for f in world.residents if x in made(world, f)]
    buyers: dict[str, float] = {}
    score, depth = 0.0, None
    for firm in world.residents:
        ways = walks(world, firm).get(x, [])
        if not ways:
            continue
        direct = [whole for length, whole in ways if length == 1]
        if direct:
            buyers[firm.name] = 1.0 if any(direct) else 0.5
        weight = 4 if firm.anchor else 2 if firm.scale is True else 1
        score += weight * max((1.0 if whole else 0.5) * world.decay ** (length - 1) for length, whole in ways)
        nearest = min(length for length, _whole in ways)
        depth = nearest if depth is None else min(depth, nearest)
    demand = sum(buyers.values())

    here = {y for f in world.residents for y in made(world, f)}
    essential = [y for y, is_essential in wants(world, x).items() if is_essential]
    supplied = [y for y in essential if y in here]
    readiness = len(supplied) / len(essential) if essential and not makers else None
    suppliers = {control(f) for f in world.residents if any(y in made(world, f) for y in supplied)}
    sources = None if world.outside is None else _outside(world, x)
    reaches = readiness is not None and len(supplied) >= 1 and readiness >= world.readiness

    if not makers and demand >= world.demand:
        kind = "dependent" if _one_source(world, x) else "missing"
    elif makers and _is_thin(world, makers, buyers):
        kind = "thin"
    elif makers and all(f.scale is False for f in makers):
        kind = "weak"
    elif makers:
        kind = "made"
    elif reaches:
        kind = "extendable"
    else:
        kind = "outside"
    ready = reaches and kind in ("missing", "dependent")
    return Told(kind, demand, score, depth, buyers, {f.name for f in makers}, readiness, ready, len(suppliers), sources)


def _outside(world: World, x: str) -> set[str]:
    """Known makers outside, by who decides; who is resident is not outside."""
    names = {f.name for f in world.residents}
    return {f.group or f.name for f in world.outside or [] if x in made(world, f) and f.name not in names}


def _one_source(world: World, x: str) -> bool:
    """One known source outside: the outside list has one maker (common control is one), or the buyers state one."""
    return len(_outside(world, x)) == 1 or len(world.stated.get(x, set())) == 1


def _is_thin(world: World, makers: list[Firm], buyers: dict[str, float]) -> bool:
    """Is there a maker, alone or with its share of the known revenue, whom others depend on?"""
    groups = {control(f) for f in makers}
    known = sum(f.revenue for f in makers if f.revenue is not None)
    for one in groups:
        own = sum(f.revenue for f in makers if f.revenue is not None and control(f) == one)
        alone = len(groups) == 1
        holds = known > 0 and own / known >= world.share
        others = sum(e for f in world.residents if control(f) != one for name, e in buyers.items() if name == f.name)
        if (alone or holds) and others >= world.demand:
            return True
    return False


def placed(world: World, chain: str) -> int:
    """How many residents make something that stands in the chain."""
    return sum(1 for f in world.residents if made(world, f) & set(world.chains[chain]))


def shown(world: World) -> list[str]:
    """The verdicts in rank order: by score, the extendable at the end; nothing of chains too little known."""
    told = tell(world)
    known = {x for chain, members in world.chains.items() if placed(world, chain) >= world.placed for x in members}
    by_score = [x for x in told if x in known and told[x].kind in ("dependent", "missing", "thin", "weak")]
    by_readiness = [x for x in told if x in known and told[x].kind == "extendable"]
    by_score.sort(key=lambda x: (-told[x].score, told[x].depth or math.inf, x))
    by_readiness.sort(key=lambda x: (-(told[x].readiness or 0.0), -told[x].suppliers, x))
    return by_score + by_readiness
