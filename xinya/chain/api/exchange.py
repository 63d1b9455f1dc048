"""Routes of exchange: a zone's open data, another zone's, and two zones compared on one chain."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, once
from xinya.kit.refusals import Refused
from xinya.zones.queries import signed_in, zone_visible

from .. import queries
from ..actions import exchange as actions
from ..files.exchange_objects import comparison_object
from ..files.open_zone import LARGEST
from ..queries.exchange import NO_ISSUE, compared, last_issue, open_data_of, partners_of

router = Router(tags=["exchange"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class ComparedWith(Schema):
    """partner: zone.<code> of another zone of this house, or data.<number> of open data that were brought. chain: a pack's code."""

    partner: str = Field(max_length=60)
    chain: str = Field(max_length=30)
    on: str = Field("", max_length=10)


class ComparedRow(Schema):
    """A segment that both define alike: numbers of makers ("*" hidden, null not counted) and, of zones of this house, verdicts."""

    segment: str
    name_zh: str
    name_en: str
    hash: str
    makers: list[int | str | None]
    verdicts: list[str]


class UnlikeRow(Schema):
    """A segment that is not comparable, why, and the fields that say otherwise, both readings."""

    segment: str
    name_zh: str
    name_en: str
    reason: str
    differing: dict[str, list[str]]


class ComparisonObject(Schema):
    """Two zones on one chain."""

    chain: str
    zones: list[str]
    versions: list[str]
    rows: list[ComparedRow]
    unlike: list[UnlikeRow]


class IssueItem(Schema):
    """A publication."""

    number: int
    as_of: str


class DataItem(Schema):
    """Another zone's open data."""

    id: int
    origin: str
    name: str
    as_of: str
    makers: int = 0


class DataList(Schema):
    """What was brought and is in force."""

    items: list[DataItem]


@router.get("/zones/{zone}/compare", response={200: ComparisonObject, **WRITE_PROBLEMS}, summary="Two zones on one chain")
def compare(request: HttpRequest, zone: str, asked: Query[ComparedWith]) -> dict[str, Any]:
    person = signed_in(request)
    row = zone_visible(person, zone)
    partners = partners_of(person, row, asked.partner)
    partners.bring_to_hand(asked.partner)
    found = queries.zone_report(row, queries.day_of(row, asked.on))
    return comparison_object(compared(found, partners, asked.partner, asked.chain))


@router.get(
    "/zones/{zone}/open-data", response={200: dict[str, Any], **READ_PROBLEMS}, summary="The zone's open data published last"
)
def open_data(request: HttpRequest, zone: str) -> HttpResponse:
    issue = last_issue(zone_visible(signed_in(request), zone))
    if issue is None:
        raise Refused("no-such-issue", NO_ISSUE, status=404)
    return HttpResponse(issue.content.encode(), content_type="application/json; charset=utf-8")


@router.post("/zones/{zone}/open-data", response={200: IssueItem, **WRITE_PROBLEMS}, summary="Publish the zone's open data")
def publish(request: HttpRequest, zone: str, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)
    ready = actions.draw_open_data(person, zone=row)  # before the call's own transaction: it takes its time

    def act() -> tuple[int, dict[str, Any]]:
        made = actions.publish_open_data(person, zone=row, ready=ready)
        return 200, {"number": made.number, "as_of": made.as_of.isoformat()}

    return Status(*once(request, key, request.body, act))


@router.get("/zones/{zone}/foreign-data", response={200: DataList, **READ_PROBLEMS}, summary="Open data of other zones")
def foreign_data(request: HttpRequest, zone: str) -> dict[str, Any]:
    rows = open_data_of(zone_visible(signed_in(request), zone))
    return {"items": [{"id": r.pk, "origin": r.origin, "name": r.name, "as_of": r.as_of.isoformat()} for r in rows]}


@router.post("/zones/{zone}/foreign-data", response={200: DataItem, **WRITE_PROBLEMS}, summary="Bring another zone's open data")
def bring(
    request: HttpRequest, zone: str, document: File[UploadedFile], makers: bool = False, key: str = KEY
) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)
    content = document.read(LARGEST + 1)

    def act() -> tuple[int, dict[str, Any]]:
        data, count = actions.bring_open_data(person, zone=row, content=content, with_makers=makers)
        return 200, {"id": data.pk, "origin": data.origin, "name": data.name, "as_of": data.as_of.isoformat(), "makers": count}

    return Status(*once(request, key, content + str(makers).encode(), act))


__all__ = ["router"]
