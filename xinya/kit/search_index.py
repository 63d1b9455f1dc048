"""One index on disk: its fields, how it is opened and written. Knows nothing of rows, people or Django."""

import json
import shutil
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tantivy

from xinya.kit.refusals import Refused
from xinya.kit.search_kinds import SearchDocument
from xinya.kit.search_words import Cutter, brevity, cutter
from xinya.kit.text import gettext_noop as _

FORMAT = 1
MADE_OF = "made-of.json"
HEAP_BYTES = 32 * 1024 * 1024
BUSY = _("Another process is writing the search index. Try again in a moment.")
UNREADABLE = (ValueError, OSError, KeyError, TypeError)


class Unreadable(Exception):
    """The folder holds no index that this version can read; it is built anew."""


def schema() -> tantivy.Schema:
    """Fields: what identifies a record, who may find it, its words by where they stand, and how brief it is."""
    fields = tantivy.SchemaBuilder()
    fields.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("kind", "scope"):
        fields.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("names", "aliases", "text"):
        fields.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    fields.add_float_field("brevity", fast=True)
    return fields.build()


@dataclass(frozen=True)
class IndexFolder:
    """An index in its folder, and what it was made of: the list of own words and the editions of its kinds."""

    path: Path
    own_words: tuple[str, ...]
    editions: dict[str, str]

    @classmethod
    def create(cls, path: Path, own_words: Collection[str], editions: dict[str, str]) -> "IndexFolder":
        """An empty index in a new folder."""
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        made_of = {"format": FORMAT, "own_words": sorted(own_words), "editions": editions}
        (path / MADE_OF).write_text(json.dumps(made_of, ensure_ascii=False), encoding="utf-8")
        tantivy.Index(schema(), path=str(path), reuse=False)
        return cls(path, tuple(sorted(own_words)), editions)

    @classmethod
    def open(cls, path: Path) -> "IndexFolder":
        """An index that is there. Raises Unreadable."""
        try:
            made_of = json.loads((path / MADE_OF).read_text(encoding="utf-8"))
            if made_of["format"] != FORMAT or not tantivy.Index.exists(str(path)):
                raise Unreadable(path)
            found = cls(path, tuple(made_of["own_words"]), dict(made_of["editions"]))
            found.index.searcher()
        except UNREADABLE as wrong:
            raise Unreadable(path) from wrong
        return found

    @cached_property
    def index(self) -> tantivy.Index:
        index = tantivy.Index(schema(), path=str(self.path))
        index.config_reader("manual")
        return index

    @property
    def cutter(self) -> Cutter:
        return cutter(self.own_words)

    def searcher(self) -> tantivy.Searcher:
        """Sees everything that was committed before this call. Raises Unreadable."""
        try:
            self.index.reload()
        except UNREADABLE as wrong:
            raise Unreadable(self.path) from wrong
        return self.index.searcher()

    @contextmanager
    def writer(self) -> Iterator[tantivy.IndexWriter]:
        """The one writer of this index. Raises Refused search-busy while another process has it, Unreadable for a broken index."""
        try:
            opened = self.index.writer(HEAP_BYTES, 1)
        except ValueError as wrong:
            if "LockBusy" in str(wrong):
                raise Refused("search-busy", BUSY, status=409) from wrong
            raise Unreadable(self.path) from wrong
        try:
            try:
                # A writer killed before the end of its commit left files under the very names that the next commit would write.
                opened.garbage_collect_files()
            except ValueError as wrong:
                raise Unreadable(self.path) from wrong
            yield opened
        finally:
            opened.wait_merging_threads()  # also gives the lock back

    def put(self, writer: tantivy.IndexWriter, kind: str, documents: Iterable[SearchDocument]) -> int:
        """Add documents, which must not be there; returns how many."""
        count = 0
        for document in documents:
            writer.add_document(self._entry(kind, document))
            count += 1
        return count

    def _entry(self, kind: str, document: SearchDocument) -> tantivy.Document:
        entry, name = tantivy.Document(), identity(kind, document.key)
        entry.add_text("id", name)
        entry.add_text("kind", kind)
        for scope in document.scopes:
            entry.add_text("scope", scope)
        count = 0
        texts = {
            "names": (*document.names, document.name_en),
            "aliases": (*document.aliases, *document.codes),
            "text": (*document.text, *document.text_en),
        }
        for field, said in texts.items():
            for piece in said:
                words = self.cutter.for_index(piece)
                count += len(words)
                if words:
                    entry.add_text(field, " ".join(words))
        # The last digits make the order of equals the same in every index: by identity, not by the time of entry.
        entry.add_float("brevity", brevity(count) + zlib.crc32(name.encode()) / 2**32 / 1000)
        return entry


def identity(kind: str, key: str) -> str:
    """How a record is named in the index."""
    return f"{kind}:{key}"
