"""CPU time of a call: the best of a few runs, so that other work on the machine matters little."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def best(call: Callable[[], Result], runs: int = 5) -> tuple[float, Result]:
    """(least CPU seconds, the last result)."""
    least = float("inf")
    for _ in range(runs):
        begun = time.process_time()
        result = call()
        least = min(least, time.process_time() - begun)
    return least, result
