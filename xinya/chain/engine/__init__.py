"""Public names of the chain engine: numbers in, numbers out; no Django, no clock, no file, no network."""

from .atlas import KINDS, STAGES, Atlas, Chain, Column, Input, Segment
from .closure import chain_completeness, upstream_closure
from .verdicts import GAPS, VERDICTS, ChainFinding, Diagnosis, Finding, Limits, Need, Resident, diagnose

__all__ = [
    "GAPS", "KINDS", "STAGES", "VERDICTS",
    "Atlas", "Chain", "ChainFinding", "Column", "Diagnosis", "Finding", "Input", "Limits", "Need", "Resident", "Segment",
    "chain_completeness", "diagnose", "upstream_closure",
]  # fmt: skip
