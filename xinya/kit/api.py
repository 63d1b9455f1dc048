"""The HTTP API's shared parts: problem documents, cursor paging, sign-in, idempotency keys."""

import base64
import binascii
import copy
import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Annotated, Any, Generic, TypeVar

from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation, PathView
from ninja.security import HttpBasicAuth, SessionAuth
from pydantic import Field

from .models import WriteKey
from .refusal_log import log_refusal
from .refusals import Refused
from .request_errors import reason_of
from .text import gettext_noop as _
from .text import say, short_language

Item = TypeVar("Item")
Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
"""One line of text: no control characters, which neither database nor page can hold."""
LARGEST_PAGE = 200
PROBLEM_TYPE = "application/problem+json"
METHODS = _("This address answers to %(methods)s only.")
NO_CALL = _("The API has no such address; its document, openapi.json, names those there are.")


class FindingItem(Schema):
    """One place in a file that is wrong."""

    code: str
    detail: str
    row: int | None = None
    column: str | None = None


_make_reply_model: Any = Operation._create_response_model


@cache
def _reply_model(reply: Any) -> type[Schema] | None:
    return _make_reply_model(None, reply)


def _kept_reply_model(_call: Operation, response_param: Any) -> type[Schema] | None:
    return _reply_model(response_param)


# Ninja makes a model for every status of every call, and nearly all of these are the one problem document of each refusal. Here it
# is made once, and `_Document` describes it once. Ninja has no setting for it and names the class of its operations itself, so its
# method is replaced: look here when ninja is raised. A test says whether replies still share their model.
Operation._create_response_model = _kept_reply_model  # type: ignore[method-assign,assignment]


class Problem(Schema):
    """A refusal (RFC 9457): a code for programs, a sentence for people."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    row: int | None = None
    column: str | None = None
    findings: list[FindingItem] = Field(default_factory=list)


READ_PROBLEMS = dict.fromkeys((400, 401, 403, 404, 422, 429), Problem)
WRITE_PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)


class Page(Schema, Generic[Item]):
    """A page of a list; `next` is the cursor of the following page, null at the end."""

    items: list[Item]
    next: str | None = None


class BasicAuth(HttpBasicAuth):
    """Name and password with each call, for programs. A browser that a foreign page leads here is not believed.

    `alone`: the password is all that is shown, so it is not enough for people who have or need a second factor.
    """

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Any:
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return None
        if not (username.isprintable() and password.isprintable()):  # no database keeps such a name
            return None
        person = authenticate(request, username=username, password=password, alone=True)
        if person is not None:
            request.user = person
        return person


class PageSession(SessionAuth):
    """The session of a signed-in page; write calls need its CSRF token."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if self.param_name in request.COOKIES else None


SIGN_IN = [BasicAuth(), PageSession()]


def cursor_page(rows: Sequence[Item], *, cursor: str, limit: int, render: Callable[[Item], Any]) -> dict[str, Any]:
    """The rows after `cursor`, which is the position of the last row seen, sealed as text. Raises Refused for a broken one."""
    start = 0
    if cursor:
        try:
            start = int(base64.urlsafe_b64decode(cursor.encode()).decode())
        except (ValueError, binascii.Error, UnicodeError) as error:
            raise Refused("cursor-wrong", _("The cursor is not one of ours."), status=400) from error
        if not 0 < start <= 10**9:
            raise Refused("cursor-wrong", _("The cursor is not one of ours."), status=400)
    end = start + limit
    following = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(rows) else None
    return {"items": [render(r) for r in rows[start:end]], "next": following}


def once(request: HttpRequest, key: str, body: bytes, act: Callable[[], tuple[int, dict[str, Any]]]) -> tuple[int, dict[str, Any]]:
    """Do a write call once for its idempotency key: the same call again gets the first answer, another call with it is refused."""
    if not key:
        return act()
    if len(key) > 80 or not key.isprintable():
        raise Refused("key-wrong", _("The idempotency key must be at most 80 printable characters."), status=400)
    digest = hashlib.sha256(request.method.encode() + request.path.encode() + b"\0" + body).hexdigest()  # type: ignore[union-attr]
    person = request.user.get_username()
    known = WriteKey.objects.filter(person=person, key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                status, reply = act()
                WriteKey.objects.create(
                    key=key,
                    person=person,
                    route=request.path[:200],
                    digest=digest,
                    status=status,
                    reply=json.dumps(reply, ensure_ascii=False),
                )
            return status, reply
        except IntegrityError:
            known = WriteKey.objects.filter(person=person, key=key).first()
            if known is None:
                raise
    if known.digest != digest:
        raise Refused("key-used", _("This idempotency key was used for another call."), status=409)
    return known.status, json.loads(known.reply)


def problem(_request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal as a problem document, in the caller's language."""
    return problem_document(refused)


def problem_document(refused: Refused) -> HttpResponse:
    language = short_language(get_language())
    found = [
        {"code": f.code, "detail": f.sentence(language), "row": f.row, "column": f.column} for f in getattr(refused, "findings", ())
    ]
    document = {
        "type": "about:blank",
        "title": refused.code,
        "status": refused.status,
        "code": refused.code,
        "detail": refused.sentence(language),
        "row": refused.row,
        "column": refused.column,
        "findings": found,
    }
    reply = HttpResponse(json.dumps(document, ensure_ascii=False), status=refused.status, content_type=PROBLEM_TYPE)
    if "retry_after" in refused.values:
        reply["Retry-After"] = str(refused.values["retry_after"])
    return reply


class _Document(OpenAPISchema):
    """Ninja's, but for a model that many replies share: it is described once."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        self._described: dict[tuple[Any, ...], Any] = {}
        super().__init__(api, path_prefix)

    def _create_schema_from_model(self, model: Any, *asked: Any, **named: Any) -> Any:
        key = (model, asked, tuple(sorted(named.items())))
        if key not in self._described:
            self._described[key] = super()._create_schema_from_model(model, *asked, **named)
        return copy.deepcopy(self._described[key])


class ProblemApi(NinjaAPI):
    """An API whose document says what its refusals are: problem documents, not plain JSON."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> OpenAPISchema:
        key = (path_prefix, tuple(sorted((path_params or {}).items())))
        if key not in self._documents:  # half a second of work, and the same until the process ends
            self._documents[key] = self._document(path_prefix, path_params)
        return self._documents[key]

    @cached_property
    def _documents(self) -> dict[tuple[Any, ...], OpenAPISchema]:
        return {}

    def _document(self, path_prefix: str | None, path_params: dict[str, Any] | None) -> OpenAPISchema:
        document = _Document(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, reply in operation["responses"].items():
                    if int(status) >= 400:
                        reply["content"] = {PROBLEM_TYPE: reply["content"]["application/json"]}
        return document


class ProblemPathView(PathView):
    """An address that refuses other methods than its own with a problem document, too."""

    def clone(self) -> PathView:
        """What is mounted is a copy, and a copy of this kind."""
        cloned, copied = ProblemPathView(), super().clone()
        cloned.is_async, cloned.url_name, cloned.operations = copied.is_async, copied.url_name, copied.operations
        return cloned

    def _not_allowed(self) -> HttpResponse:
        plain = super()._not_allowed()
        reply = problem_document(Refused("method-not-allowed", METHODS, status=405, methods=plain["Allow"]))
        reply["Allow"] = plain["Allow"]
        return reply


@csrf_exempt
@login_not_required
def no_such_call(_request: HttpRequest, rest: str) -> HttpResponse:
    """Every address below the API that it does not have."""
    return problem_document(Refused("not-found", NO_CALL, status=404))


def joined_routers(*routers: Router) -> Router:
    """One router of all: two slices may then answer different methods of one path, which two mounted routers cannot."""
    whole = Router()
    for router in routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                operation.tags = operation.tags or router.tags
            whole.path_operations.setdefault(path, ProblemPathView()).operations.extend(view.operations)
    return whole


def declare_problems(api: NinjaAPI) -> None:
    """Every error of the API leaves as a problem document."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        log_refusal(request, code=error.code, status=error.status)
        return problem(request, error)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first = error.errors[0] if error.errors else {}
        where = ".".join(str(part) for part in first.get("loc", ()))
        return problem(request, Refused("request-wrong", _("%(where)s: %(reason)s"), where=where, reason=reason_of(first)))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        reply = problem(request, Refused("sign-in-needed", _("Please sign in first."), status=401))
        reply["WWW-Authenticate"] = 'Basic realm="xinya"'
        return reply

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(request, Refused("not-found", _("There is nothing here."), status=404))

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        status = error.status_code
        message = _("The request could not be read.") if status == 400 else _("This is not allowed.")
        return problem(request, Refused("request-unreadable" if status == 400 else "not-allowed", message, status=status))


__all__ = [
    "READ_PROBLEMS",
    "SIGN_IN",
    "WRITE_PROBLEMS",
    "FindingItem",
    "Page",
    "Problem",
    "ProblemApi",
    "Words",
    "cursor_page",
    "declare_problems",
    "joined_routers",
    "no_such_call",
    "once",
    "problem",
    "say",
]
