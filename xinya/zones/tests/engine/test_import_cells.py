"""One cell: what is put right by rule, what is said, what a person must decide."""

import math
from datetime import date, datetime
from typing import Any

import pytest

from xinya.zones.engine.imports.cleaning import cleaned
from xinya.zones.engine.imports.desk import Result
from xinya.zones.engine.imports.findings import Finding
from xinya.zones.engine.imports.lists import split_items
from xinya.zones.engine.imports.readings import Value, agree
from xinya.zones.tests.imports import checked, code_of, codes, company, grid_of, outcomes


def alone(**cells: object) -> Result:
    return checked(grid_of(company(1, **cells)))


def value(result: Result, key: str) -> Any:
    return result.rows[0].row.plain(key)


def said(result: Result, code: str) -> Finding:
    return next(one for one in result.findings if one.code == code)


@pytest.mark.parametrize(
    ("cell", "fen", "code"),
    [
        (835.01, 835_010_000, None),
        (0.1 + 0.2, 300_000, None),
        (0, 0, None),
        ("835.01", 835_010_000, None),
        ("1,234.5", 1_234_500_000, None),
        ("８３５．０１", 835_010_000, "FULLWIDTH"),
        (" 835.01 ", 835_010_000, "SPACE_ODD"),
        ("1.86亿元", 18_600_000_000, "UNIT_IN_CELL"),
        ("0.5亿", 5_000_000_000, "UNIT_IN_CELL"),
        ("三千二百万元", 3_200_000_000, "UNIT_IN_CELL"),
        ("约2000", 2_000_000_000, "BOUND_KEPT"),
        ("500以上", 500_000_000, "BOUND_KEPT"),
        ("'835.01", 835_010_000, "APOSTROPHE"),
        ("暂无", None, "EMPTY_WORD"),
        ("—", None, "EMPTY_WORD"),
        ("1000-2000", None, "RANGE"),
        ("", None, None),
    ],
)
def test_an_amount_is_read_to_the_fen(cell: object, fen: int | None, code: str | None) -> None:
    result = alone(revenue=cell)
    assert value(result, "revenue_2024") == fen
    assert codes(result) == ([code] if code else [])
    assert outcomes(result) == {2: "created"}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (-5, "NEGATIVE"),
        ("(199)", "NEGATIVE"),
        ("负100至200", "NEGATIVE"),
        ("很多", "VALUE_UNREAD"),
        ("50万美元", "VALUE_UNREAD"),
        ("10%", "VALUE_UNREAD"),
    ],
)
def test_what_is_no_amount_waits_for_a_person(cell: object, code: str) -> None:
    result = alone(revenue=cell)
    assert codes(result, 2) == [code]
    assert outcomes(result) == {2: "waiting"}


def test_the_message_names_row_column_raw_value_and_what_would_be_right() -> None:
    sentence = said(alone(revenue="1.86亿元"), "UNIT_IN_CELL").sentence("en")
    assert all(part in sentence for part in ("2", "2024年营业收入(万元)", "1.86亿元", "18600", "万元"))


@pytest.mark.parametrize(
    ("cell", "iso", "code"),
    [
        (date(2011, 5, 16), "2011-05-16", None),
        (datetime(2011, 5, 16, 8, 30), "2011-05-16", None),
        ("2011年5月", "2011-05", "DATE_TEXT"),
        ("二〇一一年五月", "2011-05", "DATE_TEXT"),
        ("2011-05-16", "2011-05-16", "DATE_TEXT"),
        (44495, "2021-10-26", "DATE_SERIAL"),
        (20110516, "2011-05-16", "DATE_TEXT"),
        (2011, "2011", "DATE_TEXT"),
        ("2023-02-30", None, "DATE_IMPOSSIBLE"),
        ("11/5/16", None, "DATE_AMBIGUOUS"),
        ("2030-01-01", None, "DATE_FUTURE"),
        ("很久以前", None, "VALUE_UNREAD"),
    ],
)
def test_a_day_keeps_the_precision_it_was_written_with(cell: object, iso: str | None, code: str | None) -> None:
    result = alone(founded=cell)
    assert value(result, "founded") == iso
    assert code is None or code in codes(result)
    assert outcomes(result) == {2: "created" if iso else "waiting"}


def test_serial_numbers_count_from_the_epoch_of_their_workbook() -> None:
    result = checked(grid_of(company(1, founded=43033), is_1904=True))
    assert value(result, "founded") == "2021-10-26"


def test_days_in_a_text_table_are_written_as_texts_and_that_is_no_finding() -> None:
    assert codes(checked(grid_of(company(1, founded="2019/7/8"), is_text=True))) == []


@pytest.mark.parametrize(
    ("raw", "expected", "code"),
    [
        ("岚洲彧砺\n电控股份有限公司", "岚洲彧砺电控股份有限公司", "LINE_BREAK"),
        ("\u00a0岚洲\u00a0瀚阔智能装备有限公司\u3000", "岚洲瀚阔智能装备有限公司", "SPACE_ODD"),
        ("岚洲Ｘ７动力有限公司", "岚洲X7动力有限公司", "FULLWIDTH"),
        ("'岚洲甲有限公司", "岚洲甲有限公司", "APOSTROPHE"),
        ("岚洲（甲）有限公司", "岚洲（甲）有限公司", None),
        ("岚洲①号有限公司", "岚洲①号有限公司", None),
    ],
)
def test_a_name_loses_stray_marks_and_keeps_its_own(raw: str, expected: str, code: str | None) -> None:
    result = alone(name=raw)
    assert value(result, "name") == expected
    assert codes(result) == ([code] if code else [])


RIGHT = code_of(1)


@pytest.mark.parametrize(
    ("raw", "code", "outcome"),
    [
        (RIGHT.lower(), "CODE_FORM", "created"),
        (f"{RIGHT[:8]} {RIGHT[8:]}", "SPACE_ODD", "created"),
        (f"{RIGHT[:8]}-{RIGHT[8:]}", "CODE_FORM", "created"),
        ("'" + RIGHT, "APOSTROPHE", "created"),
        (RIGHT.replace("0", "O", 1), "CODE_LETTER", "waiting"),
        (RIGHT[:-1] + ("1" if RIGHT[-1] != "1" else "2"), "CODE_CHECK", "waiting"),
        (RIGHT[:-1], "CODE_CHECK", "waiting"),
        (919901020000000100, "CODE_NUMERIC", "waiting"),
        ("9.19901E+17", "CODE_NUMERIC", "waiting"),
        ("340100000012345", "CODE_OLD15", "created"),
        ("", "CODE_MISSING", "created"),
    ],
)
def test_a_credit_code_is_checked_and_never_put_right_by_itself(raw: object, code: str, outcome: str) -> None:
    result = alone(code=raw)
    assert code in codes(result, 2)
    assert outcomes(result) == {2: outcome}
    assert value(result, "credit_code") == (
        RIGHT if outcome == "created" and code in ("CODE_FORM", "SPACE_ODD", "APOSTROPHE") else None
    )


def test_a_letter_that_no_code_has_is_proposed_with_what_passes_both_checks() -> None:
    finding = said(alone(code=RIGHT.replace("0", "O", 1)), "CODE_LETTER")
    assert dict(finding.proposal) == {"credit_code": RIGHT}
    assert RIGHT in finding.sentence("zh")


def test_the_needed_check_character_is_named() -> None:
    wrong = RIGHT[:-1] + ("1" if RIGHT[-1] != "1" else "2")
    assert RIGHT[-1] in said(alone(code=wrong), "CODE_CHECK").sentence("en").split(wrong)[1]


def test_a_division_that_no_loaded_edition_has_is_a_note() -> None:
    grid = grid_of(company(1))
    assert codes(checked(grid, divisions=frozenset({"110000"}))) == ["DIVISION_UNKNOWN"]
    assert codes(checked(grid, divisions=frozenset({"990102"}))) == []


def test_errors_and_formulas_without_result_block_and_formulas_with_result_are_told() -> None:
    wrong = checked(grid_of(company(1, revenue=""), errors={(2, 4): "#REF!"}))
    assert (codes(wrong), outcomes(wrong)) == (["CELL_ERROR"], {2: "waiting"})
    assert codes(alone(revenue="#DIV/0!"), 2) == ["CELL_ERROR"]
    empty = checked(grid_of(company(1, revenue=""), formulas={(2, 4): "=A1"}, without_value=frozenset({(2, 4)})))
    assert (codes(empty), outcomes(empty)) == (["FORMULA_NO_VALUE"], {2: "waiting"})
    stored = checked(grid_of(company(1, revenue=7), formulas={(2, 4): "=A1*2"}))
    assert (codes(stored), value(stored, "revenue_2024")) == (["FORMULA_VALUE"], 7_000_000)


def test_a_comment_is_kept_with_the_value_and_a_struck_value_is_a_question() -> None:
    result = checked(grid_of(company(1), comments={(2, 4): "待核实"}))
    assert codes(result) == ["COMMENT_KEPT"]
    assert result.rows[0].row.values["revenue_2024"].note == "待核实"
    struck = checked(grid_of(company(1), struck=frozenset({(2, 4)})))
    assert (codes(struck), outcomes(struck)) == (["STRUCK"], {2: "waiting"})


def test_the_same_as_above_takes_the_value_above_and_only_of_the_row_above() -> None:
    result = checked(grid_of(company(1), company(2, revenue="同上"), company(3, revenue=""), company(4, revenue="同上")))
    assert [row.row.plain("revenue_2024") for row in result.rows] == [1_201_500_000, 1_201_500_000, None, None]
    assert codes(result, 3) == ["DITTO"]
    assert codes(result, 5) == ["VALUE_UNREAD"]


def test_a_text_that_would_run_as_a_formula_stays_a_text_and_is_said() -> None:
    result = checked(grid_of(company(1, products="=1+1"), is_text=True))
    assert codes(result) == ["FORMULA_TEXT"]
    assert value(result, "products") == ("=1+1",)


def test_a_character_that_was_lost_before_never_reaches_the_register() -> None:
    assert codes(alone(name="岚洲\ufffd机械有限公司"), 2)[0] == "CELL_ERROR"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("齿轮、轴承;泵", ("齿轮", "轴承", "泵")),
        ("齿轮\n轴承", ("齿轮", "轴承")),
        ("泵（水泵、油泵）、阀", ("泵（水泵、油泵）", "阀")),
        ("CAD/CAM软件", ("CAD/CAM软件",)),
        ("齿轮，轴承", ("齿轮", "轴承")),
        ("1,200型泵", ("1,200型泵",)),
        ("齿轮,大、轴承", ("齿轮,大", "轴承")),
    ],
)
def test_lists_are_parted_outside_brackets(text: str, items: tuple[str, ...]) -> None:
    assert split_items(text) == items


def test_width_is_narrowed_in_words_and_only_for_letters_and_digits_in_texts() -> None:
    assert cleaned("（Ａ１）", is_word=True) == ("(A1)", ["FULLWIDTH"])
    assert cleaned("（Ａ１）", is_word=False) == ("（A1）", ["FULLWIDTH"])
    assert cleaned("㎡Ⅲ①", is_word=True) == ("㎡Ⅲ①", [])


def test_values_agree_as_far_as_the_coarser_can_tell() -> None:
    assert agree(696_842_000_000, Value(697_000_000_000, precision=1_000_000_000))
    assert not agree(690_000_000_000, Value(697_000_000_000, precision=1_000_000_000))
    assert agree("2011-05-16", Value("2011-05", precision="month"))
    assert not agree("2011-06-16", Value("2011-05", precision="month"))
    assert agree(["甲", "乙"], Value(("乙", "甲")))
    assert not agree(None, Value(0))
    assert not agree(True, Value(False))


@pytest.mark.parametrize("cell", ["1-99999999999亿元", "1万亿元-9999999999亿元", "90000000000000亿余元", 1e300, "1" * 60])
def test_an_amount_that_no_register_holds_is_too_large_at_either_end(cell: object) -> None:
    result = alone(revenue=cell)
    assert (value(result, "revenue_2024"), outcomes(result)) == (None, {2: "waiting"})
    assert codes(result) == ["VALUE_UNREAD"]


def test_a_number_of_staff_that_no_register_holds_is_too_large_at_either_end() -> None:
    heads = ["企业名称", "统一社会信用代码", "2024年从业人员数(人)"]
    result = checked(grid_of(["岚洲甲机械有限公司", code_of(1), "1-99999999999999999999"], heads=heads))
    assert (codes(result), outcomes(result)) == (["VALUE_UNREAD"], {2: "waiting"})


@pytest.mark.parametrize("cell", ["1" * 5000, "1" * 5000 + "万元", "-" + "9" * 5000 + ".5", "一" * 5000])
@pytest.mark.parametrize("key", ["revenue", "founded", "code", "name", "products"])
def test_a_cell_of_five_thousand_digits_is_a_finding_and_no_trace(key: str, cell: str) -> None:
    result = alone(**{key: cell})
    assert [one.code for one in result.findings if one.is_waiting]


@pytest.mark.parametrize("cell", [float("inf"), float("-inf"), float("nan"), 1e300, -1e300, 1e-300])
@pytest.mark.parametrize("key", ["revenue", "founded", "code", "name", "products"])
def test_a_number_beyond_all_numbers_is_a_finding_and_no_trace(key: str, cell: float) -> None:
    result = alone(**{key: cell})
    if not math.isfinite(cell):
        assert outcomes(result) != {2: "created"}
        assert "VALUE_UNREAD" in codes(result)


def test_cells_that_say_the_same_are_read_alike_but_for_what_the_file_says_of_one() -> None:
    same = [company(n, revenue="1200.5") for n in (1, 2, 3)]
    result = checked(grid_of(*same, comments={(3, 4): "待核实"}, struck=frozenset({(4, 4)})))
    read = [one.row.values["revenue_2024"] for one in result.rows]
    assert [one.plain for one in read] == [1_200_500_000] * 3
    assert [one.note for one in read] == ["", "待核实", ""]
    assert [codes(result, row) for row in (2, 3, 4)] == [[], ["COMMENT_KEPT"], ["STRUCK"]]


def test_what_is_said_of_a_cell_is_said_of_every_row_that_repeats_it() -> None:
    result = checked(grid_of(*(company(n, revenue="很多") for n in (1, 2, 3))))
    assert [codes(result, row) for row in (2, 3, 4)] == [["VALUE_UNREAD"]] * 3
    assert [one.rows for one in result.findings if one.code == "VALUE_UNREAD"] == [(2,), (3,), (4,)]


def test_a_number_and_a_truth_value_that_are_equal_are_not_the_same_cell() -> None:
    result = checked(grid_of(company(1, revenue=1.0), company(2, revenue=True)))
    assert value(result, "revenue_2024") == 1_000_000
    assert codes(result, 3) == ["VALUE_UNREAD"]
