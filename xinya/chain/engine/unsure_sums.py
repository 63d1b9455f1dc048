"""Sums that were published once and of which only the companies and the sum are known, not what each contributed. Pure.

Whoever reads such a sum beside a later one may subtract. Safe is what is safe whichever contributions are unchanged since: each sum
is held with what its companies contributed at every later time, and only a reading whose contributions give the published sum is
taken as sure. Of the others it is known that somebody's figure changed, not whose: nothing may be released because it "follows".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .small_cells import Contents, Place

NEVER_KNOWN = -1
"""What stands for the contribution of a company that no later time knows."""


@dataclass(frozen=True, slots=True)
class UnsureSum:
    """place: the cell. companies: who stood behind it. value: what was printed."""

    place: Place
    companies: frozenset[int]
    value: int


def readings(found: UnsureSum, later: Sequence[Mapping[int, int]]) -> tuple[list[Contents], bool]:
    """What may stand behind the sum, each later time (company -> contribution) taken as unchanged, and whether that is sure."""
    made: dict[frozenset[tuple[int, int]], Contents] = {}
    for n in range(max(len(later), 1)):
        near = [*reversed(later[: n + 1]), *later[n + 1 :]]
        content = {c: next((state[c] for state in near if c in state), NEVER_KNOWN) for c in sorted(found.companies)}
        if sum(content.values()) == found.value and NEVER_KNOWN not in content.values():
            return [content], True
        made[frozenset(content.items())] = content
    return list(made.values()), False
