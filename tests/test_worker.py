"""A worker of the queue as a process of its own: told to stop it finishes its task; killed, another takes its task up."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.processes import ROOT, address_of_test_database, house_environment, python, wait_until
from xinya.kit.later import later, named
from xinya.kit.models import QueueWorker

pytestmark = pytest.mark.django_db(transaction=True)
# A worker that knows one task more: it leaves a mark when it begins and one when it ends.
SCRIPT = """
import os, signal, sys, time
import django
django.setup()
from pathlib import Path
from xinya.kit.later import named
from xinya.kit.work import Worker

@named("tests.slow")
def slow(folder, seconds):
    Path(folder, f"began-{os.getpid()}").touch()
    time.sleep(seconds)
    Path(folder, f"ended-{os.getpid()}").touch()

worker = Worker(lease_s=1.5, pause_s=0.1, parent=int(sys.argv[1]) or None)
signal.signal(signal.SIGTERM, worker.stop)
worker.run()
"""
PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid())])
print(child.pid, flush=True)
time.sleep(120)
"""


@named("tests.slow")
def slow(folder: str, seconds: float) -> None:
    """Known here by its name only."""
    raise AssertionError((folder, seconds))


@pytest.fixture
def workers(tmp_path: Path) -> Iterator["list[subprocess.Popen[bytes]]"]:
    """The processes that a test starts; none outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def start(workers: "list[subprocess.Popen[bytes]]", var: Path, *words: str) -> "subprocess.Popen[bytes]":
    command = python("-c", *(words or (SCRIPT, "0")))
    environment = house_environment(var, address_of_test_database())
    workers.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE))
    return workers[-1]


def keep(folder: Path, seconds: float) -> DBTaskResult:
    with transaction.atomic():
        return DBTaskResult.objects.get(pk=later("tests.slow", str(folder), seconds))


def marks(folder: Path, word: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{word}-*"))


def test_a_worker_that_is_told_to_stop_finishes_the_task_and_takes_no_other(
    workers: "list[subprocess.Popen[bytes]]", tmp_path: Path
) -> None:
    first, second = keep(tmp_path, 1.0), keep(tmp_path, 0.0)
    worker = start(workers, tmp_path)
    wait_until(lambda: marks(tmp_path, "began"), "the task begins")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (TaskResultStatus.SUCCESSFUL, TaskResultStatus.READY)
    assert marks(tmp_path, "ended") == [f"ended-{worker.pid}"]
    assert not QueueWorker.objects.exists(), "it has signed off"


@pytest.mark.long
def test_what_a_killed_worker_held_is_taken_up_by_another(workers: "list[subprocess.Popen[bytes]]", tmp_path: Path) -> None:
    row = keep(tmp_path, 2.0)
    killed = start(workers, tmp_path)
    wait_until(lambda: marks(tmp_path, "began"), "the task begins")
    killed.kill()
    killed.wait()
    row.refresh_from_db()
    assert row.status == TaskResultStatus.RUNNING
    other = start(workers, tmp_path)
    wait_until(lambda: marks(tmp_path, "ended"), "the other worker ends the task")
    assert marks(tmp_path, "ended") == [f"ended-{other.pid}"]
    wait_until(lambda: DBTaskResult.objects.get(pk=row.pk).status == TaskResultStatus.SUCCESSFUL, "it is written")


@pytest.mark.long
def test_a_task_that_outlasts_the_lease_of_a_living_worker_is_run_once(
    workers: "list[subprocess.Popen[bytes]]", tmp_path: Path
) -> None:
    row = keep(tmp_path, 4.0)
    start(workers, tmp_path)
    wait_until(lambda: marks(tmp_path, "began"), "the task begins")
    start(workers, tmp_path)
    wait_until(lambda: DBTaskResult.objects.get(pk=row.pk).status == TaskResultStatus.SUCCESSFUL, "the task ends")
    assert (len(marks(tmp_path, "began")), len(marks(tmp_path, "ended"))) == (1, 1)


def test_a_worker_ends_with_the_process_that_started_it(workers: "list[subprocess.Popen[bytes]]", tmp_path: Path) -> None:
    parent = start(workers, tmp_path, PARENT, SCRIPT)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_until(QueueWorker.objects.exists, "the worker works")
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_running(child), "the worker ends")
    assert not QueueWorker.objects.exists()


def is_running(pid: int) -> bool:
    """Whether there is such a process, and not only what is left of one."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
