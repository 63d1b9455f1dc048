"""What every journey stands on: a real browser, the demonstration in the live server's database, and an ear for errors."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDE, PHONE = (1440, 1000), (390, 844)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's own loop runs in this thread; the database is still used in turn


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    if not CHROMIUM:
        if os.environ.get("XINYA_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is not on this machine, and XINYA_REQUIRE_BROWSER=1.")
        pytest.skip("Chromium is not on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


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


@pytest.fixture
def site(browser: Browser, live_server: LiveServer) -> Iterator[Site]:
    """The demonstration, loaded and served; the journey fails on any error that the browser tells of."""
    from xinya.site import demo
    from xinya.site.marks import mark_as_demo

    mark_as_demo()
    accounts = {a.name: a.password for a in demo.load()}
    opened = Site(live_server.url, browser, accounts)
    yield opened
    for context in opened.contexts:
        context.close()
    assert [e for e in opened.errors if not any(a in e for a in opened.allowed)] == []
