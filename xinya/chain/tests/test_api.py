"""The HTTP API as programs use it: zones, companies, placements, verdicts read; lists, answers and limits written."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinya.chain import actions, queries
from xinya.chain.models import Answer, LimitSet, Placement
from xinya.chain.tests.conftest import CHAIN, DAY, OTHER_CHAIN, STANDS, file_of, forget_reports, line, long_list, small_list
from xinya.chain.tests.test_actions import stored
from xinya.chain.tests.test_sent import BAD_FILES
from xinya.zones.models import Person, Zone

pytestmark = [pytest.mark.django_db, STANDS]
API = "/api/v1"
READS = ("", "/companies", "/diagnosis", "/placements", "/verdicts")
MOST_STATEMENTS = 13  # a password call is counted before it is judged, which a page is not


def basic(name: str, password: str = "for-tests-only") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode(), "Accept-Language": "en"}


@pytest.fixture
def program(officer: Person) -> Client:
    """A program that signs each call with the officer's name, and would be stopped by CSRF if that were asked of it."""
    return Client(enforce_csrf_checks=True, headers=basic("li"))


@pytest.fixture
def reading_program(reader: Person) -> Client:
    return Client(enforce_csrf_checks=True, headers=basic("wang"))


def send(client: Client, path: str, body: object, **headers: str) -> Any:
    return client.post(API + path, json.dumps(body), content_type="application/json", headers=headers)


def code_of(reply: Any) -> tuple[int, str]:
    assert reply["Content-Type"] == "application/problem+json", reply.content
    said = reply.json()
    assert (said["status"], said["title"]) == (reply.status_code, said["code"])
    assert said["detail"]
    assert "%(" not in said["detail"]
    return reply.status_code, said["code"]


NEW = {"code": "sea", "name": "海滨高新区", "chains": [CHAIN]}
LIMITS = {"demand": 2.0, "kinds": ["material", "component"], "reason": "复核"}
ANSWER = {"segment": "prepreg", "kind": "not-a-gap", "reason": "外购"}
WRITES: dict[str, tuple[str, object]] = {
    "a zone": ("/zones", NEW), "an answer": ("/zones/harbour/answers", ANSWER), "limits": ("/zones/harbour/limits", LIMITS),
}  # fmt: skip


# --- reading --------------------------------------------------------------------------------------------------------


def walked(client: Client, path: str, limit: int) -> list[Any]:
    rows: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(API + path, {"limit": str(limit), "cursor": cursor}).json()
        assert len(page["items"]) <= limit
        rows += page["items"]
        cursor = page["next"]
    return rows


@pytest.mark.parametrize("limit", [1, 7, 200])
def test_every_company_is_met_once_on_the_way_through_the_pages(zone: Zone, reading_program: Client, limit: int) -> None:
    found = walked(reading_program, "/zones/harbour/companies", limit)
    assert [c["name"] for c in found] == [entry.name for entry in small_list()]
    kinds = {fact["kind"]: fact for fact in found[0]["facts"]}
    assert kinds["revenue"]["number"] == 123_400_000_000
    assert kinds["anchor"]["source_kind"] == "list"


def test_verdicts_by_page_are_those_of_the_whole_diagnosis(zone: Zone, reading_program: Client) -> None:
    whole = reading_program.get(f"{API}/zones/harbour/diagnosis").json()
    assert whole["as_of"] == DAY.isoformat()
    assert walked(reading_program, "/zones/harbour/verdicts", 7) == whole["verdicts"]
    assert walked(reading_program, "/zones/harbour/placements", 3) == whole["placements"]
    assert whole["unplaced"] == [{"company": "无名制品有限公司", "text": "随便什么零碎"}]


def test_one_chain_is_asked_for_alone(officer: Person, zone: Zone, program: Client) -> None:
    actions.choose_chains(officer, zone=zone, chains=[CHAIN, OTHER_CHAIN])
    found = program.get(f"{API}/zones/harbour/diagnosis", {"chain": CHAIN}).json()
    assert [c["code"] for c in found["chains"]] == [CHAIN]


def test_the_chains_that_ship_are_listed_and_given_whole(reading_program: Client) -> None:
    listed = {c["code"]: c for c in walked(reading_program, "/chains", 1)}
    whole = reading_program.get(f"{API}/chains/{CHAIN}").json()
    assert (len(whole["segments"]), len(whole["inputs"])) == (listed[CHAIN]["segments"], listed[CHAIN]["inputs"])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_sentences_come_in_the_language_asked_for(zone: Zone, program: Client, language: str) -> None:
    first = program.get(f"{API}/zones/harbour/verdicts", headers={"Accept-Language": language}).json()["items"][0]
    assert first["rule"].isascii() == (language == "en")


@pytest.mark.long
@pytest.mark.parametrize("path", READS)
def test_a_read_makes_no_more_statements_at_a_thousand_companies(
    path: str, zone: Zone, start: Callable[..., Zone], reading_program: Client
) -> None:
    start("long", long_list())
    made = []
    for code in ("harbour", "long"):
        forget_reports()
        with CaptureQueriesContext(connection) as statements:
            assert reading_program.get(f"{API}/zones/{code}{path}").status_code == 200
        made.append(len(statements))
    assert made[0] == made[1] <= MOST_STATEMENTS


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"},{"', "甲\u2028乙"])
def test_a_name_stays_a_name_in_json(officer: Person, zone: Zone, program: Client, name: str) -> None:
    actions.import_companies(officer, zone=zone, lines=[line(2, name, "锻件")], title="x")
    reply = program.get(f"{API}/zones/harbour/companies", {"limit": 200})
    assert reply.json()["items"][-1]["name"] == name
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Content-Type"].startswith("application/json")


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/chains", "/zones", *(f"/zones/harbour{path}" for path in READS)])
def test_a_stranger_reads_nothing(path: str, zone: Zone) -> None:
    reply = Client().get(API + path)
    assert code_of(reply) == (401, "sign-in-needed")
    assert "Basic" in reply["WWW-Authenticate"]


@pytest.mark.parametrize("name", ["li", "nobody", "li\0", ""])
def test_a_wrong_password_opens_nothing(name: str, zone: Zone, officer: Person) -> None:
    reply = Client(headers=basic(name, "wrong\0" if name == "li" else "wrong")).get(f"{API}/zones")
    assert code_of(reply) == (401, "sign-in-needed")


@pytest.mark.parametrize("what", WRITES)
def test_a_stranger_writes_nothing(what: str, zone: Zone) -> None:
    path, body = WRITES[what]
    before = stored()
    assert code_of(send(Client(), path, body)) == (401, "sign-in-needed")
    assert stored() == before


@pytest.mark.parametrize("what", WRITES)
def test_a_reader_writes_nothing(what: str, zone: Zone, reading_program: Client) -> None:
    path, body = WRITES[what]
    before = stored()
    for headers in ({}, {"Idempotency-Key": "k"}):
        assert code_of(send(reading_program, path, body, **headers)) == (403, "not-allowed")
    assert stored() == before


def test_a_reader_brings_no_list(zone: Zone, reading_program: Client) -> None:
    before = stored()
    reply = reading_program.post(f"{API}/zones/harbour/companies", {"companies": file_of(small_list())})
    assert code_of(reply) == (403, "not-allowed")
    assert stored() == before


@pytest.mark.parametrize("what", WRITES)
def test_the_session_of_a_page_needs_its_token(what: str, zone: Zone, officer: Person) -> None:
    path, body = WRITES[what]
    page = Client(enforce_csrf_checks=True)
    page.force_login(officer)
    before = stored()
    assert code_of(send(page, path, body)) == (403, "not-allowed")
    assert stored() == before
    assert page.get(f"{API}/zones").status_code == 200


def test_a_foreign_page_cannot_use_the_password_that_a_browser_keeps(zone: Zone, program: Client) -> None:
    before = stored()
    assert send(program, "/zones", NEW, **{"Sec-Fetch-Site": "cross-site"}).status_code == 401
    assert stored() == before


@pytest.mark.parametrize(
    "path", ["/zones/absent", "/zones/absent/verdicts", "/zones/harbour/companies/99999999", "/chains/absent", "/zones/harb%00our"]
)
def test_what_is_not_there_is_not_found(path: str, zone: Zone, program: Client) -> None:
    assert code_of(program.get(API + path))[0] == 404


def test_a_company_of_another_zone_looks_like_one_that_never_was(zone: Zone, start: Callable[..., Zone], program: Client) -> None:
    theirs = start("sea").companies.order_by("pk")[0].pk
    replies = [program.get(f"{API}/zones/harbour/companies/{pk}") for pk in (theirs, 99999999)]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert replies[0].content == replies[1].content


@pytest.mark.parametrize("day", ["x", "2026-13-01", "2026-W03-4", "0001-01-01", "\0"])
def test_a_day_that_is_none_is_refused(day: str, zone: Zone, program: Client) -> None:
    assert code_of(program.get(f"{API}/zones/harbour/verdicts", {"on": day})) == (400, "day-wrong")


@pytest.mark.parametrize("cursor", ["x", "MA==", "é", "LTU="])
def test_a_broken_cursor_is_refused(cursor: str, zone: Zone, program: Client) -> None:
    assert code_of(program.get(f"{API}/zones/harbour/verdicts", {"cursor": cursor})) == (400, "cursor-wrong")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x"])
def test_a_page_has_between_one_and_two_hundred_rows(limit: str, zone: Zone, program: Client) -> None:
    assert code_of(program.get(f"{API}/zones/harbour/verdicts", {"limit": limit})) == (422, "request-wrong")


def test_a_chain_that_the_zone_did_not_choose_is_refused(zone: Zone, program: Client) -> None:
    assert code_of(program.get(f"{API}/zones/harbour/verdicts", {"chain": OTHER_CHAIN})) == (404, "unknown-chain")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/zones", NEW | {"name": "海\0滨"}),
        ("/zones", NEW | {"name": "海\ud800滨"}),
        ("/zones", NEW | {"code": "Sea"}),
        ("/zones", NEW | {"chains": []}),
        ("/zones", NEW | {"as_of": "0001-01-01"}),
        ("/zones", {}),
        ("/zones/harbour/answers", ANSWER | {"kind": "perhaps"}),
        ("/zones/harbour/answers", ANSWER | {"reason": " "}),
        ("/zones/harbour/answers", ANSWER | {"kind": "we-have-one", "company": "a\0b"}),
        ("/zones/harbour/limits", LIMITS | {"kinds": []}),
        ("/zones/harbour/limits", LIMITS | {"depth": 11}),
        ("/zones/harbour/limits", LIMITS | {"demand": 0}),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_stored(path: str, body: object, zone: Zone, program: Client) -> None:
    before = stored()
    assert code_of(send(program, path, body))[0] == 422
    assert stored() == before


def test_a_body_that_is_no_json_is_refused(program: Client) -> None:
    for body in ("{", b"\xff", '{"code": NaN'):
        assert code_of(program.post(f"{API}/zones", body, content_type="application/json"))[0] == 400


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_list_is_a_problem_with_code_and_place(what: str, zone: Zone, program: Client) -> None:
    made, status, said = BAD_FILES[what]
    content = made()
    before = stored()
    for path in ("/zones/harbour/companies", "/diagnose"):
        reply = program.post(API + path, {"companies": SimpleUploadedFile("名单.csv", content)})
        assert code_of(reply)[0] == status
        place = next((int(text[1:-1]) for text in said if text.startswith(">")), None)
        if place is not None:
            assert reply.json()["row"] == place
            assert reply.json()["findings"] == [] or reply.json()["findings"][0]["row"] == place
    assert stored() == before


# --- writing --------------------------------------------------------------------------------------------------------


def test_a_program_starts_a_zone_brings_its_list_and_reads_its_verdicts(program: Client) -> None:
    assert send(program, "/zones", NEW).json() == {"zone": "sea", "revision": 1, "companies": 0}
    brought = program.post(f"{API}/zones/sea/companies", {"companies": file_of(small_list())})
    assert (brought.status_code, brought.json()["companies"]) == (200, len(small_list()))
    there = program.post(f"{API}/zones/sea/companies?outside=true", {"companies": file_of([line(2, "外企", "预浸料")])})
    assert there.status_code == 200
    assert program.get(f"{API}/zones/sea").json()["companies"] == len(small_list())
    assert program.get(f"{API}/zones/sea/verdicts").json()["items"]


def test_a_gap_is_answered_and_limits_are_set(zone: Zone, program: Client) -> None:
    gap = next(f.segment for f in queries.zone_report(zone, DAY).report.diagnosis.verdicts if f.kind == "missing")
    have = {"segment": gap, "kind": "we-have-one", "reason": "已投产", "company": "新材料"}
    revision = send(program, "/zones/harbour/answers", have).json()["revision"]
    assert revision > zone.revision
    assert Placement.objects.get(company__name="新材料").segment == gap
    assert send(program, "/zones/harbour/limits", LIMITS).json()["revision"] == revision + 1
    assert LimitSet.objects.get().kinds == "material,component"
    assert program.get(f"{API}/zones/harbour/diagnosis").json()["limits"]["demand"] == 2.0


def test_the_same_call_with_the_same_key_is_done_once(zone: Zone, program: Client) -> None:
    replies = [send(program, "/zones/harbour/answers", ANSWER, **{"Idempotency-Key": "a-1"}) for _time in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json() == replies[1].json()
    assert Answer.objects.count() == 1
    other = send(program, "/zones/harbour/answers", ANSWER | {"reason": "另有原因"}, **{"Idempotency-Key": "a-1"})
    assert code_of(other) == (409, "key-used")


def test_a_list_is_brought_once_for_its_key_and_another_list_is_refused(zone: Zone, program: Client) -> None:
    headers = {"Idempotency-Key": "l-1"}

    def bring(lines: list[Any], query: str = "") -> Any:
        return program.post(f"{API}/zones/harbour/companies{query}", {"companies": file_of(lines)}, headers=headers)

    first = bring([line(2, "新来者")])
    assert bring([line(2, "新来者")]).json() == first.json()
    assert code_of(bring([line(2, "另一家")])) == (409, "key-used")
    assert code_of(bring([line(2, "新来者")], "?outside=true")) == (409, "key-used")


def test_a_call_that_failed_may_be_tried_again_with_its_key(zone: Zone, program: Client) -> None:
    wrong = ANSWER | {"segment": "no-such"}
    assert send(program, "/zones/harbour/answers", wrong, **{"Idempotency-Key": "a-1"}).status_code == 404
    assert send(program, "/zones/harbour/answers", ANSWER, **{"Idempotency-Key": "a-1"}).status_code == 200


def test_a_list_is_diagnosed_without_being_stored(program: Client, zone: Zone) -> None:
    before = stored()
    given = {"companies": file_of(small_list()), "chain": [CHAIN], "on": DAY.isoformat()}
    found = program.post(f"{API}/diagnose", given).json()
    assert found == program.get(f"{API}/zones/harbour/diagnosis").json()
    assert stored() == before


def test_a_list_of_makers_outside_is_read_and_its_refusal_names_it(program: Client, zone: Zone) -> None:
    heads = "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上"

    def asked(line: str) -> Any:
        given = {"companies": file_of(small_list()), "chain": [CHAIN], "on": DAY.isoformat()}
        makers = SimpleUploadedFile("makers.csv", f"{heads}\n{line}\n".encode())
        return program.post(f"{API}/diagnose", given | {"outside": makers})

    verdicts = asked("远方有限公司,,大米,1,是").json()["verdicts"]
    assert {v["outside"] for v in verdicts if v["kind"] == "missing"} == {0}
    wrong = asked("远方有限公司,,大米,-1,是")
    assert code_of(wrong)[0] == 422
    assert "makers.csv" in wrong.json()["detail"] or "outside" in wrong.json()["detail"]
