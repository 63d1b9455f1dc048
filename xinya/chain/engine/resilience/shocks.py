"""Which firms lose how much of their output from outside, scenario by scenario; and how a run stops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinya.kit.text import gettext_noop as _

from .network import NO_SUCH_FIRM, NetworkWrong

SHOCK_WRONG = _("The shock %(shock)s is not between 0 and 1.")
TWICE_IN_SCENARIO = _("Firm %(firm)s stands twice in scenario %(scenario)s.")
EPS_WRONG = _("The limit eps must be a number above 0 and below 1.")
RULE_WRONG = _("The rule is 1 (largest change of a firm) or 2 (relative growth of the index).")

LARGEST_CHANGE, RELATIVE_GROWTH = 1, 2
MOST_ITERATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Stop:
    """rule 1: go on while a firm's output changes by more than eps; rule 2: while the index grows by more than eps of itself.

    eps = 1e-2 is the paper's value; the result is then not the fixed point, so order and rule are part of the definition.
    """

    eps: float = 1e-2
    rule: int = LARGEST_CHANGE
    most: int = MOST_ITERATIONS

    def __post_init__(self) -> None:
        if not 0 < self.eps < 1:
            raise NetworkWrong("eps-wrong", EPS_WRONG)
        if self.rule not in (LARGEST_CHANGE, RELATIVE_GROWTH):
            raise NetworkWrong("rule-wrong", RULE_WRONG)


@dataclass(frozen=True)
class Shocks:
    """S scenarios. start: (S + 1) first entry of each; entry: firm, down = ψ, up = ψu, both the fraction of output lost."""

    start: NDArray[np.int64]
    firm: NDArray[np.int32]
    down: NDArray[np.float64]
    up: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.start) - 1

    def part(self, first: int, last: int) -> "Shocks":
        """Scenarios first … last − 1."""
        a, b = int(self.start[first]), int(self.start[last])
        return Shocks(self.start[first : last + 1] - a, self.firm[a:b], self.down[a:b], self.up[a:b])

    @staticmethod
    def joined(parts: Sequence["Shocks"]) -> "Shocks":
        """Several sets of scenarios, one behind the other."""
        counts = np.concatenate([np.diff(p.start) for p in parts])
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        return Shocks(
            start,
            np.concatenate([p.firm for p in parts]),
            np.concatenate([p.down for p in parts]),
            np.concatenate([p.up for p in parts]),
        )


def single_failures(firms: ArrayLike) -> Shocks:
    """One scenario a firm: it alone stops altogether."""
    chosen = np.asarray(firms, dtype=np.int32)
    ones = np.ones(len(chosen))
    return Shocks(np.arange(len(chosen) + 1, dtype=np.int64), chosen, ones, ones)


def scenario_shocks(
    scenarios: Sequence[Mapping[int, float]], firms: int, *, up: Sequence[Mapping[int, float]] | None = None
) -> Shocks:
    """Scenarios as firm → ψ; firms not named: 0. up: ψu of the upstream side, by default ψ.

    Raises NetworkWrong: no-such-firm, shock-wrong (row: the scenario's number from 1).
    """
    start, firm, down, upward = [0], [], [], []
    for number, scenario in enumerate(scenarios, 1):
        side = scenario if up is None else up[number - 1]
        for place in sorted({*scenario, *side}):
            if not 0 <= place < firms:
                raise NetworkWrong("no-such-firm", NO_SUCH_FIRM, row=number, firm=place)
            for value in (scenario.get(place, 0.0), side.get(place, 0.0)):
                if not 0 <= value <= 1:
                    raise NetworkWrong("shock-wrong", SHOCK_WRONG, row=number, shock=str(value))
            firm.append(place)
            down.append(float(scenario.get(place, 0.0)))
            upward.append(float(side.get(place, 0.0)))
        start.append(len(firm))
    return Shocks(np.asarray(start, np.int64), np.asarray(firm, np.int32), np.asarray(down), np.asarray(upward))
