"""Who may open a page, and how a form on it becomes one act."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest

from xinya.kit.pages import sentence_of
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from ..models import Person
from ..queries import signed_in
from ..rules import has_power

NOTHING_HERE = _("There is nothing here.")
PAGE_SIZE = 50


def allowed(request: HttpRequest, *powers: str) -> Person:
    """The person of the request, who has one of these powers; to everybody else the page does not exist."""
    person = signed_in(request)
    if not any(has_power(person, power) for power in powers):
        raise Refused("not-found", NOTHING_HERE, status=404)
    return person


def done(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Do the act with what a valid form says. A refusal becomes a sentence of the form; what is not found stays a 404."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refused:
        if refused.status == 404 or "retry_after" in refused.values:
            raise
        form.add_error(None, sentence_of(refused))
        return False
    return True


def position(request: HttpRequest) -> int:
    """The first row asked for, from 0."""
    asked = request.GET.get("from", "")
    return int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 9 else 0


def turned(request: HttpRequest, first: int, shown: int, total: int) -> dict[str, Any]:
    """What the pager shows; the search words stay."""

    def href(start: int) -> str:
        kept = request.GET.copy()
        kept["from"] = str(start)
        return "?" + kept.urlencode()

    last = first + shown
    return {
        "first": first + 1 if shown else 0, "last": last, "total": total,
        "previous_href": href(max(0, first - PAGE_SIZE)) if first else "", "next_href": href(last) if last < total else "",
    }  # fmt: skip


def wanted(request: HttpRequest) -> str:
    """The search words of a list."""
    return request.GET.get("q", "").replace("\0", "").strip()[:60]
