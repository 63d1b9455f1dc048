"""What a place has more of than others: RCA (区位商), RPOP, and the 0/1 table that everything else is computed from. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

TESTS = ("rca", "rpop", "both", "given")
ROUNDING = 1e-12
"""A ratio that reaches its limit but for the rounding of its sums counts: the order in which rows are added must not decide."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Presence:
    """The 0/1 table with the ratios it was drawn from.

    present: locations x products. rca, rpop: the same shape, NaN in rows and columns whose total is 0; None where not asked for.
    locations, products: which rows and columns still hold a 1 after the empty ones were taken away, again and again.
    """

    present: Flags
    rca: Floats | None
    rpop: Floats | None
    locations: Flags
    products: Flags


def checked_values(values: ArrayLike) -> Floats:
    """A finite, non-negative table. Raises ValueError naming row and column from 0."""
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"values must be a table of locations x products, not of {table.ndim} dimensions")
    wrong = ~np.isfinite(table) | (table < 0)
    if wrong.any():
        row, column = (int(i[0]) for i in np.nonzero(wrong))
        raise ValueError(f"row {row}, column {column}: {table[row, column]} is no amount from 0 upwards")
    return table


def rca(values: ArrayLike) -> Floats:
    """Revealed comparative advantage (显性比较优势), the location quotient (区位商) where values are jobs or output.

    RCA[c,k] = (X[c,k] / sum_k X[c,k]) / (sum_c X[c,k] / sum X); no unit. NaN where a row or a column sums to 0.
    Source: Balassa 1965, as Hidalgo and Hausmann (PNAS 2009) use it. Raises ValueError for a negative or missing value.
    """
    table = checked_values(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Floats = table / table.sum(axis=1)[:, None]
        share /= table.sum(axis=0)[None, :] / table.sum()
    share[~np.isfinite(share)] = np.nan
    return share


def rpop(values: ArrayLike, population: ArrayLike) -> Floats:
    """Value a head, against all places: RPOP[c,k] = (X[c,k] / pop_c) / (sum_c X[c,k] / sum pop); no unit. NaN as in `rca`.

    Raises ValueError for a population that is no positive number or is not one a location.
    """
    table = checked_values(values)
    heads = np.asarray(population, dtype=np.float64)
    if heads.shape != (table.shape[0],):
        raise ValueError(f"{table.shape[0]} locations need as many populations, not {heads.size}")
    if wrong := np.flatnonzero(~np.isfinite(heads) | (heads <= 0)).tolist():
        raise ValueError(f"row {wrong[0]}: {heads[wrong[0]]} is no population")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = (table / heads[:, None]) / (table.sum(axis=0)[None, :] / heads.sum())
    ratio[~np.isfinite(ratio)] = np.nan
    ratio[table.sum(axis=1) == 0] = np.nan
    return ratio


def presence(
    values: ArrayLike,
    *,
    test: str = "rca",
    threshold: float = 1.0,
    population: ArrayLike | None = None,
    population_threshold: float = 1.0,
) -> Presence:
    """Where each product is present.

    test: `rca` (RCA >= threshold), `rpop` (RPOP >= population_threshold), `both` (and), or `given` (values are 0 and 1).
    The limits are inclusive. Raises ValueError for a wrong test, limit, value or population.
    """
    if test not in TESTS:
        raise ValueError(f"presence is one of {', '.join(TESTS)}, not {test}")
    if not (threshold > 0 and population_threshold > 0):
        raise ValueError("a threshold must be above 0")
    table = checked_values(values)
    ratio = rca(table) if test in ("rca", "both") else None
    heads = None
    if test in ("rpop", "both"):
        if population is None:
            raise ValueError(f"presence by {test} needs a population for each location")
        heads = rpop(table, population)
    if test == "given":
        if not np.isin(table, (0.0, 1.0)).all():
            raise ValueError("a given presence holds 0 and 1 only")
        present: Flags = table > 0
    else:
        present = np.ones(table.shape, dtype=np.bool_)
        for part, limit in ((ratio, threshold), (heads, population_threshold)):
            if part is not None:
                present &= part >= limit * (1 - ROUNDING)
    return Presence(present, ratio, heads, *filled(present))


def filled(present: Flags) -> tuple[Flags, Flags]:
    """Rows and columns that remain when the empty ones are taken away until none is left."""
    rows, columns = np.ones(present.shape[0], dtype=np.bool_), np.ones(present.shape[1], dtype=np.bool_)
    while True:
        now_rows = rows & present[:, columns].any(axis=1)
        now_columns = columns & present[now_rows].any(axis=0)
        if (now_rows == rows).all() and (now_columns == columns).all():
            return rows, columns
        rows, columns = now_rows, now_columns
