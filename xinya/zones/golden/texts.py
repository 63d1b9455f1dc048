"""Golden cases of quantities (`numbers.json`) and of pairs of company names (`names.json`)."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from xinya.zones.engine.company_names import ASK, DIFFERENT, SAME, compare, places_of
from xinya.zones.engine.credit_code import check_character
from xinya.zones.engine.quantities import Quantity, read_quantity

Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Handler:
    """What runs one form of document: whether it is one, its cases with their names, (expected, found) of a case."""

    recognises: Callable[[Case], bool]
    cases_of: Callable[[Case], Iterator[tuple[str, dict[str, Any]]]]
    run_case: Callable[[Case, Path], tuple[Any, Any]]


_NUMBERS = ("value", "lower", "upper", "precision", "alternative")
_NOTHING = {"kind": "none"}
_OUTCOMES = {SAME: "same", ASK: "ask", DIFFERENT: "separate"}
_CODES = tuple(body + check_character(body) for body in ("91990100MA0000001", "91990100MA0000002"))


def _listed(key: str) -> Callable[[Case], Iterator[tuple[str, dict[str, Any]]]]:
    def cases_of(document: Case) -> Iterator[tuple[str, dict[str, Any]]]:
        for number, case in enumerate(document[key], start=1):
            yield str(case.get("id", number)), case

    return cases_of


def _has(key: str, *fields: str) -> Callable[[Case], bool]:
    def recognises(document: Case) -> bool:
        rows = document.get(key)
        return isinstance(rows, list) and bool(rows) and isinstance(rows[0], Mapping) and all(f in rows[0] for f in fields)

    return recognises


def _run_number(case: Case, _folder: Path) -> tuple[Any, Any]:
    found = read_quantity(case["text"])
    if case["kind"] == "none":
        return _NOTHING, _NOTHING if found is None else _written(found)
    expected = {name: _rational(case.get(name)) for name in _NUMBERS}
    expected |= {name: case[name] for name in ("kind", "unit", "bound", "incl")} | {"ambiguous": case.get("ambiguous", False)}
    return expected, _NOTHING if found is None else _written(found)


def _written(quantity: Quantity) -> dict[str, Any]:
    """Numbers as p/q, so that they are compared as rationals and never within a tolerance."""
    return {name: _rational(getattr(quantity, name)) for name in _NUMBERS} | {
        "kind": quantity.kind, "unit": quantity.unit, "bound": quantity.bound, "incl": quantity.incl,
        "ambiguous": quantity.is_ambiguous,
    }  # fmt: skip


def _rational(number: str | Fraction | None) -> str | None:
    return None if number is None else str(Fraction(number))


def _run_pair(case: Case, folder: Path) -> tuple[Any, Any]:
    """What the product says of two names, with the evidence that the case grants: codes, or a former name on record."""
    first, second = case["a"], case["b"]
    evidence = case["evidence"]
    codes = {"names only": (None, None), "credit codes equal": (_CODES[0], _CODES[0])}.get(evidence, (None, None))
    if evidence.startswith("credit codes differ"):
        codes = (_CODES[0], _CODES[1])
    former = (second,) if "former name" in evidence else ()
    told = compare(first, second, code_a=codes[0], code_b=codes[1], former_a=former, places=_places(folder))
    outcome = _OUTCOMES[told.decision]
    allowed = case["allowed"]
    return {"outcome": outcome if outcome in allowed else " or ".join(allowed)}, {"outcome": outcome}


def _places(folder: Path) -> frozenset[str]:
    """The divisions that lie beside the cases, as an import has them."""
    path = folder / "divisions.csv"
    if not path.is_file():
        return frozenset()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return places_of(row["name"] for row in csv.DictReader(file))


HANDLERS = {
    "numbers": Handler(_has("cases", "text", "bound"), _listed("cases"), _run_number),
    "names": Handler(_has("pairs", "a", "b", "allowed"), _listed("pairs"), _run_pair),
}
