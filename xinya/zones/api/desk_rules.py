"""HTTP API: thresholds of above scale and divisions that a zone's import desk goes by."""

import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once

from .. import queries
from ..actions import desk_rules as acts
from ..engine.thresholds import DEFAULTS, SHIPPED_CONFIDENCE, SHIPPED_ON, Threshold
from ..files.divisions import division_in
from ..files.thresholds import LARGEST_FEN, ThresholdLine, code_in
from ..models import Division, DivisionEdition, ZoneThreshold
from ..queries.desk_rules import divisions_of, edition_of, editions_listed, thresholds_listed, thresholds_of
from .companies import day_asked
from .zones import Paging

router = Router(tags=["imports"])
KEY = Header("", alias="Idempotency-Key", max_length=80)
Sources = Literal["statistics", "register", "officer", "vendor"]


class GroundsSaid(Schema):
    """Who says so, in which document of which day, and why it is entered."""

    source_kind: Sources = "statistics"
    source: Words = Field(min_length=2, max_length=200)
    issued_on: datetime.date | None = None
    reason: Words = Field(min_length=2, max_length=300)


class ThresholdItem(Schema):
    """A row of above scale. amount_fen: null for membership by qualification. id: null for one that ships.

    ended_at: when a row of the zone's own was ended; those stay readable.
    """

    id: int | None
    code: str
    amount_fen: int | None
    inclusive: bool
    first_year: int
    last_year: int | None
    is_own: bool
    source: str
    source_kind: str
    issued_on: str
    confidence: Decimal
    ended_at: str | None


class ThresholdSaid(Schema):
    """One row. code: two to four digits, with or without the letter of the section; amount_fen null: by qualification."""

    code: Words = Field(min_length=2, max_length=5)
    amount_fen: int | None = Field(None, ge=1, le=LARGEST_FEN)
    inclusive: bool = True
    first_year: int = Field(ge=1998, le=2199)
    last_year: int | None = Field(None, ge=1998, le=2199)


class ThresholdsSaid(GroundsSaid):
    """Rows that hold from now on, all or none."""

    rows: list[ThresholdSaid] = Field(min_length=1, max_length=2000)


class ThresholdsSet(Schema):
    """How many rows are new, took the place of another, or stood already."""

    new: int
    replaced: int
    same: int


class Asked(Paging):
    """code, year: only the row that decides for them; else every row. ended: rows that hold no longer, too."""

    code: Words = Field("", max_length=5)
    year: int | None = Field(None, ge=1998, le=2199)
    ended: bool = False


class ReasonSaid(Schema):
    """Why."""

    reason: Words = Field(min_length=2, max_length=300)


class DivisionItem(Schema):
    """One division or area. Days: the first and the last that it is in force, null where they are not known."""

    code: Words = Field(min_length=2, max_length=12)
    name: Words = Field(min_length=1, max_length=60)
    parent: Words = Field("", max_length=12)
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    share: Literal["", "whole", "part"] = ""
    within: Words = Field("", max_length=1000)


class EditionItem(Schema):
    """Divisions as one act published them, or areas of the zone. ended_at: when it was withdrawn."""

    id: int
    kind: Literal["official", "areas"]
    name: str
    valid_from: str
    valid_to: str | None
    divisions: int
    source: str
    source_kind: str
    issued_on: str
    confidence: Decimal
    ended_at: str | None


class EditionSaid(GroundsSaid):
    """An edition: it counts for lists that stand for `valid_from` or a later day."""

    kind: Literal["official", "areas"] = "official"
    name: Words = Field(min_length=2, max_length=60)
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    rows: list[DivisionItem] = Field(min_length=1, max_length=60_000)


class AreaEnd(ReasonSaid):
    """Until which day an area belongs to the zone, and why."""

    last_day: datetime.date


class KnownSaid(Schema):
    """Whether six digits stand in an edition that was in force by a day."""

    division: str
    day: str
    known: bool


class DivisionAsked(Schema):
    """on: the day of the list, as YYYY-MM-DD; today where it is left out."""

    on: Words = Field("", max_length=10)


@router.get("/zones/{zone}/thresholds", response={200: Page[ThresholdItem], **READ_PROBLEMS}, summary="Thresholds of above scale")
def thresholds(request: HttpRequest, zone: str, asked: Query[Asked]) -> dict[str, Any]:
    row = queries.zone_visible(queries.signed_in(request), zone)
    own = list(thresholds_listed(row))
    if asked.code:
        found = thresholds_of(row).of(code_in(asked.code), asked.year or timezone.localdate().year)
        rows: list[Any] = [] if found is None else [_stored_of(own, found) or found]
    else:
        rows = [one for one in own if asked.ended or one.ended_at is None] + list(DEFAULTS)
    return cursor_page(rows, cursor=asked.cursor, limit=asked.limit, render=threshold_item)


def _stored_of(own: list[ZoneThreshold], found: Threshold) -> ZoneThreshold | None:
    """The stored row behind one that decides."""
    alike = (one for one in own if one.ended_at is None and one.prefix == found.prefix)
    return next((one for one in alike if found.is_own and one.valid_from_year == found.valid_from_year), None)


@router.post("/zones/{zone}/thresholds", response={200: ThresholdsSet, **WRITE_PROBLEMS}, summary="Set thresholds")
def set_thresholds(request: HttpRequest, zone: str, form: ThresholdsSaid, key: str = KEY) -> Any:
    person = queries.signed_in(request)
    row = queries.zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        lines = [
            ThresholdLine(n, Threshold(code_in(x.code), x.amount_fen, x.first_year, x.last_year, x.inclusive, is_own=True))
            for n, x in enumerate(form.rows, 1)
        ]
        done = acts.set_thresholds(person, zone=row, lines=lines, grounds=_grounds(form))
        return 200, {"new": done.new, "replaced": done.replaced, "same": done.same}

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/thresholds/{threshold_id}/end", response={200: ThresholdItem, **WRITE_PROBLEMS}, summary="End a threshold"
)
def end_threshold(request: HttpRequest, zone: str, threshold_id: int, form: ReasonSaid, key: str = KEY) -> Any:
    person = queries.signed_in(request)
    row = queries.zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        ended = acts.end_threshold(person, zone=row, threshold_id=threshold_id, reason=form.reason)
        return 200, threshold_item(ended) | {"confidence": str(ended.confidence)}

    return Status(*once(request, key, request.body, act))


@router.get("/zones/{zone}/division-editions", response={200: Page[EditionItem], **READ_PROBLEMS}, summary="Editions of divisions")
def editions(request: HttpRequest, zone: str, paging: Query[Paging]) -> dict[str, Any]:
    row = queries.zone_visible(queries.signed_in(request), zone)
    return cursor_page(list(editions_listed(row)), cursor=paging.cursor, limit=paging.limit, render=edition_item)


@router.post("/zones/{zone}/division-editions", response={201: EditionItem, **WRITE_PROBLEMS}, summary="Bring an edition")
def bring_edition(request: HttpRequest, zone: str, form: EditionSaid, key: str = KEY) -> Any:
    person = queries.signed_in(request)
    row = queries.zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        told = [
            division_in(
                x.code, x.name, parent=x.parent, since=x.valid_from, until=x.valid_to, share=x.share, within=x.within
            )
            for x in form.rows
        ]  # fmt: skip
        wanted = acts.NewEdition(form.name, form.kind, form.valid_from, told, form.valid_to)
        kept = acts.bring_divisions(person, zone=row, edition=wanted, grounds=_grounds(form))
        return 201, edition_item(kept) | {"divisions": len(told), "confidence": str(kept.confidence)}

    return Status(*once(request, key, request.body, act))


@router.get(
    "/zones/{zone}/division-editions/{edition_id}", response={200: Page[DivisionItem], **READ_PROBLEMS},
    summary="Divisions of an edition",
)  # fmt: skip
def edition(request: HttpRequest, zone: str, edition_id: int, paging: Query[Paging]) -> dict[str, Any]:
    row = queries.zone_visible(queries.signed_in(request), zone)
    rows = list(edition_of(row, edition_id).divisions.all())
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=division_item)


@router.post(
    "/zones/{zone}/division-editions/{edition_id}/end", response={200: EditionItem, **WRITE_PROBLEMS}, summary="Withdraw an edition"
)
def end_edition(request: HttpRequest, zone: str, edition_id: int, form: ReasonSaid, key: str = KEY) -> Any:
    person = queries.signed_in(request)
    row = queries.zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        ended = acts.end_divisions(person, zone=row, edition_id=edition_id, reason=form.reason)
        return 200, edition_item(ended) | {"divisions": ended.divisions.count(), "confidence": str(ended.confidence)}

    return Status(*once(request, key, request.body, act))


@router.post("/zones/{zone}/areas/{area_id}/end", response={200: DivisionItem, **WRITE_PROBLEMS}, summary="End an area of the zone")
def end_area(request: HttpRequest, zone: str, area_id: int, form: AreaEnd, key: str = KEY) -> Any:
    person = queries.signed_in(request)
    row = queries.zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        ended = acts.end_area(person, zone=row, area_id=area_id, last_day=form.last_day, reason=form.reason)
        return 200, division_item(ended)

    return Status(*once(request, key, request.body, act))


@router.get("/zones/{zone}/divisions/{division}", response={200: KnownSaid, **READ_PROBLEMS}, summary="Is a division known?")
def known(request: HttpRequest, zone: str, division: str, asked: Query[DivisionAsked]) -> dict[str, Any]:
    row = queries.zone_visible(queries.signed_in(request), zone)
    day = day_asked(asked.on) or timezone.localdate()
    return {"division": division[:12], "day": day.isoformat(), "known": division in divisions_of(row, day)}


def _grounds(form: GroundsSaid) -> acts.Grounds:
    return acts.Grounds(form.source_kind, form.source, form.issued_on, form.reason)


def threshold_item(row: Any) -> dict[str, Any]:
    if isinstance(row, Threshold):
        return {
            "id": None, "code": row.prefix, "amount_fen": row.amount_fen, "inclusive": row.is_inclusive,
            "first_year": row.valid_from_year, "last_year": row.valid_to_year, "is_own": False,
            "source": "general knowledge, read with two statistics bureaus", "source_kind": "statistics",
            "issued_on": SHIPPED_ON, "confidence": Decimal(SHIPPED_CONFIDENCE), "ended_at": None,
        }  # fmt: skip
    return {
        "id": row.pk, "code": row.prefix, "amount_fen": row.amount_fen, "inclusive": row.is_inclusive,
        "first_year": row.valid_from_year, "last_year": row.valid_to_year, "is_own": True, "source": row.source.title,
        "source_kind": row.source.kind, "issued_on": row.source.issued_on.isoformat() if row.source.issued_on else "",
        "confidence": row.confidence, "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }  # fmt: skip


def edition_item(row: DivisionEdition) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "name": row.name, "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None, "divisions": getattr(row, "count", 0),
        "source": row.source.title, "source_kind": row.source.kind, "confidence": row.confidence,
        "issued_on": row.source.issued_on.isoformat() if row.source.issued_on else "",
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }  # fmt: skip


def division_item(row: Division) -> dict[str, Any]:
    days = [day.isoformat() if day else None for day in (row.valid_from, row.valid_to)]
    return {
        "code": row.code, "name": row.name, "parent": row.parent, "valid_from": days[0], "valid_to": days[1],
        "share": row.share, "within": row.within,
    }  # fmt: skip
