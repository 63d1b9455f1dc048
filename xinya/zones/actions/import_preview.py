"""What a commit would do, row by row, kept beside the list: rows, findings, pairs that a person must judge."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinya.kit.bulk import insert_rows
from xinya.kit.later import later
from xinya.kit.text import gettext_noop as _

from ..engine.company_names import compare
from ..engine.import_states import HOUSE, IMPORT_STATES
from ..engine.imports.as_facts import packed
from ..engine.imports.desk import CHANGED, CREATED, JOINED, LEFT_OUT, READ, SAME, WAITING, Given, Outcome, Result
from ..engine.imports.findings import Finding, found, plain, short
from ..files.import_reading import check_file
from ..models import ImportBatch, ImportFinding, ImportRow, MatchDecision
from ..queries.desk_rules import divisions_of, places_in, thresholds_of
from ..queries.import_register import HeldRegister, held_register
from ..queries.imports import answers_of, content_of_batch, template_of

SIZE = 500
LONG_ROWS, LONG_CELLS = 500, 20_000
"""Lists of more rows or cells are compared, committed and taken back by the queue, however few bytes their file has."""
HIDDEN = {"hidden": True}
"""What stands for a value that only the company and its handlers read."""
NOT_OWN = _("%(name)s is not your company: a company's own list holds the company itself, and this row is left out.")
CODE_NOT_HELD = _(
    "The register does not hold this credit code of %(name)s; the zone's officers enter it. The other values of the row are taken."
)
CLEARS = 4


def storable(text: str) -> str:
    """A text as both databases keep it."""
    if text.isprintable():  # neither NUL nor half a character
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): _json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    return value


def examined(batch: ImportBatch) -> tuple[Result, HeldRegister]:
    """The file against the register as it is now, and its revision. Six statements and those for the facts of matched companies.

    Thresholds and divisions are the zone's own beside those that ship; divisions as of the day that the list stands for.

    The revision is read first: what changes meanwhile makes the preview out of date, never the reverse.
    """
    batch.zone.refresh_from_db(fields=["revision"])
    batch.revision = batch.zone.revision
    divisions = divisions_of(batch.zone, batch.as_of or timezone.localdate())
    places = places_in(batch.zone, divisions)
    register = held_register(batch.zone, source_kind=batch.source_kind, company=batch.company, places=places)
    answers = answers_of(batch)
    given = Given(
        timezone.localdate(), register, divisions, thresholds_of(batch.zone), template=template_of(batch), answers=answers,
        sheet=batch.sheet or None, clears=frozenset(_keys_that_clear(batch)),
    )  # fmt: skip
    content = content_of_batch(batch)
    result = check_file(
        content, batch.name, given, encoding=batch.encoding or None, delimiter=batch.delimiter or None
    )  # fmt: skip
    if batch.company is not None:
        _keep_own(result, str(batch.company.pk))
    return result, register


def _keys_that_clear(batch: ImportBatch) -> Iterable[str]:
    from ..engine.imports.fields import BY_CODE

    return (BY_CODE[column[1]].key(column[2]) for column in batch.columns if column[CLEARS])


def _keep_own(result: Result, own: str) -> None:
    """Of a company's own list only the rows of that company; others are left out, whatever they are to the register.

    A code that the register does not hold of the company is not taken, be it free or another's: the answer must not tell.
    """
    told: dict[int, list[Finding]] = {}
    for place, one in enumerate(result.rows):
        is_asked = any(pk == own for pk, _name in one.match.candidates)
        row = one.row
        where: dict[str, Any] = {"rows": (row.row,), "raw": row.raws.get("name", ""), "field": "name"}
        if one.outcome == LEFT_OUT:
            continue
        if one.company != own and not is_asked:
            row.findings = [found("NOT_OWN", NOT_OWN, name=row.name, **where)]
            told[row.row] = row.findings
            result.rows[place] = Outcome(row, LEFT_OUT, one.match)
        elif any(change.key == "credit_code" for change in one.changes):
            row.findings = [*row.findings, found("CODE_NOT_HELD", CODE_NOT_HELD, name=row.name, **where)]
            told[row.row] = row.findings
            kept = tuple(change for change in one.changes if change.key != "credit_code")
            result.rows[place] = Outcome(row, CHANGED if kept else SAME, one.match, kept)
    result.findings = [one for one in result.findings if one.row not in told] + [one for some in told.values() for one in some]


def has_many_rows(batch: ImportBatch) -> bool:
    """Whether a list that was read is more than one request does: nobody else could write for as long."""
    rows = batch.counts.get("rows_read", 0)
    return rows > LONG_ROWS or rows * len(batch.labels) > LONG_CELLS


def preview_later(batch: ImportBatch) -> None:
    """Part of an act: the queue compares the list, in a task of its own, so that a try that fails is tried again as what it is."""
    batch.busy, batch.progress = "preview", max(5, batch.progress % 100)
    batch.save(update_fields=["busy", "progress"])
    later("zones.preview_import", batch.pk)


def preview(batch: ImportBatch) -> None:
    """Part of an act, or of the queue's work: compare and keep what came of it; the list is then PREVIEWED.

    Rows that a part has committed already stay as they are.
    """
    result, register = examined(batch)
    with transaction.atomic():
        keep_preview(batch, result, register)


def keep_preview(batch: ImportBatch, result: Result, register: HeldRegister, *, moved: Collection[int] = ()) -> None:
    """Store rows, findings, pairs, counts and the key of what a person will have seen. moved: rows that differ from before."""
    done = set(batch.rows.exclude(part=None).values_list("row", flat=True))
    ImportRow.objects.filter(batch=batch, part=None).delete()
    fresh = [one for one in result.rows if one.row.row not in done]
    insert_rows(ImportRow, (_row(batch, one, register, one.row.row in moved) for one in fresh))
    told = [one for one in result.findings if not (one.rows and one.row in done)]
    store_findings(batch, told, keep_rows=done)
    _keep_pairs(batch, fresh, register)
    batch.outcome, batch.reason_code = result.outcome, result.reason
    batch.counts = _counts(batch, result, fresh, done)
    batch.key = key_of(batch)
    batch.busy, batch.progress, batch.trouble = "", 100, {}
    if batch.state != ImportBatch.State.COMMITTED and result.outcome == READ:
        IMPORT_STATES.move(batch, "preview" if batch.state == ImportBatch.State.MAPPED else "answer", _who(batch), answers="-")
    batch.save()


def _who(batch: ImportBatch) -> tuple[str, ...]:
    return (HOUSE, "bringer") if batch.state != ImportBatch.State.MAPPED else (HOUSE,)


def _row(batch: ImportBatch, one: Outcome, register: HeldRegister, is_moved: bool) -> dict[str, Any]:
    row = one.row
    company = one.company
    told = () if one.outcome == CREATED else one.changes
    keys = [] if company is None or batch.company_id else [c.key for c in told if register.is_hidden(company, c.key)]
    return {
        "batch_id": batch.pk, "row": row.row, "rows": list(row.rows), "name": storable(row.name)[:200],
        "code": storable(row.code or "")[:30], "outcome": one.outcome, "company_id": int(company) if company else None,
        "matched_by": one.match.by, "is_moved": is_moved,
        "values": _json({key: packed(value) for key, value in row.values.items()} | _idents(row.older)),
        "changes": _json([[c.key, HIDDEN if c.key in keys else plain(c.old), packed(c.new)] for c in told]),
    }  # fmt: skip


def _idents(older: Sequence[str]) -> dict[str, Any]:
    return {"idents": list(older)} if older else {}


def store_findings(batch: ImportBatch, findings: Sequence[Finding], *, keep_rows: Collection[int]) -> None:
    """Put these findings in place of those held, but for those of rows that are committed."""
    old = ImportFinding.objects.filter(batch=batch)
    if keep_rows:
        # Rows committed stay few beside their list, or all of it: by number, so that no statement grows with the list.
        gone = [pk for pk, row in old.values_list("pk", "row") if row not in keep_rows]
        for start in range(0, len(gone), SIZE):
            ImportFinding.objects.filter(pk__in=gone[start : start + SIZE]).delete()
    else:
        old.delete()
    last = max(old.values_list("place", flat=True), default=0) if keep_rows else 0
    insert_rows(ImportFinding, (_finding(batch, place, one) for place, one in enumerate(findings, last + 1)))


def _finding(batch: ImportBatch, place: int, one: Finding) -> dict[str, Any]:
    return {
        "batch_id": batch.pk, "place": place, "row": one.row, "rows": list(one.rows), "code": one.code, "level": one.level,
        "column": one.column, "sheet": storable(one.sheet)[:200], "label": storable(one.label)[:300], "field": one.field[:40],
        "raw": storable(short(one.raw))[:300], "message": one.message,
        "told": _json({key: value if isinstance(value, int | bool) else str(value) for key, value in one.values}),
        "proposal": _json([[key, plain(value)] for key, value in one.proposal]),
    }  # fmt: skip


def _keep_pairs(batch: ImportBatch, fresh: Sequence[Outcome], register: HeldRegister) -> None:
    """Pairs that wait for a person; those that were judged stay."""
    MatchDecision.objects.filter(batch=batch, state=MatchDecision.State.PENDING).delete()
    judged = set(batch.decisions.values_list("row", "company"))
    pairs = [
        MatchDecision(
            batch=batch, row=one.row.row, identity=storable(one.row.identity)[:150], company_id=int(pk), candidate=name[:120],
            state=MatchDecision.State.PENDING, score=round(compare(one.row.name, name, places=register.places).score),
        )
        for one in fresh
        if one.outcome == WAITING
        for pk, name in one.match.candidates
        if (one.row.row, int(pk)) not in judged
    ]  # fmt: skip
    MatchDecision.objects.bulk_create(pairs, batch_size=SIZE)


def _counts(batch: ImportBatch, result: Result, fresh: Sequence[Outcome], done: Collection[int]) -> dict[str, Any]:
    """Rows by outcome; with those committed before they add up to the rows read."""
    told = dict.fromkeys((CREATED, CHANGED, SAME, WAITING, LEFT_OUT, JOINED), 0)
    for one in fresh:
        told[one.outcome] += 1
    beside = result.counts[LEFT_OUT] - sum(1 for one in result.rows if one.outcome == LEFT_OUT)
    told[LEFT_OUT] += beside
    told[JOINED] = result.joined
    blocked = sum(1 for one in fresh if any(f.level == "block" for f in one.row.findings))
    return told | {
        "committed": len(done), "moved": 0, "rows_read": result.rows_read, "blocked": blocked, "asks_twice": result.has_many_blocks,
    }  # fmt: skip


def key_of(batch: ImportBatch) -> str:
    """File, columns, decisions and what was committed before in one digest: what a person has seen before a commit."""
    judged = batch.decisions.exclude(state=MatchDecision.State.PENDING).order_by("row", "company")
    said: Mapping[str, Any] = {
        "file": batch.sha256, "columns": batch.columns, "as_of": str(batch.as_of), "source": batch.source_kind,
        "answers": batch.answers, "pairs": [list(one) for one in judged.values_list("row", "company", "state")],
        "parts": len(batch.parts), "revision": batch.revision,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
