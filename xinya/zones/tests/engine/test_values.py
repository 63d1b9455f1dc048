"""Texts of cells: widths, empty words, lists, money to the fen, per cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.values import exact, is_ditto, is_empty_word, narrow, read_money, read_share, split_list


def fen(cell: str | float, unit: str = "万元") -> int | None:
    money = read_money(cell, unit=unit)
    return None if money is None else money.fen


def test_width_is_folded_by_our_own_table_and_a_text_keeps_its_marks() -> None:
    assert narrow("Ａ１２－３４（５）") == "A12-34(5)"
    assert narrow("Ａ厂（二期），５号", is_text=True) == "A厂（二期），5号"
    assert narrow("①㎡Ⅲ") == "①㎡Ⅲ"
    assert narrow("a\u00a0b\u200bc") == "a bc"


def test_empty_words_are_unknown_and_nought_is_nought() -> None:
    assert all(is_empty_word(word) for word in ["", " ", "　", "无", "暂无 ", "—", "——", "…", "/", "／", "N/A", "－"])
    assert not any(is_empty_word(word) for word in ["0", "零", "无锡", "-1"])
    assert all(is_ditto(word) for word in ["同上", "〃", "”"])
    assert not is_ditto("同上海公司")


def test_a_list_is_split_outside_brackets_only() -> None:
    assert split_list("定子（铁芯、绕组）、转子；轴承\n端盖/机座") == ("定子（铁芯、绕组）", "转子", "轴承", "端盖", "机座")
    assert split_list("CAD/CAM软件、1,200件、CAD/CAM软件") == ("CAD/CAM软件", "1,200件")
    assert split_list("定子（铁芯、绕组") == ("定子（铁芯", "绕组")
    assert split_list(" 、； ") == ()


@given(st.lists(st.text("定子转轴（）()[]、；/\na1", max_size=6), max_size=6).map("、".join))
def test_splitting_loses_no_character_but_marks_and_splits_no_item_twice(text: str) -> None:
    items = split_list(text)
    assert all(item in text and item == item.strip() for item in items)
    left = "".join(items)
    assert {character for character in text if character not in "、；/\n "} <= set(left)


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        (1860.5, "万元", 1_860_500_000), (0.1 + 0.2, "万元", 300_000), ("2,345.67", "万元", 2_345_670_000),
        ("1.86亿元", "万元", 18_600_000_000), ("1.86亿", "元", 18_600_000_000), ("3000元", "万元", 300_000),
        ("约800万元", "元", 800_000_000), (0, "亿元", 0), ("0", "万元", 0), (-12, "元", -1200),
        ("三百万元", "元", 300_000_000), (7, "角", 70), ("１２３", "千元", 12_300_000),
    ],
)  # fmt: skip
def test_money_is_exact_to_the_fen_and_the_cells_own_unit_wins(cell: str | float, unit: str, expected: int) -> None:
    assert fen(cell, unit) == expected


def test_parts_of_a_fen_are_rounded_away_from_nought_and_said() -> None:
    for cell, expected in [(12.345, 1235), (-12.345, -1235), (12.344, 1234)]:
        money = read_money(cell, unit="元")
        assert money is not None
        assert (money.fen, money.is_rounded) == (expected, True)


def test_a_range_has_no_point_and_other_money_or_no_money_is_none() -> None:
    money = read_money("800-950万元", unit="元")
    assert money is not None
    assert money.fen is None
    assert money.quantity is not None
    assert money.quantity.lower == 8_000_000
    cells: list[str | float] = ["500万美元", "—", "30%", "12家", float("inf"), True]
    assert [fen(cell) for cell in cells] == [None] * len(cells)
    with pytest.raises(ValueError, match="no unit of money"):
        read_money(1, unit="美元")


@given(st.integers(-(10**13), 10**13))
def test_any_amount_in_fen_survives_a_spreadsheets_number_and_its_text(amount: int) -> None:
    for unit, places in (("元", 2), ("万元", 6), ("亿元", 10)):
        decimal = Decimal(amount).scaleb(-places)
        assert fen(float(decimal), unit) == amount
        assert fen(f"{decimal:f}", unit) == amount


def test_per_cent_by_format_by_column_and_by_text_are_the_same() -> None:
    shares = [read_share(0.05, is_percent_format=True), read_share(5, is_percent_column=True), read_share("5%")]
    shares += [
        read_share("5", is_percent_column=True),
        read_share("5%", is_percent_column=True),
        read_share("百分之五"),
        read_share("0.05"),
    ]
    assert shares == [Fraction(1, 20)] * len(shares)
    cells: list[str | float] = ["—", "5家", "5%-8%", float("nan"), True]
    assert [read_share(cell) for cell in cells] == [None] * len(cells)


def test_a_number_that_is_none_is_refused() -> None:
    assert exact(0.1) == Fraction(1, 10)
    with pytest.raises(ValueError, match="no number"):
        exact(float("inf"))


@given(st.text(max_size=30))
def test_any_text_gives_an_answer(text: str) -> None:
    read_money(text, unit="万元")
    read_share(text)
    is_ditto(text)
    assert is_empty_word(text) in (True, False)
    assert narrow(narrow(text)) == narrow(text)
