"""The states of a promise: one table of (from, verb, to, who, required). No Django.

who: owner and other are the two sides; stand_in speaks for another side without an account; approver and desk stand above the
owner; house is the product itself. A dispute or a reopening starts a new clock, the earlier one stays.
"""

from xinya.kit.states import Machine
from xinya.kit.text import gettext_noop as _

TABLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("", "make", "OPEN", "maker", "text"),
    ("OPEN", "pause", "PAUSED", "owner", "reason what until"),
    ("OPEN", "ask_extension", "OPEN", "owner", "n reason"),
    ("OPEN", "approve_extension", "OPEN", "approver", "reason"),
    ("OPEN", "refuse_extension", "OPEN", "approver", "reason"),
    ("OPEN", "hand_over", "OPEN", "owner approver", "reason"),
    ("OPEN", "keep", "KEPT", "owner", "proof"),
    ("OPEN", "reply", "OPEN", "other", "text"),
    ("OPEN", "break", "BROKEN", "owner other", "reason"),
    ("OPEN", "withdraw", "WITHDRAWN", "other stand_in", "reason"),
    ("PAUSED", "resume", "OPEN", "owner desk", ""),
    ("PAUSED", "reply", "OPEN", "other", "text"),
    ("PAUSED", "approve_extension", "PAUSED", "approver", "reason"),
    ("PAUSED", "refuse_extension", "PAUSED", "approver", "reason"),
    ("PAUSED", "hand_over", "PAUSED", "owner approver", "reason"),
    ("PAUSED", "break", "BROKEN", "owner other", "reason"),
    ("PAUSED", "withdraw", "WITHDRAWN", "other stand_in", "reason"),
    ("KEPT", "confirm", "CONFIRMED", "other", ""),
    ("KEPT", "object", "OPEN", "other", "reason"),
    ("KEPT", "silence", "SILENT", "house", ""),
    ("SILENT", "confirm", "CONFIRMED", "other", ""),
    ("SILENT", "reopen", "OPEN", "other", "reason"),
    ("CONFIRMED", "reopen", "OPEN", "other", "reason"),
)

VERBS: dict[str, str] = {
    "make": _("made"),
    "pause": _("paused"),
    "resume": _("runs again"),
    "reply": _("answered by the other side"),
    "ask_extension": _("extension asked for"),
    "approve_extension": _("extension approved"),
    "refuse_extension": _("extension refused"),
    "hand_over": _("handed over"),
    "keep": _("kept, with proof"),
    "confirm": _("confirmed by the other side"),
    "object": _("objected to: not kept"),
    "silence": _("no word for ten working days"),
    "reopen": _("reopened"),
    "break": _("broken"),
    "withdraw": _("withdrawn by the other side"),
    "calendar": _("date moved by the calendar"),
}
ACTS: dict[str, str] = {
    "pause": _("Pause the clock"),
    "resume": _("Let the clock run"),
    "reply": _("Answer"),
    "ask_extension": _("Ask for more time"),
    "approve_extension": _("Approve the extension"),
    "refuse_extension": _("Refuse the extension"),
    "hand_over": _("Hand over"),
    "keep": _("Say it is kept"),
    "confirm": _("Confirm"),
    "object": _("Object: not kept"),
    "reopen": _("Reopen"),
    "break": _("Say it is broken"),
    "withdraw": _("Withdraw"),
}
"""What the buttons say, in the order of the page."""

PROMISE_STATES = Machine(
    "promise",
    TABLE,
    title=_("A promise"),
    words={
        **ACTS,
        "make": _("Make a promise"),
        "silence": _("Ten working days without a word"),
        "OPEN": _("running"),
        "PAUSED": _("paused"),
        "KEPT": _("kept, not yet confirmed"),
        "CONFIRMED": _("kept"),
        "SILENT": _("kept, not confirmed"),
        "BROKEN": _("broken"),
        "WITHDRAWN": _("withdrawn"),
        "maker": _("whoever promises"),
        "owner": _("the owner"),
        "other": _("the other side"),
        "stand_in": _("who speaks for a side without an account"),
        "approver": _("the owner's office head"),
        "desk": _("service desk lead"),
        "house": _("the product itself"),
        "text": _("text"),
        "reason": _("reason"),
        "what": _("what is missing"),
        "until": _("by when"),
        "n": _("days"),
        "proof": _("proof"),
    },
)

PAUSE_LIMITS: dict[str, int | None] = {
    "NEED_MATERIAL": 10, "COMPANY_ASKED": 20, "THIRD_PARTY_TEST": 30, "LAW_WAITING_PERIOD": None, "HIGHER_LEVEL": 30,
}  # fmt: skip
"""Working days that a pause lasts at most; None: as the law says."""
SILENCE_DAYS = 10
REOPEN_DAYS = 5
DISPUTE_DAYS = 3


def target(state: str, verb: str) -> str | None:
    """Where the verb leads from this state; None where it does not apply."""
    return next((to for source, v, to, _who, _needs in TABLE if (source, v) == (state, verb)), None)


def who_may(state: str, verb: str) -> frozenset[str]:
    """The sides that may do this in this state."""
    return frozenset(w for source, v, _to, who, _needs in TABLE if (source, v) == (state, verb) for w in who.split())


def ever_by(verb: str) -> frozenset[str]:
    """The sides that may do this in some state."""
    return frozenset(w for _source, v, _to, who, _needs in TABLE if v == verb for w in who.split())


def verbs_from(state: str, sides: frozenset[str] | None = None) -> tuple[str, ...]:
    """What may follow a state, in the order of the page; with sides only what these may do."""
    found = [v for source, v, _to, who, _needs in TABLE if source == state and (sides is None or sides & set(who.split()))]
    return tuple(v for v in ACTS if v in found)
