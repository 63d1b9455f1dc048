"""ECI and PCI: the second eigenvector of the reflections, found in the smaller of two symmetric matrices. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIGN_UNDETERMINED, DISCONNECTED, NOT_IDENTIFIED = "sign undetermined", "disconnected", "not identified"
GAP = 1e-9
NO_CORRELATION = 1e-12
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spectrum:
    """k_c and k_p before they are standardised, the second and third eigenvalue, and what keeps them from being certain."""

    locations: Floats
    products: Floats
    second: float
    third: float
    flags: tuple[str, ...]


def spectrum(matrix: Floats) -> Spectrum:
    """The second eigenpair of D^-1 M U^-1 M^T, by way of B = D^-1/2 M U^-1/2 and the smaller of B B^T and B^T B.

    matrix: 0/1, locations x products, no empty row or column. Cost: min(L, P)^2 max(L, P) + min(L, P)^3.
    The sign makes k_c rise with diversity; where they are not correlated the first location is not below 0 (sign undetermined).
    Flags: `disconnected` when the second eigenvalue is 1 (within 1e-9), and then, or when the third equals it, `not identified`.
    """
    diversity, ubiquity = matrix.sum(axis=1), matrix.sum(axis=0)
    from scipy.linalg import eigh  # half a second that the other verbs of the command line need not wait

    nothing = Spectrum(np.full(len(diversity), np.nan), np.full(len(ubiquity), np.nan), np.nan, np.nan, (NOT_IDENTIFIED,))
    size = min(matrix.shape)
    if size < 2:
        return nothing
    root_d, root_u = 1 / np.sqrt(diversity), 1 / np.sqrt(ubiquity)
    scaled = matrix * root_d[:, None] * root_u
    is_by_location = matrix.shape[0] <= matrix.shape[1]
    gram = scaled @ scaled.T if is_by_location else scaled.T @ scaled
    values, vectors = eigh(gram, subset_by_index=(max(0, size - 3), size - 1), overwrite_a=True)
    second, third, vector = float(values[-2]), float(values[-3]) if size > 2 else 0.0, vectors[:, -2]
    if second < GAP:
        return nothing
    if is_by_location:
        k_c = root_d * vector
        k_p = (matrix.T @ k_c) / ubiquity / second
    else:
        k_p = root_u * vector
        k_c = (matrix @ k_p) / diversity
    flags = []
    if second > 1 - GAP:
        flags.append(DISCONNECTED)
    if flags or second - third < GAP:
        flags.append(NOT_IDENTIFIED)
    sign, is_sure = _sign(diversity, k_c)
    if not is_sure:
        flags.append(SIGN_UNDETERMINED)
    return Spectrum(sign * k_c, sign * k_p, second, third, tuple(flags))


def _sign(diversity: Floats, k_c: Floats) -> tuple[float, bool]:
    a, b = diversity - diversity.mean(), k_c - k_c.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    correlation = float(a @ b) / size if size > 0 else 0.0
    if abs(correlation) > NO_CORRELATION:
        return float(np.sign(correlation)), True
    return (-1.0 if k_c[0] < 0 else 1.0), False


def components(matrix: Floats) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Which connected part each location and each product belongs to, numbered by the first location of each."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.nonzero(matrix)
    size = sum(matrix.shape)
    graph = coo_array((np.ones(len(rows)), (rows, columns + matrix.shape[0])), shape=(size, size))
    _count, labels = connected_components(graph, directed=False)
    _first, order = np.unique(labels[: matrix.shape[0]], return_index=True)
    place = np.empty(len(order), dtype=np.int32)
    place[np.argsort(order)] = np.arange(len(order), dtype=np.int32)
    numbered = place[labels]
    return numbered[: matrix.shape[0]], numbered[matrix.shape[0] :]
