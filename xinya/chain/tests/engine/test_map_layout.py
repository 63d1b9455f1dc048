"""The layout of the chain picture: nothing overlaps, nothing is clipped, every line runs from port to port."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain.engine.map_labels import break_lines, count_pairs, fit_label, text_width
from xinya.chain.engine.map_layout import MOST_LINES, label_left, label_right, plan_map
from xinya.chain.engine.map_order import arrange, crossings, fit_rows, with_lanes
from xinya.chain.engine.map_parts import KINDS, MARKS, STAGES, SUPPORT_STAGES, MapColumn, MapLink, MapNode, MapPlan

NAMES = st.text(min_size=1, max_size=30) | st.sampled_from(
    [
        "碳纤维",
        "增韧环氧树脂单晶叶片精密铸造件",
        "碳纤维T800级（宇航级）预浸带",
        "Superalloy investment castings",
        "Electrohydrodynamically",
    ]
)

MapChain = tuple[list[MapColumn], list[MapNode], list[MapLink]]


@st.composite
def chains(draw: st.DrawFn) -> MapChain:
    """Random chains with cycles, links back, links within a column, empty columns and supporting columns."""
    stages = draw(st.lists(st.sampled_from(STAGES), min_size=1, max_size=7))
    columns = [MapColumn(draw(NAMES), stage) for stage in stages]
    count = draw(st.integers(0, 24))
    nodes = [
        MapNode(
            f"s{k}",
            draw(NAMES),
            draw(st.integers(0, len(columns) - 1)),
            draw(st.sampled_from(KINDS)),
            draw(st.sampled_from([0, 1, 14, 123])),
            draw(st.sampled_from(MARKS)),
        )
        for k in range(count)
    ]
    pairs = draw(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 23), st.booleans()), max_size=60))
    links = [MapLink(f"s{a}", f"s{b}", needed) for a, b, needed in pairs if a != b and a < count and b < count]
    return columns, nodes, links


def plan_of(chain: MapChain, language: str = "zh") -> MapPlan:
    columns, nodes, links = chain
    return plan_map(columns, nodes, links, language=language)


def dense_chain(essential_every: int) -> MapChain:
    """Seven main columns and two of support with 14 segments each, and more than 300 links."""
    stages = ["up", "up", "mid", "mid", "mid", "down", "down", "equipment", "service"]
    columns = [MapColumn(f"阶段{i}", stage) for i, stage in enumerate(stages)]
    nodes = [MapNode(f"s{i}-{k}", f"第{i}列第{k}个环节", i, "made", k) for i in range(9) for k in range(14)]
    links: list[MapLink] = []
    for i in range(8):
        for k in range(14):
            for step in (0, 3, 5):
                links.append(MapLink(f"s{i}-{k}", f"s{i + 1}-{(k + step) % 14}", len(links) % essential_every == 0))
    return columns, nodes, links


@given(chains(), st.sampled_from(["zh", "en"]))
@settings(max_examples=examples(120), deadline=None)
def test_every_segment_has_one_box_inside_the_picture_and_no_two_boxes_overlap(chain: MapChain, language: str) -> None:
    plan = plan_of(chain, language)
    assert sorted(box.node.code for box in plan.boxes) == sorted(node.code for node in chain[1])
    for i, one in enumerate(plan.boxes):
        assert one.x >= 0
        assert one.x + one.width <= plan.width + 0.01
        assert one.y >= 0
        assert one.y + one.height <= plan.height + 0.01
        for other in plan.boxes[:i]:
            apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
            apart_y = one.y + one.height + 4 <= other.y or other.y + other.height + 4 <= one.y
            assert apart_x or apart_y, (one.node.code, other.node.code)


@given(chains(), st.sampled_from(["zh", "en"]))
@settings(max_examples=examples(120), deadline=None)
def test_every_label_fits_its_box_beside_the_mark_and_the_count(chain: MapChain, language: str) -> None:
    for box in plan_of(chain, language).boxes:
        room = box.width - label_left(box.node) - label_right(box.node)
        assert box.label.width <= room + 0.01
        assert box.label.height <= box.height
        assert "".join(box.label.lines).strip() or not box.node.name.strip() or not box.node.name.isprintable()


@given(chains())
@settings(max_examples=examples(120), deadline=None)
def test_headings_stand_above_their_boxes_and_fit_beside_their_counts(chain: MapChain) -> None:
    plan = plan_of(chain)
    assert len(plan.headings) == len(chain[0])
    for heading in plan.headings:
        assert heading.label.width + text_width(f"{heading.made}/{heading.total}", 13) <= heading.width
    main = [heading for heading in plan.headings if heading.rule_width < plan.width]
    for heading in main:
        assert heading.y + heading.label.height <= heading.rule_y
        assert all(box.y > heading.rule_y for box in plan.boxes)


@given(chains())
@settings(max_examples=examples(120), deadline=None)
def test_every_drawn_line_ends_at_the_edges_of_its_two_boxes(chain: MapChain) -> None:
    plan = plan_of(chain)
    boxes = {box.node.code: box for box in plan.boxes}
    for route in plan.routes:
        source, target = boxes[route.source], boxes[route.target]
        x, y = map(float, re.findall(r"^M(\S+) ([^CHV]+)", route.path)[0])
        if route.tip in ("up", "down"):
            assert source.x < x < source.x + source.width
            assert target.x < route.tip_x < target.x + target.width
            assert y == pytest.approx(source.y + (source.height if route.tip == "down" else 0), abs=0.06)
            continue
        assert min(abs(x - source.x), abs(x - source.x - source.width)) < 0.06
        assert source.y < y < source.y + source.height
        assert min(abs(route.tip_x + 1 - target.x), abs(route.tip_x - 1 - target.x - target.width)) < 0.06
        assert target.y < route.tip_y < target.y + target.height


@given(chains())
@settings(max_examples=examples(120), deadline=None)
def test_no_line_runs_under_a_box(chain: MapChain) -> None:
    plan = plan_of(chain)
    for route in plan.routes:
        y = 0.0
        x = 0.0
        for command, numbers in re.findall(r"([MCHV])([^MCHV]+)", route.path):
            values = [float(value) for value in numbers.split()]
            end_x = x if command == "V" else values[0] if command == "H" else values[-2]
            end_y = y if command == "H" else values[0] if command == "V" else values[-1]
            if command == "H":
                low, high = sorted((x, end_x))
                for box in plan.boxes:
                    is_beside = high <= box.x + 0.06 or low >= box.x + box.width - 0.06
                    is_clear = y <= box.y - 2 or y >= box.y + box.height + 2
                    assert is_beside or is_clear, (route.source, route.target, box.node.code)
            x, y = end_x, end_y


@given(chains())
@settings(max_examples=examples(60), deadline=None)
def test_every_link_of_the_main_map_is_drawn_once_and_none_of_the_support_band(chain: MapChain) -> None:
    columns, nodes, links = chain
    main = {node.code for node in nodes if columns[node.column].stage not in SUPPORT_STAGES}
    wanted = {(link.source, link.target) for link in links if {link.source, link.target} <= main}
    plan = plan_of(chain)
    drawn = [(route.source, route.target) for route in plan.routes]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == wanted
    assert plan.left_out == 0
    assert plan.to_support == len({(link.source, link.target) for link in links}) - len(wanted)


def test_a_chain_with_very_many_links_draws_only_the_essential_ones() -> None:
    columns, nodes, links = dense_chain(essential_every=3)
    plan = plan_map(columns, nodes, links, language="zh")
    own = [link for link in links if int(link.target[1]) < 7]
    assert len(own) > MOST_LINES
    assert {(route.source, route.target) for route in plan.routes} == {(link.source, link.target) for link in own if link.essential}
    assert plan.left_out == sum(1 for link in own if not link.essential)


def test_a_link_stated_twice_is_essential_when_one_of_its_rows_says_so() -> None:
    columns, nodes, links = dense_chain(essential_every=10_000)
    doubled = [*links, MapLink("s0-1", "s1-1", True)]
    plan = plan_map(columns, nodes, doubled, language="zh")
    assert ("s0-1", "s1-1") in {(route.source, route.target) for route in plan.routes}


def test_gap_links_lie_on_top_and_links_back_say_so() -> None:
    columns = [MapColumn("原料", "up"), MapColumn("零件", "mid")]
    nodes = [MapNode("a", "甲", 0, "missing", 0), MapNode("b", "乙", 1, "made", 2), MapNode("c", "丙", 0, "made", 2)]
    links = [MapLink("a", "b", True), MapLink("c", "b", True), MapLink("b", "c", True)]
    routes = plan_map(columns, nodes, links, language="zh").routes
    assert [route.gap for route in routes] == ["", "", "missing"]
    assert {(route.source, route.target): route.back for route in routes} == {
        ("a", "b"): False,
        ("c", "b"): False,
        ("b", "c"): True,
    }
    assert {route.tip for route in routes if route.back} == {"left"}


def test_support_columns_wrap_below_the_main_map() -> None:
    columns = [MapColumn("零件", "mid"), MapColumn("装备", "equipment"), MapColumn("检测与服务", "service")]
    nodes = [MapNode("part", "零件", 0, "made", 1)]
    nodes += [MapNode(f"e{k}", f"设备{k}", 1, "made", 1) for k in range(14)]
    nodes += [MapNode(f"v{k}", f"服务{k}", 2, "made", 1) for k in range(3)]
    plan = plan_map(columns, nodes, [MapLink("e1", "part", True)], language="zh")
    y = {box.node.code: box.y for box in plan.boxes}
    assert y["part"] < min(y[f"e{k}"] for k in range(14))
    assert max(y[f"e{k}"] for k in range(14)) < min(y[f"v{k}"] for k in range(3))
    assert len({y[f"e{k}"] for k in range(14)}) >= 2
    assert plan.routes == ()
    assert plan.to_support == 1


@pytest.mark.parametrize(
    ("columns", "nodes", "links", "named"),
    [
        ([MapColumn("甲", "left")], [], [], "'left'"),
        ([MapColumn("甲", "up")], [MapNode("a", "甲", 1, "made", 1)], [], "column 1"),
        ([MapColumn("甲", "up")], [MapNode("a", "甲", 0, "gone", 1)], [], "'gone'"),
        ([MapColumn("甲", "up")], [MapNode("a", "甲", 0, "made", 1, "new")], [], "'new'"),
        ([MapColumn("甲", "up")], [MapNode("a", "甲", 0, "made", -1)], [], "-1 makers"),
        ([MapColumn("甲", "up")], [MapNode("a", "甲", 0, "made", 1)] * 2, [], "'a' is listed twice"),
        ([MapColumn("甲", "up")], [MapNode("a", "甲", 0, "made", 1)], [MapLink("a", "b", True)], "'b'"),
        ([MapColumn("甲", "up")], [MapNode("a", "甲", 0, "made", 1)], [MapLink("a", "a", True)], "its own input"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(
    columns: list[MapColumn], nodes: list[MapNode], links: list[MapLink], named: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(named)):
        plan_map(columns, nodes, links, language="zh")


def test_ordering_removes_the_crossings_of_a_chain_listed_upside_down() -> None:
    columns = [[f"a{k}" for k in range(8)], [f"b{k}" for k in range(8)]]
    links = [(f"a{k}", f"b{7 - k}") for k in range(8)]
    laned, ways = with_lanes(columns, links, {code: i for i, column in enumerate(columns) for code in column})
    units = [(way[0], way[1]) for way in ways.values()]
    assert crossings(laned, units) == 28
    assert crossings(arrange(columns, links).order, units) == 0


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=30, unique=True))
@settings(deadline=None)
def test_crossings_are_counted_as_pairs_whose_ends_are_in_opposite_order(pairs: list[tuple[int, int]]) -> None:
    order = [[f"a{k}" for k in range(7)], [f"b{k}" for k in range(7)]]
    units = [(f"a{one}", f"b{other}") for one, other in pairs]
    by_hand = sum(1 for i, (a, b) in enumerate(pairs) for c, d in pairs[:i] if (a - c) * (b - d) < 0)
    assert crossings(order, units) == by_hand


@given(st.lists(st.floats(-3, 15), min_size=1, max_size=5))
def test_rows_rise_strictly_and_no_other_rows_are_nearer_to_the_wishes(wishes: list[float]) -> None:
    found = fit_rows(wishes, 9)
    assert all(upper < lower for upper, lower in itertools.pairwise(found))
    distance = sum((wish - row) ** 2 for wish, row in zip(wishes, found, strict=True))
    least = min(
        sum((wish - row) ** 2 for wish, row in zip(wishes, rows, strict=True))
        for rows in itertools.combinations(range(9), len(wishes))
    )
    assert distance == pytest.approx(least)


@given(st.text(max_size=60), st.floats(40, 200))
@settings(deadline=None)
def test_broken_lines_keep_every_character_and_the_room(text: str, room: float) -> None:
    text = " ".join(text.split())
    lines, _ = break_lines(text, room, 14)
    assert re.sub("[ -]", "", "".join(lines)) == re.sub("[ -]", "", text)
    assert all(text_width(line, 14) <= room or len(line) == 1 for line in lines)


def test_latin_words_stay_whole_while_a_smaller_type_can_spare_them() -> None:
    label = fit_label("Thermoplastic composites", 92)
    assert " ".join(label.lines) == "Thermoplastic composites"
    assert not label.cut


def test_a_latin_word_wider_than_its_line_is_cut_with_a_hyphen() -> None:
    lines, cut = break_lines("Fluoropolymers", 70, 14)
    assert cut
    assert lines[0].endswith("-")
    assert "".join(lines).replace("-", "") == "Fluoropolymers"


def test_a_name_beyond_all_steps_ends_with_an_ellipsis() -> None:
    label = fit_label("高" * 60, 90)
    assert label.cut
    assert label.lines[-1].endswith("…")
    assert label.width <= 90


def test_a_chinese_name_is_parted_between_words_that_other_names_use_too() -> None:
    names = ["高温合金棒材", "高温合金板材", "高温合金锻件", "不锈钢棒材", "飞机结构设计", "结构强度试验", "飞机舱门"]
    parted = {name: fit_label(name, 70, pairs=count_pairs(names)).lines for name in ("高温合金棒材", "飞机结构设计")}
    assert parted == {"高温合金棒材": ("高温合金", "棒材"), "飞机结构设计": ("飞机", "结构设计")}
    assert fit_label("高温合金棒材", 70).lines == ("高温合", "金棒材")


@given(st.text("高温合金棒材与、（）ab", min_size=1, max_size=12), st.floats(60, 140))
def test_parting_between_words_loses_no_character_and_stays_in_the_box(name: str, room: float) -> None:
    with_words = fit_label(name, room, pairs=count_pairs(["高温合金", "棒材与板材"]))
    assert "".join(with_words.lines).replace(" ", "") == "".join(fit_label(name, room).lines).replace(" ", "")
    assert with_words.width <= room
