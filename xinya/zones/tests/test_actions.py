"""Starting a zone, taking a list in, removing a demonstration: each done, refused by role, refused by state."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions, queries
from xinya.zones.actions import ListOrigin
from xinya.zones.files import CompanyLine
from xinya.zones.models import Company, Fact, Person, Source, Zone
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 1, 15)
CODES = ("91350100M000100Y43", "91210100MA0000001A", "91210100MA0000002B")


@pytest.fixture
def officer() -> Person:
    return someone("li", "chain_officer")


@pytest.fixture
def reader() -> Person:
    return someone("wang", "zone_reader")


@pytest.fixture
def zone(officer: Person) -> Zone:
    return actions.start_zone(officer, code="harbour", name="港湾高新区", as_of=DAY)


@pytest.fixture
def origin() -> ListOrigin:
    return ListOrigin(Source.objects.create(kind=Source.Kind.COMPANY_LIST, title="名单"), DAY, "2025")


def line(row: int, name: str, **values: Any) -> CompanyLine:
    said = {"uscc": None, "products": (), "revenue_fen": None, "above_scale": None} | values
    return CompanyLine(row=row, name=name, **said)


LINES = [
    line(2, "甲锻造有限公司", uscc=CODES[0], products=("锻件", "环件"), revenue_fen=1_234_500, above_scale=True, anchor=True),
    line(3, "乙复材有限公司", products=("预浸料",), group="丁集团"),
    line(4, "丙检测有限公司", state="building"),
]  # fmt: skip


def stored() -> tuple[int, ...]:
    """How much is stored of everything that an act could leave behind."""
    rows = (Zone, Company, Fact, AuditRow)
    revisions = sum(Zone.objects.values_list("revision", flat=True))
    return (*(model.objects.count() for model in rows), revisions, Fact.objects.filter(withdrawn_at=None).count())


def refused(act: Callable[[], object]) -> Refused:
    """The refusal of an act that must leave nothing behind, not even an audit row."""
    before = stored()
    with pytest.raises(Refused) as caught:
        act()
    assert stored() == before
    for language in ("zh", "en"):
        assert "%(" not in caught.value.sentence(language)
    return caught.value


def facts_of(zone: Zone, name: str) -> list[tuple[str, str, int | None]]:
    found = Fact.objects.filter(zone=zone, company__name=name, withdrawn_at=None)
    return [(f.kind, f.text, f.number) for f in found]


# --- starting a zone ------------------------------------------------------------------------------------------------


def test_an_officer_starts_a_zone(officer: Person) -> None:
    zone = actions.start_zone(officer, code="sea-2", name=" 海滨高新区 ", as_of=DAY)
    assert (zone.name, zone.name_en, zone.as_of, zone.is_demo) == ("海滨高新区", "海滨高新区", DAY, False)
    row = AuditRow.objects.get(act="start-zone")
    assert (row.actor, row.object, row.change["code"]) == (f"person:{officer.pk}", f"zone:{zone.pk}", [None, "sea-2"])


def test_a_reader_starts_no_zone(reader: Person) -> None:
    assert refused(lambda: actions.start_zone(reader, code="sea", name="海滨")).status == 403


def test_somebody_who_left_starts_no_zone(officer: Person) -> None:
    officer.is_active = False
    assert refused(lambda: actions.start_zone(officer, code="sea", name="海滨")).code == "not-allowed"


@pytest.mark.parametrize("code", ["", "a", "A1", "1a", "a_b", "a b", "é1", "a" * 31, "new", "../x", "a\n"])
def test_a_zone_with_a_wrong_code_is_refused(officer: Person, code: str) -> None:
    assert refused(lambda: actions.start_zone(officer, code=code, name="海滨")).code == "zone-code-wrong"


@pytest.mark.parametrize(("name", "name_en"), [("", ""), ("海", ""), ("海" * 31, ""), ("海滨", "s" * 61), ("  海  ", "")])
def test_a_zone_with_a_wrong_name_is_refused(officer: Person, name: str, name_en: str) -> None:
    assert refused(lambda: actions.start_zone(officer, code="sea", name=name, name_en=name_en)).code == "zone-name-wrong"


def test_two_zones_never_share_a_code(officer: Person, zone: Zone) -> None:
    found = refused(lambda: actions.start_zone(officer, code="harbour", name="另一高新区"))
    assert (found.code, found.status) == ("zone-exists", 409)


# --- taking a list in -----------------------------------------------------------------------------------------------


def test_a_list_becomes_companies_with_a_fact_for_each_cell(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    companies = actions.record_companies(officer, zone=zone, lines=LINES, origin=origin)
    assert [c.name for c in companies] == [entry.name for entry in LINES]
    assert facts_of(zone, "甲锻造有限公司") == [
        ("product", "锻件", None), ("product", "环件", None), ("revenue", "", 1_234_500), ("above_scale", "", 1), ("anchor", "", 1),
    ]  # fmt: skip
    assert facts_of(zone, "乙复材有限公司") == [("product", "预浸料", None), ("group", "丁集团", None)]
    assert facts_of(zone, "丙检测有限公司") == [("state", "building", None)]
    row = AuditRow.objects.get(act="record-companies")
    said = {"companies": 3, "facts": 8, "withdrawn": 0, "source": "名单"}
    assert row.change == {field: [None, value] for field, value in said.items()}
    assert zone.revision == 1


def test_the_same_list_twice_keeps_one_fact_each(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    first = actions.record_companies(officer, zone=zone, lines=LINES, origin=origin)
    facts = list(Fact.objects.values_list("pk", "withdrawn_at"))
    assert actions.record_companies(officer, zone=zone, lines=LINES, origin=origin) == first
    assert list(Fact.objects.values_list("pk", "withdrawn_at")) == facts
    assert AuditRow.objects.order_by("-pk")[0].change["facts"] == [None, 0]


def test_a_corrected_revenue_withdraws_the_older_one_and_keeps_it_readable(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", revenue_fen=100)], origin=origin)
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", revenue_fen=300)], origin=origin)
    old, new = Fact.objects.filter(kind=Fact.Kind.REVENUE)
    assert (old.number, old.withdrawn_at is not None, new.number, new.withdrawn_at) == (100, True, 300, None)
    assert queries.all_dossiers(zone)[0].revenue_fen == 300


def test_the_revenue_of_another_year_stands_beside_the_first(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", revenue_fen=100)], origin=origin)
    before = ListOrigin(origin.source, DAY, "2024")
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", revenue_fen=50)], origin=before)
    assert Fact.objects.filter(kind=Fact.Kind.REVENUE, withdrawn_at=None).count() == 2
    assert queries.all_dossiers(zone)[0].revenue_fen == 100


def test_an_empty_cell_says_nothing_against_what_is_known(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=LINES, origin=origin)
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲锻造有限公司")], origin=origin)
    assert len(facts_of(zone, "甲锻造有限公司")) == 5


def test_a_company_known_by_name_gets_its_credit_code(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲锻造有限公司")], origin=origin)
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲锻造 有限公司", uscc=CODES[0])], origin=origin)
    assert list(Company.objects.values_list("name", "uscc")) == [("甲锻造有限公司", CODES[0])]


def test_a_name_with_another_code_is_refused_with_its_row(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", uscc=CODES[0])], origin=origin)
    wrong = [line(2, "乙"), line(3, "甲", uscc=CODES[1])]
    found = refused(lambda: actions.record_companies(officer, zone=zone, lines=wrong, origin=origin))
    assert (found.code, found.row) == ("code-contradicts", 3)
    assert CODES[0] in found.sentence("en")


def test_a_code_under_another_name_is_refused_with_its_row(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", uscc=CODES[0])], origin=origin)
    found = refused(lambda: actions.record_companies(officer, zone=zone, lines=[line(5, "乙", uscc=CODES[0])], origin=origin))
    assert (found.code, found.row) == ("name-contradicts", 5)


def test_a_code_and_a_name_of_two_companies_here_are_not_merged(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    both = [line(2, "甲", uscc=CODES[0]), line(3, "乙", uscc=CODES[1])]
    actions.record_companies(officer, zone=zone, lines=both, origin=origin)
    mixed = [line(2, "乙", uscc=CODES[0])]
    assert refused(lambda: actions.record_companies(officer, zone=zone, lines=mixed, origin=origin)).row == 2


def test_a_list_whose_last_of_300_rows_contradicts_is_not_taken_at_all(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", uscc=CODES[0])], origin=origin)
    lines = [line(n, f"企业{n}", products=("锻件",)) for n in range(2, 301)] + [line(301, "甲", uscc=CODES[1])]
    found = refused(lambda: actions.record_companies(officer, zone=zone, lines=lines, origin=origin))
    assert (found.code, found.row) == ("code-contradicts", 301)


def test_a_reader_brings_no_list(reader: Person, zone: Zone, origin: ListOrigin) -> None:
    found = refused(lambda: actions.record_companies(reader, zone=zone, lines=LINES, origin=origin))
    assert (found.code, found.status) == ("not-allowed", 403)


def test_a_maker_outside_stands_apart_from_a_company_here_of_the_same_name(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    there = ListOrigin(origin.source, DAY, is_outside=True)
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", uscc=CODES[0])], origin=origin)
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", uscc=CODES[0])], origin=there)
    assert sorted(Company.objects.values_list("name", "is_outside")) == [("甲", False), ("甲", True)]
    assert AuditRow.objects.filter(act="record-outside").count() == 1


def test_the_same_company_in_two_zones_is_two_rows(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    other = actions.start_zone(officer, code="sea", name="海滨高新区")
    for one in (zone, other):
        actions.record_companies(officer, zone=one, lines=[line(2, "甲", uscc=CODES[0])], origin=origin)
    assert Company.objects.filter(uscc=CODES[0]).count() == 2


def test_products_that_a_later_list_drops_are_withdrawn_and_stay_readable(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", products=("锻件", "环件"))], origin=origin)
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", products=("环件", "叶片"))], origin=origin)
    assert [text for _kind, text, _number in facts_of(zone, "甲")] == ["环件", "叶片"]
    assert Fact.objects.filter(zone=zone, text="锻件").exclude(withdrawn_at=None).count() == 1


def test_a_list_that_names_no_products_withdraws_none(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", products=("锻件",))], origin=origin)
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", products=())], origin=origin)
    assert [text for _kind, text, _number in facts_of(zone, "甲")] == ["锻件"]


def test_an_explicit_no_and_in_production_answer_what_an_earlier_list_said(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    first = line(2, "甲", products=(), anchor=True, state="building")
    later = ListOrigin(origin.source, DAY + datetime.timedelta(days=90))
    actions.record_companies(officer, zone=zone, lines=[first], origin=origin)
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", products=(), anchor=False, state="producing")], origin=later)
    [dossier] = [d for d in queries.all_dossiers(zone) if d.company.name == "甲"]
    assert not dossier.is_anchor
    assert [f.text for f in dossier.states] == ["producing", "building"]


def test_what_holds_without_being_said_is_not_written(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    quiet = line(2, "甲", products=(), anchor=False, state="producing")
    actions.record_companies(officer, zone=zone, lines=[quiet], origin=origin)
    assert facts_of(zone, "甲") == []


def test_a_demonstration_into_which_a_list_was_brought_is_kept(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=[line(2, "甲", products=("锻件",))], origin=origin)
    actions.mark_as_demo(officer, zone=zone, is_sample=True)
    with pytest.raises(Refused) as refused:
        actions.remove_zone(officer, zone=zone)
    assert refused.value.code == "holds-a-list"
    assert Zone.objects.filter(pk=zone.pk).exists()


# --- removing a demonstration ---------------------------------------------------------------------------------------


def test_a_demonstration_zone_goes_with_everything_in_it(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    actions.record_companies(officer, zone=zone, lines=LINES, origin=origin)
    actions.mark_as_demo(officer, zone=zone, is_sample=True)
    Source.objects.update(kind=Source.Kind.INVENTED)
    code = zone.pk
    actions.remove_zone(officer, zone=zone)
    assert not any(model.objects.exists() for model in (Zone, Company, Fact, Source))
    row = AuditRow.objects.get(act="remove-demo")
    assert (row.object, row.change["companies"]) == (f"zone:{code}", [None, 3])


def test_a_source_that_another_zone_still_names_stays(officer: Person, zone: Zone, origin: ListOrigin) -> None:
    other = actions.start_zone(officer, code="sea", name="海滨高新区")
    for one in (zone, other):
        actions.record_companies(officer, zone=one, lines=LINES, origin=origin)
    actions.mark_as_demo(officer, zone=zone, is_sample=True)
    Source.objects.update(kind=Source.Kind.INVENTED)
    actions.remove_zone(officer, zone=zone)
    assert Source.objects.count() == 1
    assert Fact.objects.filter(zone=other).count() == 8


def test_a_zone_of_real_data_is_never_removed(officer: Person, zone: Zone) -> None:
    found = refused(lambda: actions.remove_zone(officer, zone=zone))
    assert (found.code, found.status) == ("not-a-demo", 409)


def test_a_reader_removes_nothing(officer: Person, reader: Person, zone: Zone) -> None:
    actions.mark_as_demo(officer, zone=zone, is_sample=False)
    assert refused(lambda: actions.remove_zone(reader, zone=zone)).status == 403
