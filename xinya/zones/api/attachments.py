"""HTTP API of the zones slice: files of companies and promises, and a person's own notices."""

from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import File, Form, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from xinya.kit.api import LARGEST_PAGE, READ_PROBLEMS, WRITE_PROBLEMS, Page, cursor_page, once
from xinya.kit.attachments import give_out

from .. import queries
from ..actions import NewFile, add_attachment, open_attachment
from ..models import Attachment, Notice

router = Router(tags=["zones"])
KEY = Header("", alias="Idempotency-Key", max_length=80)
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
Class = Literal["", "PUBLIC", "INTERNAL", "COMPANY", "RESTRICTED"]
HANDED_OVER = {"responses": {200: {"description": "The file, to be saved", "content": BYTES}}}


class AttachmentItem(Schema):
    """A file of a row. kind: by its content. sha256: of its bytes."""

    id: int
    name: str
    kind: Literal["pdf", "png", "jpeg", "webp", "xlsx", "docx", "text"]
    size: int
    sha256: str
    secrecy: Literal["PUBLIC", "INTERNAL", "COMPANY", "RESTRICTED"]
    by: str
    at: str


class NoticeItem(Schema):
    """A notice to the person who asks. state: SENT, WAITING, HELD, SENDING, FAILED or UNSURE (perhaps sent)."""

    id: int
    kind: str
    subject: str
    body: str
    path: str
    channel: Literal["page", "mail", "sms", "webhook"]
    state: Literal["WAITING", "HELD", "SENDING", "SENT", "FAILED", "UNSURE"]
    promised_at: str
    read_at: str | None


class Paging(Schema):
    """cursor: `next` of the page before. limit: rows a page."""

    cursor: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)


@router.get(
    "/zones/{zone}/companies/{company_id}/attachments",
    response={200: Page[AttachmentItem], **READ_PROBLEMS},
    summary="Files of a company",
)
def attachments(request: HttpRequest, zone: str, company_id: int, paging: Query[Paging]) -> dict[str, Any]:
    person = queries.signed_in(request)
    company = queries.company_visible(person, zone, company_id)
    rows = queries.attachments_of(person, "company", company.pk)
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=attachment_item)


@router.post(
    "/zones/{zone}/companies/{company_id}/attachments", response={201: AttachmentItem, **WRITE_PROBLEMS}, summary="Add a file"
)
def add(
    request: HttpRequest, zone: str, company_id: int, file: File[UploadedFile], secrecy: Form[Class] = "", key: str = KEY
) -> Status[dict[str, Any]]:
    company = queries.company_visible(queries.signed_in(request), zone, company_id)
    return _add(request, "company", company.pk, file, secrecy, key)


@router.get(
    "/zones/{zone}/promises/{promise_id}/attachments",
    response={200: Page[AttachmentItem], **READ_PROBLEMS},
    summary="Files of a promise",
)
def promise_attachments(request: HttpRequest, zone: str, promise_id: int, paging: Query[Paging]) -> dict[str, Any]:
    person = queries.signed_in(request)
    promise = queries.promise_visible(person, zone, promise_id)
    rows = queries.attachments_of(person, "promise", promise.pk)
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=attachment_item)


@router.post(
    "/zones/{zone}/promises/{promise_id}/attachments",
    response={201: AttachmentItem, **WRITE_PROBLEMS},
    summary="Add a file to a promise: its proof, or what it rests on",
)
def add_to_promise(
    request: HttpRequest, zone: str, promise_id: int, file: File[UploadedFile], secrecy: Form[Class] = "", key: str = KEY
) -> Status[dict[str, Any]]:
    promise = queries.promise_visible(queries.signed_in(request), zone, promise_id)
    return _add(request, "promise", promise.pk, file, secrecy, key)


def _add(request: HttpRequest, kind: str, pk: int, file: UploadedFile, secrecy: str, key: str) -> Status[dict[str, Any]]:
    person, content = queries.signed_in(request), file.read()

    def act() -> tuple[int, dict[str, Any]]:
        wanted = NewFile(file.name or "", content, secrecy)
        return 201, attachment_item(add_attachment(person, owner_kind=kind, owner_id=pk, file=wanted))

    return Status(*once(request, key, content + f"{file.name}\0{secrecy}".encode(), act))


@router.get("/attachments/{attachment_id}", response=READ_PROBLEMS, openapi_extra=HANDED_OVER, summary="One file, handed over")
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    row = open_attachment(queries.signed_in(request), attachment_id=attachment_id)
    return give_out(row.stored, row.name)


@router.get("/notices", response={200: Page[NoticeItem], **READ_PROBLEMS}, summary="My notices, the newest first")
def notices(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    rows = list(queries.visible_to(queries.signed_in(request), Notice)[:1000])
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=notice_item)


def attachment_item(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "kind": row.kind, "size": row.size, "sha256": row.sha256, "secrecy": row.secrecy,
        "by": str(row.by), "at": row.at.isoformat(),
    }  # fmt: skip


def notice_item(row: Notice) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "subject": row.subject, "body": row.body, "path": row.path, "channel": row.channel,
        "state": row.state, "promised_at": row.promised_at.isoformat(),
        "read_at": row.read_at.isoformat() if row.read_at else None,
    }  # fmt: skip
