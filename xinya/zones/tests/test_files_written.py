"""A company list that is written and read again is the same list; the template explains itself."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit.refusals import Refused
from xinya.zones.engine.credit_code import ALPHABET, check_character
from xinya.zones.files import COLUMNS, CompanyLine, read_companies, split_products, template, write_csv, write_xlsx
from xinya.zones.files.cells import UNKNOWN, line_of, name_key, narrow

CODE = "91350100M000100Y43"
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffe\uffff"), max_size=20)
SIGNED = st.tuples(st.sampled_from(["", "", "=", "+", "-", "@", "'", "''", "＝", "#REF!"]), WORDS).map("".join)
TEXTS = SIGNED.map(line_of).filter(lambda text: name_key(text) not in UNKNOWN | {"#ref!"})
NAMES = TEXTS.filter(lambda text: name_key(text) not in ("合计", "总计", "小计", "共计", "total", "subtotal", ""))
PRODUCTS = st.lists(SIGNED, max_size=4).map("、".join).map(split_products)
CODES = st.text(ALPHABET, min_size=17, max_size=17).map(lambda body: body + check_character(body))
LINES = st.builds(
    CompanyLine,
    row=st.just(0),
    name=NAMES,
    uscc=st.none() | CODES,
    products=PRODUCTS.filter(lambda parts: narrow("；".join(parts)).casefold() not in UNKNOWN | {"#ref!"}),
    revenue_fen=st.none() | st.integers(0, 2**63 - 1),
    above_scale=st.none() | st.booleans(),
    anchor=st.none() | st.booleans(),
    group=st.none() | TEXTS,
    state=st.sampled_from([None, "planned", "building", "producing"]),
    segments=st.lists(st.from_regex(r"[-A-Za-z0-9._]*[A-Za-z0-9]", fullmatch=True), max_size=3, unique=True).map(tuple),
)
LISTS = st.lists(
    LINES, min_size=1, max_size=6, unique_by=(lambda line: name_key(line.name), lambda line: line.uscc or object())
).map(lambda lines: [replace(line, row=row) for row, line in enumerate(lines, 2)])


@given(LISTS, st.sampled_from(["zh", "en"]))
def test_any_list_is_itself_after_csv_in_either_encoding(lines: list[CompanyLine], language: str) -> None:
    content = write_csv(lines, language)
    assert read_companies(content, "a.csv") == lines
    assert read_companies(content.decode("utf-8-sig").encode("gb18030"), "a.csv") == lines


@given(LISTS, st.sampled_from(["zh", "en"]))
def test_any_list_is_itself_after_a_workbook(lines: list[CompanyLine], language: str) -> None:
    assert read_companies(write_xlsx(lines, language), "a.xlsx") == lines


def test_no_cell_of_a_csv_begins_a_formula_and_list_items_are_escaped_one_by_one() -> None:
    line = CompanyLine(2, "=cmd|' /C calc'!A0", None, ("叶片", "+1", "'x"), None, None, group="@g", segments=("-a",))
    text = write_csv([line]).decode("utf-8-sig")
    assert "\"'=cmd|" in text
    assert "\"叶片；'+1；''x\"" in text
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in text.replace("\r\n", ",").strip('"').split('","'))
    assert read_companies(write_csv([line]), "a.csv") == [line]


def test_codes_and_names_are_text_cells_in_a_workbook_and_amounts_are_numbers() -> None:
    line = CompanyLine(2, "=厂", CODE, ("007",), 12_345_600_000, None)
    sheet = openpyxl.load_workbook(BytesIO(write_xlsx([line]))).worksheets[0]
    cells = {column.field: sheet.cell(2, place) for place, column in enumerate(COLUMNS, 1)}
    assert [cells[field].data_type for field in ("name", "uscc", "products", "revenue_fen")] == ["s", "s", "s", "n"]
    assert cells["uscc"].number_format == "@"
    assert cells["revenue_fen"].value == 12345.6


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_takes_a_filled_row_and_explains_every_column(language: str) -> None:
    book = openpyxl.load_workbook(BytesIO(template(language)))
    sheet, notes = book.worksheets
    heads = [column.head(language) for column in COLUMNS]
    assert [cell.value for cell in sheet[1]] == heads
    assert [notes.cell(row, 1).value for row in range(2, len(heads) + 2)] == heads
    assert all(notes.cell(row, 3).value for row in range(2, len(heads) + 2))
    choices = {str(choice.sqref).split(":")[0]: choice.formula1 for choice in sheet.data_validations.dataValidation}
    assert (
        choices
        == {
            "zh": {"E2": '"是,否"', "F2": '"是,否"', "H2": '"规划,在建,投产"'},
            "en": {"E2": '"yes,no"', "F2": '"yes,no"', "H2": '"planned,building,producing"'},
        }[language]
    )
    assert [sheet.column_dimensions[letter].number_format for letter in "ABD"] == ["@", "@", "General"]
    for place, cell in enumerate(["甲", CODE, "叶片", 1.5, choices["E2"][1:].split(",")[0]], 1):
        sheet.cell(2, place).value = cell
    saved = BytesIO()
    book.save(saved)
    assert read_companies(saved.getvalue(), "a.xlsx") == [CompanyLine(2, "甲", CODE, ("叶片",), 1_500_000, True)]


def test_an_unfilled_template_has_no_rows_and_its_example_is_never_read() -> None:
    with pytest.raises(Refused, match="no-rows"):
        read_companies(template(), "a.xlsx")
