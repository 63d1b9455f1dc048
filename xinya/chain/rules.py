"""Who may do what with a zone's chains: predicates, nothing else."""

from xinya.zones.models import Person, Zone
from xinya.zones.rules import may_change_zones, works_for


def may_answer_gaps(person: Person, zone: Zone) -> bool:
    """Officers of the zone say "we have one" or "not a gap here", and set the zone's limits."""
    return may_change_zones(person) and works_for(person, zone)
