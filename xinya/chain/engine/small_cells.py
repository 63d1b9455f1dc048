"""Tables that leave the office: small and dominated cells hidden, with so many others that none can be had by subtraction. Pure.

A cell is hidden when it has one or two companies, when the largest holds more than 70 % of its value, or the two largest more than
85 % (our own choice of limits; the rule is that of statistical offices). A table is published with its totals, so rows and columns
are sums that a reader can solve. Hidden cells are the edges of a graph between rows and columns, totals among them: a hidden cell
can be had by subtraction exactly when its edge lies on no cycle. So further cells are hidden, those that close a cycle with the
fewest companies, ties by key, until every hidden cell lies on one. Every hidden cell then holds at least one company wherever the
table allows it, and may be one more or one less with everything published unchanged.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

TOTAL = "total"
SMALL = (1, 2)
LARGEST, TWO_LARGEST = 0.70, 0.85
HIDDEN = "*"
"""What stands for a hidden cell: never blank, never 0."""
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """n: companies. value: what is summed, None where companies are counted. largest, two_largest: sums of the largest ones."""

    n: int
    value: int | None = None
    largest: int = 0
    two_largest: int = 0


def cell_of(values: Iterable[int]) -> Cell:
    """A cell of these companies' values."""
    ordered = sorted(values, reverse=True)
    return Cell(len(ordered), sum(ordered), sum(ordered[:1]), sum(ordered[:2]))


def is_unsafe(cell: Cell) -> bool:
    """Whether a cell is hidden for its own sake."""
    if cell.n in SMALL:
        return True
    if not cell.value or cell.n == 0:
        return False
    return cell.largest > LARGEST * cell.value or cell.two_largest > TWO_LARGEST * cell.value


def with_totals(cells: Mapping[Place, Collection[int]], *, is_count: bool) -> dict[Place, Cell]:
    """The table with its totals. cells: (row, column) -> values of the companies there; with is_count only their number counts.

    A company that stands in several cells stands in their totals as often: totals are sums of their cells.
    Raises ValueError for a row or column that is called total.
    """
    rows, columns = (sorted({place[n] for place in cells}) for n in (0, 1))
    if TOTAL in (*rows, *columns):
        raise ValueError("a row or column is called total")
    whole: dict[Place, list[int]] = {}
    for row in rows:
        for column in columns:
            values = list(cells.get((row, column), ()))
            for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
                whole.setdefault(place, []).extend(values)
    return {place: Cell(len(values)) if is_count else cell_of(values) for place, values in whole.items()}


def hidden_cells(table: Mapping[Place, Cell]) -> frozenset[Place]:
    """The places that are published as hidden. Deterministic. Cost: hidden cells times cells, a few times over."""
    hidden = {place for place, cell in table.items() if is_unsafe(cell)}
    stuck: set[Place] = set()
    while (bridge := _bridge(hidden, stuck)) is not None:
        way = _cheapest_way(table, hidden, bridge)
        if way is None:
            stuck.add(bridge)  # a table of one row and one column: nothing is left to hide
        else:
            hidden.update(way)
    return frozenset(hidden)


def _cheapest_way(table: Mapping[Place, Cell], hidden: Collection[Place], bridge: Place) -> list[Place] | None:
    """The cells that close a cycle through `bridge` with the fewest companies hidden; cells without companies as a last resort.

    Shortest way from the row to the column of `bridge` over all other cells, those hidden already for nothing.
    """
    near: dict[tuple[str, str], list[tuple[tuple[str, str], Place]]] = {}
    for place in sorted(table):
        if place != bridge:
            row, column = ("row", place[0]), ("column", place[1])
            near.setdefault(row, []).append((column, place))
            near.setdefault(column, []).append((row, place))
    start, aim = ("row", bridge[0]), ("column", bridge[1])
    queue: list[tuple[int, int, list[Place], tuple[str, str]]] = [(0, 0, [], start)]
    done: set[tuple[str, str]] = set()
    while queue:
        empty, size, way, node = heappop(queue)
        if node == aim:
            return way
        if node in done:
            continue
        done.add(node)
        for other, place in near.get(node, ()):
            if other not in done:
                cell, is_new = table[place], place not in hidden
                step = (empty + (is_new and cell.n == 0), size + (cell.n if is_new else 0), [*way, place], other)
                heappush(queue, step)
    return None


def _bridge(hidden: Collection[Place], stuck: Collection[Place]) -> Place | None:
    """The first hidden cell that lies on no cycle of hidden cells, and could."""
    for place in sorted(hidden):
        if place not in stuck and ("column", place[1]) not in _reached([p for p in hidden if p != place], ("row", place[0])):
            return place
    return None


def _reached(edges: Iterable[Place], start: Place) -> set[Place]:
    near: dict[Place, list[Place]] = {}
    for row, column in edges:
        near.setdefault(("row", row), []).append(("column", column))
        near.setdefault(("column", column), []).append(("row", row))
    found, waiting = {start}, [start]
    while waiting:
        for other in near.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def behind(cells: Mapping[Place, Iterable[int]]) -> dict[Place, frozenset[int]]:
    """Who stands behind each cell of a table, its totals too. cells: (row, column) -> keys of companies."""
    found: dict[Place, set[int]] = {}
    for (row, column), keys in cells.items():
        for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            found.setdefault(place, set()).update(keys)
    return {place: frozenset(keys) for place, keys in found.items()}


def is_held_back(
    before: Mapping[Place, Collection[int]], now: Mapping[Place, Collection[int]], hidden: Collection[Place] = frozenset()
) -> bool:
    """Against differencing: whether a cell that both issues show has one or two companies more, fewer or exchanged.

    The later issue then waits. A company that moves from a cell to another changes both, whatever the totals say.
    before, now: who stands behind each cell; hidden: the cells that one of the issues hides.
    """
    shown = (before.keys() | now.keys()) - set(hidden)
    return any(len(set(before.get(place, ())) ^ set(now.get(place, ()))) in SMALL for place in shown)


def published(table: Mapping[Place, Cell]) -> dict[Place, int | None]:
    """What may leave the office: numbers of companies, or sums; None where the cell is hidden."""
    hidden = hidden_cells(table)
    return {p: None if p in hidden else (c.n if c.value is None else c.value) for p, c in table.items()}
