"""The gate stands inside the question: what a reader may not read changes neither results, nor their order, nor their number."""

import math
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.settings import FOLDER
from xinya.kit.search import SearchDocument, SearchKind, register
from xinya.kit.search_index import IndexFolder, identity
from xinya.kit.search_query import Question

WORDS = ("钛合金", "锻件", "叶片", "轴承", "forging", "检测")
SCOPES = ("zone:a", "zone:b", "company:1", "company:2", "everybody")
KINDS = ("company", "segment")
Row = tuple[str, SearchDocument]

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Records of two kinds, each findable by some."""
    return [
        (
            draw(st.sampled_from(KINDS)),
            SearchDocument(
                key=str(number),
                scopes=frozenset(draw(st.lists(st.sampled_from(SCOPES), min_size=1, max_size=2))),
                names=(draw(words),),
                aliases=tuple(draw(st.lists(words, max_size=1))),
                text=tuple(draw(st.lists(words, max_size=2))),
            ),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


readers = st.fixed_dictionaries({kind: st.frozensets(st.sampled_from(SCOPES), max_size=3) for kind in KINDS})


def built(documents: Sequence[Row], folder: Path) -> IndexFolder:
    made = IndexFolder.create(folder, (), {})
    with made.writer() as writer:
        for kind, document in documents:
            made.put(writer, kind, [document])
        writer.commit()
    return made


def asked(documents: Sequence[Row], text: str, scopes: dict[str, Collection[str]], hidden: Collection[str] = ()) -> Question:
    folder = built(documents, Path(tempfile.mkdtemp(dir=FOLDER)))
    return Question(folder, folder.searcher(), text, scopes, frozenset(hidden))


def plainly(documents: Sequence[Row], text: str, scopes: dict[str, Collection[str]]) -> set[str]:
    """Read without an index: who may read it, and does it hold enough of the words?"""
    cut = asked([], "", {}).folder.cutter
    wanted = set(cut.for_query(text))
    least = 1 if len(wanted) < 3 else math.ceil(len(wanted) / 2)
    found = set()
    for kind, d in documents:
        held = {w for piece in (*d.names, *d.aliases, *d.text) for w in cut.for_index(piece)}
        if d.scopes & set(scopes[kind]) and len(wanted & held) >= least:
            found.add(identity(kind, d.key))
    return found


@hypothesis.given(documents=rows(), text=words, scopes=readers)
def test_what_is_found_is_what_a_plain_reading_finds(documents: list[Row], text: str, scopes: dict[str, Collection[str]]) -> None:
    question = asked(documents, text, scopes)
    found = question.best(KINDS, 0, 100)
    assert set(found) == plainly(documents, text, scopes)
    assert len(set(found)) == len(found) == question.count(KINDS)


@hypothesis.given(documents=rows(), text=words, scopes=readers)
def test_the_answer_is_the_same_as_if_hidden_records_did_not_exist(
    documents: list[Row], text: str, scopes: dict[str, Collection[str]]
) -> None:
    open_ = [(kind, d) for kind, d in documents if d.scopes & set(scopes[kind])]
    whole, alone = asked(documents, text, scopes), asked(open_, text, scopes)
    assert whole.words == alone.words
    assert whole.best(KINDS, 0, 100) == alone.best(KINDS, 0, 100)
    for kind in KINDS:
        assert whole.count([kind]) == alone.count([kind])


@hypothesis.given(documents=rows(), text=words, scopes=readers, data=st.data())
def test_a_withdrawn_record_is_as_if_it_were_gone(
    documents: list[Row], text: str, scopes: dict[str, Collection[str]], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from([identity(k, d.key) for k, d in documents]))) if documents else set()
    left = [(kind, d) for kind, d in documents if identity(kind, d.key) not in gone]
    assert asked(documents, text, scopes, gone).best(KINDS, 0, 100) == asked(left, text, scopes).best(KINDS, 0, 100)


@hypothesis.given(documents=rows(), text=words, size=st.integers(1, 5))
def test_pages_together_are_the_whole(documents: list[Row], text: str, size: int) -> None:
    question = asked(documents, text, dict.fromkeys(KINDS, SCOPES))
    whole = question.best(KINDS, 0, 100)
    paged = [one for start in range(0, len(whole) + size, size) for one in question.best(KINDS, start, size)]
    assert paged == list(whole)
    assert question.count(KINDS, whole[:3]) == len(whole[3:])
    assert question.best(KINDS, 0, 100, whole[:3]) == list(whole[3:])


def said(key: str, name: str, *text: str) -> Row:
    return ("company", SearchDocument(key=key, scopes=frozenset({"everybody"}), names=(name,), text=text))


def order(text: str, *documents: Row) -> list[str]:
    found = asked(documents, text, {"company": ["everybody"]}).best(["company"], 0, 100)
    return [one.split(":")[1] for one in found]


def test_a_name_tells_more_than_a_text() -> None:
    assert order("轴承", said("text", "沈阳厂", "轴承"), said("name", "轴承厂", "电机")) == ["name", "text"]


def test_all_words_in_a_text_tell_more_than_one_in_a_name() -> None:
    assert order("表面处理", said("half", "表面工程公司", "喷涂"), said("whole", "某某装备", "表面处理")) == ["whole", "half"]


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    many = [said(f"m{n}", f"叶片{n}厂") for n in range(9)]
    assert order("叶片锻件", *many, said("rare", "锻件厂"))[0] == "rare"


def test_a_word_that_no_record_has_gives_way_to_the_shorter_ones_inside() -> None:
    assert order("复合材料", said("1", "复合板厂"), said("2", "木材厂")) == ["1"]


def test_a_record_of_a_hidden_class_is_never_made() -> None:
    for secrecy in ("COMPANY", "RESTRICTED", ""):
        with pytest.raises(ValueError, match="not indexed"):
            SearchDocument(key="1", scopes=frozenset({"zone:a"}), names=("甲",), secrecy=secrecy)
    with pytest.raises(ValueError, match="somebody who may find it"):
        SearchDocument(key="1", scopes=frozenset(), names=("甲",))


def test_two_kinds_cannot_have_one_name() -> None:
    other = SearchKind("company", "x", rows=lambda keys: (), document=lambda row: row, visible=lambda person: ())
    with pytest.raises(ValueError, match="company"):
        register(other)
