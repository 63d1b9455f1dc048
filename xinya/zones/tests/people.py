"""People for tests: a person in an organisation in a role."""

from contextlib import AbstractContextManager
from typing import Any

import pytest

from xinya.kit.refusals import Refused
from xinya.zones.actions import enter_membership, house_office
from xinya.zones.models import Company, Organisation, Person, Zone

PASSWORD = "for-tests-only"


def someone(
    username: str, role: str, *, zone: Zone | None = None, company: Company | None = None, password: str | None = PASSWORD
) -> Person:
    """A person with one membership: in the company's organisation, else in an office of the zone, else house-wide."""
    person = Person.objects.create_user(username, password=password)
    enter_membership(person, organisation=organisation_for(role, zone=zone, company=company), role=role)
    return person


def organisation_for(role: str, *, zone: Zone | None = None, company: Company | None = None) -> Organisation:
    """Where a role is held in tests."""
    if company is not None:
        own, _made = Organisation.objects.get_or_create(
            company=company, defaults={"kind": Organisation.Kind.COMPANY, "name": company.name, "zone": company.zone}
        )
        return own
    if role == "auditor":
        return Organisation.objects.get_or_create(kind=Organisation.Kind.AUDIT, name="审计局", zone=zone)[0]
    if zone is None:
        return house_office()
    return Organisation.objects.get_or_create(kind=Organisation.Kind.ZONE_OFFICE, name=f"{zone.name}办公室", zone=zone)[0]


def refused(code: str) -> AbstractContextManager[Any]:
    """The act inside is refused with this code."""
    return pytest.raises(Refused, match=f"^{code}:")
