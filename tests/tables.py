"""The tables of a test run: the migrations run once, and every process of the run works in a copy of what they made."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection

from tests.settings import CHOICE, FOLDER, WORKER

RUN = FOLDER.parent if WORKER else FOLDER
"""The folder that all processes of this run share."""
FILE = RUN / "tables.sqlite3"
MADE = RUN.name.replace("-", "_")
OWN = f"{MADE}_{WORKER or 'main'}"


def make_own() -> None:
    """Give this process a database of its own, and let Django connect to it."""
    if CHOICE == "sqlite":
        _own_file()
    else:
        _own_on_the_server()


def _own_file() -> None:
    own = FOLDER / "test.sqlite3"
    with _alone():
        if not FILE.exists():
            _migrate(str(own))
            shutil.copyfile(own, FILE)
    shutil.copyfile(FILE, own)
    _connect(str(own))


def _own_on_the_server() -> None:
    with _alone(), connection.creation._nodb_cursor() as server:
        if MADE not in _databases(server):
            server.execute(f"CREATE DATABASE {MADE}")
            _migrate(MADE)
        server.execute(f"CREATE DATABASE {OWN} TEMPLATE {MADE}")
    _connect(OWN)


def drop_own() -> None:
    """A server of somebody's own is left as it was; a file goes with the folder of the run."""
    connection.close()
    if CHOICE != "postgres":
        return
    with _alone(), connection.creation._nodb_cursor() as server:
        server.execute(f"DROP DATABASE {OWN}")
        if _databases(server) == {MADE}:
            server.execute(f"DROP DATABASE {MADE}")


def _databases(server: Any) -> set[str]:
    """The names of this run's databases."""
    server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [MADE])
    return {name for (name,) in server.fetchall()}


def _migrate(name: str) -> None:
    _connect(name)
    call_command("migrate", verbosity=0, interactive=False)
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
