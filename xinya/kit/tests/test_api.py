"""Shared parts of the HTTP API: cursors, problem documents, calls that are done once."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from ninja import Router

from xinya.kit.api import LARGEST_PAGE, Problem, cursor_page, once, problem
from xinya.kit.models import WriteKey
from xinya.kit.refusals import Refused
from xinya.zones.models import Person


def walked(rows: list[int], limit: int) -> list[list[int]]:
    pages, cursor = [], ""
    while True:
        page = cursor_page(rows, cursor=cursor, limit=limit, render=lambda row: row)
        pages.append(page["items"])
        if page["next"] is None:
            return pages
        cursor = page["next"]


@given(st.lists(st.integers(), max_size=60), st.integers(1, LARGEST_PAGE))
def test_walking_the_pages_meets_every_row_once_and_in_order(rows: list[int], limit: int) -> None:
    pages = walked(rows, limit)
    assert [row for page in pages for row in page] == rows
    assert all(len(page) == limit for page in pages[:-1])
    assert len(pages) == max(1, -(-len(rows) // limit))


def test_a_cursor_behind_the_last_row_answers_an_empty_last_page() -> None:
    cursor = base64.urlsafe_b64encode(b"70").decode()
    assert cursor_page([1, 2], cursor=cursor, limit=5, render=lambda row: row) == {"items": [], "next": None}


@pytest.mark.parametrize("inner", [b"0", b"-5", b"x", b"", b"1.5", b"9" * 30, b"\xff", b"1" * 90])
def test_a_broken_cursor_is_refused(inner: bytes) -> None:
    with pytest.raises(Refused) as caught:
        cursor_page([1], cursor=base64.urlsafe_b64encode(inner).decode() or "=", limit=5, render=lambda row: row)
    assert (caught.value.code, caught.value.status) == ("cursor-wrong", 400)


@given(st.text(min_size=1, max_size=100))
def test_any_text_as_a_cursor_is_a_page_or_a_refusal(text: str) -> None:
    try:
        page = cursor_page([1, 2, 3], cursor=text, limit=1, render=lambda row: row)
    except Refused as refused:
        status = refused.status
    else:
        status = 200 if len(page["items"]) <= 1 else 0
    assert status in (200, 400)


def test_a_problem_document_says_code_sentence_and_place() -> None:
    reply = problem(RequestFactory().get("/api/v1/zones"), Refused("a-code", "No.", row=3, column="c", status=409))
    said = json.loads(reply.content)
    assert reply["Content-Type"] == "application/problem+json"
    assert (reply.status_code, said["status"], said["code"], said["row"], said["column"]) == (409, 409, "a-code", 3, "c")


class Desk:
    """Counts how often an act was done, and fails when told to."""

    def __init__(self) -> None:
        self.done, self.fails = 0, False

    def act(self) -> tuple[int, dict[str, Any]]:
        if self.fails:
            raise Refused("no", "No.")
        self.done += 1
        Person.objects.create_user(username=f"made-{self.done}")
        return 201, {"number": self.done}


@pytest.fixture
def call(db: None) -> Callable[[str], HttpRequest]:
    def made(username: str) -> HttpRequest:
        request = RequestFactory().post("/api/v1/zones")
        person, _is_new = Person.objects.get_or_create(username=username)
        request.user = person
        return request

    return made


def test_the_same_call_with_the_same_key_is_done_once(call: Callable[[str], HttpRequest]) -> None:
    desk = Desk()
    answers = [once(call("officer"), "k1", b"body", desk.act) for _time in range(3)]
    assert answers == [(201, {"number": 1})] * 3
    assert desk.done == 1


def test_calls_without_a_key_are_done_each_time(call: Callable[[str], HttpRequest]) -> None:
    desk = Desk()
    for _time in range(2):
        once(call("officer"), "", b"body", desk.act)
    assert desk.done == 2
    assert not WriteKey.objects.exists()


def test_another_call_with_a_used_key_is_refused(call: Callable[[str], HttpRequest]) -> None:
    desk = Desk()
    once(call("officer"), "k1", b"body", desk.act)
    with pytest.raises(Refused) as caught:
        once(call("officer"), "k1", b"other body", desk.act)
    assert (caught.value.code, caught.value.status, desk.done) == ("key-used", 409, 1)


def test_the_key_of_one_person_is_free_for_another(call: Callable[[str], HttpRequest]) -> None:
    desk = Desk()
    once(call("officer"), "k1", b"body", desk.act)
    once(call("second"), "k1", b"other body", desk.act)
    assert desk.done == 2


def test_a_call_that_failed_may_be_tried_again_with_its_key(call: Callable[[str], HttpRequest]) -> None:
    desk = Desk()
    desk.fails = True
    with pytest.raises(Refused):
        once(call("officer"), "k1", b"body", desk.act)
    assert not WriteKey.objects.exists()
    desk.fails = False
    assert once(call("officer"), "k1", b"body", desk.act) == (201, {"number": 1})


@pytest.mark.parametrize("key", ["x" * 81, "a\nb", "a\0b"])
def test_a_key_that_cannot_be_kept_is_refused(call: Callable[[str], HttpRequest], key: str) -> None:
    desk = Desk()
    with pytest.raises(Refused) as caught:
        once(call("officer"), key, b"body", desk.act)
    assert (caught.value.code, caught.value.status, desk.done) == ("key-wrong", 400, 0)


def test_all_calls_share_the_model_of_a_refusal_and_none_that_of_another_reply() -> None:
    router = Router()
    for path, reply in (("/one", int), ("/two", str)):
        router.get(path, response={200: reply, 404: Problem, 422: Problem})(lambda request: None)
    one, two = (view.operations[0].response_models for view in router.path_operations.values())
    assert one[404] is one[422] is two[404] is two[422]
    assert one[200] is not two[200]
