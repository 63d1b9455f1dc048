"""An officer brings a list as it came, says what its columns hold, decides what waits, commits it, and takes it back."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import PHONE, WIDE, Site
from tests.journeys.looks import findings, show, too_wide
from xinya.zones.tests.imports import code_of

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
PICTURES = os.environ.get("IMPORT_PICTURES", "")
HEADS = "企业名称,统一社会信用代码,主要产品,成立日期,2024年营业收入(万元),2024年是否规上,企业状态,备注"
ROWS = (
    f"岚洲启曜精密机械有限公司,{code_of(1)},航空紧固件、无损检测,2015-03-04,3200.5,是,在营,",
    f"岚洲澜江电机有限公司,{code_of(2)},电机；减速器,2018年5月,1.86亿元,是,在营,去年搬迁",
    f"岚洲测丙材料有限公司,{code_of(3)},碳纤维预浸料,2020-02-30,800,否,在建,",
    f"岚洲测丁工具有限公司,{code_of(4)},刀具,2019-01-01,-5,否,在营,",
    f"岚洲测戊仪表有限公司,{code_of(5)[:-1]}{'A' if code_of(5)[-1] != 'A' else 'B'},仪表,2019-01-01,90,否,在营,",
    f"岚洲测己自动化有限公司,{code_of(6)},传感器,2019-01-01,120,否,在营,",
    f"岚洲测庚电子有限公司,{code_of(7)},连接器,2019-01-01,77,否,在营,",
    f"岚洲测辛储能有限公司,{code_of(8)},电池,2019-01-01,45,否,在营,",
    f"岚洲测壬光学有限公司,{code_of(9)},镜头,2019-01-01,33,否,在营,",
    f"岚洲测癸软件有限公司,{code_of(10)},工业软件,2019-01-01,60,否,在营,",
)


def picture(page: Page, name: str, size: tuple[int, int]) -> None:
    """For somebody who wants to look: a picture of the page in the folder that IMPORT_PICTURES names."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{size[0]}.png", full_page=True)


@pytest.mark.parametrize(("language", "size"), [("zh-hans", WIDE), ("en", PHONE)], ids=["zh-1440", "en-390"])
def test_a_list_goes_in_and_out_again_without_script(site: Site, tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    site.allowed += ["422"]
    file = tmp_path / "二〇二四年企业名单.csv"
    file.write_text("\n".join([HEADS, *ROWS]), encoding="utf-8")
    page = site.sign_in("officer", size, script=False)
    wrong: list[str] = []

    def look(step: str) -> None:
        picture(page, f"{language}-{step}", size)
        wrong.extend(f"{step}: {w}" for w in too_wide(page, size))
        show(page, size)

    site.go(page, "zones/shenyang/imports/", language)
    look("0-lists")
    page.set_input_files("#id_file", str(file))
    page.locator("main form button[type=submit]").first.press("Enter")
    expect(page.locator("#columns tbody tr")).to_have_count(8)
    look("2-columns")
    page.locator("form[action$='/columns/'] button[type=submit]").press("Enter")
    expect(page.locator("#findings, #rows").first).to_be_visible()
    look("3-check")
    page.locator("a[href='?step=decisions']").first.click()
    expect(page.locator("#groups")).to_contain_text("CODE_CHECK")
    look("4-decisions")
    page.locator("button[value='give_up:NEGATIVE']").press("Enter")
    page.locator("button[value='leave_out:CODE_CHECK']").press("Enter")
    field = page.locator("#waiting input.in").first
    field.fill("2020-02-28")
    field.press("Enter")
    expect(page.locator("#waiting")).to_have_count(0)
    page.locator("a[href='?step=commit']").first.click()
    expect(page.locator("form[action$='/commit/']")).to_be_visible()
    look("5-commit")
    page.locator("form[action$='/commit/'] button[type=submit]").press("Enter")
    expect(page.locator(".tl")).to_be_visible()
    look("6-committed")
    site.go(page, "zones/shenyang/companies/?q=岚洲", language)
    expect(page.locator("main tbody tr")).to_have_count(9)
    page.go_back()
    page.fill("#id_reason", "传错了文件")
    page.locator("form[action$='/undo/'] button[type=submit]").press("Enter")
    expect(page.locator("h1 + .sub .st")).to_have_class("st off")
    look("7-undone")
    site.go(page, "zones/shenyang/companies/?q=岚洲", language)
    expect(page.locator("main tbody tr")).to_have_count(0)
    assert wrong == []


def test_the_steps_of_a_list_are_accessible(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text("\n".join([HEADS, *ROWS]), encoding="utf-8")
    page = site.sign_in("officer")
    site.go(page, "zones/shenyang/imports/")
    wrong = [f"lists: {f}" for f in findings(page)]
    page.set_input_files("#id_file", str(file))
    page.click("main form button[type=submit]")
    expect(page.locator("#columns")).to_be_visible()
    wrong += [f"columns: {f}" for f in findings(page)]
    page.click("form[action$='/columns/'] button[type=submit]")
    expect(page.locator("#findings, #rows").first).to_be_visible()
    for step in ("check", "check&reason=CODE_CHECK", "check&outcome=created", "decisions", "commit"):
        page.goto(page.url.partition("?")[0] + f"?step={step}")
        wrong += [f"{step}: {f}" for f in findings(page)]
    assert wrong == []
