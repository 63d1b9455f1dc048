"""The words and single-character marks of the chain picture, in both languages."""

from collections.abc import Sequence

from xinya.chain.engine.map_parts import KINDS, MapNode
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

# The short class names of the style sheet.
KIND_CLASS = {
    "made": "made", "thin": "thin", "weak": "weak", "missing": "miss",
    "dependent": "dep", "extendable": "ext", "outside": "out", "unknown": "unk",
}  # fmt: skip
LETTERS = {
    "zh": {
        "missing": "缺",
        "thin": "薄",
        "weak": "弱",
        "dependent": "依",
        "extendable": "延",
        "outside": "外",
        "unknown": "?",
    },
    "en": {
        "missing": "M",
        "thin": "T",
        "weak": "W",
        "dependent": "D",
        "extendable": "E",
        "outside": "O",
        "unknown": "?",
    },
}
MARK_LETTERS = {
    "zh": {"ready": "备", "building": "建", "stale": "旧"},
    "en": {"ready": "R", "building": "B", "stale": "old"},
}
KIND_WORDS = {
    "made": _("Made here"),
    "thin": _("Thin"),
    "weak": _("Weak"),
    "missing": _("Missing"),
    "dependent": _("Dependent"),
    "extendable": _("Extendable"),
    "outside": _("Supplied from outside"),
    "unknown": _("Too little known"),
}
MARK_WORDS = {
    "ready": _("What its maker would buy is made here"),
    "building": _("Being built"),
    "stale": _("Known only from stale facts"),
}
MAKERS = _("Companies here: %(count)s")
MAP_LABEL = _("%(title)s: %(count)s segments by stage from left to right; the table holds the same")
STRIP_LABEL = _("%(title)s: %(kinds)s")
KIND_COUNT = _("%(kind)s %(count)s")
ONLY_ESSENTIAL = _(
    "Of %(all)s supplies only the %(drawn)s essential ones are drawn as lines; point at a segment to see the others."
)
SUPPORT_QUIET = _("Equipment and services serve many segments and have no lines; point at one to see whom it serves.")
BETWEEN = {"zh": "；", "en": "; "}
BETWEEN_KINDS = {"zh": "，", "en": ", "}
BETWEEN_SENTENCES = {"zh": "", "en": " "}


def describe(node: MapNode, language: str) -> str:
    """What a segment's box says, in words: verdict, makers, mark, and the caller's note."""
    parts = [say(language, KIND_WORDS[node.kind])]
    if node.mark:
        parts.append(say(language, MARK_WORDS[node.mark]))
    if node.makers:
        parts.append(say(language, MAKERS, count=node.makers))
    if node.note:
        parts.append(node.note)
    return BETWEEN[language].join(parts)


def count_kinds(nodes: Sequence[MapNode], language: str) -> str:
    """How many segments of each kind there are, kinds without any left out."""
    counts = [(kind, sum(1 for node in nodes if node.kind == kind)) for kind in KINDS]
    words = [say(language, KIND_COUNT, kind=say(language, KIND_WORDS[kind]), count=count) for kind, count in counts if count]
    return BETWEEN_KINDS[language].join(words)
