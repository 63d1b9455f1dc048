"""Routes of a zone's own packs: drafts with their findings, versions, publishing; and the queue of proposed inputs."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import File, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from xinya.kit.api import LARGEST_PAGE, READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once
from xinya.kit.text import short_language
from xinya.zones.models import Zone
from xinya.zones.queries import signed_in, zone_visible

from .. import queries
from ..actions import packs as actions
from ..actions import proposals as proposal_actions
from ..files import Pack
from ..files.drafts import TABLES, changed_rows, dated, pasted_rows, rows_of, with_rows
from ..files.exchange import chain_object
from ..files.proposals import LARGEST, read_proposals
from ..models import InputProposal, ZonePack
from ..queries.atlas import pack_alone, published_keys, published_packs
from ..queries.packs import OpenDraft, draft_findings, draft_of, drafts_of, pack_in_use, published_of, saves_of
from ..queries.proposals import evidence_of, proposals_of
from .schemas import ChainObject

router = Router(tags=["packs"])
KEY = Header("", alias="Idempotency-Key", max_length=80)
Table = Literal["segments", "inputs", "sources"]
State = Literal["OPEN", "ACCEPTED", "DECLINED"]


class BeginForm(Schema):
    """base: code of a pack of the zone; else code and name of an empty one."""

    base: Words = Field("", max_length=30)
    code: Words = Field("", max_length=30)
    name_zh: Words = Field("", max_length=30)
    name_en: Words = Field("", max_length=60)


class PasteForm(Schema):
    """Rows as they come from a spreadsheet: cells parted by tabs, rows by line ends. seen: version of the draft before the eyes."""

    table: Table
    rows: str = Field(min_length=1, max_length=500_000)
    seen: int = Field(ge=1, lt=2**31)
    note: Words = Field("", max_length=200)


class TableForm(Schema):
    """A whole table anew, cells by the columns of docs/chain-packs.md; what is left out is empty."""

    table: Table
    rows: list[dict[str, str]] = Field(max_length=2000)
    seen: int = Field(ge=1, lt=2**31)
    note: Words = Field("", max_length=200)


class SeenForm(Schema):
    """seen: version of the draft before the eyes."""

    seen: int = Field(ge=1, lt=2**31)


class DraftItem(Schema):
    """A draft in a list. version: of its last save."""

    id: int
    code: str
    base: str
    version: int


class DraftList(Schema):
    """The drafts of a zone that are worked on."""

    items: list[DraftItem]


class DraftFinding(Schema):
    """What is wrong: table, row from 1 (null: of the whole); soft: publishing does not wait for it."""

    table: str
    row: int | None
    code: str
    detail: str
    soft: bool


class SaveItem(Schema):
    """One version of a draft."""

    version: int
    by: str
    at: str
    note: str


class DraftObject(DraftItem):
    """A draft with its tables, what is wrong with them, and every version."""

    segments: list[dict[str, str]]
    inputs: list[dict[str, str]]
    sources: list[dict[str, str]]
    findings: list[DraftFinding]
    saves: list[SaveItem]


class PublishedItem(Schema):
    """A pack that the zone's diagnosis takes."""

    code: str
    label: str


class UsedPack(PublishedItem):
    """A pack that the zone uses in place of the shipped one of its code, or beside the shipped ones."""

    name_zh: str
    name_en: str
    segments: int
    inputs: int
    published_at: str


class UsedPacks(Schema):
    """The packs that a zone published and uses."""

    items: list[UsedPack]


class Origin(Schema):
    """What one independent source says."""

    origin: str
    edges: int
    companies: int
    examples: list[str]


class ProposalItem(Schema):
    """A proposed input: a segment, or a text that no segment is."""

    id: int
    product: str
    input: str
    text: str
    origins: int
    edges: int
    companies: int
    state: State
    reason: str
    evidence: list[Origin]


class DecisionForm(Schema):
    """An editor's yes or no, and why; how the input enters the draft."""

    accept: bool
    reason: Words = Field(max_length=300)
    kind: Literal["material", "component", "equipment", "service", "software"] = "material"
    essential: bool = False


class Brought(Schema):
    """How many proposals are new, and how many have more evidence than before."""

    new: int
    more: int


class ProposalsAsked(Schema):
    """state: OPEN, ACCEPTED or DECLINED; cursor and limit as in every list."""

    state: State = "OPEN"
    cursor: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)


def draft_object(zone: Zone, draft: OpenDraft) -> dict[str, Any]:
    """A draft as programs read it."""
    said = short_language(get_language())
    return {
        "id": draft.row.pk, "code": draft.row.code, "base": draft.row.base, "version": draft.save.number,
        **{table: list(rows_of(draft.pack, table)) for table in TABLES},
        "findings": [
            {"table": f.table, "row": None if f.row is None else f.row + 1, "code": f.defect.code, "soft": f.is_soft,
             "detail": f.defect.sentence(said)} for f in draft_findings(zone, draft.pack)
        ],
        "saves": [{"version": s.number, "by": str(s.by), "at": s.at.isoformat(), "note": s.note} for s in saves_of(draft)],
    }  # fmt: skip


@router.get("/zones/{zone}/pack-drafts", response={200: DraftList, **READ_PROBLEMS}, summary="Drafts of a zone's own packs")
def drafts(request: HttpRequest, zone: str) -> dict[str, Any]:
    rows = drafts_of(zone_visible(signed_in(request), zone))
    return {"items": [{"id": r.pk, "code": r.code, "base": r.base, "version": r.save_count} for r in rows]}


@router.post("/zones/{zone}/pack-drafts", response={201: DraftItem, 200: DraftItem, **WRITE_PROBLEMS}, summary="Begin a draft")
def begin(request: HttpRequest, zone: str, given: BeginForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        made = actions.begin_draft(person, zone=row, base=given.base, code=given.code, name_zh=given.name_zh, name_en=given.name_en)
        return 201, {"id": made.pk, "code": made.code, "base": made.base, "version": made.save_count}

    return Status(*once(request, key, request.body, act))


@router.get("/zones/{zone}/pack-drafts/{draft_id}", response={200: DraftObject, **READ_PROBLEMS}, summary="One draft, whole")
def draft(request: HttpRequest, zone: str, draft_id: int) -> dict[str, Any]:
    row = zone_visible(signed_in(request), zone)
    return draft_object(row, draft_of(row, draft_id))


@router.post(
    "/zones/{zone}/pack-drafts/{draft_id}/rows", response={200: DraftObject, **WRITE_PROBLEMS}, summary="Add rows of a spreadsheet"
)
def paste(request: HttpRequest, zone: str, draft_id: int, given: PasteForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)

    def change(pack: Pack) -> Pack:
        rows = pasted_rows(given.rows, given.table)
        return changed_rows(pack, given.table, {}, rows, day=timezone.localdate(), others=queries.packs_of(row))

    def act() -> tuple[int, dict[str, Any]]:
        actions.save_draft(person, zone=row, draft_id=draft_id, seen=given.seen, change=change, note=given.note)
        return 200, draft_object(row, draft_of(row, draft_id))

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/pack-drafts/{draft_id}/table",
    response={200: DraftObject, **WRITE_PROBLEMS},
    summary="Replace a table of a draft",
)
def replace_table(request: HttpRequest, zone: str, draft_id: int, given: TableForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        actions.save_draft(
            person, zone=row, draft_id=draft_id, seen=given.seen, note=given.note,
            change=lambda pack: dated(with_rows(pack, given.table, given.rows), pack, timezone.localdate()),
        )  # fmt: skip
        return 200, draft_object(row, draft_of(row, draft_id))

    return Status(*once(request, key, request.body, act))


@router.get("/zones/{zone}/packs", response={200: UsedPacks, **READ_PROBLEMS}, summary="Packs that the zone published and uses")
def used_packs(request: HttpRequest, zone: str) -> dict[str, Any]:
    row = zone_visible(signed_in(request), zone)
    used = [(one, (one.pk, one.published_at)) for one in published_of(row) if one.replaced_at is None]
    packs = published_packs(at for _one, at in used)
    return {"items": [_used(one, packs[at]) for one, at in used]}


def _used(row: ZonePack, pack: Pack) -> dict[str, Any]:
    return {
        "code": row.code, "label": row.label, "name_zh": pack.head["name_zh"], "name_en": pack.head["name_en"],
        "segments": len(pack.segments), "inputs": len(pack.inputs), "published_at": row.published_at.isoformat(),
    }  # fmt: skip


@router.get("/zones/{zone}/packs/{chain}", response={200: ChainObject, **READ_PROBLEMS}, summary="One pack of the zone, whole")
def used_pack(request: HttpRequest, zone: str, chain: str) -> dict[str, Any]:
    row = zone_visible(signed_in(request), zone)
    held, _pack = pack_in_use(row, chain)
    atlas = pack_alone(published_keys(row), held.code)
    return chain_object(atlas, atlas.chain(held.code))


@router.post(
    "/zones/{zone}/pack-drafts/{draft_id}/publish",
    response={200: PublishedItem, **WRITE_PROBLEMS},
    summary="Publish a draft for the zone's diagnosis",
)
def publish(request: HttpRequest, zone: str, draft_id: int, given: SeenForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        made = actions.publish_draft(person, zone=row, draft_id=draft_id, seen=given.seen)
        return 200, {"code": made.code, "label": made.label}

    return Status(*once(request, key, request.body, act))


@router.get(
    "/zones/{zone}/proposals", response={200: Page[ProposalItem], **READ_PROBLEMS}, summary="Inputs that the packs may lack"
)
def proposals(request: HttpRequest, zone: str, asked: Query[ProposalsAsked]) -> dict[str, Any]:
    rows = list(proposals_of(zone_visible(signed_in(request), zone), asked.state))
    return cursor_page(rows, cursor=asked.cursor, limit=asked.limit, render=_proposal)


@router.post(
    "/zones/{zone}/proposals", response={200: Brought, **WRITE_PROBLEMS}, summary="Look through what the zone's companies state"
)
def gather(request: HttpRequest, zone: str, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        new, more = proposal_actions.gather_proposals(person, zone=row)
        return 200, {"new": new, "more": more}

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/proposals/file",
    response={200: Brought, **WRITE_PROBLEMS},
    summary="Bring proposals as the command line prints them",
)
def bring(request: HttpRequest, zone: str, proposals: File[UploadedFile], key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)
    content = proposals.read(LARGEST + 1)

    def act() -> tuple[int, dict[str, Any]]:
        new, more = proposal_actions.bring_proposals(person, zone=row, rows=read_proposals(content))
        return 200, {"new": new, "more": more}

    return Status(*once(request, key, content, act))


@router.post(
    "/zones/{zone}/proposals/{proposal_id}/word",
    response={200: ProposalItem, **WRITE_PROBLEMS},
    summary="Accept into a draft or decline",
)
def decide(request: HttpRequest, zone: str, proposal_id: int, given: DecisionForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        made = proposal_actions.decide_proposal(
            person, zone=row, proposal_id=proposal_id, is_accepted=given.accept, reason=given.reason, kind=given.kind,
            is_essential=given.essential,
        )  # fmt: skip
        return 200, _proposal(made)

    return Status(*once(request, key, request.body, act))


def _proposal(row: InputProposal) -> dict[str, Any]:
    return {
        "id": row.pk, "product": row.product, "input": row.input, "text": row.text, "origins": row.origins, "edges": row.edges,
        "companies": row.companies, "state": row.state, "reason": row.reason, "evidence": evidence_of(row),
    }  # fmt: skip
