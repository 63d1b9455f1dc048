"""The index keeps up: marks in the change's transaction, one writer, built anew when it cannot be read."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction

from xinya.kit import search_kinds, search_work
from xinya.kit.models import SearchIndex, SearchMark, SearchWord
from xinya.kit.refusals import Refused
from xinya.kit.search import Search, SearchDocument, SearchKind, index_marked, mark, rebuild, register

READER = SimpleNamespace(scopes={"zone:a"})


class Shelf(dict[str, str]):
    """Rows of a made-up kind: names by key, all of zone a."""

    def rows(self, keys: Sequence[str] | None) -> Iterable[tuple[str, str]]:
        return [(key, self[key]) for key in (self if keys is None else keys) if key in self]


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path, db: None) -> Shelf:
    """The only kind there is, with an index folder of its own."""
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(search_kinds, "_KINDS", {})
    shelf = Shelf()
    register(
        SearchKind(
            "book", "Books", rows=shelf.rows, visible=lambda reader: reader.scopes,
            document=lambda row: SearchDocument(key=row[0], scopes=frozenset({"zone:a"}), names=(row[1],)),
        )
    )  # fmt: skip
    return shelf


def put(shelf: Shelf, key: str, name: str) -> None:
    with transaction.atomic():
        shelf[key] = name
        mark("book", [key])


def found(text: str) -> list[str]:
    search = Search(READER, text)
    hits = search.hits(["book"], 0, 100)
    assert len(hits) == search.count(["book"])
    return [hit.document.key for hit in hits]


def test_a_new_record_is_found_after_the_worker_s_pass(shelf: Shelf) -> None:
    put(shelf, "1", "钛合金锻件")
    assert not Search(READER, "锻件").is_ready
    assert found("锻件") == []
    assert index_marked() == 1
    assert found("锻件") == ["1"]
    assert not SearchMark.objects.exists()


def test_an_edited_record_is_found_by_its_new_words_alone_and_once(shelf: Shelf) -> None:
    put(shelf, "1", "钛合金锻件")
    index_marked()
    for _turn in range(3):
        put(shelf, "1", "轴承")
        assert index_marked() == 1
    assert (found("轴承"), found("锻件")) == (["1"], [])


def test_what_a_writer_killed_before_the_end_of_its_commit_left_hinders_nobody(shelf: Shelf) -> None:
    """It had written which records of a file are gone, under the very name that the next writer gives to the same, and no more."""
    for key in ("1", "2"):
        put(shelf, key, f"轴承{key}")
    index_marked()
    folder = search_work._current()
    assert folder is not None
    committed = folder.path / "meta.json"
    before = committed.read_bytes()
    put(shelf, "1", "锻件")
    index_marked()
    written = {file.name for file in folder.path.glob("*.del")}
    assert written
    committed.write_bytes(before)  # as it was in the instant in which the writer was killed
    put(shelf, "1", "锻件")
    assert index_marked() == 1
    assert (found("轴承"), found("锻件")) == (["2"], ["1"])


def test_a_removed_record_is_found_no_more_even_before_the_worker_comes(shelf: Shelf) -> None:
    put(shelf, "1", "轴承甲")
    put(shelf, "2", "轴承乙")
    index_marked()
    with transaction.atomic():
        mark("book", ["1"], is_hidden=True)  # its class was raised; the row is still there
        assert found("轴承") == ["2"]
    put(shelf, "1", "轴承丙")  # a later change does not open it again
    assert found("轴承") == ["2"]
    del shelf["1"]
    assert index_marked() == 0
    assert found("轴承") == ["2"]


@pytest.mark.django_db(transaction=True)
def test_a_mark_without_a_transaction_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        mark("book", ["1"])


def test_a_mark_goes_with_its_change(shelf: Shelf) -> None:
    def and_fail() -> None:
        with transaction.atomic():
            mark("book", ["1"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        and_fail()
    assert not SearchMark.objects.exists()


def test_a_record_that_changes_while_it_is_indexed_keeps_its_mark(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shelf, "1", "轴承")
    index_marked()
    put(shelf, "1", "叶片")
    rows = shelf.rows

    def then_changed(keys: Sequence[str] | None) -> Iterable[tuple[str, str]]:
        yield from rows(keys)
        put(shelf, "1", "锻件")

    kind = search_kinds.kinds()["book"]
    monkeypatch.setitem(search_kinds._KINDS, "book", SearchKind("book", "", then_changed, kind.document, kind.visible))
    index_marked()
    assert (found("叶片"), SearchMark.objects.count()) == (["1"], 1)
    monkeypatch.setitem(search_kinds._KINDS, "book", kind)
    assert index_marked() == 1
    assert (found("叶片"), found("锻件")) == ([], ["1"])
    assert not SearchMark.objects.exists()


def test_only_one_process_writes(shelf: Shelf) -> None:
    put(shelf, "1", "轴承")
    with search_work._only_writer(), pytest.raises(Refused, match="search-busy"):
        index_marked()
    assert SearchMark.objects.count() == 1
    assert index_marked() == 1


def test_a_second_writer_of_the_same_index_is_refused_and_nothing_is_lost(shelf: Shelf) -> None:
    put(shelf, "1", "轴承")
    index_marked()
    folder = search_work._current()
    assert folder is not None
    put(shelf, "2", "轴承")
    with folder.writer(), pytest.raises(Refused, match="search-busy"):
        index_marked()
    assert index_marked() == 1
    assert sorted(found("轴承")) == ["1", "2"]


@pytest.mark.parametrize("damage", ["gone", "empty", "meta", "made-of", "piece"])
def test_an_index_that_cannot_be_read_is_built_anew(shelf: Shelf, damage: str) -> None:
    put(shelf, "1", "轴承")
    index_marked()
    row = SearchIndex.objects.get()
    folder = search_work.home() / row.folder
    if damage in ("gone", "empty"):
        shutil.rmtree(folder)
    if damage == "empty":
        folder.mkdir()
    if damage == "meta":
        (folder / "meta.json").write_text("{")
    if damage == "made-of":
        (folder / "made-of.json").write_text('{"format": 99}')
    if damage == "piece":
        next(folder.glob("*.term")).write_bytes(b"")
    Search(READER, "轴承").hits(["book"], 0, 10)  # answers without an error, whatever it still finds
    assert index_marked() == 1
    assert SearchIndex.objects.get().folder != row.folder
    assert found("轴承") == ["1"]


def test_a_pass_of_nothing_builds_the_first_index(shelf: Shelf) -> None:
    shelf["1"] = "轴承"  # a row from before search
    assert index_marked() == 1
    assert index_marked() == 0
    assert found("轴承") == ["1"]


def test_the_list_of_own_words_changes_records_and_queries_together(shelf: Shelf) -> None:
    put(shelf, "1", "冷等静压机")
    put(shelf, "2", "静压轴承")
    index_marked()
    assert sorted(found("等静压")) == ["1", "2"]
    SearchWord.objects.create(word="等静压", added_by="li")
    assert sorted(found("等静压")) == ["1", "2"]  # the old index answers by its own list
    assert index_marked() == 2
    assert found("等静压") == ["1"]


def test_folders_of_indexes_out_of_use_are_removed(shelf: Shelf) -> None:
    put(shelf, "1", "轴承")
    (search_work.home() / "left.growing").mkdir(parents=True)
    for _turn in range(4):
        rebuild()
        assert found("轴承") == ["1"]
    row = SearchIndex.objects.get()
    folders = {path.name for path in search_work.home().iterdir() if path.is_dir()}
    assert folders == {row.folder, row.previous}


def test_an_index_of_another_edition_is_built_anew(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shelf, "1", "轴承")
    index_marked()
    kind = search_kinds.kinds()["book"]
    newer = SearchKind("book", "", kind.rows, kind.document, kind.visible, edition=lambda: "2")
    monkeypatch.setitem(search_kinds._KINDS, "book", newer)
    assert index_marked() == 1
    assert index_marked() == 0


def test_a_mark_of_a_kind_that_nobody_registered_is_worked_off(shelf: Shelf) -> None:
    put(shelf, "1", "轴承")
    index_marked()
    with transaction.atomic():
        mark("song", ["1"])
    assert index_marked() == 0
    assert not SearchMark.objects.exists()
    assert found("轴承") == ["1"]


def test_many_marks_are_worked_off_in_pieces(shelf: Shelf) -> None:
    index_marked()
    with transaction.atomic():
        shelf.update({str(n): f"轴承{n}号" for n in range(1201)})
        mark("book", shelf)
        mark("book", list(shelf)[:700])
    assert SearchMark.objects.count() == 1201
    assert index_marked() == 1201
    assert Search(READER, "轴承").count(["book"]) == 1201
    search = Search(READER, "轴承")
    assert len({h.document.key for start in range(0, 1300, 100) for h in search.hits(["book"], start, 100)}) == 1201
