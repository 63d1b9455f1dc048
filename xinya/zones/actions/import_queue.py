"""What the queue does with long lists, with its progress on the list; a refusal stays on the list as a sentence."""

from collections.abc import Callable

from django.db import transaction

from xinya.kit.refusals import Refused
from xinya.kit.text import stored_values

from ..models import ImportBatch, Person
from .import_commit import commit_import
from .import_preview import examined, keep_preview
from .import_undo import undo_import
from .import_upload import read_batch


def work_on(batch_id: int, what: str) -> None:
    """Read or compare a list, unless that was done in the meantime."""
    batch = _of(batch_id, what)
    if batch is None:
        return
    _show(batch_id, 20)
    if what == "read":
        _refusable(batch, lambda: read_batch(batch))
    else:
        _refusable(batch, lambda: _compare(batch))


def _compare(batch: ImportBatch) -> None:
    result, register = examined(batch)
    _show(batch.pk, 80)
    with transaction.atomic():
        keep_preview(batch, result, register)


def commit_later(batch_id: int, person_id: int, *, key: str, confirmed: bool) -> None:
    """The commit of a long list, as the person who asked for it."""
    _as_person(
        batch_id, person_id, "commit", lambda actor: commit_import(actor, batch_id=batch_id, key=key, confirmed=confirmed, now=True)
    )


def undo_later(batch_id: int, person_id: int, *, reason: str) -> None:
    """The undo of a long list, as the person who asked for it."""
    _as_person(batch_id, person_id, "undo", lambda actor: undo_import(actor, batch_id=batch_id, reason=reason, now=True))


def _as_person(batch_id: int, person_id: int, what: str, act: Callable[[Person], object]) -> None:
    batch, actor = _of(batch_id, what), Person.objects.get(pk=person_id)
    if batch is None:
        return
    _show(batch_id, 20)
    _refusable(batch, lambda: act(actor))


def _of(batch_id: int, what: str) -> ImportBatch | None:
    rows = ImportBatch.objects.select_related("zone", "company", "file", "office", "template")
    return rows.filter(pk=batch_id, busy=what).first()


def _show(batch_id: int, percent: int) -> None:
    ImportBatch.objects.filter(pk=batch_id).update(progress=percent)


def _refusable(batch: ImportBatch, act: Callable[[], object]) -> None:
    """A refusal is no failure of the queue: it ends the work, and the page says why."""
    try:
        with transaction.atomic():
            act()
    except Refused as refused:
        said = {"code": refused.code, "message": refused.message, "values": stored_values(refused.values)}
        ImportBatch.objects.filter(pk=batch.pk).update(busy="", progress=100, trouble=said)
