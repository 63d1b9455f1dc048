"""Where the lines run: lanes between rows, one port per link on a box's edge, curves between columns, arcs within one.

A line is only ever in the space between two columns or in a lane between two rows, so it never runs under a box.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from xinya.chain.engine.map_order import Arrangement, Stop
from xinya.chain.engine.map_parts import GAPS, Box, Frame, Route

LANE_STEP, LANE_MARGIN = 4.0, 7.0
PORT_STEP, PORT_MARGIN = 6.0, 7.0
BACK = "back"


def lane_room(lanes: int) -> float:
    """Height that so many lanes need between two boxes, in px."""
    return 0.0 if lanes == 0 else 2 * LANE_MARGIN + (lanes - 1) * LANE_STEP


def lane_runs(column: Sequence[Stop]) -> list[tuple[str | None, list[Stop], str | None]]:
    """Lanes of a column in runs: the box above, the lanes, the box below."""
    runs: list[tuple[str | None, list[Stop], str | None]] = []
    above: str | None = None
    waiting: list[Stop] = []
    for stop in column:
        if isinstance(stop, tuple):
            waiting.append(stop)
            continue
        if waiting:
            runs.append((above, waiting, stop))
        above, waiting = stop, []
    if waiting:
        runs.append((above, waiting, None))
    return runs


def lane_heights(plan: Arrangement, boxes: Mapping[str, Box], top: float, bottom: float) -> dict[Stop, float]:
    """The y of every lane: near the stops it joins, in the column's order, clear of the boxes above and below."""
    joined: dict[Stop, list[Stop]] = {}
    for way in plan.ways.values():
        for left, right in pairwise(way):
            joined.setdefault(left, []).append(right)
            joined.setdefault(right, []).append(left)
    height: dict[Stop, float] = {code: box.middle for code, box in boxes.items()}
    for column in plan.order:
        for above, lanes, below in lane_runs(column):
            low = (boxes[above].y + boxes[above].height if above else top) + LANE_MARGIN
            high = (boxes[below].y if below else bottom) - LANE_MARGIN
            wishes = []
            for lane in lanes:
                near = [height[stop] for stop in joined[lane] if stop in height]
                wishes.append(sum(near) / len(near) if near else (low + high) / 2)
            height.update(zip(lanes, spread(wishes, low, high), strict=True))
    return height


def spread(wishes: Sequence[float], low: float, high: float) -> list[float]:
    """Heights in the given order, at least a lane's step apart, between `low` and `high`."""
    step = LANE_STEP if len(wishes) < 2 else min(LANE_STEP, max(0.0, (high - low) / (len(wishes) - 1)))
    found: list[float] = []
    for wish in wishes:
        found.append(max(wish, low, found[-1] + step if found else low))
    limit = high
    for i in range(len(found) - 1, -1, -1):
        found[i] = min(found[i], limit)
        limit = found[i] - step
    return found


class Ports:
    """Ports on the edges of the boxes, sorted by where their links go, so that no two share a line by chance."""

    def __init__(
        self,
        plan: Arrangement,
        boxes: Mapping[str, Box],
        heights: Mapping[Stop, float],
        arcs: Sequence[tuple[str, str]],
    ):
        wanted: dict[tuple[str, str], dict[object, tuple[int, float]]] = {}
        for (source, target), way in plan.ways.items():
            is_back = way[0] != source
            left, right = (target, source) if is_back else (source, target)
            wanted.setdefault((left, "right"), {})[self._key(way[1], is_back)] = (0, heights[way[1]])
            wanted.setdefault((right, "left"), {})[self._key(way[-2], is_back)] = (0, heights[way[-2]])
        for source, target in arcs:
            below = 1 if boxes[target].y > boxes[source].y else -1
            wanted.setdefault((source, "right"), {})[("arc", source, target)] = (below, heights[target])
            wanted.setdefault((target, "right"), {})[("arc", source, target)] = (-below, heights[source])
        self._y: dict[tuple[str, str, object], float] = {}
        for (code, edge), keys in wanted.items():
            box, line = boxes[code], sorted(keys, key=keys.__getitem__)
            span = min(box.height - 2 * PORT_MARGIN, PORT_STEP * (len(line) - 1))
            for i, key in enumerate(line):
                share = 0.0 if len(line) == 1 else i / (len(line) - 1) - 0.5
                self._y[(code, edge, key)] = box.middle + span * share

    @staticmethod
    def _key(stop: Stop, is_back: bool) -> object:
        return (stop, BACK) if is_back else stop

    def toward(self, code: str, edge: str, stop: Stop, is_back: bool) -> float:
        """The y of the port on `edge` whose link goes to `stop`."""
        return self._y[(code, edge, self._key(stop, is_back))]

    def arc(self, code: str, source: str, target: str) -> float:
        """The y of the port of the arc between two segments of one column."""
        return self._y[(code, "right", ("arc", source, target))]


def draw_routes(
    plan: Arrangement,
    boxes: Mapping[str, Box],
    heights: Mapping[Stop, float],
    links: Sequence[tuple[str, str]],
    frame: Frame,
) -> list[Route]:
    """One route per link; quiet ones first, so that those of gaps lie on top."""
    beside = [link for link in links if link not in plan.ways]
    upright = {link for link in beside if abs(plan.row[link[0]] - plan.row[link[1]]) == 1}
    ports = Ports(plan, boxes, heights, [link for link in beside if link not in upright])
    routes = []
    for link in links:
        if link in plan.ways:
            routes.append(cross_columns(link, plan.ways[link], boxes, heights, ports, frame))
        elif link in upright:
            routes.append(step_down(link, boxes, (link[1], link[0]) in upright))
        else:
            routes.append(arc_beside(link, boxes, ports, frame))
    return sorted(routes, key=lambda route: bool(route.gap))


def gap_of(source: Box, target: Box) -> str:
    """The gap that a link belongs to: what a gap holds up, and what its maker would buy."""
    for kind in (source.node.kind, target.node.kind):
        if kind in GAPS:
            return kind
    return ""


def px(value: float) -> str:
    """A length with at most one decimal, so that the same picture has the same bytes everywhere."""
    return f"{round(value, 1) + 0.0:g}"


def cross_columns(
    link: tuple[str, str],
    way: Sequence[Stop],
    boxes: Mapping[str, Box],
    heights: Mapping[Stop, float],
    ports: Ports,
    frame: Frame,
) -> Route:
    """Curves between columns, straight through the lanes; backward when the target's column comes first."""
    source, target = boxes[link[0]], boxes[link[1]]
    is_back = way[0] != link[0]
    stops = way[::-1] if is_back else way
    out, into = ("left", "right") if is_back else ("right", "left")
    x = source.x if is_back else source.x + source.width
    y = ports.toward(link[0], out, stops[1], is_back)
    path = f"M{px(x)} {px(y)}"
    for lane in stops[1:-1]:
        left = frame.left(int(lane[1]))
        near, far = (left + frame.box_width, left) if is_back else (left, left + frame.box_width)
        path += curve(x, y, near, heights[lane]) + f"H{px(far)}"
        x, y = far, heights[lane]
    end = target.x + target.width + 1 if is_back else target.x - 1
    end_y = ports.toward(link[1], into, stops[-2], is_back)
    path += curve(x, y, end, end_y)
    return Route(link[0], link[1], path, end, end_y, "left" if is_back else "right", gap_of(source, target), is_back)


def curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """A level start and a level end; a straight line where both are at one height."""
    if abs(y1 - y2) < 0.05:
        return f"H{px(x2)}"
    half = (x1 + x2) / 2
    return f"C{px(half)} {px(y1)} {px(half)} {px(y2)} {px(x2)} {px(y2)}"


def step_down(link: tuple[str, str], boxes: Mapping[str, Box], both_ways: bool) -> Route:
    """A straight line between two neighbours of one column."""
    source, target = boxes[link[0]], boxes[link[1]]
    down = target.y > source.y
    x = source.x + source.width / 2 + ((10 if down else -10) if both_ways else 0)
    start, end = (source.y + source.height, target.y - 1) if down else (source.y, target.y + target.height + 1)
    tip = "down" if down else "up"
    return Route(link[0], link[1], f"M{px(x)} {px(start)}V{px(end)}", x, end, tip, gap_of(source, target), False)


def arc_beside(link: tuple[str, str], boxes: Mapping[str, Box], ports: Ports, frame: Frame) -> Route:
    """A small arc at the right side of a column, wider for farther segments."""
    source, target = boxes[link[0]], boxes[link[1]]
    x = source.x + source.width
    y1, y2 = ports.arc(link[0], *link), ports.arc(link[1], *link)
    reach = x + min(frame.gap * 0.55, 18 + abs(y2 - y1) / 16)
    path = f"M{px(x)} {px(y1)}C{px(reach)} {px(y1)} {px(reach)} {px(y2)} {px(x + 1)} {px(y2)}"
    return Route(link[0], link[1], path, x + 1, y2, "left", gap_of(source, target), False)
