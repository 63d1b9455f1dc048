"""HTTP API: lists on their way into the register, and a zone's indicators as known on a day."""

import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import File, Form, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once
from xinya.kit.text import short_language

from .. import actions, queries
from ..models import ImportBatch, ImportFinding, ImportRow
from ..queries.indicators import KNOWN, values_known
from .companies import day_asked
from .zones import Paging

router = Router(tags=["imports"])
KEY = Header("", alias="Idempotency-Key", max_length=80)
States = Literal["uploaded", "read", "mapped", "previewed", "committed", "undone", "refused", "abandoned"]


class ImportColumn(Schema):
    """What one column holds. place from 1; period: a year where the field has one; clears: an empty cell takes away."""

    place: int = Field(ge=1, le=200)
    field: Words = Field(max_length=30)
    period: Words = Field("", max_length=4)
    unit: Words = Field("", max_length=12)
    clears: bool = False


class ImportItem(Schema):
    """A list. outcome: what reading came to (read, ask, stopped_at_mapping, refused); busy: what the queue does with it now.

    counts add up to rows_read, but for moved: how many of them came out otherwise than in the check and wait for a commit with the
    new key. key: of the preview, to be sent with a commit; asks_twice: the commit needs `confirmed`.
    trouble: why the queue could not go on.
    """

    id: int
    zone: str
    kind: Literal["companies", "indicators"]
    name: str
    sha256: str
    state: States
    outcome: str
    reason: str
    busy: str
    progress: int
    as_of: str | None
    labels: list[str]
    columns: list[ImportColumn]
    counts: dict[str, int]
    rows_read: int
    reasons: dict[str, int]
    asks_twice: bool
    key: str
    parts: int
    committed_at: str | None
    undone_at: str | None
    trouble: str


class FindingFound(Schema):
    """One thing that was found. proposal: what a yes would take, by key."""

    code: str
    level: Literal["fix", "note", "warn", "skip", "ask", "block", "refuse"]
    row: int | None
    rows: list[int]
    column: int | None
    label: str
    field: str
    raw: str
    message: str
    proposal: dict[str, Any] | None


class ImportRowItem(Schema):
    """One company of a list. changes: key, what is held (or that it is hidden), what the list says."""

    row: int
    name: str
    credit_code: str
    outcome: Literal["created", "changed", "same", "waiting", "left_out", "joined"]
    company: int | None
    matched_by: str
    values: dict[str, Any]
    changes: list[list[Any]]
    part: int | None


class Asked(Schema):
    """zone: its code; a company's own people may leave it out. reason: why once more, where the file was committed before."""

    zone: Words = Field("", max_length=30)
    kind: Literal["companies", "indicators"] = "companies"
    reason: Words = Field("", max_length=300)


class ColumnsSaid(Schema):
    """What the columns hold, the day the list stands for, who says so."""

    columns: list[ImportColumn] = Field(min_length=1, max_length=200)
    as_of: datetime.date
    source_kind: Literal["", "list", "company", "statistics", "tax", "register", "audit", "vendor"] = ""


class DecisionSaid(Schema):
    """A decision of all rows with a reason, or of one row (see docs/imports.md)."""

    verb: Literal["take", "leave_out", "give_up", "value", "same", "different", "confirm", "reset"]
    reason: Words = Field("", max_length=30)
    row: int = Field(0, ge=0, le=10**6)
    field: Words = Field("", max_length=40)
    value: Words = Field("", max_length=2000)
    company: int = Field(0, ge=0, le=2**62)
    why: Words = Field("", max_length=300)


class DecisionsSaid(Schema):
    """Decisions that hold all, or none."""

    decisions: list[DecisionSaid] = Field(min_length=1, max_length=1000)


class CommitSaid(Schema):
    """key: of the preview that was seen; the same key again does nothing. confirmed: the second yes where many rows block.

    reason: why once more, where the very same file was committed as another list meanwhile.
    """

    key: Words = Field(max_length=64)
    confirmed: bool = False
    reason: Words = Field("", max_length=300)


class UndoSaid(Schema):
    """Why the list is taken back."""

    reason: Words = Field(min_length=2, max_length=300)


class IndicatorFigure(Schema):
    """One figure as known on a day. stated: as printed, in unit; value: exactly that in canonical_unit."""

    code: str
    name: str
    version: int
    period: str
    revision: int
    stated: str
    unit: str
    value: str
    canonical_unit: str
    known_from: str
    source: str


class KnownOn(Paging):
    """known_on: the day asked about as YYYY-MM-DD, default today. code, period: of one indicator or one period alone."""

    known_on: Words = Field("", max_length=10)
    code: Words = Field("", max_length=60)
    period: Words = Field("", max_length=16)


class Wanted(Paging):
    """reason: a code of docs/imports.md; outcome: of rows."""

    reason: Words = Field("", max_length=20)
    outcome: Words = Field("", max_length=10)


@router.post("/imports", response={201: ImportItem, **WRITE_PROBLEMS}, summary="Bring a list")
def bring(request: HttpRequest, file: File[UploadedFile], asked: Form[Asked], key: str = KEY) -> Any:
    person, content = queries.signed_in(request), file.read()
    zone, company = queries.zone_for_lists(person, asked.zone or _own_zone(person))

    def act() -> tuple[int, dict[str, Any]]:
        wanted = actions.NewList(file.name or "", content, asked.reason, asked.kind)
        return 201, import_item(actions.bring_list(person, zone=zone, file=wanted, company=company))

    return Status(*once(request, key, content + f"{file.name}\0{asked.zone}\0{asked.kind}\0{asked.reason}".encode(), act))


def _own_zone(person: Any) -> str:
    membership = person.acting_for
    zone = membership.organisation.zone if membership is not None and membership.organisation.company_id else None
    return zone.code if zone is not None else ""


@router.get("/imports/{import_id}", response={200: ImportItem, **READ_PROBLEMS}, summary="One list")
def one_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    return import_item(queries.batch_visible(queries.signed_in(request), import_id))


@router.get("/imports/{import_id}/findings", response={200: Page[FindingFound], **READ_PROBLEMS}, summary="What was found")
def findings(request: HttpRequest, import_id: int, wanted: Query[Wanted]) -> dict[str, Any]:
    batch = queries.batch_visible(queries.signed_in(request), import_id)
    rows = list(queries.findings_of(batch, reason=wanted.reason))
    return cursor_page(rows, cursor=wanted.cursor, limit=wanted.limit, render=finding_item)


@router.get("/imports/{import_id}/rows", response={200: Page[ImportRowItem], **READ_PROBLEMS}, summary="What becomes of each row")
def rows(request: HttpRequest, import_id: int, wanted: Query[Wanted]) -> dict[str, Any]:
    batch = queries.batch_visible(queries.signed_in(request), import_id)
    found = list(queries.rows_of(batch, outcome=wanted.outcome))
    return cursor_page(found, cursor=wanted.cursor, limit=wanted.limit, render=row_item)


@router.post("/imports/{import_id}/columns", response={200: ImportItem, **WRITE_PROBLEMS}, summary="Say what the columns hold")
def columns(request: HttpRequest, import_id: int, form: ColumnsSaid, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        said = [actions.ColumnSaid(**one.dict()) for one in form.columns]
        return 200, import_item(
            actions.map_columns(person, batch_id=import_id, columns=said, as_of=form.as_of, source_kind=form.source_kind)
        )

    return Status(*once(request, key, request.body, act))


@router.post("/imports/{import_id}/decisions", response={200: ImportItem, **WRITE_PROBLEMS}, summary="Decide what waits")
def decisions(request: HttpRequest, import_id: int, form: DecisionsSaid, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        said = actions.decisions_from([one.dict() for one in form.decisions])
        return 200, import_item(actions.answer_import(person, batch_id=import_id, decisions=said))

    return Status(*once(request, key, request.body, act))


@router.post("/imports/{import_id}/commit", response={200: ImportItem, **WRITE_PROBLEMS}, summary="Commit what was previewed")
def commit(request: HttpRequest, import_id: int, form: CommitSaid, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        return 200, import_item(
            actions.commit_import(person, batch_id=import_id, key=form.key, confirmed=form.confirmed, reason=form.reason)
        )

    return Status(*once(request, key, request.body, act))


@router.post("/imports/{import_id}/undo", response={200: ImportItem, **WRITE_PROBLEMS}, summary="Undo the whole list")
def undo(request: HttpRequest, import_id: int, form: UndoSaid, key: str = KEY) -> Any:
    person = queries.signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        return 200, import_item(actions.undo_import(person, batch_id=import_id, reason=form.reason))

    return Status(*once(request, key, request.body, act))


@router.get(
    "/zones/{zone}/indicators", response={200: Page[IndicatorFigure], **READ_PROBLEMS}, summary="Indicators as known on a day"
)
def indicators(request: HttpRequest, zone: str, asked: Query[KnownOn]) -> dict[str, Any]:
    row = queries.zone_visible(queries.signed_in(request), zone)
    known = values_known(row, day_asked(asked.known_on) or timezone.localdate(), clock=KNOWN)
    known = known.filter(definition__code=asked.code) if asked.code else known
    known = known.filter(period=asked.period) if asked.period else known
    held = {(one.definition.code, one.period): one for one in known}
    return cursor_page(list(held.values()), cursor=asked.cursor, limit=asked.limit, render=figure_item)


def import_item(batch: ImportBatch) -> dict[str, Any]:
    names = ("created", "changed", "same", "waiting", "left_out", "joined", "committed", "moved")
    told = batch.counts
    return {
        "id": batch.pk, "zone": batch.zone.code, "kind": batch.kind, "name": batch.name, "sha256": batch.sha256,
        "state": batch.state, "outcome": batch.outcome, "reason": batch.reason_code, "busy": batch.busy, "progress": batch.progress,
        "as_of": batch.as_of.isoformat() if batch.as_of else None, "labels": batch.labels,
        "columns": [
            {"place": place, "field": code, "period": period or "", "unit": unit or "", "clears": clears}
            for place, code, period, unit, clears in batch.columns
        ],
        "counts": {name: told.get(name, 0) for name in names}, "rows_read": told.get("rows_read", 0),
        "reasons": {one["code"]: one["count"] for one in queries.reasons_of(batch)},
        "asks_twice": bool(told.get("asks_twice")), "key": batch.key, "parts": len(batch.parts),
        "committed_at": batch.committed_at.isoformat() if batch.committed_at else None,
        "undone_at": batch.undone_at.isoformat() if batch.undone_at else None, "trouble": batch.trouble.get("code", ""),
    }  # fmt: skip


def finding_item(row: ImportFinding) -> dict[str, Any]:
    return {
        "code": row.code, "level": row.level, "row": row.row, "rows": row.rows, "column": row.column, "label": row.label,
        "field": row.field, "raw": row.raw, "message": queries.finding_of(row).sentence(short_language(get_language())),
        "proposal": dict(row.proposal) or None,
    }  # fmt: skip


def row_item(row: ImportRow) -> dict[str, Any]:
    return {
        "row": row.row, "name": row.name, "credit_code": row.code, "outcome": row.outcome, "company": row.company_id,
        "matched_by": row.matched_by, "values": row.values, "changes": row.changes, "part": row.part,
    }  # fmt: skip


def figure_item(row: Any) -> dict[str, Any]:
    return {
        "code": row.definition.code, "name": row.definition.name, "version": row.definition.version, "period": row.period,
        "revision": row.revision, "stated": row.stated, "unit": row.unit, "value": row.value, "canonical_unit": row.canonical_unit,
        "known_from": row.known_from.isoformat(), "source": row.source.title,
    }  # fmt: skip
