"""The key of a system as a sign-in of the HTTP API: `Authorization: Bearer xinya_...`."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from ..actions import use_key

READING = ("GET", "HEAD", "OPTIONS")


class KeyAuth(HttpBearer):
    """A system acts as the membership of its key, in the key's scopes, up to its calls a minute."""

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip()) if scheme.lower() == "bearer" and token.strip() else None

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        person = use_key(token, writes=request.method not in READING)
        if person is not None:
            request.user = person
        return person
