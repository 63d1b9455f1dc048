"""Somebody looked at a fact again, or a later list names it still: kept as a check, so that the fact is young again."""

import datetime
from collections.abc import Iterable, Sequence

from django.utils import timezone

from ..engine.freshness import fading_kinds, life_of
from ..models import Check, Company, Fact, ImportBatch, Person, Zone
from ..models.freshness import namings_as_text

SOON = datetime.timedelta(days=30)
"""A list that names a fact again so soon after it was observed, or last found right, says nothing new of its age."""
SIZE = 500
RENEWED = ["kind", "age", "reason", "named"]
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

    Only what fades can be made young, and only by a list of a later day than the last word on it. One check a fact is kept of
    all lists, and renewed. batch: the list, so that it can be taken back. A statement or three for each 500 facts.
    """
    fading = fading_kinds()
    here = {f.pk: f for f in facts if f.company_id is not None and f.kind in fading and on - f.observed_on > SOON}
    number, reason, keys, told = batch.pk if batch is not None else 0, "" if batch is None else _mark(batch), list(here), 0
    for start in range(0, len(keys), SIZE):
        some = keys[start : start + SIZE]
        held, last = _said_before(some)
        new: list[Check] = []
        renewed: list[Check] = []
        for pk in some:
            fact = here[pk]
            if pk in last and on - last[pk] <= SOON:
                continue
            check = held.get(pk) or Check(zone=zone, company_id=fact.company_id or 0, fact=fact, voice=Check.Voice.LIST)
            check.kind, check.outcome, check.reason = _kind(fact), Check.Outcome.RIGHT, reason
            check.age = (on - fact.observed_on).days
            check.named = namings_as_text([*check.namings, (on, number)])
            (renewed if check.pk else new).append(check)
        Check.objects.bulk_create(new, batch_size=SIZE)
        Check.objects.bulk_update(renewed, RENEWED, batch_size=SIZE)
        told += len(new) + len(renewed)
    return told


def _said_before(facts: Sequence[int]) -> tuple[dict[int, Check], dict[int, datetime.date]]:
    """By fact the check that lists made, and the last day on which anybody found it right."""
    held: dict[int, Check] = {}
    last: dict[int, datetime.date] = {}
    for check in Check.objects.filter(fact__in=facts, outcome=Check.Outcome.RIGHT):
        key = check.fact_id or 0
        if check.voice == Check.Voice.LIST:
            held[key] = check
        days = [day for day, _batch in check.namings] or [timezone.localdate(check.at)]
        last[key] = max(days[-1], last.get(key, days[-1]))
    return held, last


def unsee(batch: ImportBatch) -> None:
    """Part of the undo of a list: what it named again is as old as it was before, or as the other lists that named it say."""
    rows = Check.objects.filter(zone=batch.zone_id, voice=Check.Voice.LIST, named__contains=f":{batch.pk} ").select_related("fact")
    alone, others = [], []
    for check in rows:
        left = [(day, number) for day, number in check.namings if number != batch.pk]
        if not left or check.fact is None:
            alone.append(check.pk)
            continue
        day, number = left[-1]
        check.named, check.age = namings_as_text(left), max(0, (day - check.fact.observed_on).days)
        check.reason = f"list {number}" if number else ""
        others.append(check)
    for start in range(0, len(alone), SIZE):
        Check.objects.filter(pk__in=alone[start : start + SIZE]).delete()
    Check.objects.bulk_update(others, RENEWED, batch_size=SIZE)


def _mark(batch: ImportBatch) -> str:
    return f"list {batch.pk}"


def _kind(fact: Fact) -> str:
    """The kind by which re-checks are counted: that of its half-life, where it has one."""
    return life_of(fact.kind).kind or fact.kind[:KIND_LENGTH]
