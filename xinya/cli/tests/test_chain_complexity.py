"""`xinya chain complexity` and its golden folders: figures in every form, one sentence for every bad input."""

import argparse
import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from xinya.chain.engine.complexity import complexity
from xinya.chain.files.values import read_values
from xinya.cli import verify
from xinya.cli.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object, language: str = "en") -> tuple[int, str, str]:
        code = main(["chain", "complexity", *map(str, arguments), "--language", language])
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return call


@pytest.fixture
def values(tmp_path: Path) -> Path:
    draw = np.random.default_rng(3)
    table = draw.lognormal(0, 1.2, (9, 14)) * (draw.random((9, 14)) < 0.7)
    path = tmp_path / "values.csv"
    rows = "".join(f"城{i},业{k:02},{table[i, k]!r}\n" for i in range(9) for k in range(14))
    path.write_text("location,product,value\n" + rows.replace("np.float64(", "").replace(")", ""), encoding="utf-8")
    return path


def test_json_holds_the_figures_of_the_engine(run: Run, values: Path) -> None:
    code, out, _err = run(values, "--json", "--location", "城4")
    told = json.loads(out)
    found = complexity(read_values(values.read_bytes(), "v").values)
    assert code == 0
    assert [row["eci"] for row in told["locations"]] == found.eci.tolist()
    assert [row["pci"] for row in told["products"]] == found.pci.tolist()
    assert told["flags"] == list(found.flags)
    rows = told["positioning"]["candidates"]
    assert len(rows) == int((~found.present[4]).sum())
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert set(rows[0]["z"]) == {"density", "pci", "cog"}


def test_the_file_holds_every_pair_with_all_digits(run: Run, values: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs.csv"
    assert run(values, "--knn", "3", "--out", out)[0] == 0
    found = complexity(read_values(values.read_bytes(), "v").values, nearest=3)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 9 * 14
    assert [float(row["density"]) for row in rows] == found.density.ravel().tolist()
    assert [float(row["cog"]) for row in rows] == found.cog.ravel().tolist()
    assert [int(row["mcp"]) for row in rows] == found.present.ravel().astype(int).tolist()


@pytest.mark.parametrize(("language", "word"), [("en", "Places, most complex first"), ("zh", "ECI")])
def test_the_terminal_shows_both_ends(run: Run, values: Path, language: str, word: str) -> None:
    code, out, _err = run(values, language=language)
    assert code == 0
    assert word in out
    assert "城4" in out


def test_presence_by_both_is_stricter_than_either(run: Run, values: Path, tmp_path: Path) -> None:
    heads = tmp_path / "heads.csv"
    heads.write_text("location,population\n" + "".join(f"城{i},{i + 1}\n" for i in range(9)), encoding="utf-8")
    count = {}
    for test in ("rca", "rpop", "both"):
        options = [] if test == "rca" else ["--population", heads]
        count[test] = json.loads(run(values, "--presence", test, *options, "--json")[1])["presences"]
    assert 0 < count["both"] < min(count["rca"], count["rpop"])


def test_two_separate_worlds_are_named_and_parted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    rows = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "z"), ("c", "u"), ("c", "v"), ("d", "u"), ("d", "w")]
    path.write_text("location,product,value\n" + "".join(f"{a},{b},1\n" for a, b in rows), encoding="utf-8")
    assert "--by-component" in run(path, "--presence", "given")[1]
    told = json.loads(run(path, "--presence", "given", "--by-component", "--json")[1])
    assert [row["component"] for row in told["locations"]] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--threshold", "0"], "option-wrong"),
        (["--threshold", "nan"], "option-wrong"),
        (["--knn", "0"], "option-wrong"),
        (["--presence", "rpop"], "population-needed"),
        (["--population", "VALUES"], "population-unused"),
        (["--mix", "1,2"], "mix-wrong"),
        (["--mix", "1,-2,3"], "mix-wrong"),
        (["--mix", "nan,1,1"], "mix-wrong"),
        (["--location", "nowhere"], "unknown-location"),
        (["--presence", "given", "--proximity", "correlation"], "option-wrong"),
        (["--presence", "given"], "not-a-presence"),
        (["--presence", "both", "--population", "VALUES"], "column-missing"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(run: Run, values: Path, options: list[str], code: str) -> None:
    ended, out, err = run(values, *(values if option == "VALUES" else option for option in options))
    assert (ended, out) == (2, "")
    assert err.startswith(f"xinya: {code}: ")


def test_a_file_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    assert "no-such-file" in run(tmp_path / "none.csv")[2]


def test_a_file_with_periods_is_read_at_its_latest_and_tested_backwards(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "years.csv"
    rows = [
        f"{2000 + year},c{c:02},k{(c * c + step * 3) % 23:02},{1 + (c * step) % 4}"
        for year in range(4) for c in range(26) for step in range(5 + c % 4 + year)
    ]  # fmt: skip
    path.write_text("year,city,industry,value\n" + "\n".join(rows), encoding="utf-8")
    told = json.loads(run(path, "--backtest", "--json")[1])
    assert told["settings"]["period"] == "2003"
    assert told["tested"]["periods"] == 4
    assert set(told["tested"]["ways"]) == {"list", "nearness", "popularity", "chance"}
    text = run(path, "--backtest")[1]
    assert "2003" in text
    assert "Floor: chance" in text
    last = [row for row in rows if row.startswith("2003")]
    path.write_text("city,industry,value\n" + "\n".join(row[5:] for row in last), encoding="utf-8")
    assert json.loads(run(path, "--json")[1])["locations"] == told["locations"]
    assert "no-periods" in run(path, "--backtest")[2]


# --- golden folders ---------------------------------------------------------------------------------------------------


def verified(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    top = argparse.ArgumentParser()
    verify.add_parsers(top.add_subparsers())
    parsed = top.parse_args(["verify", str(path)])
    return parsed.run(parsed), capsys.readouterr().out.splitlines()


def test_every_golden_case_of_complexity_passes(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "data" / "golden" / "complexity"
    code, lines = verified(folder, capsys)
    assert code == 0
    assert len(lines) - 1 == sum(1 for f in folder.iterdir() if f.is_dir())


@pytest.mark.parametrize(
    ("table", "column", "change"),
    [
        ("expected_locations.csv", "eci", 2e-9),
        ("expected_locations.csv", "coi", 2e-9),
        ("expected_locations.csv", "diversity", 1),
        ("expected_products.csv", "pci", -2e-9),
        ("expected_products.csv", "ubiquity", 1),
        ("expected_pairs.csv", "rca", 1e-9),
        ("expected_pairs.csv", "mcp", 1),
        ("expected_pairs.csv", "density", 2e-12),
        ("expected_pairs.csv", "cog", 2e-9),
        ("expected_proximity.csv", "proximity", 2e-12),
    ],
)
def test_a_tampered_number_fails_and_is_named(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, column: str, change: float
) -> None:
    folder = tmp_path / "complexity" / "small"
    shutil.copytree(shared / "data" / "golden" / "complexity" / "small40x120", folder)
    with (folder / table).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    at = next(i for i, row in enumerate(rows) if float(row[column]) != 0)
    rows[at][column] = repr(type(change)(float(rows[at][column])) + change)
    with (folder / table).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    code, lines = verified(folder, capsys)
    assert code == 1
    assert lines[0].startswith(f"FAIL small: {column}[")


def test_a_row_that_is_not_expected_must_be_left_out(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "small"
    shutil.copytree(shared / "data" / "golden" / "complexity" / "small40x120", folder)
    for table in ("expected_locations.csv", "expected_products.csv", "expected_proximity.csv", "expected_pairs.csv"):
        lines = (folder / table).read_text("utf-8").splitlines(keepends=True)
        (folder / table).write_text("".join(lines[:-1]), "utf-8")
    code, lines = verified(folder, capsys)
    assert code == 1
    for word in ("eci: L0040 should be left out", "pci: P00120 should be left out", "density: 1 pairs", "proximity: 1 pairs"):
        assert word in lines[0]


def test_a_given_presence_is_known_by_its_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    table = np.array([[1, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 0]])
    found = complexity(table, test="given")
    rows = "".join(f"l{i},p{k},{table[i, k]}\n" for i in range(3) for k in range(4))
    (folder / "values.csv").write_text("location,product,value\n" + rows, "utf-8")
    expected = "".join(f"l{i},{found.diversity[i]},{found.eci[i]!r},{found.coi[i]!r}\n" for i in range(3))
    (folder / "expected_locations.csv").write_text(
        "location,diversity,eci,coi\n" + expected.replace("np.float64(", "").replace(")", ""), "utf-8"
    )
    assert verified(folder, capsys) == (0, ["pass given", "1 passed, 0 failed"])
    (folder / "expected_locations.csv").write_text("location,diversity,eci,coi\nl9,1,0,0\n", "utf-8")
    assert verified(folder, capsys)[1][0] == "not run given: ValueError: the values have no location l9"
