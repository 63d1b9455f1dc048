"""How good a link prediction is: hidden links, negatives drawn in stated ways, filtered ranks, and areas under the curve. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .names import Floats

Ints = NDArray[np.int64]
Scores = Callable[[Ints], Mapping[str, Floats]]


def hide(count: int, *, share: float = 0.1, seed: int = 0) -> tuple[Ints, Ints]:
    """(kept, hidden) places of links: a seeded share of them, at least one, is hidden."""
    order = np.random.default_rng(seed).permutation(count)
    hidden = max(1, round(share * count))
    return np.sort(order[hidden:]), np.sort(order[:hidden])


def uniform_negatives(products: Ints, materials: int, taken: set[tuple[int, int]], *, seed: int) -> tuple[Ints, Ints]:
    """As many pairs as hidden links: any product that has one, any material, both uniform, no known or hidden link."""
    draw = np.random.default_rng(seed)
    pool = np.unique(products)
    return _drawn(lambda: (int(draw.choice(pool)), int(draw.integers(materials))), len(products), taken)


def matched_negatives(products: Ints, truth: Ints, degree: Floats, taken: set[tuple[int, int]], *, seed: int) -> tuple[Ints, Ints]:
    """For each hidden link the same product with another material of the same number of known uses.

    Where fewer than 20 others have that number, one of the 40 nearest in number of uses. A pair that cannot be drawn is left out.
    """
    draw = np.random.default_rng(seed)
    order = np.argsort(degree, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ordered = degree[order]
    rows, columns = [], []
    for product, material in zip(products.tolist(), truth.tolist(), strict=True):
        low, high = (int(np.searchsorted(ordered, degree[material], side=side)) for side in ("left", "right"))
        if high - low <= 20:
            low, high = max(0, int(place[material]) - 20), min(len(order), int(place[material]) + 21)
        for _try in range(100):
            other = int(order[draw.integers(low, high)])
            if other != material and (product, other) not in taken:
                rows.append(product)
                columns.append(other)
                break
    return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)


def _drawn(one: Callable[[], tuple[int, int]], count: int, taken: set[tuple[int, int]]) -> tuple[Ints, Ints]:
    rows: list[tuple[int, int]] = []
    for _try in range(100 * count):
        pair = one()
        if pair not in taken:
            rows.append(pair)
        if len(rows) == count:
            break
    both = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def auc(positive: Floats, negative: Floats) -> float:
    """The chance that a true pair stands above a negative one, ties half; NaN where one side is empty."""
    if not len(positive) or not len(negative):
        return float("nan")
    from scipy.stats import rankdata  # a second of loading, which every start of the product would else wait for

    ranks = rankdata(np.concatenate([positive, negative]))
    above = ranks[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2
    return float(above / (len(positive) * len(negative)))


@dataclass(frozen=True, slots=True)
class Judged:
    """mrr, hits: filtered ranks among all materials, ties at their middle; auc by the way the negatives were drawn."""

    mrr: float
    hits: Mapping[int, float]
    auc: Mapping[str, float]


def judged(
    scores: Scores, hidden: tuple[Ints, Ints], taken: set[tuple[int, int]], negatives: Mapping[str, tuple[Ints, Ints]],
    *, block: int = 64, cuts: tuple[int, ...] = (1, 3, 10),
) -> dict[str, Judged]:  # fmt: skip
    """Every method of `scores` on the same hidden links (product, material column) and the same negatives.

    scores(products): name -> products x materials. Filtered: all other links of the product, known or hidden, are taken out first.
    """
    products = np.unique(np.concatenate([hidden[0], *(pairs[0] for pairs in negatives.values())]))
    others: dict[int, list[int]] = {}
    for product, material in taken:
        others.setdefault(product, []).append(material)
    ranks: dict[str, list[float]] = {}
    at: dict[str, dict[str, list[float]]] = {}
    by_product = {name: _grouped(pairs) for name, pairs in {"hidden": hidden, **negatives}.items()}
    for first in range(0, len(products), block):
        some = products[first : first + block]
        for method, table in scores(some).items():
            own = at.setdefault(method, {name: [] for name in by_product})
            for row, product in zip(table, some.tolist(), strict=True):
                for name, groups in by_product.items():
                    own[name].extend(row[groups.get(product, [])].tolist())
                left = np.ones(len(row), dtype=np.bool_)
                left[others.get(product, [])] = False
                for material in by_product["hidden"].get(product, []):
                    rivals, value = row[left], row[material]
                    ranks.setdefault(method, []).append(1 + float((rivals > value).sum()) + float((rivals == value).sum()) / 2)
    return {
        method: Judged(
            float(np.mean(1 / np.array(own))),
            {cut: float(np.mean(np.array(own) <= cut)) for cut in cuts},
            {name: auc(np.array(at[method]["hidden"]), np.array(at[method][name])) for name in negatives},
        )
        for method, own in ranks.items()
    }


def _grouped(pairs: tuple[Ints, Ints]) -> dict[int, list[int]]:
    out: dict[int, list[int]] = {}
    for product, material in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True):
        out.setdefault(product, []).append(material)
    return out
