"""Work for later, by name: kept in the transaction of the act that promises it, so both are kept or lost together.

A slice registers its tasks in `tasks.py` with `@named`; an action calls `later("zones.send_notice", 7)`. A task is run at least
once and may run twice, so each must bear that. What runs them: work.py.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.module_loading import autodiscover_modules
from django_tasks import task

TRIES = 6
FIRST_DELAY_S, GROWTH, LONGEST_DELAY_S = 10, 4, 3600
Body = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Named:
    """A task that is registered: its name, its body, how often it is tried, and what is done when it is tried no further."""

    name: str
    body: Body
    tries: int
    given_up: Body | None = None

    def delay(self, attempt: int) -> datetime.timedelta:
        """How long to wait after the attempt with this number (from 1) has failed."""
        return datetime.timedelta(seconds=min(FIRST_DELAY_S * GROWTH ** (attempt - 1), LONGEST_DELAY_S))


@dataclass(frozen=True, slots=True)
class Daily:
    """A task that is due once a day, from a time of the zone's day on."""

    name: str
    at: datetime.time


_NAMED: dict[str, Named] = {}
_DAILY: dict[str, Daily] = {}
_found: list[bool] = []


class Hopeless(Exception):
    """Raised by a task that no further try helps: it has failed for good, with what caused this as its cause."""


def named(name: str, *, tries: int = TRIES, given_up: Body | None = None) -> Callable[[Body], Body]:
    """Register a function as the task `name` (`slice.verb_noun`). Raises ValueError for a name that is taken.

    given_up: called with the task's own arguments once it has failed for good, also where its workers died of it.
    """

    def register(body: Body) -> Body:
        known = _NAMED.get(name)
        if known is not None and known.body.__module__ != body.__module__:
            raise ValueError(f"two tasks are named {name}")
        if tries < 1:
            raise ValueError(f"{name} must be tried at least once")
        _NAMED[name] = Named(name, body, tries, given_up)
        return body

    return register


def every_day(name: str, *, at: str) -> None:
    """Let a registered task be due every day from the time `at` (HH:MM of the zone) on; it gets the day as YYYY-MM-DD.

    Once a day whatever the number of workers. A day on which no worker ran is left out, so a task looks for what is still to do.
    """
    if name not in _NAMED:
        raise LookupError(f"{name} is not registered")
    _DAILY[name] = Daily(name, datetime.time.fromisoformat(at))


def registered(name: str) -> Named:
    """The task of that name. Raises LookupError for a name that no slice has registered."""
    _discover()
    if name not in _NAMED:
        raise LookupError(f"no task is named {name}")
    return _NAMED[name]


def daily_tasks() -> list[Daily]:
    """What is due every day."""
    _discover()
    return sorted(_DAILY.values(), key=lambda d: (d.at, d.name))


def later(name: str, *arguments: Any, run_after: datetime.datetime | None = None) -> str:
    """Keep a task in the caller's transaction, to be run after it or not before `run_after`; returns its number.

    Arguments are texts, numbers, yes and no, and lists of them. Raises LookupError for an unknown name, RuntimeError outside a
    transaction.
    """
    registered(name)
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("work for later is kept inside the transaction of its act")
    return run_named.using(run_after=run_after).enqueue(name, *arguments).id


@task
def run_named(name: str, *arguments: Any) -> None:
    """The one task that the queue knows: looks the name up and runs its body."""
    registered(name).body(*arguments)


def _discover() -> None:
    """Import the room `tasks` of every slice, once; nothing here names a slice."""
    if not _found:
        autodiscover_modules("tasks")
        _found.append(True)
