"""Commissioners: assigned and replaced, away and covered, the list of companies that nobody serves, the exchange file."""

import datetime

import hypothesis
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import strategies as st

from xinya.kit.refusals import Refused
from xinya.zones import actions, queries
from xinya.zones.files import AssignmentLine, ListRefused, read_assignments, write_assignments
from xinya.zones.models import Absence, Assignment, Company, Person, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")


@pytest.fixture
def lead(zone: Zone) -> Person:
    return someone("zhang", "desk_lead", zone=zone)


@pytest.fixture
def companies(zone: Zone) -> list[Company]:
    return [Company.objects.create(zone=zone, name=f"企业{n}", name_key=f"企业{n}") for n in range(3)]


@pytest.fixture
def wei(zone: Zone) -> Person:
    return someone("wei", "commissioner", zone=zone)


@pytest.fixture
def dai(zone: Zone) -> Person:
    return someone("dai", "commissioner", zone=zone)


def open_rows(company: Company) -> dict[bool, str]:
    return {a.is_backup: a.person.username for a in Assignment.objects.filter(company=company, until=None)}


def test_the_desk_lead_assigns_a_commissioner_and_a_back_up(
    lead: Person, companies: list[Company], wei: Person, dai: Person
) -> None:
    actions.assign_commissioner(lead, company=companies[0], commissioner=wei, backup=dai)
    assert open_rows(companies[0]) == {False: "wei", True: "dai"}
    assert list(queries.visible_to(wei, Company)) == [companies[0]]
    assert list(queries.visible_to(dai, Company)) == []


def test_a_replaced_commissioner_stops_the_same_day_and_the_change_has_a_reason(
    lead: Person, companies: list[Company], wei: Person, dai: Person
) -> None:
    actions.assign_commissioner(lead, company=companies[0], commissioner=wei, backup=None)
    with refused("reason-missing"):
        actions.assign_commissioner(lead, company=companies[0], commissioner=dai, backup=wei)
    actions.assign_commissioner(lead, company=companies[0], commissioner=dai, backup=wei, reason="轮岗")
    assert open_rows(companies[0]) == {False: "dai", True: "wei"}
    ended = Assignment.objects.get(company=companies[0], person=wei, is_backup=False)
    assert ended.until == timezone.localdate()
    assert list(queries.visible_to(wei, Company)) == []


def test_who_stays_keeps_the_first_day(lead: Person, companies: list[Company], wei: Person, dai: Person) -> None:
    actions.assign_commissioner(lead, company=companies[0], commissioner=wei, backup=None)
    Assignment.objects.update(since=timezone.localdate() - 9 * DAY)
    actions.assign_commissioner(lead, company=companies[0], commissioner=wei, backup=dai)
    assert Assignment.objects.get(person=wei).since == timezone.localdate() - 9 * DAY


def test_others_assign_nobody(companies: list[Company], wei: Person, zone: Zone) -> None:
    for n, role in enumerate(("zone_reader", "chain_officer", "office_head", "security_officer", "commissioner")):
        with refused("not-allowed"):
            actions.assign_commissioner(someone(f"p{n}", role), company=companies[0], commissioner=wei, backup=None)
    other = Zone.objects.create(code="lake", name="湖区", name_en="Lake")
    with refused("no-such-zone"):
        actions.assign_commissioner(someone("far", "desk_lead", zone=other), company=companies[0], commissioner=wei, backup=None)


def test_only_commissioners_of_the_zone_are_assigned_and_never_one_twice(
    lead: Person, companies: list[Company], wei: Person
) -> None:
    lake = Zone.objects.create(code="lake", name="湖区", name_en="Lake")
    for person in (lead, someone("hu", "commissioner", zone=lake)):
        with refused("no-commissioner"):
            actions.assign_commissioner(lead, company=companies[0], commissioner=person, backup=None)
    with refused("same-person"):
        actions.assign_commissioner(lead, company=companies[0], commissioner=wei, backup=wei)


def test_companies_without_commissioner_or_back_up_are_in_the_orphan_list(
    lead: Person, zone: Zone, companies: list[Company], wei: Person, dai: Person
) -> None:
    assert queries.company_counts(zone)[1] == 3
    actions.assign_commissioner(lead, company=companies[0], commissioner=wei, backup=dai)
    actions.assign_commissioner(lead, company=companies[1], commissioner=wei, backup=None)
    assert list(queries.companies_served(zone, only_orphans=True)) == companies[1:]
    assert [(r.person, r.companies, r.as_backup) for r in queries.loads(zone)] == [(wei, 2, 0), (dai, 0, 1)]
    actions.lock_person(someone("an", "security_officer"), person_id=dai.pk, reason="疑似泄露")
    assert queries.company_counts(zone)[1] == 3


# --- absence --------------------------------------------------------------------------------------------------------


def test_the_back_up_covers_from_the_first_day_of_an_absence_to_the_last(
    lead: Person, zone: Zone, companies: list[Company], wei: Person, dai: Person
) -> None:
    actions.assign_commissioner(lead, company=companies[0], commissioner=wei, backup=dai)
    today = timezone.localdate()
    later = actions.enter_absence(wei, person_id=wei.pk, since=today + DAY, until=today + 2 * DAY)
    assert (queries.covered_today(zone), list(queries.visible_to(dai, Company))) == (0, [])
    row = actions.enter_absence(lead, person_id=wei.pk, since=today, until=today, reason="病假")
    assert (queries.covered_today(zone), list(queries.visible_to(dai, Company))) == (1, [companies[0]])
    assert queries.loads(zone)[0].away == row
    assert queries.own_absences(wei) == [row, later]
    actions.withdraw_absence(lead, absence_id=row.pk)
    assert list(queries.visible_to(dai, Company)) == []
    with refused("ended-already"):
        actions.withdraw_absence(wei, absence_id=row.pk)


def test_an_absence_is_entered_by_its_person_or_the_desk_lead_only(lead: Person, wei: Person, dai: Person, zone: Zone) -> None:
    today = timezone.localdate()
    row = actions.enter_absence(wei, person_id=wei.pk, since=today, until=today)
    with refused("no-such-person"):
        actions.enter_absence(dai, person_id=wei.pk, since=today, until=today)
    with refused("no-such-absence"):
        actions.withdraw_absence(dai, absence_id=row.pk)
    for role in ("zone_reader", "security_officer"):
        with refused("not-allowed"):
            actions.enter_absence(someone(role[:4], role), person_id=wei.pk, since=today, until=today)
    lake = Zone.objects.create(code="lake", name="湖区", name_en="Lake")
    with refused("no-such-person"):
        actions.enter_absence(someone("far", "desk_lead", zone=lake), person_id=wei.pk, since=today, until=today)


@pytest.mark.parametrize(
    ("since", "until", "code"), [(1, 0, "DATES_REVERSED"), (-9, -1, "day-wrong"), (0, 400, "absence-too-long")]
)
def test_an_absence_has_days_that_make_sense(since: int, until: int, code: str, wei: Person) -> None:
    today = timezone.localdate()
    with refused(code):
        actions.enter_absence(wei, person_id=wei.pk, since=today + since * DAY, until=today + until * DAY)


def test_an_absence_is_entered_once(wei: Person) -> None:
    today = timezone.localdate()
    actions.enter_absence(wei, person_id=wei.pk, since=today, until=today + 3 * DAY)
    with refused("absence-known"):
        actions.enter_absence(wei, person_id=wei.pk, since=today + 3 * DAY, until=today + 9 * DAY)
    assert Absence.objects.count() == 1


# --- the file -------------------------------------------------------------------------------------------------------


def line(row: int, company: str, commissioner: str = "", backup: str = "", code: str = "") -> AssignmentLine:
    return AssignmentLine(row, code, company, commissioner, backup)


def test_a_list_of_assignments_is_taken_as_a_whole(
    lead: Person, zone: Zone, companies: list[Company], wei: Person, dai: Person
) -> None:
    lines = [line(2, "企业0", "wei", "dai"), line(3, "企业1", "dai")]
    assert actions.assign_commissioners(lead, zone=zone, lines=lines, reason="年度分工") == 2
    assert actions.assign_commissioners(lead, zone=zone, lines=lines, reason="年度分工") == 0
    assert [open_rows(c) for c in companies] == [{False: "wei", True: "dai"}, {False: "dai"}, {}]
    swapped = [line(2, "企业0", "dai", "wei"), line(3, "企业1")]
    actions.assign_commissioners(lead, zone=zone, lines=swapped, reason="对调")
    assert [open_rows(c) for c in companies] == [{False: "dai", True: "wei"}, {}, {}]


def test_every_wrong_row_is_named_and_nothing_is_stored(
    lead: Person, zone: Zone, companies: list[Company], wei: Person, dai: Person
) -> None:
    lines = [
        line(2, "企业0", "wei", "dai"), line(3, "没有"), line(4, "企业1", "nobody"), line(5, "企业2", "wei", "wei"),
        line(6, "企业0", "wei"), line(7, "企业2", code="91000000EXAMPLE03X"),
    ]  # fmt: skip
    with pytest.raises(ListRefused) as caught:
        actions.assign_commissioners(lead, zone=zone, lines=lines, reason="年度分工")
    assert [(f.row, f.code) for f in caught.value.findings] == [
        (3, "no-such-company"), (4, "no-commissioner"), (5, "same-person"), (6, "company-twice"), (7, "no-such-company"),
    ]  # fmt: skip
    assert not Assignment.objects.exists()
    with refused("reason-missing"):
        actions.assign_commissioners(lead, zone=zone, lines=lines[:1], reason="")
    with refused("not-allowed"):
        actions.assign_commissioners(wei, zone=zone, lines=lines[:1], reason="年度分工")


def test_what_is_written_is_read_again(lead: Person, zone: Zone, companies: list[Company], wei: Person) -> None:
    actions.assign_commissioner(lead, company=companies[1], commissioner=wei, backup=None)
    for language in ("zh", "en"):
        lines = read_assignments(write_assignments(queries.assignments_written(zone), language))
        assert [(r.row, r.company, r.commissioner, r.backup) for r in lines] == [
            (2, "企业0", "", ""), (3, "企业1", "wei", ""), (4, "企业2", "", ""),
        ]  # fmt: skip
        assert actions.assign_commissioners(lead, zone=zone, lines=lines, reason="原样") == 0


@pytest.mark.parametrize("content", [b"", b"a,b,c,d\n", "企业,专员\n".encode(), b"\xff\xfe"])
def test_a_file_without_the_four_columns_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_assignments(content)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).map(str.strip)


@hypothesis.given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_no_cell_of_the_file_begins_a_formula(rows: list[tuple[str, str]]) -> None:
    content = write_assignments([("", f"企{name}", person, "") for name, person in rows])
    cells = [cell for row in content.decode("utf-8-sig").split("\r\n") for cell in row[1:-1].split('","') if cell]
    assert not any(cell[0] in "=+-@" for cell in cells)
    assert [(r.company, r.commissioner) for r in read_assignments(content)] == [(f"企{n}".strip(), p) for n, p in rows]


@pytest.mark.parametrize("count", [5, 200])
def test_loads_orphans_and_companies_cost_the_same_whatever_their_number(count: int, lead: Person, zone: Zone, wei: Person) -> None:
    Company.objects.bulk_create(Company(zone=zone, name=f"企{n}", name_key=f"企{n}") for n in range(count))
    with CaptureQueriesContext(
        connection,
    ) as made:
        queries.loads(zone)
        queries.company_counts(zone)
        queries.covered_today(zone)
        list(queries.companies_served(zone))
    assert len(made) == 6
