"""What the import desk of a zone goes by: thresholds and divisions, the shipped ones and the zone's own."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Count, QuerySet

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from ..engine.divisions import SHIPPED_EDITION, Divisions, Edition
from ..engine.divisions import Division as Told
from ..engine.name_parts import places_of
from ..engine.place_names import COMMON, places_for
from ..engine.thresholds import SHIPPED, Threshold, Thresholds
from ..files.thresholds import ThresholdLine
from ..models import Division, DivisionEdition, Zone, ZoneThreshold

Row = TypeVar("Row", ZoneThreshold, DivisionEdition)
NO_THRESHOLD = _("There is no such threshold in force in this zone.")
NO_EDITION = _("There is no such edition in this zone.")
NO_AREA = _("There is no such area in this zone.")
_COLUMNS = ("code", "name", "parent", "valid_from", "valid_to", "share", "within")


def thresholds_listed(zone: Zone) -> QuerySet[ZoneThreshold]:
    """All rows of the zone's own, those that were ended too. One statement."""
    return ZoneThreshold.objects.filter(zone=zone).select_related("source", "set_by", "ended_by")


def threshold_told(row: ZoneThreshold) -> Threshold:
    """A stored row as the desk reads it."""
    return Threshold(row.prefix, row.amount_fen, row.valid_from_year, row.valid_to_year, row.is_inclusive, is_own=True)


def thresholds_of(zone: Zone) -> Thresholds:
    """The shipped rows with the zone's own that are in force. One statement."""
    return SHIPPED.beside(threshold_told(row) for row in ZoneThreshold.objects.filter(zone=zone, ended_at=None))


def threshold_lines(rows: Iterable[ZoneThreshold]) -> list[ThresholdLine]:
    """The zone's own rows as a file has them."""
    return [
        ThresholdLine(0, threshold_told(row), row.source.kind, row.source.title, row.source.issued_on)
        for row in rows
        if row.ended_at is None
    ]


def editions_listed(zone: Zone) -> QuerySet[DivisionEdition]:
    """All editions of the zone, withdrawn ones too, with how many divisions they hold. One statement."""
    rows = DivisionEdition.objects.filter(zone=zone).select_related("source", "brought_by", "ended_by")
    return rows.annotate(count=Count("divisions"))


def edition_of(zone: Zone, pk: int) -> DivisionEdition:
    """One edition of the zone. Raises Refused no-such-edition (404). One statement."""
    rows = DivisionEdition.objects.filter(zone=zone, pk=pk).select_related("source", "brought_by")
    found = rows.first() if 0 < pk < 2**63 else None
    if found is None:
        raise Refused("no-such-edition", NO_EDITION, status=404)
    return found


def areas_in_force(zone: Zone) -> QuerySet[Division]:
    """The zone's own areas, those that ended too, of editions in force. One statement."""
    here = Division.objects.filter(edition__zone=zone, edition__kind=DivisionEdition.Kind.AREAS, edition__ended_at=None)
    return here.select_related("edition").order_by("code", "valid_from", "pk")


def divisions_told(rows: QuerySet[Division]) -> list[Told]:
    """Stored divisions as the desk reads them. One statement."""
    return [Told(*columns) for columns in rows.values_list(*_COLUMNS)]


def divisions_of(zone: Zone, day: date | None) -> Divisions:
    """What is known of divisions on a day: the shipped provinces and the zone's editions in force. One statement."""
    found: dict[tuple[int, str, date, date | None, str], list[Told]] = defaultdict(list)
    rows = DivisionEdition.objects.filter(zone=zone, ended_at=None).order_by("pk", "divisions__pk")
    keys = ("pk", "name", "valid_from", "valid_to", "kind")
    for pk, name, since, until, kind, *columns in rows.values_list(*keys, *(f"divisions__{column}" for column in _COLUMNS)):
        held = found[pk, name, since, until, kind]
        if columns[0] is not None:
            held.append(Told(*columns))
    own = (
        Edition(name, since, tuple(told), until, is_areas=kind == DivisionEdition.Kind.AREAS)
        for (_pk, name, since, until, kind), told in found.items()
    )
    return Divisions((SHIPPED_EDITION, *own), day)


def places_in(zone: Zone, divisions: Divisions) -> frozenset[str]:
    """Places that names of companies of the zone may hold: the prefectures, its own name, and what its editions name."""
    shared = places_for(zone.name)
    own = places_of(divisions.names) - COMMON - shared
    return shared | own if own else shared


def locked(rows: QuerySet[Row], pk: int, missing: str, code: str) -> Row:
    """One row, held until the transaction ends. Raises Refused with this code (404). One statement."""
    found = rows.select_for_update(of=("self",)).filter(pk=pk, ended_at=None).first() if 0 < pk < 2**63 else None
    if found is None:
        raise Refused(code, missing, status=404)
    return found
