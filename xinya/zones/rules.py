"""Who may do what in a zone: predicates, nothing else. What a role may do stands in the register (engine/roles.py)."""

from .engine.roles import powers_of
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
