"""A list that names again what is known makes it young and adds nothing; taken back, it is as old as it was."""

import datetime
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from xinya.chain.queries import chains_and_confirmations, fact_age
from xinya.zones import actions
from xinya.zones.actions import commit_import, map_columns, undo_import
from xinya.zones.engine.freshness import Age, life_of
from xinya.zones.files import CompanyLine
from xinya.zones.models import Check, Fact, ImportBatch, Person, Source, Zone
from xinya.zones.queries.import_export import companies_as_csv
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import DAY, mapped, said, table

pytestmark = pytest.mark.django_db
HEADS: list[object] = ["企业名称", "统一社会信用代码", "主要产品", "登记状态", "实际经营地址", "所属集团", "2024年营业收入(万元)"]
FIRST = DAY - datetime.timedelta(days=365)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def rows(number: int = 1, *, products: str = "齿轮；轴承", status: str = "存续", group: str = "甲集团") -> bytes:
    cells = [f"岚洲测{number}机械有限公司", code_of(number), products, status, "一号路1号", group, 1200]
    return table(cells, heads=HEADS)


def brought(officer: Person, zone: Zone, name: str, content: bytes, on: datetime.date) -> ImportBatch:
    batch = mapped(officer, zone, name, content, reason="新一年的名单")
    batch = map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=on)
    return commit_import(officer, batch_id=batch.pk, key=batch.key)


def test_a_list_that_says_the_same_a_year_later_makes_its_facts_young_and_adds_none(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(), FIRST)
    before = list(Fact.objects.order_by("pk").values_list("pk", "withdrawn_at"))
    batch = brought(officer, zone, "b.tsv", rows(), DAY)
    assert batch.parts[0]["same"] == 1
    assert list(Fact.objects.order_by("pk").values_list("pk", "withdrawn_at")) == before
    checks = Check.objects.all()
    assert {(c.fact.kind, c.kind, c.voice, c.age) for c in checks if c.fact} == {
        ("product", "product", "list", 365), ("status", "state", "list", 365), ("actual_address", "address", "list", 365),
        ("group", "group", "list", 365),
    }  # fmt: skip
    assert checks.count() == 5, "two products; a year's revenue does not fade"
    product = Fact.objects.select_related("source").get(text="齿轮")
    on = timezone.localdate()
    _chains, held = chains_and_confirmations(zone)
    assert fact_age(product, held, on).since == DAY, "confirmed on the day the list stands for, not on that of its import"


def test_what_changes_is_written_and_what_stays_beside_it_is_young_again(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(), FIRST)
    brought(officer, zone, "b.tsv", rows(products="齿轮；联轴器", group="乙集团"), DAY)
    named = {(c.fact.kind, c.fact.text) for c in Check.objects.select_related("fact") if c.fact}
    assert named == {("product", "齿轮"), ("status", "存续"), ("actual_address", "一号路1号")}


def looked_at(fact: Fact, officer: Person, outcome: str) -> None:
    assert fact.company is not None
    Check.objects.create(
        zone=fact.zone, company=fact.company, fact=fact, kind="product", outcome=outcome, age=9, voice="officer", by=officer
    )


def age_now(zone: Zone, text: str = "齿轮") -> Age:
    _chains, held = chains_and_confirmations(zone)
    return fact_age(Fact.objects.get(text=text), held, timezone.localdate())


def test_an_old_list_brought_today_makes_nothing_younger_than_its_day(zone: Zone, officer: Person) -> None:
    first, second = datetime.date(2018, 1, 1), datetime.date(2019, 1, 1)
    brought(officer, zone, "2018.tsv", rows(), first)
    brought(officer, zone, "2019.tsv", rows(), second)
    assert age_now(zone).since == second
    assert age_now(zone).is_old
    _chains, held = chains_and_confirmations(zone)
    fact = Fact.objects.get(text="齿轮")
    assert fact_age(fact, held, datetime.date(2018, 6, 1)).since == first, "asked of a day before the second list"


def test_an_older_list_that_comes_after_a_newer_one_changes_no_age(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(), FIRST - datetime.timedelta(days=700))
    brought(officer, zone, "b.tsv", rows(), DAY)
    before = list(Check.objects.values_list("pk", "named", "age"))
    batch = brought(officer, zone, "c.tsv", rows(), FIRST)
    assert list(Check.objects.values_list("pk", "named", "age")) == before
    undo_import(officer, batch_id=batch.pk, reason="传错了名单")
    assert age_now(zone).since == DAY


def test_of_many_lists_one_check_a_fact_is_kept_and_renewed(zone: Zone, officer: Person) -> None:
    days = [FIRST + datetime.timedelta(days=n) for n in (0, 60, 61, 80, 120, 200)]
    batches = [brought(officer, zone, f"{n}.tsv", rows(), day) for n, day in enumerate(days)]
    assert Check.objects.count() == 5, "one a fact, whatever the number of lists"
    check = Check.objects.get(fact__text="齿轮")
    assert [day for day, _list in check.namings] == [days[1], days[4], days[5]], "lists within 30 days of the last say nothing new"
    assert (check.age, age_now(zone).since) == (200, days[5])
    undo_import(officer, batch_id=batches[4].pk, reason="传错了名单")
    assert age_now(zone).since == days[5]
    undo_import(officer, batch_id=batches[5].pk, reason="传错了名单")
    assert age_now(zone).since == days[1]
    check.refresh_from_db()
    assert (check.age, check.reason) == (60, f"list {batches[1].pk}")
    undo_import(officer, batch_id=batches[1].pk, reason="传错了名单")
    assert not Check.objects.exists()
    assert age_now(zone).since == days[0]


def test_the_checks_of_before_become_one_a_fact_with_the_days_of_their_lists(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(), FIRST)
    fact = Fact.objects.get(text="齿轮")
    assert fact.company is not None
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX zones_check_of_lists_once")
    for age, batch in ((40, 7), (365, 9), (200, 8)):
        Check.objects.create(
            zone=zone,
            company=fact.company,
            fact=fact,
            kind="product",
            outcome="RIGHT",
            age=age,
            voice="list",
            reason=f"list {batch}",
        )
    looked_at(fact, officer, "RIGHT")
    import_module("xinya.zones.migrations.0017_checks_by_lists").gather(apps, None)
    check = Check.objects.get(voice="list")
    assert [(day - FIRST, batch) for day, batch in check.namings] == [(timedelta(n), b) for n, b in ((40, 7), (200, 8), (365, 9))]
    assert (check.age, check.reason, Check.objects.count()) == (365, "list 9", 2)


def test_a_list_soon_after_a_person_s_word_says_nothing_new(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(), FIRST)
    fact = Fact.objects.get(text="齿轮")
    looked_at(fact, officer, "RIGHT")
    brought(officer, zone, "b.tsv", rows(), DAY)
    assert not Check.objects.filter(fact=fact, voice="list").exists(), "somebody looked after the day of the list"
    assert Check.objects.filter(fact__text="轴承", voice="list").exists()


def test_what_was_called_wrong_stays_wrong_after_an_older_list(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(), FIRST)
    fact = Fact.objects.get(text="齿轮")
    looked_at(fact, officer, "WRONG")
    brought(officer, zone, "b.tsv", rows(), DAY)
    assert chains_and_confirmations(zone)[1].outcomes[fact.pk] == "WRONG"


def test_a_list_so_soon_after_the_last_says_nothing_of_age(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(), FIRST)
    brought(officer, zone, "b.tsv", rows(status="存续（在营、开业、在册）"), FIRST + datetime.timedelta(days=30))
    assert not Check.objects.exists()


def test_an_undone_list_leaves_everything_as_old_as_it_was(zone: Zone, officer: Person) -> None:
    first = brought(officer, zone, "a.tsv", rows(), FIRST)
    before = companies_as_csv(zone, officer)
    batch = brought(officer, zone, "b.tsv", rows(), DAY)
    assert Check.objects.exists()
    undo_import(officer, batch_id=batch.pk, reason="传错了名单")
    assert not Check.objects.exists()
    assert companies_as_csv(zone, officer) == before
    again = brought(officer, zone, "c.tsv", rows(), DAY + datetime.timedelta(days=1))
    with refused("hangs"):
        undo_import(officer, batch_id=first.pk, reason="全部撤回")  # what the later list says rests on it
    undo_import(officer, batch_id=again.pk, reason="全部撤回")
    undo_import(officer, batch_id=first.pk, reason="全部撤回")
    assert not Fact.objects.filter(withdrawn_at=None).exists()


def test_the_state_that_still_holds_is_young_again(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(status="在建"), FIRST)
    brought(officer, zone, "b.tsv", rows(status="在建"), DAY)
    assert Check.objects.filter(fact__kind="state", fact__text="building").count() == 1
    assert Fact.objects.filter(kind="state").count() == 1


def test_a_simple_list_makes_a_state_and_outside_makers_young_too(zone: Zone, officer: Person) -> None:
    def bring(on: datetime.date, *, is_outside: bool) -> None:
        source = Source.objects.create(kind=Source.Kind.COMPANY_LIST, title="名单")
        line = CompanyLine(2, "岚洲甲机械有限公司", None, ("齿轮",), None, None, state="building", standing="歇业")
        origin = actions.ListOrigin(source, on, is_outside=is_outside)
        actions.record_companies(officer, zone=zone, lines=[line], origin=origin)

    for is_outside in (False, True):
        bring(FIRST, is_outside=is_outside)
        bring(DAY, is_outside=is_outside)
    named = [(c.company.is_outside, c.fact.kind) for c in Check.objects.select_related("fact", "company") if c.fact]
    assert sorted(named) == [(o, k) for o in (False, True) for k in ("product", "state", "status")]


def test_a_later_list_replaces_an_earlier_one_even_where_a_vendor_said_it_first(zone: Zone, officer: Person) -> None:
    brought(officer, zone, "a.tsv", rows(group="甲集团"), FIRST)
    first = Fact.objects.get(kind="group")
    vendor = Source.objects.create(kind=Source.Kind.VENDOR, title="数据商")
    Fact.objects.create(
        zone=zone, company=first.company, kind="group", text="乙集团", source=vendor, observed_on=FIRST, confidence="0.6"
    )
    batch = brought(officer, zone, "b.tsv", rows(group="乙集团"), DAY)
    assert batch.parts[0]["changed"] == 1
    held = Fact.objects.filter(kind="group", withdrawn_at=None).values_list("source__kind", "text")
    assert sorted(held) == [("list", "乙集团"), ("vendor", "乙集团")]
    assert Check.objects.filter(fact__kind="group").count() == 1, "the vendor's word is named again"


@pytest.mark.parametrize(
    ("kind", "days"),
    [("status", 730), ("state", 730), ("actual_address", 730), ("phone", 365), ("contact", 365), ("revenue", None)],
)
def test_status_address_and_telephone_fade_as_the_table_says(kind: str, days: int | None) -> None:
    assert life_of(kind).days == days


def test_a_zone_s_half_life_of_states_holds_for_the_status_in_the_register_too() -> None:
    assert life_of("status", {"state": 100}).days == 100
