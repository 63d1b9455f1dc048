"""A zone with a company, and a signed-in browser of each role, for the tests of pages."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from django.test import Client

from xinya.zones.models import Company, Person, Zone
from xinya.zones.tests.people import someone
from xinya.zones.tests.promises import House
from xinya.zones.tests.test_claims import KNOWN


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")


@pytest.fixture
def company(zone: Zone) -> Company:
    return Company.objects.create(zone=zone, name="甲公司", name_key="甲公司", name_en="Jia Ltd", uscc=KNOWN)


@pytest.fixture
def client_of(zone: Zone, company: Company) -> Callable[[str], Client]:
    def made(role: str) -> Client:
        person = Person.objects.filter(username=role).first() or someone(
            role, role, company=company if role.startswith("company_") else None
        )
        client = Client()
        client.force_login(person)
        return client

    return made


@pytest.fixture(scope="module")
def house_stands(standing: Callable[[Callable[[], House]], House]) -> House:
    return standing(House)


@pytest.fixture
def house(house_stands: House, db: None) -> House:
    """A zone whose people make promises, made once for a file; every test of the file that reads the database must ask for it."""
    return deepcopy(house_stands)
