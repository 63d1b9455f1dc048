"""Which refused requests enter the log: what somebody who is signed in may not change or may not see."""

import re
from contextvars import ContextVar

from django.http import HttpRequest
from django.utils.translation import get_language_from_path

from .audit import record_refusal

READS = frozenset({"GET", "HEAD", "OPTIONS"})
LOGGED_READS = frozenset({403, 404})
SIGN_IN_CODE = re.compile(r"(/q/)[^/\s]+")
"""A code that signs a computer in is no address to keep."""
LOGGED_WRITES = frozenset({401, 403, 404, 409, 422})


_noted: ContextVar[str] = ContextVar("noted refusal", default="")


def note_refusal(code: str) -> None:
    """A page caught this refusal and answers it itself; `log_noted` writes it down after the answer."""
    _noted.set(code)


def log_noted(request: HttpRequest, status: int) -> None:
    """Log the refusal that a page noted in this request, if it was a refused act that the log keeps."""
    code = _noted.get()
    _noted.set("")
    if code:
        log_refusal(request, code=code, status=status)


def log_refusal(request: HttpRequest, *, code: str, status: int) -> None:
    """Log a refusal after its rollback: method and route as the act, the address as the object, the code as the reason."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return
    if status not in (LOGGED_READS if request.method in READS else LOGGED_WRITES):
        return
    match = request.resolver_match
    record_refusal(person, f"{request.method} {match.view_name if match else ''}".strip(), f"path:{_path(request)}", code)


def _path(request: HttpRequest) -> str:
    """The address without its language: the same object in both."""
    path = request.path_info
    spoken = get_language_from_path(path)
    bare = path.removeprefix(f"/{spoken}") if spoken else path
    return SIGN_IN_CODE.sub(r"\1…", bare)
