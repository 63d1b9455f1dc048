"""What the engine proposes for a zone's companies, and what people have said before."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass

from xinya.zones.models import Fact
from xinya.zones.queries.gate import ZONE_WIDE

from ..engine.placement import Known
from ..engine.placer import Placer
from ..engine.report import place_products
from ..models import Placement


@dataclass(frozen=True, slots=True)
class Placing:
    """What a round of placing goes by: the placer, what people said before, and its day."""

    placer: Placer
    known: Known
    day: datetime.date


def proposed(placing: Placing, keys: Sequence[int], kept: set[tuple[int, str]]) -> list[Placement]:
    """New placements of these companies, not yet stored.

    A company's texts speak for each other, but one that few may read does not speak for one that all may.
    """
    facts = Fact.objects.filter(company__in=keys, kind=Fact.Kind.PRODUCT, withdrawn_at=None).order_by("pk")
    by_company: dict[int, list[Fact]] = {}
    for fact in facts:
        by_company.setdefault(fact.company_id or 0, []).append(fact)
    new: dict[tuple[int, str, str], Placement] = {}
    for key, said in by_company.items():
        read_by_all = list(dict.fromkeys(f.text for f in said if f.secrecy in ZONE_WIDE))
        everything = list(dict.fromkeys(f.text for f in said))
        found = list(place_products(placing.placer, "", read_by_all, known=placing.known))
        if len(everything) > len(read_by_all):
            seen = set(read_by_all)
            whole = place_products(placing.placer, "", everything, known=placing.known)
            found += [p for p in whole if p.text not in seen]
        for p in found:
            if (key, p.text) not in kept:
                row = Placement(
                    company_id=key, segment=p.segment, text=p.text, state=p.state, confidence=f"{p.confidence:.2f}", rule=p.rule,
                    term=p.term[:200], modifier=p.modifier[:200], placed_on=placing.day, reasons=json.dumps(p.reasons),
                )  # fmt: skip
                new.setdefault((key, p.segment, p.text), row)
    return list(new.values())
