"""Companies in search: each role finds what it may read, and what is hidden changes nothing that it sees."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinya.kit.models import AuditRow, SearchMark, SearchWord
from xinya.kit.refusals import Refused
from xinya.kit.search import Search, index_marked, rebuild
from xinya.zones import actions
from xinya.zones.files import CompanyLine
from xinya.zones.models import Assignment, Company, Fact, Person, Secrecy, Source, Zone
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 1, 15)
CODE, OTHER_CODE = "91350100M000100Y43", "91210100MA0000001A"
QUERIES = (
    "轴承",
    "钛合金轴承",
    "隐龙",
    "隐龙重工",
    "hidden dragon",
    "港湾",
    CODE,
    OTHER_CODE,
    "沈",
    "有限公司",
    "独门工艺",
    "無損檢測",
)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def officer() -> Person:
    return someone("li", "chain_officer")


@pytest.fixture
def start(officer: Person) -> Callable[..., Zone]:
    def made(code: str, *lines: tuple[str, str, tuple[str, ...]], is_outside: bool = False) -> Zone:
        zone = Zone.objects.filter(code=code).first() or actions.start_zone(officer, code=code, name=f"{code}高新区", as_of=DAY)
        source = Source.objects.create(kind=Source.Kind.COMPANY_LIST, title="名单")
        listed = [CompanyLine(n, name, uscc or None, products, None, None) for n, (name, uscc, products) in enumerate(lines, 2)]
        actions.record_companies(officer, zone=zone, lines=listed, origin=actions.ListOrigin(source, DAY, is_outside=is_outside))
        return zone

    return made


@pytest.fixture
def zones(start: Callable[..., Zone]) -> tuple[Zone, Zone]:
    """Two zones: three companies in one, and one of the other that shares words with them and has its own."""
    here = start(
        "harbour",
        ("港湾轴承有限公司", CODE, ("钛合金轴承",)),
        ("港湾检测有限公司", "", ("无损检测",)),
        ("海滨轴承厂", "", ("轴承",)),
    )
    there = start("hill", ("隐龙重工有限公司", OTHER_CODE, ("轴承", "独门工艺", "无损检测")))
    Company.objects.filter(zone=there).update(name_en="Hidden Dragon Heavy Industry")
    index_marked()
    return here, there


def company(name: str) -> Company:
    return Company.objects.get(name=name)


def seen(person: Person, text: str) -> tuple[list[str], int, list[str]]:
    """Everything that a search tells: the names in their order, the number, the words."""
    search = Search(Person.objects.get(pk=person.pk), text)
    names = [hit.document.names[0] for hit in search.hits(["company"], 0, 100)]
    return names, search.count(["company"]), search._question.words if search._question else []


@pytest.fixture
def readers(zones: tuple[Zone, Zone], officer: Person) -> dict[str, Person]:
    """One of each kind of reader, all of the first zone."""
    here = zones[0]
    commissioner = someone("zhao", "commissioner", zone=here)
    for name in ("港湾轴承有限公司", "港湾检测有限公司"):
        Assignment.objects.create(company=company(name), person=commissioner, since=DAY, assigned_by=officer)
    return {
        "zone_reader": someone("wang", "zone_reader", zone=here),
        "commissioner": commissioner,
        "company_user": someone("sun", "company_user", company=company("港湾轴承有限公司")),
        "system_officer": someone("zhou", "system_officer"),
        "security_officer": someone("wu", "security_officer"),
        "audit_officer": someone("zheng", "audit_officer"),
    }


def test_each_role_finds_the_companies_that_it_may_read(readers: dict[str, Person], officer: Person) -> None:
    mine = {role: set(seen(person, "轴承")[0]) | set(seen(person, "检测")[0]) for role, person in readers.items()}
    assert mine == {
        "zone_reader": {"港湾轴承有限公司", "港湾检测有限公司", "海滨轴承厂"},
        "commissioner": {"港湾轴承有限公司", "港湾检测有限公司"},
        "company_user": {"港湾轴承有限公司"},
        "system_officer": set(),
        "security_officer": set(),
        "audit_officer": set(),
    }
    assert "隐龙重工有限公司" in seen(officer, "轴承")[0]


def test_nothing_that_a_search_tells_changes_when_hidden_companies_go(readers: dict[str, Person], zones: tuple[Zone, Zone]) -> None:
    before = {(role, text): seen(person, text) for role, person in readers.items() for text in QUERIES}
    hidden = {
        "company_user": Company.objects.exclude(name="港湾轴承有限公司"),
        "commissioner": Company.objects.exclude(name__startswith="港湾"),
        "zone_reader": Company.objects.filter(zone=zones[1]),
    }
    for role in ("zone_reader", "commissioner", "company_user"):
        hidden[role].delete()
        SearchMark.objects.all().delete()
        rebuild()
        after = {text: seen(readers[role], text) for text in QUERIES}
        assert after == {text: before[role, text] for text in QUERIES}, role


def test_another_company_s_name_code_and_products_are_never_found(readers: dict[str, Person]) -> None:
    for role, person in readers.items():
        for text in ("隐龙", "隐龙重工有限公司", "hidden dragon", "Dragon", OTHER_CODE, OTHER_CODE.lower(), "独门工艺"):
            names, count, _words = seen(person, text)
            assert (names, count) == ([], 0), (role, text)


def test_a_person_without_membership_finds_no_company(zones: tuple[Zone, Zone]) -> None:
    nobody = Person.objects.create_user("nobody", password="for-tests-only")
    assert seen(nobody, "轴承")[:2] == ([], 0)


def test_a_code_and_a_part_of_a_name_come_first(zones: tuple[Zone, Zone], officer: Person) -> None:
    assert seen(officer, CODE.lower())[0] == ["港湾轴承有限公司"]
    assert seen(officer, "湾轴")[0][0] == "港湾轴承有限公司"
    assert seen(officer, "港灣軸承")[0][0] == "港湾轴承有限公司"
    assert seen(officer, "轴承厂")[0][0] == "海滨轴承厂"
    assert seen(officer, "100%_轴")[0] == []


def test_a_company_is_found_by_name_before_the_worker_came(start: Callable[..., Zone], officer: Person) -> None:
    start("harbour", ("刚来有限公司", "", ("叶片",)))
    assert seen(officer, "刚来")[:2] == (["刚来有限公司"], 1)
    assert seen(officer, "叶片")[:2] == ([], 0)
    index_marked()
    assert seen(officer, "叶片")[:2] == (["刚来有限公司"], 1)


def test_companies_outside_are_no_results(start: Callable[..., Zone], officer: Person) -> None:
    start("harbour", ("远方有限公司", "", ("叶片",)), is_outside=True)
    index_marked()
    assert seen(officer, "远方 叶片")[:2] == ([], 0)


def test_a_fact_of_a_higher_class_is_not_indexed(zones: tuple[Zone, Zone], officer: Person, readers: dict[str, Person]) -> None:
    mine = company("港湾轴承有限公司")
    Fact.objects.filter(company=mine, kind=Fact.Kind.PRODUCT).update(secrecy=Secrecy.COMPANY)
    rebuild()
    for person in (officer, readers["company_user"], readers["zone_reader"]):
        assert mine.name not in seen(person, "钛合金")[0]


def test_a_zone_that_is_removed_is_found_no_more_at_once(zones: tuple[Zone, Zone], officer: Person) -> None:
    here = zones[0]
    Fact.objects.filter(zone=here).update(source=Source.objects.create(kind=Source.Kind.INVENTED, title="虚构"))
    Zone.objects.filter(pk=here.pk).update(is_demo=True)
    here.refresh_from_db()
    actions.remove_zone(officer, zone=here)
    assert seen(officer, "轴承")[:2] == (["隐龙重工有限公司"], 1)
    index_marked()
    assert seen(officer, "轴承")[:2] == (["隐龙重工有限公司"], 1)


def test_a_later_list_is_found_by_its_new_products(zones: tuple[Zone, Zone], start: Callable[..., Zone], officer: Person) -> None:
    start("harbour", ("海滨轴承厂", "", ("叶片",)))
    index_marked()
    assert seen(officer, "叶片")[0] == ["海滨轴承厂"]
    actions.describe_companies(officer, zone=zones[0], names_en={company("海滨轴承厂").pk: "Seaside Bearings"})
    index_marked()
    assert seen(officer, "bearing")[0] == ["海滨轴承厂"]


def test_the_number_of_statements_does_not_grow_with_the_results(start: Callable[..., Zone], officer: Person) -> None:
    def statements() -> int:
        person = Person.objects.get(pk=officer.pk)
        with CaptureQueriesContext(connection) as made:
            search = Search(person, "轴承")
            assert search.counts["company"] > 0
            search.hits(["company"], 0, 20)
        return len(made)

    start("harbour", ("海滨轴承厂", "", ("轴承",)))
    index_marked()
    few = statements()
    start("harbour", *[(f"轴承{n}厂", "", ("轴承", "叶片")) for n in range(30)])
    index_marked()
    assert statements() == few <= 8


# --- the list of own words ------------------------------------------------------------------------------------------


def test_an_officer_adds_a_word_and_takes_it_out_again(officer: Person) -> None:
    row = actions.add_search_word(officer, word=" 等静压 ")
    assert (row.word, SearchMark.objects.count()) == ("等静压", 1)
    for again in ("等静压", "等靜壓"):
        with pytest.raises(Refused, match="word-there"):
            actions.add_search_word(officer, word=again)
    actions.remove_search_word(officer, word_id=row.pk)
    with pytest.raises(Refused, match="no-such-word"):
        actions.remove_search_word(officer, word_id=row.pk)
    actions.add_search_word(officer, word="等静压")
    assert SearchWord.objects.count() == 2
    acts = AuditRow.objects.filter(object__startswith="search-word:").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["add-search-word", "remove-search-word", "add-search-word"]


@pytest.mark.parametrize("word", ["", "静", "等 静", "a" * 31, "<b>", "静压。", "\x00静压"])
def test_a_word_that_is_none_is_refused(officer: Person, word: str) -> None:
    with pytest.raises(Refused, match="word-wrong"):
        actions.add_search_word(officer, word=word)
    assert not SearchWord.objects.exists()


def test_only_who_changes_zones_edits_the_list(readers: dict[str, Person], officer: Person) -> None:
    row = actions.add_search_word(officer, word="等静压")
    for person in readers.values():
        with pytest.raises(Refused):
            actions.add_search_word(person, word="陶瓷基")
        with pytest.raises(Refused):
            actions.remove_search_word(person, word_id=row.pk)
    assert SearchWord.objects.filter(removed_at=None).count() == 1
