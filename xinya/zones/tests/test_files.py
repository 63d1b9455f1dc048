"""A zone's company list as officers send it: every honest spelling is read, every wrong cell is named by its place."""

import time
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.refusals import Refused
from xinya.zones.files import (
    CompanyLine,
    ListRefused,
    read_companies,
    reading,
)
from xinya.zones.files.cells import MAX_NAME

HEADS = "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上"
CODE = "91350100M000100Y43"
BAD = "data/golden/import/bad"


def csv_of(*rows: str, heads: str = HEADS) -> bytes:
    return "\n".join((heads, *rows)).encode()


def xlsx_of(*rows: list[object], heads: str = HEADS) -> bytes:
    book = openpyxl.Workbook()
    table: list[list[object]] = [[*heads.split(",")], *rows]
    for row in table:
        book.worksheets[0].append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def refused(content: bytes, filename: str = "名单.csv") -> Refused:
    with pytest.raises(Refused) as caught:
        read_companies(content, filename)
    for language in ("zh", "en"):
        assert "%(" not in caught.value.sentence(language)
    return caught.value


def ends_honestly(content: bytes) -> bool:
    """Read to at least one company, or refused in a sentence; any other exception goes through."""
    try:
        return bool(read_companies(content, "a"))
    except Refused as refusal:
        return bool(refusal.sentence("zh"))


def place(refusal: Refused) -> tuple[str, int | None, str | None]:
    return refusal.code, refusal.row, refusal.column


# --- what is read ---------------------------------------------------------------------------------------------------


def test_a_plain_list_is_read_line_by_line() -> None:
    lines = read_companies(csv_of(f"甲叶片有限公司,{CODE},涡轮叶片、机匣,1234.5,是", "乙环锻有限公司,,,,"), "名单.csv")
    assert lines == [
        CompanyLine(2, "甲叶片有限公司", CODE, ("涡轮叶片", "机匣"), 1_234_500_000, True),
        CompanyLine(3, "乙环锻有限公司", None, (), None, None),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_usual_delimiter_and_encoding_is_read(delimiter: str, encoding: str) -> None:
    text = csv_of('镕城叶片有限公司,,"钛合金、机匣",3,否').decode().replace(",", delimiter)
    assert read_companies(text.encode(encoding), "名单.txt") == [
        CompanyLine(2, "镕城叶片有限公司", None, ("钛合金", "机匣"), 3_000_000, False)
    ]


def test_heads_are_known_in_any_order_width_and_bracket_with_other_columns_between() -> None:
    heads = "序号;营业收入（万元） ;是否 规上;备注;【企业名称】*;主营产品;统一社会信用代码"
    assert read_companies(csv_of("1;2;n;x;甲;叶片;", heads=heads), "a.csv") == [
        CompanyLine(2, "甲", None, ("叶片",), 2_000_000, False)
    ]


def test_english_heads_with_all_columns_are_read() -> None:
    heads = "Company,Credit Code (USCC),Main Products,Revenue [10k CNY],Above_Scale,Anchor,Group,State,Segments"
    (line,) = read_companies(csv_of('Blades Ltd,,"blades;discs",1,yes,Y,AVIC,Building,GT-01;GT-02', heads=heads), "a.csv")
    assert line == CompanyLine(
        2, "Blades Ltd", None, ("blades", "discs"), 1_000_000, True, True, "AVIC", "building", ("GT-01", "GT-02")
    )


def test_title_rows_above_and_blank_rows_between_are_passed_over() -> None:
    content = b"\xef\xbb\xbf" + "附件1,,,,\n2024年企业名单,,,,\n\n".encode() + csv_of("甲,,,,", ",,,,", "乙,,,,")
    assert [(line.row, line.name) for line in read_companies(content, "a.csv")] == [(5, "甲"), (7, "乙")]


def test_the_first_visible_sheet_with_the_heads_is_read() -> None:
    book = openpyxl.load_workbook(BytesIO(xlsx_of(["隐藏厂", None, "叶片", 1, "是"])))
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("封面")["A1"] = "企业名称"
    shown = book.create_sheet("名单")
    for row in ([], HEADS.split(","), ["公开厂", None, "叶片", 1.5, True]):
        shown.append(row)
    assert read_companies(saved(book), "a.xlsx") == [CompanyLine(3, "公开厂", None, ("叶片",), 1_500_000, True)]


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ('"1,234.5"', 1_234_500_000),
        ("１２３４．５", 1_234_500_000),
        ("0", 0),
        ("0.000001", 1),
        ("-0", 0),
        ("9223372036854.775807", 2**63 - 1),
        *((word, None) for word in ("", "不详", "-", "—", "N/A", "无")),
    ],
)
def test_amounts_are_exact_and_unknown_is_not_zero(written: str, fen: int | None) -> None:
    assert read_companies(csv_of(f"甲,,,{written},"), "a.csv")[0].revenue_fen == fen


def test_a_number_cell_counts_with_the_fifteen_digits_that_are_shown() -> None:
    (line,) = read_companies(xlsx_of(["甲", None, None, 0.1 + 0.2, None]), "a.xlsx")
    assert line.revenue_fen == 300_000


@pytest.mark.parametrize("word", ["是", "y", "Yes", "1", "１", "TRUE", "√", "有", " 是 "])
def test_every_word_for_yes_is_yes(word: str) -> None:
    assert read_companies(csv_of(f"甲,,,,{word}"), "a.csv")[0].above_scale is True


@pytest.mark.parametrize("word", ["否", "N", "no", "0", "False", "×", "无"])
def test_every_word_for_no_is_no(word: str) -> None:
    assert read_companies(csv_of(f"甲,,,,{word}"), "a.csv")[0].above_scale is False


@pytest.mark.parametrize(("cell", "meant"), [(True, True), (False, False), (1, True), (0, False), (None, None), ("—", None)])
def test_excel_booleans_and_numbers_answer_yes_or_no(cell: object, meant: bool | None) -> None:
    assert read_companies(xlsx_of(["甲", None, None, None, cell]), "a.xlsx")[0].above_scale is meant


@pytest.mark.parametrize(("word", "state"), [("规划", "planned"), ("在建", "building"), ("投产", "producing"), ("", None)])
def test_states_are_read_and_an_empty_one_says_nothing(word: str, state: str | None) -> None:
    assert read_companies(csv_of(f"甲,,,,,{word}", heads=f"{HEADS},状态"), "a.csv")[0].state == state


def test_a_credit_code_is_read_in_any_width_and_case_with_blanks() -> None:
    (line,) = read_companies(csv_of("甲,９１３５０１００ m000100y43,,,"), "a.csv")
    assert line.uscc == CODE


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",,叶片,1,是", "name-missing", "企业名称"),
        ("无,,叶片,1,是", "name-missing", "企业名称"),
        ("x" * (MAX_NAME + 1) + ",,,,", "name-too-long", "企业名称"),
        ("合 计,,,99,", "total-row", "企业名称"),
        ("甲,91350100M000100Y44,,,", "credit-code-wrong", "统一社会信用代码"),
        ("甲,91350100M000100,,,", "credit-code-wrong", "统一社会信用代码"),
        ("甲,9135O100M000100Y43,,,", "credit-code-wrong", "统一社会信用代码"),
        ("甲,,,-3,", "negative-revenue", "营业收入(万元)"),
        ("甲,,,－３,", "negative-revenue", "营业收入(万元)"),
        ("甲,,,约300,", "not-a-number", "营业收入(万元)"),
        ('甲,,,"12,34",', "not-a-number", "营业收入(万元)"),
        ("甲,,,1e5,", "not-a-number", "营业收入(万元)"),
        ("甲,,,9223372036854.775808,", "not-a-number", "营业收入(万元)"),
        ("甲,,,,也许", "not-yes-no", "是否规上"),
        ("=1+1,,,,", "formula-cell", "企业名称"),
        ("甲,,@SUM(1),,", "formula-cell", "主营产品"),
        ("甲,,,+A1,", "formula-cell", "营业收入(万元)"),
        ("甲,,-叶片,,", "formula-cell", "主营产品"),
        ("甲,,,#REF!,", "error-cell", "营业收入(万元)"),
    ],
)
def test_a_wrong_cell_is_refused_with_row_and_column(row: str, code: str, column: str) -> None:
    assert place(refused(csv_of("好厂,,,,", row))) == (code, 3, column)


def test_an_unknown_state_is_refused() -> None:
    assert place(refused(csv_of("甲,,,,,停产", heads=f"{HEADS},状态"))) == ("unknown-state", 2, "状态")


def test_a_wrong_credit_code_is_told_with_the_character_it_needs() -> None:
    assert " 3." in refused(csv_of("甲,91350100M000100Y44,,,")).sentence("en")


def test_a_credit_code_that_excel_holds_as_a_number_is_refused() -> None:
    refusal = refused(xlsx_of(["甲", 913501001234567890, None, None, None]), "a.xlsx")
    assert place(refusal) == ("credit-code-wrong", 2, "统一社会信用代码")
    assert "number" in refusal.sentence("en")


@pytest.mark.parametrize("cell", [True, "1.2.3", date(2024, 5, 1)])
def test_a_revenue_cell_that_is_no_number_is_refused(cell: object) -> None:
    assert place(refused(xlsx_of(["甲", None, None, cell, None]), "a.xlsx")) == ("not-a-number", 2, "营业收入(万元)")


def test_a_formula_cell_of_the_table_is_refused_with_its_place() -> None:
    content = xlsx_of(["甲", None, None, 1, None], ["乙", None, None, "=D2*2", None])
    assert place(refused(content, "a.xlsx")) == ("formula-cell", 3, "营业收入(万元)")


def test_a_row_that_holds_nothing_but_a_formula_is_not_passed_over() -> None:
    content = xlsx_of(["甲", None, None, 1, None], ["=A2", None, None, None, None])
    assert place(refused(content, "a.xlsx")) == ("formula-cell", 3, "企业名称")


def test_a_formula_in_a_column_that_is_not_read_does_no_harm() -> None:
    content = xlsx_of(["甲", None, None, 1, None, "=ROW()"], heads=f"{HEADS},序号")
    assert [line.name for line in read_companies(content, "a.xlsx")] == ["甲"]


def test_an_excel_error_cell_is_refused_with_its_error() -> None:
    refusal = refused(xlsx_of(["甲", None, "#REF!", 1, None]), "a.xlsx")
    assert place(refusal) == ("error-cell", 2, "主营产品")
    assert "#REF!" in refusal.sentence("en")


def test_a_company_listed_twice_by_code_is_refused_with_both_rows() -> None:
    refusal = refused(csv_of(f"甲,{CODE},,,", "丙,,,,", f"乙,{CODE.lower()},,,"))
    assert place(refusal) == ("company-twice", 4, "统一社会信用代码")
    assert "row 2" in refusal.sentence("en")
    assert refusal.sentence("en").startswith("Row 4")


def test_a_company_listed_twice_by_name_in_other_widths_is_refused_with_both_rows() -> None:
    refusal = refused(csv_of("沈阳（AB）航空有限公司,,,,", "沈阳(ａｂ) 航空 有限公司,,,,"))
    assert place(refusal) == ("company-twice", 3, "企业名称")
    assert "row 2" in refusal.sentence("en")


def test_all_wrong_cells_are_found_at_once_in_the_order_of_rows_and_columns() -> None:
    with pytest.raises(ListRefused) as caught:
        read_companies(csv_of("甲,X,,abc,也许", "乙,,,,", ",,,1,", "乙,,,,"), "a.csv")
    assert [place(finding) for finding in caught.value.findings] == [
        ("credit-code-wrong", 2, "统一社会信用代码"),
        ("not-a-number", 2, "营业收入(万元)"),
        ("not-yes-no", 2, "是否规上"),
        ("name-missing", 4, "企业名称"),
        ("company-twice", 5, "企业名称"),
    ]
    assert place(caught.value) == ("credit-code-wrong", 2, "统一社会信用代码")
    assert caught.value.sentence("en") == caught.value.findings[0].sentence("en")


@pytest.mark.parametrize("wrong", ["甲,,机身段,-1,", "甲,,机身段,1,也许", "甲,,=1+1,1,"])
@pytest.mark.parametrize("wrong_first", [True, False])
def test_a_company_listed_twice_is_told_beside_what_else_is_wrong_with_either_row(wrong: str, wrong_first: bool) -> None:
    rows = (wrong, "甲,,机身段,1,") if wrong_first else ("甲,,机身段,1,", wrong)
    with pytest.raises(ListRefused) as caught:
        read_companies(csv_of(*rows), "a.csv")
    told = [place(finding) for finding in caught.value.findings]
    assert ("company-twice", 3, "企业名称") in told
    assert len(told) == 2


def test_at_most_two_hundred_findings_are_told() -> None:
    with pytest.raises(ListRefused) as caught:
        read_companies(csv_of(*("厂,X,,abc," for _row in range(500))), "a.csv")
    assert len(caught.value.findings) == 200


@pytest.mark.parametrize("gone", range(5))
def test_each_missing_column_is_named(gone: int) -> None:
    heads = HEADS.split(",")
    missing = heads.pop(gone)
    refusal = refused(csv_of("a,b,c,d", heads=",".join(heads)))
    assert refusal.code == "wrong-columns"
    assert missing in refusal.sentence("zh")
    assert not any(head in refusal.sentence("zh") for head in heads)


def test_a_column_that_stands_twice_is_refused() -> None:
    refusal = refused(csv_of("甲,,,1,是,2", heads=f"{HEADS},营业收入（万元）"))
    assert place(refusal) == ("wrong-columns", 1, "营业收入（万元）")


def test_a_revenue_column_without_its_unit_is_not_taken_for_one() -> None:
    assert refused(csv_of("甲,,,1,", heads=HEADS.replace("(万元)", ""))).code == "wrong-columns"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\xef\xbb\xbf \r\n", "empty-file"),
        (saved(openpyxl.Workbook()), "empty-file"),
        (csv_of(), "no-rows"),
        (csv_of(",,,,", ",,x,,"), "name-missing"),
        ("这是一段话。没有表格。".encode(), "not-a-table"),
        ("﻿ <HTML><table>".encode(), "not-a-table"),
        (b"<?xml version='1.0'?><Workbook/>", "not-a-table"),
        (b"PK\x03\x04 and nothing behind it", "not-a-table"),
        (csv_of("甲\0,,,,"), "not-a-table"),
        (csv_of('"甲,,,,'), "not-a-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook", "not-a-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("\ufeff企业".encode("utf-16-le"), "undecodable-text"),
        (csv_of("甲乙") + b"\n\xff\xff", "undecodable-text"),
        (csv_of("," * 200 + "x"), "too-many-columns"),
    ],
)
def test_a_file_that_is_no_list_is_refused_by_what_it_is(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_a_fifty_megabyte_file_is_refused_from_its_size_at_once() -> None:
    content = b"PK\x03\x04" + bytes(50 * 1024 * 1024)
    begin = time.process_time()
    refusal = refused(content, "大.xlsx")
    assert (refusal.code, refusal.status) == ("too-large", 413)
    assert time.process_time() - begin < 0.1


def test_one_company_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading.MAX_ROWS == 200_000
    monkeypatch.setattr(reading, "MAX_ROWS", 50)
    rows = [f"厂{row},,,," for row in range(51)]
    assert refused(csv_of(*rows)).code == "too-many-rows"
    assert len(read_companies(csv_of(*rows[:-1]), "a.csv")) == 50


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.csv", "empty-file"),
        ("entities.xlsx", "not-a-table"),
        ("formula_text.csv", "wrong-columns"),
        ("header_only.csv", "wrong-columns"),
        ("html.xls", "not-a-table"),
        ("mixed_encoding.csv", "undecodable-text"),
        ("no_key.csv", "wrong-columns"),
        ("not_a_zip.xlsx", "not-a-table"),
        ("nul.csv", "not-a-table"),
        ("prose.txt", "not-a-table"),
        ("short_gb.csv", "wrong-columns"),
        ("tabs.txt", "wrong-columns"),
        ("unpacked_210MB.xlsx", "too-large-unpacked"),
        ("utf16.csv", "undecodable-text"),
    ],
)
def test_golden_uploads_end_in_one_clear_sentence(shared: Path, name: str, code: str) -> None:
    refusal = refused((shared / BAD / name).read_bytes(), name)
    assert refusal.code == code


# --- whatever comes ---------------------------------------------------------------------------------------------------

CELLS = (
    st.text("甲叶片、=+-@'#1.,（ \n") | st.sampled_from(["=1", "'=1", "#REF!", "-", "是"]) | st.floats() | st.booleans() | st.none()
)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_list_or_a_refusal(content: bytes) -> None:
    for head in (b"", b"\xef\xbb\xbf", HEADS.encode() + b"\n", HEADS.encode("gb18030") + b"\n", b"PK\x03\x04"):
        assert ends_honestly(head + content)


@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=4))
def test_any_cells_under_the_heads_end_in_a_list_or_a_refusal(rows: list[list[object]]) -> None:
    assert ends_honestly(xlsx_of(*rows))
