"""Every page in both languages and widths: accessible, not too wide, nothing clipped, in the reader's language."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import WIDE, Site
from tests.journeys.looks import OPENED, at_each_size, findings, foreign, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
PAGES = [
    "",
    "zones/shenyang/",
    "zones/shenyang/?on=2026-07-01",
    "zones/wuxi/",
    "zones/shenyang/chains/",
    "zones/shenyang/chains/aero-structures/",
    "zones/shenyang/chains/aero-engine-parts/",
    "zones/shenyang/chains/gas-turbine/",
    "zones/shenyang/verdicts/",
    "zones/shenyang/verdicts/?kind=missing",
    "zones/shenyang/segments/composite-part/",
    "zones/shenyang/segments/composite-part/?on=2025-04-01",
    "zones/shenyang/segments/nc-part/",
    "zones/shenyang/companies/",
    "zones/shenyang/COMPANY",
    "zones/shenyang/unplaced/",
    "zones/shenyang/what-if/",
    "zones/shenyang/what-if/?a=make.composite-part&b=make.bearing",
    "zones/shenyang/import/",
    "zones/shenyang/imports/",
    "zones/shenyang/imports/thresholds/?industry=3812&year=2025",
    "zones/shenyang/imports/divisions/?division=110105&day=2025-12-31",
    "zones/shenyang/duplicates/",
    "zones/shenyang/SAME",
    "zones/shenyang/indicators/",
    "zones/shenyang/limits/",
    "zones/shenyang/resilience/",
    "zones/shenyang/positioning/",
    "zones/shenyang/verify/",
    "zones/shenyang/half-lives/",
    "zones/shenyang/word-links/",
    "said/",
    "zones/shenyang/promises/",
    "zones/shenyang/PROMISE",
    "zones/shenyang/promises/new/",
    "calendar/2026/",
    "calendar/2027/",
    "zones/new/",
    "packs/",
    "packs/gas-turbine/",
    "packs/gas-turbine/compare/",
    "dictionary/",
    "search/",
    "search/?q=复合材料",
    "search/?q=titanium+forging&kind=segment",
    "search/?q=xyzzy",
    "search/words/",
    "states/",
    "notices/",
    "zones/nowhere/",
    "zones/shenyang/?on=someday",
]
# Pages that the officer does not see, by the demonstration's person who does; None: nobody is signed in.
OTHERS: dict[str | None, list[str]] = {
    "security": ["people/", "people/waiting/", "claims/", "keys/"],
    "head": ["people/waiting/"],
    "system": ["calendar/", "work/"],
    "desk": ["zones/shenyang/commissioners/", "claims/"],
    "company": ["my-company/people/", "keys/"],
    "commissioner": ["me/", "claims/"],
    "reader": ["roles/", "claim/"],
    None: ["claim/", "invited/"],
}
# Longer pages of a kind that is in the list once more, shorter: looked at, and not sent through all rules of accessibility.
LONG = {"zones/shenyang/chains/aero-engine-parts/", "zones/shenyang/chains/gas-turbine/", "zones/shenyang/verdicts/"}
CLIPPED = """() => [...document.querySelectorAll('svg.chain .nd')].filter(n => {
  const box = n.querySelector('.bx').getBBox();
  return [...n.querySelectorAll('text')].some(t => {
    const b = t.getBBox();
    return b.x < box.x - 1 || b.x + b.width > box.x + box.width + 1
      || b.y < box.y - 2 || b.y + b.height > box.y + box.height + 2;
  });
}).map(n => n.dataset.n)"""
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('svg.chain .bx')].map(r => r.getBBox());
  const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  return boxes.reduce((n, a, i) => n + boxes.slice(0, i).filter(b => meet(a, b)).length, 0);
}"""


def resolved(path: str) -> str:
    """The address of a page; COMPANY, SAME and PROMISE stand for a company, two, and a promise of Shenyang."""
    from xinya.zones.models import Company, Promise

    if "PROMISE" in path:
        return path.replace("PROMISE", f"promises/{Promise.objects.order_by('pk')[0].pk}/")
    if "SAME" in path:
        one, other = Company.objects.filter(zone__code="shenyang", is_outside=False, is_invented=True).order_by("pk")[:2]
        return path.replace("SAME", f"companies/{one.pk}/same/?with={other.pk}")
    if "COMPANY" not in path:
        return path
    company = Company.objects.filter(zone__code="shenyang", is_outside=False, is_invented=True).order_by("pk")[1]
    return path.replace("COMPANY", f"companies/{company.pk}/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_accessible_fits_and_speaks_the_reader_s_language(site: Site, language: str) -> None:
    site.allowed += ["404", "400"]
    page = site.sign_in()
    wrong: list[str] = []
    for path in PAGES:
        site.go(page, resolved(path), language)
        for size in at_each_size(page):
            where = f"{path} at {size[0]}"
            if path not in LONG:
                wrong += [f"{where}: {f}" for f in findings(page, contrast=language == "zh-hans")]
            wrong += [f"{where}: {text}" for text in foreign(page, language)]
            if size == WIDE and "chains/" in path:
                wrong += [f"{where}: clipped {code}" for code in page.evaluate(CLIPPED)]
                wrong += [f"{where}: boxes overlap"] * page.evaluate(OVERLAPS)
            wrong += [f"{where}: {w}" for w in too_wide(page, size)]
    assert wrong == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_of_other_roles_are_accessible_fit_and_speak_the_reader_s_language(site: Site, language: str) -> None:
    wrong: list[str] = []
    for person, paths in OTHERS.items():
        page = site.open() if person is None else site.sign_in(person)
        for path in paths:
            site.go(page, path, language)
            assert page.locator("h1").count() == 1, f"{person} {path}"
            page.evaluate(OPENED)
            for size in at_each_size(page):
                where = f"{person} {path} at {size[0]}"
                wrong += [f"{where}: {f}" for f in findings(page, contrast=language == "zh-hans")]
                wrong += [f"{where}: {text}" for text in foreign(page, language)]
                wrong += [f"{where}: {w}" for w in too_wide(page, size)]
    assert wrong == []


def test_five_main_pages_are_accessible_in_the_dark_too(site: Site) -> None:
    page = site.sign_in(dark=True)
    wrong: list[str] = []
    for path in (
        "zones/shenyang/",
        "zones/shenyang/chains/aero-structures/",
        "zones/shenyang/segments/composite-part/?on=2025-04-01",
        "zones/shenyang/COMPANY",
        "zones/shenyang/import/",
    ):
        site.go(page, resolved(path))
        wrong += [f"{path}: {f}" for f in findings(page)]
    assert wrong == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_door_a_refusal_and_a_form_with_errors_are_accessible(site: Site, language: str, tmp_path: Path) -> None:
    site.allowed += ["403", "422"]
    wrong: list[str] = []

    def look(shown: Page, what: str) -> None:
        for size in at_each_size(shown):
            wrong.extend(f"{what} at {size[0]}: {w}" for w in findings(shown) + too_wide(shown, size))

    page = site.open()
    site.go(page, "sign-in/", language)
    look(page, "the door")
    reader = site.sign_in("reader")
    site.go(reader, "zones/shenyang/import/", language)
    assert reader.locator("h1").count() == 1
    look(reader, "refused")
    officer = site.sign_in("officer")
    file = tmp_path / "list.csv"
    file.write_text(
        "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上\n甲公司,,机身部段,-1,\n,,翼盒,很多,\n", encoding="utf-8"
    )
    site.go(officer, "zones/new/", language)
    officer.fill("#id_name", "自家高新区")
    officer.fill("#id_code", "own")
    officer.check("input[name=chains][value=gas-turbine]")
    officer.set_input_files("#id_companies", str(file))
    officer.click("main form button[type=submit]")
    expect(officer.locator("section.findings tbody tr")).to_have_count(3)
    look(officer, "findings")
    officer.fill("#id_code", "a b")
    officer.evaluate("document.querySelector('main form').noValidate = true")
    officer.click("main form button[type=submit]")
    expect(officer.locator(".f.err .errmsg").first).to_be_visible()
    look(officer, "errors")
    assert wrong == []
