"""The tables of a new house, made at once as those of this run were, are those that the migrations make one after the other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests import tables
from xinya.site.tables import bring_up_to_date

pytestmark = pytest.mark.django_db
NEW = "new_house"
GIVEN = re.compile(r"\b(kit_audit\w*_(?:pkey|not_null))1\b")
SERVER = """
    SELECT 'column', table_name, column_name, data_type || coalesce(character_maximum_length::text, '') || is_nullable
        || coalesce(column_default, '') || coalesce(is_identity, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) || condeferrable || condeferred
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


@pytest.fixture
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a database of its own that holds nothing."""
    name = f"{tables.OWN}_new"
    if connection.vendor == "sqlite":
        name = str(tmp_path_factory.mktemp("new") / "house.sqlite3")
    else:
        with tables.server() as server:
            server.execute(f"CREATE DATABASE {name}")
    connections.settings[NEW] = {**connections.settings["default"], "NAME": name}
    connections[NEW].connect()  # a test may not open a database that was not there when it began
    try:
        yield connections[NEW]
    finally:
        connections[NEW].close()
        del connections.settings[NEW], connections[NEW]
        if connection.vendor != "sqlite":
            with tables.server() as server:
                server.execute(f"DROP DATABASE {name}")


def structure(of: BaseDatabaseWrapper) -> set[tuple[Any, ...]]:
    """Every column, index and constraint, in whatever order they lie in their table."""
    with of.cursor() as cursor:
        if of.vendor != "sqlite":
            cursor.execute(SERVER)
            # A table that once had to stand beside another of its name has a number behind the names that the server gave.
            return {tuple(GIVEN.sub(r"\1", text) for text in row) for row in cursor.fetchall()}
        found: set[tuple[Any, ...]] = set()
        cursor.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE name <> 'sqlite_sequence'")
        for kind, name, table, sql in cursor.fetchall():
            if kind != "table":
                found.add((kind, table, name if sql else "", re.sub(r"\s+", " ", sql)))
                continue
            inside = sql[sql.index("(") + 1 : sql.rindex(")")]
            found |= {("part", table, part) for part in parts(inside)}
        return found


def parts(inside: str) -> Iterator[str]:
    """What stands between the commas of a table's definition."""
    depth, part, quoted = 0, "", ""
    for sign in inside:
        if quoted or sign in "'\"":
            quoted = "" if sign == quoted else quoted or sign
        else:
            depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth and not quoted:
            yield " ".join(part.split())
            part = ""
        else:
            part += sign
    yield " ".join(part.split())


def rows(of: BaseDatabaseWrapper) -> dict[str, set[tuple[Any, ...]]]:
    """What Django writes by itself, without the numbers of the rows."""
    asked = {
        "migrations": "SELECT app, name FROM django_migrations",
        "kinds": "SELECT app_label, model FROM django_content_type",
        "permissions": "SELECT app_label, model, codename, p.name FROM auth_permission p"
        " JOIN django_content_type t ON t.id = p.content_type_id",
    }
    with of.cursor() as cursor:
        found = {}
        for name, sql in asked.items():
            cursor.execute(sql)
            found[name] = set(cursor.fetchall())
        return found


def migrate_all(database: BaseDatabaseWrapper) -> None:
    """Run every migration on this database. It stands for the one of the product, which some of the older ones ask for rows."""
    own = connections["default"]
    connections["default"] = database
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connections["default"] = own


def test_a_new_house_has_the_tables_that_the_migrations_make(new_house: BaseDatabaseWrapper) -> None:
    migrate_all(new_house)
    assert structure(connection) == structure(new_house)
    assert rows(connection) == rows(new_house)
    call_command("migrate", check_unapplied=True, verbosity=0)  # leaves with an error when anything is left to do


def test_a_new_house_that_cannot_be_made_holds_nothing(new_house: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.executor import MigrationExecutor

    def broken(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(MigrationExecutor, "check_replacements", broken)
    with pytest.raises(RuntimeError):
        bring_up_to_date(using=NEW)
    assert new_house.introspection.table_names() == []
    monkeypatch.undo()
    bring_up_to_date(using=NEW)
    assert rows(new_house) == rows(connection)
