"""What people are told: one register of kinds for the whole product, each with its words and whether it may wait for the digest."""

from collections.abc import Mapping
from dataclasses import dataclass

from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say, short_language

Said = str | int | tuple[str, str]
"""A value in a notice's words; two texts are the Chinese and the English one."""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of notice. may_wait: goes with the daily digest if the person wants one."""

    code: str
    subject: str
    body: str
    may_wait: bool = False


KINDS: dict[str, NoticeKind] = {}


def register_kind(kind: NoticeKind) -> NoticeKind:
    """Add a kind; a slice does this where its action stands. Raises ValueError for a code that means something else already."""
    if KINDS.setdefault(kind.code, kind) != kind:
        raise ValueError(f"two kinds of notice are called {kind.code}")
    return kind


def worded(kind: NoticeKind, language: str, values: Mapping[str, Said]) -> tuple[str, str]:
    """Subject (one line, at most 200 characters) and body in the receiver's language."""
    short = short_language(language)
    chosen = {
        name: (value[0] if short == "zh" else value[1]) if isinstance(value, tuple) else value for name, value in values.items()
    }
    subject = " ".join(say(short, kind.subject, **chosen).split())
    return subject[:200], say(short, kind.body, **chosen)


DIGEST = register_kind(
    NoticeKind(
        "digest",
        _("%(count)s notices of Xinya, %(day)s"),
        _("What waited for this digest:\n\n%(lines)s"),
    )
)
