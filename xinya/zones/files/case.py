"""The shipped five-zone case: its sources, what one interview says of the zones, an invented sample for each of them."""

import csv
import datetime
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from xinya.zones.files.lines import CompanyLine
from xinya.zones.files.reading import read_companies

SHIPPED = Path(__file__).resolve().parent.parent / "case"
NAME, NAME_EN, INVENTED = "企业名称", "英文名称", "虚构"


@dataclass(frozen=True, slots=True)
class CaseSource:
    """Who says so; kind as in zones.models.Source.Kind."""

    id: str
    kind: str
    title: str
    publisher: str = ""
    url: str = ""
    reference: str = ""
    issued_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class CaseStatement:
    """One fact of the interview in our words. company: of whom it is said, None for the zone; number is in `unit`."""

    text: str
    text_en: str
    confidence: float
    company: str | None = None
    period: str = ""
    number: int | None = None
    unit: str = ""
    note: str = ""
    note_en: str = ""
    source: str = "interview"


@dataclass(frozen=True, slots=True)
class CaseState:
    """From `on` the company is planned, building or producing."""

    company: str
    state: str
    on: datetime.date
    source: str
    confidence: float
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class CaseCompany:
    """A company as one source tells of it; a company that two sources tell of stands here twice."""

    line: CompanyLine
    name_en: str
    is_invented: bool
    source: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CaseTrack:
    """A track of a direction, as the source names it."""

    name: str
    name_en: str
    source: str


@dataclass(frozen=True, slots=True)
class CaseDirection:
    """A direction of future industries, with those of its tracks that a source names: never all of them for certain."""

    name: str
    name_en: str
    source: str
    tracks: tuple[CaseTrack, ...]


@dataclass(frozen=True, slots=True)
class CaseZone:
    """A zone of the case. outside: known makers elsewhere; chains: codes of its packs.

    directions: partial; tracks_stated is how many tracks there are said to be. Both also stand among the statements.
    """

    code: str
    name: str
    name_en: str
    chains: tuple[str, ...]
    statements: tuple[CaseStatement, ...]
    companies: tuple[CaseCompany, ...]
    outside: tuple[CaseCompany, ...]
    states: tuple[CaseState, ...]
    directions: tuple[CaseDirection, ...] = ()
    tracks_stated: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All of it, as it stands for one day."""

    as_of: datetime.date
    period: str
    sources: tuple[CaseSource, ...]
    zones: tuple[CaseZone, ...]

    def zone(self, code: str) -> CaseZone:
        return next(z for z in self.zones if z.code == code)


@lru_cache(maxsize=1)
def shipped_case() -> Case:
    """The case that ships with the product. Read once a process."""
    return read_case(SHIPPED)


def read_case(folder: Path) -> Case:
    """Read `zones.toml` and the lists that it names.

    Raises ValueError for a source, company or state that nothing else names, Refused for a list that cannot be read.
    """
    head = tomllib.loads((folder / "zones.toml").read_text(encoding="utf-8"))
    sources = tuple(CaseSource(**s) for s in head["sources"])
    confidences = {str(k): float(v) for k, v in head["confidence"].items()}
    zones = tuple(_zone(folder, z, confidences) for z in head["zones"])
    case = Case(head["as_of"], head["period"], sources, zones)
    _check(case)
    return case


def _zone(folder: Path, head: Mapping[str, Any], confidences: Mapping[str, float]) -> CaseZone:
    told = [c for row in head.get("companies", []) for c in _told(row, confidences)]
    listed = _listed(folder, head.get("companies_file"), confidences)
    states = tuple(CaseState(**{"confidence": confidences.get(s["source"], 0.0), **s}) for s in head.get("states", []))
    dated = {s.company for s in states}
    # A company with dated states has them from there alone; the list's own column serves the command line.
    listed = [replace(c, line=replace(c.line, state=None)) if c.line.name in dated else c for c in listed]
    directions = tuple(
        CaseDirection(**{**d, "tracks": tuple(CaseTrack(**t) for t in d["tracks"])}) for d in head.get("directions", [])
    )
    said = [CaseStatement(**{"confidence": confidences["interview"], **s}) for s in head["statements"]]
    return CaseZone(
        code=head["code"], name=head["name"], name_en=head["name_en"], chains=tuple(head["chains"]),
        statements=(*said, *_directions_said(directions, head.get("tracks_stated"), confidences["interview"])),
        companies=(*told, *(c for c in listed if c.is_invented)),
        outside=tuple(_listed(folder, head.get("outside_file"), confidences)), states=states,
        directions=directions, tracks_stated=head.get("tracks_stated"),
    )  # fmt: skip


def _directions_said(directions: tuple[CaseDirection, ...], stated: int | None, confidence: float) -> Iterator[CaseStatement]:
    """One statement a direction and source, which says how much of the whole is known."""
    known = sum(len(d.tracks) for d in directions)
    if directions and stated is None:
        raise ValueError("directions are told of without the number of tracks that there are said to be")
    note = f"不完整：共{stated}个赛道，此处只列读到的报道点名的{known}个。"
    note_en = f"Partial: of {stated} tracks only the {known} are listed that a report which was read names."
    for direction in directions:
        for source in dict.fromkeys([direction.source, *(t.source for t in direction.tracks)]):
            tracks = [t for t in direction.tracks if t.source == source]
            if not tracks and direction.tracks:
                continue
            names = f"，报道点名的赛道有{'、'.join(t.name for t in tracks)}。" if tracks else "，读到的报道没有点名它的赛道。"
            known_en = f"tracks named: {', '.join(t.name_en for t in tracks)}"
            names_en = f"; {known_en if tracks else 'no report that was read names a track of it'}."
            yield CaseStatement(
                text=f"未来产业方向之一：{direction.name}{names}",
                text_en=f"One of the directions of future industries: {direction.name_en}{names_en}",
                confidence=confidence, period="2024", note=note, note_en=note_en, source=source,
            )  # fmt: skip


def _told(row: Mapping[str, Any], confidences: Mapping[str, float]) -> list[CaseCompany]:
    """A real company with what the interview says of it, and apart from that what was only inferred."""
    said = {"interview": row.get("products", []), "inferred": row.get("inferred_products", [])}
    told = []
    for source, products in said.items():
        if source == "interview" or products:
            is_anchor = True if source == "interview" and row.get("anchor", False) else None
            line = CompanyLine(0, row["name"], None, tuple(products), None, None, anchor=is_anchor)
            told.append(CaseCompany(line, row["name_en"], False, source, row.get("confidence", confidences[source])))
    return told


def _listed(folder: Path, file: str | None, confidences: Mapping[str, float]) -> list[CaseCompany]:
    if file is None:
        return []
    content = (folder / file).read_bytes()
    rows = csv.DictReader(StringIO(content.decode("utf-8"), newline=""))
    more = {row[NAME]: (row[NAME_EN], row[INVENTED] == "是") for row in rows}
    confidence = confidences["invented"]
    return [CaseCompany(line, *more[line.name], "invented", confidence) for line in read_companies(content, file)]


def _check(case: Case) -> None:
    known = {s.id for s in case.sources}
    for zone in case.zones:
        names = {c.line.name for c in zone.companies}
        for source in {row.source for rows in (zone.companies, zone.outside) for row in rows} - known:
            raise ValueError(f"zone {zone.code}: no source {source}")
        told: list[CaseStatement | CaseState] = [*zone.statements, *zone.states]
        for said in told:
            if said.source not in known:
                raise ValueError(f"zone {zone.code}: no source {said.source}")
            if said.company is not None and said.company not in names:
                raise ValueError(f"zone {zone.code}: no company {said.company}")
