"""Routes of a zone's positioning: the list with its parts, and bringing a table of values for it."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import File, Form, Header, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, Words, once
from xinya.kit.text import short_language
from xinya.zones.actions import demand_officer
from xinya.zones.queries import signed_in, zone_visible

from .. import actions, queries
from ..files.complexity_rows import number
from ..files.kept_values import kept_values

router = Router(tags=["chains"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class Parts(Schema):
    """The three parts as z-scores among the zone's candidates; the score is 0.5 density + 0.25 pci + 0.25 cog."""

    density: float
    pci: float
    cog: float


class PositioningCandidate(Schema):
    """An industry that is not here, or weaker than elsewhere. value: what is here; density in [0, 1]; pci, cog in std of ECI."""

    rank: int
    product: str
    name: str
    score: float
    value: float
    density: float | None
    pci: float | None
    cog: float | None
    z: Parts


class WayScore(Schema):
    """auc: chance that what came stood above what did not; hits: of what came, within the first; precision: of the first, came."""

    auc: float
    hits: float
    precision: float


class Tested(Schema):
    """The back-test: ranked at t, scored by what was there at t + ahead, beside floors."""

    ahead: int
    top: int
    cases: int
    came: int
    candidates: int
    first: str
    last: str
    periods: int
    locations: int
    products: int
    is_better: bool
    ways: dict[str, WayScore]


class Positioning(Schema):
    """A zone's positioning. too_little_known: the reason, "" when enough is known; then eci, coi and candidates are given."""

    zone: str
    measure: Literal["companies", "output", "employment"]
    source: str
    period: str
    locations: int
    industries: int
    too_little_known: Literal["", "few-locations", "few-industries", "few-present", "not-identified"]
    eci: float | None
    coi: float | None
    present: list[str]
    candidates: list[PositioningCandidate]
    tested: Tested | None


class ValuesSent(Schema):
    """location: this zone's name in the table. source: where the table comes from."""

    location: Words = Field(max_length=200)
    measure: Literal["companies", "output", "employment"]
    source: Words = Field(max_length=300)


class Kept(Schema):
    """What was kept."""

    zone: str
    location: str
    digest: str
    tested: Tested | None


@router.get("/zones/{zone}/positioning", response={200: Positioning, **READ_PROBLEMS}, summary="What a zone could grow next")
def positioning(request: HttpRequest, zone: str) -> dict[str, Any]:
    person = signed_in(request)
    seen = queries.zone_positioning(person, zone_visible(person, zone))
    said = short_language(get_language())
    found, at = seen.found, seen.location
    is_known = not seen.reason and found is not None and at is not None
    return {
        "zone": zone,
        "measure": seen.table.measure if seen.table else "companies",
        "source": seen.table.source if seen.table else "",
        "period": seen.values.period,
        "locations": len(seen.values.locations),
        "industries": len(seen.values.products),
        "too_little_known": seen.reason,
        "eci": number(float(found.eci[at])) if found is not None and at is not None and is_known else None,
        "coi": number(float(found.coi[at])) if found is not None and at is not None and is_known else None,
        "present": [seen.values.products[k] for k in seen.present] if is_known else [],
        "candidates": [
            {
                "rank": c.rank, "product": seen.values.products[c.product], "name": queries.product_name(seen, c.product, said),
                "score": c.score, "value": 0.0 if at is None else float(seen.values.values[at, c.product]),
                "density": number(c.density), "pci": number(c.pci), "cog": number(c.cog),
                "z": {"density": c.z_density, "pci": c.z_pci, "cog": c.z_cog},
            }
            for c in seen.candidates
        ],
        "tested": seen.tested,
    }  # fmt: skip


@router.post("/zones/{zone}/values", response={200: Kept, **WRITE_PROBLEMS}, summary="Bring a table of values, all or nothing")
def bring_values(
    request: HttpRequest, zone: str, values: File[UploadedFile], sent: Form[ValuesSent], key: str = KEY
) -> Status[dict[str, Any]]:
    person = signed_in(request)
    row = zone_visible(person, zone)
    demand_officer(person)
    content, name = values.read(), values.name or "values.csv"

    def act() -> tuple[int, dict[str, Any]]:
        kept = kept_values(content, name, sent.location)
        made = actions.keep_values(person, zone=row, kept=kept, measure=sent.measure, title=name, source=sent.source)
        return 200, {"zone": row.code, "location": made.location, "digest": made.digest, "tested": made.tested}

    return Status(*once(request, key, content + sent.model_dump_json().encode(), act))
