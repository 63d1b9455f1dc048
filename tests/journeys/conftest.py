"""What every journey stands on: a real browser, and the demonstration in the live server's database."""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
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


@dataclass
class Loaded:
    """The demonstration as it stood after its first load: the database's pages, and the accounts that were printed."""

    pages: sqlite3.Connection
    accounts: dict[str, str]


@pytest.fixture(scope="session")
def loaded() -> list[Loaded]:
    """What the first journey loaded; empty before."""
    return []


@pytest.fixture
def site(browser: Browser, live_server: LiveServer, loaded: list[Loaded]) -> Iterator[Site]:
    """The demonstration, loaded and served; the journey fails on any error that the browser tells of.

    Each journey meets the same fresh demonstration. To load it takes seconds, to copy its pages milliseconds; the marks
    and tests of loading itself are in test_demo.py.
    """
    if not loaded:
        loaded.append(_load())
    else:
        connection.ensure_connection()
        loaded[0].pages.backup(connection.connection)
    opened = Site(live_server.url, browser, dict(loaded[0].accounts))
    yield opened
    for context in opened.contexts:
        context.close()
    assert [e for e in opened.errors if not any(a in e for a in opened.allowed)] == []


def _load() -> Loaded:
    from xinya.site import demo
    from xinya.site.marks import mark_as_demo

    mark_as_demo()
    accounts = {a.name: a.password for a in demo.load()}
    index_marked()
    pages = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(pages)
    return Loaded(pages, accounts)
