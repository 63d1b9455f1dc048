"""The chain picture as text: well-formed, escaped, complete, the same every time."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain.engine.map_parts import KINDS
from xinya.chain.engine.map_svg import MapColumn, MapLink, MapNode, draw_map, draw_strip
from xinya.chain.engine.map_words import KIND_CLASS, LETTERS

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = [
    MapColumn("原材料", "up"),
    MapColumn("零件", "mid"),
    MapColumn("部件", "down"),
    MapColumn("装备", "equipment"),
]
NODES = [
    MapNode("al", "铝合金铸锭", 0, "outside", 0, href="/zh-hans/al"),
    MapNode("prep", "复合材料预浸料", 0, "missing", 0, "ready", "/zh-hans/prep", "5家企业在等"),
    MapNode("cnc", "数控结构件", 1, "made", 9, "stale", "/zh-hans/cnc"),
    MapNode("auto", "热压罐固化", 1, "thin", 1, "", "/zh-hans/auto"),
    MapNode("am", "增材制造件", 1, "weak", 3),
    MapNode("li", "铝锂合金型材", 1, "dependent", 0, "building"),
    MapNode("aft", "机身后段", 2, "made", 1),
    MapNode("pyl", "吊挂与短舱", 2, "extendable", 0),
    MapNode("oem", "整机总装", 2, "unknown", 0),
    MapNode("jig", "工装型架", 3, "made", 5),
]
LINKS = [
    MapLink("al", "cnc", True),
    MapLink("prep", "auto", True),
    MapLink("prep", "pyl", True),
    MapLink("cnc", "aft", True),
    MapLink("aft", "oem", False),
    MapLink("oem", "cnc", False),
    MapLink("li", "aft", True),
    MapLink("jig", "aft", True),
]


def drawn(language: str = "zh", note: str = "定位截至2025-01-31。") -> str:
    return draw_map("飞机大部件产业链", COLUMNS, NODES, LINKS, language=language, note=note)


def parsed(text: str) -> ElementTree.Element:
    """The fragment as a browser sees it inside a page."""
    return ElementTree.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def class_of(part: ElementTree.Element) -> str:
    return part.get("class") or ""


def view_height(picture: ElementTree.Element) -> float:
    return float((picture.get("viewBox") or "").split()[3])


def words_of(box: ElementTree.Element) -> str | None:
    description = box.find(f"{SVG}desc")
    return None if description is None else description.text


def test_the_same_chain_gives_the_same_bytes_whatever_the_order_of_hashing() -> None:
    program = (
        "from xinya.chain.tests.engine.test_map_svg import *\n"
        "import sys; sys.stdout.buffer.write((drawn() + draw_strip('甲', COLUMNS, NODES, language='en')).encode())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] == (drawn() + draw_strip("甲", COLUMNS, NODES, language="en")).encode()


def test_every_segment_is_a_link_with_its_verdict_in_words() -> None:
    picture = parsed(drawn("en"))
    boxes = {box.get("data-n"): box for box in picture.iter(f"{SVG}a")}
    assert set(boxes) == {node.code for node in NODES}
    for node in NODES:
        box = boxes[node.code]
        assert box.get("aria-label") == node.name
        assert box.get("href") == (node.href or None)
        assert KIND_CLASS[node.kind] in class_of(box).split()
    assert words_of(boxes["prep"]) == "Missing; What its maker would buy is made here; 5家企业在等"
    assert words_of(boxes["cnc"]) == "Made here; Known only from stale facts; Companies here: 9"


def test_every_drawn_link_is_in_the_picture_and_gaps_are_loud() -> None:
    lines = {(line.get("data-a"), line.get("data-b")): line.get("class") for line in parsed(drawn()).iter(f"{SVG}g")}
    assert set(lines) == {(link.source, link.target) for link in LINKS if link.source != "jig"}
    assert lines[("prep", "auto")] == "ln gap miss"
    assert lines[("li", "aft")] == "ln gap dep"
    assert lines[("cnc", "aft")] == "ln"
    assert lines[("oem", "cnc")] == "ln back"


def test_links_without_a_line_are_named_for_the_pointer_and_for_the_reader() -> None:
    text = drawn("en")
    aft = next(box for box in parsed(text).iter(f"{SVG}a") if box.get("data-n") == "aft")
    assert aft.get("data-from") == "cnc li jig"
    assert "Equipment and services serve many segments and have no lines" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_verdict_has_a_shape_and_a_character_of_its_own(language: str) -> None:
    picture = parsed(drawn(language))
    shapes = set()
    for node in NODES:
        box = next(item for item in picture.iter(f"{SVG}a") if item.get("data-n") == node.code)
        marks = [part for part in box.iter() if class_of(part).startswith("mk ")]
        letters = [part.text for part in box.iter() if class_of(part).startswith("mkt ")]
        if node.kind == "made":
            assert not marks
            assert not letters
            continue
        assert letters == [LETTERS[language][node.kind]]
        shapes.add((marks[0].tag, marks[0].get("class"), letters[0]))
    assert len(shapes) == len(KINDS) - 1
    assert len({letter for *_, letter in shapes}) == len(shapes)


def test_no_colour_style_script_or_identifier_is_written_into_the_picture() -> None:
    text = drawn() + draw_strip("甲", COLUMNS, NODES, language="zh", large=True)
    for forbidden in ("style=", "<style", "<script", "fill=", "stroke=", " id=", "url(", "javascript"):
        assert forbidden not in text


@given(st.lists(st.text(max_size=25), min_size=7, max_size=7))
@settings(max_examples=examples(80), deadline=None)
def test_hostile_names_are_escaped_and_the_xml_stays_well_formed(words: list[str]) -> None:
    title, column, name, code, href, note, foot = words
    columns = [MapColumn(column, "up"), MapColumn(column, "service")]
    nodes = [
        MapNode(code, name, 0, "missing", 2, "ready", href, note),
        MapNode(code + "'\"<b>&]]>", name, 1, "made", 1),
    ]
    links = [MapLink(nodes[1].code, code, True)]
    for language in ("zh", "en"):
        picture = parsed(draw_map(title, columns, nodes, links, language=language, note=foot))
        assert len(list(picture.iter(f"{SVG}a"))) == 2
        assert not list(picture.iter(f"{SVG}b"))
        assert not list(picture.iter(f"{SVG}script"))
        strip = parsed(draw_strip(title, columns, nodes, language=language))
        assert len(list(strip.iter(f"{SVG}rect"))) == 2


def test_a_name_that_cannot_be_shown_whole_is_whole_in_its_title() -> None:
    name = "增韧环氧树脂" * 12
    columns = [MapColumn(f"{k}", "mid") for k in range(9)]
    box = next(parsed(draw_map("链", columns, [MapNode("a", name, 0, "thin", 1)], [], language="zh", note="")).iter(f"{SVG}a"))
    assert box.findtext(f"{SVG}title") == name
    assert box.get("aria-label") == name


def test_the_note_breaks_into_lines_and_the_picture_grows_with_them() -> None:
    short, long = parsed(drawn(note="一句。")), parsed(drawn(note="很长的一句话，" * 60))
    lines = [text for text in long.iter(f"{SVG}text") if class_of(text) == "foot"]
    assert len(lines) >= 4
    height = [view_height(picture) for picture in (short, long)]
    assert height[1] >= height[0] + 19 * (len(lines) - 2)
    assert max(float(span.get("y") or "inf") for span in lines) < height[1]


def test_the_strip_shows_each_segment_once_and_says_the_counts() -> None:
    strip = parsed(draw_strip("Chain", COLUMNS, NODES, language="en"))
    squares = [part for part in strip.iter(f"{SVG}rect") if class_of(part).startswith("sq ")]
    assert len(squares) == len(NODES)
    places = {(part.get("x"), part.get("y")) for part in squares}
    assert len(places) == len(NODES)
    assert strip.get("aria-label") == (
        "Chain: Made here 3, Thin 1, Weak 1, Missing 1, Dependent 1, Extendable 1, Supplied from outside 1, Too little known 1"
    )
    corners = [class_of(part) for part in strip.iter(f"{SVG}path")]
    assert sorted(corners) == ["sqc building", "sqc ready"]


def test_an_empty_chain_is_an_empty_picture_and_not_a_failure() -> None:
    for columns in ([], [MapColumn("原料", "up")], [MapColumn("装备", "equipment")]):
        assert parsed(draw_map("链", columns, [], [], language="zh", note="")).tag == f"{SVG}svg"
        assert parsed(draw_strip("链", columns, [], language="zh")).tag == f"{SVG}svg"


def test_an_unknown_kind_is_refused_in_both_pictures() -> None:
    node = MapNode("a", "甲", 0, "red", 1)
    with pytest.raises(ValueError, match="'red'"):
        draw_map("链", COLUMNS, [node], [], language="zh", note="")
    with pytest.raises(ValueError, match="'red'"):
        draw_strip("链", COLUMNS, [node], language="zh")
