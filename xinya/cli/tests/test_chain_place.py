"""`xinya chain place`: a table of product texts in, a table of proposals out."""

import csv
import io
from pathlib import Path

import pytest

from xinya.chain.files import shipped_atlas
from xinya.cli.main import main

TABLE = "编号,text,company\n1,电池隔膜,甲\n2,隔膜泵,甲\n3,风机,乙\n4,风电叶片,乙\n5,,乙\n6,烧碱、硫酸,丙\n"


def place(tmp_path: Path, content: bytes, *further: str) -> list[dict[str, str]]:
    source, out = tmp_path / "names.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    assert main(["chain", "place", str(source), "--out", str(out), *further]) == 0
    return list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_proposal_is_a_row_with_its_reasons_and_the_other_columns(tmp_path: Path, encoding: str) -> None:
    rows = place(tmp_path, TABLE.encode(encoding))
    found = [(r["编号"], r["text"], r["segment_code"], r["state"]) for r in rows]
    assert ("1", "电池隔膜", "lb-separator", "AUTOMATIC") in found
    assert ("3", "风机", "wt-turbine", "AUTOMATIC") in found
    assert not [f for f in found if f[0] in ("2", "5")]
    assert {f[2] for f in found if f[0] == "6"} == {"lb-caustic", "lb-sulphuric-acid"}
    assert all(r["reasons"] and 0 < float(r["confidence"]) < 1 for r in rows)
    assert next(r["chain"] for r in rows if r["编号"] == "1") == "lithium-battery"
    assert [r["row"] for r in rows if r["编号"] == "1"] == ["2"]


def test_only_the_chains_asked_for_are_looked_at(tmp_path: Path) -> None:
    rows = place(tmp_path, TABLE.encode(), "--chain", "wind-power")
    assert {"wt-turbine", "wt-blade"} <= {r["segment_code"] for r in rows} <= set(shipped_atlas(["wind-power"]).segments)
    assert {r["chain"] for r in rows} == {"wind-power"}


def test_the_reasons_are_said_in_english_too(tmp_path: Path) -> None:
    rows = place(tmp_path, TABLE.encode(), "--language", "en")
    assert all(r["reasons"].isprintable() and "支持" not in r["reasons"] for r in rows)


def test_a_cell_that_a_spreadsheet_would_run_is_escaped(tmp_path: Path) -> None:
    rows = place(tmp_path, "text,note\n电池隔膜,=1+1\n".encode())
    assert rows[0]["note"] == "'=1+1"


def test_a_column_that_is_called_like_ours_is_kept_under_another_name(tmp_path: Path) -> None:
    rows = place(tmp_path, "text,state\n电池隔膜,旧\n".encode())
    assert (rows[0]["state"], rows[0]["state_given"]) == ("AUTOMATIC", "旧")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("name\n电池隔膜\n".encode(), "no-text-column"),
        (b"", "no-text-column"),
        (b"text\n\x00\n", "not-a-table"),
        ("text\n电池\n".encode("utf-16"), "undecodable-text"),
        ('text\n"电池\n'.encode(), "not-a-table"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_and_nothing_is_written(
    tmp_path: Path, content: bytes, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "names.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    assert main(["chain", "place", str(source), "--out", str(out)]) != 0
    assert code in capsys.readouterr().err
    assert not out.exists()


def test_a_missing_file_an_unknown_chain_and_a_place_that_cannot_be_written_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "names.csv"
    for arguments, code in (
        ([str(source), "--out", str(tmp_path / "o.csv")], "no-such-file"),
        ([str(source), "--out", str(tmp_path / "o.csv"), "--chain", "moon"], "unknown-chain"),
        ([str(source), "--out", str(tmp_path / "nowhere" / "o.csv")], "not-writable"),
    ):
        assert main(["chain", "place", *arguments]) != 0
        assert code in capsys.readouterr().err
        source.write_text("text\n电池隔膜\n", encoding="utf-8")
