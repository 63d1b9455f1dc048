"""Placement with evidence, on the shipped chains: head-final compounds, the company's other texts, what people said before."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain.engine.placement import AUTOMATIC, PENDING, Known, Placement
from xinya.chain.engine.placer import SUREST_WAITING, Model, Placer
from xinya.chain.engine.why import FEATURES, SENTENCES, sentences, why_sentence
from xinya.chain.files import shipped_atlas, shipped_placer, synonym_list, usage_list, word_list


@pytest.fixture(scope="module")
def placer() -> Placer:
    return shipped_placer()


def segment_of(placer: Placer, text: str) -> str | None:
    found = placer.place(text)
    return None if found is None else found.segment


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("电池隔膜", "lb-separator"),
        ("锂离子电池隔膜", "lb-separator"),
        ("光伏玻璃", "pv-glass"),
        ("太阳能电池背膜", "pv-backsheet"),
        ("锡锭系列产品", "pv-tin"),
        ("印刷线路板", "ic-pcb"),
        ("马达", "mo-motor"),
        ("电机及其零部件", "mo-motor"),
        ("PCB光刻胶光引发剂", "ic-pag"),
    ],
)
def test_the_head_decides_where_a_compound_belongs(placer: Placer, text: str, segment: str) -> None:
    assert segment_of(placer, text) == segment


@pytest.mark.parametrize("text", ["隔膜泵", "玩具模型", "水泥制品", "保险代理服务", "啤酒", "", "   ", "。。。", "风机"])
def test_what_belongs_elsewhere_is_not_placed(placer: Placer, text: str) -> None:
    assert not [p for p in placer.propose(text) if p.state == AUTOMATIC]


def test_a_fan_is_a_turbine_among_wind_makers_only(placer: Placer) -> None:
    among_wind, _blade, _tower = placer.place_all(["风机", "风电叶片", "风电塔筒"])
    assert [p.segment for p in among_wind] == ["wt-turbine"]
    among_fans, _cooler = placer.place_all(["风机", "空调"])
    assert among_fans == ()


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("氢气", "gt-hydrogen"),
        ("水平安定面", "empennage"),
        ("民机垂直尾翼", "empennage"),
        ("飞机工装", "assembly-jig"),
        ("航空器维修", "airframe-mro"),
        ("燃气轮机叶片", "gt-turbine-blade"),
        ("进气防冰装置", "gt-intake-system"),
    ],
)
def test_an_everyday_name_of_a_thing_its_part_or_its_whole_places_the_text_that_says_nothing_else(
    placer: Placer, text: str, segment: str
) -> None:
    assert [(p.segment, p.state) for p in placer.propose(text)] == [(segment, AUTOMATIC)]


@pytest.mark.parametrize("text", ["电容器和避雷器", "燃机叶片用自洁式空气过滤器", "自洁式空气过滤器", "飞机工装运输车"])
def test_an_everyday_name_beside_something_else_or_of_other_trades_waits(placer: Placer, text: str) -> None:
    assert not [p for p in placer.propose(text) if p.state == AUTOMATIC]


@pytest.mark.parametrize("text", ["铅锭贸易", "铅锭-贸易", "贸易-三元前驱体", "十水碳酸钠", "钢轨加工", "光伏组件检测设备"])
def test_trade_other_substances_worked_material_and_other_heads_wait_for_a_person(placer: Placer, text: str) -> None:
    assert all(p.state == PENDING for p in placer.propose(text))


def told(placer: Placer, text: str, code: str) -> tuple[Placement, set[str]]:
    """The proposal of a segment for a text, and the reasons that speak against it."""
    found = next(p for p in placer.propose(text) if p.segment == code)
    return found, {reason for reason, weight, _words in found.reasons if weight < 0}


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("EMC", "ic-emc", "wide"),
        ("BMS", "lb-bms", "abbreviation"),
        ("晶体生长设备", "nm-crystal-furnace", "wide"),
        ("制动闸片", "wt-friction-pad", "wide"),
        ("高品位萤石块矿", "st-iron-ore", "wide"),
        ("工业机器人研发", "ie-robot", "research"),
        ("微波混合集成电路", "ic-chip", "neighbour"),
        ("手机CPU芯片", "ic-chip", "narrower"),
        ("废硫酸", "lb-sulphuric-acid", "waste"),
        ("检测集成电路", "ic-chip", "served"),
        ("天然气项目", "gt-natural-gas", "project"),
        ("铝包钢绞线", "st-pc-strand", "substance"),
    ],
)
def test_what_makes_a_placement_wait_is_told_first_among_what_speaks_against_it(
    placer: Placer, text: str, code: str, reason: str
) -> None:
    found, against = told(placer, text, code)
    assert found.state == PENDING
    assert reason in against
    pro, con = sentences(found.reasons, "zh", placer.atlas)
    assert pro
    assert SENTENCES[reason][0].split("{0}")[-1] in con[0]


@pytest.mark.parametrize(
    ("word", "others", "code"),
    [
        ("EMC", ["引线框架", "键合丝"], "ic-emc"),
        ("制动闸片", ["风电叶片", "风电塔筒"], "wt-friction-pad"),
        ("块矿", ["球团矿", "焦炭"], "st-iron-ore"),
    ],
)
def test_a_word_of_many_trades_is_placed_where_the_companys_other_products_speak_for_the_chain(
    placer: Placer, word: str, others: list[str], code: str
) -> None:
    (among, *_rest) = placer.place_all([word, *others])
    assert [(p.segment, p.state) for p in among] == [(code, AUTOMATIC)]
    (elsewhere, *_rest) = placer.place_all([word, "沙发", "床垫", "衣柜"])
    assert [p.state for p in elsewhere] == [PENDING]


def test_words_of_many_trades_do_not_bear_each_other_out(placer: Placer) -> None:
    assert placer.firm("制动闸片") == ()
    assert placer.firm("风电叶片") == ("wt-blade",)


def test_a_word_of_the_trade_before_a_word_of_many_trades_bears_it_out(placer: Placer) -> None:
    bare, solar = placer.place("封装胶膜"), placer.place("光伏封装胶膜")
    assert bare is not None
    assert solar is not None
    assert (bare.state, solar.state) == (PENDING, AUTOMATIC)
    assert solar.segment == "pv-film"


@pytest.mark.parametrize("text", ["电机及电器修理", "电机、电器修理", "电机维修及检测"])
def test_a_list_of_things_that_are_repaired_is_no_maker_of_them(placer: Placer, text: str) -> None:
    assert "mo-motor" not in {p.segment for p in placer.propose(text) if p.state == AUTOMATIC}


def test_a_list_that_is_repaired_is_placed_on_the_repair(placer: Placer) -> None:
    assert segment_of(placer, "电机及电器修理") == "mo-repair"


@pytest.mark.parametrize(
    ("text", "code"),
    [("动态海底电缆", "wt-dynamic-cable"), ("软包锂离子电池", "lb-pouch-cell"), ("螺旋埋弧焊钢管", "st-line-pipe")],
)
def test_another_name_of_the_head_keeps_the_narrower_segment(placer: Placer, text: str, code: str) -> None:
    assert [p.segment for p in placer.propose(text)] == [code]


def test_another_head_behind_a_material_that_it_is_not_waits(placer: Placer) -> None:
    found = placer.place_all(["锂离子电池材料", "电解液", "六氟磷酸锂"])[0]
    assert not any(p.state == AUTOMATIC for p in found)
    assert [(p.segment, p.state) for p in placer.propose("石墨烯材料")] == [("st-graphene", AUTOMATIC)]


def test_a_term_does_not_stand_where_it_cuts_a_longer_word(placer: Placer) -> None:
    assert all(p.state == PENDING for p in placer.propose("光纤激光器件"))
    assert [(p.segment, p.state) for p in placer.propose("光纤激光器系列")] == [("ie-fibre-laser", AUTOMATIC)]


def test_a_project_with_a_commodity_is_its_makers_only_where_something_else_says_so(placer: Placer) -> None:
    (gas, *_rest) = placer.place_all(["天然气项目", "燃气发电", "燃气轮机"])
    assert [(p.segment, p.state) for p in gas] == [("gt-natural-gas", AUTOMATIC)]


def test_the_power_business_runs_the_turbine_that_it_names_and_does_not_make_it(placer: Placer) -> None:
    assert not any(p.state == AUTOMATIC and p.segment == "gt-unit" for p in placer.propose("电力-燃机"))
    assert segment_of(placer, "电力-燃机") == "gt-combined-cycle"
    assert segment_of(placer, "电力-光伏") == "pv-station"


def test_a_neutral_word_that_carries_a_word_of_another_trade_stays_neutral(placer: Placer) -> None:
    assert [(p.segment, p.state) for p in placer.propose("电脑数控注塑机")] == [("ie-moulding-machine", AUTOMATIC)]
    assert placer.propose("电脑注塑机") == ()


def test_a_bank_that_deals_in_a_metal_does_not_make_it(placer: Placer) -> None:
    ((found,),) = placer.place_all(["铅锭"], industry="股份制银行")
    assert (found.segment, found.state) == ("nm-lead", PENDING)
    ((found,),) = placer.place_all(["铅锭"], industry="铅锌")
    assert found.state == AUTOMATIC


def test_a_list_of_products_gets_a_place_for_each(placer: Placer) -> None:
    found = {p.segment for p in placer.propose("烧碱、硫酸；电池级碳酸锂")}
    assert found == {"lb-caustic", "lb-sulphuric-acid", "lb-lithium-carbonate"}


def test_what_a_person_rejected_is_not_proposed_again(placer: Placer) -> None:
    known = Known.of(rejected=[("锂离子电池隔膜", "lb-separator")])
    ((*found,),) = placer.place_all(["锂离子电池隔膜"], known=known)
    assert "lb-separator" not in {p.segment for p in found}
    ((*found,),) = placer.place_all(["电池隔膜"], known=known)
    assert [p.segment for p in found] == ["lb-separator"]


def test_what_a_person_confirmed_stands_for_the_segment_from_then_on(placer: Placer) -> None:
    known = Known.of(confirmed=[("蓝精灵膜", "lb-separator"), ("", "lb-cell")])
    exact, headed, other = placer.place_all(["蓝精灵膜", "高性能蓝精灵膜", "蓝精灵膜检测"], known=known)
    assert [(p.segment, p.state, p.rule) for p in exact] == [("lb-separator", AUTOMATIC, "known")]
    assert [(p.segment, p.rule) for p in headed] == [("lb-separator", "known")]
    assert not any(p.rule == "known" for p in other)
    assert segment_of(placer, "蓝精灵膜") is None


def test_a_placement_says_what_counted_for_and_against_it(placer: Placer) -> None:
    found = placer.place("贸易-金属锌锭")
    assert found is not None
    for language in ("zh", "en"):
        pro, con = sentences(found.reasons, language, placer.atlas)
        assert pro
        assert con
        assert "锌锭" in why_sentence(found.reasons, language, placer.atlas)
    assert "贸易" in why_sentence(found.reasons, "zh", placer.atlas)


def test_every_sort_of_evidence_has_its_sentence_in_both_languages() -> None:
    assert set(FEATURES) == set(SENTENCES)
    assert all(len(s) == 2 and all(s) for s in SENTENCES.values())


def test_the_terms_of_taiwan_are_put_over_where_nothing_else_is_found(placer: Placer) -> None:
    found = placer.place("光罩製造")
    assert found is not None
    assert found.segment == "ic-photomask"


def test_a_placer_on_one_chain_proposes_its_segments_only() -> None:
    chosen = shipped_placer(("photovoltaics",))
    found = [p for t in ("电池隔膜", "光伏玻璃", "金刚线") for p in chosen.propose(t)]
    assert found
    assert all(p.segment in shipped_atlas(("photovoltaics",)).segments for p in found)


def test_without_a_model_nothing_is_placed_by_weight() -> None:
    bare = Placer(shipped_atlas(), word_list(), usage_list(), synonym_list(), (), Model({}, 0.6, 0.6))
    assert bare.place("电池隔膜") is None


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.text(alphabet="电池隔膜泵光伏玻璃及其、；贸易加工系列（）abc1-/ 風機光罩", max_size=40), max_size=4))
def test_whatever_the_texts_proposals_are_in_the_atlas_ranked_and_each_segment_once(texts: list[str]) -> None:
    placer = shipped_placer()
    found = placer.place_all(texts)
    assert len(found) == len(texts)
    for proposals in found:
        assert all(p.segment in placer.atlas.segments and 0 < p.confidence < 1 for p in proposals)
        assert [p.confidence for p in proposals] == sorted((p.confidence for p in proposals), reverse=True)
        assert len({p.segment for p in proposals}) == len(proposals)
        assert all(p.state in (AUTOMATIC, PENDING) for p in proposals)


@settings(max_examples=examples(40), deadline=None)
@given(st.sampled_from(["锂离子电池隔膜", "光伏背板", "漆包线", "数控机床", "晶圆制造"]))
def test_placing_is_the_same_each_time_and_in_any_company_of_one(text: str) -> None:
    placer = shipped_placer()
    assert placer.propose(text) == placer.propose(text) == placer.place_all([text])[0]


def test_goods_that_a_trading_company_deals_in_do_not_speak_for_one_another(placer: Placer) -> None:
    goods = ["焦炭", "电解铜", "铁精粉"]
    ((made, *_more), *_rest) = placer.place_all(goods)
    ((dealt, *_more), *_rest) = placer.place_all([*goods, "沥青贸易"])
    assert (made.segment, made.state) == ("st-coke", AUTOMATIC)
    assert (dealt.segment, dealt.state) == ("st-coke", PENDING)


def test_a_head_of_several_segments_waits_where_the_company_stands_on_another_of_them(placer: Placer) -> None:
    ((plain_one, *_more), *_rest) = placer.place_all(["汽车用磁体", "钕铁硼"])
    ((bonded, *_more), *_rest) = placer.place_all(["汽车用磁体", "粘结钕铁硼磁体"])
    assert (plain_one.segment, plain_one.state) == ("mo-ndfeb", AUTOMATIC)
    assert (bonded.segment, bonded.state) == ("mo-ndfeb", PENDING)


def test_what_is_placed_does_not_say_that_a_person_must_confirm_it(placer: Placer) -> None:
    for text in ("多层电路板", "光盘驱动器用磁体", "航空用钛合金锻件"):
        for found in placer.propose(text):
            assert found.rule != ("head-unknown" if found.state == AUTOMATIC else "head-weighed")


@pytest.mark.parametrize(
    ("text", "waiting"),
    [
        ("碳纤维、预浸料、复合材料检测", {"carbon-fibre"}),
        ("风电叶片、塔筒、设备租赁", {"wt-blade", "wt-tower"}),
        ("动力电池、储能系统、电堆回收", {"lb-cell"}),
    ],
)
def test_the_makers_of_a_list_that_ends_in_a_service_are_proposed_to_a_person(placer: Placer, text: str, waiting: set[str]) -> None:
    found = {p.segment: p for p in placer.propose(text)}
    assert waiting <= set(found)
    for code in waiting:
        assert (found[code].state, found[code].confidence <= SUREST_WAITING) == (PENDING, True)
        assert next(r[0] for r in found[code].reasons if r[1] < 0) == "list-service"


def test_a_cell_maker_that_tests_cells_too_makes_cells(placer: Placer) -> None:
    for text in ("锂离子电池及电池测试", "锂离子电池、电池测试"):
        states = {p.segment: p.state for p in placer.propose(text)}
        assert (states["lb-cell"], "lb-cell-testing" in states) == (AUTOMATIC, True)


def test_members_of_such_a_list_speak_for_no_other_text(placer: Placer) -> None:
    assert "carbon-fibre" in placer.firm("碳纤维、预浸料")
    assert "carbon-fibre" not in placer.firm("碳纤维、预浸料、复合材料检测")
