"""A request body beyond the limit gets one clear sentence, read away in small pieces and never parsed or kept."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from xinya.kit.api import problem
from xinya.kit.pages import language
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

PIECE_BYTES = 64 * 1024
# A browser shows the sentence only when its upload was read to the end; beyond this the connection is simply closed.
READ_AWAY_BYTES = 256 * 1024 * 1024
TOO_LARGE = _("What was sent has %(sent_mb)s MB, and a file may have %(limit_mb)s MB at most. Nothing was stored.")


def body_size(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: answers 413 by the announced length. A body without a length counts as empty (as WSGI has it)."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length <= settings.LARGEST_BODY_BYTES:
            return get_response(request)
        left = min(length, READ_AWAY_BYTES)
        while left > 0 and (piece := request.read(min(PIECE_BYTES, left))):
            left -= len(piece)
        return _refusal(request, length)

    return answer


def _refusal(request: HttpRequest, length: int) -> HttpResponse:
    megabyte = 1024 * 1024
    sent, limit = -(-length // megabyte), settings.LARGEST_FILE_BYTES // megabyte
    refused = Refused("too-large", TOO_LARGE, status=413, sent_mb=sent, limit_mb=limit)
    if request.path_info.startswith("/api/"):
        return problem(request, refused)
    sentence = refused.sentence(language())
    return render(request, "refused.html", {"refused": refused, "sentence": sentence}, status=refused.status)
