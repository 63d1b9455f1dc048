"""A zone's company list as the diagnosis takes it: one step between the file and the engine."""

from collections.abc import Callable, Sequence, Set

from xinya.chain.engine import Atlas
from xinya.chain.engine.report import PRODUCING, Company, Places, place_products
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.regions import province_of
from xinya.zones.files import CompanyLine, ListRefused
from xinya.zones.files.columns import COLUMNS

from .shipped import shipped_atlas

UNKNOWN_SEGMENT = _("No pack has a segment %(segment)s.")
HEAD = next(column.zh for column in COLUMNS if column.field == "segments")


def demand_known_segments(lines: Sequence[CompanyLine], known: Callable[[], Set[str]]) -> None:
    """known: the codes that packs have, asked for when a line names one. Raises ListRefused with every code that they have not."""
    if not any(line.segments for line in lines):
        return
    codes = known()
    findings = [
        Refused("unknown-segment", UNKNOWN_SEGMENT, row=line.row, column=line.segments_head or HEAD, segment=code[:30])
        for line in lines
        for code in line.segments
        if code not in codes
    ]
    if findings:
        raise ListRefused(findings)


def listed_companies(lines: Sequence[CompanyLine], placer: Places, atlas: Atlas) -> list[Company]:
    """Company lines with their product texts placed. Raises ListRefused for segment codes that no pack has."""
    demand_known_segments(lines, lambda: set(atlas.segments) | set(shipped_atlas().segments))
    return [
        Company(
            name=line.name,
            products=line.products,
            placements=place_products(placer, line.name, line.products, line.segments),
            is_anchor=bool(line.anchor),
            is_above_scale=line.above_scale,
            revenue_fen=line.revenue_fen,
            group=line.group,
            state=line.state or PRODUCING,
            shares={p: share for p, share in zip(line.products, line.shares, strict=False) if share is not None},
            province=province_of(line.name, line.uscc or "", line.region or ""),
            standing=line.standing or "",
        )
        for line in lines
    ]
