"""Where the table stands in a sheet, and which column is which."""

import pytest

from xinya.zones.engine.imports.columns import mapped, template_of
from xinya.zones.engine.imports.grid import Grid
from xinya.zones.engine.imports.labels import read_label, title_day, title_unit, title_year
from xinya.zones.engine.imports.tables import find_table
from xinya.zones.tests.imports import HEADS, checked, code_of, codes, company, grid_of, outcomes


@pytest.mark.parametrize(
    ("label", "core", "unit", "year"),
    [
        ("2023年营业收入(万元)", "营业收入", "万元", "2023"),
        ("营业收入（2024年，万元）", "营业收入", "万元", "2024"),
        ("二〇二四年营业收入", "营业收入", None, "2024"),
        ("2024年末从业人员（人）", "从业人员", "人", "2024"),
        ("2024年12月末从业人员", "从业人员", None, "2024"),
        ("2024-12-31从业人员", "从业人员", None, "2024"),
        ("*企业名称(必填)", "企业名称", None, None),
        ("实缴税金\n(万元)", "实缴税金", "万元", None),
        ("2023年(万元)", "", "万元", "2023"),
        ("revenue (10k CNY)", "revenue", "10k CNY", None),
    ],
)
def test_a_label_gives_its_name_unit_and_year(label: str, core: str, unit: str | None, year: str | None) -> None:
    read = read_label(label)
    assert (read.core, read.unit, read.year) == (core, unit, year)


def test_figures_of_some_months_are_no_figures_of_a_year() -> None:
    assert read_label("1-6月营业收入").is_part
    assert not read_label("2024年营业收入").is_part


def test_a_title_line_offers_unit_day_and_year() -> None:
    assert title_unit("填报单位:企业服务处  金额单位:万元") == "万元"
    assert title_day("填报日期：2025年1月10日") == (2025, 1, 10)
    assert title_year("2024年度企业情况表") == "2024"
    assert title_year("填报日期：2025年1月10日") is None


def test_titles_and_notes_are_no_companies() -> None:
    rows: list[list[object]] = [
        ["企业情况表"],
        ["填报单位:服务处 金额单位:万元"],
        HEADS,
        company(1),
        company(2),
        ["注:未经审计。"],
        ["填表人:张三"],
    ]
    table = find_table(Grid("s", [list(row) for row in rows]))
    assert table is not None
    assert (table.head_rows, table.rows, table.unit) == ((3,), [4, 5], "万元")
    assert [one.code for one in table.findings] == ["TITLE_ROWS", "HEADER_FOUND", "TITLE_ROWS"]


def test_instructions_full_of_label_words_are_no_head() -> None:
    rows: list[list[object]] = [["请填写企业名称和统一社会信用代码"], ["企业名称、产品为必填"], HEADS, company(1)]
    table = find_table(Grid("s", [list(row) for row in rows]))
    assert table is not None
    assert table.head_rows == (3,)


def test_a_group_merged_over_columns_gives_them_its_year_and_unit() -> None:
    top: list[object] = ["企业名称", "统一社会信用代码", "2023年(万元)", "", "2024年(万元)", ""]
    low: list[object] = ["", "", "营业收入", "研发费用", "营业收入", "研发费用"]
    rows: list[list[object]] = [top, low, ["岚洲甲有限公司", code_of(1), 1.0, 2.0, 3.0, 4.0]]
    merged = Grid("s", rows, merges=((1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 1, 6)))
    plain = Grid("s", rows)
    for grid in (merged, plain):
        result = checked(grid)
        assert [column.key for column in result.columns] == [
            "name", "credit_code", "revenue_2023", "rd_2023", "revenue_2024", "rd_2024",
        ]  # fmt: skip
        assert result.rows[0].row.plain("revenue_2024") == 3_000_000
        assert "HEADER_MULTI" in codes(result)


@pytest.mark.parametrize("merges", [((1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4)), ()])
def test_years_below_a_figure_part_it_into_columns(merges: tuple[tuple[int, int, int, int], ...]) -> None:
    rows: list[list[object]] = [["企业名称", "统一社会信用代码", "营业收入(万元)", ""], ["", "", "2023年", "2024年"]]
    result = checked(Grid("s", [*rows, ["岚洲甲有限公司", code_of(1), 1.0, 2.0]], merges=merges))
    assert [column.key for column in result.columns] == ["name", "credit_code", "revenue_2023", "revenue_2024"]
    assert outcomes(result) == {3: "created"}


def test_last_year_beside_a_figure_is_that_figure_of_the_year_before() -> None:
    rows: list[list[object]] = [["2024年度统计表 单位：万元"], ["企业名称", "统一社会信用代码", "营业收入", "上年同期"]]
    result = checked(Grid("s", [*rows, ["岚洲甲有限公司", code_of(1), 5.0, 4.0]]))
    assert [column.key for column in result.columns] == ["name", "credit_code", "revenue_2024", "revenue_2023"]
    assert result.rows[0].row.plain("revenue_2023") == 4_000_000


def test_a_row_of_units_below_the_labels_counts_for_its_columns() -> None:
    heads = ["企业名称", "统一社会信用代码", "2024年营业收入"]
    result = checked(grid_of(["", "", "亿元"], ["岚洲甲有限公司", code_of(1), 1.5], heads=heads))
    assert "UNIT_ROW" in codes(result)
    assert result.rows[0].row.plain("revenue_2024") == 15_000_000_000


def test_an_amount_without_any_unit_is_asked_about() -> None:
    heads = ["企业名称", "统一社会信用代码", "2024年营业收入"]
    result = checked(grid_of(["岚洲甲有限公司", code_of(1), 1.5], ["岚洲乙有限公司", code_of(2), "2万元"], heads=heads))
    assert codes(result, 2) == ["UNIT_SUSPECT"]
    assert outcomes(result) == {2: "waiting", 3: "created"}
    assert result.rows[1].row.plain("revenue_2024") == 2_000_000


def test_totals_repeated_labels_and_a_second_table_are_left_out_and_said() -> None:
    rows: list[list[object]] = [
        company(1),
        company(2),
        ["小 计", "", "", "", ""],
        HEADS,
        company(3),
        ["合计"],
        [],
        [],
        ["企业名称", "联系电话"],
        ["x", "1"],
    ]
    result = checked(grid_of(*rows))
    assert outcomes(result) == {2: "created", 3: "created", 6: "created"}
    assert codes(result, 4) == ["TOTAL_ROW"]
    assert codes(result, 5) == ["HEADER_AGAIN"]
    assert codes(result, 10) == ["SECOND_TABLE"]
    assert result.counts["left_out"] == 3
    assert sum(result.counts.values()) == result.rows_read


def test_a_total_that_is_no_sum_is_said() -> None:
    result = checked(grid_of(company(1), company(2), ["合计", "", "", 9.0, ""]))
    assert "TOTAL_DIFFERS" in codes(result, 4)


def test_a_total_is_compared_with_the_proposals_taken() -> None:
    heads = ["企业名称", "统一社会信用代码", "2023年营业收入(万元)", "2024年营业收入(万元)"]
    rows: list[list[object]] = [["岚洲甲有限公司", code_of(1), 612.57, 6_125_700], ["岚洲乙有限公司", code_of(2), 5, 6]]
    result = checked(grid_of(*rows, ["合计", "", 617.57, 618.57], heads=heads))
    assert "TOTAL_DIFFERS" not in codes(result)
    assert "TOTAL_DIFFERS" not in codes(checked(grid_of(*rows, ["小计", "", 1, 1], heads=heads)))


def test_two_columns_of_one_figure_need_two_years() -> None:
    heads = ["企业名称", "统一社会信用代码", "营业收入(万元)", "营业收入(万元)"]
    result = checked(grid_of(["岚洲甲有限公司", code_of(1), 5, 6], heads=heads))
    assert [column.key for column in result.columns] == ["name", "credit_code"]
    assert "COLUMN_TWICE" in codes(result)
    assert outcomes(result) == {2: "created"}


def test_a_code_column_of_four_digits_is_the_industry() -> None:
    heads = ["企业名称", "信用代码", "代码"]
    result = checked(grid_of(["岚洲甲有限公司", code_of(1), "3973"], ["岚洲乙有限公司", code_of(2), 3812], heads=heads))
    assert [column.key for column in result.columns] == ["name", "credit_code", "industry_code"]


def test_a_foreign_currency_never_becomes_yuan() -> None:
    heads = ["企业名称", "统一社会信用代码", "2024年出口额(万美元)"]
    result = checked(grid_of(["岚洲甲有限公司", code_of(1), 5], heads=heads))
    assert [column.key for column in result.columns] == ["name", "credit_code"]
    assert "COLUMN_OPEN" in codes(result)


def test_a_label_nearly_known_is_chosen_and_marked() -> None:
    heads = ["企业名称", "统一社会信用代码", "企业主要生产产品"]
    result = checked(grid_of(["岚洲甲有限公司", code_of(1), "齿轮"], heads=heads))
    assert [(column.key, column.is_marked) for column in result.columns][-1] == ("products", True)
    assert "COLUMN_MARKED" in codes(result)


def test_neither_name_nor_code_stops_at_the_columns() -> None:
    result = checked(grid_of(["钢板", 3], ["铝箔", 4], heads=["产品", "数量"]))
    assert (result.outcome, result.reason) == ("stopped_at_mapping", "NO_KEY")


def test_two_sheets_that_fit_equally_are_a_question_that_can_be_answered() -> None:
    one, other = grid_of(company(1)), Grid("另一张", [HEADS, company(2)])
    assert (checked(one, other).outcome, checked(one, other).reason) == ("ask", "TWO_SHEETS")
    assert outcomes(checked(one, other, sheet="另一张")) == {2: "created"}


def test_a_hidden_sheet_is_named_with_its_rows_and_not_read() -> None:
    hidden = Grid("旧名单", [HEADS, company(5), company(6)], is_hidden=True)
    result = checked(grid_of(company(1)), hidden)
    said = next(one for one in result.findings if one.code == "HIDDEN_SHEET")
    assert (said.sheet, said.rows) == ("旧名单", (2, 3))
    assert "2" in said.sentence("zh")
    assert outcomes(result) == {2: "created"}


def test_hidden_rows_are_read_and_named() -> None:
    result = checked(grid_of(company(1), company(2), hidden_rows=frozenset({3})))
    assert outcomes(result) == {2: "created", 3: "created"}
    assert "HIDDEN_ROWS" in codes(result, 3)


def test_a_confirmed_mapping_is_used_silently_for_the_same_labels_only() -> None:
    heads = ["企业名称", "统一社会信用代码", "甲", "乙"]
    first = grid_of(["岚洲甲有限公司", code_of(1), 5, "x"], heads=heads)
    table = find_table(first)
    assert table is not None
    known = mapped(table)[0]
    template = template_of("服务处", table, known)
    again = checked(first, template=template)
    assert (codes(again), len(again.columns)) == ([], len(known))
    other = checked(grid_of(company(1)), template=template)
    assert "TEMPLATE_DIFFERS" in codes(other)
