"""Response headers that hold for every page, picture and API reply, and logs that hold no sign-in code."""

import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()" for feature in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
)


def headers(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a content security policy without inline script or style, and no browser feature we do not use."""
    policy = "; ".join(f"{name} {sources}" for name, sources in settings.CONTENT_SECURITY_POLICY.items())

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = policy
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response

    return answer


class Csrf(CsrfViewMiddleware):
    """Django's own check of tokens and origins, for pages that tell nobody their address too.

    From such a page (Referrer-Policy: no-referrer) a browser sends the origin "null"; that the form is ours it still says in
    Sec-Fetch-Site, which no script can write. The token is asked for as ever.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.headers.get("Origin") == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin":
            return True
        return bool(super()._origin_verified(request))  # type: ignore[misc]


class NoCodes(logging.Filter):
    """A line of the log never holds a sign-in code, even when it names the address that was asked for."""

    CODE = re.compile(r"(/q/)[^/\s?]+|([?&](?:code|state)=)[^&\s]+")

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        masked = self.CODE.sub(lambda found: (found[1] or found[2]) + "…", text)
        if masked != text:
            record.msg, record.args = masked, ()
        return True
