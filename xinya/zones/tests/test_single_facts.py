"""One fact at a time: statements, dated states, English names, accounts; each done, refused by role, refused by state."""

import datetime

import pytest

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones import actions, queries
from xinya.zones.actions import Grounds, Statement
from xinya.zones.models import Company, Fact, Person, Source, Zone
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 3, 21)


@pytest.fixture
def officer() -> Person:
    return someone("li", "chain_officer")


@pytest.fixture
def reader() -> Person:
    return someone("wang", "zone_reader")


@pytest.fixture
def zone(officer: Person) -> Zone:
    return actions.start_zone(officer, code="harbour", name="港湾高新区")


@pytest.fixture
def company(zone: Zone) -> Company:
    return Company.objects.create(zone=zone, name="甲复材", name_key="甲复材")


@pytest.fixture
def grounds() -> Grounds:
    source = Source.objects.create(kind=Source.Kind.NEWS, title="日报")
    return Grounds(source, DAY, "0.50", "据报道", "as reported")


def test_a_statement_is_kept_with_source_figure_and_note(officer: Person, zone: Zone, grounds: Grounds) -> None:
    said = Statement("产值约69.7亿元。", "Output about 6.97 bn yuan.", "2024", 6_970_000_000, "yuan")
    fact = actions.record_statement(officer, zone=zone, statement=said, grounds=grounds)
    kept = queries.zone_statements(zone)
    assert kept == [fact]
    assert (kept[0].number, kept[0].unit, kept[0].note_en) == (6_970_000_000, "yuan", "as reported")
    assert AuditRow.objects.filter(act="record-statement", object=f"zone:{zone.pk}").count() == 1


def test_the_same_statement_of_the_same_source_is_kept_once(officer: Person, zone: Zone, grounds: Grounds) -> None:
    said = Statement("新能源是主业。")
    first = actions.record_statement(officer, zone=zone, statement=said, grounds=grounds)
    assert actions.record_statement(officer, zone=zone, statement=said, grounds=grounds) == first
    assert Fact.objects.count() == 1


def test_a_reader_records_no_statement(reader: Person, zone: Zone, grounds: Grounds) -> None:
    with pytest.raises(Refused, match="not-allowed"):
        actions.record_statement(reader, zone=zone, statement=Statement("新能源是主业。"), grounds=grounds)
    assert not Fact.objects.exists()


def test_an_empty_statement_is_refused(officer: Person, zone: Zone, grounds: Grounds) -> None:
    with pytest.raises(Refused, match="statement-wrong"):
        actions.record_statement(officer, zone=zone, statement=Statement(" "), grounds=grounds)


def test_dated_states_hold_from_their_day(officer: Person, zone: Zone, company: Company, grounds: Grounds) -> None:
    actions.record_state(officer, zone=zone, company=company, state="building", on=DAY, grounds=grounds)
    actions.record_state(officer, zone=zone, company=company, state="producing", on=datetime.date(2026, 6, 30), grounds=grounds)
    [dossier] = queries.all_dossiers(zone)
    on = [dossier.state_on(day) for day in (datetime.date(2025, 3, 20), DAY, datetime.date(2027, 1, 1))]
    assert [f and f.text for f in on] == [None, "building", "producing"]


def test_a_state_of_the_same_day_takes_the_place_of_the_other(officer: Person, zone: Zone, company: Company) -> None:
    actions.record_state(officer, zone=zone, company=company, state="planned", on=DAY, grounds="开工令")
    actions.record_state(officer, zone=zone, company=company, state="building", on=DAY, grounds="开工令")
    [dossier] = queries.all_dossiers(zone)
    assert [f.text for f in dossier.states] == ["building"]
    assert Fact.objects.exclude(withdrawn_at=None).get().text == "planned"


def test_the_same_state_of_the_same_day_is_kept_once(officer: Person, zone: Zone, company: Company) -> None:
    first = actions.record_state(officer, zone=zone, company=company, state="planned", on=DAY, grounds="走访")
    assert actions.record_state(officer, zone=zone, company=company, state="planned", on=DAY, grounds="走访") == first
    assert Fact.objects.count() == 1


def test_the_proof_that_an_officer_names_becomes_the_source(officer: Person, zone: Zone, company: Company) -> None:
    fact = actions.record_state(officer, zone=zone, company=company, state="building", on=DAY, grounds="施工许可证")
    assert (fact.source.kind, fact.source.title, fact.source.publisher) == ("officer", "施工许可证", "li")


def test_a_new_state_raises_the_zones_revision(officer: Person, zone: Zone, company: Company) -> None:
    before = zone.revision
    actions.record_state(officer, zone=zone, company=company, state="building", on=DAY, grounds="施工许可证")
    assert zone.revision > before


def test_a_reader_records_no_state(reader: Person, zone: Zone, company: Company) -> None:
    with pytest.raises(Refused, match="not-allowed"):
        actions.record_state(reader, zone=zone, company=company, state="building", on=DAY, grounds="施工许可证")


def test_an_unknown_state_is_refused(officer: Person, zone: Zone, company: Company) -> None:
    with pytest.raises(Refused, match="unknown-state"):
        actions.record_state(officer, zone=zone, company=company, state="dreaming", on=DAY, grounds="施工许可证")


def test_another_zones_company_is_not_found(officer: Person, company: Company, grounds: Grounds) -> None:
    other = actions.start_zone(officer, code="hill", name="山麓高新区")
    with pytest.raises(Refused, match="no-such-company"):
        actions.record_state(officer, zone=other, company=company, state="building", on=DAY, grounds=grounds)
    with pytest.raises(Refused, match="no-such-company"):
        actions.record_statement(officer, zone=other, company=company, statement=Statement("投产。"), grounds=grounds)


def test_english_names_and_invention_are_marked(officer: Person, zone: Zone, company: Company) -> None:
    actions.describe_companies(officer, zone=zone, names_en={company.pk: "Jia Composites"}, invented={company.pk})
    company.refresh_from_db()
    assert (company.name_en, company.is_invented) == ("Jia Composites", True)


def test_another_zones_company_is_not_described(officer: Person, zone: Zone, company: Company) -> None:
    other = actions.start_zone(officer, code="hill", name="山麓高新区")
    actions.describe_companies(officer, zone=other, names_en={company.pk: "Stolen"})
    company.refresh_from_db()
    assert company.name_en == ""


def test_a_reader_describes_nothing_and_marks_nothing(reader: Person, zone: Zone, company: Company) -> None:
    with pytest.raises(Refused, match="not-allowed"):
        actions.describe_companies(reader, zone=zone, names_en={company.pk: "X"})
    with pytest.raises(Refused, match="not-allowed"):
        actions.mark_as_demo(reader, zone=zone, is_sample=True)


def test_a_demonstration_is_removed_with_its_own_sources_and_no_others(officer: Person, zone: Zone, grounds: Grounds) -> None:
    kept = Source.objects.create(kind=Source.Kind.COMPANY_LIST, title="别的名单")
    actions.record_statement(officer, zone=zone, statement=Statement("新能源是主业。"), grounds=grounds)
    with pytest.raises(Refused, match="not-a-demo"):
        actions.remove_zone(officer, zone=zone)
    actions.mark_as_demo(officer, zone=zone, is_sample=False)
    actions.remove_zone(officer, zone=zone)
    assert not Zone.objects.exists()
    assert list(Source.objects.all()) == [kept]


def test_an_account_gets_a_new_password_and_keeps_its_key(officer: Person) -> None:
    first = actions.renew_account(officer, username="guest", role="zone_reader", password="first-pass-word")
    again = actions.renew_account(officer, username="guest", role="chain_officer", password="second-pass-word")
    assert (again.pk, again.role) == (first.pk, "chain_officer")
    assert again.check_password("second-pass-word")
    assert not again.check_password("first-pass-word")


def test_an_account_without_a_password_lets_nobody_in(officer: Person) -> None:
    assert not actions.renew_account(officer, username="house", role="chain_officer", password=None).has_usable_password()


def test_no_password_reaches_the_audit(officer: Person) -> None:
    actions.renew_account(officer, username="guest", role="zone_reader", password="first-pass-word")
    assert "first-pass-word" not in AuditRow.objects.get(act="renew-account").text
