"""What a sheet says beside its values is read from its own XML, and only where the bytes ask for it."""

import pytest

from xinya.kit.refusals import Refused
from xinya.kit.sheet_details import Styles, comments_in, details_in, is_worth_a_look, styles_in

SHEET = b"<worksheet><sheetData>%s</sheetData>%s</worksheet>"


def test_formulas_are_told_with_and_without_their_result() -> None:
    cells = (
        b'<row r="1"><c r="A1"><f>B1*2</f><v>4</v></c><c r="B1"><f>C1</f></c>'
        b'<c r="C1"><f>D1</f><v/></c><c r="D1"><v>1</v></c></row>'
    )
    found = details_in(SHEET % (cells, b""), Styles())
    assert found.formulas == {(1, 1): "=B1*2", (1, 2): "=C1", (1, 3): "=D1"}
    assert found.without_value == {(1, 2), (1, 3)}


def test_merged_cells_and_hidden_rows_are_told() -> None:
    cells = b'<row r="3" hidden="1"><c r="A3"><v>1</v></c></row><row r="4" hidden="0"/>'
    found = details_in(SHEET % (cells, b'<mergeCells><mergeCell ref="A1:W1"/><mergeCell ref="B2"/></mergeCells>'), Styles())
    assert found.merges == [(1, 1, 1, 23)]
    assert found.hidden_rows == {3}


def test_formats_of_per_cent_and_strike_are_found_by_their_place_in_the_styles() -> None:
    styles = styles_in(
        b'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0.0%"/><numFmt numFmtId="165" formatCode="0&quot;%&quot;"/>'
        b'</numFmts><fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>'
        b'<cellStyleXfs><xf numFmtId="9" fontId="1"/></cellStyleXfs>'
        b'<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="9" fontId="0"/><xf numFmtId="164" fontId="1"/>'
        b'<xf numFmtId="165" fontId="2"/></cellXfs></styleSheet>'
    )
    assert styles == Styles(frozenset({"1", "2"}), frozenset({"2"}))
    found = details_in(SHEET % (b'<row r="1"><c r="A1" s="2"><v>0.05</v></c><c r="B1" s="3"><v>5</v></c></row>', b""), styles)
    assert (found.percents, found.struck) == ({(1, 1)}, {(1, 1)})


def test_a_plain_sheet_needs_no_second_look() -> None:
    assert not is_worth_a_look(SHEET % (b'<row r="1"><c r="A1"><v>1</v></c></row>', b""), Styles())
    assert is_worth_a_look(SHEET % (b'<row r="1" hidden="1"/>', b""), Styles())


def test_comments_are_given_by_their_cell() -> None:
    xml = (
        b'<comments><commentList><comment ref="R165"><text><r><t>a</t></r><r><t>b</t></r></text></comment></commentList></comments>'
    )
    assert comments_in(xml) == {(165, 18): "ab"}


def test_a_document_type_is_refused() -> None:
    with pytest.raises(Refused):
        comments_in(b'<!DOCTYPE x [<!ENTITY a "b">]><comments/>')
