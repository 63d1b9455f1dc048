"""The queue of proposed inputs: filters, evidence, an editor's yes or no with its reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.zones.queries import signed_in, zone_visible

from .. import queries
from ..actions import proposals as actions
from ..engine import KINDS
from ..engine.wording import KIND_WORDS
from ..files.proposals import LARGEST, read_proposals
from ..models import InputProposal
from ..queries.proposals import evidence_of, proposal_counts, proposals_of
from ..rules import may_answer_gaps
from .packs import named_link

SHOWN = 50


def proposal_list(request: HttpRequest, code: str) -> HttpResponse:
    """Proposals in one state, fifty a page; a file of proposals brought, or the zone's own statements looked through."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    error, status = "", 200
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            if upload is not None:
                content = upload.read(LARGEST + 1)
                new, more = actions.bring_proposals(person, zone=zone, rows=read_proposals(content))
            else:
                new, more = actions.gather_proposals(person, zone=zone)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            error, status = sentence_of(refused), refused.status
        else:
            said = ngettext("%(n)s new proposal", "%(n)s new proposals", new) % {"n": new}
            also = ngettext("%(n)s with more evidence than before", "%(n)s with more evidence than before", more) % {"n": more}
            messages.success(request, said + pgettext("clauses", ", ") + also)
            return redirect("proposals", code)
    state = request.GET.get("state", "OPEN")
    state = state if state in InputProposal.State.values else "OPEN"
    asked = request.GET.get("from", "")
    first = int(asked) if asked.isdecimal() and len(asked) < 7 else 0
    counts = proposal_counts(zone)
    atlas, said_in = queries.zone_atlas(zone), language()
    names = {s.code: s.name(said_in) for s in atlas.segments.values()}
    rows = [
        {
            "row": r, "product": names.get(r.product, r.product), "input": names.get(r.input, ""),
            "evidence": [e | {"examples": [named_link(each, names) for each in e["examples"]]} for e in evidence_of(r)],
        }
        for r in proposals_of(zone, state)[first : first + SHOWN]
    ]  # fmt: skip
    total = counts.get(state, 0)
    context = {
        "rows": rows, "state": state, "states": [(s, label, counts.get(s, 0)) for s, label in InputProposal.State.choices],
        "total": total, "first": first, "previous": max(0, first - SHOWN), "next": first + SHOWN if first + SHOWN < total else None,
        "may_edit": may_answer_gaps(person, zone), "kinds": [(k, KIND_WORDS[k][said_in != "zh"]) for k in KINDS], "error": error,
    }  # fmt: skip
    return page(request, "chain/proposals.html", context, zone=zone, section="chain-list", status=status)


@require_POST
def decide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Accept a proposal into a draft, or decline it."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    is_yes = request.POST.get("decision", "") == "accept"
    try:
        row = actions.decide_proposal(
            person, zone=zone, proposal_id=pk, is_accepted=is_yes, reason=request.POST.get("reason", ""),
            kind=request.POST.get("kind") or "material", is_essential=request.POST.get("essential", "") == "yes",
        )  # fmt: skip
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, sentence_of(refused))
    else:
        said = (
            _("It stands in the draft now; the pack itself is unchanged.")
            if is_yes
            else _("The proposal is declined, with your reason.")
        )
        messages.success(request, said)
        if is_yes and row.draft_id:
            return redirect(reverse("pack-draft", args=[code, row.draft_id]) + "?table=inputs")
    return redirect("proposals", code)
