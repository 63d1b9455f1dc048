"""The queue of proposed inputs: filled from data and from statements, decided one by one with a reason, never merged by itself."""

import datetime
import json
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import one_line, plain
from xinya.zones.models import Person, Zone

from .. import queries, rules
from ..engine import KINDS
from ..engine.proposals import Proposal
from ..files import Pack
from ..files.drafts import changed_rows
from ..files.pack import items
from ..files.proposals import evidence_object
from ..models import InputProposal, PackDraft
from ..queries.packs import draft_of
from ..queries.proposals import evidence_of, proposal_of, stated_proposals
from .packs import NOT_EDITOR, begin_draft, save_draft

CONFIDENCE = "0.5"
NO_REASON = _("Please say why: an answer without a reason is not kept.")


def bring_proposals(actor: Person, *, zone: Zone, rows: Iterable[Proposal]) -> tuple[int, int]:
    """Take proposals into the zone's queue: (new ones, ones with more evidence than before).

    Those of segments that the zone's packs have not are left out, and what a person declined is asked again only when more
    independent sources say it. Raises Refused: not-allowed.
    """
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_EDITOR, role=actor.role_name)
    known = set(queries.zone_atlas(zone).segments)
    today = timezone.localdate()
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        held = {(r.product, r.input, r.text): r for r in InputProposal.objects.filter(zone=zone)}
        new, more = [], 0
        for p in rows:
            if p.product not in known or (p.input and p.input not in known):
                continue
            row = held.get((p.product, p.input, p.text))
            if row is None:
                row = InputProposal(
                    zone=zone, product=p.product, input=p.input, text=p.text, evidence="[]", origins=0, edges=0, companies=0
                )
                held[p.product, p.input, p.text] = row
                new.append(row)
            elif not _has_more(row, p):
                continue
            else:
                more += 1
            _join(row, p, today)
            if row.pk is not None:
                row.save()
        InputProposal.objects.bulk_create(new, batch_size=500)
        record(actor, "bring-proposals", "zone", zone.pk, new=len(new), more=more)
    return len(new), more


def _has_more(row: InputProposal, p: Proposal) -> bool:
    """Whether a source speaks that did not before, or one says more."""
    said = {e["origin"]: e["edges"] for e in evidence_of(row)}
    return any(e.edges > said.get(e.origin, 0) for e in p.evidence)


def _join(row: InputProposal, p: Proposal, today: datetime.date) -> None:
    evidence = {e["origin"]: e for e in evidence_of(row)}
    before = len(evidence)
    for e in p.evidence:
        if e.edges >= evidence.get(e.origin, {}).get("edges", 0):
            evidence[e.origin] = evidence_object(e)
    row.evidence = json.dumps(list(evidence.values()), ensure_ascii=False)
    row.origins, row.edges = len(evidence), sum(e["edges"] for e in evidence.values())
    row.companies, row.found_on = max(row.companies, p.companies), today
    if row.state == InputProposal.State.DECLINED and len(evidence) > before:
        row.state, row.decided_by, row.decided_at = InputProposal.State.OPEN, None, None


def gather_proposals(actor: Person, *, zone: Zone) -> tuple[int, int]:
    """Look through what the zone's companies state they buy."""
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_EDITOR, role=actor.role_name)
    return bring_proposals(actor, zone=zone, rows=stated_proposals(zone))


def decide_proposal(
    actor: Person,
    *,
    zone: Zone,
    proposal_id: int,
    is_accepted: bool,
    reason: str,
    kind: str = "material",
    is_essential: bool = False,
) -> InputProposal:
    """Accept: the input is written into a draft of the product's pack, begun where there is none. Decline: kept with its reason.

    Of a text that is no segment, accepting adds the segment too, for the editor to define. Nothing reaches a published
    pack by this.
    Raises Refused: not-allowed, no-such-proposal (404), reason-missing, decided-already (409), unknown-kind.
    """
    demand(rules.may_answer_gaps(actor, zone), "not-allowed", NOT_EDITOR, role=actor.role_name)
    said = one_line(reason, 301)
    with transaction.atomic():
        row = proposal_of(zone, proposal_id)
        demand(2 <= len(said) <= 300, "reason-missing", NO_REASON, status=422)
        demand(kind in KINDS, "unknown-kind", _("There is no such kind of input."), status=422)
        demand(row.state == InputProposal.State.OPEN, "decided-already", _("This proposal is decided already."), status=409)
        if is_accepted:
            row.draft = _write(actor, zone, row, (kind, is_essential))
        row.state = InputProposal.State.ACCEPTED if is_accepted else InputProposal.State.DECLINED
        row.decided_by, row.decided_at, row.reason = actor, timezone.now(), said
        row.save()
        record(
            actor, "decide-proposal", "input proposal", row.pk, state=row.state, product=row.product, input=row.input, reason=said
        )
    return row


def _named(pack: Pack, text: str, every: Iterable[Pack]) -> str:
    """The draft's segment of this name or alias, its own or a shared one: accepted before for another product, or made since."""
    here, asked = {r["code"] for r in pack.segments}, plain(text)
    rows = [*(r for r in pack.segments if not r["home"]), *(r for p in every for r in p.segments if not r["home"])]
    words = ((r["code"], (r["name_zh"], *items(r["aliases"]))) for r in rows if r["code"] in here)
    return next((code for code, names in words if asked in map(plain, names)), "")


def _write(actor: Person, zone: Zone, row: InputProposal, how: tuple[str, bool]) -> PackDraft:
    """The draft of the pack in which the product stands first among the zone's chains, with the input in it."""
    atlas = queries.zone_atlas(zone)
    chain = next((c.code for c in atlas.chains if any(code == row.product for code, _column in c.members)), "")
    if not chain:
        raise Refused("unknown-segment", _("No pack of this zone has a segment %(segment)s."), status=409, segment=row.product)
    draft = PackDraft.objects.filter(zone=zone, code=chain, ended_at=None).first() or begin_draft(actor, zone=zone, base=chain)
    every = queries.packs_of(zone)
    homes = {r["code"]: p.code for p in every for r in p.segments if not r["home"]}
    today = timezone.localdate()

    def change(pack: Pack) -> Pack:
        wanted = row.input or _named(pack, row.text[:30], every)
        column = next((r["column"] for r in pack.segments if r["code"] == row.product), "")
        if wanted not in {r["code"] for r in pack.segments}:
            new = (
                {"code": wanted, "home": homes[wanted], "column": column}
                if wanted
                else {"name_zh": row.text[:30], "column": column}
            )
            pack = changed_rows(pack, "segments", {}, [new], day=today, others=every)
            wanted = pack.segments[-1]["code"]
        if any((r["product"], r["input"]) == (row.product, wanted) for r in pack.inputs):
            return pack
        link = {
            "product": row.product,
            "input": wanted,
            "kind": how[0],
            "essential": "yes" if how[1] else "no",
            "confidence": CONFIDENCE,
        }
        return changed_rows(pack, "inputs", {}, [link], day=today, others=every)

    seen = draft_of(zone, draft.pk).row.save_count
    save_draft(actor, zone=zone, draft_id=draft.pk, seen=seen, change=change, note=f"{row.product} ← {row.input or row.text}")
    return draft


__all__ = ["bring_proposals", "decide_proposal", "gather_proposals"]
