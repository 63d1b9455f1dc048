"""What to look at again this week (zones-import 2.2), the most useful first. Pure.

Order: (1 - w) * reads in 90 days * (3 if the fact alone stands behind a gap, else 1). Where nobody read anything yet the order is
that of the rest, so that a new house has a list too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MOST = 30
ALONE = 3
YOUNG = 0.9
"""What has a weight above this was seen in the last weeks and is not asked for (our own choice)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A fact or a placement that could be looked at. key: its row; weight: w; reads: views of its company's page in 90 days."""

    key: tuple[str, int]
    weight: float
    reads: int = 0
    is_alone: bool = False

    @property
    def score(self) -> float:
        return (1 - self.weight) * self.reads * (ALONE if self.is_alone else 1)

    @property
    def unread(self) -> float:
        """What orders those that nobody reads."""
        return (1 - self.weight) * (ALONE if self.is_alone else 1)


def asked_this_week(could: Iterable[Ask], *, done: int = 0, most: int = MOST) -> list[Ask]:
    """The list of one officer: at most `most` a week, of which `done` are answered already."""
    old = [one for one in could if one.weight <= YOUNG]
    ordered = sorted(old, key=lambda one: (-one.score, -one.unread, one.key))
    return ordered[: max(0, most - done)]
