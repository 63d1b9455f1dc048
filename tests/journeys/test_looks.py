"""What the journeys look for is found where it is planted, and a window that served one journey tells the next one nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.journeys.looks import AXE, RULES, at_each_size, findings, foreign, too_wide
from tests.journeys.windows import PHONE, WIDE, Window, Windows

pytestmark = [pytest.mark.browser, pytest.mark.drawn(3)]
STATIC = Path(__file__).resolve().parents[2] / "xinya" / "static"
ADDRESS = "http://localhost:9"
ROWS = "".join(f"<tr><th scope='row'>{n}</th><td class='ok'>文字{n}</td></tr>" for n in range(60))
GOOD = f"""<!doctype html><html lang="zh-CN"><head><title>页</title><style>.ok {{ color: #555 }}</style></head><body>
<main><h1>标题</h1><table><caption>表</caption><tr><th scope="col">号</th><th scope="col">名</th></tr>{ROWS}</table></main>
</body></html>"""
COLOURS = (
    "#777", "rgb(119 119 119 / 60%)", "rgba(0,0,0,.4)", "hsl(200deg 50% 50%)", "oklch(60% 0.1 200)",
    "color-mix(in srgb, red, white)", "#ffffff", "#fefefe", "#767676", "transparent", "color(display-p3 0.5 0.5 0.5)",
)  # fmt: skip
CONTRASTS = """options => {
  const judged = node => [node.target, [...node.any, ...node.all, ...node.none].map(check => [check.id, check.data])];
  return axe.run(options).then(found => ["violations", "incomplete", "passes"].map(
    kind => found[kind].map(rule => [rule.id, rule.nodes.map(judged)])));
}"""


@dataclass
class Ear:
    """Somebody who listens."""

    address: str = ADDRESS
    errors: list[str] = field(default_factory=list)


def taken(windows: Windows, ear: Ear, **asked: bool) -> Window:
    return windows.take(ear, WIDE, **({"script": True, "dark": False, "keep": True} | asked))


@pytest.fixture
def page(windows: Windows) -> Iterator[Page]:
    window = taken(windows, Ear())
    yield window.page
    windows.give_back(window)


def test_a_good_page_has_no_findings(page: Page) -> None:
    page.set_content(GOOD)
    for size in at_each_size(page):
        assert findings(page) + too_wide(page, size) + foreign(page, "zh-hans") == []


@pytest.mark.parametrize("row", [0, 37, 59])
def test_a_faint_text_in_any_of_many_like_rows_is_found(page: Page, row: int) -> None:
    page.set_content(GOOD.replace(f"class='ok'>文字{row}<", f"class='ok' style='color: #999'>文字{row}<"))
    for _size in at_each_size(page):
        [found] = findings(page)
        assert found.startswith("color-contrast")
        assert f"文字{row}" in found
        assert findings(page, contrast=False) == []


def test_a_text_that_is_faint_at_one_width_only_is_found_at_that_width(page: Page) -> None:
    page.set_content(GOOD.replace("</style>", "@media (max-width: 400px) { .ok { color: #aaa } }</style>"))
    assert [bool(findings(page)) for _size in at_each_size(page)] == [False, True]


def test_a_text_that_is_faint_in_the_dark_only_is_found_in_the_dark(windows: Windows) -> None:
    window = taken(windows, Ear(), dark=True)
    window.page.set_content(GOOD.replace("</style>", "@media (prefers-color-scheme: dark) { .ok { color: #aaa } }</style>"))
    assert any("color-contrast" in found for found in findings(window.page))
    windows.give_back(window)


def test_a_picture_without_a_text_and_a_field_without_a_label_are_found(page: Page) -> None:
    page.set_content(GOOD.replace("</h1>", "</h1><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><input>"))
    for _size in at_each_size(page):
        assert {found.partition(":")[0] for found in findings(page, contrast=False)} == {"image-alt", "label"}


@pytest.mark.parametrize(("width", "told"), [(350, ["", "320"]), (500, ["", "390 320"]), (1000, ["720", "390 320"])])
def test_what_is_too_wide_is_found_at_each_width_that_it_does_not_fit(page: Page, width: int, told: list[str]) -> None:
    page.set_content(GOOD.replace("</h1>", f"</h1><div style='width: {width}px'>宽</div>"))
    found = [" ".join(re.findall(r"\d+", " ".join(too_wide(page, size)))) for size in at_each_size(page)]
    assert found == told


def test_a_text_in_the_other_language_is_found_and_a_hidden_one_is_nobody_s(page: Page, db: None) -> None:
    page.set_content(GOOD.replace("</h1>", "</h1><p>Nothing was changed here</p><p hidden>Nobody reads this sentence</p>"))
    for _size in at_each_size(page):
        assert foreign(page, "zh-hans") == ["Nothing was changed here"]
    page.set_content("<h1>Title</h1><p>未译的句子</p><p lang='zh'>中文名</p><p hidden>看不见</p>")
    for _size in at_each_size(page):
        assert foreign(page, "en") == ["未译的句子"]


def test_colours_that_are_kept_are_judged_as_axe_judges_them_alone(page: Page) -> None:
    texts = "".join(
        f"<p style='color: {ink}; background: {ground}; opacity: {opacity}'>文字</p>"
        for ink in COLOURS for ground in COLOURS for opacity in (1, 0.7)
    )  # fmt: skip
    judged = []
    for script in (AXE_SCRIPT, RULES):
        page.set_content(GOOD.replace("</table>", f"</table>{texts}"))
        page.evaluate(script)
        judged.append(page.evaluate(CONTRASTS, AXE | {"resultTypes": ["violations", "incomplete", "passes"]}))
    assert judged[0] == judged[1]
    [contrast] = [nodes for rule, nodes in judged[0][0] if rule == "color-contrast"]
    assert 50 < len(contrast) < len(COLOURS) ** 2 * 2


def test_no_script_of_ours_asks_how_wide_the_page_is() -> None:
    """So a page that was loaded wide and is then shown narrow is what a phone would have loaded."""
    asking = re.compile(r"matchMedia|(inner|outer|client|offset|scroll)Width|orientation|\bscreen\.|resize|viewport", re.IGNORECASE)
    scripts = sorted(STATIC.glob("*.js"))
    assert scripts
    assert [script.name for script in scripts if asking.search(script.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("script", [True, False])
def test_a_window_that_served_one_journey_tells_the_next_one_nothing(windows: Windows, script: bool) -> None:
    first, second = Ear(), Ear()
    window = taken(windows, first, script=script, dark=True)
    page = window.page
    page.route(ADDRESS + "/*", lambda route: route.fulfill(body="<p>here</p>", content_type="text/html"))
    page.goto(f"{ADDRESS}/one")
    page.context.add_cookies([{"name": "who", "value": "first", "url": ADDRESS}])
    page.evaluate("() => { localStorage.a = 1; sessionStorage.b = 2; console.error('told') }")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    windows.give_back(window)
    again = taken(windows, second, script=script)
    assert again is window
    page.goto(f"{ADDRESS}/two")
    kept = "() => [document.cookie, localStorage.length, sessionStorage.length, innerWidth]"
    assert page.evaluate(kept) == ["", 0, 0, WIDE[0]]
    assert page.evaluate("matchMedia('print').matches || matchMedia('(prefers-color-scheme: dark)').matches") is False
    page.evaluate("console.error('now')")
    page.go_back()
    assert page.url == "about:blank"
    page.unroute_all()
    windows.give_back(again)
    assert [first.errors, second.errors] == [["console: told"], ["console: now"]]


def test_a_window_to_which_a_device_was_added_serves_nobody_else(windows: Windows) -> None:
    window = taken(windows, Ear(), keep=False)
    windows.give_back(window)
    assert window not in windows.free
    assert window.page.is_closed()
