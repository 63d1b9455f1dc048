"""Golden cases of kind `esri` for `xinya verify`: a folder of tables a network, an expected file a case. Without Django."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from xinya.kit.compiled import has_numba

if TYPE_CHECKING:  # what computes is loaded by the first case, so that other commands begin without it
    from xinya.chain.engine.resilience import Esri, Shocks
    from xinya.chain.files.supply import SupplyFiles

KIND = "esri"
TOLERANCE = 1e-9
SHOWN = 5
TABLES = ("links.csv", "firms.csv", "essential.csv")
NAME = re.compile(
    r"expected_(?P<kind>esri|scen)_(?P<rule>eps|rel)(?P<eps>[0-9.]+(?:e[+-]?[0-9]+)?)_(?P<market>market|nomarket)(?P<accounts>_accounts)?"
)
OF_LOSSES = "_firms"
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the name of an expected file asks for."""

    kind: str
    eps: float
    rule: int
    has_market: bool
    has_accounts: bool


def recognises(folder: Path) -> bool:
    """Whether a folder is such a case: a network and at least one table that is expected."""
    return all((folder / name).is_file() for name in TABLES) and any(folder.glob("expected_*.csv"))


def differences_of(folder: Path) -> Iterator[str]:
    """What comes out otherwise than expected, each with its place; nothing when the case passes.

    Rule (eps: largest change, rel: relative growth), limit, substitution and accounts are those of each file's name. Fractions and
    losses within 1e-9, iterations equal, by the SciPy batches and, where the extra `fast` is installed, by the kernels too.
    Raises ValueError, KeyError for tables that are not written so.
    """
    for file in sorted(folder.glob("expected_*.csv")):
        for is_fast in (False, True) if has_numba() else (False,):
            found = list(_differences(folder, file.stem, is_fast=is_fast))
            where = f"{file.name} ({'fast' if is_fast else 'base'})"
            yield from (f"{where}: {told}" for told in found[:SHOWN])
            if len(found) > SHOWN:
                yield f"{where}: {len(found) - SHOWN} more"


def _differences(folder: Path, stem: str, *, is_fast: bool) -> Iterator[str]:
    from xinya.chain.engine.resilience import LOSSES, Stop, Ways, cascade
    from xinya.chain.files.supply import read_network

    is_losses = stem.endswith(OF_LOSSES)
    asked = _asked(stem.removesuffix(OF_LOSSES))
    expected = _rows(folder / f"{stem}.csv")
    if asked.has_accounts:
        files = read_network(
            *(folder / name for name in TABLES), accounts=folder / "accounts.csv", revenue="revenue", costs="costs"
        )
        weights = {f"w{k}": files.firms.figures(column, "accounts.csv") for k, column in enumerate(("revenue", "employees"), 1)}
    else:
        files, weights = read_network(*(folder / name for name in TABLES)), None
    names, shocks = _scenarios(asked, folder, files, expected)
    result = cascade(
        files.network,
        shocks,
        weights=weights,
        stop=Stop(asked.eps, asked.rule),
        has_substitution=asked.has_market,
        keep=[LOSSES] if is_losses else (),
        ways=Ways(is_fast),
    )
    if is_losses:
        yield from _losses(expected, result, names, files)
    else:
        yield from _indices(expected, result, names, "firm" if asked.kind == "esri" else "scenario")


def _asked(stem: str) -> Asked:
    told = NAME.fullmatch(stem)
    if told is None:
        raise ValueError(f"the name {stem} says no case")
    rule = 1 if told["rule"] == "eps" else 2
    return Asked(told["kind"], float(told["eps"]), rule, told["market"] == "market", told["accounts"] is not None)


def _scenarios(asked: Asked, folder: Path, files: "SupplyFiles", expected: list[Row]) -> tuple[tuple[str, ...], "Shocks"]:
    from xinya.chain.engine.resilience import single_failures
    from xinya.chain.files.supply import read_scenarios

    if asked.kind == "scen":
        return read_scenarios(folder / "scenarios.csv", files.place)
    names = tuple(row["firm"] for row in expected)
    return names, single_failures([files.place[name] for name in names])


def _indices(expected: list[Row], result: "Esri", names: tuple[str, ...], first: str) -> Iterator[str]:
    place = {name: k for k, name in enumerate(names)}
    columns = {
        f"{side}_w{k}": values[:, k - 1]
        for side, values in (("ESRI", result.combined), ("ESRI_d", result.down), ("ESRI_u", result.up))
        for k in range(1, len(result.weights) + 1)
    }
    for row in expected:
        at = place[row[first]]
        for head, values in columns.items():
            if head in row and not _is_same(float(row[head]), float(values[at])):
                yield f"{first} {row[first]}, {head}: expected {row[head]}, found {float(values[at])!r}"
        if int(row["iterations"]) != result.iterations[at]:
            yield f"{first} {row[first]}: expected {row['iterations']} iterations, found {result.iterations[at]}"


def _losses(expected: list[Row], result: "Esri", names: tuple[str, ...], files: "SupplyFiles") -> Iterator[str]:
    """Every firm's losses, also where the expected file has no row: those are 0."""
    import numpy as np

    heads = ("lost_downstream", "lost_upstream")
    wanted = {name: np.zeros((2, files.network.firms)) for name in names}
    for row in expected:
        wanted[row["scenario"]][:, files.place[row["firm"]]] = [float(row[head]) for head in heads]
    if result.losses is None:
        raise ValueError("no losses were kept")
    for number, name in enumerate(names):
        firm, *sides = result.losses.of(number)
        for k, head in enumerate(heads):
            found = np.zeros(files.network.firms)
            found[firm] = sides[k]
            for at in np.flatnonzero(~(np.abs(found - wanted[name][k]) <= TOLERANCE)):
                yield f"scenario {name}, firm {files.firms.names[at]}, {head}: expected {wanted[name][k][at]}, found {found[at]}"


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE or (isnan(one) and isnan(other))


def _rows(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines))
    if not found:
        raise ValueError(f"{file.name} holds no row")
    return found
