"""Which companies of a zone no longer count: those that the register knows as ended or moved away."""

from collections.abc import Collection

from django.db.models import QuerySet

from ..engine.standings import is_gone_here
from ..models import Company, Fact
from .freshness import latest_weighed
from .gate import ZONE_WIDE

PLAIN_WORDS = ("存续", "在业", "在营", "开业", "正常", "在册", "存续（在营、开业、在册）", "存续(在营、开业、在册)")
"""Standings as most companies have them: who has no other one is not read."""


def gone_among(companies: QuerySet[Company]) -> frozenset[int]:
    """The keys of those of these companies that no longer count, by the source that counts. One statement.

    Only by facts of the classes that every reader of the zone may see, like everything that is computed of a zone.
    """
    facts = Fact.objects.filter(kind=Fact.Kind.STATUS, withdrawn_at=None, secrecy__in=ZONE_WIDE)
    odd = facts.filter(company__in=companies).exclude(text__in=PLAIN_WORDS)
    said: dict[int, list[Fact]] = {}
    for fact in facts.filter(company__in=odd.values("company")).select_related("source"):
        said.setdefault(fact.company_id or 0, []).append(fact)
    return frozenset(pk for pk, rows in said.items() if is_gone_by(rows))


def is_gone_by(facts: Collection[Fact]) -> bool:
    """Whether what is said of a company's standing takes it out of the count."""
    held = latest_weighed(facts)
    return held is not None and is_gone_here(held[0].text)
