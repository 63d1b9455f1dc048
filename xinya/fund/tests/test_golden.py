"""The golden cases of the fund, which are law: all of them, and each is seen to fail when an expected number is moved."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from xinya.cli import verify
from xinya.fund import golden


@pytest.fixture(scope="session")
def cases(shared: Path) -> Path:
    return shared / "data" / "golden" / "fund"


def test_all_cases_all_bad_inputs_and_the_package_pass(cases: Path) -> None:
    lines = [outcome.line() for outcome in verify.outcomes([cases])]
    assert [line for line in lines if not line.startswith("pass ")] == []
    assert len([line for line in lines if line.startswith("pass F")]) >= 27
    assert len([line for line in lines if line.startswith("pass bad-inputs/")]) == 23


def moved(value: Any) -> Any:
    """The first whole number or exact ratio in a value, moved by one; None when it has none."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value}1" if value[:1].isdigit() else None
    parts = value.items() if isinstance(value, dict) else enumerate(value or [])
    for key, below in parts:
        other = moved(below)
        if other is not None:
            changed = copy.copy(value)
            changed[key] = other
            return changed
    return None


def test_a_case_fails_when_any_one_of_its_expectations_is_moved(cases: Path) -> None:
    tried = 0
    for file in sorted(cases.glob("F*.json")):
        case = json.loads(file.read_text("utf-8"))
        for name, value in case["expected"].items():
            if name in ("tolerance_xirr", "simulation_tolerance") or moved(value) is None:
                continue
            other = copy.deepcopy(case)
            other["expected"][name] = moved(value)
            if name == "xirr_realised":
                other["expected"][name] = "0.0504171515"
            if name == "xirr_with_nav":
                other["expected"][name] = "0.1026425585"
            expected, found = golden.run_case(other, cases)
            assert list(verify.differences(expected, found)), (file.name, name)
            tried += 1
    assert tried > 150


def test_a_bad_input_with_another_code_fails(cases: Path) -> None:
    rows = json.loads((cases / "bad-inputs.json").read_text("utf-8"))
    for row in rows:
        expected, found = golden.run_case({"bad": {**row, "error": "OTHER"}}, cases)
        assert list(verify.differences(expected, found))


def test_a_bad_input_on_a_case_that_is_refused_by_itself_is_not_run(cases: Path, tmp_path: Path) -> None:
    base = json.loads((cases / "F01-wuxi-on-top.json").read_text("utf-8"))
    base["inputs"]["basis"] = "POST"
    (tmp_path / "F.json").write_text(json.dumps(base), "utf-8")
    row = {"name": "x", "base_case": "F", "change": {"set": {"basis": "PRE"}}, "kind": "convert_round", "error": "UNKNOWN_BASIS"}
    with pytest.raises(ValueError, match="itself is refused"):
        golden.run_case({"bad": row}, tmp_path)
