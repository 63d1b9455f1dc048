"""A list is checked from the shell, with no database and with an honest exit code."""

import json
from pathlib import Path

import pytest

from xinya.cli.main import main
from xinya.zones.tests.imports import code_of

HEADS = "企业名称,统一社会信用代码,2024年营业收入(万元)"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "名单.csv"
    file.write_text(f"{HEADS}\n岚洲甲机械有限公司,{code_of(1)},5\n岚洲乙机械有限公司,{code_of(2)},1.86亿元\n", "utf-8")
    return file


def test_findings_and_counts_are_printed(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "check", str(listed), "--language", "en"]) == 0
    printed = capsys.readouterr().out
    assert "UNIT_IN_CELL" in printed
    assert "2 rows: 2 new" in printed
    assert printed.endswith("Nothing was stored.\n")


def test_the_whole_result_is_given_as_json(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zones", "import", str(listed), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["created"] == told["rows_read"] == 2
    assert told["rows"][1]["values"]["revenue_2024"] == 18_600_000_000


def test_a_list_is_compared_with_the_one_that_is_held(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "check", str(listed), "--after", str(listed), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["same"] == 2


def test_rows_that_wait_give_one_and_a_refused_file_gives_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waiting, refused = tmp_path / "w.csv", tmp_path / "r.xls"
    waiting.write_text(f"{HEADS}\n岚洲甲机械有限公司,{code_of(1)},-5\n", "utf-8")
    refused.write_text("<html><table></table></html>", "utf-8")
    assert main(["import", "check", str(waiting)]) == 1
    assert main(["import", "check", str(refused)]) == 2
    assert "HTML_TABLE" in capsys.readouterr().out


def test_without_dry_run_nothing_happens(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zones", "import", str(listed), "--language", "en"]) == 2
    assert "--dry-run" in capsys.readouterr().out


def test_divisions_are_read_from_their_file(listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    divisions = tmp_path / "divisions.csv"
    divisions.write_text("edition,code,name\nx,110000,北京市\n", "utf-8")
    assert main(["import", "check", str(listed), "--divisions", str(divisions)]) == 0
    assert capsys.readouterr().out.count("DIVISION_UNKNOWN") == 2
