"""What the queue does with long lists, with its progress on the list; a refusal stays on the list as a sentence.

Reading and comparing happen outside of every transaction: only what came of them is written in one, which is short.
"""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from xinya.kit.later import Hopeless
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import stored_values

from ..models import ImportBatch, Membership, Person, Zone
from .import_commit import Ahead, commit_import
from .import_indicators import read_indicator_batch
from .import_preview import examined, keep_preview, preview_later
from .import_undo import undo_import
from .import_upload import keep_reading, looked_at

TURNS = 3
"""How often a list is compared anew because the register changed meanwhile, before the zone is held for it."""
BROKE_OFF = _(
    "The work on this list broke off by a fault of the product, and nothing of it was kept. Try it once more; if it breaks off "
    "again, tell the operator: the queue keeps the details."
)
MEMBERSHIP_OVER = _("The membership in whose name this was asked for has ended since.")


def work_on(batch_id: int, what: str) -> None:
    """Read or compare a list, unless that was done in the meantime."""
    batch = _of(batch_id, what)
    if batch is None:
        return
    _show(batch_id, 20)
    _ending(batch_id, (lambda: _read(batch)) if what == "read" else (lambda: _compare(batch)))


def _read(batch: ImportBatch) -> None:
    if batch.kind == ImportBatch.Kind.INDICATORS:
        with transaction.atomic():
            book = _locked(batch.pk, "read")
            if book is not None:
                read_indicator_batch(book)
        return
    result = looked_at(batch)
    _show(batch.pk, 60)
    with transaction.atomic():
        held = _locked(batch.pk, "read")
        if held is None:
            return
        keep_reading(held, result)
        if held.state == ImportBatch.State.MAPPED:
            held.progress = 70
            preview_later(held)


def _compare(batch: ImportBatch) -> None:
    """Compare with nobody waiting; what was compared with a register that has changed meanwhile is compared again.

    A company may have gone. The last turn compares while it holds the zone, so that it comes to an end in a busy one too.
    """
    for turn in range(1, TURNS + 1):
        result, register = examined(batch)
        _show(batch.pk, 80)
        with transaction.atomic():
            zone = Zone.objects.select_for_update().get(pk=batch.zone_id)
            held = _locked(batch.pk, "preview")
            if held is None:
                return
            if zone.revision == batch.revision:
                held.revision = batch.revision
                keep_preview(held, result, register)
                return
            if turn == TURNS:
                keep_preview(held, *examined(held))


def commit_later(batch_id: int, person_id: int, *, key: str, confirmed: bool, membership_id: int = 0) -> None:
    """The commit of a long list, as the person who asked for it, in whose name it was asked."""

    def act(actor: Person, batch: ImportBatch) -> None:
        ahead = None
        if batch.kind == ImportBatch.Kind.COMPANIES and batch.zone.revision != batch.revision:
            result, register = examined(batch)
            ahead = Ahead(batch.revision, result, register)
            _show(batch_id, 50)
        commit_import(actor, batch_id=batch_id, key=key, confirmed=confirmed, now=True, ahead=ahead)

    _as_person(batch_id, person_id, "commit", membership_id, act)


def undo_later(batch_id: int, person_id: int, *, reason: str, membership_id: int = 0) -> None:
    """The undo of a long list, as the person who asked for it, in whose name it was asked."""
    _as_person(
        batch_id, person_id, "undo", membership_id,
        lambda actor, _batch: undo_import(actor, batch_id=batch_id, reason=reason, now=True),
    )  # fmt: skip


def give_up(batch_id: int) -> None:
    """The work on a list ended and is not tried again: the list is idle, and says why."""
    _leave(batch_id, "import-broke-off", {"message": BROKE_OFF, "values": {}})


def _as_person(
    batch_id: int, person_id: int, what: str, membership_id: int, act: Callable[[Person, ImportBatch], object]
) -> None:  # fmt: skip
    batch = _of(batch_id, what)
    if batch is None:
        return
    _show(batch_id, 20)
    _ending(batch_id, lambda: act(_acting(person_id, membership_id), batch))


def _acting(person_id: int, membership_id: int) -> Person:
    """The person in whose name something was asked: by an API key that is not always the current membership."""
    actor = Person.objects.get(pk=person_id)
    if membership_id:
        rows = Membership.objects.select_related("organisation__zone", "organisation__company")
        membership = rows.filter(pk=membership_id, person=actor, until=None).first()
        if membership is None or not actor.is_active or not membership.holds_on(timezone.localdate()):
            raise Refused("membership-over", MEMBERSHIP_OVER, status=403)
        actor.acting_for = membership
    return actor


def _of(batch_id: int, what: str) -> ImportBatch | None:
    rows = ImportBatch.objects.select_related("zone", "company", "file", "office", "template")
    return rows.filter(pk=batch_id, busy=what).first()


def _locked(batch_id: int, what: str) -> ImportBatch | None:
    """The list, held until the transaction ends; None where it was thrown away or done meanwhile."""
    rows = ImportBatch.objects.select_for_update(of=("self",)).select_related("zone", "company", "file", "office", "template")
    return rows.filter(pk=batch_id, busy=what).first()


def _show(batch_id: int, percent: int) -> None:
    ImportBatch.objects.filter(pk=batch_id).update(progress=percent)


def _ending(batch_id: int, act: Callable[[], object]) -> None:
    """A refusal is no failure of the queue: it ends the work, and the page says why. So does a fault, which no new try helps.

    Only a database that does not answer is tried again.
    """
    try:
        act()
    except Refused as refused:
        _leave(batch_id, refused.code, {"message": refused.message, "values": stored_values(refused.values)})
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        give_up(batch_id)
        raise Hopeless(f"list {batch_id}") from error


def _leave(batch_id: int, code: str, said: dict[str, object]) -> None:
    """Idle again, with its trouble. What was not compared is not committed by the key of an earlier check."""
    busy = ImportBatch.objects.filter(pk=batch_id).exclude(busy="")
    busy.filter(busy="preview").update(key="")
    busy.update(busy="", progress=100, trouble={"code": code, **said})
