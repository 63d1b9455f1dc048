"""What a zone could grow next: from a table of values that it keeps, or from the companies of all zones its reader may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Count

from xinya.zones.models import Company, Person, Zone
from xinya.zones.queries import gone_among, visible_to

from ..engine.complexity import Candidate, Complexity, complexity, part_of, positioning
from ..engine.complexity.shown import too_few, too_little_here
from ..files import shipped_atlas
from ..files.kept_values import computed
from ..files.values import Values
from ..models import Placement, ValueTable
from .atlas import own_names
from .reports import placements_seen

COUNTED = (Placement.State.AUTOMATIC, Placement.State.CONFIRMED)


@dataclass(frozen=True)
class ZonePositioning:
    """A zone among other places. table: the kept one, None: counted from the companies placed in the zones that the reader sees.

    reason: why too little is known, "" when enough is. location: the zone's row. candidates: best first, none when too
    little is known. names: of segments that packs of zones define, in both languages.
    """

    zone: Zone
    table: ValueTable | None
    values: Values
    found: Complexity | None
    location: int | None
    reason: str
    candidates: Sequence[Candidate]
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def tested(self) -> dict[str, Any] | None:
        return self.table.tested if self.table is not None else None

    @property
    def present(self) -> list[int]:
        """What counts as present here."""
        if self.found is None or self.location is None:
            return []
        return [int(k) for k in np.flatnonzero(self.found.present[self.location])]


def zone_positioning(person: Person, zone: Zone) -> ZonePositioning:
    """The positioning of a zone that the person has been let see. Three statements at most, whatever the size.

    Too little is known of fewer than 20 places, of fewer than 20 industries, of a place with fewer than 3 present, or where the
    order of complexity is not determined among the places that it is joined with: then there is no list, and the reason says so.
    """
    table = ValueTable.objects.filter(zone=zone, replaced_at=None).select_related("by").defer("text").first()
    found: Complexity | None
    location: int | None
    names: Mapping[str, tuple[str, str]] = {}
    if table is not None:
        values, found = computed(table.digest, lambda: table.text)
        location = values.locations.index(table.location)
    else:
        values, names = _companies_by_zone(person), own_names(visible_to(person, Zone), zone)
        location = values.locations.index(zone.code) if zone.code in values.locations else None
        found = complexity(values.values, by_component=True) if _few(values) == "" else None
    reason = _few(values) or too_little_here(found, location)
    rows: Sequence[Candidate] = ()
    if not reason and found is not None and location is not None:
        found = part_of(found, location)
        rows = positioning(found, location)
    return ZonePositioning(zone, table, values, found, location, reason, rows, names)


def _few(values: Values) -> str:
    return too_few(len(values.locations), len(values.products))


def _companies_by_zone(person: Person) -> Values:
    """Companies placed on each segment in each zone that the person sees, but for those that ended: two statements."""
    seen = visible_to(person, Zone)
    gone = gone_among(Company.objects.filter(zone__in=seen, is_outside=False))
    rows = (
        placements_seen(person)
        .filter(company__zone__in=seen, company__is_outside=False, company__merged_into=None, state__in=COUNTED)
        .exclude(company__in=gone)
        .values_list("company__zone__code", "segment")
        .annotate(n=Count("company", distinct=True))
        .order_by()
    )
    counts = {(zone, segment): n for zone, segment, n in rows}
    zones, segments = (tuple(sorted({key[i] for key in counts})) for i in (0, 1))
    table = np.zeros((len(zones), len(segments)))
    at = {zone: i for i, zone in enumerate(zones)}, {segment: k for k, segment in enumerate(segments)}
    for (zone, segment), n in counts.items():
        table[at[0][zone], at[1][segment]] = n
    return Values(zones, segments, table)


def product_name(seen: ZonePositioning, product: int, said: str) -> str:
    """An industry's name: as the table writes it, or the segment's in the reader's language."""
    code = seen.values.products[product]
    if seen.table is not None:
        return code
    if code in seen.names:
        return seen.names[code][said != "zh"]
    segments = shipped_atlas().segments
    return segments[code].name(said) if code in segments else code
