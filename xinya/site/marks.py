"""Whether a database may be used as a demonstration: it is marked as one, or nobody has written into it yet."""

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, models

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .models import DatabaseMark

DEMO_IN_USE = _("The database is marked as a demonstration; it is served by `xinya demo` on this machine only.")
USE_AS_DEMO = _("XINYA_DEMO is set and the database is not marked as a demonstration. Nothing was changed.")
# Rows that Django and a worker of the queue write into every database by themselves.
BOOKKEEPING = frozenset(
    {"django_migrations", "django_content_type", "auth_permission", "django_session"}
    | {"kit_queue_worker", "kit_daily_run", "django_tasks_database_dbtaskresult"}
    | {"zones_calendar_year", "zones_calendar_day"}
)


def stored_models(*, using: str = DEFAULT_DB_ALIAS, registry: Apps = apps) -> list[type[models.Model]]:
    """Every model with a table of its own in this database, the tables between two models included."""
    tables = set(connections[using].introspection.table_names())
    return [
        model
        for model in registry.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table in tables
    ]


def is_marked_demo(*, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the database says that it holds a demonstration. A database without tables says nothing."""
    if DatabaseMark._meta.db_table not in connections[using].introspection.table_names():
        return False
    return DatabaseMark.objects.using(using).filter(is_demo=True).exists()


def is_untouched(*, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether no person and no program has written a row: an empty file, or tables freshly made."""
    known = {model._meta.db_table for model in stored_models(using=using)} | BOOKKEEPING
    if set(connections[using].introspection.table_names()) - known:
        return False  # tables of another program
    return not any(
        model._base_manager.using(using).exists() for model in stored_models(using=using) if model._meta.db_table not in BOOKKEEPING
    )


def mark_as_demo(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Say that this database holds a demonstration. Only for one that is untouched."""
    DatabaseMark.objects.using(using).update_or_create(pk=1, defaults={"is_demo": True})


def demand_mark(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Refuse to use a demonstration as a house in use, or the other way round. Raises Refused demo-mark."""
    marked = is_marked_demo(using=using)
    if marked != settings.IS_DEMO:
        raise Refused("demo-mark", DEMO_IN_USE if marked else USE_AS_DEMO)


def check_before_serving(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Stop the start when a demonstration would be served in public, or a house in use as a demonstration."""
    try:
        demand_mark(using=using)
    except Refused as refused:
        raise ImproperlyConfigured(refused.sentence(settings.ENVIRONMENT.language)) from None
    finally:
        connections[using].close()  # a server that loads before it forks must not share the connection
