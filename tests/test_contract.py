"""The HTTP API keeps its contract: the document checked in is the one served, and no call gets an answer it does not name."""

import base64
import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from xinya.chain import actions
from xinya.cli.house import openapi_document
from xinya.site.api import api
from xinya.zones.actions import add_system, enter_membership, house_office, make_key
from xinya.zones.files import CompanyLine
from xinya.zones.models import Company, Person, Zone
from xinya.zones.tests.people import someone

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    unsupported_method,
]
pytestmark = pytest.mark.usefixtures("only_replies")
NAME, PASSWORD = "officer", "for-tests-only"
ZONE = "contract"
HANDED_OVER = "/api/v1/attachments/{attachment_id}"
FEW = hypothesis.settings(
    max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)


CONFIG = SchemathesisConfig.from_dict(
    {"generation": {"database": "none"}, "phases": {"coverage": {"unexpected-methods": ["PATCH", "DELETE"]}}}
)
SERVED = DOCUMENT.read_text("utf-8")  # the very document that is served, as the first test here says
SCHEMA = schemathesis.openapi.from_dict(json.loads(SERVED), config=CONFIG)
SCHEMA.app = WSGIHandler()
# A stranger is turned away before anything is read of what was sent: drawn calls are enough, without every bound of every field.
DRAWN = SchemathesisConfig.from_dict({"generation": {"database": "none"}, "phases": {"coverage": {"enabled": False}}})
AT_THE_DOOR = schemathesis.openapi.from_dict(json.loads(SERVED), config=DRAWN)
AT_THE_DOOR.app = WSGIHandler()


def test_the_document_checked_in_is_the_one_served() -> None:
    assert DOCUMENT.read_text("utf-8") == openapi_document(), "run `XINYA_DEMO=1 xinya site openapi docs/openapi.json`"


@pytest.mark.django_db
def test_the_document_is_served_to_people_who_are_signed_in() -> None:
    assert Client().get("/api/v1/openapi.json").status_code == 302
    signed_in = Client()
    signed_in.force_login(Person.objects.create_user("anybody"))
    assert signed_in.get("/api/v1/openapi.json").json() == json.loads(openapi_document())


def test_every_operation_has_words_and_names_its_refusals() -> None:
    for path, operations in json.loads(openapi_document())["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert {"400", "401", "422"} <= set(operation["responses"]), (method, path)
            for status, reply in operation["responses"].items():
                kind = "application/json" if status.startswith("2") else "application/problem+json"
                if (path, status) == (HANDED_OVER, "200"):
                    kind = "application/octet-stream"
                assert set(reply["content"]) == {kind}, (method, path, status)


def test_every_object_of_the_document_says_what_it_is() -> None:
    for name, schema in api.get_openapi_schema()["components"]["schemas"].items():
        assert schema.get("description") or name.startswith("Page_"), name


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The house closes its connection with each call; here that would end the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@dataclass(frozen=True)
class Callers:
    """Who calls: an officer with a name and a password, and a system with a key, which reads and writes as an officer does.

    known: numbers of a company and a fact of the zone, by the name that a path has for them.
    """

    key: str
    known: dict[str, int]


@pytest.fixture(scope="module")
def callers(standing: Callable[[Callable[[], Any]], Any]) -> Callers:
    """The callers, and a zone that the calls find by luck or not; they stand for all tests of this file."""

    def made() -> Callers:
        person = someone(NAME, "chain_officer", password=PASSWORD)
        lines = [CompanyLine(n, f"企业{n}", None, ("钛合金锻件", "机身壁板", "零碎"), 100, True, n == 2) for n in range(2, 8)]
        wanted = actions.NewZone(ZONE, "契约高新区", "Contract", ("aero-structures",), datetime.date(2026, 1, 15))
        actions.start_zone(person, wanted=wanted, lines=lines)
        guard = someone("guard", "security_officer", password=None)
        machine = add_system(guard, name="erp")
        membership = enter_membership(machine, organisation=house_office(), role="chain_officer")
        soon = timezone.localdate() + datetime.timedelta(days=30)
        asked = {"name": "ERP", "scopes": "read write", "expires_on": soon, "limit": 6000, "membership_id": membership.pk}
        company = Company.objects.filter(is_outside=False).order_by("pk")[1]
        known = {"company_id": company.pk, "fact_id": company.facts.order_by("pk")[0].pk}
        return Callers(make_key(guard, **asked)[1], known)  # type: ignore[arg-type]

    found: Callers = standing(made)
    return found


def basic(name: str = NAME, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def ask(case: Any, headers: dict[str, str], checks: list[Any], known: dict[str, int]) -> Any:
    """Send one generated call to the house, on the zone of these tests wherever its path names one by chance."""
    case.path_parameters = {k: ZONE if k == "zone" and len(str(v)) % 2 else v for k, v in (case.path_parameters or {}).items()}
    # Only a number is put in place of a number: a wrong kind of value stays, as the check of refusals knows of it.
    lucky = {k for k, v in case.path_parameters.items() if k in known and str(v).isdecimal() and len(str(v)) % 2}
    found = {k: known[k] if k in lucky else v for k, v in case.path_parameters.items()}
    case.path_parameters = found
    reply = case.call(headers=headers)
    case.validate_response(reply, checks=checks, headers=headers)
    return reply


def every_operation(schema: Any) -> pytest.MarkDecorator:
    """A test for each operation of the document."""
    found = [result.ok() for result in schema.get_all_operations()]
    return pytest.mark.parametrize("operation", found, ids=[one.label for one in found])


def each_call(schema: Any, operation: Any, make: Callable[[Any], None]) -> None:
    """Make every call that schemathesis thinks of for the operation.

    Its own `parametrize` would think of all calls of all operations in each process that collects the tests, whichever it runs.
    """

    @FEW
    def one(case: Any) -> None:
        make(case)

    load_all_checks()
    schema.coverage_unexpected_methods_seen.clear()  # else only the first test of a path tries the methods that it has not
    feedback = FeedbackSources(constants_value_source=make_constants_value_source(schema))
    build_operation_test(config=schema.config, operation=operation, test_func=one, given_kwargs={}, feedback=feedback)()


@every_operation(SCHEMA)
@pytest.mark.django_db
@pytest.mark.house
@pytest.mark.drawn(6)
def test_an_officer_gets_only_answers_that_the_document_names(operation: Any, callers: Callers, db: None) -> None:
    each_call(SCHEMA, operation, lambda case: ask(case, basic(), CHECKS, callers.known))


@every_operation(SCHEMA)
@pytest.mark.django_db
@pytest.mark.drawn(6)
def test_a_system_with_a_key_gets_only_answers_that_the_document_names(operation: Any, callers: Callers, db: None) -> None:
    key = {"Authorization": f"Bearer {callers.key}"}
    each_call(SCHEMA, operation, lambda case: ask(case, key, CHECKS, callers.known))


@every_operation(AT_THE_DOOR)
@pytest.mark.django_db
@pytest.mark.house
@pytest.mark.drawn(6)
def test_a_stranger_gets_nothing_but_the_door(operation: Any, callers: Callers, db: None) -> None:
    def at_the_door(case: Any) -> None:
        reply = ask(case, {}, CHECKS[:4], callers.known)
        assert reply.status_code in (401, 403, 405)  # 403: a made-up session cookie without its token
        assert Zone.objects.count() == 1

    each_call(AT_THE_DOOR, operation, at_the_door)
