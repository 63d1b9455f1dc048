"""The pictures of a zone's risks as SVG text: companies by size and harm, and the harm of one failure step by step.

No script, no inline style, no ids; colours come from classes. Every picture has a table beside it with the same figures.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from xinya.chain.engine.map_labels import clean_text, text_width
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

WIDE, NARROW = 960, 360
NAMED = 6
ROWS = 12
TYPE, SMALL = 13.0, 12.0
AIR, LINE = 6, 16
"""The air between two texts on a line, and the height of a line."""
STEPS = (0, -9, 9, -18, 18)
LONGEST = 0.6
"""Share of the picture's width that a name takes at most."""
ROW, HEAD = 31, 36
MAP_LABEL = _("Companies by their own share of the zone's output and by the share that is lost when they stop; %(count)s companies")
OWN_AXIS = _("own share of the zone's output")
RISK_AXIS = _("share lost when it stops")
DIAGONAL = _("only itself is lost")
STEP_LABEL = _("Companies hit after step %(step)s of %(last)s, by the step at which the harm reaches them")
STARTS = _("Stops")
REACHED = _("Step %(step)s: %(count)s")
AND_MORE = _("and %(count)s more")


@dataclass(frozen=True, slots=True)
class Dot:
    """A company in the risk map: shares as fractions; href: where a press on it leads."""

    name: str
    own: float
    index: float
    low: float
    high: float
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A company in the cascade: the step at which it is first hit, its losses by missing inputs and by missing buyers."""

    name: str
    first: int
    down: float
    up: float
    href: str


def draw_risk_map(dots: Sequence[Dot], *, language: str, is_narrow: bool = False) -> str:
    """Own share to the right, share lost upwards, both in powers of ten; whisker: the band. Above the line: more than its size."""
    width, height = (NARROW, 320) if is_narrow else (WIDE, 440)
    frame = _Frame(dots, width, height)
    parts = [*frame.axes(language)]
    beyond = sorted(dots, key=lambda d: d.own - d.index)  # what is lost beyond the company itself makes it worth a name
    chosen = beyond[: NAMED // 2 if is_narrow else NAMED]
    for dot in sorted(dots, key=lambda d: d.index):
        x, y = frame.x(dot.own), frame.y(dot.index)
        name = "dot big" if dot in chosen else "dot"
        parts.append(
            f'<a href="{escape(dot.href)}" aria-label="{_safe(dot.name)} {100 * dot.index:.1f}%"><title>{_safe(dot.name)}</title>'
            f'<path class="wsk" d="M{x:.1f} {frame.y(dot.high):.1f}V{frame.y(max(dot.low, frame.floor)):.1f}"/>'
            f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{5 if dot in chosen else 3.5}"/></a>'
        )
    places = {dot: _Box(frame.x(dot.own) - 5, frame.x(dot.own) + 5, frame.y(dot.index) + 4) for dot in dots}
    taken = [*(places[dot] for dot in chosen), frame.caption(language)]
    parts += _names(chosen, frame, taken, list(places.values()))
    parts += frame.diagonal(language, taken)
    label = _safe(say(language, MAP_LABEL, count=len(dots)))
    return f'<svg class="risk" viewBox="0 0 {width} {height}" role="group" aria-label="{label}">{"".join(parts)}</svg>'


def draw_cascade(rows: Sequence[Row], *, step: int, last: int, language: str, is_narrow: bool = False) -> str:
    """Companies hit so far, grouped by the step that reached them first; a bar is what each has lost by now."""
    groups = [[r for r in rows if r.first == k] for k in range(step + 1)]
    groups = [g for g in groups if g] or [[]]
    if not is_narrow and len(groups) > 4:
        groups = [*groups[:3], [r for g in groups[3:] for r in g]]
    width = NARROW if is_narrow else WIDE
    apart = width if is_narrow else width / max(2, len(groups))
    parts, top, deepest = [], 0.0, 0.0
    for number, group in enumerate(groups):
        x = 0.0 if is_narrow else number * apart
        if not is_narrow:
            top = 0.0
        title = STARTS if group and group[0].first == 0 else REACHED
        said = say(language, title, step=group[0].first if group else 0, count=len(group))
        parts.append(f'<text class="hd" x="{x:.1f}" y="{top + 16:.1f}">{_safe(said)}</text>')
        parts.append(f'<path class="ax" d="M{x:.1f} {top + 24:.1f}h{apart - 16:.1f}"/>')
        shown = group[:ROWS]
        parts += [_bar(row, x, top + HEAD + k * ROW, apart - 16) for k, row in enumerate(shown)]
        top += HEAD + len(shown) * ROW
        if len(group) > ROWS:
            more = _safe(say(language, AND_MORE, count=len(group) - ROWS))
            parts.append(f'<text class="nt" x="{x:.1f}" y="{top + 14:.1f}">{more}</text>')
            top += ROW
        deepest = max(deepest, top)
        top += 8
    label = _safe(say(language, STEP_LABEL, step=step, last=last))
    return f'<svg class="risk" viewBox="0 0 {width} {deepest + 6:.0f}" role="group" aria-label="{label}">{"".join(parts)}</svg>'


def _bar(row: Row, x: float, y: float, width: float) -> str:
    """A company's name above its bar: what it lost by missing inputs, and beside it what by missing buyers alone goes beyond."""
    room = width - 44
    down, both = room * row.down, room * max(row.down, row.up)
    shown = _cut(clean_text(row.name), width)
    return (
        f'<a href="{escape(row.href)}" aria-label="{_safe(row.name)} {100 * max(row.down, row.up):.1f}%">'
        f"<title>{_safe(row.name)}</title>"
        f'<text class="nm" x="{x:.1f}" y="{y + 10:.1f}">{_safe(shown)}</text>'
        f'<rect class="bk" x="{x:.1f}" y="{y + 14:.1f}" width="{room:.1f}" height="6"/>'
        f'<rect class="lu" x="{x:.1f}" y="{y + 14:.1f}" width="{both:.1f}" height="6"/>'
        f'<rect class="ld" x="{x:.1f}" y="{y + 14:.1f}" width="{down:.1f}" height="6"/>'
        f'<text class="vl" x="{x + width:.1f}" y="{y + 20:.1f}">{100 * max(row.down, row.up):.1f}%</text></a>'
    )


def _cut(name: str, room: float) -> str:
    """The name, or as much of it as fits."""
    if text_width(name, TYPE) <= room:
        return name
    kept = name
    while kept and text_width(kept + "…", TYPE) > room:
        kept = kept[:-1]
    return kept + "…"


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a text stands: its left and right end and its base line."""

    left: float
    right: float
    base: float

    def meets(self, other: "_Box") -> bool:
        """Whether two texts would lie on each other, a little air counted in."""
        is_beside = self.right + AIR <= other.left or other.right + AIR <= self.left
        return not is_beside and abs(self.base - other.base) < LINE


class _Frame:
    """Both axes in powers of ten, from the smallest share to the largest."""

    def __init__(self, dots: Sequence[Dot], width: int, height: int) -> None:
        self.left, self.right, self.top, self.bottom = 52, width - 16, 14, height - 44
        owns = [max(d.own, 1e-6) for d in dots] or [0.1]
        highs = [max(d.high, d.index, 1e-6) for d in dots] or [0.1]
        lows = [max(min(d.low, d.index), 1e-6) for d in dots] or [0.1]
        self.floor = 10 ** math.floor(math.log10(max(min(lows), max(highs) / 1e4)))
        self.first = 10 ** math.floor(math.log10(max(min(owns), max(owns) / 1e4)))
        self.last = min(1.0, max(owns) * 1.6)
        self.longest = LONGEST * (width - 68)
        self.ceiling = min(1.0, max(highs) * 1.3)

    def x(self, value: float) -> float:
        return self._at(max(value, self.first), self.first, self.last, self.left, self.right)

    def y(self, value: float) -> float:
        return self._at(max(value, self.floor), self.floor, self.ceiling, self.bottom, self.top)

    def axes(self, language: str) -> list[str]:
        parts = []
        for value in _ticks(self.first, self.last):
            x = self.x(value)
            parts.append(f'<path class="ax" d="M{x:.1f} {self.top}V{self.bottom}"/>')
            parts.append(f'<text class="nt mid" x="{x:.1f}" y="{self.bottom + 17}">{_share(value)}</text>')
        for value in _ticks(self.floor, self.ceiling):
            y = self.y(value)
            parts.append(f'<path class="ax" d="M{self.left} {y:.1f}H{self.right}"/>')
            parts.append(f'<text class="nt end" x="{self.left - 6}" y="{y + 4:.1f}">{_share(value)}</text>')
        low, high = max(self.first, self.floor), min(self.last, self.ceiling)
        if low < high:
            parts.append(f'<path class="dg" d="M{self.x(low):.1f} {self.y(low):.1f}L{self.x(high):.1f} {self.y(high):.1f}"/>')
        parts.append(f'<text class="nt end" x="{self.right}" y="{self.bottom + 36}">{_safe(say(language, OWN_AXIS))} →</text>')
        parts.append(f'<text class="nt" x="{self.left + 6}" y="{self.top + 2}">↑ {_safe(say(language, RISK_AXIS))}</text>')
        return parts

    def caption(self, language: str) -> _Box:
        """Where the words of the upright axis stand."""
        return _Box(self.left + 6, self.left + 6 + text_width(f"↑ {say(language, RISK_AXIS)}", SMALL), self.top + 2)

    def diagonal(self, language: str, taken: Sequence[_Box]) -> list[str]:
        """The words of the broken line, somewhere along it where they lie on no name; none where no place is free."""
        low, high = max(self.first, self.floor), min(self.last, self.ceiling)
        room = text_width(say(language, DIAGONAL), SMALL)
        for tenths in (2, 3, 1, 4, 5, 6, 7, 8, 0) if low < high else ():
            at = low * (high / low) ** (tenths / 10)
            for left, base in ((self.x(at) + 6, self.y(at) + 18), (self.x(at) - room - 6, self.y(at) - 8)):
                box = _Box(left, left + room, base)
                if self.has_room(box, taken):
                    return [f'<text class="nt" x="{left:.1f}" y="{base:.1f}">{_safe(say(language, DIAGONAL))}</text>']
        return []

    def has_room(self, box: _Box, taken: Sequence[_Box]) -> bool:
        """Whether a text lies inside the frame and on none of the others."""
        is_inside = self.left <= box.left and box.right <= self.right and self.top + 8 <= box.base <= self.bottom - 3
        return is_inside and not any(box.meets(other) for other in taken)

    def _at(self, value: float, low: float, high: float, start: float, end: float) -> float:
        span = math.log(high / low) if high > low else 1.0
        return start + (end - start) * min(1.0, math.log(value / low) / span if span else 0.0)


def _names(chosen: Sequence[Dot], frame: _Frame, taken: list[_Box], dots: Sequence[_Box]) -> list[str]:
    """Names beside the dots that harm most, the worst first; each where it lies on nothing and inside the frame, else not at all.

    taken: texts and dots that stand already; the names that found a place are added. dots: what a name rather lies beside.
    """
    parts: list[str] = []
    for dot in chosen:
        x, y = frame.x(dot.own), frame.y(dot.index) + 4
        shown = _cut(clean_text(dot.name), frame.longest)
        room = text_width(shown, TYPE)
        sides = [(x + 10, y + step) for step in STEPS] + [(x - 10 - room, y + step) for step in STEPS]
        sides += [(x - room / 2, y - 14), (x - room / 2, y + 16)]
        boxes = [_Box(left, left + room, base) for left, base in sides]
        free = [b for b in boxes if frame.has_room(b, taken)]
        box = next((b for b in free if not any(b.meets(other) for other in dots)), free[0] if free else None)
        if box is not None:
            taken.append(box)
            is_left = box.right < x
            end = " end" if is_left else ""
            parts.append(
                f'<text class="nm{end}" x="{box.right if is_left else box.left:.1f}" y="{box.base:.1f}">{_safe(shown)}</text>'
            )
    return parts


def _ticks(low: float, high: float) -> list[float]:
    return [10.0**k for k in range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)]


def _share(value: float) -> str:
    return f"{100 * value:g}%"


def _safe(text: str) -> str:
    return escape(clean_text(text))
