"""What points at a company or a figure that an undo takes away: decisions stay in the log, definitions without figures end."""

import datetime
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from ..models import ImportBatch, ImportRow, IndicatorDef, IndicatorValue, MatchDecision
from .import_preview import SIZE


def free_decisions(made: Sequence[int]) -> None:
    """Before companies go. Pairs that nobody judged go with them; what a person said stays, with what the company was called.

    Where a row that is not in the register yet was called such a company, its other candidates are open again.
    """
    for start in range(0, len(made), SIZE):
        pairs = MatchDecision.objects.filter(company__in=made[start : start + SIZE])
        pairs.filter(state=MatchDecision.State.PENDING).delete()
        row = ImportRow.objects.filter(batch=OuterRef("batch"), row=OuterRef("row"), part__isnull=True)
        freed = pairs.filter(Exists(row), state=MatchDecision.State.CONFIRMED)
        for batch, number in list(freed.values_list("batch", "row").distinct()):
            others = MatchDecision.objects.filter(batch=batch, row=number, state=MatchDecision.State.REJECTED)
            others.update(state=MatchDecision.State.PENDING, by=None, at=None, reason="", known="")


def withdraw_definitions(batch: ImportBatch, when: datetime.datetime) -> int:
    """After the figures of an indicator list are withdrawn: versions that it or an undone list brought, and that hold none."""
    if batch.kind != ImportBatch.Kind.INDICATORS:
        return 0
    brought = Q(batch=batch) | Q(batch__zone=batch.zone_id, batch__state=ImportBatch.State.UNDONE)
    in_force = IndicatorValue.objects.filter(definition=OuterRef("pk"), withdrawn_at=None)
    keys = list(IndicatorDef.objects.filter(brought, ~Exists(in_force), withdrawn_at=None).values_list("pk", flat=True))
    return IndicatorDef.objects.filter(pk__in=keys).update(withdrawn_at=when)
