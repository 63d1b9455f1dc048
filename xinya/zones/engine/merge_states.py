"""The states of a merging of two companies of the register. No Django. Nothing is thrown away, so every merging can be undone."""

from xinya.kit.states import Machine
from xinya.kit.text import gettext_noop as _

MERGER, SECOND = "merger", "second"
TABLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("", "merge", "merged", MERGER, "reason"),
    ("merged", "undo", "undone", "merger second", "reason"),
)
MERGE_STATES = Machine(
    "company-merge",
    TABLE,
    title=_("Two companies of the register that are one"),
    words={
        "merged": _("merged"), "undone": _("undone"), "merge": _("merge"), "undo": _("undo"),
        MERGER: _("who merges companies"), SECOND: _("a second person"), "reason": _("reason"),
    },
)  # fmt: skip
