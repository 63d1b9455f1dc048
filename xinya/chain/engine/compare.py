"""Two zones on one chain, compared only where both mean the same: the same pack and, segment by segment, the same definition."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from .atlas import Segment

Makers = int | str | None
"""How many companies make a segment: a number, "*" where it is hidden, None where the zone does not count them."""
FIELDS = ("name_zh", "definition_zh", "broader", "excludes", "classes")


@dataclass(frozen=True, slots=True)
class Defined:
    """A segment as one side defines it. hash: of everything that says what belongs to it."""

    code: str
    name_zh: str
    name_en: str
    hash: str
    fields: Mapping[str, str]

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


def defined(segment: Segment) -> Defined:
    """The definition of a segment: its name, sentence, exclusions, classes and what it is a kind of; not its English text.

    What it is a kind of counts as its pack states it, whatever other chains the zone looks at.
    """
    fields = {
        "name_zh": segment.name_zh, "definition_zh": segment.definition_zh,
        "broader": segment.broader or segment.stated_broader or "",
        "excludes": ";".join(sorted(segment.excludes)), "classes": ";".join(sorted(f"{c}:{p}" for c, p in segment.classes)),
    }  # fmt: skip
    return Defined(segment.code, segment.name_zh, segment.name_en, definition_hash(segment.code, fields), fields)


def definition_hash(code: str, fields: Mapping[str, str]) -> str:
    """The same for the same meaning, whoever computes it: SHA-256 of code and fields as sorted JSON, sixteen characters of it."""
    said = json.dumps({"code": code, **{k: fields.get(k, "") for k in FIELDS}}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Side:
    """One zone on a chain. makers: number of makers by segment. verdicts: only of a zone of this house."""

    name: str
    chain: str
    version: str
    segments: Mapping[str, Defined]
    makers: Mapping[str, Makers]
    verdicts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """A segment that both sides define alike, with what each has of it."""

    segment: Defined
    makers: tuple[Makers, Makers]
    verdicts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Unlike:
    """A segment that is not comparable: reason only-here, only-there or defined-otherwise; differing: fields with both readings."""

    segment: Defined
    reason: str
    differing: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What can be compared, and what cannot and why."""

    sides: tuple[Side, Side]
    rows: tuple[Compared, ...]
    unlike: tuple[Unlike, ...]


def compare(one: Side, other: Side) -> Comparison:
    """The comparison, in the order of the first side's chain. Raises ValueError for two different chains."""
    if one.chain != other.chain:
        raise ValueError(f"{one.chain} and {other.chain} are two chains")
    rows, unlike = [], []
    for code, segment in one.segments.items():
        there = other.segments.get(code)
        if there is None:
            unlike.append(Unlike(segment, "only-here", {}))
        elif there.hash != segment.hash:
            pairs = {k: (segment.fields.get(k, ""), there.fields.get(k, "")) for k in FIELDS}
            unlike.append(Unlike(segment, "defined-otherwise", {k: v for k, v in pairs.items() if v[0] != v[1]}))
        else:
            makers = (one.makers.get(code), other.makers.get(code))
            rows.append(Compared(segment, makers, (one.verdicts.get(code, ""), other.verdicts.get(code, ""))))
    unlike += [Unlike(s, "only-there", {}) for code, s in other.segments.items() if code not in one.segments]
    return Comparison((one, other), tuple(rows), tuple(unlike))
