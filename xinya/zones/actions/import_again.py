"""What a list names again without change: facts that fade are as young as the list then, and nothing is written anew."""

import datetime
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ..engine.freshness import fading_kinds
from ..engine.imports.as_facts import STATE_OF_STATUS, key_of, plain_of, unpacked
from ..engine.imports.readings import agree
from ..models import Fact, ImportRow, Secrecy
from .checks import SOON
from .import_preview import SIZE


def named_again(rows: Sequence[ImportRow], on: datetime.date, taken: Collection[int]) -> Iterator[Fact]:
    """The facts in force that rows of known companies say still, whoever said them first. taken: those that the list replaces.

    on: the day the list stands for. What only named persons read is left alone. A statement for each 500 companies.
    """
    said: dict[int | None, dict[str, Any]] = {row.company_id: row.values for row in rows if row.company_id is not None}
    keys, gone = list(said), set(taken)
    old = Fact.objects.filter(withdrawn_at=None, kind__in=fading_kinds(), observed_on__lt=on - SOON)
    for start in range(0, len(keys), SIZE):
        states: dict[int | None, Fact] = {}
        found = old.filter(company__in=keys[start : start + SIZE]).exclude(secrecy=Secrecy.RESTRICTED)
        for fact in found.order_by("period", "pk"):
            if fact.pk in gone:
                continue
            if fact.kind == Fact.Kind.STATE:
                states[fact.company_id] = fact  # the last of its day is the one that holds
            elif says_still(fact, said[fact.company_id]):
                yield fact
        for company, fact in states.items():
            status = said[company].get("status")
            if status is not None and STATE_OF_STATUS.get(str(unpacked(status).plain)) == fact.text:
                yield fact


def says_still(fact: Fact, values: dict[str, Any]) -> bool:
    """Whether the values of a row, as they are kept, say what a fact says."""
    key = key_of(fact.kind, fact.period)
    stored = values.get(key) if key is not None else None
    if key is None or stored is None:
        return False
    value = unpacked(stored)
    if isinstance(value.plain, tuple):
        return fact.text in value.plain
    return agree(plain_of(key, fact.text, fact.number, (fact.lower, fact.upper)), value)
