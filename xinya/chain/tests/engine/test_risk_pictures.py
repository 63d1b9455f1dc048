"""The picture of companies by size and harm: no name is cut off at the edge and none lies on another text."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain.engine.map_labels import text_width
from xinya.chain.engine.resilience.pictures import DIAGONAL, NARROW, SMALL, TYPE, WIDE, Dot, draw_risk_map
from xinya.kit.text import say

TEXT = re.compile(r'<text class="([a-z ]+)" x="([\d.-]+)" y="([\d.-]+)">([^<]*)</text>')
NAMES = ("沈阳玄潜航空复合材料有限公司", "Shenyang Xuanqian Aviation Composite Materials Co., Ltd.", "甲公司", "Short Co.")


def words_of(picture: str) -> list[tuple[str, float, float, float, str]]:
    """(class, left, right, base line, words) of every text but the figures of the axes."""
    found = []
    for kind, x, y, words in TEXT.findall(picture):
        width = text_width(words, TYPE if kind.startswith("nm") else SMALL)
        left = float(x) - (width if "end" in kind else 0)
        if "mid" not in kind and "%" not in words:
            found.append((kind, left, left + width, float(y), words))
    return found


def demand_apart(picture: str, width: int) -> None:
    words = words_of(picture)
    for _kind, left, right, _base, said in words:
        assert left >= 0, said
        assert right <= width + 0.1, said
    for one, other in itertools.combinations(words, 2):
        is_beside = one[2] <= other[1] or other[2] <= one[1]
        assert is_beside or abs(one[3] - other[3]) >= 14, (one, other)


@st.composite
def companies(draw: st.DrawFn) -> Dot:
    own = draw(st.floats(0, 0.6))
    index = min(1.0, own + draw(st.floats(0, 0.4)))
    low, high = index * draw(st.floats(0, 1)), min(1.0, index * draw(st.floats(1, 2)))
    return Dot(draw(st.sampled_from(NAMES)), own, index, low, high, "/x/")


@settings(max_examples=examples(60))
@given(st.lists(companies(), min_size=1, max_size=12), st.booleans(), st.sampled_from(["zh", "en"]))
def test_no_name_is_cut_off_or_lies_on_another(dots: list[Dot], is_narrow: bool, language: str) -> None:
    picture = draw_risk_map(dots, language=language, is_narrow=is_narrow)
    demand_apart(picture, NARROW if is_narrow else WIDE)
    assert picture.count("<a href=") == len(dots)


@pytest.mark.parametrize("is_narrow", [False, True])
def test_the_worst_company_is_named_where_there_is_room(is_narrow: bool) -> None:
    dots = [
        Dot(name, own, harm, harm / 2, harm, "/x/")
        for name, own, harm in zip(NAMES, (0.3, 0.01, 0.05, 0.4), (0.35, 0.4, 0.1, 0.5), strict=True)
    ]
    named = [
        words for kind, *_rest, words in words_of(draw_risk_map(dots, language="en", is_narrow=is_narrow)) if kind.startswith("nm")
    ]
    assert named[0].startswith("Shenyang")
    assert say("en", DIAGONAL) in draw_risk_map(dots, language="en", is_narrow=is_narrow)
