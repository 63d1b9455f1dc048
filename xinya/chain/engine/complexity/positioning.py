"""The positioning list (因地制宜清单) of one place: what it could grow next, ranked by a declared mix of three parts. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .presence import Floats
from .whole import Complexity


@dataclass(frozen=True, slots=True)
class Mix:
    """Weights of the three parts, each a z-score over the candidates: nearness (density), complexity (PCI), outlook gain (COG)."""

    density: float = 0.5
    pci: float = 0.25
    cog: float = 0.25


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that the place does not have yet. rank from 1; density in [0, 1], pci and cog in standard deviations.

    z_density, z_pci, z_cog: the same among this place's candidates, before their weights; score: their weighted sum.
    """

    product: int
    rank: int
    score: float
    density: float
    pci: float
    cog: float
    z_density: float
    z_pci: float
    z_cog: float


def positioning(found: Complexity, location: int, *, mix: Mix | None = None) -> list[Candidate]:
    """Candidates k with M = 0, best first: score = sum of weight x z over density, PCI, COG; ties by density, then by product.

    A part that does not vary, or that is not identified (NaN), counts 0 for everybody. Empty for a place that was left out.
    Raises ValueError for an unknown place or a weight below 0.
    """
    listed = ranked(found, location, mix or Mix())
    return [
        Candidate(
            int(listed.products[i]), rank, float(listed.score[i]),
            *(float(part[i]) for part in listed.parts), *(float(z[i]) for z in listed.standard),
        )
        for rank, i in enumerate(listed.order.tolist(), start=1)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ranked:
    """The list as arrays over the candidates of a place. parts: density, PCI, COG; standard: their z; order: places, best first."""

    products: NDArray[np.int64]
    parts: tuple[Floats, Floats, Floats]
    standard: tuple[Floats, Floats, Floats]
    score: Floats
    order: NDArray[np.int64]

    @property
    def standing(self) -> NDArray[np.int64]:
        """Of each candidate how many steps it stands below the best; where score and density are equal the step is the same."""
        score, near = self.score[self.order], np.nan_to_num(self.parts[0])[self.order]
        steps = np.zeros(len(self.order), np.int64)
        steps[1:] = np.cumsum((np.diff(score) != 0) | (np.diff(near) != 0))
        standing = np.empty_like(steps)
        standing[self.order] = steps
        return standing


def ranked(found: Complexity, location: int, mix: Mix) -> Ranked:
    """`positioning` as arrays; no candidates for a place that was left out. Raises ValueError as it does."""
    if not 0 <= location < len(found.eci):
        raise ValueError(f"there is no location {location}")
    if min(mix.density, mix.pci, mix.cog) < 0 or mix.density + mix.pci + mix.cog <= 0:
        raise ValueError("weights must be 0 or more, and not all 0")
    where = np.flatnonzero(found.products & ~found.present[location] & found.locations[location])
    parts = (found.density[location, where], found.pci[where], found.cog[location, where])
    one, two, three = (_standard(part) for part in parts)
    score = mix.density * one + mix.pci * two + mix.cog * three
    return Ranked(where, parts, (one, two, three), score, np.lexsort((where, -np.nan_to_num(parts[0]), -score)))


def _standard(part: Floats) -> Floats:
    if len(part) == 0 or not np.isfinite(part).all():
        return np.zeros(len(part))
    std = part.std()
    if std <= 1e-12 * max(1.0, float(np.abs(part).max())):
        return np.zeros(len(part))
    return np.asarray((part - part.mean()) / std)
