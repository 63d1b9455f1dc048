"""A company list is taken whole or not at all: what a reader would lose in silence is refused with its place."""

import random
import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from xinya.kit.refusals import Refused
from xinya.zones.files import ListRefused, read_companies
from xinya.zones.files.columns import COLUMNS

from .test_files import HEADS, csv_of, place, refused, saved, xlsx_of


def book_of(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def listed(*names: str) -> list[list[object]]:
    rows: list[list[object]] = [[name, None, "叶片", 1, "是"] for name in names]
    return [[*HEADS.split(",")], *rows]


def test_two_sheets_with_a_list_are_refused_by_their_names() -> None:
    refusal = refused(book_of(一季度=listed("甲"), 说明=[["怎样填表"]], 二季度=listed("乙")), "名单.xlsx")
    assert refusal.code == "several-lists"
    for language in ("zh", "en"):
        assert all(word in refusal.sentence(language) for word in ("一季度", "二季度", "名单.xlsx"))
        assert "说明" not in refusal.sentence(language)


@pytest.mark.parametrize("other", [[["封面"], ["企业名称"]], [["企业名称", "主营产品"], ["乙", "叶片"]], listed()])
def test_a_sheet_that_holds_no_list_beside_the_list_is_passed_over(other: list[list[object]]) -> None:
    for content in (book_of(名单=listed("甲"), 其他=other), book_of(其他=other, 名单=listed("甲"))):
        assert [line.name for line in read_companies(content, "a.xlsx")] == ["甲"]


def test_a_second_list_on_a_hidden_sheet_is_not_read_and_not_asked_about() -> None:
    book = openpyxl.load_workbook(BytesIO(book_of(名单=listed("甲"), 去年=listed("乙"))))
    book["去年"].sheet_state = "hidden"
    assert [line.name for line in read_companies(saved(book), "a.xlsx")] == ["甲"]


def test_a_sheet_too_wide_to_read_is_named_when_there_are_several() -> None:
    wide: list[list[object]] = [[f"列{n}" for n in range(201)]]
    refusal = refused(book_of(名单=listed("甲"), 宽表=wide), "a.xlsx")
    assert (refusal.code, "宽表" in refusal.sentence("zh")) == ("too-many-columns", True)
    assert "宽表" not in refused(book_of(宽表=wide), "a.xlsx").sentence("zh")


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("乙公司,,机身段,1,1,234,是", "234"),
        ("乙公司,,叶片,1,234,是", "是"),
        (",,,,,只有这一格", "只有这一格"),
        ("乙,,,,,,,,末", "末"),
    ],
)
def test_a_row_with_more_cells_than_heads_is_refused_with_its_row_and_the_first_of_them(row: str, text: str) -> None:
    refusal = refused(csv_of("甲,,,,", row))
    assert place(refusal) == ("cells-surplus", 3, None)
    assert f"“{text}”" in refusal.sentence("en")


def test_every_row_with_more_cells_than_heads_is_named_beside_the_other_wrong_cells() -> None:
    with pytest.raises(ListRefused) as caught:
        read_companies(csv_of("甲,,叶片,1,234,是", "乙,,,也许,", "丙,,叶片,5,678,否"), "a.csv")
    assert [place(finding) for finding in caught.value.findings] == [
        ("cells-surplus", 2, None),
        ("not-a-number", 3, "营业收入(万元)"),
        ("cells-surplus", 4, None),
    ]


def test_empty_cells_beyond_the_heads_are_nothing_lost() -> None:
    assert [line.name for line in read_companies(csv_of("甲,,,,,,, ,", "乙,,,,"), "a.csv")] == ["甲", "乙"]


def test_a_quoted_thousands_comma_and_columns_that_are_not_read_lose_nothing() -> None:
    lines = read_companies(csv_of('乙公司,,机身段,"1,234",是,随便', heads=f"{HEADS},备注"), "a.csv")
    assert [line.revenue_fen for line in lines] == [1_234_000_000]


def test_what_stands_beside_the_list_in_a_workbook_moves_no_cell() -> None:
    assert [line.name for line in read_companies(xlsx_of(["甲", None, None, 1, None, None, "旁注"]), "a.xlsx")] == ["甲"]


def test_bytes_of_no_encoding_are_undecodable_whatever_stands_among_them() -> None:
    for seed in range(20):
        content = random.Random(seed).randbytes(4096)
        with pytest.raises(Refused) as caught:
            read_companies(b"\x81" + content, "a.csv")
        assert caught.value.code == "undecodable-text"


@pytest.mark.parametrize(
    "head",
    [
        "revenue", "Revenue (10,000 yuan)", "REVENUE (10k RMB)", "revenue_10k_cny", "Operating revenue (ten thousand yuan)",
        "营业收入（万元）",
    ],
)  # fmt: skip
def test_plain_english_heads_of_the_revenue_are_units_of_ten_thousand_yuan(head: str) -> None:
    heads = f"Enterprise,USCC,Product,{head},Above designated size,Anchor firm"
    if "," in head:
        heads = heads.replace(head, f'"{head}"')
    (line,) = read_companies(csv_of("甲,,叶片,12.5,yes,no", heads=heads), "a.csv")
    assert (line.revenue_fen, line.above_scale, line.anchor) == (12_500_000, True, False)


@pytest.mark.parametrize("head", ["revenue (yuan)", "revenue (million yuan)", "revenue (USD)", "营业收入"])
def test_a_revenue_in_another_unit_is_not_taken_for_ten_thousand_yuan(head: str) -> None:
    heads = f"company,uscc,products,{head},above scale"
    assert refused(csv_of("甲,,叶片,12.5,yes", heads=heads)).code == "wrong-columns"


def test_the_heads_that_are_read_stand_in_the_page_for_users() -> None:
    written = (Path(__file__).resolve().parents[3] / "docs" / "chain.md").read_text("utf-8")
    table = {row.split("|")[1].strip(): row for row in written.splitlines() if row.startswith("|")}
    composed = re.compile("yuan|RMB|operating|10,000")  # the page names the parts that these are made of
    for column in COLUMNS:
        heads = [head for head in (column.zh, column.en, *column.also) if not composed.search(head)]
        assert [head for head in heads if head not in table[column.zh]] == []
