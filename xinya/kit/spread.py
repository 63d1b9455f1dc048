"""Large jobs in small pieces, on one machine or on many: a piece that is lost is done again, a piece done twice counts once.

A job is a function marked `@spreadable`, sent by its name and never as a pickled function. Its arrays lie in one file that every
machine can read, named by their content; each process reads it once and checks it. Pieces are pure, so doing one twice is harmless.
Without Django. Engines: `Here`, `Processes`; on several machines `spread_dask.Dask` (extra `cluster`).
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

ATTEMPTS = 8
LEAST_SILENCE_S, SILENCES = 30.0, 5.0
Arrays = Mapping[str, NDArray[Any]]
Chunk = tuple[int | float | str | bool, ...]
Job = Callable[..., dict[str, NDArray[Any]]]


class Unfinished(Exception):
    """Some pieces were lost again and again."""

    def __init__(self, job: str, missing: list[int]) -> None:
        super().__init__(f"{job}: {len(missing)} pieces are missing, the first is {missing[0]}")
        self.job, self.missing = job, missing


@dataclass(frozen=True, slots=True)
class Bundle:
    """The arrays of a job in a file. digest: SHA-256 of its content, which is its name too."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A bundle in a process: arrays by name."""

    digest: str
    arrays: Arrays


class Engine(Protocol):
    """What runs pieces somewhere. It may end early, repeat itself or leave some out: the ledger sees to the rest."""

    def run(self, job: str, bundle: Bundle, chunks: Mapping[int, Chunk]) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]: ...


def spreadable(job: Job) -> Job:
    """Let a function be sent by name: (loaded bundle, *chunk) → arrays; the same arguments, the same arrays, bit for bit."""
    job.is_spreadable = True  # type: ignore[attr-defined]
    return job


def name_of(job: Job) -> str:
    """The name by which a job is sent. Raises ValueError for a function that is not marked."""
    if not getattr(job, "is_spreadable", False):
        raise ValueError(f"{job.__name__} is not marked as spreadable")
    return f"{job.__module__}:{job.__qualname__}"


def bundle_in(folder: Path, arrays: Arrays) -> Bundle:
    """Write arrays as one file into a folder that every machine of the run can read; the same arrays are the same file."""
    packed = _packed(arrays)
    digest = hashlib.sha256(packed).hexdigest()
    path = folder / f"{digest}.npz"
    if not path.exists():
        _write(path, packed)
    return Bundle(str(path), digest)


class Ledger:
    """Which pieces are done, with what came out: in memory, or in a folder from which a stopped run goes on."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._kept: dict[str, dict[str, NDArray[Any]]] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> dict[str, NDArray[Any]] | None:
        """What came out of a piece; None when it is not done, also when its file is broken."""
        if self.folder is None:
            return self._kept.get(key)
        path = self.folder / f"{key}.npz"
        try:
            return _unpacked(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, EOFError, BadZipFile):
            path.unlink(missing_ok=True)
            return None

    def first(self, key: str, result: dict[str, NDArray[Any]]) -> bool:
        """Keep a result, unless there is one already; the first answer stays."""
        if self.get(key) is not None:
            return False
        if self.folder is None:
            self._kept[key] = result
        else:
            _write(self.folder / f"{key}.npz", _packed(result))
        return True


def spread(
    job: Job,
    bundle: Bundle,
    chunks: Mapping[int, Chunk],
    *,
    engine: Engine,
    keep: Ledger | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, NDArray[Any]]]:
    """Run a job over chunks, anywhere; the same list as a plain loop, whatever dies on the way.

    keep: results done before are not done again. progress: pieces done, all pieces.
    Raises Unfinished when pieces stay missing; an error of the job itself as it is.
    """
    name, ledger = name_of(job), keep if keep is not None else Ledger()
    keys = {k: _key(name, bundle, chunk) for k, chunk in chunks.items()}
    done = {k: result for k, key in keys.items() if (result := ledger.get(key)) is not None}
    for _attempt in range(ATTEMPTS):
        missing = {k: c for k, c in chunks.items() if k not in done}
        if not missing:
            break
        for k, result in engine.run(name, bundle, missing):
            if k in done:
                continue
            ledger.first(keys[k], result)
            done[k] = result
            if progress is not None:
                progress(len(done), len(chunks))
    lost = [k for k in chunks if k not in done]
    if lost:
        raise Unfinished(name, lost)
    return [done[k] for k in chunks]


def run_chunk(job: str, bundle: Bundle, chunk: Chunk) -> dict[str, NDArray[Any]]:
    """One piece, in whatever process this is. Raises ValueError for a name that is no marked function of the product."""
    module, _colon, name = job.partition(":")
    if not module.startswith("xinya."):
        raise ValueError(f"{job} is no job of the product")
    function = getattr(import_module(module), name, None)
    if not getattr(function, "is_spreadable", False):
        raise ValueError(f"{job} is no job of the product")
    result: dict[str, NDArray[Any]] = function(_loaded(bundle), *chunk)  # type: ignore[misc]
    return result


class Here:
    """A plain loop in this process."""

    def run(self, job: str, bundle: Bundle, chunks: Mapping[int, Chunk]) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
        for k, chunk in chunks.items():
            yield k, run_chunk(job, bundle, chunk)


class Processes:
    """Processes of this machine, begun afresh so that no lock or thread is inherited. A pool that breaks ends the run early."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1

    def run(self, job: str, bundle: Bundle, chunks: Mapping[int, Chunk]) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
        pool = ProcessPoolExecutor(self.count, mp_context=get_context("spawn"))
        waiting: dict[Future[dict[str, NDArray[Any]]], int] = {}
        try:
            waiting = {pool.submit(run_chunk, job, bundle, chunk): k for k, chunk in chunks.items()}
            while waiting:
                done, _others = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield waiting.pop(future), future.result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def longest_silence(slowest_s: float) -> float:
    """For how long a run waits for any answer before it takes the rest as lost."""
    return max(LEAST_SILENCE_S, SILENCES * slowest_s)


@lru_cache(maxsize=2)
def _loaded(bundle: Bundle) -> Loaded:
    packed = Path(bundle.path).read_bytes()
    if hashlib.sha256(packed).hexdigest() != bundle.digest:
        raise ValueError(f"{bundle.path} is not the file that was meant")
    return Loaded(bundle.digest, _unpacked(packed))


def _key(job: str, bundle: Bundle, chunk: Chunk) -> str:
    return hashlib.sha256(json.dumps([job, bundle.digest, list(chunk)]).encode()).hexdigest()


def _packed(arrays: Arrays) -> bytes:
    """The same arrays give the same bytes, so that a name can be made of them."""
    out = BytesIO()
    np.savez(out, **{name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)})  # type: ignore[arg-type]
    return out.getvalue()


def _unpacked(packed: bytes) -> dict[str, NDArray[Any]]:
    with np.load(BytesIO(packed), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, whoever else writes the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
