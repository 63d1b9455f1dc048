"""A supply network as arrays: who sold how much to whom, in which sector, which inputs each sector cannot do without."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

NEGLIGIBLE, NON_ESSENTIAL, ESSENTIAL = 0, 1, 2
BASES = ("stated", "confirmed", "estimated")
MOST_FIRMS = 2**31 - 1

NO_FIRMS = _("The network has no firm.")
NO_SUCH_FIRM = _("The network has no firm with the place %(firm)s.")
AMOUNT_WRONG = _("The amount %(amount)s is not a number from 0 upwards.")
LENGTHS_DIFFER = _("Suppliers, buyers and amounts are not equally many.")
FIRM_COUNT_WRONG = _("%(what)s counts %(count)s firms, the network %(firms)s.")
NOT_SQUARE = _("The table of essential inputs is not square.")
SECTOR_UNKNOWN = _("The sector %(sector)s of firm %(firm)s is missing in the table of essential inputs.")
ESSENTIAL_WRONG = _("%(value)s is not 0 (negligible), 1 (non-essential) or 2 (essential).")
FIGURE_WRONG = _("%(what)s of firm %(firm)s is not a number from 0 upwards.")


class NetworkWrong(Refused, ValueError):
    """Bad input of the cascade: a code and a sentence as every refusal, and a ValueError as every engine raises."""


@dataclass(frozen=True, slots=True)
class SupplyLink:
    """One supply relation of a zone: `supplier` sold `segment` to `buyer` for `amount_fen` in a year.

    basis: stated (by a company), confirmed (by both sides or by an order), estimated (inputs × revenue).
    """

    supplier: str
    buyer: str
    segment: str
    amount_fen: int
    basis: str

    def __post_init__(self) -> None:
        if self.basis not in BASES:
            raise ValueError(f"a supply link is stated, confirmed or estimated, not {self.basis}")
        if self.amount_fen < 0:
            raise NetworkWrong("amount-wrong", AMOUNT_WRONG, amount=self.amount_fen)


@dataclass(frozen=True)
class SupplyNetwork:
    """n firms in m sectors with their links, each (supplier, buyer) once and above 0, sorted by supplier, then buyer.

    amount: W[supplier, buyer], any currency unit. essential[k, l]: what an input of sector k is to a firm of sector l (0, 1, 2).
    market: of each firm, for substitution; None: its sector. revenue, costs: in the unit of the amounts, or None.
    """

    supplier: NDArray[np.int32]
    buyer: NDArray[np.int32]
    amount: NDArray[np.float64]
    sector: NDArray[np.int32]
    essential: NDArray[np.int8]
    market: NDArray[np.int32]
    revenue: NDArray[np.float64] | None = None
    costs: NDArray[np.float64] | None = None

    @property
    def firms(self) -> int:
        return len(self.sector)

    @property
    def sales(self) -> NDArray[np.float64]:
        """s_out: what each firm sold inside the network, own use included."""
        return _summed(self.supplier, self.amount, self.firms)

    @property
    def purchases(self) -> NDArray[np.float64]:
        """s_in: what each firm bought inside the network, own use included."""
        return _summed(self.buyer, self.amount, self.firms)


def supply_network(
    links: tuple[ArrayLike, ArrayLike, ArrayLike],
    sector: ArrayLike,
    essential: ArrayLike,
    *,
    market: ArrayLike | None = None,
    revenue: ArrayLike | None = None,
    costs: ArrayLike | None = None,
    first_row: int = 1,
) -> SupplyNetwork:
    """A checked network. links: suppliers, buyers (places from 0), amounts; the same pair twice is summed, 0 is dropped.

    first_row: the number by which a refusal calls the first link, as the caller's file counts.
    Raises NetworkWrong: no-firms, no-such-firm, amount-wrong, lengths-differ, essential-wrong, sector-unknown, figure-wrong.
    """
    sectors = np.asarray(sector, dtype=np.int64)
    if not 0 < len(sectors) <= MOST_FIRMS:
        raise NetworkWrong("no-firms", NO_FIRMS)
    table = _essential(essential)
    outside = (sectors < 0) | (sectors >= len(table))
    if outside.any():
        firm = int(np.argmax(outside))
        raise NetworkWrong("sector-unknown", SECTOR_UNKNOWN, sector=int(sectors[firm]), firm=firm)
    supplier, buyer, amount = _links(links, len(sectors), first_row)
    markets = sectors if market is None else np.asarray(market, dtype=np.int64)
    if len(markets) != len(sectors):
        raise NetworkWrong("lengths-differ", FIRM_COUNT_WRONG, what="market", count=len(markets), firms=len(sectors))
    _names, dense = np.unique(markets, return_inverse=True)
    return SupplyNetwork(
        supplier=supplier,
        buyer=buyer,
        amount=amount,
        sector=sectors.astype(np.int32),
        essential=table,
        market=dense.astype(np.int32),
        revenue=None if revenue is None else figures_by_firm("revenue", revenue, len(sectors)),
        costs=None if costs is None else figures_by_firm("costs", costs, len(sectors)),
    )


def figures_by_firm(what: str, values: ArrayLike, firms: int) -> NDArray[np.float64]:
    """A figure of each firm, from 0 upwards. Raises NetworkWrong lengths-differ, figure-wrong."""
    figures = np.ascontiguousarray(values, dtype=np.float64)
    if figures.shape != (firms,):
        raise NetworkWrong("lengths-differ", FIRM_COUNT_WRONG, what=what, count=figures.size, firms=firms)
    wrong = ~(np.isfinite(figures) & (figures >= 0))
    if wrong.any():
        raise NetworkWrong("figure-wrong", FIGURE_WRONG, what=what, firm=int(np.argmax(wrong)))
    return figures


def revenue_warnings(network: SupplyNetwork) -> NDArray[np.int64]:
    """Firms that sold more inside the network than their stated revenue: their upstream shares would add up to more than 1."""
    if network.revenue is None:
        return np.zeros(0, np.int64)
    return np.flatnonzero(network.revenue < network.sales * (1 - 1e-12))


def _essential(essential: ArrayLike) -> NDArray[np.int8]:
    table = np.asarray(essential)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not len(table):
        raise NetworkWrong("essential-wrong", NOT_SQUARE)
    wrong = ~np.isin(table, (NEGLIGIBLE, NON_ESSENTIAL, ESSENTIAL))
    if wrong.any():
        row, column = (int(x) for x in np.argwhere(wrong)[0])
        raise NetworkWrong("essential-wrong", ESSENTIAL_WRONG, row=row + 1, column=str(column + 1), value=str(table[row, column]))
    return np.ascontiguousarray(table, dtype=np.int8)


def _links(
    links: tuple[ArrayLike, ArrayLike, ArrayLike], firms: int, first_row: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    supplier, buyer = (np.asarray(side, dtype=np.int64).ravel() for side in links[:2])
    amount = np.asarray(links[2], dtype=np.float64).ravel()
    if not len(supplier) == len(buyer) == len(amount):
        raise NetworkWrong("lengths-differ", LENGTHS_DIFFER)
    for side in (supplier, buyer):
        outside = (side < 0) | (side >= firms)
        if outside.any():
            row = int(np.argmax(outside))
            raise NetworkWrong("no-such-firm", NO_SUCH_FIRM, row=row + first_row, firm=int(side[row]))
    wrong = ~(np.isfinite(amount) & (amount >= 0))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise NetworkWrong("amount-wrong", AMOUNT_WRONG, row=row + first_row, amount=str(amount[row]))
    kept = amount > 0
    pair = supplier[kept] * firms + buyer[kept]
    pairs, place = np.unique(pair, return_inverse=True)
    return (pairs // firms).astype(np.int32), (pairs % firms).astype(np.int32), _summed(place, amount[kept], len(pairs))


def _summed(place: NDArray[np.integer], amount: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Σ amount by place; numbers also where there is nothing to add."""
    return np.bincount(place, amount, count).astype(np.float64)
