"""Two companies of the register that are one: merged, found under either number, counted once, and apart again as they were."""

import datetime

import pytest
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.kit.text import plain
from xinya.zones.actions import (
    Merging,
    assign_commissioner,
    merge_companies,
    record_companies,
    tell_apart,
    undo_import,
    undo_merge,
)
from xinya.zones.actions.list_facts import ListOrigin
from xinya.zones.api.zones import zone_item
from xinya.zones.files import CompanyLine
from xinya.zones.models import (
    Assignment,
    Attachment,
    Company,
    CompanyIdent,
    CompanyMerge,
    CompanyName,
    Fact,
    ImportBatch,
    MatchDecision,
    Membership,
    Organisation,
    Person,
    Source,
    TwoFirms,
    Zone,
)
from xinya.zones.queries import all_dossiers, company_seen, company_visible, zones_visible
from xinya.zones.queries.gate import survivor_of
from xinya.zones.queries.import_export import companies_as_csv
from xinya.zones.queries.merges import company_named, likely_duplicates, merge_visible
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.merges import everything, merged
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import DAY, committed, mapped, table

pytestmark = pytest.mark.django_db
FULL, SHORT = "岚洲甲一机械有限公司", "岚洲甲一机械公司"


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


@pytest.fixture
def second(zone: Zone) -> Person:
    return someone("second", "chain_officer", zone=zone, password=None)


def listed(officer: Person, zone: Zone, name: str, code: object = "", products: str = "齿轮", revenue: object = 1200.5) -> Company:
    """A company that a list of its own brought."""
    row: list[object] = [name, code, products, revenue, "2015-03-04"]
    batch = committed(officer, zone, f"{plain(name)}.tsv", table(row))
    company = batch.rows.get().company
    assert company is not None
    return company


@pytest.fixture
def pair(officer: Person, zone: Zone) -> tuple[Company, Company]:
    """The company with its code, and the same one once more without, under a shorter name; their revenues contradict."""
    survivor = listed(officer, zone, FULL, code_of(1))
    gone = Company.objects.create(zone=zone, name=SHORT, name_key=plain(SHORT))
    source = Source.objects.create(kind="statistics", title="统计局台账")
    said = {"zone": zone, "company": gone, "source": source, "observed_on": DAY, "confidence": "0.95"}
    Fact.objects.create(kind="revenue", period="2024", number=9_000_000_00, **said)
    Fact.objects.create(kind="product", text="减速器", **said)
    return survivor, gone


def test_facts_go_over_with_source_day_and_confidence_and_stand_beside_each_other(
    officer: Person, pair: tuple[Company, Company]
) -> None:
    survivor, gone = pair
    before = {row.pk: (row.source_id, row.observed_on, row.confidence, row.number, row.text) for row in Fact.objects.all()}
    merged(officer, survivor, gone)
    after = {row.pk: (row.source_id, row.observed_on, row.confidence, row.number, row.text) for row in Fact.objects.all()}
    assert after == before
    assert set(Fact.objects.values_list("company", flat=True)) == {survivor.pk}
    (dossier,) = all_dossiers(survivor.zone)
    assert len(dossier.facts["revenue"]) == 2
    assert len(dossier.conflicts) == 1
    assert [fact.text for fact in dossier.products] == ["齿轮", "减速器"]


def test_a_merged_company_is_counted_once_and_its_number_leads_to_the_other(officer: Person, pair: tuple[Company, Company]) -> None:
    survivor, gone = pair
    zone = survivor.zone
    assert zone_item(zones_visible(officer).get())["companies"] == 2
    merged(officer, survivor, gone)
    assert zone_item(zones_visible(officer).get())["companies"] == 1
    assert list(Company.objects.all()) == [survivor]
    assert survivor_of(gone.pk) == survivor.pk
    assert companies_as_csv(zone, officer).decode().count("\r\n") == 2
    with refused("merged-into") as caught:
        company_visible(officer, zone.code, gone.pk)
    assert caught.value.new == survivor.pk
    with refused("merged-into"):
        company_seen(officer, gone.pk)


def test_undo_brings_back_every_row_as_it_was_byte_for_byte(officer: Person, pair: tuple[Company, Company]) -> None:
    survivor, gone = pair
    before, export = everything(), companies_as_csv(survivor.zone, officer)
    row = merged(officer, survivor, gone, name_was="former")
    assert everything() != before
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before
    assert companies_as_csv(survivor.zone, officer) == export
    row.refresh_from_db()
    assert (row.state, row.undone_by, row.undo_reason) == ("undone", officer, "是两家企业")
    acts = list(AuditRow.objects.filter(object=f"company merge:{row.pk}").order_by("seq").values_list("act", flat=True))
    assert acts == ["merge-companies", "undo-merge"]


def test_the_name_and_code_of_the_merged_one_find_the_other(officer: Person, zone: Zone) -> None:
    survivor = Company.objects.create(zone=zone, name=FULL, name_key=plain(FULL))
    gone = Company.objects.create(zone=zone, name=SHORT, name_key=plain(SHORT), uscc=code_of(7), name_en="Lanzhou Jia")
    row = merged(officer, survivor, gone)
    survivor.refresh_from_db()
    assert (survivor.uscc, survivor.name_en) == (code_of(7), "Lanzhou Jia")
    assert CompanyName.objects.get(company=survivor).kind == "alias"
    for words in (SHORT, code_of(7), FULL):
        assert company_named(officer, zone, words) == survivor
    for cells in ([SHORT, "", "轴承", 12, "2015-03-04"], [FULL, code_of(7), "轴承", 12, "2015-03-04"]):
        batch = mapped(officer, zone, f"{cells[1] or 'name'}.tsv", table(cells))
        assert batch.rows.get().company_id == survivor.pk, batch.rows.get()
    lines = [CompanyLine(row=2, name=SHORT, uscc=None, products=("螺栓",), revenue_fen=None, above_scale=None)]
    source = Source.objects.create(kind="list", title="名单")
    assert record_companies(officer, zone=zone, lines=lines, origin=ListOrigin(source, DAY)) == [survivor]
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    survivor.refresh_from_db()
    assert (survivor.uscc, survivor.name_en) == ("", "")
    assert set(Fact.objects.filter(text="螺栓").values_list("company", flat=True)) == {survivor.pk}


def test_a_former_name_has_the_day_until_which_it_was_borne(officer: Person, pair: tuple[Company, Company]) -> None:
    until = datetime.date(2023, 5, 1)
    merged(officer, *pair, name_was="former", name_until=until)
    name = CompanyName.objects.get(name=SHORT)
    assert (name.kind, name.valid_to, name.source.kind) == ("former", until, "officer")


def test_what_the_survivor_is_told_since_stays_with_it(officer: Person, pair: tuple[Company, Company]) -> None:
    survivor, gone = pair
    row = merged(officer, survivor, gone)
    source = Source.objects.create(kind="officer", title="走访")
    fact = Fact.objects.create(
        zone=survivor.zone, company=survivor, kind="staff", number=50, source=source, observed_on=DAY, confidence="0.75"
    )
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    fact.refresh_from_db()
    assert fact.company_id == survivor.pk
    assert Fact.objects.filter(company=gone).count() == 2


def test_a_list_that_took_the_place_of_its_facts_is_undone_first(officer: Person, pair: tuple[Company, Company]) -> None:
    survivor, gone = pair
    Source.objects.filter(title="统计局台账").update(kind="list")
    row = merged(officer, survivor, gone)
    batch = committed(officer, survivor.zone, "later.tsv", table([FULL, code_of(1), "齿轮", 777, "2015-03-04"]))
    with refused("hangs") as caught:
        undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert str(batch.pk) in caught.value.findings[0].sentence("en")
    undo_import(officer, batch_id=batch.pk, reason="传错了")
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert Fact.objects.filter(company=gone, withdrawn_at=None).count() == 2


def test_a_list_that_brought_either_of_the_two_is_not_undone_while_they_are_one(officer: Person, zone: Zone) -> None:
    one, other = listed(officer, zone, FULL, code_of(1)), listed(officer, zone, "港湾乙二轴承有限公司")
    before = everything()
    row = merged(officer, one, other)
    for batch in ImportBatch.objects.all():
        with refused("hangs") as caught:
            undo_import(officer, batch_id=batch.pk, reason="传错了")
        assert "merging" in caught.value.findings[0].sentence("en")
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before
    for batch in ImportBatch.objects.all():
        undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert not Company.everyone.exists()
    row.refresh_from_db()
    assert (row.survivor, row.merged, row.merged_name) == (None, None, "港湾乙二轴承有限公司")


def test_whoever_merged_undoes_for_a_week_and_then_a_second_person(
    officer: Person, second: Person, pair: tuple[Company, Company]
) -> None:
    row = merged(officer, *pair)
    with refused("not-yet"):
        undo_merge(second, merge_id=row.pk, reason="是两家企业")
    CompanyMerge.objects.update(at=timezone.now() - datetime.timedelta(days=8))
    with refused("second-person"):
        undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    undo_merge(second, merge_id=row.pk, reason="是两家企业")
    with refused("wrong-state"):
        undo_merge(second, merge_id=row.pk, reason="是两家企业")


def test_without_a_reason_nothing_is_merged_undone_or_told_apart(officer: Person, pair: tuple[Company, Company]) -> None:
    survivor, gone = pair
    with refused("reason-missing"):
        merged(officer, survivor, gone, reason=" ")
    with refused("reason-missing"):
        tell_apart(officer, zone=survivor.zone, one=survivor.pk, other=gone.pk, reason="")
    row = merged(officer, survivor, gone)
    with refused("reason-missing"):
        undo_merge(officer, merge_id=row.pk, reason="")


@pytest.mark.parametrize("role", ["zone_reader", "commissioner", "company_user", "company_admin", "desk_lead", "auditor"])
def test_only_the_officers_of_the_zone_merge(role: str, pair: tuple[Company, Company], officer: Person) -> None:
    survivor, gone = pair
    person = someone(role, role, zone=survivor.zone, company=survivor if role.startswith("company") else None)
    row = merged(officer, survivor, gone)
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    with refused("not-allowed"):
        merged(person, survivor, gone)
    with refused("not-allowed"):
        tell_apart(person, zone=survivor.zone, one=survivor.pk, other=gone.pk, reason="是两家企业")
    with refused("not-allowed" if role == "auditor" else "no-such-merge"):
        undo_merge(person, merge_id=row.pk, reason="是两家企业")


def test_companies_of_another_zone_are_not_found(officer: Person, pair: tuple[Company, Company]) -> None:
    survivor, gone = pair
    far = Zone.objects.create(code="far", name="远方高新区", name_en="Far Zone")
    foreign = Company.objects.create(zone=far, name=SHORT, name_key=plain(SHORT))
    stranger = someone("stranger", "chain_officer", zone=far, password=None)
    for one, other in ((survivor, foreign), (foreign, survivor)):
        with refused("no-such-company"):
            merge_companies(officer, zone=survivor.zone, merging=Merging(other.pk, one.pk, "同一家"))
    row = merged(officer, survivor, gone)
    with refused("no-such-merge"):
        undo_merge(stranger, merge_id=row.pk, reason="是两家企业")
    with refused("no-such-merge"):
        merge_visible(stranger, row.pk)
    with refused("no-such-company"):
        company_visible(stranger, survivor.zone.code, gone.pk)
    outside = Company.objects.create(zone=survivor.zone, name="外地公司", name_key="外地公司", is_outside=True)
    with refused("not-here"):
        merged(officer, survivor, outside)


def test_people_files_commissioners_and_numbers_go_over_and_come_back(officer: Person, pair: tuple[Company, Company]) -> None:
    survivor, gone = pair
    zone = survivor.zone
    lead = someone("lead", "desk_lead", zone=zone, password=None)
    ones = [someone(f"c{n}", "commissioner", zone=zone, password=None) for n in range(3)]
    assign_commissioner(lead, company=survivor, commissioner=ones[0], backup=None)
    assign_commissioner(lead, company=gone, commissioner=ones[1], backup=ones[2])
    source = Source.objects.create(kind="register", title="登记")
    CompanyIdent.objects.create(zone=zone, company=gone, scheme="reg15", value="210100000001234", source=source)
    for company in pair:
        CompanyName.objects.create(company=company, name="甲一厂", name_key="甲一厂", kind="former", source=source)
        Attachment.objects.create(
            owner_kind="company", owner_id=company.pk, zone=zone, name="a.pdf", kind="pdf", size=1, sha256="0" * 64,
            stored=f"s{company.pk}", secrecy="INTERNAL", by=officer,
        )  # fmt: skip
    user = someone("user", "company_user", company=gone, password=None)
    before = everything()
    row = merged(officer, survivor, gone)
    assert Organisation.objects.get(kind="COMPANY").company == survivor
    assert company_visible(Person.objects.get(pk=user.pk), zone.code, survivor.pk) == survivor
    running = Assignment.objects.filter(until=None).order_by("is_backup")
    assert [(one.company, one.person) for one in running] == [(survivor, ones[0]), (survivor, ones[2])]
    assert Attachment.objects.filter(owner_kind="company", owner_id=survivor.pk).count() == 2
    assert sorted(CompanyName.objects.filter(company=survivor).values_list("name", flat=True)) == sorted([SHORT, "甲一厂"])
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before


def test_where_both_have_an_account_its_people_act_for_the_one_that_stays(officer: Person, pair: tuple[Company, Company]) -> None:
    survivor, gone = pair
    boss = someone("boss", "company_admin", company=survivor, password=None)
    user = someone("user", "company_user", company=gone, password=None)
    Membership.objects.create(
        person=boss, organisation=gone.organisation, role="company_admin", duty_kind="BUSINESS", duty_id=boss.duty.pk,
        since=DAY,
    )  # fmt: skip
    before = everything()
    row = merged(officer, survivor, gone)
    assert set(Membership.objects.filter(organisation__company=survivor, until=None).values_list("person", flat=True)) == {
        boss.pk,
        user.pk,
    }
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before


def test_open_claims_on_both_are_decided_before_the_two_are_merged(officer: Person, zone: Zone) -> None:
    one = Company.objects.create(zone=zone, name=FULL, name_key=plain(FULL), uscc=code_of(1))
    other = Company.objects.create(zone=zone, name=SHORT, name_key=plain(SHORT), uscc="X" * 18)
    from xinya.zones.models import Claim

    for number, company in enumerate((one, other)):
        person = Person.objects.create_user(f"p{number}")
        Claim.objects.create(person=person, company=company, proof="营业执照")
    with refused("claims-wait"):
        merged(officer, one, other)
    Claim.objects.filter(company=other).update(state="CONFIRMED")
    merged(officer, one, other)
    assert Claim.objects.filter(company=one).count() == 2


def test_what_was_said_of_rows_of_lists_is_said_of_the_one_that_stays(officer: Person, zone: Zone) -> None:
    one = listed(officer, zone, FULL)
    other = Company.objects.create(zone=zone, name="岚洲甲一机械厂", name_key=plain("岚洲甲一机械厂"))
    batch = ImportBatch.objects.get()
    said = {"batch": batch, "row": 9, "identity": "x", "candidate": "x"}
    MatchDecision.objects.create(company=one, state="rejected", **said)
    MatchDecision.objects.create(company=other, state="confirmed", by=officer, at=timezone.now(), reason="同", **said)
    MatchDecision.objects.create(company=other, state="rejected", by=officer, **{**said, "row": 10})
    before = everything()
    row = merged(officer, one, other)
    assert dict(MatchDecision.objects.filter(company=one).values_list("row", "state")) == {9: "confirmed", 10: "rejected"}
    undo_merge(officer, merge_id=row.pk, reason="是两家企业")
    assert everything() == before


def test_likely_duplicates_are_proposed_until_somebody_says_they_are_two_firms(
    officer: Person, pair: tuple[Company, Company]
) -> None:
    survivor, gone = pair
    zone = survivor.zone
    zone.refresh_from_db()
    Company.objects.create(zone=zone, name="远海生物医药有限公司", name_key=plain("远海生物医药有限公司"))
    (likely,) = likely_duplicates(zone)
    assert (likely.one.name, likely.other.name) == (survivor.name, gone.name)
    assert likely.pair.evidence
    tell_apart(officer, zone=zone, one=gone.pk, other=survivor.pk, reason="法定代表人不同")
    zone.refresh_from_db()
    assert likely_duplicates(zone) == []
    (judged,) = likely_duplicates(zone, with_judged=True)
    assert judged.word is not None
    assert judged.word.reason == "法定代表人不同"
    with refused("told-already"):
        tell_apart(officer, zone=zone, one=survivor.pk, other=gone.pk, reason="再说一次")
    source = Source.objects.create(kind="register", title="登记")
    Fact.objects.create(
        zone=zone, company=gone, kind="registered_address", text="岚洲路1号", source=source, observed_on=DAY, confidence="0.97"
    )
    assert len(likely_duplicates(zone)) == 1
    merged(officer, survivor, gone)
    assert TwoFirms.objects.filter(withdrawn_at=None).count() == 0
    zone.refresh_from_db()
    assert likely_duplicates(zone, with_judged=True) == []
