"""A list is brought and read: what it is, what its columns hold. Nothing here touches the register."""

import datetime
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone

from xinya.kit.attachments import lay_down, throw_away
from xinya.kit.audit import record
from xinya.kit.later import later
from xinya.kit.refusals import Refused, demand
from xinya.kit.states import START
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.import_states import BRINGER, HOUSE, IMPORT_STATES
from ..engine.imports.columns import labels_hash
from ..engine.imports.desk import ASKED, READ, REFUSED, Given, Result
from ..engine.imports.findings import found
from ..engine.imports.grid import text_of
from ..engine.imports.tables import Table
from ..files.import_reading import MAX_BYTES, TOO_LARGE, look_at_file
from ..files.import_text import KNOWN
from ..models import Attachment, Company, ImportBatch, ImportTemplate, Person, Secrecy, Source, Zone
from ..queries.imports import batch_visible, committed_before, content_of_batch, template_for
from .grants import NOT_YOURS, demand_reason
from .import_preview import has_many_rows, preview, preview_later, storable, store_findings

OWNER_KIND = "import"
SAMPLED, SAMPLES = 50, 3
LONG_BYTES = 250_000
"""Files larger than this are read, compared and committed by the queue; so is what has many rows, once it is read."""
ANSWERED_ENCODINGS = tuple(KNOWN)
DELIMITERS = (",", ";", "\t", "|")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")

SAME_FILE = _(
    "This very file was committed on %(day)s as list %(batch)s. Nothing was stored; say why it shall be brought once more."
)
WRONG_KIND = _("A list is of companies or, for the zone's officers, of indicators.")
BUSY = _("The list is being worked on. Wait until that has ended.")
DAY_PROPOSED = _("The file does not state the day that its list stands for. Say which one it is; the day shown is only proposed.")
NO_ANSWER = _("The encoding is one of %(encodings)s, the sign one of , ; tab |.")


@dataclass(frozen=True, slots=True)
class NewList:
    """A file as somebody brings it. reason: why, where the very same file was committed before."""

    name: str
    content: bytes
    reason: str = ""
    kind: str = ImportBatch.Kind.COMPANIES


def same_file(before: ImportBatch, message: str) -> Refused:
    """The refusal of bytes that stand in the register already."""
    day = timezone.localtime(before.committed_at).date().isoformat()
    return Refused("same-file", message, status=409, day=day, batch=before.pk)


def demand_bringer(actor: Person, zone: Zone, company: Company | None) -> None:
    """Refuse whoever does not bring lists here."""
    demand(rules.may_bring_lists(actor, zone, company), "not-allowed", NOT_YOURS, role=actor.role_name)


def demand_idle(batch: ImportBatch) -> None:
    """Refuse while the queue works on the list."""
    demand(not batch.busy, "import-busy", BUSY, status=409)


def locked_batch(actor: Person, batch_id: int, *, seen: Callable[[Person, int], ImportBatch] = batch_visible) -> ImportBatch:
    """The list, held until the transaction ends; its zone is held before it, so that no two acts wait for each other."""
    found = seen(actor, batch_id)
    Zone.objects.select_for_update().get(pk=found.zone_id)
    rows = ImportBatch.objects.select_for_update(of=("self",)).select_related("zone", "company", "file", "office")
    return rows.get(pk=found.pk)


def bring_list(actor: Person, *, zone: Zone, file: NewList, company: Company | None = None) -> ImportBatch:
    """Keep a file and read it; a long one is read by the queue. company: the own company of a company's people.

    Raises Refused: not-allowed, kind-wrong, too-large, same-file (409; with a reason it is taken), name-wrong.
    """
    demand_bringer(actor, zone, company)
    is_known = file.kind in ImportBatch.Kind.values and (company is None or file.kind == ImportBatch.Kind.COMPANIES)
    demand(is_known, "kind-wrong", WRONG_KIND, status=422)
    if len(file.content) > MAX_BYTES:
        raise Refused("too-large", TOO_LARGE, status=413, megabytes=MAX_BYTES >> 20)
    digest = hashlib.sha256(file.content).hexdigest()
    before = committed_before(zone, company, digest)
    if before is not None and not file.reason.strip():
        raise same_file(before, SAME_FILE)
    reason = demand_reason(file.reason) if file.reason.strip() else ""
    name = _CONTROLS.sub(" ", file.name.replace("\\", "/").rsplit("/", 1)[-1]).strip()[-200:] or "list"
    membership = actor.acting_for
    stored = lay_down(file.content) if file.content else ""
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                zone=zone, company=company, kind=file.kind, name=name, sha256=digest, size=len(file.content), reason=reason,
                office=membership.organisation if membership else None, by=actor,
                source_kind=Source.Kind.COMPANY if company else Source.Kind.COMPANY_LIST,
                state=IMPORT_STATES.step(START, "upload", (BRINGER,), file=name).to,
            )  # fmt: skip
            if stored:
                batch.file = _kept(batch, actor, stored)
                batch.save(update_fields=["file"])
            _read_now_or_later(batch)
            record(actor, "upload-import", OWNER_KIND, batch.pk, reason=reason, zone=zone.code, file=name, sha256=digest)
    except BaseException:
        if stored:
            throw_away(stored)
        raise
    return batch


def _kept(batch: ImportBatch, actor: Person, stored: str) -> Attachment:
    return Attachment.objects.create(
        owner_kind=OWNER_KIND, owner_id=batch.pk, zone=batch.zone, name=batch.name[-120:], kind="table", size=batch.size,
        sha256=batch.sha256, stored=stored, secrecy=Secrecy.COMPANY, by=actor,
    )  # fmt: skip


def _read_now_or_later(batch: ImportBatch) -> None:
    if batch.size > LONG_BYTES:
        batch.busy, batch.progress = "read", 5
        batch.save(update_fields=["busy", "progress"])
        later("zones.read_import", batch.pk)
    else:
        read_batch(batch)


def answer_reading(actor: Person, *, batch_id: int, encoding: str = "", delimiter: str = "", sheet: str = "") -> ImportBatch:
    """The answer to a question about the file as a whole: its encoding, the sign between its columns, the sheet to read."""
    demand(
        encoding in ("", *ANSWERED_ENCODINGS) and delimiter in ("", *DELIMITERS), "answer-unknown", NO_ANSWER, status=422,
        encodings=", ".join(ANSWERED_ENCODINGS),
    )  # fmt: skip
    with transaction.atomic():
        batch = locked_batch(actor, batch_id)
        demand_bringer(actor, batch.zone, batch.company)
        demand_idle(batch)
        if batch.state != ImportBatch.State.UPLOADED:
            IMPORT_STATES.step(batch.state, "read", (BRINGER,))
        batch.encoding, batch.delimiter = encoding or batch.encoding, delimiter or batch.delimiter
        batch.sheet = storable(sheet)[:200] or batch.sheet
        _read_now_or_later(batch)
        record(actor, "answer-import", OWNER_KIND, batch.pk, encoding=encoding, delimiter=delimiter, secret={"sheet": sheet})
    return batch


def read_batch(batch: ImportBatch) -> None:
    """Part of an act: what the file is and what its columns hold. Refused files end here, questions wait.

    The office's template is used silently only for the very same labels, only where the years it says are still those that the
    labels say, and only where the file states its day.
    """
    if batch.kind == ImportBatch.Kind.INDICATORS:
        from .import_indicators import read_indicator_batch

        read_indicator_batch(batch)
        return
    keep_reading(batch, looked_at(batch))
    if batch.state == ImportBatch.State.MAPPED:
        if has_many_rows(batch):
            preview_later(batch)
        else:
            preview(batch)


def looked_at(batch: ImportBatch) -> Result:
    """What the file is, before anything of it is kept."""
    content = content_of_batch(batch) if batch.file is not None else b""
    given = Given(timezone.localdate(), sheet=batch.sheet or None)
    return look_at_file(content, batch.name, given, encoding=batch.encoding or None, delimiter=batch.delimiter or None)


def keep_reading(batch: ImportBatch, result: Result) -> None:
    """Part of an act: what came of reading; the list is then READ, MAPPED where the office's template was used, or REFUSED."""
    batch.outcome, batch.reason_code = result.outcome, result.reason
    batch.busy, batch.progress, batch.trouble = "", 100, {}
    stated = _day_of(result.table.as_of) if result.table is not None else None
    told = result.findings if stated or result.outcome != READ else [*result.findings, found("DAY_PROPOSED", DAY_PROPOSED)]
    store_findings(batch, told, keep_rows=())
    if result.outcome in (REFUSED, ASKED) or result.table is None:
        if result.outcome == REFUSED:
            IMPORT_STATES.move(batch, "refuse", (HOUSE,), reason=result.reason)
        batch.save()
        return
    IMPORT_STATES.move(batch, "read", (HOUSE,))
    batch.counts = {"rows_read": len(result.table.rows)}
    _keep_columns(batch, result, result.table, stated)
    batch.save()


def _keep_columns(batch: ImportBatch, result: Result, table: Table, stated: datetime.date | None) -> None:
    """The columns as the desk proposes them, or as the office's template says them, with who says so.

    The day is that of the file alone: where it states none, one is proposed and a person says it, whatever the template knows.
    """
    batch.encoding, batch.delimiter, batch.sheet = result.encoding, result.delimiter, storable(table.grid.name)[:200]
    batch.labels = [storable(head.label)[:300] for head in table.heads]
    batch.labels_hash = labels_hash(table.heads)
    batch.samples = [_samples(table, place) for place in range(1, len(table.heads) + 1)]
    batch.as_of = stated or batch.zone.as_of or timezone.localdate()
    batch.columns = [[column.place, column.field.code, column.period, column.unit, False] for column in result.columns]
    template = template_for(batch.office, batch.labels_hash)
    if template is not None and _is_still_right(template, batch.columns):
        batch.columns, batch.template = template.columns, template
        batch.source_kind = batch.source_kind if batch.company_id else template.source_kind
        ImportTemplate.objects.filter(pk=template.pk).update(at=timezone.now())
        if stated is not None:
            IMPORT_STATES.move(batch, "map", (HOUSE,), columns=batch.columns)


def _samples(table: Table, place: int) -> list[str]:
    """The first filled cells of a column, as a person recognises it by."""
    texts = (storable(text_of(table.grid.spread(row, place)))[:40] for row in table.rows[:SAMPLED])
    return list(islice((text for text in texts if text), SAMPLES))


def _is_still_right(template: ImportTemplate, proposed: list[list[object]]) -> bool:
    """Labels such as 本年营业收入 mean another year in another list: then the template is shown, and not used."""
    said = {(place, code): period for place, code, period, _unit, _clears in template.columns}
    return all(
        said.get((place, code), period) == period for place, code, period, _unit, _clears in proposed if period is not None
    )  # fmt: skip


def _day_of(told: tuple[int, int, int] | None) -> datetime.date | None:
    """The day that a file states for its list; one that has not come yet is none."""
    try:
        day = None if told is None else datetime.date(*told)
    except ValueError:
        return None
    return day if day is not None and day <= timezone.localdate() else None
