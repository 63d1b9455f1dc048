"""Pictures of a positioning: every candidate has its dot, names are escaped, the same table gives the same picture."""

import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.complexity import complexity, positioning, proximity
from xinya.chain.engine.complexity.pictures import NAMED, draw_scatter, draw_space, drawn_products, lay_out

from .test_complexity import world

NAMES = [f"<业&{k}>" for k in range(30)]


@given(seed=st.integers(0, 500))
def test_every_candidate_is_a_dot_inside_the_frame_and_the_first_ten_are_numbered(seed: int) -> None:
    found = complexity(world(seed))
    rows = positioning(found, 3)
    drawn = draw_scatter(rows, NAMES, language="en")
    tree = ET.fromstring(drawn)
    circles = list(tree.iter("circle"))
    assert len(circles) == len(rows)
    assert {t.text for t in tree.iter("text") if t.get("class") == "rank"} == {str(r.rank) for r in rows[:NAMED]}
    for circle in circles:
        assert 0 <= float(circle.get("cx", "-1")) <= 720
        assert 0 <= float(circle.get("cy", "-1")) <= 420
    assert {t.text for t in tree.iter("title")} >= {f"{r.rank} {NAMES[r.product]}" for r in rows[:NAMED]}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_space_joins_all_products_and_is_drawn_the_same_again(language: str) -> None:
    found = complexity(world(7))
    rows = positioning(found, 3)
    drawn = drawn_products(rows, found.present[3], found.ubiquity, found.products)
    assert len(set(drawn)) == len(drawn) == int(found.products.sum())
    near = proximity(found.present[:, drawn].astype(float))
    space, again = lay_out(near, drawn), lay_out(near, drawn)
    assert np.array_equal(space.places, again.places)
    assert len(space.links) >= len(drawn) - 1
    joined = {0}
    for _round in drawn:
        joined |= {b for a, b in space.links if a in joined} | {a for a, b in space.links if b in joined}
    assert len(joined) == len(drawn)
    text = draw_space(space, NAMES, {r.product: r.rank for r in rows}, found.present[3], language=language)
    tree = ET.fromstring(text)
    kinds = [c.get("class") for c in tree.iter("circle")]
    assert kinds.count("here") == int(found.present[3].sum())
    assert len(kinds) == len(drawn)


def test_without_complexity_there_is_no_scatter() -> None:
    assert draw_scatter([], NAMES, language="en") == ""


def test_a_stray_dot_stands_on_the_edge_and_leaves_room_for_the_others() -> None:
    rows = positioning(complexity(world(5)), 3)
    rows[-1] = rows[-1].__class__(**{f: getattr(rows[-1], f) for f in rows[-1].__slots__} | {"pci": -1000.0})
    tree = ET.fromstring(draw_scatter(rows, NAMES, language="en"))
    ys = sorted(float(c.get("cy", "0")) for c in tree.iter("circle"))
    assert ys[-2] - ys[0] > 100


@given(seed=st.integers(0, 500), is_narrow=st.booleans())
def test_no_number_lies_on_another_or_outside_the_frame(seed: int, is_narrow: bool) -> None:
    rows = positioning(complexity(world(seed)), 3)
    crowded = [r.__class__(**{f: getattr(r, f) for f in r.__slots__} | {"density": 0.5, "pci": 1.0}) for r in rows]
    for some in (rows, [*crowded[:NAMED], *rows[NAMED:]]):
        tree = ET.fromstring(draw_scatter(some, NAMES, language="en", is_narrow=is_narrow))
        width, height = (float(x) for x in tree.get("viewBox", "").split()[2:])
        badges = [(float(c.get("cx", "-1")), float(c.get("cy", "-1"))) for c in tree.iter("circle") if c.get("r") == "11"]
        assert len(badges) == min(NAMED, len(some))
        for k, one in enumerate(badges):
            assert 11 <= one[0] <= width - 11
            assert 0 <= one[1] <= height - 11
            assert all(math.dist(one, other) >= 22 for other in badges[:k])
