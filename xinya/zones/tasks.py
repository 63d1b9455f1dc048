"""What runs later for the zones slice; each body is one call of an action."""

from xinya.kit.later import every_day, named

from .actions.attachments import forget_orphan_files as _forget_orphan_files
from .actions.notices import mark_unsure as _mark_unsure
from .actions.notices import send_digests as _send_digests
from .actions.notices import send_notice as _send_notice


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


every_day("zones.send_digests", at="09:00")
every_day("zones.mark_unsure_notices", at="03:10")
every_day("zones.forget_orphan_files", at="03:20")
