"""Routes of single placements: what is held of a company, what its own people and the officers say of it."""

from typing import Any

from django.http import HttpRequest
from ninja import Header, Router, Schema, Status
from pydantic import Field

from xinya.kit.api import READ_PROBLEMS, WRITE_PROBLEMS, Words, once
from xinya.zones.queries import company_visible, signed_in, zone_visible

from .. import actions, queries
from ..models import Placement

router = Router(tags=["chains"])
KEY = Header("", alias="Idempotency-Key", max_length=80)


class PlacementRow(Schema):
    """A placement with its number: `state` says who or what decided it, `reason` why."""

    id: int
    segment: str
    text: str
    state: str
    rule: str
    reason: str


class Placements(Schema):
    """Every placement of one company."""

    items: list[PlacementRow]


class WordForm(Schema):
    """The company's own people or an officer say whether it is right. A no needs a reason; an officer's yes needs one too."""

    right: bool
    reason: Words = Field("", max_length=300)


@router.get(
    "/zones/{zone}/companies/{company_id}/placements", response={200: Placements, **READ_PROBLEMS}, summary="A company's placements"
)
def company_placements(request: HttpRequest, zone: str, company_id: int) -> dict[str, Any]:
    person = signed_in(request)
    company = company_visible(person, zone, company_id)
    return {"items": [placement_row(p) for p in queries.placements_seen(person).filter(company=company)]}


@router.post(
    "/zones/{zone}/placements/{placement_id}/word",
    response={200: PlacementRow, **WRITE_PROBLEMS},
    summary="Say whether a placement is right",
)
def say_word(request: HttpRequest, zone: str, placement_id: int, given: WordForm, key: str = KEY) -> Status[dict[str, Any]]:
    person = signed_in(request)

    def act() -> tuple[int, dict[str, Any]]:
        if person.role not in ("company_user", "company_admin"):
            row = zone_visible(person, zone)
            decided = actions.decide_placement(
                person, zone=row, placement_id=placement_id, is_right=given.right, reason=given.reason
            )
        elif given.right:
            decided = actions.confirm_placement(person, zone_code=zone, placement_id=placement_id)
        else:
            decided = actions.object_placement(person, zone_code=zone, placement_id=placement_id, reason=given.reason)
        return 200, placement_row(decided)

    return Status(*once(request, key, request.body, act))


def placement_row(row: Placement) -> dict[str, Any]:
    return {
        "id": row.pk, "segment": row.segment, "text": row.text, "state": row.state, "rule": row.rule, "reason": row.reason,
    }  # fmt: skip
