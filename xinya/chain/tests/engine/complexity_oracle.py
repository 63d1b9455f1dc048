"""Economic complexity read plainly from the formulas: dense tables, loops, a general eigen-solver. For tests only."""

from typing import Any

import numpy as np


def plainly(values: Any, threshold: float = 1.0) -> dict[str, Any]:
    """Everything of a table whose every row and column has a presence."""
    x = np.asarray(values, dtype=float)
    rca = np.array([[x[c, k] / x[c].sum() / (x[:, k].sum() / x.sum()) for k in range(x.shape[1])] for c in range(x.shape[0])])
    return {"rca": rca} | of_presence((rca >= threshold).astype(float))


def of_presence(m: Any) -> dict[str, Any]:
    """The same from a 0/1 table."""
    d, u = m.sum(axis=1), m.sum(axis=0)
    reflections = (m.T / u[:, None]) @ (m / d[:, None])
    values, vectors = np.linalg.eig(reflections)
    order = np.argsort(values.real)
    k_p = vectors[:, order[-2]].real
    k_c = (m @ k_p) / d
    if np.corrcoef(d, k_c)[0, 1] < 0:
        k_p, k_c = -k_p, -k_c
    together = m.T @ m
    phi = together / np.maximum(u[:, None], u[None, :])
    density = (m @ phi) / phi.sum(axis=0)
    outlook = (density * (1 - m) * k_p).sum(axis=1)
    gain = np.zeros_like(m)
    for c in range(m.shape[0]):
        for k in range(m.shape[1]):
            gain[c, k] = (1 - m[c, k]) * sum((1 - m[c, j]) * phi[j, k] * k_p[j] / phi[j].sum() for j in range(m.shape[1]))
    return {
        "m": m, "phi": phi, "density": density, "second": values.real[order[-2]],
        "third": values.real[order[-3]] if len(order) > 2 else 0.0,
        "eci": (k_c - k_c.mean()) / k_c.std(), "pci": (k_p - k_c.mean()) / k_c.std(),
        "coi": (outlook - outlook.mean()) / outlook.std(), "cog": gain / k_c.std(),
        "correlation": np.corrcoef(d, k_c)[0, 1],
    }  # fmt: skip


def nearest_density(m: Any, phi: Any, count: int) -> Any:
    """kNN density by loops; equally near products share the last places."""
    out = np.full(m.shape, np.nan)
    for k in range(m.shape[1]):
        others = sorted((j for j in range(m.shape[1]) if j != k), key=lambda j: -phi[k, j])
        limit = phi[k, others[min(count, len(others)) - 1]]
        above = [j for j in others if phi[k, j] > limit]
        tied = [j for j in others if phi[k, j] == limit]
        weight = {j: phi[k, j] for j in above} | {
            j: phi[k, j] * min(1.0, (min(count, len(others)) - len(above)) / len(tied)) for j in tied
        }
        whole = sum(weight.values())
        if whole > 0:
            for c in range(m.shape[0]):
                out[c, k] = sum(w for j, w in weight.items() if m[c, j]) / whole
    return out
