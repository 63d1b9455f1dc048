"""Lists on their way into the register, as those see them who may bring them: officers the zone's, a company its own."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from xinya.kit.attachments import content_of
from xinya.kit.refusals import Refused
from xinya.kit.rows import only
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.imports.as_facts import kind_and_period
from ..engine.imports.columns import Template
from ..engine.imports.findings import Finding
from ..engine.imports.rows import Answers
from ..models import (
    Company,
    Fact,
    ImportBatch,
    ImportFinding,
    ImportRow,
    ImportTemplate,
    MatchDecision,
    Organisation,
    Person,
    Zone,
)
from .gate import gated, visible_to
from .import_register import best
from .told_apart import told_apart

MOVED = "moved"
OWN_DAYS = 7
"""So long whoever committed a list undoes it; after that a second person does."""
NO_BATCH = _("There is no such list here.")
NO_ZONE = _("There is no such zone.")
FILE_GONE = _("The file of this list is not kept any more.")


@gated(ImportBatch)
def _batches(person: Person) -> QuerySet[ImportBatch]:
    """Those who bring lists see the zone's; people of a company their company's own; auditors all of the zones they read."""
    membership = person.acting_for
    if membership is None:
        return ImportBatch.objects.none()
    if rules.has_power(person, "import_check"):
        own, home = membership.organisation.company_id, membership.organisation.zone_id
        if own is not None:
            return ImportBatch.objects.filter(company=own)
        here = ImportBatch.objects.filter(company=None)
        return here if home is None else here.filter(zone=home)
    if rules.reads_every_class(person):
        return ImportBatch.objects.filter(zone__in=visible_to(person, Zone))
    return ImportBatch.objects.none()


def zone_for_lists(person: Person, code: str) -> tuple[Zone, Company | None]:
    """The zone a person brings lists into, and the own company of a company's people. Any other is refused as not found."""
    membership = person.acting_for
    rows = Zone.objects.filter(code=code) if code.isascii() and code.isprintable() else Zone.objects.none()
    zone = rows.first() if membership is not None else None
    may_read = zone is not None and (
        (rules.has_power(person, "import_check") and rules.works_for(person, zone))
        or (rules.reads_every_class(person) and rules.may_read_zone(person, zone))
    )
    if zone is None or membership is None or not may_read:
        raise Refused("no-such-zone", NO_ZONE, status=404)
    return zone, membership.organisation.company


def batches_listed(person: Person, zone: Zone) -> QuerySet[ImportBatch]:
    """The lists of a zone, the newest first. One statement."""
    return visible_to(person, ImportBatch).filter(zone=zone).select_related("by", "committed_by", "undone_by", "company")


def batch_visible(person: Person, pk: int, code: str | None = None) -> ImportBatch:
    """One list that the person sees; every other one, absent or hidden, is refused alike. One statement."""
    rows = visible_to(person, ImportBatch).filter(pk=pk)
    rows = rows.select_related("zone", "company", "by", "committed_by", "undone_by", "file", "template__by")
    found = only(rows) if 0 < pk < 2**63 else None
    if found is None or (code is not None and found.zone.code != code):
        raise Refused("no-such-import", NO_BATCH, status=404)
    return found


def own_lists_to_undo(person: Person, zone: Zone) -> QuerySet[ImportBatch]:
    """Lists that companies of the zone committed of themselves so long ago that only a second person undoes them: the zone's own
    officers, who see that such a list is there, and nothing that it holds. One statement.
    """
    if not rules.may_commit_lists(person, zone):
        return ImportBatch.objects.none()
    before = timezone.now() - timedelta(days=OWN_DAYS)
    rows = ImportBatch.objects.filter(zone=zone, company__isnull=False, state=ImportBatch.State.COMMITTED, committed_at__lt=before)
    return rows.select_related("company", "committed_by")


def sees_batch(person: Person, batch: ImportBatch) -> bool:
    """Whether the person sees what the list holds. One statement."""
    return visible_to(person, ImportBatch).filter(pk=batch.pk).exists()


def batch_to_undo(person: Person, pk: int, code: str | None = None) -> ImportBatch:
    """One list that the person sees, or may undo as the second person without seeing it. At most three statements."""
    try:
        return batch_visible(person, pk, code)
    except Refused:
        row = ImportBatch.objects.filter(pk=pk, company__isnull=False).select_related("zone").first() if 0 < pk < 2**63 else None
        found = own_lists_to_undo(person, row.zone).filter(pk=pk).select_related("zone").first() if row is not None else None
        if found is None or code not in (None, found.zone.code):
            raise
        return found


def content_of_batch(batch: ImportBatch) -> bytes:
    """The bytes that were brought. Raises Refused no-such-file for an abandoned list."""
    if batch.file is None:
        raise Refused("no-such-file", FILE_GONE, status=404)
    return content_of(batch.file.stored)


def committed_before(zone: Zone, company: Company | None, digest: str, *, but: int = 0) -> ImportBatch | None:
    """The last list with these bytes that stands in the register. but: the list that is asked about. One statement."""
    same = ImportBatch.objects.filter(zone=zone, company=company, sha256=digest, state=ImportBatch.State.COMMITTED)
    return same.exclude(pk=but).order_by("-pk").first()


def same_file_before(batch: ImportBatch) -> ImportBatch | None:
    """Another list with the bytes of this one that stands in the register, where nobody has said why once more."""
    if batch.reason or batch.parts:
        return None
    return committed_before(batch.zone, batch.company, batch.sha256, but=batch.pk)


def template_for(office: Organisation | None, labels_hash: str) -> ImportTemplate | None:
    """What an office said of the columns of a list with these very labels. One statement."""
    return None if office is None else ImportTemplate.objects.filter(office=office, labels_hash=labels_hash).first()


def last_template(office: Organisation | None) -> ImportTemplate | None:
    """The list that an office read last, whatever its labels. One statement."""
    return None if office is None else ImportTemplate.objects.filter(office=office).first()


def template_of(batch: ImportBatch) -> Template | None:
    """The columns as a person, or the office's template, has said them; None while nobody has."""
    if not batch.columns:
        return None
    columns = tuple((place, code, period, unit) for place, code, period, unit, _clears in batch.columns)
    return Template(str(batch.office_id or ""), batch.labels_hash, columns)


def answers_of(batch: ImportBatch) -> Answers:
    """Everything that was decided of a list, and the pairs that were called two companies before, see `told_apart`.

    A row that was called a company which an undo took away since is asked about anew.
    """
    said = batch.answers
    matches: dict[int, str | None] = {}
    decided = list(batch.decisions.filter(company__merged_into=None))
    gone = {one.row for one in decided if one.state == MatchDecision.State.CONFIRMED and one.company_id is None}
    for one in decided:
        if one.row in gone:
            continue
        if one.state == MatchDecision.State.CONFIRMED:
            matches[one.row] = str(one.company_id)
        elif one.state == MatchDecision.State.REJECTED:
            matches.setdefault(one.row, None)
    return Answers(
        values={int(row): cells for row, cells in said.get("values", {}).items()},
        leave_out=frozenset(said.get("leave_out", ())),
        renames=frozenset(said.get("renames", ())),
        matches=matches,
        confirmed=frozenset(said.get("confirmed", ())),
        rejected=told_apart(batch),
    )


def reasons_of(batch: ImportBatch) -> list[dict[str, Any]]:
    """How often each reason was found, the gravest level first. One statement."""
    order = {"refuse": 0, "block": 1, "ask": 2, "skip": 3, "warn": 4, "fix": 5, "note": 6}
    counted = batch.findings.order_by().values("code", "level").annotate(count=Count("id"))
    found: list[dict[str, Any]] = [dict(one) for one in counted]
    return sorted(found, key=lambda one: (order[one["level"]], one["code"]))


def findings_of(batch: ImportBatch, *, reason: str = "", level: str = "") -> QuerySet[ImportFinding]:
    """What was found, in the order of the file; of one reason or level where one is asked for. One statement."""
    rows = batch.findings.order_by("place")
    rows = rows.filter(code=reason) if reason else rows
    return rows.filter(level=level) if level else rows


def finding_of(row: ImportFinding) -> Finding:
    """A stored finding as the desk says it."""
    return Finding(
        row.code, row.message, tuple(row.told.items()), row.sheet, tuple(row.rows), row.column, row.label, row.raw, row.field,
        tuple((key, value) for key, value in row.proposal),
    )  # fmt: skip


def rows_of(batch: ImportBatch, *, outcome: str = "") -> QuerySet[ImportRow]:
    """The companies of a list by row; of one outcome where one is asked for, or those `moved`. One statement."""
    rows = batch.rows.order_by("row").select_related("company")
    if outcome == MOVED:
        return rows.filter(is_moved=True, part=None)
    return rows.filter(outcome=outcome) if outcome else rows


def facts_held(rows: Sequence[ImportRow], person: Person) -> dict[tuple[int, str, str], Fact]:
    """The facts that the changes of these rows would stand beside, as this person sees them: (company, kind, period).

    One statement.
    """
    wanted = {row.company_id for row in rows if row.company_id and row.changes}
    found: dict[tuple[int, str, str], list[Fact]] = {}
    for fact in visible_to(person, Fact).filter(company__in=wanted).select_related("source"):
        found.setdefault((fact.company_id or 0, fact.kind, fact.period), []).append(fact)
    return {place: best(facts) for place, facts in found.items()}


def place_of(company: int | None, key: str) -> tuple[int, str, str]:
    """Where `facts_held` keeps the fact of a key."""
    kind, period = kind_and_period(key) if key not in ("name", "credit_code", "former_names") else (key, "")
    return company or 0, kind, period


def matches_waiting(batch: ImportBatch) -> list[MatchDecision]:
    """Pairs of a row and a company of the register that only a person can judge. One statement."""
    waiting = batch.decisions.filter(state=MatchDecision.State.PENDING, company__merged_into=None).select_related("company")
    return list(waiting.order_by("row", F("score").desc(nulls_last=True), "id"))


def rows_decided(batch: ImportBatch) -> set[int]:
    """Rows of which a person has said something that can be taken back. One statement."""
    said = batch.answers
    judged = batch.decisions.filter(state__in=[MatchDecision.State.CONFIRMED, MatchDecision.State.REJECTED])
    figures = said.get("leave_out", ()) if batch.kind == ImportBatch.Kind.INDICATORS else ()
    return {*map(int, said.get("values", {})), *said.get("renames", ()), *figures, *judged.values_list("row", flat=True)}


def batches_forgotten(before: date) -> QuerySet[ImportBatch]:
    """Lists that nobody went on with since that day, and refused or undone ones whose file is still kept."""
    states = ImportBatch.State
    is_open = Q(state__in=[states.UPLOADED, states.READ, states.MAPPED, states.PREVIEWED])
    has_ended = Q(state__in=[states.REFUSED, states.UNDONE], file__isnull=False)
    return ImportBatch.objects.filter(is_open | has_ended, touched_at__date__lt=before)
