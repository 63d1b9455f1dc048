"""Windows of one real browser. To open one costs as much as many pages, so it is emptied and serves the next journey."""

import shutil
from dataclasses import dataclass, field
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page, Request

# Debian's headless shell is the same engine without the program around it: no menus, no spare processes kept ready for pages
# that nobody opens. All journeys together cost a quarter less in it.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), "")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDE, PHONE = (1440, 1000), (390, 844)


class Listener(Protocol):
    """Who is told what goes wrong in a window."""

    address: str
    errors: list[str]


@dataclass
class Window:
    """One page in a browser context of its own, and who hears of its errors now."""

    context: BrowserContext
    page: Page
    line: CDPSession
    script: bool
    keep: bool
    listener: Listener | None = None

    def on_console(self, message: ConsoleMessage) -> None:
        if self.listener and message.type == "error":
            self.listener.errors.append(f"console: {message.text}")

    def on_error(self, error: object) -> None:
        if self.listener:
            self.listener.errors.append(f"script: {error}")

    def on_request(self, request: Request) -> None:
        if self.listener and not request.url.startswith((self.listener.address, "data:", "about:")):
            self.listener.errors.append(f"outside: {request.url}")

    def show(self, size: tuple[int, int], *, dark: bool) -> None:
        """Nothing moves by itself in it, so what is measured does not depend on when."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(media="null", color_scheme="dark" if dark else "light", reduced_motion="reduce")

    def empty(self) -> None:
        """As if it had just been opened: one blank page, and nothing kept of any address."""
        for page in self.context.pages:
            if page != self.page:
                page.close()
        address = self.listener.address if self.listener else ""
        self.page.goto("about:blank")
        self.listener = None
        self.context.clear_cookies()
        self.line.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
        self.line.send("Network.clearBrowserCache")
        self.line.send("Page.resetNavigationHistory")


@dataclass
class Windows:
    """All windows of the browser; those that stand empty are taken first."""

    browser: Browser
    free: list[Window] = field(default_factory=list)

    def take(self, listener: Listener, size: tuple[int, int], *, script: bool, dark: bool, keep: bool) -> Window:
        """An empty window of this size and colour, which tells the listener of its errors."""
        fitting = [w for w in self.free if w.script == script] if keep else []
        window = fitting[-1] if fitting else self._opened(script=script, keep=keep)
        if fitting:
            self.free.remove(window)
        window.listener = listener
        window.show(size, dark=dark)
        return window

    def give_back(self, window: Window) -> None:
        """Emptied for the next journey, or closed for good."""
        if not window.keep:
            window.context.close()
            return
        window.empty()
        self.free.append(window)

    def _opened(self, *, script: bool, keep: bool) -> Window:
        context = self.browser.new_context(java_script_enabled=script, locale="zh-CN", accept_downloads=True)
        page = context.new_page()
        window = Window(context, page, context.new_cdp_session(page), script, keep)
        page.on("console", window.on_console)
        page.on("pageerror", window.on_error)
        page.on("request", window.on_request)
        return window
