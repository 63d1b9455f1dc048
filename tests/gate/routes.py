"""Every route of the product with the kind of thing it opens. A route that is not classified here fails the gate's test."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.gate import inputs, own, people

PACKAGE = Path(__file__).resolve().parents[2] / "xinya"

# What a route opens:
#   door    nobody need be signed in       open   everybody signed in; no row of a zone or company in it
#   zone    a whole zone                   company  one company, or a row that belongs to one
#   own     the reader's own rows          power:X  only for those with the power X; 404 for everybody else
#   in-zone:X|Y  a zone, for those whose office or company works there and who have one of the powers
#   own     the reader's own rows          power:X|Y  only for those with one of the powers; 404 for everybody else
#   label   the secrecy class of a row       theirs   a numbered row of somebody else
DOOR, OPEN, ZONE, COMPANY, OWN = "door", "open", "zone", "company", "own"
IN_ZONE = "in-zone:"

PAGES: dict[str, str] = {
    "None": DOOR,
    "health": DOOR,
    "openapi-json": OPEN,
    "api-root": OPEN,
    "no-such-call": DOOR,
    "home": OWN,
    "search": OWN,
    "search-words": "power:change_zone",
    "remove-search-word": "power:change_zone",
    "sign-in": DOOR,
    "sign-out": OPEN,
    "new-zone": OPEN,
    "list-template": OPEN,
    "packs": OWN,
    "pack": OPEN,
    "pack-file": OPEN,
    "pack-compare": OPEN,
    "dictionary": OPEN,
    "zone": ZONE,
    "chain-list": ZONE,
    "chain-map": ZONE,
    "map-file": ZONE,
    "verdicts": ZONE,
    "verdict-file": ZONE,
    "unplaced": ZONE,
    "what-if": ZONE,
    "resilience": ZONE,
    "resilience-file": ZONE,
    "ask-resilience": ZONE,
    "company-failure": ZONE,
    "positioning": ZONE,
    "bring-values": ZONE,
    "segment": ZONE,
    "answer": ZONE,
    "candidate-word": ZONE,
    "withdraw-answer": ZONE,
    "companies": ZONE,
    "company-file": ZONE,
    "decide-placement": ZONE,
    "bring-list": ZONE,
    "limits": ZONE,
    "remove-demo": ZONE,
    "company": COMPANY,
    "company-state": ZONE,
    "confirm-placement": COMPANY,
    "confirm-fact": COMPANY,
    "object-fact": COMPANY,
    "answer-fact": COMPANY,
    "object-placement": COMPANY,
    "calendar": OPEN,
    "calendar-year": OPEN,
    "load-calendar": "power:load_calendar",
    "set-hours": "power:load_calendar",
    "end-hours": "power:load_calendar",
    "calendar-load": "power:load_calendar",
    "decide-load": "power:load_calendar",
    "promises": f"{IN_ZONE}make_promises|read_zone",
    "new-promise": f"{IN_ZONE}make_promises",
    "promise": COMPANY,
    "promise-act": COMPANY,
    **people.PAGES,
    **own.PAGES,
    **inputs.PAGES,
}
CALLS: dict[str, str] = {
    "GET /api/v1/zones": OWN,
    "POST /api/v1/zones": OPEN,
    "GET /api/v1/zones/{zone}": ZONE,
    "GET /api/v1/zones/{zone}/companies": ZONE,
    "POST /api/v1/zones/{zone}/companies": ZONE,
    "GET /api/v1/zones/{zone}/companies/{company_id}": COMPANY,
    "GET /api/v1/zones/{zone}/companies/{company_id}/placements": COMPANY,
    "POST /api/v1/zones/{zone}/placements/{placement_id}/word": COMPANY,
    "GET /api/v1/search": OWN,
    "GET /api/v1/chains": OPEN,
    "GET /api/v1/chains/{chain}": OPEN,
    "GET /api/v1/zones/{zone}/diagnosis": ZONE,
    "GET /api/v1/zones/{zone}/placements": ZONE,
    "GET /api/v1/zones/{zone}/verdicts": ZONE,
    "GET /api/v1/zones/{zone}/what-if": ZONE,
    "GET /api/v1/zones/{zone}/resilience": ZONE,
    "POST /api/v1/zones/{zone}/resilience": ZONE,
    "GET /api/v1/zones/{zone}/resilience/{company_id}": ZONE,
    "GET /api/v1/zones/{zone}/positioning": ZONE,
    "POST /api/v1/zones/{zone}/values": ZONE,
    "POST /api/v1/diagnose": OPEN,
    "POST /api/v1/chains/{chain}/difference": OPEN,
    "POST /api/v1/missing-inputs": OPEN,
    "POST /api/v1/zones/{zone}/answers": ZONE,
    "POST /api/v1/zones/{zone}/limits": ZONE,
    "GET /api/v1/zones/{zone}/segments/{segment}/candidates": ZONE,
    "POST /api/v1/zones/{zone}/segments/{segment}/candidates/{company_id}/word": ZONE,
    "GET /api/v1/calendar/{year}": OPEN,
    "GET /api/v1/office-hours": OPEN,
    "GET /api/v1/zones/{zone}/promises": f"{IN_ZONE}make_promises|read_zone",
    "POST /api/v1/zones/{zone}/promises": f"{IN_ZONE}make_promises|read_zone",
    "GET /api/v1/zones/{zone}/promises/{promise_id}": COMPANY,
    "POST /api/v1/zones/{zone}/promises/{promise_id}/keep": COMPANY,
    "POST /api/v1/zones/{zone}/promises/{promise_id}/confirm": COMPANY,
    "POST /api/v1/zones/{zone}/promises/{promise_id}/pause": COMPANY,
    "POST /api/v1/zones/{zone}/promises/{promise_id}/resume": COMPANY,
    **people.CALLS,
    **own.CALLS,
    **inputs.CALLS,
}
# What a number in an address counts, by the route's name; `company` where nothing is said.
COUNTED: dict[str, str] = {
    "remove-search-word": "word",
    "withdraw-answer": "answer",
    "decide-placement": "placement",
    "confirm-placement": "placement",
    "object-placement": "placement",
    "promise": "promise",
    "promise-act": "promise",
    "calendar-load": "nothing",
    "end-hours": "nothing",
    "decide-load": "nothing",
    **people.COUNTED,
    **own.COUNTED,
    **inputs.COUNTED,
}


@dataclass(frozen=True)
class Route:
    """A route: its key in the tables above, its address with the names of its parameters in braces, what can be sent."""

    key: str
    path: str
    kind: str
    methods: tuple[str, ...]
    counted: str = "company"
    query: tuple[str, ...] = ()
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def is_call(self) -> bool:
        return self.path.startswith("/api/")


def page_patterns() -> Iterator[tuple[str, str]]:
    """(name, path) of every route under a language, and of those without one."""

    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            path = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, path)
            elif isinstance(one, URLPattern):
                yield str(one.name), "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)

    yield from walk(get_resolver().url_patterns, "")


@cache
def asked_names() -> tuple[str, ...]:
    """Every name that some page reads from its query, and a few that none does."""
    found = {"nonsense", "next", "a", "b", "c", "make", "come", "leave"}
    for file in [*PACKAGE.rglob("views/*.py"), *PACKAGE.glob("site/*.py")]:
        found |= set(re.findall(r"GET\.get(?:list)?\(\s*[\"'](\w+)", file.read_text("utf-8")))
    return tuple(sorted(found - {"on"}))


@cache
def sent_names() -> tuple[str, ...]:
    """Every name that some page reads from what is sent: the fields of all forms, and names read one by one."""
    found: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        if "views" in file.parts or "forms" in file.parts or file.name == "forms.py":
            text = file.read_text("utf-8")
            found |= set(re.findall(r"POST\.get(?:list)?\(\s*[\"'](\w+)", text))
            found |= set(re.findall(r"^    (\w+) = (?:(?:forms\.)?\w*Field|line|choice|day)\(", text, flags=re.M))
    return tuple(sorted(found))


@cache
def pages() -> tuple[Route, ...]:
    """The product's pages; an unknown one has the kind "". Addresses of the API are in `calls`."""
    asked, found = asked_names(), []
    for name, path in page_patterns():
        if path.startswith("/api/v1/") and name not in PAGES:
            continue
        found.append(Route(name, path, kind_of(PAGES, name), ("GET", "POST"), COUNTED.get(name, "company"), asked))
    return tuple(found)


@cache
def calls() -> tuple[Route, ...]:
    """The calls of the API, from its own document."""
    from xinya.site.api import api

    document: dict[str, Any] = api.get_openapi_schema()
    found = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            key, places = f"{method.upper()} {path}", operation.get("parameters", ())
            query = tuple(p["name"] for p in places if p["in"] == "query")
            counted = next((p["name"].removesuffix("_id") for p in places if p["name"].endswith("_id")), "company")
            content = list(operation.get("requestBody", {}).get("content", {}).values())
            body = {"schema": content[0].get("schema", {}) if content else {}, "all": document}
            found.append(Route(key, path, kind_of(CALLS, key), (method.upper(),), counted, query, body))
    return tuple(found)


def kind_of(table: dict[str, str], key: str) -> str:
    return table.get(key, "")
