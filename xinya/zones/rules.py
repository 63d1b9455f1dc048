"""Who may do what in a zone: predicates, nothing else."""

from .models import Person


def may_read_zones(person: Person) -> bool:
    """Everybody who is signed in reads."""
    return bool(person.is_active)


def may_change_zones(person: Person) -> bool:
    """Officers start zones, bring company lists and answer gaps."""
    return bool(person.is_active and person.role == Person.Role.OFFICER)
