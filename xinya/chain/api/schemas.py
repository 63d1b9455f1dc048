"""What the API answers: the same objects as `xinya chain diagnose --json` and `xinya chain export --json`."""

from typing import Literal

from ninja import Schema

Stage = Literal["up", "mid", "down", "equipment", "service"]
InputKind = Literal["material", "component", "equipment", "service", "software"]


class ChainItem(Schema):
    """A chain in a list."""

    code: str
    name_zh: str
    name_en: str
    version: str
    segments: int
    inputs: int


class ClassItem(Schema):
    """A class of GB/T 4754-2017, and whether all of it belongs to the segment (`whole`) or some (`part`)."""

    code: str
    part: Literal["whole", "part"]


class SegmentObject(Schema):
    """A segment as it stands in a chain."""

    code: str
    name_zh: str
    name_en: str
    aliases: list[str]
    stage: Stage
    column: str
    broader: str | None
    home: str
    definition_zh: str
    definition_en: str
    excludes: list[str]
    commodity: bool
    emerging: Literal["yes", "part", "no"]
    classes: list[ClassItem]


class InputObject(Schema):
    """`product` needs `input`."""

    product: str
    input: str
    essential: bool
    kind: InputKind


class ChainObject(Schema):
    """A chain, whole."""

    code: str
    name_zh: str
    name_en: str
    version: str
    segments: list[SegmentObject]
    inputs: list[InputObject]


class PackVersion(Schema):
    """Which version of a pack was used."""

    code: str
    version: str


class CellChange(Schema):
    """A cell before and after; of a list, what went and what came."""

    before: str
    after: str


class PackChange(Schema):
    """One difference between two versions of a pack."""

    kind: Literal["added", "removed", "changed"]
    table: Literal["pack", "segments", "inputs", "sources"]
    key: str
    name: str
    cells: dict[str, CellChange]


class PackDifference(Schema):
    """What changed from one version of a pack to the other: the same as `xinya chain diff-pack --json`."""

    old: PackVersion
    new: PackVersion
    changes: list[PackChange]


class ReasonObject(Schema):
    """What speaks for or against. names: product texts, companies or segment codes; count: how many there are in all."""

    code: str
    names: list[str]
    count: int
    words: str


class CandidateItem(Schema):
    """A maker outside. served: direct demand of the gaps that it would serve; covers: those gaps; suitable: the officer's word.

    revenue_share: of 1; province: two digits of GB/T 2260; far: another province than the zone's, null when not known.
    """

    company: str
    served: float
    covers: list[str]
    suitable: bool | None
    revenue_share: float | None
    province: str | None
    far: bool | None
    pro: list[ReasonObject]
    con: list[ReasonObject]


class EarlierWord(Schema):
    """What an officer said before."""

    suitable: bool
    reason: str
    day: str


class CandidateObject(CandidateItem):
    """A maker outside as the zone knows it."""

    company_id: int
    word_reason: str | None
    earlier_words: list[EarlierWord]


class MeasuresObject(Schema):
    """A zone in figures. demand: direct demand of all companies; served: the part made here; sourcing: served / demand."""

    companies: int
    gaps: int
    fragile: int
    demand: float
    served: float
    sourcing: float | None
    completeness: dict[str, float | None]


class TurnedObject(Schema):
    """A segment whose verdict a scenario changes."""

    segment: str
    name_zh: str
    name_en: str
    before: str
    after: str


class ScenarioObject(Schema):
    """What one scenario changes. closed: made here now; gone: nobody needs it enough now; demand_eased: of the closed."""

    scenario: str
    steps: list[str]
    measures: MeasuresObject
    closed: list[TurnedObject]
    opened: list[TurnedObject]
    gone: list[TurnedObject]
    turned: list[TurnedObject]
    chains_learnt: list[str]
    chains_forgotten: list[str]
    demand_eased: float


class WhatIfObject(Schema):
    """The zone as it stands, and up to three scenarios."""

    as_of: str
    measures: MeasuresObject
    scenarios: list[ScenarioObject]


class LimitsObject(Schema):
    """The limits that the verdicts were made with."""

    demand: float
    share: float
    readiness: float
    depth: int
    decay: float
    residents: int
    kinds: list[InputKind]


class ChainFindingObject(Schema):
    """How much is known of a chain here. completeness: of the chain's product, null without one."""

    code: str
    residents: int
    known: bool
    made: int
    segments: int
    completeness: float | None
    product: str | None


class PlacementObject(Schema):
    """A company's product text on a segment. chain: the first of chains."""

    company: str
    chain: str
    chains: list[str]
    segment: str
    state: Literal["PENDING", "AUTOMATIC", "CONFIRMED", "REJECTED", "OBJECTED"]
    confidence: float
    why: str
    text: str


class UnplacedObject(Schema):
    """A product text that found no segment."""

    company: str
    text: str


class GoneObject(Schema):
    """A company of the list that ended or moved away, by the register: it is no maker, buyer or anchor."""

    company: str
    standing: str


class BuildingObject(Schema):
    """A company on the way: its state on that day."""

    company: str
    state: Literal["planned", "building"]


class VerdictObject(Schema):
    """A verdict. makers and outside are counts, a group once; outside null: not looked up."""

    kind: Literal["missing", "dependent", "thin", "weak", "extendable"]
    chain: str
    chains: list[str]
    segment: str
    name_zh: str
    name_en: str
    depth: int | None
    demand: float
    readiness: float | None
    ready: bool
    buyers: list[str]
    makers: int
    maker_names: list[str]
    outside: int | None
    outside_names: list[str] | None
    building: list[BuildingObject]
    rule: str
    changes: list[str]
    score: float


class DiagnosisObject(Schema):
    """One diagnosis with what it was made from."""

    as_of: str
    packs: list[PackVersion]
    limits: LimitsObject
    chains: list[ChainFindingObject]
    placements: list[PlacementObject]
    unplaced: list[UnplacedObject]
    gone: list[GoneObject]
    verdicts: list[VerdictObject]
