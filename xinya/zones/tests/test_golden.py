"""Golden cases of the import: told by name or by keys, compared exactly."""

import json
from pathlib import Path
from typing import Any

import pytest

from xinya.cli import verify
from xinya.zones import golden

NUMBER: dict[str, Any] = {
    "id": "N1", "text": "约4.5亿元", "kind": "amount", "value": "450000000", "unit": "CNY", "bound": "about",
    "lower": None, "upper": None, "incl": None, "precision": "10000000",
}  # fmt: skip
PAIR = {
    "id": "P1",
    "a": "启曜机械厂",
    "b": "启曜机械厂 ",
    "relation": "same",
    "evidence": "names only",
    "allowed": ["same"],
    "why": "blank",
}


def lines(folder: Path, name: str, document: object) -> list[str]:
    path = folder / "import" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return [outcome.line() for outcome in verify.outcomes([path])]


@pytest.mark.parametrize("name", ["numbers.json", "more.json"])
def test_a_document_is_told_by_its_name_or_by_its_keys(tmp_path: Path, name: str) -> None:
    stem = name.removesuffix(".json")
    assert lines(tmp_path, name, {"cases": [NUMBER]}) == [f"pass {stem}/N1"]
    assert lines(tmp_path, "more.json", {"pairs": [PAIR]}) == ["pass more/P1"]


def test_quantities_are_compared_as_rationals_and_never_within_a_tolerance(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "numbers.json", {"cases": [NUMBER | {"value": "450000000.0000000001"}]})
    assert line.startswith("FAIL numbers/N1: value: expected")
    (line,) = lines(tmp_path, "numbers.json", {"cases": [NUMBER | {"value": "900000000/2"}]})
    assert line == "pass numbers/N1"


def test_a_case_that_must_read_nothing_fails_when_something_is_read(tmp_path: Path) -> None:
    nothing = dict.fromkeys(NUMBER) | {"id": "N2", "kind": "none", "text": "第三轮"}
    assert lines(tmp_path, "numbers.json", {"cases": [nothing]}) == ["pass numbers/N2"]
    (line,) = lines(tmp_path, "numbers.json", {"cases": [nothing | {"text": "三轮"}]})
    assert line.startswith("FAIL")


def test_an_outcome_outside_the_allowed_ones_fails(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "names.json", {"pairs": [PAIR | {"allowed": ["ask", "separate"]}]})
    assert line == 'FAIL names/P1: outcome: expected "ask or separate", found "same"'


def test_a_document_that_nothing_runs_is_said(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "other.json", {"strange": 1})
    assert line == "not run other: the file cannot be read: nothing here runs a document with the keys strange"
    assert {golden.KIND, golden.BROKEN} <= verify.KINDS.keys()
