"""What is wrong with a page as it is shown: for those who cannot see it, at its widths, in its language."""

import re
from collections.abc import Iterator
from functools import cache

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.journeys.windows import PHONE, WIDE
from xinya.chain.files import shipped_packs

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only violations are described in full: to describe what is well costs more than to find it.
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# The rules are told to a page once. Axe reads the text of the same few colours thousands of times, a third of its work;
# here it reads each once. A text that cannot be read is kept by nobody and fails each time.
RULES = (
    AXE_SCRIPT
    + """;(() => {
  const colour = axe.commons.color.Color.prototype, read = colour.parseString, known = new Map();
  colour.parseString = function (text) {
    const parts = known.get(text);
    if (parts) [this.r, this.g, this.b, this.alpha] = parts;
    else { read.call(this, text); known.set(text, [this.r, this.g, this.b, this.alpha]); }
    return this;
  };
})();"""
)
RUN = "options => axe.run(options).then(found => found.violations.map(v => [v.id, v.nodes[0].html]))"
# Every piece of text that a reader can see; what has a language of its own is left out.
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || found.has(text) || element.closest('script, style, [lang]:not(html), .ev, .pro, .who, #sources')) continue;
    if (element.checkVisibility()) found.add(text);
  }
  return [...found];
}"""
OPENED = "document.querySelectorAll('main details').forEach(d => { d.open = true; })"
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
QUOTED = re.compile("“[^”]*”")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[\s,]+[A-Za-z]{2,}){2,}")
HAN = re.compile(r"[\u4e00-\u9fff]")


def findings(page: Page, *, contrast: bool = True) -> list[str]:
    """Accessibility findings, each with the first element that has it.

    contrast: colours are the same in every language, and to measure them takes most of the time; so a journey that
    walks the same pages in two languages measures them in one.
    """
    rules = {} if contrast else {"color-contrast": {"enabled": False}}
    page.wait_for_load_state()
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(RULES)
    return [f"{rule}: {html[:160]}" for rule, html in page.evaluate(RUN, AXE | {"rules": rules})]


def at_each_size(page: Page) -> Iterator[tuple[int, int]]:
    """The page as loaded, shown at both sizes in turn: no script of ours asks how wide it is, so it is loaded once for both."""
    for size in (WIDE, PHONE):
        show(page, size)
        yield size


def too_wide(page: Page, size: tuple[int, int]) -> list[str]:
    """The widths, of those that go with a size, at which the page must be moved sideways. The page stays at the last of them."""
    page.wait_for_load_state()  # a press returns when the next document has begun, before it has a root or all its parts
    wrong = []
    for width in (1440, 720) if size == WIDE else (390, 320):
        show(page, (width, size[1]))
        if page.evaluate(WIDER):
            wrong.append(f"wider than {width} px")
    return wrong


def show(page: Page, size: tuple[int, int]) -> None:
    """The page at this size; to say so of the size that it has would lay it out once more."""
    if page.viewport_size != {"width": size[0], "height": size[1]}:
        page.set_viewport_size({"width": size[0], "height": size[1]})


def foreign(page: Page, language: str) -> list[str]:
    """Texts of the page that a reader of this language meets in the other one."""
    texts = page.evaluate(TEXTS)
    if language == "zh-hans":
        return [text for text in texts if ENGLISH.search(text) and text not in titles()]
    return [text for text in texts if HAN.search(QUOTED.sub("", text)) and text not in names()]


@cache
def titles() -> frozenset[str]:
    """Titles of the packs' sources, which stay in the language they were published in."""
    return frozenset(row["title"] for pack in shipped_packs() for row in pack.sources)


def names() -> frozenset[str]:
    """Company names, which stay Chinese where the company has no English one."""
    from xinya.zones.models import Company

    return titles() | frozenset(Company.objects.filter(name_en="").values_list("name", flat=True))
