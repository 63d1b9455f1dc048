"""Commissioners: who serves how many companies, who is away, which companies nobody serves."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from ..models import Absence, Assignment, Company, Person, Zone
from .gate import assignments_in_force, visible_to
from .offices import memberships_in_force


@dataclass(frozen=True)
class Load:
    """A commissioner of a zone with the number of companies served, and the absence of today, if any."""

    person: Person
    companies: int = 0
    as_backup: int = 0
    away: Absence | None = None
    planned: list[Absence] = field(default_factory=list)


def commissioners_in(zone: Zone) -> QuerySet[Person]:
    """The people who hold the role of a commissioner for this zone today."""
    held = memberships_in_force().filter(Q(organisation__zone=zone) | Q(organisation__zone=None), role="commissioner")
    return Person.objects.filter(pk__in=held.values("person")).order_by("pk")


def loads(zone: Zone) -> list[Load]:
    """Every commissioner of the zone with the companies served, the most loaded first. Two statements."""
    today = timezone.localdate()
    open_rows = Q(assignments__until=None, assignments__company__zone=zone)
    coming = Absence.objects.filter(withdrawn_at=None, until__gte=today).order_by("since")
    people = commissioners_in(zone).annotate(
        served=Count("assignments", filter=open_rows & Q(assignments__is_backup=False)),
        backed=Count("assignments", filter=open_rows & Q(assignments__is_backup=True)),
    )
    found = []
    for person in people.prefetch_related(Prefetch("absences", coming, to_attr="coming")):
        planned: Sequence[Absence] = person.coming
        away = next((a for a in planned if a.since <= today), None)
        found.append(Load(person, person.served, person.backed, away, [a for a in planned if a is not away]))
    return sorted(found, key=lambda row: (-row.companies, -row.as_backup, row.person.pk))


def companies_served(zone: Zone, *, wanted: str = "", only_orphans: bool = False) -> QuerySet[Company]:
    """The zone's companies with their open assignments (`open_assignments`). Two statements when it is read."""
    rows = Assignment.objects.filter(until=None).select_related("person").order_by("is_backup")
    found = Company.objects.filter(zone=zone, is_outside=False)
    if wanted:
        found = found.filter(Q(name__icontains=wanted) | Q(name_en__icontains=wanted) | Q(uscc=wanted.upper()))
    if only_orphans:
        found = found.filter(_orphan())
    return found.prefetch_related(Prefetch("assignments", rows, to_attr="open_assignments")).order_by("pk")


def company_counts(zone: Zone) -> tuple[int, int]:
    """How many companies there are, and how many lack a commissioner or a back-up who is one today. One statement."""
    here = Company.objects.filter(zone=zone, is_outside=False)
    found = here.aggregate(all=Count("pk"), orphans=Count("pk", filter=_orphan()))
    return found["all"], found["orphans"]


def _orphan() -> Q:
    at_work = memberships_in_force().filter(role="commissioner").values("person")
    held = Assignment.objects.filter(company=OuterRef("pk"), until=None, person__in=at_work)
    return ~Exists(held.filter(is_backup=False)) | ~Exists(held.filter(is_backup=True))


def covered_today(zone: Zone) -> int:
    """Companies whose back-up stands in today. One statement."""
    return assignments_in_force().filter(company__zone=zone, is_backup=True).count()


def assignments_written(zone: Zone) -> list[tuple[str, str, str, str]]:
    """Credit code, name, commissioner and back-up of each company, for the exchange file. Two statements."""
    rows = []
    for company in companies_served(zone):
        names = {a.is_backup: a.person.username for a in company.open_assignments}  # type: ignore[attr-defined]
        rows.append((company.uscc, company.name, names.get(False, ""), names.get(True, "")))
    return rows


def own_absences(person: Person) -> list[Absence]:
    """The person's absences of today and to come. One statement."""
    return list(visible_to(person, Absence).filter(person=person, withdrawn_at=None, until__gte=timezone.localdate()))
