"""Reading and refilling a whole database in one piece, on SQLite and PostgreSQL alike."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction


@contextmanager
def one_moment(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A transaction in which every read sees the same moment; must be the outermost one."""
    connection = connections[using]
    with transaction.atomic(using=using, durable=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def empty_tables(tables: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Delete every row of the tables, inside the caller's transaction."""
    connection = connections[using]
    statements = connection.ops.sql_flush(no_style(), list(tables), reset_sequences=True)
    connection.ops.execute_sql_flush(statements)


def continue_numbers(rows_of: Iterable[type[models.Model]], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """After rows came in with their own numbers: let the next new row get the number behind the last."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(rows_of)):
            cursor.execute(statement)
