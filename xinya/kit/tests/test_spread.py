"""Large jobs in pieces: nothing is lost, nothing counts twice, whoever dies on the way."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xinya.kit.spread import (
    Bundle,
    Chunk,
    Here,
    Ledger,
    Loaded,
    Processes,
    Unfinished,
    bundle_in,
    run_chunk,
    spread,
    spreadable,
)
from xinya.kit.spread_dask import Dask, machines_of_one

Result = dict[str, NDArray[Any]]


@spreadable
def summed(loaded: Loaded, first: int, last: int) -> Result:
    return {"sum": loaded.arrays["values"][first:last].cumsum()}


@spreadable
def dying(loaded: Loaded, mark: str, first: int, last: int) -> Result:
    """The first process that comes to the middle piece is killed, once."""
    if first == 40 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return {"sum": loaded.arrays["values"][first:last].cumsum()}


@spreadable
def failing(loaded: Loaded, first: int) -> Result:
    raise ValueError(f"piece {first} cannot be done")


def not_marked(loaded: Loaded) -> Result:
    return {}


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return bundle_in(tmp_path, {"values": np.random.default_rng(0).random(100)})


CHUNKS: dict[int, Chunk] = {k: (k * 10, k * 10 + 10) for k in range(10)}


def as_bytes(results: list[Result]) -> list[bytes]:
    return [r["sum"].tobytes() for r in results]


class Careless:
    """Repeats itself, leaves pieces out, ends early."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, job: str, bundle: Bundle, chunks: Mapping[int, Chunk]) -> Iterator[tuple[int, Result]]:
        self.runs += 1
        for k in list(chunks)[:4]:
            result = run_chunk(job, bundle, chunks[k])
            yield k, result
            yield k, {"sum": result["sum"] + 1}


class Deaf:
    def run(self, job: str, bundle: Bundle, chunks: Mapping[int, Chunk]) -> Iterator[tuple[int, Result]]:
        return iter(())


def test_the_same_arrays_are_the_same_file(tmp_path: Path) -> None:
    one, other = ({"b": np.arange(3.0), "a": np.ones(2)} for _ in range(2))
    assert bundle_in(tmp_path, one) == bundle_in(tmp_path, dict(reversed(other.items())))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_changed_file_is_not_taken_for_the_one_meant(bundle: Bundle) -> None:
    Path(bundle.path).write_bytes(b"something else")
    with pytest.raises(ValueError, match="not the file that was meant"):
        run_chunk(f"{__name__}:summed".replace("__main__", ""), bundle, (0, 10))


def test_the_first_answer_stays_and_what_is_left_out_is_asked_again(bundle: Bundle) -> None:
    engine, seen = Careless(), []
    found = spread(summed, bundle, CHUNKS, engine=engine, progress=lambda done, count: seen.append((done, count)))
    assert as_bytes(found) == as_bytes(spread(summed, bundle, CHUNKS, engine=Here()))
    assert engine.runs == 3
    assert seen == [(k, 10) for k in range(1, 11)]


def test_what_stays_missing_is_said(bundle: Bundle) -> None:
    with pytest.raises(Unfinished) as ended:
        spread(summed, bundle, CHUNKS, engine=Deaf())
    assert ended.value.missing == list(range(10))


def test_a_stopped_run_goes_on_from_its_ledger(bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    part = {k: CHUNKS[k] for k in range(6)}
    spread(summed, bundle, part, engine=Here(), keep=Ledger(folder))
    asked: list[int] = []

    class Counting(Here):
        def run(self, job: str, bundle: Bundle, chunks: Mapping[int, Chunk]) -> Iterator[tuple[int, Result]]:
            asked.extend(chunks)
            yield from super().run(job, bundle, chunks)

    broken = sorted(folder.glob("*.npz"))[0]
    broken.write_bytes(broken.read_bytes()[:20])
    found = spread(summed, bundle, CHUNKS, engine=Counting(), keep=Ledger(folder))
    assert len(asked) == 5
    assert as_bytes(found) == as_bytes(spread(summed, bundle, CHUNKS, engine=Here()))


def test_an_error_of_the_job_is_not_tried_again(bundle: Bundle) -> None:
    with pytest.raises(ValueError, match="piece 3 cannot be done"):
        spread(failing, bundle, {0: (3,)}, engine=Here())


def test_only_marked_functions_of_the_product_are_run(bundle: Bundle) -> None:
    with pytest.raises(ValueError, match="not marked"):
        spread(not_marked, bundle, {0: ()}, engine=Here())
    for name in (f"{__name__}:not_marked", "os:getcwd", "xinya.kit.spread:run_chunk"):
        with pytest.raises(ValueError, match="no job of the product"):
            run_chunk(name, bundle, ())


def test_a_killed_process_costs_time_and_no_result(bundle: Bundle, tmp_path: Path) -> None:
    chunks: dict[int, Chunk] = {k: (str(tmp_path / "mark"), *pair) for k, pair in CHUNKS.items()}
    found = spread(dying, bundle, chunks, engine=Processes(2))
    assert (tmp_path / "mark").exists()
    assert as_bytes(found) == as_bytes(spread(summed, bundle, CHUNKS, engine=Here()))


@pytest.mark.long
def test_a_killed_machine_of_a_cluster_costs_time_and_no_result(bundle: Bundle, tmp_path: Path) -> None:
    chunks: dict[int, Chunk] = {k: (str(tmp_path / "mark"), *pair) for k, pair in CHUNKS.items()}
    plain = as_bytes(spread(summed, bundle, CHUNKS, engine=Here()))
    with machines_of_one(2) as address:
        assert as_bytes(spread(summed, bundle, CHUNKS, engine=Dask(address))) == plain
        assert as_bytes(spread(dying, bundle, chunks, engine=Dask(address))) == plain
    assert (tmp_path / "mark").exists()
