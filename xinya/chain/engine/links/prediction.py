"""Missing inputs of products (缺失供应关系): who makes something alike needs what? Names, kinds and known links together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from .names import Floats, contained, name_table, nearest_rows

NEIGHBOURS = 60
FEATURES = ("popularity", "item kNN", "alike by name", "own kind", "siblings", "name within", "names alike")
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Known:
    """Products 0..P-1 by name, known links product -> input, and kinds narrow -> broader. materials: what may be predicted."""

    names: Sequence[str]
    products: Ints
    inputs: Ints
    narrow: Ints
    broader: Ints
    materials: Ints


class Clues:
    """The features of (product, material) pairs, from known links only. A block is dense: products x materials."""

    def __init__(self, known: Known) -> None:
        count, size = len(known.names), len(known.materials)
        column = np.full(count, -1, dtype=np.int64)
        column[known.materials] = np.arange(size)
        kept = column[known.inputs] >= 0
        self.links = _binary(known.products[kept], column[known.inputs[kept]], (count, size))
        self.degree = np.asarray(self.links.sum(axis=0)).ravel()
        self.out_degree = np.asarray(self.links.sum(axis=1)).ravel()
        unit = csr_array(self.links @ diags_array(1 / np.sqrt(np.maximum(self.degree, 1.0))))
        self._cosine = csr_array(unit.T @ unit)
        self._words = name_table(known.names)
        self._linked = np.flatnonzero(self.out_degree > 0)
        self._material_words = csr_array(self._words[known.materials])
        self._materials = known.materials
        self._inside = contained(known.names, [known.names[m] for m in known.materials])
        self._kinds = _binary(known.narrow, known.broader, (count, count))

    def item_knn(self, products: Ints) -> Floats:
        """Sum of cosines between the material and what the product is known to need, by which products need both."""
        return np.asarray(csr_array(self.links[products] @ self._cosine).toarray())

    def alike(self, products: Ints, columns: Sequence[Sequence[int]], most: int = 3) -> list[list[tuple[int, ...]]]:
        """For each product, and each of its materials (columns), the products alike by name that are known to need it.

        The nearest first, at most `most`. A block of products is looked up at once.
        """
        near = nearest_rows(csr_array(self._words[products]), csr_array(self._words[self._linked]), NEIGHBOURS)
        found: list[list[tuple[int, ...]]] = []
        for row, (product, wanted) in enumerate(zip(products.tolist(), columns, strict=True)):
            others = self._linked[near.indices[near.indptr[row] : near.indptr[row + 1]]]
            others = others[others != product]
            needs = csr_array(self.links[others])[:, list(wanted)].toarray() > 0
            found.append([tuple(others[needs[:, place]][:most].tolist()) for place in range(len(wanted))])
        return found

    def of(self, products: Ints) -> Floats:
        """len(products) x materials x FEATURES. Memory: 8 x products x materials x 7 bytes."""
        shape = (len(products), len(self._materials))
        near = nearest_rows(csr_array(self._words[products]), csr_array(self._words[self._linked]), NEIGHBOURS)
        own_column = np.searchsorted(self._linked, products)
        is_linked = (own_column < len(self._linked)) & (self._linked[np.minimum(own_column, len(self._linked) - 1)] == products)
        near = csr_array(near - _at(np.flatnonzero(is_linked), own_column[is_linked], near))
        alike = near @ self.links[self._linked]
        kinds = csr_array(self._kinds[products])
        family = csr_array(kinds @ self._kinds.T)
        out = np.empty((*shape, len(FEATURES)))
        out[:, :, 0] = np.log1p(self.degree)
        for place, part in enumerate(
            (
                self.item_knn(products),
                csr_array(alike).toarray(),
                csr_array(kinds @ self.links).toarray() + csr_array(self._kinds.T[products] @ self.links).toarray(),
                np.maximum(csr_array(family @ self.links).toarray() - csr_array(self.links[products]).toarray(), 0),
                csr_array(self._inside[products]).toarray(),
                csr_array(csr_array(self._words[products]) @ self._material_words.T).toarray(),
            ),
            start=1,
        ):
            out[:, :, place] = part if place >= 5 else np.log1p(np.maximum(part, 0) * (10 if place in (1, 2) else 1))
        return out


def _binary(rows: Ints, columns: Ints, shape: tuple[int, int]) -> csr_array:
    table = csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
    table.sum_duplicates()
    table.data[:] = 1.0
    return table


def _at(rows: Ints, columns: Ints, table: csr_array) -> csr_array:
    """The values of a table at these places alone."""
    values = np.array([table[i, j] for i, j in zip(rows.tolist(), columns.tolist(), strict=True)])
    return csr_array((values, (rows, columns)), shape=table.shape)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic score: bias + features @ weights, features standardised by mean and spread first."""

    bias: float
    weights: Floats
    mean: Floats
    spread: Floats

    def score(self, features: Floats) -> Floats:
        """The larger, the likelier; monotone in the probability."""
        scaled: Floats = ((features - self.mean) / self.spread) @ self.weights + self.bias
        return scaled


def fitted(features: Floats, is_link: NDArray[np.bool_], ridge: float = 1.0) -> Weights:
    """Logistic regression by Newton's method with a small ridge. features: pairs x features."""
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    rows = np.column_stack([np.ones(len(features)), (features - mean) / spread])
    beta = np.zeros(rows.shape[1])
    penalty = np.diag([0.0, *[ridge] * features.shape[1]])
    for _step in range(50):
        chance = 1 / (1 + np.exp(-np.clip(rows @ beta, -30, 30)))
        slope = rows.T @ (is_link - chance) - penalty @ beta
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + penalty + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(curve, slope)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return Weights(float(beta[0]), beta[1:], mean, spread)


def trained(known: Known, *, seed: int, share: float = 0.1, negatives: int = 5, most: int = 4_000) -> Weights:
    """Weights from known links alone: a share of them is hidden once more, and told apart from sampled pairs.

    Negatives of each hidden link: `negatives` uniform materials and as many drawn by degree, for the same product.
    """
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(known.products))
    hidden = np.sort(order[: min(most, max(1, int(share * len(order))))])
    rest = np.setdiff1d(np.arange(len(order)), hidden)
    clues = Clues(Known(known.names, known.products[rest], known.inputs[rest], known.narrow, known.broader, known.materials))
    column = np.full(len(known.names), -1, dtype=np.int64)
    column[known.materials] = np.arange(len(known.materials))
    taken = set(zip(known.products.tolist(), column[known.inputs].tolist(), strict=True))
    by_degree = (clues.degree + 0.5) / (clues.degree + 0.5).sum()
    samples, labels = [], []
    for first in range(0, len(hidden), 64):
        some = hidden[first : first + 64]
        features = clues.of(known.products[some])
        truth = column[known.inputs[some]]
        for row, (product, material) in enumerate(zip(known.products[some].tolist(), truth.tolist(), strict=True)):
            if material < 0:
                continue
            others = np.concatenate(
                [draw.integers(0, len(by_degree), negatives), draw.choice(len(by_degree), negatives, p=by_degree)]
            )
            chosen = [material, *(m for m in others.tolist() if (product, m) not in taken)]
            samples.append(features[row, chosen])
            labels.extend([True, *[False] * (len(chosen) - 1)])
    return fitted(np.concatenate(samples), np.array(labels))
