"""Says for the time of one request from where it comes."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xinya.kit.address import client_address, coming_from


def address(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: the peer's own address; `X-Forwarded-For` is believed only of a proxy that XINYA_PROXIES lists."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
        with coming_from(client_address(peer, forwarded, settings.PROXIES)):
            return get_response(request)

    return answer
