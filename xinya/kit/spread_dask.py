"""Pieces of a large job on several machines, by Dask distributed (extra `cluster`).

Its workers run whatever they are sent: private networks or TLS only, never a public address.
"""

import queue
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from .refusals import Refused
from .spread import Bundle, Chunk, longest_silence, run_chunk
from .text import gettext_noop as _

# Dask's nanny makes glibc give every freed block back at once: 2.5 times the processor time with NumPy's temporaries.
WORKER_VARIABLES = {"MALLOC_TRIM_THRESHOLD_": "", "OMP_NUM_THREADS": "1"}
WORKER_TTL = "60 s"
CONNECT_S = 10
NO_DASK = _("To spread a run over machines the package distributed is needed (extra “cluster”), and it is not installed.")
AWAY = _("No scheduler answers at %(address)s.")


class Dask:
    """A scheduler that runs already, by its address (tcp://host:8786). Ends early when nothing has answered for long.

    What a worker has lost comes back by the ledger, so nothing is kept in the cluster but the pieces that wait.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def run(self, job: str, bundle: Bundle, chunks: Mapping[int, Chunk]) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
        with self._client() as client:
            answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
            places = {}
            for k, chunk in chunks.items():
                future = client.submit(run_chunk, job, bundle, chunk, pure=False)
                places[future] = k
                future.add_done_callback(answers.put)
            begun, slowest = time.monotonic(), 0.0
            while places:
                try:
                    future = answers.get(timeout=longest_silence(slowest))
                except queue.Empty:
                    return
                if future.status == "lost":
                    continue
                try:
                    result = future.result()
                except (CancelledError, OSError, _killed()):
                    places.pop(future)
                    continue
                slowest, begun = max(slowest, time.monotonic() - begun), time.monotonic()
                yield places.pop(future), result

    def _client(self) -> Any:
        """A connection to the scheduler. Raises Refused: extra-missing, scheduler-away."""
        try:
            from distributed import Client
        except ImportError as missing:
            raise Refused("extra-missing", NO_DASK) from missing
        try:
            return Client(self.address, set_as_default=False, timeout=CONNECT_S)
        except (OSError, ValueError) as away:
            raise Refused("scheduler-away", AWAY, address=self.address) from away


@contextmanager
def machines_of_one(workers: int) -> Iterator[str]:
    """A cluster of this machine alone, for trying out and for tests: the scheduler's address. Workers that die are begun again."""
    import dask
    from distributed import LocalCluster

    settings = {
        "distributed.nanny.pre-spawn-environ": WORKER_VARIABLES,
        "distributed.scheduler.worker-ttl": WORKER_TTL,
        "distributed.worker.memory.terminate": False,
    }
    with (
        dask.config.set(settings),
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
    ):
        yield str(cluster.scheduler_address)


def _killed() -> type[BaseException]:
    from distributed.scheduler import KilledWorker

    kind: type[BaseException] = KilledWorker
    return kind
