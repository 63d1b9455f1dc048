"""The tables of a test run: made once, as those of a new house are, and every process of the run works in a copy of them.

That they are what the migrations make one after the other is for test_tables.py to say, which takes the long way.

After a test with transactions of its own the copy becomes again what it was. Django would empty all tables, a hundred of which
hold nothing, and make the rows of its permissions anew.
"""

import fcntl
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db import connection, transaction

from tests.settings import CHOICE, FOLDER, WORKER
from xinya.site.tables import bring_up_to_date

RUN = FOLDER.parent if WORKER else FOLDER
"""The folder that all processes of this run share."""
FILE = RUN / "tables.sqlite3"
MADE = RUN.name.replace("-", "_")
LONGEST_S = 30.0
OWN = f"{MADE}_{WORKER or 'main'}"


def make_own() -> None:
    """Give this process a database of its own, and let Django connect to it."""
    if CHOICE == "sqlite":
        _own_file()
    else:
        _own_on_the_server()


def as_made() -> None:
    """The rows of this process's tables are again those that they were made with."""
    if CHOICE == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(FILE)) as file:
            file.backup(connection.connection, progress=_patience(time.monotonic() + LONGEST_S))
        return
    with transaction.atomic(), connection.cursor() as cursor:  # every foreign key is looked at when the transaction ends
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):  # what was whole before is put back whole: nothing needs looking at
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'as_made'::regnamespace AND relkind = 'r'")
        made = {name for (name,) in cursor.fetchall()}
        tables = [connection.ops.quote_name(name) for name in connection.introspection.table_names(cursor)]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")
        for name in made:
            cursor.execute(f"INSERT INTO {name} SELECT * FROM as_made.{name}")


def _patience(end: float) -> Callable[[int, int, int], None]:
    """A copy tries again for ever while another connection writes; that a test left one open must show as its failure."""

    def copied(_status: int, remaining: int, _total: int) -> None:
        if remaining and time.monotonic() > end:
            raise TimeoutError("another connection holds the database of this test: it writes still, or was left open")

    return copied


def _own_file() -> None:
    own = FOLDER / "test.sqlite3"
    with _alone():
        if not FILE.exists():
            _make(str(own))
            shutil.copyfile(own, FILE)
    shutil.copyfile(FILE, own)
    _connect(str(own))


def _own_on_the_server() -> None:
    with _alone(), server() as cursor:
        if MADE not in _databases(cursor):
            cursor.execute(f"CREATE DATABASE {MADE}")
            _make(MADE)
            _keep_rows()
        cursor.execute(f"CREATE DATABASE {OWN} TEMPLATE {MADE}")
    _connect(OWN)


def drop_own() -> None:
    """A server of somebody's own is left as it was; a file goes with the folder of the run."""
    connection.close()
    if CHOICE != "postgres":
        return
    with _alone(), server() as cursor:
        cursor.execute(f"DROP DATABASE {OWN}")
        if _databases(cursor) == {MADE}:
            cursor.execute(f"DROP DATABASE {MADE}")


def server() -> Any:
    """A cursor on the server, in none of this run's databases."""
    creation: Any = connection.creation
    return creation._nodb_cursor()


def _databases(server: Any) -> set[str]:
    """The names of this run's databases."""
    server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [MADE])
    return {name for (name,) in server.fetchall()}


def _make(name: str) -> None:
    _connect(name)
    bring_up_to_date()
    connection.close()


def _keep_rows() -> None:
    """Copies of the rows that the tables were made with, for `as_made`."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA as_made")
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")
            if cursor.fetchone() == (True,):
                cursor.execute(f"CREATE TABLE as_made.{name} AS TABLE {name}")
    connection.close()


def _connect(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


@contextmanager
def _alone() -> Iterator[None]:
    """One process of the run at a time."""
    with (RUN / "tables.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
