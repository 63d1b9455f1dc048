"""`xinya chain measures`: every measure from two files, and one sentence for every bad input."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from xinya.cli.main import main

Run = Callable[..., tuple[int, str, str]]
FIRMS = "firm,sector,revenue\na,ore,10\nb,steel,10\nc,cars,30\nd,cars,5\n"
LINKS = "supplier,buyer,amount\na,b,10\nb,c,6\nb,c,4\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def call(*options: str, links: str = LINKS, firms: str = FIRMS, language: str = "en") -> tuple[int, str, str]:
        (tmp_path / "links.csv").write_text(links, encoding="utf-8")
        (tmp_path / "firms.csv").write_text(firms, encoding="utf-8")
        files = [str(tmp_path / "links.csv"), str(tmp_path / "firms.csv")]
        code = main(["chain", "measures", *files, *options, "--language", language])
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return call


def test_a_chain_of_three_is_one_two_and_three_steps_from_final_use(run: Run) -> None:
    told = json.loads(run("--json")[1])
    firms = {row["firm"]: row for row in told["firms"]}
    assert [firms[f]["upstreamness"] for f in "abcd"] == [3.0, 2.0, 1.0, 1.0]
    assert [round(firms[f]["downstreamness"], 9) for f in "abcd"] == [1.0, 2.0, round(1 + 20 / 30, 9), 1.0]
    assert firms["a"]["extraction_lost"] == pytest.approx(10)
    assert firms["b"]["extraction_lost"] == pytest.approx(20)
    assert firms["d"]["extraction_lost"] == pytest.approx(0)
    assert {(row["buyer"], row["suppliers"], row["hhi"]) for row in told["purchases"]} == {("b", 1, 1.0), ("c", 1, 1.0)}
    assert told["markets"][2] == {"market": "cars", "hhi": None, "effective_number": None}
    assert firms["b"]["nexus"]["index"] == pytest.approx(1)
    assert "mean_rank_ours" in firms["b"]["nexus"]
    assert 0 < told["influence_leak"] < 1


def test_without_revenue_what_needs_final_sales_is_left_out_and_said(run: Run) -> None:
    firms = "firm,sector\na,ore\nb,steel\nc,cars\nd,cars\n"
    told = json.loads(run("--json", "--no-nexus", firms=firms)[1])
    assert told["flags"] == ["no revenue given"]
    assert {row["upstreamness"] for row in told["firms"]} == {None}
    assert "nexus" not in told["firms"][0]
    assert "final sales are unknown" in run(firms=firms)[1]


@pytest.mark.parametrize(("language", "word"), [("en", "hang on one supplier"), ("zh", "2")])
def test_the_terminal_names_the_first_firms(run: Run, language: str, word: str) -> None:
    code, out, _err = run(language=language)
    assert code == 0
    assert word in out
    assert "steel" in out


@pytest.mark.parametrize(
    ("options", "files", "code"),
    [
        (["--labour-share", "0"], {}, "option-wrong"),
        ([], {"links": "supplier,buyer,amount\na,x,1\n"}, "no-such-firm"),
        ([], {"links": "supplier,buyer,amount\na,b,-1\n"}, "negative"),
        ([], {"links": "supplier,buyer\na,b\n"}, "column-missing"),
        ([], {"firms": "firm,sector\na,ore\na,ore\n"}, "firm-twice"),
        ([], {"firms": "firm,sector,revenue\na,ore,1\nb,steel,\nc,x,1\nd,x,1\n"}, "number-missing"),
        ([], {"firms": ""}, "empty-file"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(run: Run, options: list[str], files: dict[str, str], code: str) -> None:
    ended, out, err = run(*options, **files)
    assert (ended, out) == (2, "")
    assert err.startswith(f"xinya: {code}: ")
