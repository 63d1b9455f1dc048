"""Public names of searches on a chain graph of any size: arrays in, arrays out."""

from .rows import ChainGraph, Rows, chain_graph, inherited_inputs, rows_of_pairs, with_broader
from .search import Closures, Gaps, closures, gap_diagnosis

__all__ = [
    "ChainGraph", "Closures", "Gaps", "Rows",
    "chain_graph", "closures", "gap_diagnosis", "inherited_inputs", "rows_of_pairs", "with_broader",
]  # fmt: skip
