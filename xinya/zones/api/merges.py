"""HTTP API: companies of the register that are one, or two; mergings and their undo."""

import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say, short_language

from .. import actions, queries
from ..models import CompanyMerge, Person, TwoFirms
from ..queries import merges as found_in
from ..rules import has_power
from .zones import Paging

router = Router(tags=["companies"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class Asked(Paging):
    """company: only pairs with this one. judged: also pairs that a person has told apart."""

    company: int = Field(0, ge=0, le=2**62)
    judged: bool = False


class PairSide(Schema):
    """One company of a pair."""

    id: int
    name: str
    credit_code: str


class PairItem(Schema):
    """Two companies that may be one. score: likeness of the names, 0 to 100; differing: parts of the names that differ.

    told_apart: the reason a person gave for two firms, where nothing new is known of either since; else null.
    """

    one: PairSide
    other: PairSide
    by: Literal["ident", "name", "like"]
    score: int
    why: list[str]
    differing: list[str]
    told_apart: str | None


class MergeItem(Schema):
    """A merging. merged, survivor: numbers of the companies, null where one was taken out of the register since.

    moved: by kind of row how many went over. The number of the merged company stays resolvable.
    """

    id: int
    zone: str
    merged: int | None
    merged_name: str
    merged_code: str
    survivor: int | None
    survivor_name: str
    survivor_code: str
    name_was: Literal["former", "alias"]
    score: int
    state: Literal["merged", "undone"]
    reason: str
    by: str
    at: str
    undone_by: str
    undone_at: str | None
    undo_reason: str
    moved: dict[str, int]


class MergeSaid(Schema):
    """merged goes into survivor. name_was: what the name of the merged one is to the survivor; a former one borne until a day."""

    merged: int = Field(ge=1, le=2**62)
    survivor: int = Field(ge=1, le=2**62)
    reason: Words = Field(min_length=2, max_length=300)
    name_was: Literal["former", "alias"] = "alias"
    name_until: datetime.date | None = None


class Why(Schema):
    """Why a merging is undone."""

    reason: Words = Field(min_length=2, max_length=300)


class ApartSaid(Schema):
    """Two companies that are two firms, and why."""

    one: int = Field(ge=1, le=2**62)
    other: int = Field(ge=1, le=2**62)
    reason: Words = Field(min_length=2, max_length=300)


class ApartItem(Schema):
    """A person's word that two companies are two firms."""

    one: int
    other: int
    reason: str
    by: str
    at: str


def officer(request: HttpRequest) -> Person:
    """The caller, who changes zones; to everybody else these addresses do not exist."""
    person = queries.signed_in(request)
    demand(has_power(person, "change_zone"), "not-found", _("There is nothing here."), status=404)
    return person


@router.get("/zones/{zone}/duplicates", response={200: Page[PairItem], **READ_PROBLEMS}, summary="Companies that may be one")
def duplicates(request: HttpRequest, zone: str, asked: Query[Asked]) -> dict[str, Any]:
    here = queries.zone_visible(officer(request), zone)
    rows = found_in.likely_duplicates(here, company=asked.company or None, with_judged=asked.judged)
    return cursor_page(rows, cursor=asked.cursor, limit=asked.limit, render=pair_item)


@router.get("/zones/{zone}/merges", response={200: Page[MergeItem], **READ_PROBLEMS}, summary="What was merged in a zone")
def merges(request: HttpRequest, zone: str, paging: Query[Paging]) -> dict[str, Any]:
    person = officer(request)
    rows = list(found_in.merges_listed(person, queries.zone_visible(person, zone), with_rows=True))
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=merge_item)


@router.get("/zones/{zone}/merges/{merge_id}", response={200: MergeItem, **READ_PROBLEMS}, summary="One merging")
def one_merge(request: HttpRequest, zone: str, merge_id: int) -> dict[str, Any]:
    return merge_item(found_in.merge_visible(officer(request), merge_id, zone))


@router.post("/zones/{zone}/merges", response={201: MergeItem, **WRITE_PROBLEMS}, summary="Merge two companies that are one")
def merge(request: HttpRequest, zone: str, form: MergeSaid, key: str = KEY) -> Any:
    person = officer(request)

    def act() -> tuple[int, dict[str, Any]]:
        here = queries.zone_visible(person, zone)
        wanted = actions.Merging(form.merged, form.survivor, form.reason, form.name_was, form.name_until)
        return 201, merge_item(actions.merge_companies(person, zone=here, merging=wanted))

    return _answered(once(request, key, request.body, act))


@router.post("/zones/{zone}/merges/{merge_id}/undo", response={200: MergeItem, **WRITE_PROBLEMS}, summary="Undo a merging")
def undo(request: HttpRequest, zone: str, merge_id: int, form: Why, key: str = KEY) -> Any:
    person = officer(request)

    def act() -> tuple[int, dict[str, Any]]:
        row = found_in.merge_visible(person, merge_id, zone)
        return 200, merge_item(actions.undo_merge(person, merge_id=row.pk, reason=form.reason))

    return _answered(once(request, key, request.body, act))


@router.post("/zones/{zone}/two-firms", response={201: ApartItem, **WRITE_PROBLEMS}, summary="Two like companies are two firms")
def two_firms(request: HttpRequest, zone: str, form: ApartSaid, key: str = KEY) -> Any:
    person = officer(request)

    def act() -> tuple[int, dict[str, Any]]:
        here = queries.zone_visible(person, zone)
        return 201, apart_item(actions.tell_apart(person, zone=here, one=form.one, other=form.other, reason=form.reason))

    return _answered(once(request, key, request.body, act))


def _answered(reply: tuple[int, dict[str, Any]]) -> Any:
    return Status(reply[0], reply[1])


def pair_item(row: found_in.Likely) -> dict[str, Any]:
    language = short_language(get_language())
    sides = [{"id": int(one.id), "name": one.name, "credit_code": one.code or ""} for one in (row.one, row.other)]
    return {
        "one": sides[0], "other": sides[1], "by": row.pair.by, "score": round(row.pair.score),
        "why": [say(language, sentence) for sentence in row.pair.evidence], "differing": list(row.pair.differing),
        "told_apart": row.word.reason if row.word is not None else None,
    }  # fmt: skip


def merge_item(row: CompanyMerge) -> dict[str, Any]:
    return {
        "id": row.pk, "zone": row.zone.code,
        "merged": row.merged_id, "merged_name": row.merged_name, "merged_code": row.merged_code,
        "survivor": row.survivor_id, "survivor_name": row.survivor_name, "survivor_code": row.survivor_code,
        "name_was": row.name_was, "score": row.score, "state": row.state, "reason": row.reason, "by": str(row.by),
        "at": row.at.isoformat(), "undone_by": str(row.undone_by or ""),
        "undone_at": row.undone_at.isoformat() if row.undone_at else None, "undo_reason": row.undo_reason,
        "moved": {place: len(one["keys"]) for place, one in row.moved.items()},
    }  # fmt: skip


def apart_item(row: TwoFirms) -> dict[str, Any]:
    return {"one": row.one_id, "other": row.other_id, "reason": row.reason, "by": str(row.by), "at": row.at.isoformat()}
