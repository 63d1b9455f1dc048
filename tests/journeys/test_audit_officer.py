"""The audit officer reads the log, looks through it, seals it and takes it along; others do not find it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import Site
from tests.journeys.looks import at_each_size, findings, too_wide
from xinya.kit.audit_file import read_seal, verify_file

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]


def test_the_audit_officer_verifies_seals_and_exports_the_log(site: Site, tmp_path: Path) -> None:
    page = site.sign_in("audit")
    page.click("nav >> text=审计日志")
    expect(page.locator("h1")).to_contain_text("尚未核验")
    page.click("text=核验最近的行")
    expect(page.locator("main")).to_contain_text("所核验的行完整")
    page.click("text=立即封存")
    expect(page.locator(".qr svg")).to_be_visible()
    page.locator(".parts a").first.click()
    with page.expect_download() as seal:
        page.click("text=下载封条")
    page.click("main >> text=审计日志")
    with page.expect_download() as log:
        page.click("text=导出日志")
    seal.value.save_as(tmp_path / "seal.json")
    log.value.save_as(tmp_path / "log.jsonl")
    assert verify_file(tmp_path / "log.jsonl", seals=[read_seal(tmp_path / "seal.json")]).ok
    page.fill("#id_act", "export-audit")
    page.click("text=筛选")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_refused_act_is_seen_in_the_log(site: Site) -> None:
    site.allowed.append("404")
    reader = site.sign_in("reader")
    site.go(reader, "audit/")
    expect(reader.locator("nav >> text=审计日志")).to_have_count(0)
    page = site.sign_in("audit")
    site.go(page, "audit/?ok=refused", "en")
    expect(page.locator("tbody tr").first).to_contain_text("GET audit")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_log_is_accessible_and_not_too_wide(site: Site, language: str) -> None:
    page = site.sign_in("audit")
    site.go(page, "audit/", language)
    page.click("form[action$='/audit/seals/'] button")
    for path in ("audit/", "audit/?act=nothing", page.locator(".parts a").first.get_attribute("href") or ""):
        if path.startswith("/"):
            page.goto(site.address + path)
        else:
            site.go(page, path, language)
        for size in at_each_size(page):
            assert findings(page, contrast=language == "zh-hans") == [], (path, size)
            assert too_wide(page, size) == [], (path, size)
