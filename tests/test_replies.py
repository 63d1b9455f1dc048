"""What every reply of the house carries, what a page says it cost, and what happens to a body that is too large."""

import io
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from xinya.site import footer_stats, limits, security


class Counting(io.BytesIO):
    """A body that remembers how much was asked for at once."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.largest = max(self.largest, len(self.getvalue()) if size is None or size < 0 else size)
        return super().read(size)


def test_every_reply_has_a_policy_without_inline_script_or_style() -> None:
    reply = security.headers(lambda _request: HttpResponse("x"))(RequestFactory().get("/"))
    policy = dict(part.split(" ", 1) for part in reply.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert not any("unsafe" in sources or "http" in sources for sources in policy.values())
    assert "geolocation=()" in reply.headers["Permissions-Policy"]
    assert reply.headers["X-Frame-Options"] == "DENY"


def test_the_whole_house_sends_these_headers() -> None:
    reply = Client().get("/health")
    assert reply.status_code == 200
    for name in ("Content-Security-Policy", "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options"):
        assert name in reply.headers


@pytest.mark.django_db
def test_a_page_knows_how_many_statements_it_made() -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        for _ in range(3):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        seen.append(request.page_cost.statements)  # type: ignore[attr-defined]
        return HttpResponse()

    request = RequestFactory().get("/")
    footer_stats.page_cost(view)(request)
    assert seen == [3]
    cost = request.page_cost  # type: ignore[attr-defined]
    assert 0 <= cost.sql_ms <= cost.page_ms
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert cost.statements == 3, "what runs after the reply is not this page's"


@pytest.mark.django_db
def test_a_failing_statement_is_counted_too() -> None:
    cost = footer_stats.PageCost()
    with pytest.raises(ZeroDivisionError):
        cost(lambda *_arguments: 1 / 0, "SELECT", None, False, {})
    assert cost.statements == 1


def test_a_stream_stays_a_stream() -> None:
    taken = []

    def rows() -> Iterator[bytes]:
        for number in range(3):
            taken.append(number)
            yield b"row"

    reply = footer_stats.page_cost(lambda _request: StreamingHttpResponse(rows()))(RequestFactory().get("/"))
    assert (reply.streaming, taken) == (True, [])


def large_request(path: str, size: int) -> tuple[HttpRequest, Counting]:
    request = RequestFactory().post(path, data=b"", content_type="application/octet-stream")
    body = Counting(b"x" * size)
    request._stream = body
    request.META["CONTENT_LENGTH"] = str(size)
    return request, body


def never(_request: HttpRequest) -> HttpResponse:
    raise AssertionError("the body must not reach a view")


def test_fifty_megabytes_are_read_away_in_pieces_and_refused_in_one_sentence() -> None:
    request, body = large_request("/api/v1/zones", 50 * 1024 * 1024)
    reply = limits.body_size(never)(request)
    assert isinstance(reply, HttpResponse)
    assert (reply.status_code, reply.headers["Content-Type"]) == (413, "application/problem+json")
    assert "too-large" in reply.content.decode()
    assert body.tell() == 50 * 1024 * 1024
    assert body.largest <= limits.PIECE_BYTES


@pytest.mark.django_db
def test_a_page_says_the_same_as_a_page() -> None:
    reply = Client(headers={"accept-language": "zh-hans"}).post("/zh-hans/", {"file": io.BytesIO(b"x" * (22 * 1024 * 1024))})
    assert reply.status_code == 413
    assert "20MB" in reply.content.decode().replace(" ", "")
    assert "Content-Security-Policy" in reply.headers


def test_what_keeps_the_limit_goes_through() -> None:
    request, body = large_request("/api/v1/zones", settings.LARGEST_BODY_BYTES)
    reply = limits.body_size(lambda _request: HttpResponse("in"))(request)
    assert (reply.status_code, body.tell()) == (200, 0)
