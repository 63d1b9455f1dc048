"""After too many wrong passwords sign-in pauses, each time twice as long: the numbers, without a clock or a database."""

import datetime
from dataclasses import dataclass, fields

from .refusals import Refused
from .text import gettext_noop as _

LIMIT_WRONG = _("The limit %(name)s must be at least 1: a limit of nothing would mean that nothing is counted.")
MINUTE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Limits:
    """How many failures in the window pause sign-in, and for how long. Raises Refused for a limit below 1.

    per_account: of one account from one address, or from one known browser. per_address: of all accounts from one address.
    per_account_anywhere: of one account from all addresses by browsers that never signed in to it.
    """

    per_account: int = 5
    per_address: int = 20
    per_account_anywhere: int = 50
    window_minutes: int = 15
    first_minutes: int = 15
    longest_minutes: int = 24 * 60

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) < 1:
                raise Refused("limit-wrong", LIMIT_WRONG, name=one.name)

    @property
    def window(self) -> datetime.timedelta:
        return self.window_minutes * MINUTE

    def pause(self, level: int) -> datetime.timedelta:
        """The pause of this level: the first, then twice as long each time, up to the longest."""
        # Beyond the longest no doubling is computed: the number would grow without end.
        steps = min(level, self.longest_minutes.bit_length())
        return min(self.first_minutes * 2**steps, self.longest_minutes) * MINUTE
