"""Who may do what in a zone: predicates, nothing else. What a role may do stands in the register (engine/roles.py)."""

import datetime

from django.conf import settings

from .engine.roles import BY_CODE, powers_of
from .models import Company, Organisation, Person, Promise, Zone


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


def may_bring_lists(person: Person, zone: Zone, company: Company | None = None) -> bool:
    """Uploads and previews: the zone's officers for the zone, a company's own people for their company alone."""
    return has_power(person, "import_check") and _imports_for(person, zone, company)


def may_commit_lists(person: Person, zone: Zone, company: Company | None = None) -> bool:
    """Puts what was previewed into the register, and takes it out again."""
    return has_power(person, "import_commit") and _imports_for(person, zone, company)


def may_merge(person: Person, zone: Zone) -> bool:
    """Says that two companies of the register are one, or two: who changes the zone and puts lists into its register."""
    return may_change_zones(person) and may_commit_lists(person, zone)


def _imports_for(person: Person, zone: Zone, company: Company | None) -> bool:
    membership = person.acting_for
    if membership is None or not works_for(person, zone):
        return False
    own = membership.organisation.company_id
    return own == (None if company is None else company.pk)


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


def may_load_calendar(person: Person) -> bool:
    """Brings and confirms the yearly notice of working days; two different persons."""
    return has_power(person, "load_calendar")


def works_with_promises(person: Person) -> bool:
    """Makes promises, or reads those of a whole zone."""
    return has_power(person, "make_promises") or has_power(person, "read_zone")


def reads_every_class(person: Person) -> bool:
    """The auditor reads every secrecy class."""
    return has_power(person, "read_zone") and has_power(person, "export_audit")


def may_make_promises(person: Person, zone: Zone) -> bool:
    """Both sides make promises, in their own zone."""
    return has_power(person, "make_promises") and works_for(person, zone)


def leads_the_desk(person: Person, zone: Zone) -> bool:
    """The service desk lead stands above all offices of the zone."""
    return has_power(person, "assign_commissioners") and works_for(person, zone)


def sides_of(person: Person, promise: Promise) -> frozenset[str]:
    """What the person is to this promise: owner, other, stand_in, approver, desk (engine/promise_states.py)."""
    membership = person.acting_for
    if membership is None or not works_for(person, promise.zone):
        return frozenset()
    own, sides = membership.organisation, set()
    if has_power(person, "make_promises"):
        if own.pk == promise.owner_organisation_id:
            sides.add("owner")
        if is_other_side(own, promise):
            sides.add("other")
    leads = leads_the_desk(person, promise.zone)
    if leads:
        sides.add("desk")
    answers_for = promise.owner_organisation_id
    if promise.direction == Promise.Direction.THEIRS:
        answers_for = promise.other_organisation_id or 0
    if has_power(person, "approve_extensions") and (leads or own.pk == answers_for):
        sides.add("approver")
        if promise.other_organisation_id is None and promise.other_company_id is None and promise.owner_id != person.pk:
            sides.add("stand_in")
    return frozenset(sides)


def is_other_side(organisation: Organisation, promise: Promise) -> bool:
    """Whether the promise was made to this organisation, or to the company it is."""
    if organisation.pk == promise.other_organisation_id:
        return True
    return organisation.company_id is not None and organisation.company_id == promise.other_company_id


def needs_second_factor(person: Person) -> bool:
    """Whether the current role is one of the zone's: those need a second factor, except in a demonstration."""
    role = BY_CODE.get(person.role)
    return settings.SECOND_FACTOR_REQUIRED and role is not None and role.is_zone_role


def idle_limit(person: Person) -> datetime.timedelta:
    """How long a session lives without a click: shorter for the zone's people, who see many companies."""
    role = BY_CODE.get(person.role)
    return datetime.timedelta(minutes=15 if role is not None and role.is_zone_role else 60)
