"""Rows of before move into the tables of the import desk as they are now."""

import datetime
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from xinya.zones.models import FactAway, ImportBatch

pytestmark = pytest.mark.django_db(transaction=True)


def migrated(*targets: tuple[str, str]) -> Apps:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


@pytest.mark.long
def test_the_time_that_a_fact_was_away_and_the_last_act_on_a_list_are_kept() -> None:
    graph = MigrationExecutor(connection).loader.graph
    own = next(key for key in graph.nodes if key[0] == "zones" and key[1].endswith("_import_desk"))
    before, latest = next(key.key for key in graph.node_map[own].parents if key.key[0] == "zones"), graph.leaf_nodes()
    now = timezone.now()
    since, until = now - datetime.timedelta(days=40), now - datetime.timedelta(days=30)
    try:
        old: Any = migrated(before)
        zone = old.get_model("zones", "Zone").objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")
        source = old.get_model("zones", "Source").objects.create(kind="list", title="名单")
        person = old.get_model("zones", "Person").objects.create(username="officer")
        fact = old.get_model("zones", "Fact").objects.create(
            zone=zone, kind="revenue", number=1, source=source, observed_on=now.date(), confidence="0.75", away_from=since,
            away_until=until,
        )  # fmt: skip
        for name, undone_at in (("a", until), ("b", None)):
            batch = old.get_model("zones", "ImportBatch").objects.create(
                zone=zone, name=name, sha256="0" * 64, size=1, by=person, undone_at=undone_at
            )
            old.get_model("zones", "ImportBatch").objects.filter(pk=batch.pk).update(at=since)
        migrated(*latest)
        away = FactAway.objects.get()
        assert (away.fact_id, away.since, away.until) == (fact.pk, since, until)
        assert list(ImportBatch.objects.order_by("pk").values_list("touched_at", flat=True)) == [until, since]
    finally:
        migrated(*latest)
        call_command("flush", interactive=False, verbosity=0)
