"""Second factors: asked for where a role needs one, set up, proved, lost; recovery codes work once; passwords are good ones."""

import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, resolve
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from xinya.kit.models import AuditRow
from xinya.site.tests.conftest import NEW, app_of, at, code_of, knock, shift
from xinya.zones.actions.factors import renew_codes
from xinya.zones.actions.sessions import FRESH
from xinya.zones.models import Person, RecoveryCodes, SessionRecord
from xinya.zones.tests.people import PASSWORD

pytestmark = pytest.mark.django_db
OPEN_AT_SET_UP = {"set-up", "totp", "recovery-codes", "prove", "sign-out", "sign-in"}


def proved(person: Person) -> Client:
    """Signed in with password and app."""
    client, device = Client(), app_of(person)
    knock(client, person.username)
    client.post(at("prove"), {"code": code_of(device)})
    return client


def codes_on(text: str) -> list[str]:
    return re.findall(r'<li class="code">([a-z0-9-]+)</li>', text)


@pytest.mark.usefixtures("strict")
def test_an_officer_without_a_second_factor_is_led_to_the_set_up_and_reaches_nothing_else(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    seen = 0
    for name in names:
        if name in OPEN_AT_SET_UP or name in ("health", "api-1.0.0:openapi-json"):
            continue
        try:
            path = at(name)
        except NoReverseMatch:  # it needs arguments: the ones below stand for those
            continue
        if not getattr(resolve(path).func, "login_required", True):
            continue
        reply = client.get(path)
        seen += 1
        assert reply.status_code == 302, name
        assert "/set-up/" in reply["Location"], name
    assert seen > 8
    for path in ("/en/zones/harbour/", "/en/zones/harbour/companies/"):
        assert client.get(path)["Location"].startswith(at("set-up"))
    assert client.get("/api/v1/zones").status_code == 401
    assert client.post("/en/zones/new/", {"name": "x"})["Location"] == at("set-up")
    assert client.get(at("set-up")).status_code == 200


@pytest.mark.usefixtures("strict")
def test_an_officer_sets_up_the_app_and_is_in(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    assert client.post(at("totp")).status_code == 302
    page = client.get(at("totp")).content.decode()
    assert "<svg" in page
    device = TOTPDevice.objects.get(user=officer)
    assert not device.confirmed
    assert client.get("/en/")["Location"].startswith(at("set-up"))
    assert client.post(at("totp"), {"code": "000000"}).status_code == 422
    assert client.post(at("totp"), {"code": code_of(device)}).status_code == 302
    assert client.get("/en/").status_code == 200
    assert client.get("/api/v1/zones").status_code == 200


@pytest.mark.usefixtures("strict")
def test_a_stolen_password_cannot_set_up_a_factor_of_its_own(officer: Person) -> None:
    app_of(officer)
    thief = Client()
    knock(thief, "officer")
    for name in ("totp", "recovery-codes", "change-password", "my-sign-in", "set-up"):
        reply = thief.post(at(name), {"code": "000000"})
        assert reply.status_code == 302
        assert reply["Location"].startswith(at("prove"))
    for name in ("registration/begin/", "registration/complete/"):
        assert thief.post(f"/en/passkeys/{name}", {}, content_type="application/json").status_code == 302
    assert TOTPDevice.objects.count() == 1
    assert thief.get("/api/v1/zones").status_code == 401


def test_a_company_is_offered_a_second_factor_and_asked_for_it_once_it_has_one(company_person: Person) -> None:
    client = Client()
    knock(client, "company")
    assert client.get(at("my-sign-in")).status_code == 200
    device = app_of(company_person)
    other = Client()
    knock(other, "company")
    assert other.get(at("my-sign-in"))["Location"].startswith(at("prove"))
    assert other.post(at("prove"), {"code": code_of(device)}).status_code == 302
    assert other.get(at("my-sign-in")).status_code == 200


def test_in_a_demonstration_nobody_needs_one(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    assert client.get("/en/").status_code == 200


def test_ten_recovery_codes_are_shown_once_and_stored_as_digests(officer: Person) -> None:
    client = proved(officer)
    page = client.post(at("recovery-codes"))
    codes = codes_on(page.content.decode())
    assert len(set(codes)) == 10
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert len(stored) == 10
    assert not stored & {code.replace("-", "") for code in codes}
    assert "no-store" in page["Cache-Control"]
    assert not any(code in client.get(at("my-sign-in")).content.decode() for code in codes)
    assert not any(code in row.text for code in codes for row in AuditRow.objects.all())


def test_a_recovery_code_opens_once(officer: Person) -> None:
    app_of(officer)
    code = renew_codes(officer)[3]
    client = Client()
    knock(client, "officer")
    assert client.post(at("prove"), {"code": code.upper()}).status_code == 302
    assert client.get("/en/").status_code == 200
    again = Client()
    knock(again, "officer")
    assert again.post(at("prove"), {"code": code}).status_code == 422
    assert again.get("/en/").status_code == 302
    assert StaticToken.objects.count() == 9


def test_new_codes_end_the_old_ones_and_other_people_s_open_nothing(officer: Person, company_person: Person) -> None:
    app_of(officer)
    old, others = renew_codes(officer)[0], renew_codes(company_person)[0]
    renew_codes(officer)
    client = Client()
    knock(client, "officer")
    assert client.post(at("prove"), {"code": old}).status_code == 422
    assert RecoveryCodes.objects.get(user=officer).token_set.count() == 10
    fresh = Client()
    knock(fresh, "officer")
    assert fresh.post(at("prove"), {"code": others}).status_code == 422


def test_a_code_of_the_app_is_taken_once(officer: Person) -> None:
    device = app_of(officer)
    code = code_of(device)
    first, second = Client(), Client()
    knock(first, "officer")
    knock(second, "officer")
    assert first.post(at("prove"), {"code": code}).status_code == 302
    assert second.post(at("prove"), {"code": code}).status_code == 422


@pytest.mark.usefixtures("strict")
def test_the_last_key_of_an_officer_stays(officer: Person) -> None:
    client = proved(officer)
    assert client.post(at("remove-totp")).status_code == 409
    assert TOTPDevice.objects.count() == 1


def test_a_company_may_take_its_key_away(company_person: Person) -> None:
    client = proved(company_person)
    assert client.post(at("remove-totp")).status_code == 302
    assert not TOTPDevice.objects.exists()


def test_keys_change_only_within_ten_minutes_of_a_proof(officer: Person) -> None:
    client = proved(officer)
    shift(client, proved=FRESH)
    for name in ("totp", "recovery-codes", "remove-totp"):
        assert client.post(at(name))["Location"].startswith(at("prove"))
    assert not RecoveryCodes.objects.exists()
    device = TOTPDevice.objects.get()
    client.post(at("prove"), {"code": code_of(device), "next": at("my-sign-in")})
    assert client.post(at("recovery-codes")).status_code == 200


def test_without_a_key_the_proof_is_the_password_again_and_guessing_it_pauses(company_person: Person) -> None:
    client = Client()
    knock(client, "company")
    shift(client, proved=FRESH)
    assert client.post(at("totp"))["Location"].startswith(at("prove"))
    for _ in range(5):
        assert client.post(at("prove"), {"password": "wrong"}).status_code == 422
    assert client.post(at("prove"), {"password": PASSWORD}).status_code == 422


def test_lost_keys_are_taken_away_by_the_security_officer_and_never_by_oneself(officer: Person, security: Person) -> None:
    client = proved(officer)
    guard = Client()
    guard.force_login(security)
    guard.post(at("account", officer.pk), {"verb": "remove-keys", "reason": "phone lost, seen in person"})
    assert not TOTPDevice.objects.exists()
    assert client.get("/en/").status_code == 302
    assert knock(Client(), "officer") == 302
    app_of(security)
    assert guard.post(at("account", security.pk), {"verb": "remove-keys", "reason": "mine"}).status_code == 403


# --- passwords ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "12"),
        ("password1234", "common"),
        ("officer-officer", "your own"),
        ("1234567890123", "common"),
        (PASSWORD, "differ"),
    ],
)
def test_a_poor_password_is_refused_with_the_reason(officer: Person, password: str, why: str) -> None:
    client = Client()
    knock(client, "officer")
    reply = client.post(at("change-password"), {"old": PASSWORD, "new": password, "again": password})
    assert reply.status_code == 422
    assert why in reply.content.decode()
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_a_change_needs_the_old_password_and_ends_all_other_sessions(officer: Person) -> None:
    here, there = Client(), Client()
    knock(here, "officer")
    knock(there, "officer")
    assert here.post(at("change-password"), {"old": "wrong", "new": NEW, "again": NEW}).status_code == 422
    assert here.post(at("change-password"), {"old": PASSWORD, "new": NEW, "again": NEW + "x"}).status_code == 422
    assert here.post(at("change-password"), {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 302
    assert here.get("/en/").status_code == 200
    assert there.get("/en/").status_code == 302
    assert SessionRecord.objects.get().key == here.session.session_key
    assert knock(Client(), "officer", NEW) == 302


def test_after_a_reset_only_the_page_for_a_new_password_opens(officer: Person, security: Person) -> None:
    own, guard = Client(), Client()
    knock(own, "officer")
    guard.force_login(security)
    page = guard.post(at("account", officer.pk), {"verb": "reset", "reason": "forgotten"}).content.decode()
    given = re.search(r'id="new-password">([^<]+)<', page)
    assert given is not None
    assert own.get("/en/").status_code == 302
    client = Client()
    assert knock(client, "officer", given[1]) == 302
    assert client.get("/en/")["Location"].startswith(at("change-password"))
    assert client.get("/api/v1/zones").status_code == 401
    client.post(at("change-password"), {"old": given[1], "new": NEW, "again": NEW})
    assert client.get("/en/").status_code == 200


def test_passwords_are_stored_by_argon2() -> None:
    from xinya.site import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_i_choose_my_language_and_pages_open_in_it(officer: Person) -> None:
    client = Client()
    knock(client, "officer")
    assert client.post(at("choose-language"), {"language": "en"})["Location"] == at("my-sign-in")
    assert client.post(at("choose-language"), {"language": "fr"}).status_code == 302
    officer.refresh_from_db()
    assert officer.language == "en"
    client.post(at("sign-out"))
    assert client.get("/")["Location"] == "/en/", "an address without a language opens in the chosen one"
