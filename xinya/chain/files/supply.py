"""Supply networks as text tables: LINKS.csv, FIRMS.csv, ESSENTIAL.csv, scenarios; and results as tables.

Firms and sectors are called by any text. Every refusal names the file, the row and the column.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from math import isnan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xinya.chain.engine.resilience import Esri, Shocks, SupplyNetwork, scenario_shocks, supply_network
from xinya.kit.delimited import BROKEN_RECORD, decoded
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

LARGEST_FILE = 2_000_000_000
Rows = Iterator[tuple[int, list[str]]]
KINDS = {"0": 0, "1": 1, "2": 2}

NO_FILE = _("There is no file %(file)s.")
TOO_LARGE = _("%(file)s is larger than 2 GB.")
NO_COLUMN = _("%(file)s has no column %(wanted)s; it has %(known)s.")
EMPTY_TABLE = _("%(file)s has no rows.")
IN_FILE = _("%(file)s: %(sentence)s")
FIRM_TWICE = _("The firm %(firm)s stands twice.")
FIRM_UNKNOWN = _("No firm of the list is called %(firm)s.")
FIRM_EMPTY = _("The firm has no name.")
SECTOR_MISSING = _("The sector %(sector)s is missing in the table of essential inputs.")
SECTOR_TWICE = _("The sector %(sector)s stands twice.")
NOT_SQUARE = _("The sectors of the rows and of the columns are not the same: %(sectors)s.")
KIND_WRONG = _("%(value)s is not 0 (negligible), 1 (non-essential) or 2 (essential).")
FIGURE_WRONG = _("%(value)s is not a number from 0 upwards.")
SHOCK_WRONG = _("The shock %(value)s is not between 0 and 1.")
SHOCKED_TWICE = _("The firm %(firm)s stands twice in the scenario %(scenario)s.")
ROW_SHORT = _("The row has %(found)s cells, the head %(wanted)s.")


@dataclass(frozen=True)
class FirmTable:
    """The rows of a list of firms. columns: text of every further column, by its head."""

    names: tuple[str, ...]
    sectors: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def figures(self, head: str, file: str) -> NDArray[np.float64]:
        """A column as numbers from 0 upwards. Raises Refused no-column, figure-wrong."""
        if head not in self.columns:
            raise Refused("no-column", NO_COLUMN, file=file, wanted=head, known=", ".join(self.columns) or "–")
        return np.array([_figure(text, file, row, head, "figure-wrong") for row, text in enumerate(self.columns[head], 2)])


@dataclass(frozen=True)
class SupplyFiles:
    """A network with the names of its firms and sectors. firms: the list as it was read."""

    network: SupplyNetwork
    firms: FirmTable
    sectors: tuple[str, ...]

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each firm in the network, by its name."""
        return {name: number for number, name in enumerate(self.firms.names)}


def read_network(
    links: Path, firms: Path, essential: Path, *, accounts: Path | None = None, revenue: str | None = None, costs: str | None = None
) -> SupplyFiles:
    """LINKS (supplier, buyer, amount), FIRMS (firm, sector, perhaps market and figures), ESSENTIAL (row: supplying sector).

    accounts: a further table of figures by firm. revenue, costs: the columns by which impacts are adjusted; None: no adjustment.
    Raises Refused with file, row and column: no-such-file, no-column, amount-wrong, no-such-firm, firm-twice, sector-unknown, …
    """
    table = firm_table(firms)
    if accounts is not None:
        table = _with_accounts(table, accounts)
    sectors, kinds = essential_table(essential)
    number = {name: k for k, name in enumerate(sectors)}
    for row, sector in enumerate(table.sectors, 2):
        if sector not in number:
            raise _refused("sector-unknown", SECTOR_MISSING, firms.name, row=row, column="sector", sector=sector)
    markets = table.columns.get("market")
    known = {name: k for k, name in enumerate(dict.fromkeys(markets))} if markets else {}
    source = (accounts or firms).name
    network = supply_network(
        _links(links, {name: k for k, name in enumerate(table.names)}),
        [number[s] for s in table.sectors],
        kinds,
        market=[known[m] for m in markets] if markets else None,
        revenue=table.figures(revenue, source) if revenue else None,
        costs=table.figures(costs, source) if costs else None,
    )
    return SupplyFiles(network, table, sectors)


def firm_table(path: Path) -> FirmTable:
    """FIRMS: columns firm and sector, then any others."""
    head, rows = _table(path, ("firm", "sector"))
    at_firm, at_sector = head.index("firm"), head.index("sector")
    names: dict[str, None] = {}
    kept = []
    for row, cells in rows:
        name = cells[at_firm]
        if not name or name in names:
            code, message = ("firm-twice", FIRM_TWICE) if name else ("firm-empty", FIRM_EMPTY)
            raise _refused(code, message, path.name, row=row, firm=name)
        names[name] = None
        kept.append(cells)
    others = {column: tuple(cells[k] for cells in kept) for k, column in enumerate(head) if k not in (at_firm, at_sector)}
    return FirmTable(tuple(names), tuple(cells[at_sector] for cells in kept), others)


def essential_table(path: Path) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """ESSENTIAL: sectors in the columns' order, and 0, 1 or 2 for an input of the row's sector to a firm of the column's."""
    head, rows = _table(path, ())
    sectors = tuple(head[1:])
    if len(set(sectors)) != len(sectors):
        raise _refused("sector-twice", SECTOR_TWICE, path.name, row=1, sector=next(s for s in sectors if sectors.count(s) > 1))
    place = {name: k for k, name in enumerate(sectors)}
    table = np.full((len(sectors), len(sectors)), -1, np.int8)
    for row, cells in rows:
        name = cells[0]
        if name not in place:
            raise _refused("essential-wrong", NOT_SQUARE, path.name, row=row, sectors=name)
        if table[place[name], 0] >= 0:
            raise _refused("sector-twice", SECTOR_TWICE, path.name, row=row, sector=name)
        for k, text in enumerate(cells[1:]):
            if text not in KINDS:
                raise _refused("essential-wrong", KIND_WRONG, path.name, row=row, column=sectors[k], value=text)
            table[place[name], k] = KINDS[text]
    missing = [sectors[k] for k in np.flatnonzero(table[:, 0] < 0)] if sectors else ["–"]
    if missing:
        raise _refused("essential-wrong", NOT_SQUARE, path.name, sectors=", ".join(missing[:5]))
    return sectors, table


def read_scenarios(path: Path, firms: Mapping[str, int]) -> tuple[tuple[str, ...], Shocks]:
    """SCENARIOS: columns scenario, firm, shock (ψ), perhaps shock_up (ψu). Scenarios in the order of their first row."""
    head, rows = _table(path, ("scenario", "firm", "shock"))
    at = [head.index(name) for name in ("scenario", "firm", "shock")]
    at_up = head.index("shock_up") if "shock_up" in head else at[2]
    down: dict[str, dict[int, float]] = {}
    up: dict[str, dict[int, float]] = {}
    for row, cells in rows:
        scenario, firm = cells[at[0]], cells[at[1]]
        if firm not in firms:
            raise _refused("no-such-firm", FIRM_UNKNOWN, path.name, row=row, column="firm", firm=firm)
        if firms[firm] in down.setdefault(scenario, {}):
            raise _refused("firm-twice", SHOCKED_TWICE, path.name, row=row, firm=firm, scenario=scenario)
        down[scenario][firms[firm]] = _shock(cells[at[2]], path.name, row, "shock")
        up.setdefault(scenario, {})[firms[firm]] = _shock(cells[at_up], path.name, row, head[at_up])
    return tuple(down), scenario_shocks(list(down.values()), len(firms), up=list(up.values()))


def result_rows(result: Esri, names: Sequence[str], *, first: str = "firm") -> Iterator[list[str]]:
    """Head and rows: name, ESRI, ESRI_d, ESRI_u a weight, iterations, status; NaN (no weight) is an empty cell."""
    kinds = ("ESRI", "ESRI_d", "ESRI_u")
    yield [first, *(f"{kind}_{weight}" for weight in result.weights for kind in kinds), "iterations", "status"]
    whole = np.stack([result.combined, result.down, result.up], axis=2).reshape(len(names), -1)
    for number, name in enumerate(names):
        figures = ["" if isnan(value) else repr(float(value)) for value in whole[number]]
        yield [name, *figures, str(result.iterations[number]), result.status(number)]


def loss_rows(result: Esri, names: Sequence[str], firms: Sequence[str], *, first: str = "scenario") -> Iterator[list[str]]:
    """Head and rows: every firm that loses something, scenario after scenario. first: what a scenario is called."""
    yield [first, "firm" if first != "firm" else "hit", "lost_downstream", "lost_upstream"]
    if result.losses is None:
        return
    for number, name in enumerate(names):
        for place, down, up in zip(*result.losses.of(number), strict=True):
            yield [name, firms[place], repr(float(down)), repr(float(up))]


def sector_rows(result: Esri, names: Sequence[str], sectors: Sequence[str], *, first: str = "firm") -> Iterator[list[str]]:
    """Head and rows: mean loss of each sector beyond the shock, a weight and side; sectors without weight are left out."""
    yield [first, "sector", "weight", "lost", "lost_downstream", "lost_upstream"]
    if result.sectors is None:
        return
    for number, name in enumerate(names):
        for k, weight in enumerate(result.weights):
            for place, sector in enumerate(sectors):
                three = result.sectors[number, k, :, place]
                if not isnan(three[0]) and three.any():
                    yield [name, sector, weight, *(repr(float(x)) for x in three)]


def _links(path: Path, place: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    head, rows = _table(path, ("supplier", "buyer", "amount"), is_empty_allowed=True)
    at_supplier, at_buyer, at_amount = (head.index(name) for name in ("supplier", "buyer", "amount"))
    suppliers: list[int] = []
    buyers: list[int] = []
    amounts: list[float] = []
    for row, cells in rows:
        for side, kept, column in ((cells[at_supplier], suppliers, "supplier"), (cells[at_buyer], buyers, "buyer")):
            if side not in place:
                raise _refused("no-such-firm", FIRM_UNKNOWN, path.name, row=row, column=column, firm=side)
            kept.append(place[side])
        amounts.append(_figure(cells[at_amount], path.name, row, "amount", "amount-wrong"))
    return np.array(suppliers, np.int64), np.array(buyers, np.int64), np.array(amounts, np.float64)


def _with_accounts(table: FirmTable, path: Path) -> FirmTable:
    head, rows = _table(path, ("firm",))
    at_firm, place = head.index("firm"), {name: k for k, name in enumerate(table.names)}
    found: dict[str, list[str]] = {name: ["0"] * len(table.names) for k, name in enumerate(head) if k != at_firm}
    for row, cells in rows:
        if cells[at_firm] not in place:
            raise _refused("no-such-firm", FIRM_UNKNOWN, path.name, row=row, column="firm", firm=cells[at_firm])
        for k, name in enumerate(head):
            if k != at_firm:
                found[name][place[cells[at_firm]]] = cells[k]
    return FirmTable(table.names, table.sectors, {**table.columns, **{name: tuple(column) for name, column in found.items()}})


def _table(
    path: Path, wanted: Sequence[str], *, is_empty_allowed: bool = False
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Head and numbered rows. Networks are longer than any list of companies, so the limits of `kit.delimited` do not hold here."""
    if not path.is_file():
        raise Refused("no-such-file", NO_FILE, file=str(path))
    if path.stat().st_size > LARGEST_FILE:
        raise Refused("too-large", TOO_LARGE, file=path.name)
    try:
        text = decoded(path.read_bytes())
    except Refused as refused:
        raise InFile(path.name, refused) from refused
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    head = [cell.strip() for cell in next(reader, [])]
    for name in wanted:
        if name not in head:
            raise Refused("no-column", NO_COLUMN, file=path.name, wanted=name, known=", ".join(head)[:200] or "–")
    rows = _rows(reader, len(head), path.name)
    first = next(rows, None)
    if first is None:
        if is_empty_allowed:
            return head, iter(())
        raise Refused("empty-table", EMPTY_TABLE, file=path.name)
    return head, _behind(first, rows)


def _behind(first: tuple[int, list[str]], rows: Rows) -> Rows:
    yield first
    yield from rows


def _rows(reader: Iterator[list[str]], width: int, file: str) -> Rows:
    row = 1
    try:
        for row, cells in enumerate(reader, 2):
            if not cells:
                continue
            if len(cells) < width:
                raise _refused("row-short", ROW_SHORT, file, row=row, found=len(cells), wanted=width)
            yield row, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise _refused("not-a-table", BROKEN_RECORD, file, row=row + 1) from error


def _figure(text: str, file: str, row: int, column: str, code: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise _refused(code, FIGURE_WRONG, file, row=row, column=column, value=text or "–")
    return value


def _shock(text: str, file: str, row: int, column: str) -> float:
    value = _figure(text, file, row, column, "shock-wrong")
    if value > 1:
        raise _refused("shock-wrong", SHOCK_WRONG, file, row=row, column=column, value=text)
    return value


class InFile(Refused):
    """A refusal that says in which of several files its row stands."""

    def __init__(self, file: str, refused: Refused) -> None:
        super().__init__(refused.code, refused.message, row=refused.row, column=refused.column)
        self.values, self.file = refused.values, file

    def sentence(self, language: str = "en") -> str:
        return say(language, IN_FILE, file=self.file, sentence=super().sentence(language))


def _refused(code: str, message: str, file: str, *, row: int | None = None, column: str | None = None, **values: object) -> InFile:
    refused = Refused(code, message, row=row, column=column)
    refused.values.update(values)
    return InFile(file, refused)
