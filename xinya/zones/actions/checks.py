"""Somebody looked at a fact again, or a later list names it still: kept as a check, so that the fact is young again."""

import datetime
from collections.abc import Iterable

from ..models import Check, Company, Fact, Person, Zone

SOON = datetime.timedelta(days=30)
"""A list that names a fact again so soon after it was observed says nothing new of its age."""
VOICES = {"chain_officer": Check.Voice.OFFICER, "commissioner": Check.Voice.COMMISSIONER}


def voice_of(person: Person) -> str:
    """As whom this person speaks of facts: for an office of the zone, or for the own company."""
    return VOICES.get(person.role, Check.Voice.COMPANY)


def check_of_fact(
    fact: Fact, company: Company, outcome: str, *, by: Person | None, age: int, voice: str, reason: str = ""
) -> Check:
    """Part of another act, which has decided that this may be said and which records it."""
    return Check.objects.create(
        zone_id=fact.zone_id, company=company, fact=fact, kind=fact.kind, outcome=outcome, age=max(0, age), voice=voice, by=by,
        reason=reason[:300],
    )  # fmt: skip


def seen_again(zone: Zone, facts: Iterable[Fact], on: datetime.date) -> int:
    """Facts that a list which stands for the day `on` names still; part of the act that brings the list. Answers how many."""
    rows = [
        Check(zone=zone, company_id=f.company_id, fact=f, kind=f.kind, outcome=Check.Outcome.RIGHT, age=(on - f.observed_on).days,
              voice=Check.Voice.LIST)
        for f in facts if f.company_id is not None and on - f.observed_on > SOON
    ]  # fmt: skip
    Check.objects.bulk_create(rows, batch_size=500)
    return len(rows)
