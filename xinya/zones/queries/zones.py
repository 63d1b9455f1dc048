"""Every read of the zones slice that is more than get-by-key."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from xinya.kit.refusals import Refused
from xinya.kit.rows import only
from xinya.kit.text import gettext_noop as _

from ..engine.conflicts import Weighed
from ..models import Company, Fact, FactReview, Person, Zone
from .freshness import WEIGHED, latest_weighed
from .gate import ZONE_WIDE, visible_to


@dataclass(frozen=True)
class Dossier:
    """A company with its current facts by kind, as known on the day asked for."""

    company: Company
    facts: dict[str, list[Fact]] = field(default_factory=dict)

    def latest(self, kind: str) -> Fact | None:
        """The fact of this kind that holds: of the last period, by the rule for several sources, never just the newest."""
        held = self.weighed(kind)
        return None if held is None else held[0]

    def weighed(self, kind: str) -> tuple[Fact, Weighed] | None:
        """A figure's value to show, of its last period, with how its sources stand to each other."""
        return latest_weighed(self.facts.get(kind, []))

    def summed(self, kind: str) -> tuple[Fact, Weighed] | None:
        """What enters a sum: of the last period with a number that number, weighed against the others; ranges enter none."""
        return latest_weighed([f for f in self.facts.get(kind, ()) if f.number is not None])

    @property
    def conflicts(self) -> list[tuple[Fact, Weighed]]:
        """The figures of which sources contradict each other and nobody has settled it."""
        held = [self.weighed(kind) for kind in WEIGHED if len(self.facts.get(kind, ())) > 1]
        return [one for one in held if one is not None and one[1].is_open]

    @property
    def shares(self) -> dict[str, int]:
        """By product the share of revenue in hundredths of a percent, of the last period stated."""
        by_text: dict[str, list[Fact]] = {}
        for fact in self.facts.get(Fact.Kind.SHARE, ()):
            if fact.number is not None:
                by_text.setdefault(fact.text, []).append(fact)
        held = {text: latest_weighed(facts) for text, facts in by_text.items()}
        return {text: one[0].number for text, one in held.items() if one is not None and one[0].number is not None}

    @property
    def region(self) -> str:
        """Where it is registered, as the source that counts says; empty when not known."""
        fact = self.latest(Fact.Kind.REGION)
        return fact.text if fact is not None else ""

    def standing_fact(self, seen_by: datetime.date | None = None) -> Fact | None:
        """What counts of what is said of its standing in the register; of what was observed by a day, where one is given."""
        said = [f for f in self.facts.get(Fact.Kind.STATUS, ()) if seen_by is None or f.observed_on <= seen_by]
        held = latest_weighed(said)
        return None if held is None else held[0]

    def standing(self, seen_by: datetime.date | None = None) -> str:
        """Its standing in the register, as the source that counts says; empty when not known."""
        fact = self.standing_fact(seen_by)
        return fact.text if fact is not None else ""

    @property
    def products(self) -> list[Fact]:
        """What it makes, each text once: of companies that were merged both may have said the same."""
        return list({fact.text: fact for fact in reversed(self.facts.get(Fact.Kind.PRODUCT, []))}.values())[::-1]

    @property
    def states(self) -> list[Fact]:
        """Dated states, the latest first; of one day the one that counts before the others."""
        days: dict[str, list[Fact]] = {}
        for fact in sorted(self.facts.get(Fact.Kind.STATE, []), key=lambda f: (f.period, f.pk or 0), reverse=True):
            days.setdefault(fact.period, []).append(fact)
        for said in days.values():
            if len(said) > 1 and (held := latest_weighed(said)) is not None:
                said.sort(key=lambda f: f is not held[0])
        return [fact for said in days.values() for fact in said]

    def state_on(self, day: datetime.date) -> Fact | None:
        """The state that holds on `day`; None for a company without dated states, which produces."""
        return next((f for f in self.states if f.period <= day.isoformat()), None)

    @property
    def revenue_fen(self) -> int | None:
        """The revenue that sums and weights take: the last that is a number, in fen."""
        held = self.summed(Fact.Kind.REVENUE)
        return None if held is None else held[0].number

    @property
    def is_above_scale(self) -> bool | None:
        fact = self.latest(Fact.Kind.ABOVE_SCALE)
        return None if fact is None or fact.number is None else bool(fact.number)

    @property
    def is_anchor(self) -> bool:
        fact = self.latest(Fact.Kind.ANCHOR)
        return fact is not None and fact.number == 1

    @property
    def group(self) -> str | None:
        fact = self.latest(Fact.Kind.GROUP)
        return fact.text if fact is not None else None


def signed_in(request: HttpRequest) -> Person:
    """The person of a request. Raises Refused (401) for nobody; pages and API ask for a sign-in before it comes to that."""
    if not isinstance(request.user, Person):
        raise Refused("sign-in-needed", _("Please sign in first."), status=401)
    return request.user


def zones_visible(person: Person) -> QuerySet[Zone]:
    """The zones that a person may read whole, with the number of their companies. One statement."""
    here = Q(companies__is_outside=False, companies__merged_into=None)
    return visible_to(person, Zone).annotate(company_count=Count("companies", filter=here))


def zone_visible(person: Person, code: str, *, counted: bool = False) -> Zone:
    """One zone that a person may read whole; any other is refused as not found. One statement; none for who reads none.

    counted: with the number of its companies. Nearly every page and call of a zone asks for the zone, and almost none for that.
    """
    readable = zones_visible(person) if counted else visible_to(person, Zone)
    zone = only(readable.filter(code=code)) if code.isascii() and code.isprintable() else None
    if zone is None:
        raise Refused("no-such-zone", _("There is no such zone."), status=404)
    return zone


def all_dossiers(zone: Zone) -> list[Dossier]:
    """The companies of a zone, and those outside that it knows, with their facts, in the order of their entry.

    Only facts of the classes that every reader of the zone may see, so that what is computed from them shows nobody more.
    Two statements, whatever their number.
    """
    return dossiers_of([zone])[zone.pk]


def dossiers_of(zones: Collection[Zone]) -> dict[int, list[Dossier]]:
    """What `all_dossiers` finds of each of several zones, by its key. Two statements, whatever their number."""
    found = {c.pk: Dossier(c) for c in Company.objects.filter(zone__in=zones)}
    rows = Fact.objects.filter(zone__in=zones, withdrawn_at=None, secrecy__in=ZONE_WIDE).exclude(company=None)
    for fact in rows.select_related("source"):
        if fact.company_id in found:
            found[fact.company_id].facts.setdefault(fact.kind, []).append(fact)
    by_zone: dict[int, list[Dossier]] = {zone.pk: [] for zone in zones}
    for dossier in found.values():
        by_zone[dossier.company.zone_id].append(dossier)
    return by_zone


def zone_statements(zone: Zone) -> list[Fact]:
    """What is said of the zone itself, in the order of entry. One statement."""
    return list(Fact.objects.filter(zone=zone, company=None, withdrawn_at=None, secrecy__in=ZONE_WIDE).select_related("source"))


def company_dossier(person: Person, company: Company) -> Dossier:
    """A company with those of its facts that this person may see, each with what the company said of it last. One statement."""
    found = Dossier(company)
    last = FactReview.objects.filter(fact=OuterRef("pk")).order_by("-pk")
    said = {f"review_{field}": Subquery(last.values(field)[:1]) for field in ("kind", "reason", "answer")}
    for fact in visible_to(person, Fact).filter(company=company).select_related("source").annotate(**said).order_by("pk"):
        found.facts.setdefault(fact.kind, []).append(fact)
    return found


def companies_seen(person: Person) -> QuerySet[Company]:
    """The companies here that a person may see, with their zones. One statement."""
    return visible_to(person, Company).filter(is_outside=False).select_related("zone").order_by("zone", "pk")
