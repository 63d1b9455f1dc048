"""A drawn run leaves out what it says and no more; the whole proof leaves out nothing."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import draws

HOME = Path(__file__).resolve().parent.parent
NAMES = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=40, unique=True)


@given(NAMES, st.integers(1, 9), st.text(max_size=5))
def test_one_in_so_many_is_drawn_and_one_at_least_in_the_order_of_all(names: list[str], share: int, by: str) -> None:
    taken = draws.drawn(names, str, share, by)
    assert taken == [name for name in names if name in taken]
    assert len(taken) == max(1, -(-len(names) // share))
    assert draws.drawn(reversed(names), str, share, by) == taken[::-1]


def test_every_case_comes_in_the_draws_of_enough_commits() -> None:
    names = [f"case {n}" for n in range(13)]
    seen = Counter(name for commit in range(200) for name in draws.drawn(names, str, 4, f"commit {commit}"))
    assert set(seen) == set(names)
    assert min(seen.values()) > 200 * 4 / 13 / 2


def test_a_run_that_says_nothing_of_its_depth_makes_the_whole_proof() -> None:
    silent = {name: value for name, value in os.environ.items() if name != draws.VARIABLE}
    command = [sys.executable, "-c", "from tests import draws; print(draws.DEPTH)"]
    ended = subprocess.run(command, cwd=HOME, env=silent, capture_output=True, text=True, check=True)
    assert ended.stdout == "whole\n"


def test_a_drawn_run_looks_at_fewer_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "DEPTH", "whole")
    assert [draws.examples(n) for n in (250, 12, 3)] == [250, 12, 3]
    monkeypatch.setattr(draws, "DEPTH", "drawn")
    assert [draws.examples(n) for n in (250, 12, 3)] == [50, 10, 3]


@dataclass(frozen=True)
class Test:
    """What a draw asks of a test."""

    path: str
    originalname: str
    case: int
    marks: dict[str, Any] = field(default_factory=dict, hash=False)
    __test__ = False

    @property
    def nodeid(self) -> str:
        return f"{self.path}::{self.originalname}[{self.case}]"

    def get_closest_marker(self, name: str) -> Any:
        return self.marks.get(name)


HOUSE: list[Any] = [
    *(Test("a.py", "test_each_role", n, {"drawn": pytest.mark.drawn(6).mark}) for n in range(13)),
    *(Test("a.py", "test_other", n) for n in range(20)),
    *(Test("b.py", "test_killed", n, {"long": pytest.mark.long.mark}) for n in range(9)),
    Test("c.py", "test_one", 0),
]


def met(*, reaches: bool, on_the_server: bool) -> "Counter[str]":
    found = draws._some(HOUSE, lambda _item: reaches, on_the_server=on_the_server)
    return Counter(item.nodeid.partition("[")[0] for item in found)


def test_a_drawn_run_makes_every_plain_test_that_reaches_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "seed", lambda: "a commit")
    some = {"a.py::test_each_role": 3, "b.py::test_killed": 2, "c.py::test_one": 1}
    assert met(reaches=False, on_the_server=False) == {"a.py::test_other": 20, **some}
    assert met(reaches=True, on_the_server=False) == {"a.py::test_other": 4, **some}


def test_the_server_is_asked_something_by_each_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "seed", lambda: "a commit")
    asked: Counter[str] = Counter()
    for test, number in met(reaches=True, on_the_server=True).items():
        asked[test.partition("::")[0]] += number
    assert asked == {"a.py": 3, "b.py": 1, "c.py": 1}


def test_what_is_merged_has_passed_the_whole_proof() -> None:
    assert "make test DEPTH=whole\n" in (HOME / ".ci" / "run").read_text("utf-8")
