"""People come in and get their roles: an invitation taken on a phone, a role by two people's yes, the switch in the page head."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import PHONE, Site
from xinya.zones.tests.test_claims import UNKNOWN

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
GOOD = "zhe-shi-yi-ge-chang-mi-ma"


def enter(site: Site, name: str) -> Page:
    """Sign in by name with the password of these tests."""
    site.passwords[name] = GOOD
    return site.sign_in(name, typed=True)


@pytest.mark.parametrize("script", [True, False])
def test_a_company_s_administrator_invites_and_the_invited_come_in_on_a_phone(site: Site, script: bool) -> None:
    admin = site.sign_in("company")
    site.go(admin, "my-company/people/")
    admin.fill("#id_name", "新同事")
    admin.click("main form[action*=invite] button")
    link = admin.inner_text("#invitation-link")
    phone = site.open(PHONE, script=script)
    phone.goto(link)
    if not script:
        phone.fill("#id_code", link.partition("#")[2])
    assert phone.input_value("#id_code") == link.partition("#")[2]
    assert script == ("#" not in phone.url)
    for field, value in (("name", "新同事"), ("phone", "13812345678"), ("password", GOOD), ("again", GOOD)):
        phone.fill(f"#id_{field}", value)
    phone.click("main form button[type=submit]")
    name = phone.inner_text("#new-user-name")
    page = enter(site, name)
    site.go(page, "me/")
    expect(page.locator("main")).to_contain_text("企业用户")
    site.go(admin, "my-company/people/")
    expect(admin.locator("main")).to_contain_text("138****5678")
    admin.get_by_role("button", name="显示 新同事").click()
    expect(admin.locator("main")).to_contain_text("13812345678")
    page.reload()
    expect(page.locator("main")).to_contain_text("company")


def test_a_role_holds_when_the_security_officer_and_the_office_head_have_said_yes(site: Site) -> None:
    reader = site.sign_in("reader")
    for officer in ("security", "head"):
        page = site.sign_in(officer)
        site.go(page, "people/waiting/")
        page.get_by_role("button", name="同意 reader").click()
    site.go(reader, "me/")
    expect(reader.locator("h2")).to_contain_text("登录")
    reader = site.sign_in("reader")
    chosen = reader.locator(".bar .page > .tools form.switch")
    chosen.locator("select").select_option(label="管委会 · 企业服务专员")
    chosen.locator("button").click()
    expect(reader.locator("main")).to_contain_text("服务专员")
    site.go(reader, "me/")
    expect(reader.locator("main")).to_contain_text("我的缺勤")


def test_the_desk_lead_assigns_a_commissioner_and_a_company_s_people_claim_it(site: Site) -> None:
    lead = site.sign_in("desk")
    site.go(lead, "zones/shenyang/commissioners/?orphans=yes")
    row = lead.locator("main tbody tr").nth(1)
    row.locator("summary").click()
    row.locator("input[name=commissioner]").fill("commissioner")
    row.locator("button").click()
    expect(lead.locator("main")).to_contain_text("分派自今天起生效")
    stranger = site.open()
    site.go(stranger, "claim/")
    for field, value in (
        ("credit_code", UNKNOWN), ("proof", "法定代表人"), ("name", "林某"), ("password", GOOD), ("again", GOOD),
    ):  # fmt: skip
        stranger.fill(f"#id_{field}", value)
    stranger.click("main form button[type=submit]")
    expect(stranger.locator("main")).to_contain_text("谢谢")
    site.go(lead, "claims/")
    expect(lead.locator("main")).to_contain_text("尚不在任何企业名单中")
