"""Golden cases of kind `esri` for `xinya verify`: a folder of tables a network, an expected file a case (chain-analytics section 1)."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xinya.chain.engine.resilience import Esri, Shocks, Stop, cascade, single_failures
from xinya.chain.files.supply import SupplyFiles, read_network, read_scenarios

KIND = "esri"
TABLES = ("links.csv", "firms.csv", "essential.csv")
SIDES = ("ESRI", "ESRI_d", "ESRI_u")
NAME = re.compile(r"expected_(?P<kind>esri|scen)_(?P<rule>eps|rel)(?P<eps>[0-9.e+-]+)_(?P<market>market|nomarket)(?P<accounts>_accounts)?")
LOSSES = "_firms"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the name of an expected file asks for."""

    kind: str
    stop: Stop
    has_market: bool
    has_accounts: bool


def is_case_folder(folder: Path) -> bool:
    """Whether a network of this kind lies in the folder."""
    return all((folder / name).is_file() for name in TABLES)


def folder_cases(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and case of each expected file, its file of losses apart. Raises ValueError for a name that says no case."""
    files = sorted(folder.glob("expected_*.csv"))
    if not files:
        raise ValueError("the folder expects nothing")
    for file in files:
        yield f"{folder.name}/{file.stem}", {"folder": str(folder), "expected": file.stem}


def run_case(case: Mapping[str, Any], _folder: Path) -> tuple[Any, Any]:
    """(expected, found) as rows by firm or scenario: three fractions a weight, and the number of iterations; or losses by firm."""
    folder, stem = Path(case["folder"]), str(case["expected"])
    is_losses = stem.endswith(LOSSES)
    asked = _asked(stem.removesuffix(LOSSES))
    expected = list(_rows(folder / f"{stem}.csv"))
    accounts = folder / "accounts.csv" if asked.has_accounts else None
    columns = {"revenue": "revenue", "costs": "costs"} if accounts else {}
    files = read_network(*(folder / name for name in TABLES), accounts=accounts, **columns)
    weights = {f"w{k}": files.firms.figures(c, "accounts.csv") for k, c in enumerate(("revenue", "employees"), 1)} if accounts else None
    names, shocks = _scenarios(asked, folder, files, expected)
    result = cascade(
        files.network, shocks, weights=weights, stop=asked.stop, has_substitution=asked.has_market, has_losses=is_losses
    )
    if is_losses:
        return _losses(expected, result, names, files)
    return _indices(expected, result, names, first="firm" if asked.kind == "esri" else "scenario")


def _asked(stem: str) -> Asked:
    told = NAME.fullmatch(stem)
    if told is None:
        raise ValueError(f"the name {stem} says no case")
    stop = Stop(float(told["eps"]), 1 if told["rule"] == "eps" else 2)
    return Asked(told["kind"], stop, told["market"] == "market", told["accounts"] is not None)


def _scenarios(asked: Asked, folder: Path, files: SupplyFiles, expected: list[dict[str, str]]) -> tuple[tuple[str, ...], Shocks]:
    if asked.kind == "scen":
        return read_scenarios(folder / "scenarios.csv", files.place)
    names = tuple(row["firm"] for row in expected)
    return names, single_failures([files.place[name] for name in names])


def _indices(expected: list[dict[str, str]], result: Esri, names: tuple[str, ...], *, first: str) -> tuple[Any, Any]:
    place = {name: k for k, name in enumerate(names)}
    wanted, found = {}, {}
    for row in expected:
        scenario = place[row[first]]
        key = f"{first} {row[first]}"
        wanted[key] = {head: _number(text) for head, text in row.items() if head != first}
        if "iterations" in row:
            wanted[key]["iterations"] = int(row["iterations"])
        found[key] = {"iterations": int(result.iterations[scenario])} | {
            f"{side}_w{k}": _given(values[scenario, k - 1])
            for side, values in zip(SIDES, (result.combined, result.down, result.up), strict=True)
            for k in range(1, len(result.weights) + 1)
        }
    return wanted, found


def _losses(expected: list[dict[str, str]], result: Esri, names: tuple[str, ...], files: SupplyFiles) -> tuple[Any, Any]:
    """Every firm's losses, also where the expected file has no row: those are 0."""
    heads, n = ("lost_downstream", "lost_upstream"), files.network.firms
    wanted = {name: np.zeros((2, n)) for name in names}
    for row in expected:
        wanted[row["scenario"]][:, files.place[row["firm"]]] = [float(row[head]) for head in heads]
    told: dict[str, Any] = {}
    found: dict[str, Any] = {}
    assert result.losses is not None  # asked for
    for number, name in enumerate(names):
        firm, *sides = result.losses.of(number)
        for k, head in enumerate(heads):
            dense = np.zeros(n)
            dense[firm] = sides[k]
            told[f"scenario {name}.{head}"], found[f"scenario {name}.{head}"] = wanted[name][k].tolist(), dense.tolist()
    return told, found


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _number(text: str) -> float | None:
    return None if text.strip().lower() in ("", "na", "nan") else float(text)


def _given(value: float) -> float | None:
    return None if value != value else float(value)
