"""Who may do what with a zone's chains: predicates, nothing else."""

from xinya.zones.models import Person
from xinya.zones.rules import may_change_zones


def may_answer_gaps(person: Person) -> bool:
    """Officers say "we have one" or "not a gap here", and set the zone's limits."""
    return may_change_zones(person)
