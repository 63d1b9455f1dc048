"""Open data of a zone as it would be published now, what was published and what was brought; two zones compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, TextField, Value, When

from xinya.kit.memory import Memory
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.models import Fact, Person, Secrecy, Zone
from xinya.zones.queries import visible_to

from ..engine.compare import Comparison, Side, compare, defined
from ..engine.placement import COUNTED
from ..engine.report import PRODUCING
from ..engine.small_cells import TOTAL
from ..files.open_tables import Counted, Kept, draw_tables, kept_of
from ..files.open_zone import FORMAT, OpenZone, pack_object, read_open_zone
from ..models import OpenData, OpenIssue
from .reports import ZoneReport, bring_to_hand, zone_report, zone_rows

NO_ISSUE = _("The zone has published no such open data.")
NO_DATA = _("There is no such open data in this zone.")
COLUMN_RESERVED = _("The chain %(chain)s has a column of the code %(code)s, which stands for all columns: give it another code.")
NO_COMMON = _("The other zone does not look at this chain: nothing there is defined as here.")
LICENCE = "CC BY 4.0"
MOST_KEPT, OBJECTS_PER_TEXT = 200_000_000, 4
"""Bytes of read documents that a process remembers; how many bytes a document takes in memory for each of its text."""


@dataclass(frozen=True)
class Drawn:
    """A document, what stands behind every cell that it shows, and how many cells it hides."""

    document: dict[str, Any]
    kept: Kept
    hidden: int


def last_issue(zone: Zone) -> OpenIssue | None:
    """The open data published last. One statement."""
    return OpenIssue.objects.filter(zone=zone).order_by("-number").first()


def issues_of(zone: Zone) -> list[OpenIssue]:
    """Everything that was published, the latest first, without its content. One statement."""
    return list(OpenIssue.objects.filter(zone=zone).defer("content", "counts").select_related("published_by").order_by("-number"))


def issue_of(zone: Zone, number: int) -> OpenIssue:
    """One publication. Raises Refused (404)."""
    found = OpenIssue.objects.filter(zone=zone, number=number).first() if 0 < number < 2**31 else None
    if found is None:
        raise Refused("no-such-issue", NO_ISSUE, status=404)
    return found


def released_before(zone: Zone) -> list[Kept]:
    """What stands behind every cell that the zone's issues show, the first issue first. One statement."""
    return [kept_of(text) for text in OpenIssue.objects.filter(zone=zone).order_by("number").values_list("counts", flat=True)]


def drawn_document(found: ZoneReport, before: Sequence[Kept] = ()) -> Drawn:
    """The open data of a zone on a day: definitions, masked tables, companies whose products are public. No statement of its own.

    before: what every earlier issue released (`released_before`). All of them stay at hand for everybody, so a cell is hidden
    when it would tell of one or two companies beside any of them. Raises Refused column-reserved (409): packs of before the rule.
    """
    atlas, zone = found.report.atlas, found.zone
    for chain in atlas.chains:
        if any(c.code == TOTAL for c in chain.columns):
            raise Refused("column-reserved", COLUMN_RESERVED, status=409, chain=chain.code, code=TOTAL)
    drawn = draw_tables(atlas.chains, _counted(found), before, found.on.isoformat())
    document = {
        "format": FORMAT, "zone": {"code": zone.code, "name": zone.name, "name_en": zone.name_en}, "as_of": found.on.isoformat(),
        "source": zone.name, "licence": LICENCE, "packs": [pack_object(atlas, c) for c in atlas.chains],
        "tables": drawn.tables, "companies": _public_companies(found),
    }  # fmt: skip
    return Drawn(document, drawn.kept, drawn.hidden)


def direct_makers(found: ZoneReport) -> dict[str, list[str]]:
    """Segment -> producing companies that stand on it itself. Not rolled up: a sum over narrower segments could be undone."""
    producing = {c.name for c in found.report.companies if c.state == PRODUCING}
    makers: dict[str, dict[str, None]] = {}
    for p in found.report.placements:
        if p.state in COUNTED and p.company in producing:
            makers.setdefault(p.segment, {})[p.company] = None
    return {segment: list(names) for segment, names in makers.items()}


def _counted(found: ZoneReport) -> Counted:
    """Makers by segment and scale; revenue once a company in each chain, in the column of its first segment there."""
    named, makers = found.by_name, direct_makers(found)
    scale = {name: "above" if dossier.is_above_scale else "other" for name, dossier in named.items()}
    places: dict[str, dict[str, list[int]]] = {}
    for segment, names in makers.items():
        for name in names:
            places.setdefault(segment, {}).setdefault(scale[name], []).append(named[name].company.pk)
    revenue: dict[str, dict[tuple[str, str], dict[int, int]]] = {}
    standing: dict[str, dict[tuple[str, str], int]] = {}
    for chain in found.report.atlas.chains:
        first: dict[str, str] = {}
        for segment, column in chain.members:
            for name in makers.get(segment, ()):
                first.setdefault(name, column)
        cells, counts = revenue.setdefault(chain.code, {}), standing.setdefault(chain.code, {})
        for name, column in first.items():
            counts[column, scale[name]] = counts.get((column, scale[name]), 0) + 1
            if (fen := named[name].revenue_fen) is not None:
                cells.setdefault((column, scale[name]), {})[named[name].company.pk] = fen
    return Counted(places, revenue, standing)


def _public_companies(found: ZoneReport) -> list[dict[str, Any]]:
    """Producing companies, as the tables count them, with products of the class PUBLIC, and where those texts stand."""
    producing = {c.name for c in found.report.companies if c.state == PRODUCING}
    placements = zone_rows(found.zone).placements
    rows = []
    for dossier in found.counted:
        products = [f.text for f in dossier.products if f.secrecy == Secrecy.PUBLIC]
        if products and dossier.company.name in producing:
            texts = set(products)
            stands = {p.segment for p in placements.get(dossier.company.pk, ()) if p.text in texts and p.state in COUNTED}
            known = sorted(s for s in stands if s in found.report.atlas.segments)
            company = dossier.company
            rows.append({"name": company.name, "credit_code": company.uscc, "products": products, "segments": known})
    return sorted(rows, key=lambda r: str(r["name"]))


def open_data_of(zone: Zone) -> list[OpenData]:
    """What was brought of other zones and is in force, without its content. One statement."""
    rows = OpenData.objects.filter(zone=zone, replaced_at=None).defer("content")
    return list(rows.select_related("brought_by", "source").order_by("name"))


def read_open_data(zone: Zone, data_id: int) -> tuple[OpenData, OpenZone]:
    """One of them, read. Raises Refused (404)."""
    rows = OpenData.objects.filter(zone=zone, pk=data_id, replaced_at=None).defer("content")
    row = rows.first() if 0 < data_id < 2**63 else None
    if row is None:
        raise Refused("no-such-data", NO_DATA, status=404)
    return row, _read(row)


_READ: Memory[tuple[int, datetime], OpenZone] = Memory(MOST_KEPT)


def _read(row: OpenData) -> OpenZone:
    """The document of a row that was asked for without its content, or with it as `text`: at most one statement."""

    def made() -> tuple[OpenZone, int]:
        content = (getattr(row, "text", "") or row.content).encode()
        return read_open_zone(content), OBJECTS_PER_TEXT * len(content)

    return _READ.get((row.pk, row.brought_at), made)


def side_of(found: ZoneReport, chain: str) -> Side | None:
    """A zone of this house on a chain, with its true numbers and verdicts."""
    if chain not in {c.code for c in found.report.atlas.chains}:
        return None
    here = found.report.atlas.chain(chain)
    findings, makers = found.report.diagnosis.findings, direct_makers(found)
    known = {c.chain: c.is_known for c in found.report.diagnosis.chains}[chain]
    codes = [code for code, _column in here.members]
    return Side(
        found.zone.name, chain, here.version, {c: defined(found.report.atlas.segments[c]) for c in codes},
        {c: len(makers.get(c, ())) for c in codes}, {c: findings[c].kind for c in codes} if known else {},
    )  # fmt: skip


@dataclass(frozen=True)
class Partners:
    """What a zone can be compared with: other zones that the person reads, open data that was brought.

    chains: codes of the chains that each of the zones looks at, the one that is compared among them.
    """

    own: Zone
    zones: Mapping[str, Zone]
    brought: Mapping[int, OpenData]
    chains: Mapping[str, frozenset[str]]

    @property
    def nearest(self) -> str:
        """Key of the first zone that has a chain in common with the one that is compared; empty where none has."""
        own = self.chains.get(self.own.code, frozenset()) - {""}
        return next((f"zone.{code}" for code in self.zones if own & self.chains[code]), "")

    def bring_to_hand(self, partner: str) -> None:
        """Read what is stored of both zones at once, where the partner is one."""
        bring_to_hand(self.own, *(row for code, row in self.zones.items() if partner == f"zone.{code}"))

    def names(self, language: str) -> dict[str, str]:
        """Key -> name of each, in the reader's language where there is one."""
        rows: list[tuple[str, Zone | OpenData]] = [(f"zone.{z.code}", z) for z in self.zones.values()]
        rows += [(f"data.{d.pk}", d) for d in self.brought.values()]
        return {key: row.name_en if language == "en" and row.name_en else row.name for key, row in rows}


def partners_of(person: Person, zone: Zone, asked: str = "") -> Partners:
    """The partners; of open data the content only of those asked for, and only when they are not at hand. Two statements."""
    kind, _dot, key = asked.partition(".")
    wanted = int(key) if kind == "data" and key.isdecimal() and len(key) < 19 else 0
    at_hand = [at for pk, at in _READ.held() if pk == wanted]
    is_wanted = Q(pk=wanted) & ~Q(brought_at__in=at_hand)
    content = Case(When(is_wanted, then=F("content")), default=Value(""), output_field=TextField())
    rows = OpenData.objects.filter(zone=zone, replaced_at=None).defer("content").annotate(text=content).order_by("name")
    zones: dict[str, Zone] = {}
    chains: dict[str, set[str]] = {}
    for one in visible_to(person, Zone).annotate(looks_at=F("chains__chain")).order_by("name", "pk"):
        chains.setdefault(one.code, set()).add(one.looks_at or "")
        if one.pk != zone.pk:
            zones.setdefault(one.code, one)
    return Partners(zone, zones, {d.pk: d for d in rows}, {code: frozenset(held) for code, held in chains.items()})


def chains_shared(found: ZoneReport, partners: Partners) -> dict[str, list[str]]:
    """Key of each partner zone -> codes of the chains that it looks at too, in this zone's order."""
    own = [c.code for c in found.report.atlas.chains]
    return {f"zone.{code}": [c for c in own if c in partners.chains[code]] for code in partners.zones}


def compared(found: ZoneReport, partners: Partners, partner: str, chain: str) -> Comparison:
    """The zone beside a partner on one chain. Raises Refused: unknown-chain, no-such-zone (404), not-comparable (409)."""
    one = side_of(found, chain)
    if one is None:
        raise Refused("unknown-chain", _("There is no such pack."), status=404)
    kind, _dot, key = partner.partition(".")
    if kind == "zone" and key in partners.zones:
        row = partners.zones[key]
        other = side_of(zone_report(row, found.on), chain)
    elif kind == "data" and key.isdecimal() and len(key) < 19 and int(key) in partners.brought:
        other = _read(partners.brought[int(key)]).side(chain)
    else:
        raise Refused("no-such-zone", _("There is no such zone."), status=404)
    if other is None:
        raise Refused("not-comparable", NO_COMMON, status=409, chain=chain)
    return compare(one, other)


def fact_classes(zone: Zone) -> Mapping[str, int]:
    """How many product texts of the zone are public, and how many there are. One statement."""
    rows = Fact.objects.filter(zone=zone, kind=Fact.Kind.PRODUCT, withdrawn_at=None, company__is_outside=False)
    classes = list(rows.values_list("secrecy", flat=True))
    return {"public": sum(c == Secrecy.PUBLIC for c in classes), "all": len(classes)}
