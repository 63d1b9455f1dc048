"""What the columns of a list hold, as a person says it; the office's next list with the same labels is read so by itself."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.days import is_day_of_trade
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _

from ..engine.import_states import BRINGER, IMPORT_STATES
from ..engine.imports.fields import AMOUNT, BY_CODE, COUNT, KEYS
from ..engine.imports.labels import COUNT_UNITS, UNITS
from ..models import ImportBatch, ImportTemplate, Person, Source
from .import_preview import has_many_rows, preview, preview_later
from .import_upload import LONG_BYTES, OWNER_KIND, demand_bringer, demand_idle, locked_batch

YEAR = re.compile(r"(?:19|20)[0-9]{2}")
NO_COLUMN = _("The file has no column %(place)s.")
UNKNOWN_FIELD = _("There is no field %(field)s.")
YEAR_MISSING = _("The column “%(label)s” holds a figure of a year. Say which year.")
UNIT_UNKNOWN = _("“%(unit)s” is no unit of this column.")
TWICE = _("Two columns hold the same field for the same year: %(label)s. Leave one of them out.")
KEY_MISSING = _("Say which column holds the name or the credit code; without either no company can be told.")
NOT_FOR_COMPANY = _("A company says of itself; other sources are for the zone's officers.")
DAY_AHEAD = _("A list stands for a day that has come: not later than today.")
SOURCES = (
    Source.Kind.COMPANY_LIST, Source.Kind.COMPANY, Source.Kind.STATISTICS, Source.Kind.TAX, Source.Kind.REGISTER,
    Source.Kind.AUDIT, Source.Kind.VENDOR,
)  # fmt: skip
"""Who may stand behind a list."""


@dataclass(frozen=True, slots=True)
class ColumnSaid:
    """What one column holds. place from 1; period: a year where the field has one; clears: an empty cell takes away."""

    place: int
    field: str
    period: str = ""
    unit: str = ""
    clears: bool = False


def map_columns(
    actor: Person, *, batch_id: int, columns: Sequence[ColumnSaid], as_of: datetime.date, source_kind: str = ""
) -> ImportBatch:  # fmt: skip
    """Keep what the columns hold, remember it for the office, and compare the list with the register.

    Raises Refused: not-allowed, import-busy, wrong-state, column-wrong, key-missing, day-wrong, source-wrong.
    """
    with transaction.atomic():
        batch = locked_batch(actor, batch_id)
        demand_bringer(actor, batch.zone, batch.company)
        demand_idle(batch)
        demand(is_day_of_trade(as_of), "day-wrong", _("The day must lie between 1900 and 2200."), status=422)
        demand(as_of <= timezone.localdate(), "day-wrong", DAY_AHEAD, status=422)
        source = source_kind or batch.source_kind
        demand(source in SOURCES, "source-wrong", _("Such a source brings no lists."), status=422)
        demand(batch.company is None or source == Source.Kind.COMPANY, "source-wrong", NOT_FOR_COMPANY, status=422)
        kept = [_checked(batch, one) for one in sorted(columns, key=lambda one: one.place)]
        _demand_apart(batch, kept)
        IMPORT_STATES.move(batch, "map", (BRINGER,), columns=kept)
        batch.columns, batch.as_of, batch.source_kind, batch.template = kept, as_of, source, None
        batch.answers = {}
        batch.decisions.all().delete()
        if batch.office is not None:
            _remember(batch, actor)
        batch.save()
        preview_now_or_later(batch)
        record(
            actor, "map-import", OWNER_KIND, batch.pk,
            columns=[f"{place}={code}{f'/{period}' if period else ''}" for place, code, period, _unit, _clears in kept],
            as_of=as_of, source=source,
        )  # fmt: skip
    return batch


def preview_now_or_later(batch: ImportBatch) -> None:
    """Part of an act: compare at once, or let the queue do it."""
    if batch.size > LONG_BYTES or has_many_rows(batch):
        preview_later(batch)
    else:
        preview(batch)


def _checked(batch: ImportBatch, said: ColumnSaid) -> list[object]:
    demand(1 <= said.place <= len(batch.labels), "column-wrong", NO_COLUMN, status=422, place=said.place)
    demand(said.field in BY_CODE, "column-wrong", UNKNOWN_FIELD, status=422, field=said.field[:30])
    field, label = BY_CODE[said.field], batch.labels[said.place - 1]
    period = said.period.strip() if field.period else ""
    is_year = bool(YEAR.fullmatch(period))
    demand(is_year or not field.period or period == "", "column-wrong", YEAR_MISSING, status=422, label=label)
    demand(is_year or not field.period, "column-wrong", YEAR_MISSING, status=422, label=label)
    unit = said.unit.strip() if field.form in (AMOUNT, COUNT) else ""
    units = UNITS if field.form == AMOUNT else COUNT_UNITS
    demand(not unit or unit in units, "column-wrong", UNIT_UNKNOWN, status=422, unit=unit[:20])
    return [said.place, field.code, period or None, unit or None, bool(said.clears) and field.code not in KEYS]


def _demand_apart(batch: ImportBatch, kept: Sequence[Sequence[object]]) -> None:
    seen: set[tuple[object, object]] = set()
    for place, code, period, _unit, _clears in kept:
        label = batch.labels[int(str(place)) - 1]
        demand((code, period) not in seen, "column-wrong", TWICE, status=422, label=label)
        seen.add((code, period))
    demand(any(code in KEYS for _place, code, *_more in kept), "key-missing", KEY_MISSING, status=422)


def _remember(batch: ImportBatch, actor: Person) -> None:
    ImportTemplate.objects.update_or_create(
        office=batch.office, labels_hash=batch.labels_hash,
        defaults={"labels": batch.labels, "columns": batch.columns, "source_kind": batch.source_kind, "by": actor},
    )  # fmt: skip
