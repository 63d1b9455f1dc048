"""Public names of economic complexity and relatedness: tables in, tables out."""

from .back_test import BackTest, Score, backtest
from .positioning import Candidate, Mix, positioning
from .presence import TESTS, Presence, presence, rca, rpop
from .relatedness import FORMS, co_occurrence_blocks, nearest_density, proximity, proximity_blocks
from .spectrum import DISCONNECTED, NOT_IDENTIFIED, SIGN_UNDETERMINED, components
from .whole import Complexity, complexity, complexity_of, part_of

__all__ = [
    "DISCONNECTED", "FORMS", "NOT_IDENTIFIED", "SIGN_UNDETERMINED", "TESTS",
    "BackTest", "Candidate", "Complexity", "Mix", "Presence", "Score", "backtest",
    "co_occurrence_blocks", "complexity", "complexity_of", "components", "nearest_density", "part_of", "positioning", "presence",
    "proximity", "proximity_blocks", "rca", "rpop",
]  # fmt: skip
