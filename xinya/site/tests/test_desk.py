"""Pages of the system officer and of everybody: work for later, own notices, states; and the documents of the states."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult

from xinya.cli.house import openapi_document
from xinya.kit.later import later
from xinya.kit.state_charts import rows
from xinya.site.states import SHOWN, documents
from xinya.zones.models import Notice, NoticeChoice, Person
from xinya.zones.tests.people import someone

DOCS = Path(__file__).resolve().parents[3] / "docs"
pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def failed_task() -> DBTaskResult:
    with transaction.atomic():
        row = DBTaskResult.objects.get(pk=later("zones.send_notice", 7))
    row.status, row.traceback, row.worker_ids = "FAILED", "Traceback\nRuntimeError: the log is <b>full</b>", ["a"] * 6
    row.save()
    return row


def test_the_system_officer_sees_what_failed_and_why_and_tries_it_again() -> None:
    row, client = failed_task(), signed_in(someone("system", "system_officer"))
    text = client.get("/en/work/").content.decode()
    for told in (
        "1 task has failed for good",
        "zones.send_notice",
        "RuntimeError: the log is &lt;b&gt;full",
        "No worker gives a sign",
    ):
        assert told in text
    assert client.get(f"/en/work/{row.pk}/again/").status_code == 405
    assert client.post(f"/en/work/{row.pk}/again/").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.worker_ids) == ("READY", [])
    assert client.post(f"/en/work/{row.pk}/again/").status_code == 409
    assert "Nobody works on what was promised" in client.get("/en/work/").content.decode()


@pytest.mark.parametrize("role", ["chain_officer", "zone_reader", "auditor", "security_officer", "audit_officer", "commissioner"])
def test_for_everybody_else_the_queue_is_not_there(role: str) -> None:
    row, client = failed_task(), signed_in(someone("other", role))
    page, action, absent = client.get("/en/work/"), client.post(f"/en/work/{row.pk}/again/"), client.get("/en/nothing/")
    assert (page.status_code, action.status_code) == (404, 404)
    assert page.content == absent.content.replace(b"/en/nothing/", b"/en/work/").replace(b"/zh-hans/nothing/", b"/zh-hans/work/")
    row.refresh_from_db()
    assert row.status == "FAILED"
    assert "/en/work/" not in client.get("/en/").content.decode()


def notice(person: Person, number: int = 1, **more: Any) -> Notice:
    values = {"kind": "k", "subject": f"Point {number}", "body": "<script>alert(1)</script>", "channel": "page", "state": "SENT"}
    return Notice.objects.create(person=person, key=f"{person.pk}:{number}", path="/zones/", **values | more)


def test_everybody_sees_the_own_notices_only_and_marks_them_read() -> None:
    me, other = someone("me", "chain_officer"), someone("other", "chain_officer")
    own, foreign = notice(me), notice(other, 2, subject="Secret point")
    client = signed_in(me)
    text = client.get("/en/notices/").content.decode()
    assert "1 notice not read yet" in text
    assert "Secret point" not in text
    assert "&lt;script&gt;" in text
    assert client.post("/en/notices/read/", {"notice": foreign.pk}).status_code == 404
    assert client.post("/en/notices/read/", {"notice": "7 or 1=1"}).status_code == 404
    assert client.post("/en/notices/read/", {"notice": own.pk}).status_code == 302
    assert "All notices are read" in client.get("/en/notices/").content.decode()
    foreign.refresh_from_db()
    assert foreign.read_at is None
    assert [item["subject"] for item in client.get("/api/v1/notices").json()["items"]] == ["Point 1"]


def test_the_list_of_notices_makes_the_same_number_of_statements_whatever_its_length(
    django_assert_max_num_queries: Any,
) -> None:
    me = someone("me", "chain_officer")
    for number in range(60):
        notice(me, number)
    client = signed_in(me)
    with django_assert_max_num_queries(12):
        text = client.get("/en/notices/").content.decode()
    assert "1 to 50 of 60" in text
    assert "51 to 60 of 60" in client.get("/en/notices/?from=50").content.decode()
    assert client.get("/en/notices/?from=x").status_code == 200


def test_a_person_chooses_how_to_be_told(settings: Any) -> None:
    settings.OUTBOX = None
    me = someone("me", "chain_officer")
    client = signed_in(me)
    form = {"channel": "page", "quiet_from": "22:30", "quiet_until": "07:00"}
    assert client.post("/en/notices/choices/", form).status_code == 302
    choice = NoticeChoice.objects.get(person=me)
    assert (choice.channel, str(choice.quiet_from), choice.is_digest) == ("page", "22:30:00", False)
    refused = client.post("/en/notices/choices/", form | {"channel": "mail"})
    assert refused.status_code == 422
    assert client.post("/en/notices/choices/", form | {"quiet_from": "25:00"}).status_code == 422


def test_a_link_in_a_notice_ignores_the_host_of_the_request(settings: Any) -> None:
    assert Client().get("/en/sign-in/", headers={"host": "evil.example.com"}).status_code == 400
    assert "evil" not in settings.ADDRESS


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_states_shows_every_machine(language: str) -> None:
    text = signed_in(someone("me", "zone_reader")).get(f"/{language}/states/").content.decode()
    assert text.count('<svg xmlns="http://www.w3.org/2000/svg" class="states"') == len(SHOWN)
    assert text.count("<tr>") == sum(len(rows(m)) + 1 for m in SHOWN)
    assert "style=" not in text


def test_the_documents_of_the_states_are_those_of_the_tables() -> None:
    kept = {path.name: path.read_text("utf-8") for path in (DOCS / "states").iterdir()}
    assert kept == documents(), "run `xinya site states`"


def test_the_document_of_the_api_names_files_and_notices() -> None:
    text = openapi_document()
    assert "/api/v1/attachments/{attachment_id}" in text
    assert "/api/v1/notices" in text
