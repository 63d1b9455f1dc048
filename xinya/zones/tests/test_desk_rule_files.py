"""Thresholds and divisions as files: out and in again, or every reason by row and column."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.xlsx import read_workbook
from xinya.zones.engine.divisions import Division
from xinya.zones.engine.thresholds import Threshold
from xinya.zones.files.divisions import read_divisions, write_divisions
from xinya.zones.files.lines import ListRefused
from xinya.zones.files.thresholds import ThresholdLine, read_thresholds, write_thresholds
from xinya.zones.tests.people import refused

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20)
ROWS = st.builds(
    Threshold,
    st.sampled_from(["38", "3812", "702", "06"]), st.none() | st.integers(1, 10**14), st.integers(1998, 2100),
    st.none(), st.booleans(), st.just(value=True),
)  # fmt: skip


@given(
    row=ROWS,
    source=TEXT,
    day=st.none() | st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1)),
    language=st.sampled_from(["zh", "en"]),
)
def test_a_threshold_that_is_written_is_read_again(row: Threshold, source: str, day: datetime.date | None, language: str) -> None:
    (read,) = read_thresholds(write_thresholds([ThresholdLine(0, row, "statistics", source, day)], language), "t.csv")
    assert (read.threshold, read.source_kind, read.source, read.issued_on) == (row, "statistics", source, day)


@given(name=TEXT, within=st.just("") | TEXT, language=st.sampled_from(["zh", "en"]), share=st.sampled_from(["", "whole", "part"]))
def test_a_division_that_is_written_is_read_again(name: str, within: str, language: str, share: str) -> None:
    row = Division("330113", name, "330100", datetime.date(2021, 4, 9), None, share, within)
    assert read_divisions(write_divisions([row], language), "d.csv") == [row]


def test_amounts_are_taken_in_yuan_or_in_ten_thousands_or_as_by_qualification() -> None:
    text = '行业代码,起点（万元）,起始年份\nC38,2000.5,2024\n47,按资质,2011\n52,"1,000",2011年\n'.encode("gb18030")
    assert [line.threshold.amount_fen for line in read_thresholds(text, "t.csv")] == [2_000_500_000, None, 1_000_000_000]


def test_every_wrong_row_of_thresholds_is_told_with_its_column() -> None:
    rows = ["A38,5,2024,", "38,0,2024,", "38,0.001,2024,", "38,5,24,", "38,5,2024,2023", "39,5,2020,", "39,6,2025,"]
    text = "\n".join(["行业代码,起点（元）,起始年份,截止年份", *rows])
    with pytest.raises(ListRefused) as wrong:
        read_thresholds(text.encode(), "t.csv")
    assert [(f.row, f.code, f.column) for f in wrong.value.findings] == [
        (2, "code-wrong", "行业代码"), (3, "amount-wrong", "起点（元）"), (4, "amount-wrong", "起点（元）"),
        (5, "year-wrong", "起始年份"), (6, "year-wrong", "截止年份"), (8, "threshold-twice", None),
    ]  # fmt: skip


def test_every_wrong_row_of_divisions_is_told() -> None:
    rows = [
        "33011,甲,,",
        "330113,,,",
        "330113,乙,2021-13-01,",
        "330114,丙,2021-04-09,2020-01-01",
        "330115,丁,,",
        "330115,戊,2021-01-01,",
    ]
    text = "\n".join(["代码,名称,生效日期,失效日期", *rows])
    with pytest.raises(ListRefused) as wrong:
        read_divisions(text.encode(), "d.csv")
    told = [(f.row, f.code) for f in wrong.value.findings]
    assert told == [(2, "code-wrong"), (3, "name-wrong"), (4, "not-a-day"), (5, "day-wrong"), (7, "division-twice")]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "代码,名称\n".encode(), b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04no zip"])
def test_a_file_that_is_no_such_table_is_refused(content: bytes) -> None:
    with pytest.raises(Exception, match=r"heads-wrong|no-rows|password|not-a-table|broken"):
        read_divisions(content, "d.csv")


def test_a_workbook_is_read_like_a_text() -> None:
    from io import BytesIO

    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active.append(["代码", "名称", "生效日期"])
    book.active.append([330113, "临平区", datetime.datetime(2021, 4, 9)])
    out = BytesIO()
    book.save(out)
    assert next(iter(read_workbook(out.getvalue()))).rows
    assert read_divisions(out.getvalue(), "d.xlsx") == [Division("330113", "临平区", "", datetime.date(2021, 4, 9))]


def test_a_table_with_too_many_rows_is_refused() -> None:
    text = "行业代码,起点（元）,起始年份\n" + "38,5,2024\n" * 2001
    with refused("too-large"):
        read_thresholds(text.encode(), "t.csv")
