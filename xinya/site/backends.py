"""Name and password against Django's own hashes, behind axes: tries are counted first, and a pause answers before the hash."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.base import AxesHandler
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from xinya.kit.client import client_address, counted_address
from xinya.kit.identity import plain_phone
from xinya.kit.known_browser import browser_of
from xinya.kit.prepared import Prepared
from xinya.zones import rules
from xinya.zones.actions.tries import Attempt, begin_try, fail_try, pass_try
from xinya.zones.models import Person
from xinya.zones.queries.sign_in import HAS_FACTOR

LONGEST_NAME = 150
_PERSON: Prepared[Person] = Prepared(lambda key: Person.objects.filter(pk=key), -1)


def _named(typed: str, phone: str = "") -> QuerySet[Person]:
    by_phone = Q(phone=phone, is_phone_confirmed=True) if phone else Q()
    return Person.objects.annotate(has_factor=HAS_FACTOR).filter(Q(username=typed) | by_phone).order_by("pk")[:2]


_NAMED = Prepared(_named, "the name")
_NAMED_OR_CALLED = Prepared(_named, "the name", "the phone")


def person_named(typed: str) -> Person | None:
    """The account of a user name, or of a phone number that was confirmed."""
    phone = plain_phone(typed)
    found = _NAMED_OR_CALLED.rows(typed, phone) if phone else _NAMED.rows(typed)
    return next((person for person in found if person.username == typed), found[0] if found else None)


def attempt_of(request: HttpRequest, typed: str) -> Attempt:
    """Who tries to sign in to which account, looked up once a request."""
    known: dict[str, Attempt] = request.__dict__.setdefault("sign_in_attempts", {})
    if typed not in known:
        person = person_named(typed)
        browser = browser_of(request, person.pk) if person else ""
        known[typed] = Attempt(typed, person, counted_address(client_address(request)), browser)
    return known[typed]


class PauseHandler(AxesHandler):
    """What axes asks and tells about tries, answered by the zones' own count (docs/decisions/008)."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        typed = str((credentials or {}).get("username") or "")
        pause, was_paused = begin_try(attempt_of(request, typed), timezone.now())
        request.sign_in_pause, request.was_paused = pause, was_paused  # type: ignore[attr-defined]
        return pause is not None

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
        paused = getattr(request, "sign_in_pause", None)
        if request is not None and paused is None and credentials.get("username"):
            fail_try(attempt_of(request, str(credentials["username"])), timezone.now())


class PasswordBackend(AxesStandaloneBackend, ModelBackend):
    """Django's password check, with axes before it. Without a request (the shell) nothing is counted."""

    def get_user(self, user_id: int) -> Person | None:
        """The person of a session: asked for at every request."""
        found = _PERSON.rows(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, *, alone: bool = False
    ) -> Person | None:
        """`alone`: the password is all that is shown; refused where a second factor is had or needed, or the password was reset."""
        if username is None or password is None or len(username) > LONGEST_NAME:
            return None
        if request is not None:
            super().authenticate(request, username=username, password=password)
        person = attempt_of(request, username).person if request is not None else person_named(username)
        if person is None:
            Person().set_password(password)  # an unknown account costs the hash that a known one does
            return None
        if person.is_system or not person.check_password(password) or not self.user_can_authenticate(person):
            return None
        needs_more = person.must_change_password or rules.needs_second_factor(person) or getattr(person, "has_factor", True)
        if alone and needs_more:
            return None
        if request is not None:
            pass_try(attempt_of(request, username), was_paused=request.was_paused)  # type: ignore[attr-defined]
        return person
