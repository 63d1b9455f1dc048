"""What can be found: each slice registers its kinds of records, with who may read which of them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PUBLIC, INTERNAL = "PUBLIC", "INTERNAL"
INDEXED = frozenset({PUBLIC, INTERNAL})
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A record as search knows it. Texts of class COMPANY or RESTRICTED never get here.

    scopes: who may find it, such as `zone:shenyang` or `company:17`; a reader finds it by any one of them. codes: found whole.
    names: in all languages, the first is shown. text: what else is said, each piece on its own. place: where it belongs.
    route: the name of its page and its arguments; anchor: the place on that page.
    """

    key: str
    scopes: frozenset[str]
    names: tuple[str, ...]
    name_en: str = ""
    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    text_en: tuple[str, ...] = ()
    place: str = ""
    place_en: str = ""
    route: tuple[str, ...] = ()
    anchor: str = ""
    secrecy: str = INTERNAL

    def __post_init__(self) -> None:
        if self.secrecy not in INDEXED:
            raise ValueError(f"{self.key}: a record of class {self.secrecy} is not indexed")
        if not self.scopes or not self.names:
            raise ValueError(f"{self.key}: a record needs a name and somebody who may find it")


@dataclass(frozen=True)
class SearchKind:
    """A kind of records. label: its name for people, a marked sentence.

    rows: the rows with these keys, or all of them for None. document: a row as search knows it. visible: the scopes that a
    person may read. first: keys that the database itself knows for a code or a part of a name, with their number, under the
    same gate. edition: changes when records change that are no rows.
    """

    name: str
    label: str
    rows: Callable[[Sequence[str] | None], Iterable[Any]]
    document: Callable[[Any], SearchDocument]
    visible: Callable[[Any], Collection[str]]
    first: Callable[[Any, str, int], Sequence[str]] = field(default=lambda person, text, most: ())
    edition: Callable[[], str] = field(default=lambda: "")

    def documents(self, keys: Sequence[str] | None = None) -> Iterable[SearchDocument]:
        return (self.document(row) for row in self.rows(keys))


_KINDS: dict[str, SearchKind] = {}


def register(kind: SearchKind) -> SearchKind:
    """Make a kind findable; done once by each slice when it starts. Raises ValueError for a name taken by another kind."""
    if _KINDS.get(kind.name, kind) is not kind:
        raise ValueError(f"there is a kind {kind.name} already")
    _KINDS[kind.name] = kind
    return kind


def kinds() -> Mapping[str, SearchKind]:
    """All kinds in the order in which they are shown."""
    return _KINDS


def editions() -> dict[str, str]:
    """What an index is made of besides rows: an index of another edition is built anew."""
    return {kind.name: kind.edition() for kind in _KINDS.values() if kind.edition()}
