"""Many rows of one table at once, without an object for each: for lists of a hundred thousand facts."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

CHUNK = 5_000


def insert_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Insert rows given by the names of their columns as fields (`company_id`); what is not given takes the field's default.

    The values must be right: nothing but the database's own constraints checks them. Returns how many there were.
    """
    connection = connections[using]
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608
    count = 0
    with connection.cursor() as cursor:
        prepared = _prepared(fields, rows, connection)
        while some := list(islice(prepared, CHUNK)):
            cursor.executemany(statement, some)
            count += len(some)
    return count


def _prepared(fields: list[Any], rows: Iterable[Mapping[str, Any]], connection: Any) -> Iterator[list[Any]]:
    """The values of each row as the database takes them; the same value of a column is prepared once."""
    known_of: list[dict[Any, Any]] = [{} for _field in fields]
    places = [(place, field.attname, field, known_of[place]) for place, field in enumerate(fields)]
    usual = [field.get_db_prep_save(field.get_default(), connection) for field in fields]
    for row in rows:
        values = list(usual)
        for place, name, field, known in places:
            if name not in row:
                continue
            value = row[name]
            if value is None or type(value) in (str, int):
                values[place] = value
                continue
            key = (type(value), value)
            if key not in known:
                known[key] = field.get_db_prep_save(value, connection)
            values[place] = known[key]
        yield values
