"""The ways in which forums and portals were broken before, tried on every route of this house.

Classes after the product's dialogue specification, section 9. Sign-in, uploads and links have tests of their own.
"""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from tests.gate.attempts import ALL, address, heard, words_of
from tests.gate.routes import OPEN, PACKAGE, Route, asked_names, calls, pages
from tests.gate.world import World, build
from xinya.kit.models import AuditRow
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.usefixtures("only_replies")
SESSION_ROWS = {"django_session", "zones_session", "kit_write_key", "kit_audit", "kit_audit_head"}
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</title><script>alert(1)</script>",
    "{{7*7}}{%debug%}",
    "' OR '1'='1' --",
    "1; DROP TABLE zones_zone; --",
    "../../../../etc/passwd",
    "%00",
    "\r\nSet-Cookie: stolen=1",
    "//evil.example/",
    "a" * 10_000,
)
UNREAD = (PAYLOADS[1], PAYLOADS[10])
"""What a page gets that reads no name of its query: all that can come back there is its own address."""
# Sources that run what they read, or fetch what they are told to.
NEVER = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml"}
FETCHES = {"urllib.request", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "http.client"}
MAY_FETCH = {"kit/oidc.py", "kit/senders.py", "kit/webhooks.py"}
"""Files that call other machines, at addresses that stand in the settings alone."""


class Marks(HTMLParser):
    """Elements and attributes that only an attacker would bring."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [f"{tag} {k}" for k in given if k.startswith("on")]
        self.found += [
            f"{tag} {k}" for k, v in given.items() if k in ("href", "src", "action") and (v or "").startswith("javascript:")
        ]
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("script")
        if (given.get("src") or "") == "x":
            self.found.append(f"{tag} src")


@pytest.fixture
def world(db: None, request: pytest.FixtureRequest) -> World:
    callspec = getattr(request.node, "callspec", None)
    return build(callspec.params.get("role", "chain_officer") if callspec else "chain_officer")


def client_of(world: World, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(next(iter(world.people.values())))
    return client


def stored() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those that any visit may touch; of the log what was done, not what was refused."""
    found = {}
    for model in apps.get_models():
        if model._meta.db_table not in SESSION_ROWS:
            found[model._meta.label] = sorted(model._base_manager.values_list(), key=repr)
    found["acts"] = list(AuditRow.objects.filter(ok=True).values_list("seq", "act"))
    return found


def sendable() -> list[Route]:
    return [r for r in pages() if not r.path.startswith("/api/")]


@pytest.mark.house
def test_opening_every_address_again_and_again_changes_nothing(world: World) -> None:
    client = client_of(world)
    before = stored()
    for _again in range(3):
        for route in [*pages(), *(r for r in calls() if r.methods == ("GET",))]:
            client.get(address(route, world.zone.code, world.own))
    assert {k for k, rows in stored().items() if rows != before[k]} == set()


@pytest.mark.house
def test_no_form_is_taken_from_elsewhere(world: World) -> None:
    client = client_of(world, enforce_csrf_checks=True)
    before, taken = stored(), []
    for route in sendable():
        reply = client.post(address(route, world.zone.code, world.own), {"reason": "x"})
        if reply.status_code not in (403, 405):
            taken.append(f"{route.key}: {reply.status_code}")
    assert taken == []
    assert stored() == before


@pytest.mark.house
def test_no_call_with_a_session_is_taken_without_its_token(world: World) -> None:
    client = client_of(world, enforce_csrf_checks=True)
    for route in calls():
        if route.methods != ("GET",):
            reply = client.generic(
                route.methods[0], address(route, world.zone.code, world.own), "{}", content_type="application/json"
            )
            assert reply.status_code in (401, 403), route.key


# What reaches the database is the same in either language, so PostgreSQL sees it once.
@pytest.mark.drawn(2)
@pytest.mark.parametrize("language", ["zh-hans", pytest.param("en", marks=pytest.mark.house)])
def test_what_is_asked_is_never_read_as_code_or_as_a_header(world: World, language: str) -> None:
    client, wrong = client_of(world), []
    for route in pages():
        if "GET" not in route.methods or route.path.startswith("/api/"):
            continue
        url = address(route, world.zone.code, world.own).replace("/zh-hans/", f"/{language}/")
        with heard() as names:
            client.get(url)
            client.get(url, dict.fromkeys(asked_names(), PAYLOADS[0]))
        is_read = bool(names & {*asked_names(), ALL})
        for payload in PAYLOADS if is_read else UNREAD:
            replies = [client.get(url, dict.fromkeys(asked_names(), payload))]
            if language == "zh-hans" and "on" in names:  # a wrong day ends a page early, before it reads the rest
                replies.append(client.get(url, {**dict.fromkeys(asked_names(), payload), "on": payload[:50]}))
            for one in replies:
                if one.status_code >= 500:
                    wrong.append(f"{route.key} {payload[:30]!r}: {one.status_code}")
                if "stolen" in str(one.cookies) or "stolen" in one.headers.get("Set-Cookie", ""):
                    wrong.append(f"{route.key}: a header was written")
                if "evil.example" in one.headers.get("Location", "").split("?")[0]:
                    wrong.append(f"{route.key}: leads elsewhere")
                if "text/html" in one.headers.get("Content-Type", ""):
                    marks = Marks()
                    marks.feed(words_of(one).partition("\n")[2])
                    wrong += [f"{route.key} {payload[:30]!r}: {m}" for m in marks.found]
    assert wrong == []


def test_a_wrong_host_is_refused(world: World) -> None:
    for host in ("evil.example", "localhost.evil.example", "localhost@evil.example", "testserver:80@evil"):
        assert Client(raise_request_exception=False).get("/zh-hans/sign-in/", headers={"host": host}).status_code == 400


def test_a_guest_who_reads_gets_no_session(db: None) -> None:
    reply = Client().get("/zh-hans/sign-in/")
    assert "session" not in reply.cookies
    assert Client().get("/health").cookies == {}


def test_cookies_are_closed_to_scripts_and_other_sites() -> None:
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"


def modules() -> list[Path]:
    return [p for p in PACKAGE.rglob("*.py") if "tests" not in p.parts and "migrations" not in p.parts]


def test_nothing_stored_or_sent_is_ever_run_and_no_address_of_a_user_is_fetched() -> None:
    wrong = []
    for file in modules():
        name = file.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                named = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                wrong += [f"{name}: {n}" for n in named if n.split(".")[0] in NEVER]
                wrong += [f"{name}: {n}" for n in named if n in FETCHES and name not in MAY_FETCH]
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("eval", "exec", "compile", "__import__")
            ):
                wrong.append(f"{name}: {node.func.id}")
    assert wrong == []


def test_no_pattern_runs_away() -> None:
    """A pattern with a repeated group that repeats inside can take a lifetime on a text made for it."""
    nested = re.compile(r"\((?:\?:)?[^()]*[^\\][+*]\)[+*{]")
    found = []
    for file in modules():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and nested.search(node.value)
                and len(node.value) < 300
            ):
                found.append(f"{file.relative_to(PACKAGE)}: {node.value}")
    assert found == []


def test_no_page_for_building_the_house_is_left_open(world: World) -> None:
    client = client_of(world)
    for path in (
        "/admin/",
        "/zh-hans/admin/",
        "/install/",
        "/upgrade/",
        "/debug/",
        "/__debug__/",
        "/static/../pyproject.toml",
        "/.git/config",
    ):
        assert client.get(path).status_code in (302, 404), path
        assert "Traceback" not in client.get(path).content.decode("utf-8", "replace")


def test_open_routes_hold_no_row_of_a_zone_but_for_packs_that_the_reader_may_read(world: World) -> None:
    strange = Client(raise_request_exception=False)
    strange.force_login(someone("reads-none", "system_officer"))
    both = (world.own, world.hidden)
    clients: tuple[tuple[Client, tuple[str, ...]], ...] = ((strange, ()), (client_of(world), ("pack",)))
    for client, read in clients:
        for route in pages():
            if route.kind == OPEN and "GET" in route.methods and route.key not in read:
                words = words_of(client.get(address(route, world.zone.code, world.own)))
                assert not any(mark in words for c in both for mark in world.marks_of(c)), route.key
            elif route.key in read:  # rows of the zone that they read may stand there, never of another
                words = words_of(client.get(address(route, world.zone.code, world.own)))
                assert not any(mark in words for mark in world.marks_of(world.hidden)), route.key
