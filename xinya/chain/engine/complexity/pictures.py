"""Two pictures of a positioning as SVG text: nearness against complexity, and the space of products. No script. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

from .positioning import Candidate
from .presence import Floats

WIDE, NARROW = (720, 420), (360, 380)
BADGE = 11.0
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 48
NAMED = 10
MOST_NODES = 120
STEPS = 250
SCATTER_LABEL = _(
    "%(count)s industries that are not here or weaker than elsewhere, by nearness and complexity; the first %(named)s are numbered"
)
SPACE_LABEL = _("%(count)s industries, joined where the same places have both: %(present)s here, %(named)s candidates numbered")
X_TITLE = _("Nearness to what is here (density)")
Y_TITLE = _("Complexity (PCI)")


def draw_scatter(candidates: Sequence[Candidate], names: Sequence[str], *, language: str, is_narrow: bool = False) -> str:
    """Every candidate as a dot, the first ten with their rank. names: of all products. "" when complexity is unknown.

    is_narrow: for a phone, drawn anew instead of shrunk.
    """
    known = [c for c in candidates if np.isfinite(c.pci) and np.isfinite(c.density)]
    if not known:
        return ""
    size = width, height = NARROW if is_narrow else WIDE
    x = _Scale([c.density for c in known], LEFT, width - RIGHT, most=4 if is_narrow else 6)
    y = _Scale(_without_ends([c.pci for c in known]), height - BOTTOM, TOP)
    parts = []
    for tick in x.ticks():
        parts.append(f'<path class="grid" d="M{x.at(tick):.1f} {TOP}V{height - BOTTOM}"/>')
        parts.append(f'<text class="tick" x="{x.at(tick):.1f}" y="{height - BOTTOM + 18}">{x.written(tick)}</text>')
    for tick in y.ticks():
        parts.append(f'<path class="grid" d="M{LEFT} {y.at(tick):.1f}H{width - RIGHT}"/>')
        parts.append(f'<text class="tick y" x="{LEFT - 8}" y="{y.at(tick) + 4:.1f}">{y.written(tick)}</text>')
    parts.append(f'<text class="axis" x="{(LEFT + width - RIGHT) / 2:g}" y="{height - 8}">{escape(say(language, X_TITLE))}</text>')
    middle = (TOP + height - BOTTOM) / 2
    parts.append(f'<text class="axis" transform="translate(14 {middle:g}) rotate(-90)">{escape(say(language, Y_TITLE))}</text>')
    parts += [
        _dot(x.at(c.density), y.at(c.pci), "other", f"{c.rank} {names[c.product]}")
        for c in sorted(known, key=lambda c: -c.rank)
        if c.rank > NAMED
    ]
    frame = (LEFT, TOP, width - RIGHT, height - BOTTOM)
    parts += _badges([(x.at(c.density), y.at(c.pci), c.rank, names[c.product]) for c in known if c.rank <= NAMED], frame)
    label = say(language, SCATTER_LABEL, count=len(known), named=min(NAMED, len(known)))
    return _svg("scatter", label, parts, size)


@dataclass(frozen=True, slots=True)
class Space:
    """Drawn products (numbers into the whole list), where each stands (0 to 1); links and nearest by their places in this list."""

    products: tuple[int, ...]
    places: Floats
    links: tuple[tuple[int, int], ...]
    nearest: Mapping[int, int]


def lay_out(near: Floats, products: Sequence[int]) -> Space:
    """Springs between near products, a push between all; from a fixed circle, so that the same table gives the same picture.

    near: proximity of `products` with each other. Links: the maximum spanning tree, and the nearest pairs up to twice the products.
    Cost: products^2 x 250.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    count = len(products)
    close = near.copy()
    np.fill_diagonal(close, 0)
    tree = minimum_spanning_tree(csr_array(np.triu(np.where(close > 0, 1.0001 - close, 0)))).tocoo()
    links = {(min(i, j), max(i, j)) for i, j in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    rows, columns = np.triu_indices(count, 1)
    for at in np.argsort(-close[rows, columns], kind="stable").tolist():
        if len(links) >= 2 * count or close[rows[at], columns[at]] <= 0:
            break
        links.add((int(rows[at]), int(columns[at])))
    pairs = sorted(links)
    places = _springs(count, pairs)
    nearest = {i: int(np.argmax(close[i])) for i in range(count) if close[i].any()}
    return Space(tuple(products), places, tuple(pairs), nearest)


def _springs(count: int, links: Sequence[tuple[int, int]]) -> Floats:
    """Fruchterman and Reingold's forces, cooling step by step."""
    angle = np.arange(count) * 2.399963  # the golden angle spreads neighbours in the list apart
    radius = np.sqrt((np.arange(count) + 0.5) / max(1, count)) / 2
    places = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    one = np.array([a for a, _b in links], dtype=np.int64)
    other = np.array([b for _a, b in links], dtype=np.int64)
    want = 1 / np.sqrt(max(1, count))
    for step in range(STEPS):
        apart = places[:, None, :] - places[None, :, :]
        square = np.maximum((apart**2).sum(axis=2), 1e-6)
        push = (apart / square[:, :, None]).sum(axis=1) * want**2
        pull = np.zeros_like(places)
        if len(links):
            along = places[one] - places[other]
            force = along * np.sqrt((along**2).sum(axis=1))[:, None] / want
            np.add.at(pull, one, -force)
            np.add.at(pull, other, force)
        move = push + pull - 0.08 * places
        length = np.maximum(np.sqrt((move**2).sum(axis=1)), 1e-9)[:, None]
        places = places + move / length * np.minimum(length, 0.08 * (1 - step / STEPS))
    low, high = places.min(axis=0), places.max(axis=0)
    scaled: Floats = (places - low) / np.maximum(high - low, 1e-9)
    return scaled


def drawn_products(
    candidates: Sequence[Candidate], present: NDArray[np.bool_], ubiquity: NDArray[np.int64], known: NDArray[np.bool_]
) -> list[int]:
    """At most 120: the first ten candidates, what is here (the commonest 60), and the commonest others."""
    chosen = dict.fromkeys(c.product for c in candidates[:NAMED])
    order = np.lexsort((np.arange(len(ubiquity)), -ubiquity))
    here = [int(k) for k in order if present[k] and known[k]][:60]
    rest = [int(k) for k in order if known[k]]
    for product in [*here, *rest]:
        if len(chosen) >= MOST_NODES:
            break
        chosen[product] = None
    return list(chosen)


def draw_space(
    space: Space,
    names: Sequence[str],
    ranks: Mapping[int, int],
    present: NDArray[np.bool_],
    *,
    language: str,
    is_narrow: bool = False,
) -> str:
    """Products as dots: filled where present here, numbered for the first ten candidates, hollow for the rest."""
    size = width, height = NARROW if is_narrow else WIDE
    at = [(20 + x * (width - 40), 20 + y * (height - 40)) for x, y in space.places.tolist()]
    parts = [f'<path class="link" d="M{at[a][0]:.1f} {at[a][1]:.1f}L{at[b][0]:.1f} {at[b][1]:.1f}"/>' for a, b in space.links]
    numbered = []
    for (x, y), product in zip(at, space.products, strict=True):
        rank = ranks.get(product, NAMED + 1)
        if rank <= NAMED:
            numbered.append((x, y, rank, names[product]))
        else:
            said = f"{rank} {names[product]}" if product in ranks else names[product]
            parts.append(_dot(x, y, "here" if present[product] else "other", said))
    parts += _badges(numbered, (2, 2, width - 2, height - 2))
    here = sum(1 for product in space.products if present[product])
    label = say(language, SPACE_LABEL, count=len(at), present=here, named=len(numbered))
    return _svg("space", label, parts, size)


def _dot(x: float, y: float, kind: str, title: str) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{escape(title)}</title></circle>'


def _badges(marks: Sequence[tuple[float, float, int, str]], frame: tuple[float, float, float, float]) -> list[str]:
    """The numbered marks (x, y, rank, name), none upon another: one that finds its place taken stands beside it, with a pin."""
    taken: list[tuple[float, float]] = []
    pins, badges = [], []
    for x, y, rank, name in sorted(marks, key=lambda mark: mark[2]):
        bx, by = next((place for place in _around(x, y, frame) if _is_free(place, taken)), (x, y))
        taken.append((bx, by))
        if (bx, by) != (x, y):
            pins.append(
                f'<path class="pin" d="M{x:.1f} {y:.1f}L{bx:.1f} {by:.1f}"/><path class="pin at" d="M{x:.1f} {y:.1f}h.01"/>'
            )
        badges.append(
            f'<g class="next"><title>{escape(f"{rank} {name}")}</title><circle cx="{bx:.1f}" cy="{by:.1f}" r="{BADGE:g}"/>'
            f'<text class="rank" x="{bx:.1f}" y="{by + 4.5:.1f}">{rank}</text></g>'
        )
    return [*pins, *reversed(badges)]


def _around(x: float, y: float, frame: tuple[float, float, float, float]) -> Iterator[tuple[float, float]]:
    """The place itself, then places on wider and wider rings around it that lie in the frame."""
    yield x, y
    left, top, right, bottom = frame
    for ring in range(1, 13):
        for part in range(6 * (ring + 1)):
            angle = math.pi * (2 * part / (6 * (ring + 1)) - 0.5)
            bx, by = x + 14 * ring * math.cos(angle), y + 14 * ring * math.sin(angle)
            if left + BADGE <= bx <= right - BADGE and top + BADGE <= by <= bottom - BADGE:
                yield bx, by


def _is_free(place: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return all(math.dist(place, other) >= 2 * BADGE + 1 for other in taken)


def _svg(name: str, label: str, parts: Sequence[str], size: tuple[int, int]) -> str:
    small = " small" if size == NARROW else ""
    return (
        f'<svg class="plot {name}{small}" viewBox="0 0 {size[0]} {size[1]}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


def _without_ends(numbers: Sequence[float]) -> list[float]:
    """Without what lies more than three times the middle half beyond it: one stray dot must not press all others into a line."""
    low, high = (float(q) for q in np.quantile(numbers, (0.25, 0.75)))
    room = 3 * (high - low)
    return [n for n in numbers if low - room <= n <= high + room] if room > 0 else list(numbers)


class _Scale:
    """Numbers to places, from round tick to round tick."""

    def __init__(self, numbers: Sequence[float], start: float, end: float, *, most: int = 6) -> None:
        low, high = min(numbers), max(numbers)
        span = high - low or abs(high) or 1.0
        power = 10.0 ** np.floor(np.log10(span / most))
        self.step = float(next(power * k for k in (1, 2, 2.5, 5, 10) if span / (power * k) <= most))
        self.low = float(np.floor(low / self.step) * self.step)
        self.high = max(float(np.ceil(high / self.step) * self.step), self.low + self.step)
        self.start, self.end = start, end

    def at(self, number: float) -> float:
        """Where a number stands; one beyond the ends stands on the end."""
        inside = min(self.high, max(self.low, number))
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [self.low + i * self.step for i in range(round((self.high - self.low) / self.step) + 1)]

    def written(self, tick: float) -> str:
        return f"{tick + 0.0:g}" if abs(tick) > 1e-12 * self.step else "0"
