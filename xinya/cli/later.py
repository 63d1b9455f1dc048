"""`xinya later ...`: the worker of the queue, and what an operator does with tasks that failed."""

import argparse
import signal

from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .house import open_house

ACTOR = "shell"
WORKED = _("%(count)s tasks done.")
AGAIN = _("The task is due again.")
DROPPED = _("The task is out of the queue.")
FIGURES = _("%(waiting)s waiting, %(running)s running, %(failed)s failed; workers: %(workers)s.")
LINE = "{0.id}  {0.state:8}{0.attempts:3}  {0.name}({0.arguments})  {0.reason}"


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `later` with its commands."""
    later = subparsers.add_parser("later", help="work for later: the worker, failed tasks")
    commands = later.add_subparsers(dest="later_command", required=True)
    work = commands.add_parser("work", help="work on the queue until told to stop; a stop finishes the running task")
    work.add_argument("--once", action="store_true", help="work on what is due now, then end")
    work.add_argument("--lease", type=float, default=30.0, metavar="SECONDS", help="a silent worker's task is another's after this")
    work.add_argument("--parent", type=int, default=None, help=argparse.SUPPRESS)
    work.set_defaults(run=run_work)
    listing = commands.add_parser("list", help="tasks waiting, running and failed")
    listing.add_argument("--state", choices=("waiting", "running", "failed"), default=None)
    listing.set_defaults(run=run_list)
    for name, words, run in (
        ("retry", "let a failed task be due again", run_retry),
        ("drop", "take a task that waits or failed out of the queue", run_drop),
    ):
        one = commands.add_parser(name, help=words)
        one.add_argument("task")
        one.set_defaults(run=run)


def run_work(arguments: argparse.Namespace) -> int:
    """`xinya later work [--once]`."""
    with open_house():
        from xinya.kit.work import Worker
        from xinya.site.marks import demand_mark

        demand_mark()
        worker = Worker(lease_s=max(1.0, arguments.lease), parent=arguments.parent)
        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, worker.stop)
        if arguments.once:
            print(say(arguments.language, WORKED, count=worker.drain()))
        else:
            worker.run()
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """`xinya later list [--state failed]`."""
    with open_house():
        from xinya.kit.later_desk import STATUS, queue, task_lines

        found = queue()
        figures = {"waiting": found.waiting, "running": found.running, "failed": found.failed}
        print(say(arguments.language, FIGURES, workers=len(found.workers), **figures))
        for state in [arguments.state] if arguments.state else STATUS:
            for line in task_lines(state, most=1000):
                print(LINE.format(line))
    return 0


def run_retry(arguments: argparse.Namespace) -> int:
    """`xinya later retry TASK`."""
    with open_house():
        from xinya.kit.later_desk import try_again

        try_again(ACTOR, task_id=arguments.task)
    print(say(arguments.language, AGAIN))
    return 0


def run_drop(arguments: argparse.Namespace) -> int:
    """`xinya later drop TASK`."""
    with open_house():
        from xinya.kit.later_desk import drop

        drop(ACTOR, task_id=arguments.task)
    print(say(arguments.language, DROPPED))
    return 0
