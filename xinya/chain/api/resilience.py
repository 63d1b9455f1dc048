"""Routes of a zone's risks: the ranking, one failure step by step, and asking for a large zone's figures."""

from typing import Any

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from xinya.kit.api import LARGEST_PAGE, READ_PROBLEMS, WRITE_PROBLEMS, Problem, cursor_page, once
from xinya.kit.refusals import Refused
from xinya.zones.queries import company_visible, signed_in, zone_visible

from .. import actions, queries
from ..files.resilience import hurt_object, risk_object, steps_object, substitutes_object
from ..queries.resilience import NO_COMPANY, ZoneRisk, company_failure, zone_risk

router = Router(tags=["resilience"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class Asked(Schema):
    """on: the day to stand on, YYYY-MM-DD. cursor, limit: of the list of companies."""

    on: str = Field("", max_length=10)
    cursor: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=LARGEST_PAGE)


class Day(Schema):
    """The day that is looked at; empty: the zone's own."""

    on: str = Field("", max_length=10)


class Risk(Schema):
    """Fractions of the zone's output: esri what is lost with the company, own its own share, low and high the band."""

    company_id: int
    company: str
    own: float
    esri: float
    downstream: float
    upstream: float
    low: float
    high: float
    iterations: int


class Assumed(Schema):
    """What stands in for what nobody stated: shares bought and bought here, suppliers of one input, revenue in fen."""

    purchases: float
    local: float
    suppliers: int
    above_scale_fen: int
    below_scale_fen: int


class Basis(Schema):
    """Supply relations here by what they rest on; companies whose revenue is assumed."""

    confirmed: int
    stated: int
    estimated: int
    assumed_revenue: int


class Ranking(Schema):
    """state: computed, waiting, running, failed (ask again), not-computed (ask for it), earlier (for earlier facts)."""

    as_of: str
    state: str
    done: int
    total: int
    assumptions: Assumed
    basis: Basis
    items: list[Risk]
    next: str | None


class HitObject(Schema):
    """Fractions of the company's own output."""

    company: str
    lost: float
    downstream: float
    upstream: float


class Substitutes(Schema):
    """Who else here makes the segment, and who outside is known to."""

    segment: str
    here: list[str]
    outside: list[str] | None


class ShortObject(Schema):
    """An input that no longer comes. stock_days: how long the buyer can go on without deliveries; null: nobody stated it."""

    segment: str
    supplier: str
    essential: bool
    stock_days: float | None
    source: str
    observed_on: str | None
    confidence: float | None
    is_invented: bool


class HurtObject(Schema):
    """A hurt company. inputs_day: the earliest day on which inputs can be missing, null where only buyers fall away.

    unknown_stocks: stocks on the way that nobody stated, counted as 0 days; way: companies from the one that stopped to this one.
    """

    company: str
    first_step: int
    lost: float
    downstream: float
    upstream: float
    inputs_day: float | None
    unknown_stocks: int
    essential: bool
    way: list[str]
    short: list[ShortObject]


class FailureObject(Schema):
    """What happens here when one company stops: step by step, and who is hurt from which day on, the earliest first."""

    risk: Risk
    steps: list[list[HitObject]]
    hurt: list[HurtObject]
    substitutes: list[Substitutes]
    suppliers: list[str]
    buyers: list[str]


class RunObject(Schema):
    """How far the worker is."""

    state: str
    done: int
    total: int


@router.get(
    "/zones/{zone}/resilience",
    response={200: Ranking, **READ_PROBLEMS},
    summary="Companies by the share of the zone's output that would be lost with them",
)
def ranking(request: HttpRequest, zone: str, asked: Query[Asked]) -> dict[str, Any]:
    row = zone_visible(signed_in(request), zone)
    risk = zone_risk(row, queries.day_of(row, asked.on))
    numbers = _numbers(risk)
    told = cursor_page(
        risk.risks or (),
        cursor=asked.cursor,
        limit=asked.limit,
        render=lambda one: risk_object(one, numbers.get(one.company, 0)),
    )
    chosen = risk.assumptions
    return {
        "as_of": risk.found.on.isoformat(),
        "state": risk.state,
        "done": risk.run.done if risk.run else 0,
        "total": risk.run.total if risk.run else 0,
        "assumptions": {name: getattr(chosen, name) for name in Assumed.model_fields},
        "basis": {
            **{kind: risk.bases[kind] for kind in ("confirmed", "stated", "estimated")},
            "assumed_revenue": len(risk.network.links.assumed),
        },
        **told,
    }


@router.get(
    "/zones/{zone}/resilience/{company_id}",
    response={200: FailureObject, **READ_PROBLEMS, 409: Problem},
    summary="One company's failure: who is hurt, from which day on, who could stand in",
)
def failure(request: HttpRequest, zone: str, company_id: int, asked: Query[Day]) -> dict[str, Any]:
    person = signed_in(request)
    row = zone_visible(person, zone)
    company = company_visible(person, zone, company_id)
    risk = zone_risk(row, queries.day_of(row, asked.on))
    if company.name not in _numbers(risk):
        raise Refused("no-plant", NO_COMPANY, status=404)
    told = company_failure(risk, company.name)
    return {
        "risk": risk_object(told.risk, company.pk),
        "steps": steps_object(told.steps),
        "hurt": [hurt_object(one) for one in told.hurt],
        "substitutes": substitutes_object(told.substitutes),
        "suppliers": list(told.suppliers),
        "buyers": list(told.buyers),
    }


@router.post(
    "/zones/{zone}/resilience",
    response={200: RunObject, **WRITE_PROBLEMS},
    summary="Have a large zone's figures computed by the worker",
)
def ask(request: HttpRequest, zone: str, asked: Query[Day], key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)

    def act() -> tuple[int, dict[str, Any]]:
        run = actions.ask_resilience(person, zone=row, on=queries.day_of(row, asked.on))
        return 200, {"state": run.state, "done": run.done, "total": run.total}

    return Status(*once(request, key, request.body, act))


def _numbers(risk: ZoneRisk) -> dict[str, int]:
    return {name: dossier.company.pk for name, dossier in risk.found.by_name.items()}
