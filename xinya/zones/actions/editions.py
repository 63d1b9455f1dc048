"""Which earlier facts a company list puts an end to: those of its own earlier editions, never what somebody else says."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..files import CompanyLine
from ..models import Fact, Secrecy, Source

OPEN_CLASSES = (Secrecy.PUBLIC, Secrecy.INTERNAL)
LIST_CONFIDENCE = "0.75"
REPLACED = (Source.Kind.COMPANY_LIST, Source.Kind.INVENTED)
"""Of whom a new list is a later edition: earlier lists, and what was invented for the demonstration."""


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


def taken_over(known: Sequence[Fact], fact: Fact, origin: ListOrigin) -> list[Fact]:
    """What another zone's open data said and an own list now says too: from here on it stands as the own list's word."""
    if origin.editions is not None or fact.kind != Fact.Kind.PRODUCT:
        return []
    return [k for k in known if k.source.kind == Source.Kind.VENDOR and k.secrecy in OPEN_CLASSES and k.text == fact.text]


def dropped(known: Sequence[Fact], line: CompanyLine, origin: ListOrigin) -> list[int]:
    """Products that an earlier edition of the list named and this one, which names products, does not."""
    if not line.products:
        return []
    said = {p[:300] for p in line.products}
    kinds = (Source.Kind.COMPANY_LIST,) if origin.editions is None else tuple(Source.Kind)
    listed = [f for f in known if f.source.kind in kinds and origin.renews(f) and f.secrecy in OPEN_CLASSES]
    return [f.pk for f in listed if f.text not in said]
