"""Tables that leave the office, cell by cell: what is released now, given everything that was ever released. Pure.

A cell is hidden when it has one or two companies, when the largest holds more than 70 % of its value, or the two largest more than
85 % (our own choice of limits; the rule is that of statistical offices), and when it would give such a cell away: by subtraction
from a total, from another table that shares companies, or from any earlier issue. Cells are released one by one, totals first, then
those of the most companies; `disclosure` says of each whether it may go beside the others. What is hidden for the sake of others is
thereby the smallest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .disclosure import Audit, Contents

TOTAL = "total"
SMALL = (1, 2)
LARGEST, TWO_LARGEST = 0.70, 0.85
HIDDEN = "*"
"""What stands for a hidden cell: never blank, never 0."""
Place = tuple[str, str, str]
"""Table, row, column; TOTAL stands for all rows or all columns."""


@dataclass(frozen=True, slots=True)
class Cell:
    """n: companies. value: what they contribute together. largest, two_largest: sums of the largest contributions."""

    n: int
    value: int
    largest: int
    two_largest: int


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


def with_totals(table: str, cells: Mapping[tuple[str, str], Contents], *, has_total_row: bool) -> dict[Place, dict[int, int]]:
    """A table with its totals. cells: (row, column) -> contributions; within a table a company stands in one cell.

    has_total_row: whether the rows are added up too. Raises ValueError for a row or column called total and for a company in two
    cells.
    """
    found: dict[Place, dict[int, int]] = {}
    seen: set[int] = set()
    for (row, column), content in cells.items():
        if TOTAL in (row, column):
            raise ValueError("a row or column is called total")
        if not seen.isdisjoint(content):
            raise ValueError("a company stands in two cells")
        seen.update(content)
        for place in ((row, column), (row, TOTAL), *(((TOTAL, column), (TOTAL, TOTAL)) if has_total_row else ())):
            found.setdefault((table, *place), {}).update(content)
    return found


def released(
    cells: Mapping[Place, Contents],
    before: Iterable[tuple[Place, Contents]] = (),
    unsure: Iterable[tuple[Place, Contents]] = (),
) -> dict[Place, Contents]:
    """The cells that may be published, with what stands behind them. before: every cell that was ever released.

    Cells of one call are judged together, over all their tables. A cell without companies tells of none and is released.
    unsure: released too, but what each company contributed may have been otherwise (`unsure_sums`). What follows only with them
    is not released: against the sum that was printed, it would tell what changed, perhaps of one company.
    """
    earlier: dict[Place, dict[frozenset[tuple[int, int]], Contents]] = {}
    known: list[list[Contents]] = []
    for pairs in (before, unsure):
        fresh: list[Contents] = []
        for place, content in pairs:
            kept = earlier.setdefault(place, {})
            if (key := frozenset(content.items())) not in kept:
                kept[key] = content
                fresh.append(content)
        known.append(fresh)
    asked = {place: content for place, content in cells.items() if content}
    audit = Audit([*known[0], *known[1]], list(asked.values()))
    sure = Audit(known[0], list(asked.values())) if known[1] else audit
    found: dict[Place, Contents] = {place: content for place, content in cells.items() if not content}
    for place in sorted(asked, key=lambda p: (-p.count(TOTAL), -len(asked[p]), p)):
        content = asked[place]
        is_safe = not is_unsafe(cell_of(content.values())) and _is_apart(content, earlier.get(place, {}).values())
        if not is_safe or _leaves_unsafe(place, cells, found) or not _is_apart_of_tables(place, content, found, earlier):
            continue
        if sure is not audit and audit.follows(content) and not sure.follows(content):
            continue
        if audit.admit(content):
            found[place] = content
            if sure is not audit:
                sure.take(content)
    return found


def _is_apart(content: Contents, earlier: Iterable[Contents]) -> bool:
    """Whether nobody stands out among the companies that make the difference to an earlier state of the cell.

    That difference can be had by subtraction: it is a cell too. Where every company contributes otherwise, none is set apart.
    """
    for before in earlier:
        everyone = content.keys() | before.keys()
        changed = [c for c in everyone if content.get(c) != before.get(c)]
        if 0 < len(changed) < len(everyone) and is_unsafe(cell_of(abs(content.get(c, 0) - before.get(c, 0)) for c in changed)):
            return False
    return True


def _is_apart_of_tables(
    place: Place,
    content: Contents,
    found: Mapping[Place, Contents],
    earlier: Mapping[Place, Mapping[frozenset[tuple[int, int]], Contents]],
) -> bool:
    """The same of cells of other tables, now and earlier, that share companies with this one: chains differ by their companies.

    Of two cells that have nobody in common no company's figure can be had.
    """
    others = [one for at, one in found.items() if at[0] != place[0]]
    others += [one for at, kept in earlier.items() if at[0] != place[0] for one in kept.values()]
    return _is_apart(content, [one for one in others if not content.keys().isdisjoint(one)])


def _leaves_unsafe(place: Place, cells: Mapping[Place, Contents], found: Mapping[Place, Contents]) -> bool:
    """Whether what stays hidden of a released total, if this cell is released, would be small or dominated."""
    table, row, column = place
    for line, total in (
        ([p for p in cells if p[:2] == (table, row) and p[2] != TOTAL], (table, row, TOTAL)),
        ([p for p in cells if p[0] == table and p[2] == column and p[1] != TOTAL], (table, TOTAL, column)),
    ):
        if place == total or total not in found:
            continue
        hidden = dict(found[total])
        for other in line:
            if other == place or other in found:
                for company in cells[other]:
                    hidden.pop(company, None)
        if hidden and is_unsafe(cell_of(hidden.values())):
            return True
    return False


def shown(cells: Mapping[Place, Contents], found: Mapping[Place, Contents], *, is_count: bool) -> dict[Place, int | str]:
    """What is printed: numbers of companies or sums, HIDDEN where a cell is not released."""
    return {p: (len(c) if is_count else sum(c.values())) if p in found else HIDDEN for p, c in cells.items()}
