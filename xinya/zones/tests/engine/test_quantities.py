"""Quantities in Chinese: what they state, how exactly, and what states nothing."""

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.quantities import Quantity, find_quantities, read_quantity
from xinya.zones.golden import texts


def read(text: str) -> Quantity:
    quantity = read_quantity(text)
    assert quantity is not None, text
    return quantity


def ends(text: str) -> tuple[str, Fraction | None, Fraction | None, str | None]:
    quantity = read(text)
    return quantity.bound, quantity.lower, quantity.upper, quantity.incl


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12.6亿元", "1260000000", "CNY"),
        ("二十七亿三千万元", "2730000000", "CNY"),
        ("玖拾捌万柒仟元整", "987000", "CNY"),
        ("3亿4500万", "345000000", None),
        ("两亿三", "230000000", None),
        ("五百六", "560", None),
        ("五百零六", "506", None),
        ("120 万 元", "1200000", "CNY"),
        ("三元五角", "7/2", "CNY"),
        ("US$300万", "3000000", "USD"),
        ("45万千瓦", "450000000", "W"),
        ("3.6亿度电", "360000000000", "Wh"),
        ("90亩", "60000", "m2"),
        ("12英寸", "381/1250", "m"),
        ("1年6个月", "18", "mo"),
        ("三个半工作日", "7/2", "workday"),
        ("0.35吨标准煤/万元", "7/200000", "tce/CNY"),
        ("每亩45万元", "675", "CNY/m2"),
        ("百分之十二点五", "1/8", "1"),
        ("二又三分之一", "7/3", "1"),
        ("八五折", "17/20", "1"),
        ("四成五", "9/20", "1"),
    ],
)
def test_a_stated_quantity_is_read_to_the_last_digit(text: str, value: str, unit: str | None) -> None:
    assert (read(text).value, read(text).unit) == (Fraction(value), unit)


def test_over_reaches_to_the_next_step_and_several_has_no_point() -> None:
    assert ends("80余家") == ("above", Fraction(80), Fraction(90), "()")
    assert ends("千余人") == ("above", Fraction(1000), Fraction(2000), "()")
    assert ends("二十几家") == ("several", Fraction(21), Fraction(30), "[)")
    assert ends("数百亿元") == ("several", Fraction(2 * 10**10), Fraction(10**11), "[)")
    assert read("数百亿元").value is None
    assert ends("七八个") == ("range", Fraction(7), Fraction(8), "[]")


def test_words_of_bound_include_the_number_as_the_civil_code_says() -> None:
    assert ends("40人以上") == ("at_least", Fraction(40), None, "[")
    assert ends("超过40人") == ("more_than", Fraction(40), None, "(")
    assert ends("不超过40人") == ("at_most", None, Fraction(40), "]")
    assert ends("不满40人") == ("less_than", None, Fraction(40), ")")
    assert ends("上千家") == ("at_least", Fraction(1000), None, "[")


def test_a_scale_word_belongs_to_both_ends_of_a_range_unless_that_would_turn_it_round() -> None:
    assert ends("800-950万元")[1:3] == (Fraction(8_000_000), Fraction(9_500_000))
    assert ends("8000到1.2万元")[1:3] == (Fraction(8000), Fraction(12000))
    assert ends("-3%~2%")[1:3] == (Fraction(-3, 100), Fraction(2, 100))


def test_growth_takes_its_sign_from_the_verb_and_a_smaller_fall_is_a_rise() -> None:
    assert read("同比下降4.5%").value == Fraction(-45, 1000)
    assert read("降幅收窄1.5个百分点").value == Fraction(15, 1000)
    assert read("增速回落0.3个百分点").value == Fraction(-3, 1000)
    assert read("翻三番").value == 7
    assert read("提高到四倍").value == 3
    assert read("减少到原来的三分之一").value == Fraction(-2, 3)
    assert read("降至5%").kind == "ratio"
    assert ends("下降超过5%") == ("less_than", None, Fraction(-1, 20), ")")


def test_a_multiple_after_a_loose_verb_is_asked() -> None:
    quantity = read("增加了三倍")
    assert quantity.is_ambiguous
    assert quantity.value == 3
    assert quantity.alternative == 2
    assert not read("增长2.5倍").is_ambiguous


@pytest.mark.parametrize("text", ["(1,200.5)", "5.2亿元，增长8%", "1亿2000", "下降-2.1%"])
def test_what_may_be_read_in_two_ways_is_marked(text: str) -> None:
    assert read(text).is_ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "第三名", "另一方面", "从0到1", "4K", "2+X", "万分感谢", "统一", "千家万户", "-", "未知", "2024年", "三月", "2024-03-07",
        "16:30", "万元", "千克", "010-12345678", "12,34万元", "1.2.3", "PM2.5", "一季度", "“十五五”时期", "三级医院", "半导体",
        "数据", "",
    ],
)  # fmt: skip
def test_names_dates_ordinals_and_fixed_words_state_nothing(text: str) -> None:
    assert read_quantity(text) is None


def test_running_text_gives_each_quantity_with_its_place_and_leaves_articles_out() -> None:
    text = "一家企业去年投入约3000万元，建成6大平台，产能提高30%，首个项目2024年5月投产，比第二个早半年。"
    found = [(text[q.start : q.end], q.kind) for q in find_quantities(text)]
    assert found == [("约3000万元", "amount"), ("6大", "count"), ("30%", "growth"), ("首个", "count"), ("半年", "duration")]


def test_a_word_that_begins_after_a_number_is_not_taken_for_a_fixed_expression() -> None:
    assert [q.value for q in find_quantities("新增2万科技人员")] == [20000]
    assert read("二十一点五").value == Fraction(43, 2)


UNITS = {"元": "CNY", "家": "家", "吨": "t", "千瓦": "W", "%": "1", "个月": "mo", "倍": "1", "": None}
SCALES = {"": 1, "万": 10**4, "亿": 10**8}


@given(
    st.integers(0, 10**9), st.integers(0, 4), st.sampled_from(sorted(SCALES)), st.sampled_from(sorted(UNITS)), st.booleans(),
)  # fmt: skip
def test_a_quantity_printed_and_read_again_is_itself(digits: int, decimals: int, scale: str, unit: str, has_groups: bool) -> None:
    value = Fraction(digits, 10**decimals)
    whole, rest = divmod(digits, 10**decimals)
    figure = (f"{whole:,}" if has_groups else str(whole)) + (f".{rest:0{decimals}d}" if decimals else "")
    quantity = read(figure + scale + unit)
    factor = {"千瓦": Fraction(1000), "%": Fraction(1, 100)}.get(unit, Fraction(1)) * SCALES[scale]
    assert (quantity.value, quantity.unit, quantity.bound) == (value * factor, UNITS[unit], "exact")
    assert quantity.precision == factor / 10**decimals


CHINESE = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """Numerals as they are written out in full, below ten thousand million."""
    if number == 0:
        return "零"
    parts: list[str] = []
    for size, word in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, size)
        if section:
            written = "".join(CHINESE[int(d)] + w if d != "0" else "零" for d, w in zip(f"{section:04d}", "千百十 ", strict=True))
            written = written.replace(" ", "").strip("零") if not parts else written.replace(" ", "").rstrip("零")
            parts.append(written + word)
        elif parts and number:
            parts.append("零")
    text = "".join(parts)
    while "零零" in text:
        text = text.replace("零零", "零")
    return text


@given(st.integers(0, 10**10 - 1))
def test_a_number_written_in_chinese_is_that_number(number: int) -> None:
    assert read(in_chinese(number) + "元").value == number


WORDS = """
0 1 9 . , % ‰ - — ~ / ( ) + 半 几 数 余 多 来 近 约 超 不足 以上 以下 级 大 第 从 到 至 增长 下降 了 提高 倍 番 翻 成 分之
百 千 万 亿 十 一 二 两 零 〇 点 元 个 家 年 月 日 个月 工作日 亩 千瓦时 人民币 美元 每 的 个百分点 又 角 整 首 N ￥ $ ２ ，
"""


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS.split()), max_size=14).map("".join)))
def test_any_text_gives_an_answer_and_its_numbers_hold_together(text: str) -> None:
    found = find_quantities(text)
    stated = read_quantity(text)
    for quantity in [*found, *([stated] if stated else [])]:
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert quantity.lower is None or quantity.upper is None or quantity.lower <= quantity.upper
        assert quantity.value is not None or quantity.bound in ("range", "several", "vague")
    assert all(one.end <= next_one.start for one, next_one in pairwise(found))


@pytest.mark.parametrize("piece", ["7", "二", "九点二", "1 ", "1-", "一", "1,1,", "万", "第1"])
def test_a_long_row_of_digits_is_no_figure_and_costs_no_more_than_its_length(piece: str) -> None:
    text = piece * (6000 // len(piece))
    assert find_quantities(text + "。营收5亿元")[-1].value == 500_000_000
    assert all(quantity.end - quantity.start < 100 for quantity in find_quantities(text))


def test_every_golden_quantity_is_read_exactly(shared: Path) -> None:
    folder = shared / "data" / "golden" / "import"
    document = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    handler = texts.HANDLERS["numbers"]
    wrong = []
    for name, case in handler.cases_of(document):
        expected, found = handler.run_case(case, folder)
        if expected != found:
            wrong.append((name, expected, found))
    assert wrong == []
    assert len(document["cases"]) == 128


def test_the_interview_gives_every_listed_quantity_and_no_decoy(shared: Path) -> None:
    truth = json.loads((shared / "data/golden/briefing/interview_truth.json").read_text(encoding="utf-8"))
    text = (shared / truth["source"]).read_text(encoding="utf-8")
    found = {(q.start, q.end): q for q in find_quantities(text)}
    listed = {(f["start"], f["end"]): f["value"] for f in truth["facts"] if f["kind"] == "quantity"}
    assert found.keys() == listed.keys()
    for place, value in listed.items():
        stated = None if value["value"] is None else Fraction(value["value"])
        assert (found[place].value, found[place].unit, found[place].bound) == (stated, value["unit"], value["bound"])
    assert sum(q.is_ambiguous for q in found.values()) == 1
