"""Kernels are compiled once for all processes that begin together."""

import subprocess
import sys
from pathlib import Path

import pytest

from xinya.kit.compiled import _alone_in, has_numba

# What it compiles is a file; it says so when it has to.
MODULE = """
import time
from pathlib import Path

KEPT, TOLD = Path({kept!r}), Path({told!r})


def prepare() -> None:
    if KEPT.exists():
        return
    with TOLD.open("a") as file:
        file.write("compiled\\n")
    time.sleep(0.5)
    KEPT.touch()
"""


@pytest.mark.skipif(not has_numba(), reason="the extra `fast` is not installed")
def test_of_two_processes_that_begin_together_one_compiles(tmp_path: Path) -> None:
    told = tmp_path / "told"
    (tmp_path / "made_up_kernels.py").write_text(MODULE.format(kept=str(tmp_path / "kept"), told=str(told)))
    begin = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from xinya.kit.compiled import kernels; kernels('made_up_kernels')"
    here = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin"}
    both = [subprocess.Popen([sys.executable, "-c", begin], env=here, cwd=Path.cwd()) for _ in range(2)]
    assert [one.wait(120) for one in both] == [0, 0]
    assert told.read_text() == "compiled\n"


def test_a_folder_without_a_lock_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with _alone_in(tmp_path):
        pass
    with _alone_in(tmp_path / "absent"):
        pass
