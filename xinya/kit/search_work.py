"""Keeping the search index: marks in the change's own transaction, one writer, an index that can always be built anew."""

import fcntl
import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .later import later
from .models import SearchIndex, SearchMark, SearchWord
from .refusals import Refused
from .search_index import BUSY, IndexFolder, Unreadable, identity
from .search_kinds import editions, kinds

MANY = 500
GROWING = ".growing"
INDEXING = "kit.index_marked"


def mark(kind: str, keys: Iterable[object], *, is_hidden: bool = False) -> int:
    """Say that these records changed. Must be called inside the change's transaction: without one it raises RuntimeError.

    is_hidden: they are gone, or their class was raised; they are found no more from the commit on.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("records are marked inside the transaction that changes them")
    names = sorted({str(key) for key in keys})  # in order, so that two writers never wait for each other
    rows = [SearchMark(kind=kind, key=name, version=secrets.randbits(62), is_hidden=is_hidden) for name in names]
    changed = ["version", "is_hidden"] if is_hidden else ["version"]  # what is hidden stays so until the index says the same
    SearchMark.objects.bulk_create(
        rows, batch_size=MANY, update_conflicts=True, unique_fields=["kind", "key"], update_fields=changed
    )
    later(INDEXING)
    return len(rows)


def home() -> Path:
    """The folder of all indexes of this installation."""
    return Path(settings.VAR) / "search"


def own_words() -> tuple[str, ...]:
    """The list of own words as it is now. One statement."""
    return tuple(SearchWord.objects.filter(removed_at=None).order_by("word").values_list("word", flat=True))


@contextmanager
def _only_writer() -> Iterator[None]:
    """One writing process a folder; the lock dies with its process. Raises Refused search-busy."""
    home().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            raise Refused("search-busy", BUSY, status=409) from taken
        yield


def index_marked() -> int:
    """Bring the index up to what is marked, in one pass; returns how many records were written.

    Builds the index anew where there is none, none that can be read, or one of another list of words or edition.
    Raises Refused search-busy while another process writes.
    """
    with _only_writer():
        folder = _current()
        if folder is None:
            return _build()
        try:
            return _write_marked(folder)
        except Unreadable:
            return _build()


def rebuild() -> int:
    """Build the index anew from all rows; readers go on with the old one until it is whole. Returns how many records it holds."""
    with _only_writer():
        return _build()


def _current() -> IndexFolder | None:
    """The index in use, if it can be read and was made of the words and editions of today."""
    row = SearchIndex.objects.first()
    if row is None:
        return None
    try:
        folder = IndexFolder.open(home() / row.folder)
    except Unreadable:
        return None
    return folder if (folder.own_words, folder.editions) == (own_words(), editions()) else None


def _write_marked(folder: IndexFolder) -> int:
    written, last = 0, 0
    while marks := list(SearchMark.objects.filter(pk__gt=last).order_by("pk")[:MANY]):
        last = marks[-1].pk
        with folder.writer() as writer:
            for row in marks:
                writer.delete_documents_by_term("id", identity(row.kind, row.key))
            for name in sorted({row.kind for row in marks}):
                known = kinds().get(name)
                if known is not None:
                    written += folder.put(writer, name, known.documents([row.key for row in marks if row.kind == name]))
            writer.commit()
        _clear([row.version for row in marks])
    return written


def _clear(versions: Sequence[int]) -> None:
    """Forget marks, only where the row is still the version that was indexed. A version is drawn once and names its mark."""
    for start in range(0, len(versions), MANY):
        SearchMark.objects.filter(version__in=versions[start : start + MANY]).delete()


def _build() -> int:
    """Into a new folder; then, in one statement, all readers go there."""
    for left in home().glob(f"*{GROWING}"):  # by a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    versions = list(SearchMark.objects.values_list("version", flat=True))
    name, count = secrets.token_hex(8), 0
    folder = IndexFolder.create(home() / f"{name}{GROWING}", own_words(), editions())
    with folder.writer() as writer:
        for kind in kinds().values():
            count += folder.put(writer, kind.name, kind.documents())
        writer.commit()
    folder.path.rename(home() / name)
    _go_over_to(name)
    _clear(versions)
    return count


def _go_over_to(name: str) -> None:
    """Make the folder the one in use. The last one stays for readers that have just opened it; the one before goes."""
    with transaction.atomic():
        old = SearchIndex.objects.select_for_update().first()
        unused: Collection[str] = {old.previous} - {"", name} if old else set()
        previous = old.folder if old else ""
        SearchIndex.objects.update_or_create(pk=1, defaults={"folder": name, "previous": previous, "built_at": timezone.now()})
    for folder in unused:
        shutil.rmtree(home() / folder, ignore_errors=True)
