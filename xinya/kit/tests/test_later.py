"""Work for later: kept with its act or not at all, tried again, never lost, and what failed stays in sight."""

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from xinya.kit import later as later_module
from xinya.kit.later import Hopeless, Named, daily_tasks, every_day, later, named
from xinya.kit.later_desk import drop, forget_done, queue, task_lines, try_again
from xinya.kit.models import AuditRow, DailyRun, QueueWorker
from xinya.kit.refusals import Refused
from xinya.kit.work import LOST, Worker

pytestmark = pytest.mark.django_db
done: list[Any] = []


@named("tests.note", tries=3)
def note(*arguments: Any) -> None:
    done.append(arguments)


@named("tests.fail", tries=3)
def fail(*arguments: Any) -> None:
    done.append(arguments)
    raise ConnectionError("the gateway is away")


@named("tests.hopeless", tries=3, given_up=lambda *arguments: done.append(("given up", *arguments)))
def hopeless(*arguments: Any) -> None:
    done.append(arguments)
    raise Hopeless("no") from KeyError("x")


@named("tests.fail_and_tell", tries=2, given_up=lambda *arguments: done.append(("given up", *arguments)))
def fail_and_tell(*_arguments: Any) -> None:
    raise ConnectionError("the gateway is away")


@pytest.fixture(autouse=True)
def _nothing_done(monkeypatch: pytest.MonkeyPatch) -> None:
    daily_tasks()  # the slices register theirs at the first look, which must not come in the middle of a test
    monkeypatch.setattr(later_module, "_DAILY", {})
    done.clear()


def keep(name: str, *arguments: Any, **when: Any) -> DBTaskResult:
    with transaction.atomic():
        return DBTaskResult.objects.get(pk=later(name, *arguments, **when))


def due_now() -> None:
    """Let the time pass that a task has to wait."""
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())


def test_a_task_is_run_with_what_it_was_given() -> None:
    row = keep("tests.note", 7, "中文", [1, "b"], None, True)
    assert Worker().drain() == 1
    assert done == [(7, "中文", [1, "b"], None, True)]
    row.refresh_from_db()
    assert row.status == TaskResultStatus.SUCCESSFUL
    assert Worker().drain() == 0


def test_an_act_that_is_rolled_back_promises_nothing() -> None:
    with transaction.atomic():
        later("tests.note")
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_work_is_never_kept_outside_the_act_or_under_an_unknown_name() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        later("tests.note")
    with pytest.raises(LookupError, match=r"tests\.nothing"), transaction.atomic():
        later("tests.nothing")


def test_two_functions_of_two_modules_cannot_share_a_name() -> None:
    def other() -> None: ...

    other.__module__ = "elsewhere"
    with pytest.raises(ValueError, match=r"two tasks are named tests\.note"):
        named("tests.note")(other)


def test_a_task_waits_for_its_time() -> None:
    keep("tests.note", run_after=timezone.now() + datetime.timedelta(hours=1))
    assert Worker().drain() == 0
    due_now()
    assert Worker().drain() == 1


def test_a_failing_task_is_tried_with_growing_delays_and_then_stays_in_sight() -> None:
    row = keep("tests.fail", 1)
    waits = []
    for attempt in (1, 2):
        began = timezone.now()
        assert Worker().drain() == 1
        row.refresh_from_db()
        assert (row.status, len(row.worker_ids)) == (TaskResultStatus.READY, attempt)
        waits.append((row.run_after - began).total_seconds())
        assert Worker().drain() == 0, "it is not due yet"
        due_now()
    assert waits[1] > 2 * waits[0] > 10
    assert Worker().drain() == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
    assert Worker().drain() == 0
    (line,) = task_lines("failed")
    assert (line.name, line.arguments, line.attempts, line.reason) == ("tests.fail", "1", 3, "ConnectionError: the gateway is away")
    assert (queue().failed, len(done)) == (1, 3)


def test_a_task_that_no_further_try_helps_fails_at_once_and_its_slice_is_told() -> None:
    row = keep("tests.hopeless", 1)
    assert Worker().drain() == 1
    row.refresh_from_db()
    assert (row.status, done) == (TaskResultStatus.FAILED, [(1,), ("given up", 1)])


def test_a_task_is_given_up_after_its_last_try_and_not_before() -> None:
    keep("tests.fail_and_tell", 7)
    assert Worker().drain() == 1
    assert done == []
    due_now()
    assert Worker().drain() == 1
    assert done == [("given up", 7)]


def test_a_task_whose_workers_die_of_it_is_given_up_too() -> None:
    row = keep("tests.fail_and_tell", 8)
    row.status, row.started_at, row.worker_ids = TaskResultStatus.RUNNING, timezone.now(), ["gone", "gone"]
    row.save()
    assert Worker().drain() == 0
    assert done == [("given up", 8)]


def test_delays_grow_up_to_an_hour_and_no_further() -> None:
    task = Named("x", note, 20)
    delays = [task.delay(n).total_seconds() for n in range(1, 20)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (10, 3600)


def failed_task() -> DBTaskResult:
    row = keep("tests.fail", 1)
    for _turn in range(3):
        due_now()
        Worker().drain()
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
    return row


def test_a_failed_task_may_be_tried_again_with_all_its_tries() -> None:
    row = failed_task()
    try_again("officer", task_id=str(row.pk))
    assert Worker().drain() == 1
    row.refresh_from_db()
    assert (row.status, len(row.worker_ids)) == (TaskResultStatus.READY, 1)
    assert AuditRow.objects.filter(act="try-task-again", object=f"task:{row.pk}").count() == 1


def test_a_dropped_task_leaves_its_trace_in_the_audit() -> None:
    row = failed_task()
    drop("shell", task_id=str(row.pk))
    assert not DBTaskResult.objects.exists()
    assert AuditRow.objects.get(act="drop-task").object == f"task:{row.pk}"


def test_what_has_not_failed_is_not_tried_again_and_what_runs_is_not_dropped() -> None:
    row = keep("tests.note")
    with pytest.raises(Refused, match="not-failed"):
        try_again("officer", task_id=str(row.pk))
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    with pytest.raises(Refused, match="is-running"):
        drop("officer", task_id=str(row.pk))
    for nothing in ("7", "no number", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Refused, match="no-such-task"):
            try_again("officer", task_id=nothing)
    assert not AuditRow.objects.exists()


def lost_task(attempts: int = 1, seen: float = 60) -> DBTaskResult:
    """A task whose worker was last seen so many seconds ago."""
    row = keep("tests.note", "lost")
    QueueWorker.objects.create(code="gone", host="h", pid=1, seen_at=timezone.now() - datetime.timedelta(seconds=seen))
    row.status, row.started_at, row.worker_ids = TaskResultStatus.RUNNING, timezone.now(), ["gone"] * attempts
    row.save()
    return row


def test_what_a_dead_worker_held_is_taken_up_after_the_lease() -> None:
    row = lost_task()
    assert Worker().drain() == 1
    row.refresh_from_db()
    assert (row.status, len(row.worker_ids), done) == (TaskResultStatus.SUCCESSFUL, 2, [("lost",)])


def test_what_a_living_worker_holds_is_left_to_it() -> None:
    row = lost_task(seen=5)
    assert Worker().drain() == 0
    row.refresh_from_db()
    assert row.status == TaskResultStatus.RUNNING


def test_a_task_that_ends_its_worker_each_time_fails_in_sight() -> None:
    row = lost_task(attempts=3)
    assert Worker().drain() == 0
    row.refresh_from_db()
    assert (row.status, row.exception_class_path) == (TaskResultStatus.FAILED, LOST)


def test_a_worker_that_outlived_its_lease_does_not_write_over_the_other_s_outcome() -> None:
    row = keep("tests.note")
    row.claim("slow")
    slow = DBTaskResult.objects.get(pk=row.pk)
    DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.READY)
    row.refresh_from_db()
    row.claim("quick")
    Worker()._finish(slow, status=TaskResultStatus.FAILED)
    row.refresh_from_db()
    assert (row.status, row.worker_ids) == (TaskResultStatus.RUNNING, ["slow", "quick"])


def test_a_daily_task_is_due_once_a_day_whatever_the_number_of_workers() -> None:
    every_day("tests.note", at="00:00")
    assert [Worker().drain(), Worker().drain()] == [1, 0]
    assert done == [(timezone.localdate().isoformat(),)]
    DailyRun.objects.update(day=timezone.localdate() - datetime.timedelta(days=1))
    assert Worker().drain() == 1


def test_a_daily_task_waits_for_its_time_of_the_zone_s_day(monkeypatch: pytest.MonkeyPatch) -> None:
    every_day("tests.note", at="02:10")
    clock = datetime.datetime(2026, 2, 28, 2, 9, 59, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "localtime", lambda: clock)
    worker = Worker()
    worker.duties()
    assert not DailyRun.objects.exists()
    clock += datetime.timedelta(seconds=1)
    worker.duties()
    worker.duties()
    assert DailyRun.objects.get().day == datetime.date(2026, 2, 28)
    assert DBTaskResult.objects.count() == 1
    assert [d.name for d in daily_tasks()] == ["tests.note"]


def test_a_daily_task_must_be_registered() -> None:
    with pytest.raises(LookupError, match="not registered"):
        every_day("tests.nothing", at="02:10")


def test_what_is_done_is_forgotten_after_two_weeks_and_what_failed_is_not() -> None:
    failed_task()
    old, new = keep("tests.note", "old"), keep("tests.note", "new")
    Worker().drain()
    DBTaskResult.objects.exclude(pk=new.pk).update(finished_at=timezone.now() - datetime.timedelta(days=15))
    assert forget_done() == 1
    assert not DBTaskResult.objects.filter(pk=old.pk).exists()
    assert DBTaskResult.objects.count() == 2


def test_the_queue_says_how_much_waits_and_since_when() -> None:
    keep("tests.note")
    keep("tests.note", run_after=timezone.now() + datetime.timedelta(hours=1))
    found = queue()
    assert (found.waiting, found.running, found.failed, found.workers) == (2, 0, 0, [])
    assert found.oldest_due is not None
    assert [line.state for line in task_lines("waiting")] == ["waiting", "waiting"]
