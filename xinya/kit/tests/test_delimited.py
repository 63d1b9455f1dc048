"""Text tables: encodings without guessing, records by row, and apostrophes that come and go exactly once."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.delimited import decoded, escaped, records, unescaped, written
from xinya.kit.refusals import Refused

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def refused(content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        decoded(content)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rare_characters_are_read_in_both_encodings(encoding: str) -> None:
    text = "企业名称,主营产品\n镕𬭸有限公司,钛合金①\n"
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_is_refused_by_its_name(mark: bytes) -> None:
    refusal = refused(mark + "企业".encode("utf-16-le"))
    assert refusal.code == "undecodable-text"
    assert "UTF-16" in refusal.sentence("en")


def test_one_row_in_another_encoding_is_refused_with_its_row() -> None:
    content = "企业名称\n甲有限公司\n".encode() + "乙丙丁有限公司\n".encode("gb18030")
    refusal = refused(content)
    assert (refusal.code, refusal.row) == ("undecodable-text", 3)


def test_bytes_of_neither_encoding_are_refused_with_their_row() -> None:
    refusal = refused(b"name\nabc\nd\xffe\n")
    assert (refusal.code, refusal.row) == ("undecodable-text", 3)


def test_a_file_with_a_utf_8_mark_is_never_read_as_gb18030() -> None:
    assert refused(b"\xef\xbb\xbfname\n" + "甲".encode("gb18030")).code == "undecodable-text"


def test_nul_bytes_are_no_text() -> None:
    assert refused(b"name\0,x").code == "not-a-table"


def test_a_line_break_inside_quotes_is_part_of_its_cell() -> None:
    assert list(records('a,b\r\n"x\r\ny",2\r\n\r\nz,3,,\r\n', ",")) == [["a", "b"], ["x\r\ny", "2"], [], ["z", "3"]]


def test_an_open_quote_is_refused_with_its_row() -> None:
    with pytest.raises(Refused) as caught:
        list(records('a,b\n"x,2\nz', ","))
    assert (caught.value.code, caught.value.row) == ("not-a-table", 2)


def test_a_text_longer_or_wider_than_the_product_reads_is_refused() -> None:
    with pytest.raises(Refused, match="too-many-columns"):
        list(records(",".join("x" * 201), ","))
    with pytest.raises(Refused, match="too-many-rows"):
        list(records("x\n" * 200_011, ","))


@given(TEXTS)
def test_any_text_is_itself_after_one_escape_and_one_return(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(st.sampled_from("=+-@\t\r\n'＝＋－＠＇"), TEXTS)
def test_no_escaped_text_begins_a_formula(sign: str, text: str) -> None:
    assert escaped(sign + text) == "'" + sign + text


@given(st.sampled_from("=+-@'＝＋－＠＇"), TEXTS)
def test_blanks_which_readers_strip_do_not_hide_a_formula(sign: str, text: str) -> None:
    assert escaped(" \u3000" + sign + text) == "' \u3000" + sign + text


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=4))
def test_what_is_written_is_read_by_any_reader_of_csv(rows: list[list[str]]) -> None:
    content = written(rows)
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))) == rows
