"""HTTP API of the log: rows with masked values, seals read and taken. For everybody else it answers as if it were not there."""

import base64
import binascii
import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from xinya.kit.api import LARGEST_PAGE, READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once
from xinya.kit.audit_values import instant_text, masked
from xinya.kit.models import AuditRow, AuditSeal
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .. import actions
from ..queries import audit as queries
from ..queries import signed_in

router = Router(tags=["audit"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class AuditItem(Schema):
    """One act or refusal. change: old and new value by field, masked. reason: of a refusal its code."""

    seq: int
    at: str
    actor: str
    acting_for: str
    act: str
    object: str
    ok: bool
    change: dict[str, list[str]]
    reason: str
    address: str
    hash: str


class SealItem(Schema):
    """The chain as it was at one moment. count: rows up to `seq`."""

    seq: int
    hash: str
    count: int
    at: str


class Paging(Schema):
    """cursor: `next` of the page before. limit: rows a page."""

    cursor: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)


class Asked(Paging):
    """Which rows: who (a user name, or person:7), act, object (zone:5, or zone for all), outcome, local days from and to."""

    actor: Words = Field("", max_length=150)
    act: Words = Field("", max_length=100)
    object: Words = Field("", max_length=200)
    outcome: Literal["", "done", "refused"] = ""
    since: datetime.date | None = Field(None, ge=datetime.date(1900, 1, 1), le=datetime.date(2200, 1, 1))
    until: datetime.date | None = Field(None, ge=datetime.date(1900, 1, 1), le=datetime.date(2200, 1, 1))


@router.get("/audit", response={200: Page[AuditItem], **READ_PROBLEMS}, summary="The log, newest first")
def audit(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    ok = {"": None, "done": True, "refused": False}[asked.outcome]
    wanted = queries.Wanted(asked.actor, asked.act, asked.object, ok, asked.since, asked.until)
    person = signed_in(request)
    queries.demand_log_power(person, "read_audit")
    found = queries.log_rows(person, wanted, before=_before(asked.cursor), limit=asked.limit)
    rows = found[: asked.limit]
    following = base64.urlsafe_b64encode(str(rows[-1].seq).encode()).decode() if len(found) > asked.limit else None
    return {"items": [audit_item(row) for row in rows], "next": following}


def _before(cursor: str) -> int | None:
    """The number before which the page begins: unlike a position it stays the same while rows are added."""
    if not cursor:
        return None
    try:
        seq = int(base64.urlsafe_b64decode(cursor.encode()).decode())
    except (ValueError, binascii.Error, UnicodeError):
        seq = 0
    if not 0 < seq < 2**62:
        raise Refused("cursor-wrong", _("The cursor is not one of ours."), status=400)
    return seq


@router.get("/audit/seals", response={200: Page[SealItem], **READ_PROBLEMS}, summary="Seals of the log, newest first")
def seals(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    rows = list(queries.log_seals(signed_in(request)))
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=seal_item)


@router.post("/audit/seals", response={201: SealItem, 200: SealItem, **WRITE_PROBLEMS}, summary="Seal the log now")
def seal(request: HttpRequest, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    queries.demand_log_power(person, "seal_audit")
    return Status(*once(request, key, request.body, lambda: (201, seal_item(actions.seal_log(person)))))


def audit_item(row: AuditRow) -> dict[str, Any]:
    return {
        "seq": row.seq, "at": instant_text(row.at), "actor": row.actor, "acting_for": row.acting_for, "act": row.act,
        "object": row.object, "ok": row.ok, "reason": row.reason, "address": row.address, "hash": row.hash,
        "change": {field: [masked(old), masked(new)] for field, (old, new) in row.change.items()},
    }  # fmt: skip


def seal_item(seal: AuditSeal) -> dict[str, Any]:
    return {"seq": seal.seq, "hash": seal.hash, "count": seal.count, "at": instant_text(seal.at)}
