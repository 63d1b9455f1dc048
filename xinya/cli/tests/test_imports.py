"""A list is checked from the shell, with no database and with an honest exit code."""

import json
from decimal import Decimal
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


@pytest.mark.django_db
def test_a_list_is_committed_from_the_shell_as_a_person(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from xinya.zones.models import Company, Fact, ImportBatch, Zone
    from xinya.zones.tests.people import someone

    zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")
    someone("officer", "chain_officer", zone=zone, password=None)
    ask = ["zones", "import", str(listed), "--zone", "harbour", "--language", "en"]
    assert main(ask) == 2
    assert main([*ask, "--as", "nobody"]) == 2
    assert main([*ask, "--as", "officer", "--as-of", "2025-12-31", "--source", "statistics"]) == 0
    assert "2 new, 0 changed, 0 the same; 0 rows wait" in capsys.readouterr().out
    assert Company.objects.filter(zone=zone).count() == 2
    assert {(f.source.kind, f.confidence) for f in Fact.objects.select_related("source")} == {("statistics", Decimal("0.95"))}
    assert main([*ask, "--as", "officer"]) == 2
    assert main([*ask, "--as", "officer", "--reason", "再核对", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["counts"]["committed"], ImportBatch.objects.count()) == ("committed", 2, 2)


@pytest.mark.django_db
def test_what_is_said_in_the_shell_counts_before_what_the_office_said_last(
    listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from xinya.zones.models import ImportBatch, Zone
    from xinya.zones.tests.people import someone

    zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")
    someone("officer", "chain_officer", zone=zone, password=None)
    dated = tmp_path / "dated.csv"
    dated.write_text("填报日期：2026年3月31日\n" + listed.read_text("utf-8"), "utf-8")
    told = []
    for file, options in (
        (listed, ["--as-of", "2025-12-31", "--source", "tax"]),
        (dated, []),
        (dated, ["--reason", "再核对", "--as-of", "2026-06-30", "--source", "statistics"]),
    ):
        assert main(["zones", "import", str(file), "--zone", "harbour", "--as", "officer", *options]) == 0
        batch = ImportBatch.objects.latest("pk")
        told.append((batch.source_kind, str(batch.as_of)))
    assert told == [("tax", "2025-12-31"), ("tax", "2026-03-31"), ("statistics", "2026-06-30")]
    assert main(["zones", "import", str(listed), "--zone", "harbour", "--as", "officer", "--as-of", "2199-01-01"]) == 2


@pytest.mark.django_db
def test_what_waits_is_left_waiting_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from xinya.zones.models import Company, Zone
    from xinya.zones.tests.people import someone

    zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")
    someone("officer", "chain_officer", zone=zone, password=None)
    file = tmp_path / "w.csv"
    file.write_text(f"{HEADS}\n岚洲甲机械有限公司,{code_of(1)},-5\n岚洲乙机械有限公司,{code_of(2)},5\n", "utf-8")
    ask = ["zones", "import", str(file), "--zone", "harbour", "--as", "officer", "--language", "en"]
    assert main(ask) == 2  # half of the rows block
    assert "many-blocked" in capsys.readouterr().err
    assert main([*ask, "--confirm"]) == 1
    assert Company.objects.get().uscc == code_of(2)


def test_thresholds_are_read_from_their_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed, own = tmp_path / "list.csv", tmp_path / "own.csv"
    listed.write_text(
        "企业名称,统一社会信用代码,行业代码,2024年营业收入(万元),2024年是否规上\n"
        f"岚洲甲机械有限公司,{code_of(1)},3812,3000,否\n岚洲乙电机有限公司,{code_of(2)},3812,5000,是\n", "utf-8"
    )  # fmt: skip
    assert main(["import", "check", str(listed)]) == 0
    assert capsys.readouterr().out.count("SCALE_DISAGREES") == 1
    own.write_text("行业代码,起点（万元）,起始年份\n38,4000,2024\n", "utf-8")
    assert main(["import", "check", str(listed), "--thresholds", str(own)]) == 0
    assert capsys.readouterr().out.count("SCALE_DISAGREES") == 0
    own.write_text("行业代码,起点（万元）,起始年份\n38,四千,2024\n", "utf-8")
    assert main(["import", "check", str(listed), "--thresholds", str(own)]) == 2
    assert "amount-wrong" in capsys.readouterr().err
