"""Every page in both languages and widths: accessible, not too wide, nothing clipped, in the reader's language."""

import re
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.house import PHONE, WIDE, Site, browser, site

__all__ = ["browser", "site"]
pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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
    "zones/shenyang/segments/composite-part/",
    "zones/shenyang/segments/composite-part/?on=2025-04-01",
    "zones/shenyang/segments/nc-part/",
    "zones/shenyang/companies/",
    "zones/shenyang/COMPANY",
    "zones/shenyang/unplaced/",
    "zones/shenyang/import/",
    "zones/shenyang/limits/",
    "zones/new/",
    "packs/",
    "packs/gas-turbine/",
    "dictionary/",
    "zones/nowhere/",
    "zones/shenyang/?on=" + quote("某天"),
]
WIDTHS = (1440, 720, 390, 320)
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
WORDS = """() => [...document.querySelectorAll('h1, h2, dt, th, label, button, summary, .btn, caption, .crumb, legend, .hint')]
  .filter(e => e.offsetParent && !e.closest('[lang]:not(html)')).map(e => e.innerText.trim()).filter(Boolean)"""
ENGLISH = re.compile(r"[A-Za-z]{4,}\s+[A-Za-z]{3,}")
HAN = re.compile(r"[\u4e00-\u9fff]")


def findings(page: Page) -> list[str]:
    """Accessibility findings, each with the first element that has it."""
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in result.response["violations"]]


def resolved(path: str) -> str:
    """The address of a page; COMPANY stands for a company of Shenyang."""
    from xinya.zones.models import Company

    if "COMPANY" not in path:
        return path
    company = Company.objects.filter(zone__code="shenyang", is_outside=False, is_invented=True).order_by("pk")[1]
    return path.replace("COMPANY", f"companies/{company.pk}/")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_accessible_and_fits(site: Site, language: str, size: tuple[int, int]) -> None:
    site.allowed += ["404", "400"]
    page = site.sign_in(size=size)
    wrong: list[str] = []
    for path in PAGES:
        site.go(page, resolved(path), language)
        wrong += [f"{path}: {f}" for f in findings(page)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": size[1]})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append(f"{path}: wider than {width} px")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if size == WIDE and "chains/" in path:
            wrong += [f"{path}: clipped {code}" for code in page.evaluate(CLIPPED)]
            wrong += [f"{path}: boxes overlap"] * page.evaluate(OVERLAPS)
    assert wrong == []


def test_headings_labels_and_buttons_are_in_the_reader_s_language(site: Site) -> None:
    site.allowed += ["404", "400"]
    page = site.sign_in()
    wrong: list[str] = []
    for path in PAGES:
        site.go(page, resolved(path), "zh-hans")
        wrong += [f"zh {path}: {w}" for w in page.evaluate(WORDS) if ENGLISH.search(w) and "officer" not in w]
        site.go(page, resolved(path), "en")
        wrong += [f"en {path}: {w}" for w in page.evaluate(WORDS) if HAN.search(w) and w not in known_names()]
    assert wrong == []


def known_names() -> set[str]:
    """Company names, which stay Chinese where the company has no English one."""
    from xinya.zones.models import Company

    return set(Company.objects.filter(name_en="").values_list("name", flat=True))


@pytest.mark.parametrize(
    "path", ["zones/shenyang/", "zones/shenyang/chains/aero-structures/", "zones/shenyang/segments/composite-part/"]
)
def test_the_dark_scheme_is_accessible_too(site: Site, path: str) -> None:
    page = site.sign_in(dark=True)
    site.go(page, path)
    assert findings(page) == []


def test_the_sign_in_page_is_accessible(site: Site) -> None:
    for language in ("zh-hans", "en"):
        for size in (WIDE, PHONE):
            page = site.open(size)
            site.go(page, "sign-in/", language)
            assert findings(page) == []
