"""HTTP API of promises: list, one, make, keep, confirm, pause, resume; and the calendar of a year."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any, Literal, overload

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from xinya.kit.api import LARGEST_PAGE, READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .. import actions, queries
from ..models import Company, Promise

router = Router(tags=["promises"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class Rows(Sequence[Promise]):
    """The rows of a list, counted and read a page at a time."""

    def __init__(self, rows: QuerySet[Promise]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return self.rows.count()

    @overload
    def __getitem__(self, place: int) -> Promise: ...
    @overload
    def __getitem__(self, place: slice) -> list[Promise]: ...
    def __getitem__(self, place: int | slice) -> Promise | list[Promise]:
        return list(self.rows[place]) if isinstance(place, slice) else self.rows[place]


class PromiseItem(Schema):
    """A promise. due_at is the first instant at which it is late; null while its clock stands. forecast: a year without notice."""

    id: int
    zone: str
    direction: str
    text: str
    owner: str
    other: str
    company: int | None
    kind: str
    state: str
    late: bool
    due_on: str | None
    due_at: str | None
    forecast: bool
    received_at: str
    unit: str
    length: int
    proof: str
    is_invented: bool


class Asked(Schema):
    """direction: one of both. state: a group of states. cursor: `next` of the page before. limit: rows a page."""

    direction: Literal["", "OURS", "THEIRS"] = ""
    state: Literal["open", "late", "paused", "kept", "ended", "all"] = "open"
    cursor: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)


class NewPromiseForm(Schema):
    """A promise. Without unit and n those of the kind hold. company: its number; other: somebody without a company here."""

    text: Words = Field(min_length=5, max_length=500)
    direction: Literal["OURS", "THEIRS"] = "OURS"
    company: int | None = None
    other: Words = Field("", max_length=120)
    kind: Words = Field("own", max_length=30)
    unit: Literal["", "WD", "CD", "M", "WH", "CH"] = ""
    n: int | None = Field(None, ge=0, le=3650)
    received_at: AwareDatetime | None = None
    proof_needed: Words = Field("", max_length=200)
    occasion: Words = Field("", max_length=120)
    secrecy: Literal["INTERNAL", "COMPANY"] = "INTERNAL"


class ProofForm(Schema):
    """What proves that the promise is kept."""

    proof: Words = Field(min_length=5, max_length=500)


class PauseForm(Schema):
    """Why the clock stands, what exactly is missing, and until which day."""

    reason: Literal["NEED_MATERIAL", "COMPANY_ASKED", "THIRD_PARTY_TEST", "LAW_WAITING_PERIOD", "HIGHER_LEVEL"]
    what: Words = Field(min_length=2, max_length=300)
    until: datetime.date


class DayItem(Schema):
    """A day that differs from Monday to Friday."""

    date: str
    kind: str
    source: str


class CalendarItem(Schema):
    """A year of the calendar. status: official, or forecast while the notice is not out."""

    year: int
    status: str
    source: str
    working_days: int
    exceptions: list[DayItem]


@router.get("/zones/{zone}/promises", response={200: Page[PromiseItem], **READ_PROBLEMS}, summary="Promises of a zone")
def promises(request: HttpRequest, zone: str, asked: Query[Asked]) -> dict[str, Any]:
    person = queries.signed_in(request)
    row = queries.promise_zone(person, zone)
    found = queries.promises_of(person, row, direction=asked.direction, group=asked.state)
    rows = Rows(found.prefetch_related("clocks__extensions"))
    return cursor_page(rows, cursor=asked.cursor, limit=asked.limit, render=promise_item)


@router.get("/zones/{zone}/promises/{promise_id}", response={200: PromiseItem, **READ_PROBLEMS}, summary="One promise")
def promise(request: HttpRequest, zone: str, promise_id: int) -> dict[str, Any]:
    return promise_item(queries.promise_visible(queries.signed_in(request), zone, promise_id))


@router.post("/zones/{zone}/promises", response={201: PromiseItem, 200: PromiseItem, **WRITE_PROBLEMS}, summary="Make a promise")
def make(request: HttpRequest, zone: str, given: NewPromiseForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = queries.signed_in(request)
    row = queries.promise_zone(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        words = given.dict() | {"company": _company(request, given.company)}
        made = actions.make_promise(person, zone=row, wanted=actions.NewPromise(**words))
        return 201, promise_item(queries.promise_visible(person, zone, made.pk))

    return Status(*once(request, key, request.body, act))


@router.post("/zones/{zone}/promises/{promise_id}/keep", response={200: PromiseItem, **WRITE_PROBLEMS}, summary="Say it is kept")
def keep(request: HttpRequest, zone: str, promise_id: int, given: ProofForm, key: str = KEY) -> Status[dict[str, Any]]:
    return _act(request, (zone, promise_id), key, "keep", proof=given.proof)


@router.post("/zones/{zone}/promises/{promise_id}/confirm", response={200: PromiseItem, **WRITE_PROBLEMS}, summary="Confirm it")
def confirm(request: HttpRequest, zone: str, promise_id: int, key: str = KEY) -> Status[dict[str, Any]]:
    return _act(request, (zone, promise_id), key, "confirm")


@router.post("/zones/{zone}/promises/{promise_id}/pause", response={200: PromiseItem, **WRITE_PROBLEMS}, summary="Pause its clock")
def pause(request: HttpRequest, zone: str, promise_id: int, given: PauseForm, key: str = KEY) -> Status[dict[str, Any]]:
    return _act(request, (zone, promise_id), key, "pause", reason=given.reason, what=given.what, until=given.until)


@router.post(
    "/zones/{zone}/promises/{promise_id}/resume", response={200: PromiseItem, **WRITE_PROBLEMS}, summary="Let it run again"
)
def resume(request: HttpRequest, zone: str, promise_id: int, key: str = KEY) -> Status[dict[str, Any]]:
    return _act(request, (zone, promise_id), key, "resume")


@router.get("/calendar/{year}", response={200: CalendarItem, **READ_PROBLEMS}, summary="The calendar of a year")
def calendar(request: HttpRequest, year: int) -> dict[str, Any]:
    queries.signed_in(request)
    shown = queries.shown_year(year)
    days = sorted([*shown.off, *shown.make_up], key=lambda day: day.date)
    return {
        "year": shown.row.year, "status": shown.row.status, "source": shown.row.source, "working_days": shown.working,
        "exceptions": [
            {"date": d.date.isoformat(), "kind": "WORK" if d.is_working else "OFF", "source": d.source} for d in days
        ],
    }  # fmt: skip


class HoursItem(Schema):
    """Office hours. zone: its code, "" for every zone without its own. first_on, last_on: the season, null for all year."""

    zone: str
    kind: str
    sessions: str
    first_on: datetime.date | None
    last_on: datetime.date | None


@router.get("/office-hours", response={200: list[HoursItem], **READ_PROBLEMS}, summary="Office hours of the house and its zones")
def office_hours(request: HttpRequest) -> list[dict[str, Any]]:
    queries.signed_in(request)
    return [
        {
            "zone": row.zone.code if row.zone else "", "kind": row.kind, "sessions": row.sessions, "first_on": row.first_on,
            "last_on": row.last_on,
        }
        for row in queries.office_hours_listed()
    ]  # fmt: skip


ACTS: dict[str, Callable[..., Promise]] = {
    "keep": actions.keep_promise, "confirm": actions.confirm_promise,
    "pause": actions.pause_promise, "resume": actions.resume_promise,
}  # fmt: skip


def _act(request: HttpRequest, place: tuple[str, int], key: str, verb: str, **words: Any) -> Status[dict[str, Any]]:
    person = queries.signed_in(request)
    zone, pk = place
    row = queries.promise_visible(person, zone, pk)

    def act() -> tuple[int, dict[str, Any]]:
        ACTS[verb](person, promise=row, **words)
        return 200, promise_item(queries.promise_visible(person, zone, pk))

    return Status(*once(request, key, request.body, act))


def _company(request: HttpRequest, pk: int | None) -> Company | None:
    """A company that the person sees; absent and hidden are refused alike."""
    if pk is None:
        return None
    seen = queries.visible_to(queries.signed_in(request), Company)
    found = seen.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise Refused("no-such-company", _("There is no such company in this zone."), status=404)
    return found


def promise_item(promise: Promise) -> dict[str, Any]:
    """due_at with its offset, in the zone's own time."""
    clock = list(promise.clocks.all())[-1]
    more = sum(e.n for e in clock.extensions.all() if e.state == "APPROVED")
    company = promise.other_company or promise.owner_organisation.company
    other = promise.other_company or promise.other_organisation or promise.other_text
    return {
        "id": promise.pk, "zone": promise.zone.code, "direction": promise.direction, "text": promise.text,
        "owner": str(promise.owner_organisation), "other": str(other), "company": company.pk if company is not None else None,
        "kind": promise.kind, "state": promise.state, "late": queries.is_late(promise, timezone.now()),
        "due_on": None if promise.due_on is None else promise.due_on.isoformat(),
        "due_at": None if promise.due_at is None else timezone.localtime(promise.due_at).isoformat(),
        "forecast": promise.forecast, "received_at": timezone.localtime(clock.received_at).isoformat(), "unit": clock.unit,
        "length": clock.n + more, "proof": promise.proof, "is_invented": promise.is_invented,
    }  # fmt: skip
