"""HTTP API of the zones slice: zones and their companies, read."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinya.kit.api import LARGEST_PAGE, READ_PROBLEMS, Page, cursor_page
from xinya.kit.refusals import Elsewhere

from .. import queries
from ..engine.standings import is_gone, is_gone_here
from ..models import Fact
from ..queries.merges import signpost

router = Router(tags=["zones"])


class ZoneItem(Schema):
    """A zone. as_of: the day its data stand for; null means today."""

    code: str
    name_zh: str
    name_en: str
    as_of: str | None
    is_demo: bool
    companies: int


class FactItem(Schema):
    """One fact with its source, day and confidence. number: fen for revenue, 1 or 0 for yes or no.

    shown: it speaks for its kind and period; false where a better source says otherwise.
    """

    kind: str
    period: str
    text: str
    number: int | None
    source: str
    source_kind: str
    observed_on: str
    confidence: Decimal
    shown: bool


class CompanyItem(Schema):
    """A company of the zone with its current facts. standing: in the register, as the source that counts says; "" when not known.

    counted: false for one that ended or moved away, by the register: it is no maker, buyer or anchor any more.
    merged_into: the number that it has now, where it was found to be another company; it has no facts of its own then.
    """

    id: int
    name: str
    name_en: str
    credit_code: str
    is_invented: bool
    standing: str
    counted: bool
    merged_into: int | None = None
    facts: list[FactItem]


class Paging(Schema):
    """cursor: `next` of the page before. limit: rows a page."""

    cursor: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)


@router.get("/zones", response={200: Page[ZoneItem], **READ_PROBLEMS}, summary="Zones")
def zones(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    rows = list(queries.zones_visible(queries.signed_in(request)))
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=zone_item)


@router.get("/zones/{zone}", response={200: ZoneItem, **READ_PROBLEMS}, summary="One zone")
def zone(request: HttpRequest, zone: str) -> dict[str, Any]:
    return zone_item(queries.zone_visible(queries.signed_in(request), zone, counted=True))


@router.get("/zones/{zone}/companies", response={200: Page[CompanyItem], **READ_PROBLEMS}, summary="Companies of a zone")
def companies(request: HttpRequest, zone: str, paging: Query[Paging]) -> dict[str, Any]:
    rows = [d for d in queries.all_dossiers(queries.zone_visible(queries.signed_in(request), zone)) if not d.company.is_outside]
    return cursor_page(rows, cursor=paging.cursor, limit=paging.limit, render=company_item)


@router.get("/zones/{zone}/companies/{company_id}", response={200: CompanyItem, **READ_PROBLEMS}, summary="One company")
def company(request: HttpRequest, zone: str, company_id: int) -> dict[str, Any]:
    person = queries.signed_in(request)
    try:
        found = queries.company_visible(person, zone, company_id)
    except Elsewhere as elsewhere:
        gone = company_item(queries.Dossier(signpost(elsewhere.old)))
        return {**gone, "counted": False, "merged_into": elsewhere.new}
    return company_item(queries.company_dossier(person, found))


def zone_item(zone: Any) -> dict[str, Any]:
    """A zone that was asked for with the number of its companies."""
    return {
        "code": zone.code, "name_zh": zone.name, "name_en": zone.name_en,
        "as_of": zone.as_of.isoformat() if zone.as_of else None, "is_demo": zone.is_demo,
        "companies": zone.company_count,
    }  # fmt: skip


def company_item(dossier: queries.Dossier) -> dict[str, Any]:
    company, standing = dossier.company, dossier.standing()
    shown = queries.shown_of(f for facts in dossier.facts.values() for f in facts)
    gone = is_gone(standing) if company.is_outside else is_gone_here(standing)
    return {
        "id": company.pk, "name": company.name, "name_en": company.name_en, "credit_code": company.uscc,
        "is_invented": company.is_invented, "standing": standing, "counted": not gone,
        "facts": [fact_item(f, f.pk in shown) for facts in dossier.facts.values() for f in facts],
    }  # fmt: skip


def fact_item(fact: Fact, is_shown: bool) -> dict[str, Any]:
    return {
        "kind": fact.kind, "period": fact.period, "text": fact.text, "number": fact.number, "source": fact.source.title,
        "source_kind": fact.source.kind, "observed_on": fact.observed_on.isoformat(), "confidence": fact.confidence,
        "shown": is_shown,
    }  # fmt: skip
