"""Every read of the chain slice that is more than get-by-key, one file a subject."""

from .candidates import Known, segment_candidates
from .placing import Placing, proposed
from .reports import (
    ZoneReport,
    ZoneRows,
    company_report,
    company_rows,
    current_limits,
    dates_of_change,
    day_of,
    day_or_today,
    known_of,
    list_lines,
    list_report,
    placed,
    placements_seen,
    placer,
    zone_chains,
    zone_report,
    zone_rows,
)
from .scenarios import LETTERS, Played, Step, WhatIf, what_if
from .search import PACKS, SEGMENTS

__all__ = [
    "LETTERS",
    "PACKS",
    "SEGMENTS",
    "Known",
    "Placing",
    "Played",
    "Step",
    "WhatIf",
    "ZoneReport",
    "ZoneRows",
    "company_report",
    "company_rows",
    "current_limits",
    "dates_of_change",
    "day_of",
    "day_or_today",
    "known_of",
    "list_lines",
    "list_report",
    "placed",
    "placements_seen",
    "placer",
    "proposed",
    "segment_candidates",
    "what_if",
    "zone_chains",
    "zone_report",
    "zone_rows",
]
