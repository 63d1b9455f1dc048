"""The one gate: every row that a page, a reply, a file or a count shows has passed `visible_to`."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from xinya.kit.prepared import Prepared
from xinya.kit.refusals import Elsewhere, Refused
from xinya.kit.rows import only
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..models import Absence, Assignment, Company, Fact, Organisation, Person, Secrecy, Zone

Row = TypeVar("Row", bound=Model)
GONE_INTO = _("%(merged)s is the same company as %(survivor)s and was merged into it; its number there is %(number)s.")
DEEPEST = 100
_MERGED = Prepared(lambda pk: Company.everyone.exclude(merged_into=None).select_related("zone").filter(pk=pk), -1)
_GATES: dict[type[Model], Callable[[Person], QuerySet[Any]]] = {}

ZONE_WIDE = (Secrecy.PUBLIC, Secrecy.INTERNAL)
"""The classes that everybody who reads a whole zone may see: what is computed for a zone rests on these alone."""


def gated(model: type[Row]) -> Callable[[Callable[[Person], QuerySet[Row]]], Callable[[Person], QuerySet[Row]]]:
    """Decorator: this function says which rows of `model` a person sees, acting for the current membership."""

    def register(visible: Callable[[Person], QuerySet[Row]]) -> Callable[[Person], QuerySet[Row]]:
        _GATES[model] = visible
        return visible

    return register


def visible_to(person: Person, model: type[Row]) -> QuerySet[Row]:
    """The rows of `model` that the person may see now. Raises KeyError for a model without a gate: nothing is open by default."""
    return _GATES[model](person)


def gated_models() -> frozenset[type[Model]]:
    """The models that have a gate."""
    return frozenset(_GATES)


@gated(Zone)
def _zones(person: Person) -> QuerySet[Zone]:
    membership = person.acting_for
    if membership is None or not rules.has_power(person, "read_zone"):
        return Zone.objects.none()
    home = membership.organisation.zone_id
    return Zone.objects.all() if home is None else Zone.objects.filter(pk=home)


@gated(Company)
def _companies(person: Person) -> QuerySet[Company]:
    """Of whole zones by role; else the companies assigned or covered as back-up; else the own one."""
    membership = person.acting_for
    if membership is None:
        return Company.objects.none()
    if rules.has_power(person, "read_zone"):
        return Company.objects.filter(zone__in=visible_to(person, Zone))
    if rules.has_power(person, "read_assigned"):
        mine = Q(assignments__in=assignments_in_force().filter(person=person))
        here = Company.objects.filter(mine, is_outside=False).distinct()
        home = membership.organisation.zone_id
        return here if home is None else here.filter(zone=home)
    if rules.has_power(person, "read_own"):
        return Company.objects.filter(organisation=membership.organisation, is_outside=False)
    return Company.objects.none()


def assignments_in_force() -> QuerySet[Assignment]:
    """Today's commissioners, and those back-ups whose commissioner is away today."""
    today = timezone.localdate()
    holds = Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))
    away = Absence.objects.filter(
        person__assignments__company=OuterRef("company"), person__assignments__is_backup=False,
        person__assignments__until=None, since__lte=today, until__gte=today, withdrawn_at=None,
    )  # fmt: skip
    return Assignment.objects.filter(holds).filter(Q(is_backup=False) | Exists(away))


@gated(Fact)
def _facts(person: Person) -> QuerySet[Fact]:
    """Facts in force that the person may read."""
    return facts_readable(person).filter(withdrawn_at=None)


def facts_readable(person: Person) -> QuerySet[Fact]:
    """Facts ever held, by their class: whole-zone readers see public and internal ones, handlers and the company also its own."""
    membership = person.acting_for
    if membership is None:
        return Fact.objects.none()
    named = Q(secrecy=Secrecy.RESTRICTED) & Exists(Fact.readers.through.objects.filter(fact=OuterRef("pk"), person=person))
    if rules.has_power(person, "read_zone"):
        classes = [*ZONE_WIDE, Secrecy.COMPANY] if person.role == "auditor" else list(ZONE_WIDE)
        seen = Q(zone__in=visible_to(person, Zone)) & (Q(secrecy__in=classes) | named)
    else:
        seen = Q(company__in=visible_to(person, Company)) & (~Q(secrecy=Secrecy.RESTRICTED) | named)
    return Fact.objects.filter(seen)


@gated(Organisation)
def _organisations(person: Person) -> QuerySet[Organisation]:
    """Offices and bodies are known to the zone's people; a company's own people know their company alone."""
    membership = person.acting_for
    if membership is None:
        return Organisation.objects.none()
    if rules.has_power(person, "manage_accounts"):
        return Organisation.objects.all()
    if membership.organisation.company_id is not None:
        return Organisation.objects.filter(pk=membership.organisation_id)
    home = membership.organisation.zone_id
    offices = ~Q(kind=Organisation.Kind.COMPANY) | Q(company__in=visible_to(person, Company))
    return Organisation.objects.filter(offices & (Q() if home is None else Q(zone=None) | Q(zone=home)))


def company_visible(person: Person, code: str, pk: int, **told: Any) -> Company:
    """One company that the person may see, with its zone; every other one, absent or hidden, is refused alike. One statement.

    told: what else the statement shall tell of the company, by name.

    Raises Elsewhere (merged-into, 409) for one that was merged into a company that the person sees.
    """
    rows = visible_to(person, Company).filter(zone__code=code, is_outside=False, pk=pk).select_related("zone").annotate(**told)
    company = only(rows) if 0 < pk < 2**63 and code.isascii() and code.isprintable() else None
    if company is None:
        say_where(person, pk, code)
        raise Refused("no-such-company", _("There is no such company in this zone."), status=404)
    return company


def survivor_of(pk: int) -> int | None:
    """The company that a merged one is now, through every later merging; None for one that is merged into nothing."""
    at = pk
    for step in range(DEEPEST):
        following = Company.everyone.filter(pk=at).values_list("merged_into", flat=True).first()
        if following is None:
            return at if step else None
        at = following
    raise RuntimeError(f"company {pk} is merged into itself")


def say_where(person: Person, pk: int, code: str | None = None) -> None:
    """Raise Elsewhere (merged-into, 409) for a company that was merged into one that the person sees; else do nothing."""
    found = _merged(pk)
    now = survivor_of(pk) if found is not None and code in (None, found.zone.code) else None
    company = visible_to(person, Company).filter(pk=now, is_outside=False).first() if now is not None else None
    if found is not None and company is not None:
        raise _elsewhere(found, company)


def say_where_in(zone: Zone, pk: int) -> None:
    """The same, asked by somebody who reads this whole zone."""
    found = _merged(pk)
    if found is not None and found.zone_id == zone.pk:
        raise _elsewhere(found, Company.objects.get(pk=survivor_of(pk) or 0))


def _merged(pk: int) -> Company | None:
    return next(iter(_MERGED.rows(pk)), None) if 0 < pk < 2**63 else None


def _elsewhere(found: Company, now: Company) -> Elsewhere:
    return Elsewhere(
        "merged-into", GONE_INTO, status=409, old=found.pk, new=now.pk, merged=found.name, survivor=now.name, number=now.pk
    )  # fmt: skip
