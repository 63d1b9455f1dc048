"""The page of search: results by kind, what was asked for lit up, all behind the gate of kit.search."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from xinya.kit.pages import language, page
from xinya.kit.search import LONGEST_QUERY, Hit, Search, kinds
from xinya.zones.queries import signed_in
from xinya.zones.rules import may_change_zones

OF_EACH_KIND = 5
A_PAGE = 20
TELLING, WIDTH = 3, 90


def search_page(request: HttpRequest) -> HttpResponse:
    """What this person may find: the best few of each kind, or one kind page by page."""
    person = signed_in(request)
    search = Search(person, request.GET.get("q", ""))
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in search.kinds_of() else ""
    start = _start(request.GET.get("page", ""), search.counts.get(chosen, 0)) if chosen else 0
    sections = [_section(search, name, start, A_PAGE if chosen else OF_EACH_KIND) for name in search.kinds_of(chosen)]
    context = {
        "search": search,
        "chosen": chosen,
        "total": sum(search.counts.values()),
        "longest": LONGEST_QUERY,
        "kinds": [{**_kind(search, name), "current": name == chosen} for name in search.kinds_of() if search.counts[name]],
        "sections": [section for section in sections if section["rows"]],
        "pager": _pager(search, chosen, start) if chosen else None,
        "all_href": _href(search),
        "may_edit_words": may_change_zones(person),
    }
    return page(request, "search.html", context, section="search")


def _start(asked: str, count: int) -> int:
    """The first row of the page asked for; a page that is none, or lies behind the last, is the nearest one that exists."""
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 1
    return (min(max(number, 1), max(1, -(-count // A_PAGE))) - 1) * A_PAGE


def _href(search: Search, **more: object) -> str:
    return f"{reverse('search')}?{urlencode({'q': search.text, **more})}"


def _kind(search: Search, name: str) -> dict[str, Any]:
    return {"name": name, "label": gettext(kinds()[name].label), "count": search.counts[name], "href": _href(search, kind=name)}


def _section(search: Search, name: str, start: int, limit: int) -> dict[str, Any]:
    hits = search.hits([name], start, limit) if search.counts[name] else []
    rows = [_row(search, hit) for hit in hits]
    return {**_kind(search, name), "rows": rows, "more": max(0, search.counts[name] - start - len(rows))}


def _row(search: Search, hit: Hit) -> dict[str, Any]:
    """A result in the reader's language; each text says its own language where it is another one."""
    found, chinese = hit.document, language() == "zh"
    in_english = bool(found.name_en) and not chinese
    said = [("zh-Hans", text) for text in search.telling((*found.aliases, *found.text), TELLING)]
    if not chinese:
        english = search.telling(found.text_en, TELLING)
        said = [*[("", text) for text in english], *([] if english else said)]
    other = found.names[0] if in_english else found.name_en
    return {
        "href": page_of(hit),
        "name": search.lit(found.name_en if in_english else found.names[0]),
        "name_lang": "" if in_english or chinese else "zh-Hans",
        "other": search.lit(other) if other and search.telling([other], 1) else [],
        "other_lang": "zh-Hans" if in_english else "en",
        "place": found.place if chinese else found.place_en,
        "codes": [search.lit(code) for code in search.telling(found.codes, 1)],
        "said": [{"lang": "" if chinese else lang, "pieces": search.lit(text, WIDTH)} for lang, text in said],
    }


def page_of(hit: Hit) -> str:
    """The address of a record's page, in the language of this answer."""
    name, *arguments = hit.document.route
    return reverse(name, args=arguments) + (f"#{hit.document.anchor}" if hit.document.anchor else "")


def _pager(search: Search, kind: str, start: int) -> dict[str, Any]:
    count, number = search.counts[kind], start // A_PAGE + 1
    last = min(start + A_PAGE, count)
    return {
        "first": start + 1,
        "last": last,
        "total": count,
        "previous_href": _href(search, kind=kind, page=number - 1) if start else "",
        "next_href": _href(search, kind=kind, page=number + 1) if last < count else "",
    }
