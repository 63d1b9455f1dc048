"""`xinya chain esri` and its golden networks: figures in every form, one sentence for every bad input."""

import argparse
import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from xinya.cli import verify
from xinya.cli.main import main

Run = Callable[..., tuple[int, str, str]]

LINKS = "supplier,buyer,amount\nA,B,10\nA,C,30\nD,C,70\nC,B,5\nA,B,10\n"
FIRMS = "firm,sector,staff,none\nA,s1,1,0\nB,s2,2,0\nC,s3,3,0\nD,s1,4,0\n"
ESSENTIAL = "supplier_sector,s1,s2,s3\ns1,0,2,2\ns2,1,1,1\ns3,1,1,0\n"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    for name, text in (("LINKS", LINKS), ("FIRMS", FIRMS), ("ESSENTIAL", ESSENTIAL)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def run(tables: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*more: object, language: str = "en") -> tuple[int, str, str]:
        three = [str(tables / f"{name}.csv") for name in ("LINKS", "FIRMS", "ESSENTIAL")]
        code = main(["chain", "esri", *three, *map(str, more), "--language", language])
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return call


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("pace", ["--base", "--fast"])
def test_the_ranking_and_the_tables_say_the_same(run: Run, tables: Path, pace: str) -> None:
    out, losses, sectors = tables / "out.csv", tables / "losses.csv", tables / "sectors.csv"
    code, text, errors = run(pace, "--out", out, "--losses", losses, "--sectors", sectors)
    assert (code, errors) == (0, "")
    assert text.startswith("4 firms, 4 links, 3 sectors; 4 scenarios")
    found = {r["firm"]: r for r in rows(out)}
    assert list(found) == ["A", "B", "C", "D"]
    assert list(found["A"]) == ["firm", "ESRI_sales", "ESRI_d_sales", "ESRI_u_sales", "iterations", "status"]
    # D stops: C lacks 70 of 100 of an essential input; A, who remains, has sold 50 in all and makes good nothing of it
    assert float(found["D"]["ESRI_d_sales"]) == pytest.approx((70 * 1 + 5 * 0.7) / 125)
    hit = [r for r in rows(losses) if r["firm"] == "D"]
    assert {r["hit"]: float(r["lost_downstream"]) for r in hit} == pytest.approx({"B": 0.0 + 0.7 * 5 / 25, "C": 0.7, "D": 1.0})
    assert {r["sector"] for r in rows(sectors) if r["firm"] == "D"} == {"s3"}
    assert text.splitlines()[2].endswith("  B")  # who buys from everybody takes all sales along


def test_scenarios_weights_and_json(run: Run, tables: Path) -> None:
    (tables / "scenarios.csv").write_text("scenario,firm,shock\nflood,D,0.5\nflood,A,1\nfire,B,0\n", "utf-8")
    code, text, errors = run("--scenarios", tables / "scenarios.csv", "--weights", "staff", "none", "--json", "--no-market")
    assert code == 0
    told = json.loads(text)
    assert [r["name"] for r in told["results"]] == ["flood", "fire"]
    assert told["of"] == "scenario"
    assert told["results"][1]["staff"] == {"esri": 0.0, "down": 0.0, "up": 0.0}
    assert told["results"][0]["none"]["esri"] is None
    assert "add up to 0" in errors


def test_single_firms_and_samples(run: Run, tables: Path) -> None:
    assert json.loads(run("--firm", "D", "--json")[1])["results"][0]["name"] == "D"
    assert len(json.loads(run("--sample", 2, "--seed", 3, "--json")[1])["results"]) == 2
    assert run("--firm", "Z")[2].startswith("xinya: no-such-firm:")


def test_accounts_adjust_and_a_low_revenue_is_pointed_out(run: Run, tables: Path) -> None:
    (tables / "accounts.csv").write_text("firm,revenue,costs\nA,40,1\nB,1,50\nC,5,200\nD,70,1\n", "utf-8")
    told = run("--accounts", tables / "accounts.csv", "--revenue", "revenue", "--costs", "costs", "--weights", "revenue", "--json")
    assert told[0] == 0
    assert "1 firms sold more inside the network than their stated revenue, the first is A." in told[2]


@pytest.mark.parametrize(
    ("name", "text", "code", "place"),
    [
        ("LINKS", "supplier,buyer,amount\nA,B,-1\n", "negative", "LINKS.csv: Row 2, column amount"),
        ("LINKS", "supplier,buyer,amount\nA,B,1\nA,X,1\n", "no-such-firm", "LINKS.csv: Row 3, column buyer"),
        ("LINKS", "supplier,buyer,amount\nA,B\n", "row-short", "LINKS.csv: Row 2"),
        ("LINKS", "supplier,buyer\nA,B\n", "column-missing", "LINKS.csv: Row 1: The table has no column amount"),
        ("FIRMS", "firm,sector\nA,s1\nA,s2\n", "firm-twice", "FIRMS.csv: Row 3"),
        ("FIRMS", "firm,sector\n,s1\n", "name-missing", "FIRMS.csv: Row 2, column firm"),
        ("FIRMS", "firm,sector\nA,s9\n", "sector-unknown", "FIRMS.csv: Row 2, column sector"),
        ("FIRMS", "firm,sector\n", "no-rows", "FIRMS.csv: Row 1: The table has no rows"),
        ("ESSENTIAL", "x,s1,s2\ns1,1,1\ns2,1,5\n", "essential-wrong", "ESSENTIAL.csv: Row 3, column s2"),
        ("ESSENTIAL", "x,s1,s2\ns1,1,1\n", "essential-wrong", "not the same: s2"),
        ("ESSENTIAL", "x,s1,s1\ns1,1,1\n", "sector-twice", "ESSENTIAL.csv: Row 1"),
        ("ESSENTIAL", "x,s1,s2\ns1,1,1\ns1,1,1\n", "sector-twice", "ESSENTIAL.csv: Row 3"),
    ],
)
def test_bad_tables_are_refused_by_file_and_row(run: Run, tables: Path, name: str, text: str, code: str, place: str) -> None:
    (tables / f"{name}.csv").write_text(text, "utf-8")
    ended, out, errors = run()
    assert (ended, out) == (2, "")
    assert errors.startswith(f"xinya: {code}: ")
    assert place in errors


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("scenario,firm,shock\na,A,1.5\n", "shock-wrong"),
        ("scenario,firm,shock\na,A,1\na,A,0.5\n", "firm-twice"),
        ("scenario,firm,shock\na,X,1\n", "no-such-firm"),
    ],
)
def test_bad_scenarios_are_refused(run: Run, tables: Path, text: str, code: str) -> None:
    (tables / "scenarios.csv").write_text(text, "utf-8")
    assert run("--scenarios", tables / "scenarios.csv")[2].startswith(f"xinya: {code}: scenarios.csv: Row ")


def test_a_run_over_processes_goes_on_from_its_ledger(run: Run, tables: Path) -> None:
    plain = json.loads(run("--json")[1])
    ledger = tables / "ledger"
    spread = ("--spread", "processes", "--ledger", ledger, "--piece", 3, "--threads", 2, "--json")
    assert json.loads(run(*spread)[1]) == plain
    done = sorted((ledger / "done").glob("*.npz"))
    assert len(done) == 2
    done[0].unlink()
    assert json.loads(run(*spread)[1]) == plain
    assert run("--spread", "processes")[2].startswith("xinya: ledger-missing:")
    assert run("--spread", "processes", "--ledger", ledger, "--losses", tables / "l.csv")[2].startswith("xinya: not-spread:")


def test_wrong_limits_and_missing_files_are_refused(run: Run, tables: Path) -> None:
    assert run("--eps", 0)[2].startswith("xinya: eps-wrong:")
    assert run("--weights", "wealth")[2].startswith("xinya: no-column:")
    (tables / "LINKS.csv").unlink()
    assert run()[2].startswith("xinya: no-such-file:")


@pytest.mark.long
def test_the_golden_networks_pass(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = argparse.Namespace(paths=[shared / "data/golden/esri"], kind=None, data=None)
    assert verify.run_verify(arguments) == 0
    assert "6 passed, 0 failed" in capsys.readouterr().out


def test_a_golden_figure_that_differs_is_told(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "edge14"
    shutil.copytree(shared / "data/golden/esri/edge14", folder)
    expected = folder / "expected_esri_eps1e-2_market.csv"
    lines = expected.read_text("utf-8").splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([cells[0], str(float(cells[1]) + 1e-8), *cells[2:-1], str(int(cells[-1]) + 1)])
    expected.write_text("\n".join(lines) + "\n", "utf-8")
    losses = folder / "expected_scen_eps1e-6_market_firms.csv"
    losses.write_text("\n".join(losses.read_text("utf-8").splitlines()[:-1]) + "\n", "utf-8")
    (outcome,) = verify.outcomes([folder])
    told = [d for d in outcome.differences if "(base)" in d]
    assert any("firm 1, ESRI_w1" in d for d in told)
    assert any("iterations" in d for d in told)
    assert any("firms.csv (base): scenario 4" in d for d in told)


def test_an_expected_file_with_an_unknown_name_is_not_passed_over(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "edge14"
    shutil.copytree(shared / "data/golden/esri/edge14", folder)
    (folder / "expected_esri_sometimes.csv").write_text("firm,iterations\n1,1\n", "utf-8")
    (outcome,) = verify.outcomes([folder])
    assert not outcome.has_passed
    assert "says no case" in str(outcome.reason)


ZONE = (
    "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上\n"
    "甲飞机有限公司,,机身段,100000,是\n乙复材有限公司,,航空复合材料,3000,是\n"
)


def test_a_company_list_is_ranked_without_a_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    companies = tmp_path / "companies.csv"
    companies.write_text(ZONE, "utf-8")
    assert main(["chain", "risk", str(companies), "--chain", "aero-structures", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["companies"]
    assert {r["company"] for r in told} == {"甲飞机有限公司", "乙复材有限公司"}
    assert main(["chain", "risk", str(companies), "--chain", "aero-structures", "--language", "en"]) == 0
    assert "read the order and the band" in capsys.readouterr().out
    assert main(["chain", "risk", str(companies), "--company", "甲飞机有限公司", "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("Step 0: 1 companies hit")
    assert main(["chain", "risk", str(companies), "--company", "丙", "--language", "en"]) == 2
    assert capsys.readouterr().err.startswith("xinya: unknown-here:")


STOCKED = (
    "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上\n"
    "甲飞机有限公司,,机身段,100000,是\n乙紧固有限公司,,航空紧固件,3000,是\n丙紧固有限公司,,航空紧固件,2000,是\n"
)


def test_a_failure_from_the_shell_tells_days_and_who_could_stand_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    companies, bought, outside = (tmp_path / name for name in ("companies.csv", "bought.csv", "outside.csv"))
    companies.write_text(STOCKED, "utf-8")
    bought.write_text("企业名称,采购品,库存天数\n甲飞机有限公司,航空紧固件,21\n", "utf-8")
    outside.write_text(ZONE.replace("乙复材有限公司,,航空复合材料", "丁紧固有限公司,,航空紧固件"), "utf-8")
    asked = ["chain", "risk", str(companies), "--chain", "aero-structures", "--company", "乙紧固有限公司", "--language", "en"]
    assert main([*asked, "--purchases", str(bought), "--outside", str(outside), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (hurt,) = [h for h in told["hurt"] if h["company"] == "甲飞机有限公司"]
    assert (hurt["inputs_day"], hurt["unknown_stocks"], hurt["short"][0]["stock_days"]) == (21, 0, 21)
    assert told["substitutes"] == [{"segment": "aero-fastener", "here": ["丙紧固有限公司"], "outside": ["丁紧固有限公司"]}]
    assert main([*asked, "--purchases", str(bought)]) == 0
    out = capsys.readouterr().out
    assert "from day 21  甲飞机有限公司" in out
    assert "here 丙紧固有限公司; outside no list of them" in out
    assert main([*asked, "--csv"]) == 0
    assert '"甲飞机有限公司","0","1"' in capsys.readouterr().out


def test_stocks_without_a_company_or_without_a_failure_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    companies, bought = tmp_path / "companies.csv", tmp_path / "bought.csv"
    companies.write_text(STOCKED, "utf-8")
    bought.write_text("采购品,库存天数\n航空紧固件,21\n", "utf-8")
    asked = ["chain", "risk", str(companies), "--language", "en", "--purchases", str(bought)]
    assert main(asked) == 2
    assert capsys.readouterr().err.startswith("xinya: option-wrong:")
    assert main([*asked, "--company", "乙紧固有限公司"]) == 2
    assert capsys.readouterr().err.startswith("xinya: company-missing:")
