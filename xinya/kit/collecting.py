"""How often Python looks for circles of garbage: seldom at a start, since nearly all that a start makes lasts until the end."""

import gc

SELDOM = 50_000
"""Objects made and not yet freed between two looks; Python's own 700 look some 550 times while the product loads, in vain."""


def collect_seldom() -> None:
    """Before much is loaded: half a second less at each start."""
    gc.set_threshold(SELDOM, 20, 50)


def what_is_loaded_lasts() -> None:
    """After a server loaded all it needs: no later look walks through that again, and workers forked from it share its memory."""
    gc.collect()
    gc.freeze()
