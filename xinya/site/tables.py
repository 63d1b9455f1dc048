"""The tables of the database: made at once where there are none yet, else brought up to this version by migrations."""

from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor


def bring_up_to_date(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Bring the tables up to this version. What a new house gets is what an upgraded one has, to the last index."""
    if connections[using].introspection.table_names(include_views=True):
        call_command("migrate", database=using, interactive=False, verbosity=0)
    else:
        _make_at_once(using)


def _make_at_once(using: str) -> None:
    """Make every table as the migrations leave it, and note all of them as run.

    Running them one by one builds the models anew for each step: seconds, to move rows that a new house does not have.
    """
    connection = connections[using]
    executor = MigrationExecutor(connection)
    last = executor.loader.graph.leaf_nodes()
    with connection.schema_editor() as editor:  # one transaction, as each migration has
        for model in executor.loader.project_state(last).apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        executor.recorder.ensure_schema()
        for migration, _backwards in executor.migration_plan(last):
            executor.record_migration(migration)  # type: ignore[call-arg, arg-type]  # the stubs know an older form
        executor.check_replacements()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=using)
