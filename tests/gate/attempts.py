"""What somebody tries: every place of every route filled with the numbers and words of a company."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.test import Client

from tests.gate import inputs, own, people
from tests.gate.routes import Route, sent_names
from tests.gate.world import CHAIN, World
from xinya.chain.models import Answer, Placement
from xinya.zones.models import Company, Promise

ABSENT = 987_654_321
FORM = "application/x-www-form-urlencoded"
"""As a browser sends a form without files; to write and to read it in parts takes longer than many a page."""
COUNTERS = {
    "company": lambda c: c.pk,
    "placement": lambda c: Placement.objects.filter(company=c).values_list("pk", flat=True).first(),
    "word": lambda c: None,  # a word of search belongs to no company
    "answer": lambda c: Answer.objects.filter(company=c).values_list("pk", flat=True).first(),
    "promise": lambda c: Promise.objects.filter(other_company=c).values_list("pk", flat=True).first(),
    "nothing": lambda c: None,
    **people.COUNTERS,
    **own.COUNTERS,
    **inputs.COUNTERS,
}


@dataclass(frozen=True)
class Attempt:
    """One request. target: the company whose rows it reaches for; None for a number that nothing has."""

    method: str
    url: str
    sent: Any
    target: Company | None
    zone: str
    is_json: bool = False

    def made_by(self, client: Client) -> HttpResponseBase:
        if self.method == "GET":
            return client.get(self.url, self.sent or {})
        if self.is_json:
            key = f"{'' if self.target is None else self.target.pk}-{zlib.crc32((self.url + self.sent).encode())}"
            return client.generic(self.method, self.url, self.sent, content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)
        return client.generic(self.method, self.url, urlencode(self.sent or {}, doseq=True), content_type=FORM)


def number_of(kind: str, company: Company | None) -> int:
    """The number of a row of this kind that belongs to the company."""
    if company is None:
        return ABSENT
    if kind not in COUNTERS:
        raise AssertionError(f"tests/gate/attempts.py knows no row of the kind {kind}: add it to COUNTERS")
    return COUNTERS[kind](company) or ABSENT


def address(route: Route, zone: str, company: Company | None) -> str:
    """The address of a route for a company's row."""
    values: dict[str, object] = {
        "code": zone,
        "zone": zone,
        "chain": CHAIN,
        "segment": "spar",
        "verb": "keep",
        "year": 2026,
        "number": 1,
        "form": "json",
    }

    def value(name: str) -> str:
        if name in values:
            return str(values[name])
        return str(number_of(name.removesuffix("_id") if name.endswith("_id") else route.counted, company))

    return re.sub(r"{(\w+)}", lambda m: value(m[1]), route.path)


def probes(company: Company) -> list[str]:
    """What a curious person types: a number, a part of a name, a part of a code, a word of a product."""
    return [str(company.pk), company.name[:3], company.uscc[:12], "绝密品"]


def attempts(route: Route, world: World) -> Iterator[Attempt]:
    """Every method of the route at the own, the hidden, the foreign and an absent row, in path, query and body.

    Of one place the fullest comes first: what a page never read in that, it does not read in the others (`Tries`).
    """
    targets = [(world.zone.code, world.own), (world.zone.code, world.hidden), (world.other_zone.code, world.foreign)]
    tried: set[str] = set()
    for zone, company in [*targets, (world.zone.code, None), ("nowhere", None)]:
        url = address(route, zone, company)
        if url in tried:  # nothing in this address names a row
            continue
        tried.add(url)
        if "GET" in route.methods:
            yield Attempt("GET", url, None, company, zone)
        for method in route.methods:
            if method != "GET":
                yield from sendings(route, method, url, (company, zone), world)
    if route.key in own.PLAYED:
        url = address(route, world.zone.code, world.own)
        for company in (world.hidden, world.foreign):
            for verb in ("come", "leave"):
                yield Attempt("GET", url, {"a": f"{verb}.{company.pk}"}, None, world.zone.code)
                yield Attempt("GET", url, {"to": "b", verb: str(company.pk)}, None, world.zone.code)
    if "GET" in route.methods and route.query:
        url = address(route, world.zone.code, world.own)
        words = probes(world.hidden) if "q" in route.query and route.is_call else probes(world.hidden)[:2]
        for probe in words:
            yield Attempt("GET", url, dict.fromkeys(route.query, probe), world.own, world.zone.code)
        if "q" in route.query:  # a search, which a wrong number in its other places would stop
            for probe in words:
                yield Attempt("GET", url, {"q": probe}, world.own, world.zone.code)


def sendings(route: Route, method: str, url: str, target: tuple[Company | None, str], world: World) -> Iterator[Attempt]:
    """Bodies whose every field, nested ones too, names the hidden company: by number, and at the own row by name too."""
    probed = probes(world.hidden)[: 2 if target[0] == world.own else 1]
    if route.is_call:
        schema = route.body.get("schema") or {}
        if not schema:
            yield Attempt(method, url, "{}", *target, is_json=True)
        for probe in probed:
            yield Attempt(method, url, filled_text(schema, route.body.get("all") or {}, probe), *target, is_json=True)
        return
    for probe in probed:
        yield Attempt(method, url, dict.fromkeys(sent_names(), probe), *target)
    yield Attempt(method, url, {}, *target)


class Tries:
    """Makes attempts, and leaves out those that can tell nothing new: a page that refused without reading what was sent
    cannot answer otherwise to something else that it does not read.
    """

    def __init__(self) -> None:
        self.read: dict[tuple[str, str], set[str]] = {}

    def made(self, attempt: Attempt, client: Client) -> HttpResponseBase | None:
        """The reply; None for an attempt that is left out."""
        if attempt.is_json or attempt.url.startswith("/api/"):  # the API reads its query whole, whatever it takes from it
            return attempt.made_by(client)
        place = attempt.method, attempt.url
        known = self.read.get(place)
        if attempt.sent is not None and known is not None and not known & {*attempt.sent, ALL}:
            return None
        with heard() as names:
            response = attempt.made_by(client)
        if attempt.method != "GET":
            # A form reads its fields from a copy, so a body that was opened at all counts as read.
            names = {ALL} if response.wsgi_request._read_started else set()  # type: ignore[attr-defined]
        self.read[place] = names | (known or set())
        return response


BY_NAME, ALL = ("__getitem__", "get", "getlist", "__contains__"), "*"
WHOLE = (
    "items", "keys", "lists", "values", "copy", "dict", "pop", "setdefault", "urlencode", "__iter__", "__len__",
)  # fmt: skip


@contextmanager
def heard() -> Iterator[set[str]]:
    """The names that are asked of any query or form meanwhile."""
    names: set[str] = set()
    own = {name: QueryDict.__dict__.get(name) for name in (*BY_NAME, *WHOLE)}

    def listening(method: str) -> Callable[..., Any]:
        was = getattr(QueryDict, method)

        def asked(self: QueryDict, *given: Any) -> Any:
            names.add(given[0] if method in BY_NAME else ALL)
            return was(self, *given)

        return asked

    try:
        for method in own:
            setattr(QueryDict, method, listening(method))
        yield names
    finally:
        for method, was in own.items():
            if was is None:
                delattr(QueryDict, method)
            else:
                setattr(QueryDict, method, was)


def filled_text(schema: dict[str, Any], document: dict[str, Any], probe: str) -> str:
    return json.dumps(filled(schema, document, probe), ensure_ascii=False)


def filled(schema: dict[str, Any], document: dict[str, Any], probe: str, depth: int = 0) -> Any:
    """A value of the schema with the probe in every place that takes text, and its number in every place that takes one."""
    if "$ref" in schema:
        return filled(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document, probe, depth + 1)
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return filled(schema[several][0], document, probe, depth + 1)
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return {name: filled(part, document, probe, depth + 1) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [filled(schema.get("items", {}), document, probe, depth + 1)] if depth < 8 else []
    if kind in ("integer", "number"):
        return int(probe) if probe.isdecimal() else 1
    if kind == "boolean":
        return True
    return "2026-12-31" if schema.get("format") == "date" else probe


def words_of(response: HttpResponseBase) -> str:
    """Everything that can be read in a reply: its headers, its body, and what is inside a file."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    heads = " ".join(f"{k}: {v}" for k, v in response.items())
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    text = body.decode("utf-8", "replace")
    if "json" in response.headers.get("Content-Type", ""):  # the API escapes what is not ASCII
        several = "ndjson" in response.headers["Content-Type"] or "jsonl" in response.headers["Content-Type"] or "}\n{" in text
        parts = text.splitlines() if several else [text]
        text = "\n".join(json.dumps(json.loads(part), ensure_ascii=False) for part in parts if part.strip())
    return heads + "\n" + text


CHANGING = (
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), ""),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), ""),
    (re.compile(r'name="csrfmiddlewaretoken" value="\w+"'), ""),
    (re.compile(r"\d{3,}"), "#"),
    (re.compile(r"\d+(?:\.\d+)? ?(?:ms|毫秒)"), "#"),
    (re.compile(r"Set-Cookie: [^\n]*"), ""),
)


def plain(words: str) -> str:
    """A reply without what changes from call to call."""
    for pattern, put in CHANGING:
        words = pattern.sub(put, words)
    return words
