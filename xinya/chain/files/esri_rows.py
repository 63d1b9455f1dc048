"""Results of a cascade as rows of a table: indices, losses by firm, losses by sector."""

from collections.abc import Iterator, Sequence
from math import isnan

import numpy as np

from xinya.chain.engine.resilience import Esri


def result_rows(result: Esri, names: Sequence[str], *, first: str = "firm") -> Iterator[list[str]]:
    """Head and rows: name, ESRI, ESRI_d, ESRI_u a weight, iterations, status; NaN (no weight) is an empty cell."""
    kinds = ("ESRI", "ESRI_d", "ESRI_u")
    yield [first, *(f"{kind}_{weight}" for weight in result.weights for kind in kinds), "iterations", "status"]
    whole = np.stack([result.combined, result.down, result.up], axis=2).reshape(len(names), -1)
    for number, name in enumerate(names):
        figures = ["" if isnan(value) else repr(float(value)) for value in whole[number]]
        yield [name, *figures, str(result.iterations[number]), result.status(number)]


def loss_rows(result: Esri, names: Sequence[str], firms: Sequence[str], *, first: str = "scenario") -> Iterator[list[str]]:
    """Head and rows: every firm that loses something, scenario after scenario. first: what a scenario is called."""
    yield [first, "firm" if first != "firm" else "hit", "lost_downstream", "lost_upstream"]
    if result.losses is None:
        return
    for number, name in enumerate(names):
        for place, down, up in zip(*result.losses.of(number), strict=True):
            yield [name, firms[place], repr(float(down)), repr(float(up))]


def sector_rows(result: Esri, names: Sequence[str], sectors: Sequence[str], *, first: str = "firm") -> Iterator[list[str]]:
    """Head and rows: mean loss of each sector beyond the shock, a weight and side; sectors without weight are left out."""
    yield [first, "sector", "weight", "lost", "lost_downstream", "lost_upstream"]
    if result.sectors is None:
        return
    for number, name in enumerate(names):
        for k, weight in enumerate(result.weights):
            for place, sector in enumerate(sectors):
                three = result.sectors[number, k, :, place]
                if not isnan(three[0]) and three.any():
                    yield [name, sector, weight, *(repr(float(x)) for x in three)]
