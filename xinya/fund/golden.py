"""Golden cases of kind `fund` for `xinya verify`: the cases, the bad inputs, and a package of the open cap table format."""

import copy
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from xinya.fund.engine.refusal import BadInput
from xinya.fund.engine.simulation import BUYBACK, CONVERTIBLE, GRANT_ONLY, Plan, simulate
from xinya.fund.files.answers import ANSWERS, read_chances

KIND = "fund"
PACKAGE = "ocf-example"
RUNS, SEED = 50_000, 20_251_231
STANDARD_ERRORS = 4
ONE_TICKET = Plan(pool_fen=100, ticket_fen=100, horizon_years=0)


def cases_of(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases of a document with their names: a case, a list of bad inputs, or a file of a package."""
    if isinstance(document, list):
        for number, row in enumerate(document, start=1):
            name = row.get("name", number) if isinstance(row, dict) else number
            yield str(name), {"bad": row}
    elif isinstance(document, dict) and "file_type" in document:
        yield str(document["file_type"]), {"package_file": document}
    else:
        yield "", document


def run_case(case: Mapping[str, Any], folder: Path) -> tuple[Any, Any]:
    """(expected, found) of one case that `cases_of` gave. Raises KeyError, ValueError when it is not written as the README says."""
    if "bad" in case:
        return _bad_input(case["bad"], folder)
    if "package_file" in case:
        return _package_file(case["package_file"], folder)
    expected = dict(case["expected"])
    kind = case["kind"]
    if kind not in ANSWERS:
        raise ValueError(f"no kind {kind}")
    if "error" in expected:
        return expected, {"error": _code(kind, case["inputs"], folder)}
    found = ANSWERS[kind](case["inputs"], folder)
    if kind == "fund_metrics":
        found |= _within(expected, found)
    if kind == "policy_expectation" and "simulation_tolerance" in expected:
        found["simulation_tolerance"] = _simulation(expected["simulation_tolerance"], case["inputs"])
    return expected, found


def _within(expected: dict[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Rates of return that lie within `tolerance_xirr` of the expected ones are given as expected."""
    tolerance = Fraction(expected.pop("tolerance_xirr", "1e-8"))
    told: dict[str, Any] = {}
    for name, value in expected.items():
        if name.startswith("xirr_") and isinstance(value, str) and isinstance(found.get(name), str):
            told[name] = value if abs(Fraction(value) - Fraction(found[name])) <= tolerance else found[name]
    return told


def _simulation(wanted: str, inputs: Mapping[str, Any]) -> str:
    """The wanted words when the simulated mean of each policy lies within 4 standard errors of the formula."""
    chances = read_chances(inputs)
    for policy in (GRANT_ONLY, CONVERTIBLE, BUYBACK):
        done = simulate(ONE_TICKET, chances, policy=policy, runs=RUNS, seed=SEED)
        if abs(done.first.mean - done.expected) > STANDARD_ERRORS * done.first.standard_error:
            return f"{policy}: simulated {done.first.mean}, expected {done.expected}, standard error {done.first.standard_error}"
    return wanted


def _code(kind: str, inputs: Any, folder: Path) -> str | None:
    try:
        ANSWERS[kind](inputs, folder)
    except BadInput as refused:
        return refused.code
    return None


def _bad_input(row: Mapping[str, Any], folder: Path) -> tuple[Any, Any]:
    change = row["change"]
    if row["base_case"] is None:
        inputs: Any = {key: value for key, value in change.items() if key != "set"}
    else:
        base = json.loads((folder / f"{row['base_case']}.json").read_text("utf-8"))
        inputs = copy.deepcopy(base["inputs"])
        if _code(row["kind"], inputs, folder) is not None:
            raise ValueError(f"{row['base_case']} itself is refused")
    for path, value in change.get("set", {}).items():
        _put(inputs, path.split("."), value)
    if "add_instrument" in change:
        inputs["instruments"].append(change["add_instrument"])
    if "duplicate_instrument" in change:
        inputs["instruments"] += [dict(i) for i in inputs["instruments"] if i["id"] == change["duplicate_instrument"]]
    return {"error": row["error"]}, {"error": _code(row["kind"], inputs, folder)}


def _put(inputs: Any, path: list[str], value: Any) -> None:
    for step in path[:-1]:
        inputs = inputs[int(step)] if isinstance(inputs, list) else inputs[step]
    if isinstance(inputs, list) and int(path[-1]) == len(inputs):
        inputs.append(value)
    elif isinstance(inputs, list):
        inputs[int(path[-1])] = value
    else:
        inputs[path[-1]] = value


def _package_file(document: Mapping[str, Any], folder: Path) -> tuple[Any, Any]:
    """A file of a package: valid, item by item; and the same bytes again when the package was read as events and these exported."""
    from xinya.fund.files.ocf import package_from_folder
    from xinya.fund.files.ocf_check import defects_of_file
    from xinya.fund.files.ocf_export import package_of
    from xinya.fund.files.ocf_import import company_of_package

    package = package_from_folder(folder)
    name = next(name for name, told in package.documents.items() if told["file_type"] == document["file_type"])
    written = package_of(*company_of_package(package)).members()[name]
    found = {
        "defects": [str(defect) for defect in defects_of_file(name, document)],
        "bytes_are_equal": written == (folder / name).read_bytes(),
    }
    return {"defects": [], "bytes_are_equal": True}, found
