"""Names as bags of characters, pairs of characters and heads, weighted by how rare each is. Pure."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

Floats = NDArray[np.float64]


def grams(name: str) -> Iterator[str]:
    """Single characters, pairs, and the head: in Chinese the last two characters say what kind of thing it is."""
    yield from name
    yield from (name[i : i + 2] for i in range(len(name) - 1))
    if len(name) > 1:
        yield f"head:{name[-2:]}"


def name_table(names: Sequence[str]) -> csr_array:
    """Names x grams, TF-IDF, each row of length 1 (an empty name: 0). idf = ln(n / names with the gram) + 1."""
    places: dict[str, int] = {}
    starts, ids = [0], []
    for name in names:
        ids.extend(sorted({places.setdefault(gram, len(places)) for gram in grams(name)}))
        starts.append(len(ids))
    table = csr_array((np.ones(len(ids)), np.array(ids, dtype=np.int64), np.array(starts)), shape=(len(names), max(1, len(places))))
    idf = np.log(len(names) / np.maximum(1, np.bincount(table.indices, minlength=table.shape[1]))) + 1
    weighted = csr_array(table @ diags_array(idf))
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return csr_array(diags_array(1 / np.where(length > 0, length, 1.0)) @ weighted)


def contained(names: Sequence[str], parts: Sequence[str]) -> csr_array:
    """names x parts, 1 where the part (two characters or more) stands in the longer name.

    Cost of a name: its characters times the lengths that parts have, times those lengths.
    """
    place = {part: k for k, part in enumerate(parts) if len(part) > 1}
    lengths = sorted({len(part) for part in place})
    rows, columns = [], []
    for i, name in enumerate(names):
        inside = {name[a : a + n] for n in lengths for a in range(len(name) - n + 1)} - {name}
        for part in sorted(inside & place.keys()):
            rows.append(i)
            columns.append(place[part])
    return csr_array((np.ones(len(rows)), (np.array(rows, int), np.array(columns, int))), shape=(len(names), len(parts)))


def nearest_rows(table: csr_array, others: csr_array, count: int) -> csr_array:
    """table x others: the `count` largest similarities of each row that are above 0, ties by place."""
    near = csr_array(table @ others.T)
    near.sort_indices()
    ids, values, starts = [], [], [0]
    for i in range(near.shape[0]):
        here = slice(near.indptr[i], near.indptr[i + 1])
        own, what = near.data[here], near.indices[here]
        order = np.argsort(-own, kind="stable")[:count]
        ids.append(what[order])
        values.append(own[order])
        starts.append(starts[-1] + len(order))
    empty = np.empty(0, dtype=np.int64)
    return csr_array((np.concatenate(values or [empty]), np.concatenate(ids or [empty]), np.array(starts)), shape=near.shape)
