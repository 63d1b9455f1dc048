"""Which inputs products may need beyond the known ones, best first, with what speaks for each. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .judging import Judged, hide, judged, matched_negatives, uniform_negatives
from .prediction import Clues, Ints, Known, Weights, trained

BLOCK = 64
POPULARITY, ATTACHMENT, ITEM_KNN, OURS = "popularity", "preferential attachment", "item kNN", "names, kinds and links"
METHODS = (POPULARITY, ATTACHMENT, ITEM_KNN, OURS)
"""The floors, and what the proposals are ranked by."""


@dataclass(frozen=True, slots=True)
class ProposedInput:
    """input: a product's number. score: a logit against sampled pairs, good for ranking and for nothing else.

    features: by FEATURES; alike: products alike by name that are known to need the input, the nearest first.
    """

    product: int
    rank: int
    input: int
    score: float
    features: tuple[float, ...]
    alike: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tested:
    """How the ranking did on hidden links, each method on the same ones. negatives: pairs drawn, by the way of drawing."""

    hidden: int
    links: int
    materials: int
    negatives: Mapping[str, int]
    methods: Mapping[str, Judged]


def proposed_inputs(known: Known, products: Ints, *, seed: int = 0, most: int = 5) -> list[ProposedInput]:
    """The `most` likeliest further inputs of each product, product after product; known links and the product itself left out.

    known needs two materials and ten links or more to learn from. Cost: products × materials × features, 64 products at a time.
    """
    weights, clues = trained(known, seed=seed), Clues(known)
    found: list[ProposedInput] = []
    for first in range(0, len(products), BLOCK):
        found += _of_block(known, weights, clues, products[first : first + BLOCK], most)
    return found


def _of_block(known: Known, weights: Weights, clues: Clues, some: Ints, most: int) -> list[ProposedInput]:
    features = clues.of(some)
    scores = weights.score(features)
    scores[clues.links[some].toarray() > 0] = -np.inf
    scores[some[:, None] == known.materials[None, :]] = -np.inf
    found: list[ProposedInput] = []
    orders = np.argsort(-scores, axis=1, kind="stable")[:, :most]
    kept = [[k for k in order if np.isfinite(scores[row, k])] for row, order in enumerate(orders.tolist())]
    for row, (product, alike) in enumerate(zip(some.tolist(), clues.alike(some, kept), strict=True)):
        found += [
            ProposedInput(
                product, rank, int(known.materials[k]), float(scores[row, k]), tuple(features[row, k].tolist()), alike[rank - 1]
            )
            for rank, k in enumerate(kept[row], start=1)
        ]
    return found


def judged_on_hidden(known: Known, *, seed: int = 0) -> Tested:
    """A seeded tenth of the links hidden and ranked again among all materials, other links of the product filtered out.

    Negatives: `uniform`, any product with a hidden link and any material; `degree-matched`, the same product with a material of as
    many known uses. The weights are learnt from what was not hidden.
    """
    kept, hidden = hide(len(known.products), seed=seed)
    left = Known(known.names, known.products[kept], known.inputs[kept], known.narrow, known.broader, known.materials)
    weights, clues = trained(left, seed=seed), Clues(left)
    column = np.full(len(known.names), -1, dtype=np.int64)
    column[known.materials] = np.arange(len(known.materials))
    taken = set(zip(known.products.tolist(), column[known.inputs].tolist(), strict=True))
    products, truth = known.products[hidden], column[known.inputs[hidden]]
    negatives = {
        "uniform": uniform_negatives(products, len(known.materials), taken, seed=seed),
        "degree-matched": matched_negatives(products, truth, clues.degree, taken, seed=seed),
    }

    def scores(some: Ints) -> Mapping[str, NDArray[np.float64]]:
        popular = np.broadcast_to(clues.degree, (len(some), len(known.materials)))
        attached = popular * clues.out_degree[some][:, None]
        found = (popular, attached, clues.item_knn(some), weights.score(clues.of(some)))
        return dict(zip(METHODS, found, strict=True))

    methods = judged(scores, (products, truth), taken, negatives)
    drawn = {name: len(pairs[0]) for name, pairs in negatives.items()}
    return Tested(len(hidden), len(known.products), len(known.materials), drawn, methods)
