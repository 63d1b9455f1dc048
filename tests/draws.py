"""How much of the proof a run makes: the whole of it, or a draw that a developer can wait for.

A drawn run puts every kind of question; of one that is put to each role, call or language, of what takes long and of what
a database is asked it draws some, and it looks at fewer examples of an invariant. Each commit draws anew, so what one leaves out
the next may put; the whole proof leaves out nothing, and it is what a run makes that says nothing of its depth.
"""

import os
import subprocess
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import pytest

Case = TypeVar("Case")
VARIABLE, SEED = "XINYA_TEST_DEPTH", "XINYA_TEST_SEED"
DEPTH = os.environ.get(VARIABLE, "whole")
ON_SQLITE, ON_THE_SERVER = 6, 12
"""Of the tests of a module that reach a database, a drawn run asks SQLite one in six and PostgreSQL one in twelve."""
OF_THE_LONG = 6
"""Of all tests marked `long` it makes one in so many: those that start or kill processes, or go through a thousand rows."""
FEWER, LEAST = 5, 10
"""A drawn run looks at a fifth of an invariant's examples, and at ten at least where it has so many."""

if DEPTH not in ("whole", "drawn"):
    raise SystemExit(f"{VARIABLE} must be whole or drawn, not {DEPTH}.")


def is_drawn() -> bool:
    """Whether this run makes a draw."""
    return DEPTH == "drawn"


def examples(whole: int) -> int:
    """At how many examples a run of this depth looks, where the whole proof looks at so many."""
    return max(whole // FEWER, min(whole, LEAST)) if is_drawn() else whole


def seed() -> str:
    """What the draw depends on: the commit, or what the environment gives; the processes of one run share it."""
    if SEED not in os.environ:
        asked = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
        try:
            os.environ[SEED] = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):  # an archive of the sources
            os.environ[SEED] = "archive"
    return os.environ[SEED]


def drawn(cases: Iterable[Case], name: Callable[[Case], str], share: int, by: str) -> list[Case]:
    """One in `share` of the cases, and one at least, in their order. The same for the same names and the same `by`."""
    all_of = list(cases)
    lots = sorted(all_of, key=lambda case: (zlib.crc32(f"{by} {name(case)}".encode()), name(case)))
    taken = {name(case) for case in lots[: -(-len(all_of) // share)]}
    return [case for case in all_of if name(case) in taken]


def of_the_run(
    config: pytest.Config, items: list[pytest.Item], reaches: Callable[[pytest.Item], bool], *, on_the_server: bool
) -> list[pytest.Item]:
    """The tests of a run of this depth. reaches: whether a test reaches a database; on_the_server: whether that is PostgreSQL."""
    if not is_drawn():
        return items
    kept = list(_some(items, reaches, on_the_server=on_the_server))
    config.stash[LEFT] = len(items) - len(kept)
    return kept


def _some(items: list[pytest.Item], reaches: Callable[[pytest.Item], bool], *, on_the_server: bool) -> Iterator[pytest.Item]:
    def name(item: pytest.Item) -> str:
        return item.nodeid

    def is_marked(item: pytest.Item) -> bool:
        return any(item.get_closest_marker(mark) for mark in ("drawn", "long"))

    long = [item for item in items if item.get_closest_marker("long")]
    put = drawn(long, name, OF_THE_LONG, seed())
    left = {item for item in long if item not in put}
    modules: dict[Path, list[pytest.Item]] = {}  # the tests of a module need not stand together
    for item in items:
        if item not in left:
            modules.setdefault(item.path, []).append(item)
    for of_module in modules.values():
        asked = [item for item in of_module if on_the_server or (reaches(item) and not is_marked(item))]
        put = drawn(asked, name, ON_THE_SERVER if on_the_server else ON_SQLITE, seed())
        unasked = set(asked) - set(put)
        tests = [item for item in of_module if item not in unasked]
        for _test, alike in groupby(tests, key=lambda item: getattr(item, "originalname", "") or item.name):
            cases = list(alike)
            mark = cases[0].get_closest_marker("drawn") if not on_the_server else None
            yield from drawn(cases, name, mark.args[0], seed()) if mark else cases


LEFT = pytest.StashKey[int]()


def pytest_configure() -> None:
    """Here, before the workers start: they take the seed from the environment and draw the same."""
    if is_drawn():
        seed()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the first process how much it left out."""
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["left_out"] = session.config.stash.get(LEFT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Each worker collects all tests, so each says the same; one that was killed says nothing."""
    told = getattr(node, "workeroutput", {}).get("left_out", 0)
    node.config.stash[LEFT] = max(told, node.config.stash.get(LEFT, 0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What a drawn run left out is said where its result is."""
    if is_drawn():
        left = config.stash.get(LEFT, 0)
        terminalreporter.write_line(f"A draw of the proof: {left} tests left out; {SEED}={seed()} draws the same, DEPTH=whole all.")
