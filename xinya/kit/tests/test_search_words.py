"""Words as search sees them: script, width, case, endings; and where they stand in a text."""

from itertools import pairwise

import hypothesis
import pytest
from hypothesis import strategies as st

from xinya.kit.search_words import Cutter, asked_for, cutter, excerpt, folded, joined, pieces, rarity, stem


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("無損檢測", "无损检测"),
        ("ＮＤＴ檢測", "ndt检测"),
        ("Titanium FORGINGS", "titanium forging"),
        ("C/C复合材料", "c-c 复合材料"),
    ],
)
def test_script_width_case_and_endings_make_no_difference(written: str, meant: str) -> None:
    assert cutter().for_query(written) == cutter().for_query(meant) != []


def test_a_record_has_its_long_words_and_the_short_ones_inside() -> None:
    assert set(cutter().for_index("航空复合材料")) == {"航空", "复合", "材料", "复合材料"}
    assert cutter().for_query("航空复合材料") == ["航空", "复合材料"]


def test_an_own_word_stays_whole_in_records_and_queries_alike() -> None:
    assert "等静压" not in cutter().for_query("冷等静压机")
    own = Cutter(["等静压"])
    assert "等静压" in own.for_query("冷等静压机")
    assert "等静压" in own.for_index("冷等静压机")
    assert "等静压" not in Cutter().for_query("冷等静压机")


def test_common_words_are_looked_for_only_when_there_is_nothing_else() -> None:
    assert cutter().for_query("沈阳飞机有限公司") == ["沈阳", "飞机"]
    assert cutter().for_query("有限公司") == ["有限公司"]


def test_signs_and_pictures_are_no_words() -> None:
    assert cutter().for_query("😀 !!?? *:*~ \"' ()[]{}^\\ AND") == ["and"]
    assert cutter().for_query("—…、。《》") == []


def test_a_query_is_one_line_of_bounded_length() -> None:
    assert asked_for(" a\x00b\r\nc\ud800 ", 20) == ("a b c", False)
    assert asked_for("钛" * 10_000, 200) == ("钛" * 200, True)
    assert len(cutter().for_query("一二三四五六七八九十" * 1000)) <= 24


def test_a_stem_is_of_english_words_only() -> None:
    assert (stem("forgings"), stem("gh4169"), stem("锻件")) == ("forg", "gh4169", "锻件")


def test_a_rare_word_tells_more_and_none_tells_nothing() -> None:
    assert rarity(1, 100) > rarity(50, 100) > rarity(100, 100) > 0


def test_places_are_those_of_the_written_text() -> None:
    text = "無損檢測與Forgings"
    found = cutter().places(text, {"无损", "检测", "forg"})
    assert [text[a:b] for a, b in found] == ["無損檢測", "Forgings"]


def test_an_excerpt_stands_around_the_first_place() -> None:
    text = "甲" * 100 + "锻件" + "乙" * 100
    said = excerpt(text, [(100, 102)], 40)
    assert said[0] == ("…", False)
    assert ("锻件", True) in said
    assert sum(len(piece) for piece, _hit in said) == 42
    assert excerpt("锻件", [(0, 2)], 40) == [("锻件", True)]


texts = st.text(alphabet="航空复合材料钛锻件無損 ＡaＺ9-·<&ßİ\ud800\x00😀", max_size=40)


@hypothesis.given(text=texts)
def test_pieces_together_are_the_text(text: str) -> None:
    words = set(cutter().for_index(text))
    assert "".join(piece for piece, _hit in pieces(text, cutter().places(text, words))) == text


@hypothesis.given(text=texts)
def test_a_folded_text_folds_to_itself(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@hypothesis.given(places=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)).map(lambda p: (p[0], p[0] + p[1]))))
def test_joined_places_cover_the_same_and_never_touch(places: list[tuple[int, int]]) -> None:
    whole = joined(places)
    assert {n for a, b in whole for n in range(a, b)} == {n for a, b in places for n in range(a, b)}
    assert all(one[1] < other[0] for one, other in pairwise(whole))
