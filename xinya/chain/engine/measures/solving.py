"""x = 1 + B x for B >= 0, sparse: the smallest solution that is not negative, and where there is none. Pure."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, eye_array
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.sparse.linalg import splu

from .trade import Floats

DIRECT = 3_000
STEPS = 20_000
EXACT = 1e-13


def solved(table: csr_array, right: Floats) -> Floats:
    """(I - B)^-1 right: sparse LU up to 3,000 rows, beyond that x <- right + B x until the last digits stand (else LU).

    Only for a spectral radius below 1. right: rows, or rows x columns.
    """
    if table.shape[0] == 0:
        return right.copy()
    if table.shape[0] > DIRECT:
        now = right.copy()
        for _step in range(STEPS):
            after = right + table @ now
            if (np.abs(after - now) <= EXACT * np.abs(after)).all():
                return after
            now = after
    answer: Floats = splu(csc_array(eye_array(table.shape[0]) - table)).solve(right)
    return answer


def closing(table: csr_array, is_closed: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Rows whose sum over all paths does not converge: those of a group with spectral radius 1 or more, and all that lead into one.

    A group (strongly connected part) converges just when (I - B) x = 1 has a solution of 1 or more there: B x < x then.
    is_closed: rows known to give everything on; a group of such rows that leads nowhere else has radius 1 whatever the rounding.
    """
    size = table.shape[0]
    count, group = connected_components(table, directed=True, connection="strong")
    own = table.tocoo()
    has_link = np.zeros(count, dtype=np.bool_)
    has_link[group[own.row[group[own.row] == group[own.col]]]] = True
    leaves = np.zeros(count, dtype=np.bool_)
    leaves[group[own.row[group[own.row] != group[own.col]]]] = True
    is_open = np.zeros(count, dtype=np.bool_)
    if is_closed is not None:
        is_open[group[~is_closed]] = True
    bad = np.zeros(size, dtype=np.bool_)
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(count + 1))
    for part in np.flatnonzero(has_link).tolist():
        rows = order[edges[part] : edges[part + 1]]
        if is_closed is not None:
            bad[rows] = not is_open[part] and not leaves[part]
        else:
            bad[rows] = not _converges(csr_array(table[rows][:, rows]))
    return _reaching(table, bad)


def _converges(table: csr_array) -> bool:
    sums = np.asarray(table.sum(axis=1)).ravel()
    if sums.max() < 1 or (sums.max() <= 1 and sums.min() < 1 - EXACT):
        return True
    try:
        answer = splu(csc_array(eye_array(table.shape[0]) - table)).solve(np.ones(table.shape[0]))
    except RuntimeError:  # exactly singular
        return False
    return bool(np.isfinite(answer).all() and (answer >= 1 - 1e-9).all() and answer.max() < 1 / EXACT)


def _reaching(table: csr_array, bad: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows from which a bad one is reached, with the bad ones: one search backwards from a source that leads to all of them."""
    if not bad.any():
        return bad
    size = table.shape[0]
    back = table.T.tocoo()
    start = np.flatnonzero(bad)
    rows = np.concatenate([back.row, np.full(len(start), size)])
    columns = np.concatenate([back.col, start])
    graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(size + 1, size + 1))
    reached = breadth_first_order(graph, size, return_predecessors=False)
    found = np.zeros(size + 1, dtype=np.bool_)
    found[reached] = True
    return found[:size]
