"""What a product word's end tells of the thing."""

import pytest

from xinya.chain.engine.word_kinds import is_light, is_spread, kind_of, without_making


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("光伏组件自动化设备", "machine"),
        ("钢结构设计", "service"),
        ("电机配件", "part"),
        ("光刻胶", "stuff"),
        ("供应链软件", "software"),
        ("电机", "machine"),
        ("无人", ""),
    ],
)
def test_the_end_of_a_word_tells_the_sort_of_thing(word: str, kind: str) -> None:
    assert kind_of(word) == kind


@pytest.mark.parametrize(
    ("word", "left"), [("焦炭系列产品", "焦炭"), ("机床制造业务", "机床"), ("电机研发与制造", "电机研发与"), ("制造", "制造")]
)
def test_a_makers_tail_falls_away(word: str, left: str) -> None:
    assert without_making(word) == left


def test_tails_that_change_nothing_are_light() -> None:
    assert is_light("")
    assert is_light("等系列产品")
    assert not is_light("检测设备")
    assert not is_light("等" * 60 + "x")


def test_material_is_light_behind_a_material_and_service_behind_a_service() -> None:
    assert is_light("材料系列", of_material=True)
    assert is_light("加工服务", of_service=True)
    assert not is_light("材料")
    assert not is_light("服务")
    assert not is_light("零部件")


def test_a_term_may_stand_spread_over_a_word_that_ends_as_it_does() -> None:
    assert is_spread("太阳能背膜", "太阳能电池背膜")
    assert not is_spread("太阳能背膜", "太阳能背膜检测")
    assert not is_spread("背膜", "电池背膜")
