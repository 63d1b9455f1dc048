"""Nobody reads or changes what is not theirs: every route, method and place, for every role, at own and other companies' rows."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.test import Client

from tests.gate.attempts import ALL, Attempt, Tries, attempts, heard, plain, words_of
from tests.gate.own import THEIRS
from tests.gate.people import LABEL
from tests.gate.routes import CALLS, COMPANY, DOOR, IN_ZONE, OPEN, PAGES, ZONE, Route, calls, page_patterns, pages
from tests.gate.world import ROLES, World, build, rows_of
from xinya.zones.engine.roles import powers_of
from xinya.zones.models import Company, Person
from xinya.zones.queries import gate

pytestmark = [pytest.mark.house, pytest.mark.usefixtures("only_replies")]


@pytest.fixture
def world(db: None, request: pytest.FixtureRequest) -> World:
    return build(request.node.callspec.params["role"])


def everything() -> list[Route]:
    return [*pages(), *calls()]


def client_of(world: World, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role])
    return client


def test_every_route_is_classified() -> None:
    unknown = [r.key for r in everything() if not r.kind]
    assert unknown == [], "say in tests/gate/routes.py what these open"


def test_no_classified_route_is_gone() -> None:
    assert set(PAGES) <= {name for name, _path in page_patterns()}
    assert set(CALLS) == {r.key for r in calls()}


def opens(world: World, role: str, route: Route, attempt: Attempt) -> bool:
    """Whether the specification lets this role reach the row at all."""
    if route.kind.startswith("power:"):
        if not powers_of(role) & set(route.kind.removeprefix("power:").split("|")):
            return False
        if "{" not in route.path or role == "security_officer":
            return True
    if route.kind in (OPEN, DOOR) or "{" not in route.path:
        return True
    if route.kind == THEIRS:
        return False
    is_counted = "pk}" in route.path or "_id}" in route.path
    if attempt.target is None and (is_counted or attempt.zone != world.zone.code):
        return False
    if route.kind.startswith(IN_ZONE):
        powers = set(route.kind.removeprefix(IN_ZONE).split("|"))
        return attempt.zone == world.zone.code and bool(powers & powers_of(role))
    if route.kind == ZONE or not is_counted:
        return attempt.zone == world.zone.code and "read_zone" in powers_of(role)
    return attempt.target is not None and world.may_see(role, attempt.target)


def reads_but_may_not(world: World, role: str, attempt: Attempt) -> bool:
    """Whoever reads the zone and may not act there hears so before any row is looked for: the same for each number."""
    return (
        attempt.method != "GET"
        and attempt.zone == world.zone.code
        and powers_of(role) & {"read_zone", "change_zone"} == {"read_zone"}
    )


def marks_for(world: World, role: str, route: Route, company: Company) -> list[str]:
    """The security officer reads on the pages of accounts which organisation people belong to and who they are, and no more."""
    marks = world.marks_of(company)
    if role != "security_officer" or not route.kind.startswith("power:"):
        return marks
    return [f"{mark}{what}" for mark in marks[2:] for what in ("的理由", "的话", "的键", "的客")]


def leaks(world: World, role: str) -> Iterator[str]:
    """Every way in which this role reads, changes or learns of what it may not see."""
    companies = [world.own, world.hidden, world.foreign]
    unseen = [c for c in companies if not world.may_see(role, c)]
    before = {c.pk: rows_of(c) for c in unseen}
    client = client_of(world, role)
    for route in everything():
        absent: dict[str, str] = {}
        tries = Tries()
        if role == "security_officer" and (route.kind == LABEL or route.counted == "class_change"):
            continue  # labels every row without reading it
        for attempt in sorted(attempts(route, world), key=lambda a: a.target is not None):
            if not client.cookies["session"].value:  # the attempt before was to sign out
                client.force_login(world.people[role])
            response = tries.made(attempt, client)
            if response is None:
                continue
            words, where = words_of(response), f"{role}: {attempt.method} {attempt.url}"
            if response.status_code >= 500:
                yield f"{where}: {response.status_code}"
            for company in unseen:
                if any(mark in words for mark in marks_for(world, role, route, company)):
                    yield f"{where}: tells of {company.name}"
            if not opens(world, role, route, attempt):
                alike_for_readers = {403} if reads_but_may_not(world, role, attempt) else set()
                allowed = {401, 404, 405} | alike_for_readers | ({422} if route.is_call else set())
                if response.status_code not in allowed:
                    yield f"{where}: {response.status_code} instead of 404"
                alike = f"{attempt.method} {response.status_code} {attempt.zone == world.zone.code}"
                if attempt.target is None:
                    absent.setdefault(alike, plain(words))
                elif alike in absent and route.kind == COMPANY and plain(words) != absent[alike]:
                    yield f"{where}: answers otherwise than for a row that does not exist"
    for company in unseen:
        if rows_of(company) != before[company.pk]:
            yield f"{role}: changed {company.name}"


@pytest.mark.parametrize(
    "read",
    [
        lambda q: q.get("q"), lambda q: q.get("q", ""), lambda q: q.getlist("q"), lambda q: [q[k] for k in q],
        list, bool, lambda q: q.urlencode(), lambda q: q.dict(), lambda q: list(q.items()),
    ],
)  # fmt: skip
def test_a_page_that_reads_its_query_in_any_way_is_heard(read: Callable[[QueryDict], object]) -> None:
    for given in ("", "q=1"):
        with heard() as names:
            read(QueryDict(given))
        assert names & {"q", ALL}


@pytest.mark.drawn(6)
@pytest.mark.parametrize("role", ROLES)
def test_no_route_opens_what_a_role_may_not_see(world: World, role: str) -> None:
    found = list(leaks(world, role))
    assert not found, "\n".join(found)


@pytest.mark.drawn(2)
@pytest.mark.parametrize("role", ["company_user", "commissioner"])
def test_hidden_rows_change_nothing_that_is_shown(world: World, role: str) -> None:
    """Counts, lists, files and pages are the same whether the other companies exist or not."""
    client = client_of(world, role)

    def shown() -> dict[str, str]:
        found = {}
        for route in everything():
            tries = Tries()
            for attempt in attempts(route, world):
                if attempt.method == "GET" and attempt.target == world.own and (reply := tries.made(attempt, client)):
                    found[f"{attempt.url} {attempt.sent}"] = plain(words_of(reply))
        return found

    before = shown()
    Company.objects.filter(pk__in=[world.hidden.pk, world.foreign.pk]).delete()
    assert {k: v for k, v in shown().items() if v != before[k]} == {}


def _all_of(model: type[Model], person: Person) -> QuerySet[Model]:
    return model._base_manager.all()


@pytest.mark.parametrize("role", ["company_user", "commissioner", "zone_reader"])
def test_without_the_gate_the_test_of_the_routes_fails(world: World, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for model in gate.gated_models():
        monkeypatch.setitem(gate._GATES, model, partial(_all_of, model))
    assert next(leaks(world, role), None) is not None
