"""Long lists: which are long, tries that fail and come again, a register that changes meanwhile, and the shell beside a worker."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from xinya.cli.main import main
from xinya.kit.work import Worker
from xinya.zones.actions import NewList, answer_reading, bring_list, commit_import, map_columns, undo_import
from xinya.zones.actions import import_queue as queue
from xinya.zones.models import ImportBatch, Person, Zone
from xinya.zones.tests.imports import HEADS
from xinya.zones.tests.imports import company as row_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import DAY, committed, few, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


@pytest.fixture
def _every_file_is_long() -> Iterator[None]:
    places = ("import_upload", "import_columns", "import_commit", "import_undo")
    patches = [mock.patch(f"xinya.zones.actions.{place}.LONG_BYTES", 10) for place in places]
    for one in patches:
        one.start()
    yield
    for one in patches:
        one.stop()


@pytest.fixture
def _three_rows_are_many() -> Iterator[None]:
    with mock.patch("xinya.zones.actions.import_preview.LONG_ROWS", 3):
        yield


def dated(*numbers: int) -> bytes:
    """A list that states its day, so that the office's template reads it by itself."""
    lines = ["企业名单（截至2025年10月31日）", "\t".join(map(str, HEADS))]
    return "\n".join([*lines, *("\t".join(str(cell) for cell in row_of(n)) for n in numbers)]).encode()


def worked() -> None:
    for _turn in range(4):
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
        Worker().drain()


def fresh(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.mark.usefixtures("_three_rows_are_many")
def test_many_rows_go_through_the_queue_however_small_the_file(zone: Zone, officer: Person, client: Client) -> None:
    batch = bring_list(officer, zone=zone, file=NewList("a.tsv", few(1, 2, 3, 4)))
    assert (batch.state, batch.busy) == ("read", ""), "reading is short"
    batch = map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY)
    assert (batch.state, batch.busy) == ("mapped", "preview")
    client.force_login(officer)
    page = client.get(f"/en/zones/harbour/imports/{batch.pk}/")
    assert "<progress" in page.content.decode()
    assert page.headers["Refresh"] == "3"
    assert client.get(f"/api/v1/imports/{batch.pk}").json()["busy"] == "preview"
    worked()
    batch = commit_import(officer, batch_id=batch.pk, key=fresh(batch).key)
    assert (batch.busy, zone.companies.count()) == ("commit", 0)
    worked()
    assert (fresh(batch).state, zone.companies.count()) == ("committed", 4)
    batch = undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert (batch.busy, zone.companies.count()) == ("undo", 4)
    worked()
    assert (fresh(batch).state, zone.companies.count()) == ("undone", 0)


@pytest.mark.usefixtures("_three_rows_are_many")
def test_few_rows_are_done_at_once(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "a.tsv", few(1, 2, 3))
    assert (batch.state, batch.busy) == ("committed", "")


def test_many_cells_are_long_too(zone: Zone, officer: Person) -> None:
    with mock.patch("xinya.zones.actions.import_preview.LONG_CELLS", 9):
        batch = bring_list(officer, zone=zone, file=NewList("a.tsv", few(1, 2)))
        assert map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY).busy == "preview"


def test_many_rows_that_the_template_reads_are_compared_by_the_queue(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", dated(1))
    with mock.patch("xinya.zones.actions.import_preview.LONG_ROWS", 3):
        batch = bring_list(officer, zone=zone, file=NewList("b.tsv", dated(1, 2, 3, 4)))
        assert (batch.state, batch.busy) == ("mapped", "preview")
        worked()
    assert (fresh(batch).state, fresh(batch).counts["created"]) == ("previewed", 3)


def test_a_comparison_that_the_database_refused_once_is_tried_again(
    zone: Zone, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(officer, zone, "a.tsv", dated(1))
    monkeypatch.setattr("xinya.zones.actions.import_upload.LONG_BYTES", 10)
    batch = bring_list(officer, zone=zone, file=NewList("b.tsv", dated(1, 2)))
    real, calls = queue.keep_preview, []

    def once(*given: Any) -> None:
        calls.append(given)
        if len(calls) == 1:
            raise OperationalError("database is locked")
        real(*given)

    with mock.patch.object(queue, "keep_preview", once):
        worked()
    batch = fresh(batch)
    assert (len(calls), batch.state, batch.busy, batch.trouble) == (2, "previewed", "", {})
    with refused("wrong-state"):
        answer_reading(officer, batch_id=batch.pk)


def changing(zone: Zone, change: Callable[[], object], times: int = 1) -> Any:
    """The register changes while a list is compared, so many times."""
    real, calls = queue.examined, []

    def meanwhile(batch: ImportBatch) -> Any:
        found = real(batch)
        calls.append(batch)
        if len(calls) <= times:
            change()
        return found

    return mock.patch.object(queue, "examined", side_effect=meanwhile)


@pytest.mark.usefixtures("_every_file_is_long")
def test_a_company_that_goes_while_a_list_is_compared_does_not_break_it(zone: Zone, officer: Person) -> None:
    with mock.patch("xinya.zones.actions.import_upload.LONG_BYTES", 10**9), mock.patch(
        "xinya.zones.actions.import_columns.LONG_BYTES", 10**9
    ), mock.patch("xinya.zones.actions.import_commit.LONG_BYTES", 10**9):  # fmt: skip
        first = committed(officer, zone, "a.tsv", few(1))
        batch = bring_list(officer, zone=zone, file=NewList("b.tsv", few(1, revenue=5)))
    batch = map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY)
    assert batch.busy == "preview"
    with changing(zone, lambda: undo_import(officer, batch_id=first.pk, reason="传错了", now=True)) as compared:
        worked()
    batch = fresh(batch)
    assert (batch.state, batch.busy, batch.trouble, compared.call_count) == ("previewed", "", {}, 2)
    assert (batch.counts["created"], batch.counts["changed"]) == (1, 0), "compared with the register as it is now"


@pytest.mark.usefixtures("_three_rows_are_many")
def test_a_register_that_never_rests_is_held_for_the_last_comparison(zone: Zone, officer: Person) -> None:
    batch = bring_list(officer, zone=zone, file=NewList("b.tsv", few(1, 2, 3, 4)))
    batch = map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY)
    numbers = iter(range(100, 200))
    with changing(zone, lambda: Zone.objects.update(revision=next(numbers)), times=queue.TURNS) as compared:
        worked()
    batch = fresh(batch)
    assert (batch.state, batch.busy, compared.call_count) == ("previewed", "", queue.TURNS + 1)
    assert batch.revision == Zone.objects.get().revision


@pytest.mark.usefixtures("_three_rows_are_many")
def test_the_shell_and_a_worker_at_the_same_list_do_not_stop_each_other(zone: Zone, officer: Person, tmp_path: Path) -> None:
    """The worker has the comparison: the command waits for it, and commits."""
    committed(officer, zone, "a.tsv", dated(1))
    path = tmp_path / "b.tsv"
    path.write_bytes(dated(1, 2, 3, 4))
    real, looks = queue.work_on, []

    def by_a_worker(batch: int, what: str) -> None:
        looks.append(what)
        if len(looks) > 1:
            real(batch, what)

    with mock.patch.object(queue, "work_on", by_a_worker), mock.patch("xinya.cli.import_commit.LOOKS_AGAIN_S", 0):
        assert main(["zones", "import", str(path), "--zone", "harbour", "--as", "officer"]) == 0
    assert looks == ["preview", "preview"]
    assert zone.companies.count() == 4
    Worker().drain()  # the queue's own task finds nothing left to do
    assert ImportBatch.objects.latest("pk").state == "committed"


@pytest.mark.usefixtures("_every_file_is_long")
def test_the_shell_reads_and_compares_a_long_list_by_itself(zone: Zone, officer: Person, tmp_path: Path) -> None:
    path = tmp_path / "b.tsv"
    for numbers in ((1,), (1, 2)):
        path.write_bytes(dated(*numbers))
        assert main(["zones", "import", str(path), "--zone", "harbour", "--as", "officer"]) == 0
    assert zone.companies.count() == 2
