"""The chain's picture as SVG text: the map with its links, and the strip with one square per segment.

No script, no inline style; no ids, so that several pictures can stand on one page; colours come from classes.
"""

from collections.abc import Sequence
from html import escape

from xinya.chain.engine.map_labels import LEADING, Label, break_lines, clean_text
from xinya.chain.engine.map_layout import MARK_WORD_ROOM, label_left, plan_map
from xinya.chain.engine.map_parts import KINDS, Box, Heading, MapColumn, MapLink, MapNode, MapPlan, Route, check_chain
from xinya.chain.engine.map_routes import px
from xinya.chain.engine.map_words import (
    BETWEEN_SENTENCES,
    KIND_CLASS,
    LETTERS,
    MAP_LABEL,
    MARK_LETTERS,
    ONLY_ESSENTIAL,
    STRIP_LABEL,
    SUPPORT_QUIET,
    count_kinds,
    describe,
)
from xinya.kit.text import say, short_language

__all__ = ["MapColumn", "MapLink", "MapNode", "draw_map", "draw_strip"]

MARK_SIZE = 20.0
NOTE_SIZE = 12.5
# Past these widths the picture is not shrunk to the page any more but scrolls, so that type stays at 12 px.
WIDE = ((1800.0, " wider"), (1620.0, " wide"))
# small and large strip: square, gap, gap between columns, squares above each other, width beyond which more are stacked
STRIPS = {False: (15, 3, 12, 4, 690), True: (19, 3, 7, 6, 420)}
HIGHEST_STRIP = 14


def draw_map(
    title: str,
    columns: Sequence[MapColumn],
    nodes: Sequence[MapNode],
    links: Sequence[MapLink],
    *,
    language: str,
    note: str,
) -> str:
    """The whole chain as `<svg class="chain">`, `note` printed below. Raises ValueError naming what cannot be drawn."""
    language = short_language(language)
    plan = plan_map(columns, nodes, links, language=language)
    inputs: dict[str, list[str]] = {}
    for link in links:
        inputs.setdefault(link.target, []).append(link.source)
    parts = [heading_svg(item) for item in plan.headings]
    parts += [route_svg(route) for route in plan.routes]
    parts += [box_svg(box, inputs.get(box.node.code, []), language) for box in plan.boxes]
    lines = note_lines(plan, note, language)
    top = plan.height + 30
    parts += [f'<text class="foot" x="0" y="{px(top + i * 19)}">{safe(line)}</text>' for i, line in enumerate(lines)]
    height = top + len(lines) * 19 - 10 if lines else plan.height + 4
    label = say(language, MAP_LABEL, title=clean_text(title), count=len(nodes))
    size = "chain" + next((name for width, name in WIDE if plan.width > width), "")
    frame = f'viewBox="-2 -2 {px(plan.width + 4)} {px(height + 4)}"'
    opening = f'<svg class="{size}" {frame} role="group" aria-label="{safe(label)}">'
    return "\n".join([opening, *parts, "</svg>"])


def draw_strip(title: str, columns: Sequence[MapColumn], nodes: Sequence[MapNode], *, language: str, large: bool = False) -> str:
    """The chain at a glance: one square per segment, a group per column, for lists and small screens."""
    language = short_language(language)
    check_chain(columns, nodes, ())
    cell, gap, apart, rows, widest = STRIPS[large]
    groups = [sorted((n for n in nodes if n.column == i), key=lambda n: KINDS.index(n.kind)) for i in range(len(columns))]
    groups = [members for members in groups if members]
    while rows < HIGHEST_STRIP and sum(-(-len(m) // rows) * (cell + gap) - gap + apart for m in groups) - apart > widest:
        rows += 1
    parts: list[str] = []
    x, deepest = 0, 1
    for members in groups:
        for k, node in enumerate(members):
            parts.append(square_svg(node, x + (k // rows) * (cell + gap), (k % rows) * (cell + gap), cell, language))
        deepest = max(deepest, min(rows, len(members)))
        x += -(-len(members) // rows) * (cell + gap) - gap + apart
    width, height = max(x - apart, cell), deepest * (cell + gap) - gap
    label = say(language, STRIP_LABEL, title=clean_text(title), kinds=count_kinds(nodes, language))
    return (
        f'<svg class="strip{" lg" if large else ""}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{safe(label)}">{"".join(parts)}</svg>'
    )


def safe(text: str) -> str:
    """Text for an element or an attribute: XML's forbidden characters are gone, its own are escaped."""
    return escape(clean_text(text))


def square_svg(node: MapNode, x: int, y: int, cell: int, language: str) -> str:
    """One square of the strip; a corner shows that the gap is being built or that its inputs are ready."""
    name = KIND_CLASS[node.kind]
    stale = " stale" if node.mark == "stale" else ""
    parts = [f'<rect class="sq {name}{stale}" x="{x + 0.5:g}" y="{y + 0.5:g}" width="{cell - 1}" height="{cell - 1}" rx="1.5"/>']
    if node.kind not in ("made", "outside"):
        letter = LETTERS[language][node.kind]
        parts.append(f'<text class="sqt {name}" x="{x + cell / 2:g}" y="{y + cell * 0.755:g}">{letter}</text>')
    if node.mark in ("ready", "building"):
        parts.append(f'<path class="sqc {node.mark}" d="M{x + cell - 6} {y}h6v6z"/>')
    return "".join(parts)


def heading_svg(item: Heading) -> str:
    """A column's name, its count and its rule."""
    last = item.y + item.label.height - item.label.size * 0.28
    return (
        f'<text class="stage {size_class(item.label)}">{spans(item.label, item.x, item.y)}</text>'
        f'<text class="stagen" x="{px(item.x + item.width)}" y="{px(last)}">{item.made}/{item.total}</text>'
        f'<path class="rule" d="M{px(item.x)} {px(item.rule_y)}h{px(item.rule_width)}"/>'
    )


def spans(label: Label, x: float, top: float) -> str:
    """The label's lines; the first baseline lies where the line's middle is centred in its leading."""
    first = top + label.size * (LEADING / 2 + 0.36)
    return "".join(
        f'<tspan x="{px(x)}" y="{px(first + i * label.size * LEADING)}">{escape(line)}</tspan>'
        for i, line in enumerate(label.lines)
    )


def size_class(label: Label) -> str:
    """`s14`, `s13` and so on: the type size, set by the style sheet."""
    return f"s{label.size:g}".replace(".", "-")


def route_svg(route: Route) -> str:
    """A link: its line and its arrow, in one group that lights up together."""
    names = ["ln"]
    if route.gap:
        names += ["gap", KIND_CLASS[route.gap]]
    if route.back:
        names.append("back")
    x, y = px(route.tip_x), px(route.tip_y)
    tip = {"right": "l-7-3.2v6.4z", "left": "l7-3.2v6.4z", "down": "l-3.2-7h6.4z", "up": "l-3.2 7h6.4z"}[route.tip]
    return (
        f'<g class="{" ".join(names)}" data-a="{safe(route.source)}" data-b="{safe(route.target)}">'
        f'<path d="{route.path}"/><path class="tip" d="M{x} {y}{tip}"/></g>'
    )


def box_svg(box: Box, inputs: Sequence[str], language: str) -> str:
    """A segment: link, words, box, mark of its verdict, name, number of makers, small mark."""
    node = box.node
    kind = KIND_CLASS[node.kind]
    classes = " ".join(["nd", kind, *([node.mark] if node.mark else [])])
    href = f' href="{safe(node.href)}"' if node.href else ""
    needs = f' data-from="{safe(" ".join(inputs))}"' if inputs else ""
    parts = [
        f'<a class="{classes}" data-n="{safe(node.code)}"{needs}{href} aria-label="{safe(node.name)}">',
        f"<title>{safe(node.name)}</title>" if box.label.cut else "",
        f"<desc>{safe(describe(node, language))}</desc>",
        f'<rect class="bx" x="{px(box.x)}" y="{px(box.y)}" width="{px(box.width)}" height="{px(box.height)}" rx="3"/>',
    ]
    if node.kind != "made":
        parts.append(verdict_svg(node.kind, box.x + 9, box.middle - MARK_SIZE / 2, language))
    name_top = box.middle - box.label.height / 2
    parts.append(f'<text class="nm {size_class(box.label)}">{spans(box.label, box.x + label_left(node), name_top)}</text>')
    parts.append(corner_svg(box, language))
    return "".join(parts) + "</a>"


def corner_svg(box: Box, language: str) -> str:
    """At the right: the number of makers here, and under it the small mark."""
    node, right, parts = box.node, box.x + box.width - 9, []
    both = bool(node.makers and node.mark)
    if node.makers:
        parts.append(f'<text class="ct" x="{px(right)}" y="{px(box.middle + (-4 if both else 4.7))}">{node.makers}</text>')
    if node.mark:
        wide = MARK_WORD_ROOM if len(MARK_LETTERS[language][node.mark]) > 1 else 17.0
        top = box.middle + (1.5 if both else -8)
        letter = MARK_LETTERS[language][node.mark]
        parts.append(
            f'<rect class="sm {node.mark}" x="{px(right - wide)}" y="{px(top)}" width="{px(wide)}" height="16" rx="2"/>'
            f'<text class="smt {node.mark}" x="{px(right - wide / 2)}" y="{px(top + 12)}">{letter}</text>'
        )
    return "".join(parts)


def verdict_svg(kind: str, x: float, y: float, language: str) -> str:
    """The mark of a verdict: a shape of its own as well as a character of its own."""
    name, size, letter = KIND_CLASS[kind], MARK_SIZE, LETTERS[language][kind]
    square = f'<rect class="mk {name}" x="{px(x)}" y="{px(y)}" width="{size:g}" height="{size:g}" rx="2"/>'
    shape, middle = square, x + size / 2
    if kind == "weak":
        lines = ((1, 8, 7), (1, 16, 15), (4, 19, 15), (12, 19, 7))
        hatch = "".join(f"M{px(x + dx)} {px(y + dy)}l{length}-{length}" for dx, dy, length in lines)
        shape += f'<path class="hatch" d="{hatch}"/>'
    elif kind == "dependent":
        shape = f'<circle class="mk {name}" cx="{px(middle)}" cy="{px(y + size / 2)}" r="{size / 2:g}"/>'
    elif kind == "extendable":
        shape = f'<path class="mk {name}" d="M{px(x - 1)} {px(y)}h15l7 10l-7 10h-15z"/>'
        middle -= 1
    elif kind == "unknown":
        shape = f'<rect class="mk {name}" x="{px(x)}" y="{px(y)}" width="{size:g}" height="{size:g}" rx="10"/>'
    return f'{shape}<text class="mkt {name}" x="{px(middle)}" y="{px(y + 14.5)}">{letter}</text>'


def note_lines(plan: MapPlan, note: str, language: str) -> list[str]:
    """What is said below the picture: the caller's note, and which links have no line."""
    sentences = [clean_text(note)] if clean_text(note) else []
    if plan.left_out:
        drawn = len(plan.routes)
        sentences.append(say(language, ONLY_ESSENTIAL, all=drawn + plan.left_out, drawn=drawn))
    if plan.to_support:
        sentences.append(say(language, SUPPORT_QUIET))
    text = BETWEEN_SENTENCES[language].join(sentences)
    return break_lines(text, plan.width, NOTE_SIZE)[0] if text else []
