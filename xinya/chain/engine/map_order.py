"""Who stands above whom: the order in each column, lanes for links that pass a column, and shared rows.

Barycentre sweeps and neighbour swaps keep crossings low; a small dynamic programme per column gives the rows.
"""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# A stop is a segment's code, or the lane of a source in a column that its links pass: (code, column).
Stop = str | tuple[str, int]
Unit = tuple[Stop, Stop]
SWEEPS = 24


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`order`: stops of each column from the top; `row`: of each segment; `ways`: stops of each link from the left."""

    order: list[list[Stop]]
    row: dict[str, int]
    rows: int
    ways: dict[tuple[str, str], tuple[Stop, ...]]


def arrange(columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]]) -> Arrangement:
    """Order and rows for `links` (source, target) between segments of `columns`. Cost: sweeps x links log links.

    The last ones are kept, to be read and not changed: a map is drawn far more often than its chain gets other segments.
    """
    return _arranged(tuple(map(tuple, columns)), tuple(links))


@lru_cache(maxsize=64)
def _arranged(columns: tuple[tuple[str, ...], ...], links: tuple[tuple[str, str], ...]) -> Arrangement:
    stage = {code: i for i, column in enumerate(columns) for code in column}
    apart = [link for link in links if stage[link[0]] != stage[link[1]]]
    beside = [link for link in links if stage[link[0]] == stage[link[1]]]
    laned, ways = with_lanes(columns, apart, stage)
    units = list(dict.fromkeys(pair for way in ways.values() for pair in pairwise(way)))
    order = swap_neighbours(sweep(laned, units), units, beside)
    rows = max((len(column) for column in columns), default=0)
    real: list[list[str]] = [[stop for stop in column if isinstance(stop, str)] for column in order]
    return Arrangement(order, give_rows(real, apart, rows), rows, ways)


def with_lanes(
    columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]], stage: Mapping[str, int]
) -> tuple[list[list[Stop]], dict[tuple[str, str], tuple[Stop, ...]]]:
    """Columns with the lanes that passing links need; one lane serves all links of a source."""
    laned: list[list[Stop]] = [list(column) for column in columns]
    known: set[Stop] = set()
    ways: dict[tuple[str, str], tuple[Stop, ...]] = {}
    for source, target in links:
        step = 1 if stage[target] > stage[source] else -1
        way: list[Stop] = [source]
        for column in range(stage[source] + step, stage[target], step):
            lane = (source, column)
            if lane not in known:
                known.add(lane)
                laned[column].append(lane)
            way.append(lane)
        way.append(target)
        ways[(source, target)] = tuple(way[::step])
    return laned, ways


def places(order: Sequence[Sequence[Stop]]) -> dict[Stop, float]:
    return {stop: (k + 0.5) / len(column) for column in order for k, stop in enumerate(column)}


def crossings(order: Sequence[Sequence[Stop]], units: Sequence[Unit]) -> int:
    """Pairs of unit links between the same two columns that cross. Cost: units x log units."""
    place = places(order)
    column_of = {stop: i for i, column in enumerate(order) for stop in column}
    spans: dict[int, list[tuple[float, float]]] = {}
    for start, end in units:
        spans.setdefault(column_of[start], []).append((place[start], place[end]))
    count = 0
    for pairs in spans.values():
        seen: list[float] = []
        for _, right in sorted(pairs):
            count += len(seen) - bisect_left(seen, right + 1e-9)
            insort(seen, right)
    return count


def sides(units: Sequence[Unit]) -> tuple[dict[Stop, list[Stop]], dict[Stop, list[Stop]]]:
    """Neighbours of each stop in the column before it, and in the column after it."""
    before: dict[Stop, list[Stop]] = {}
    after: dict[Stop, list[Stop]] = {}
    for left, right in units:
        after.setdefault(left, []).append(right)
        before.setdefault(right, []).append(left)
    return before, after


def sweep(order: list[list[Stop]], units: Sequence[Unit]) -> list[list[Stop]]:
    """Sort columns by the mean place of their neighbours, to and fro; the pass with the fewest crossings is kept."""
    before, after = sides(units)
    best, least = [list(column) for column in order], crossings(order, units)
    current = [list(column) for column in order]
    for step in range(SWEEPS):
        place = places(current)
        forth = step % 2 == 0
        side = before if forth else after
        for column in current if forth else current[::-1]:
            wish = {
                stop: sum(place[other] for other in side[stop]) / len(side[stop]) if stop in side else place[stop]
                for stop in column
            }
            column.sort(key=wish.__getitem__)
            place.update(places([column]))
        count = crossings(current, units)
        if count < least:
            best, least = [list(column) for column in current], count
    return best


def swap_neighbours(order: list[list[Stop]], units: Sequence[Unit], beside: Sequence[tuple[str, str]]) -> list[list[Stop]]:
    """Exchange neighbours as long as that removes crossings, or brings linked segments of one column closer."""
    before, after = sides(units)
    mates: dict[Stop, list[Stop]] = {}
    for source, target in beside:
        mates.setdefault(source, []).append(target)
        mates.setdefault(target, []).append(source)
    better, left_rounds = True, 40
    while better and left_rounds:
        better, left_rounds = False, left_rounds - 1
        place = places(order)
        for column in order:
            at = {stop: k for k, stop in enumerate(column)}
            for k in range(len(column) - 1):
                upper, lower = column[k], column[k + 1]
                fewer = sum(crossed(side, upper, lower, place) - crossed(side, lower, upper, place) for side in (before, after))
                closer = pull(mates, upper, at, k, k + 1) + pull(mates, lower, at, k + 1, k)
                if fewer + 0.5 * closer > 0:
                    column[k], column[k + 1] = lower, upper
                    at[upper], at[lower] = k + 1, k
                    place.update(places([column]))
                    better = True
    return order


def crossed(side: Mapping[Stop, list[Stop]], upper: Stop, lower: Stop, place: Mapping[Stop, float]) -> int:
    """Crossings among the links of two neighbours on one side, in this order."""
    return sum(1 for a in side.get(upper, ()) for b in side.get(lower, ()) if place[a] > place[b])


def pull(mates: Mapping[Stop, list[Stop]], stop: Stop, at: Mapping[Stop, int], now: int, then: int) -> int:
    """Places by which `stop` comes closer to its mates in the column when it moves."""
    others = [at[mate] for mate in mates.get(stop, ()) if at[mate] not in (now, then)]
    return sum(abs(other - now) - abs(other - then) for other in others)


def give_rows(columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]], rows: int, rounds: int = 6) -> dict[str, int]:
    """Give each segment one of the shared rows, in the column's order, near its neighbours."""
    row = {code: (k + 0.5) * rows / len(column) - 0.5 for column in columns for k, code in enumerate(column)}
    near: dict[str, list[str]] = {}
    for source, target in links:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)
    fitted: dict[str, int] = {}
    for _ in range(rounds):
        for column in columns:
            wishes = [sum(row[other] for other in near[code]) / len(near[code]) if code in near else row[code] for code in column]
            found = fit_rows(wishes, rows)
            fitted.update(zip(column, found, strict=True))
            row.update(zip(column, map(float, found), strict=True))
    return fitted


def fit_rows(wishes: Sequence[float], rows: int) -> list[int]:
    """Strictly increasing whole rows closest to `wishes` (least squares). Cost: wishes x rows."""
    if not wishes:
        return []
    cost: list[list[float]] = []
    back: list[list[int]] = []
    for i, wish in enumerate(wishes):
        best, best_row = (0.0, -1) if i == 0 else (float("inf"), -1)
        line, came = [], []
        for r in range(rows):
            if i and r and cost[i - 1][r - 1] < best:
                best, best_row = cost[i - 1][r - 1], r - 1
            line.append(best + (wish - r) ** 2)
            came.append(best_row)
        cost.append(line)
        back.append(came)
    r = min(range(rows), key=cost[-1].__getitem__)
    found = []
    for i in range(len(wishes) - 1, -1, -1):
        found.append(r)
        r = back[i][r]
    return found[::-1]
