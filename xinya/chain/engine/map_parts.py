"""What a chain picture is made of: the segments, columns and links it is given, the boxes and routes it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass

from xinya.chain.engine.map_labels import Label

KINDS = ("made", "thin", "weak", "missing", "dependent", "extendable", "outside", "unknown")
MARKS = ("", "ready", "building", "stale")
STAGES = ("up", "mid", "down", "equipment", "service")
SUPPORT_STAGES = ("equipment", "service")
GAPS = ("missing", "dependent")


@dataclass(frozen=True, slots=True)
class MapNode:
    """A segment. `column` counts from 0; `makers`: companies here; `note`: words for its description.

    aliases: its other names, from which the layout learns where a Chinese name may be broken.
    """

    code: str
    name: str
    column: int
    kind: str
    makers: int
    mark: str = ""
    href: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapColumn:
    """A stage column of the chain; `stage` is up, mid, down, equipment or service."""

    name: str
    stage: str


@dataclass(frozen=True, slots=True)
class MapLink:
    """`source` is an input of `target`."""

    source: str
    target: str
    essential: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Widths in px: of the picture, of every box, of the space between two columns."""

    width: float
    box_width: float
    gap: float

    def left(self, column: int) -> float:
        """The left edge of a main column, counted from 0."""
        return column * (self.box_width + self.gap)


@dataclass(frozen=True, slots=True)
class Box:
    """A segment's place in px, with its label already broken into lines."""

    node: MapNode
    x: float
    y: float
    width: float
    height: float
    label: Label

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name over its rule, with how many of its segments somebody here makes."""

    label: Label
    x: float
    y: float
    width: float
    rule_y: float
    rule_width: float
    made: int
    total: int


@dataclass(frozen=True, slots=True)
class Route:
    """A drawn link: its path, and the arrow at the target's edge (`tip` points `right`, `left`, `down` or `up`)."""

    source: str
    target: str
    path: str
    tip_x: float
    tip_y: float
    tip: str
    gap: str
    back: bool


@dataclass(frozen=True, slots=True)
class MapPlan:
    """The finished layout. `left_out`: links of the main map without a line; `to_support`: links of the band."""

    width: float
    height: float
    headings: tuple[Heading, ...]
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    left_out: int
    to_support: int


def check_chain(columns: Sequence[MapColumn], nodes: Sequence[MapNode], links: Sequence[MapLink]) -> None:
    """Refuse what cannot be drawn: raises ValueError that names the segment, column or link."""
    for column in columns:
        if column.stage not in STAGES:
            raise ValueError(f"column {column.name!r} has the unknown stage {column.stage!r}")
    seen: set[str] = set()
    for node in nodes:
        if node.code in seen:
            raise ValueError(f"segment {node.code!r} is listed twice")
        if not 0 <= node.column < len(columns):
            raise ValueError(f"segment {node.code!r} is in column {node.column}, the chain has {len(columns)}")
        if node.kind not in KINDS:
            raise ValueError(f"segment {node.code!r} has the unknown kind {node.kind!r}")
        if node.mark not in MARKS:
            raise ValueError(f"segment {node.code!r} has the unknown mark {node.mark!r}")
        if node.makers < 0:
            raise ValueError(f"segment {node.code!r} has {node.makers} makers")
        seen.add(node.code)
    for link in links:
        if link.source == link.target:
            raise ValueError(f"segment {link.source!r} is listed as its own input")
        for code in (link.source, link.target):
            if code not in seen:
                raise ValueError(f"the link {link.source!r} to {link.target!r} names the unknown segment {code!r}")


def unique_links(links: Sequence[MapLink]) -> list[MapLink]:
    """Each pair once, in first-seen order; essential when any of its rows is."""
    essential: dict[tuple[str, str], bool] = {}
    for link in links:
        pair = (link.source, link.target)
        essential[pair] = essential.get(pair, False) or link.essential
    return [MapLink(source, target, is_essential) for (source, target), is_essential in essential.items()]
