"""Who may do what with a zone's chains: predicates, nothing else."""

from xinya.zones.models import Company, Person, Zone
from xinya.zones.rules import has_power, may_change_zones, may_speak_for, works_for

LOOK_AGAIN = ("change_zone", "read_assigned")


def may_answer_gaps(person: Person, zone: Zone) -> bool:
    """Officers of the zone say "we have one" or "not a gap here", and set the zone's limits."""
    return may_change_zones(person) and works_for(person, zone)


def may_ask_resilience(person: Person, zone: Zone) -> bool:
    """Officers of the zone have the figures of a large zone computed."""
    return may_change_zones(person) and works_for(person, zone)


def may_look_again(person: Person, zone: Zone) -> bool:
    """Officers and commissioners of the zone say what they found when they looked at a fact or a placement again."""
    return any(has_power(person, power) for power in LOOK_AGAIN) and works_for(person, zone)


def may_state_inputs(person: Person, company: Company) -> bool:
    """The company's own people state what it buys; a chain officer of its zone enters it for them."""
    return may_speak_for(person, company) or (may_change_zones(person) and works_for(person, company.zone))


def sees_amounts(person: Person, *companies: Company | None) -> bool:
    """The two sides of a link read its amount; everybody else reads the class in which it lies."""
    return any(company is not None and may_speak_for(person, company) for company in companies)
