"""The golden deadlines of the specification, and that a wrong date in such a document is found."""

import json
import shutil
from pathlib import Path

import pytest

from xinya.cli.verify import outcomes
from xinya.kit import golden, golden_deadlines


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "data" / "golden" / "service"


def test_all_deadlines_bad_inputs_and_lives_pass(folder: Path) -> None:
    found = list(outcomes([folder / "deadlines.json"]))
    assert [o.line() for o in found if not o.has_passed] == []
    assert len(found) == 44 + 10 + 2


def test_every_case_that_expects_another_day_fails(folder: Path, tmp_path: Path) -> None:
    document = json.loads((folder / "deadlines.json").read_text("utf-8"))
    for case in document["cases"]:
        case["expect"]["due_on"] = "2026-03-01"
    for case in document["bad_input"]:
        case["error"] = "SOMETHING_ELSE"
    for case in document["lives"]:
        case["expect"]["elapsed_working_days"] += 1
    (tmp_path / "others.json").write_text(json.dumps(document), encoding="utf-8")
    shutil.copy(folder / "calendar.csv", tmp_path)
    found = list(outcomes([tmp_path / "others.json"], kind="service"))
    assert len(found) == 56
    assert [o.name for o in found if o.has_passed] == []


def test_the_calendar_may_lie_in_another_folder(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "deadlines.json", tmp_path / "second.json")
    found = list(outcomes([tmp_path / "second.json"], kind="service", data=folder))
    assert sum(o.has_passed for o in found) == 56


def test_a_document_that_nothing_runs_is_said_to_be_not_run(tmp_path: Path) -> None:
    (tmp_path / "strange.json").write_text('{"fragrance": 1}', encoding="utf-8")
    (found,) = outcomes([tmp_path / "strange.json"], kind="service")
    assert found.reason is not None
    assert "fragrance" in found.reason


def test_an_input_key_that_nobody_reads_stops_the_case(folder: Path) -> None:
    document = {
        "year_status": {"2026": "official"},
        "cases": [{"id": "X", "input": {"recieved_at": 1}, "expect": {"due_on": None}}],
    }
    ((name, parted),) = golden.cases_of(document)
    assert name == "X"
    with pytest.raises(ValueError, match="recieved_at"):
        golden.run_case(parted, folder)


def test_deadlines_are_told_by_their_keys() -> None:
    assert golden_deadlines.recognises({"year_status": {}, "lives": []})
    assert not golden_deadlines.recognises({"cases": []})
