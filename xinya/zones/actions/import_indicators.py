"""A workbook of monthly indicators: definitions with versions, values with revisions, each known since the day of its issue."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.import_states import COMMITTER, HOUSE, IMPORT_STATES
from ..engine.imports.desk import REFUSED
from ..engine.imports.findings import Finding, found
from ..engine.imports.indicator_books import IndicatorBook, read_indicators
from ..engine.imports.indicators import Definition
from ..engine.imports.indicators import IndicatorValue as Figure
from ..files.import_reading import finding_of_refusal, read_book
from ..models import ImportBatch, ImportRow, IndicatorDef, IndicatorValue, Person, Source
from ..queries.imports import content_of_batch
from .import_preview import SIZE, key_of, storable, store_findings
from .zones import touch_zone

UNIT_CHANGED = _("%(code)s is held in %(old)s; the file says %(new)s. Give it a new version, or the unit it had.")
REVISED = _(
    "%(code)s, %(period)s: revision %(revision)s is held with %(old)s; the file says %(new)s. A new figure is a new revision."
)


def system_of(batch: ImportBatch) -> str:
    """Whose definitions these are: the zone's own."""
    return f"zone:{batch.zone.code}"


def exact(value: Fraction) -> str:
    """A fraction whose denominator has no other factors than 2 and 5 as a decimal, any other as p/q."""
    places, rest = 0, value.denominator
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    for factor in (2, 5):
        while rest % factor == 0:
            rest, places = rest // factor, places + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    scaled = value * 10**places
    digits = f"{abs(scaled.numerator):0{places + 1}d}"
    text = f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}".rstrip("0").rstrip(".") if places else digits
    return f"-{text}" if value < 0 else text


def _book(batch: ImportBatch) -> IndicatorBook:
    content = content_of_batch(batch) if batch.file is not None else b""
    try:
        read = read_book(content, batch.name, encoding=batch.encoding or None, delimiter=batch.delimiter or None)
    except Refused as refusal:
        return IndicatorBook(findings=[finding_of_refusal(refusal)])
    book = read_indicators(read.grids, today=timezone.localdate())
    book.findings[:0] = read.findings
    return book


def read_indicator_batch(batch: ImportBatch) -> None:
    """Part of an act: what the workbook says, and what of it would be new."""
    book = _book(batch)
    batch.busy, batch.progress, batch.trouble = "", 100, {}
    if not book.values:
        batch.outcome = REFUSED
        batch.reason_code = next((one.code for one in book.findings if one.level == "refuse"), "NO_TABLE")
        store_findings(batch, book.findings, keep_rows=())
        IMPORT_STATES.move(batch, "refuse", (HOUSE,), reason=batch.reason_code)
        batch.save()
        return
    batch.outcome = "read"
    batch.columns, batch.as_of = [], batch.zone.as_of or timezone.localdate()
    for verb in ("read", "map", "preview"):
        IMPORT_STATES.move(batch, verb, (HOUSE,), columns="-")
    _keep(batch, book)
    batch.save()


def _keep(batch: ImportBatch, book: IndicatorBook) -> None:
    held = _held(batch)
    rows, told, findings = [], Counter[str](), list(book.findings)
    for number, figure in enumerate(book.values, 1):
        old = held.get((figure.code, figure.version, figure.period, figure.revision))
        outcome = "created" if old is None else "same" if old == exact(figure.value) else "waiting"
        if outcome == "waiting":
            findings.append(_differs(figure, number, str(old)))
        told[outcome] += 1
        values = {
            "code": figure.code, "version": figure.version, "period": figure.period, "revision": figure.revision,
            "stated": figure.stated, "unit": figure.unit, "value": exact(figure.value), "canonical_unit": figure.canonical_unit,
            "known_from": figure.known_from.isoformat(),
        }  # fmt: skip
        rows.append(ImportRow(batch=batch, row=number, rows=[], name=storable(figure.code)[:200], outcome=outcome, values=values))
    findings += _units_changed(batch, book.definitions)
    ImportRow.objects.filter(batch=batch).delete()
    ImportRow.objects.bulk_create(rows, batch_size=SIZE)
    store_findings(batch, findings, keep_rows=())
    batch.counts = {
        "created": told["created"], "changed": 0, "same": told["same"], "waiting": told["waiting"], "left_out": 0, "joined": 0,
        "committed": 0, "rows_read": len(rows), "blocked": 0, "asks_twice": False,
    }  # fmt: skip
    batch.revision, batch.key = batch.zone.revision, key_of(batch)


def _differs(figure: Figure, row: int, old: str) -> Finding:
    said = (("code", figure.code), ("period", figure.period), ("revision", figure.revision))
    values = (*said, ("old", old), ("new", exact(figure.value)))
    return found("VALUE_UNREAD", REVISED, rows=(row,)).at(values=values)


def _units_changed(batch: ImportBatch, definitions: Sequence[Definition]) -> list[Finding]:
    held = {(code, version): unit for code, version, unit in _definitions(batch).values_list("code", "version", "unit")}
    changed = [(one, old) for one in definitions if (old := held.get((one.code, one.version), one.unit)) != one.unit]
    return [
        found("UNIT_SUSPECT", UNIT_CHANGED).at(values=(("code", one.code), ("old", old), ("new", one.unit)))
        for one, old in changed
    ]  # fmt: skip


def _definitions(batch: ImportBatch) -> Any:
    return IndicatorDef.objects.filter(system=system_of(batch), withdrawn_at=None)


def _held(batch: ImportBatch) -> dict[tuple[str, int, str, int], str]:
    rows = IndicatorValue.objects.filter(zone=batch.zone, definition__system=system_of(batch), withdrawn_at=None)
    places = rows.values_list("definition__code", "definition__version", "period", "revision", "value")
    return {(code, version, period, revision): value for code, version, period, revision, value in places}


def commit_indicators(actor: Person, batch: ImportBatch, key: str) -> None:
    """Part of the commit: new definitions and values; those that say the same stay as they are."""
    book = _book(batch)
    changed = _units_changed(batch, book.definitions)
    if changed:
        one = changed[0]
        raise Refused("unit-changed", one.message, status=409, **dict(one.values))
    with transaction.atomic():
        _keep(batch, book)
        fresh = list(batch.rows.filter(outcome="created"))
        is_first_yes = batch.committed_at is None and bool(batch.counts["same"])
        demand(bool(fresh) or is_first_yes, "nothing-to-commit", _("Nothing of this list is new."), status=409)
        source = Source.objects.create(
            kind=Source.Kind.STATISTICS, title=batch.name[:200], publisher=str(actor)[:100],
            reference=f"sha256:{batch.sha256}"[:100], issued_on=batch.as_of,
        )  # fmt: skip
        known = _with_definitions(batch, book.definitions)
        today = timezone.localdate().isoformat()
        IndicatorValue.objects.bulk_create(
            (
                IndicatorValue(
                    definition=known[row.values["code"], row.values["version"]], zone=batch.zone, source=source, batch=batch,
                    backdated=row.values["known_from"] < today,
                    **{name: row.values[name] for name in ("period", "revision", "stated", "unit", "value", "canonical_unit")},
                    known_from=row.values["known_from"],
                )
                for row in fresh
            ),
            batch_size=SIZE,
        )  # fmt: skip
        batch.rows.filter(outcome__in=["created", "same"]).update(part=1)
        touch_zone(batch.zone)
        IMPORT_STATES.move(batch, "commit", (COMMITTER,), key=key)
        now = timezone.now()
        batch.parts = [{"number": 1, "key": key, "by": actor.pk, "at": now.isoformat(), "created": len(fresh), "changed": 0}]
        batch.counts = batch.counts | {"committed": len(fresh) + batch.counts["same"], "created": 0, "same": 0}
        batch.source, batch.committed_by, batch.committed_at, batch.revision = source, actor, now, batch.zone.revision
        batch.key = key_of(batch)
        batch.save()
        record(
            actor, "commit-import", "import", batch.pk, reason=batch.reason, zone=batch.zone.code, values=len(fresh),
            file=batch.name,
        )  # fmt: skip


def _with_definitions(batch: ImportBatch, definitions: Sequence[Definition]) -> dict[tuple[str, int], IndicatorDef]:
    """The definitions of the zone by code and version; new versions are added, held ones stay as they were."""
    known = {(one.code, one.version): one for one in _definitions(batch)}
    for one in definitions:
        if (one.code, one.version) not in known:
            known[one.code, one.version] = IndicatorDef.objects.create(
                system=system_of(batch), code=storable(one.code)[:60], version=one.version,
                name=storable(one.name or one.code)[:200], unit=storable(one.unit)[:30],
                scope=storable(one.scope)[:300], kind=one.kind, valid_from=one.valid_from,
                valid_to=one.valid_to or "", batch=batch,
            )  # fmt: skip
    return known
