"""The facts beside a company's events that a package needs (issuer, names, classes, what was imported), judged before use."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from xinya.fund.engine import exact
from xinya.fund.engine.refusal import refuse
from xinya.fund.engine.terms import check_instrument

from .cases import Told, day, need, optional, read_instrument, rows, word
from .ocf import KINDS, MANIFEST
from .ocf_check import demand_document, demand_item

TRANSACTIONS = KINDS["transactions"][0]


def read_facts(told: Told) -> dict[str, Any]:
    """The facts, each of its kind; all may be left out. Raises FIELD_WRONG, FIELD_MISSING with the place."""
    found: dict[str, Any] = dict(told)
    for name, read in READERS.items():
        if told.get(name) is None:
            found.pop(name, None)
        else:
            read(told, name)
    return found


def _object(told: Told, name: str, where: str = "") -> Mapping[str, Any]:
    found = need(told, name, where)
    if not isinstance(found, Mapping):
        raise refuse("FIELD_WRONG", where=f"{where}.{name}" if where else name, value=found)
    return found


def _words(told: Told, name: str) -> None:
    below = _object(told, name)
    for key in below:
        word(below, key, name)


def _names(told: Told, name: str) -> None:
    for holder, given in _object(told, name).items():
        if isinstance(given, Mapping):
            for part in given:
                word(given, part, f"{name}.{holder}")
        else:
            word(told[name], holder, name)


def _units(told: Told, name: str) -> None:
    exact.units(told[name], name)


def _items(told: Told, name: str) -> None:
    for number, item in enumerate(rows(told, name)):
        demand_item(item, f"{name}.{number}")


def _convertibles(told: Told, name: str) -> None:
    for number, row in enumerate(rows(told, name)):
        where = f"{name}.{number}"
        check_instrument(read_instrument(row, where), where)
        day(need(row, "date", where), f"{where}.date")


def _classes(told: Told, name: str) -> None:
    for number, row in enumerate(rows(told, name)):
        where = f"{name}.{number}"
        word(row, "id", where)
        if row.get("name") is not None:
            word(row, "name", where)
        if row.get("repay_rank") is not None:
            exact.count(row["repay_rank"], f"{where}.repay_rank", least=1, most=1000)
        for part in ("preference_multiple", "cap_multiple"):
            optional(row, part, lambda value, place=f"{where}.{part}": exact.rational(value, place))  # type: ignore[misc]


def _package(told: Told, name: str) -> None:
    """What an import kept: the manifest, the files with their items (of transactions the ids alone), the order."""
    package = _object(told, name)
    manifest, documents = _object(package, "manifest", name), _object(package, "documents", name)
    exact.known(need(manifest, "file_type", MANIFEST), ("OCF_MANIFEST_FILE",), f"{name}.manifest.file_type")
    demand_document(MANIFEST, manifest)
    listed = [row["filepath"].removeprefix("./") for kind in KINDS for row in manifest.get(f"{kind}_files", [])]
    for file in [*documents, *listed]:
        if Path(file).name != file or not file.endswith(".json"):
            raise refuse("FIELD_WRONG", where=f"{name}.documents", value=file)
    for file in documents:
        document, where = _object(documents, file, f"{name}.documents"), f"{name}.documents.{file}"
        if need(document, "file_type", where) == TRANSACTIONS:
            _list_of_words(document, "items", where)
        else:
            rows(document, "items", where)
            demand_document(file, document)
    _list_of_words(package, "order", name)


def _list_of_words(told: Told, name: str, where: str) -> None:
    found = need(told, name, where)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise refuse("FIELD_WRONG", where=f"{where}.{name}", value=found)


READERS: dict[str, Callable[[Told, str], Any]] = {
    "holders": _words, "names": _names, "class_ids": _words, "initial_pool": _units, "other_items": _items,
    "convertibles": _convertibles, "classes": _classes, "issuer": _object, "as_of": lambda told, name: day(told[name], name),
    "generated_at": word, "package": _package,
}  # fmt: skip
