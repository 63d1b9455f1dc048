"""The product as a journey meets it: pages of a real browser, signed in or not, and an ear for what goes wrong in them."""

import shutil
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDE, PHONE = (1440, 1000), (390, 844)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only violations are described in full: to describe what is well costs more than to find it.
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


@dataclass
class Site:
    """The product, served for one journey."""

    address: str
    browser: Browser
    passwords: dict[str, str]
    errors: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, size: tuple[int, int] = WIDE, *, script: bool = True, dark: bool = False) -> Page:
        """A page of a fresh browser, signed out."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            accept_downloads=True,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: self.errors.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(f"script: {e}"))
        page.on("request", lambda r: None if r.url.startswith((self.address, "data:")) else self.errors.append(f"outside: {r.url}"))
        return page

    def sign_in(self, role: str = "officer", size: tuple[int, int] = WIDE, *, script: bool = True, dark: bool = False) -> Page:
        """A page signed in as one of the two demo people."""
        page = self.open(size, script=script, dark=dark)
        page.goto(f"{self.address}/zh-hans/sign-in/")
        page.fill("#id_username", role)
        page.fill("#id_password", self.passwords[role])
        page.click("main button[type=submit]")
        return page

    def go(self, page: Page, path: str, language: str = "zh-hans") -> None:
        page.goto(f"{self.address}/{language}/{path}")


def findings(page: Page, *, contrast: bool = True) -> list[str]:
    """Accessibility findings, each with the first element that has it.

    contrast: colours are the same in every language, and to measure them takes most of the time; so a journey that
    walks the same pages in two languages measures them in one.
    """
    rules = {} if contrast else {"color-contrast": {"enabled": False}}
    found = Axe().run(page, options=AXE | {"rules": rules}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


def too_wide(page: Page, size: tuple[int, int]) -> list[str]:
    """The widths, of those that go with a size, at which the page must be moved sideways."""
    wrong = []
    for width in (1440, 720) if size == WIDE else (390, 320):
        page.set_viewport_size({"width": width, "height": size[1]})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"wider than {width} px")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return wrong
