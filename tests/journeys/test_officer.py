"""An officer starts a zone with its own list, answers its gaps, and removes the demonstration."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import Site

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
LIST = """企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上,链主,所属集团
龙头公司,,飞机大部件,90000,是,是,
部段公司,,机身部段、翼盒,30000,是,,
紧固件公司,,航空紧固件,800,否,,
检测公司,,无损检测服务,500,否,,
"""
OUTSIDE = """企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上
远方复材公司,,航空复合材料、碳纤维预浸料,20000,是
"""


def start_zone(site: Site, page: Page, folder: Path, *, text: str = LIST, code: str = "own") -> None:
    """Fill in the form "Start my own zone" and send it."""
    file = folder / "list.csv"
    file.write_text(text, encoding="utf-8")
    site.go(page, "zones/new/")
    page.fill("#id_name", "自家高新区")
    page.fill("#id_name_en", "Own zone")
    page.fill("#id_code", code)
    page.check("input[name=chains][value=aero-structures]")
    page.set_input_files("#id_companies", str(file))
    page.click("main form button[type=submit]")


def test_an_officer_starts_a_zone_from_the_template(site: Site, tmp_path: Path) -> None:
    page = site.sign_in()
    site.go(page, "zones/new/")
    with page.expect_download() as download:
        page.locator('a[download][href*="template"]').click()
    template = tmp_path / "template.xlsx"
    download.value.save_as(template)
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    heads = [str(c.value) for c in sheet[1]]
    rows = [line.split(",") for line in LIST.strip().split("\n")[1:]]
    for number, cells in enumerate(rows, start=2):
        for head, value in zip(LIST.split("\n", maxsplit=1)[0].split(","), cells, strict=True):
            column = next(i for i, h in enumerate(heads, start=1) if h.startswith(head.split("(")[0]))
            sheet.cell(number, column, value or None)
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    page.fill("#id_name", "自家高新区")
    page.fill("#id_code", "own")
    page.check("input[name=chains][value=aero-structures]")
    page.set_input_files("#id_companies", str(filled))
    page.click("main form button[type=submit]")
    expect(page.locator("h1")).to_contain_text("1条产业链")
    expect(page.locator("#first-gap")).to_contain_text("龙头公司")
    expect(page.locator("footer")).not_to_contain_text("演示")


def test_a_wrong_list_is_refused_by_row_and_nothing_is_stored(site: Site, tmp_path: Path) -> None:
    site.allowed.append("422")
    page = site.sign_in()
    start_zone(site, page, tmp_path, text=LIST.replace("30000", "-1").replace("800", "很多"))
    findings = page.locator("section.findings")
    expect(findings).to_contain_text("3")
    expect(findings).to_contain_text("营业收入")
    assert findings.locator("tbody tr").count() == 2
    site.go(page, "")
    expect(page.locator("main")).not_to_contain_text("自家高新区")


@pytest.mark.parametrize("script", [True, False])
def test_an_officer_answers_a_gap_and_takes_it_back(site: Site, tmp_path: Path, script: bool) -> None:
    page = site.sign_in(script=script, typed=True)
    start_zone(site, page, tmp_path)
    site.go(page, "zones/own/segments/composite-part/")
    page.check("#answer input[value=not-a-gap]")
    page.fill("#answer input[name=reason]", "链主自己带来")
    page.click("#answer button[type=submit]")
    expect(page.locator("main")).to_contain_text("链主自己带来")
    site.go(page, "zones/own/verdicts/")
    assert page.locator('tr[data-segment="composite-part"]').count() == 0
    site.go(page, "zones/own/")
    with page.expect_navigation():
        page.locator('form[action*="withdraw"] button').click()
    site.go(page, "zones/own/verdicts/")
    assert page.locator('tr[data-segment="composite-part"]').count() == 1
    site.go(page, "zones/own/segments/composite-part/")
    page.check("#answer input[value=we-have-one]")
    page.fill("#answer input[name=company]", "紧固件公司")
    page.fill("#answer input[name=reason]", "去年投的线")
    page.click("#answer button[type=submit]")
    expect(page.locator("h1")).to_contain_text("单薄")


def test_candidates_come_from_an_outside_list(site: Site, tmp_path: Path) -> None:
    page = site.sign_in()
    start_zone(site, page, tmp_path)
    outside = tmp_path / "outside.csv"
    outside.write_bytes(OUTSIDE.encode("gb18030"))
    site.go(page, "zones/own/import/")
    page.set_input_files("#id_companies", str(outside))
    page.check("#id_outside")
    page.click("main form button[type=submit]")
    site.go(page, "zones/own/segments/composite-part/")
    expect(page.locator("h1")).to_contain_text("依赖")
    expect(page.locator("main")).to_contain_text("远方复材公司")


def test_an_officer_sets_limits_decides_a_placement_and_records_a_state(site: Site, tmp_path: Path) -> None:
    page = site.sign_in()
    start_zone(site, page, tmp_path)
    site.go(page, "zones/own/limits/")
    page.fill("#id_demand", "3")
    page.fill("#id_reason", "只看大缺口")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("只看大缺口")
    site.go(page, "zones/own/companies/")
    page.get_by_role("link", name="紧固件公司").click()
    page.locator("td details:has(input[name=reason]) > summary").first.click()
    page.locator("td details input[name=reason]").first.fill("不做航空件")
    page.locator("td details button[value=no]").first.click()
    expect(page.locator("main")).to_contain_text("不做航空件")
    page.get_by_text("记一次状态").click()
    page.select_option("#id_state", "building")
    page.fill("#id_day", "2026-01-15")
    page.fill("#id_source", "施工许可证")
    page.locator('form[action*="state"] button').click()
    expect(page.locator("main")).to_contain_text("施工许可证")
    with page.expect_download() as download:
        page.evaluate("location.href = '/zh-hans/zones/own/companies.csv'")
    assert "紧固件公司" in Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_an_officer_removes_a_demonstration_zone_and_a_reader_cannot(site: Site) -> None:
    reader = site.sign_in("reader")
    site.go(reader, "zones/wuxi/")
    assert reader.locator('form[action*="remove"]').count() == 0
    site.go(reader, "zones/shenyang/segments/composite-part/")
    assert reader.locator("#answer").count() == 0
    page = site.sign_in()
    site.go(page, "zones/wuxi/")
    page.locator('form[action*="remove"] button').click()
    expect(page.locator("main table")).not_to_contain_text("无锡")
