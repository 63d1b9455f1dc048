"""`xinya verify`: a line a case, what differs, what was not run, and the exit code that a script can trust."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xinya.chain
from xinya.cli import verify

OUR_CASES = Path(xinya.chain.__file__).parent / "tests" / "golden" / "chain"
CASE: dict[str, Any] = {
    "atlas": {"segments": ["S", "P"], "inputs": [{"product": "S", "input": "P"}]},
    "residents": [{"name": "a", "makes": ["S"], "anchor": True}, {"name": "b", "makes": ["S"]}, {"name": "c", "makes": ["S"]}],
    "expect": {"verdicts": [{"segment": "P", "kind": "missing", "demand": 3, "score": 6}]},
}  # fmt: skip

Answer = tuple[int, list[str]]
Run = Callable[..., Answer]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command and returns its exit code and its lines."""

    def call(*arguments: object) -> Answer:
        top = argparse.ArgumentParser()
        verify.add_parsers(top.add_subparsers())
        parsed = top.parse_args(["verify", *map(str, arguments)])
        return parsed.run(parsed), capsys.readouterr().out.splitlines()

    return call


def write(folder: Path, name: str, content: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def changed(**keys: Any) -> dict[str, Any]:
    return CASE | keys


def test_our_own_golden_cases_pass(run: Run) -> None:
    code, lines = run(OUR_CASES)
    assert [line for line in lines if not line.startswith("pass ")] == [lines[-1]]
    assert lines[0] == "pass 01-worked-example"
    assert lines[-1] == f"{len(lines) - 1} passed, 0 failed"
    assert len(lines) - 1 >= 14
    assert code == 0


def test_a_case_that_comes_out_as_expected_passes(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "chain", "one.json", CASE)
    assert run(path) == (0, ["pass one", "1 passed, 0 failed"])


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ({"verdicts": [{"segment": "P", "kind": "thin"}]}, 'verdicts[0].kind: expected "thin", found "missing"'),
        ({"verdicts": [{"segment": "P", "score": 7}]}, "verdicts[0].score: expected 7, found 6.0"),
        ({"verdicts": [{"segment": "P", "colour": 1}]}, "verdicts[0].colour: expected 1, found nothing"),
        ({"verdicts": [{"segment": "P", "ready": 0}]}, "verdicts[0].ready: expected 0, found false"),
        ({"verdicts": [{"segment": "P", "outside": 0}]}, "verdicts[0].outside: expected 0, found null"),
        ({"verdicts": [{"segment": "P", "buyers": ["a", "c", "c"]}]}, 'verdicts[0].buyers[1]: expected "c", found "b"'),
        ({"verdicts": []}, 'verdicts: expected 0 [], found 1 ["P"]'),
        ({"verdicts": [{}, {"segment": "Q"}]}, 'verdicts: expected 2 [{}, "Q"], found 1 ["P"]'),
        (CASE["expect"] | {"findings": {"Q": {}}}, "findings.Q: expected {}, found nothing"),
        ({"refused": "no"}, 'refused: expected "no", found nothing'),
    ],
)
def test_a_difference_is_named_by_its_place(run: Run, tmp_path: Path, expect: object, difference: str) -> None:
    path = write(tmp_path / "chain", "one.json", changed(expect=expect))
    assert run(path) == (1, [f"FAIL one: {difference}", "0 passed, 1 failed"])


def test_all_differences_stand_on_one_line(run: Run, tmp_path: Path) -> None:
    wrong = {"verdicts": [{"segment": "P", "kind": "thin", "demand": 2}]}
    code, lines = run(write(tmp_path / "chain", "one.json", changed(expect=wrong)))
    assert lines[0].count("; ") == 1
    assert (code, len(lines)) == (1, 2)


def numbers(value: Any, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Where numbers stand in an expectation."""
    if isinstance(value, dict):
        return [p for key, below in value.items() for p in numbers(below, (*path, key))]
    if isinstance(value, list):
        return [p for index, below in enumerate(value) for p in numbers(below, (*path, index))]
    return [path] if isinstance(value, int | float) and not isinstance(value, bool) else []


QUESTIONS = {"depth", "decay", "own"}


def tampered() -> list[tuple[str, dict[str, Any]]]:
    """Every case of our own once for each number that it expects, with that number changed by a little."""
    found = []
    for file in sorted(OUR_CASES.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        for number, case in enumerate(content.get("cases", [content])):
            for path in numbers(case["expect"]):
                if path[0] in ("closures", "completeness") and path[-1] in QUESTIONS:
                    continue
                other = json.loads(json.dumps(case))
                place = other["expect"]
                for step in path[:-1]:
                    place = place[step]
                place[path[-1]] += 1e-6
                found.append((f"{file.stem}-{number}-{'.'.join(map(str, path))}", other))
    return found


def test_a_tampered_number_fails_in_every_case_of_our_own(run: Run, tmp_path: Path) -> None:
    cases = [case | {"name": name} for name, case in tampered()]
    assert len(cases) > 150
    code, lines = run(write(tmp_path / "chain", "tampered.json", {"cases": cases}))
    assert [line for line in lines[:-1] if not line.startswith("FAIL ")] == []
    assert (code, lines[-1]) == (1, f"0 passed, {len(cases)} failed")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "the file cannot be read: Expecting value"),
        ("{", "the file cannot be read: Expecting property name"),
        ('{"score": NaN}', "the file cannot be read: NaN is no JSON number"),
        ("[" * 100_000, "the file cannot be read"),
        ("{}", "the case is empty"),
        ("[]", "the case is empty"),
        ('{"cases": []}', "the file holds no case"),
        ('{"cases": 3}', "the file cannot be read: `cases` is not a list"),
        (changed(tolerance=-1), "the tolerance is no number from 0 upwards"),
        (changed(tolerance="small"), "the tolerance is no number from 0 upwards"),
        (changed(expect={}), "ValueError: a case with residents must list every verdict"),
        ({"atlas": CASE["atlas"], "expect": {}}, "the case expects nothing"),
        ({"atlas": CASE["atlas"], "expect": {"verdicts": []}}, "ValueError: verdicts are expected of a case without"),
        ({"atlas": CASE["atlas"], "expect": {"closures": [{"product": "S"}]}}, "ValueError: a closure of S expects no"),
        ({"atlas": CASE["atlas"]}, "the case does not say 'expect'"),
        (changed(resident=[]), "ValueError: the case has keys that mean nothing: resident"),
        (changed(residents=[{"name": "a", "makes": ["X"]}]), "ValueError: a makes X, which the case's atlas does not have"),
        (changed(residents=[{"name": "a", "state": "gone"}]), "ValueError: a: no state gone"),
        (changed(residents=[{"makes": ["S"]}]), "the case does not say 'name'"),
        (changed(residents="all of them"), "ValueError: residents is no list"),
        (changed(residents=["a"]), "ValueError: a company is no object"),
        (changed(residents=[{"name": "a", "makes": "S"}]), "ValueError: makes is no list"),
        (changed(atlas="S"), "ValueError: the atlas is no object"),
        (changed(atlas={"segments": "S"}), "ValueError: segments is no list"),
        (changed(limits=3), "the case is not written as its kind is ("),
        (changed(limits={"demands": 1}), "TypeError: "),
        (changed(atlas={"segments": ["S", "S"]}), "ValueError: the segment S is given twice"),
    ],
)
def test_what_cannot_be_run_is_said_and_counts_as_failed(run: Run, tmp_path: Path, content: object, why: str) -> None:
    code, lines = run(write(tmp_path / "chain", "odd.json", content))
    assert lines[0].startswith(f"not run odd: {why}")
    assert (code, lines[1:]) == (1, ["0 passed, 1 failed"])


def test_bytes_that_are_no_text_and_a_missing_file_are_not_run(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "chain"
    folder.mkdir()
    (folder / "odd.json").write_bytes("电池".encode("gb18030"))
    code, lines = run(folder / "odd.json", folder / "nowhere.json")
    assert [line.partition(":")[0] for line in lines] == ["not run odd", "not run nowhere", "0 passed, 2 failed"]
    assert lines[1] == f"not run nowhere: there is no file or folder {folder / 'nowhere.json'}"
    assert code == 1


def test_a_kind_that_the_product_does_not_have_is_not_run_file_by_file(run: Run, tmp_path: Path) -> None:
    for name in ("b.json", "a.json"):
        write(tmp_path / "alchemy", name, CASE)
    reason = "nothing here runs the kind alchemy"
    assert run(tmp_path / "alchemy") == (1, [f"not run a: {reason}", f"not run b: {reason}", "0 passed, 2 failed"])
    assert run(tmp_path / "alchemy", "--kind", "chain") == (0, ["pass a", "pass b", "2 passed, 0 failed"])


def test_nothing_ran_is_a_failure(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "chain", "README.md", "no case")
    code, lines = run(tmp_path)
    assert code == 1
    assert lines == [f"not run {tmp_path}: the folder holds no case", "0 passed, 1 failed"]


def test_one_case_that_was_not_run_spoils_the_exit_code_of_those_that_passed(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "chain", "a.json", CASE)
    write(tmp_path / "chain", "b.json", "{}")
    code, lines = run(tmp_path / "chain")
    assert (code, lines) == (1, ["pass a", "not run b: the case is empty", "1 passed, 1 failed"])


def test_a_folder_of_folders_takes_the_kind_from_each_folder(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "chain", "one.json", CASE)
    write(tmp_path / "alchemy", "two.json", CASE)
    code, lines = run(tmp_path)
    assert lines == ["not run two: nothing here runs the kind alchemy", "pass one", "1 passed, 1 failed"]
    assert code == 1


def test_a_file_may_hold_several_cases_with_names_or_numbers(run: Run, tmp_path: Path) -> None:
    cases = [CASE | {"name": "first"}, CASE, changed(expect={"verdicts": []}), 5]
    code, lines = run(write(tmp_path / "chain", "many.json", {"cases": cases}))
    assert [line.partition(": ")[0] for line in lines] == [
        "pass many/first",
        "pass many/2",
        "FAIL many/3",
        "not run many/4",
        "2 passed, 2 failed",
    ]
    assert code == 1


def test_a_refusal_can_be_what_a_case_expects(run: Run, tmp_path: Path) -> None:
    case = changed(limits={"demand": 0}, expect={"refused": "limit demand must be above 0"})
    assert run(write(tmp_path / "chain", "one.json", case))[0] == 0
    passing = write(tmp_path / "chain", "two.json", changed(limits={"demand": 0}))
    assert run(passing)[1][0].startswith("FAIL two: verdicts: expected")


def test_a_crash_of_one_case_does_not_hide_the_next(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def kind(case: Any, folder: Path) -> tuple[Any, Any]:
        seen.append(folder)
        if case["n"] == 1:
            raise ZeroDivisionError("line one\nline two")
        return {"n": 2}, {"n": 2}

    monkeypatch.setitem(verify.KINDS, "numbers", kind)
    for n in (1, 2):
        write(tmp_path / "numbers", f"{n}.json", {"n": n})
    assert run(tmp_path / "numbers")[1] == [
        "not run 1: ZeroDivisionError: line one line two",
        "pass 2",
        "1 passed, 1 failed",
    ]
    run(tmp_path / "numbers", "--data", tmp_path / "elsewhere")
    assert seen == [tmp_path / "numbers"] * 2 + [tmp_path / "elsewhere"] * 2


def test_a_case_may_state_its_own_tolerance(run: Run, tmp_path: Path) -> None:
    near = {"verdicts": [{"segment": "P", "score": 6.004}]}
    assert run(write(tmp_path / "chain", "one.json", changed(expect=near)))[0] == 1
    assert run(write(tmp_path / "chain", "one.json", changed(expect=near, tolerance=0.01)))[0] == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-99, 99) | st.text(max_size=3),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=2), below, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_nothing_differs_from_itself_and_what_differs_says_where(one: Any, other: Any) -> None:
    assert list(verify.differences(one, json.loads(json.dumps(one)))) == []
    found = list(verify.differences(one, other, tolerance=0.0))
    assert all(": expected " in difference for difference in found)
    if not found and not isinstance(one, dict | list):
        assert one == other
        assert isinstance(one, bool) == isinstance(other, bool)


def test_the_command_runs_from_the_shell_without_django() -> None:
    program = (
        "import sys; sys.modules['django'] = None\n"
        "import argparse\n"
        "from xinya.cli import verify\n"
        "top = argparse.ArgumentParser(); verify.add_parsers(top.add_subparsers())\n"
        "parsed = top.parse_args(sys.argv[1:]); sys.exit(parsed.run(parsed))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "verify", str(OUR_CASES / "01-worked-example.json")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "pass 01-worked-example\n1 passed, 0 failed\n", "")
