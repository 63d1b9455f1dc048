"""The pages and calls of the desk's thresholds and divisions: one officer sets, everybody of the zone reads."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinya.zones.models import Division, DivisionEdition, Zone, ZoneThreshold

pytestmark = pytest.mark.django_db
PAGE, DIVISIONS = "/zh-hans/zones/harbour/imports/thresholds/", "/zh-hans/zones/harbour/imports/divisions/"
API = "/api/v1/zones/harbour"
GROUNDS = {"source_kind": "statistics", "source": "统计局来文", "issued_on": "2025-01-02", "reason": "来文"}
ROW = {"code": "C38", "amount": "4000", "inclusive": "on", "first_year": "2024", "last_year": "", **GROUNDS}
AREA = {"code": "PARK-1", "name": "北园", "share": "part", "within": "创新路以北", "valid_from": "2020-01-01", **GROUNDS}


def file_of(text: str, name: str) -> BytesIO:
    file = BytesIO(text.encode())
    file.name = name
    return file


@pytest.fixture
def officer(client_of: Callable[[str], Client]) -> Client:
    return client_of("chain_officer")


def posted(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_an_officer_sets_a_threshold_on_the_page_and_ends_it(officer: Client) -> None:
    assert officer.post(PAGE, ROW).status_code == 302
    row = ZoneThreshold.objects.get()
    assert (row.prefix, row.amount_fen, str(row.confidence)) == ("38", 4_000_000_000, "0.95")
    page = officer.get(f"{PAGE}?industry=3812&year=2024").content.decode()
    assert "统计局来文" in page
    assert ">4000</span>" in page
    assert officer.post(f"{PAGE}{row.pk}/end/", {"reason": "改回"}).status_code == 302
    assert ">2000</span>" in officer.get(f"{PAGE}?industry=3812&year=2024").content.decode()


@pytest.mark.parametrize(
    ("change", "word"),
    [({"code": "A38"}, "A38"), ({"amount": "0"}, "“0”"), ({"last_year": "2020"}, "2020"), ({"reason": ""}, "err"),
     ({"source": "x"}, "err")],
)  # fmt: skip
def test_a_wrong_entry_is_told_and_nothing_is_kept(officer: Client, change: dict[str, str], word: str) -> None:
    reply = officer.post(PAGE, ROW | change)
    assert (reply.status_code, word in reply.content.decode()) == (422, True)
    assert not ZoneThreshold.objects.exists()


def test_thresholds_go_out_as_a_file_and_come_back(officer: Client) -> None:
    officer.post(PAGE, ROW)
    content = officer.get("/zh-hans/zones/harbour/imports/thresholds.csv").content.decode("utf-8-sig")
    reply = officer.post(f"{PAGE}file/", {"file": file_of(content.replace("40000000", "50000000"), "t.csv"), **GROUNDS})
    assert reply.status_code == 302
    assert ZoneThreshold.objects.get(ended_at=None).amount_fen == 5_000_000_000


def test_a_wrong_file_is_told_by_row_and_column(officer: Client) -> None:
    reply = officer.post(f"{PAGE}file/", {"file": file_of("行业代码,起点（元）,起始年份\nX,5,2024\n", "t.csv"), **GROUNDS})
    assert reply.status_code == 422
    assert "“X”" in reply.content.decode()
    assert not ZoneThreshold.objects.exists()


def test_areas_and_editions_are_brought_shown_and_ended(officer: Client) -> None:
    assert officer.post(DIVISIONS, AREA).status_code == 302
    text = "代码,名称\n330100,杭州市\n330113,临平区\n"
    sent = {"file": file_of(text, "d.csv"), "kind": "official", "name": "2021版", "valid_from": "2021-04-09", **GROUNDS}
    assert officer.post(f"{DIVISIONS}file/", sent).status_code == 302
    edition = DivisionEdition.objects.get(kind="official")
    page = officer.get(f"{DIVISIONS}?division=330199&day=2025-12-31").content.decode()
    assert "北园" in page
    assert "2021版" in page
    assert officer.get(f"{DIVISIONS}{edition.pk}.csv").content.decode("utf-8-sig").count("\r\n") == 3
    area = Division.objects.get(code="PARK-1")
    ended = {"last_day": "2025-06-30", "reason": "划出"}
    assert officer.post(f"/zh-hans/zones/harbour/imports/areas/{area.pk}/end/", ended).status_code == 302
    assert officer.post(f"{DIVISIONS}{edition.pk}/end/", {"reason": "误传"}).status_code == 302
    assert DivisionEdition.objects.filter(ended_at=None).get().kind == "areas"


@pytest.mark.parametrize("path", [PAGE, DIVISIONS])
def test_statements_do_not_grow_with_the_rows(officer: Client, zone: Zone, path: str) -> None:
    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert officer.get(path).status_code == 200
        return len(seen)

    officer.post(PAGE, ROW)
    officer.post(DIVISIONS, AREA)
    few = counted()
    for number in range(8):
        officer.post(PAGE, ROW | {"code": str(13 + number)})
        officer.post(DIVISIONS, AREA | {"code": f"P-{number}"})
    assert counted() == few <= 12


@pytest.mark.parametrize("role", ["zone_reader", "auditor"])
def test_who_reads_the_zone_sees_them_and_sets_nothing(client_of: Callable[[str], Client], role: str) -> None:
    client = client_of(role)
    for path, sent in ((PAGE, ROW), (DIVISIONS, AREA)):
        assert '<form method="post"' not in client.get(path).content.decode().split("<main", 1)[1]
        assert client.post(path, sent).status_code in (403, 422)
    assert not ZoneThreshold.objects.exists()
    assert not DivisionEdition.objects.exists()


def test_a_company_does_not_see_them(client_of: Callable[[str], Client]) -> None:
    client = client_of("company_user")
    assert [client.get(path).status_code for path in (PAGE, DIVISIONS, f"{API}/thresholds")] == [404] * 3


def test_thresholds_over_http(officer: Client) -> None:
    rows = [{"code": "38", "amount_fen": 4_000_000_000, "first_year": 2024}, {"code": "47", "first_year": 2024}]
    body = {**GROUNDS, "rows": rows}
    for _time in (1, 2):
        reply = posted(officer, f"{API}/thresholds", body, **{"Idempotency-Key": "once"})
        assert reply.json() == {"new": 2, "replaced": 0, "same": 0}
    items = officer.get(f"{API}/thresholds?limit=200").json()["items"]
    assert [(one["code"], one["amount_fen"]) for one in items if one["is_own"]] == [("38", 4_000_000_000), ("47", None)]
    (decides,) = officer.get(f"{API}/thresholds?code=3812&year=2024").json()["items"]
    assert (decides["is_own"], decides["id"]) == (True, items[0]["id"])
    (before,) = officer.get(f"{API}/thresholds?code=3812&year=2023").json()["items"]
    assert (before["is_own"], before["amount_fen"], before["confidence"]) == (False, 2_000_000_000, "0.50")
    ended = posted(officer, f"{API}/thresholds/{decides['id']}/end", {"reason": "改回"})
    assert ended.json()["ended_at"]
    assert posted(officer, f"{API}/thresholds/{decides['id']}/end", {"reason": "改回"}).status_code == 404


def test_divisions_over_http(officer: Client) -> None:
    rows = [{"code": "330100", "name": "杭州市"}, {"code": "330113", "name": "临平区", "valid_from": "2021-04-09"}]
    body = {**GROUNDS, "name": "2021版", "valid_from": "2021-04-09", "rows": rows}
    made = posted(officer, f"{API}/division-editions", body)
    assert (made.status_code, made.json()["divisions"]) == (201, 2)
    assert officer.get(f"{API}/division-editions").json()["items"][0]["name"] == "2021版"
    listed = officer.get(f"{API}/division-editions/{made.json()['id']}").json()["items"]
    assert [one["name"] for one in listed] == ["杭州市", "临平区"]
    known = [officer.get(f"{API}/divisions/{code}?on={day}").json()["known"] for code, day in
             (("330113", "2025-01-01"), ("330199", "2025-01-01"), ("330199", "2020-01-01"))]  # fmt: skip
    assert known == [True, False, True]
    assert posted(officer, f"{API}/division-editions/{made.json()['id']}/end", {"reason": "误传"}).json()["ended_at"]
    area = posted(officer, f"{API}/division-editions", body | {"kind": "areas", "name": "园区"}).json()["id"]
    row = Division.objects.filter(edition=area).order_by("code")[0]
    ended = posted(officer, f"{API}/areas/{row.pk}/end", {"last_day": "2025-06-30", "reason": "划出"})
    assert ended.json()["valid_to"] == "2025-06-30"
