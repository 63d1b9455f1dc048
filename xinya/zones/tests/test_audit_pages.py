"""The log's pages and API: for those whose role gives them, not there for everybody else; every act on it is in it."""

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinya.kit.audit import record, record_refusal
from xinya.kit.audit_check import verify_stored
from xinya.kit.audit_file import read_seal, verify_file
from xinya.kit.models import AuditCheck, AuditRow, AuditSeal
from xinya.zones import actions
from xinya.zones.engine.roles import REGISTER
from xinya.zones.models import Company, Person, Zone

from .people import someone

pytestmark = pytest.mark.django_db
READ = {role.code for role in REGISTER if "read_audit" in role.powers}
PAGES = ("/audit/", "/audit/seals/1/", "/audit/seals/1.json")
POSTS = ("/audit/verify/", "/audit/seals/", "/audit/export/")


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def fill(count: int, actor: object = "house") -> None:
    with transaction.atomic():
        for number in range(count):
            record(actor, "say", "zone", number, name=("旧名称", "新的名称"), secret={"phone": "13900000000"})


@pytest.fixture
def officer() -> Person:
    return someone("shen", "audit_officer")


@pytest.fixture
def client(officer: Person) -> Client:
    return client_of(officer)


def text_of(client: Client, path: str, language: str = "en") -> str:
    reply = client.get(f"/{language}{path}")
    assert reply.status_code == 200, reply.content
    return unescape(reply.content.decode())


def streamed(reply: Any, file: Path) -> Path:
    file.write_bytes(b"".join(reply.streaming_content))
    return file


# --- to whom the log is given ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role.code for role in REGISTER if not role.opens_with])
def test_the_log_is_there_for_its_readers_only_by_page_post_and_api(role: str) -> None:
    fill(3)
    seal = actions.seal_log(someone("shen", "audit_officer"))
    QuerySet(AuditSeal).filter(pk=seal.pk).update(seq=1)
    zone = Zone.objects.create(code="sea", name="海滨", name_en="Sea")
    company = Company.objects.create(zone=zone, name="甲", name_key="甲") if role.startswith("company") else None
    client = client_of(someone("other", role, company=company))
    for path in (*(f"/en{p}" for p in PAGES), "/api/v1/audit", "/api/v1/audit/seals"):
        assert client.get(path).status_code == (200 if role in READ else 404), path
    allowed = {"/audit/verify/": "read_audit", "/audit/seals/": "seal_audit", "/audit/export/": "export_audit"}
    powers = next(r.powers for r in REGISTER if r.code == role)
    for path in POSTS:
        assert (client.post(f"/en{path}").status_code != 404) == (allowed[path] in powers), path
    assert (client.post("/api/v1/audit/seals").status_code != 404) == ("seal_audit" in powers)
    assert ("Audit log" in unescape(client.get("/en/").content.decode())) == (role in READ)


def test_a_page_that_is_not_given_looks_like_one_that_is_not_there() -> None:
    client = client_of(someone("li", "chain_officer"))
    hidden, absent = client.get("/en/audit/"), client.get("/en/zones/absent/")
    assert (hidden.status_code, hidden.templates[0].name) == (404, absent.templates[0].name)
    api = client.get("/api/v1/audit").json()
    assert (api["status"], api["code"]) == (404, "not-found")


def test_the_log_is_not_read_by_its_address_alone() -> None:
    assert Client().get("/en/audit/").status_code == 302
    assert Client().get("/api/v1/audit").status_code == 401


# --- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_values_are_masked_and_people_are_named(client: Client, officer: Person, language: str) -> None:
    fill(2, officer)
    text = text_of(client, "/audit/", language)
    assert "旧•••" in text
    assert "新的名称" not in text
    assert "旧名称" not in text
    assert "13900000000" not in text
    assert "shen" in text
    api = client.get("/api/v1/audit").json()["items"][0]
    assert api["change"]["name"] == ["旧•••", "新•••"]
    assert api["actor"] == f"person:{officer.pk}"


def test_every_row_is_met_once_on_the_way_through_the_pages(client: Client) -> None:
    fill(120)
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get("/api/v1/audit", {"limit": "50", "cursor": cursor}).json()
        seen += [item["seq"] for item in page["items"]]
        cursor = page["next"]
        fill(1)  # what is written meanwhile moves no page
    assert seen == list(range(120, 0, -1))
    first = text_of(client, "/audit/")
    assert 'rel="next" href="?before=' in first
    assert "Newest" in text_of(client, "/audit/?before=60")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"actor": "shen"}, ["mine"]), ({"act": "say"}, ["say"]), ({"object": "zone:0"}, ["say"]), ({"object": "zone"}, ["say"]),
        ({"object": "zon"}, []), ({"ok": "refused"}, ["GET zone"]), ({"ok": "done", "actor": "house"}, ["say"]),
        ({"since": "2200-01-01"}, []), ({"until": "2000-01-01"}, []), ({"since": "2000-01-01"}, ["GET zone", "mine", "say"]),
        ({"actor": "nobody"}, []), ({"ok": "perhaps"}, []), ({"since": "soon"}, []),
    ],
)  # fmt: skip
def test_rows_are_chosen_by_who_act_object_outcome_and_day(
    client: Client, officer: Person, asked: dict[str, str], found: list[str]
) -> None:
    fill(1)
    with transaction.atomic():
        record(officer, "mine", "audit")
    record_refusal("other", "GET zone", "path:/zones/x/", "no-such-zone")
    reply = client.get("/en/audit/", asked)
    assert [row["row"].act for row in reply.context["rows"]] == found
    assert reply.status_code == 200
    by_api = {("outcome" if name == "ok" else name): value for name, value in asked.items()}
    if found or "perhaps" not in asked.values():
        reply = client.get("/api/v1/audit", by_api)
        assert reply.status_code == (422 if "soon" in asked.values() else 200)
        assert [item["act"] for item in reply.json().get("items", [])] == found


@pytest.mark.parametrize(
    "path", ["/audit/?before=x", "/audit/?before=" + "9" * 40, "/audit/?actor=%00", "/audit/?object=" + "x" * 500]
)
def test_a_crooked_address_is_answered_with_a_page(client: Client, path: str) -> None:
    fill(1)
    assert client.get(f"/en{path}").status_code == 200


def test_a_crooked_cursor_is_refused(client: Client) -> None:
    assert client.get("/api/v1/audit", {"cursor": "!"}).status_code == 400


def test_text_of_people_stays_text(client: Client) -> None:
    with transaction.atomic():
        record("<script>alert(1)</script>", "<b>say", "<i>", reason="<u>why", change={"<s>": "<a>"})
    reply = client.get("/en/audit/").content.decode()
    assert not any(tag in reply for tag in ("<script>alert", "<b>say", "<i>", "<u>why", "<s>", "<a>"))


@pytest.mark.parametrize("path", ["/en/audit/", "/api/v1/audit", "/en/audit/?actor=shen"])
def test_the_log_is_read_with_at_most_twelve_statements_however_long_it_is(client: Client, officer: Person, path: str) -> None:
    counts = []
    for number in (2, 300):
        fill(number, officer)
        actions.seal_log(officer)
        actions.verify_recent(officer)
        with CaptureQueriesContext(connection) as made:
            assert client.get(path).status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1] <= 12


# --- acts on the log ------------------------------------------------------------------------------------------------


def test_a_look_is_kept_and_is_itself_in_the_log(client: Client, officer: Person) -> None:
    fill(3)
    assert "never looked through" in text_of(client, "/audit/")
    assert client.post("/en/audit/verify/").status_code == 302
    check = AuditCheck.objects.get()
    assert (check.by, check.first, check.rows, check.found) == (f"person:{officer.pk}", 1, 3, None)
    assert AuditRow.objects.get(act="verify-audit").acting_for.startswith("organisation:")
    assert "Rows 1 to 3 are whole" in text_of(client, "/audit/")
    QuerySet(AuditRow).filter(seq=2).update(actor="nobody")
    client.post("/en/audit/verify/")
    assert "Row 2 is wrong: COLUMN_DIFFERS" in text_of(client, "/audit/")


def test_only_the_last_rows_are_looked_through_while_somebody_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinya.zones.actions.audit.RECENT", 4)
    fill(10)
    client.post("/en/audit/verify/")
    check = AuditCheck.objects.get()
    assert (check.first, check.rows) == (7, 4)


def test_a_seal_is_shown_as_a_code_and_kept_as_a_file(client: Client, tmp_path: Path) -> None:
    fill(2)
    assert client.post("/en/audit/seals/").status_code == 302
    seal = AuditSeal.objects.get()
    assert '<svg role="img"' in text_of(client, "/audit/")
    assert seal.hash in text_of(client, f"/audit/seals/{seal.seq}/")
    file = tmp_path / "seal.json"
    file.write_bytes(client.get(f"/en/audit/seals/{seal.seq}.json").content)
    assert read_seal(file) == seal.as_seal()
    assert client.post("/en/audit/seals/").status_code == 409
    assert client.get("/en/audit/seals/99/").status_code == 404


def test_a_program_seals_once_for_its_key(client: Client) -> None:
    fill(2)
    replies = [client.post("/api/v1/audit/seals", headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [r.status_code for r in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    assert client.get("/api/v1/audit/seals").json()["items"] == [replies[0].json()]
    assert client.post("/api/v1/audit/seals").status_code == 409


def test_an_export_holds_the_chain_and_is_itself_in_the_log(client: Client, tmp_path: Path) -> None:
    fill(5)
    reply = client.post("/en/audit/export/", {"first": "2", "last": "4"})
    assert reply["Content-Disposition"] == 'attachment; filename="xinya-audit-2-4.jsonl"'
    verdict = verify_file(streamed(reply, tmp_path / "log.jsonl"))
    assert (verdict.ok, verdict.rows) == (True, 3)
    assert AuditRow.objects.get(act="export-audit").change == {"first": [None, 2], "last": [None, 4]}
    for wrong in ({"first": "99"}, {"first": "x"}, {"last": "0"}, {"first": str(10**30)}):
        assert client.post("/en/audit/export/", wrong).status_code == 422


# --- refusals -------------------------------------------------------------------------------------------------------


def refusals() -> list[tuple[str, str, str]]:
    return list(AuditRow.objects.filter(ok=False).values_list("act", "object").order_by("seq"))  # type: ignore[arg-type]


def test_what_a_signed_in_person_may_not_read_or_do_is_logged_with_its_code() -> None:
    reader = someone("wang", "zone_reader")
    Zone.objects.create(code="sea", name="海滨", name_en="Sea")
    client = client_of(reader)
    assert client.get("/zh-hans/zones/absent/").status_code == 404
    assert client.post("/en/zones/sea/import/").status_code == 403
    assert client.get("/api/v1/zones/absent").status_code == 404
    rows = list(AuditRow.objects.filter(ok=False).order_by("seq"))
    assert [(row.act, row.object, row.reason) for row in rows] == [
        ("GET zone", "path:/zones/absent/", "no-such-zone"),
        ("POST bring-list", "path:/zones/sea/import/", "not-allowed"),
        (rows[2].act, "path:/api/v1/zones/absent", "no-such-zone"),
    ]
    assert {(row.actor, row.address, row.change == {}) for row in rows} == {(f"person:{reader.pk}", "127.0.0.1", True)}
    assert verify_stored().ok


def test_what_strangers_ask_for_and_what_succeeds_leaves_no_refusal() -> None:
    Client().get("/api/v1/zones/absent")
    Client().get("/en/zones/absent/")
    assert client_of(someone("wang", "zone_reader")).get("/en/").status_code == 200
    assert refusals() == []


@pytest.mark.parametrize("ask", [lambda c: c.get("/en/zones/absent/"), lambda c: c.get("/api/v1/zones/absent")])
def test_a_refusal_stays_one_when_the_log_fails(
    ask: Callable[[Client], Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_said: object) -> None:
        raise RuntimeError("no room")

    client = client_of(someone("wang", "zone_reader"))
    monkeypatch.setattr("xinya.kit.audit._append", broken)
    assert ask(client).status_code == 404
    assert "was not logged" in caplog.text


def test_the_api_says_of_every_row_what_the_page_says(client: Client) -> None:
    fill(3)
    page = client.get("/en/audit/").context["rows"]
    api = client.get("/api/v1/audit").json()["items"]
    assert [(r["row"].seq, r["row"].hash, json.loads(r["row"].text)["act"]) for r in page] == [
        (i["seq"], i["hash"], i["act"]) for i in api
    ]
