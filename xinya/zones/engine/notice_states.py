"""The states of a notice: promised once, sent once or marked. What may have gone out and may not is never sent again by itself."""

from xinya.kit.states import Machine
from xinya.kit.text import gettext_noop as _

HOUSE, RECEIVER = "house", "receiver"
TABLE = (
    # from, verb, to, who, required
    ("", "promise", "WAITING", HOUSE, ""),
    ("", "keep", "HELD", HOUSE, ""),
    ("", "show", "SENT", HOUSE, ""),
    ("WAITING", "hold", "HELD", HOUSE, "not_before"),
    ("WAITING", "begin", "SENDING", HOUSE, "lease_until"),
    ("WAITING", "show", "SENT", HOUSE, ""),
    ("HELD", "release", "WAITING", HOUSE, ""),
    ("HELD", "deliver", "SENT", HOUSE, "digest"),
    ("HELD", "fail", "FAILED", HOUSE, "digest"),
    ("HELD", "doubt", "UNSURE", HOUSE, "digest"),
    ("SENDING", "deliver", "SENT", HOUSE, ""),
    ("SENDING", "give-back", "WAITING", HOUSE, "error"),
    ("SENDING", "fail", "FAILED", HOUSE, "error"),
    ("SENDING", "doubt", "UNSURE", HOUSE, "error"),
    ("FAILED", "ask-again", "WAITING", RECEIVER, ""),
    ("UNSURE", "ask-again", "WAITING", RECEIVER, ""),
)
NOTICE_STATES = Machine(
    "notice",
    TABLE,
    title=_("A notice on its way"),
    words={
        "WAITING": _("waiting"),
        "HELD": _("held back"),
        "SENDING": _("being sent"),
        "SENT": _("sent"),
        "FAILED": _("not sent"),
        "UNSURE": _("perhaps sent"),
        "promise": _("promise"),
        "keep": _("keep for the digest"),
        "show": _("show on the page"),
        "hold": _("wait for the morning"),
        "release": _("release"),
        "begin": _("begin to send"),
        "deliver": _("deliver"),
        "give-back": _("try later"),
        "fail": _("give up"),
        "doubt": _("cannot tell"),
        "ask-again": _("ask again"),
        "house": _("the house itself"),
        "receiver": _("the receiver"),
        "not_before": _("the end of the quiet hours"),
        "lease_until": _("until when the sender has it"),
        "digest": _("the digest it is in"),
        "error": _("why"),
    },
)
