"""`xinya chain links`: proposals from a table of known links, as text, CSV and JSON; wrong files are named by row and column."""

import csv
import json
from pathlib import Path

import pytest

from xinya.cli.main import main

PARTS = ("bearing", "gear", "seal", "housing", "impeller")
MADE = ("water pump", "oil pump", "air pump", "high-pressure water pump", "small water pump", "ship water pump")


@pytest.fixture
def links(tmp_path: Path) -> Path:
    file = tmp_path / "links.csv"
    pairs = [f"{made},{part}" for made in MADE for part in PARTS if (made, part) != ("small water pump", "impeller")]
    file.write_text("\n".join(["product,input", *pairs, "gear,gear", pairs[0]]), "utf-8")
    return file


def test_proposals_as_json_never_repeat_a_known_link(links: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain", "links", str(links), "--json", "--most", "3"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["links"], told["self_links"], told["repeated"]) == ("xinya.links/1", 29, 1, 1)
    known = {tuple(line.split(",")) for line in links.read_text().splitlines()}
    proposed = [(p["product"], p["input"]) for p in told["proposals"]]
    assert ("small water pump", "impeller") in proposed
    assert not known & set(proposed)
    assert main(["chain", "links", str(links), "--json", "--most", "3"]) == 0
    assert json.loads(capsys.readouterr().out) == told, "the same file and seed give the same proposals"


def test_the_text_says_what_speaks_for_a_proposal_and_what_no_score_is(links: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain", "links", str(links), "--product", "small water pump", "--test", "--language", "en"]) == 0
    out = capsys.readouterr().out
    assert "29 known links" in out
    assert "degree-matched negatives" in out
    assert "is no probability" in out
    assert "impeller  (alike and known to need it:" in out


def test_every_proposal_goes_into_a_csv_file(links: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, kinds = tmp_path / "out.csv", tmp_path / "kinds.csv"
    kinds.write_text("narrow,broader\nsmall water pump,water pump\n", "utf-8")
    assert main(["chain", "links", str(links), "--kinds", str(kinds), "--out", str(out), "--language", "en"]) == 0
    capsys.readouterr()
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["product"], r["rank"], r["input"]) for r in rows] == [("small water pump", "1", "impeller")]
    assert float(rows[0]["own_kind"]) > 0


@pytest.mark.parametrize(
    ("arguments", "text", "code"),
    [
        ([], "product,amount\na,1\n", "column-missing"),
        ([], "product,input\na,b\n", "too-few-links"),
        ([], "product,input\na,\n", "name-missing"),
        (["--most", "0"], "product,input\n", "option-wrong"),
        (["--product", "nothing"], None, "no-such-product"),
        (["--kinds", "nowhere.csv"], None, "no-such-file"),
    ],
)
def test_a_refusal_is_one_sentence_with_its_code(
    links: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], text: str | None, code: str
) -> None:
    if text is not None:
        links.write_text(text, "utf-8")
    assert main(["chain", "links", str(links), *arguments, "--language", "en"]) == 2
    assert capsys.readouterr().err.startswith(f"xinya: {code}:")
