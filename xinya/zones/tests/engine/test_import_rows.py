"""Rows and files: figures that contradict each other, companies named twice, and the company of the register."""

from xinya.zones.engine.imports.committing import committed, proposals_of
from xinya.zones.engine.imports.desk import Register
from xinya.zones.engine.imports.grid import Grid
from xinya.zones.engine.imports.rows import Answers
from xinya.zones.engine.thresholds import is_above_scale
from xinya.zones.tests.imports import HEADS, checked, code_of, codes, company, grid_of, held, outcomes

FIGURES = [
    "企业名称",
    "统一社会信用代码",
    "2023年营业收入(万元)",
    "2024年营业收入(万元)",
    "2024年研发费用(万元)",
    "2024年实缴税金(万元)",
]


def figures(*cells: object) -> Grid:
    return grid_of(["岚洲甲机械有限公司", code_of(1), *cells], heads=FIGURES)


def test_ten_thousand_times_last_year_is_a_unit_that_slipped() -> None:
    result = checked(figures(612.57, 6_125_700, 30, 40))
    assert codes(result) == ["UNIT_SUSPECT"]
    assert dict(result.findings[0].proposal) == {"revenue_2024": 612_570_000}
    sentence = result.findings[0].sentence("zh")
    assert "元" in sentence
    assert "万元" in sentence
    taken = checked(figures(612.57, 6_125_700, 30, 40), answers=proposals_of(result))
    assert outcomes(taken) == {2: "created"}
    assert taken.rows[0].row.plain("revenue_2024") == 612_570_000


def test_a_figure_ten_thousand_times_too_small_is_a_unit_that_slipped() -> None:
    result = checked(figures(8000, 0.8, None, None))
    assert [(one.code, one.field) for one in result.findings] == [("UNIT_SUSPECT", "revenue_2024")]
    assert dict(result.findings[0].proposal) == {"revenue_2024": 8_000_000_000}


def test_research_and_taxes_beyond_the_revenue_are_on_the_follow_up_list() -> None:
    assert codes(checked(figures(100, 100, 201, 101))) == ["RATIO_ODD", "RATIO_ODD"]
    assert codes(checked(figures(100, 100, 200, 100))) == []


def test_a_tick_against_the_threshold_is_said_and_not_changed() -> None:
    heads = ["企业名称", "统一社会信用代码", "行业代码", "2024年营业收入(万元)", "2024年是否规上"]
    rows = [
        [f"岚洲{n}机械有限公司", code_of(n), "3812", revenue, tick] for n, revenue, tick in ((1, 2000, "否"), (2, 1999.99, "否"))
    ]
    result = checked(grid_of(*rows, heads=heads))
    assert codes(result) == ["SCALE_DISAGREES"]
    assert result.rows[0].row.plain("above_scale_2024") is False


def test_thresholds_follow_the_longest_prefix() -> None:
    million = 100_000_000
    assert is_above_scale("3812", 2024, 20 * million) is True
    assert is_above_scale("3812", 2024, 20 * million - 1) is False
    assert is_above_scale("5212", 2024, 5 * million) is True
    assert is_above_scale("7320", 2024, 10 * million) is True
    assert is_above_scale("4710", 2024, 10**12) is None


def test_rows_merged_under_one_code_are_one_company_with_joined_lists() -> None:
    rows: list[list[object]] = [company(1), [None, None, "轴承", None, None], company(2)]
    merges = tuple((2, column, 3, column) for column in (1, 2, 4, 5))
    result = checked(grid_of(*rows, merges=merges))
    assert result.rows[0].row.plain("products") == ("齿轮", "轴承")
    assert result.rows[0].row.plain("revenue_2024") == 1_201_500_000
    assert (result.counts["joined"], result.rows_read) == (1, 3)
    assert codes(result, 2) == ["MERGED_ROWS"]


def test_rows_that_only_go_on_with_a_list_are_joined_too() -> None:
    result = checked(grid_of(company(1), ["", "", "轴承", "", ""], is_text=True))
    assert result.rows[0].row.plain("products") == ("齿轮", "轴承")


def test_name_and_code_that_changed_places_are_proposed_back() -> None:
    name, code, *others = company(1)
    grid = grid_of([code, name, *others], company(2), company(3), company(4))
    result = checked(grid)
    assert codes(result) == ["SWAPPED"]
    assert dict(result.findings[0].proposal) == {"name": name, "credit_code": code}
    assert outcomes(checked(grid, answers=proposals_of(result)))[2] == "created"


def test_a_row_equal_to_another_is_left_out() -> None:
    result = checked(grid_of(company(1), company(2), company(1)))
    assert outcomes(result) == {2: "created", 3: "created", 4: "left_out"}
    assert codes(result, 4) == ["DUP_ROW"]


def test_two_rows_of_one_company_with_other_figures_both_wait() -> None:
    result = checked(grid_of(company(1), company(1, revenue=9)))
    assert outcomes(result) == {2: "waiting", 3: "waiting"}
    assert set(codes(result)) == {"DUP_CONFLICT"}


def test_a_row_under_a_former_name_of_another_waits_alone_wherever_it_stands() -> None:
    heads = ["企业名称", "统一社会信用代码", "曾用名"]
    new, old = ["岚洲澄帆医疗设备有限公司", code_of(1), "岚洲澄帆科技有限公司"], ["岚洲澄帆科技有限公司", code_of(1), ""]
    for rows, waiting in (([new, old], 3), ([old, new], 2)):
        result = checked(grid_of(*rows, heads=heads))
        assert [row for row, outcome in outcomes(result).items() if outcome == "waiting"] == [waiting]
        assert codes(result) == ["DUP_CODE_NAME"]


def test_one_code_under_two_unrelated_names_is_a_question_for_both() -> None:
    result = checked(grid_of(company(1), company(1, name="岚洲别名机械有限公司")))
    assert outcomes(result) == {2: "waiting", 3: "waiting"}
    assert set(codes(result)) == {"DUP_CODE_NAME"}


def test_two_valid_codes_are_two_companies_whatever_the_names_say() -> None:
    result = checked(grid_of(company(1), company(1, code=code_of(2))))
    assert outcomes(result) == {2: "created", 3: "created"}


def test_a_row_without_name_and_code_waits() -> None:
    result = checked(grid_of(company(1, name="", code="")))
    assert codes(result) == ["NAME_MISSING"]
    assert outcomes(result) == {2: "waiting"}


def test_a_code_without_a_name_is_enough_for_a_known_company_and_not_for_a_new_one() -> None:
    grid = grid_of(company(1, name="", revenue=7))
    assert outcomes(checked(grid, register=[held(1)])) == {2: "changed"}
    assert codes(checked(grid)) == ["NAME_MISSING"]


def test_a_known_company_is_the_same_changed_or_untouched_by_empty_cells() -> None:
    register = [held(1), held(2), held(3)]
    result = checked(grid_of(company(1), company(2, revenue=5), company(3, revenue="", products="")), register=register)
    assert outcomes(result) == {2: "same", 3: "changed", 4: "same"}
    change = result.rows[1].changes[0]
    assert (change.key, change.old, change.new.plain) == ("revenue_2024", 1_202_500_000, 5_000_000)


def test_a_coarser_figure_that_agrees_changes_nothing() -> None:
    known = held(1, values={"revenue_2024": 186_012_345_600, "founded": "2011-05-16"})
    result = checked(grid_of(company(1, revenue="18.6亿元", founded="2011年5月")), register=[known])
    assert outcomes(result) == {2: "same"}


def test_a_new_name_under_a_known_code_is_asked_and_the_old_one_becomes_a_former_name() -> None:
    grid = grid_of(company(1, name="岚洲新名机械有限公司"))
    asked = checked(grid, register=[held(1)])
    assert (codes(asked), outcomes(asked)) == (["RENAME"], {2: "waiting"})
    taken = checked(grid, register=[held(1)], answers=proposals_of(asked))
    assert outcomes(taken) == {2: "changed"}
    after = committed(Register.of([held(1)]), taken).companies[0]
    assert (after.name, after.former_names) == ("岚洲新名机械有限公司", (held(1).name,))


def test_a_former_name_under_a_known_code_is_no_question() -> None:
    known = held(1, name="岚洲新名机械有限公司", former_names=(str(company(1)[0]),))
    assert outcomes(checked(grid_of(company(1)), register=[known])) == {2: "same"}


def test_an_equal_name_without_a_contradicting_code_is_the_company() -> None:
    assert outcomes(checked(grid_of(company(1, code="")), register=[held(1)])) == {2: "same"}
    by_code = checked(grid_of(company(1)), register=[held(1, code=False)])
    assert by_code.rows[0].company == "X1"
    other = checked(grid_of(company(1, code=code_of(9))), register=[held(1)])
    assert outcomes(other) == {2: "created"}


def test_two_rows_that_are_one_company_of_the_register_are_never_both_taken() -> None:
    known = held(1, former_names=("岚洲旧名机械有限公司",))
    result = checked(grid_of(company(1), company(2, name="岚洲旧名机械有限公司", code="")), register=[known])
    assert outcomes(result) == {2: "same", 3: "waiting"}
    assert "DUP_CONFLICT" in codes(result, 3)


def test_a_like_name_without_a_code_is_a_question_and_never_an_answer() -> None:
    known = held(1, name="岚洲煦泽微电子有限公司")
    result = checked(grid_of(company(2, name="岚洲市煦泽微电子有限公司", code="")), register=[known])
    assert "NAME_NEAR" in codes(result)
    assert outcomes(result) == {2: "waiting"}
    new = checked(
        grid_of(company(2, name="岚洲市煦泽微电子有限公司", code="")), register=[known], answers=Answers(matches={2: None})
    )
    assert outcomes(new) == {2: "created"}
    same = checked(
        grid_of(company(2, name="岚洲市煦泽微电子有限公司", code="")), register=[known], answers=Answers(matches={2: "X1"})
    )
    assert same.rows[0].company == "X1"


def test_a_column_that_jumps_a_thousandfold_holds_its_rows_until_confirmed() -> None:
    rows = [company(number, revenue=(1200.5 + number) * 10_000) for number in range(1, 6)]
    register = [held(number) for number in range(1, 6)]
    result = checked(grid_of(*rows), register=register)
    assert set(outcomes(result).values()) == {"waiting"}
    assert "UNIT_SUSPECT" in codes(result)
    confirmed = checked(grid_of(*rows), register=register, answers=Answers(confirmed=frozenset({"revenue_2024"})))
    assert set(outcomes(confirmed).values()) == {"changed"}


def test_a_field_may_be_given_up_and_a_row_left_out() -> None:
    grid = grid_of(company(1, revenue=-5), company(2))
    given_up = checked(grid, answers=Answers(values={2: {"revenue_2024": None}}, leave_out=frozenset({3})))
    assert outcomes(given_up) == {2: "created", 3: "left_out"}
    assert given_up.rows[0].row.plain("revenue_2024") is None


def test_a_table_without_codes_says_so_once() -> None:
    result = checked(grid_of(["岚洲甲机械有限公司", "齿轮"], ["岚洲乙机械有限公司", "泵"], heads=["企业名称", "主要产品"]))
    assert codes(result) == ["NO_CODE_COLUMN"]


def test_many_blocking_rows_ask_twice_before_a_commit() -> None:
    rows = [company(number, revenue=-1 if number < 5 else 1) for number in range(1, 11)]
    assert checked(grid_of(*rows)).has_many_blocks
    assert not checked(Grid("s", [HEADS, *(company(n) for n in range(1, 4))])).has_many_blocks


def test_every_reason_has_its_word() -> None:
    from xinya.zones.engine.imports.findings import LEVEL_OF
    from xinya.zones.engine.imports.reason_words import REASON_WORDS

    assert REASON_WORDS.keys() == LEVEL_OF.keys()
