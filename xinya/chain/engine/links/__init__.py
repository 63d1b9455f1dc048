"""Public names of missing-link prediction."""

from .judging import Judged, auc, hide, judged, matched_negatives, uniform_negatives
from .names import contained, name_table, nearest_rows
from .prediction import FEATURES, Clues, Known, Weights, fitted, trained

__all__ = [
    "FEATURES", "Clues", "Judged", "Known", "Weights",
    "auc", "contained", "fitted", "hide", "judged", "matched_negatives", "name_table", "nearest_rows", "trained",
    "uniform_negatives",
]  # fmt: skip
