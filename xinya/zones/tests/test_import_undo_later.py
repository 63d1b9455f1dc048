"""A list is not undone from under a later one that still stands, and no undo takes anything out of the log."""

import datetime
import io

import pytest
from openpyxl import Workbook

from xinya.zones import actions
from xinya.zones.actions import Decision, NewList, answer_import, bring_list, commit_import, map_columns, undo_import
from xinya.zones.files import CompanyLine
from xinya.zones.models import (
    Company,
    CompanyIdent,
    CompanyName,
    Fact,
    ImportBatch,
    IndicatorDef,
    IndicatorValue,
    MatchDecision,
    Person,
    Source,
    Zone,
)
from xinya.zones.queries.import_export import companies_as_csv
from xinya.zones.queries.indicators import series_as_known
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import DAY, committed, few, mapped, said, table

pytestmark = pytest.mark.django_db
NAME, CODE, PRODUCTS, REVENUE = "企业名称", "统一社会信用代码", "主要产品", "2024年营业收入(万元)"
ONE = "岚洲甲机械有限公司"


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def undo(officer: Person, batch: ImportBatch) -> ImportBatch:
    return undo_import(officer, batch_id=batch.pk, reason="传错了")


def hangs_on(officer: Person, batch: ImportBatch, *later: ImportBatch) -> None:
    """The undo is refused, and each of these later lists is named."""
    with refused("hangs") as caught:
        undo(officer, batch)
    sentences = [one.sentence("en") for one in caught.value.findings]
    for one in later:
        assert any(f"list {one.pk}, which came later" in sentence for sentence in sentences)


def answered(officer: Person, batch: ImportBatch, *decisions: Decision) -> ImportBatch:
    batch = answer_import(officer, batch_id=batch.pk, decisions=decisions)
    return commit_import(officer, batch_id=batch.pk, key=batch.key)


def from_source(officer: Person, zone: Zone, name: str, content: bytes, kind: str) -> ImportBatch:
    batch = bring_list(officer, zone=zone, file=NewList(name, content))
    batch = map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY, source_kind=kind)
    return commit_import(officer, batch_id=batch.pk, key=batch.key)


def products(zone: Zone) -> list[str]:
    return sorted(Fact.objects.filter(zone=zone, kind="product", withdrawn_at=None).values_list("text", flat=True))


def test_companies_that_a_later_list_names_without_change_stay(zone: Zone, officer: Person) -> None:
    first = committed(officer, zone, "a.tsv", few(1, 2))
    before = companies_as_csv(zone, officer)
    later = committed(officer, zone, "b.tsv", few(1, 2, 3))
    assert (later.parts[0]["same"], later.parts[0]["created"]) == (2, 1)
    hangs_on(officer, first, later)
    assert zone.companies.count() == 3
    assert not later.rows.filter(company=None).exists()
    undo(officer, later)
    assert companies_as_csv(zone, officer) == before
    undo(officer, first)
    assert not zone.companies.exists()


def test_a_figure_of_a_company_that_was_here_before_stays_while_a_later_list_says_it_too(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "0.tsv", few(1, revenue=None, products=None))
    first = committed(officer, zone, "a.tsv", few(1))
    later = committed(officer, zone, "b.tsv", few(1) + b"\n")
    assert later.parts[0]["same"] == 1
    hangs_on(officer, first, later)
    assert Fact.objects.filter(kind="revenue", withdrawn_at=None).exists()
    undo(officer, later)
    undo(officer, first)
    assert not Fact.objects.filter(kind="revenue", withdrawn_at=None).exists()


def test_a_later_list_that_says_something_else_or_nothing_of_it_hinders_no_undo(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "0.tsv", few(1, 2, revenue=None, products=None))
    first = committed(officer, zone, "a.tsv", few(1, products=None))
    from_source(officer, zone, "b.tsv", table([code_of(2), 77], heads=[CODE, REVENUE]), "list")
    other = table([code_of(1), 55], heads=[CODE, REVENUE])
    from_source(officer, zone, "c.tsv", other, "vendor")  # its own word, beside the first list's
    committed(officer, zone, "d.tsv", few(1, revenue=None, products="轴承"))
    undo(officer, first)
    assert [f.number for f in Fact.objects.filter(kind="revenue", company__uscc=code_of(1), withdrawn_at=None)] == [55_000_000]


def test_a_list_that_said_it_earlier_is_no_later_one(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "0.tsv", few(1, revenue=100))
    committed(officer, zone, "1.tsv", few(1, revenue=200))
    last = committed(officer, zone, "2.tsv", few(1, revenue=100) + b"\n")
    undo(officer, last)
    assert [f.number for f in Fact.objects.filter(kind="revenue", withdrawn_at=None)] == [200_000_000]


def test_a_company_that_a_later_list_renamed_stays(zone: Zone, officer: Person) -> None:
    first = committed(officer, zone, "a.tsv", few(1))
    later = mapped(officer, zone, "b.tsv", few(1, name="岚洲新名机械有限公司"))
    later = answered(officer, later, Decision("take", reason="RENAME"))
    hangs_on(officer, first, later)
    assert zone.companies.get().name == "岚洲新名机械有限公司"


def test_a_company_that_a_later_list_gave_its_code_stays(zone: Zone, officer: Person) -> None:
    first = committed(officer, zone, "a.tsv", table([ONE, "齿轮"], heads=[NAME, PRODUCTS]))
    later = committed(officer, zone, "b.tsv", table([ONE, code_of(1)], heads=[NAME, CODE]))
    assert zone.companies.get().uscc == code_of(1)
    hangs_on(officer, first, later)
    assert zone.companies.get().uscc == code_of(1)


def test_a_name_or_number_from_elsewhere_keeps_the_company(zone: Zone, officer: Person) -> None:
    first = committed(officer, zone, "a.tsv", few(1, 2))
    one, two = zone.companies.order_by("pk")
    source = Source.objects.create(kind="officer", title="登记档案")
    CompanyName.objects.create(company=one, name="岚洲旧名厂", name_key="岚洲旧名厂", kind="former", source=source)
    CompanyIdent.objects.create(company=two, zone=zone, scheme="reg15", value="210132000012345", source=source)
    with refused("hangs") as caught:
        undo(officer, first)
    assert [str(f.values["what"].message) for f in caught.value.findings] == ["a name or a number from elsewhere"] * 2


@pytest.mark.parametrize("what", ["name", "code", "former", "number"])
def test_what_a_later_list_found_right_of_names_and_numbers_is_not_taken_away(zone: Zone, officer: Person, what: str) -> None:
    heads: list[object] = [NAME, CODE, "曾用名", PRODUCTS]
    number = "210132000012345" if what == "number" else code_of(1)
    held = "" if what in ("code", "number") else code_of(1)
    committed(officer, zone, "0.tsv", table([ONE, held, "", "齿轮"], heads=heads))
    said_now = "岚洲新名机械有限公司" if what == "name" else ONE
    content = table([said_now, number, "岚洲旧名机械厂" if what == "former" else "", "轴承；齿轮"], heads=heads)
    first = mapped(officer, zone, "a.tsv", content)
    first = answered(officer, first, Decision("take", reason="RENAME")) if what == "name" else commit_import(
        officer, batch_id=first.pk, key=first.key
    )  # fmt: skip
    Fact.objects.filter(batch=first).delete()  # only the name or number is left of it
    later = committed(officer, zone, "b.tsv", content.replace("轴承；".encode(), b""))
    hangs_on(officer, first, later)


def test_a_product_that_a_later_list_dropped_too_does_not_come_back(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "0.tsv", few(1, products="齿轮；轴承"))
    first = committed(officer, zone, "a.tsv", few(1, products="齿轮"))
    later = committed(officer, zone, "b.tsv", few(1, products="齿轮") + b"\n")
    hangs_on(officer, first, later)
    undo(officer, later)
    undo(officer, first)
    assert products(zone) == ["轴承", "齿轮"]


def test_a_product_that_a_simple_list_dropped_since_does_not_come_back(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, products="齿轮；轴承"))
    later = committed(officer, zone, "b.tsv", few(1, products="齿轮；联轴器"))
    company = zone.companies.get()
    origin = actions.ListOrigin(Source.objects.create(kind="list", title="简表"), datetime.date(2026, 6, 1))
    line = CompanyLine(2, company.name, company.uscc, ("齿轮", "箱体"), None, None)
    actions.record_companies(officer, zone=zone, lines=[line], origin=origin)
    assert products(zone) == ["箱体", "齿轮"]
    undo(officer, later)
    assert products(zone) == ["箱体", "齿轮"]


def test_a_cell_that_a_later_list_found_cleared_stays_cleared(zone: Zone, officer: Person) -> None:
    from dataclasses import replace

    committed(officer, zone, "0.tsv", few(1))
    batches = []
    for name, content in (("a.tsv", few(1, revenue=None)), ("b.tsv", few(1, revenue=None) + b"\n")):
        batch = bring_list(officer, zone=zone, file=NewList(name, content))
        columns = [replace(one, clears=one.field == "revenue") for one in said(batch)]
        batch = map_columns(officer, batch_id=batch.pk, columns=columns, as_of=DAY)
        batches.append(commit_import(officer, batch_id=batch.pk, key=batch.key))
    hangs_on(officer, batches[0], batches[1])
    assert not Fact.objects.filter(kind="revenue", withdrawn_at=None).exists()


def like(officer: Person, zone: Zone) -> tuple[ImportBatch, Company, ImportBatch]:
    """A list that made a company, and a later one with a like name that a person called the same."""
    first = committed(officer, zone, "a.tsv", table(["岚洲启曜精密机械有限公司", "齿轮"], heads=[NAME, PRODUCTS]))
    made = zone.companies.get()
    later = mapped(officer, zone, "b.tsv", table(["岚洲启耀精密机械有限公司", "齿轮"], heads=[NAME, PRODUCTS]))
    same = Decision("same", row=2, company=made.pk, why="同一家公司")
    return first, made, answer_import(officer, batch_id=later.pk, decisions=[same])


def test_a_company_that_a_person_called_the_same_in_a_later_list_stays(zone: Zone, officer: Person) -> None:
    first, made, later = like(officer, zone)
    commit_import(officer, batch_id=later.pk, key=later.key)
    hangs_on(officer, first, later)
    assert MatchDecision.objects.get().company == made


def test_what_a_person_said_of_a_company_stays_in_the_log_when_the_company_goes(zone: Zone, officer: Person) -> None:
    first, made, later = like(officer, zone)
    undo(officer, first)
    assert not zone.companies.exists()
    kept = MatchDecision.objects.get()
    assert (kept.state, kept.company, kept.candidate, kept.by, kept.reason) == (
        "confirmed", None, made.name, officer, "同一家公司",
    )  # fmt: skip
    again = answer_import(officer, batch_id=later.pk, decisions=[Decision("reset", row=2)])
    assert again.counts["created"] == 1


def test_a_row_called_a_company_that_is_gone_is_asked_about_its_other_candidates(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "0.tsv", table(["岚洲启躍精密机械有限公司", "齿轮"], heads=[NAME, PRODUCTS]))
    other = zone.companies.get()
    first = mapped(officer, zone, "a.tsv", table(["岚洲启曜精密机械有限公司", "齿轮"], heads=[NAME, PRODUCTS]))
    first = answered(officer, first, Decision("different", row=2))
    made = zone.companies.latest("pk")
    later = mapped(officer, zone, "b.tsv", table(["岚洲启耀精密机械有限公司", "轴承"], heads=[NAME, PRODUCTS]))
    later = answer_import(officer, batch_id=later.pk, decisions=[Decision("same", row=2, company=made.pk)])
    undo(officer, first)
    later = commit_import(officer, batch_id=later.pk, key=later.key)
    assert (later.state, later.counts["waiting"]) == ("previewed", 1)
    pending = later.decisions.get(state="pending")
    assert pending.company == other
    later = answered(officer, later, Decision("same", row=2, company=other.pk))
    assert later.rows.get().company == other


def book(unit: str, value: float) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["指标代码", "指标名称", "计量单位", "2024年3月", "2024年4月"], ["A1", "产值累计", unit, value, value + 5]):
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def indicators(officer: Person, zone: Zone, content: bytes) -> ImportBatch:
    batch = bring_list(officer, zone=zone, file=NewList("月报.xlsx", content, kind="indicators"))
    return commit_import(officer, batch_id=batch.pk, key=batch.key)


def test_indicators_brought_in_the_wrong_unit_are_undone_and_brought_again(zone: Zone, officer: Person) -> None:
    wrong = indicators(officer, zone, book("万元", 10))
    undo(officer, wrong)
    assert not series_as_known(zone, datetime.date(2100, 1, 1))
    right = indicators(officer, zone, book("亿元", 10))
    assert right.state == "committed"
    assert set(IndicatorValue.objects.filter(withdrawn_at=None).values_list("definition__unit", flat=True)) == {"亿元"}
    (series,) = series_as_known(zone, datetime.date(2100, 1, 1))
    assert (series.definition.unit, len(series.versions)) == ("亿元", 1)
    assert IndicatorDef.objects.count() == 2, "what the first list said stays in the log"


def test_a_definition_under_which_another_list_brought_figures_stays(zone: Zone, officer: Person) -> None:
    first = indicators(officer, zone, book("万元", 10))
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["指标代码", "指标名称", "计量单位", "2024年5月", "2024年6月"])
    sheet.append(["A1", "产值累计", "万元", 20, 25])
    out = io.BytesIO()
    made.save(out)
    second = indicators(officer, zone, out.getvalue())
    undo(officer, first)
    assert IndicatorDef.objects.filter(withdrawn_at=None).count() == 1
    undo(officer, second)
    assert not IndicatorDef.objects.filter(withdrawn_at=None).exists()


def test_a_figure_that_a_later_list_of_indicators_found_right_stays(zone: Zone, officer: Person) -> None:
    first = indicators(officer, zone, book("万元", 10))
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["指标代码", "指标名称", "计量单位", "2024年4月", "2024年5月"])
    sheet.append(["A1", "产值累计", "万元", 15, 25])
    out = io.BytesIO()
    made.save(out)
    later = indicators(officer, zone, out.getvalue())
    hangs_on(officer, first, later)
    undo(officer, later)
    undo(officer, first)
    assert not IndicatorValue.objects.filter(withdrawn_at=None).exists()
