"""Tables of values for economic complexity: (location, product, value) rows, and the population of each location."""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .number_table import Reading, rows_of

COLUMNS = {
    "location": ("place", "city", "zone", "region", "country", "地点", "地区", "城市", "园区", "高新区", "国家"),
    "product": ("industry", "segment", "activity", "产品", "产业", "行业", "环节"),
    "value": ("amount", "output", "employment", "companies", "count", "数值", "金额", "产值", "营业收入", "就业人数", "从业人员",
        "企业数", "数量"),
}  # fmt: skip
POPULATION_COLUMNS = {"location": COLUMNS["location"], "population": ("pop", "人口", "常住人口")}
MAX_CELLS = 60_000_000
"""Locations x products; the engine needs about nine tables of this size, 4 GB at the limit."""

TOO_MANY_CELLS = _("%(locations)s locations and %(products)s products make more than %(limit)s cells; split the table.")
NOT_BINARY = _("“%(text)s” is neither 0 nor 1; a given presence holds only these.")
POPULATION_MISSING = _("The population of %(location)s is not given.")
POPULATION_TWICE = _("The population of %(location)s stands already in row %(first)s.")


@dataclass(frozen=True, slots=True)
class Values:
    """A dense table locations x products in the order of their names; `repeated`: rows that were added to an earlier one."""

    locations: tuple[str, ...]
    products: tuple[str, ...]
    values: NDArray[np.float64]
    repeated: int = 0


def read_values(content: bytes, filename: str, *, is_presence: bool = False) -> Values:
    """The table of a CSV with the columns location, product, value; pairs that do not stand in it are 0.

    A pair that stands twice is added up (a presence stays 1), and counted. Names are sorted, so the order of rows changes nothing.
    Raises TableRefused with every wrong cell, Refused for the file as a whole: too-large, not-a-table,
    column-missing, too-many-cells.
    """
    reading = Reading()
    places: tuple[dict[str, int], dict[str, int]] = ({}, {})
    rows, columns, numbers = array("q"), array("q"), array("d")
    for row, (location, product, text) in rows_of(content, filename, COLUMNS):
        value = reading.amount(row, "value", text)
        if is_presence and value not in (0.0, 1.0):
            reading.wrong("not-a-presence", NOT_BINARY, row=row, column="value", text=text[:40])
        for known, key, name, taken in ((places[0], "location", location, rows), (places[1], "product", product, columns)):
            at = known.get(name)
            if at is None:
                at = known[reading.name(row, key, name)] = len(known)
            taken.append(at)
        numbers.append(value)
        if reading.is_full:
            break
    reading.demand(len(numbers))
    names = tuple(tuple(sorted(known)) for known in places)
    if len(names[0]) * len(names[1]) > MAX_CELLS:
        raise Refused("too-many-cells", TOO_MANY_CELLS, locations=len(names[0]), products=len(names[1]), limit=f"{MAX_CELLS:,}")
    where = []
    for known, ordered, taken in zip(places, names, (rows, columns), strict=True):
        rank = np.empty(len(known), dtype=np.int64)
        rank[[known[name] for name in ordered]] = np.arange(len(ordered))
        where.append(rank[np.frombuffer(taken, dtype=np.int64)])
    flat = where[0] * len(names[1]) + where[1]
    size = len(names[0]) * len(names[1])
    table = np.asarray(np.bincount(flat, weights=np.frombuffer(numbers, dtype=np.float64), minlength=size), dtype=np.float64)
    if is_presence:
        table = np.minimum(table, 1.0)
    repeated = len(flat) - int(np.count_nonzero(np.bincount(flat, minlength=size)))
    return Values(names[0], names[1], table.reshape(len(names[0]), len(names[1])), repeated)


def read_population(content: bytes, filename: str, locations: tuple[str, ...]) -> NDArray[np.float64]:
    """The population of each location in that order; others in the file are passed over.

    Raises TableRefused (also for a location given twice), Refused population-missing.
    """
    reading, found, first_row = Reading(), dict[str, float](), dict[str, int]()
    for row, (place, text) in rows_of(content, filename, POPULATION_COLUMNS):
        name = reading.name(row, "location", place)
        if name in found:
            reading.wrong("twice", POPULATION_TWICE, row=row, column="location", location=name, first=first_row[name])
        found[name], first_row[name] = reading.positive(row, "population", text), row
        if reading.is_full:
            break
    reading.demand(len(found))
    for location in locations:
        if location not in found:
            raise Refused("population-missing", POPULATION_MISSING, location=location)
    return np.array([found[location] for location in locations])
