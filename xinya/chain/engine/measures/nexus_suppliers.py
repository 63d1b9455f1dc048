"""Nexus suppliers (节点型供应商): firms that matter through where they sit, by four centralities and their best weights. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, diags_array
from scipy.stats import rankdata

from .trade import Floats, Trade

BLOCK = 64
DAMPING = 0.85
NAMES = ("degree", "closeness", "betweenness", "pagerank")


@dataclass(frozen=True, slots=True)
class Nexus:
    """centralities: firms x 4 in the order of NAMES, each 0 to 1. index: DEA score in (0, 1], 1 on the frontier; 0 for firms alone.

    mean_rank: plain mean of the four percentile ranks in (0, 1]; this second number is ours, not published.
    """

    centralities: Floats
    index: Floats
    mean_rank: Floats


def nexus(goods: Trade) -> Nexus:
    """The nexus supplier index: each firm is scored with the weights of the four centralities that suit it best.

    Centralities are those of the plain partner network (who trades with whom, either way, once, without itself): degree / (n - 1);
    harmonic closeness, mean of 1 / distance; betweenness, share of shortest paths; PageRank (damping 0.85) over its largest value.
    Index of firm o: max w c_o subject to w c_j <= 1 for all j, w >= 0 (data envelopment analysis without inputs, one linear
    programme a firm, HiGHS). Source: Yan, Choi, Kim, Yang 2015 (concept); Shao, Shi, Choi, Chae 2018 (index). No unit.
    Cost: firms x links for the paths; one programme of four unknowns a firm.
    """
    table = centralities(goods)
    scale = table.max(axis=0, initial=0.0)
    scaled = table / np.where(scale > 0, scale, 1.0)
    ranks = [rankdata(column) / max(1, len(column)) for column in table.T]
    return Nexus(table, envelopment(scaled), np.mean(ranks, axis=0) if len(table) else np.empty(0))


def partners(goods: Trade) -> csr_array:
    """Who trades with whom, 1 either way, nothing on the diagonal."""
    links = goods.amounts.tocoo()
    kept = links.row != links.col
    rows, columns = links.row[kept], links.col[kept]
    ones = np.ones(2 * len(rows))
    table = csr_array((ones, (np.concatenate([rows, columns]), np.concatenate([columns, rows]))), shape=goods.amounts.shape)
    table.data[:] = 1.0
    return table


def centralities(goods: Trade) -> Floats:
    """Firms x 4: degree, harmonic closeness, betweenness, PageRank of the partner network; 0 for a firm alone."""
    graph = partners(goods)
    size = len(goods)
    if size < 2:
        return np.zeros((size, 4))
    degree = np.asarray(graph.sum(axis=1)).ravel()
    closeness, between = _paths(graph)
    rank = np.full(size, 1 / size)
    walk = csr_array(graph.T @ diags_array(1 / np.maximum(degree, 1.0)))
    for _step in range(500):
        after = DAMPING * (walk @ rank + rank[degree == 0].sum() / size) + (1 - DAMPING) / size
        is_done = np.abs(after - rank).max() <= 1e-14
        rank = after
        if is_done:
            break
    pairs = max(1.0, (size - 1) * (size - 2))
    pagerank = np.where(degree > 0, rank / rank.max(), 0.0)
    return np.column_stack([degree / (size - 1), closeness / (size - 1), between / pairs, pagerank])


def _paths(graph: csr_array) -> tuple[Floats, Floats]:
    """Sum of 1 / distance, and Brandes' dependencies (each pair in both directions), for blocks of sources at once."""
    size = graph.shape[0]
    closeness, between = np.zeros(size), np.zeros(size)
    for first in range(0, size, BLOCK):
        here = np.arange(first, min(first + BLOCK, size))
        distance = np.full((size, len(here)), -1, dtype=np.int32)
        paths = np.zeros((size, len(here)))
        distance[here, here - first] = 0
        paths[here, here - first] = 1
        frontier, step = paths, 0
        while True:
            reached = graph @ frontier
            reached[distance >= 0] = 0
            if not reached.any():
                break
            step += 1
            distance[reached > 0] = step
            paths = paths + reached
            closeness += (reached > 0).sum(axis=1) / step
            frontier = reached
        depends = np.zeros_like(paths)
        for back in range(step, 0, -1):
            is_here = distance == back
            given = np.divide(1 + depends, paths, out=np.zeros_like(paths), where=is_here)
            passed = (graph @ given) * paths
            depends += np.where(distance == back - 1, passed, 0.0)
        depends[here, here - first] = 0
        between += depends.sum(axis=1)
    return closeness, between


def envelopment(outputs: Floats) -> Floats:
    """DEA scores of rows of outputs >= 0 (one input of 1 each): the largest w y_o with w y_j <= 1 for all j and w >= 0."""
    score = np.zeros(len(outputs))
    frontier = outputs[_undominated(outputs)]
    if not len(frontier):
        return score
    limits = np.ones(len(frontier))
    for o in np.flatnonzero(outputs.any(axis=1)).tolist():
        answer = linprog(-outputs[o], A_ub=frontier, b_ub=limits, bounds=(0, None), method="highs")
        # A part that nobody has at all has no limit and no use.
        score[o] = min(1.0, -answer.fun) if answer.status == 0 else np.nan
    return score


def _undominated(outputs: Floats) -> NDArray[np.int64]:
    """Rows that no other row reaches in every part: only they bound the programme."""
    rows, first = np.unique(outputs, axis=0, return_index=True)
    kept = [
        int(at)
        for row, at in zip(rows, first, strict=True)
        if row.any() and not ((rows >= row).all(axis=1) & (rows > row).any(axis=1)).any()
    ]
    return np.array(sorted(kept), dtype=np.int64)
