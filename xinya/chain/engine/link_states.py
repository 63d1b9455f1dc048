"""The states of a supply link: stated by one side or by an officer, confirmed or denied by the other side."""

from xinya.kit.states import Machine
from xinya.kit.text import gettext_noop as _

STATER, OTHER, OFFICER = "stater", "other_side", "link_officer"
TABLE = (
    # from, verb, to, who, required
    ("", "state", "STATED", "stater link_officer", ""),
    ("STATED", "confirm", "CONFIRMED", OTHER, ""),
    ("STATED", "deny", "DENIED", OTHER, "reason"),
    ("STATED", "withdraw", "WITHDRAWN", STATER, ""),
    ("CONFIRMED", "deny", "DENIED", OTHER, "reason"),
    ("CONFIRMED", "withdraw", "WITHDRAWN", STATER, "reason"),
    ("DENIED", "confirm", "CONFIRMED", OTHER, ""),
    ("DENIED", "withdraw", "WITHDRAWN", STATER, ""),
)
LINK_STATES = Machine(
    "supply link",
    TABLE,
    title=_("A supply link between two companies"),
    words={
        "STATED": _("stated by one side"),
        "CONFIRMED": _("confirmed by the other side"),
        "DENIED": _("denied by the other side"),
        "WITHDRAWN": _("withdrawn"),
        "state": _("state it"),
        "confirm": _("confirm"),
        "deny": _("deny"),
        "withdraw": _("withdraw"),
        STATER: _("who stated it"),
        OTHER: _("the other side"),
        OFFICER: _("chain officer"),
        "reason": _("reason"),
    },
)
