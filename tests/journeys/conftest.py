"""What every journey stands on: a real browser, and the demonstration in the live server's database."""

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from conftest import skip_or_fail
from tests.journeys.house import Site
from tests.journeys.windows import ARGUMENTS, CHROMIUM, Windows
from tests.tables import RUN
from xinya.kit.search import index_marked
from xinya.kit.search_work import home

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's own loop runs in this thread; the database is still used in turn


@pytest.fixture(scope="session")
def windows() -> Iterator[Windows]:
    """Windows of Chromium, which shows none: one browser for all journeys of this process."""
    if not CHROMIUM:
        skip_or_fail("BROWSER", "Chromium is not on this machine: apt-get install chromium-headless-shell (or chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield Windows(opened)
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
def site(windows: Windows, live_server: LiveServer, loaded: list[Loaded]) -> Iterator[Site]:
    """The demonstration, loaded and served; the journey fails on any error that the browser tells of.

    Each journey meets the same fresh demonstration. To load it takes many seconds, to copy its pages milliseconds; the marks
    and tests of loading itself are in test_demo.py.
    """
    if not loaded:
        loaded.append(_loaded_once())
    connection.ensure_connection()
    loaded[0].pages.backup(connection.connection)
    opened = Site(live_server.url, windows, dict(loaded[0].accounts))
    yield opened
    opened.close()


def _loaded_once() -> Loaded:
    """Loaded by the first process of the run that asks; the others take its file and its index."""
    kept = RUN / "demo"
    kept.mkdir(mode=0o700, exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "accounts.json").exists():
            _load(kept)
    if not home().exists():
        shutil.copytree(kept / "search", home())
    pages = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(kept / "pages.sqlite3")) as file:
        file.backup(pages)
    return Loaded(pages, json.loads((kept / "accounts.json").read_text(encoding="utf-8")))


def _load(kept: Path) -> None:
    """Into this process's database, and from there into the folder."""
    from xinya.site import demo
    from xinya.site.marks import mark_as_demo

    mark_as_demo()
    accounts = {a.name: a.password for a in demo.load()}
    index_marked()
    with closing(sqlite3.connect(kept / "pages.sqlite3")) as file:
        connection.connection.backup(file)
    shutil.copytree(home(), kept / "search")
    (kept / "accounts.json").write_text(json.dumps(accounts), encoding="utf-8")
