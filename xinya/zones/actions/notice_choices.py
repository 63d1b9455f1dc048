"""What a person does with the own notices: read, ask again, choose how to be told."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.later import later
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.notice_states import NOTICE_STATES, RECEIVER
from ..models import Channel, Notice, NoticeChoice, Person
from ..queries import visible_to
from ..queries.notices import channels_open

NO_NOTICE = _("There is no such notice.")
NOT_OPEN = _("This way of telling is not open here: give your mail address or phone first, or ask the system officer.")


@dataclass(frozen=True, slots=True)
class Choice:
    """How a person wants to be told."""

    channel: str
    quiet_from: datetime.time
    quiet_until: datetime.time
    is_digest: bool
    webhook: str = ""


def mark_read(actor: Person, *, notice_id: int | None = None) -> int:
    """The person has read one notice, or all; others' are not found. Returns how many were unread."""
    own = visible_to(actor, Notice)
    if notice_id is not None:
        own = own.filter(pk=notice_id)
        demand(own.exists(), "no-such-notice", NO_NOTICE, status=404)
    return own.filter(read_at=None).update(read_at=timezone.now())


def ask_again(actor: Person, *, notice_id: int) -> Notice:
    """The receiver of a notice that was not sent, or perhaps not, asks for it again."""
    with transaction.atomic():
        row = visible_to(actor, Notice).select_for_update().filter(pk=notice_id).first()
        if row is None:
            raise Refused("no-such-notice", NO_NOTICE, status=404)
        NOTICE_STATES.move(row, "ask-again", (RECEIVER,), hidden=True)
        row.tries, row.error, row.in_digest = 0, "", None
        row.save()
        later("zones.send_notice", row.pk)
        record(actor, "ask-notice-again", "notice", row.pk, kind=row.kind)
    return row


def choose_notices(actor: Person, *, choice: Choice) -> NoticeChoice:
    """How the person wants to be told from now on. What was promised before goes the way it was promised."""
    demand(choice.channel in channels_open(actor), "channel-not-open", NOT_OPEN, status=422)
    is_hook = choice.channel == Channel.WEBHOOK
    demand(not is_hook or choice.webhook in settings.WEBHOOKS, "channel-not-open", NOT_OPEN, status=422)
    with transaction.atomic():
        values = {
            "channel": choice.channel, "quiet_from": choice.quiet_from, "quiet_until": choice.quiet_until,
            "is_digest": choice.is_digest, "webhook": choice.webhook if is_hook else "",
        }  # fmt: skip
        row, _made = NoticeChoice.objects.update_or_create(person=actor, defaults=values)
        record(actor, "choose-notices", "person", actor.pk, channel=choice.channel, digest=choice.is_digest)
    return row
