"""Golden cases of kind `import` for `xinya verify`: a document is told by its file's name, else by its keys. Without Django."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from xinya.zones.golden import files, texts

KIND = "import"
BROKEN = "bad"
"""The folder of broken uploads below the golden folder; the handler of this name runs its `truth.json`."""

HANDLERS: dict[str, texts.Handler] = texts.HANDLERS | {
    stem: texts.Handler(files.RECOGNISES[stem], *functions) for stem, functions in files.CASES.items()
}
"""What parts and runs a document, by the name of its file without ending."""


def cases_of(document: Mapping[str, Any], stem: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases of a document, each with the name of its handler. Raises ValueError for a form that nothing here runs."""
    name = stem if stem in HANDLERS else _told_by_keys(document)
    for case_name, case in HANDLERS[name].cases_of(document):
        yield case_name, {"handler": name, "case": case}


def broken_cases_of(document: Mapping[str, Any], _stem: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases of a document in the folder of broken uploads."""
    return cases_of(document, BROKEN)


def _told_by_keys(document: Mapping[str, Any]) -> str:
    for name, handler in HANDLERS.items():
        if handler.recognises(document):
            return name
    raise ValueError(f"nothing here runs a document with the keys {', '.join(sorted(document)[:8])}")


def run_case(case: Mapping[str, Any], folder: Path) -> tuple[Any, Any]:
    """(expected, found) of one case that `cases_of` gave."""
    return HANDLERS[case["handler"]].run_case(case["case"], folder)
