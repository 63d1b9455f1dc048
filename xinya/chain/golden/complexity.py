"""Golden cases of kind `complexity` for `xinya verify`: a folder with values.csv and the expected tables. Without Django."""

import csv
import gzip
import math
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xinya.chain.engine.complexity import Complexity, complexity, proximity
from xinya.chain.files.values import Values, read_values

KIND = "complexity"
SHOWN = 5
ABSOLUTE, FINE = 1e-9, 1e-12
TABLES = ("expected_locations", "expected_products", "expected_pairs", "expected_proximity")
_THRESHOLD = re.compile(r"threshold_?([0-9]+(?:\.[0-9]+)?)")
Row = dict[str, str]


def recognises(folder: Path) -> bool:
    """Whether a folder is such a case: values and at least one table that is expected."""
    return (folder / "values.csv").is_file() and any(_table(folder, name) for name in TABLES)


def differences_of(folder: Path) -> Iterator[str]:
    """What comes out otherwise than expected, each with its place; nothing when the case passes.

    The limit of RCA is that of the folder's name (`_threshold4`), else 1; values of 0 and 1 without an expected rca are a presence.
    Tolerances: eci, pci, coi, cog 1e-9; rca (relative), density, proximity 1e-12; mcp, diversity, ubiquity exact.
    What is not expected must be left out (NaN). Raises ValueError, KeyError for tables that are not written so.
    """
    told = _THRESHOLD.search(folder.resolve().name)
    expected = {name: _rows(path) for name in TABLES if (path := _table(folder, name))}
    values = read_values((folder / "values.csv").read_bytes(), "values.csv")
    has_rca = "rca" in (expected.get("expected_pairs") or [{"rca": ""}])[0]
    is_given = told is None and not has_rca and bool(np.isin(values.values, (0.0, 1.0)).all())
    found = complexity(values.values, test="given" if is_given else "rca", threshold=float(told[1]) if told else 1.0)
    case = _Case(values, found)
    for name, rows in expected.items():
        if not rows:
            raise ValueError(f"{name} holds no row")
        yield from getattr(case, name)(rows)


def _table(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz") if path.is_file()), None)


def _rows(path: Path) -> list[Row]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


class _Case:
    """One case's tables, each compared in a method of its name."""

    def __init__(self, values: Values, found: Complexity) -> None:
        self.values, self.found = values, found
        self.locations = {name: i for i, name in enumerate(values.locations)}
        self.products = {name: k for k, name in enumerate(values.products)}

    def expected_locations(self, rows: list[Row]) -> Iterator[str]:
        at = [_place(self.locations, row["location"], "location") for row in rows]
        yield from _exact("diversity", rows, self.found.diversity[at], "location")
        for name, table in (("eci", self.found.eci), ("coi", self.found.coi)):
            yield from _near(name, rows, table[at], ABSOLUTE, "location")
            yield from _others_left_out(name, table, at, self.values.locations)

    def expected_products(self, rows: list[Row]) -> Iterator[str]:
        at = [_place(self.products, row["product"], "product") for row in rows]
        yield from _exact("ubiquity", rows, self.found.ubiquity[at], "product")
        yield from _near("pci", rows, self.found.pci[at], ABSOLUTE, "product")
        yield from _others_left_out("pci", self.found.pci, at, self.values.products)

    def expected_pairs(self, rows: list[Row]) -> Iterator[str]:
        at = (
            np.array([_place(self.locations, row["location"], "location") for row in rows]),
            np.array([_place(self.products, row["product"], "product") for row in rows]),
        )
        found = self.found
        yield from _exact("mcp", rows, found.present[at].astype(np.int64), "location", "product")
        if "rca" in rows[0]:
            if found.rca is None:
                yield "rca: expected, but the presence was given"
            else:
                yield from _near("rca", rows, found.rca[at], FINE, "location", "product", is_relative=True)
        rest = np.ones(found.present.shape, dtype=np.bool_)
        rest[at] = False
        for name, table, tolerance in (("density", found.density, FINE), ("cog", found.cog, ABSOLUTE)):
            yield from _near(name, rows, table[at], tolerance, "location", "product")
            if np.isfinite(table[rest]).any():
                yield f"{name}: {int(np.isfinite(table[rest]).sum())} pairs have a number that nobody expects"

    def expected_proximity(self, rows: list[Row]) -> Iterator[str]:
        kept = np.flatnonzero(self.found.products)
        table = np.full((len(self.products), len(self.products)), np.nan)
        table[np.ix_(kept, kept)] = proximity(self.found.kept)
        one, other = (np.array([_place(self.products, row[key], "product") for row in rows]) for key in ("product_1", "product_2"))
        yield from _near("proximity", rows, table[one, other], FINE, "product_1", "product_2")
        np.fill_diagonal(table, 0)
        table[one, other] = table[other, one] = 0
        if unexpected := int((np.nan_to_num(table) > 0).sum()) // 2:
            yield f"proximity: {unexpected} pairs are near that nobody expects"


def _place(places: dict[str, int], name: str, what: str) -> int:
    if name not in places:
        raise ValueError(f"the values have no {what} {name}")
    return places[name]


def _told(name: str, place: str, wrong: list[tuple[int, str, float]], rows: list[Row], keys: tuple[str, ...]) -> str:
    row, expected, found = wrong[0]
    where = ", ".join(rows[row][key] for key in keys)
    more = f" ({len(wrong)} such)" if len(wrong) > 1 else ""
    return f"{name}[{where}]: expected {expected or place}, found {found!r}{more}"


def _exact(name: str, rows: list[Row], found: NDArray[np.int64], *keys: str) -> Iterator[str]:
    wrong = [(i, row[name], got) for i, (row, got) in enumerate(zip(rows, found.tolist(), strict=True)) if int(row[name]) != got]
    if wrong:
        yield _told(name, "", wrong, rows, keys)


def _near(
    name: str, rows: list[Row], found: NDArray[np.float64], tolerance: float, *keys: str, is_relative: bool = False
) -> Iterator[str]:
    wrong = []
    for i, (row, got) in enumerate(zip(rows, found.tolist(), strict=True)):
        expected = float(row[name]) if row[name] not in ("", "nan", "NaN", "NA") else math.nan
        limit = tolerance * abs(expected) if is_relative else tolerance
        if math.isnan(expected) != math.isnan(got) or abs(expected - got) > limit:
            wrong.append((i, row[name], got))
    if wrong:
        yield _told(name, "nothing", wrong, rows, keys)


def _others_left_out(name: str, table: NDArray[np.float64], at: list[int], names: tuple[str, ...]) -> Iterator[str]:
    rest = np.ones(len(table), dtype=np.bool_)
    rest[at] = False
    known = np.flatnonzero(rest & np.isfinite(table))
    if len(known):
        yield f"{name}: {', '.join(names[i] for i in known[:SHOWN])} should be left out ({len(known)} such)"
