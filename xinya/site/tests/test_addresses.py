"""The tree of addresses leads where the lists of the slices lead, and a page's other language is the same page."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import Resolver404, URLPattern, URLResolver, path
from django.urls.resolvers import RegexPattern

from xinya.chain import urls as chain
from xinya.kit.addresses import grouped
from xinya.site.navigation import _in_language, frame
from xinya.zones import urls as zones

SAID = {"int": "7", "slug": "titanium", "str": "word"}


def view(request: HttpRequest, **given: Any) -> HttpResponse:
    return HttpResponse()


def resolver(addresses: list[Any]) -> URLResolver:
    return URLResolver(RegexPattern(r"^"), addresses)


def led(by: URLResolver, asked: str) -> tuple[str | None, dict[str, Any]]:
    """The name and the values that an address is understood as; no name where there is no such page."""
    try:
        found = by.resolve(asked)
    except Resolver404:
        return None, {}
    return found.url_name, found.kwargs


def test_every_address_of_the_slices_is_found_in_the_tree_as_in_the_list() -> None:
    listed = [one for one in [*zones.urlpatterns, *chain.urlpatterns] if isinstance(one, URLPattern)]
    before, now = resolver(listed), resolver(grouped(listed))
    assert len(listed) > 150
    for one in listed:
        asked = re.sub(r"<(\w+):\w+>", lambda found: SAID[found[1]], str(one.pattern))
        assert led(now, asked)[0] == one.name
        for other in (asked, asked + "more/", asked.rstrip("/") + "x/", asked.replace("7", "x")):
            assert led(now, other) == led(before, other)


def test_what_is_written_out_comes_before_what_stands_for_a_value() -> None:
    addresses = [
        path("a/<slug:code>/x/", view, name="of"),
        path("a/new/x/", view, name="new"),
        path("a/<int:n>/", view, name="number"),
    ]
    assert led(resolver(addresses), "a/new/x/") == ("of", {"code": "new"})
    tree = resolver(grouped(addresses))
    assert led(tree, "a/new/x/") == ("new", {})
    assert led(tree, "a/old/x/") == ("of", {"code": "old"})
    assert led(tree, "a/3/") == ("number", {"n": 3})
    assert led(tree, "a/3") == (None, {})


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
    request = RequestFactory().get("/zh-hans/no/such/page/")
    request.user = AnonymousUser()
    assert frame(request)["other_language_href"] == "/en/no/such/page/"
