"""What a merging of two companies does with what stands on the chains: places, purchases, links, answers."""

from django.db.models import Model

from xinya.kit.text import Phrase
from xinya.kit.text import gettext_noop as _
from xinya.zones.actions import MERGE_HANGS, MERGE_UNDONE, MOVES, Journal, Move, goes_over, goes_over_once, stays
from xinya.zones.models import Company, CompanyMerge, Fact

from ..models import InputStatement, Placement, SupplyLink

PLACES, INPUTS = "chain.Placement.company", "chain.InputStatement.company"
STATED_SINCE = _("purchases stated since for %(period)s, which took the place of those that would return")
PENDING = Placement.State.PENDING
_DECIDED = ("state", "decided_by_id", "decided_at", "decided_as", "reason", "confidence", "rule")


def _places(journal: Journal, model: type[Model], name: str) -> None:
    """Places go over with their decisions. Of one that both have the decided counts; where two decisions differ, a person decides.

    The other row stays with the merged company, so that each decision can still be read after an undo.
    """
    own = {(row.segment, row.text): row for row in Placement.objects.filter(company=journal.survivor)}
    for row in Placement.objects.filter(company=journal.merged).order_by("pk"):
        twin = own.get((row.segment, row.text))
        if twin is None or row.decided_at is None:
            continue
        if twin.decided_at is None:
            journal.alter(twin, **{column: getattr(row, column) for column in _DECIDED})
        elif twin.state != row.state:
            journal.alter(twin, state=PENDING)
    goes_over_once("segment", "text")(journal, model, name)


def _purchases(journal: Journal, model: type[Model], name: str) -> None:
    """A period's list goes over whole; where both stated one, the list stated later holds, as a company's own later one would."""
    rows = InputStatement.objects.filter(replaced_at=None)
    own = list(rows.filter(company=journal.survivor))
    theirs = list(rows.filter(company=journal.merged))
    for period in {row.period for row in own} & {row.period for row in theirs}:
        pair = [[row for row in some if row.period == period] for some in (own, theirs)]
        earlier = min(pair, key=lambda some: max(row.stated_at for row in some))
        for row in earlier:
            journal.alter(row, replaced_at=journal.when)
    goes_over(journal, model, name)


def _links(journal: Journal, model: type[Model], name: str) -> None:
    """Links go over under the names that were stated. One between the two is none: nobody supplies himself."""
    other = "buyer" if name == "supplier" else "supplier"
    between = SupplyLink.objects.filter(**{name: journal.merged, other: journal.survivor})
    for row in between.exclude(state=SupplyLink.State.WITHDRAWN):
        journal.alter(row, state=SupplyLink.State.WITHDRAWN)
    kept = set(between.values_list("pk", flat=True))
    rows = SupplyLink.objects.filter(**{name: journal.merged}).exclude(pk__in=kept)
    journal.move(rows, name, journal.merged.pk, journal.survivor.pk)


MOVES.update(
    {
        PLACES: Move(_places, _("places on the chains")),
        "chain.Answer.company": Move(goes_over, _("answers to gaps")),
        "chain.CandidateWord.company": Move(goes_over_once("zone", "segment", replaced_at=None), _("words on candidates")),
        "chain.WordLink.company": Move(goes_over, _("links for its word")),
        INPUTS: Move(_purchases, _("stated purchases")),
        "chain.SupplyLink.supplier": Move(_links, _("supply links")),
        "chain.SupplyLink.buyer": Move(_links, _("supply links")),
        "chain.OpenMaker.company": Move(stays),
    }
)


def _stated_since(merge: CompanyMerge) -> list[tuple[int, Phrase]]:
    """Periods whose list would return, but for which the survivor has stated a list since."""
    replaced = [key for label, key, told in merge.altered if label == "chain.InputStatement" and "replaced_at" in told]
    moved = merge.moved.get(INPUTS, {}).get("keys", [])
    concerned = InputStatement.objects.filter(pk__in=[*replaced, *moved])
    periods = set(concerned.values_list("period", flat=True))
    since = InputStatement.objects.filter(company=merge.survivor_id, period__in=periods, stated_at__gt=merge.at)
    found = since.order_by("period").values_list("period", flat=True).distinct()
    return [(merge.survivor_id or 0, Phrase(STATED_SINCE, {"period": period})) for period in found]


def _place_again(merge: CompanyMerge) -> None:
    """Places that a later list had made anew on the survivor are made again on each, from the texts that each has now."""
    from . import place_companies

    keys = merge.moved.get(PLACES, {}).get("keys", [])
    is_whole = Placement.objects.filter(pk__in=keys).count() == len(keys)
    texts = Fact.objects.filter(company=merge.survivor_id, kind=Fact.Kind.PRODUCT, withdrawn_at=None).values("text")
    strange = Placement.objects.filter(company=merge.survivor_id, decided_at=None).exclude(text="").exclude(text__in=texts)
    if not is_whole or strange.exists():
        place_companies(merge.zone, Company.objects.filter(pk__in=[merge.survivor_id, merge.merged_id]))


MERGE_HANGS.append(_stated_since)
MERGE_UNDONE.append(_place_again)
