"""Telling people: a notice is promised in the transaction of the act it tells of, and sent by the worker once or marked."""

import datetime
import logging
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from xinya.kit.later import later
from xinya.kit.senders import Message, NotSent, sender_of

from ..engine.notice_kinds import DIGEST, KINDS, Said, worded
from ..engine.notice_states import HOUSE, NOTICE_STATES
from ..engine.quiet import quiet_end
from ..models import Channel, Notice, NoticeChoice, Person
from ..queries.notices import notice_choice, receiving_address

logger = logging.getLogger(__name__)
LEASE = datetime.timedelta(minutes=2)
DELAYS_MIN = (1, 5, 30, 120, 360)
MOST_IN_DIGEST = 100
BY_HOUSE = (HOUSE,)


def promise_notices(people: Iterable[Person], *, kind: str, key: str, values: Mapping[str, Said], path: str = "") -> list[Notice]:
    """Part of another act: each of these people is told once for this key, whatever happens to web and queue workers.

    key: names the event, such as "answer:7". values: what stands in the words; (Chinese, English) where a value has a language.
    path: the page that shows it, without language, such as "/zones/shenyang/". Returns the notices that are new.
    """
    wanted, receivers = KINDS[kind], untold(people, kind=kind, key=key)
    choices = {choice.person_id: choice for choice in NoticeChoice.objects.filter(person__in=receivers)}
    promised = []
    for person in receivers:
        choice = choices.get(person.pk) or NoticeChoice(person=person)
        subject, body = worded(wanted, person.language, values)
        row = Notice(
            person=person, kind=kind, key=_key(kind, key, person), subject=subject, body=body, path=path, may_wait=wanted.may_wait,
            channel=choice.channel if receiving_address(person, choice.channel, choice.webhook) else Channel.PAGE, state="",
        )  # fmt: skip
        if _promise(row, choice):
            promised.append(row)
    return promised


def untold(people: Iterable[Person], *, kind: str, key: str) -> list[Person]:
    """Those of the people who have not been told for this key yet. One statement."""
    receivers = list(people)
    keys = [_key(kind, key, person) for person in receivers]
    known = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    return [person for person, own in zip(receivers, keys, strict=True) if own not in known]


def _key(kind: str, key: str, person: Person) -> str:
    return f"{kind}:{key}:{person.pk}"[:120]


def _promise(row: Notice, choice: NoticeChoice) -> bool:
    """Store a notice with the task that sends it; False when somebody promised the same in this very moment."""
    if row.channel == Channel.PAGE:
        NOTICE_STATES.move(row, "show", BY_HOUSE)
        row.sent_at = timezone.now()
    else:
        NOTICE_STATES.move(row, "keep" if row.may_wait and choice.is_digest else "promise", BY_HOUSE)
    try:
        with transaction.atomic():
            row.save()
            if row.state == Notice.State.WAITING:
                later("zones.send_notice", row.pk)
    except IntegrityError:
        return False
    return True


def send_notice(*, notice_id: int) -> None:
    """Send one notice, unless it was sent, is being sent, or must wait for the end of the quiet hours. May be called twice."""
    row = _begin(notice_id)
    if row is None:
        return
    try:
        _send(row)
    except NotSent as why:
        _end(row, "give-back" if row.tries < len(DELAYS_MIN) else "fail", str(why))
    except Exception as why:
        logger.exception("notice %s may have gone out or not", row.pk)
        _end(row, "doubt", f"{type(why).__name__}: {why}")
    else:
        _end(row, "deliver")


def _begin(notice_id: int) -> Notice | None:
    """Mark the notice as being sent, with a lease, before anything leaves the house; None when there is nothing to send now."""
    now = timezone.now()
    with transaction.atomic():
        row = Notice.objects.select_for_update(of=("self",)).select_related("person").filter(pk=notice_id).first()
        if row is None:
            return None
        if row.state == Notice.State.SENDING:
            _after_silence(row, now)
            return None
        if row.state == Notice.State.HELD and row.not_before is not None and row.not_before <= now:
            NOTICE_STATES.move(row, "release", BY_HOUSE)
        if row.state != Notice.State.WAITING:
            return None
        choice = notice_choice(row.person)
        sends = row.person.is_active and receiving_address(row.person, row.channel, choice.webhook)
        quiet = quiet_end(timezone.localtime(now), choice.quiet_from, choice.quiet_until)
        if not sends:
            NOTICE_STATES.move(row, "show", BY_HOUSE)
            row.channel, row.sent_at = Channel.PAGE, now
        elif quiet is not None:
            NOTICE_STATES.move(row, "hold", BY_HOUSE, not_before=quiet)
            row.not_before = quiet
            later("zones.send_notice", row.pk, run_after=quiet)
        else:
            row.lease_until, row.tries = now + LEASE, row.tries + 1
            NOTICE_STATES.move(row, "begin", BY_HOUSE, lease_until=row.lease_until)
        row.save()
    return row if row.state == Notice.State.SENDING else None


def _after_silence(row: Notice, now: datetime.datetime) -> None:
    """Somebody began to send and gave no answer: after the lease nobody knows, and nobody sends it again by themselves."""
    if row.lease_until is not None and row.lease_until > now:
        later("zones.send_notice", row.pk, run_after=row.lease_until)
        return
    row.error = "the sender ended while it sent"
    NOTICE_STATES.move(row, "doubt", BY_HOUSE, error=row.error)
    row.save()
    _carry(row)


def _send(row: Notice) -> None:
    choice = notice_choice(row.person)
    sender = sender_of(row.channel)
    if sender is None:
        raise NotSent("no sender")
    address = receiving_address(row.person, row.channel, choice.webhook)
    sender.send(Message(row.pk, address, row.subject, row.body, link_of(row), row.person.language))


def link_of(row: Notice) -> str:
    """The address in a message: the operator's own, never that of a request."""
    return f"{settings.ADDRESS}/{row.person.language}{row.path}" if row.path else ""


def _end(row: Notice, verb: str, why: str = "") -> None:
    """Write what came of it, unless the lease ran out and it was marked in the meantime."""
    now = timezone.now()
    with transaction.atomic():
        held = Notice.objects.select_for_update().get(pk=row.pk)
        if held.state != Notice.State.SENDING or held.lease_until != row.lease_until:
            return
        held.error, held.lease_until = why[:300], None
        NOTICE_STATES.move(held, verb, BY_HOUSE, error=why or "-")
        if held.state == Notice.State.WAITING:
            delay = datetime.timedelta(minutes=DELAYS_MIN[held.tries - 1])
            later("zones.send_notice", held.pk, run_after=now + delay)
        held.sent_at = now if held.state == Notice.State.SENT else None
        held.save()
        _carry(held)


def _carry(digest: Notice) -> None:
    """What became of a digest became of what it carries."""
    verb = {Notice.State.SENT: "deliver", Notice.State.FAILED: "fail", Notice.State.UNSURE: "doubt"}.get(Notice.State(digest.state))
    if digest.kind != DIGEST.code or verb is None:
        return
    for row in Notice.objects.select_for_update().filter(in_digest=digest, state=Notice.State.HELD):
        NOTICE_STATES.move(row, verb, BY_HOUSE, digest=digest.pk)
        row.sent_at, row.error = digest.sent_at, digest.error
        row.save()


def send_digests(*, day: str) -> int:
    """Once a day: what waits for each person becomes one message. Returns the number of digests."""
    waiting = Notice.objects.filter(state=Notice.State.HELD, not_before=None, in_digest=None)
    made = 0
    for person in Person.objects.filter(pk__in=waiting.values("person")).order_by("pk"):
        with transaction.atomic():
            rows = list(waiting.filter(person=person).select_for_update().order_by("pk")[:MOST_IN_DIGEST])
            lines = "\n".join(f"- {row.subject}" for row in rows)
            values: dict[str, Said] = {"count": len(rows), "day": day, "lines": lines}
            digests = promise_notices([person], kind=DIGEST.code, key=day, values=values, path="/notices/")
            if digests:
                Notice.objects.filter(pk__in=[row.pk for row in rows]).update(in_digest=digests[0])
                _carry(digests[0])
                made += 1
    return made


def mark_unsure(*, day: str) -> int:
    """Once a day: what is still being sent an hour after its lease is marked, whatever became of its task."""
    before, count = timezone.now() - datetime.timedelta(hours=1), 0
    for pk in Notice.objects.filter(state=Notice.State.SENDING, lease_until__lt=before).values_list("pk", flat=True):
        send_notice(notice_id=pk)
        count += 1
    return count
