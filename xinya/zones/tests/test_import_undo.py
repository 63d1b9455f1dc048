"""A list taken back: whose turn it is, what hangs on it, what holds again; and what was known on a day."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from xinya.kit.attachments import path_of
from xinya.kit.models import AuditRow
from xinya.zones.actions import (
    Decision,
    NewList,
    abandon_import,
    answer_import,
    assign_commissioner,
    bring_list,
    commit_import,
    map_columns,
    undo_import,
)
from xinya.zones.actions.import_undo import HANGING, IGNORED, abandon_forgotten
from xinya.zones.models import (
    Check,
    Company,
    CompanyName,
    Fact,
    FactAway,
    ImportBatch,
    ImportFinding,
    ImportRow,
    Person,
    ReadCount,
    Source,
    Zone,
)
from xinya.zones.queries.import_export import companies_as_csv
from xinya.zones.queries.known import as_known, companies_known
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import DAY, committed, few, mapped, said, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def test_empty_clears_only_where_the_column_says_so(zone: Zone, officer: Person) -> None:
    from dataclasses import replace

    committed(officer, zone, "a.tsv", few(1))
    same = mapped(officer, zone, "b.tsv", few(1, products=None, revenue=None))
    assert same.counts["same"] == 1
    columns = [replace(one, clears=one.field == "revenue") for one in said(same)]
    cleared = map_columns(officer, batch_id=same.pk, columns=columns, as_of=DAY)
    assert cleared.counts["changed"] == 1
    commit_import(officer, batch_id=cleared.pk, key=cleared.key)
    assert not Fact.objects.filter(kind="revenue", withdrawn_at=None).exists()
    assert Fact.objects.filter(kind="product", withdrawn_at=None).exists()
    undo_import(officer, batch_id=cleared.pk, reason="不该清空")
    assert Fact.objects.filter(kind="revenue", withdrawn_at=None).count() == 1


def test_a_status_of_building_is_a_dated_state_and_an_undo_takes_it_away(zone: Zone, officer: Person) -> None:
    heads: list[object] = ["企业名称", "统一社会信用代码", "企业状态"]
    batch = committed(officer, zone, "a.tsv", table(["岚洲甲机械有限公司", code_of(1), "在营"], heads=heads))
    assert not Fact.objects.filter(kind="state").exists()
    batch = committed(officer, zone, "b.tsv", table(["岚洲甲机械有限公司", code_of(1), "在建"], heads=heads))
    state = Fact.objects.get(kind="state")
    assert (state.text, state.period) == ("building", DAY.isoformat())
    undo_import(officer, batch_id=batch.pk, reason="状态有误")
    assert [fact.text for fact in Fact.objects.filter(kind__in=["state", "status"], withdrawn_at=None)] == ["在营"]


def test_undo_is_for_the_committer_for_seven_days_and_then_for_another(zone: Zone, officer: Person) -> None:
    second = someone("second", "chain_officer", zone=zone, password=None)
    batch = committed(officer, zone, "a.tsv", few(1))
    with refused("not-yet"):
        undo_import(second, batch_id=batch.pk, reason="传错了")
    with refused("reason-missing"):
        undo_import(officer, batch_id=batch.pk, reason=" ")
    ImportBatch.objects.filter(pk=batch.pk).update(committed_at=timezone.now() - datetime.timedelta(days=8))
    with refused("second-person"):
        undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert undo_import(second, batch_id=batch.pk, reason="传错了").state == "undone"


def test_undo_is_refused_with_the_list_of_what_hangs_on_it(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "a.tsv", few(1, 2, 3))
    one, two, three = zone.companies.order_by("pk")
    lead = someone("lead", "desk_lead", zone=zone, password=None)
    helper = someone("helper", "commissioner", zone=zone, password=None)
    assign_commissioner(lead, company=one, commissioner=helper, backup=None)
    committed(officer, zone, "b.tsv", few(2, revenue=7))
    Fact.objects.create(
        zone=zone, company=three, kind="statement", text="有人说过", confidence="0.5", observed_on=DAY,
        source=Source.objects.create(kind="officer", title="走访"),
    )  # fmt: skip
    with pytest.raises(Exception, match="hangs") as caught:
        undo_import(officer, batch_id=batch.pk, reason="传错了")
    sentences = [f.sentence("en") for f in caught.value.findings]  # type: ignore[attr-defined]
    assert any(one.name in s and "commissioner" in s for s in sentences)
    assert any(two.name in s and "came later" in s for s in sentences)
    assert any(three.name in s and "elsewhere" in s for s in sentences)
    assert zone.companies.count() == 3


def test_lists_are_undone_in_the_reverse_of_their_order(zone: Zone, officer: Person) -> None:
    exports = [companies_as_csv(zone, officer)]
    batches = []
    for n, revenue in enumerate((100, 200, 300)):
        batches.append(committed(officer, zone, f"{n}.tsv", few(1, 2, revenue=revenue)))
        exports.append(companies_as_csv(zone, officer))
    with refused("hangs"):
        undo_import(officer, batch_id=batches[1].pk, reason="中间的")
    for n in (2, 1, 0):
        undo_import(officer, batch_id=batches[n].pk, reason="退回")
        assert companies_as_csv(zone, officer) == exports[n]


def test_a_persons_correction_since_outlives_the_undo(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1))
    batch = committed(officer, zone, "b.tsv", few(1, revenue=900))
    wrong = Fact.objects.get(kind="revenue", withdrawn_at=None)
    Fact.objects.filter(pk=wrong.pk).update(withdrawn_at=timezone.now())
    right = Source.objects.create(kind="officer", title="更正")
    Fact.objects.create(
        zone=zone, company=wrong.company, kind="revenue", period="2024", number=42, source=right, observed_on=DAY, confidence="0.75"
    )
    undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert [fact.number for fact in Fact.objects.filter(kind="revenue", withdrawn_at=None)] == [42]


def test_facts_and_names_are_given_as_known_on_a_day(zone: Zone, officer: Person) -> None:
    today = timezone.localdate()
    yesterday = today - datetime.timedelta(days=1)
    committed(officer, zone, "a.tsv", few(1))
    assert list(companies_known(officer, yesterday)) == []
    Fact.objects.update(known_from=timezone.now() - datetime.timedelta(days=3))
    batch = mapped(officer, zone, "b.tsv", few(1, name="岚洲新名机械有限公司", revenue=900))
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("take", reason="RENAME")])
    batch = commit_import(officer, batch_id=batch.pk, key=batch.key)
    (then,) = as_known(officer, list(companies_known(officer, yesterday)), yesterday)
    (now,) = as_known(officer, list(companies_known(officer, today)), today)
    assert [then.name[:4], now.name] == ["岚洲测乙", "岚洲新名机械有限公司"]
    assert [next(f.number for f in one.facts if f.kind == "revenue") for one in (then, now)] == [1_201_500_0000 // 10, 900_000_000]
    assert CompanyName.objects.get(was_held=True).name == then.name
    undo_import(officer, batch_id=batch.pk, reason="传错了")
    (after,) = as_known(officer, list(companies_known(officer, today)), today)
    assert after.name == then.name
    assert {f.pk for f in after.facts} == {f.pk for f in then.facts}


def test_a_list_that_nobody_went_on_with_loses_its_file_and_keeps_its_log(zone: Zone, officer: Person) -> None:
    batch = mapped(officer, zone, "a.tsv", few(1))
    kept = committed(officer, zone, "b.tsv", few(2))
    broken = bring_list(officer, zone=zone, file=NewList("c.xlsx", b"PK\x03\x04 nothing"))
    assert broken.state == "refused"
    assert batch.file is not None
    stored = path_of(batch.file.stored)
    assert stored.is_file()
    ImportBatch.objects.update(touched_at=timezone.now() - datetime.timedelta(days=15))
    assert abandon_forgotten(timezone.localdate()) == 2
    broken.refresh_from_db()
    assert (broken.state, broken.file_id) == ("refused", None)
    batch.refresh_from_db()
    kept.refresh_from_db()
    assert (batch.state, batch.file_id, kept.state) == ("abandoned", None, "committed")
    assert AuditRow.objects.filter(object=f"import:{batch.pk}", act="abandon-import").exists()
    assert batch.rows.exists()
    with refused("wrong-state"):
        abandon_import(officer, batch_id=kept.pk)


def test_what_was_known_between_two_lists_that_were_undone_is_still_told(zone: Zone, officer: Person) -> None:
    """Day -50: 100; from -40 to -30 a list said 200, from -20 to -10 another said 300; both were undone."""
    now = timezone.now()

    def days_ago(days: int) -> datetime.datetime:
        return now - datetime.timedelta(days=days)

    committed(officer, zone, "a.tsv", few(1, revenue=100))
    Fact.objects.update(known_from=days_ago(50))
    for said_then, since, until in ((200, 40, 30), (300, 20, 10)):
        batch = committed(officer, zone, f"{said_then}.tsv", few(1, revenue=said_then))
        undo_import(officer, batch_id=batch.pk, reason="传错了")
        Fact.objects.filter(batch=batch).update(known_from=days_ago(since), withdrawn_at=days_ago(until))
        FactAway.objects.filter(batch=batch).update(since=days_ago(since), until=days_ago(until))
    told = {}
    for days in (45, 35, 25, 15, 5):
        day = timezone.localdate(days_ago(days))
        (one,) = as_known(officer, list(companies_known(officer, day)), day)
        told[days] = [f.number // 10**6 for f in one.facts if f.kind == "revenue" and f.number]
    assert told == {45: [100], 35: [200], 25: [100], 15: [300], 5: [100]}


def test_a_list_that_somebody_went_on_with_today_is_kept_whatever_its_age(zone: Zone, officer: Person) -> None:
    batch = mapped(officer, zone, "a.tsv", few(1, revenue=-5))
    ImportBatch.objects.update(
        at=timezone.now() - datetime.timedelta(days=90), touched_at=timezone.now() - datetime.timedelta(days=15)
    )
    answer_import(officer, batch_id=batch.pk, decisions=[Decision("give_up", reason="NEGATIVE")])
    assert abandon_forgotten(timezone.localdate()) == 0
    batch.refresh_from_db()
    assert (batch.state, batch.file_id is not None) == ("previewed", True)


def test_of_a_list_thrown_away_no_cell_is_kept_anywhere(zone: Zone, officer: Person, client_of: Callable[[str], Client]) -> None:
    heads: list[object] = ["企业名称", "统一社会信用代码", "联系电话", "2024年营业收入(万元)"]
    rows = [["岚洲甲机械有限公司", code_of(1), "０１３９-81234567", -5], ["岚洲乙机械有限公司", code_of(2), " 0139 82345678", 7]]
    batch = mapped(officer, zone, "a.tsv", table(*rows, heads=heads))
    answered = [Decision("value", row=2, field="revenue_2024", value="7654321万元")]
    batch = answer_import(officer, batch_id=batch.pk, decisions=answered)
    assert any("81234567" in str(one.told) + one.raw for one in batch.findings.all())
    findings = batch.findings.count()
    abandon_import(officer, batch_id=batch.pk)
    kept = [row for model in (ImportBatch, ImportRow, ImportFinding) for row in model.objects.values()]
    for said_once in ("81234567", "82345678", "7654321"):
        assert said_once not in str(kept)
    assert batch.findings.count() == findings
    page = client_of("chain_officer").get(f"/en/zones/harbour/imports/{batch.pk}/")
    assert (page.status_code, "…" in page.content.decode()) == (200, True)


def test_the_file_of_an_undone_list_goes_after_fourteen_days_and_its_rows_stay(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "a.tsv", few(1))
    assert batch.file is not None
    stored = path_of(batch.file.stored)
    undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert abandon_forgotten(timezone.localdate()) == 0
    assert stored.is_file()
    ImportBatch.objects.update(touched_at=timezone.now() - datetime.timedelta(days=15))
    assert abandon_forgotten(timezone.localdate()) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.file_id, batch.rows.get().values["revenue_2024"]) == ("undone", None, 12_015_000_00)


def test_a_page_that_was_read_keeps_no_list_from_being_undone(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "a.tsv", few(1))
    company = zone.companies.get()
    ReadCount.objects.create(company=company, day=DAY, reads=3)
    Check.objects.create(zone=zone, company=company, segment="x", kind="status", outcome="RIGHT", age=1, voice="list")
    undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert not zone.companies.exists()


def test_what_a_person_looked_at_again_keeps_a_list_from_being_undone(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "a.tsv", few(1))
    company = zone.companies.get()
    Check.objects.create(
        zone=zone, company=company, segment="x", kind="status", outcome="RIGHT", age=1, voice="officer", by=officer
    )
    with refused("hangs") as caught:
        undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert "somebody's word" in caught.value.sentence("en")


def test_whatever_may_hang_on_a_company_has_its_word() -> None:
    told = {relation.related_model._meta.label for relation in Company._meta.related_objects}
    assert told - IGNORED - HANGING.keys() - {"zones.ReadCount", "zones.Company"} == set()
