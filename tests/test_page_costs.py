"""What a page costs the database: twelve statements at most on every page of the demonstration, for each of its people."""

import re
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, reset_queries
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.gate.routes import Route, pages
from xinya.chain.actions.packs import begin_draft, publish_draft
from xinya.chain.queries.atlas import forget_packs
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


@pytest.fixture
def officer(loaded: Zone) -> Client:
    client = Client()
    client.force_login(Person.objects.get(username="officer"))
    return client


def cold(client: Client, path: str) -> tuple[Any, int]:
    """The page as a process opens it that has read nothing yet, and how many statements that took."""
    forget_reports()
    forget_packs()
    reset_queries()  # of a log that is full nothing more is counted
    with CaptureQueriesContext(connection) as made:
        return client.get(path), len(made)


def test_every_page_of_the_demonstration_makes_at_most_twelve_statements(loaded: Zone) -> None:
    wrong, opened = [], set()
    for person in Person.objects.exclude(username="demo").order_by("pk"):  # whose role the officer has too
        client = Client()
        client.force_login(person)
        for route in pages():
            if not route.path.endswith("/") or route.path.startswith("/api/") or route.key == "sign-out":
                continue
            for path in addresses(route, loaded, several=person.username == "officer"):
                reply, made = cold(client, path)
                if reply.status_code == 200 and reply["Content-Type"].startswith("text/html"):
                    opened.add(route.key)
                    wrong += [f"{person.username} {path}: {made}"] * (made > MOST_STATEMENTS)
    assert "\n".join(wrong) == ""
    assert len(opened) > 55


def test_any_two_zones_of_the_demonstration_are_compared_with_at_most_twelve_statements(loaded: Zone, officer: Client) -> None:
    codes = list(Zone.objects.values_list("code", flat=True))
    asked = [(one, f"?with=zone.{other}") for one, other in permutations(codes, 2)] + [(one, "") for one in codes]
    told = {}
    for code, query in asked:
        reply, made = cold(officer, reverse("compare-zones", args=[code]) + query)
        assert reply.status_code == 200
        told[code, query] = made
    assert max(told.values()) <= MOST_STATEMENTS, told


def test_a_pack_of_the_zone_s_own_costs_its_pages_no_statement_more(loaded: Zone, officer: Client) -> None:
    person = Person.objects.get(username="officer")
    for base in ("aero-structures", "gas-turbine"):
        draft = begin_draft(person, zone=loaded, base=base)
        publish_draft(person, zone=loaded, draft_id=draft.pk, seen=draft.saves.count())
    names = {"zone", "chain-list", "verdicts", "segment", "company", "companies", "what-if", "resilience", "compare-zones"}
    opened, wrong = set(), []
    for route in pages():
        if route.key not in names or not route.path.endswith("/"):
            continue
        for path in addresses(route, loaded, several=False):
            reply, made = cold(officer, path)
            opened.add(route.key)
            wrong += [f"{path}: {reply.status_code} {made}"] * (reply.status_code != 200 or made > MOST_STATEMENTS)
    assert wrong == []
    assert opened == names
