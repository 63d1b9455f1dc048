"""Public names of missing-link prediction."""

from .judging import Judged, auc, hide, judged, matched_negatives, uniform_negatives
from .names import contained, name_table, nearest_rows
from .prediction import FEATURES, Clues, Known, Weights, fitted, trained
from .proposing import METHODS, OURS, ProposedInput, Tested, judged_on_hidden, proposed_inputs

__all__ = [
    "FEATURES", "METHODS", "OURS", "Clues", "Judged", "Known", "ProposedInput", "Tested", "Weights",
    "auc", "contained", "fitted", "hide", "judged", "judged_on_hidden", "matched_negatives", "name_table", "nearest_rows",
    "proposed_inputs", "trained", "uniform_negatives",
]  # fmt: skip
