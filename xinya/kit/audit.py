"""The log: who did what to which object, kept or lost together with the act itself, every row tied to the one before.

Whoever records holds the end of the chain until the transaction ends. So an action calls `record` last, when it holds
every other lock it needs: two acts that wait for each other are then impossible, and no number is left out.
"""

import hashlib
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from .address import present_address
from .audit_chain import canonical, link_hash
from .audit_values import DIGEST, instant_text, pair, plain_text, plain_value
from .models import AuditHead, AuditRow, AuditSalt
from .prepared import Prepared, PreparedInsert, PreparedUpdate
from .refusals import Refused
from .text import gettext_noop as _

ONLY = 1
REASON_NEEDED = _("Please say why: this act is not done without a reason.")

logger = logging.getLogger(__name__)
_reasoned: set[str] = set()
_HEAD = Prepared(lambda pk: AuditHead.objects.select_for_update().filter(pk=pk), -1)
_ROW = PreparedInsert(AuditRow)
_LATER = PreparedUpdate(lambda pk, seq, end: (AuditHead.objects.filter(pk=pk), {"seq": seq, "hash": end}), -1, -2, "the hash")


def must_say_why(*acts: str) -> None:
    """Declare acts that are refused without a reason: secrecy class, role, rule release, payment, deadline, pause, end state."""
    _reasoned.update(acts)


def record(
    actor: object,
    act: str,
    subject: str,
    subject_id: object = "",
    *,
    reason: str = "",
    change: Mapping[str, Any] | None = None,
    secret: Mapping[str, Any] | None = None,
    **values: Any,
) -> AuditRow:
    """Write the row of one act, as its last step. Must be called inside the act's transaction, else it raises RuntimeError.

    change and further values: by field the new value, or (old, new). secret: the same for personal values and free text,
    which enter as salted digests. Raises Refused for an act that needs a reason and has none.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is recorded inside its own transaction")
    if act in _reasoned and not reason.strip():
        raise Refused("reason-missing", REASON_NEEDED)
    changed = {field: pair(value) for field, value in {**(change or {}), **values}.items()}
    for field, value in (secret or {}).items():
        changed[field] = [digest(part) for part in (value if isinstance(value, tuple) else (None, value))]
    about = f"{subject}:{subject_id}" if str(subject_id) else subject
    return _append({"actor": actor, "act": act, "object": about, "ok": True, "change": changed, "reason": reason})


def record_refusal(actor: object, act: str, about: str, code: str) -> None:
    """Write that an act or a read was refused, in a transaction of its own after the rollback. Never raises."""
    try:
        with transaction.atomic(durable=True):
            _append({"actor": actor, "act": act, "object": about, "ok": False, "change": {}, "reason": code})
    except Exception:  # the person is refused all the same; that the log has no room is the operator's matter
        logger.exception("a refusal was not logged: %s %s", act, code)


def digest(value: object) -> str | None:
    """What stands for a personal value or a free text: the source may be blanked later, and the chain stays valid."""
    if value is None:
        return None
    exact = value if isinstance(value, str) else canonical({"value": plain_value(value)})
    return DIGEST + hashlib.sha256(f"{_salt()}\n{exact}".encode("utf-8", "surrogatepass")).hexdigest()


def actor_text(actor: object) -> str:
    """ "person:7" for a person, else the actor's own words: a console, a task, the house."""
    key = getattr(actor, "pk", None)
    return plain_text(actor)[:150] if key is None else f"person:{key}"


def _acting_for(actor: object) -> str:
    organisation = getattr(getattr(actor, "acting_for", None), "organisation_id", None)
    return "" if organisation is None else f"organisation:{organisation}"


def _append(said: dict[str, Any]) -> AuditRow:
    columns = {
        "actor": actor_text(said["actor"]),
        "acting_for": _acting_for(said["actor"]),
        "act": plain_text(said["act"])[:100],
        "object": plain_text(said["object"])[:200],
        "ok": bool(said["ok"]),
        "address": present_address()[:45],
    }
    head = locked_head()
    seq, at = head.seq + 1, timezone.now()
    reason = plain_text(said["reason"]).strip()
    text = canonical({"seq": seq, "at": instant_text(at), "change": said["change"], "reason": reason, **columns})
    row = AuditRow(seq=seq, at=at, prev=head.hash, hash=link_hash(head.hash, text), text=text, **columns)
    _ROW.add(row)
    _LATER.change(ONLY, seq, row.hash)
    return row


def locked_head() -> AuditHead:
    """The end of the chain, held until the transaction ends."""
    held = _HEAD.rows(ONLY)
    if not held:
        AuditHead.objects.get_or_create(pk=ONLY)
        held = _HEAD.rows(ONLY)
    return held[0]


def _salt() -> str:
    known = AuditSalt.objects.filter(pk=ONLY).first()
    if known is None:
        known, _made = AuditSalt.objects.get_or_create(pk=ONLY, defaults={"salt": secrets.token_hex(32)})
    return str(known.salt)
