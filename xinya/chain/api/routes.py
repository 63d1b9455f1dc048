"""Routes: chains, a zone's diagnosis, placements, verdicts; lists brought and gaps answered."""

import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import File, Form, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from xinya.kit.api import LARGEST_PAGE, READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once
from xinya.kit.refusals import Refused, concerning
from xinya.kit.text import short_language
from xinya.zones.actions import demand_officer
from xinya.zones.files import read_companies
from xinya.zones.models import Zone
from xinya.zones.queries import signed_in, zone_visible

from .. import actions, queries
from ..engine import Limits
from ..engine.candidates import Wanted
from ..files import pack_from_archive, shipped_atlas, shipped_packs
from ..files.candidates import candidate_object
from ..files.difference import difference_object
from ..files.exchange import chain_object, diagnosis_object, placement_object, verdict_object
from ..files.scenarios import measures_object, outcome_object
from .schemas import (
    CandidateObject,
    ChainItem,
    ChainObject,
    DiagnosisObject,
    PackDifference,
    PlacementObject,
    VerdictObject,
    WhatIfObject,
)

router = Router(tags=["chains"])
KEY = Header("", alias="Idempotency-Key", max_length=80)
OUTSIDE = File(None, description="A list of makers outside of the zone, in the same form")


class Paging(Schema):
    """cursor: `next` of the page before. limit: rows a page."""

    cursor: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)


class Asked(Schema):
    """on: the day to stand on, YYYY-MM-DD (default: the zone's own day). chain: only this chain of the zone; may be given again."""

    on: str = Field("", max_length=10)
    chain: list[str] = Field(default_factory=list, max_length=40)


class Narrowed(Schema):
    """Which candidates. share: at least so many percent of revenue; region: near, far or two digits of a province."""

    share: int = Field(0, ge=0, le=100)
    region: str = Field("", max_length=4, pattern=r"^(near|far|\d\d|)$")
    standing: Literal["", "normal"] = ""
    word: Literal["", "yes", "no", "none"] = ""


class Scenarios(Schema):
    """Steps of up to three scenarios: make.<segment>, come.<number of a known maker outside>, leave.<number of a company here>."""

    on: str = Field("", max_length=10)
    a: list[str] = Field(default_factory=list, max_length=12)
    b: list[str] = Field(default_factory=list, max_length=12)
    c: list[str] = Field(default_factory=list, max_length=12)


class NewZoneForm(Schema):
    """A zone of one's own, with the chains it looks at."""

    code: Words = Field(max_length=30)
    name: Words = Field(max_length=60)
    name_en: Words = Field("", max_length=60)
    chains: list[Words] = Field(min_length=1, max_length=40)
    as_of: datetime.date | None = None


class AnswerForm(Schema):
    """kind we-have-one names the company that makes it; both kinds give a reason."""

    segment: Words = Field(max_length=30)
    kind: Literal["we-have-one", "not-a-gap"]
    reason: Words = Field(max_length=300)
    company: Words = Field("", max_length=120)


class CandidateWordForm(Schema):
    """Suitable or not, and why."""

    is_suitable: bool
    reason: Words = Field(max_length=300)


class LimitsForm(Schema):
    """The zone's limits; what is left out takes the product's default."""

    demand: float = Field(1.0, gt=0, le=1000)
    share: float = Field(0.8, gt=0, le=1)
    readiness: float = Field(0.5, gt=0, le=1)
    depth: int = Field(3, ge=1, le=10)
    decay: float = Field(0.5, gt=0, le=1)
    residents: int = Field(3, ge=0, le=1000)
    kinds: list[Literal["material", "component", "equipment", "service", "software"]] = Field(min_length=1, max_length=5)
    reason: Words = Field(max_length=300)


class Done(Schema):
    """What a write call left behind."""

    zone: str
    revision: int
    companies: int = 0


def language() -> str:
    return short_language(get_language())


@router.get("/chains", response={200: Page[ChainItem], **READ_PROBLEMS}, summary="Chains that ship")
def chains(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    atlas = shipped_atlas()
    rows = [
        {
            "code": c.code,
            "name_zh": c.name_zh,
            "name_en": c.name_en,
            "version": c.version,
            "segments": len(c.members),
            "inputs": len(c.inputs),
        }
        for c in atlas.chains
    ]
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=lambda row: row)


@router.get("/chains/{chain}", response={200: ChainObject, **READ_PROBLEMS}, summary="One chain, whole")
def chain(request: HttpRequest, chain: str) -> dict[str, Any]:
    atlas = shipped_atlas([chain])
    return chain_object(atlas, atlas.chain(chain))


@router.post(
    "/chains/{chain}/difference",
    response={200: PackDifference, **WRITE_PROBLEMS},
    summary="What changed from another version of a pack to the one that ships; nothing is stored",
)
def pack_difference(request: HttpRequest, chain: str, pack: File[UploadedFile]) -> dict[str, Any]:
    shipped_atlas([chain])
    now = next(p for p in shipped_packs() if p.code == chain)
    return difference_object(pack_from_archive(pack.read(), chain), now)


def report_of(request: HttpRequest, zone: str, asked: Asked) -> queries.ZoneReport:
    row = zone_visible(signed_in(request), zone)
    return queries.zone_report(row, queries.day_of(row, asked.on), chains=asked.chain or None)


@router.get("/zones/{zone}/diagnosis", response={200: DiagnosisObject, **READ_PROBLEMS}, summary="A zone's diagnosis, whole")
def diagnosis(request: HttpRequest, zone: str, asked: Query[Asked]) -> dict[str, Any]:
    return diagnosis_object(report_of(request, zone, asked).report, language())


@router.get("/zones/{zone}/placements", response={200: Page[PlacementObject], **READ_PROBLEMS}, summary="Where companies stand")
def placements(request: HttpRequest, zone: str, asked: Query[Asked], paging: Query[Paging]) -> dict[str, Any]:
    made = report_of(request, zone, asked).report
    said = language()
    return cursor_page(
        made.placements,
        cursor=paging.cursor,
        limit=paging.limit,
        render=lambda p: placement_object(p, made.atlas, said),
    )


@router.get("/zones/{zone}/verdicts", response={200: Page[VerdictObject], **READ_PROBLEMS}, summary="Verdicts in rank order")
def verdicts(request: HttpRequest, zone: str, asked: Query[Asked], paging: Query[Paging]) -> dict[str, Any]:
    made = report_of(request, zone, asked).report
    said = language()
    return cursor_page(
        made.diagnosis.verdicts,
        cursor=paging.cursor,
        limit=paging.limit,
        render=lambda f: verdict_object(f, made, said),
    )


@router.get(
    "/zones/{zone}/what-if", response={200: WhatIfObject, **READ_PROBLEMS}, summary="Scenarios beside the zone; nothing is stored"
)
def what_if(request: HttpRequest, zone: str, asked: Query[Scenarios]) -> dict[str, Any]:
    row = zone_visible(signed_in(request), zone)
    played = queries.what_if(row, queries.day_of(row, asked.on), {"a": asked.a, "b": asked.b, "c": asked.c})
    return {
        "as_of": played.base.as_of.isoformat(),
        "measures": measures_object(played.measures),
        "scenarios": [
            {"scenario": one.letter, "steps": [s.written for s in one.steps], **outcome_object(one.outcome, played.base)}
            for one in played.played
        ],
    }


@router.post("/diagnose", response={200: DiagnosisObject, **WRITE_PROBLEMS}, summary="Diagnose a company list; nothing is stored")
def diagnose(
    request: HttpRequest, companies: File[UploadedFile], asked: Form[Asked], outside: UploadedFile | None = OUTSIDE
) -> dict[str, Any]:
    on = queries.day_or_today(asked.on)
    lines = read_companies(companies.read(), companies.name or "")
    with concerning("outside"):
        there = None if outside is None else read_companies(outside.read(), outside.name or "")
    return diagnosis_object(queries.list_report(lines, chains=asked.chain, outside=there, on=on), language())


@router.post("/zones", response={201: Done, 200: Done, **WRITE_PROBLEMS}, summary="Start a zone")
def start_zone(request: HttpRequest, wanted: NewZoneForm, key: str = KEY) -> Status[dict[str, Any]]:
    def act() -> tuple[int, dict[str, Any]]:
        new = actions.NewZone(wanted.code, wanted.name, wanted.name_en, tuple(wanted.chains), wanted.as_of)
        zone = actions.start_zone(signed_in(request), wanted=new)
        return 201, done(zone)

    return Status(*once(request, key, request.body, act))


@router.post("/zones/{zone}/companies", response={200: Done, **WRITE_PROBLEMS}, summary="Bring a company list, all or nothing")
def bring_companies(
    request: HttpRequest, zone: str, companies: File[UploadedFile], outside: bool = False, key: str = KEY
) -> Status[dict[str, Any]]:
    row = zone_visible(signed_in(request), zone)
    demand_officer(signed_in(request))
    content = companies.read()

    def act() -> tuple[int, dict[str, Any]]:
        lines = read_companies(content, companies.name or "")
        actions.import_companies(signed_in(request), zone=row, lines=lines, title=companies.name or "", is_outside=outside)
        return 200, done(row, len(lines))

    return Status(*once(request, key, content + str(outside).encode(), act))


@router.post("/zones/{zone}/answers", response={200: Done, **WRITE_PROBLEMS}, summary="Answer a gap")
def answer(request: HttpRequest, zone: str, given: AnswerForm, key: str = KEY) -> Status[dict[str, Any]]:
    row = zone_visible(signed_in(request), zone)

    def act() -> tuple[int, dict[str, Any]]:
        actions.answer_gap(
            signed_in(request),
            zone=row,
            segment=given.segment,
            kind=given.kind,
            reason=given.reason,
            company=given.company,
        )
        return 200, done(row)

    return Status(*once(request, key, request.body, act))


@router.get(
    "/zones/{zone}/segments/{segment}/candidates",
    response={200: Page[CandidateObject], **READ_PROBLEMS},
    summary="Known makers outside who could fill a segment, best first",
)
def candidates(
    request: HttpRequest, zone: str, segment: str, asked: Query[Asked], narrowed: Query[Narrowed], paging: Query[Paging]
) -> dict[str, Any]:
    found = report_of(request, zone, asked)
    if segment not in found.report.atlas.segments:
        raise Refused("unknown-segment", actions.UNKNOWN_SEGMENT, status=404, segment=segment[:30])
    wanted = Wanted(narrowed.share * 100, narrowed.region, narrowed.standing == "normal", narrowed.word)
    rows = queries.segment_candidates(found, segment, wanted)
    said, atlas = language(), found.report.atlas
    return cursor_page(
        rows,
        cursor=paging.cursor,
        limit=paging.limit,
        render=lambda known: {
            "company_id": known.dossier.company.pk,
            **candidate_object(known.candidate, atlas, said),
            "word_reason": known.word.reason if known.word else None,
            "earlier_words": [
                {"suitable": w.is_suitable, "reason": w.reason, "day": w.at.date().isoformat()} for w in known.earlier
            ],
        },
    )


@router.post(
    "/zones/{zone}/segments/{segment}/candidates/{company_id}/word",
    response={200: Done, **WRITE_PROBLEMS},
    summary="An officer's word on a candidate",
)
def candidate_word(
    request: HttpRequest, zone: str, segment: str, company_id: int, given: CandidateWordForm, key: str = KEY
) -> Status[dict[str, Any]]:
    row = zone_visible(signed_in(request), zone)

    def act() -> tuple[int, dict[str, Any]]:
        actions.say_of_candidate(
            signed_in(request),
            zone=row,
            segment=segment,
            company_id=company_id,
            is_suitable=given.is_suitable,
            reason=given.reason,
        )
        return 200, done(row)

    return Status(*once(request, key, request.body, act))


@router.post("/zones/{zone}/limits", response={200: Done, **WRITE_PROBLEMS}, summary="Set the zone's limits")
def set_limits(request: HttpRequest, zone: str, given: LimitsForm, key: str = KEY) -> Status[dict[str, Any]]:
    row = zone_visible(signed_in(request), zone)

    def act() -> tuple[int, dict[str, Any]]:
        limits = Limits(given.demand, given.share, given.readiness, given.depth, given.decay, given.residents, tuple(given.kinds))
        actions.set_limits(signed_in(request), zone=row, limits=limits, reason=given.reason)
        return 200, done(row)

    return Status(*once(request, key, request.body, act))


def done(zone: Zone, companies: int = 0) -> dict[str, Any]:
    return {"zone": zone.code, "revision": zone.revision, "companies": companies}
