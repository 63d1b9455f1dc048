"""Tables of values for economic complexity: (location, product, value) rows, and the population of each location."""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .number_table import NAME_MISSING, Reading, rows_of

COLUMNS = {
    "location": ("place", "city", "zone", "region", "country", "地点", "地区", "城市", "园区", "高新区", "国家"),
    "product": ("industry", "segment", "activity", "产品", "产业", "行业", "环节"),
    "period": ("year", "time", "t", "年份", "年度", "年", "时期"),
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
    """A dense table locations x products in the order of their names; `repeated`: rows that were added to an earlier one.

    period: which of the file's periods it is, "" where the file has none.
    """

    locations: tuple[str, ...]
    products: tuple[str, ...]
    values: NDArray[np.float64]
    repeated: int = 0
    period: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One table of the same locations and products for each period, in the order of the periods' names."""

    locations: tuple[str, ...]
    products: tuple[str, ...]
    periods: tuple[str, ...]
    tables: tuple[NDArray[np.float64], ...]
    repeated: int = 0

    @property
    def last(self) -> Values:
        """The latest period as a table of its own."""
        return Values(self.locations, self.products, self.tables[-1], self.repeated, self.periods[-1])


def read_values(content: bytes, filename: str, *, is_presence: bool = False) -> Values:
    """The table of a CSV with the columns location, product, value; the latest period where there is a column period."""
    return read_panel(content, filename, is_presence=is_presence).last


def read_panel(content: bytes, filename: str, *, is_presence: bool = False) -> Panel:
    """All periods of a CSV with the columns location, product, value and optionally period; pairs that do not stand in it are 0.

    A pair that stands twice is added up (a presence stays 1), and counted. Names are sorted, so the order of rows changes nothing.
    Raises TableRefused with every wrong cell, Refused for the file as a whole: too-large, not-a-table,
    column-missing, too-many-cells.
    """
    reading = Reading()
    keys = ("location", "product", "period")
    known: dict[str, dict[str, int]] = {key: {} for key in keys}
    taken = {key: array("q") for key in keys}
    numbers = array("d")
    has_period = None
    for row, (location, product, period, text) in rows_of(content, filename, COLUMNS, optional=("period",)):
        value = reading.amount(row, "value", text)
        if is_presence and value not in (0.0, 1.0):
            reading.wrong("not-a-presence", NOT_BINARY, row=row, column="value", text=text[:40])
        has_period = bool(period) if has_period is None else has_period or bool(period)
        for key, name in (("location", location), ("product", product), ("period", period)):
            at = known[key].get(name)
            if at is None:
                at = known[key][name if key == "period" and not has_period else reading.name(row, key, name)] = len(known[key])
            taken[key].append(at)
        numbers.append(value)
        if reading.is_full:
            break
    reading.demand(len(numbers))
    names = {key: tuple(sorted(known[key])) for key in keys}
    if has_period and "" in known["period"]:
        raise Refused("name-missing", NAME_MISSING, column="period")
    shape = [len(names[key]) for key in ("period", "location", "product")]
    if shape[0] * shape[1] * shape[2] > MAX_CELLS:
        raise Refused("too-many-cells", TOO_MANY_CELLS, locations=shape[1], products=shape[2], limit=f"{MAX_CELLS:,}")
    where = [_ordered(known[key], names[key], taken[key]) for key in ("period", "location", "product")]
    flat = np.ravel_multi_index(where, shape)
    size = shape[0] * shape[1] * shape[2]
    table = np.asarray(np.bincount(flat, weights=np.frombuffer(numbers, dtype=np.float64), minlength=size), dtype=np.float64)
    repeated = len(flat) - int(np.count_nonzero(np.bincount(flat, minlength=size)))
    tables = np.minimum(table, 1.0) if is_presence else table
    return Panel(names["location"], names["product"], names["period"], tuple(tables.reshape(shape)), repeated)


def _ordered(known: dict[str, int], names: tuple[str, ...], taken: "array[int]") -> NDArray[np.int64]:
    rank = np.empty(len(known), dtype=np.int64)
    rank[[known[name] for name in names]] = np.arange(len(names))
    return rank[np.frombuffer(taken, dtype=np.int64)]


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
