"""A browser that signed in to an account before is known to it by a sealed cookie, so that strangers' failures do not lock it."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "xinya.known-browser"
LIFE_SECONDS = 180 * 24 * 60 * 60
ACCOUNTS = 8


def browser_of(request: HttpRequest, person_id: object) -> str:
    """The browser's random name for this account; "" when it never signed in to it."""
    return _sealed(request).get(str(person_id), "")


def remember(request: HttpRequest, response: HttpResponse, person_id: object) -> None:
    """Give the browser a name for this account, kept for half a year; the last few accounts of a browser are kept."""
    known = _sealed(request)
    name = known.pop(str(person_id), "") or secrets.token_urlsafe(16)
    kept = dict(list(known.items())[1 - ACCOUNTS :])
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE,
        signing.dumps({**kept, str(person_id): name}, salt=SALT),
        max_age=LIFE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _sealed(request: HttpRequest) -> dict[str, str]:
    try:
        known = signing.loads(request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE, ""), salt=SALT, max_age=LIFE_SECONDS)
    except signing.BadSignature:
        return {}
    return known if isinstance(known, dict) else {}
