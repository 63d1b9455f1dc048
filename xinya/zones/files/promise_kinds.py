"""Kinds of promises that ship: unit, length and where the length comes from. No Django, no database."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "case" / "promise_kinds.csv"
OWN = "own"


@dataclass(frozen=True, slots=True)
class PromiseKind:
    """A preset. role: what the promise is of a request: start, first answer, solution."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    n: int
    role: str
    source: str

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


@lru_cache(maxsize=1)
def promise_kinds() -> dict[str, PromiseKind]:
    """The presets by code, in the order of their file. Read once a process."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return {row["code"]: PromiseKind(**{**row, "n": int(row["n"])}) for row in csv.DictReader(file)}  # type: ignore[arg-type]
