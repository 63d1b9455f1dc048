"""Somebody looked at a fact again, or a later list names it still: kept as a check, so that the fact is young again."""

import datetime
from collections.abc import Iterable, Sequence

from ..engine.freshness import fading_kinds, life_of
from ..models import Check, Company, Fact, ImportBatch, Person, Zone

SOON = datetime.timedelta(days=30)
"""A list that names a fact again so soon after it was observed says nothing new of its age."""
VOICES = {"chain_officer": Check.Voice.OFFICER, "commissioner": Check.Voice.COMMISSIONER}
KIND_LENGTH = 12


def voice_of(person: Person) -> str:
    """As whom this person speaks of facts: for an office of the zone, or for the own company."""
    return VOICES.get(person.role, Check.Voice.COMPANY)


def check_of_fact(
    fact: Fact, company: Company, outcome: str, *, by: Person | None, age: int, voice: str, reason: str = ""
) -> Check:
    """Part of another act, which has decided that this may be said and which records it."""
    return Check.objects.create(
        zone_id=fact.zone_id, company=company, fact=fact, kind=_kind(fact), outcome=outcome, age=max(0, age), voice=voice, by=by,
        reason=reason[:300],
    )  # fmt: skip


def says_same(known: Fact, fact: Fact) -> bool:
    """Whether a fact of a list says what a known one of its kind says."""
    return (known.text, known.number, known.period) == (fact.text, fact.number, fact.period)


def named_by(fact: Fact, known: Sequence[Fact]) -> list[Fact]:
    """The facts in force that this one of a list names again; of states the last one, where it is still the one that holds."""
    if fact.kind != Fact.Kind.STATE:
        return [one for one in known if says_same(one, fact)]
    begun = [one for one in known if one.period <= fact.period]
    last = max(begun, key=lambda one: (one.period, one.pk), default=None)
    return [last] if last is not None and last.text == fact.text else []


def seen_again(zone: Zone, facts: Iterable[Fact], on: datetime.date, *, batch: ImportBatch | None = None) -> int:
    """Facts that a list which stands for the day `on` names still; part of the act that brings the list. Answers how many.

    Only what fades can be made young. batch: the list, so that it can be taken back.
    """
    fading = fading_kinds()
    rows = [
        Check(zone=zone, company_id=f.company_id, fact=f, kind=_kind(f), outcome=Check.Outcome.RIGHT, age=(on - f.observed_on).days,
              voice=Check.Voice.LIST, reason="" if batch is None else _mark(batch))
        for f in facts if f.company_id is not None and f.kind in fading and on - f.observed_on > SOON
    ]  # fmt: skip
    Check.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def unsee(batch: ImportBatch) -> None:
    """Part of the undo of a list: what it named again is as old as it was."""
    Check.objects.filter(zone=batch.zone_id, voice=Check.Voice.LIST, reason=_mark(batch)).delete()


def _mark(batch: ImportBatch) -> str:
    return f"list {batch.pk}"


def _kind(fact: Fact) -> str:
    """The kind by which re-checks are counted: that of its half-life, where it has one."""
    return life_of(fact.kind).kind or fact.kind[:KIND_LENGTH]
