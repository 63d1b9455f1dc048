"""The further measures of a supply network as one object for other programs; what does not exist is null, with the reason."""

from typing import Any

import numpy as np

from xinya.chain.engine.measures import NAMES, effective_number, extraction, influence, markets, nexus, positions, purchases, trade

from .complexity_rows import number
from .supply import Supply


def measures_of_supply(supply: Supply, *, labour_share: float = 0.5, with_nexus: bool = True) -> dict[str, Any]:
    """All measures of a network. Amounts and losses in the files' currency; steps, shares and indices have no unit.

    Upstreamness, downstreamness and extraction need revenues (final sales); without them they are null. Raises ValueError for a
    labour share outside (0, 1]. Cost: three solves, one more a firm for the extraction; nexus: firms x links, one programme a firm.
    """
    goods = trade(supply.supplier, supply.buyer, supply.amount, len(supply.firms))
    vector, leak = influence(goods, labour_share)
    sold = markets(goods, supply.market)
    columns: dict[str, Any] = {"influence": vector, "substitutability": sold.substitutability}
    flags: list[str] = []
    no_output = np.zeros(len(supply.firms), dtype=np.bool_)
    if supply.revenue is None:
        columns |= dict.fromkeys(("upstreamness", "downstreamness", "extraction_lost"), np.full(len(supply.firms), np.nan))
        flags.append("no revenue given")
    else:
        found = positions(goods, supply.revenue)
        no_output = found.no_output
        columns |= {"upstreamness": found.upstreamness, "downstreamness": found.downstreamness}
        columns["extraction_lost"] = extraction(goods, supply.revenue)
        if np.isnan(found.upstreamness).any():
            flags.append("closed groups without final sales")
        if np.isnan(found.downstreamness).any():
            flags.append("closed groups that buy what they put out")
        if (supply.revenue < goods.sold).any():
            flags.append("revenue below sales to firms")
    central = nexus(goods) if with_nexus else None
    firms = []
    for i, name in enumerate(supply.firms):
        row = {
            "firm": name, "sector": supply.sectors[supply.sector[i]], "market": supply.markets[supply.market[i]],
            "sold": float(goods.sold[i]), "bought": float(goods.bought[i]), "no_output": bool(no_output[i]),
        } | {key: number(column[i]) for key, column in columns.items()}  # fmt: skip
        if central is not None:
            row["nexus"] = {
                "index": number(central.index[i]), "mean_rank_ours": number(central.mean_rank[i]),
                **{key: number(central.centralities[i, c]) for c, key in enumerate(NAMES)},
            }  # fmt: skip
        firms.append(row)
    bought = purchases(goods, supply.sector)
    columns_bought = bought.buyer, bought.sector, bought.suppliers, bought.hhi, effective_number(bought.hhi)
    return {
        "schema": "xinya.measures/1",
        "settings": {"labour_share": labour_share},
        "flags": flags,
        "influence_leak": leak,
        "firms": firms,
        "markets": [
            {"market": name, "hhi": number(hhi), "effective_number": number(equal)}
            for name, hhi, equal in zip(supply.markets, sold.hhi, effective_number(sold.hhi), strict=True)
        ],
        "purchases": [
            {
                "buyer": supply.firms[b], "sector": supply.sectors[s], "suppliers": n, "hhi": h, "effective_number": equal,
            }
            for b, s, n, h, equal in zip(*(c.tolist() for c in columns_bought), strict=True)
        ],
    }  # fmt: skip
