"""The shipped five-zone case: its sources, what one interview says of the zones, the invented sample of Shenyang."""

import csv
import datetime
import tomllib
from collections.abc import Mapping
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
class CaseZone:
    """A zone of the case. outside: known makers elsewhere; chains: codes of its packs, empty where none is known."""

    code: str
    name: str
    name_en: str
    chains: tuple[str, ...]
    statements: tuple[CaseStatement, ...]
    companies: tuple[CaseCompany, ...]
    outside: tuple[CaseCompany, ...]
    states: tuple[CaseState, ...]


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
    return CaseZone(
        code=head["code"], name=head["name"], name_en=head["name_en"], chains=tuple(head["chains"]),
        statements=tuple(CaseStatement(**{"confidence": confidences["interview"], **s}) for s in head["statements"]),
        companies=(*told, *(c for c in listed if c.is_invented)),
        outside=tuple(_listed(folder, head.get("outside_file"), confidences)), states=states,
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
