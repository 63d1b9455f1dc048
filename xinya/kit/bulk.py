"""Many rows of one table at once, without an object for each: for lists of a hundred thousand facts."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import ManyToOneRel, ProtectedError, QuerySet

CHUNK = 5_000


def insert_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Insert rows given by the names of their columns as fields (`company_id`); what is not given takes the field's default.

    The values must be right: nothing but the database's own constraints checks them. Returns how many there were. PostgreSQL
    takes them as one stream (COPY): as statements each row would be sent, bound and answered alone.
    """
    connection = connections[using]
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    quoted = connection.ops.quote_name
    table, names = quoted(model._meta.db_table), ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
    count = 0
    with connection.cursor() as cursor:
        prepared = _prepared(fields, rows, connection)
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
                    count += 1
            return count
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
            if type(value) in (dict, list):
                values[place] = field.get_db_prep_save(value, connection)
                continue
            key = (type(value), value)
            if key not in known:
                known[key] = field.get_db_prep_save(value, connection)
            values[place] = known[key]
        yield values


def delete_rows(rows: QuerySet[Any]) -> int:
    """Delete rows and what goes with them, as `QuerySet.delete` does, by a few statements for each relation.

    Only the numbers of these rows are read into this process, and no signal is sent. What points to them is found by these numbers,
    not by the query that found them: nested into others, such a query was planned for minutes by PostgreSQL. Each number is a value
    of every statement, so long lists are given in parts of some hundreds. Returns how many rows of their own model went. Raises
    ProtectedError as Django does.
    """
    keys = list(rows.order_by().values_list("pk", flat=True))
    return _delete(rows.model._base_manager.using(rows.db).filter(pk__in=keys), keys) if keys else 0


def _delete(rows: QuerySet[Any], these: Any) -> int:
    """these: numbers of the rows, or the query for them."""
    for relation in rows.model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.on_delete is models.DO_NOTHING:
            continue
        field, other = relation.field, relation.related_model
        pointing = other._base_manager.using(rows.db).filter(**{f"{field.name}__in": these})
        pointing = pointing.exclude(pk__in=these) if other is rows.model else pointing
        if not pointing.exists():
            continue
        if relation.on_delete is models.CASCADE:
            _delete(pointing, pointing.order_by().values("pk"))
        elif relation.on_delete is models.SET_NULL:
            pointing.update(**{field.name: None})
        else:
            raise ProtectedError(f"{other._meta.label}.{field.name}", set(pointing[:1]))
    return int(rows.order_by()._raw_delete(rows.db))
