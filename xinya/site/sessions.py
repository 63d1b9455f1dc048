"""Sessions have an end: after idleness, after half a day. What the person was typing then is kept for them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import LazyObject, empty

from xinya.zones import rules
from xinya.zones.actions.sessions import close_session, ended_by, touch_session
from xinya.zones.models import Person

PROVE, CHANGE, SET_UP = "prove", "change", "set-up"


class SessionLimits:
    """Middleware: ends sessions that are over, notes that the others live, and lets the API see only those without a duty left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = request.user = _unwrapped(request.user)
        if isinstance(person, Person):
            now = timezone.now()
            why = ended_by(request.session, person=person, now=now)
            if why:
                close_session(person, key=request.session.session_key, reason=why)
                request.session.flush()
                # The browser's next, nameless session remembers whose text it may still bring; it opens nothing.
                request.session["was"] = person.pk
                request.user = AnonymousUser()
            else:
                touch_session(request.session, now=now)
                if request.path_info.startswith("/api/") and duty_left(request, person):
                    request.user = AnonymousUser()
        return self.get_response(request)


def _unwrapped(user: Any) -> Any:
    """The person itself, or nobody: until it is asked who that is Django stands in its place, and django_otp once more.

    It is asked here at every request, and each later word with a stand-in goes through both, hundreds of times for a page.
    """
    while isinstance(user, LazyObject):
        if user._wrapped is empty:
            user._setup()
        user = user._wrapped
    return user


def duty_left(request: HttpRequest, person: Person) -> str:
    """What a signed-in person must do before anything else: "prove", "change", "set-up", or "" for nothing."""
    session = request.session
    required = rules.needs_second_factor(person)
    is_verified = person.is_verified()  # type: ignore[attr-defined]
    if session.get("must_prove") and not is_verified:
        return PROVE
    if session.get("must_change"):
        return CHANGE
    return SET_UP if required and (not is_verified or session.get("incomplete", True)) else ""
