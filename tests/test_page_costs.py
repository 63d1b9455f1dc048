"""What a page costs the database: twelve statements at most on every page of the demonstration, for each of its people."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, reset_queries
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.gate.routes import Route, pages
from xinya.chain.tests.conftest import forget_reports
from xinya.site import demo
from xinya.site.marks import mark_as_demo
from xinya.zones.models import Company, Fact, Person, Promise, Zone

pytestmark = [pytest.mark.django_db, pytest.mark.house, pytest.mark.long]
MOST_STATEMENTS = 12


@pytest.fixture(scope="module")
def loaded(standing: Callable[[Callable[[], Zone]], Zone]) -> Zone:
    def made() -> Zone:
        mark_as_demo()
        demo.load()
        return Zone.objects.get(code="shenyang")

    return standing(made)


def rows_of(route: Route, zone: Zone, *, several: bool) -> list[int]:
    """Numbers to open the page with: of companies those that state the most, in whose pages a statement a row would show."""
    companies = Company.objects.filter(zone=zone, is_outside=False).annotate(
        stated=Count("input_statements", distinct=True), sold=Count("links_as_supplier", distinct=True)
    )
    if route.counted == "company":
        most = [*companies.order_by("-stated", "pk")[:2], *companies.order_by("-sold", "pk")[:1]]
        return [c.pk for c in (most if several else most[:1])]
    known = {"promise": Promise, "fact": Fact, "person": Person}.get(route.counted)
    return [] if known is None else list(known._base_manager.order_by("pk").values_list("pk", flat=True)[: 5 if several else 1])


def addresses(route: Route, zone: Zone, *, several: bool) -> Iterator[str]:
    places: dict[str, list[object]] = {
        "code": ["shenyang", "chengdu"] if several else ["shenyang"], "chain": list(zone.chains.values_list("chain", flat=True)),
        "segment": ["composite-part", "nc-part"], "year": [2026],
        "pk": [*rows_of(route, zone, several=several)],
    }  # fmt: skip
    paths = [route.path]
    for name in re.findall(r"{(\w+)}", route.path):
        values = places.get(name, [1])[: None if several else 1]
        paths = [path.replace(f"{{{name}}}", str(value)) for path in paths for value in values]
    return iter(paths)


def test_every_page_of_the_demonstration_makes_at_most_twelve_statements(loaded: Zone) -> None:
    wrong, opened = [], set()
    for person in Person.objects.exclude(username="demo").order_by("pk"):  # whose role the officer has too
        client = Client()
        client.force_login(person)
        for route in pages():
            if not route.path.endswith("/") or route.path.startswith("/api/") or route.key == "sign-out":
                continue
            for path in addresses(route, loaded, several=person.username == "officer"):
                forget_reports()
                reset_queries()  # of a log that is full nothing more is counted
                with CaptureQueriesContext(connection) as made:
                    reply = client.get(path)
                if reply.status_code == 200 and reply["Content-Type"].startswith("text/html"):
                    opened.add(route.key)
                    wrong += [f"{person.username} {path}: {len(made)}"] * (len(made) > MOST_STATEMENTS)
    assert "\n".join(wrong) == ""
    assert len(opened) > 55
