"""The rules of a zone's import desk from the shell: shown, brought and ended as an officer."""

from pathlib import Path

import pytest

from xinya.cli.main import main
from xinya.zones.models import DivisionEdition, Zone, ZoneThreshold
from xinya.zones.tests.people import someone

WHO = ["--zone", "harbour", "--as", "officer", "--language", "en"]
WHY = ["--source", "统计局来文", "--issued-on", "2025-01-02", "--reason", "来文"]


@pytest.fixture
def zone(db: None) -> Zone:
    zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")
    someone("officer", "chain_officer", zone=zone, password=None)
    return zone


def test_what_ships_is_shown_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zones", "thresholds", "show", "--language", "en"]) == 0
    assert "*\t38\t20000000\t2011\t" in capsys.readouterr().out
    assert main(["zones", "divisions", "show", "--language", "en"]) == 0
    assert '"110000","北京市"' in capsys.readouterr().out


def test_thresholds_are_brought_written_brought_again_and_ended(
    zone: Zone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "own.csv", tmp_path / "out.csv"
    file.write_text("行业代码,起点（万元）,起始年份\n38,4000,2024\n47,按资质,2011\n", "utf-8")
    assert main(["zones", "thresholds", "load", str(file), *WHO, *WHY]) == 0
    assert main(["zones", "thresholds", "show", *WHO, "--csv", str(out)]) == 0
    assert main(["zones", "thresholds", "load", str(out), *WHO, *WHY]) == 0
    printed = capsys.readouterr().out
    assert "2 new, 0 replaced, 0 as they were" in printed
    assert "0 new, 0 replaced, 2 as they were" in printed
    assert "\t38\t40000000\t2024\t\t统计局来文, 2025-01-02 (0.95)" in printed
    pk = ZoneThreshold.objects.get(prefix="38").pk
    assert main(["zones", "thresholds", "end", str(pk), *WHO, "--reason", "改回"]) == 0
    assert main(["zones", "thresholds", "end", str(pk), *WHO, "--reason", "改回"]) == 2
    assert "no-such-threshold" in capsys.readouterr().err


def test_an_edition_is_brought_shown_and_withdrawn(zone: Zone, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "d.csv"
    file.write_text("代码,名称\n330100,杭州市\n330113,临平区\n", "utf-8")
    assert main(["zones", "divisions", "load", str(file), *WHO, *WHY, "--name", "2021版", "--since", "2021-04-09"]) == 0
    pk = DivisionEdition.objects.get().pk
    assert main(["zones", "divisions", "show", *WHO, "--edition", str(pk)]) == 0
    assert main(["zones", "divisions", "end", str(pk), *WHO, "--reason", "误传"]) == 0
    assert main(["zones", "divisions", "show", *WHO]) == 0
    printed = capsys.readouterr().out
    assert '"330113","临平区"' in printed
    assert f"{pk}\t2021版\t2021-04-09" in printed
    assert DivisionEdition.objects.get().ended_at is not None


def test_nobody_else_brings_them_and_a_wrong_file_brings_nothing(
    zone: Zone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    someone("reader", "zone_reader", zone=zone, password=None)
    file = tmp_path / "own.csv"
    file.write_text("行业代码,起点（万元）,起始年份\n38,4000,2024\n", "utf-8")
    assert main(["zones", "thresholds", "load", str(file), "--zone", "harbour", "--as", "reader", *WHY]) == 2
    assert main(["zones", "thresholds", "load", str(file), "--zone", "harbour", "--as", "nobody", *WHY]) == 2
    file.write_text("行业代码,起点（万元）,起始年份\n38,4000,二四年\n", "utf-8")
    assert main(["zones", "thresholds", "load", str(file), *WHO, *WHY]) == 2
    told = capsys.readouterr().err
    assert [word in told for word in ("not-allowed", "no-such-person", "year-wrong")] == [True] * 3
    assert not ZoneThreshold.objects.exists()
