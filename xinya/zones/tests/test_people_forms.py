"""What the forms of people, claims, commissioners and keys do, from the page to the row."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.zones import actions
from xinya.zones.models import (
    Absence,
    ApiKey,
    Assignment,
    Claim,
    Company,
    Invitation,
    Membership,
    Organisation,
    Person,
    RoleGrant,
    Zone,
)
from xinya.zones.tests.page_roles import COSTS, SENDS, at
from xinya.zones.tests.people import someone
from xinya.zones.tests.test_claims import KNOWN, UNKNOWN

pytestmark = pytest.mark.django_db
GOOD = "zhe-shi-yi-ge-chang-mi-ma"
STRANGE = """<script>alert(1)</script>"'&;"""


# --- what they do ---------------------------------------------------------------------------------------------------


def test_the_switch_in_the_page_head_changes_what_the_person_acts_for(client_of: Callable[[str], Client], zone: Zone) -> None:
    client = client_of("company_admin")
    person = Person.objects.get(username="company_admin")
    other = Company.objects.create(zone=zone, name="乙公司", name_key="乙公司")
    home = Organisation.objects.create(kind="COMPANY", name="乙公司", zone=zone, company=other)
    membership = actions.enter_membership(person, organisation=home, role="company_user")
    reply = client.post(at("switch-membership"), {"membership": membership.pk}, follow=True)
    assert "乙公司" in reply.content.decode()
    assert client.get(at("company-people")).status_code == 404
    for wrong in ("", "x", "0", str(10**20), str(Membership.objects.exclude(person=person).count() + 10**6)):
        assert client.post(at("switch-membership"), {"membership": wrong}).status_code == 404


def test_a_role_is_asked_for_agreed_by_two_and_held(client_of: Callable[[str], Client]) -> None:
    guard, system = client_of("security_officer"), client_of("system_officer")
    person, office = Person.objects.create_user("xin"), actions.house_office()
    said = {"username": "xin", "organisation": office.pk, "role": "zone_reader", "reason": "新到岗"}
    assert guard.post(at("ask-role"), {**said, "username": "nobody"}).status_code == 422
    assert guard.post(at("ask-role"), {**said, "reason": ""}).status_code == 422
    assert guard.post(at("ask-role"), said).status_code == 302
    grant = RoleGrant.objects.get()
    assert "新到岗" in system.get(at("waiting")).content.decode()
    for client in (guard, system):
        assert client.post(at("agree-role", pk=grant.pk)).status_code == 302
    assert Person.objects.get(pk=person.pk).role == "zone_reader"
    assert guard.post(at("agree-role", pk=grant.pk)).status_code == 409


def link_in(page: str, key: str) -> str:
    found = re.search(rf'id="{key}">([^<]+)<', page)
    assert found is not None
    return html.unescape(found[1])


def test_an_invitation_s_link_is_shown_once_and_taken_once(client_of: Callable[[str], Client]) -> None:
    admin = client_of("company_admin")
    reply = admin.post(at("invite-member"), {"name": "新同事", "role": "company_user"})
    link = link_in(reply.content.decode(), "invitation-link")
    path, _mark, code = link.removeprefix("http://testserver").partition("#")
    assert (path, len(code) >= 32) == (at("invited"), True)
    assert code not in admin.get(at("company-people")).content.decode()
    said = {"code": code, "name": "新同事", "password": GOOD, "again": GOOD, "phone": ""}
    assert Client().get(path).status_code == 200
    assert Client().post(path, {**said, "again": "another-long-password"}).status_code == 422
    taken = Client().post(path, said)
    name = link_in(taken.content.decode(), "new-user-name")
    fresh = Client()
    assert fresh.login(username=name, password=GOOD)
    assert Person.objects.get(username=name).role == "company_user"
    assert Client().post(path, said).status_code == 422


def test_no_page_address_or_log_line_holds_the_code(client_of: Callable[[str], Client], caplog: pytest.LogCaptureFixture) -> None:
    admin = client_of("company_admin")
    page = admin.post(at("invite-member"), {"name": "新同事", "role": "company_user"}).content.decode()
    code = link_in(page, "invitation-link").partition("#")[2]
    said = {"code": code, "name": "新同事", "password": GOOD, "again": GOOD}
    Client().post(at("invited"), said)
    Client().post(at("invited"), said)
    assert code not in caplog.text
    assert not AuditRow.objects.filter(text__contains=code).exists()


def answer_to(uscc: str, n: int) -> tuple[int, str]:
    said = {"credit_code": uscc, "proof": "营业执照", "name": f"申请人{n}", "password": GOOD, "again": GOOD}
    reply = Client(REMOTE_ADDR=f"192.0.2.{n}").post(at("claim"), said)
    page = re.sub(r"p-[2-9a-z]{8}|csrfmiddlewaretoken[^>]*>", "", reply.content.decode())
    return reply.status_code, page


def test_the_answer_to_a_claim_tells_nothing_of_the_company(company: Company) -> None:
    taken, absent = answer_to(KNOWN, 1), answer_to(UNKNOWN, 2)
    again = answer_to(KNOWN, 3)
    someone("old", "company_admin", company=company)
    with_people = answer_to(KNOWN, 4)
    assert taken == absent == again == with_people
    assert taken[0] == 200
    assert Claim.objects.count() == 4


def test_a_claimant_reads_the_same_of_a_waiting_contested_and_unknown_claim(company: Company) -> None:
    seen = set()
    for n, uscc in enumerate((KNOWN, KNOWN, UNKNOWN)):
        answer_to(uscc, n)
        person = Person.objects.order_by("-pk")[0]
        client = Client()
        client.force_login(person)
        page = client.get(at("profile")).content.decode()
        found = re.search(r"我的认领|My claims.*?</section>", page, re.DOTALL)
        assert found is not None
        seen.add(re.sub(r"[0-9A-Z]{18}", "", page[found.start() :].partition("</section>")[0]))
    assert len(seen) == 1


def test_five_sign_ups_a_day_come_from_one_address(company: Company) -> None:
    said = {"credit_code": UNKNOWN, "proof": "营业执照", "name": "申请人", "password": GOOD, "again": GOOD}
    replies = [Client().post(at("claim"), said) for _n in range(6)]
    assert [r.status_code for r in replies] == [200] * 5 + [429]
    assert int(replies[-1]["Retry-After"]) > 0
    assert Person.objects.count() == 5


def test_who_is_signed_in_claims_with_the_own_account(company: Company) -> None:
    person = Person.objects.create_user("jia")
    client = Client()
    client.force_login(person)
    assert client.post(at("claim"), {"credit_code": KNOWN, "proof": "执照"}).status_code == 200
    assert client.post(at("claim"), {"credit_code": "1" * 18, "proof": "执照"}).status_code == 422
    assert Claim.objects.get().person == person


def test_claims_are_confirmed_and_refused_on_their_page(company: Company, client_of: Callable[[str], Client]) -> None:
    lead = client_of("desk_lead")
    answer_to(KNOWN, 1)
    answer_to(UNKNOWN, 2)
    first, second = Claim.objects.order_by("pk")
    assert lead.post(at("confirm-claim", pk=first.pk)).status_code == 302
    assert lead.post(at("refuse-claim", pk=second.pk), {"reason": ""}).status_code == 422
    assert lead.post(at("refuse-claim", pk=second.pk), {"reason": "查无此企业"}).status_code == 302
    assert [c.state for c in Claim.objects.order_by("pk")] == ["CONFIRMED", "REFUSED"]


def test_a_phone_number_is_shown_after_a_click_and_its_person_sees_who_clicked(client_of: Callable[[str], Client]) -> None:
    guard, reader = client_of("security_officer"), client_of("zone_reader")
    person = Person.objects.get(username="zone_reader")
    Person.objects.filter(pk=person.pk).update(phone="13812345678")
    page = guard.get(at("people")).content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "13812345678" in guard.post(at("show-phone", pk=person.pk)).content.decode()
    assert "security_officer" in reader.get(at("profile")).content.decode()


def test_a_key_is_shown_once(client_of: Callable[[str], Client]) -> None:
    admin = client_of("company_admin")
    said = {"name": "ERP", "scopes": "read", "limit": 60, "expires_on": timezone.localdate() + timedelta(days=9)}
    assert admin.post(at("make-key"), {**said, "limit": 0}).status_code == 422
    page = admin.post(at("make-key"), said).content.decode()
    key = link_in(page, "new-key")
    assert key not in admin.get(at("keys")).content.decode()
    assert Client().get("/api/v1/companies", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert admin.post(at("end-key", pk=ApiKey.objects.get().pk)).status_code == 302
    assert Client().get("/api/v1/companies", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_the_security_officer_enters_offices_machines_and_their_keys(client_of: Callable[[str], Client]) -> None:
    guard = client_of("security_officer")
    top = actions.house_office()
    said = {"name": "窗口", "kind": "ZONE_OFFICE", "parent": top.pk, "zone": "harbour"}
    assert guard.post(at("add-office"), said).status_code == 302
    assert guard.post(at("add-office"), said).status_code == 422
    assert guard.post(at("add-system"), {"name": "erp"}).status_code == 302
    assert guard.post(at("add-system"), {"name": "a b"}).status_code == 422
    machine = actions.enter_membership(Person.objects.get(username="erp"), organisation=top, role="zone_reader")
    said = {"name": "ERP", "scopes": "read", "limit": 60, "expires_on": timezone.localdate() + timedelta(days=9)}
    assert guard.post(at("make-key"), {**said, "membership": ""}).status_code == 422
    assert guard.post(at("make-key"), {**said, "membership": machine.pk}).status_code == 200
    reply = guard.post(at("invite"), {"name": "某人", "organisation": top.pk, "role": "zone_reader", "reason": "新到岗"})
    assert link_in(reply.content.decode(), "invitation-link")
    assert guard.post(at("withdraw-invitation", pk=Invitation.objects.get().pk)).status_code == 302


def test_the_desk_lead_assigns_replaces_and_covers(zone: Zone, company: Company, client_of: Callable[[str], Client]) -> None:
    lead = client_of("desk_lead")
    wei, dai = (someone(n, "commissioner") for n in ("wei", "dai"))
    to = at("assign-commissioner", pk=company.pk)
    assert lead.post(to, {"commissioner": "nobody"}).status_code == 422
    assert lead.post(to, {"commissioner": "wei", "backup": "dai"}).status_code == 302
    assert lead.post(to, {"commissioner": "dai", "backup": "wei"}).status_code == 422
    today = timezone.localdate()
    away = {"person": wei.pk, "since": today, "until": today}
    assert lead.post(at("enter-absence"), {**away, "until": "2000-01-01"}).status_code == 422
    assert lead.post(at("enter-absence"), away).status_code == 302
    assert lead.post(at("enter-absence"), {**away, "person": "x"}).status_code == 404
    row = Absence.objects.get()
    reply = lead.post(at("withdraw-absence", pk=row.pk), {"zone": "//evil.example"})
    assert urlsplit(reply["Location"]).netloc == ""
    own = client_of("commissioner")
    assert own.post(at("own-absence"), {"since": today, "until": today}).status_code == 302
    assert Assignment.objects.filter(person=dai, until=None, is_backup=True).exists()


def test_the_file_goes_out_and_comes_in_whole_or_not_at_all(
    zone: Zone, company: Company, client_of: Callable[[str], Client]
) -> None:
    lead = client_of("desk_lead")
    someone("wei", "commissioner")
    content = lead.get(at("assignment-file")).content.decode("utf-8-sig")

    def bring(text: str) -> tuple[int, str]:
        file = SimpleUploadedFile("专员.csv", text.encode())
        reply = lead.post(at("bring-assignments"), {"file": file, "reason": "分工"})
        return reply.status_code, reply.content.decode()

    changed = content.replace('"甲公司",""', '"甲公司","wei"')
    assert changed != content
    wrong = changed + '"","没有这家","wei",""\r\n'
    status, page = bring(wrong)
    assert (status, Assignment.objects.count()) == (422, 0)
    assert "findings" in page
    assert bring("乱写")[0] == 422
    assert bring(changed)[0] == 302
    assert Assignment.objects.get().person.username == "wei"


def test_names_and_reasons_are_text_and_never_markup(client_of: Callable[[str], Client], company: Company, zone: Zone) -> None:
    guard, admin, lead = (client_of(r) for r in ("security_officer", "company_admin", "desk_lead"))
    Person.objects.update(last_name=STRANGE[:60])
    Company.objects.update(name=STRANGE)
    Organisation.objects.filter(company=company).update(name=STRANGE)
    person = Person.objects.create_user("claims", last_name=STRANGE)
    actions.claim_company(person, credit_code=KNOWN, proof=STRANGE)
    top = actions.house_office()
    RoleGrant.objects.create(person=person, organisation=top, role="zone_reader", reason=STRANGE, asked_by=person)
    guard.post(at("invite"), {"name": STRANGE, "organisation": top.pk, "role": "zone_reader", "reason": STRANGE})
    pages = [guard.get(at(n)) for n in ("people", "waiting", "claims", "profile")]
    pages += [admin.get(at("company-people")), lead.get(at("commissioners")), guard.get(at("people"), {"q": STRANGE})]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_speaks_both_languages(language: str, client_of: Callable[[str], Client]) -> None:
    for name, role in (*COSTS, ("claim", "zone_reader"), ("invited", "zone_reader")):
        if name == "assignment-file":
            continue
        page = client_of(role).get(at(name, language=language)).content.decode()
        assert f'<html lang="{"en" if language == "en" else "zh-Hans"}">' in page
        assert (page.count("<h1"), "%(" in page) == (1, False)


def test_forms_need_their_token(client_of: Callable[[str], Client]) -> None:
    strict = Client(enforce_csrf_checks=True)
    client_of("security_officer")
    strict.force_login(Person.objects.get(username="security_officer"))
    assert {strict.post(at(name)).status_code for name in SENDS} == {403}
