"""What every test of the product shares: the choice of database, the documents beside the checkout, no silent skip."""

import gc
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

from tests import draws

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared"

hypothesis.settings.register_profile("quick", max_examples=draws.examples(30), deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("long", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("XINYA_HYPOTHESIS", "quick"))


def required(what: str) -> bool:
    """Whether XINYA_REQUIRE_<what> turns an absence into a failure."""
    return os.environ.get(f"XINYA_REQUIRE_{what}") == "1"


def skip_or_fail(what: str, reason: str) -> None:
    """Skip with a reason, unless XINYA_REQUIRE_<what>=1 makes the absence a failure."""
    if required(what):
        pytest.fail(f"{reason}, and XINYA_REQUIRE_{what}=1", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The product's own documents beside the checkout; they are no part of it."""
    if not SHARED.is_dir():
        skip_or_fail("SHARED", "the folder shared does not lie beside the checkout")
    return SHARED


def pytest_configure(config: pytest.Config) -> None:
    from tests.settings import FOLDER

    config.pluginmanager.register(draws)

    gc.set_threshold(200_000, 20, 50)  # hundreds of thousands of lasting objects are else walked again every few requests

    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)


def pytest_collection_finish() -> None:
    """What was imported and collected lasts until the end: no search for what is left over walks it again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    from tests.settings import FOLDER

    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _database_is_there() -> None:
    from tests.settings import NO_DATABASE

    if NO_DATABASE:
        pytest.skip(NO_DATABASE)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's own, which would make all tables in every process."""
    from django.test import TransactionTestCase

    from tests.tables import as_made, drop_own, make_own

    with django_db_blocker.unblock():
        make_own()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: as_made())
        yield
    with django_db_blocker.unblock():
        drop_own()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Makes what stands for every test of a module: a transaction lies around theirs, so each finds it as it was made.

    All tests of the module must be content with it, and none may have transactions of its own.
    """
    from django.db import transaction

    around: Any = transaction.atomic()
    around._from_testcase = True  # as Django marks its own, within which an act may ask for the outermost transaction
    with django_db_blocker.unblock():
        around.__enter__()

    def made(make: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock(), translation.override(settings.LANGUAGE_CODE):
            return make()

    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _every_test_starts_in_the_default_language() -> None:
    """A request leaves its language behind in the thread; the next test's addresses must not follow it."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def only_replies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For tests that ask thousands of times and look at replies alone.

    Of no template is kept what it was given, and what was refused is not written for the report of a test that fails: that no
    reply was an error of the house is seen in the reply, and is written.
    """
    from django.template import Context, Template

    def rendered(template: Template, context: Context) -> str:
        return template.nodelist.render(context)

    monkeypatch.setattr(Template, "_render", rendered)
    log = logging.getLogger("django.request")
    before = log.level
    log.setLevel("ERROR")
    yield
    log.setLevel(before)


def _is_pure(path: Path) -> bool:
    """Whether the file tests engines, which know of no database."""
    return "engine" in path.parent.parts[len(ROOT.parts) :]


def _runs_all() -> bool:
    from tests.settings import CHOICE

    return CHOICE != "postgres" or os.environ.get("XINYA_TEST_ALL") == "1"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """The run on PostgreSQL would import the engines' tests only to leave each of them out."""
    return True if not _runs_all() and _is_pure(collection_path) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that reaches no database says the same on either, so the run on PostgreSQL leaves it to the run on SQLite.

    Marked `either`: a test that reaches the server by processes or a house of its own.
    """
    strange = [item.nodeid for item in items if _is_pure(item.path) and _reaches_a_database(item)]
    if strange:
        raise pytest.UsageError(f"an engine's test asks for a database, which the run on PostgreSQL would not see: {strange[0]}")
    kept = items if _runs_all() else [item for item in items if _reaches_a_database(item)]
    kept = draws.of_the_run(config, kept, _reaches_a_database, on_the_server=not _runs_all())
    left = set(items) - set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item in left])
    items[:] = kept


def _reaches_a_database(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    marks = (item.get_closest_marker(name) for name in ("django_db", "either"))
    return bool(asked & {"db", "transactional_db", "live_server"}) or any(marks)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With XINYA_FORBID_SKIPS=1 a test that was skipped fails the whole run."""
    reasons = _skips(session.config)
    if reasons and os.environ.get("XINYA_FORBID_SKIPS") == "1":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reasons = _skips(config)
    if reasons and os.environ.get("XINYA_FORBID_SKIPS") == "1":
        terminalreporter.section("skipped tests are failures here (XINYA_FORBID_SKIPS=1)")
        for reason in sorted(set(reasons)):
            terminalreporter.write_line(f"{reasons.count(reason)} x {reason}")


def _skips(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # a worker of xdist; the first process judges
        return []
    return [
        str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)
        for report in reporter.stats.get("skipped", [])
    ]
