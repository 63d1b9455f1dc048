"""Pages, API and command line of promises and calendars: who gets what, what it costs, what is refused where."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinya.cli.main import main
from xinya.zones import actions
from xinya.zones.engine import promise_states as states
from xinya.zones.models import CalendarLoad, CalendarYear, Person, Promise, PromiseClock
from xinya.zones.tests.promises import MONDAY, PROOF, House, again, at, due, fresh

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12
LIST = "/zh-hans/zones/harbour/promises/"


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def paused_until(house: House, promise: Promise, until: dt.date) -> None:
    actions.pause_promise(fresh(house.officer), promise=promise, reason="NEED_MATERIAL", what="负荷清单", until=until)


def text_of(client: Client, path: str, status: int = 200) -> str:
    with at("2026-03-05 09:00"):
        reply = client.get(path)
    assert reply.status_code == status, path
    return reply.content.decode()


def post(client: Client, path: str, sent: dict[str, Any] | None = None) -> Any:
    with at("2026-03-05 09:00"):
        return client.post(path, sent or {})


# --- pages ----------------------------------------------------------------------------------------------------------
def test_the_list_names_what_is_late_first_and_filters(house: House) -> None:
    house.promise(text="较远的一件", n=20)
    house.promise(text="逾期的一件", n=1)
    client = client_of(house.reader)
    page = text_of(client, LIST)
    assert page.index("逾期的一件") < page.index("较远的一件")
    assert "2件承诺" in page
    assert "1件逾期" in page
    late = text_of(client, f"{LIST}?state=late")
    assert "逾期的一件" in late
    assert "较远的一件" not in late
    assert "没有承诺" in text_of(client, f"{LIST}?direction=THEIRS&state=nonsense&from=x")


def test_a_promise_shows_its_clock_day_by_day_with_pause_and_forecast(house: House) -> None:
    promise = house.promise("2026-12-28 10:00")
    page = text_of(client_of(house.boss), f"{LIST}{promise.pk}/")
    for words in ("2027-01-05", "预测", "收件日，不计", "怎么数的？", "2027-01-02"):
        assert words in page
    paused = house.promise()
    with at("2026-03-04 11:00"):
        paused_until(house, paused, dt.date(2026, 3, 10))
    page = text_of(client_of(house.boss), f"{LIST}{paused.pk}/")
    assert "您今天答复，到期日就是2026-03-10" in page
    assert "负荷清单" in page


@pytest.mark.parametrize("who", ["officer", "boss", "head"])
def test_the_page_offers_exactly_what_this_reader_may_do(house: House, who: str) -> None:
    from xinya.zones import rules

    promise = house.promise()
    person = fresh(getattr(house, who))
    page = text_of(client_of(person), f"{LIST}{promise.pk}/")
    offered = {verb for verb in states.ACTS if f"/{promise.pk}/{verb}/" in page}
    wanted = set(states.verbs_from("OPEN", rules.sides_of(person, promise))) - {"approve_extension", "refuse_extension"}
    assert offered == wanted
    assert offered


def test_acts_by_form_and_a_wrong_field_is_named_at_the_field(house: House) -> None:
    promise = house.promise()
    path = f"{LIST}{promise.pk}/"
    officer = client_of(house.officer)
    wrong = post(officer, f"{path}keep/", {"keep-proof": "好"})
    assert wrong.status_code == 422
    assert "errmsg" in wrong.content.decode()
    assert again(promise).state == "OPEN"
    late = post(officer, f"{path}pause/", {"pause-reason": "NEED_MATERIAL", "pause-what": "清单", "pause-until": "2026-03-30"})
    assert late.status_code == 422
    assert "最长10个工作日" in late.content.decode()
    assert post(officer, f"{path}keep/", {"keep-proof": PROOF}).status_code == 302
    assert post(client_of(house.boss), f"{path}confirm/").status_code == 302
    assert again(promise).state == "CONFIRMED"
    assert post(officer, f"{path}keep/", {"keep-proof": PROOF}).status_code == 409
    assert post(officer, f"{path}confirm/").status_code == 403


def test_a_hand_over_by_form_offers_members_of_offices_alone(house: House) -> None:
    promise = house.promise()
    path = f"{LIST}{promise.pk}/hand_over/"
    foreign = house.foreign.memberships.get()
    assert post(client_of(house.officer), path, {"hand_over-to": foreign.pk, "hand_over-reason": "调岗"}).status_code == 422
    taker = house.handler.memberships.get()
    assert post(client_of(house.officer), path, {"hand_over-to": taker.pk, "hand_over-reason": "调岗"}).status_code == 302
    assert (again(promise).owner, due(promise)) == (house.handler, "2026-03-09")


def test_a_new_promise_by_form_from_both_sides(house: House) -> None:
    officer = client_of(house.officer)
    sent = {"direction": "OURS", "company": house.company.pk, "text": "答复增容方案", "kind": "ordinary", "n": "", "unit": ""}
    assert post(officer, f"{LIST}new/", sent).status_code == 302
    assert post(officer, f"{LIST}new/", {**sent, "kind": "own", "unit": "WH", "n": 4}).status_code == 422
    assert post(officer, f"{LIST}new/", {**sent, "company": ""}).status_code == 422
    assert (
        post(client_of(house.boss), f"{LIST}new/", {"text": "补交清单一份", "kind": "own", "n": 3, "unit": "WD"}).status_code == 302
    )
    assert list(Promise.objects.order_by("pk").values_list("direction", "state")) == [("OURS", "OPEN"), ("THEIRS", "OPEN")]
    assert PromiseClock.objects.order_by("pk")[0].n == 15


@pytest.mark.parametrize("who", ["stranger", "foreign", "system", "security"])
def test_a_foreign_promise_is_not_found_in_any_form(house: House, who: str) -> None:
    promise = house.promise()
    client = client_of(getattr(house, who))
    absent, hidden = promise.pk + 5000, promise.pk
    for path in ("", "keep/", "nonsense/"):
        replies = []
        for pk in (absent, hidden):
            with at("2026-03-05 09:00"):
                reply = client.post(f"{LIST}{pk}/{path}", {}) if path else client.get(f"{LIST}{pk}/")
            replies.append((reply.status_code, len(reply.content) // 100))
        assert replies[0] == replies[1]
        assert replies[0][0] == 404


@pytest.mark.parametrize("who", ["system", "security", "foreign"])
def test_the_list_is_not_found_by_who_has_no_promises_here(house: House, who: str) -> None:
    text_of(client_of(getattr(house, who)), LIST, 404)
    text_of(client_of(house.reader), f"{LIST}new/", 404)


def statements(client: Client, path: str) -> int:
    with at("2026-03-05 09:00"), CaptureQueriesContext(connection) as made:
        reply = client.get(path)
    assert reply.status_code == 200
    return len(made)


def test_pages_make_few_statements_whatever_their_rows(house: House) -> None:
    promise = house.promise()
    officer = client_of(house.officer)
    paths = [LIST, f"{LIST}{promise.pk}/", f"{LIST}new/", "/zh-hans/calendar/2026/"]
    few = {path: statements(officer, path) for path in paths}
    for n in range(1, 30):
        house.promise(n=n)
    for when in ("2026-03-03", "2026-03-04"):
        with at(f"{when} 10:00"):
            paused_until(house, promise, dt.date(2026, 3, 6))
        with at(f"{when} 11:00"):
            actions.resume_promise(fresh(house.officer), promise=promise)
    assert {path: statements(officer, path) for path in paths} == few
    assert max(few.values()) <= MOST_STATEMENTS


def test_strange_words_in_every_text_are_shown_as_words(house: House) -> None:
    strange = "<script>alert(1)</script>\"'&;"
    promise = house.promise(text=strange, proof_needed=strange, occasion=strange)
    with at("2026-03-04 10:00"):
        actions.reply_to_promise(fresh(house.boss), promise=promise, text=strange)
    for path in (LIST, f"{LIST}{promise.pk}/"):
        assert "<script>alert" not in text_of(client_of(house.officer), path)


# --- calendar -------------------------------------------------------------------------------------------------------
def test_everybody_signed_in_reads_the_calendar_and_only_its_officers_load_one(house: House) -> None:
    for who in (house.boss, house.reader, house.security):
        client = client_of(who)
        assert "248" in text_of(client, "/zh-hans/calendar/2026/")
        text_of(client, "/zh-hans/calendar/2099/", 404)
        for path in ("load/", "loads/1/"):
            text_of(client, f"/zh-hans/calendar/{path}", 404)
        assert post(client, "/zh-hans/calendar/loads/1/decide/", {"decision": "confirm"}).status_code == 404
    assert "工作日" in text_of(client_of(house.boss), "/zh-hans/calendar/")


def test_a_house_without_a_calendar_says_so(house: House) -> None:
    CalendarYear.objects.all().delete()
    assert "没有载入" in text_of(client_of(house.boss), "/zh-hans/calendar/")


def upload(text: str, name: str = "notice.csv") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, text.encode())


def test_a_notice_is_brought_by_one_and_confirmed_by_another_on_the_page(house: House) -> None:
    promise = house.promise("2026-12-28 10:00")
    first, second = client_of(house.system), client_of(house.second)
    sent = {"year": 2027, "status": "official", "source": "假设的通知 2026-11-02"}
    bad = post(first, "/zh-hans/calendar/load/", sent | {"file": upload("date,kind\n2027-01-01,OFF\n2027-13-01,OFF\n")})
    assert bad.status_code == 422
    assert not CalendarLoad.objects.exists()
    assert "2027-13-01" in bad.content.decode()
    good = post(first, "/zh-hans/calendar/load/", sent | {"file": upload("date,kind\n2027-01-01,OFF\n2027-01-03,WORK\n")})
    load = CalendarLoad.objects.get()
    assert good.url.endswith(f"/calendar/loads/{load.pk}/")
    preview = text_of(second, f"/zh-hans/calendar/loads/{load.pk}/")
    assert "01-03" in preview
    assert "confirm" not in text_of(first, f"/zh-hans/calendar/loads/{load.pk}/")
    assert post(first, f"/zh-hans/calendar/loads/{load.pk}/decide/", {"decision": "confirm"}).status_code == 403
    assert due(promise) == "2027-01-05"
    assert post(second, f"/zh-hans/calendar/loads/{load.pk}/decide/", {"decision": "confirm"}).status_code == 302
    assert due(promise) == "2027-01-04"
    assert "2027-01-05 → 2027-01-04" in text_of(client_of(house.boss), f"{LIST}{promise.pk}/")


# --- API ------------------------------------------------------------------------------------------------------------
API = "/api/v1/zones/harbour/promises"


def call(person: Person, method: str, path: str, body: Any = None, **heads: str) -> tuple[int, Any]:
    client = Client(headers={"Authorization": ""})
    client.force_login(person)
    client.get("/zh-hans/calendar/2026/")
    token = client.cookies["csrf"].value if "csrf" in client.cookies else ""
    with at("2026-03-05 09:00"):
        sent = None if body is None else json.dumps(body)
        reply = client.generic(method, path, sent or "", content_type="application/json", **{"HTTP_X_CSRFTOKEN": token, **heads})  # type: ignore[arg-type]
    return reply.status_code, json.loads(reply.content)


def test_a_promise_goes_its_way_over_the_api(house: House) -> None:
    wanted = {"text": "答复增容方案", "company": house.company.pk, "n": 5, "unit": "WD", "received_at": "2026-03-02T10:00:00+08:00"}
    status, made = call(house.officer, "POST", API, wanted, HTTP_IDEMPOTENCY_KEY="k1")
    assert (status, made["due_on"], made["due_at"]) == (201, "2026-03-09", "2026-03-10T00:00:00+08:00")
    assert call(house.officer, "POST", API, wanted, HTTP_IDEMPOTENCY_KEY="k1")[1]["id"] == made["id"]
    one = f"{API}/{made['id']}"
    pause = {"reason": "NEED_MATERIAL", "what": "清单", "until": "2026-03-10"}
    assert call(house.officer, "POST", f"{one}/pause", pause)[1]["due_at"] is None
    assert call(house.officer, "POST", f"{one}/resume")[1]["state"] == "OPEN"
    assert call(house.officer, "POST", f"{one}/keep", {"proof": PROOF})[1]["state"] == "KEPT"
    assert call(house.officer, "POST", f"{one}/confirm")[0] == 403
    assert call(house.boss, "POST", f"{one}/confirm")[1]["state"] == "CONFIRMED"
    status, refused = call(house.officer, "POST", f"{one}/keep", {"proof": PROOF})
    assert (status, refused["code"]) == (409, "wrong-state")


def test_the_api_lists_by_page_and_hides_what_is_not_the_reader_s(house: House) -> None:
    for n in range(1, 6):
        house.promise(n=n)
    status, first = call(house.reader, "GET", f"{API}?limit=3")
    assert (status, len(first["items"])) == (200, 3)
    assert len(call(house.reader, "GET", f"{API}?limit=3&cursor={first['next']}")[1]["items"]) == 2
    assert call(house.stranger, "GET", API)[1]["items"] == []
    pk = first["items"][0]["id"]
    assert call(house.stranger, "GET", f"{API}/{pk}") == call(house.stranger, "GET", f"{API}/{pk + 900}")
    assert call(house.system, "GET", API)[0] == 404


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"n": -1}, 422, "request-wrong"),
        ({"unit": "WH"}, 422, "OFFICE_HOURS_MISSING"),
        ({"company": 10**30}, 404, "no-such-company"),
        ({"company": None}, 422, "OTHER_MISSING"),
        ({"received_at": "1900-01-01T00:00:00Z"}, 422, "CALENDAR_MISSING"),
        ({"received_at": "9999-12-31T23:59:59Z"}, 422, "DATES_REVERSED"),
        ({"received_at": "0001-01-01T00:00:00+00:00"}, 422, "CALENDAR_MISSING"),
        ({"kind": "magic"}, 422, "unknown-kind"),
        ({"text": "给"}, 422, "request-wrong"),
    ],
)
def test_the_api_refuses_with_a_code_and_stores_nothing(house: House, change: dict[str, Any], status: int, code: str) -> None:
    wanted = {"text": "答复增容方案", "company": house.company.pk, "n": 5, "unit": "WD", **change}
    found, problem = call(house.officer, "POST", API, wanted)
    assert (found, problem["code"]) == (status, code)
    assert not Promise.objects.exists()


def test_the_calendar_over_the_api_says_what_is_a_forecast(house: House) -> None:
    status, year = call(house.boss, "GET", "/api/v1/calendar/2027")
    assert (status, year["status"], len(year["exceptions"])) == (200, "forecast", 13)
    assert call(house.boss, "GET", "/api/v1/calendar/2099")[0] == 404
    assert call(house.boss, "GET", f"/api/v1/calendar/{10**30}")[0] == 404


# --- command line ---------------------------------------------------------------------------------------------------
def test_the_command_line_prints_what_a_load_moved(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    promise = house.promise("2026-12-28 10:00")
    file = tmp_path / "2027.csv"
    file.write_text("date,kind\n2027-01-01,OFF\n2027-01-03,WORK\n", encoding="utf-8")
    assert main(["calendar", "load", str(file), "--year", "2027", "--official"]) == 0
    printed = capsys.readouterr().out
    assert f"{promise.pk}" in printed
    assert "2027-01-05" in printed
    assert "2027-01-04" in printed
    assert main(["calendar", "show", "2027"]) == 0
    assert "2027-01-03" in capsys.readouterr().out
    assert main(["calendar", "extend"]) == 0


def test_the_command_line_names_every_bad_cell_and_loads_nothing(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("date,kind\n2027-01-01,OFF\nsomeday,OFF\n2027-01-05,rest\n", encoding="utf-8")
    assert main(["calendar", "load", str(file), "--official"]) == 2
    told = capsys.readouterr().err
    assert told.count("xinya: ") == 2
    assert main(["calendar", "show", "2027"]) == 0
    assert main(["calendar", "show", "2099"]) == 2


def test_what_the_first_set_up_brings_is_enough_to_promise(house: House) -> None:
    assert due(house.promise(MONDAY)) == "2026-03-09"
