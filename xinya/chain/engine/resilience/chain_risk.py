"""Where on a chain the zone hangs on one company: one square a segment, coloured by what stops with its weightiest maker here.

No script, no inline style, no ids; colours come from classes, and every square of a percent or more says its figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinya.chain.engine.map_labels import clean_text
from xinya.chain.engine.map_svg import safe
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

CELL, GAP, APART, HIGH = 28, 3, 10, 5
NARROW = 330
LEVELS = ((0.1, "l3"), (0.03, "l2"), (0.01, "l1"), (0.0, "l0"))
LABEL = _("%(title)s: %(made)s segments made here, %(heavy)s of them by a company whose failure costs the zone a tenth or more")


@dataclass(frozen=True, slots=True)
class SegmentRisk:
    """loss: the largest share of the zone's output that is lost with one maker here, 0 to 1; None where nobody here makes it."""

    code: str
    name: str
    column: int
    loss: float | None
    maker: str = ""


def segment_losses(makers: Mapping[str, Sequence[str]], losses: Mapping[str, float]) -> dict[str, tuple[float, str]]:
    """For every segment with a maker whose loss is known: the largest of them, and whose it is."""
    found = {}
    for code, names in makers.items():
        known = [(losses[name], name) for name in names if name in losses]
        if known:
            found[code] = max(known, key=lambda one: (one[0], one[1]))
    return found


def level_of(loss: float | None) -> str:
    """The class of a square: l0 below one percent, l1, l2 from three, l3 from ten, none where nobody makes it."""
    return "none" if loss is None else next(name for least, name in LEVELS if loss >= least)


def draw_chain_risk(title: str, segments: Sequence[SegmentRisk], *, language: str, is_narrow: bool = False) -> str:
    """`<svg class="riskstrip">`, columns from the raw material to the service, the heaviest segment of each on top."""
    groups: dict[int, list[SegmentRisk]] = {}
    for one in segments:
        groups.setdefault(one.column, []).append(one)
    rows = HIGH
    while is_narrow and sum(-(-len(g) // rows) * (CELL + GAP) + APART for g in groups.values()) > NARROW and rows < len(segments):
        rows += 1
    parts, x, deepest = [], 0, 1
    for column in sorted(groups):
        members = sorted(groups[column], key=lambda one: (-(one.loss if one.loss is not None else -1.0), one.code))
        for k, one in enumerate(members):
            parts.append(_square(one, x + (k // rows) * (CELL + GAP), (k % rows) * (CELL + GAP)))
        deepest = max(deepest, min(rows, len(members)))
        x += -(-len(members) // rows) * (CELL + GAP) + APART
    width, height = max(x - APART - GAP, CELL), deepest * (CELL + GAP) - GAP
    made = [one.loss for one in segments if one.loss is not None]
    label = say(language, LABEL, title=clean_text(title), made=len(made), heavy=sum(1 for loss in made if loss >= LEVELS[0][0]))
    return (
        f'<svg class="riskstrip" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{safe(label)}">{"".join(parts)}</svg>'
    )


def _square(one: SegmentRisk, x: int, y: int) -> str:
    level = level_of(one.loss)
    drawn = f'<rect class="{level}" x="{x + 0.5:g}" y="{y + 0.5:g}" width="{CELL - 1}" height="{CELL - 1}" rx="2"/>'
    figure = "" if one.loss is None or one.loss < LEVELS[2][0] else f"{one.loss * 100:.0f}"
    text = f'<text class="{level}" x="{x + CELL / 2:g}" y="{y + CELL * 0.66:g}">{figure}</text>' if figure else ""
    return f"<g><title>{safe(one.name)}</title>{drawn}{text}</g>"
