"""When facts and placements were last observed or confirmed, and what age makes of them on a day."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db.models import BigIntegerField, TextField, Value
from django.utils import timezone

from xinya.zones.engine import freshness as engine
from xinya.zones.engine.freshness import Age, Voice
from xinya.zones.models import Check, Company, Fact, Source, Zone
from xinya.zones.models.freshness import namings_in
from xinya.zones.queries import Dossier

from ..engine.freshness import Known
from ..engine.placement import CONFIRMED, COUNTED
from ..models import Placement
from .atlas import Chosen, chains_asked, keep_pack, key_of_pack, unread_content
from .atlas import Key as PackKey

PlaceKey = tuple[int, str, str]
Key = int | PlaceKey
OF_COMPANY = (Check.Voice.COMPANY, Check.Voice.LINK)


@dataclass(frozen=True)
class Confirmations:
    """What was said at checks, by the number of a fact or by (company, segment, text) of a placement.

    half_lives: what the zone set. days: on which it was confirmed. voices: whose confirmation that of a day was. outcomes: of the
    last check. said: by whom, on which day, of what.
    """

    half_lives: Mapping[str, int] = field(default_factory=dict)
    days: dict[Key, list[datetime.date]] = field(default_factory=dict)
    voices: dict[tuple[Key, datetime.date], str] = field(default_factory=dict)
    outcomes: dict[Key, str] = field(default_factory=dict)
    said: list[tuple[int | None, datetime.date, Key]] = field(default_factory=list)

    def last(self, key: Key, on: datetime.date) -> datetime.date | None:
        """The last day up to `on` on which somebody confirmed it."""
        return max((day for day in self.days.get(key, ()) if day <= on), default=None)

    def since(self, key: Key, first: datetime.date, on: datetime.date) -> datetime.date:
        """The last day up to `on` on which it was observed or confirmed."""
        return max(first, self.last(key, on) or first)

    def named(self, key: Key, on: datetime.date) -> datetime.date | None:
        """The last day up to `on` on which a later list named it still."""
        return max((day for day in self.days.get(key, ()) if day <= on and not self._is_word(key, day)), default=None)

    def word(self, key: Key, on: datetime.date) -> tuple[datetime.date, str] | None:
        """The last word of a person up to `on`: its day and whose it was."""
        days = (day for day in self.days.get(key, ()) if day <= on and self._is_word(key, day))
        last = max(days, default=None)
        return None if last is None else (last, self.voices[key, last])

    def voice(self, key: Key, on: datetime.date) -> tuple[datetime.date, str] | None:
        """What last confirmed it up to `on`, a person or a list: the day and whose it was."""
        day = self.last(key, on)
        return None if day is None else (day, self.voices[key, day])

    def _is_word(self, key: Key, day: datetime.date) -> bool:
        return self.voices[key, day] != Check.Voice.LIST


def chains_and_confirmations(zone: Zone, company: Company | None = None) -> tuple[Chosen, Confirmations]:
    """The zone's chains in the order of their choice, and what was said at checks, of all or of one company. One statement.

    Both tables at once, because a cold page has twelve statements and no more.
    """
    return confirmations_of([zone], company)[zone.pk]


def confirmations_of(zones: Collection[Zone], company: Company | None = None) -> dict[int, tuple[Chosen, Confirmations]]:
    """What `chains_and_confirmations` finds of each of several zones, by its key. One statement."""
    nothing, empty = Value(None, output_field=BigIntegerField()), Value("", output_field=TextField())
    chains = chains_asked(*zones).annotate(content=unread_content()).order_by()
    chains = chains.values_list(
        "zone_id", "pk", Value("chain"), "own", nothing, "chain", empty, "since", empty, nothing, empty, "content"
    )
    rows = Check.objects.filter(zone__in=zones)
    if company is not None:
        rows = rows.filter(company=company)
    said = rows.order_by().values_list(
        "zone_id", "pk", "outcome", "fact_id", "company_id", "segment", "text", "at", "voice", "by_id", "named", empty
    )
    by_zone: dict[int, list[tuple[Any, ...]]] = {zone.pk: [] for zone in zones}
    for zone_id, *row in said.union(chains, all=True):
        by_zone[zone_id].append(tuple(row))
    return {zone.pk: _chains_and_words(by_zone[zone.pk], zone.half_lives) for zone in zones}


def _chains_and_words(rows: list[tuple[Any, ...]], half_lives: Mapping[str, int]) -> tuple[Chosen, Confirmations]:
    chosen: list[tuple[str, PackKey | None]] = []
    found = Confirmations(half_lives)
    lasts: dict[Key, list[tuple[datetime.date, bool, str]]] = {}
    for _pk, outcome, fact_id, company_id, segment, text, at, voice, by, named, content in sorted(rows, key=itemgetter(0)):
        if outcome == "chain":
            chosen.append((segment, key_of_pack(fact_id, at)))
            if content and fact_id and at:
                keep_pack((fact_id, at), content)
            continue
        key: Key = fact_id or (company_id, segment, text)
        if voice == Check.Voice.LIST:  # on the day the list stands for, which may be long before it was brought
            days = [day for day, _batch in namings_in(named)] or [timezone.localdate(at)]
        else:
            days = [timezone.localdate(at)]
            found.said.append((by, days[0], key))
        lasts.setdefault(key, []).append((days[-1], voice != Check.Voice.LIST, outcome))
        if outcome == Check.Outcome.RIGHT:
            found.days.setdefault(key, []).extend(days)
            for day in days:
                if voice != Check.Voice.LIST or (key, day) not in found.voices:
                    found.voices[key, day] = voice
    for key, words in lasts.items():  # of one day the later word, and a person's before a list's
        found.outcomes[key] = max(enumerate(words), key=lambda one: (*one[1][:2], one[0]))[1][2]
    return tuple(chosen), found


def fact_age(fact: Fact, held: Confirmations, on: datetime.date) -> Age:
    """A fact on a day."""
    since = held.since(fact.pk, fact.observed_on, on)
    return engine.aged(fact.kind, since=since, on=on, period=fact.period, changed=held.half_lives)


def place_age(row: Placement, dossier: Dossier, held: Confirmations, on: datetime.date) -> Age:
    """A placement on a day: as young as the text it rests on, or as the last word on the placement itself."""
    return engine.aged("placement", since=_placed_since(row, dossier, held, on), on=on, changed=held.half_lives)


def _placed_since(row: Placement, dossier: Dossier, held: Confirmations, on: datetime.date) -> datetime.date:
    facts = [f for f in dossier.products if f.text == row.text] if row.text else []
    days = [held.since(f.pk, f.observed_on, on) for f in facts]
    decided = decided_on(row)
    days += [d for d in (decided, held.last(key_of(row), on)) if d is not None and d <= on]
    return max(days, default=row.placed_on)


def decided_on(row: Placement) -> datetime.date | None:
    """The day on which a person confirmed the placement itself."""
    return timezone.localdate(row.decided_at) if row.state == CONFIRMED and row.decided_at is not None else None


def key_of(row: Placement) -> PlaceKey:
    return row.company_id, row.segment, row.text


def confirmed_on(row: Placement, dossier: Dossier, held: Confirmations, on: datetime.date) -> datetime.date | None:
    """The last day up to `on` on which a person or the company confirmed the placement, or the text it rests on."""
    words = [held.word(key_of(row), on)]
    words += [held.word(f.pk, on) for f in dossier.products if row.text and f.text == row.text]
    days = [decided_on(row), *(word[0] for word in words if word is not None)]
    return max((d for d in days if d is not None and d <= on), default=None)


def known_placements(
    dossiers: Iterable[Dossier], placements: Mapping[int, Sequence[Placement]], held: Confirmations, on: datetime.date
) -> list[Known]:
    """The counted placements of these companies with their ages."""
    return [
        Known(d.company.name, row.segment, row.text, place_age(row, d, held, on), confirmed_on(row, d, held, on))
        for d in dossiers
        for row in placements.get(d.company.pk, ())
        if row.state in COUNTED
    ]


def origin_of(source: Source) -> str:
    """Who said it first, as far as the source tells: its address, else its document number, else its publisher and title."""
    return source.url or source.reference or f"{source.kind} {source.publisher} {source.title}"


def fact_sure(fact: Fact, held: Confirmations, on: datetime.date) -> float:
    """How sure a fact is on a day: its source and the last confirmation together, each faded by its own age."""
    changed = held.half_lives
    since = max(fact.observed_on, held.named(fact.pk, on) or fact.observed_on)
    first = engine.aged(fact.kind, since=since, on=on, period=fact.period, changed=changed).weight
    voices = [Voice(origin_of(fact.source), float(fact.confidence), first)]
    said = held.word(fact.pk, on)
    if said is not None:
        voices.append(_word(said, fact.kind, changed, on))
    return engine.together(voices)


def place_sure(row: Placement, dossier: Dossier, held: Confirmations, on: datetime.date) -> float:
    """How sure a placement is on a day: the rule on its text, who decided it, and the last check together."""
    facts = [f for f in dossier.products if row.text and f.text == row.text]
    rule = float(row.confidence) if not (row.text == "" and row.state == CONFIRMED) else 0.0
    base = max((fact_sure(f, held, on) for f in facts), default=1.0 if rule else 0.0)
    voices = [Voice("rule", rule * base)]
    decided = decided_on(row)
    if decided is not None and decided <= on:
        voices.append(_word((decided, row.decided_as or Check.Voice.OFFICER), "placement", held.half_lives, on))
    said = held.word(key_of(row), on)
    if said is not None:
        voices.append(_word(said, "placement", held.half_lives, on))
    return engine.together(voices)


def _word(said: tuple[datetime.date, str], kind: str, changed: Mapping[str, int], on: datetime.date) -> Voice:
    """A person's word as a source of its own: the company's, or an office's."""
    day, voice = said
    source = "company" if voice in OF_COMPANY else "officer"
    return Voice(source, engine.sure_by_kind(source), engine.aged(kind, since=day, on=on, changed=changed).weight)


def text_dossier(row: Placement) -> Dossier:
    """A placement's company with the facts of its text alone, whoever may see them: they tell its age and nothing more."""
    facts = Fact.objects.filter(company=row.company_id, kind=Fact.Kind.PRODUCT, text=row.text, withdrawn_at=None)
    return Dossier(row.company, {Fact.Kind.PRODUCT: list(facts.select_related("source"))})
