"""What runs later for the zones slice; each body is one call of an action."""

import datetime

from django.utils import timezone

from xinya.kit.later import every_day, named

from .actions.attachments import forget_orphan_files as _forget_orphan_files
from .actions.calendar import extend_forecast as _extend_forecast
from .actions.freshness import forget_old_reads as _forget_old_reads
from .actions.import_queue import commit_later as _commit_later
from .actions.import_queue import give_up as _give_up
from .actions.import_queue import undo_later as _undo_later
from .actions.import_queue import work_on as _work_on
from .actions.import_undo import abandon_forgotten as _abandon_forgotten
from .actions.notices import mark_unsure as _mark_unsure
from .actions.notices import send_digests as _send_digests
from .actions.notices import send_notice as _send_notice
from .actions.promises import end_silence as _end_silence

LIST_TRIES = 3
"""Somebody waits before the page: a list is tried again only where the database did not answer, and not for an hour."""


@named("zones.send_notice")
def send_notice(notice_id: int) -> None:
    _send_notice(notice_id=notice_id)


@named("zones.send_digests")
def send_digests(day: str) -> None:
    _send_digests(day=day)


@named("zones.mark_unsure_notices")
def mark_unsure_notices(day: str) -> None:
    _mark_unsure(day=day)


@named("zones.forget_orphan_files")
def forget_orphan_files(_day: str) -> None:
    _forget_orphan_files()


@named("zones.keep_calendar")
def keep_calendar(day: str = "") -> None:
    """Ten years of forecast ahead, so that nobody ever meets a year that is not loaded."""
    _extend_forecast(datetime.date.fromisoformat(day) if day else timezone.localdate())


@named("zones.end_silent_promises")
def end_silent_promises(_day: str) -> None:
    """Promises kept ten working days ago without a word are kept, not confirmed."""
    _end_silence(timezone.now())


def let_list_go(batch_id: int, *_more: object) -> None:
    """The queue tries no further: the list is idle again and says so."""
    _give_up(batch_id)


@named("zones.read_import", tries=LIST_TRIES, given_up=let_list_go)
def read_import(batch_id: int) -> None:
    _work_on(batch_id, "read")


@named("zones.preview_import", tries=LIST_TRIES, given_up=let_list_go)
def preview_import(batch_id: int) -> None:
    _work_on(batch_id, "preview")


@named("zones.commit_import", tries=LIST_TRIES, given_up=let_list_go)
def commit_import(batch_id: int, person_id: int, key: str, confirmed: bool, membership_id: int = 0) -> None:
    _commit_later(batch_id, person_id, key=key, confirmed=confirmed, membership_id=membership_id)


@named("zones.undo_import", tries=LIST_TRIES, given_up=let_list_go)
def undo_import(batch_id: int, person_id: int, reason: str, membership_id: int = 0) -> None:
    _undo_later(batch_id, person_id, reason=reason, membership_id=membership_id)


@named("zones.abandon_imports")
def abandon_imports(day: str) -> None:
    """Lists that nobody went on with for fourteen days lose their file."""
    _abandon_forgotten(datetime.date.fromisoformat(day))


every_day("zones.abandon_imports", at="01:30")


@named("zones.forget_old_reads")
def forget_old_reads(day: str) -> None:
    """Keep the table of page views small."""
    _forget_old_reads(datetime.date.fromisoformat(day))


every_day("zones.forget_old_reads", at="03:30")
every_day("zones.keep_calendar", at="01:10")
every_day("zones.end_silent_promises", at="01:20")
every_day("zones.send_digests", at="09:00")
every_day("zones.mark_unsure_notices", at="03:10")
every_day("zones.forget_orphan_files", at="03:20")
