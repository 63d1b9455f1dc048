"""Whole files at the import desk: every upload ends in a reason, and what it holds does not depend on its order."""

import json
import random
import struct
import zipfile
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.draws import examples
from xinya.cli.verify import differences
from xinya.kit import delimited
from xinya.zones.engine.imports.cleaning import cleaned
from xinya.zones.engine.imports.committing import committed
from xinya.zones.engine.imports.desk import Given, Register, Result, examine
from xinya.zones.engine.imports.grid import Grid
from xinya.zones.engine.values import is_ditto, is_empty_word
from xinya.zones.files.import_copy import commented_copy
from xinya.zones.files.import_reading import check_file, read_book
from xinya.zones.golden.files import CASES
from xinya.zones.tests.imports import HEADS, TODAY, code_of, codes, company, outcomes

GOLDEN = "data/golden/import"


def workbook(*rows: list[object], heads: list[object] = HEADS) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    table: list[list[Any]] = [[*heads], *rows]
    for row in table:
        book.worksheets[0].append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def small_workbook() -> bytes:
    """One and the same for every example: a workbook holds the time at which it was written."""
    return saved(workbook(company(1), company(2)))


def check(content: bytes, name: str = "名单", **given: object) -> Result:
    return check_file(content, name, Given(TODAY), **given)  # type: ignore[arg-type]


def csv_of(*rows: list[object], heads: list[object] = HEADS) -> str:
    table: list[list[object]] = [[*heads], *rows]
    return "\r\n".join(",".join(map(str, row)) for row in table)


def ends_in_a_reason(content: bytes) -> None:
    result = check(content)
    assert result.outcome in ("read", "ask", "stopped_at_mapping", "refused")
    assert result.outcome == "read" or result.reason
    assert sum(result.counts.values()) == result.rows_read
    for language in ("zh", "en"):
        assert all("%(" not in one.sentence(language) for one in result.findings)
    result.as_object("zh")


@pytest.mark.parametrize("stem", list(CASES))
def test_golden_uploads_come_out_as_their_truth_says(shared: Path, stem: str) -> None:
    cases_of, run_case = CASES[stem]
    file = shared / GOLDEN / ("bad/truth.json" if stem == "bad" else f"{stem}.json")
    cases = list(cases_of(json.loads(file.read_text("utf-8"))))
    assert len(cases) > 10
    wrong = {name: told for name, case in cases if (told := list(differences(*run_case(case, file.parent))))}
    assert wrong == {}


@settings(max_examples=examples(150))
@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_reason_and_never_in_a_trace(content: bytes) -> None:
    ends_in_a_reason(content)


@given(st.data())
def test_a_damaged_workbook_ends_in_a_reason(data: st.DataObject) -> None:
    content = bytearray(small_workbook())
    for _hit in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    ends_in_a_reason(bytes(content[: data.draw(st.integers(1, len(content)))]))


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.sampled_from([",", ";", "\t", "|"]))
def test_any_text_below_known_labels_ends_in_a_reason(text: str, sign: str) -> None:
    ends_in_a_reason((sign.join(map(str, HEADS)) + "\n" + text).encode())


@given(st.randoms(use_true_random=False))
def test_any_order_of_rows_and_columns_gives_the_same_register(order: random.Random) -> None:
    rows = [company(number) for number in range(1, 8)]
    rows += [company(3), company(4, revenue=9), company(8, code=""), company(9, revenue="1.86亿元")]
    content: list[list[object]] = [HEADS, *rows]
    places = list(range(len(HEADS)))
    order.shuffle(places)
    order.shuffle(rows)
    shuffled = [[row[place] for place in places] for row in content[:1] + rows]
    assert register_of(shuffled) == register_of(content)


def register_of(rows: list[list[object]]) -> set[object]:
    table = [[float(c) if type(c) is int else c for c in row] for row in rows]
    result = examine([Grid("s", table)], Given(TODAY))
    held = committed(Register(), result).companies
    return {(one.name, one.code, tuple(sorted((k, str(v)) for k, v in one.values.items()))) for one in held}


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=40))
def test_any_text_through_escape_export_and_import_is_itself(text: str) -> None:
    plain = cleaned(text, is_word=False)[0]
    if not plain or is_empty_word(plain) or is_ditto(plain) or "\ufffd" in plain or plain.startswith("#"):
        return
    heads = ["企业名称", "统一社会信用代码", "注册地址"]
    content = delimited.written([heads, ["岚洲甲机械有限公司", code_of(1), delimited.escaped(plain)]])
    result = check(content)
    assert result.rows[0].row.plain("registered_address") == plain
    assert not delimited.escaped(plain).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_the_same_list_twice_changes_nothing() -> None:
    content = saved(workbook(*(company(number) for number in range(1, 20))))
    register = committed(Register(), check(content))
    again = check_file(content, "x", Given(TODAY, register))
    assert again.counts["same"] == 19
    assert committed(register, again) == register


@pytest.mark.parametrize(
    ("encode", "name"),
    [
        (lambda text: text.encode("utf-8-sig"), "UTF-8"),
        (lambda text: text.encode("utf-8"), "UTF-8"),
        (lambda text: text.encode("gb18030"), "GB18030"),
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), "UTF-16"),
        (lambda text: text.encode("utf-32"), "UTF-32"),
    ],
)
def test_a_text_is_decoded_strictly_by_its_mark_or_by_trial(encode: object, name: str) -> None:
    result = check(encode(csv_of(company(1), company(2))))  # type: ignore[operator]
    assert (result.outcome, result.encoding, len(result.rows)) == ("read", name, 2)


def test_a_question_of_encoding_shows_both_readings_and_takes_an_answer() -> None:
    mixed = csv_of(company(1)).encode() + b"\r\n" + "岚洲乙机械有限公司".encode("gb18030")
    asked = check(mixed)
    assert (asked.outcome, asked.reason) == ("ask", "ENCODING")
    assert "岚洲乙机械有限公司" in asked.findings[0].sentence("zh")
    assert check(mixed, encoding="UTF-8").reason == "ENCODING"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_most_records_agree_on(sign: str) -> None:
    rows: list[list[object]] = [HEADS, *(company(number, products='"甲,乙;丙"') for number in range(1, 5))]
    text = "\n".join(sign.join(str(cell) for cell in row) for row in rows)
    result = check(text.encode())
    assert (result.delimiter, len(result.rows)) == (sign, 4)


def test_a_list_of_names_alone_needs_no_delimiter() -> None:
    result = check("企业名称\n岚洲甲机械有限公司\n岚洲乙机械有限公司\n".encode())
    assert (result.outcome, result.counts["created"]) == ("read", 2)


def test_line_breaks_and_delimiters_inside_quotes_are_data() -> None:
    result = check(csv_of(company(1, products='"齿轮\n轴承;泵"')).encode())
    assert result.rows[0].row.plain("products") == ("齿轮", "轴承", "泵")


def test_marks_of_a_workbook_reach_their_cells() -> None:
    book = workbook(*(company(number) for number in range(1, 9)))
    sheet = book.worksheets[0]
    sheet["D2"] = "=1200*2"
    sheet["D3"].comment = Comment("待核实", "x")
    sheet["D4"].font = Font(strike=True)
    sheet.row_dimensions[5].hidden = True
    sheet["E6"] = 44495
    sheet["E6"].number_format = "General"
    sheet.merge_cells("A7:A8")
    sheet.merge_cells("B7:B8")
    hidden = book.create_sheet("旧名单")
    hidden.sheet_state = "veryHidden"
    hidden.append([str(cell) for cell in HEADS])
    hidden.append([str(cell) for cell in company(20)])
    result = check(saved(book))
    assert [codes(result, row) for row in (3, 4, 5, 6)] == [["COMMENT_KEPT"], ["STRUCK"], ["HIDDEN_ROWS"], ["DATE_SERIAL"]]
    assert codes(result, 2) == ["FORMULA_NO_VALUE", "HIDDEN_SHEET"] or codes(result, 2) == ["HIDDEN_SHEET", "FORMULA_NO_VALUE"]
    assert "MERGED_ROWS" in codes(result, 7)
    assert outcomes(result)[2] == "waiting"


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    book = workbook(company(1, founded=date(2011, 5, 16)), company(2, founded=43033))
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0]["E3"].number_format = "General"
    result = check(saved(book))
    assert [row.row.plain("founded") for row in result.rows] == ["2011-05-16", "2021-10-26"]


def test_macros_links_and_embedded_objects_are_said_and_never_followed() -> None:
    content = BytesIO(saved(workbook(company(1))))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<x/>")
        archive.writestr("xl/embeddings/oleObject1.bin", b"x")
    result = check(content.getvalue())
    assert {"MACROS", "LINKS_OUT", "EMBEDDED"} <= set(codes(result))
    assert result.counts["created"] == 1


def test_a_locked_workbook_is_refused_with_its_reason() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    assert check(ole).reason == "PASSWORD"
    assert check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<100i", *range(100))).reason == "BROKEN"


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
 <office:body><office:spreadsheet><table:table table:name="名单">{}</table:table></office:spreadsheet></office:body>
</office:document-content>"""
CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def ods(body: str, **more: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(body))
        archive.writestr("META-INF/manifest.xml", more.get("manifest", "<manifest/>"))
    return out.getvalue()


def test_an_open_document_is_read_by_its_content() -> None:
    rows: list[list[object]] = [HEADS[:3], ["岚洲甲机械有限公司", code_of(1), "齿轮"]]
    body = "".join("<table:table-row>" + "".join(CELL.format("", cell) for cell in row) + "</table:table-row>" for row in rows)
    result = check(ods(body), "名单.xlsx")
    assert (result.outcome, result.counts["created"]) == ("read", 1)
    assert check(ods(body, manifest="<manifest><encryption-data/></manifest>")).reason == "PASSWORD"


def test_an_open_document_that_says_a_million_times_is_refused_before_it_is_unfolded() -> None:
    wide = CELL.format(' table:number-columns-repeated="100000000"', "x")
    assert check(ods(f"<table:table-row>{wide}</table:table-row>")).reason == "TOO_BIG"
    tall = f'<table:table-row table:number-rows-repeated="100000000">{CELL.format("", "x")}</table:table-row>'
    assert check(ods(tall)).reason == "TOO_BIG"


def test_the_findings_go_back_as_comments_in_the_users_own_file() -> None:
    content = saved(workbook(company(1, revenue="1.86亿元"), company(2, revenue=-5), company(3)))
    book = read_book(content, "名单.xlsx")
    copy = openpyxl.load_workbook(BytesIO(commented_copy(content, book, check(content).findings, "en"))).worksheets[0]
    assert "UNIT_IN_CELL" in copy["D2"].comment.text
    assert "NEGATIVE" in copy["D3"].comment.text
    assert copy["D4"].comment is None
    assert copy["D2"].value == "1.86亿元"


def test_a_text_table_goes_back_as_a_workbook_whose_texts_are_texts() -> None:
    content = csv_of(company(1, products="=1+1"), company(2, revenue=-5)).encode("gb18030")
    book = read_book(content, "名单.csv")
    copy = openpyxl.load_workbook(BytesIO(commented_copy(content, book, check(content, "名单.csv").findings))).worksheets[0]
    assert (copy["C2"].value, copy["C2"].data_type) == ("=1+1", "s")
    assert "NEGATIVE" in copy["D3"].comment.text


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf<html><table>", b'<?xml version="1.0"?><Workbook/>', b"MIME-Version: 1.0\r\nX: y\r\n"]
)
def test_web_pages_named_like_workbooks_say_what_they_are(content: bytes) -> None:
    assert check(content, "名单.xls").reason == "HTML_TABLE"
