"""The strip that shows where a chain hangs on one company."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.resilience.chain_risk import SegmentRisk, draw_chain_risk, level_of, segment_losses

shares = st.none() | st.floats(0, 1, allow_nan=False)


def test_a_segment_stands_for_the_maker_whose_failure_costs_most() -> None:
    makers = {"spar": ("甲", "乙"), "rib": ("丙",), "bolt": ()}
    assert segment_losses(makers, {"甲": 0.02, "乙": 0.11}) == {"spar": (0.11, "乙")}


@pytest.mark.parametrize(
    ("loss", "level"), [(None, "none"), (0, "l0"), (0.0099, "l0"), (0.01, "l1"), (0.03, "l2"), (0.1, "l3"), (1, "l3")]
)
def test_each_bound_belongs_to_the_class_that_it_opens(loss: float | None, level: str) -> None:
    assert level_of(loss) == level


@given(st.lists(st.tuples(st.integers(0, 6), shares), max_size=60), st.booleans())
def test_every_segment_is_one_square_within_the_picture(cells: list[tuple[int, float | None]], is_narrow: bool) -> None:
    segments = [SegmentRisk(f"s{n}", f"环节<{n}>", column, loss) for n, (column, loss) in enumerate(cells)]
    drawn = draw_chain_risk("链&", segments, language="zh", is_narrow=is_narrow)
    tree = ElementTree.fromstring(drawn)
    squares = tree.findall(".//rect")
    assert len(squares) == len(segments)
    width, height = (float(tree.attrib[name]) for name in ("width", "height"))
    places = [(float(s.attrib["x"]), float(s.attrib["y"])) for s in squares]
    assert len(set(places)) == len(places)
    assert all(0 < x < width and 0 < y < height for x, y in places)
    assert len(tree.findall(".//text")) == sum(1 for s in segments if s.loss is not None and s.loss >= 0.01)
    assert not re.search(r"style=|<script| id=", drawn)
