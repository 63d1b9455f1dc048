"""Lists of purchased inputs as people write them: shares, amounts, stocks, workbooks; what must be guessed is refused."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from xinya.chain.files import shipped_atlas
from xinya.chain.files.inputs import amount_in, names_of, read_inputs, share_in, stock_in
from xinya.kit.refusals import Refused
from xinya.zones.files.lines import ListRefused
from xinya.zones.tests.people import refused


@pytest.mark.parametrize(
    ("text", "low", "high"), [("40%", "2/5", "2/5"), ("30-50%", "3/10", "1/2"), ("30%–50%", "3/10", "1/2"),
                              ("三成", "3/10", "3/10"),
                              ("0", "0", "0"), ("不到10%", "0", "1/10"), ("60%以上", "3/5", "1"), ("40", "2/5", "2/5")]
)  # fmt: skip
def test_a_share_is_read_as_people_write_it(text: str, low: str, high: str) -> None:
    assert tuple(str(v) for v in share_in(text)) == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"), [("500", 5 * 10**8, 5 * 10**8), ("300-500", 3 * 10**8, 5 * 10**8), ("1.2亿元", 12 * 10**9, 12 * 10**9),
                              ("300至500万元", 3 * 10**8, 5 * 10**8)]
)  # fmt: skip
def test_an_amount_counts_ten_thousand_yuan_where_no_unit_stands(text: str, low: int, high: int) -> None:
    assert amount_in(text) == (low, high)


@pytest.mark.parametrize("word", ["", "不详", "-", "无"])
def test_an_unknown_cell_is_not_zero(word: str) -> None:
    assert share_in(word) == amount_in(word) == (None, None)


@pytest.mark.parametrize(("text", "code"), [("120%", "share-wrong"), ("很多", "share-wrong"), ("-5%", "share-wrong")])
def test_a_share_beyond_all_is_refused(text: str, code: str) -> None:
    with refused(code):
        share_in(text)


def test_an_amount_without_an_upper_end_is_asked_for_it() -> None:
    with refused("amount-open"):
        amount_in("500万元以上")


@pytest.mark.parametrize(
    ("text", "days"),
    [("30", "30"), ("7.5", "7.5"), ("0", "0"), ("３０天", "30"), ("30 日", "30"), ("3650", "3650"), ("12 days", "12")],
)
def test_a_stock_is_a_number_of_days(text: str, days: str) -> None:
    assert stock_in(text) == Decimal(days)


@pytest.mark.parametrize("text", ["-1", "3650.1", "9999", "7.55", "一个月", "30-50", "1e3", "NaN"])
def test_a_stock_that_is_no_number_of_days_is_refused(text: str) -> None:
    with refused("stock-wrong"):
        stock_in(text)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, out = openpyxl.Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_as_a_csv_file_is() -> None:
    content = workbook(
        ("2025年采购",),
        ("采购品", "环节", "本地占比", "采购额(万元)", "库存天数"),
        ("甲料", "", "40%", 500, 7.5),
        ("乙料", None, 45, None, 30),
    )
    first, second = read_inputs(content, {})
    assert (first.text, str(first.share_low), first.amount_low, first.stock_days, first.row) == (
        "甲料",
        "2/5",
        5 * 10**8,
        Decimal("7.5"),
        3,
    )
    assert (str(second.share_low), second.amount_low, second.stock_days) == ("9/20", None, Decimal(30))


@pytest.mark.parametrize(
    ("cell", "place", "code"),
    [(0.4, 2, "share-unclear"), ("=1+1", 4, "formula-cell"), (4000, 4, "stock-wrong")],
)
def test_a_workbook_cell_that_must_be_guessed_is_refused(cell: object, place: int, code: str) -> None:
    row: list[object] = ["甲料", "", "", "", ""]
    row[place] = cell
    with pytest.raises((Refused, ListRefused), match=code) as told:
        read_inputs(workbook(("采购品", "环节", "本地占比", "采购额(万元)", "库存天数"), tuple(row)), {})
    assert told.value.row == 2


def test_a_workbook_without_the_labels_is_refused() -> None:
    with refused("wrong-columns"):
        read_inputs(workbook(("公司", "金额"), ("甲", 1)), {})


def test_a_purchase_in_an_everyday_word_finds_its_segment_as_its_name_does() -> None:
    names = names_of(shipped_atlas())
    lines = read_inputs("采购品,环节\n喷氨格栅,\n脱硝催化剂,\n某螺母,高锁螺母\nGH4169,\n".encode(), names)
    assert [line.segment for line in lines] == ["gt-scr", "gt-scr-catalyst", "aero-fastener", "superalloy-bar"]


@pytest.mark.parametrize("text", ["舱门", "尾翼", "燃油泵", "风机", "某种专用胶"])
def test_a_purchase_in_a_short_word_of_many_trades_is_kept_without_a_segment_and_none_is_guessed(text: str) -> None:
    (line,) = read_inputs(f"采购品\n{text}\n".encode(), names_of(shipped_atlas()))
    assert (line.text, line.segment) == (text, "")


def test_a_purchase_finds_only_segments_of_the_chains_at_hand() -> None:
    names = names_of(shipped_atlas(["aero-structures"]))
    assert [line.segment for line in read_inputs("采购品\n喷氨格栅\n垂尾\n".encode(), names)] == ["", "empennage"]
