"""Who may do what in a zone: predicates, nothing else. What a role may do stands in the register (engine/roles.py)."""

import datetime

from django.conf import settings

from .engine.roles import BY_CODE, powers_of
from .models import Company, Person, Zone


def has_power(person: Person, power: str) -> bool:
    """Whether the person's current membership gives this power. Rights are never the sum of several memberships."""
    return bool(person.is_active) and power in powers_of(person.role)


def works_for(person: Person, zone: Zone) -> bool:
    """Whether the organisation acted for works for this zone: a house-wide office does for all, another for its own."""
    membership = person.acting_for
    return membership is not None and membership.organisation.zone_id in (None, zone.pk)


def may_read_zone(person: Person, zone: Zone) -> bool:
    """Reads every company and chain of this zone."""
    return has_power(person, "read_zone") and works_for(person, zone)


def may_change_zones(person: Person) -> bool:
    """Chain officers bring company lists and answer gaps; in which zone, the gate has decided before."""
    return has_power(person, "change_zone")


def may_speak_for(person: Person, company: Company) -> bool:
    """A member of this very company confirms what is held of it, or objects."""
    membership = person.acting_for
    return (
        membership is not None
        and has_power(person, "confirm_facts")
        and membership.organisation.company_id is not None
        and membership.organisation.company_id == company.pk
    )


def may_start_zones(person: Person) -> bool:
    """A new zone belongs to an office that works for every zone of the house."""
    membership = person.acting_for
    return has_power(person, "change_zone") and membership is not None and membership.organisation.zone_id is None


def needs_second_factor(person: Person) -> bool:
    """Whether the current role is one of the zone's: those need a second factor, except in a demonstration."""
    role = BY_CODE.get(person.role)
    return settings.SECOND_FACTOR_REQUIRED and role is not None and role.is_zone_role


def idle_limit(person: Person) -> datetime.timedelta:
    """How long a session lives without a click: shorter for the zone's people, who see many companies."""
    role = BY_CODE.get(person.role)
    return datetime.timedelta(minutes=15 if role is not None and role.is_zone_role else 60)
