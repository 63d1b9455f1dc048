"""Routes of age and of looking again: shares confirmed, the weekly list, contradictions, links for companies."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, Page, Words, cursor_page, once
from xinya.zones.actions import set_half_life, settle_conflict
from xinya.zones.engine.freshness import LIVES, LONGEST, life_of, refit
from xinya.zones.models import Fact
from xinya.zones.queries import company_visible, signed_in, zone_visible

from .. import queries
from ..actions.checks import check_fact, check_placement
from ..actions.links import make_link, withdraw_link
from ..queries import Item
from .routes import Asked, Paging, report_of

router = Router(tags=["freshness"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class SegmentAge(Schema):
    """A segment made here, with the age of the youngest placement on it. weight: 2^(-days / half-life)."""

    segment: str
    state: Literal["fresh", "fading", "stale"]
    weight: float
    since: str


class ChainShare(Schema):
    """Counted placements on a chain, and how many of them people confirmed in the last twelve months."""

    chain: str
    confirmed: int
    counted: int
    share: float | None


class HalfLifeObject(Schema):
    """How long a kind of fact holds here. refit: by what people found when they looked again; null while too little was wrong."""

    kind: str
    way: Literal["fades", "periodic", "keeps"]
    default_days: int | None
    days: int | None
    checked: int
    wrong: int
    refit: float | None


class FreshnessObject(Schema):
    """How old a zone's knowledge is on a day."""

    as_of: str
    chains: list[ChainShare]
    segments: list[SegmentAge]
    half_lives: list[HalfLifeObject]


class VerifyItem(Schema):
    """One thing to look at again. score: (1 - weight) x reads in 90 days x 3 if it stands alone behind a gap."""

    kind: Literal["fact", "placement"]
    id: int
    company_id: int
    company: str
    what: str
    text: str
    source: str
    since: str
    weight: float
    reads: int
    alone_behind_a_gap: bool
    score: float


class CheckForm(Schema):
    """What was found. WRONG needs a reason; an officer's takes the row back, a commissioner's is told to the officers."""

    outcome: Literal["RIGHT", "WRONG", "UNKNOWN"]
    reason: Words = Field("", max_length=300)


class HalfLifeForm(Schema):
    """days null: the product's own again."""

    kind: Words = Field(max_length=12)
    days: int | None = Field(None, ge=1, le=LONGEST)
    reason: Words = Field(min_length=2, max_length=300)


class WhyForm(Schema):
    """Why."""

    reason: Words = Field(min_length=2, max_length=300)


class WordLinkForm(Schema):
    """note: to whom the link is given."""

    note: Words = Field(min_length=2, max_length=100)


class CheckDone(Schema):
    """What was kept."""

    id: int
    outcome: str


class WordLinkMade(Schema):
    """A link's number and code; the code is told this once."""

    id: int
    code: str
    expires_at: str


class SettleDone(Schema):
    """The fact that the choice is."""

    fact: int


class WordLinkEnded(Schema):
    """The link that opens nothing any more."""

    id: int


@router.get("/zones/{zone}/freshness", response={200: FreshnessObject, **READ_PROBLEMS}, summary="How old a zone's knowledge is")
def freshness(request: HttpRequest, zone: str, asked: Query[Asked]) -> dict[str, Any]:
    found = report_of(request, zone, asked)
    checks = queries.rechecked(found.zone)
    lives = []
    for life in LIVES:
        bins = checks.get(life.kind, [])
        lives.append(
            {
                "kind": life.kind, "way": life.way, "default_days": life.days,
                "days": life_of(life.kind, found.zone.half_lives).days,
                "checked": sum(b.checked for b in bins), "wrong": sum(b.checked - b.right for b in bins), "refit": refit(bins),
            }
        )  # fmt: skip
    return {
        "as_of": found.on.isoformat(),
        "chains": [
            {"chain": code, "confirmed": s.confirmed, "counted": s.counted, "share": s.value} for code, s in found.shares.items()
        ],
        "segments": [
            {"segment": code, "state": age.state, "weight": age.weight, "since": age.since.isoformat()}
            for code, age in sorted(found.ages.items())
        ],
        "half_lives": lives,
    }


@router.get(
    "/zones/{zone}/verify-list", response={200: Page[VerifyItem], **READ_PROBLEMS}, summary="What to look at again this week"
)
def verify(request: HttpRequest, zone: str, paging: Query[Paging]) -> dict[str, Any]:
    person = signed_in(request)
    made = queries.verify_list(person, queries.verify_zone(person, zone))
    return cursor_page(made.items, cursor=paging.cursor, limit=paging.limit, render=verify_item)


def verify_item(one: Item) -> dict[str, Any]:
    row = one.row
    is_fact = isinstance(row, Fact)
    return {
        "kind": one.kind, "id": row.pk, "company_id": one.dossier.company.pk, "company": one.dossier.company.name,
        "what": row.kind if isinstance(row, Fact) else row.segment, "text": row.text,
        "source": row.source.title if isinstance(row, Fact) else row.rule,
        "since": one.age.since.isoformat(), "weight": one.age.weight, "reads": one.reads,
        "alone_behind_a_gap": one.is_alone and not is_fact, "score": one.score,
    }  # fmt: skip


@router.post(
    "/zones/{zone}/verify-list/facts/{fact_id}", response={200: CheckDone, **WRITE_PROBLEMS}, summary="Say what you found of a fact"
)
def say_of_fact(request: HttpRequest, zone: str, fact_id: int, given: CheckForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        row = queries.verify_zone(person, zone)
        check = check_fact(person, zone=row, fact_id=fact_id, outcome=given.outcome, reason=given.reason)
        return 200, {"id": check.pk, "outcome": check.outcome}

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/verify-list/placements/{placement_id}",
    response={200: CheckDone, **WRITE_PROBLEMS},
    summary="Say what you found of a placement",
)
def say_of_placement(
    request: HttpRequest, zone: str, placement_id: int, given: CheckForm, key: str = KEY
) -> Status[dict[str, Any]]:
    person = signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        row = queries.verify_zone(person, zone)
        check = check_placement(person, zone=row, placement_id=placement_id, outcome=given.outcome, reason=given.reason)
        return 200, {"id": check.pk, "outcome": check.outcome}

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/half-lives", response={200: HalfLifeForm, **WRITE_PROBLEMS}, summary="Set how long a kind of fact holds here"
)
def half_life(request: HttpRequest, zone: str, given: HalfLifeForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        made = set_half_life(person, zone=row, kind=given.kind, days=given.days, reason=given.reason)
        return 200, {"kind": made.kind, "days": made.days, "reason": made.reason}

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/companies/{company_id}/facts/{fact_id}/settle",
    response={200: SettleDone, **WRITE_PROBLEMS},
    summary="Choose among values that contradict each other",
)
def settle(
    request: HttpRequest, zone: str, company_id: int, fact_id: int, given: WhyForm, key: str = KEY
) -> Status[dict[str, Any]]:
    person = signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        company = company_visible(person, zone, company_id)
        return 200, {"fact": settle_conflict(person, company=company, fact_id=fact_id, reason=given.reason).pk}

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/companies/{company_id}/word-links",
    response={200: WordLinkMade, **WRITE_PROBLEMS},
    summary="A one-time link by which a company without an account speaks of its places",
)
def link(request: HttpRequest, zone: str, company_id: int, given: WordLinkForm) -> dict[str, Any]:
    """Without an idempotency key: the code is told once and is kept nowhere, so an answer cannot be given again."""
    person = signed_in(request)
    row, code = make_link(person, zone=queries.verify_zone(person, zone), company_id=company_id, note=given.note)
    return {"id": row.pk, "code": code, "expires_at": row.expires_at.isoformat()}


@router.post(
    "/zones/{zone}/word-links/{word_link_id}/withdraw", response={200: WordLinkEnded, **WRITE_PROBLEMS}, summary="Withdraw a link"
)
def end_link(request: HttpRequest, zone: str, word_link_id: int, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        return 200, {"id": withdraw_link(person, zone=queries.verify_zone(person, zone), link_id=word_link_id).pk}

    return Status(*once(request, key, request.body, act))
