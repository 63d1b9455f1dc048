"""Sentences in the reader's language, with or without Django: one catalogue for the whole product."""

import gettext
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import opencc

LOCALE = Path(__file__).resolve().parent.parent / "locale"
FOLDERS = {"zh": "zh_Hans", "en": "en"}


def gettext_noop(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return message


def short_language(code: str | None) -> str:
    """`zh-hans`, `zh_CN` and so on become `zh`; everything that is not Chinese is answered in English."""
    return "zh" if (code or "zh").lower().startswith("zh") else "en"


@lru_cache(maxsize=4)
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("django", localedir=LOCALE, languages=[FOLDERS[language]], fallback=True)


class Phrase:
    """Words inside a sentence, put into the reader's language with it: a message of the catalogue with its own values."""

    __slots__ = ("_place", "message", "values")

    def __init__(self, message: str, values: Mapping[str, object] | None = None) -> None:
        self.message, self.values = message, dict(values or {})
        self._place = message, tuple(sorted((name, str(value)) for name, value in self.values.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Phrase) and self._place == other._place

    def __hash__(self) -> int:
        return hash(self._place)

    def __str__(self) -> str:
        return say("en", self.message, **self.values)


def say(language: str, message: str, /, **values: object) -> str:
    """The sentence `message` (English, named placeholders `%(name)s`) in `language` ("zh" or "en")."""
    sentence = _catalogue(short_language(language)).gettext(message)
    told = {name: say(language, one.message, **one.values) if isinstance(one, Phrase) else one for name, one in values.items()}
    return sentence % told if told else sentence


def stored_values(values: Mapping[str, object]) -> dict[str, Any]:
    """The values of a sentence as JSON; `values_stored` gives them back."""
    return {
        name: {"message": one.message, "values": stored_values(one.values)} if isinstance(one, Phrase) else str(one)
        for name, one in values.items()
    }


def values_stored(stored: Mapping[str, Any]) -> dict[str, object]:
    """The values of a sentence that was stored."""
    return {
        name: Phrase(one["message"], values_stored(one["values"])) if isinstance(one, dict) else one for name, one in stored.items()
    }


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def simplified(text: str) -> str:
    """The text in half width and simplified script; characters only, words stay as they are."""
    return _simplifier().convert(text.translate(WIDTHS))


def one_line(text: str, most: int) -> str:
    """A text as one line that every database and page can hold: blanks joined, control characters gone, at most so long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """A word as it is compared: half width, simplified script (characters only), lower case, no blanks or joining dots."""
    whole = text.encode("utf-8", "ignore").decode()  # half of a surrogate pair, which JSON may carry, is no character
    folded = simplified(whole).casefold()
    return "".join(c for c in folded if not c.isspace() and c not in "·•‧-–—_'’“”\"")
