"""Golden cases of kind `service` for `xinya verify`: each is given to the part of kit that answers it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import golden_audit

KIND = "service"
RunCase = Callable[[Mapping[str, Any], Path], tuple[Any, Any]]

RUNNERS: dict[frozenset[str], RunCase] = {golden_audit.KEYS: golden_audit.run_case}
"""What runs a case, by the keys that tell it from the others, whatever its file is called."""


def run_case(case: Mapping[str, Any], folder: Path) -> tuple[Any, Any]:
    """What a case expects, and what the product answers. Raises ValueError for a case that nothing here runs."""
    for keys, run in RUNNERS.items():
        if keys <= case.keys():
            return run(case, folder)
    raise ValueError("nothing here runs a case of this form")
