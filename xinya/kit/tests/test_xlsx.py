"""Reading and writing workbooks: limits, damage, formulas, and texts that stay texts."""

import struct
import time
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.refusals import Refused
from xinya.kit.xlsx import Sheet, put, read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>'
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def packed(sheet_data: str, *, shared: str = "", book: str = BOOK, method: int = ZIP_DEFLATED, head: str = "") -> bytes:
    """A workbook of one sheet from the XML between its sheetData tags."""
    out = BytesIO()
    with ZipFile(out, "w", method) as archive:
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        if shared:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'{head}<worksheet xmlns="{MAIN}"><sheetData>{sheet_data}</sheetData></worksheet>',
        )
    return out.getvalue()


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def refused(content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        list(read_workbook(content))
    return caught.value


def ends_honestly(content: bytes) -> bool:
    """Read to sheets, or refused in a sentence; any other exception goes through."""
    try:
        return all(isinstance(sheet, Sheet) for sheet in read_workbook(content))
    except Refused as refusal:
        return bool(refusal.sentence("zh"))


def only(content: bytes) -> Sheet:
    (sheet,) = read_workbook(content)
    return sheet


def test_values_stand_where_they_stand_in_the_sheet() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["B3"] = "钛合金锻件"
    book.worksheets[0]["C4"] = 12.5
    book.worksheets[0]["A5"] = True
    rows = only(saved(book)).rows
    assert rows[2][1] == "钛合金锻件"
    assert rows[3][2] == 12.5
    assert rows[4][0] is True
    assert rows[0] == ["", "", ""]


def test_formulas_and_error_cells_are_told_with_their_places() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["B2"] = "=1+1"
    book.worksheets[0]["C4"] = "#REF!"
    sheet = only(saved(book))
    assert sheet.formulas == {(2, 2)}
    assert sheet.errors == {(4, 3): "#REF!"}


def test_a_formula_that_other_programs_wrote_with_a_prefix_is_seen_too() -> None:
    xml = packed('<x:row xmlns:x="u" r="1"><x:c r="A1"><x:f>NOW()</x:f><x:v>1</x:v></x:c></x:row>')
    assert only(xml).formulas == {(1, 1)}


def test_hidden_sheets_are_not_read() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("内部").sheet_state = "veryHidden"
    book.create_sheet("名单")["A1"] = "x"
    assert [sheet.name for sheet in read_workbook(saved(book))] == ["名单"]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1))
def test_any_text_that_is_written_is_read_again_as_itself(text: str) -> None:
    book = openpyxl.Workbook()
    put(book.worksheets[0], 1, 1, f"|{text}|")
    put(book.worksheets[0], 2, 1, f"={text}|")
    sheet = only(saved(book))
    assert sheet.rows == [[f"|{text}|"], [f"={text}|"]]
    assert not sheet.formulas


def test_a_text_that_looks_like_an_escape_of_the_format_stays_itself() -> None:
    book = openpyxl.Workbook()
    put(book.worksheets[0], 1, 1, "型号_x0041_B")
    assert only(saved(book)).rows == [["型号_x0041_B"]]


def test_a_bomb_is_refused_from_its_directory_within_two_seconds(shared: Path) -> None:
    content = (shared / "data/golden/import/bad/unpacked_210MB.xlsx").read_bytes()
    begin = time.process_time()
    assert refused(content).code == "too-large-unpacked"
    assert time.process_time() - begin < 2


def test_a_file_that_unpacks_more_than_a_hundredfold_is_refused() -> None:
    content = packed(f"<row r='1'><c r='A1' t='inlineStr'><is><t>{'机' * 1_000_000}</t></is></c></row>")
    assert refused(content).code == "too-large-unpacked"


def test_a_directory_that_lies_about_sizes_is_found_out_while_inflating() -> None:
    content = bytearray(packed(f"<row r='1'><c r='A1' t='inlineStr'><is><t>{'机' * 1_000_000}</t></is></c></row>"))
    entry = content.rindex(b"PK\x01\x02")
    assert struct.unpack_from("<I", content, entry + 24)[0] > 3_000_000
    struct.pack_into("<I", content, entry + 24, 200)
    assert refused(bytes(content)).code == "too-large-unpacked"


def test_a_small_lie_about_sizes_is_damage() -> None:
    content = bytearray(packed("<row r='1'><c r='A1'><v>1</v></c></row>"))
    entry = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, entry + 24, 20)
    struct.pack_into("<I", content, entry + 16, zlib.crc32(b"x"))
    assert refused(bytes(content)).code == "not-a-table"


def test_compressions_that_no_spreadsheet_uses_are_refused() -> None:
    assert refused(packed("", method=ZIP_LZMA)).code == "not-a-table"


def test_an_encrypted_archive_is_refused_as_locked() -> None:
    content = bytearray(packed(""))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(content)).code == "password"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("A200011", "too-many-rows"),
        ("GS1", "too-many-columns"),
        ("XFD1048576", "too-many-rows"),
        ("GR100000", "too-many-cells"),
    ],
)
def test_one_far_cell_is_refused_before_the_reader_fills_the_rectangle(cell: str, code: str) -> None:
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    content = packed(f"<row r='1'><c r='A1'><v>1</v></c></row><row r='{row}9'/>".replace(f"{row}9", f"{int(row) + 1}"))
    assert only(content).rows == [[1.0]]
    content = packed(f"<row r='{row}'><c r='{cell}'><v>1</v></c></row>")
    assert refused(content).code == code


def test_one_long_shared_text_in_many_cells_is_refused() -> None:
    text = "".join(chr(0x4E00 + place * 7919 % 20000) for place in range(60_000))
    rows = "".join(f"<row r='{row}'><c r='A{row}' t='s'><v>0</v></c></row>" for row in range(1, 1000))
    assert refused(packed(rows, shared=f"<si><t>{text}</t></si>")).code == "too-many-cells"


def test_a_sheet_made_of_formulas_is_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinya.kit.sheet_scan.MAX_FORMULAS", 3)
    rows = "".join(f"<row r='{row}'><c r='A{row}'><f>A1</f></c></row>" for row in range(1, 6))
    refusal = refused(packed(rows))
    assert (refusal.code, refusal.row) == ("formula-cell", 4)


def test_a_sheet_made_of_error_cells_is_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinya.kit.sheet_scan.MAX_ERRORS", 3)
    rows = "".join(f"<row r='{row}'><c r='A{row}' t='e'><v>#N/A</v></c></row>" for row in range(1, 6))
    refusal = refused(packed(rows))
    assert (refusal.code, refusal.row) == ("error-cell", 4)


def test_a_book_of_countless_sheets_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinya.kit.sheet_scan.MAX_ELEMENTS", 3)
    sheet = "<sheet name='s' sheetId='1' r:id='r1'/>"
    assert refused(packed("", book=BOOK.replace("<sheets>", f"<sheets>{sheet * 3}"))).code == "not-a-table"


@pytest.mark.parametrize(
    "rows",
    [
        "<row r='2'/><row r='1'/>",
        "<row r='1'><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>",
        "<row r='1'><c r='A2'><v>1</v></c></row>",
        "<row r='1'><c r='1A'><v>1</v></c></row>",
        "<row r='eins'/>",
        "<row r='1'><c r='A1' t='s'><v>7</v></c></row>",
        "<row r='1'>",
    ],
)
def test_a_damaged_sheet_is_refused_as_not_a_table(rows: str) -> None:
    assert refused(packed(rows)).code == "not-a-table"


def test_cells_without_places_count_on_from_their_neighbours() -> None:
    sheet = only(packed("<row><c><v>1</v></c><c><f>A1</f></c></row><row><c><v>2</v></c></row>"))
    assert sheet.formulas == {(1, 2)}
    assert [row[0] for row in sheet.rows] == [1.0, 2.0]


@pytest.mark.parametrize("name", ["entities.xlsx", "not_a_zip.xlsx"])
def test_golden_broken_workbooks_are_refused(shared: Path, name: str) -> None:
    assert refused((shared / "data/golden/import/bad" / name).read_bytes()).code == "not-a-table"


def test_a_document_type_is_refused_wherever_it_stands() -> None:
    assert refused(packed("", head="<!DOCTYPE worksheet>")).code == "not-a-table"
    assert refused(packed("", book=f"<!DOCTYPE x>{BOOK}")).code == "not-a-table"


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert refused(out.getvalue()).code == "not-a-table"


@given(st.binary(max_size=60), st.integers(0, 2000), st.integers(0, 2000))
def test_a_workbook_with_any_damage_ends_in_sheets_or_a_refusal(noise: bytes, place: int, cut: int) -> None:
    content = WHOLE[: place % len(WHOLE)] + noise + WHOLE[place % len(WHOLE) + cut % 40 :]
    assert ends_honestly(content)


@given(st.integers(0, 1000), st.text("<>/='\"rcvfts019AZ& ", max_size=12), st.integers(0, 6))
def test_any_damage_inside_the_sheet_ends_in_sheets_or_a_refusal(place: int, noise: str, cut: int) -> None:
    at = place % len(ROWS)
    content = packed(ROWS[:at] + noise + ROWS[at + cut :], shared="<si><t>机匣</t></si>")
    assert ends_honestly(content)


ROWS = (
    "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1'><v>2.5</v></c><c r='C1' t='b'><v>1</v></c></row>"
    "<row r='3'><c r='A3' t='e'><v>#REF!</v></c><c r='B3' s='1'><f>A1</f><v>1</v></c><c r='C3'/></row>"
)
WHOLE = packed(ROWS, shared="<si><t>机匣</t></si>")
