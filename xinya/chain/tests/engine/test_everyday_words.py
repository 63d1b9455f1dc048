"""The words that makers of airframes, engines and gas turbines write on their pages, beside neighbours and in other trades."""

import pytest

from xinya.chain.engine.placement import AUTOMATIC, PENDING
from xinya.chain.engine.placer import Placer
from xinya.chain.files import shipped_placer

AIRFRAMES, ENGINES, TURBINES = ("机身段", "机翼蒙皮"), ("涡轮盘", "压气机机匣"), ("燃机缸体", "透平持环")


@pytest.fixture(scope="module")
def placer() -> Placer:
    return shipped_placer()


def found(placer: Placer, text: str, *others: str) -> list[tuple[str, str]]:
    return [(p.segment, p.state) for p in placer.place_all([text, *others])[0]]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("空心风扇叶片", "ae-hollow-fan-blade"),
        ("垂尾", "empennage"),
        ("方向舵", "control-surface"),
        ("前缘缝翼", "control-surface"),
        ("隔框", "fuselage-frame"),
        ("外翼", "wing-box"),
        ("外翼段", "wing-box"),
        ("前段机身", "fuselage-section"),
        ("高锁螺母", "aero-fastener"),
        ("起落架外筒", "landing-gear"),
        ("磁粉探伤", "ndt"),
        ("GH4169", "superalloy-bar"),
        ("叶盘", "ae-blisk"),
        ("蜂窝封严", "ae-honeycomb-seal"),
        ("尾喷口", "ae-exhaust-nozzle"),
        ("燃机叶片", "gt-turbine-blade"),
        ("汽轮机油", "gt-turbine-oil"),
        ("航空涡轮机油", "turbine-oil"),
        ("镍板", "electrolytic-nickel"),
        ("空气滑油散热器", "ae-oil-cooler"),
        ("可倾瓦", "tilting-pad-bearing"),
        ("金属表面处理", "surface-treatment"),
    ],
)
def test_a_word_of_one_trade_alone_places_its_maker(placer: Placer, word: str, code: str) -> None:
    assert found(placer, word) == [(code, AUTOMATIC)]


@pytest.mark.parametrize(
    ("word", "code", "neighbours", "others"),
    [
        ("尾翼", "empennage", AIRFRAMES, ("汽车保险杠", "汽车座椅")),
        ("舱门", "aircraft-door", AIRFRAMES, ("船用舷梯", "救生艇")),
        ("整流罩", "fairing", AIRFRAMES, ("摩托车外壳", "头盔")),
        ("型架", "assembly-jig", AIRFRAMES, ("拖拉机", "收割机")),
        ("装配工装", "assembly-jig", AIRFRAMES, ("冰箱门体", "洗衣机外壳")),
        ("复材模具", "layup-mould", AIRFRAMES, ("游艇", "浴缸")),
        ("阳极氧化", "anodising", AIRFRAMES, ("灯具", "手机外壳")),
        ("蒙皮", "skin-part", AIRFRAMES, ("沙发", "帐篷")),
        ("风挡", "transparency", AIRFRAMES, ("汽车玻璃", "后视镜")),
        ("加强肋", "wing-rib", AIRFRAMES, ("注塑件", "汽车保险杠")),
        ("机匣", "ae-casing", ENGINES, ("猎枪", "弹匣")),
        ("发动机管路组件", "ae-tube-assembly", ENGINES, ("汽车油管", "摩托车消声器")),
        ("滑油散热器", "ae-oil-cooler", ENGINES, ("船用螺旋桨", "柴油机曲轴")),
        ("燃油喷嘴", "ae-fuel-nozzle", ENGINES, ("汽车滤清器", "火花塞")),
        ("激光打孔", "film-hole-drilling", ENGINES, ("皮革", "服装")),
        ("型芯", "ceramic-core", ENGINES, ("砂箱", "井盖")),
        ("燃油泵", "ae-fuel-pump", ENGINES, ("汽车滤清器", "火花塞")),
        ("过渡段", "gt-transition-piece", TURBINES, ("桥梁伸缩缝", "护栏")),
        ("持环", "gt-casing", ("燃机缸体", "燃机大修"), ("磨机", "球磨机衬板")),
        ("空冷发电机", "gt-generator", TURBINES, ("水轮机", "水轮发电机")),
        ("余热炉", "gt-hrsg", TURBINES, ("玻璃瓶", "玻璃器皿")),
        ("表面处理", "surface-treatment", ("热处理", "飞机钣金件"), ("工业清洗系统", "橡胶智能装备")),
    ],
)
def test_an_everyday_word_of_the_trade_is_placed_beside_neighbours_and_waits_in_another_trade(
    placer: Placer, word: str, code: str, neighbours: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert found(placer, word, *neighbours) == [(code, AUTOMATIC)]
    assert found(placer, word) == [(code, PENDING)]
    assert found(placer, word, *others) == [(code, PENDING)]


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("汽车尾翼", ("汽车保险杠", "汽车座椅")),
        ("冰箱舱门", ("冰箱", "冷柜")),
        ("船用舱门", ("锚链", "救生艇")),
        ("农机型架", ("拖拉机", "收割机")),
        ("灯具阳极氧化", ("灯具", "路灯")),
        ("汽车燃油喷嘴", ("汽车滤清器", "火花塞")),
        ("柴油机燃油喷嘴", ("柴油滤清器", "喷油泵")),
        ("玩具飞机机翼", ("玩具", "童车")),
        ("环形锻件", ("汽车轮毂", "轴承套圈")),
        ("等温锻件", ("高温合金棒", "钛合金棒")),
        ("塑料加强肋", ("注塑件", "汽车保险杠")),
    ],
)
def test_a_thing_of_another_trade_that_ends_in_the_word_is_not_placed(placer: Placer, text: str, others: tuple[str, ...]) -> None:
    assert not [state for _code, state in found(placer, text, *others) if state == AUTOMATIC]


@pytest.mark.parametrize(
    ("word", "service"), [("舱门", "热处理"), ("整流罩", "三坐标测量机"), ("机匣", "无损检测"), ("蒙皮", "数控刀具")]
)
def test_what_every_chain_buys_does_not_speak_for_one_of_them(placer: Placer, word: str, service: str) -> None:
    assert found(placer, service)[0][1] == AUTOMATIC
    assert [state for _code, state in found(placer, word, service, "汽车模具")] == [PENDING]


@pytest.mark.parametrize(("text", "code"), [("C919垂尾", "empennage"), ("飞机机翼", "wing-box"), ("国产GH4169", "superalloy-bar")])
def test_an_everyday_word_behind_a_model_or_a_word_that_changes_nothing_is_placed(placer: Placer, text: str, code: str) -> None:
    assert found(placer, text) == [(code, AUTOMATIC)]


@pytest.mark.parametrize(("text", "code"), [("民机舱门", "aircraft-door"), ("航发机匣", "ae-casing"), ("C919尾翼", "empennage")])
def test_a_word_of_many_trades_behind_what_changes_nothing_waits_alone_and_counts_among_its_own(
    placer: Placer, text: str, code: str
) -> None:
    assert found(placer, text) == [(code, PENDING)]
    assert found(placer, text, *AIRFRAMES, *ENGINES) == [(code, AUTOMATIC)]


def test_fuel_systems_of_diesel_engines_are_none_of_gas_turbines(placer: Placer) -> None:
    assert found(placer, "内燃机燃油系统产品", "汽车配件") == []
    assert found(placer, "燃机燃油系统") == [("gt-liquid-fuel-system", AUTOMATIC)]


def test_ring_forgings_are_those_of_engines_among_engine_makers_only_and_wait_there(placer: Placer) -> None:
    assert found(placer, "环形锻件") == []
    assert found(placer, "环形锻件", *ENGINES) == [("ae-ring-forging", PENDING)]
