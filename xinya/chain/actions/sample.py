"""Purchases and supply links of a sample zone: invented, marked so, entered by the house and by nobody's account."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain
from xinya.zones import actions as zone_actions
from xinya.zones.models import Company, Person, Zone

from ..files.inputs import InputLine
from ..models import InputStatement, SupplyLink

NO_SAMPLE = _("Only a sample zone of the demonstration gets invented purchases, from a source that says they are invented.")


@dataclass(frozen=True, slots=True)
class SampleLink:
    """One supply: who says it (supplier or buyer), and whether the other side confirmed it. amounts in fen."""

    supplier: str
    buyer: str
    text: str
    segment: str
    amount_low: int | None
    amount_high: int | None
    side: str
    is_confirmed: bool


def enter_sample(
    actor: Person,
    *,
    zone: Zone,
    period: str,
    inputs: Sequence[InputLine],
    links: Sequence[SampleLink],
    grounds: zone_actions.Grounds,
) -> int:
    """Keep the invented purchases of invented companies, once. Answers how many statements were made.

    Nothing is said of a company that is not invented: of a real one the product ships what was published and no more.
    Raises Refused: not-allowed, no-sample (409).
    """
    zone_actions.demand_officer(actor, zone)
    demand(zone.is_demo and zone.is_sample and grounds.source.is_invented, "no-sample", NO_SAMPLE, status=409)
    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        if InputStatement.objects.filter(company__zone=zone).exists() or SupplyLink.objects.filter(zone=zone).exists():
            return 0
        here = {c.name_key: c for c in Company.objects.filter(zone=zone, is_outside=False, is_invented=True)}
        real = set(Company.objects.filter(zone=zone, is_invented=False).values_list("name_key", flat=True))
        told = {"source": grounds.source, "observed_on": grounds.observed_on, "confidence": grounds.confidence, "stated_by": actor}
        statements: list[InputStatement] = []
        ranks: dict[int, int] = {}
        for line in inputs:
            company = here.get(plain(line.company))
            if company is not None:
                ranks[company.pk] = ranks.get(company.pk, 0) + 1
                low, high = (None if share is None else f"{float(share):.4f}" for share in (line.share_low, line.share_high))
                statements.append(
                    InputStatement(
                        company=company, period=period, rank=ranks[company.pk], segment=line.segment, text=line.text,
                        local_low=low, local_high=high, amount_low=line.amount_low, amount_high=line.amount_high,
                        stock_days=line.stock_days, **told,
                    )
                )  # fmt: skip
        stated = [
            SupplyLink(
                zone=zone, supplier=here.get(plain(one.supplier)), buyer=here.get(plain(one.buyer)), supplier_name=one.supplier,
                buyer_name=one.buyer, segment=one.segment, text=one.text, period=period, amount_low=one.amount_low,
                amount_high=one.amount_high, side=one.side,
                state=SupplyLink.State.CONFIRMED if one.is_confirmed else SupplyLink.State.STATED,
                answered_by=actor if one.is_confirmed else None, answered_at=timezone.now() if one.is_confirmed else None, **told,
            )
            for one in links
            if not {plain(one.supplier), plain(one.buyer)} & real and {plain(one.supplier), plain(one.buyer)} & set(here)
        ]  # fmt: skip
        InputStatement.objects.bulk_create(statements, batch_size=500)
        SupplyLink.objects.bulk_create(stated, batch_size=500)
        zone_actions.touch_zone(zone)
        record(actor, "enter-sample", "zone", zone.pk, period=period, inputs=len(statements), links=len(stated))
    return len(statements) + len(stated)
