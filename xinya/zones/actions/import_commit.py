"""The commit of a list: every row that does not wait, in one transaction, once; each fact knows its list, row and cell."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.bulk import insert_rows
from xinya.kit.later import later
from xinya.kit.refusals import demand
from xinya.kit.search import mark
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from .. import rules
from ..engine.import_states import COMMITTER, IMPORT_STATES
from ..engine.imports.as_facts import NO_FACTS, PERSONAL, STATE_OF_STATUS, columns_of, is_list, kind_and_period, unpacked
from ..engine.imports.desk import CHANGED, CREATED, SAME
from ..engine.imports.fields import BY_CODE
from ..engine.imports.grid import letter_of
from ..engine.imports.readings import CLEARED, Value
from ..models import (
    Company,
    CompanyIdent,
    CompanyName,
    Fact,
    ImportBatch,
    ImportRow,
    MatchDecision,
    Person,
    Secrecy,
    Source,
    Zone,
)
from ..queries.import_register import CONFIDENCE
from .checks import seen_again
from .grants import NOT_YOURS
from .import_again import named_again
from .import_preview import SIZE, examined, keep_preview, storable
from .import_upload import LONG_BYTES, OWNER_KIND, demand_idle, locked_batch
from .zones import touch_zone

COMPANIES_CHANGED: list[Callable[[Zone, Sequence[Company]], None]] = []
"""What a slice above does when a list brought companies or products, or an undo took them away: part of the same act."""
SETTLED = (CREATED, CHANGED, SAME)

PREVIEW_CHANGED = _("The list was decided on or compared anew since this page was made. Look at it again.")
MANY_BLOCKED = _("%(blocked)s of %(rows)s rows block and would not be committed. Confirm that the others shall be.")
NOTHING_LEFT = _("Nothing of this list is left to commit: what is not in the register waits for a decision or is left out.")
FILE_ASKS = _("The file as a whole still waits for an answer.")


def demand_committer(actor: Person, batch: ImportBatch) -> None:
    """Refuse whoever does not commit lists here."""
    may = rules.may_commit_lists(actor, batch.zone, batch.company)
    demand(may, "not-allowed", NOT_YOURS, role=actor.role_name)


def commit_import(actor: Person, *, batch_id: int, key: str, confirmed: bool = False, now: bool = False) -> ImportBatch:
    """Take what was previewed into the register. key: of the preview that was seen; a key that was committed does nothing again.

    confirmed: said a second time, where more than 30 % of the rows block. A long list is committed by the queue, unless `now`.
    Rows whose company changed since the preview go back to it and wait for the next part.
    Raises Refused: not-allowed, preview-changed, many-blocked, nothing-to-commit, import-busy, wrong-state.
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
        if batch.kind == ImportBatch.Kind.INDICATORS:
            from .import_indicators import commit_indicators

            commit_indicators(actor, batch, key)
            return batch
        told = batch.counts
        waits = bool(told.get("asks_twice")) and not confirmed
        demand(
            not waits, "many-blocked", MANY_BLOCKED, status=409, blocked=told.get("blocked", 0), rows=told.get("rows_read", 0)
        )  # fmt: skip
        if batch.size > LONG_BYTES and not now:
            batch.busy, batch.progress = "commit", 5
            batch.save(update_fields=["busy", "progress"])
            later("zones.commit_import", batch.pk, actor.pk, key, confirmed)
            return batch
        moved = _moved(batch)
        rows = list(batch.rows.filter(part=None, outcome__in=SETTLED, is_moved=False).order_by("row"))
        if moved and not rows:
            batch.busy = ""
            batch.save()
            return batch
        demand(bool(rows), "nothing-to-commit", NOTHING_LEFT, status=409)
        _commit_rows(actor, batch, rows, key)
    return batch


def _moved(batch: ImportBatch) -> int:
    """Where the register changed since the preview: compare anew; rows that came out otherwise are marked and wait."""
    if batch.zone.revision == batch.revision:
        return 0
    seen = {row.row: _digest(row) for row in batch.rows.filter(part=None)}
    result, register = examined(batch)
    keep_preview(batch, result, register)
    moved = [row.pk for row in batch.rows.filter(part=None) if seen.get(row.row) != _digest(row)]
    for start in range(0, len(moved), SIZE):
        ImportRow.objects.filter(pk__in=moved[start : start + SIZE]).update(is_moved=True)
    return len(moved)


def _digest(row: ImportRow) -> tuple[Any, ...]:
    return row.outcome, row.company_id, repr(row.changes), repr(row.values)


@dataclass
class _Part:
    """One commit as it grows."""

    batch: ImportBatch
    source: Source
    now: datetime.datetime
    cells: dict[str, str]
    confidence: Decimal
    new: list[dict[str, Any]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    taken: list[Fact] = field(default_factory=list)
    names: list[CompanyName] = field(default_factory=list)
    idents: list[CompanyIdent] = field(default_factory=list)
    renewed: list[Company] = field(default_factory=list)
    held: dict[tuple[int, str, str], list[Fact]] = field(default_factory=dict)
    states: dict[int, list[Fact]] = field(default_factory=dict)
    names_held: dict[int, set[str]] = field(default_factory=dict)
    idents_held: set[tuple[str, str]] = field(default_factory=set)
    placed: dict[int, Company] = field(default_factory=dict)


def _commit_rows(actor: Person, batch: ImportBatch, rows: Sequence[ImportRow], key: str) -> None:
    number = len(batch.parts) + 1
    confidence = Decimal(CONFIDENCE[Source.Kind(batch.source_kind)])
    part = _Part(batch, _source(actor, batch), timezone.now(), _cells(batch), confidence)
    made = _made(part, [row for row in rows if row.outcome == CREATED])
    changed = [row for row in rows if row.outcome == CHANGED]
    _read_held(part, [row.company_id or 0 for row in changed])
    companies = Company.objects.in_bulk([row.company_id for row in changed])
    for row in rows:
        if row.outcome == CREATED:
            row.company = made[row.row]
            _bring_new(part, row, made[row.row])
        elif row.outcome == CHANGED:
            _bring_changes(part, row, companies[row.company_id or 0])
    _store(part)
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


def _cells(batch: ImportBatch) -> dict[str, str]:
    """The letter of the column of each key."""
    return {BY_CODE[code].key(period): letter_of(place) for place, code, period, _unit, _clears in batch.columns}


def _made(part: _Part, rows: Sequence[ImportRow]) -> dict[int, Company]:
    """The new companies by row. Two companies of one name are told apart by code, or by list and row."""
    zone = part.batch.zone
    keys = set(Company.objects.filter(zone=zone, is_outside=False).values_list("name_key", flat=True))
    companies = {}
    for row in rows:
        key = plain(row.name)
        if key in keys:
            key = f"{key}\n{row.code or f'{part.batch.pk}:{row.row}'}"
        keys.add(key)
        companies[row.row] = Company(zone=zone, name=row.name[:120], name_key=key, uscc=row.code)
    Company.objects.bulk_create(companies.values(), batch_size=SIZE)
    return companies


def _read_held(part: _Part, keys: Sequence[int]) -> None:
    """What is in force of the companies that change: facts by company, kind and period; names; and the zone's identifiers."""
    for start in range(0, len(keys), SIZE):
        some = keys[start : start + SIZE]
        for fact in Fact.objects.filter(company__in=some, withdrawn_at=None).select_related("source").order_by("pk"):
            part.held.setdefault((fact.company_id or 0, fact.kind, fact.period), []).append(fact)
            if fact.kind == Fact.Kind.STATE:
                part.states.setdefault(fact.company_id or 0, []).append(fact)
        for pk, key in CompanyName.objects.filter(company__in=some, withdrawn_at=None).values_list("company", "name_key"):
            part.names_held.setdefault(pk, set()).add(key)
    idents = CompanyIdent.objects.filter(zone=part.batch.zone, withdrawn_at=None, valid_to=None)
    part.idents_held.update(idents.values_list("scheme", "value"))


def _mark_rows(batch: ImportBatch, rows: Sequence[ImportRow], number: int) -> None:
    """Which part each row was in, whom it made, and what it took the place of."""
    batch.rows.filter(part=None, outcome=CREATED, is_moved=False).update(part=number, is_new=True)
    batch.rows.filter(part=None, outcome__in=[CHANGED, SAME], is_moved=False).update(part=number)
    ImportRow.objects.bulk_update([row for row in rows if row.outcome == CREATED], ["company"], batch_size=SIZE)
    ImportRow.objects.bulk_update([row for row in rows if row.before], ["before"], batch_size=SIZE)


def _bring_new(part: _Part, row: ImportRow, company: Company) -> None:
    for key, stored in row.values.items():
        if key == "idents":
            _add_idents(part, company, stored)
        elif key == "former_names":
            _add_names(part, company, unpacked(stored).plain)
        elif key not in NO_FACTS:
            part.new += _fact_rows(part, row, company, key, unpacked(stored))
    _add_state(part, row, company, ())
    part.placed[company.pk] = company


def _bring_changes(part: _Part, row: ImportRow, company: Company) -> None:
    before: dict[str, Any] = {}
    for key, _old, stored in row.changes:
        value = unpacked(stored)
        if key == "name":
            before |= {"name": company.name, "name_key": company.name_key}
            _rename(part, company, value.plain)
        elif key == "credit_code":
            before["uscc"] = company.uscc
            company.uscc = value.plain
        elif key == "former_names":
            _add_names(part, company, value.plain)
        else:
            _replace(part, row, company, key, value)
            if key == "products":
                part.placed[company.pk] = company
    if any(key == "status" for key, _old, _new in row.changes):
        _add_state(part, row, company, part.states.get(company.pk, ()))
    _add_idents(part, company, row.values.get("idents", ()))
    row.before = before
    if before:
        part.renewed.append(company)


def _replace(part: _Part, row: ImportRow, company: Company, key: str, value: Value) -> None:
    """New facts for a key. Of facts of the same kind of source the older go; those of other sources stay beside."""
    held = part.held.get((company.pk, *kind_and_period(key)), [])
    own = [fact for fact in held if fact.source.kind == part.batch.source_kind and fact.secrecy != Secrecy.RESTRICTED]
    new = [] if value == CLEARED else [Fact(**columns) for columns in _fact_rows(part, row, company, key, value)]
    if is_list(key):
        said, known = {fact.text for fact in new}, {fact.text for fact in held}
        new = [fact for fact in new if fact.text not in known]
        own = [fact for fact in own if fact.text not in said]
    for fact in new:
        fact.replaces = own[-1] if own and not is_list(key) else None
        if any(one.secrecy == Secrecy.COMPANY for one in held):
            fact.secrecy = Secrecy.COMPANY
    part.facts += new
    part.taken += own


def _fact_rows(part: _Part, row: ImportRow, company: Company, key: str, value: Value) -> list[dict[str, Any]]:
    """The columns of the facts that one value of a row becomes."""
    kind, period = kind_and_period(key)
    batch = part.batch
    own = {
        "zone_id": batch.zone_id, "company_id": company.pk, "kind": kind, "period": period, "source_id": part.source.pk,
        "observed_on": batch.as_of, "confidence": part.confidence, "batch_id": batch.pk, "import_row": row.row,
        "secrecy": (Secrecy.COMPANY if key in PERSONAL else Secrecy.INTERNAL).value, "known_from": part.now,
        "cell": f"{part.cells[key]}{row.row}" if key in part.cells else "",
    }  # fmt: skip
    return [own | columns for columns in columns_of(key, value)]


def _add_state(part: _Part, row: ImportRow, company: Company, states: Sequence[Fact]) -> None:
    """What the registered status says of building and producing is a dated state too, where it says something new.

    A company that produces needs no state; one that named persons alone may read is left as it is.
    """
    status = row.values.get("status")
    state = STATE_OF_STATUS.get(str(unpacked(status).plain)) if status is not None else None
    latest = max(states, key=lambda one: (one.period, one.pk), default=None)
    holds = Fact.State.PRODUCING.value if latest is None else latest.text
    if state is None or state == holds or any(one.secrecy == Secrecy.RESTRICTED for one in states):
        return
    on = part.batch.as_of or timezone.localdate()
    day = on.isoformat()
    part.taken += [one for one in states if one.period == day]
    part.facts.append(
        Fact(
            zone=part.batch.zone, company=company, kind=Fact.Kind.STATE, text=state, period=day, source=part.source,
            observed_on=on, confidence=part.confidence, batch=part.batch,
            import_row=row.row, cell=f"{part.cells['status']}{row.row}" if "status" in part.cells else "",
        )
    )  # fmt: skip


def _rename(part: _Part, company: Company, name: str) -> None:
    """The old name becomes a former one with the day of the list."""
    _add_names(part, company, [company.name], was_held=True)
    key = plain(name)
    is_taken = Company.objects.filter(zone=part.batch.zone, is_outside=False, name_key=key).exclude(pk=company.pk).exists()
    company.name, company.name_key = name[:120], f"{key}\n{company.uscc or company.pk}" if is_taken else key


def _add_names(part: _Part, company: Company, names: Sequence[str], *, was_held: bool = False) -> None:
    known = part.names_held.setdefault(company.pk, set())
    for name in names:
        key = plain(name)[:150]
        if key not in known and key:
            part.names.append(
                CompanyName(
                    company=company, name=storable(name)[:120], name_key=key, kind=CompanyName.Kind.FORMER, was_held=was_held,
                    valid_to=part.batch.as_of if was_held else None, source=part.source, batch=part.batch,
                )
            )  # fmt: skip
            known.add(key)


def _add_idents(part: _Part, company: Company, stored: Sequence[str]) -> None:
    """Identifiers from before the credit code; one that another company holds is left to that one."""
    for one in stored:
        scheme, _sign, value = one.partition(":")
        if (scheme, value) not in part.idents_held:
            part.idents_held.add((scheme, value))
            part.idents.append(
                CompanyIdent(
                    company=company, zone=part.batch.zone, scheme=scheme, value=value[:30], source=part.source, batch=part.batch
                )
            )  # fmt: skip


def _store(part: _Part) -> None:
    taken = [fact.pk for fact in part.taken]
    for start in range(0, len(taken), SIZE):
        Fact.objects.filter(pk__in=taken[start : start + SIZE]).update(withdrawn_at=part.now, taken_by=part.batch)
    insert_rows(Fact, part.new)
    Fact.objects.bulk_create(part.facts, batch_size=SIZE)
    CompanyName.objects.bulk_create(part.names, batch_size=SIZE)
    CompanyIdent.objects.bulk_create(part.idents, batch_size=SIZE)
    Company.objects.bulk_update(part.renewed, ["name", "name_key", "uscc"], batch_size=SIZE)


def _keep_automatic(batch: ImportBatch, rows: Sequence[ImportRow]) -> None:
    """Matches that no code decided are kept as decisions of the rule."""
    MatchDecision.objects.bulk_create(
        (
            MatchDecision(
                batch=batch, row=row.row, identity=(row.code or plain(row.name))[:150], company_id=row.company_id,
                candidate=row.name[:120], state=MatchDecision.State.AUTOMATIC, matched_by=row.matched_by, at=timezone.now(),
            )
            for row in rows
            if row.matched_by in ("ident", "name") and row.company_id is not None
        ),
        batch_size=SIZE,
        ignore_conflicts=True,
    )  # fmt: skip


__all__ = ["COMPANIES_CHANGED", "commit_import", "demand_committer"]
