"""The import desk over HTTP: a list brought, looked at, decided, committed and undone by a program; facts as known on a day."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from xinya.zones.models import Company, Fact, Zone
from xinya.zones.tests.imports import code_of, company
from xinya.zones.tests.people import someone
from xinya.zones.tests.uploads import few

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def client(zone: Zone) -> Client:
    found = Client()
    found.force_login(someone("officer", "chain_officer", zone=zone, password=None))
    return found


def bring(client: Client, content: bytes, **fields: str) -> Any:
    file = SimpleUploadedFile("a.tsv", content)
    return client.post(f"{ROOT}/imports", {"file": file, "zone": "harbour", **fields})


def send(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"{ROOT}/imports/{path}", json.dumps(body), content_type="application/json")


def test_a_program_brings_a_list_commits_it_and_undoes_it(client: Client, zone: Zone) -> None:
    brought = bring(client, few(1, 2, 3) + b"\n" + few(4, revenue=-5).split(b"\n", 1)[1])
    assert brought.status_code == 201
    told = brought.json()
    assert (told["state"], told["outcome"], len(told["columns"])) == ("read", "read", 5)
    number = told["id"]
    told = send(client, f"{number}/columns", columns=told["columns"], as_of="2025-12-31").json()
    assert told["state"] == "previewed"
    assert (told["counts"]["created"], told["counts"]["waiting"], told["rows_read"]) == (3, 1, 4)
    found = client.get(f"{ROOT}/imports/{number}/findings?reason=NEGATIVE").json()["items"]
    assert [(one["row"], one["level"]) for one in found] == [(5, "block")]
    rows = client.get(f"{ROOT}/imports/{number}/rows?outcome=created&limit=2").json()
    assert (len(rows["items"]), rows["next"] is not None) == (2, True)
    decided = send(client, f"{number}/decisions", decisions=[{"verb": "value", "row": 5, "field": "revenue_2024", "value": "12"}])
    assert decided.json()["counts"]["waiting"] == 0
    key = decided.json()["key"]
    done = send(client, f"{number}/commit", key=key)
    assert (done.json()["state"], zone.companies.filter(name__contains="岚洲").count()) == ("committed", 4)
    assert send(client, f"{number}/commit", key=key).json()["parts"] == 1
    assert bring(client, few(1, 2, 3) + b"\n" + few(4, revenue=-5).split(b"\n", 1)[1]).json()["code"] == "same-file"
    undone = send(client, f"{number}/undo", reason="退回")
    assert (undone.json()["state"], zone.companies.exists()) == ("undone", False)
    assert client.get(f"{ROOT}/imports/{number}").json()["undone_at"]


def test_refusals_are_problem_documents_with_their_places(client: Client, zone: Zone) -> None:
    brought = bring(client, few(1, 2)).json()
    wrong = [one | {"field": "name"} for one in brought["columns"]]
    reply = send(client, f"{brought['id']}/columns", columns=wrong, as_of="2025-12-31")
    assert (reply.status_code, reply.json()["code"]) == (422, "column-wrong")
    assert send(client, f"{brought['id']}/commit", key="x").json()["code"] == "wrong-state"
    assert send(client, "999999/commit", key="x").status_code == 404
    assert client.get(f"{ROOT}/imports/{2**70}").status_code == 404


def test_a_refused_file_says_its_reason(client: Client, zone: Zone) -> None:
    told = bring(client, b"<html><table><tr><td>x</td></tr></table></html>").json()
    assert (told["state"], told["reason"]) == ("refused", "HTML_TABLE")


def test_companies_are_listed_as_known_on_a_day(client: Client, zone: Zone) -> None:
    brought = bring(client, few(1)).json()
    told = send(client, f"{brought['id']}/columns", columns=brought["columns"], as_of="2025-12-31").json()
    send(client, f"{brought['id']}/commit", key=told["key"])
    today = timezone.localdate()
    now = client.get(f"{ROOT}/companies?known_on={today}").json()["items"]
    assert [one["credit_code"] for one in now] == [code_of(1)]
    assert {(f["kind"], f["number"]) for f in now[0]["facts"]} >= {("revenue", 1_201_500_0000 // 10)}
    assert client.get(f"{ROOT}/companies?known_on={today - timedelta(days=1)}").json()["items"] == []
    assert client.get(f"{ROOT}/companies").json()["items"][0]["facts"] is None


def test_as_known_today_is_the_current_view(client: Client, zone: Zone) -> None:
    brought = bring(client, few(*range(1, 9))).json()
    told = send(client, f"{brought['id']}/columns", columns=brought["columns"], as_of="2025-12-31").json()
    send(client, f"{brought['id']}/commit", key=told["key"])
    known = client.get(f"{ROOT}/companies?known_on={timezone.localdate()}").json()["items"]
    held = {(f.company_id, f.pk) for f in Fact.objects.filter(withdrawn_at=None)}
    assert {(one["id"], f["id"]) for one in known for f in one["facts"]} == held


def test_a_companys_program_brings_its_own_list_without_naming_a_zone(zone: Zone, company: Company) -> None:
    own = Client()
    own.force_login(someone("own", "company_user", company=company, password=None))
    file = SimpleUploadedFile("a.tsv", few(1))
    told = own.post(f"{ROOT}/imports", {"file": file}).json()
    assert told["state"] == "read"
    told = send(own, f"{told['id']}/columns", columns=told["columns"], as_of="2025-12-31").json()
    assert (told["counts"]["created"], told["counts"]["left_out"]) == (0, 1)


def _row(number: int) -> list[object]:
    return company(number)
