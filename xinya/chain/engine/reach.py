"""How far upstream each segment lies from each other, and what every resident of a zone needs: arrays in, arrays out. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEVER = 255
BLOCK = 2048
Needs = Mapping[str, Mapping[str, bool]]


@dataclass(frozen=True, slots=True)
class Reach:
    """Steps from each segment to each other, along any inputs and along essential ones only; NEVER beyond the depth.

    `codes` names rows and columns. Both arrays are uint8, segments x segments.
    """

    codes: tuple[str, ...]
    place: Mapping[str, int]
    steps_any: NDArray[np.uint8]
    steps_essential: NDArray[np.uint8]


def reach(needs: Needs, depth: int) -> Reach:
    """Search from every segment. Cost: segments x links within `depth`; memory 2 x segments^2 bytes."""
    codes = tuple(needs)
    place = {code: i for i, code in enumerate(codes)}
    every = [[place[i] for i in needs[c]] for c in codes]
    strict = [[place[i] for i, is_essential in needs[c].items() if is_essential] for c in codes]
    return Reach(codes, place, _search(every, depth), _search(strict, depth))


def _search(links: Sequence[Sequence[int]], depth: int) -> NDArray[np.uint8]:
    found = np.full((len(links), len(links)), NEVER, dtype=np.uint8)
    for source in range(len(links)):
        row = found[source]
        row[source] = 0
        seen, frontier = {source}, [source]
        for step in range(1, min(depth, NEVER - 1) + 1):
            reached = []
            for here in frontier:
                for there in links[here]:
                    if there not in seen:
                        seen.add(there)
                        reached.append(there)
            row[reached] = step
            frontier = reached
    return found


@dataclass(frozen=True, slots=True)
class Wants:
    """What a block of residents needs: arrays residents x segments. steps 0: makes it itself; NEVER: does not need it."""

    first: int
    steps: NDArray[np.uint8]
    strength: NDArray[np.float64]
    score: NDArray[np.float64]


def wants(known: Reach, made: Sequence[frozenset[str]], weights: Sequence[int], decay: float) -> Iterator[Wants]:
    """The needs of residents who make `made`, block by block, so that memory stays bounded.

    Strength is 1 when every link of the best path is essential, else 0.5; score = weight x the best of strength x decay^(steps-1).
    """
    worth_of = np.zeros(NEVER + 1)
    worth_of[1:NEVER] = decay ** np.arange(NEVER - 1)
    for first in range(0, len(made), BLOCK):
        some = made[first : first + BLOCK]
        steps = np.full((len(some), len(known.codes)), NEVER, dtype=np.uint8)
        strict = steps.copy()
        for row, codes in enumerate(some):
            if codes:
                own = [known.place[c] for c in codes]
                steps[row] = known.steps_any[own].min(axis=0)
                strict[row] = known.steps_essential[own].min(axis=0)
        strength = np.where(strict == steps, 1.0, 0.5)
        worth = np.maximum(strength * worth_of[steps], worth_of[strict])
        yield Wants(first, steps, strength, worth * np.asarray(weights[first : first + BLOCK], dtype=np.float64)[:, None])
