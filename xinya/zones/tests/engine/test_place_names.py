"""Places in names of companies: all prefectures, as many as each province has; and what a place does to a question."""

from xinya.zones.engine.company_names import DIFFERENT, compare
from xinya.zones.engine.name_words import PROVINCES
from xinya.zones.engine.place_names import BY_PROVINCE, PLACES, places_for

COUNTS = {
    "河北": 11, "山西": 11, "内蒙古": 12, "辽宁": 14, "吉林": 9, "黑龙江": 13, "江苏": 13, "浙江": 11, "安徽": 16, "福建": 9,
    "江西": 11, "山东": 16, "河南": 17, "湖北": 13, "湖南": 14, "广东": 21, "广西": 14, "海南": 4, "四川": 21, "贵州": 9,
    "云南": 16, "西藏": 7, "陕西": 10, "甘肃": 14, "青海": 8, "宁夏": 5, "新疆": 14,
}  # fmt: skip


def test_every_province_has_its_prefectures() -> None:
    assert {province: len(names) for province, names in BY_PROVINCE.items()} == COUNTS
    assert sum(COUNTS.values()) == 293 + 30 + 7 + 3
    assert BY_PROVINCE.keys() <= PROVINCES
    names = [name for names in BY_PROVINCE.values() for name in names]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_the_place_a_zone_is_called_after_counts_among_its_companies() -> None:
    assert places_for("岚洲高新区") - PLACES == {"岚洲"}
    assert places_for("沈阳国家高新技术产业开发区") == PLACES
    assert places_for("云上") == PLACES


def test_a_place_before_or_behind_the_brand_is_the_same_place_and_two_places_are_two_companies() -> None:
    places = places_for("岚洲高新区")
    assert compare("沈阳启曜机械有限公司", "启曜（沈阳）机械有限公司", places=places).differing == ()
    assert compare("沈阳启曜机械有限公司", "大连启曜机械有限公司", places=places).decision == DIFFERENT
