"""Who may do what with a zone's chains: predicates, nothing else."""

from xinya.zones.models import Company, Person, Zone
from xinya.zones.rules import may_change_zones, may_speak_for, works_for


def may_answer_gaps(person: Person, zone: Zone) -> bool:
    """Officers of the zone say "we have one" or "not a gap here", and set the zone's limits."""
    return may_change_zones(person) and works_for(person, zone)


def may_state_inputs(person: Person, company: Company) -> bool:
    """The company's own people state what it buys; a chain officer of its zone enters it for them."""
    return may_speak_for(person, company) or (may_change_zones(person) and works_for(person, company.zone))


def sees_amounts(person: Person, *companies: Company | None) -> bool:
    """The two sides of a link read its amount; everybody else reads the class in which it lies."""
    return any(company is not None and may_speak_for(person, company) for company in companies)
