"""Statements that run at every request: their SQL is built once for each connection, and then only run with other values.

To build the SQL of a query takes Django longer than to run it, when it finds a row by its key.
"""

import datetime
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql import InsertQuery, UpdateQuery

Row = TypeVar("Row", bound=Model)
Plain = int | str | datetime.datetime


class Prepared(Generic[Row]):
    """Rows of a query with a few values in it.

    build: makes the query from marks that stand for the values; its SQL must not depend on the values.
    marks: each of the kind of its value (a number, a text, an instant), and equal to nothing else in the query.
    """

    def __init__(self, build: Callable[..., "QuerySet[Row]"], *marks: Plain) -> None:
        self._build, self._marks = build, marks
        self._kept = threading.local()

    def rows(self, *values: Plain) -> list[Row]:
        """What the query finds for the values, which come in the order of the marks. One statement."""
        built, sql, given = self._built()
        if built.query.select_for_update and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            raise transaction.TransactionManagementError("rows are held until a transaction ends, and there is none")
        params = _put(connections[DEFAULT_DB_ALIAS], given, self._marks, values)
        compiler = built.query.get_compiler()
        compiler.as_sql = lambda *_asked, **_named: (sql, params)
        return list(ModelIterable(built))

    def _built(self) -> tuple[Any, str, tuple[Any, ...]]:
        connection = connections[DEFAULT_DB_ALIAS]
        kept = getattr(self._kept, "built", None)
        if kept is None or kept[0] is not connection:
            built: Any = self._build(*self._marks).using(DEFAULT_DB_ALIAS)
            compiler = built.query.get_compiler(using=DEFAULT_DB_ALIAS)
            sql, given = compiler.as_sql()
            _demand_marks(connection, sql, given, self._marks)
            converters = compiler.get_converters([column for column, *_rest in compiler.select[: compiler.col_count]])
            compiler.get_converters = lambda _columns: converters
            built.query.get_compiler = lambda *_asked, **_named: compiler
            kept = self._kept.built = (connection, built, sql, tuple(given))
        return kept[1:]


class PreparedCounts:
    """Rows of counts of a query with a few values in it; `build` makes the query, the last step of which is `values_list`.

    Only plain whole numbers come back as Django would give them.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, tuple[int, ...]]"], *marks: Plain) -> None:
        self._build, self._marks = build, marks
        self._kept = threading.local()

    def rows(self, *values: Plain) -> list[tuple[int, ...]]:
        """What the query counts for the values, which come in the order of the marks. One statement."""
        connection = connections[DEFAULT_DB_ALIAS]
        kept = getattr(self._kept, "built", None)
        if kept is None or kept[0] is not connection:
            query: Any = self._build(*self._marks).query
            sql, given = query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
            _demand_marks(connection, sql, given, self._marks)
            kept = self._kept.built = (connection, sql, tuple(given))
        with connection.cursor() as cursor:
            cursor.execute(kept[1], _put(connection, kept[2], self._marks, values))
            return [tuple(row) for row in cursor.fetchall()]


class PreparedUpdate:
    """A change of the rows of a query, with a few values in both; `build` makes the query and what is changed, by field.

    Only fields of the rows' own table, and values that are numbers, texts or instants.
    """

    def __init__(self, build: Callable[..., tuple["QuerySet[Any]", dict[str, Any]]], *marks: Plain) -> None:
        self._build, self._marks = build, marks
        self._kept = threading.local()

    def change(self, *values: Plain) -> int:
        """How many rows were changed. One statement."""
        connection = connections[DEFAULT_DB_ALIAS]
        kept = getattr(self._kept, "built", None)
        if kept is None or kept[0] is not connection:
            rows, changed = self._build(*self._marks)
            query: Any = rows.query.chain(UpdateQuery)
            query.add_update_values(changed)
            if query.related_updates:
                raise ValueError(f"not of one table: {sorted(changed)}")
            sql, given = query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
            _demand_marks(connection, sql, given, self._marks)
            kept = self._kept.built = (connection, sql, tuple(given))
        with transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS), connection.cursor() as cursor:
            cursor.execute(kept[1], _put(connection, kept[2], self._marks, values))
            return int(cursor.rowcount)


class PreparedInsert(Generic[Row]):
    """Adds rows of one table as they are: every value given, none made by a field or the database, and no signal sent."""

    def __init__(self, model: type[Row]) -> None:
        if model._meta.auto_field is not None:
            raise ValueError(f"the database numbers the rows of {model._meta.label} itself")
        self._model = model
        self._kept = threading.local()

    def add(self, row: Row) -> None:
        """One statement. The row must not be there yet."""
        connection = connections[DEFAULT_DB_ALIAS]
        kept = getattr(self._kept, "built", None)
        if kept is None or kept[0] is not connection:
            fields = self._model._meta.local_concrete_fields
            query: Any = InsertQuery(self._model)
            query.insert_values(fields, [row])
            [(sql, _given)] = query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
            kept = self._kept.built = (connection, sql, fields)
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in kept[2]]
        with transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS), connection.cursor() as cursor:
            cursor.execute(kept[1], values)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _sent(connection: Any, value: Plain) -> Any:
    """The value as this database takes it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime.datetime) else value


def _put(connection: Any, given: tuple[Any, ...], marks: tuple[Plain, ...], values: tuple[Plain, ...]) -> tuple[Any, ...]:
    into = {_sent(connection, mark): _sent(connection, value) for mark, value in zip(marks, values, strict=True)}
    return tuple(into.get(one, one) for one in given)


def _demand_marks(connection: Any, sql: str, given: tuple[Any, ...], marks: tuple[Plain, ...]) -> None:
    for mark in marks:
        if _sent(connection, mark) not in given:
            raise ValueError(f"the mark {mark!r} is not in {sql}")
