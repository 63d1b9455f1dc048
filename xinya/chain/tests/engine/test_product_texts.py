"""Product texts cut into the things that they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.product_texts import LONGEST_PART, MOST_PARTS, core, parts

SCOPE = (
    "一般项目：电池制造；电池销售；光伏设备及元器件制造；技术服务、技术开发、技术咨询；货物进出口。"
    "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）许可项目：发电业务（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
)


def words(text: str) -> list[str]:
    return [p.words for p in parts(text)]


def test_a_list_is_cut_at_its_marks() -> None:
    assert words("烧碱、液氯；盐酸，双氧水") == ["烧碱", "液氯", "盐酸", "双氧水"]


def test_a_single_name_stays_whole() -> None:
    (part,) = parts("航空钛合金锻件")
    assert (part.words, part.is_whole, part.rest) == ("航空钛合金锻件", True, "")


def test_two_things_in_one_breath_are_looked_at_whole_and_each() -> None:
    found = parts("金刚线及其他金属制品")
    assert [(p.words, p.is_whole) for p in found] == [("金刚线及其他金属制品", True), ("金刚线", False), ("金属制品", False)]
    assert found[1].rest == "金属制品"
    assert found[1].of == "金刚线及其他金属制品"


def test_what_belongs_to_the_thing_itself_is_no_thing_of_its_own() -> None:
    assert words("电机及其零部件") == ["电机及其零部件", "电机"]


def test_the_licence_words_of_a_business_scope_say_nothing() -> None:
    found = words(SCOPE)
    assert "电池制造" in found
    assert not any(w in f for f in found for w in ("依法", "批准", "营业执照", "项目", "进出口", "咨询"))


def test_a_number_with_a_comma_is_not_cut() -> None:
    assert words("1,500吨压力机") == ["1,500吨压力机"]


def test_brackets_stand_beside_their_word() -> None:
    (part,) = parts("可编程控制器（PLC）")
    assert (part.words, part.inner) == ("可编程控制器", ("plc",))


@pytest.mark.parametrize(
    ("text", "left"), [("自产阴极铜", "阴极铜"), ("其中：商品液氨", "液氨"), ("（2）普通电机", "电机"), ("自产", "自产")]
)
def test_words_that_stand_before_any_product_fall_away(text: str, left: str) -> None:
    assert core(text.replace("（", "").replace("）", ")").replace("：", ":")) == left


@given(st.text(max_size=400))
def test_any_text_is_cut_without_end_and_without_repeats(text: str) -> None:
    found = words(text)
    assert len(found) == len(set(found)) <= MOST_PARTS
    assert all(0 < len(w) <= LONGEST_PART for w in found)


@pytest.mark.parametrize(
    "text", ["等" * 60 + "x", "系列类" * 20 + "x", "及其" * 30, "，" * 20_000, "(" * 5_000, "依法须经批准的项目" * 2_000]
)
def test_a_text_made_to_tire_the_reader_is_read_all_the_same(text: str) -> None:
    assert all(len(w) <= LONGEST_PART for w in words(text))


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("电机及电器修理", {"电机修理", "电器修理"}),
        ("电机、电器修理", {"电机修理", "电器修理"}),
        ("钢材、水泥销售", {"钢材销售", "水泥销售"}),
        ("电机及其控制系统研发", {"电机研发"}),
    ],
)
def test_a_service_at_the_end_of_a_list_holds_for_every_member(text: str, members: set[str]) -> None:
    assert members <= set(words(text))
    assert not {"电机", "钢材"} & {p.words for p in parts(text) if not p.served}


@pytest.mark.parametrize(
    "text", ["电机及其安装", "电机和技术服务", "电机、技术服务", "电机及配件研发与制造", "电机、水泵的研发、生产、销售"]
)
def test_a_service_beside_a_thing_or_with_its_making_leaves_the_thing_as_it_is(text: str) -> None:
    assert "电机" in words(text)


@pytest.mark.parametrize("text", ["锂离子电池及电池测试", "锂离子电池、电池测试", "锂离子电池、电机和电池测试服务"])
def test_a_service_whose_own_noun_ends_another_member_is_said_of_itself_alone(text: str) -> None:
    assert "锂离子电池" in {p.words for p in parts(text) if not p.served}
    assert not any(p.served and p.words == "锂离子电池" for p in parts(text))


@pytest.mark.parametrize(
    ("text", "served"), [("碳纤维、预浸料、复合材料检测", "复合材料检测"), ("碳纤维及复合材料检测", "复合材料检测"),
                         ("碳纤维、风电叶片、设备租赁", "设备租赁")]
)  # fmt: skip
def test_a_member_of_a_list_that_ends_in_a_service_stands_as_it_is_too_for_a_person_to_look_at(text: str, served: str) -> None:
    assert {p.served for p in parts(text) if p.words == "碳纤维"} == {served}
    assert any(p.words.startswith("碳纤维") and p.words != "碳纤维" and not p.served for p in parts(text))


def test_a_list_of_goods_that_are_sold_leaves_no_member_as_a_product() -> None:
    assert not any(p.served or p.words in ("钢材", "水泥") for p in parts("钢材、水泥、管材销售"))
