"""Addresses grouped by their parts: a request is held against the parts of an address, not against every address of the product."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

Address = URLPattern | URLResolver


def grouped(addresses: Sequence[Address]) -> list[Address]:
    """The same addresses with the same names, in a tree of their parts between slashes.

    A part that is written out is looked for before one that stands for a value (`zones/new/` before `zones/<slug:code>/`); values
    keep their order. What is included already, or given as a regular expression, stays as it is, at the end.
    """
    ways = [(str(one.pattern), one) for one in addresses if isinstance(one, URLPattern) and isinstance(one.pattern, RoutePattern)]
    given = {id(one) for _route, one in ways}
    return [*_tree(ways), *(one for one in addresses if id(one) not in given)]


def _tree(ways: Sequence[tuple[str, URLPattern]]) -> list[Address]:
    by_part: dict[str, list[tuple[str, URLPattern]]] = {}
    for route, one in ways:
        part, slash, rest = route.partition("/")
        by_part.setdefault(part + slash, []).append((rest, one))
    found: list[Address] = []
    for part in sorted(by_part, key=lambda part: "<" in part):
        below = by_part[part]
        if len(below) == 1:
            found.append(_path(part + below[0][0], below[0][1]))
        elif part.endswith("/"):
            found.append(path(part, include(_tree(below))))
        else:
            found += [_path(part, one) for _rest, one in below]
    return found


def _path(route: str, one: URLPattern) -> URLPattern:
    view: Callable[..., Any] = one.callback
    made: URLPattern = path(route, view, one.default_args, name=one.name)
    return made
