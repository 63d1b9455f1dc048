"""The layout of a chain's picture: stage columns with shared rows, and a band below for equipment and services.

Pure: the same chain gives the same layout. All lengths in px at the picture's own scale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xinya.chain.engine.map_labels import Label, count_pairs, fit_label, text_width
from xinya.chain.engine.map_order import Arrangement, arrange
from xinya.chain.engine.map_parts import (
    SUPPORT_STAGES,
    Box,
    Frame,
    Heading,
    MapColumn,
    MapLink,
    MapNode,
    MapPlan,
    Route,
    check_chain,
    unique_links,
)
from xinya.chain.engine.map_routes import draw_routes, lane_heights, lane_room, lane_runs

__all__ = ["MapColumn", "MapLink", "MapNode", "MapPlan", "column_frame", "plan_map", "support_columns"]

PAGE = 1376.0
MOST_LINES = 120  # more links than this, and only essential ones are drawn as lines
BOX_HEIGHT, ROW_GAP = 40.0, 13.0
PAD, MARK_ROOM = 10.0, 36.0
COUNT_SIZE, MARK_WORD_ROOM = 13.0, 22.0
HEADING_STEPS = ((15.0, 1), (15.0, 2), (13.5, 2), (13.5, 3))
SUPPORT_GAP, SUPPORT_INDENT = 12.0, 24.0
# language: least gap between columns, narrowest and widest box
FRAMES = {"zh": (60.0, 140.0, 176.0), "en": (48.0, 150.0, 196.0)}


def support_columns(columns: Sequence[MapColumn]) -> list[int]:
    """Columns of equipment and services: they stand below the main map."""
    return [i for i, column in enumerate(columns) if column.stage in SUPPORT_STAGES]


def column_frame(main: int, language: str) -> Frame:
    """Boxes as wide as the page allows for so many main columns; past that the picture grows wider than the page."""
    least, narrow, wide = FRAMES[language]
    count = max(main, 1)
    box = min(wide, max(narrow, (PAGE - (count - 1) * least) // count))
    if count == 1:
        return Frame(PAGE, box, least)
    gap = min(200.0, max(least, (PAGE - count * box) / (count - 1)))
    return Frame(max(PAGE, count * box + (count - 1) * gap), box, gap)


def plan_map(columns: Sequence[MapColumn], nodes: Sequence[MapNode], links: Sequence[MapLink], *, language: str) -> MapPlan:
    """Place every segment and route every drawn link. Raises ValueError naming what cannot be drawn."""
    check_chain(columns, nodes, links)
    support = support_columns(columns)
    main = [i for i in range(len(columns)) if i not in support]
    inside = {node.code for node in nodes if node.column in main}
    known = unique_links(links)
    own = [link for link in known if link.source in inside and link.target in inside]
    drawn = [(link.source, link.target) for link in own if link.essential or len(own) <= MOST_LINES]

    pairs = count_pairs(name for node in nodes for name in (node.name, *node.aliases))
    frame = column_frame(len(main), language)
    floor = 0.0
    headings: list[Heading] = []
    boxes: dict[str, Box] = {}
    routes: list[Route] = []
    if main:
        arrangement = arrange([[node.code for node in nodes if node.column == i] for i in main], drawn)
        headings, top = main_headings([(columns[i], [n for n in nodes if n.column == i]) for i in main], frame, pairs)
        boxes, floor = main_boxes(arrangement, nodes, frame, top, pairs)
        routes = draw_routes(arrangement, boxes, lane_heights(arrangement, boxes, top, floor), drawn, frame)
    band = [(columns[i], [node for node in nodes if node.column == i]) for i in support]
    band_headings, band_boxes, height = support_band(band, frame, floor, pairs)
    return MapPlan(
        width=frame.width,
        height=height,
        headings=(*headings, *band_headings),
        boxes=(*boxes.values(), *band_boxes),
        routes=tuple(routes),
        left_out=len(own) - len(drawn),
        to_support=len(known) - len(own),
    )


def label_left(node: MapNode) -> float:
    """Room before the name: the verdict's mark stands there."""
    return PAD if node.kind == "made" else MARK_ROOM


def label_right(node: MapNode) -> float:
    """Room after the name: the number of makers, with the small mark below it."""
    count = text_width(str(node.makers), COUNT_SIZE) if node.makers else 0.0
    mark = MARK_WORD_ROOM if node.mark else 0.0
    return PAD + (max(count, mark) + 6 if count or mark else 0.0)


def place_box(node: MapNode, x: float, middle: float, frame: Frame, pairs: Mapping[str, int]) -> Box:
    """The segment's box around the height `middle`, as high as its label needs."""
    room = frame.box_width - label_left(node) - label_right(node)
    label = fit_label(node.name, room, bold=node.kind == "missing", pairs=pairs)
    height = box_height(label)
    return Box(node, x, middle - height / 2, frame.box_width, height, label)


def box_height(label: Label) -> float:
    return max(BOX_HEIGHT, round(label.height + 9))


def heading(column: MapColumn, members: Sequence[MapNode], x: float, y: float, width: float) -> Heading:
    """A column's name in `width` px with its count at the right; the rule is set by the caller."""
    made, total = sum(1 for node in members if node.makers), len(members)
    blank = Heading(Label((), 0.0), x, y, width, y, width, made, total)
    return replace(blank, label=heading_label(blank, column, HEADING_STEPS[0][0], {}))


def heading_label(item: Heading, column: MapColumn, largest: float, pairs: Mapping[str, int]) -> Label:
    """The column's name beside its count, in type no larger than `largest`."""
    room = item.width - text_width(f"{item.made}/{item.total}", COUNT_SIZE) - 8
    steps = tuple(step for step in HEADING_STEPS if step[0] <= largest)
    return fit_label(column.name, room, bold=True, steps=steps, pairs=pairs)


def main_headings(
    columns: Sequence[tuple[MapColumn, Sequence[MapNode]]], frame: Frame, pairs: Mapping[str, int]
) -> tuple[list[Heading], float]:
    """Headings over one common rule, and the height at which the boxes may begin."""
    found = [heading(column, members, frame.left(k), 0.0, frame.box_width) for k, (column, members) in enumerate(columns)]
    size = min(item.label.size for item in found)
    found = [
        replace(item, label=heading_label(item, column, size, pairs)) for item, (column, _) in zip(found, columns, strict=True)
    ]
    rule = max(item.label.height for item in found) + 7
    return [replace(item, y=rule - 7 - item.label.height, rule_y=rule) for item in found], rule + 14


def main_boxes(
    arrangement: Arrangement, nodes: Sequence[MapNode], frame: Frame, top: float, pairs: Mapping[str, int]
) -> tuple[dict[str, Box], float]:
    """Boxes centred in shared rows that leave room for the lanes between them; and the lower end of the rows."""
    x_of = {stop: frame.left(k) for k, column in enumerate(arrangement.order) for stop in column}
    free = {node.code: place_box(node, x_of[node.code], 0.0, frame, pairs) for node in nodes if node.code in arrangement.row}
    height = [BOX_HEIGHT] * arrangement.rows
    for code, row in arrangement.row.items():
        height[row] = max(height[row], free[code].height)
    gaps = row_gaps(arrangement, height)
    middle, y = [], top
    for row in range(arrangement.rows):
        y += gaps[row]
        middle.append(y + height[row] / 2)
        y += height[row]
    placed = {code: replace(box, y=middle[arrangement.row[code]] - box.height / 2) for code, box in free.items()}
    in_order = sorted(placed.values(), key=lambda box: (box.x, box.y))
    return {box.node.code: box for box in in_order}, y + gaps[-1]


def row_gaps(arrangement: Arrangement, height: Sequence[float]) -> list[float]:
    """Space above each row, and below the last: as much as the fullest run of lanes needs there."""
    rows = arrangement.rows
    gaps = [0.0] + [ROW_GAP] * max(rows - 1, 0) + [0.0]
    for column in arrangement.order:
        for above, lanes, below in lane_runs(column):
            first = arrangement.row[above] + 1 if above else 0
            last = arrangement.row[below] if below else rows
            free = sum(gaps[first : last + 1]) + sum(height[first:last])
            gaps[last] += max(0.0, lane_room(len(lanes)) - free)
    return gaps


def support_band(
    columns: Sequence[tuple[MapColumn, Sequence[MapNode]]], frame: Frame, floor: float, pairs: Mapping[str, int]
) -> tuple[list[Heading], list[Box], float]:
    """Each supporting column as a heading at the left and its segments beside it, in as many rows as they need."""
    headings: list[Heading] = []
    boxes: list[Box] = []
    left = frame.box_width + SUPPORT_INDENT
    per_row = max(1, int((frame.width - left + SUPPORT_GAP) // (frame.box_width + SUPPORT_GAP)))
    wide = replace(frame, box_width=(frame.width - left + SUPPORT_GAP) / per_row - SUPPORT_GAP)
    y = floor
    for column, members in columns:
        rule = y + 18
        title = heading(column, members, 0.0, rule + 18, frame.box_width)
        label = heading_label(title, column, title.label.size, pairs)
        headings.append(replace(title, label=label, rule_y=rule, rule_width=frame.width))
        y = rule + 10
        for first in range(0, len(members), per_row):
            row = [
                place_box(node, left + k * (wide.box_width + SUPPORT_GAP), 0.0, wide, pairs)
                for k, node in enumerate(members[first : first + per_row])
            ]
            tallest = max(box.height for box in row)
            boxes += [replace(box, y=y + (tallest - box.height) / 2) for box in row]
            y += tallest + SUPPORT_GAP
        y = max(y - SUPPORT_GAP, rule + 18 + title.label.height)
    return headings, boxes, y
