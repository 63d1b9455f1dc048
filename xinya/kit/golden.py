"""Golden cases of kind `service` for `xinya verify`: each document is told by its own keys. Without Django."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from xinya.kit import golden_audit, golden_deadlines

KIND = "service"


class Runner(Protocol):
    """What runs one form of document."""

    def recognises(self, document: Mapping[str, Any]) -> bool: ...

    def cases_of(self, document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Name and case, each with all that running it needs beside the folder."""

    def run_case(self, case: Mapping[str, Any], folder: Path) -> tuple[Any, Any]: ...


RUNNERS = (cast(Runner, golden_audit), cast(Runner, golden_deadlines))


def cases_of(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases of a document, each with the place of its runner. Raises ValueError for a form that nothing here runs."""
    for place, runner in enumerate(RUNNERS):
        if runner.recognises(document):
            for name, case in runner.cases_of(document):
                yield name, {"runner": place, "case": case}
            return
    raise ValueError(f"nothing here runs a document with the keys {', '.join(sorted(document)[:8])}")


def run_case(case: Mapping[str, Any], folder: Path) -> tuple[Any, Any]:
    """(expected, found) of one case that `cases_of` gave."""
    return RUNNERS[case["runner"]].run_case(case["case"], folder)
