"""Sessions: begun, proved, touched and ended; each has a row that its person and a security officer can see."""

import datetime
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.qr import OPEN as QR_OPEN
from ..engine.qr import SESSION as QR_SESSION
from ..engine.qr import target as qr_target
from ..models import Draft, Person, QrSignIn, SessionRecord
from ..queries.sign_in import DRAFT_LIFE, factors_of

ABSOLUTE = datetime.timedelta(hours=12)
TOUCH = datetime.timedelta(minutes=1)
FRESH = datetime.timedelta(minutes=10)
"""Keys and passwords are changed only by a person who proved who they are within this time."""
NOT_BY_QR = _("You signed in by phone here. Keys and passwords are changed only on a device where you signed in yourself.")
SESSION_OVER = _("This session was ended meanwhile. Please sign in again.")
NO_SESSION = _("There is no such session; it may have ended already.")


@dataclass(frozen=True, slots=True)
class Visit:
    """From where a person signs in, and how. address and device as the list of sessions shows them."""

    address: str
    device: str
    way: str = SessionRecord.Way.PASSWORD


def begin_session(
    session: SessionBase, *, person: Person, visit: Visit, now: datetime.datetime, is_sign_in: bool = True
) -> SessionRecord:
    """Remember a session that Django has just begun under a new name, and what its person still has to do."""
    session.pop("was", None)
    session["started"] = session["seen"] = session["proved"] = now.timestamp()
    session["way"] = visit.way
    session["had_draft"] = Draft.objects.filter(person=person, kept_at__gt=now - DRAFT_LIFE).exists()
    renew_marks(session, person=person)
    length = QR_SESSION if visit.way == SessionRecord.Way.QR else ABSOLUTE
    with transaction.atomic():
        # Rows whose session is gone tell nothing any more.
        alive = Session.objects.filter(expire_date__gt=now).values("session_key")
        SessionRecord.objects.filter(person=person).exclude(key__in=alive).delete()
        row = SessionRecord.objects.create(
            person=person, key=session.session_key or "", way=visit.way, device=visit.device[:60], address=visit.address,
            started_at=now, seen_at=now, ends_at=now + length,
        )  # fmt: skip
        if is_sign_in:
            record(person, "sign-in", "person", person.pk, way=visit.way, address=visit.address, device=visit.device)
    return row


def renew_marks(session: SessionBase, *, person: Person) -> None:
    """What the person still has to do in this session: prove a second factor, change the password, complete the keys."""
    factors = factors_of(person)
    session["must_prove"] = factors.any
    session["must_change"] = person.must_change_password
    session["incomplete"] = not factors.complete


def prove_session(session: SessionBase, *, person: Person, now: datetime.datetime) -> None:
    """The person has proved who they are: the session gets a new name, and its row with it."""
    old = session.session_key
    session["proved"] = now.timestamp()
    session.cycle_key()
    renew_marks(session, person=person)
    with transaction.atomic():
        is_open = bool(SessionRecord.objects.filter(key=old).update(key=session.session_key))
        if is_open:
            record(person, "prove-session", "person", person.pk)
    if not is_open:  # ended by somebody between the question and the answer
        session.flush()
        raise Refused("session-over", SESSION_OVER, status=403)


def touch_session(session: SessionBase, *, now: datetime.datetime) -> None:
    """The person is still there: written down at most once a minute."""
    if now.timestamp() - session.get("seen", 0) >= TOUCH.total_seconds():
        session["seen"] = now.timestamp()
        SessionRecord.objects.filter(key=session.session_key).update(seen_at=now)


def ended_by(session: SessionBase, *, person: Person, now: datetime.datetime) -> str:
    """Why a session is over: "idle", "absolute", or "" when it is not."""
    length = QR_SESSION if session.get("way") == SessionRecord.Way.QR else ABSOLUTE
    started, seen = session.get("started", 0), session.get("seen", 0)
    if now.timestamp() - started >= length.total_seconds():
        return "absolute"
    return "idle" if now.timestamp() - seen >= rules.idle_limit(person).total_seconds() else ""


def is_fresh(session: SessionBase, *, now: datetime.datetime, within: datetime.timedelta = FRESH) -> bool:
    """Whether the person proved who they are a short while ago."""
    return bool(now.timestamp() - session.get("proved", 0) < within.total_seconds())


def demand_own_sign_in(session: SessionBase) -> None:
    """Refuse a session that was lent by a phone."""
    demand(session.get("way") != SessionRecord.Way.QR, "not-by-qr", NOT_BY_QR)


def close_session(person: Person, *, key: str | None, reason: str) -> None:
    """A session ends by sign-out, idleness or age; its row goes and the audit keeps why."""
    with transaction.atomic():
        ended, _rows = SessionRecord.objects.filter(key=key or "", person=person).delete()
        if ended:
            record(person, "end-session", "person", person.pk, reason=reason)


def end_session(actor: Person, *, session_id: int) -> SessionRecord:
    """A person ends one of their own sessions. Raises Refused 404 for another person's."""
    with transaction.atomic():
        row = SessionRecord.objects.select_for_update().filter(pk=session_id, person=actor).first()
        if row is None:
            raise Refused("no-session", NO_SESSION, status=404)
        _end([row.key])
        record(actor, "end-session", "person", actor.pk, reason="own", device=row.device)
    return row


def end_sessions(person: Person, *, actor: object = None, reason: str, but: str | None = None) -> int:
    """End all sessions of a person at once, but for the one named: for a change of role or password, a lock, a leaving."""
    with transaction.atomic():
        ended = close_all(person, but=but)
        record(actor or person, "end-sessions", "person", person.pk, reason=reason, sessions=ended)
    return ended


def close_all(person: Person, *, but: str | None = None) -> int:
    """Part of another act, whose row in the log tells it: all sessions of the person end, but for the one named."""
    keys = list(SessionRecord.objects.filter(person=person).exclude(key=but or "").values_list("key", flat=True))
    _end(keys)
    # A code that the person's phone has seen or approved would open a new session after the end of all.
    QrSignIn.objects.filter(person=person, state__in=QR_OPEN).update(state=qr_target("expire"))
    return len(keys)


def _end(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    SessionRecord.objects.filter(key__in=keys).delete()
