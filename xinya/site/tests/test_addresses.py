"""The tree of addresses leads where the lists of the slices lead, and a page's other language is the same page."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import Resolver404, URLPattern, URLResolver, path
from django.urls.resolvers import RegexPattern

from xinya.chain import urls as chain
from xinya.kit.addresses import grouped
from xinya.site.navigation import _in_language
from xinya.zones import urls as zones

SAID = {"int": "7", "slug": "titanium", "str": "word"}
LISTED = [one for one in [*zones.urlpatterns, *chain.urlpatterns] if isinstance(one, URLPattern)]


def view(request: HttpRequest, **given: Any) -> HttpResponse:
    return HttpResponse()


def led(addresses: list[Any], asked: str) -> tuple[str | None, dict[str, Any]] | None:
    """The name and the values that an address is understood as; None where there is no such page."""
    try:
        found = URLResolver(RegexPattern(r"^"), addresses).resolve(asked)
    except Resolver404:
        return None
    return found.url_name, found.kwargs


@pytest.mark.parametrize("listed", LISTED, ids=lambda one: str(one.name))
def test_every_address_of_the_slices_is_found_in_the_tree_as_in_the_list(listed: URLPattern) -> None:
    asked = re.sub(r"<(\w+):\w+>", lambda found: SAID[found[1]], str(listed.pattern))
    for one in (asked, asked + "more/", asked.rstrip("/") + "x/", asked.replace("7", "x")):
        assert led(grouped(LISTED), one) == led(LISTED, one)
    assert led(grouped(LISTED), asked) == (listed.name, {**led(LISTED, asked)[1]})  # type: ignore[index]


def test_what_is_written_out_comes_before_what_stands_for_a_value() -> None:
    addresses = [
        path("a/<slug:code>/x/", view, name="of"),
        path("a/new/x/", view, name="new"),
        path("a/<int:n>/", view, name="number"),
    ]
    assert led(addresses, "a/new/x/") == ("of", {"code": "new"})
    tree = grouped(addresses)
    assert led(tree, "a/new/x/") == ("new", {})
    assert led(tree, "a/old/x/") == ("of", {"code": "old"})
    assert led(tree, "a/3/") == ("number", {"n": 3})
    assert led(tree, "a/3") is None


@pytest.mark.parametrize(
    ("asked", "language", "told"),
    [
        ("/zh-hans/zones/wuxi/?q=航空&a=/en/", "en", "/en/zones/wuxi/?q=航空&a=/en/"),
        ("/en/", "zh-hans", "/zh-hans/"),
        ("/en/nothing/here", "zh-hans", "/zh-hans/nothing/here"),
        ("/q/ABC", "en", "/q/ABC"),
        ("/entry/", "zh-hans", "/entry/"),
        ("/", "en", "/"),
    ],
)
def test_a_page_in_the_other_language_is_the_same_page(asked: str, language: str, told: str) -> None:
    assert _in_language(asked, language) == told


def test_the_page_of_an_error_names_its_other_language_too() -> None:
    from xinya.site.navigation import frame

    request = RequestFactory().get("/zh-hans/no/such/page/")
    request.user = SimpleNamespace()  # type: ignore[assignment]
    assert frame(request)["other_language_href"] == "/en/no/such/page/"
