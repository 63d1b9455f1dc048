"""Queries that run at every request: their SQL is built once for each connection, and then only run with another value.

To build the SQL of a query takes Django longer than to run it, when it finds a row by its key.
"""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=Model)


class Prepared(Generic[Row]):
    """Rows of a query with one value in it.

    build: makes the query from a mark that stands for the value; its SQL must not depend on the value.
    mark: of the kind of the value (a number, a text), and equal to nothing else in the query.
    """

    def __init__(self, build: Callable[[Any], "QuerySet[Row]"], mark: int | str) -> None:
        self._build, self._mark = build, mark
        self._kept = threading.local()

    def rows(self, value: int | str) -> list[Row]:
        """What the query finds for the value. One statement."""
        built, sql, given = self._built()
        params = tuple(value if one == self._mark else one for one in given)
        compiler = built.query.get_compiler()
        compiler.as_sql = lambda *_asked, **_named: (sql, params)
        return list(ModelIterable(built))

    def _built(self) -> tuple[Any, str, tuple[Any, ...]]:
        connection = connections[DEFAULT_DB_ALIAS]
        kept = getattr(self._kept, "built", None)
        if kept is None or kept[0] is not connection:
            built: Any = self._build(self._mark).using(DEFAULT_DB_ALIAS)
            compiler = built.query.get_compiler(using=DEFAULT_DB_ALIAS)
            sql, given = compiler.as_sql()
            if self._mark not in given:
                raise ValueError(f"the mark {self._mark!r} is not in {sql}")
            converters = compiler.get_converters([column for column, *_rest in compiler.select[: compiler.col_count]])
            compiler.get_converters = lambda _columns: converters
            built.query.get_compiler = lambda *_asked, **_named: compiler
            kept = self._kept.built = (connection, built, sql, tuple(given))
        return kept[1:]
