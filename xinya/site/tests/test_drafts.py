"""What was typed when a session ended comes back to its person, on its page, unsent; to nobody else, and no secret with it."""

import datetime
import json
import re

import pytest
from django.test import Client

from xinya.site.tests.conftest import Clock, at, knock, shift
from xinya.zones.models import Draft, Person, Zone
from xinya.zones.tests.people import someone

MINUTE = datetime.timedelta(minutes=1)
PAGE = "/en/zones/new/"
TYPED = {"name": "新区一号", "name_en": "New <b>one</b>", "code": "new-one", "password_hint": "secret", "chains": ["a", "b"]}
pytestmark = pytest.mark.django_db


@pytest.fixture
def founder(db: None) -> Person:
    return someone("founder", "chain_officer")


def ended(person: str = "founder") -> Client:
    """A browser whose session has been idle for too long."""
    client = Client(HTTP_REFERER=f"http://testserver{PAGE}")
    knock(client, person)
    shift(client, seen=15 * MINUTE)
    return client


def kept_on(client: Client, path: str = PAGE) -> dict[str, object] | None:
    found = re.search(r'<script id="kept-fields" type="application/json">(.*?)</script>', client.get(path).content.decode())
    return json.loads(found[1]) if found else None


def test_a_form_sent_after_the_end_comes_back_filled_and_unsent(founder: Person) -> None:
    client = ended()
    reply = client.post(PAGE, TYPED)
    assert reply.status_code == 302
    assert reply["Location"] == f"{at('sign-in')}?next=%2Fen%2Fzones%2Fnew%2F"
    assert not Zone.objects.exists()
    assert client.post(at("sign-in"), {"username": "founder", "password": "for-tests-only", "next": PAGE})["Location"] == PAGE
    kept = kept_on(client)
    assert kept is not None
    assert kept["target"] == PAGE
    assert kept["fields"] == {"name": ["新区一号"], "name_en": ["New <b>one</b>"], "chains": ["a", "b"]} | {"code": ["new-one"]}
    assert not Zone.objects.exists()
    assert "New <b>one</b>" not in client.get(PAGE).content.decode(), "it is text, not a part of the page"


def test_the_text_survives_another_click_between_the_end_and_the_sending(founder: Person) -> None:
    client = ended()
    client.get("/en/")
    client.post(PAGE, TYPED)
    knock(client, "founder")
    assert kept_on(client) is not None


def test_nobody_else_gets_the_text(founder: Person, officer: Person) -> None:
    client = ended()
    client.post(PAGE, TYPED)
    knock(client, "officer")
    assert kept_on(client, "/en/zones/harbour/") is None
    assert kept_on(client) is None
    client.post(at("sign-out"))
    knock(client, "founder")
    assert kept_on(client) is not None


def test_a_stranger_s_form_is_not_kept_for_anybody() -> None:
    client = Client(HTTP_REFERER=f"http://testserver{PAGE}")
    assert client.post(PAGE, TYPED).status_code == 302
    assert not Draft.objects.exists()


def test_a_form_from_another_site_is_not_kept(founder: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(founder)
    shift(client, seen=15 * MINUTE)
    assert client.post(PAGE, TYPED, HTTP_REFERER="https://evil.example/").status_code == 403
    assert not Draft.objects.exists()


def test_the_page_of_a_draft_is_one_of_ours(founder: Person) -> None:
    client = ended()
    reply = client.post(PAGE, TYPED, HTTP_REFERER="https://evil.example/en/zones/new/")
    assert "evil" not in reply["Location"]
    assert Draft.objects.get().page == "/en/"


def test_secrets_and_files_are_not_kept(founder: Person) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = ended()
    client.post(PAGE, {**TYPED, "password": "x", "companies": SimpleUploadedFile("list.csv", b"secret list")})
    whole = json.dumps(Draft.objects.get().fields)
    assert "secret" not in whole
    assert "csrfmiddlewaretoken" not in whole


def test_the_text_is_gone_after_a_day_after_sending_and_when_thrown_away(founder: Person, clock: Clock) -> None:
    for end in ("day", "sent", "thrown"):
        client = ended()
        client.post(PAGE, TYPED)
        knock(client, "founder")
        assert kept_on(client) is not None
        if end == "day":
            clock(datetime.timedelta(hours=24))
            knock(client, "founder")
        elif end == "sent":
            client.post(PAGE, {"name": "x"})
        else:
            client.post(at("drop-draft"), {"target": PAGE, "next": PAGE})
        assert kept_on(client) is None, end


def test_a_flood_of_forms_is_kept_within_bounds(founder: Person) -> None:
    client = ended()
    client.get("/en/")
    for n in range(15):
        client.post(f"/en/zones/zone{n}/limits/", {"reason": "x" * 100})
    client.post(PAGE, {"name": "x" * 100_000})
    assert Draft.objects.count() == 10


def test_a_session_ended_by_others_keeps_nothing(founder: Person) -> None:
    from xinya.zones.actions.sessions import end_sessions

    client = Client(HTTP_REFERER=f"http://testserver{PAGE}")
    knock(client, "founder")
    end_sessions(founder, reason="locked")
    client.post(PAGE, TYPED)
    assert not Draft.objects.exists()
