"""Many people write at once: SQLite as we open it gives no error where its usual way does."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import OperationalError, connections, models, transaction

from xinya.site.environment import database_settings

THREADS, TURNS = 8, 12
ALIAS = "till"
pytestmark = pytest.mark.house


class Till(models.Model):
    """A number that everybody reads before writing it."""

    amount = models.IntegerField(default=0)
    objects: ClassVar["models.Manager[Till]"] = models.Manager()

    class Meta:
        app_label = "tests_concurrency"
        managed = False

    def __str__(self) -> str:
        return str(self.amount)


@pytest.fixture(autouse=True)
def _own_file(django_db_blocker: Any) -> Iterator[None]:
    """These tests open a file of their own, so the suite's database is not needed."""
    with django_db_blocker.unblock():
        yield
    connections[ALIAS].close()
    del connections[ALIAS]
    del connections.settings[ALIAS]


def read_then_write(answers: "Counter[str]", start: threading.Barrier) -> None:
    start.wait()
    for _ in range(TURNS):
        try:
            with transaction.atomic(using=ALIAS):
                amount = Till.objects.using(ALIAS).get(pk=1).amount
                Till.objects.using(ALIAS).filter(pk=1).update(amount=amount + 1)
            answers["done"] += 1
        except OperationalError as wrong:
            answers[str(wrong)] += 1
    connections[ALIAS].close()


def rush(file: Path, **options: Any) -> tuple["Counter[str]", int]:
    """Eight threads, each reading and then writing twelve times; the answers and the amount in the end."""
    settings = database_settings(str(file), timeout_s=20)
    settings["OPTIONS"] |= options
    connections.settings[ALIAS] = {**connections.settings["default"], **settings}
    with connections[ALIAS].schema_editor() as editor:
        editor.create_model(Till)
    Till.objects.using(ALIAS).create(pk=1)
    answers: Counter[str] = Counter()
    start = threading.Barrier(THREADS)
    threads = [threading.Thread(target=read_then_write, args=(answers, start)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, Till.objects.using(ALIAS).get(pk=1).amount


def test_eight_people_who_read_and_then_write_get_no_error(tmp_path: Path) -> None:
    answers, amount = rush(tmp_path / "ours.sqlite3")
    assert answers == {"done": THREADS * TURNS}
    assert amount == THREADS * TURNS


def test_the_usual_deferred_mode_would_refuse_some_of_them(tmp_path: Path) -> None:
    answers, _amount = rush(tmp_path / "deferred.sqlite3", transaction_mode="DEFERRED")
    assert answers["database is locked"] > 0
