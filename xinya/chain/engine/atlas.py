"""The joined atlas: segments, the chains they stand in, and what is needed to make them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .reach import Reach, reach

STAGES = ("up", "mid", "down", "equipment", "service")
KINDS = ("material", "component", "equipment", "service", "software")


@dataclass(frozen=True, slots=True)
class Segment:
    """One link of a chain (环节). `broader` is the code of the segment that this is a kind of.

    stated_broader: what the pack states as `broader` where the atlas left it out, since none of its packs has that segment.
    """

    code: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...] = ()
    broader: str | None = None
    excludes: tuple[str, ...] = ()
    definition_zh: str = ""
    definition_en: str = ""
    classes: tuple[tuple[str, str], ...] = ()
    emerging: str = "no"
    is_commodity: bool = False
    source: str = ""
    date: str = ""
    confidence: float | None = None
    home: str = ""
    stated_broader: str | None = None

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True, slots=True)
class Input:
    """`product` needs `input`; essential: without it the product cannot be made."""

    product: str
    input: str
    kind: str = "material"
    is_essential: bool = True
    share_low: float | None = None
    share_high: float | None = None
    source: str = ""
    date: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chain's map; `stage` is one of STAGES."""

    code: str
    name_zh: str
    name_en: str
    stage: str

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain as its pack tells it: ordered columns, which segment stands where, which inputs it states."""

    code: str
    name_zh: str
    name_en: str
    version: str = ""
    product: str | None = None
    columns: tuple[Column, ...] = ()
    members: tuple[tuple[str, str], ...] = ()
    inputs: tuple[Input, ...] = ()
    summary_zh: str = ""
    summary_en: str = ""

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en

    def stage_of(self, column: str) -> str:
        return next(c.stage for c in self.columns if c.code == column)


@dataclass(frozen=True)
class Atlas:
    """Chains joined at their shared segments.

    Raises ValueError when an input, a member or a broader segment is unknown, an input's kind is, or `broader` has a cycle.
    """

    chains: tuple[Chain, ...]
    segments: Mapping[str, Segment]
    inputs: tuple[Input, ...] = field(default=())

    def __post_init__(self) -> None:
        merged: dict[tuple[str, str], Input] = {}
        for link in [*self.inputs, *(i for c in self.chains for i in c.inputs)]:
            for code in (link.product, link.input):
                if code not in self.segments:
                    raise ValueError(f"input {link.product} needs {link.input}: no segment {code}")
            if link.kind not in KINDS:
                raise ValueError(f"input {link.product} needs {link.input}: no kind {link.kind}")
            known = merged.get((link.product, link.input))
            if link.product != link.input and (known is None or link.is_essential > known.is_essential):
                merged[link.product, link.input] = link
        object.__setattr__(self, "inputs", tuple(merged.values()))
        for chain in self.chains:
            for code, _column in chain.members:
                if code not in self.segments:
                    raise ValueError(f"chain {chain.code}: no segment {code}")
        for code in self.segments:
            self._line(code)

    def _line(self, code: str) -> tuple[str, ...]:
        line = [code]
        while (above := self.segments[line[-1]].broader) is not None:
            if above not in self.segments:
                raise ValueError(f"segment {line[-1]}: no broader segment {above}")
            if above in line:
                raise ValueError(f"segment {code}: broader goes in a circle")
            line.append(above)
        return tuple(line)

    @cached_property
    def lines(self) -> dict[str, tuple[str, ...]]:
        """Each segment with its broader ones, nearest first: who makes the first makes them all."""
        return {code: self._line(code) for code in self.segments}

    @cached_property
    def needs(self) -> dict[str, dict[str, bool]]:
        """What each segment needs, own and inherited from broader segments: input code -> essential."""
        return self.needs_of(KINDS)

    def needs_of(self, kinds: Iterable[str]) -> dict[str, dict[str, bool]]:
        """`needs` over the inputs of these kinds only, kept for each choice of kinds. Cost: inputs x depth of `broader`."""
        wanted = frozenset(kinds)
        if wanted not in self._needs_by_kinds:
            self._needs_by_kinds[wanted] = self._whole_needs(wanted)
        return self._needs_by_kinds[wanted]

    @cached_property
    def _needs_by_kinds(self) -> dict[frozenset[str], dict[str, dict[str, bool]]]:
        return {}

    def reach_of(self, kinds: Iterable[str], depth: int) -> Reach:
        """Steps between all segments over the inputs of these kinds, kept for each choice."""
        asked = (frozenset(kinds), depth)
        if asked not in self._reach_by_kinds:
            self._reach_by_kinds[asked] = reach(self.needs_of(asked[0]), depth)
        return self._reach_by_kinds[asked]

    @cached_property
    def _reach_by_kinds(self) -> dict[tuple[frozenset[str], int], Reach]:
        return {}

    def _whole_needs(self, wanted: frozenset[str]) -> dict[str, dict[str, bool]]:
        own: dict[str, list[Input]] = {}
        for link in self.inputs:
            if link.kind in wanted:
                own.setdefault(link.product, []).append(link)
        whole: dict[str, dict[str, bool]] = {}
        for code, line in self.lines.items():
            found: dict[str, bool] = {}
            for above in line:
                for link in own.get(above, ()):
                    if link.input != code:
                        found[link.input] = found.get(link.input, False) or link.is_essential
            whole[code] = found
        return whole

    @cached_property
    def chains_of(self) -> dict[str, tuple[str, ...]]:
        """Codes of the chains in which each segment stands: its home first, then as the chains are listed."""
        found: dict[str, list[str]] = {code: [] for code in self.segments}
        for chain in self.chains:
            for code, _column in chain.members:
                if chain.code not in found[code]:
                    found[code].append(chain.code)
        return {
            code: (
                *(c for c in chains if c == self.segments[code].home),
                *(c for c in chains if c != self.segments[code].home),
            )
            for code, chains in found.items()
        }

    def chain(self, code: str) -> Chain:
        return next(c for c in self.chains if c.code == code)
