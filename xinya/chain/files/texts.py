"""What is wrong with single texts of a pack, whatever row they stand in: signs nobody sees, formulas, names said again, days."""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain
from xinya.kit.web_address import web_address

from .pack import Row, is_day, items

SHIPPED_ON = datetime.date(2026, 11, 29)
"""The day for which the youngest of the shipped packs stands."""
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of what no reader sees: control, format (also the marks that turn a line around), half pairs, line ends."""
LISTS = frozenset({"aliases", "excludes"})
RUN_BY_SPREADSHEETS = tuple("=+-@＝＋－＠")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
VERSION = re.compile(r"(?:[a-z0-9][a-z0-9-]*-)?[0-9]{4}\.[0-9]{1,2}(?:\.[0-9]+)?", re.ASCII)
"""Year, month and number of the issue; before them, with a hyphen, the code of the zone whose own version it is."""
PUBLISHED = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)

CHARACTER = _("%(key)s holds the character %(character)s, which nobody sees.")
FORMULA = _("%(key)s begins as a formula would, and a spreadsheet would run it: %(text)s")
NAME_AGAIN = _("%(key)s only says the name again.")
NO_ADDRESS = _("%(url)s is not an address that a reader can open: it needs http or https and a host.")
NOT_A_DAY = _("%(date)s is not a day written YYYY-MM-DD.")
NOT_PUBLISHED = _("%(date)s is neither a day written YYYY-MM-DD nor YYYY-MM nor YYYY.")
LATE = _("%(key)s is %(date)s, later than %(limit)s: no row is younger than the pack's as_of, and that not than today.")


class Wrong(NamedTuple):
    """A code, its sentence and the sentence's values."""

    code: str
    message: str
    values: Mapping[str, object]


def wrong_texts(texts: Mapping[str, object]) -> Iterator[Wrong]:
    """Signs that nobody sees and cells that a spreadsheet would run; of texts in texts, as in a head, the same."""
    for key, value in texts.items():
        for text in _texts(value):
            unseen = "" if text.isprintable() else next((c for c in text if unicodedata.category(c) in UNSEEN), "")
            if unseen:
                yield Wrong("character-unseen", CHARACTER, {"key": key, "character": f"U+{ord(unseen):04X}"})
            for part in items(text) if key in LISTS else (text,):
                word = part.strip()
                if word.startswith(RUN_BY_SPREADSHEETS) and word.strip("-") and not NUMBER.fullmatch(word):
                    yield Wrong("formula-cell", FORMULA, {"key": key, "text": _shown(word)})


def wrong_definitions(row: Row) -> Iterator[Wrong]:
    """Definitions that are the name, or an alias, over again."""
    names = {_bare(word) for word in (row["name_zh"], row["name_en"], *items(row["aliases"]))}
    for key in ("definition_zh", "definition_en"):
        if row[key].strip() and _bare(row[key]) in names:
            yield Wrong("definition-name", NAME_AGAIN, {"key": key})


def wrong_address(url: str) -> Iterator[Wrong]:
    if url and not web_address(url):
        yield Wrong("url-wrong", NO_ADDRESS, {"url": _shown(url)})


def wrong_day(key: str, text: str, limit: datetime.date) -> Iterator[Wrong]:
    """A day that is none, or later than the limit."""
    if not is_day(text):
        yield Wrong("date-wrong", NOT_A_DAY, {"date": _shown(text) or "–"})
    elif text > limit.isoformat():
        yield Wrong("date-late", LATE, {"key": key, "date": text, "limit": limit.isoformat()})


def wrong_publication(text: str, limit: datetime.date) -> Iterator[Wrong]:
    """A day, month or year of publication that is none of these, or later than the limit."""
    if text and not is_day(text) and not PUBLISHED.fullmatch(text):
        yield Wrong("date-wrong", NOT_PUBLISHED, {"date": _shown(text)})
    elif text > limit.isoformat()[: len(text)]:
        yield Wrong("date-late", LATE, {"key": "published_on", "date": text, "limit": limit.isoformat()})


def latest_day(now: datetime.datetime | None = None) -> datetime.date:
    """Today where on earth it is latest: what is later than this is later than today everywhere.

    A machine without a network may have a clock that stands still or went back: one before our own packs is not believed.
    """
    return max(SHIPPED_ON, ((now or datetime.datetime.now(datetime.UTC)) + datetime.timedelta(hours=14)).date())


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Mapping):
        return (text for each in value.values() for text in _texts(each))
    return (text for each in value for text in _texts(each)) if isinstance(value, list) else ()


def _bare(text: str) -> str:
    """Letters and digits only, as words are compared."""
    return "".join(c for c in plain(text) if c.isalnum())


def _shown(text: str) -> str:
    """A raw value on one line, short enough for a sentence."""
    line = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return line if len(line) <= 40 else f"{line[:40]}…"
