"""Supply networks as text tables, for every command that takes one: firms, links, essential inputs, accounts, scenarios.

Firms and sectors are called by any text; heads are read in either language. Every refusal names the file, and the row and column of
every wrong cell, up to 200 of them.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xinya.chain.engine.resilience import Shocks, SupplyNetwork, scenario_shocks, supply_network
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .number_table import TOO_LARGE, OpenTable, Reading, TableRefused, open_table

LARGEST_FILE = 2_000_000_000
LEAST, MOST = 1e-140, 1e140
"""Far below and above any amount: sums, shares and their products stay numbers between them."""
KINDS = {"0": 0, "1": 1, "2": 2}
FIRM_COLUMNS = {
    "firm": ("company", "name", "企业", "企业名称", "企业编号"),
    "sector": ("industry", "行业", "产业"),
    "revenue": ("sales", "营业收入", "营收"),
    "market": ("市场",),
}
LINK_COLUMNS = {
    "supplier": ("seller", "供应商", "供应方", "卖方"),
    "buyer": ("customer", "采购方", "客户", "买方"),
    "amount": ("value", "金额", "交易额"),
}
SCENARIO_COLUMNS = {"scenario": ("情景",), "firm": FIRM_COLUMNS["firm"], "shock": ("冲击",), "shock_up": ("上游冲击",)}

NO_FILE = _("There is no file %(file)s.")
NO_COLUMN = _("%(file)s has no column %(wanted)s; it has %(known)s.")
IN_FILE = _("%(file)s: %(sentence)s")
FIRM_TWICE = _("The firm “%(firm)s” stands already in row %(first)s.")
FIRM_UNKNOWN = _("The list of firms has no “%(firm)s”.")
SECTOR_MISSING = _("The sector %(sector)s is missing in the table of essential inputs.")
SECTOR_TWICE = _("The sector %(sector)s stands twice.")
NOT_SQUARE = _("The sectors of the rows and of the columns are not the same: %(sectors)s.")
KIND_WRONG = _("%(value)s is not 0 (negligible), 1 (non-essential) or 2 (essential).")
SHOCK_WRONG = _("The shock %(value)s is not between 0 and 1.")
SHOCKED_TWICE = _("The firm %(firm)s stands twice in the scenario %(scenario)s.")
ROW_SHORT = _("The row has %(found)s cells; %(wanted)s are needed.")
ROW_LONG = _("The row has %(found)s cells; the table has %(wanted)s columns.")
EXTREME = _("The figures of the column %(name)s are larger or smaller than can be computed with.")
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of a table of firms: the text of each firm, and where it stands."""

    texts: tuple[str, ...]
    rows: tuple[int, ...]
    file: str


@dataclass(frozen=True)
class FirmTable:
    """A list of firms. columns: every further column, by its head and by the name that it stands for (revenue, market)."""

    names: tuple[str, ...]
    sectors: tuple[str, ...]
    rows: tuple[int, ...]
    columns: Mapping[str, TextColumn] = field(default_factory=dict)

    def figures(self, head: str, file: str) -> NDArray[np.float64]:
        """A column as numbers from 0 upwards. file: where it is looked for. Raises Refused no-column, InFile."""
        column = self.columns.get(head)
        if column is None:
            raise Refused("no-column", NO_COLUMN, file=file, wanted=head, known=", ".join(self.columns) or "–")
        with _of_file(column.file):
            reading = Reading()
            found = [reading.amount(row, head, text) for row, text in zip(column.rows, column.texts, strict=True)]
            reading.demand(len(found))
            return _summable(np.array(found), head)

    @property
    def revenue(self) -> NDArray[np.float64] | None:
        """Revenues, None where no firm has one; where one has, every firm needs one."""
        column = self.columns.get("revenue")
        return self.figures("revenue", column.file) if column is not None and any(column.texts) else None

    @property
    def markets(self) -> tuple[str, ...] | None:
        """The market of each firm, its sector where its cell is empty; None without such a column."""
        told = self.columns.get("market")
        return None if told is None else tuple(market or sector for market, sector in zip(told.texts, self.sectors, strict=True))

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each firm, by its name."""
        return {name: number for number, name in enumerate(self.names)}


@dataclass(frozen=True)
class SupplyFiles:
    """A network with the names of its firms and sectors. firms: the list as it was read."""

    network: SupplyNetwork
    firms: FirmTable
    sectors: tuple[str, ...]

    @property
    def place(self) -> dict[str, int]:
        """The place of each firm in the network, by its name."""
        return self.firms.place


@dataclass(frozen=True, slots=True)
class Supply:
    """Firms in the order of their file; sectors and markets as numbers into their names. revenue: None where no firm has one."""

    firms: tuple[str, ...]
    sectors: tuple[str, ...]
    sector: Places
    markets: tuple[str, ...]
    market: Places
    revenue: NDArray[np.float64] | None
    supplier: Places
    buyer: Places
    amount: NDArray[np.float64]


def read_supply(links: Path, firms: Path) -> Supply:
    """LINKS (supplier, buyer, amount) and FIRMS (firm, sector, perhaps revenue and market); without a market, sectors are markets.

    Raises Refused and TableRefused as `read_network` does, and no-rows for a table without links.
    """
    table = read_firms(firms)
    revenue, markets = table.revenue, table.markets or table.sectors
    supplier, buyer, amount = read_links(links, table.place)
    sector_names, sector = _numbered(table.sectors)
    market_names, market = _numbered(markets)
    return Supply(table.names, sector_names, sector, market_names, market, revenue, supplier, buyer, amount)


def read_network(
    links: Path, firms: Path, essential: Path, *, accounts: Path | None = None, revenue: str | None = None, costs: str | None = None
) -> SupplyFiles:
    """LINKS (supplier, buyer, amount), FIRMS (firm, sector, perhaps market and figures), ESSENTIAL (row: supplying sector).

    accounts: a further table of figures by firm. revenue, costs: the columns by which impacts are adjusted; None: no adjustment.
    Raises Refused with file, row and column: no-such-file, column-missing, negative, no-such-firm, firm-twice, sector-unknown, …
    """
    table = read_firms(firms)
    if accounts is not None:
        table = _with_accounts(table, accounts)
    sectors, kinds = essential_table(essential)
    number = {name: k for k, name in enumerate(sectors)}
    with _of_file(firms.name):
        reading = Reading()
        for row, sector in zip(table.rows, table.sectors, strict=True):
            if sector not in number and not reading.is_full:
                reading.wrong("sector-unknown", SECTOR_MISSING, row=row, column="sector", sector=sector)
        reading.demand(len(table.names))
    source = (accounts or firms).name
    network = supply_network(
        read_links(links, table.place, may_be_empty=True),
        [number[s] for s in table.sectors],
        kinds,
        market=None if table.markets is None else _numbered(table.markets)[1],
        revenue=table.figures(revenue, source) if revenue else None,
        costs=table.figures(costs, source) if costs else None,
    )
    return SupplyFiles(network, table, sectors)


def read_firms(path: Path) -> FirmTable:
    """FIRMS: columns firm and sector, perhaps revenue and market, then any others."""
    with _of_file(path.name):
        table = _opened(path, FIRM_COLUMNS, optional=("revenue", "market"))
        reading, first_row = Reading(), dict[str, int]()
        kept: list[list[str]] = []
        needed = _needed(table)
        for row, cells in table.rows:
            if _is_whole(reading, row, cells, needed, len(table.heads)):
                firm, sector = (reading.name(row, key, cells[table.places[key] or 0]) for key in ("firm", "sector"))
                if firm and firm in first_row:
                    reading.wrong("firm-twice", FIRM_TWICE, row=row, column="firm", firm=firm[:60], first=first_row[firm])
                first_row.setdefault(firm, row)
                kept.append([firm, sector, *_padded(cells, len(table.heads))])
            if reading.is_full:
                break
        reading.demand(len(kept))
    by_key = {key: at for key, at in table.places.items() if at is not None and key not in ("firm", "sector")}
    named = {head: at for at, head in enumerate(table.heads) if at not in (table.places["firm"], table.places["sector"])}
    rows = tuple(first_row.values())
    columns = {name: TextColumn(tuple(c[2 + at] for c in kept), rows, path.name) for name, at in {**named, **by_key}.items()}
    return FirmTable(tuple(c[0] for c in kept), tuple(c[1] for c in kept), rows, columns)


def read_links(path: Path, place: Mapping[str, int], *, may_be_empty: bool = False) -> tuple[Places, Places, NDArray[np.float64]]:
    """LINKS: (places of suppliers, places of buyers, amounts), row by row, so that millions fit."""
    with _of_file(path.name):
        table = _opened(path, LINK_COLUMNS)
        reading, ends, amounts = Reading(), (array("q"), array("q")), array("d")
        at_supplier, at_buyer, at_amount = (table.places[key] or 0 for key in LINK_COLUMNS)
        needed = _needed(table)
        for row, cells in table.rows:
            if _is_whole(reading, row, cells, needed, len(table.heads)):
                for end, column, at in ((ends[0], "supplier", at_supplier), (ends[1], "buyer", at_buyer)):
                    end.append(_firm(reading, place, row, column, cells[at]))
                amounts.append(reading.amount(row, "amount", cells[at_amount]))
            if reading.is_full:
                break
        reading.demand(1 if may_be_empty else len(amounts))
        figures = _summable(np.array(amounts, np.float64), "amount")
    return np.array(ends[0], np.int64), np.array(ends[1], np.int64), figures


def essential_table(path: Path) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """ESSENTIAL: sectors in the columns' order, and 0, 1 or 2 for an input of the row's sector to a firm of the column's."""
    with _of_file(path.name):
        table = _opened(path, {})
        sectors = table.heads[1:]
        if len(set(sectors)) != len(sectors):
            twice = next(s for s in sectors if sectors.count(s) > 1)
            raise Refused("sector-twice", SECTOR_TWICE, row=1, sector=twice)
        reading, place = Reading(), {name: k for k, name in enumerate(sectors)}
        kinds = np.full((len(sectors), len(sectors)), -1, np.int8)
        is_empty = True
        for row, cells in table.rows:
            is_empty = False
            if _is_whole(reading, row, cells, len(table.heads), len(table.heads)):
                _kinds_of_row(reading, row, cells, place, kinds)
            if reading.is_full:
                break
        reading.demand(not is_empty)
        missing = [sectors[k] for k in np.flatnonzero(kinds[:, 0] < 0)] if sectors else ["–"]
        if missing:
            raise Refused("essential-wrong", NOT_SQUARE, sectors=", ".join(missing[:5]))
    return sectors, kinds


def _kinds_of_row(reading: Reading, row: int, cells: list[str], place: Mapping[str, int], kinds: NDArray[np.int8]) -> None:
    name, sectors = cells[0], list(place)
    if name not in place:
        reading.wrong("essential-wrong", NOT_SQUARE, row=row, sectors=name)
        return
    if kinds[place[name], 0] >= 0:
        reading.wrong("sector-twice", SECTOR_TWICE, row=row, sector=name)
    for k, text in enumerate(cells[1 : len(sectors) + 1]):
        if text not in KINDS:
            reading.wrong("essential-wrong", KIND_WRONG, row=row, column=sectors[k], value=text or "–")
        kinds[place[name], k] = KINDS.get(text, 0)


def read_scenarios(path: Path, firms: Mapping[str, int]) -> tuple[tuple[str, ...], Shocks]:
    """SCENARIOS: columns scenario, firm, shock (ψ), perhaps shock_up (ψu). Scenarios in the order of their first row."""
    down: dict[str, dict[int, float]] = {}
    up: dict[str, dict[int, float]] = {}
    with _of_file(path.name):
        table = _opened(path, SCENARIO_COLUMNS, optional=("shock_up",))
        at = {key: place for key, place in table.places.items() if place is not None}
        reading, needed = Reading(), _needed(table)
        for row, cells in table.rows:
            if _is_whole(reading, row, cells, needed, len(table.heads)):
                scenario, name = cells[at["scenario"]], cells[at["firm"]]
                firm = _firm(reading, firms, row, "firm", name)
                if name in firms and firm in down.get(scenario, {}):
                    reading.wrong("firm-twice", SHOCKED_TWICE, row=row, column="firm", firm=name[:60], scenario=scenario[:60])
                shock = _shock(reading, row, "shock", cells[at["shock"]])
                down.setdefault(scenario, {})[firm] = shock
                up.setdefault(scenario, {})[firm] = (
                    _shock(reading, row, "shock_up", cells[at["shock_up"]]) if "shock_up" in at else shock
                )
            if reading.is_full:
                break
        reading.demand(len(down))
    return tuple(down), scenario_shocks(list(down.values()), len(firms), up=list(up.values()))


def _with_accounts(table: FirmTable, path: Path) -> FirmTable:
    with _of_file(path.name):
        opened = _opened(path, {"firm": FIRM_COLUMNS["firm"]})
        at_firm, reading, is_empty = opened.places["firm"] or 0, Reading(), True
        found = {head: ["0"] * len(table.names) for at, head in enumerate(opened.heads) if at != at_firm}
        rows = [0] * len(table.names)
        for row, cells in opened.rows:
            is_empty = False
            if _is_whole(reading, row, cells, len(opened.heads), len(opened.heads)):
                place = _firm(reading, table.place, row, "firm", cells[at_firm])
                rows[place] = row
                for at, head in enumerate(opened.heads):
                    if at != at_firm:
                        found[head][place] = cells[at]
            if reading.is_full:
                break
        reading.demand(not is_empty)
    columns = {name: TextColumn(tuple(texts), tuple(rows), path.name) for name, texts in found.items()}
    return FirmTable(table.names, table.sectors, table.rows, {**table.columns, **columns})


def _opened(path: Path, columns: Mapping[str, Sequence[str]], *, optional: Sequence[str] = ()) -> OpenTable:
    if not path.is_file():
        raise Refused("no-such-file", NO_FILE, file=str(path))
    if path.stat().st_size > LARGEST_FILE:
        raise Refused("too-large", TOO_LARGE, status=413, file=path.name, megabytes=LARGEST_FILE // 1_000_000)
    return open_table(path.read_bytes(), path.name, columns, optional=optional, largest=LARGEST_FILE, is_exact_first=True)


def _needed(table: OpenTable) -> int:
    """How many cells a row must have for every column that is known by name."""
    return 1 + max((at for at in table.places.values() if at is not None), default=0)


def _is_whole(reading: Reading, row: int, cells: list[str], needed: int, most: int) -> bool:
    """Whether the row has every cell that is needed, and nothing where the table has no column."""
    if len(cells) < needed:
        reading.wrong("row-short", ROW_SHORT, row=row, found=len(cells), wanted=needed)
        return False
    if len(cells) > most and any(cells[most:]):
        reading.wrong("row-long", ROW_LONG, row=row, found=len(cells), wanted=most)
        return False
    return True


def _summable(found: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Figures whose sums and shares are numbers. Raises Refused figures-extreme."""
    with np.errstate(over="ignore"):
        total = found.sum()
    if not total <= MOST or found.min(where=found > 0, initial=1.0) < LEAST:
        raise Refused("figures-extreme", EXTREME, name=name)
    return found


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _firm(reading: Reading, place: Mapping[str, int], row: int, column: str, name: str) -> int:
    at = place.get(name)
    if at is None:
        reading.wrong("no-such-firm", FIRM_UNKNOWN, row=row, column=column, firm=name[:60])
    return at or 0


def _shock(reading: Reading, row: int, column: str, text: str) -> float:
    value = reading.amount(row, column, text)
    if value > 1:
        reading.wrong("shock-wrong", SHOCK_WRONG, row=row, column=column, value=text[:40])
    return min(value, 1.0)


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], Places]:
    place = {name: k for k, name in enumerate(dict.fromkeys(names))}
    return tuple(place), np.array([place[name] for name in names], np.int64)


class InFile(TableRefused):
    """Refusals that say in which of several files their rows stand."""

    def __init__(self, file: str, findings: list[Refused]) -> None:
        super().__init__(findings)
        self.file = file
        self.findings = [one if isinstance(one, InFile | _Placed) else _Placed(file, one) for one in self.findings]

    def sentence(self, language: str = "en") -> str:
        return self.findings[0].sentence(language)


class _Placed(Refused):
    def __init__(self, file: str, refused: Refused) -> None:
        super().__init__(refused.code, refused.message, row=refused.row, column=refused.column, status=refused.status)
        self.values, self.file = refused.values, file

    def sentence(self, language: str = "en") -> str:
        told = super().sentence(language)
        return told if "file" in self.values else say(language, IN_FILE, file=self.file, sentence=told)


@contextmanager
def _of_file(name: str) -> Iterator[None]:
    """Whatever is refused inside names the file."""
    try:
        yield
    except InFile:
        raise
    except TableRefused as refused:
        raise InFile(name, refused.findings) from refused
    except Refused as refused:
        raise InFile(name, [refused]) from refused
