"""The door in a real browser: passkeys, a phone that lends its sign-in, guessing and recovery, text kept over an idle end."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.journeys.house import PHONE, WIDE, Site
from tests.journeys.looks import WIDER, findings, show
from tests.journeys.windows import Windows
from xinya.zones.actions.factors import renew_codes
from xinya.zones.models import Person, QrSignIn, SessionRecord, Zone
from xinya.zones.tests.people import PASSWORD, someone

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
BOTH = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
TONGUES = pytest.mark.parametrize("language", ["zh-hans", "en"])


@dataclass
class Door:
    """The site with people who have passwords and nothing else."""

    site: Site
    language: str = "zh-hans"
    size: tuple[int, int] = WIDE

    def open(self, *, keep: bool = True) -> Page:
        """A fresh browser whose person chose the language before: some addresses, such as those in a QR code, name none."""
        page = self.site.open(self.size, keep=keep)
        page.context.add_cookies([{"name": "django_language", "value": self.language, "url": self.site.address}])
        return page

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.site.address}/{self.language}/{path}")

    def sign_in(self, page: Page, name: str, password: str = PASSWORD) -> None:
        self.go(page, "sign-in/")
        page.fill("#id_username", name)
        page.fill("#id_password", password)
        page.click("main form:has(#id_username) button[type=submit]")

    def look(self, page: Page) -> None:
        """Accessible, not too wide, and in the reader's language."""
        assert findings(page, contrast=self.language == "zh-hans") == []
        for width in (self.size[0], 320):
            show(page, (width, self.size[1]))
            assert not page.evaluate(WIDER), width
        show(page, self.size)
        title = page.locator("h1").inner_text()
        assert bool(re.search(r"[\u4e00-\u9fff]", title)) is (self.language == "zh-hans"), title


@pytest.fixture
def door(windows: Windows, live_server: LiveServer, settings: Any) -> Iterator[Door]:
    settings.ADDRESS = live_server.url
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [live_server.url]
    settings.OTP_WEBAUTHN_RP_ID = "localhost"
    settings.QR_SIGN_IN = True
    settings.SECOND_FACTOR_REQUIRED = True
    zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour")
    someone("officer", "chain_officer", zone=zone)
    someone("founder", "chain_officer")
    someone("security", "security_officer")
    site = Site(live_server.url, windows, {})
    yield Door(site)
    site.close()


def with_authenticator(page: Page) -> Any:
    """A virtual device that holds passkeys and knows its person."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session


@BOTH
@TONGUES
def test_an_officer_adds_a_passkey_and_signs_in_with_it(door: Door, language: str, size: tuple[int, int]) -> None:
    door.language, door.size = language, size
    page = door.open(keep=False)
    with_authenticator(page)
    door.sign_in(page, "officer")
    expect(page).to_have_url(re.compile("/set-up/"))
    door.look(page)
    page.click("#passkey-register-button")
    expect(page.locator("th[scope=row]").first).to_contain_text("Chrome")
    # One key and nothing else is not enough: the door stays at the set-up until there is a spare way in.
    door.go(page, "")
    expect(page).to_have_url(re.compile("/set-up/"))
    page.click("form[action$='/codes/'] button")
    expect(page.locator("ol li.code")).to_have_count(10)
    door.look(page)
    page.click("main a.btn.main")
    expect(page).to_have_url(re.compile("/my-sign-in/"))
    door.look(page)
    sign_out(page, size)
    door.go(page, "sign-in/")
    door.look(page)
    page.click("#passkey-verification-button")
    expect(page).to_have_url(re.compile("/(zh-hans|en)/$"))
    person = Person.objects.get(username="officer")
    assert SessionRecord.objects.get(person=person).way == "passkey"


def sign_out(page: Page, size: tuple[int, int]) -> None:
    """By the bar; on a phone everything of the bar stands in its menu."""
    if size == PHONE:
        page.click("details.menu summary")
    page.click(("details.menu" if size == PHONE else ".page > .tools") + " form[action$='/sign-out/'] button")


def ask(door: Door, computer: Page) -> tuple[str, str]:
    """The computer asks; code and number that it shows."""
    door.go(computer, "sign-in/")
    computer.click("form[action$='/by-phone/'] button")
    code = computer.inner_text("#user-code").replace("-", "")
    return code, computer.inner_text("#check-number")


@BOTH
@TONGUES
def test_a_phone_lends_its_sign_in_to_a_computer(door: Door, language: str, size: tuple[int, int], settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    door.language, door.size = language, size
    door.site.allowed += ["404", "422"]
    computer, phone, stranger = door.open(), door.open(), door.open()

    # A phone that is signed out gets the sign-in page, and nothing moves.
    code, number = ask(door, computer)
    door.look(computer)
    phone.goto(f"{door.site.address}/q/{code}")
    expect(phone).to_have_url(re.compile("/sign-in/"))
    assert QrSignIn.objects.get().state == "waiting"

    # Signed in, it sees the computer, says yes, picks the number; the computer goes on by itself.
    door.sign_in(phone, "officer")
    phone.goto(f"{door.site.address}/q/{code}")
    expect(phone.locator("dl")).to_contain_text("127.0.0.1")
    phone.click("button[value=see]")
    phone.click(f"button[name=number][value='{number}']")
    expect(phone).to_have_url(re.compile("/approved/"))
    door.look(phone)
    expect(computer).to_have_url(re.compile("/(zh-hans|en)/$"), timeout=10_000)
    assert SessionRecord.objects.filter(way="qr").count() == 1

    # Used again: not known. Another browser with the code: nothing to collect.
    phone.goto(f"{door.site.address}/q/{code}")
    expect(phone.locator(".note.bad")).to_be_visible()
    door.go(stranger, "sign-in/by-phone/")
    expect(stranger.locator("#user-code")).to_have_count(0)

    # One press on the phone ends the computer's session.
    door.go(phone, "my-sign-in/")
    phone.click(f"form[action$='/sessions/{SessionRecord.objects.get(way='qr').pk}/end/'] button")
    door.go(computer, "")
    expect(computer).to_have_url(re.compile("/sign-in/"))

    # A wrong number ends the code; an old code is not known.
    code, number = ask(door, computer)
    phone.goto(f"{door.site.address}/q/{code}")
    phone.click("button[value=see]")
    phone.locator("button[name=number]").filter(has_not_text=number).first.click()
    expect(phone.locator(".note.bad")).to_be_visible()
    expect(computer.locator("#qr-state")).to_be_visible(timeout=10_000)
    code, number = ask(door, computer)
    QrSignIn.objects.update(expires_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    phone.goto(f"{door.site.address}/q/{code}")
    expect(phone.locator(".note.bad")).to_be_visible()
    computer.click("#qr-collect button")
    expect(computer.locator("#user-code")).to_have_count(0)


@BOTH
@TONGUES
def test_guessing_pauses_the_door_and_a_recovery_code_opens_it(door: Door, language: str, size: tuple[int, int]) -> None:
    door.language, door.size = language, size
    officer = Person.objects.get(username="officer")
    from django_otp.plugins.otp_totp.models import TOTPDevice

    TOTPDevice.objects.create(user=officer, name="totp")
    codes = renew_codes(officer)
    page = door.open()
    for _ in range(5):
        door.sign_in(page, "officer", "wrong password")
    wrong = page.inner_text(".note.bad")
    door.look(page)
    door.sign_in(page, "officer")
    assert page.inner_text(".note.bad") != wrong
    assert "15" in page.inner_text(".note.bad")

    guard = door.open()
    security = Person.objects.get(username="security")
    TOTPDevice.objects.create(user=security, name="totp")
    guard_codes = renew_codes(security)
    door.sign_in(guard, "security")
    guard.fill("#id_code", guard_codes[0])
    guard.click("#proof button")
    expect(guard).to_have_url(re.compile("/(zh-hans|en)/$"))
    door.go(guard, "accounts/")
    door.look(guard)
    guard.click("th a:text-is('officer')")
    door.look(guard)
    guard.fill("#id_reason", "本人到场")
    guard.click("button[value=unlock]")
    expect(guard.locator("button[value=unlock]")).to_have_count(0)

    door.sign_in(page, "officer")
    expect(page).to_have_url(re.compile("/prove/"))
    door.look(page)
    page.fill("#id_code", codes[0])
    page.click("#proof button")
    expect(page).to_have_url(re.compile("/(zh-hans|en)/$"))
    expect(page.locator(".note.warning")).to_contain_text("9")
    again = door.open()
    door.sign_in(again, "officer")
    again.fill("#id_code", codes[0])
    door.site.allowed.append("422")
    again.click("#proof button")
    expect(again.locator(".note.bad")).to_be_visible()


def test_text_that_was_typed_when_the_session_ended_stands_in_the_form_again(door: Door, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    from django.contrib.sessions.backends.db import SessionStore

    page = door.open()
    door.sign_in(page, "founder")
    door.go(page, "zones/new/")
    page.fill("#id_name", "新区一号")
    page.fill("#id_code", "new-one")
    page.locator("input[name=chains]").nth(1).check()
    session = SessionStore(SessionRecord.objects.get().key)
    session["seen"] -= 15 * 60
    session.save()
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.fill("#id_username", "founder")
    page.fill("#id_password", PASSWORD)
    page.click("main form:has(#id_username) button[type=submit]")
    expect(page).to_have_url(re.compile("/zones/new/$"))
    expect(page.locator("#id_name")).to_have_value("新区一号")
    expect(page.locator("#id_code")).to_have_value("new-one")
    expect(page.locator("input[name=chains]").nth(1)).to_be_checked()
    expect(page.locator("input[name=chains]").nth(0)).not_to_be_checked()
    door.look(page)
    assert not Zone.objects.filter(code="new-one").exists()
    page.click("#kept-text form button")
    expect(page.locator("#kept-text")).to_have_count(0)


def test_without_script_a_button_goes_on(door: Door, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    computer, phone = door.site.open(script=False), door.open()
    door.sign_in(phone, "officer")
    code, number = ask(door, computer)
    computer.click("#qr-collect button")
    expect(computer.locator("#user-code")).to_be_visible()
    phone.goto(f"{door.site.address}/q")
    phone.fill("#id_code", code.lower())
    phone.click("main form button")
    phone.click("button[value=see]")
    phone.click(f"button[name=number][value='{number}']")
    computer.click("#qr-collect button")
    expect(computer).to_have_url(re.compile("/(zh-hans|en)/$"))
