"""A refusal that no view caught becomes a page with its sentence; the API has its own form of it."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from xinya.kit.pages import language
from xinya.kit.refusal_log import log_noted, log_refusal, note_refusal
from xinya.kit.refusals import Elsewhere, Refused


class RefusalPages:
    """Middleware: answers `Refused` with its own status and sentence, 404 with the common page.

    What is found under another number now is led to there.
    What a page caught and showed in its own form (`sentence_of`) is logged too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        note_refusal("")
        reply = self.get_response(request)
        log_noted(request, reply.status_code)
        return reply

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        if isinstance(error, Elsewhere) and request.method in ("GET", "HEAD"):
            messages.info(request, error.sentence(language()))
            path = re.sub(rf"(?<=/){error.old}(?=[/.])", str(error.new), request.path, count=1)
            return redirect(path + (f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""))
        log_refusal(request, code=error.code, status=error.status)
        if error.status == 404:
            return HttpResponse(render_to_string("404.html"), status=404)  # nothing of what stands around a page is shown there
        reply = render(request, "refused.html", {"refused": error, "sentence": error.sentence(language())}, status=error.status)
        if "retry_after" in error.values:
            reply["Retry-After"] = str(error.values["retry_after"])
        return reply
