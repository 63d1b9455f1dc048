"""The briefing reader: an invented page of its own, rules one by one, and any text at all."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.zones.engine.briefing import briefing_object, read_briefing
from xinya.zones.engine.briefing_dates import find_dates, find_issue_date, sentences
from xinya.zones.engine.briefing_names import find_bodies

ISSUED = datetime.date(2025, 2, 6)
PAGE = """本报记者 某某
查看: 318|回复: 2
发表于 2026-3-12 09:15:02 | 只看楼主
江苏岚洲高新区管委会副主任张某：截至2025年底，全区集聚新能源企业近120家，其中规上企业41家，2025年实现产值312.5亿元，同比增长约18.6%。
前不久，年产3吉瓦的QZ澜芯高效组件项目投产，龙头企业澜迅科技与江苏当地高校合作，订单增长了三倍。
走访了岚科锐谱、澜江电气等企业。一家氢能装备企业落户，今年三季度开工。岚洲市去年出台意见，培育8个细分赛道。
“从1到10”的跨越，一方面靠人才，另一方面靠资金。这是一家初创型企业，一批项目进展顺利，也用上了5G。
岚洲澜迅科技股份有限公司负责人介绍，公司产值过半来自出口。
（2026年03月12日 05 版）
"""
"""Everything in it is invented."""


def told(text: str = PAGE, **given_: object) -> dict[str, list[tuple[str, dict[str, object]]]]:
    found = briefing_object(read_briefing(text, today=ISSUED, **given_))  # type: ignore[arg-type]
    kinds: dict[str, list[tuple[str, dict[str, object]]]] = {}
    for fact in found["facts"]:
        assert text[fact["start"] : fact["end"]] == fact["text"]
        kinds.setdefault(fact["kind"], []).append((fact["text"], fact["value"]))
    return kinds


def test_an_unseen_page_is_read_whole() -> None:
    facts = told()
    assert [text for text, _value in facts["quantity"]] == [
        "近120家", "41家", "312.5亿元", "约18.6%", "3吉瓦", "三倍", "8个", "过半",
    ]  # fmt: skip
    assert [text for text, _value in facts["date"]] == ["截至2025年底", "2025年", "前不久", "今年三季度", "去年", "2026年03月12日"]
    assert [(text, value["name"]) for text, value in facts["organisation"]] == [
        ("江苏岚洲高新区管委会", "岚洲高新区管委会"), ("QZ澜芯", "QZ澜芯"), ("澜迅科技", "岚洲澜迅科技股份有限公司"),
        ("江苏当地高校", None), ("岚科锐谱", "岚科锐谱"),
        ("澜江电气", "澜江电气"), ("一家氢能装备企业", None),
        ("岚洲市", "岚洲市人民政府"),
        ("岚洲澜迅科技股份有限公司", "岚洲澜迅科技股份有限公司"),
    ]  # fmt: skip


def test_values_belong_to_the_period_that_their_sentence_names() -> None:
    values = dict(told()["quantity"])
    assert values["312.5亿元"]["period"] == "2025"
    assert values["3吉瓦"]["per"] == "a"
    assert (values["近120家"]["bound"], values["近120家"]["as_of"]) == ("about_below", "2025-12-31")


def test_what_may_be_read_in_two_ways_is_asked() -> None:
    found = read_briefing(PAGE, today=ISSUED)
    assert [PAGE[q.quantity.start : q.quantity.end] for q in found.questions] == ["三倍"]
    assert briefing_object(found)["questions"] == ["三倍"]


def test_spoken_dates_are_counted_from_the_day_that_the_page_tells() -> None:
    assert find_issue_date(PAGE) == datetime.date(2026, 3, 12)
    assert read_briefing(PAGE, today=ISSUED).issued_on == datetime.date(2026, 3, 12)
    assert read_briefing("去年增长", today=ISSUED).issued_on == ISSUED
    assert read_briefing(PAGE, today=ISSUED, issued_on=datetime.date(2024, 1, 1)).issued_on.year == 2024


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2024年", "2024-01-01", "2024-12-31", "year"), ("今年6月底", "2025-06-21", "2025-06-30", "vague"),
        ("截至今年1月", None, "2025-01-31", "month"), ("1—9月", "2024-01-01", "2024-09-30", "month"),
        ("二〇二四年五月", "2024-05-01", "2024-05-31", "month"), ("2021—2024年", "2021-01-01", "2024-12-31", "year"),
        ("“十四五”期间", "2021-01-01", "2025-12-31", "year"), ("去年冬季", "2024-12-01", "2025-02-28", "season"),
        ("预计6月投产", "2025-06-01", "2025-06-30", "month"), ("10月15日", "2024-10-15", "2024-10-15", "day"),
        ("前三季度", "2024-01-01", "2024-09-30", "quarter"), ("上个月", "2025-01-01", "2025-01-31", "month"),
        ("2024-12-31", "2024-12-31", "2024-12-31", "day"), ("昨日", "2025-02-05", "2025-02-05", "day"),
        ("明年上半年", "2026-01-01", "2026-06-30", "month"), ("年底", "2025-10-01", "2025-12-31", "vague"),
    ],
)  # fmt: skip
def test_a_date_as_it_is_spoken(text: str, first: str | None, last: str, precision: str) -> None:
    (found,) = find_dates(text, ISSUED)
    assert (found.first and found.first.isoformat(), found.last and found.last.isoformat(), found.precision) == (
        first,
        last,
        precision,
    )


@pytest.mark.parametrize(
    "text",
    [
        "比上年增长3%",
        "上年同期",
        "2018年版标准",
        "2025-2-6 11:01:24",
        "GMT+8, 2025-7-21 05:09",
        "2月30日",
        "13月",
        "30多年",
        "3个月内",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert find_dates(text, ISSUED) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("合肥高新区科大讯飞股份有限公司董事长", ["科大讯飞股份有限公司"]), ("比亚迪(合肥)有限公司投产", ["比亚迪(合肥)有限公司"]),
        ("引进隆基绿能、三一重工等企业", ["隆基绿能", "三一重工"]), ("武汉东湖高新区管委会出台《办法》", ["武汉东湖高新区管委会"]),
        ("鞍钢集团与宝钢股份", ["鞍钢集团", "宝钢股份"]), ("湖北省科技厅", ["湖北省科技厅"]), ("《岚洲日报》报道", ["岚洲日报"]),
        ("是一家生物医药企业", []), ("园区企业负责人介绍", []), ("我们高新区管委会", []), ("吸引行业龙头企业", []),
        ("民营企业和高校", []),
    ],
)  # fmt: skip
def test_an_organisation_as_a_page_names_it(text: str, names: list[str]) -> None:
    assert [b.name for b in find_bodies(text)] == names


@given(
    st.text(
        alphabet=st.sampled_from(
            "截至2024年底月日十五春节前不久近约亿元家高新区管委会有限公司科技龙头企业、，。（）“”+5Ga b\n一是的与等"
        ),
        max_size=80,
    )
)
def test_any_text_gives_facts_at_their_places_and_never_an_exception(text: str) -> None:
    found = briefing_object(read_briefing(text, today=ISSUED))
    for fact in found["facts"]:
        assert text[fact["start"] : fact["end"]] == fact["text"] != ""
    bodies = find_bodies(text)
    assert all(a.end <= b.start for a, b in pairwise(bodies))
    assert "".join(text[a:b] for a, b in sentences(text)) == text


@given(st.text(max_size=60))
def test_any_unicode_at_all_is_read_without_an_exception(text: str) -> None:
    read_briefing(text, today=ISSUED)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="200000"):
        read_briefing("字" * 200_001, today=ISSUED)


def test_a_name_that_a_text_says_ten_thousand_times_is_found_each_time() -> None:
    text = "岚洲澜迅科技股份有限公司，" * 10_000
    bodies = find_bodies(text)
    assert len(bodies) == 10_000
    assert all(one.end <= other.start for one, other in pairwise(bodies))
