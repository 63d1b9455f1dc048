"""Sentences in the reader's language, with or without Django: one catalogue for the whole product."""

import gettext
from functools import lru_cache
from pathlib import Path

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


def say(language: str, message: str, /, **values: object) -> str:
    """The sentence `message` (English, named placeholders `%(name)s`) in `language` ("zh" or "en")."""
    sentence = _catalogue(short_language(language)).gettext(message)
    return sentence % values if values else sentence


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
