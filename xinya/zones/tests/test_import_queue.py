"""Long lists in the queue: whatever happens to a task, its list is never left busy; and nobody else waits for a comparison."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from xinya.kit.work import Worker
from xinya.zones.actions import (
    READS,
    Decision,
    NewList,
    abandon_import,
    answer_import,
    bring_list,
    commit_import,
    enter_membership,
    map_columns,
    undo_import,
)
from xinya.zones.actions import import_queue as queue
from xinya.zones.models import Company, ImportBatch, Person, Zone
from xinya.zones.tests.imports import company as row_of
from xinya.zones.tests.people import organisation_for, refused, someone
from xinya.zones.tests.uploads import DAY, committed, few, said, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


@pytest.fixture
def _every_list_is_long() -> Iterator[None]:
    places = ("import_upload", "import_columns", "import_commit", "import_undo")
    patches = [mock.patch(f"xinya.zones.actions.{place}.LONG_BYTES", 10) for place in places]
    for one in patches:
        one.start()
    yield
    for one in patches:
        one.stop()


def breaks(name: str) -> Any:
    return mock.patch.object(queue, name, side_effect=RuntimeError("a fault"))


def idle(batch: ImportBatch) -> tuple[str, str]:
    batch.refresh_from_db()
    return batch.busy, batch.trouble.get("code", "")


def worked() -> None:
    """All tasks that are due, with those that wait for another try."""
    for _turn in range(4):
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
        Worker().drain()


def checked(officer: Person, zone: Zone, content: bytes) -> ImportBatch:
    batch = bring_list(officer, zone=zone, file=NewList("a.tsv", content))
    worked()
    batch.refresh_from_db()
    map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY)
    worked()
    batch.refresh_from_db()
    return batch


@pytest.mark.usefixtures("_every_list_is_long")
def test_a_list_whose_undo_breaks_off_can_be_undone_once_more(zone: Zone, officer: Person) -> None:
    batch = checked(officer, zone, few(1, 2))
    commit_import(officer, batch_id=batch.pk, key=batch.key)
    worked()
    with breaks("undo_import"):
        undo_import(officer, batch_id=batch.pk, reason="传错了")
        worked()
    assert idle(batch) == ("", "import-broke-off")
    assert (batch.state, zone.companies.count()) == ("committed", 2)
    undo_import(officer, batch_id=batch.pk, reason="传错了")
    worked()
    assert idle(batch) == ("", "")
    assert (batch.state, zone.companies.count()) == ("undone", 0)


@pytest.mark.usefixtures("_every_list_is_long")
@pytest.mark.parametrize("step", ["looked_at", "examined", "commit_import"])
def test_work_that_breaks_off_leaves_the_list_idle_with_its_trouble(zone: Zone, officer: Person, step: str) -> None:
    with breaks(step):
        batch = bring_list(officer, zone=zone, file=NewList("a.tsv", few(1)))
        worked()
        batch.refresh_from_db()
        if batch.state == "read":
            map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY)
            worked()
            batch.refresh_from_db()
        if batch.state == "previewed":
            commit_import(officer, batch_id=batch.pk, key=batch.key)
            worked()
    assert idle(batch) == ("", "import-broke-off")
    assert DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).count() == 1
    abandon_import(officer, batch_id=batch.pk)


@pytest.mark.usefixtures("_every_list_is_long")
def test_a_database_that_does_not_answer_is_asked_again_and_given_up_after_three_tries(zone: Zone, officer: Person) -> None:
    batch = bring_list(officer, zone=zone, file=NewList("a.tsv", few(1)))
    with mock.patch.object(queue, "looked_at", side_effect=OperationalError("locked")) as asked:
        Worker().drain()
        assert idle(batch) == ("read", "")
        worked()
    assert (asked.call_count, idle(batch)) == (3, ("", "import-broke-off"))


@pytest.mark.usefixtures("_every_list_is_long")
def test_decisions_that_were_not_compared_are_not_committed_by_the_earlier_check(zone: Zone, officer: Person) -> None:
    batch = checked(officer, zone, few(1) + b"\n" + table(row_of(2, revenue=-1), heads=[]).strip())
    key = batch.key
    with breaks("examined"):
        answer_import(officer, batch_id=batch.pk, decisions=[Decision("give_up", reason="NEGATIVE")])
        worked()
    with refused("preview-changed"):
        commit_import(officer, batch_id=batch.pk, key=key)


@pytest.mark.usefixtures("_every_list_is_long")
def test_a_list_thrown_away_while_it_is_compared_stays_thrown_away(zone: Zone, officer: Person) -> None:
    batch = bring_list(officer, zone=zone, file=NewList("a.tsv", few(1)))
    real = queue.looked_at

    def meanwhile(one: ImportBatch) -> Any:
        abandon_import(officer, batch_id=one.pk)
        return real(one)

    with mock.patch.object(queue, "looked_at", side_effect=meanwhile):
        worked()
    batch.refresh_from_db()
    assert (batch.state, batch.busy) == ("abandoned", "")


@pytest.mark.usefixtures("_every_list_is_long")
def test_a_long_commit_acts_in_whose_name_it_was_asked(zone: Zone, officer: Person) -> None:
    batch = checked(officer, zone, few(1))
    own = officer.acting_for
    commit_import(officer, batch_id=batch.pk, key=batch.key)
    enter_membership(officer, organisation=organisation_for("zone_reader", zone=zone), role="zone_reader")
    officer.memberships.update(is_current=False)
    officer.memberships.exclude(pk=own.pk).update(is_current=True)  # type: ignore[union-attr]
    assert Person.objects.get(pk=officer.pk).role == "zone_reader"
    worked()
    assert (idle(batch), batch.state) == (("", ""), "committed")


@pytest.mark.usefixtures("_every_list_is_long")
def test_a_long_commit_is_refused_where_the_membership_ended_meanwhile(zone: Zone, officer: Person) -> None:
    batch = checked(officer, zone, few(1))
    commit_import(officer, batch_id=batch.pk, key=batch.key)
    officer.memberships.update(until=timezone.localdate(), is_current=False)
    worked()
    assert (idle(batch), batch.state) == (("", "membership-over"), "previewed")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_every_list_is_long")
@pytest.mark.parametrize("what", ["read", "preview", "commit"])
def test_nobody_waits_while_a_list_is_read_or_compared(what: str) -> None:
    """No transaction is open then: on SQLite it would keep every other write away."""
    zone = Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")
    officer = someone("officer", "chain_officer", zone=zone, password=None)
    seen: list[tuple[str, bool]] = []

    def watched(name: str) -> Callable[..., Any]:
        real = getattr(queue, name)

        def look(*given: Any) -> Any:
            seen.append((name, connection.in_atomic_block))
            return real(*given)

        return look

    with mock.patch.object(queue, "looked_at", watched("looked_at")), mock.patch.object(queue, "examined", watched("examined")):
        batch = checked(officer, zone, few(1, 2))
        if what == "commit":
            commit_import(officer, batch_id=batch.pk, key=batch.key)
            Zone.objects.update(revision=77)
            with mock.patch("xinya.zones.actions.import_commit.examined", side_effect=AssertionError("compared inside")):
                worked()
    assert idle(batch) == ("", "")
    assert seen == [("looked_at", False), ("examined", False), *([("examined", False)] if what == "commit" else [])]


def test_views_that_a_busy_database_does_not_take_are_written_with_the_next(zone: Zone, company: Company, settings: Any) -> None:
    settings.READS_WRITTEN_S = 0.000_001
    READS._counted.clear()
    with mock.patch("xinya.zones.actions.freshness.ReadCount.objects.bulk_create", side_effect=OperationalError("locked")):
        READS.note(company)
    settings.READS_WRITTEN_S = 0
    READS.note(company)
    assert READS.write() == 1
    assert [one.reads for one in company.read_counts.all()] == [2]


def test_a_refusal_in_the_queue_is_told_in_the_language_of_its_reader(zone: Zone, officer: Person, client_of: Any) -> None:
    batch = committed(officer, zone, "a.tsv", few(1))
    committed(officer, zone, "b.tsv", few(1, revenue=900))
    ImportBatch.objects.filter(pk=batch.pk).update(busy="undo")
    queue.undo_later(batch.pk, officer.pk, reason="传错了")
    assert idle(batch) == ("", "hangs")
    client = client_of("chain_officer")
    english = client.get(f"/en/zones/harbour/imports/{batch.pk}/").content.decode()
    assert "which came later" in english
    assert "：" not in english.split('role="alert">')[1].split("</p>")[0]
    chinese = client.get(f"/zh-hans/zones/harbour/imports/{batch.pk}/").content.decode()
    assert "which came later" not in chinese


def test_each_thing_that_hangs_on_a_list_is_said_once(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "a.tsv", few(1))
    committed(officer, zone, "b.tsv", few(1, revenue=900))
    with refused("hangs") as caught:
        undo_import(officer, batch_id=batch.pk, reason="传错了")
    assert len(caught.value.findings) == 1
    for language in ("zh", "en"):
        assert caught.value.findings[0].sentence(language) in caught.value.sentence(language)
