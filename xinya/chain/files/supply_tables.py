"""A supply network as files: firms (firm, sector, optionally revenue and market) and links (supplier, buyer, amount)."""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinya.kit.text import gettext_noop as _

from .number_table import Reading, rows_of

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
FIRM_TWICE = _("The firm “%(name)s” stands already in row %(first)s.")
NO_FIRM = _("The list of firms has no “%(name)s”.")


@dataclass(frozen=True, slots=True)
class Supply:
    """Firms in the order of their file; sectors and markets as numbers into their names. revenue: None where no firm has one."""

    firms: tuple[str, ...]
    sectors: tuple[str, ...]
    sector: NDArray[np.int64]
    markets: tuple[str, ...]
    market: NDArray[np.int64]
    revenue: NDArray[np.float64] | None
    supplier: NDArray[np.int64]
    buyer: NDArray[np.int64]
    amount: NDArray[np.float64]


def read_supply(links: bytes, links_name: str, firms: bytes, firms_name: str) -> Supply:
    """Both tables, or a refusal with every wrong cell (TableRefused), or Refused for a file as a whole.

    A firm given twice and a link of a firm that is not in the list are wrong cells. Without a column market, sectors are markets;
    with a column revenue every firm needs one.
    """
    reading = Reading()
    first_row: dict[str, int] = {}
    places: dict[str, int] = {}
    names: tuple[dict[str, int], dict[str, int]] = ({}, {})
    of_firm: tuple[list[int], list[int]] = ([], [])
    revenues: list[float] = []
    has_revenue = False
    for row, (firm, sector, revenue, market) in rows_of(firms, firms_name, FIRM_COLUMNS, optional=("revenue", "market")):
        reading.name(row, "firm", firm)
        if firm in places:
            reading.wrong("twice", FIRM_TWICE, row=row, column="firm", name=firm, first=first_row[firm])
        places[firm], first_row[firm] = len(revenues), row
        for known, taken, column, name in (
            (names[0], of_firm[0], "sector", sector),
            (names[1], of_firm[1], "market", market or sector),
        ):
            taken.append(known.setdefault(reading.name(row, column, name), len(known)))
        if not revenues:
            has_revenue = bool(revenue)
        revenues.append(reading.amount(row, "revenue", revenue) if has_revenue or revenue else 0.0)
        if reading.is_full:
            break
    reading.demand(len(places))
    ends = (array("q"), array("q"))
    amounts = array("d")
    for row, (supplier, buyer, amount) in rows_of(links, links_name, LINK_COLUMNS):
        for end, column, name in ((ends[0], "supplier", supplier), (ends[1], "buyer", buyer)):
            at = places.get(name)
            if at is None:
                reading.wrong("unknown-firm", NO_FIRM, row=row, column=column, name=name[:60])
            end.append(at or 0)
        amounts.append(reading.amount(row, "amount", amount))
        if reading.is_full:
            break
    reading.demand(len(amounts))
    return Supply(
        tuple(places), tuple(names[0]), np.array(of_firm[0]), tuple(names[1]), np.array(of_firm[1]),
        np.array(revenues) if has_revenue else None,
        np.array(ends[0], dtype=np.int64), np.array(ends[1], dtype=np.int64), np.array(amounts, dtype=np.float64),
    )  # fmt: skip
