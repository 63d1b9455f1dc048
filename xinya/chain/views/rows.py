"""What the pages show of a report: rows with words, marks and addresses, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from xinya.kit.pages import language
from xinya.zones.engine.freshness import STALE
from xinya.zones.queries import Dossier

from ..engine import Finding
from ..engine.freshness import Share
from ..engine.map_svg import MapColumn, MapLink, MapNode
from ..engine.wording import KIND_WORDS, change_words, figure, grouped, percent, rule_words, word
from ..queries import ZoneReport

GAP_KINDS = ("missing", "dependent")


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One finding as a table shows it."""

    rank: int
    kind: str
    mark: str
    segment: str
    name: str
    href: str
    chains: list[dict[str, str]]
    score: str
    demand: str
    depth: str
    readiness: str
    buyers: list[dict[str, str]]
    makers: int
    outside: str
    rule: str
    changes: tuple[str, ...]
    progress: str
    is_commodity: bool


def day_query(found: ZoneReport) -> str:
    """The part of an address that keeps the day, empty when it is the zone's own."""
    return "" if found.zone.as_of == found.on else f"?on={found.on.isoformat()}"


def turn_href(found: ZoneReport, first: int, **kept: str) -> str:
    """The address of another page of the same list, with the day and what else was asked."""
    day = {} if found.zone.as_of == found.on else {"on": found.on.isoformat()}
    return "?" + urlencode({**day, **kept, "from": first})


def company_links(found: ZoneReport, names: Iterable[str]) -> list[dict[str, str]]:
    """Company names with the addresses of their pages, in the reader's language."""
    rows, english = [], language() == "en"
    by_name = found.by_name
    for name in names:
        dossier = by_name.get(name)
        if dossier is None:
            rows.append({"name": name, "href": "", "anchor": ""})
            continue
        shown = dossier.company.name_en if english and dossier.company.name_en else name
        href = reverse("company", args=[found.zone.code, dossier.company.pk]) + day_query(found)
        rows.append({"name": shown, "href": href, "anchor": "yes" if dossier.is_anchor else ""})
    return rows


def share_words(share: Share | None) -> dict[str, str]:
    """How many placements people confirmed in the last twelve months: share, numerator and denominator."""
    value = None if share is None else share.value
    if share is None or value is None:
        return {"share": "–", "of": ""}
    return {"share": percent(value), "of": f"{share.confirmed}/{share.counted}"}


def mark_of(found: ZoneReport, finding: Finding) -> str:
    """`building` where somebody is building it, `ready` where a maker would find its inputs here, `stale` where all is old."""
    coming = found.report.building.get(finding.segment, ())
    if finding.kind in GAP_KINDS and any(c.state == "building" for c in coming):
        return "building"
    if finding.is_ready:
        return "ready"
    age = found.ages.get(finding.segment)
    return "stale" if finding.makers and age is not None and age.state == STALE else ""


def segment_href(found: ZoneReport, segment: str) -> str:
    return reverse("segment", args=[found.zone.code, segment]) + day_query(found)


def verdict_row(found: ZoneReport, finding: Finding, rank: int = 0) -> VerdictRow:
    """A finding with its words in the reader's language."""
    said, made = language(), found.report
    names = found.names_en if said == "en" else None
    segment = made.atlas.segments[finding.segment]
    limits = made.diagnosis.limits
    chains = [
        {
            "name": made.atlas.chain(c).name(said),
            "href": reverse("chain-map", args=[found.zone.code, c]) + day_query(found),
        }
        for c in made.diagnosis.chains_known(finding.segment)
    ]
    coming = made.building.get(finding.segment, ())
    progress = ""
    if coming and finding.kind in GAP_KINDS:
        progress = _("being built") if any(c.state == "building" for c in coming) else _("signed, not begun")
    return VerdictRow(
        rank=rank,
        kind=finding.kind,
        mark=mark_of(found, finding),
        segment=finding.segment,
        name=segment.name(said),
        href=segment_href(found, finding.segment),
        chains=chains,
        score=figure(finding.score),
        demand=figure(finding.demand),
        depth="–" if finding.depth is None else str(finding.depth),
        readiness="–" if finding.readiness is None else percent(finding.readiness),
        buyers=company_links(found, [n.resident for n in finding.buyers]),
        makers=finding.maker_count,
        outside="?" if finding.outside is None else str(len(finding.outside)),
        rule=rule_words(finding, limits, said, names),
        changes=change_words(finding, limits, said, names),
        progress=progress,
        is_commodity=segment.is_commodity,
    )


def verdict_rows(found: ZoneReport) -> list[VerdictRow]:
    """All verdicts in rank order, less those that a person said are no gaps here."""
    answered = found.not_gaps
    shown = [f for f in found.report.diagnosis.verdicts if f.segment not in answered]
    return [verdict_row(found, f, rank) for rank, f in enumerate(shown, start=1)]


def kind_counts(found: ZoneReport, chain: str = "") -> dict[str, int]:
    """How many verdicts of each kind, in the whole zone or in one chain; answered ones left out."""
    counts = dict.fromkeys(("missing", "dependent", "thin", "weak", "extendable"), 0)
    answered = found.not_gaps
    for f in found.report.diagnosis.verdicts:
        if f.segment not in answered and (not chain or chain in found.report.atlas.chains_of[f.segment]):
            counts[f.kind] += 1
    return counts


def chain_nodes(found: ZoneReport, chain: str) -> tuple[list[MapColumn], list[MapNode], list[MapLink]]:
    """A chain as the map draws it."""
    said, made = language(), found.report
    whole = made.atlas.chain(chain)
    place = {c.code: i for i, c in enumerate(whole.columns)}
    is_known = next(c.is_known for c in made.diagnosis.chains if c.chain == chain)
    nodes = []
    for code, column in whole.members:
        f = made.diagnosis.findings[code]
        kind = f.kind if is_known else "made" if f.makers else "unknown"
        if code in found.not_gaps and kind in GAP_KINDS:
            kind = "outside"
        nodes.append(
            MapNode(
                code=code,
                name=made.atlas.segments[code].name(said),
                column=place[column],
                kind=kind,
                makers=f.maker_count,
                mark=mark_of(found, f) if is_known or f.makers else "",
                href=segment_href(found, code),
                aliases=made.atlas.segments[code].aliases,
            )
        )
    columns = [MapColumn(c.name(said), c.stage) for c in whole.columns]
    links = [MapLink(i.input, i.product, i.is_essential) for i in whole.inputs if i.kind in made.diagnosis.limits.kinds]
    return columns, nodes, links


UNITS_ONCE = ("万元", "亿元", "元", " million", " billion")
"""What is said once at the end of a range, the longer ones first."""


def yuan(fen: int | None) -> str:
    """An amount in words of the reader's language: 万元 or 亿元, million or billion."""
    if fen is None:
        return "–"
    yuan_, chinese = fen / 100, language() == "zh"
    if chinese:
        if yuan_ >= 1e8:
            return f"{grouped(yuan_ / 1e8)}亿元"
        return f"{grouped(yuan_ / 1e4)}万元" if yuan_ >= 1e4 else f"{grouped(yuan_)}元"
    if yuan_ >= 1e9:
        return f"CNY {grouped(yuan_ / 1e9)} billion"
    return f"CNY {grouped(yuan_ / 1e6)} million" if yuan_ >= 1e6 else f"CNY {yuan_:,.0f}"


def spread(low: str, high: str) -> str:
    """A range of written figures, their currency and unit once: CNY 5.84–10.84 million, 584–1084万元; else both say theirs."""
    if low == high:
        return low
    front = "CNY " if low.startswith("CNY ") and high.startswith("CNY ") else ""
    one, other = (next((unit for unit in UNITS_ONCE if end.endswith(unit)), "") for end in (low, high))
    if not front or (one and one == other):
        return f"{low.removesuffix(one if one == other else '')}–{high.removeprefix(front)}"
    return f"{low} – {high}"


def input_kind(kind: str) -> str:
    return KIND_WORDS[kind][language() != "zh"]


def kind_word(kind: str) -> str:
    return word(kind, language())


def scale_word(dossier: Dossier) -> str:
    """Above scale, below scale, or not known."""
    known = dossier.is_above_scale
    return _("scale not known") if known is None else _("above scale") if known else _("below scale")
