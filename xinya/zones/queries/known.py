"""Companies and their facts as they were known on a day: what was said by then and not withdrawn by then."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..models import Company, CompanyName, Fact, FactAway, ImportRow, Person
from .gate import facts_readable
from .zones import companies_seen

FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)


@dataclass(frozen=True)
class KnownCompany:
    """A company as known on a day: the name it was registered under then, and the facts that held then."""

    company: Company
    name: str
    facts: list[Fact] = field(default_factory=list)


def _end_of(day: datetime.date) -> datetime.datetime:
    """The first instant after the day, in the zone's own time; of days out of all reach, that of the nearest within."""
    within = min(max(day, FIRST), LAST)
    return timezone.make_aware(datetime.datetime.combine(within + datetime.timedelta(days=1), datetime.time()))


def facts_known(person: Person, day: datetime.date) -> QuerySet[Fact]:
    """Facts that held at the end of that day; those that a list had withdrawn meanwhile, and an undo brought back, are left out."""
    end = _end_of(day)
    held = Q(known_from__lt=end) & (Q(withdrawn_at=None) | Q(withdrawn_at__gte=end))
    away = FactAway.objects.filter(fact=OuterRef("pk"), since__lt=end, until__gte=end)
    return facts_readable(person).filter(held).exclude(Exists(away))


def companies_known(person: Person, day: datetime.date) -> QuerySet[Company]:
    """The companies that a person may see and that were known by the end of that day. One statement."""
    end = _end_of(day)
    said = Fact.objects.filter(company=OuterRef("pk"))
    later = ImportRow.objects.filter(company=OuterRef("pk"), is_new=True, batch__committed_at__gte=end)
    return companies_seen(person).filter(Exists(said.filter(known_from__lt=end)) | ~Exists(said) & ~Exists(later))


def as_known(person: Person, companies: Sequence[Company], day: datetime.date) -> list[KnownCompany]:
    """These companies with name and facts as known on that day. Two statements."""
    facts: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts_known(person, day).filter(company__in=companies).select_related("source").order_by("pk"):
        facts[fact.company_id or 0].append(fact)
    names: dict[int, str] = {}
    renamed = CompanyName.objects.filter(
        company__in=companies, was_held=True, withdrawn_at=None, known_from__gte=_end_of(day)
    ).order_by("-known_from", "-pk")  # fmt: skip
    for name in renamed:
        names[name.company_id] = name.name
    return [KnownCompany(one, names.get(one.pk, one.name), facts[one.pk]) for one in companies]
