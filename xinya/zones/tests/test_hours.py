"""Office hours: set for the house, a zone, a season; clocks in working hours move with them; nobody else changes them."""

import datetime as dt

import pytest
from django.test import Client

from xinya.cli.main import main
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones.actions.hours import NewHours, end_hours, set_hours
from xinya.zones.models import OfficeHours, Person, PromiseEvent
from xinya.zones.tests.people import someone
from xinya.zones.tests.promises import House

pytestmark = pytest.mark.django_db
DAY = "09:00-12:00, 13:30-17:30"


@pytest.fixture
def operator(house: House) -> Person:
    return house.system


def code_of(act: object, *args: object, **said: object) -> str:
    assert callable(act)
    with pytest.raises(Refused) as refused:
        act(*args, **said)
    return refused.value.code


def test_hours_take_the_place_of_those_of_the_same_zone_kind_and_season(house: House, operator: Person) -> None:
    set_hours(operator, wanted=NewHours(DAY))
    row, _moved = set_hours(operator, wanted=NewHours("8:30-12:00".replace("8:", "08:")))
    assert list(OfficeHours.objects.values_list("pk", "sessions")) == [(row.pk, "08:30-12:00")]
    set_hours(operator, wanted=NewHours(DAY, house.other_zone))
    set_hours(operator, wanted=NewHours(DAY, kind="MAKEUP"))
    set_hours(operator, wanted=NewHours(DAY, first_on=dt.date(2026, 6, 1), last_on=dt.date(2026, 9, 1)))
    assert OfficeHours.objects.count() == 4
    assert AuditRow.objects.filter(act="set-office-hours").count() == 5


def test_open_clocks_in_working_hours_are_read_anew_and_keep_the_old_day(house: House, operator: Person) -> None:
    set_hours(operator, wanted=NewHours(DAY))
    promise = house.promise(unit="WH", n=8)
    before = promise.due_on
    _row, moved = set_hours(operator, wanted=NewHours("09:00-11:00"))
    promise.refresh_from_db()
    assert [m.promise for m in moved] == [promise.pk]
    assert before is not None
    assert promise.due_on is not None
    assert promise.due_on > before
    event = PromiseEvent.objects.filter(promise=promise, verb="calendar").latest("pk")
    assert (event.old_due_on, event.new_due_on) == (before, promise.due_on)


def test_hours_that_an_open_clock_needs_are_not_taken_away(house: House, operator: Person) -> None:
    row, _moved = set_hours(operator, wanted=NewHours(DAY))
    house.promise(unit="WH", n=8)
    assert code_of(end_hours, operator, hours_id=row.pk) == "OFFICE_HOURS_MISSING"
    assert OfficeHours.objects.count() == 1


def test_hours_that_no_clock_needs_end(house: House, operator: Person) -> None:
    row, _moved = set_hours(operator, wanted=NewHours(DAY))
    assert end_hours(operator, hours_id=row.pk) == []
    assert not OfficeHours.objects.exists()
    assert code_of(end_hours, operator, hours_id=row.pk) == "no-such-hours"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewHours("9-12"), "OFFICE_HOURS_WRONG"),
        (NewHours("13:00-12:00"), "OFFICE_HOURS_WRONG"),
        (NewHours(""), "OFFICE_HOURS_WRONG"),
        (NewHours(",".join(f"{h:02}:00-{h:02}:30" for h in range(8, 16))), "hours-too-many"),
        (NewHours(DAY, kind="SOMEDAY"), "kind-unknown"),
        (NewHours(DAY, first_on=dt.date(2026, 9, 1), last_on=dt.date(2026, 6, 1)), "DATES_REVERSED"),
    ],
)
def test_wrong_hours_are_refused_and_change_nothing(house: House, operator: Person, wanted: NewHours, code: str) -> None:
    assert code_of(set_hours, operator, wanted=wanted) == code
    assert not OfficeHours.objects.exists()


@pytest.mark.parametrize("role", ["zone_reader", "chain_officer", "security_officer", "audit_officer"])
def test_nobody_else_sets_hours_by_action_or_by_form(house: House, role: str) -> None:
    person = someone("other", role)
    assert code_of(set_hours, person, wanted=NewHours(DAY)) == "no-such-hours"
    client = Client()
    client.force_login(person)
    assert client.post("/zh-hans/calendar/hours/", {"kind": "WORKDAY", "sessions": DAY}).status_code == 404
    assert not OfficeHours.objects.exists()


def test_the_page_sets_shows_and_ends_hours_and_says_what_is_wrong_at_the_field(house: House, operator: Person) -> None:
    client = Client()
    client.force_login(operator)
    assert client.post("/zh-hans/calendar/hours/", {"kind": "WORKDAY", "sessions": "9-12"}).status_code == 422
    sent = {"zone": house.zone.code, "kind": "WORKDAY", "sessions": DAY}
    assert client.post("/zh-hans/calendar/hours/", sent).status_code == 302
    page = client.get("/zh-hans/calendar/").content.decode()
    assert DAY in page
    assert house.zone.name in page
    assert client.get("/api/v1/office-hours").json() == [
        {"zone": house.zone.code, "kind": "WORKDAY", "sessions": DAY, "first_on": None, "last_on": None}
    ]
    row = OfficeHours.objects.get()
    assert client.post(f"/zh-hans/calendar/hours/{row.pk}/end/").status_code == 302
    assert not OfficeHours.objects.exists()


def test_the_shell_sets_and_prints_hours(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "hours"]) == 0
    assert main(["calendar", "hours", "--set", DAY, "--zone", house.zone.code, "--from", "2026-06-01"]) == 0
    out = capsys.readouterr().out
    assert f"{house.zone.code}\tWORKDAY\t{DAY}\t2026-06-01 – …" in out
    assert main(["calendar", "hours", "--set", DAY, "--zone", "nowhere"]) != 0
    assert AuditRow.objects.get(act="set-office-hours").actor == "console"
