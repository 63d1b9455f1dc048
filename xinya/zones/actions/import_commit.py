"""The commit of a list: every row that does not wait, in one transaction, once; each fact knows its list, row and cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.later import later
from xinya.kit.refusals import demand
from xinya.kit.search import mark
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.import_states import COMMITTER, IMPORT_STATES
from ..engine.imports.desk import CHANGED, CREATED, SAME, Result
from ..models import (
    Company,
    ImportBatch,
    ImportRow,
    MatchDecision,
    Person,
    Source,
    Zone,
)
from ..models.places import key_of_name
from ..queries.import_register import CONFIDENCE, HeldRegister
from ..queries.imports import same_file_before
from .checks import seen_again
from .grants import NOT_YOURS, demand_reason
from .import_again import named_again
from .import_preview import SIZE, examined, has_many_rows, keep_preview
from .import_upload import LONG_BYTES, OWNER_KIND, demand_idle, locked_batch, same_file
from .import_writing import Part, bring_changes, bring_new, cells_of, keep_confirmed, made_by, read_held, store
from .zones import touch_zone

COMPANIES_CHANGED: list[Callable[[Zone, Sequence[Company]], None]] = []
"""What a slice above does when a list brought companies or products, or an undo took them away: part of the same act."""
SETTLED = (CREATED, CHANGED, SAME)

PREVIEW_CHANGED = _("The list was decided on or compared anew since this page was made. Look at it again.")
MANY_BLOCKED = _("%(blocked)s of %(rows)s rows block and would not be committed. Confirm that the others shall be.")
SAME_FILE_NOW = _(
    "This very file was committed on %(day)s as list %(batch)s, after this one was brought. Say why it shall be committed once "
    "more."
)
NOTHING_LEFT = _("Nothing of this list is left to commit: what is not in the register waits for a decision or is left out.")


def acting_number(actor: Person) -> int:
    """The membership in whose name a person acts, for work that is done later; 0 for none."""
    membership = actor.acting_for
    return membership.pk if membership is not None else 0


def demand_committer(actor: Person, batch: ImportBatch) -> None:
    """Refuse whoever does not commit lists here."""
    may = rules.may_commit_lists(actor, batch.zone, batch.company)
    demand(may, "not-allowed", NOT_YOURS, role=actor.role_name)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A list compared anew before its commit, with the register of that revision of the zone."""

    revision: int
    result: Result
    register: HeldRegister


def commit_import(
    actor: Person,
    *,
    batch_id: int,
    key: str,
    confirmed: bool = False,
    now: bool = False,
    ahead: Ahead | None = None,
    reason: str = "",
) -> ImportBatch:
    """Take what was previewed into the register. key: of the preview that was seen; a key that was committed does nothing again.

    confirmed: said a second time, where more than 30 % of the rows block. A long list is committed by the queue, unless `now`.
    ahead: the comparison with the register as it is now, where it was made already.
    Rows whose company changed since the preview go back to it and wait for the next part: the key of the preview that shows them
    takes them in.
    reason: why once more, where the very same file was committed as another list since this one was brought.
    Raises Refused: same-file (409), reason-missing, not-allowed,
    preview-changed, many-blocked, nothing-to-commit, import-busy, wrong-state.
    """
    with transaction.atomic():
        batch = locked_batch(actor, batch_id)
        demand_committer(actor, batch)
        if any(part["key"] == key for part in batch.parts):
            return batch
        if not now:
            demand_idle(batch)
        IMPORT_STATES.step(batch.state, "commit", (COMMITTER,), key=key)
        demand(bool(key) and key == batch.key, "preview-changed", PREVIEW_CHANGED, status=409)
        _keep_reason(batch, reason)
        if batch.kind == ImportBatch.Kind.INDICATORS:
            from .import_indicators import commit_indicators

            commit_indicators(actor, batch, key)
            return batch
        told = batch.counts
        waits = bool(told.get("asks_twice")) and not confirmed
        demand(
            not waits, "many-blocked", MANY_BLOCKED, status=409, blocked=told.get("blocked", 0), rows=told.get("rows_read", 0)
        )  # fmt: skip
        if (batch.size > LONG_BYTES or has_many_rows(batch)) and not now:
            batch.busy, batch.progress = "commit", 5
            batch.save(update_fields=["busy", "progress"])
            later("zones.commit_import", batch.pk, actor.pk, key, confirmed, acting_number(actor))
            return batch
        moved = _moved(batch, ahead)
        rows = list(batch.rows.filter(part=None, outcome__in=SETTLED, is_moved=False).order_by("row"))
        if moved and not rows:
            batch.busy = ""
            batch.save()
            return batch
        demand(bool(rows), "nothing-to-commit", NOTHING_LEFT, status=409)
        _commit_rows(actor, batch, rows, key)
    return batch


def _keep_reason(batch: ImportBatch, reason: str) -> None:
    """The same bytes go into the register a second time only with a reason, also where both were brought before either was in."""
    before = same_file_before(batch)
    if before is None:
        return
    if not reason.strip():
        raise same_file(before, SAME_FILE_NOW)
    batch.reason = demand_reason(reason)
    batch.save(update_fields=["reason"])


def _moved(batch: ImportBatch, ahead: Ahead | None) -> int:
    """Where the register changed since the preview: compare anew; rows that came out otherwise are marked and wait.

    Those that were marked before were seen with this preview, whose key was given.
    """
    if batch.zone.revision == batch.revision:
        batch.rows.filter(part=None, is_moved=True).update(is_moved=False)
        batch.counts = batch.counts | {"moved": 0}
        return 0
    seen = {row.row: _digest(row) for row in batch.rows.filter(part=None)}
    if ahead is not None and ahead.revision == batch.zone.revision:
        batch.revision, result, register = ahead.revision, ahead.result, ahead.register
    else:
        result, register = examined(batch)
    keep_preview(batch, result, register)
    moved = [row.pk for row in batch.rows.filter(part=None) if seen.get(row.row) != _digest(row)]
    for start in range(0, len(moved), SIZE):
        ImportRow.objects.filter(pk__in=moved[start : start + SIZE]).update(is_moved=True)
    batch.counts = batch.counts | {"moved": len(moved)}
    return len(moved)


def _digest(row: ImportRow) -> tuple[Any, ...]:
    return row.outcome, row.company_id, repr(row.changes), repr(row.values)


def _commit_rows(actor: Person, batch: ImportBatch, rows: Sequence[ImportRow], key: str) -> None:
    number = len(batch.parts) + 1
    confidence = Decimal(CONFIDENCE[Source.Kind(batch.source_kind)])
    part = Part(batch, _source(actor, batch), timezone.now(), cells_of(batch), confidence)
    made = made_by(part, [row for row in rows if row.outcome == CREATED])
    touched = [row for row in rows if row.outcome == CHANGED or (row.outcome == SAME and row.matched_by == "person")]
    read_held(part, [row.company_id or 0 for row in touched])
    companies = Company.objects.in_bulk([row.company_id for row in touched])
    for row in rows:
        if row.outcome == CREATED:
            row.company = made[row.row]
            bring_new(part, row, made[row.row])
        elif row.outcome == CHANGED:
            bring_changes(part, row, companies[row.company_id or 0])
        if row.outcome != CREATED and row.matched_by == "person" and batch.company_id is None:
            keep_confirmed(part, row, companies[row.company_id or 0])
    store(part)
    on = batch.as_of or timezone.localdate()
    known = [row for row in rows if row.outcome != CREATED]
    again = seen_again(batch.zone, named_again(known, on, [fact.pk for fact in part.taken]), on, batch=batch)
    _mark_rows(batch, rows, number)
    _keep_automatic(batch, rows)
    for tell in COMPANIES_CHANGED:
        tell(batch.zone, list(part.placed.values()))
    mark("company", [row.company_id for row in rows if row.outcome != SAME])
    touch_zone(batch.zone)
    IMPORT_STATES.move(batch, "commit", (COMMITTER,), key=key)
    told = {outcome: sum(1 for row in rows if row.outcome == outcome) for outcome in SETTLED}
    batch.parts = [*batch.parts, {"number": number, "key": key, "by": actor.pk, "at": part.now.isoformat(), **told}]
    batch.source, batch.committed_by, batch.committed_at = part.source, actor, part.now
    counts = batch.counts | {outcome: batch.counts.get(outcome, 0) - told[outcome] for outcome in SETTLED}
    batch.counts = counts | {"committed": batch.counts.get("committed", 0) + len(rows)}
    batch.revision, batch.busy, batch.progress, batch.trouble = batch.zone.revision, "", 100, {}
    from .import_preview import key_of

    batch.key = key_of(batch)
    batch.save()
    record(
        actor, "commit-import", OWNER_KIND, batch.pk, reason=batch.reason, zone=batch.zone.code, part=number, key=key,
        facts=len(part.facts) + len(part.new), withdrawn=len(part.taken), again=again, file=batch.name, change=told,
    )  # fmt: skip


def _source(actor: Person, batch: ImportBatch) -> Source:
    """The source of all parts of one list: the file, by its name and digest."""
    if batch.source is not None:
        return batch.source
    return Source.objects.create(
        kind=batch.source_kind, title=batch.name[:200], publisher=str(actor)[:100], reference=f"sha256:{batch.sha256}"[:100],
        issued_on=batch.as_of,
    )  # fmt: skip


def _mark_rows(batch: ImportBatch, rows: Sequence[ImportRow], number: int) -> None:
    """Which part each row was in, whom it made, and what it took the place of."""
    batch.rows.filter(part=None, outcome=CREATED, is_moved=False).update(part=number, is_new=True)
    batch.rows.filter(part=None, outcome__in=[CHANGED, SAME], is_moved=False).update(part=number)
    ImportRow.objects.bulk_update([row for row in rows if row.outcome == CREATED], ["company"], batch_size=SIZE)
    ImportRow.objects.bulk_update([row for row in rows if row.before], ["before"], batch_size=SIZE)


def _keep_automatic(batch: ImportBatch, rows: Sequence[ImportRow]) -> None:
    """Matches that no code decided are kept as decisions of the rule."""
    MatchDecision.objects.bulk_create(
        (
            MatchDecision(
                batch=batch, row=row.row, identity=row.code or key_of_name(row.name), company_id=row.company_id,
                candidate=row.name[:120], state=MatchDecision.State.AUTOMATIC, matched_by=row.matched_by, at=timezone.now(),
            )
            for row in rows
            if row.matched_by in ("ident", "name") and row.company_id is not None
        ),
        batch_size=SIZE,
        ignore_conflicts=True,
    )  # fmt: skip


__all__ = ["COMPANIES_CHANGED", "commit_import", "demand_committer"]
