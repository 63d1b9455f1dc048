"""What a company list says against what is known already: what is new, what it takes the place of, what it ends."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..files import CompanyLine
from ..models import Company, Fact, Secrecy, Source
from .checks import says_same

OPEN_CLASSES = (Secrecy.PUBLIC, Secrecy.INTERNAL)
LIST_CONFIDENCE = "0.75"
REPLACED = (Source.Kind.COMPANY_LIST, Source.Kind.INVENTED)
"""Of whom a new list is a later edition: earlier lists, and what was invented for the demonstration."""
SINGLE = (Fact.Kind.REVENUE, Fact.Kind.ABOVE_SCALE, Fact.Kind.ANCHOR, Fact.Kind.GROUP, Fact.Kind.REGION, Fact.Kind.STATUS)


@dataclass(frozen=True, slots=True)
class ListOrigin:
    """Where a company list comes from: its source, the day it stands for, the period of its revenues.

    editions: keys of the sources of which it is a later edition; None where it is one of the zone's own lists.
    """

    source: Source
    observed_on: datetime.date
    period: str = ""
    confidence: str = LIST_CONFIDENCE
    is_outside: bool = False
    editions: Collection[int] | None = None

    def renews(self, fact: Fact) -> bool:
        """Whether the fact is of an earlier edition, so that this list may put an end to it."""
        return fact.source.kind in REPLACED if self.editions is None else fact.source_id in self.editions


def compare_listed(known: Sequence[Fact], fact: Fact, origin: ListOrigin) -> tuple[bool, list[Fact]]:
    """Is the fact known already, and which current facts does it take the place of?

    What holds without being said (a company produces, is no anchor) is written only against something else that was said.
    """
    if fact.kind == Fact.Kind.STATE:
        latest = max(known, key=lambda k: (k.period, k.pk), default=None)
        holds = Fact.State.PRODUCING.value if latest is None else latest.text
        return fact.text == holds, [k for k in known if k.period == fact.period]
    if fact.kind == Fact.Kind.ANCHOR and not known:
        return fact.number == 0, []
    if fact.kind == Fact.Kind.SHARE:
        others = [k for k in known if (k.text, k.period) == (fact.text, fact.period)]
    else:
        others = [k for k in known if fact.kind in SINGLE and k.period == fact.period]
    others = [k for k in others if not says_same(k, fact)]
    is_known = any(says_same(k, fact) for k in known)
    # What another source says already is no news, unless an earlier list says otherwise and must go.
    return is_known and not any(origin.renews(k) for k in others), others


def taken_over(known: Sequence[Fact], fact: Fact, origin: ListOrigin) -> list[Fact]:
    """What another zone's open data said and an own list now says too: from here on it stands as the own list's word."""
    if origin.editions is not None or fact.kind != Fact.Kind.PRODUCT:
        return []
    return [k for k in known if k.source.kind == Source.Kind.VENDOR and k.secrecy in OPEN_CLASSES and says_same(k, fact)]


def dropped(known: Sequence[Fact], line: CompanyLine, origin: ListOrigin) -> list[int]:
    """Products that an earlier edition of the list named and this one, which names products, does not."""
    if not line.products:
        return []
    said = {p[:300] for p in line.products}
    kinds = (Source.Kind.COMPANY_LIST,) if origin.editions is None else tuple(Source.Kind)
    listed = [f for f in known if f.source.kind in kinds and origin.renews(f) and f.secrecy in OPEN_CLASSES]
    return [f.pk for f in listed if f.text not in said]


def end_for_good(companies: Sequence[Company], origin: ListOrigin) -> None:
    """Products that a list of the desk had ended, and that its undo would bring back, stay ended: a later edition has named all."""
    keys = [company.pk for company in companies]
    for start in range(0, len(keys), 500):
        ended = Fact.objects.filter(company__in=keys[start : start + 500], kind=Fact.Kind.PRODUCT, taken_by__isnull=False)
        ended = ended.filter(source__kind__in=REPLACED) if origin.editions is None else ended.filter(source__in=origin.editions)
        ended.update(taken_by=None)


def keeps_class(fact: Fact, others: Sequence[Fact]) -> bool:
    """A fact takes the highest class of those it replaces; what named persons alone may read, no list replaces."""
    classes = {o.secrecy for o in others}
    if Secrecy.COMPANY in classes:
        fact.secrecy = Secrecy.COMPANY
    return Secrecy.RESTRICTED not in classes
