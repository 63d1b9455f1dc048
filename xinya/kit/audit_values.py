"""What a value becomes in a row of the log, and how a reader sees it there. No Django."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

DIGEST = "sha256:"
HIDDEN = "•••"
LONGEST_TEXT = 2000


def plain_value(value: object) -> Any:
    """A value as the canonical text can hold it: whole numbers, text, yes and no, nothing, lists and objects of them.

    A float becomes decimal text, a day or an instant its ISO form, anything else its own words.
    Raises ValueError for a number that is none.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float | Decimal):
        return decimal_text(value)
    if isinstance(value, datetime.datetime):
        return instant_text(value) if value.tzinfo else value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {plain_text(key): plain_value(below) for key, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        found = [plain_value(below) for below in value]
        return sorted(found, key=str) if isinstance(value, set | frozenset) else found
    return plain_text(value)


def decimal_text(number: float | Decimal) -> str:
    """An exact number as digits, without an exponent."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(float(number)))
    if not exact.is_finite():
        raise ValueError("a row of the log holds no infinite and no undefined number")
    return format(exact, "f")


def instant_text(at: datetime.datetime) -> str:
    """An instant in UTC to the microsecond."""
    return at.astimezone(datetime.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def plain_text(value: object) -> str:
    """Text that both databases and UTF-8 can hold, shortened where it is longer than a log wants."""
    text = str(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def pair(value: object) -> list[Any]:
    """[old, new]: a tuple of two says both, anything else is new."""
    old, new = value if isinstance(value, tuple) and len(value) == 2 else (None, value)
    return [plain_value(old), plain_value(new)]


def masked(value: object) -> str:
    """A value as the log's readers see it: that it is there and how it begins, never the whole of it."""
    if value is None or value == "":
        return "–" if value is None else '""'
    if isinstance(value, bool):
        return "✓" if value else "✕"
    if isinstance(value, list | dict):
        return f"{HIDDEN} ×{len(value)}"
    if isinstance(value, str) and value.startswith(DIGEST):
        return f"{value[: len(DIGEST) + 8]}…"
    return f"{str(value)[:1]}{HIDDEN}" if isinstance(value, str) and value else HIDDEN
