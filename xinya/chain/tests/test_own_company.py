"""A company's own people and its commissioner see that company alone; its own people confirm placements or object."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from xinya.chain import actions, queries
from xinya.chain.models import Placement
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones.models import Absence, Assignment, Company, Fact, Person, Secrecy, Zone
from xinya.zones.queries import visible_to
from xinya.zones.tests.people import someone

from .conftest import STANDS, signed_in

pytestmark = STANDS


@pytest.fixture
def own(zone: Zone) -> Company:
    return Company.objects.filter(zone=zone, placements__isnull=False, is_outside=False).order_by("pk").distinct()[0]


@pytest.fixture
def other(zone: Zone, own: Company) -> Company:
    return Company.objects.filter(zone=zone, placements__isnull=False, is_outside=False).exclude(pk=own.pk).order_by("pk")[0]


@pytest.fixture
def member(own: Company) -> Person:
    return someone("zhao", "company_user", company=own)


def placement_of(company: Company) -> Placement:
    found = company.placements.exclude(state="REJECTED").first()
    assert found is not None
    return found


def page_of(company: Company) -> str:
    return reverse("company", args=[company.zone.code, company.pk])


def test_a_company_user_is_led_to_the_own_company_and_finds_no_other(member: Person, own: Company, other: Company) -> None:
    client = signed_in(member)
    assert client.get(reverse("home")).headers["Location"] == page_of(own)
    page = client.get(page_of(own))
    assert page.status_code == 200
    assert own.name in page.content.decode()
    assert client.get(page_of(other)).status_code == 404
    assert client.get(reverse("zone", args=[own.zone.code])).status_code == 404


def test_a_company_s_page_says_nothing_of_other_makers(member: Person, own: Company, other: Company) -> None:
    client = signed_in(member)
    before = client.get(page_of(own)).context["needs"]
    other.delete()
    after = client.get(page_of(own)).context["needs"]
    assert [(n["name"], n["is_essential"]) for n in before] == [(n["name"], n["is_essential"]) for n in after]
    assert "区内企业数" not in client.get(page_of(own)).content.decode()


def test_a_company_confirms_a_placement(member: Person, own: Company) -> None:
    row = placement_of(own)
    actions.confirm_placement(member, zone_code=own.zone.code, placement_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("CONFIRMED", member)
    assert AuditRow.objects.filter(act="agree-placement").exists()
    with pytest.raises(Refused, match="confirmed-already"):
        actions.confirm_placement(member, zone_code=own.zone.code, placement_id=row.pk)


def test_an_objection_takes_the_company_off_the_segment(member: Person, own: Company) -> None:
    row = placement_of(own)
    actions.object_placement(member, zone_code=own.zone.code, placement_id=row.pk, reason="我们已停产该产品")
    zone = Zone.objects.get(pk=own.zone_id)
    report = queries.zone_report(zone, timezone.localdate()).report
    placed = [p.state for p in report.placements if p.company == own.name and p.segment == row.segment and p.text == row.text]
    assert placed == ["OBJECTED"]


def test_an_objection_without_a_reason_is_refused(member: Person, own: Company) -> None:
    with pytest.raises(Refused, match="reason-missing"):
        actions.object_placement(member, zone_code=own.zone.code, placement_id=placement_of(own).pk, reason=" ")


def test_another_company_s_placement_is_not_found(member: Person, other: Company) -> None:
    with pytest.raises(Refused) as refused:
        actions.object_placement(member, zone_code=other.zone.code, placement_id=placement_of(other).pk, reason="不是")
    assert refused.value.status == 404


def test_a_commissioner_may_not_speak_for_a_company(own: Company, officer: Person) -> None:
    person = someone("qian", "commissioner", zone=own.zone)
    Assignment.objects.create(company=own, person=person, since=timezone.localdate(), assigned_by=officer)
    with pytest.raises(Refused, match="not-your-company"):
        actions.confirm_placement(person, zone_code=own.zone.code, placement_id=placement_of(own).pk)


def test_a_rejected_placement_is_not_confirmed_by_the_company(member: Person, own: Company, officer: Person) -> None:
    row = placement_of(own)
    actions.decide_placement(officer, zone=own.zone, placement_id=row.pk, is_right=False, reason="看错了")
    with pytest.raises(Refused, match="wrong-state"):
        actions.confirm_placement(member, zone_code=own.zone.code, placement_id=row.pk)


def test_a_back_up_sees_the_company_only_while_the_commissioner_is_away(own: Company, officer: Person) -> None:
    first, second = someone("qian", "commissioner", zone=own.zone), someone("sun", "commissioner", zone=own.zone)
    today = timezone.localdate()
    Assignment.objects.create(company=own, person=first, since=today, assigned_by=officer)
    Assignment.objects.create(company=own, person=second, since=today, is_backup=True, assigned_by=officer)
    assert list(visible_to(first, Company)) == [own]
    assert list(visible_to(second, Company)) == []
    away = Absence.objects.create(person=first, since=today, until=today, entered_by=first)
    assert list(visible_to(second, Company)) == [own]
    away.withdrawn_at = timezone.now()
    away.save()
    assert list(visible_to(second, Company)) == []


@pytest.mark.parametrize(
    ("secrecy", "readers"),
    [
        (Secrecy.PUBLIC, {"zone_reader", "commissioner", "company_user", "auditor"}),
        (Secrecy.INTERNAL, {"zone_reader", "commissioner", "company_user", "auditor"}),
        (Secrecy.COMPANY, {"commissioner", "company_user", "auditor"}),
        (Secrecy.RESTRICTED, set()),
    ],
)
def test_a_fact_is_seen_by_those_of_its_class(own: Company, officer: Person, secrecy: str, readers: set[str]) -> None:
    fact = Fact.objects.filter(company=own, kind=Fact.Kind.REVENUE).first() or Fact.objects.filter(company=own).first()
    assert fact is not None
    Fact.objects.filter(pk=fact.pk).update(secrecy=secrecy)
    people = {
        "zone_reader": someone("r", "zone_reader", zone=own.zone),
        "commissioner": someone("c", "commissioner", zone=own.zone),
        "company_user": someone("u", "company_user", company=own),
        "auditor": someone("a", "auditor", zone=own.zone),
        "security_officer": someone("s", "security_officer"),
    }
    Assignment.objects.create(company=own, person=people["commissioner"], since=timezone.localdate(), assigned_by=officer)
    seen = {role for role, person in people.items() if visible_to(person, Fact).filter(pk=fact.pk).exists()}
    assert seen == readers
    if secrecy == Secrecy.RESTRICTED:
        fact.readers.add(people["zone_reader"])
        assert visible_to(people["zone_reader"], Fact).filter(pk=fact.pk).exists()


def test_what_is_computed_of_a_zone_rests_on_no_fact_of_a_company_s_class(own: Company, zone: Zone) -> None:
    Fact.objects.filter(company=own, kind=Fact.Kind.PRODUCT).update(secrecy=Secrecy.COMPANY)
    rows = queries.zone_rows(zone)
    assert next(d for d in rows.dossiers if d.company.pk == own.pk).products == []


def test_an_officer_s_home_says_that_the_role_has_no_business_rows(zone: Zone) -> None:
    client: Client = signed_in(someone("s", "security_officer"))
    page = client.get(reverse("home"))
    assert page.status_code == 200
    assert zone.name not in page.content.decode()


def product_of(company: Company) -> Fact:
    fact = Fact.objects.filter(company=company, kind=Fact.Kind.PRODUCT, withdrawn_at=None).first()
    assert fact is not None
    return fact


def fact_address(name: str, fact: Fact) -> str:
    assert fact.company is not None
    return reverse(name, args=[fact.zone.code, fact.company.pk, fact.pk])


def test_a_company_confirms_a_fact_on_its_page(member: Person, own: Company) -> None:
    fact, client = product_of(own), signed_in(member)
    assert client.post(fact_address("confirm-fact", fact)).status_code == 302
    assert "企业已确认" in client.get(page_of(own)).content.decode()
    assert fact.reviews.get().kind == "CONFIRMED"


def test_an_officer_corrects_a_product_and_the_company_is_placed_anew(member: Person, own: Company, officer: Person) -> None:
    fact = product_of(own)
    signed_in(member).post(fact_address("object-fact", fact), {"reason": "我们只做机翼"})
    officers = signed_in(officer)
    assert "我们只做机翼" in officers.get(page_of(own)).content.decode()
    sent = {"answer": "已按贵企业意见更正", "outcome": "CORRECT", "text": "翼梁"}
    assert officers.post(fact_address("answer-fact", fact), sent).status_code == 302
    assert {p.text for p in own.placements.all()} >= {"翼梁"}
    held = next(d for d in queries.zone_rows(Zone.objects.get(pk=own.zone_id)).dossiers if d.company.pk == own.pk)
    assert "翼梁" in {f.text for f in held.products}
    assert fact.text not in {f.text for f in held.products}


def test_a_reader_answers_no_objection_and_nobody_answers_one_twice(
    member: Person, own: Company, officer: Person, reader: Person
) -> None:
    fact = product_of(own)
    signed_in(member).post(fact_address("object-fact", fact), {"reason": "不对"})
    sent = {"answer": "保留此项", "outcome": "KEEP"}
    assert signed_in(reader).post(fact_address("answer-fact", fact), sent).status_code == 403
    assert signed_in(officer).post(fact_address("answer-fact", fact), sent).status_code == 302
    assert signed_in(officer).post(fact_address("answer-fact", fact), sent).status_code == 404
    assert "保留此项" in signed_in(member).get(page_of(own)).content.decode()


def test_a_placement_is_hidden_with_the_class_of_its_text(own: Company, reader: Person, member: Person) -> None:
    fact = product_of(own)
    Fact.objects.filter(pk=fact.pk).update(secrecy=Secrecy.COMPANY)
    url = f"/api/v1/zones/{own.zone.code}/companies/{own.pk}/placements"
    assert fact.text not in str(signed_in(reader).get(url).json())
    assert fact.text not in signed_in(reader).get(page_of(own)).content.decode()
    assert fact.text in str(signed_in(member).get(url).json())
    Fact.objects.filter(pk=fact.pk).update(secrecy=Secrecy.RESTRICTED)
    assert fact.text not in str(signed_in(member).get(url).json())


def test_a_list_keeps_the_class_of_the_fact_it_replaces(own: Company, officer: Person) -> None:
    from xinya.chain.tests.conftest import line

    revenue = Fact.objects.get(company=own, kind=Fact.Kind.REVENUE, withdrawn_at=None)
    Fact.objects.filter(pk=revenue.pk).update(secrecy=Secrecy.COMPANY)
    products = [f.text for f in Fact.objects.filter(company=own, kind=Fact.Kind.PRODUCT)]
    brought = [line(2, own.name, *products, revenue_fen=(revenue.number or 0) + 100)]
    actions.import_companies(officer, zone=own.zone, lines=brought, title="新名单")
    now = Fact.objects.get(company=own, kind=Fact.Kind.REVENUE, withdrawn_at=None)
    assert (now.number, now.secrecy) == ((revenue.number or 0) + 100, Secrecy.COMPANY)
