"""Inputs that data say the packs lack: the zone's queue, and what its own companies' statements add to it."""

import json
from typing import Any

from django.db.models import Count, QuerySet

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.models import Zone

from ..engine.placement import AUTOMATIC, COUNTED
from ..engine.proposals import Edge, Proposal, proposals
from ..models import InputProposal, InputStatement, Placement
from .atlas import atlas_of, chosen_chains, placer_of

NO_PROPOSAL = _("There is no such proposal in this zone.")


def proposals_of(zone: Zone, state: str = "") -> QuerySet[InputProposal]:
    """The zone's queue, most independent sources first; in one state, or all."""
    rows = InputProposal.objects.filter(zone=zone).select_related("decided_by", "draft")
    return rows.filter(state=state) if state else rows


def proposal_counts(zone: Zone) -> dict[str, int]:
    """How many there are in each state. One statement."""
    rows = InputProposal.objects.filter(zone=zone).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def proposal_of(zone: Zone, proposal_id: int) -> InputProposal:
    """One proposal of this zone. Raises Refused (404)."""
    found = InputProposal.objects.select_for_update().filter(zone=zone, pk=proposal_id).first() if 0 < proposal_id < 2**63 else None
    if found is None:
        raise Refused("no-such-proposal", NO_PROPOSAL, status=404)
    return found


def evidence_of(row: InputProposal) -> list[dict[str, Any]]:
    """What speaks for a proposal, one entry an independent source."""
    found: list[dict[str, Any]] = json.loads(row.evidence)
    return found


def stated_proposals(zone: Zone) -> list[Proposal]:
    """What the purchases that companies here state say of their products: each company is a source of its own.

    A company of several products is evidence for each of them, which the editor has to part. Three statements.
    """
    chosen = chosen_chains(zone)
    atlas, placer = atlas_of(chosen), placer_of(chosen)
    made: dict[int, set[str]] = {}
    counted = Placement.objects.filter(company__zone=zone, company__merged_into=None, state__in=COUNTED)
    for company, segment in counted.values_list("company_id", "segment"):
        if segment in atlas.segments:
            made.setdefault(company, set()).add(segment)
    rows = InputStatement.objects.filter(company__zone=zone, company__is_outside=False, replaced_at=None).select_related("company")
    edges = [
        Edge(product, row.segment or row.text, row.company.name, (row.company.name,), is_statement=True)
        for row in rows
        for product in sorted(made.get(row.company_id, ()))
    ]

    def resolve(name: str) -> str | None:
        if name in atlas.segments:
            return name
        found = placer.place(name)
        return found.segment if found is not None and found.state == AUTOMATIC else None

    return proposals(atlas, edges, resolve)
