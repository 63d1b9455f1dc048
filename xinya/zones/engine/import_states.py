"""The states of a list on its way into the register. No Django. Nothing touches the register before commit."""

from xinya.kit.states import Machine
from xinya.kit.text import gettext_noop as _

BRINGER, COMMITTER, SECOND, HOUSE = "bringer", "committer", "second", "house"
_OPEN = ("uploaded", "read", "mapped", "previewed")
TABLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("", "upload", "uploaded", BRINGER, "file"),
    ("uploaded", "read", "read", "bringer house", ""),
    ("uploaded", "refuse", "refused", HOUSE, "reason"),
    ("read", "read", "read", "bringer house", ""),
    ("read", "map", "mapped", "bringer house", "columns"),
    ("mapped", "map", "mapped", BRINGER, "columns"),
    ("mapped", "preview", "previewed", "bringer house", ""),
    ("previewed", "map", "mapped", BRINGER, "columns"),
    ("previewed", "answer", "previewed", BRINGER, "answers"),
    ("previewed", "commit", "committed", COMMITTER, "key"),
    ("committed", "answer", "committed", BRINGER, "answers"),
    ("committed", "commit", "committed", COMMITTER, "key"),
    ("committed", "undo", "undone", "committer second", "reason"),
    *((state, "abandon", "abandoned", "bringer house", "") for state in _OPEN),
)
IMPORT_STATES = Machine(
    "import",
    TABLE,
    title=_("A list on its way into the register"),
    words={
        "uploaded": _("uploaded"), "read": _("read"), "mapped": _("columns said"), "previewed": _("checked"),
        "committed": _("committed"), "undone": _("undone"), "refused": _("refused"), "abandoned": _("abandoned"),
        "upload": _("upload"), "map": _("say what the columns hold"), "preview": _("check"), "answer": _("answer"),
        "commit": _("commit"), "undo": _("undo"), "refuse": _("refuse"), "abandon": _("abandon"),
        BRINGER: _("who brings lists"), COMMITTER: _("who commits lists"), SECOND: _("a second person"),
        HOUSE: _("the product itself"), "file": _("file"), "columns": _("columns"), "answers": _("answers"),
        "key": _("what was seen"), "reason": _("reason"),
    },
)  # fmt: skip
