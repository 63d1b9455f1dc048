"""Routes of purchases: a company's list of inputs, its supply links, and the local sourcing rates of a zone."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, Words, once
from xinya.zones.models import Company, Person
from xinya.zones.queries import company_visible, signed_in, zone_visible

from .. import actions, queries
from ..engine.sourcing import band
from ..files.inputs import MOST_INPUTS, input_lines, names_of, period_in, read_inputs, share_text
from ..files.sourcing import sourcing_document
from ..models import InputStatement, SupplyLink
from ..queries.inputs import inputs_of, line_of, link_visible, links_of, seen_version, statement_periods, zone_sourcing
from ..rules import sees_amounts

router = Router(tags=["purchases"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class InputForm(Schema):
    """A purchased input. share: 40% or 30-50%; amount: 10,000 yuan, 300-500 or 1.2亿元; stock_days: 30 or 7.5; empty: unknown."""

    text: Words = Field(max_length=200)
    segment: Words = Field("", max_length=60)
    share: Words = Field("", max_length=30)
    amount: Words = Field("", max_length=40)
    stock_days: Words = Field("", max_length=20)


class InputsForm(Schema):
    """The whole list of a period. seen: version of the list that is replaced; left out: whatever it is."""

    period: Words = Field(max_length=9)
    inputs: list[InputForm] = Field(min_length=1, max_length=MOST_INPUTS)
    seen: int | None = Field(None, ge=0)


class InputItem(Schema):
    """A stated input with its bounds: shares 0 to 1, amounts in fen, stock in days without deliveries, null unknown."""

    rank: int
    text: str
    segment: str
    share: str
    local_low: float | None
    local_high: float | None
    amount_low: int | None
    amount_high: int | None
    stock_days: float | None
    source: str
    observed_on: str
    confidence: float


class InputList(Schema):
    """The list of a period with its version, and which periods there are."""

    period: str
    version: int
    periods: list[str]
    items: list[InputItem]


class LinkForm(Schema):
    """A supply link of the company with another one, named in full or by credit code."""

    supplies: bool
    other: Words = Field(max_length=120)
    text: Words = Field(max_length=200)
    period: Words = Field(max_length=9)
    segment: Words = Field("", max_length=60)
    amount: Words = Field("", max_length=40)


class LinkWord(Schema):
    """What is said of a link: confirm or deny by the other side, withdraw by whoever stated it."""

    verb: Literal["confirm", "deny", "withdraw"]
    reason: Words = Field("", max_length=300)


class LinkItem(Schema):
    """A supply link. Amounts in fen: exact for the two sides (`exact`), the class in which they lie for others."""

    id: int
    supplier: str
    buyer: str
    text: str
    segment: str
    period: str
    state: Literal["STATED", "CONFIRMED", "DENIED", "WITHDRAWN"]
    side: Literal["supplier", "buyer", "officer"]
    exact: bool
    amount_low: int | None
    amount_high: int | None
    source: str
    observed_on: str
    reason: str


class LinkList(Schema):
    """The links of one company."""

    items: list[LinkItem]


class RateItem(Schema):
    """A rate with its parts, (lower, upper) each: fen by amounts, inputs by count."""

    by: Literal["amount", "count"]
    low: float | None
    high: float | None
    numerator: list[float]
    denominator: list[float]
    known: int
    unknown: int
    at_worst: float | None
    at_best: float | None


class SourcingItem(Schema):
    """A zone, a chain or an input with both forms."""

    key: str
    first: Literal["amount", "count"]
    amount: RateItem
    count: RateItem
    companies: list[str]


class SourcingObject(Schema):
    """Every local sourcing rate of a zone."""

    whole: SourcingItem
    chains: list[SourcingItem]
    inputs: list[SourcingItem]


class PeriodAsked(Schema):
    """period: which list; left out: the latest."""

    period: str = Field("", max_length=9)


def _list(person: Person, company: Company, period: str) -> dict[str, Any]:
    periods = statement_periods(person, company)
    asked = period or (periods[0] if periods else "")
    rows = inputs_of(person, company, asked) if asked else []
    return {"period": asked, "version": seen_version(rows), "periods": periods, "items": [_item(r) for r in rows]}


def _item(row: InputStatement) -> dict[str, Any]:
    line = line_of(row)
    return {
        "rank": row.rank, "text": row.text, "segment": row.segment, "share": share_text(line.share_low, line.share_high),
        "local_low": row.local_low, "local_high": row.local_high, "amount_low": row.amount_low, "amount_high": row.amount_high,
        "stock_days": row.stock_days, "source": row.source.title, "observed_on": row.observed_on.isoformat(),
        "confidence": row.confidence,
    }  # fmt: skip


def _link(person: Person, row: SupplyLink) -> dict[str, Any]:
    exact, low, high = sees_amounts(person, row.supplier, row.buyer), row.amount_low, row.amount_high
    if not exact and low is not None and high is not None:
        low, high = band(low)[0], band(high)[1]
    return {
        "id": row.pk, "supplier": row.supplier_name, "buyer": row.buyer_name, "text": row.text, "segment": row.segment,
        "period": row.period, "state": row.state, "side": row.side, "exact": exact, "amount_low": low, "amount_high": high,
        "source": row.source.title, "observed_on": row.observed_on.isoformat(), "reason": row.reason,
    }  # fmt: skip


@router.get(
    "/zones/{zone}/companies/{company_id}/inputs",
    response={200: InputList, **READ_PROBLEMS},
    summary="What a company states it buys",
)
def company_inputs(request: HttpRequest, zone: str, company_id: int, asked: Query[PeriodAsked]) -> dict[str, Any]:
    person = signed_in(request)
    company = company_visible(person, zone, company_id)
    return _list(person, company, period_in(asked.period) if asked.period else "")


@router.post(
    "/zones/{zone}/companies/{company_id}/inputs",
    response={200: InputList, **WRITE_PROBLEMS},
    summary="Replace the list of a period, all or nothing",
)
def state_inputs(request: HttpRequest, zone: str, company_id: int, given: InputsForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    company = company_visible(person, zone, company_id)

    def act() -> tuple[int, dict[str, Any]]:
        names = names_of(queries.zone_atlas(company.zone))
        rows = [(n, {"text": i.text, "segment": i.segment, "share": i.share, "amount": i.amount, "stock": i.stock_days})
                for n, i in enumerate(given.inputs, start=1)]  # fmt: skip
        actions.state_inputs(person, company=company, period=given.period, lines=input_lines(rows, names), seen=given.seen)
        return 200, _list(person, company, period_in(given.period))

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/companies/{company_id}/inputs/file",
    response={200: InputList, **WRITE_PROBLEMS},
    summary="Replace the list of a period by a file (xlsx or CSV), all or nothing",
)
def bring_inputs(
    request: HttpRequest, zone: str, company_id: int, inputs: File[UploadedFile], asked: Query[PeriodAsked], key: str = KEY
) -> Status[dict[str, Any]]:
    person = signed_in(request)
    company = company_visible(person, zone, company_id)
    content = inputs.read()

    def act() -> tuple[int, dict[str, Any]]:
        lines = read_inputs(content, names_of(queries.zone_atlas(company.zone)))
        actions.state_inputs(person, company=company, period=asked.period, lines=lines)
        return 200, _list(person, company, period_in(asked.period))

    return Status(*once(request, key, content + asked.period.encode("utf-8", "replace"), act))


@router.get(
    "/zones/{zone}/companies/{company_id}/links",
    response={200: LinkList, **READ_PROBLEMS},
    summary="A company's suppliers and buyers, as stated and confirmed",
)
def company_links(request: HttpRequest, zone: str, company_id: int) -> dict[str, Any]:
    person = signed_in(request)
    return {"items": [_link(person, r) for r in links_of(person, company_visible(person, zone, company_id))]}


@router.post(
    "/zones/{zone}/companies/{company_id}/links", response={201: LinkItem, 200: LinkItem, **WRITE_PROBLEMS}, summary="State a link"
)
def state_link(request: HttpRequest, zone: str, company_id: int, given: LinkForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    company = company_visible(person, zone, company_id)

    def act() -> tuple[int, dict[str, Any]]:
        wanted = actions.NewLink(given.supplies, given.other, given.text, given.period, given.segment, given.amount)
        return 201, _link(person, actions.state_link(person, company=company, wanted=wanted))

    return Status(*once(request, key, request.body, act))


@router.post(
    "/zones/{zone}/links/{link_id}/word", response={200: LinkItem, **WRITE_PROBLEMS}, summary="Confirm, deny or withdraw a link"
)
def answer_link(request: HttpRequest, zone: str, link_id: int, given: LinkWord, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        actions.answer_link(person, zone_code=zone, link_id=link_id, verb=given.verb, reason=given.reason)
        return 200, _link(person, link_visible(person, zone, link_id))

    return Status(*once(request, key, request.body, act))


@router.get("/zones/{zone}/sourcing", response={200: SourcingObject, **READ_PROBLEMS}, summary="Local sourcing rates of a zone")
def sourcing(request: HttpRequest, zone: str) -> dict[str, Any]:
    found = zone_sourcing(zone_visible(signed_in(request), zone))
    return sourcing_document(found.whole, found.chains, found.inputs)


__all__ = ["router"]
