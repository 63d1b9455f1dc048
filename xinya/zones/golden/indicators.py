"""Golden indicators: every value of a workbook of months, and what was known of them on a day."""

from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from xinya.zones.engine.imports.indicator_books import IndicatorBook, read_indicators
from xinya.zones.engine.imports.indicators import NOT_RESTATED, IndicatorValue, as_known, by_place, month_of
from xinya.zones.files.import_reading import read_book
from xinya.zones.golden.uploads import TODAY, Case, Cases


@lru_cache(maxsize=8)
def _read(path: str, _changed_ns: int) -> IndicatorBook:
    file = Path(path)
    return read_indicators(read_book(file.read_bytes(), file.name).grids, today=TODAY)


def indicator_cases(document: Case) -> Cases:
    """Values, questions, months, definitions, and how many there are."""
    file = {"file": document["file"]}
    for value in document["values"]:
        yield f"value-{value['code']}-{value['period']}-r{value['revision']}", file | {"value": dict(value)}
    for number, question in enumerate(document["as_known_at"], 1):
        yield f"question-{number}", file | {"question": dict(question)}
    for month in document.get("derived_single_month", []):
        yield f"month-{month['code']}-{month['period']}", file | {"month": dict(month)}
    for one in document.get("definitions", []):
        yield f"definition-{one['code']}-v{one['version']}", file | {"definition": dict(one)}
    yield "counts", file | {"counts": dict(document["counts"])}


def run_indicator(case: Case, folder: Path) -> tuple[Any, Any]:
    """(expected, found), figures as rationals."""
    file = folder / case["file"]
    book = _read(str(file), file.stat().st_mtime_ns)
    if "value" in case:
        stated = case["value"]
        key = (stated["code"], stated["period"], stated["revision"])
        return _stated(stated), _told(next((one for one in book.values if (one.code, one.period, one.revision) == key), None))
    if "question" in case:
        asked = case["question"]
        known = as_known(book.values, asked["code"], asked["period"], date.fromisoformat(asked["as_known_on"]))
        expected = {"revision": asked["revision"], "value": _rational(asked["value"]), "stated": _rational(asked["stated"])}
        told = _told(known)
        return expected, {key: told.get(key) for key in expected}
    if "month" in case:
        return _month(case["month"], book)
    if "definition" in case:
        return _definition(case["definition"], book)
    revisions = [sum(1 for one in book.values if one.revision == number) for number in range(3)]
    told = {"values": len(book.values), "first": revisions[0], "revision_1": revisions[1], "revision_2": revisions[2]}
    return case["counts"], told | {"definitions": len(book.definitions)}


def _stated(value: Case) -> dict[str, Any]:
    return {
        "revision": value["revision"], "known_from": value["known_from"], "stated": _rational(value["stated"]),
        "unit": value["unit"], "value": _rational(value["value"]), "canonical_unit": value["canonical_unit"],
    }  # fmt: skip


def _told(value: IndicatorValue | None) -> dict[str, Any]:
    if value is None:
        return {}
    return {
        "revision": value.revision, "known_from": value.known_from.isoformat(), "stated": _rational(value.stated),
        "unit": value.unit, "value": str(value.value), "canonical_unit": value.canonical_unit,
    }  # fmt: skip


def _rational(number: str | None) -> str | None:
    return None if number is None else str(Fraction(number))


def _month(stated: Case, book: IndicatorBook) -> tuple[Any, Any]:
    last = max(one.known_from for one in book.values)
    month = month_of(by_place(book.values), book.definitions, stated["code"], stated["period"], last)
    expected = {"stated": _rational(stated["stated"]), "warns": stated["note"] is not None}
    return expected, {"stated": str(month.stated), "warns": NOT_RESTATED in month.warnings} if month else {}


def _definition(stated: Case, book: IndicatorBook) -> tuple[Any, Any]:
    found = next((one for one in book.definitions if (one.code, one.version) == (stated["code"], stated["version"])), None)
    keys = ("name", "unit", "kind", "scope", "valid_from", "valid_to")
    expected = {key: stated[key] for key in (*keys, "canonical_unit")} | {"factor": _rational(stated["factor"])}
    if found is None:
        return expected, {}
    unit, factor = found.canonical
    return expected, {key: getattr(found, key) for key in keys} | {"canonical_unit": unit, "factor": str(factor)}
