"""Purchases, proposals, exchange, packs and briefings from the shell, with no database."""

import gzip
import json
from pathlib import Path

import pytest

from xinya.chain.files import pack_from_folder
from xinya.cli.main import main

PURCHASES = "企业名称,采购品,环节,本地占比,采购额(万元)\n甲,碳纤维预浸料,,30-50%,300-500\n乙,碳纤维预浸料,,,200\n乙,铆钉,,三成,50\n"


def test_local_sourcing_rates_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.csv"
    file.write_text(PURCHASES, "utf-8")
    assert main(["chain", "sourcing", str(file), "--chain", "aero-structures", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    prepreg = next(r for r in found["inputs"] if r["key"] == "prepreg")
    assert (prepreg["count"]["low"], prepreg["count"]["high"], prepreg["count"]["unknown"]) == (0.3, 0.5, 1)
    assert main(["chain", "sourcing", str(file), "--language", "en"]) == 0
    assert "30-50%" in capsys.readouterr().out


def test_a_wrong_share_in_a_file_is_named_by_its_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.csv"
    file.write_text("采购品,本地占比\n甲,140%\n", "utf-8")
    assert main(["chain", "sourcing", str(file), "--language", "en"]) == 2
    assert "Row 2" in capsys.readouterr().err


def test_proposals_of_a_public_graph_and_of_purchases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def table(name: str, text: str) -> None:
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode()))

    table("products", "product_id,name\n1,碳纤维预浸料\n2,环氧树脂\n")
    table("makes", "company_code,product_id\n600001,1\n")
    table("product_inputs", "product_id,input_id\n1,2\n")
    bought = tmp_path / "b.csv"
    bought.write_text("企业名称,产品,采购品\n甲公司,碳纤维预浸料,某种新胶\n", "utf-8")
    arguments = ["chain", "propose-inputs", "--ckg", str(tmp_path), "--purchases", str(bought)]
    assert main([*arguments, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["proposals"]
    assert ("prepreg", "", "某种新胶") in {(r["product"], r["input"], r["text"]) for r in rows}
    assert main([*arguments, "--language", "en"]) == 0
    assert "nothing is merged" in capsys.readouterr().out
    assert main(["chain", "propose-inputs", "--language", "en"]) == 2
    assert "no-source" in capsys.readouterr().err


def test_a_pack_is_begun_filled_and_checked_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tmp_path / "rows.txt"
    rows.write_text("环节名称\t列\t定义\n电解槽体\t零部件与中间品\t把水分成氢和氧的槽体。\n", "utf-8")
    folder = tmp_path / "hydrogen"
    assert main(["chain", "edit-pack", str(folder), "--rows", str(rows), "--name", "氢能", "--language", "en"]) == 0
    assert pack_from_folder(folder).segments[0]["name_zh"] == "电解槽体"
    links = tmp_path / "links.txt"
    links.write_text("电解槽体\t不存在的东西\t部件\t是\n", "utf-8")
    assert main(["chain", "edit-pack", str(folder), "--rows", str(links), "--table", "inputs", "--language", "en"]) == 1
    assert "inputs.csv:2: segment-unknown" in capsys.readouterr().out


def test_a_public_set_becomes_open_data_and_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def table(name: str, text: str) -> None:
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")

    table("chains", "chain_code,title\nA1,太陽能\n")
    table("nodes", "node_id,chain_code,stage,stage_title,category,subcategory,parent_node_id\nA1-1,A1,up,上游,矽晶圓,,\n")
    table("companies", "company_key,name\nTW:1,某光電\n")
    table("memberships", "node_id,company_key\nA1-1,TW:1\n")
    out, outside = tmp_path / "o.json", tmp_path / "o.csv"
    assert (
        main(["chain", "foreign-pack", "--tivac", str(tmp_path), "--out", str(out), "--outside", str(outside), "--language", "en"])
        == 0
    )
    assert "1 packs, 1 segments, 1 companies" in capsys.readouterr().err
    assert "矽晶圓" in outside.read_text("utf-8-sig")
    assert main(["chain", "compare", str(out), str(out), "--chain", "tw-a1", "--json"]) == 0
    assert [r["segment"] for r in json.loads(capsys.readouterr().out)["rows"]] == ["tw-a1-1"]
    assert main(["chain", "compare", str(out), str(out), "--chain", "tw-a1", "--language", "en"]) == 0
    assert "1 segments compared, 0 not comparable" in capsys.readouterr().out
    assert main(["chain", "compare", str(out), str(out), "--chain", "nowhere", "--language", "en"]) == 2


def test_a_briefing_is_read_as_a_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "b.txt"
    file.write_text("2025年产值12亿元，订单提高了两倍。", "utf-8")
    assert main(["zones", "read-briefing", str(file), "--issued-on", "2026-01-02", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["draft"], told["questions"]) == (True, ["两倍"])
    assert main(["zones", "read-briefing", str(file), "--language", "en"]) == 0
    assert "A draft" in capsys.readouterr().out
    empty = tmp_path / "e.txt"
    empty.write_text("什么也没说。", "utf-8")
    assert main(["zones", "read-briefing", str(empty), "--language", "en"]) == 1


def test_the_golden_briefing_is_scored(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(shared / "data" / "golden" / "briefing")]) == 0
    printed = capsys.readouterr().out
    assert "quantity (recall 1.000" in printed
    assert "0 of 19 decoys read" in printed
    assert "5 passed, 0 failed" in printed
