"""One way to answer with a page: template, context, and what the frame around it must know."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from .refusal_log import note_refusal
from .refusals import Refused
from .text import short_language


def language(request: HttpRequest | None = None) -> str:
    """ "zh" or "en": the language of this answer."""
    return short_language(get_language())


def sentence_of(refused: Refused) -> str:
    """What a page says of a refusal that it caught and shows in its form; the refusal is logged when the page is answered."""
    note_refusal(refused.code)
    return refused.sentence(language())


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    zone: object = None,
    section: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a page. zone: the zone it belongs to; section: which entry of the navigation is current.

    `own_path` in the context: where the page itself is read, if this answers a form that was sent to another address.
    """
    request.frame = {"zone": zone, "section": section, "own_path": (context or {}).get("own_path")}  # type: ignore[attr-defined]
    return render(request, template, {"zone": zone, **(context or {})}, status=status)
