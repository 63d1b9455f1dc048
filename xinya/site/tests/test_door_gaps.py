"""What a half-open door must not let through: acts before the second proof, floods of the log, one officer as another."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.site.backends import PasswordBackend
from xinya.site.tests.conftest import app_of, at, code_of, knock, shift
from xinya.zones import actions
from xinya.zones.actions import qr as qr_actions
from xinya.zones.actions.accounts import lock_person
from xinya.zones.actions.factors import remove_all_factors
from xinya.zones.actions.passwords import renew_officer, reset_password
from xinya.zones.actions.people import enter_membership, house_office
from xinya.zones.actions.sessions import FRESH, end_sessions, prove_session
from xinya.zones.engine import qr as limits
from xinya.zones.models import ApiKey, Claim, Company, Membership, Organisation, Person, QrSignIn, RoleGrant, SessionRecord, Zone
from xinya.zones.tests.people import PASSWORD, someone

pytestmark = pytest.mark.django_db
CODE = "91210100MA10000013"


def refusal(act: object, *args: object, **said: object) -> Refused:
    assert callable(act)
    with pytest.raises(Refused) as found:
        act(*args, **said)
    return found.value


# --- duties before acts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["claim", "invited"])
def test_a_session_that_still_owes_its_second_factor_neither_claims_nor_joins(company_person: Person, page: str) -> None:
    app_of(company_person)
    client = Client()
    knock(client, "company")
    said = {"credit_code": CODE, "proof": "法定代表人", "code": "x" * 20}
    assert client.post(at(page), said)["Location"].startswith(at("prove"))
    assert client.get(at(page))["Location"].startswith(at("prove"))
    assert not Claim.objects.exists()


def test_a_guest_still_opens_the_pages_for_new_people(db: None) -> None:
    assert Client().get(at("claim")).status_code == 200
    assert Client().get(at("invited")).status_code == 200


# --- fresh proof ----------------------------------------------------------------------------------------------------


def test_keys_and_passwords_of_others_are_given_after_a_fresh_proof_only(officer: Person, security: Person) -> None:
    guard, before = Client(), officer.password
    knock(guard, "security")
    shift(guard, proved=FRESH)
    app_of(officer)
    for verb in ("reset", "remove-keys"):
        reply = guard.post(at("account", officer.pk), {"verb": verb, "reason": "lost"})
        assert reply["Location"].startswith(at("prove"))
        assert at("account", officer.pk) in reply["Location"].replace("%2F", "/")
    officer.refresh_from_db()
    assert officer.password == before
    assert guard.post(at("prove"), {"password": PASSWORD}).status_code == 302
    assert guard.post(at("account", officer.pk), {"verb": "reset", "reason": "lost"}).status_code == 200


def test_a_key_of_the_company_is_made_after_a_fresh_proof_only(zone: Zone) -> None:
    company = Company.objects.create(zone=zone, name="海港机器", name_key="海港机器")
    Organisation.objects.create(company=company, kind="COMPANY", name=company.name, zone=zone)
    someone("boss", "company_admin", company=company)
    client = Client()
    knock(client, "boss")
    shift(client, proved=FRESH)
    said = {"name": "ERP", "scopes": ["read"], "expires_on": str(timezone.localdate() + datetime.timedelta(days=30)), "limit": 60}
    assert client.post(at("make-key"), said)["Location"].startswith(at("prove"))
    assert not ApiKey.objects.exists()


# --- floods ---------------------------------------------------------------------------------------------------------


def test_an_address_asks_for_so_many_codes_a_minute_and_the_log_does_not_grow_by_more(with_qr: object) -> None:
    client = Client()
    for _again in range(limits.ASKS_A_MINUTE):
        assert client.post(at("qr")).status_code == 302
    rows = AuditRow.objects.count()
    reply = client.post(at("qr"))
    assert reply.status_code == 429
    assert reply.headers["Retry-After"]
    assert AuditRow.objects.count() == rows
    assert QrSignIn.objects.count() == limits.ASKS_A_MINUTE
    assert Client(REMOTE_ADDR="198.51.100.7").post(at("qr")).status_code == 302


def test_refused_passkeys_are_logged_up_to_a_number_a_minute(db: None) -> None:
    from xinya.zones.views.passkeys import FAILURES_A_MINUTE

    client, where = Client(), at("otp_webauthn:credential-authentication-complete")
    codes = [client.post(where, "{}", content_type="application/json").status_code for _again in range(FAILURES_A_MINUTE + 3)]
    assert codes[-3:] == [429, 429, 429]
    assert 429 not in codes[:-3]
    assert AuditRow.objects.filter(act="passkey-refused").count() == FAILURES_A_MINUTE


def test_a_refusal_that_a_form_shows_is_logged_as_well_and_a_mere_slip_is_not(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    assert client.post(at("change-password"), {"old": "", "new": "x", "again": "x"}).status_code == 422
    assert not AuditRow.objects.filter(ok=False).exists()
    assert client.post(at("change-password"), {"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}).status_code == 422
    row = AuditRow.objects.get(ok=False)
    assert row.act == "POST change-password"
    assert "password-same" in row.text
    assert client.post(at("change-password"), {"old": "", "new": "x", "again": "x"}).status_code == 422
    assert AuditRow.objects.filter(ok=False).count() == 1


# --- the end of all sessions ----------------------------------------------------------------------------------------


def test_with_all_sessions_end_the_codes_that_the_phone_approved(officer: Person) -> None:
    now = timezone.now()
    row, device_code = qr_actions.ask(address="203.0.113.5", device="Firefox", now=now)
    phone = qr_actions.Phone(officer, "203.0.113.5", now)
    qr_actions.see(phone, code=row.user_code, now=now)
    qr_actions.approve(phone, code=row.user_code, number=row.check_number, now=now)
    end_sessions(officer, reason="lost phone")
    assert refusal(qr_actions.collect, device_code, now=now).code == "no-code"


def test_a_session_that_was_ended_while_its_person_proved_stays_ended(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    session = client.session
    SessionRecord.objects.all().delete()
    assert refusal(prove_session, session, person=officer, now=timezone.now()).code == "session-over"
    assert session.session_key is None
    assert client.get("/en/").status_code == 302


# --- officers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["system_officer", "audit_officer", "security_officer"])
def test_the_security_officer_alone_becomes_no_other_officer(security: Person, role: str) -> None:
    other = someone("other", role)
    app_of(other)
    before = other.password
    assert refusal(reset_password, security, person=other, reason="lost").code == "officer-account"
    assert refusal(remove_all_factors, security, person=other, reason="lost").code == "officer-account"
    client = Client()
    client.force_login(security)
    page = client.get(at("account", other.pk)).content.decode()
    assert "xinya site renew-officer other" in page
    assert 'value="reset"' not in page
    assert client.post(at("account", other.pk), {"verb": "reset", "reason": "lost"}).status_code == 403
    other.refresh_from_db()
    assert other.password == before


def test_who_runs_the_machine_opens_an_officer_s_door_anew(security: Person, capsys: pytest.CaptureFixture[str]) -> None:
    from xinya.cli.main import main

    device = app_of(security)
    client = Client()
    knock(client, "security")
    client.post(at("prove"), {"code": code_of(device)})
    assert main(["site", "renew-officer", "nobody", "--reason", "phone lost"]) != 0
    assert "officer" in capsys.readouterr().err
    password = renew_officer("shell", name="security", reason="phone lost, seen in person")
    assert client.get("/en/").status_code == 302
    security.refresh_from_db()
    assert security.check_password(password)
    assert security.must_change_password
    row = AuditRow.objects.get(act="renew-officer")
    assert row.object == f"person:{security.pk}"


def test_a_business_account_is_not_renewed_at_the_shell(officer: Person) -> None:
    assert refusal(renew_officer, "shell", name="officer", reason="phone lost").code == "no-officer"


def test_the_last_officer_of_a_duty_is_not_locked_out(security: Person) -> None:
    someone("head", "office_head")
    auditor = someone("audit", "audit_officer")
    assert refusal(lock_person, security, person_id=auditor.pk, reason="on leave").code == "last-officer"
    someone("audit-2", "audit_officer")
    assert lock_person(security, person_id=auditor.pk, reason="on leave").state == "LOCKED"


# --- machines and the two sides -------------------------------------------------------------------------------------


def test_a_machine_signs_in_by_no_password_and_says_no_yes(security: Person) -> None:
    machine = actions.add_system(security, name="erp")
    machine.set_password(PASSWORD)
    machine.save()
    assert PasswordBackend().authenticate(None, machine.username, PASSWORD) is None
    enter_membership(machine, organisation=house_office(), role="office_head")
    receiver = Person.objects.create_user("new")
    grant = actions.ask_role(security, person=receiver, organisation=house_office(), role="zone_reader", reason="new colleague")
    assert refusal(actions.agree_role, machine, grant_id=grant.pk).code == "no-machine"


def test_whoever_speaks_for_a_company_gets_no_role_of_the_zone(company_person: Person, security: Person) -> None:
    said = {"organisation": house_office(), "role": "zone_reader"}
    assert refusal(enter_membership, company_person, **said).code == "works-for-zone"
    assert refusal(actions.ask_role, security, person=company_person, reason="helps out", **said).code == "works-for-zone"
    assert Membership.objects.filter(person=company_person).count() == 1
    assert not RoleGrant.objects.exists()


def test_whoever_works_for_the_zone_gets_no_role_in_a_company(officer: Person, company_person: Person) -> None:
    company = Organisation.objects.get(kind="COMPANY")
    assert refusal(enter_membership, officer, organisation=company, role="company_user").code == "works-for-zone"
