"""Placement by exact name, alias and head of the name: what is counted, what is only proposed, what is nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine import Atlas, Segment
from xinya.chain.engine.placement import AUTOMATIC, PENDING, Lexicon
from xinya.chain.engine.usage import Usage
from xinya.kit.text import plain

WORDS = [
    ("航空", "neutral"), ("高温", "neutral"), ("大型", "neutral"), ("儿童", "other-trade"), ("玩具", "other-trade"),
    ("生产", "making"), ("制造", "making"), ("研发", "making"), ("销售", "trading"), ("贸易", "trading"),
]  # fmt: skip

SEGMENTS = [
    Segment("ti-forging", "钛合金锻件", "Titanium forging", ("钛锻件", "TC4锻坯"), excludes=("铝合金锻件", "展示架")),
    Segment("membrane", "隔膜", "Separator", ("电池隔离膜",)),
    Segment("uav", "无人机", "Unmanned aircraft", ("UAV", "多旋翼飞行器")),
    Segment("blade", "涡轮叶片", "Turbine blade", ("透平叶片",), excludes=("membrane",)),
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(Atlas((), {s.code: s for s in SEGMENTS}), WORDS)


@pytest.mark.parametrize(
    ("text", "segment", "rule"),
    [
        ("钛合金锻件", "ti-forging", "name"),
        ("钛锻件", "ti-forging", "alias"),
        ("Turbine blade", "blade", "name"),
        ("TURBINE  BLADE", "blade", "name"),
        ("uav", "uav", "alias"),
        ("ＵＡＶ", "uav", "alias"),
        ("鈦合金鍛件", "ti-forging", "name"),
        ("　无人机　", "uav", "name"),
        ("无人机。", "uav", "name"),
        ("无人机（含配件）", "uav", "name"),
        ("无人机(军用)", "uav", "name"),
        ("涡轮叶片【精铸】", "blade", "name"),
        ("涡轮叶片制造", "blade", "name"),
        ("涡轮叶片的研发生产", "blade", "name"),
        ("透平叶片生产制造", "blade", "alias"),
        ("航空钛合金锻件", "ti-forging", "head"),
        ("大型航空钛合金锻件", "ti-forging", "head"),
        ("TC4钛合金锻件", "ti-forging", "head"),
        ("12级涡轮叶片", "blade", "head"),
        ("高温的涡轮叶片", "blade", "head"),
        ("航空无人机", "uav", "head"),
        ("航空隔膜", "membrane", "head"),
        ("高温涡轮叶片生产", "blade", "head"),
    ],
)
def test_a_text_that_names_a_segment_is_placed_on_it(lexicon: Lexicon, text: str, segment: str, rule: str) -> None:
    found = lexicon.place(text)
    assert found is not None
    assert (found.segment, found.rule, found.state) == (segment, rule, AUTOMATIC)


def test_a_name_is_surer_than_an_alias_and_an_alias_than_a_head(lexicon: Lexicon) -> None:
    texts = ["钛合金锻件", "钛锻件", "航空钛合金锻件", "奇异钛合金锻件"]
    found = [p.confidence for p in map(lexicon.place, texts) if p is not None]
    assert found == sorted(set(found), reverse=True)
    assert len(found) == 4


def test_an_unknown_word_before_the_head_is_proposed_and_never_counted(lexicon: Lexicon) -> None:
    found = lexicon.place("奇异钛合金锻件")
    assert found is not None
    assert (found.segment, found.state, found.rule) == ("ti-forging", PENDING, "head-unknown")
    assert (found.term, found.modifier) == ("钛合金锻件", "奇异")


def test_a_short_head_behind_an_unknown_word_is_nothing(lexicon: Lexicon) -> None:
    assert lexicon.place("横隔膜") is None
    assert lexicon.place("奇异隔膜") is None


@pytest.mark.parametrize("text", ["儿童无人机", "航空玩具无人机", "玩具涡轮叶片"])
def test_a_word_of_another_trade_before_the_head_keeps_the_text_out(lexicon: Lexicon, text: str) -> None:
    assert lexicon.place(text) is None


@pytest.mark.parametrize("text", ["隔膜泵", "无人机培训", "涡轮叶片检测设备", "航空钛合金锻件模具"])
def test_what_only_begins_with_a_name_is_something_else(lexicon: Lexicon, text: str) -> None:
    assert lexicon.place(text) is None


@pytest.mark.parametrize("text", ["无人机销售", "钛合金锻件贸易", "航空钛合金锻件销售"])
def test_who_only_trades_is_no_maker(lexicon: Lexicon, text: str) -> None:
    assert lexicon.place(text) is None


def test_an_excluded_neighbour_in_the_text_keeps_it_out() -> None:
    segment = replace(SEGMENTS[0], aliases=("合金锻件",))
    lexicon = Lexicon(Atlas((), {segment.code: segment}), WORDS)
    assert lexicon.place("航空铝合金锻件") is None
    assert lexicon.place("钛合金锻件展示架") is None
    found = lexicon.place("航空合金锻件")
    assert found is not None
    assert found.segment == "ti-forging"


def test_a_latin_word_is_not_cut_in_the_middle(lexicon: Lexicon) -> None:
    assert lexicon.place("suav") is None
    assert lexicon.place("xturbine blade") is None
    found = lexicon.place("航空UAV")
    assert found is not None
    assert (found.segment, found.rule) == ("uav", "head")


@pytest.mark.parametrize("text", ["", " ", "。", "（）", "()", "月饼", "x" * 5000, "无" * 201, "\u0000", "😀"])
def test_empty_long_and_strange_texts_find_nothing(lexicon: Lexicon, text: str) -> None:
    assert lexicon.place(text) is None


def test_an_unknown_role_of_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="word 航空: unknown role colour"):
        Lexicon(Atlas((), {}), [("航空", "colour")])


PIECES = st.sampled_from([*"钛合金锻件隔膜泵航空儿童的()（）【】TC4uav 。", "无人机", "生产", "销售", "涡轮叶片", "铝合金锻件"])


@given(st.text(max_size=60) | st.lists(PIECES, max_size=12).map("".join))
def test_no_text_whatever_breaks_the_placement_and_the_answer_is_always_the_same(text: str) -> None:
    atlas = Atlas((), {s.code: s for s in SEGMENTS})
    one, two = Lexicon(atlas, WORDS), Lexicon(atlas, reversed(WORDS))
    found = one.place(text)
    assert found == one.place(text) == two.place(text)
    if found is not None:
        assert found.segment in atlas.segments
        assert found.term in plain(text), "the words that a placement names stand in the text"
        assert 0 < found.confidence < 1
        assert (found.state == PENDING) == (found.rule == "head-unknown")


TERMS = st.lists(st.text("钛合金锻件隔膜泵涡轮叶片abc12", min_size=2, max_size=8), min_size=2, max_size=12, unique_by=plain)


@given(TERMS)
def test_a_name_or_an_alias_always_finds_its_own_segment(terms: list[str]) -> None:
    half = len(terms) // 2
    segments = {f"s{i}": Segment(f"s{i}", t, f"Segment {i}", (terms[half + i],)) for i, t in enumerate(terms[:half])}
    lexicon = Lexicon(Atlas((), segments), WORDS)
    for code, segment in segments.items():
        for term, rule in [(segment.name_zh, "name"), (segment.name_en, "name"), (segment.aliases[0], "alias")]:
            found = lexicon.place(term)
            assert found is not None
            assert (found.segment, found.state, found.rule) == (code, AUTOMATIC, rule)


def test_a_trade_word_changes_nothing_before_a_segment_of_its_own_pack_and_keeps_others_out() -> None:
    """锂电 before a separator of the battery pack is the separator; before a turbine's blade it is another trade."""
    segments = {s.code: replace(s, home="battery" if s.code == "membrane" else "turbine") for s in SEGMENTS}
    lexicon = Lexicon(Atlas((), segments), [*WORDS, ("锂电", "other-trade", "battery"), ("锂电池", "other-trade", "battery")])
    for text in ("锂电隔膜", "锂电池隔膜", "高温锂电池隔膜"):
        found = lexicon.place(text)
        assert found is not None, text
        assert (found.segment, found.state) == ("membrane", AUTOMATIC)
    assert lexicon.place("锂电涡轮叶片") is None
    assert lexicon.place("玩具锂电隔膜") is None


USAGE = [("光罩", "光掩模版"), ("晶粒", "裸片"), ("螺丝螺帽", "螺栓螺母"), ("马达", "电机;电动机")]


def test_a_word_of_taiwan_finds_the_segment_that_the_mainland_names_otherwise() -> None:
    segments = [
        Segment("mask", "光掩模版", "Photomask", ()),
        Segment("die", "裸片", "Bare die", ()),
        Segment("motor", "电动机", "Motor", ()),
    ]
    lexicon = Lexicon(Atlas((), {s.code: s for s in segments}), WORDS, USAGE)
    found = lexicon.place("光罩製造")
    assert found is not None
    assert (found.segment, found.state, found.rule, found.term) == ("mask", AUTOMATIC, "usage", "光掩模版制造")
    again = lexicon.place("馬達")
    assert again is not None
    assert again.segment == "motor"


def test_the_same_word_in_mainland_script_is_only_proposed() -> None:
    """晶粒 is a grain of metal on the mainland: the script shows who writes."""
    segment = Segment("die", "裸片", "Bare die", ())
    lexicon = Lexicon(Atlas((), {"die": segment}), WORDS, USAGE)
    found = lexicon.place("晶粒")
    assert found is not None
    assert (found.state, found.rule) == (PENDING, "usage")


def test_what_is_found_as_written_is_not_put_into_other_words() -> None:
    segments = [Segment("grain", "晶粒", "Grain", ()), Segment("die", "裸片", "Bare die", ())]
    found = Lexicon(Atlas((), {s.code: s for s in segments}), WORDS, USAGE).place("晶粒")
    assert found is not None
    assert (found.segment, found.rule) == ("grain", "name")


@given(st.text(max_size=30))
def test_a_text_without_a_listed_term_has_no_other_reading(text: str) -> None:
    readings = Usage(USAGE).readings(text)
    assert bool(readings) == any(plain(there) in plain(text) for there, _here in USAGE)


def test_a_text_of_many_ambiguous_words_is_read_in_a_few_ways_only() -> None:
    assert len(Usage(USAGE).readings("馬達" * 100)) == 8


def test_an_everyday_name_stands_for_its_segment_where_a_text_says_nothing_else_or_words_before_it_change_nothing() -> None:
    said = [("桨叶", "blade", ""), ("旋翼", "uav", "drones"), ("薄膜", "gone", ""), ("透平叶片", "uav", "")]
    lexicon = Lexicon(Atlas((), {s.code: s for s in SEGMENTS}), WORDS, everyday=said)
    for text in ("桨叶", "桨叶。", "桨叶制造"):
        found = lexicon.place(text)
        assert found is not None
        assert (found.segment, found.state, found.rule, found.term) == ("blade", AUTOMATIC, "alias", "桨叶")
    behind = lexicon.place("航空桨叶")
    assert behind is not None
    assert (behind.segment, behind.state, behind.rule, behind.term) == ("blade", AUTOMATIC, "head", "桨叶")
    assert [lexicon.place(text) for text in ("某某桨叶", "玩具桨叶", "桨叶销售", "旋翼", "航空旋翼", "薄膜")] == [None] * 6
    own = lexicon.place("透平叶片")
    assert own is not None
    assert own.segment == "blade"
