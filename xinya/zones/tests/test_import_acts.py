"""The acts of the import desk: who may, in which state, what each leaves in the register and in the log."""

from datetime import date
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.kit.models import AuditRow
from xinya.zones.actions import (
    Decision,
    NewList,
    answer_import,
    answer_reading,
    bring_list,
    commit_import,
    map_columns,
    undo_import,
)
from xinya.zones.actions import import_upload as uploading
from xinya.zones.actions.import_queue import work_on
from xinya.zones.models import Company, Fact, ImportBatch, ImportTemplate, MatchDecision, Person, Source, Zone
from xinya.zones.tasks import commit_import as commit_task
from xinya.zones.tests.imports import HEADS, code_of, company
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.test_import_desk import saved, workbook
from xinya.zones.tests.uploads import DAY, committed, few, mapped, said, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def test_only_who_brings_lists_brings_one_and_only_into_the_own_zone(zone: Zone, officer: Person) -> None:
    other = Zone.objects.create(code="inland", name="内陆高新区", name_en="Inland Zone")
    file = NewList("a.tsv", few(1))
    with refused("not-allowed"):
        bring_list(someone("reader", "zone_reader", zone=zone, password=None), zone=zone, file=file)
    with refused("not-allowed"):
        bring_list(officer, zone=other, file=file)
    assert not ImportBatch.objects.exists()


def test_a_commit_needs_its_right_and_the_preview_that_was_seen(zone: Zone, officer: Person) -> None:
    batch = mapped(officer, zone, "a.tsv", few(1, 2))
    with refused("preview-changed"):
        commit_import(officer, batch_id=batch.pk, key="0" * 64)
    with mock.patch("xinya.zones.rules.may_commit_lists", return_value=False), refused("not-allowed"):
        commit_import(officer, batch_id=batch.pk, key=batch.key)
    with refused("no-such-import"):
        commit_import(someone("reader", "zone_reader", zone=zone, password=None), batch_id=batch.pk, key=batch.key)
    assert not zone.companies.exists()


def test_nothing_is_committed_before_the_columns_are_said(zone: Zone, officer: Person) -> None:
    batch = bring_list(officer, zone=zone, file=NewList("a.tsv", few(1)))
    assert batch.state == "read"
    with refused("wrong-state"):
        commit_import(officer, batch_id=batch.pk, key="x")
    with refused("wrong-state"):
        answer_import(officer, batch_id=batch.pk, decisions=[Decision("leave_out", row=2)])
    with refused("wrong-state"):
        undo_import(officer, batch_id=batch.pk, reason="没有")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"field": "nonsense"}, "column-wrong"), ({"period": "24"}, "column-wrong"), ({"unit": "吨"}, "column-wrong"),
        ({"place": 99}, "column-wrong"),
    ],
)  # fmt: skip
def test_columns_are_checked_before_they_are_kept(zone: Zone, officer: Person, change: dict[str, Any], code: str) -> None:
    from dataclasses import replace

    batch = bring_list(officer, zone=zone, file=NewList("a.tsv", few(1)))
    columns = [replace(one, **change) if one.field == "revenue" else one for one in said(batch)]
    with refused(code):
        map_columns(officer, batch_id=batch.pk, columns=columns, as_of=DAY)
    with refused("key-missing"):
        map_columns(officer, batch_id=batch.pk, columns=[c for c in said(batch) if c.field == "products"], as_of=DAY)
    with refused("source-wrong"):
        map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY, source_kind="news")
    assert not ImportTemplate.objects.exists()


def test_every_act_leaves_its_row_in_the_log(zone: Zone, officer: Person) -> None:
    batch = mapped(officer, zone, "a.tsv", few(1, 2, 3, 4) + table(company(5, revenue=-1), heads=[]))
    answer_import(officer, batch_id=batch.pk, decisions=[Decision("give_up", reason="NEGATIVE")])
    batch.refresh_from_db()
    commit_import(officer, batch_id=batch.pk, key=batch.key)
    undo_import(officer, batch_id=batch.pk, reason="传错了文件")
    acts = AuditRow.objects.filter(object=f"import:{batch.pk}").order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["upload-import", "map-import", "answer-import", "commit-import", "undo-import"]


def test_the_same_key_twice_commits_once(zone: Zone, officer: Person) -> None:
    batch = mapped(officer, zone, "a.tsv", few(1, 2))
    key = batch.key
    commit_import(officer, batch_id=batch.pk, key=key)
    rows = AuditRow.objects.count()
    again = commit_import(officer, batch_id=batch.pk, key=key)
    assert (len(again.parts), zone.companies.count(), AuditRow.objects.count()) == (1, 2, rows)
    with refused("nothing-to-commit"):
        commit_import(officer, batch_id=batch.pk, key=again.key)


def test_rows_whose_company_changed_since_the_preview_wait_for_the_next_part(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, 2))
    one = mapped(officer, zone, "b.tsv", few(1, 2, revenue=500))
    committed(officer, zone, "c.tsv", few(1, revenue=600))
    one = commit_import(officer, batch_id=one.pk, key=one.key)
    assert [(row.row, row.part, row.is_moved) for row in one.rows.all()] == [(2, None, True), (3, 1, False)]
    revenue = Fact.objects.filter(kind="revenue", withdrawn_at=None).order_by("company")
    assert [fact.number for fact in revenue] == [600_000_000, 500_000_000]
    assert (one.counts["moved"], one.rows.get(row=2).changes[0][1:]) == (1, [600_000_000, 500_000_000])
    one = commit_import(officer, batch_id=one.pk, key=one.key)
    assert [fact.number for fact in revenue.all()] == [500_000_000, 500_000_000]
    assert [(row.row, row.part, row.is_moved) for row in one.rows.all()] == [(2, 2, False), (3, 1, False)]


def test_a_list_of_which_every_row_moved_is_committed_with_the_key_that_shows_them(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1))
    one = mapped(officer, zone, "b.tsv", few(1, revenue=500))
    seen = one.key
    committed(officer, zone, "c.tsv", few(1, revenue=600))
    one = commit_import(officer, batch_id=one.pk, key=seen)
    assert (one.state, one.counts["moved"]) == ("previewed", 1)
    with refused("preview-changed"):
        commit_import(officer, batch_id=one.pk, key=seen)
    one = commit_import(officer, batch_id=one.pk, key=one.key)
    assert (one.state, one.counts["moved"], one.counts["committed"]) == ("committed", 0, 1)


def test_a_row_that_moved_once_more_after_it_was_seen_is_not_taken_in_unseen(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, 2))
    one = mapped(officer, zone, "b.tsv", few(1, 2, revenue=500))
    committed(officer, zone, "c.tsv", few(1, revenue=600))
    one = commit_import(officer, batch_id=one.pk, key=one.key)
    committed(officer, zone, "d.tsv", few(1, revenue=700))
    one = commit_import(officer, batch_id=one.pk, key=one.key)
    assert Fact.objects.get(kind="revenue", company__uscc=code_of(1), withdrawn_at=None).number == 700_000_000
    Zone.objects.update(revision=900)  # something else was written here
    one = commit_import(officer, batch_id=one.pk, key=one.key)
    assert Fact.objects.get(kind="revenue", company__uscc=code_of(1), withdrawn_at=None).number == 500_000_000


def test_facts_of_another_source_stay_beside_and_a_better_one_is_not_lowered(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1))
    held = zone.companies.get()
    audit = Source.objects.create(kind="audit", title="审计报告")
    Fact.objects.create(
        zone=zone, company=held, kind="revenue", period="2024", number=77, source=audit, observed_on=DAY, confidence="0.98"
    )
    committed(officer, zone, "b.tsv", few(1, revenue=900))
    now = Fact.objects.filter(kind="revenue", withdrawn_at=None).order_by("pk")
    assert [(fact.number, fact.source.kind) for fact in now] == [(77, "audit"), (900_000_000, "list")]
    replaced = now[1].replaces
    assert replaced is not None
    assert replaced.number == 1_201_500_0000 // 10
    again = mapped(officer, zone, "c.tsv", few(1, revenue=900) + b"\n")
    assert again.counts["same"] == 1


def test_what_named_persons_alone_read_no_list_replaces(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1))
    Fact.objects.filter(kind="revenue").update(secrecy="RESTRICTED", number=5)
    batch = committed(officer, zone, "b.tsv", few(1, revenue=900))
    assert Fact.objects.get(kind="revenue").number == 5
    assert batch.rows.get().changes == []


def test_a_telephone_is_not_shown_to_who_may_not_read_it(zone: Zone, officer: Person) -> None:
    heads: list[object] = ["企业名称", "统一社会信用代码", "联系电话"]
    committed(officer, zone, "a.tsv", table(["岚洲甲机械有限公司", code_of(1), "0000-81234567"], heads=heads))
    batch = mapped(officer, zone, "b.tsv", table(["岚洲甲机械有限公司", code_of(1), "0000-87654321"], heads=heads))
    assert batch.rows.get().changes == [["phone", {"hidden": True}, "0000-87654321"]]
    assert Fact.objects.get(kind="phone").secrecy == "COMPANY"


def test_a_long_list_goes_through_the_queue(zone: Zone, officer: Person) -> None:
    with mock.patch.object(uploading, "LONG_BYTES", 10), mock.patch("xinya.zones.actions.import_columns.LONG_BYTES", 10), \
            mock.patch("xinya.zones.actions.import_commit.LONG_BYTES", 10):  # fmt: skip
        batch = bring_list(officer, zone=zone, file=NewList("a.tsv", few(1, 2)))
        assert (batch.state, batch.busy) == ("uploaded", "read")
        work_on(batch.pk, "read")
        batch.refresh_from_db()
        assert (batch.state, batch.busy) == ("read", "")
        map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY)
        with refused("import-busy"):
            answer_import(officer, batch_id=batch.pk, decisions=[Decision("leave_out", row=2)])
        work_on(batch.pk, "preview")
        work_on(batch.pk, "preview")  # a task may run twice
        batch.refresh_from_db()
        assert batch.state == "previewed"
        commit_import(officer, batch_id=batch.pk, key=batch.key)
        assert not zone.companies.exists()
        commit_task(batch.pk, officer.pk, batch.key, False)
    batch.refresh_from_db()
    assert (batch.state, batch.busy, zone.companies.count()) == ("committed", "", 2)


def test_a_question_about_the_whole_file_is_answered(zone: Zone, officer: Person) -> None:
    book = workbook(company(1), company(2))
    sheet = book.create_sheet("另一张")
    for row in (HEADS, company(3), company(4)):
        sheet.append(row)
    batch = bring_list(officer, zone=zone, file=NewList("a.xlsx", saved(book)))
    assert (batch.state, batch.reason_code) == ("uploaded", "TWO_SHEETS")
    with refused("answer-unknown"):
        answer_reading(officer, batch_id=batch.pk, encoding="EBCDIC")
    missed = answer_reading(officer, batch_id=batch.pk, sheet="另一帐")
    assert (missed.state, missed.reason_code) == ("uploaded", "TWO_SHEETS")
    assert missed.findings.get(code="TWO_SHEETS").told["names"] == "Sheet\n另一张"
    answered = answer_reading(officer, batch_id=batch.pk, sheet="另一张")
    assert (answered.state, answered.sheet) == ("read", "另一张")
    assert map_columns(officer, batch_id=batch.pk, columns=said(answered), as_of=DAY).rows.count() == 2


def test_two_valid_codes_are_two_companies_whatever_the_names_say(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "a.tsv", few(1) + b"\n" + few(2, name=str(company(1)[0])).split(b"\n", 1)[1])
    assert (batch.parts[0]["created"], zone.companies.count()) == (2, 2)
    again = mapped(officer, zone, "b.tsv", few(1))
    assert again.counts["same"] == 1


def test_a_matched_name_is_kept_as_a_decision_of_the_rule(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, code=None))
    committed(officer, zone, "b.tsv", few(1, code=None, revenue=5))
    decision = MatchDecision.objects.get()
    assert (decision.state, decision.matched_by) == ("automatic", "name")


def test_a_commit_needs_a_number_of_statements_that_does_not_grow_with_the_rows(zone: Zone, officer: Person) -> None:
    counted = []
    for begin, many in ((1, 5), (100, 25)):
        batch = mapped(officer, zone, f"{many}.tsv", few(*range(begin, begin + many)))
        with CaptureQueriesContext(connection) as caught:
            commit_import(officer, batch_id=batch.pk, key=batch.key)
        counted.append(len(caught))
    assert counted[1] - counted[0] <= 6  # more inserts, as a database takes only so many values in one


EACH = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
bytes_or_texts = st.one_of(
    st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"企业名称\t代码\n{text}".encode("utf-8", "replace"))
)


@EACH
@given(bytes_or_texts)
def test_any_bytes_end_in_a_state_with_its_reason(zone: Zone, officer: Person, content: bytes) -> None:
    with transaction.atomic():
        batch = bring_list(officer, zone=zone, file=NewList("x.xlsx", content))
        batch.refresh_from_db()
        assert batch.state in ("refused", "uploaded", "read", "previewed")
        assert batch.state == "read" or batch.reason_code or batch.outcome == "read"
        assert not Company.objects.exists()
        transaction.set_rollback(True)


@settings(EACH, max_examples=examples(10))
@given(st.permutations(range(6)), st.permutations(range(5)))
def test_any_order_of_rows_and_columns_gives_the_same_register(
    zone: Zone, officer: Person, rows: list[int], columns: list[int]
) -> None:
    with transaction.atomic():
        body = [company(n + 1, products=f"齿轮;轴承{n}") for n in rows]
        whole = [[row[c] for c in columns] for row in (HEADS, *body)]
        batch = committed(officer, zone, "x.tsv", table(*whole[1:], heads=whole[0]))
        assert batch.parts[0]["created"] == 6
        held = dict(Company.objects.values_list("name", "uscc"))
        assert held == {str(company(n)[0]): code_of(n) for n in range(1, 7)}
        told = Fact.objects.values_list("company__name", "kind", "period", "text", "number")
        straight = [company(n + 1, products=f"齿轮;轴承{n}") for n in range(6)]
        assert {one for one in told if one[1] == "product"} == {
            (row[0], "product", "", item, None) for row in straight for item in str(row[2]).split(";")
        }
        again = mapped(officer, zone, "y.tsv", table(*straight), reason="再来一次")
        assert again.counts["same"] == 6
        transaction.set_rollback(True)


def test_the_day_of_a_list_is_its_own_where_it_says_one(zone: Zone, officer: Person) -> None:
    content = "某区企业名单\n填报日期：2025年3月31日\n".encode() + few(*range(1, 9))
    batch = bring_list(officer, zone=zone, file=NewList("a.tsv", content))
    assert batch.as_of == date(2025, 3, 31)
