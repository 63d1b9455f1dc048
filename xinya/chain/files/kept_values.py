"""A table of values that a zone keeps for its positioning: checked, limited in size, tested backwards where it can be."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinya.chain.engine.complexity import BackTest, Complexity, backtest, complexity, proximity
from xinya.chain.engine.complexity.pictures import Space, lay_out
from xinya.kit.memory import Memory
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .values import Panel, Values, read_panel

MAX_BYTES = 5_000_000
MAX_CELLS = 2_000_000
MOST_KEPT = 200_000_000
"""Bytes of computed tables that a process remembers: one of the largest, or dozens of usual ones."""
AHEAD, TOP = 2, 10
TOO_LARGE = _("%(file)s is larger than %(megabytes)s MB.")
TOO_MANY = _("Periods x locations x products make %(cells)s cells; at most %(limit)s are kept.")
NO_LOCATION = _("The table has no location %(location)s. It has: %(known)s.")


@dataclass(frozen=True, slots=True)
class KeptValues:
    """What is stored: the file's text and digest, this zone's name in it, and the back-test (None where it has too few periods)."""

    text: str
    digest: str
    location: str
    tested: dict[str, Any] | None


def kept_values(content: bytes, filename: str, location: str) -> KeptValues:
    """Read, check and test a file. Raises Refused: too-large, too-many-cells, unknown-location, and all of `read_panel`."""
    if len(content) > MAX_BYTES:
        raise Refused("too-large", TOO_LARGE, status=413, file=filename, megabytes=MAX_BYTES // 1_000_000)
    panel = read_panel(content, filename)
    cells = len(panel.periods) * len(panel.locations) * len(panel.products)
    if cells > MAX_CELLS:
        raise Refused("too-many-cells", TOO_MANY, cells=f"{cells:,}", limit=f"{MAX_CELLS:,}")
    if location not in panel.locations:
        known = ", ".join(panel.locations[:12]) + (" …" if len(panel.locations) > 12 else "")
        raise Refused("unknown-location", NO_LOCATION, location=location, known=known)
    text = _written(panel)
    return KeptValues(text, hashlib.sha256(text.encode()).hexdigest(), location, tested(panel))


def _written(panel: Panel) -> str:
    """The table in one canonical form, whatever the file looked like."""
    lines = ["period\tlocation\tproduct\tvalue"]
    for period, table in zip(panel.periods, panel.tables, strict=True):
        for i, place in enumerate(panel.locations):
            own = table[i].tolist()
            lines.extend(
                f"{period}\t{_cell(place)}\t{_cell(product)}\t{own[k]!r}" for k, product in enumerate(panel.products) if own[k]
            )
    return "\n".join(lines) + "\n"


def _cell(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(sign in name for sign in '"\t\r\n') else name


def tested(panel: Panel) -> dict[str, Any] | None:
    """The back-test as an object, None where the periods are too few or nothing arrived."""
    try:
        found = backtest(panel.tables, ahead=AHEAD, top=TOP)
    except ValueError:
        return None
    return backtest_object(found, panel)


def backtest_object(found: BackTest, panel: Panel) -> dict[str, Any]:
    """For other programs and the page: how each way of ranking did, and on what."""
    return {
        "ahead": found.ahead, "top": found.top, "cases": found.cases, "came": found.came, "candidates": found.candidates,
        "first": panel.periods[0], "last": panel.periods[-1 - found.ahead], "periods": len(panel.periods),
        "locations": len(panel.locations), "products": len(panel.products), "is_better": found.is_better_than_floors,
        "ways": {
            way: {"auc": score.auc, "hits": score.hits, "precision": score.precision} for way, score in found.scores.items()
        },
    }  # fmt: skip


_COMPUTED: Memory[str, tuple[Values, Complexity]] = Memory(MOST_KEPT)
_SPACES: Memory[tuple[str, int, tuple[int, ...]], tuple[Space, NDArray[np.float64]]] = Memory(MOST_KEPT // 10)


def computed(digest: str, text: Callable[[], str]) -> tuple[Values, Complexity]:
    """The latest period of a kept table and its complexity; remembered by digest, the text is asked for when it is not at hand."""

    def made() -> tuple[tuple[Values, Complexity], int]:
        values = read_panel(text().encode(), digest).last
        found = complexity(values.values, by_component=True)
        arrays = [values.values, *(getattr(found, f.name) for f in fields(found))]
        return (values, found), sum(a.nbytes for a in arrays if isinstance(a, np.ndarray))

    return _COMPUTED.get(digest, made)


def space_of(digest: str, part: Complexity, location: int, drawn: tuple[int, ...]) -> tuple[Space, NDArray[np.float64]]:
    """Where the drawn industries of a kept table stand in the picture of one place, and how near they are to each other.

    part: the table's complexity as the place is joined with others.
    """

    def made() -> tuple[tuple[Space, NDArray[np.float64]], int]:
        near = proximity(part.present[:, drawn].astype(float))
        return (lay_out(near, drawn), near), near.nbytes

    return _SPACES.get((digest, location, drawn), made)
