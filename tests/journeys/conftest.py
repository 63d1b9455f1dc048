"""What every journey stands on: a real browser, and the demonstration in the live server's database."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from conftest import skip_or_fail
from tests.journeys.house import ARGUMENTS, CHROMIUM, Site
from xinya.kit.search import index_marked

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's own loop runs in this thread; the database is still used in turn


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window, one for all journeys."""
    if not CHROMIUM:
        skip_or_fail("BROWSER", "Chromium is not on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def site(browser: Browser, live_server: LiveServer) -> Iterator[Site]:
    """The demonstration, loaded and served; the journey fails on any error that the browser tells of."""
    from xinya.site import demo
    from xinya.site.marks import mark_as_demo

    mark_as_demo()
    accounts = {a.name: a.password for a in demo.load()}
    index_marked()
    opened = Site(live_server.url, browser, accounts)
    yield opened
    for context in opened.contexts:
        context.close()
    assert [e for e in opened.errors if not any(a in e for a in opened.allowed)] == []
