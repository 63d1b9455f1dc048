"""A workbook of monthly indicators: definitions with versions, values with revisions, each known since the day of its issue."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.import_states import BRINGER, COMMITTER, HOUSE, IMPORT_STATES
from ..engine.imports.desk import REFUSED
from ..engine.imports.findings import Finding, found
from ..engine.imports.indicator_books import IndicatorBook, read_indicators
from ..engine.imports.indicators import Definition, closed_by_later, overlapping
from ..engine.imports.indicators import IndicatorValue as Figure
from ..files.import_reading import finding_of_refusal, read_book
from ..models import ImportBatch, ImportRow, IndicatorDef, IndicatorValue, Person, Source
from ..queries.imports import content_of_batch
from ..queries.indicators import as_definition
from .import_preview import SIZE, key_of, storable, store_findings
from .zones import touch_zone

FIGURE = "figure"
"""The field of findings that are of one figure, by its number in the list, and that a person can answer."""
FIGURE_VERBS = ("leave_out", "reset")
ONE_OF = _(
    "%(code)s, %(period)s, revision %(revision)s: the file states different figures, %(values)s. This one is %(stated)s. None is "
    "taken until the others are left out."
)
OUT_OF_FORCE = _(
    "%(code)s, %(period)s: version %(version)s, by which the file states it, is not in force then. State the version that is on a "
    "sheet of definitions."
)
OVERLAP = _(
    "Versions %(one)s and %(other)s of %(code)s would both hold in %(month)s. State since when and until when each holds, so that "
    "they do not overlap."
)
FIGURES_ONLY = _("Figures of a list of indicators are left out or decided anew; nothing else can be said of them here.")
NO_FIGURE = _("No figure waits for a decision here: %(row)s.")
COMMITTED = _("The list is in the register; bring the corrected workbook as a new list.")
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
    if not book.values and not book.twice:
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
    held, left_out = _held(batch), frozenset(batch.answers.get("leave_out", ()))
    rows, told, after = [], Counter[str](), _by_version(batch, book.definitions)
    findings = [one for one in book.findings if one.code != "DUP_CONFLICT"]  # said below, of each of the figures
    for number, (figure, others) in enumerate(_figures(book), 1):
        old = held.get((figure.code, figure.version, figure.period, figure.revision))
        is_open = any(other not in left_out for other in others)
        is_over = old is None and not after[figure.code, figure.version].holds_in(figure.period[-7:])
        outcome = "same" if old == exact(figure.value) else "created" if old is None and not is_over else "waiting"
        outcome = "left_out" if number in left_out else "waiting" if is_open else outcome
        if is_open or (others and number in left_out):
            findings.append(_one_of(book, figure, number))
        elif is_over:
            findings.append(_out_of_force(figure, number))
        elif old not in (None, exact(figure.value)):
            findings.append(_differs(figure, number, str(old)))
        told[outcome] += 1
        values = {
            "code": figure.code, "version": figure.version, "period": figure.period, "revision": figure.revision,
            "stated": figure.stated, "unit": figure.unit, "value": exact(figure.value), "canonical_unit": figure.canonical_unit,
            "known_from": figure.known_from.isoformat(),
        }  # fmt: skip
        rows.append(ImportRow(batch=batch, row=number, rows=[], name=storable(figure.code)[:200], outcome=outcome, values=values))
    findings += [*_units_changed(batch, book.definitions), *_overlaps(batch, book.definitions)]
    ImportRow.objects.filter(batch=batch).delete()
    ImportRow.objects.bulk_create(rows, batch_size=SIZE)
    store_findings(batch, findings, keep_rows=())
    batch.counts = {
        "created": told["created"], "changed": 0, "same": told["same"], "waiting": told["waiting"],
        "left_out": told["left_out"], "joined": 0,
        "committed": 0, "rows_read": len(rows), "blocked": 0, "asks_twice": False,
    }  # fmt: skip
    batch.revision, batch.key = batch.zone.revision, key_of(batch)


def _figures(book: IndicatorBook) -> Iterator[tuple[Figure, list[int]]]:
    """Every figure of the file with the numbers of those that contradict it: first what counts, then what contradicts itself."""
    yield from ((figure, []) for figure in book.values)
    number = len(book.values)
    for group in book.twice:
        places = range(number + 1, number + 1 + len(group))
        yield from ((figure, [other for other in places if other != mine]) for mine, figure in zip(places, group, strict=True))
        number += len(group)


def _one_of(book: IndicatorBook, figure: Figure, row: int) -> Finding:
    group = next(one for one in book.twice if figure in one)
    said = (("code", figure.code), ("period", figure.period), ("revision", figure.revision), ("stated", figure.stated))
    values = (*said, ("values", ", ".join(one.stated for one in group)))
    return found("DUP_CONFLICT", ONE_OF, rows=(row,), field=FIGURE).at(values=values)


def _out_of_force(figure: Figure, row: int) -> Finding:
    said = (("code", figure.code), ("period", figure.period), ("version", figure.version))
    return found("VALUE_UNREAD", OUT_OF_FORCE, rows=(row,), field=FIGURE).at(values=said)


def _differs(figure: Figure, row: int, old: str) -> Finding:
    said = (("code", figure.code), ("period", figure.period), ("revision", figure.revision))
    values = (*said, ("old", old), ("new", exact(figure.value)))
    return found("VALUE_UNREAD", REVISED, rows=(row,), field=FIGURE).at(values=values)


def _units_changed(batch: ImportBatch, definitions: Sequence[Definition]) -> list[Finding]:
    held = {(code, version): unit for code, version, unit in _definitions(batch).values_list("code", "version", "unit")}
    changed = [(one, old) for one in definitions if (old := held.get((one.code, one.version), one.unit)) != one.unit]
    return [
        found("UNIT_SUSPECT", UNIT_CHANGED).at(values=(("code", one.code), ("old", old), ("new", one.unit)))
        for one, old in changed
    ]  # fmt: skip


def _overlaps(batch: ImportBatch, definitions: Sequence[Definition]) -> list[Finding]:
    """Versions that would be in force in the same month, the register's and the file's together."""
    findings = []
    for code, versions in _versions_after(batch, definitions).items():
        both = overlapping(versions)
        if both is not None:
            one, other = both
            values = (("code", code), ("one", one.version), ("other", other.version), ("month", other.valid_from or "1900-01"))
            findings.append(found("VALUE_UNREAD", OVERLAP).at(values=values))
    return findings


def _versions_after(batch: ImportBatch, definitions: Sequence[Definition]) -> dict[str, list[Definition]]:
    """The versions of each indicator of the file as they would be after its commit.

    What the file says of the end of a version that is held is taken over; a version ends where a later one begins.
    """
    told = {(one.code, one.version): as_definition(one) for one in _definitions(batch)}
    for one in definitions:
        here = told.setdefault((one.code, one.version), one)
        if one.valid_to is not None:
            told[one.code, one.version] = replace(here, valid_to=one.valid_to)
    by_code: dict[str, list[Definition]] = {one.code: [] for one in definitions}
    for (code, _version), held in told.items():
        if code in by_code:
            by_code[code].append(held)
    return {code: closed_by_later(versions) for code, versions in by_code.items()}


def _by_version(batch: ImportBatch, definitions: Sequence[Definition]) -> dict[tuple[str, int], Definition]:
    return {(one.code, one.version): one for versions in _versions_after(batch, definitions).values() for one in versions}


def _definitions(batch: ImportBatch) -> Any:
    return IndicatorDef.objects.filter(system=system_of(batch), withdrawn_at=None)


def _held(batch: ImportBatch) -> dict[tuple[str, int, str, int], str]:
    rows = IndicatorValue.objects.filter(zone=batch.zone, definition__system=system_of(batch), withdrawn_at=None)
    places = rows.values_list("definition__code", "definition__version", "period", "revision", "value")
    return {(code, version, period, revision): value for code, version, period, revision, value in places}


def commit_indicators(actor: Person, batch: ImportBatch, key: str) -> None:
    """Part of the commit: new definitions and values; those that say the same stay as they are."""
    book = _book(batch)
    for code, wrong in (
        ("unit-changed", _units_changed(batch, book.definitions)),
        ("versions-overlap", _overlaps(batch, book.definitions)),
    ):
        if wrong:
            raise Refused(code, wrong[0].message, status=409, **dict(wrong[0].values))
    with transaction.atomic():
        _keep(batch, book)
        fresh = list(batch.rows.filter(outcome="created"))
        is_first_yes = batch.committed_at is None and bool(batch.counts["same"])
        demand(bool(fresh) or is_first_yes, "nothing-to-commit", _("Nothing of this list is new."), status=409)
        source = Source.objects.create(
            kind=Source.Kind.STATISTICS, title=batch.name[:200], publisher=str(actor)[:100],
            reference=f"sha256:{batch.sha256}"[:100], issued_on=batch.as_of,
        )  # fmt: skip
        known, closed = _with_definitions(batch, book.definitions)
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
        part = {"number": 1, "key": key, "by": actor.pk, "at": now.isoformat(), "created": len(fresh), "changed": 0}
        batch.parts = [part | {"closed": closed}]
        batch.counts = batch.counts | {"committed": len(fresh) + batch.counts["same"], "created": 0, "same": 0}
        batch.source, batch.committed_by, batch.committed_at, batch.revision = source, actor, now, batch.zone.revision
        batch.key = key_of(batch)
        batch.save()
        record(
            actor, "commit-import", "import", batch.pk, reason=batch.reason, zone=batch.zone.code, values=len(fresh),
            closed=len(closed), file=batch.name,
        )  # fmt: skip


def _with_definitions(
    batch: ImportBatch, definitions: Sequence[Definition]
) -> tuple[dict[tuple[str, int], IndicatorDef], list[list[Any]]]:
    """The definitions of the zone by code and version, new ones added; and those held whose last month changed: [row, old, new]."""
    known = {(one.code, one.version): one for one in _definitions(batch)}
    after = _by_version(batch, definitions)
    closed: list[list[Any]] = []
    for place, held in known.items():
        ends = (after[place].valid_to or "") if place in after else held.valid_to
        if ends != held.valid_to:
            closed.append([held.pk, held.valid_to, ends])
            held.valid_to = ends
            held.save(update_fields=["valid_to"])
    for one in definitions:
        if (one.code, one.version) not in known:
            known[one.code, one.version] = IndicatorDef.objects.create(
                system=system_of(batch), code=storable(one.code)[:60], version=one.version,
                name=storable(one.name or one.code)[:200], unit=storable(one.unit)[:30],
                scope=storable(one.scope)[:300], kind=one.kind, valid_from=one.valid_from,
                valid_to=after[one.code, one.version].valid_to or "", batch=batch,
            )  # fmt: skip
    return known, closed


def reopen_definitions(batch: ImportBatch) -> None:
    """Part of the undo of a list: versions that it ended hold on as before, unless something else was said of them since."""
    for part in batch.parts:
        for pk, before, after in part.get("closed", ()):
            IndicatorDef.objects.filter(pk=pk, valid_to=after).update(valid_to=before)


def answer_figures(batch: ImportBatch, decisions: Sequence[Any]) -> None:
    """Part of an act: which figures of a workbook are left out, or decided anew. All decisions hold, or none.

    A figure that the file states twice is taken when all others of its place are left out.
    """
    demand(not batch.parts, "decision-wrong", COMMITTED, status=409)
    left_out = set(batch.answers.get("leave_out", ()))
    asked = batch.findings.filter(field=FIGURE)
    for one in decisions:
        demand(one.verb in FIGURE_VERBS, "decision-wrong", FIGURES_ONLY, status=422)
        wanted = asked.filter(row=one.row) if one.row else asked.filter(code=one.reason)
        rows = set(wanted.values_list("row", flat=True)) if one.row or one.reason else set()
        demand(bool(rows), "decision-wrong", NO_FIGURE, status=422, row=one.row or one.reason[:30])
        left_out = left_out - rows if one.verb == "reset" else left_out | rows
    batch.answers = {"leave_out": sorted(left_out)}
    _keep(batch, _book(batch))
    IMPORT_STATES.move(batch, "answer", (BRINGER,), answers="-")
    batch.save()
