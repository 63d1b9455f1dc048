"""Economic complexity (经济复杂度) of a table locations x products: from values to ECI, PCI, density, outlook. Pure."""

from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .presence import Flags, Floats, Presence, presence
from .relatedness import FORMS, by_location, by_product, nearest_density
from .spectrum import NOT_IDENTIFIED, Spectrum, components, spectrum


@dataclass(frozen=True, slots=True)
class Complexity:
    """Everything section 2 of the specification computes. Items left out (no presence) have NaN in every float array.

    present, rca, rpop, density, cog: locations x products. diversity, eci, coi: a location; ubiquity, pci: a product.
    ECI, PCI and COI are in standard deviations of ECI (of COI), COG likewise; density lies in [0, 1].
    second, third: eigenvalues; flags: what keeps ECI and PCI of the whole table from being certain.
    parts: (number of the component of each location, of each product), -1 where left out; part_flags: the flags of each component.
    Both are None unless ECI and the rest were asked for by component.
    """

    present: Flags
    rca: Floats | None
    rpop: Floats | None
    locations: Flags
    products: Flags
    diversity: NDArray[np.int64]
    ubiquity: NDArray[np.int64]
    eci: Floats
    pci: Floats
    density: Floats
    coi: Floats
    cog: Floats
    second: float
    third: float
    flags: tuple[str, ...]
    parts: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None
    part_flags: tuple[tuple[str, ...], ...] | None = None

    @property
    def kept(self) -> Floats:
        """The 0/1 table without the items left out, as numbers."""
        return self.present[np.ix_(self.locations, self.products)].astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Core:
    eci: Floats
    pci: Floats
    density: Floats
    coi: Floats
    cog: Floats
    found: Spectrum


class How(TypedDict, total=False):
    """Options of `presence`."""

    test: str
    threshold: float
    population: ArrayLike | None
    population_threshold: float


def complexity(
    values: ArrayLike,
    *,
    nearest: int | None = None,
    form: str = "larger",
    by_component: bool = False,
    **how: Unpack[How],
) -> Complexity:
    """RCA, presence, ECI, PCI, density, COI and COG of values X >= 0 (locations x products, one period, one unit).

    how: test, threshold, population, see `presence`. nearest: density over that many products (default: all, itself too).
    form: of the proximity, see `proximity_blocks`. by_component: standardise within each connected part by itself.
    ECI = (k_c - mean k_c) / std k_c, PCI = (k_p - mean k_c) / std k_c, so that ECI is the mean PCI of what is present.
    COI = z-score of sum_k density (1 - M) k_p; COG = (1 - M) sum_l (1 - M[c,l]) phi[l,k] k_p[l] / sum_r phi[l,r] / std k_c.
    Cost: min(8 L^2 P, 4 L P^2) + min(L, P)^3 operations; memory about 9 tables L x P.
    Source: Hidalgo, Hausmann, PNAS 2009; Hidalgo et al., Science 2007; The Atlas of Economic Complexity.
    Raises ValueError for bad input.
    """
    return complexity_of(presence(values, **how), nearest=nearest, form=form, by_component=by_component)


def complexity_of(found: Presence, *, nearest: int | None = None, form: str = "larger", by_component: bool = False) -> Complexity:
    """The same from a presence that is drawn already."""
    if form not in FORMS:
        raise ValueError(f"proximity is one of {', '.join(FORMS)}, not {form}")
    if nearest is not None and nearest < 1:
        raise ValueError(f"the number of nearest products must be at least 1, not {nearest}")
    ratios = found.rca if found.rca is not None else found.rpop
    if form == "correlation" and ratios is None:
        raise ValueError("proximity by correlation needs RCA or RPOP, not a given presence")
    inside = np.ix_(found.locations, found.products)
    matrix = found.present[inside].astype(np.float64)
    used = ratios[inside] if form == "correlation" and ratios is not None else None
    count_l, count_p = found.present.shape
    eci, coi, pci = np.full(count_l, np.nan), np.full(count_l, np.nan), np.full(count_p, np.nan)
    density, cog = np.full(found.present.shape, np.nan), np.full(found.present.shape, np.nan)
    parts, part_flags = None, None
    flags: tuple[str, ...] = (NOT_IDENTIFIED,)
    second, third = np.nan, np.nan
    if matrix.size:
        core = _core(matrix, used, nearest, form)
        flags, second, third = core.found.flags, core.found.second, core.found.third
        if by_component:
            core, inner, part_flags = _by_component(matrix, used, core, nearest, form)
            parts = (np.full(count_l, -1, dtype=np.int32), np.full(count_p, -1, dtype=np.int32))
            parts[0][found.locations], parts[1][found.products] = inner
        eci[found.locations], coi[found.locations], pci[found.products] = core.eci, core.coi, core.pci
        density[inside], cog[inside] = core.density, core.cog
    return Complexity(
        found.present, found.rca, found.rpop, found.locations, found.products,
        found.present.sum(axis=1), found.present.sum(axis=0),
        eci, pci, density, coi, cog, second, third, flags, parts, part_flags,
    )  # fmt: skip


def part_of(found: Complexity, location: int) -> Complexity:
    """The same with everything left out that shares nothing with this place, not even through others. Needs `parts`.

    Raises ValueError for a place without presence or a result that was not computed by component.
    """
    if found.parts is None or found.parts[0][location] < 0:
        raise ValueError(f"location {location} belongs to no component")
    part = found.parts[0][location]
    return replace(found, locations=found.parts[0] == part, products=found.parts[1] == part)


def _core(matrix: Floats, ratios: Floats | None, nearest: int | None, form: str) -> _Core:
    found = spectrum(matrix)
    k_c, k_p = found.locations, found.products
    mean, std = k_c.mean(), k_c.std()
    std = std if std > 1e-12 * max(1.0, float(np.abs(k_c).max())) else np.nan
    if form == "larger" and matrix.shape[0] < matrix.shape[1]:
        density, gain = by_location(matrix, k_p)
    else:
        density, gain = by_product(matrix, k_p, form=form, rca=ratios)
    if nearest is not None:
        density = nearest_density(matrix, nearest, form=form, rca=ratios)
    outlook = np.nansum(density * (1 - matrix) * k_p, axis=1) if nearest is not None else (density * (1 - matrix)) @ k_p
    spread = outlook.std()
    spread = spread if spread > 1e-12 * max(1.0, float(np.abs(outlook).max())) else np.nan
    return _Core((k_c - mean) / std, (k_p - mean) / std, density, (outlook - outlook.mean()) / spread, gain / std, found)


def _by_component(
    matrix: Floats, ratios: Floats | None, whole: _Core, nearest: int | None, form: str
) -> tuple[_Core, tuple[NDArray[np.int32], NDArray[np.int32]], tuple[tuple[str, ...], ...]]:
    """ECI, PCI, COI and COG within each part; density stays that of the whole table."""
    of_l, of_p = components(matrix)
    flags = []
    eci, coi, pci = np.full(len(of_l), np.nan), np.full(len(of_l), np.nan), np.full(len(of_p), np.nan)
    cog = np.full(matrix.shape, np.nan)
    for part in range(int(of_l.max()) + 1):
        rows, columns = np.flatnonzero(of_l == part), np.flatnonzero(of_p == part)
        here = np.ix_(rows, columns)
        core = _core(matrix[here], None if ratios is None else ratios[here], nearest, form)
        flags.append(core.found.flags)
        eci[rows], coi[rows], pci[columns] = core.eci, core.coi, core.pci
        cog[here] = core.cog
    return _Core(eci, pci, whole.density, coi, cog, whole.found), (of_l, of_p), tuple(flags)
