"""The product as a journey meets it: pages of a real browser, signed in or not, and an ear for what goes wrong in them."""

from dataclasses import dataclass, field

from django.test import Client
from playwright.sync_api import Page

from tests.journeys.windows import PHONE, WIDE, Window, Windows


@dataclass
class Site:
    """The product, served for one journey."""

    address: str
    browser: Windows
    passwords: dict[str, str]
    errors: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    taken: list[Window] = field(default_factory=list)

    def open(self, size: tuple[int, int] = WIDE, *, script: bool = True, dark: bool = False, keep: bool = True) -> Page:
        """A page of a browser that knows nothing of the product, signed out.

        keep: whether the window may serve another journey, emptied; not one to which a device was added.
        """
        window = self.browser.take(self, size, script=script, dark=dark, keep=keep)
        self.taken.append(window)
        return window.page

    def sign_in(
        self, role: str = "officer", size: tuple[int, int] = WIDE, *, script: bool = True, dark: bool = False, typed: bool = False
    ) -> Page:
        """The first page of one of the demo people, who signed in.

        typed: at the door, by hand, in the browser. Else the same form is sent without it, and the browser gets what came back:
        a journey about something else need not open the door each time.
        """
        page = self.open(size, script=script, dark=dark)
        if typed:
            page.goto(f"{self.address}/zh-hans/sign-in/")
            page.fill("#id_username", role)
            page.fill("#id_password", self.passwords[role])
            page.click("main button[type=submit]")
            return page
        sender = Client()
        reply = sender.post("/zh-hans/sign-in/", {"username": role, "password": self.passwords[role]})
        assert reply.status_code == 302, (role, reply.status_code)
        page.context.add_cookies([{"name": m.key, "value": m.value, "url": self.address} for m in sender.cookies.values()])
        page.goto(self.address + reply.headers["Location"])
        return page

    def go(self, page: Page, path: str, language: str = "zh-hans") -> None:
        page.goto(f"{self.address}/{language}/{path}")

    def close(self) -> None:
        """Give the windows back; the journey fails on any error that they told of."""
        for window in self.taken:
            self.browser.give_back(window)
        assert [e for e in self.errors if not any(a in e for a in self.allowed)] == []


__all__ = ["PHONE", "WIDE", "Site"]
