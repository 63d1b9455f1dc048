"""Django says that a session began or ended; the zones keep its row. Every way of signing in comes by here."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from xinya.kit.client import client_address, device_text
from xinya.zones.actions.sessions import Visit, begin_session, close_session
from xinya.zones.models import Person, SessionRecord


def begun(sender: Any, request: HttpRequest, user: Person, **more: Any) -> None:
    way = getattr(request, "sign_in_way", SessionRecord.Way.PASSWORD)
    visit = Visit(client_address(request), device_text(request), way)
    # Without a method it is no request that came in: code of our own begins a session, and nobody signs in.
    begin_session(request.session, person=user, visit=visit, now=timezone.now(), is_sign_in=request.method is not None)


def ended(sender: Any, request: HttpRequest, user: Person | None, **more: Any) -> None:
    if user is not None:
        close_session(user, key=request.session.session_key, reason="signed out")


def connect() -> None:
    user_logged_in.connect(begun, dispatch_uid="xinya.session-begun")
    user_logged_out.connect(ended, dispatch_uid="xinya.session-ended")
