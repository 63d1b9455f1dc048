"""A zone's company list as the diagnosis takes it: one step between the file and the engine."""

from collections.abc import Sequence

from xinya.chain.engine import Atlas
from xinya.chain.engine.report import PRODUCING, Company, Places, place_products
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.regions import province_of
from xinya.zones.files import CompanyLine

from .shipped import shipped_atlas


def listed_companies(lines: Sequence[CompanyLine], placer: Places, atlas: Atlas) -> list[Company]:
    """Company lines with their product texts placed. Raises Refused for a segment code that no pack has."""
    known = set(atlas.segments) | set(shipped_atlas().segments) if any(line.segments for line in lines) else set()
    for line in lines:
        for code in line.segments:
            if code not in known:
                raise Refused("unknown-segment", _("No pack has a segment %(segment)s."), row=line.row, segment=code[:30])
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
