"""A newcomer sees where Shenyang's civil-aviation chains break, and why."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.house import PHONE, Site
from xinya.zones.files.case import shipped_case

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
GAP = "zones/shenyang/segments/composite-part/"


def test_a_newcomer_finds_the_composites_gap_from_the_first_page(site: Site) -> None:
    page = site.sign_in("reader", typed=True)
    page.get_by_role("link", name="沈阳高新区").click()
    expect(page.locator("h1")).to_contain_text("3条产业链")
    expect(page.locator("#first-gap")).to_contain_text("中航沈飞民用飞机有限责任公司")
    page.locator("section", has=page.locator("#first-gap")).get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("缺失")
    expect(page.locator("#paragraph")).to_contain_text("没有企业生产")
    page.locator("details.why summary").first.click()
    expect(page.locator("details.why").first).to_contain_text("门槛")


def test_the_gap_is_missing_then_being_built_then_closed(site: Site) -> None:
    page = site.sign_in("reader")
    site.go(page, GAP)
    expect(page.locator("h1")).not_to_contain_text("在建")
    page.locator("#before-after").get_by_role("link", name="2025-03-21").click()
    expect(page.locator("h1")).to_contain_text("缺失")
    expect(page.locator("h1")).to_contain_text("在建")
    page.locator("#before-after").get_by_role("link", name="2026-06-30").click()
    expect(page.locator("h1")).to_contain_text("单薄")
    expect(page.locator("main")).to_contain_text("虚构")


def test_the_map_lights_a_path_and_its_table_says_the_same(site: Site) -> None:
    page = site.sign_in("reader")
    site.go(page, "zones/shenyang/chains/aero-structures/")
    node = page.locator('svg.chain .nd[data-n="composite-part"]')
    node.hover()
    expect(page.locator("svg.chain")).to_have_class(re.compile("pick"))
    assert page.locator("svg.chain .nd.on").count() > 3
    drawn = page.locator("svg.chain .nd").count()
    rows = page.locator("#table tbody tr:not(.grp)").count()
    assert drawn == rows > 100
    page.locator('[data-zoom="1"]').click()
    node.click()
    expect(page.locator("h1")).to_contain_text("航空复合材料")


def test_the_language_switch_keeps_page_and_day(site: Site) -> None:
    page = site.sign_in("reader")
    site.go(page, GAP + "?on=2025-04-01")
    page.locator(".tools").get_by_role("link", name="EN").first.click()
    expect(page).to_have_url(re.compile(r"/en/zones/shenyang/segments/composite-part/\?on=2025-04-01"))
    expect(page.locator("h1")).to_contain_text("Aircraft composite parts")
    expect(page.locator("#paragraph")).to_contain_text("AVIC SAC")
    page.locator(".tools").get_by_role("link", name="中文").first.click()
    expect(page.locator("h1")).to_contain_text("航空复合材料")


def test_on_paper_the_bar_is_gone_and_the_reasons_are_open(site: Site) -> None:
    page = site.sign_in("reader")
    site.go(page, GAP)
    page.emulate_media(media="print")
    expect(page.locator("header.bar")).to_be_hidden()
    expect(page.locator("#paragraph")).to_be_visible()
    site.go(page, "zones/shenyang/chains/gas-turbine/")
    expect(page.locator("svg.chain")).to_be_visible()


def test_on_a_phone_the_map_becomes_a_strip_and_cards(site: Site) -> None:
    page = site.sign_in("reader", PHONE)
    site.go(page, "zones/shenyang/chains/aero-structures/")
    expect(page.locator("svg.chain")).to_be_hidden()
    expect(page.locator("main svg.strip").first).to_be_visible()
    page.locator("details.menu summary").click()
    page.locator("details.menu").get_by_role("link", name="企业", exact=True).click()
    expect(page.locator("h1")).to_contain_text("49家企业")


def test_every_zone_shows_its_gaps_and_a_map_of_each_of_its_chains_and_says_that_it_is_invented(site: Site) -> None:
    page = site.sign_in("reader")
    for zone in shipped_case().zones:
        site.go(page, f"zones/{zone.code}/")
        expect(page.locator("main")).to_contain_text("处缺口")
        expect(page.locator("footer")).to_contain_text("演示")
        for chain in zone.chains:
            site.go(page, f"zones/{zone.code}/chains/{chain}/")
            expect(page.locator("main svg.chain").first).to_be_visible()
            expect(page.locator("footer")).to_contain_text("演示")
