"""A company without an account speaks by a link: once, for itself alone, within its days, and everything is kept."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from xinya.chain import actions
from xinya.chain.actions.links import MOST_OPEN, WRONG_CODES, Word, make_link, open_link, say_by_link, withdraw_link
from xinya.chain.actions.packs import begin_draft, publish_draft, save_draft
from xinya.chain.models import Placement, WordLink
from xinya.chain.queries import company_meant
from xinya.chain.tests.conftest import STANDS, line, signed_in
from xinya.chain.tests.test_pack_drafts import filled, unalike
from xinya.kit.models import AuditRow
from xinya.kit.text import plain
from xinya.zones.models import Assignment, Check, Company, CompanyName, Fact, FailedTry, Person, Source, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = [pytest.mark.django_db, STANDS]
HERE = "203.0.113.9"


@pytest.fixture
def own(zone: Zone) -> Company:
    return Company.objects.filter(zone=zone, placements__isnull=False).order_by("pk").distinct()[0]


def formerly(company: Company, name: str) -> None:
    source = Source.objects.create(kind=Source.Kind.OFFICER, title="工商登记")
    CompanyName.objects.create(company=company, name=name, name_key=plain(name), kind=CompanyName.Kind.FORMER, source=source)


@pytest.fixture
def code(zone: Zone, own: Company, officer: Person) -> str:
    return make_link(officer, zone=zone, company_id=own.pk, note="王厂长，走访时")[1]


def place_of(company: Company) -> Placement:
    return company.placements.order_by("pk")[0]


def test_an_officer_makes_a_link_on_the_page_and_it_is_shown_once(zone: Zone, own: Company, officer_client: Client) -> None:
    address = reverse("word-links", args=[zone.code])
    answer = officer_client.post(address, {"company": own.name, "note": "王厂长"})
    found = re.search(r'id="word-link">([^<]+)<', answer.content.decode())
    assert found is not None
    link, _sign, code = found[1].partition("#")
    assert link.endswith(reverse("say-by-link"))
    again = officer_client.get(address).content.decode()
    assert code not in again
    assert "王厂长" in again
    assert open_link(code=code, address=HERE).company == own
    assert WordLink.objects.get().digest != code


def test_a_company_is_meant_by_its_name_a_former_name_or_its_code(zone: Zone, own: Company, officer: Person) -> None:
    formerly(own, "旧名机械厂")
    Company.objects.filter(pk=own.pk).update(uscc="91210100MA0TEST001")
    for words in (own.name, f" {own.name} ", "旧名机械厂", "91210100ma0test001"):
        assert company_meant(officer, zone, words) == own


def test_a_name_that_means_no_company_or_two_makes_no_link(
    zone: Zone, own: Company, officer: Person, officer_client: Client
) -> None:
    other = Company.objects.filter(zone=zone, is_outside=False).exclude(pk=own.pk)[0]
    formerly(other, own.name)
    for words, code in ((own.name, "two-companies"), ("没有这家", "unknown-company"), ("--", "unknown-company")):
        with refused(code):
            company_meant(officer, zone, words)
        answer = officer_client.post(reverse("word-links", args=[zone.code]), {"company": words, "note": "王厂长"})
        assert answer.status_code == 422
    assert not WordLink.objects.exists()


def test_the_form_begins_with_the_company_that_the_page_came_from(zone: Zone, own: Company, officer_client: Client) -> None:
    address = reverse("word-links", args=[zone.code])
    assert f'value="{own.name}"' in officer_client.get(f"{address}?company={own.pk}").content.decode()
    assert officer_client.get(f"{address}?company=9e9").status_code == 200


def test_somebody_without_an_account_confirms_one_place_and_objects_to_another(zone: Zone, own: Company, code: str) -> None:
    row = place_of(own)
    further = Placement.objects.create(
        company=own, segment="spar", text="", state="AUTOMATIC", confidence="0.8", rule="head", placed_on=timezone.localdate()
    )
    client, address = Client(), reverse("say-by-link")
    shown = client.post(address, {"code": code}).content.decode()
    assert own.name in shown
    sent = {"code": code, "step": "say", f"word-{row.pk}": "right", f"word-{further.pk}": "wrong", f"reason-{further.pk}": "不做梁"}
    unsigned = client.post(address, sent)
    assert unsigned.status_code == 422
    assert "不做梁" in unsigned.content.decode()
    assert client.post(address, {**sent, "signed": "王建国"}).status_code == 200
    row.refresh_from_db()
    further.refresh_from_db()
    assert (row.state, row.decided_as, row.decided_by) == ("CONFIRMED", "link", None)
    assert (further.state, further.reason) == ("OBJECTED", "不做梁")
    assert sorted(Check.objects.values_list("outcome", "voice")) == [("RIGHT", "link"), ("WRONG", "link")]
    audit = AuditRow.objects.get(act="say-by-link")
    assert audit.actor == f"link:{WordLink.objects.get().pk}"
    assert "王建国" not in audit.text
    spent = client.post(address, {**sent, "signed": "王建国"})
    assert spent.status_code == 422
    assert own.name not in spent.content.decode()


def test_a_link_speaks_for_its_own_company_alone(zone: Zone, own: Company, code: str) -> None:
    other = place_of(Company.objects.filter(zone=zone, placements__isnull=False).exclude(pk=own.pk).distinct()[0])
    with refused("nothing-said"):
        say_by_link(code=code, words={other.pk: Word(True)}, signed="王建国", address=HERE)
    other.refresh_from_db()
    assert other.state == "AUTOMATIC"
    assert WordLink.objects.get().used_at is None


def test_no_text_of_a_higher_class_is_shown_by_a_link(own: Company, code: str) -> None:
    text = place_of(own).text
    Fact.objects.filter(company=own, text=text).update(secrecy="COMPANY")
    assert text not in Client().post(reverse("say-by-link"), {"code": code}).content.decode()


@pytest.mark.parametrize("end", ["expired", "withdrawn", "maker gone", "mistyped"])
def test_a_link_that_has_ended_opens_nothing_whatever_the_reason(
    zone: Zone, own: Company, officer: Person, code: str, end: str
) -> None:
    if end == "expired":
        WordLink.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    elif end == "withdrawn":
        withdraw_link(officer, zone=zone, link_id=WordLink.objects.get().pk)
    elif end == "maker gone":
        Person.objects.filter(pk=officer.pk).update(is_active=False)
    given = code if end != "mistyped" else code[:-1]
    with refused("link-invalid"):
        say_by_link(code=given, words={place_of(own).pk: Word(True)}, signed="王建国", address=HERE)
    assert place_of(own).state == "AUTOMATIC"


def test_an_objection_without_a_reason_changes_nothing(own: Company, code: str) -> None:
    with refused("reason-missing"):
        say_by_link(code=code, words={place_of(own).pk: Word(False, " ")}, signed="王建国", address=HERE)
    assert (place_of(own).state, WordLink.objects.get().used_at) == ("AUTOMATIC", None)
    assert not Check.objects.exists()


def test_after_ten_wrong_codes_from_one_address_nothing_opens_there_for_an_hour(own: Company, code: str) -> None:
    for n in range(WRONG_CODES):
        with refused("link-invalid"):
            open_link(code=f"falsch-{n}", address=HERE)
    with refused("too-many-tries"):
        open_link(code=code, address=HERE)
    assert open_link(code=code, address="203.0.113.10").company == own
    FailedTry.objects.update(at=timezone.now() - datetime.timedelta(hours=2))
    assert open_link(code=code, address=HERE).company == own


def test_an_objected_place_can_be_called_right_by_a_link(own: Company, code: str) -> None:
    Placement.objects.filter(pk=place_of(own).pk).update(state="OBJECTED")
    say_by_link(code=code, words={place_of(own).pk: Word(True)}, signed="王建国", address=HERE)
    assert place_of(own).state == "CONFIRMED"


def test_three_links_of_a_company_may_be_open(zone: Zone, own: Company, officer: Person) -> None:
    for _n in range(MOST_OPEN):
        make_link(officer, zone=zone, company_id=own.pk, note="走访")
    with refused("too-many-links"):
        make_link(officer, zone=zone, company_id=own.pk, note="走访")
    withdraw_link(officer, zone=zone, link_id=WordLink.objects.order_by("pk")[0].pk)
    make_link(officer, zone=zone, company_id=own.pk, note="走访")


def test_places_stay_as_they_are_while_a_link_speaks_of_them(zone: Zone, own: Company, code: str) -> None:
    place = place_of(own)
    with CaptureQueriesContext(connection) as sent:
        say_by_link(code=code, words={place.pk: Word(True)}, signed="王建国", address=HERE)
    reads = [q["sql"] for q in sent if q["sql"].startswith("SELECT") and Placement._meta.db_table in q["sql"]]
    assert any("FOR UPDATE" in sql for sql in reads) is connection.features.has_select_for_update


def test_a_place_that_an_officer_rejected_meanwhile_stays_rejected(zone: Zone, own: Company, officer: Person, code: str) -> None:
    place = place_of(own)
    Placement.objects.filter(pk=place.pk).update(state="REJECTED")
    with refused("nothing-said"):
        say_by_link(code=code, words={place.pk: Word(True)}, signed="王建国", address=HERE)
    place.refresh_from_db()
    assert place.state == "REJECTED"
    assert WordLink.objects.get().ended_at is None


def test_a_commissioner_gives_links_to_the_own_companies_alone(zone: Zone, own: Company, officer: Person, reader: Person) -> None:
    person = someone("qian", "commissioner", zone=zone)
    Assignment.objects.create(company=own, person=person, since=timezone.localdate(), assigned_by=officer)
    make_link(person, zone=zone, company_id=own.pk, note="走访")
    other = Company.objects.filter(zone=zone).exclude(pk=own.pk)[0]
    with refused("no-such-company"):
        make_link(person, zone=zone, company_id=other.pk, note="走访")
    with refused("not-allowed"):
        make_link(reader, zone=zone, company_id=own.pk, note="走访")
    theirs = make_link(officer, zone=zone, company_id=other.pk, note="机密的人")[0]
    page = signed_in(person).get(reverse("word-links", args=[zone.code])).content.decode()
    assert "机密的人" not in page
    with refused("no-such-link"):
        withdraw_link(person, zone=zone, link_id=theirs.pk)


def test_a_program_makes_and_withdraws_a_link(zone: Zone, own: Company, officer_client: Client) -> None:
    address = f"/api/v1/zones/{zone.code}"
    made = officer_client.post(f"{address}/companies/{own.pk}/word-links", {"note": "走访"}, content_type="application/json").json()
    assert open_link(code=made["code"], address=HERE).pk == made["id"]
    for status in (200, 409):
        assert (
            officer_client.post(f"{address}/word-links/{made['id']}/withdraw", content_type="application/json").status_code
            == status
        )


def test_a_link_names_the_segments_of_a_pack_that_the_zone_made_itself(officer: Person, zone: Zone) -> None:
    made = publish_own_pack(officer, zone)
    (maker,) = actions.import_companies(officer, zone=zone, lines=[line(2, "氢动有限公司", made["name_zh"])], title="名单")
    code = make_link(officer, zone=zone, company_id=maker.pk, note="走访")[1]
    page = Client().post(reverse("say-by-link"), {"code": code}).content.decode()
    assert made["name_zh"] in page
    assert made["definition_zh"] in page
    assert f">{made['code']}<" not in page


def publish_own_pack(officer: Person, zone: Zone) -> dict[str, str]:
    """A pack of the zone's own, published; one of its segments."""
    draft = begin_draft(officer, zone=zone, code="hydrogen", name_zh="氢能").pk
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda _p: unalike(filled()))
    publish_draft(officer, zone=zone, draft_id=draft, seen=2)
    zone.refresh_from_db()
    return dict(unalike(filled()).segments[6])
