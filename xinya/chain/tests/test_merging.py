"""What a merging of two companies does on the chains, and that for any two companies an undo brings everything back."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain.actions import answer_gap, import_companies, place_companies
from xinya.chain.models import InputStatement, Placement, SupplyLink, WordLink
from xinya.chain.queries import zone_report
from xinya.chain.queries.inputs import supply_links
from xinya.chain.queries.reports import list_lines
from xinya.chain.tests.conftest import line, small_list
from xinya.kit.text import plain
from xinya.zones.actions import undo_merge
from xinya.zones.models import Check, Company, CompanyIdent, CompanyName, Fact, Person, ReadCount, Source, Zone
from xinya.zones.queries.import_export import companies_as_csv
from xinya.zones.tests.merges import everything, merged
from xinya.zones.tests.people import refused

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 12, 31)
WHY = "同一家企业登记了两次"


def two_of(zone: Zone) -> tuple[Company, Company]:
    one, other = Company.objects.filter(zone=zone).exclude(name="港湾飞机有限公司").order_by("pk")[:2]
    return one, other


def place(company: Company, segment: str, state: str, by: Person | None = None, text: str = "") -> Placement:
    decided = {"decided_by": by, "decided_at": timezone.now(), "reason": "走访"} if by else {}
    return Placement.objects.create(
        company=company, segment=segment, text=text, state=state, confidence="0.90", rule="name", placed_on=DAY, **decided
    )


def state(company: Company, period: str, rank: int, by: Person, text: str = "钢材") -> InputStatement:
    source = Source.objects.create(kind="company", title="企业填报")
    return InputStatement.objects.create(
        company=company, period=period, rank=rank, text=text, source=source, observed_on=DAY, confidence="0.85", stated_by=by
    )


def supplies(zone: Zone, supplier: Company, buyer: Company, by: Person, **more: Any) -> SupplyLink:
    source = Source.objects.create(kind="company", title="企业填报")
    told = {"state": "STATED", "side": "supplier", "text": "钢材", "period": "2025"} | more
    return SupplyLink.objects.create(
        zone=zone, supplier=supplier, buyer=buyer, supplier_name=supplier.name, buyer_name=buyer.name, source=source,
        observed_on=DAY, confidence="0.85", stated_by=by, **told,
    )  # fmt: skip


def test_the_diagnosis_counts_two_merged_makers_as_one(zone: Zone, officer: Person) -> None:
    one, other = two_of(zone)
    report = zone_report(zone, DAY).report
    before = len(report.companies)
    lines = len(list_lines(zone, DAY))
    texts = {product for company in report.companies for product in company.products}
    row = merged(officer, one, other)
    zone.refresh_from_db()
    report = zone_report(zone, DAY).report
    assert len(report.companies) == before - 1
    assert {product for company in report.companies for product in company.products} == texts
    assert len(list_lines(zone, DAY)) == lines - 1
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    zone.refresh_from_db()
    assert len(zone_report(zone, DAY).report.companies) == before


def test_the_same_product_of_both_is_one_product_and_one_place(start: Callable[..., Zone], officer: Person) -> None:
    code = small_list()[1].products
    zone = start(lines=[line(2, "甲一有限公司", *code), line(3, "甲一公司", *code)])
    one, other = Company.objects.filter(zone=zone).order_by("pk")
    before = everything()
    row = merged(officer, one, other)
    zone.refresh_from_db()
    (company,) = zone_report(zone, DAY).report.companies
    assert company.products == code
    assert len(company.placements) == Placement.objects.filter(company=one).count() > 0
    assert list_lines(zone, DAY)[0].products == code
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before


def test_a_decision_counts_over_a_rule_and_two_that_differ_go_back_to_a_person(zone: Zone, officer: Person) -> None:
    one, other = two_of(zone)
    Placement.objects.filter(company__in=[one, other]).delete()
    for mine, theirs, segment in (
        ("AUTOMATIC", "CONFIRMED", "s1"),
        ("CONFIRMED", "REJECTED", "s2"),
        ("REJECTED", "REJECTED", "s3"),
    ):
        place(one, segment, mine, officer if mine != "AUTOMATIC" else None)
        place(other, segment, theirs, officer)
    place(other, "s4", "OBJECTED", officer)
    before = everything()
    row = merged(officer, one, other)
    now = dict(Placement.objects.filter(company=one).values_list("segment", "state"))
    assert now == {"s1": "CONFIRMED", "s2": "PENDING", "s3": "REJECTED", "s4": "OBJECTED"}
    assert Placement.objects.get(company=one, segment="s1").decided_by == officer
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before


def test_of_a_period_that_both_stated_the_later_purchases_hold(zone: Zone, officer: Person) -> None:
    one, other = two_of(zone)
    state(one, "2024", 1, officer, "铝材")
    state(other, "2024", 1, officer, "钢材")
    state(other, "2024", 2, officer, "钛材")
    state(other, "2023", 1, officer, "轴承")
    before = everything()
    row = merged(officer, one, other)
    held = InputStatement.objects.filter(company=one, replaced_at=None).order_by("period", "rank")
    assert [(said.period, said.text) for said in held] == [("2023", "轴承"), ("2024", "钢材"), ("2024", "钛材")]
    assert InputStatement.objects.filter(company=one).count() == 4
    later = state(one, "2024", 3, officer, "新材")
    with refused("hangs") as caught:
        undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert "2024" in caught.value.findings[0].sentence("en")
    later.source.refresh_from_db()
    later.delete()
    Source.objects.filter(pk=later.source_id).delete()
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before


def test_nobody_supplies_himself_after_a_merging(zone: Zone, officer: Person) -> None:
    one, other = two_of(zone)
    third = Company.objects.filter(zone=zone).exclude(pk__in=[one.pk, other.pk]).first()
    assert third is not None
    for supplier, buyer in ((one, other), (other, one), (third, other), (other, third), (third, one)):
        supplies(zone, supplier, buyer, officer)
    before = everything()
    row = merged(officer, one, other)
    told = {(flow.supplier, flow.buyer) for flow in supply_links(zone)}
    assert told == {(third.pk, one.pk), (one.pk, third.pk)}
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before


def test_after_a_list_placed_the_survivor_anew_an_undo_places_each_by_its_own_texts(
    start: Callable[..., Zone], officer: Person
) -> None:
    both = small_list()[1:3]
    zone = start(lines=both)
    one, other = Company.objects.filter(zone=zone).order_by("pk")
    placed = {pk: set(Placement.objects.filter(company=pk).values_list("segment", "text")) for pk in (one.pk, other.pk)}
    row = merged(officer, one, other)
    assert Placement.objects.filter(company=one).count() == sum(map(len, placed.values()))
    place_companies(zone, [one])
    assert Placement.objects.filter(company=one).count() == sum(map(len, placed.values()))
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert {pk: set(Placement.objects.filter(company=pk).values_list("segment", "text")) for pk in placed} == placed


def test_an_answer_and_an_older_list_that_name_the_merged_one_mean_the_other(zone: Zone, officer: Person) -> None:
    one, other = two_of(zone)
    merged(officer, one, other)
    segment = next(iter(zone_report(zone, DAY).report.atlas.segments))
    answer = answer_gap(officer, zone=zone, segment=segment, kind="we-have-one", reason="走访", company=other.name)
    assert answer.company == one
    assert import_companies(officer, zone=zone, lines=[line(2, other.name, "螺栓")], title="名单") == [one]
    assert not Company.objects.filter(name=other.name).exists()


KINDS = ("product", "revenue", "anchor", "group", "status", "staff", "statement", "registered_address", "state")
FACT = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS), "period": st.sampled_from(["", "2023", "2024"]),
        "text": st.sampled_from(["", "齿轮", "轴承", "甲"]),
        "number": st.none() | st.integers(0, 10**12), "confidence": st.sampled_from(["0.30", "0.75", "0.97"]),
        "secrecy": st.sampled_from(["PUBLIC", "INTERNAL", "COMPANY"]), "is_gone": st.booleans(),
    }
)  # fmt: skip
COMPANY = st.fixed_dictionaries(
    {
        "facts": st.lists(FACT, max_size=6), "names": st.sets(st.sampled_from(["甲厂", "乙厂", "丙厂"]), max_size=3),
        "places": st.dictionaries(st.sampled_from(["s1", "s2"]), st.sampled_from(["AUTOMATIC", "CONFIRMED", "REJECTED"])),
        "inputs": st.sets(st.sampled_from(["2023", "2024"])), "ident": st.booleans(), "reads": st.integers(0, 3),
        "name_en": st.sampled_from(["", "Jia", "Yi"]), "is_invented": st.booleans(), "link": st.booleans(), "check": st.booleans(),
    }
)  # fmt: skip


def made(zone: Zone, name: str, told: dict[str, Any], by: Person) -> Company:
    """A company with the rows drawn for it."""
    company = Company.objects.create(
        zone=zone, name=name, name_key=plain(name), name_en=told["name_en"], is_invented=told["is_invented"]
    )
    source = Source.objects.create(kind="list", title=name)
    for fact in told["facts"]:
        columns = {key: value for key, value in fact.items() if key != "is_gone"}
        Fact.objects.create(
            zone=zone, company=company, source=source, observed_on=DAY, **columns,
            withdrawn_at=timezone.now() if fact["is_gone"] else None,
        )  # fmt: skip
    for other in told["names"]:
        CompanyName.objects.create(company=company, name=other, name_key=other, kind="former", source=source)
    for segment, how in told["places"].items():
        place(company, segment, how, by if how != "AUTOMATIC" else None)
    for period in told["inputs"]:
        state(company, period, 1, by)
    if told["ident"]:
        CompanyIdent.objects.create(zone=zone, company=company, scheme="reg15", value=f"r{company.pk}", source=source)
    for number in range(told["reads"]):
        ReadCount.objects.create(company=company, day=DAY, reads=number)
    if told["link"]:
        WordLink.objects.create(
            company=company, digest=f"d{company.pk}", note="厂长", made_by=by, expires_at=timezone.now()
        )  # fmt: skip
    if told["check"]:
        Check.objects.create(zone=zone, company=company, segment="x", kind="status", outcome="RIGHT", age=1, voice="officer", by=by)
    return company


@pytest.mark.long
@settings(max_examples=examples(40))
@given(first=COMPANY, second=COMPANY, name_was=st.sampled_from(["alias", "former"]))
def test_merged_and_undone_is_as_if_nothing_had_been_for_any_two_companies(
    django_db_blocker: Any, first: dict[str, Any], second: dict[str, Any], name_was: str
) -> None:
    from django.db import transaction

    with transaction.atomic():
        zone = Zone.objects.create(code="drawn", name="抽样高新区", name_en="Drawn")
        from xinya.zones.tests.people import someone

        officer = someone("drawn", "chain_officer", zone=zone, password=None)
        one, other = made(zone, "港湾甲一有限公司", first, officer), made(zone, "港湾甲一公司", second, officer)
        before, export = everything(), companies_as_csv(zone, officer)
        facts = {(row.pk, row.source_id, row.observed_on, row.confidence, row.withdrawn_at) for row in Fact.objects.all()}
        row = merged(officer, one, other, name_was=name_was)
        assert {(f.pk, f.source_id, f.observed_on, f.confidence, f.withdrawn_at) for f in Fact.objects.all()} == facts
        assert not Fact.objects.filter(company=other).exists()
        assert list(Company.objects.filter(zone=zone)) == [one]
        assert len(companies_as_csv(zone, officer).decode().split("\r\n")) == 3
        zone.refresh_from_db()
        assert len(list_lines(zone, DAY)) == 1
        undo_merge(officer, merge_id=row.pk, reason="是两家企业")
        assert everything() == before
        assert companies_as_csv(zone, officer) == export
        transaction.set_rollback(True)
