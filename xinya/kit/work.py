"""The worker of the queue: claims tasks one by one, tries again with growing delays, takes up what a dead worker held.

The queue's table and its rows are those of django-tasks-db; its own worker knows neither retries nor dead workers.
"""

import datetime
import logging
import os
import secrets
import socket
import threading
import time
from traceback import format_exception

from django.db import OperationalError, close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .later import Hopeless, daily_tasks, later, registered
from .models import DailyRun, QueueWorker

logger = logging.getLogger(__name__)
LEASE_S = 30.0
PAUSE_S = 0.5
FINISH_TRIES = 5
LONGEST_TRACE = 20_000
LOST = "xinya.kit.work.WorkerLost"
LOST_TEXT = "The worker ended while it ran this task, again and again."


def name_of(row: DBTaskResult) -> str:
    """The registered name of a row of the queue."""
    arguments = row.args_kwargs.get("args", [])
    return str(arguments[0]) if arguments else row.task_path


class Worker:
    """One process's work on the queue. lease_s: after how long without a sign of life its task is another's."""

    def __init__(self, *, lease_s: float = LEASE_S, pause_s: float = PAUSE_S, parent: int | None = None) -> None:
        self.code = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(6)}"
        self.lease = datetime.timedelta(seconds=lease_s)
        self.pause_s, self.parent = pause_s, parent
        self._stop = threading.Event()
        self._begun: dict[str, datetime.date] = {}

    def stop(self, *_signal: object) -> None:
        """Take no further task; the running one is finished."""
        self._stop.set()

    def run(self) -> None:
        """Work until `stop`, or until the parent process is gone."""
        self._sign_of_life()
        beat = threading.Thread(target=self._beat, daemon=True)
        beat.start()
        next_duties = 0.0
        while not self._is_over():
            close_old_connections()
            try:
                if time.monotonic() >= next_duties:
                    self.duties()
                    next_duties = time.monotonic() + self.lease.total_seconds() / 3
                worked = self.work_one()
            except OperationalError:
                logger.exception("the database did not answer; the worker goes on")
                connection.close()
                worked = False
            if not worked:
                self._stop.wait(self.pause_s)
        self._stop.set()
        beat.join(timeout=5)
        QueueWorker.objects.filter(pk=self.code).delete()

    def drain(self, most: int = 100_000) -> int:
        """Work on everything that is due now and return how many tasks that were; for one-time runs and tests."""
        self._sign_of_life()
        self.duties()
        done = 0
        while done < most and not self._stop.is_set() and self.work_one():
            done += 1
        QueueWorker.objects.filter(pk=self.code).delete()
        return done

    def duties(self) -> None:
        """What one worker does for all: tasks of dead workers, and what is due today."""
        self._take_up_lost()
        now = timezone.localtime()
        for daily in daily_tasks():
            if now.time() < daily.at or self._begun.get(daily.name) == now.date():
                continue
            with transaction.atomic():
                _run, is_new = DailyRun.objects.get_or_create(name=daily.name, day=now.date())
                if is_new:
                    later(daily.name, now.date().isoformat())
            self._begun[daily.name] = now.date()

    def work_one(self) -> bool:
        """Claim one task that is due and run it; False when there is none."""
        if not DBTaskResult.objects.ready().exists():  # a look needs no lock for writing
            return False
        with transaction.atomic():
            row = DBTaskResult.objects.ready().get_locked()
            if row is not None:
                row.claim(self.code)
        if row is None:
            return False
        try:
            row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        except Exception as error:
            logger.exception("task %s (%s) failed in attempt %s", row.pk, name_of(row), len(row.worker_ids))
            outcome = _after_failure(row, error)
            self._finish(row, **outcome)
            if outcome.get("status") == TaskResultStatus.FAILED:
                _give_up(row)
        else:
            self._finish(row, status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now(), exception_class_path="", traceback="")
        return True

    def _finish(self, row: DBTaskResult, **values: object) -> None:
        """Write the outcome, unless the task has become another worker's in the meantime."""
        mine = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
        for turn in range(1, FINISH_TRIES + 1):
            try:
                if not mine.update(**values):
                    logger.warning("task %s (%s) outlived its lease; its outcome is another worker's", row.pk, name_of(row))
                return
            except OperationalError:
                if turn == FINISH_TRIES:  # ends this process, so that the lease runs out and another takes it up
                    raise RuntimeError("the outcome of a task cannot be written") from None
                connection.close()
                time.sleep(turn)

    def _take_up_lost(self) -> None:
        """Tasks whose worker gives no sign of life are due again, or failed when that has happened too often."""
        if not DBTaskResult.objects.running().exists():
            return
        hopeless = []
        with transaction.atomic():
            alive = set(QueueWorker.objects.filter(seen_at__gt=timezone.now() - self.lease).values_list("pk", flat=True))
            for row in DBTaskResult.objects.running().select_for_update(skip_locked=True):
                if row.worker_ids and row.worker_ids[-1] in alive:
                    continue
                logger.warning("task %s (%s) is taken up from a worker that is gone", row.pk, name_of(row))
                if len(row.worker_ids) >= _tries(row):
                    row.status, row.finished_at = TaskResultStatus.FAILED, timezone.now()
                    row.exception_class_path, row.traceback = LOST, LOST_TEXT
                    hopeless.append(row)
                else:
                    row.status, row.run_after = TaskResultStatus.READY, timezone.now()
                row.save()
        for row in hopeless:
            _give_up(row)

    def _is_over(self) -> bool:
        return self._stop.is_set() or (self.parent is not None and os.getppid() != self.parent)

    def _sign_of_life(self) -> None:
        values = {"seen_at": timezone.now(), "host": socket.gethostname()[:100], "pid": os.getpid()}
        QueueWorker.objects.update_or_create(pk=self.code, defaults=values)

    def _beat(self) -> None:
        while not self._stop.wait(self.lease.total_seconds() / 3):
            try:
                self._sign_of_life()
            except OperationalError:
                logger.warning("a sign of life could not be written", exc_info=True)
                connection.close()
        connection.close()


def _tries(row: DBTaskResult) -> int:
    try:
        return registered(name_of(row)).tries
    except LookupError:
        return 1


def _give_up(row: DBTaskResult) -> None:
    """Tell the task's own slice that it is tried no further; what goes wrong with that is logged and harms nothing else."""
    try:
        told = registered(name_of(row)).given_up
        if told is not None:
            told(*row.args_kwargs["args"][1:], **row.args_kwargs["kwargs"])
    except Exception:
        logger.exception("task %s (%s) could not be given up", row.pk, name_of(row))


def _after_failure(row: DBTaskResult, error: Exception) -> dict[str, object]:
    """The row's values after an attempt that failed: due again later, or failed for good."""
    kind, attempt = type(error), len(row.worker_ids)
    told: dict[str, object] = {
        "exception_class_path": f"{kind.__module__}.{kind.__qualname__}",
        "traceback": "".join(format_exception(error))[-LONGEST_TRACE:],
    }
    if attempt >= _tries(row) or isinstance(error, Hopeless):
        return told | {"status": TaskResultStatus.FAILED, "finished_at": timezone.now()}
    return told | {"status": TaskResultStatus.READY, "run_after": timezone.now() + registered(name_of(row)).delay(attempt)}
