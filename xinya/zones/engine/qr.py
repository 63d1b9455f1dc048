"""QR sign-in as numbers and states: one table of moves, codes from the system's generator, times as arguments."""

import datetime
import secrets
from typing import NamedTuple

# Twenty letters that are neither taken for another nor make a word: 20^8 codes, about 34 bits, alive for two minutes.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 8
LIFE = datetime.timedelta(seconds=120)
FRESH = datetime.timedelta(minutes=10)
"""How long ago the phone's person may have proved who they are."""
POLL = datetime.timedelta(seconds=2)
GUESSES_A_MINUTE = 5
ASKS_A_MINUTE = 30
"""Codes that one address may ask for: an office's computers share one, and each row stands in the log."""
SESSION = datetime.timedelta(hours=8)
CHOICES = 3


class Move(NamedTuple):
    """One move: from a state by a verb to a state, by whom, and what must hold."""

    source: str
    verb: str
    target: str
    who: str
    required: tuple[str, ...] = ()


MOVES = (
    Move("", "ask", "waiting", "asking browser"),
    Move("waiting", "see", "seen", "signed-in person", ("alive", "proved within ten minutes", "not itself by QR")),
    Move("seen", "approve", "approved", "person who saw it", ("alive", "check number", "touch where one is needed")),
    Move("waiting", "refuse", "refused", "signed-in person", ("alive",)),
    Move("seen", "refuse", "refused", "person who saw it"),
    Move("approved", "collect", "used", "asking browser", ("alive", "device code")),
    Move("waiting", "expire", "expired", "clock"),
    Move("seen", "expire", "expired", "clock"),
    Move("approved", "expire", "expired", "clock"),
)
STATES = tuple(dict.fromkeys(move.target for move in MOVES))
OPEN = tuple(dict.fromkeys(move.source for move in MOVES if move.source))


def sources(verb: str) -> tuple[str, ...]:
    """The states from which a verb leads on."""
    return tuple(move.source for move in MOVES if move.verb == verb)


def target(verb: str) -> str:
    """The state to which a verb leads, the same from all its sources."""
    return next(move.target for move in MOVES if move.verb == verb)


def new_device_code() -> str:
    """256 random bits for the cookie of the browser that asks."""
    return secrets.token_urlsafe(32)


def new_user_code() -> str:
    """Eight letters that are shown and may be typed."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def new_numbers() -> tuple[int, list[int]]:
    """The check number that the computer shows, and the three numbers among which the phone's person picks."""
    numbers = secrets.SystemRandom().sample(range(10, 100), CHOICES)
    return secrets.choice(numbers), sorted(numbers)


def typed_code(text: str) -> str:
    """What a person typed, as it is stored: capital letters without blanks and dashes."""
    return "".join(letter for letter in text.upper() if letter in LETTERS)[: CODE_LENGTH + 1]


def shown_code(code: str) -> str:
    """The code in two halves, for eyes."""
    return f"{code[:4]}-{code[4:]}"
