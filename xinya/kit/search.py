"""Search for people: what may this reader find for these words, by which kinds, in which order.

Words are found by the index, codes and parts of names by the database, both behind the same gate. Results are the same on
either database.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from .models import SearchIndex, SearchMark
from .search_index import IndexFolder, Unreadable, identity
from .search_kinds import EVERYBODY, INTERNAL, PUBLIC, SearchDocument, SearchKind, kinds, register
from .search_query import Question
from .search_words import asked_for, cutter, excerpt, folded, joined
from .search_work import home, index_marked, mark, own_words, rebuild

LONGEST_QUERY = 200
FIRST = 200
KEPT_FOLDERS = 2
_folders: dict[str, IndexFolder] = {}
_folders_lock = Lock()


@dataclass(frozen=True)
class Hit:
    """A record that was found."""

    kind: SearchKind
    document: SearchDocument

    @property
    def identity(self) -> str:
        return identity(self.kind.name, self.document.key)


def open_index() -> IndexFolder | None:
    """The index in use, kept open by this process; None before one was built. One statement."""
    row = SearchIndex.objects.first()
    if row is None:
        return None
    path = home() / row.folder
    with _folders_lock:
        found = _folders.get(str(path))
        if found is None:
            try:
                found = IndexFolder.open(path)
            except Unreadable:
                return None
            _folders[str(path)] = found
            for old in list(_folders)[:-KEPT_FOLDERS]:
                del _folders[old]
    return found


class Search:
    """One reader's search. text: as it is looked for; was_cut: the query was longer; is_ready: there is an index to ask."""

    def __init__(self, person: Any, text: str) -> None:
        self.text, self.was_cut = asked_for(text, LONGEST_QUERY)
        self.scopes = {name: frozenset(kind.visible(person)) for name, kind in kinds().items()}
        self._first = {name: self._known_first(person, kind) for name, kind in kinds().items() if self.scopes[name]}
        self._question = self._opened() if self.is_asked else None

    @property
    def is_asked(self) -> bool:
        """Is there anything to look for? Blanks and signs alone find nothing."""
        return bool(folded(self.text).strip())

    @property
    def is_ready(self) -> bool:
        return self._question is not None

    def _known_first(self, person: Any, kind: SearchKind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(kind.first(person, self.text, FIRST))) if self.is_asked else ()

    def _opened(self) -> Question | None:
        """The question, on an index opened anew if it was replaced while we looked."""
        withdrawn = SearchMark.objects.filter(is_hidden=True)
        hidden = frozenset(identity(*row) for row in withdrawn.values_list("kind", "key"))
        for _attempt in range(2):
            folder = open_index()
            if folder is None:
                return None
            try:
                return Question(folder, folder.searcher(), self.text, self.scopes, hidden)
            except Unreadable:
                with _folders_lock:
                    _folders.pop(str(folder.path), None)
        return None

    def kinds_of(self, name: str = "") -> list[str]:
        """The kinds that this reader may find, or the one of this name among them."""
        return [k for k, mine in self.scopes.items() if mine and name in ("", k)]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many records of each readable kind were found."""
        return {kind: self.count([kind]) for kind in self.kinds_of()}

    def count(self, names: Collection[str]) -> int:
        first = self._first_of(names)
        return len(first) + (self._question.count(names, first) if self._question else 0)

    def _first_of(self, names: Collection[str]) -> list[str]:
        return [identity(name, key) for name in names for key in self._first.get(name, ())]

    def hits(self, names: Collection[str], start: int, limit: int) -> list[Hit]:
        """Records of these kinds from `start` on: those that the database knows by code or name, then the best of the index.

        The records are read as they are now; one that is gone since is left out.
        """
        first = self._first_of(names)
        wanted = first[start : start + limit]
        if self._question and len(wanted) < limit:
            wanted += self._question.best(names, max(0, start - len(first)), limit - len(wanted), first)
        return self._read(wanted)

    def _read(self, wanted: Sequence[str]) -> list[Hit]:
        found: dict[str, Hit] = {}
        for name in dict.fromkeys(one.split(":", 1)[0] for one in wanted):
            kind = kinds()[name]
            for document in kind.documents([one.split(":", 1)[1] for one in wanted if one.startswith(f"{name}:")]):
                if document.scopes & self.scopes[name]:
                    found[identity(name, document.key)] = Hit(kind, document)
        return [found[one] for one in wanted if one in found]

    def lit(self, text: str, width: int = 10_000) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is what was asked for; a longer one around the first such piece."""
        return excerpt(text, self._places(text), width)

    def telling(self, texts: Sequence[str], most: int) -> list[str]:
        """The texts that hold what was asked for, at most so many."""
        return [text for text in texts if self._places(text)][:most]

    def _places(self, text: str) -> list[tuple[int, int]]:
        cut = self._question.folder.cutter if self._question else cutter()
        words = self._question.words if self._question else cut.for_query(self.text)
        flat, whole = folded(text), folded(self.text).strip()
        at = flat.find(whole) if whole and len(flat) == len(text) else -1
        return joined([*cut.places(text, frozenset(words)), *([(at, at + len(whole))] if at >= 0 else [])])


__all__ = [
    "EVERYBODY",
    "INTERNAL",
    "LONGEST_QUERY",
    "PUBLIC",
    "Hit",
    "Search",
    "SearchDocument",
    "SearchKind",
    "index_marked",
    "kinds",
    "mark",
    "own_words",
    "rebuild",
    "register",
]
