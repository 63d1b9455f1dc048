"""What a person sees of the queue and does with it: waiting, running, failed; try again; drop."""

import datetime
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from .audit import record
from .models import QueueWorker
from .refusals import Refused
from .text import gettext_noop as _
from .work import LEASE_S, name_of

WAITING, RUNNING, FAILED = "waiting", "running", "failed"
STATUS = {WAITING: TaskResultStatus.READY, RUNNING: TaskResultStatus.RUNNING, FAILED: TaskResultStatus.FAILED}
NO_TASK = _("There is no such task in the queue.")
NOT_FAILED = _("This task has not failed: it is waiting, running or done. Nothing was changed.")
IS_RUNNING = _("This task is running. Nothing was changed.")
KEPT_DAYS = 14


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task of the queue as a page or the shell shows it. reason: the last line of what went wrong."""

    id: str
    name: str
    arguments: str
    state: str
    attempts: int
    kept_at: datetime.datetime
    started_at: datetime.datetime | None
    due_at: datetime.datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The whole queue in figures, and its workers."""

    waiting: int
    running: int
    failed: int
    oldest_due: datetime.datetime | None
    workers: list[QueueWorker]
    gone: int


def queue() -> Queue:
    """How much waits, runs and has failed; since when the oldest is due; who works. Three statements."""
    now = timezone.now()
    counts = DBTaskResult.objects.aggregate(
        **{state: Count("pk", filter=Q(status=status)) for state, status in STATUS.items()},
    )
    oldest = DBTaskResult.objects.ready().order_by("enqueued_at").values_list("enqueued_at", "run_after").first()
    workers = list(QueueWorker.objects.all())
    alive = [w for w in workers if w.seen_at > now - datetime.timedelta(seconds=LEASE_S)]
    due = None if oldest is None else oldest[0] if oldest[1] == get_date_max() else oldest[1]
    return Queue(counts[WAITING], counts[RUNNING], counts[FAILED], due, alive, len(workers) - len(alive))


def task_lines(state: str, *, most: int = 50, first: int = 0) -> list[TaskLine]:
    """Tasks in a state: failed and running ones the newest first, waiting ones in the order of their turn. One statement."""
    rows = DBTaskResult.objects.filter(status=STATUS[state])
    if state != WAITING:
        rows = rows.order_by("-started_at", "-enqueued_at")
    return [_line(row, state) for row in rows[first : first + most]]


def _line(row: DBTaskResult, state: str) -> TaskLine:
    arguments = row.args_kwargs.get("args", [])[1:]
    lines = row.traceback.strip().splitlines()
    return TaskLine(
        id=str(row.pk), name=name_of(row), arguments=", ".join(map(str, arguments))[:120], state=state,
        attempts=len(row.worker_ids), kept_at=row.enqueued_at, started_at=row.started_at,
        due_at=None if row.run_after == get_date_max() else row.run_after, reason=lines[-1][:300] if lines else "",
    )  # fmt: skip


def is_under_way(name: str, *arguments: object) -> bool:
    """Whether this very task waits for its turn or for another try, or runs; not where it has failed for good. One statement."""
    rows = DBTaskResult.objects.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))
    return rows.filter(args_kwargs__args=[name, *arguments]).exists()


def try_again(actor: object, *, task_id: str) -> None:
    """A failed task is due at once, with all its tries before it. Raises Refused no-such-task, not-failed."""
    with transaction.atomic():
        row = _locked(task_id)
        if row.status != TaskResultStatus.FAILED:
            raise Refused("not-failed", NOT_FAILED, status=409)
        row.status, row.worker_ids, row.run_after, row.finished_at = TaskResultStatus.READY, [], timezone.now(), None
        row.save()
        record(actor, "try-task-again", "task", row.pk, name=name_of(row))


def drop(actor: object, *, task_id: str) -> None:
    """Take a task that waits or failed out of the queue; its name stays in the audit. Raises Refused no-such-task, is-running."""
    with transaction.atomic():
        row = _locked(task_id)
        if row.status == TaskResultStatus.RUNNING:
            raise Refused("is-running", IS_RUNNING, status=409)
        record(actor, "drop-task", "task", row.pk, name=name_of(row), arguments=str(row.args_kwargs.get("args", [])[1:])[:300])
        row.delete()


def forget_done() -> int:
    """Delete tasks that succeeded and workers that ended more than two weeks ago; failed tasks stay until a person decides."""
    before = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    with transaction.atomic():
        count, _per_model = DBTaskResult.objects.successful().filter(finished_at__lt=before).delete()
        QueueWorker.objects.filter(seen_at__lt=before).delete()
    return count


def _locked(task_id: str) -> DBTaskResult:
    try:
        number = uuid.UUID(task_id)
    except ValueError:
        number = uuid.UUID(int=0)
    row = DBTaskResult.objects.select_for_update().filter(pk=number).exclude(status=TaskResultStatus.SUCCESSFUL).first()
    if row is None:
        raise Refused("no-such-task", NO_TASK, status=404)
    return row
