"""The tree of offices: who heads which, and who must countersign a role there."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import Membership, Organisation, Person, RoleGrant
from ..rules import has_power


def memberships_in_force() -> QuerySet[Membership]:
    """Memberships that hold today, of people whose account is active."""
    today = timezone.localdate()
    holds = Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))
    return Membership.objects.filter(holds, person__is_active=True)


@dataclass(frozen=True)
class OfficeTree:
    """Every office with the one above it, and the memberships of the heads: membership to person."""

    above: dict[int, int | None]
    heads: dict[int, dict[int, int]] = field(default_factory=dict)

    def upwards(self, office: int) -> Iterator[int]:
        """The office, the one above it, and so on."""
        at: int | None = office
        seen: set[int] = set()
        while at is not None and at not in seen:
            seen.add(at)
            yield at
            at = self.above.get(at)

    def below(self, office: int) -> frozenset[int]:
        """The office with all offices below it."""
        return frozenset(o for o in self.above if office in self.upwards(o))

    def countersigners(self, office: int, receiver: int) -> frozenset[int]:
        """The memberships of the nearest head in the office or up its tree who is not the receiver; none: no head stands there."""
        for at in self.upwards(office):
            found = frozenset(m for m, person in self.heads.get(at, {}).items() if person != receiver)
            if found:
                return found
        return frozenset()


def office_tree() -> OfficeTree:
    """The whole tree, read anew. Two statements."""
    above = dict(Organisation.objects.exclude(kind=Organisation.Kind.COMPANY).values_list("pk", "parent"))
    heads: dict[int, dict[int, int]] = {}
    for pk, office, person in memberships_in_force().filter(role="office_head").values_list("pk", "organisation", "person"):
        heads.setdefault(office, {})[pk] = person
    return OfficeTree(above, heads)


def may_countersign(person: Person, grant: RoleGrant, tree: OfficeTree) -> bool:
    """Whether this person, acting as now, is the one whose second yes the grant needs."""
    membership = person.acting_for
    if membership is None or person.pk == grant.person_id:
        return False
    signers = tree.countersigners(grant.organisation_id, grant.person_id)
    if signers:
        return has_power(person, "countersign_grants") and membership.pk in signers
    return has_power(person, "countersign_headless")
