"""Notices: promised once, in the receiver's language, sent once or marked, never in the quiet hours."""

import datetime
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from xinya.kit import later as later_module
from xinya.kit import senders
from xinya.kit.later import daily_tasks
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.kit.senders import Message, NotSent
from xinya.kit.work import Worker
from xinya.zones.actions.notice_choices import Choice, ask_again, choose_notices, mark_read
from xinya.zones.actions.notices import mark_unsure, promise_notices, send_digests, send_notice
from xinya.zones.engine.notice_kinds import KINDS, NoticeKind, register_kind
from xinya.zones.engine.quiet import quiet_end
from xinya.zones.models import Notice, NoticeChoice, Person
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db
NEVER = datetime.time(0, 0)
URGENT = NoticeKind("tests-urgent", "%(what)s is due", "Please look at %(what)s.")
PATIENT = NoticeKind("tests-patient", "%(what)s was noted", "%(what)s", may_wait=True)


@pytest.fixture(autouse=True)
def _kinds(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.OUTBOX = tmp_path / "outbox"
    daily_tasks()
    monkeypatch.setattr(later_module, "_DAILY", {})  # whatever the hour at which the tests run
    for kind in (URGENT, PATIENT):
        register_kind(kind)
    yield
    for kind in (URGENT, PATIENT):
        del KINDS[kind.code]


@pytest.fixture
def officer() -> Person:
    return told_by_mail(someone("officer", "chain_officer"))


def told_by_mail(person: Person, **more: Any) -> Person:
    person.email = f"{person.username}@example.cn"
    person.save()
    values = {"channel": "mail", "quiet_from": NEVER, "quiet_until": NEVER} | more
    NoticeChoice.objects.update_or_create(person=person, defaults=values)
    return person


def promise(*people: Person, kind: str = URGENT.code, key: str = "event:1", what: Any = "Report") -> list[Notice]:
    with transaction.atomic():
        return promise_notices(people, kind=kind, key=key, values={"what": what}, path="/zones/shenyang/")


def outbox(tmp_path: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted((tmp_path / "outbox").glob("*.txt"))]


def test_a_promised_notice_is_sent_once_by_the_worker(officer: Person, tmp_path: Path, settings: Any) -> None:
    settings.ADDRESS = "https://xinya.example.cn"
    (row,) = promise(officer)
    assert (row.state, outbox(tmp_path)) == ("WAITING", [])
    Worker().drain()
    send_notice(notice_id=row.pk)
    (text,) = outbox(tmp_path)
    assert "To: officer@example.cn" in text
    assert "https://xinya.example.cn/zh-hans/zones/shenyang/" in text
    row.refresh_from_db()
    assert (row.state, row.lease_until) == ("SENT", None)
    assert row.sent_at is not None


def test_the_same_event_is_promised_once(officer: Person) -> None:
    assert len(promise(officer)) == 1
    assert promise(officer) == []
    assert len(promise(officer, key="event:2")) == 1
    assert Notice.objects.count() == DBTaskResult.objects.count() == 2


def test_what_is_rolled_back_promises_nothing(officer: Person) -> None:
    with transaction.atomic():
        promise(officer)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_each_receiver_is_told_in_the_own_language(officer: Person, tmp_path: Path) -> None:
    reader = told_by_mail(someone("reader", "zone_reader"))
    reader.language = "en"
    reader.save()
    promise(officer, reader, what=("翼盒", "wing box"))
    Worker().drain()
    texts = "\n".join(outbox(tmp_path))
    assert "To: reader@example.cn\nSubject: wing box is due" in texts
    assert "To: officer@example.cn\nSubject: 翼盒 is due" in texts


def test_a_subject_stays_one_line(officer: Person) -> None:
    (row,) = promise(officer, what="Report\r\nBcc: everybody@example.cn")
    assert row.subject == "Report Bcc: everybody@example.cn is due"


def test_without_an_address_it_is_shown_on_the_page_only(tmp_path: Path) -> None:
    (row,) = promise(someone("bare", "chain_officer"))
    assert (row.channel, row.state) == ("page", "SENT")
    assert not DBTaskResult.objects.exists()


def test_in_the_quiet_hours_it_waits_for_their_end(officer: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told_by_mail(officer, quiet_from=datetime.time(21), quiet_until=datetime.time(8))
    night = datetime.datetime(2026, 2, 28, 23, 30, tzinfo=timezone.get_default_timezone())
    (row,) = promise(officer)
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: night)
        send_notice(notice_id=row.pk)
    row.refresh_from_db()
    morning = datetime.datetime(2026, 3, 1, 8, 0, tzinfo=timezone.get_default_timezone())
    assert (row.state, row.not_before, outbox(tmp_path)) == ("HELD", morning, [])
    assert DBTaskResult.objects.filter(run_after=morning).count() == 1
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: morning)
        send_notice(notice_id=row.pk)
    row.refresh_from_db()
    assert (row.state, len(outbox(tmp_path))) == ("SENT", 1)


@given(st.datetimes(datetime.datetime(2026, 1, 1), datetime.datetime(2026, 12, 31)), st.times(), st.times())
def test_quiet_hours_end_within_a_day_and_nothing_goes_out_in_them(
    now: datetime.datetime, start: datetime.time, end: datetime.time
) -> None:
    found = quiet_end(now, start, end)
    if found is None:
        assert start == end or not (start <= now.time() < end if start < end else now.time() >= start or now.time() < end)
    else:
        assert now < found <= now + datetime.timedelta(days=1)
        assert found.time() == end
        assert quiet_end(found, start, end) is None


class Broken:
    """A sender that fails in the way it is told to."""

    def __init__(self, *errors: Exception | None) -> None:
        self.errors, self.calls = list(errors), 0

    def send(self, message: Message) -> None:
        self.calls += 1
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error


def use(monkeypatch: pytest.MonkeyPatch, sender: Broken) -> Broken:
    monkeypatch.setattr("xinya.zones.actions.notices.sender_of", lambda channel: sender)
    return sender


def test_what_surely_did_not_go_out_is_tried_again_with_growing_pauses(officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = use(monkeypatch, Broken(*[NotSent("the server is away")] * 9))
    (row,) = promise(officer)
    for tries in range(1, 6):
        send_notice(notice_id=row.pk)
        row.refresh_from_db()
        assert (row.tries, row.error) == (tries, "the server is away")
        assert row.state == ("WAITING" if tries < 5 else "FAILED")
    send_notice(notice_id=row.pk)
    assert sender.calls == 5
    waits = sorted(DBTaskResult.objects.exclude(run_after__year=9999).values_list("run_after", flat=True))
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(waits)]
    assert len(waits) == 4
    assert gaps == sorted(gaps)


def test_what_perhaps_went_out_is_marked_and_not_sent_again(officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = use(monkeypatch, Broken(TimeoutError("no answer")))
    (row,) = promise(officer)
    send_notice(notice_id=row.pk)
    send_notice(notice_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.error, sender.calls) == ("UNSURE", "TimeoutError: no answer", 1)


def test_a_sender_that_ended_while_it_sent_leaves_a_mark_after_its_lease(officer: Person, tmp_path: Path) -> None:
    (row,) = promise(officer)
    now = timezone.now()
    Notice.objects.update(state="SENDING", lease_until=now + datetime.timedelta(minutes=1), tries=1)
    send_notice(notice_id=row.pk)
    row.refresh_from_db()
    assert row.state == "SENDING", "somebody may be sending it at this moment"
    assert row.lease_until in DBTaskResult.objects.values_list("run_after", flat=True)
    Notice.objects.update(lease_until=now - datetime.timedelta(seconds=1))
    send_notice(notice_id=row.pk)
    row.refresh_from_db()
    assert (row.state, outbox(tmp_path)) == ("UNSURE", [])


def test_a_sending_that_nobody_came_back_to_is_marked_by_night(officer: Person) -> None:
    promise(officer)
    Notice.objects.update(state="SENDING", lease_until=timezone.now() - datetime.timedelta(hours=2))
    assert mark_unsure(day="2026-03-01") == 1
    assert Notice.objects.get().state == "UNSURE"
    assert mark_unsure(day="2026-03-01") == 0


def test_what_may_wait_comes_once_a_day_in_one_message(officer: Person, tmp_path: Path) -> None:
    for number in range(3):
        (row,) = promise(officer, kind=PATIENT.code, key=f"event:{number}", what=f"Point {number}")
        assert (row.state, row.not_before) == ("HELD", None)
    Worker().drain()
    assert outbox(tmp_path) == []
    assert [send_digests(day="2026-03-01"), send_digests(day="2026-03-01")] == [1, 0]
    Worker().drain()
    (text,) = outbox(tmp_path)
    assert all(f"Point {number} was noted" in text for number in range(3))
    assert set(Notice.objects.values_list("state", flat=True)) == {"SENT"}
    (late,) = promise(officer, kind=PATIENT.code, key="event:late")
    assert [send_digests(day="2026-03-01"), send_digests(day="2026-03-02")] == [0, 1]
    late.refresh_from_db()
    assert late.in_digest is not None


def test_what_a_digest_carries_shares_its_fate(officer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Broken(TimeoutError("no answer")))
    promise(officer, kind=PATIENT.code)
    send_digests(day="2026-03-01")
    Worker().drain()
    assert set(Notice.objects.values_list("kind", "state")) == {("digest", "UNSURE"), (PATIENT.code, "UNSURE")}


def test_who_wants_no_digest_is_told_at_once(officer: Person, tmp_path: Path) -> None:
    told_by_mail(officer, is_digest=False)
    promise(officer, kind=PATIENT.code)
    Worker().drain()
    assert len(outbox(tmp_path)) == 1


def test_who_left_is_sent_nothing(officer: Person, tmp_path: Path) -> None:
    promise(officer)
    Person.objects.update(is_active=False, state="LEFT")
    Worker().drain()
    assert outbox(tmp_path) == []
    assert Notice.objects.get().channel == "page"


def test_reading_is_for_the_receiver_only(officer: Person) -> None:
    (row,) = promise(officer)
    with pytest.raises(Refused, match="no-such-notice"):
        mark_read(someone("other", "chain_officer"), notice_id=row.pk)
    assert [mark_read(officer, notice_id=row.pk), mark_read(officer)] == [1, 0]


def test_the_receiver_may_ask_again_for_what_did_not_surely_arrive(officer: Person, tmp_path: Path) -> None:
    (row,) = promise(officer)
    Notice.objects.update(state="UNSURE", tries=5)
    with pytest.raises(Refused, match="no-such-notice"):
        ask_again(someone("other", "chain_officer"), notice_id=row.pk)
    ask_again(officer, notice_id=row.pk)
    Worker().drain()
    assert len(outbox(tmp_path)) == 1
    with pytest.raises(Refused, match="wrong-state"):
        ask_again(officer, notice_id=row.pk)
    assert AuditRow.objects.filter(act="ask-notice-again").count() == 1


def test_only_a_way_that_reaches_the_person_can_be_chosen(officer: Person, settings: Any) -> None:
    settings.OUTBOX, settings.WEBHOOKS = None, {}
    for channel in ("mail", "sms", "webhook", "pigeon"):
        with pytest.raises(Refused, match="channel-not-open"):
            choose_notices(officer, choice=Choice(channel, NEVER, NEVER, True))
    settings.WEBHOOKS = {"office": "https://hook.example.cn/x"}
    with pytest.raises(Refused, match="channel-not-open"):
        choose_notices(officer, choice=Choice("webhook", NEVER, NEVER, True, webhook="https://inside.example.cn/"))
    assert choose_notices(officer, choice=Choice("webhook", NEVER, NEVER, True, webhook="office")).webhook == "office"
    assert isinstance(senders.sender_of("webhook"), senders.SignedPost)
