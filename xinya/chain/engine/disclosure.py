"""What may be released of sums over companies, so that nothing released, added and subtracted, tells of one or two. Pure.

Every number that leaves the office is a sum over companies. A reader who knows who stands where can add and subtract whatever was
ever released: cells and totals of one table, of several tables that share companies, of earlier issues. Each such combination gives
every company a coefficient; it tells of one or two companies when all others have the coefficient 0. A number is released only when
no combination with everything released before does so. (Audit of sum queries: Chin and Özsoyoğlu, 1982; here for groups of two.)

How it is decided: with V the matrix of released sums (rows) over contributions (columns), a combination on the columns J exists
exactly when the columns J of a basis of V's null space are linearly dependent. Random null vectors modulo a prime of 31 bits stand
for the basis; dependent columns stay dependent, independent ones look dependent about once in 2 000 000 000 times (and a cell is
hidden needlessly). The seed is fixed: the same sums give the same answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from xinya.kit.distinct import distinct

PRIME = 2**31 - 1
SEED = 20260115
FEW = 2
"""How many companies are too few to be told of."""
Contents = Mapping[int, int]
"""A sum: key of a company -> what it contributes. A contribution that changes is another unknown."""
Numbers = NDArray[np.int64]
CHUNK = 20_000


class Audit:
    """Sums released so far, and whether another may be released beside them.

    Cost of a sum: contributions times sums, thousands of both are fine; contributions that stand in the same sums count once.
    """

    def __init__(self, released: Sequence[Contents], asked: Sequence[Contents]) -> None:
        """released: what is public already. asked: everything that `admit` will be asked for."""
        released = _linked(released, asked)
        rows = {frozenset(c.items()): None for c in (*released, *asked)}
        places: dict[tuple[int, int], list[int]] = {}
        for n, row in enumerate(rows):
            for atom in row:
                places.setdefault(atom, []).append(n)
        self._column: dict[tuple[int, ...], int] = {}
        companies: list[set[int]] = []
        self._of: dict[tuple[int, int], int] = {}
        for atom, pattern in places.items():
            column = self._column.setdefault(tuple(pattern), len(self._column))
            if column == len(companies):
                companies.append(set())
            companies[column].add(atom[0])
            self._of[atom] = column
        self._few = _few(companies)
        self._depth = max((columns.shape[1] for columns in self._few.groups), default=1) + FEW
        made = np.random.default_rng(SEED)
        room = min(len(rows), len(companies)) + self._depth
        self._null: Numbers = made.integers(1, PRIME, size=(room, len(companies)), dtype=np.int64)
        for content in released:
            self.take(content)

    def admit(self, content: Contents) -> bool:
        """Release this sum too, unless one or two companies could then be told of. Of a sum over nobody nothing is told."""
        found = self._step(content)
        if found is None:  # follows from what is released
            return True
        if _tells(_without(self._null[: self._depth], *found), self._few):
            return False
        self._null = _without(self._null[:-1], *found)
        return True

    def follows(self, content: Contents) -> bool:
        """Whether this sum can be had from what is released."""
        return not bool((self._null[:, self._columns(content)].sum(axis=1) % PRIME).any())

    def take(self, content: Contents) -> None:
        """Hold this sum as released, unasked."""
        found = self._step(content)
        if found is not None:
            self._null = _without(self._null[:-1], *found)

    def _columns(self, content: Contents) -> Numbers:
        return distinct(np.array([self._of[atom] for atom in content.items()], dtype=np.int64))

    def _step(self, content: Contents) -> tuple[Numbers, Numbers] | None:
        """The sum's columns and the last null vector that it does not annul, brought to the end; None where it annuls all."""
        columns = self._columns(content)
        values = self._null[:, columns].sum(axis=1) % PRIME
        where = np.flatnonzero(values)
        if not len(where):
            return None
        self._null[[where[-1], -1]] = self._null[[-1, where[-1]]]
        pivot = self._null[-1] * pow(int(values[where[-1]]), -1, PRIME) % PRIME
        return columns, pivot


def _linked(released: Sequence[Contents], asked: Sequence[Contents]) -> list[Contents]:
    """Those of the released sums that share a contribution with an asked one, or with one that does, and so on.

    No others matter: a combination is made of combinations of unlinked parts, each of which stands for itself.
    """
    places: dict[tuple[int, int], list[int]] = {}
    for n, content in enumerate(released):
        for atom in content.items():
            places.setdefault(atom, []).append(n)
    reached: set[int] = set()
    waiting = [atom for content in asked for atom in content.items()]
    while waiting:
        for n in places.pop(waiting.pop(), ()):
            if n not in reached:
                reached.add(n)
                waiting.extend(released[n].items())
    return [released[n] for n in sorted(reached)]


@dataclass(frozen=True)
class Few:
    """Columns of one company or of two. single: of companies that have one such column.

    groups: of one width each, a row a group: the columns of a company that has several, of two such companies, and of two that
    share one; several: those of the first sort.
    """

    single: Numbers
    several: list[Numbers]
    groups: list[Numbers]


def _few(companies: Sequence[set[int]]) -> Few:
    own: dict[int, list[int]] = {}
    joint: dict[tuple[int, int], list[int]] = {}
    for column, who in enumerate(companies):
        if len(who) == 1:
            own.setdefault(min(who), []).append(column)
        elif len(who) == FEW:
            joint.setdefault((min(who), max(who)), []).append(column)
    single = np.array([c[0] for c in own.values() if len(c) == 1], dtype=np.int64)
    several = [c for c in own.values() if len(c) > 1]
    pairs = [[*one, *other] for one, other in combinations(several, 2)]
    shared = [[*own.get(one, ()), *own.get(other, ()), *both] for (one, other), both in joint.items()]
    return Few(single, _by_width(several), _by_width([*several, *pairs, *shared]))


def _by_width(groups: Sequence[Sequence[int]]) -> list[Numbers]:
    widths: dict[int, list[Sequence[int]]] = {}
    for group in groups:
        widths.setdefault(len(group), []).append(group)
    return [np.array(found, dtype=np.int64)[at : at + CHUNK] for found in widths.values() for at in range(0, len(found), CHUNK)]


def _without(null: Numbers, columns: Numbers, pivot: Numbers) -> Numbers:
    """Null vectors of which this sum is annulled too."""
    values = null[:, columns].sum(axis=1) % PRIME
    return (null - values[:, None] * pivot[None, :]) % PRIME


def _tells(null: Numbers, few: Few) -> bool:
    """Whether some combination tells of one or two companies. null: null vectors in rows, two more than a group has columns."""
    if _two_parallel(null[:, few.single]):
        return True
    for columns in few.groups:
        width = columns.shape[1]
        if bool(_eliminated(null[: width + 1, columns].transpose(1, 0, 2), width)[1].any()):
            return True
    for columns in few.several if len(few.single) else ():  # one company of several columns, and one of a single column
        count, width = columns.shape
        unit = np.broadcast_to(np.eye(width + 1, dtype=np.int64), (count, width + 1, width + 1))
        block = np.concatenate((null[: width + 1, columns].transpose(1, 0, 2), unit), axis=2)
        across = _eliminated(block, width)[0][:, 0, :]
        inner = np.zeros((count, len(few.single)), dtype=np.int64)
        for n in range(width + 1):
            inner = (inner + across[:, n : n + 1] * null[n, few.single][None, :]) % PRIME
        if bool((inner == 0).any()):
            return True
    return False


def _two_parallel(columns: Numbers) -> bool:
    """Whether a column is 0 or two are multiples of each other."""
    if not columns.shape[1]:
        return False
    if bool((columns == 0).all(axis=0).any()):
        return True
    columns = columns[: FEW + 1]
    first = (columns != 0).argmax(axis=0)
    scaled = columns * _inverse(columns[first, np.arange(columns.shape[1])]) % PRIME
    return int(np.unique(scaled, axis=1).shape[1]) < columns.shape[1]


def _inverse(values: Numbers) -> Numbers:
    """Of each, modulo the prime: its power PRIME - 2. 0 stays 0."""
    found, power = np.ones_like(values), values.copy()
    left = PRIME - 2
    while left:
        if left & 1:
            found = found * power % PRIME
        power = power * power % PRIME
        left >>= 1
    return found


def _eliminated(whole: Numbers, width: int) -> tuple[Numbers, NDArray[np.bool_]]:
    """Matrices (first axis) with the span of their first columns taken out, and which of them have dependent ones there."""
    every = np.arange(len(whole))
    is_dependent = np.zeros(len(whole), dtype=np.bool_)
    whole = whole.copy()
    for _ in range(width):
        is_there = whole[:, :, 0] != 0
        is_dependent |= ~is_there.any(axis=1)
        at = is_there.argmax(axis=1)
        row = whole[every, at] * _inverse(whole[every, at, 0])[:, None] % PRIME
        whole[every, at] = whole[:, 0]
        whole = (whole[:, 1:] - whole[:, 1:, :1] * row[:, None, :]) % PRIME
        whole = whole[:, :, 1:]
    return whole, is_dependent
