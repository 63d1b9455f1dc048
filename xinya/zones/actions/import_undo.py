"""A whole list is taken back: the register is what it was before, the log keeps both acts."""

import datetime
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from xinya.kit.attachments import throw_away
from xinya.kit.audit import must_say_why, record
from xinya.kit.bulk import delete_rows
from xinya.kit.later import later
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.text import Phrase
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.import_states import BRINGER, COMMITTER, HOUSE, IMPORT_STATES, SECOND
from ..models import (
    Attachment,
    Check,
    Company,
    CompanyIdent,
    CompanyMerge,
    CompanyName,
    Fact,
    FactAway,
    ImportBatch,
    ImportFinding,
    ImportRow,
    IndicatorValue,
    Person,
)
from ..queries.imports import OWN_DAYS, batch_to_undo, batches_forgotten
from .checks import unsee
from .grants import NO_MACHINE, demand_reason
from .import_commit import COMPANIES_CHANGED, acting_number, demand_committer
from .import_indicators import reopen_definitions
from .import_preview import SIZE, has_many_rows
from .import_upload import LONG_BYTES, OWNER_KIND, demand_bringer, demand_idle, locked_batch
from .undo_later import facts_returning, figures_said_later, said_later
from .undo_traces import free_decisions, withdraw_definitions
from .zones import touch_zone

must_say_why("undo-import")
KEPT_DAYS = 14
IGNORED = frozenset(
    {"zones.ImportRow", "zones.MatchDecision", "zones.CompanyName", "zones.CompanyIdent", "zones.Fact", "zones.TwoFirms"}
)
EXEMPT: dict[str, Callable[[QuerySet[Any]], QuerySet[Any]]] = {
    "zones.ReadCount": lambda rows: rows.none(),  # that a page was looked at
    "zones.Check": lambda rows: rows.exclude(voice=Check.Voice.LIST),  # that a later list named it again
    "zones.CompanyMerge": lambda rows: rows.filter(state=CompanyMerge.State.MERGED),  # one undone is told by names
    "zones.Company": lambda rows: rows.none(),  # the merging itself says so
}
"""By model: the rows on a company that no person made, and that go with it. A slice above names its own."""
HANGING: dict[str, str] = {
    "zones.Promise": _("a promise"), "zones.Assignment": _("a commissioner"), "zones.Claim": _("a claim"),
    "zones.Organisation": _("people who speak for it"), "zones.ImportBatch": _("a list that it brought itself"),
    "zones.Attachment": _("a file"), "zones.Check": _("somebody's word that it was looked at again"),
    "zones.CompanyMerge": _("a merging with another company; undo that first"),
}  # fmt: skip
"""What hangs on a company, in words; a slice above adds its own."""

FORGOTTEN = "…"

HANGS = _("The list cannot be undone: %(count)s things hang on companies it brought. First among them: %(first)s.")
ONE_HANGS = _("%(company)s: %(what)s")
OTHER_FACT = _("a fact from elsewhere")
LATER_LIST = _("list %(batch)s, which came later")
OTHER_NAME = _("a name or a number from elsewhere")
RENAMED = _("a name it was given since")
NAME_TAKEN = _("its name of before, which another company here bears now")
CODE_TAKEN = _("its credit code of before, which another company here holds now")
SOMETHING = _("something else")
STILL_OWN = _("Until %(day)s only who committed the list undoes it; after that a second person does.")
NOW_SECOND = _("Since %(day)s a second person undoes this list, not the one who committed it.")
NOW_ZONE = _("Since %(day)s a second person undoes this list: an officer of the zone, or somebody else of the company.")


def undo_import(actor: Person, *, batch_id: int, reason: str, now: bool = False) -> ImportBatch:
    """Take all parts of a list back. Within seven days whoever committed it, later a second person; of a company's own list that
    may be an officer of its zone, who does not see the list.

    Raises Refused: not-allowed, wrong-state, import-busy, reason-missing, not-yet (403), second-person (403), and hangs (409)
    with a finding for each thing outside the list that hangs on what it brought.
    """
    with transaction.atomic():
        batch = locked_batch(actor, batch_id, seen=batch_to_undo)
        _demand_undoer(actor, batch)
        if not now:
            demand_idle(batch)
        IMPORT_STATES.step(batch.state, "undo", (COMMITTER, SECOND), reason="-")
        said = demand_reason(reason)
        _demand_turn(actor, batch)
        _demand_free(batch)
        if (batch.size > LONG_BYTES or has_many_rows(batch)) and not now:
            batch.busy, batch.progress = "undo", 5
            batch.save(update_fields=["busy", "progress"])
            later("zones.undo_import", batch.pk, actor.pk, said, acting_number(actor))
            return batch
        when = timezone.now()
        told = _take_back(batch, when)
        touch_zone(batch.zone)
        IMPORT_STATES.move(batch, "undo", (COMMITTER, SECOND), reason=said)
        batch.undone_by, batch.undone_at, batch.busy, batch.progress = actor, when, "", 100
        batch.revision, batch.trouble = batch.zone.revision, {}
        batch.save()
        record(actor, "undo-import", OWNER_KIND, batch.pk, reason=said, zone=batch.zone.code, file=batch.name, change=told)
    return batch


def _demand_undoer(actor: Person, batch: ImportBatch) -> None:
    """Who commits lists here; of a list that a company brought of itself also the zone's officers, as the second person."""
    if not rules.may_commit_lists(actor, batch.zone):
        demand_committer(actor, batch)


def _demand_turn(actor: Person, batch: ImportBatch) -> None:
    last = timezone.localtime(batch.committed_at) + datetime.timedelta(days=OWN_DAYS)
    is_own, day = actor.pk == batch.committed_by_id, last.date().isoformat()
    if timezone.now() <= last:
        demand(is_own, "not-yet", STILL_OWN, day=day)
    else:
        demand(not is_own, "second-person", NOW_ZONE if batch.company_id else NOW_SECOND, day=day)
        demand(not actor.is_system, "no-machine", NO_MACHINE)


def _demand_free(batch: ImportBatch) -> None:
    """Refuse, with the list, where anything outside hangs on what the list brought."""
    findings = hanging(batch)
    if findings:
        first = Phrase(findings[0].message, findings[0].values)
        raise Hangs("hangs", HANGS, status=409, count=len(findings), first=first).with_findings(findings[:200])


class Hangs(Refused):
    """The refusal of an undo, with each thing that hangs as a sentence of its own."""

    findings: Sequence[Refused] = ()

    def with_findings(self, findings: Sequence[Refused]) -> "Hangs":
        """The same, with these."""
        self.findings = findings
        return self


def hanging(batch: ImportBatch) -> list[Refused]:
    """Everything outside the list that hangs on a company or a fact it brought, each as one sentence, and each once."""
    made, returning = _made(batch), _as_before(batch)
    told: dict[tuple[int, Phrase], None] = {}
    for start in range(0, len(made), SIZE):
        some = made[start : start + SIZE]
        for rows, place, what in _relations(some):
            for pk in rows.values_list(place, flat=True).distinct():
                told[pk, Phrase(what)] = None
        others = Fact.objects.filter(company__in=some, withdrawn_at=None).exclude(batch=batch)
        for pk, other in others.order_by("company", "batch").values_list("company", "batch").distinct():
            told[pk or 0, Phrase(LATER_LIST, {"batch": other}) if other else Phrase(OTHER_FACT)] = None
        for model in (CompanyName, CompanyIdent):
            rows = model._base_manager.filter(company__in=some, withdrawn_at=None, batch=None)
            told |= dict.fromkeys((pk, Phrase(OTHER_NAME)) for pk in rows.values_list("company", flat=True).distinct())
        for pk in Attachment.objects.filter(owner_kind="company", owner_id__in=some).values_list("owner_id", flat=True).distinct():
            told[pk, Phrase(HANGING["zones.Attachment"])] = None
    later_lists = Fact.objects.filter(batch=batch, taken_by__state=ImportBatch.State.COMMITTED).exclude(taken_by=batch)
    for pk, other in later_lists.order_by("company", "taken_by").values_list("company", "taken_by").distinct():
        told[pk or 0, Phrase(LATER_LIST, {"batch": other})] = None
    for start in range(0, len(keys := list(returning)), SIZE):
        for pk, name in Company.objects.filter(pk__in=keys[start : start + SIZE]).values_list("pk", "name"):
            if returning[pk][0] not in (None, name):
                told[pk, Phrase(RENAMED)] = None
    told |= dict.fromkeys((pk, Phrase(what)) for pk, what in _taken_since(batch, returning, made))
    told |= dict.fromkeys((pk, Phrase(LATER_LIST, {"batch": other})) for pk, other in said_later(batch, made))
    gone = batch.rows.filter(part__isnull=False, company__merged_into__isnull=False)
    told |= dict.fromkeys((pk, Phrase(HANGING["zones.CompanyMerge"])) for pk in gone.values_list("company", flat=True))
    names = _names(list({pk for pk, _what in told}))
    found = [Refused("hangs", ONE_HANGS, company=names.get(pk, ""), what=what) for pk, what in told]
    figures = [(place, Phrase(LATER_LIST, {"batch": other})) for place, other in figures_said_later(batch)]
    return found + [Refused("hangs", ONE_HANGS, company=place, what=what) for place, what in figures]


def _names(companies: Sequence[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    for start in range(0, len(companies), SIZE):
        names |= dict(Company.everyone.filter(pk__in=companies[start : start + SIZE]).values_list("pk", "name"))
    return names


def _made(batch: ImportBatch) -> list[int]:
    rows = batch.rows.filter(is_new=True, part__isnull=False).exclude(company=None)
    return list(rows.order_by("row").values_list("company", flat=True).distinct())


def _relations(companies: Collection[int]) -> list[tuple[QuerySet[Any], str, str]]:
    """Rows of every other model that point to one of these companies, but for those that go with it."""
    found = []
    for relation in Company._meta.related_objects:
        model: type[Model] = relation.related_model
        label, place = model._meta.label, relation.field.name
        if label in IGNORED:
            continue
        rows = model._base_manager.filter(**{f"{place}__in": companies})
        rows = EXEMPT[label](rows) if label in EXEMPT else rows
        found.append((rows, place, HANGING.get(label, SOMETHING)))
    return found


def _take_back(batch: ImportBatch, when: datetime.datetime) -> dict[str, int]:
    made = _made(batch)
    free_decisions(made)
    # Companies go first, with their facts: to withdraw these before would write each of them a second time.
    mark("company", made, is_hidden=True)
    for start in range(0, len(made), SIZE):
        delete_rows(Company.objects.filter(pk__in=made[start : start + SIZE]))
    touched = _restore_facts(batch, when)
    unsee(batch)
    CompanyName.objects.filter(batch=batch, withdrawn_at=None).update(withdrawn_at=when)
    CompanyIdent.objects.filter(batch=batch, withdrawn_at=None).update(withdrawn_at=when)
    values = IndicatorValue.objects.filter(batch=batch, withdrawn_at=None).update(withdrawn_at=when)
    reopen_definitions(batch)
    withdraw_definitions(batch, when)
    renamed = _restore_companies(batch)
    changed = list(Company.objects.filter(pk__in=touched | renamed, is_outside=False)) if touched or renamed else []
    mark("company", [company.pk for company in changed])
    for tell in COMPANIES_CHANGED:
        tell(batch.zone, [company for company in changed if company.pk in touched])
    return {"companies": len(made), "changed": len(changed), "values": values}


def _restore_facts(batch: ImportBatch, when: datetime.datetime) -> set[int]:
    """Withdraw what the list said; what it had withdrawn holds again, unless its own word was corrected by a person since."""
    taken = list(facts_returning(batch).values_list("pk", "company", "withdrawn_at"))
    times, keys = {pk: at or when for pk, _company, at in taken}, [(pk, company) for pk, company, _at in taken]
    own = Fact.objects.filter(batch=batch, withdrawn_at=None)
    touched = set(own.order_by().values_list("company", flat=True).distinct())
    touched |= {company for _pk, company in keys}
    own.update(withdrawn_at=when)
    for start in range(0, len(keys), SIZE):
        some = [pk for pk, _company in keys[start : start + SIZE]]
        FactAway.objects.bulk_create(FactAway(fact_id=pk, batch=batch, since=times[pk], until=when) for pk in some)
        Fact.objects.filter(pk__in=some).update(withdrawn_at=None, taken_by=None)
    return touched


def _as_before(batch: ImportBatch) -> dict[int, tuple[str | None, dict[str, str]]]:
    """By company that the list gave a name or a code: the last name it gave, and what was held before its first part."""
    rows = batch.rows.filter(part__isnull=False, is_new=False, company__isnull=False).exclude(before={})
    told: dict[int, tuple[str | None, dict[str, str]]] = {}
    for pk, name, before in rows.order_by("part", "row").values_list("company", "name", "before"):
        last, first = told.get(pk, (None, {}))
        told[pk] = (name[:120] if "name" in before else last), before | first
    return told


def _taken_since(
    batch: ImportBatch, returning: dict[int, tuple[str | None, dict[str, str]]], made: Sequence[int]
) -> list[tuple[int, str]]:
    """Companies whose name or code of before another company here bears now."""
    owner = {("name_key", b["name_key"]): pk for pk, (_last, b) in returning.items() if "name_key" in b}
    owner |= {("uscc", b["uscc"]): pk for pk, (_last, b) in returning.items() if b.get("uscc")}
    own, wanted = {*returning, *made}, list(owner)
    found = []
    for start in range(0, len(wanted), SIZE):
        some = wanted[start : start + SIZE]
        same = Q(name_key__in=[v for k, v in some if k == "name_key"]) | Q(uscc__in=[v for k, v in some if k == "uscc"])
        others = Company.objects.filter(same, zone=batch.zone, is_outside=False).order_by("pk")
        for pk, key, code in others.values_list("pk", "name_key", "uscc"):
            if pk not in own:
                found += [(owner["name_key", key], NAME_TAKEN)] if ("name_key", key) in owner else []
                found += [(owner["uscc", code], CODE_TAKEN)] if ("uscc", code) in owner else []
    return found


def _restore_companies(batch: ImportBatch) -> set[int]:
    """Names and codes as before. All are let go first: two companies may have changed names with each other."""
    returning = _as_before(batch)
    keys, companies = list(returning), []
    for start in range(0, len(keys), SIZE):
        some = Company.objects.filter(pk__in=keys[start : start + SIZE])
        companies += list(some)
        some.update(name_key=Concat(Value("\n~"), Cast("pk", CharField())), uscc="")
    for company in companies:
        for name, value in returning[company.pk][1].items():
            setattr(company, name, value)
    Company.objects.bulk_update(companies, ["name", "name_key", "uscc"], batch_size=SIZE)
    return set(keys)


def abandon_import(actor: Person, *, batch_id: int) -> ImportBatch:
    """Somebody who brings lists here goes no further with one: its file goes, what was said of it stays.

    Also while the queue works on it, which then finds nothing to do.
    """
    with transaction.atomic():
        batch = locked_batch(actor, batch_id)
        demand_bringer(actor, batch.zone, batch.company)
        _abandon(batch, (BRINGER,))
        record(actor, "abandon-import", OWNER_KIND, batch.pk, file=batch.name)
    return batch


def abandon_forgotten(day: datetime.date) -> int:
    """Nightly: lists that nobody went on with for fourteen days, refused and undone ones, lose their file; their log stays."""
    keys = list(batches_forgotten(day - datetime.timedelta(days=KEPT_DAYS)).values_list("pk", flat=True))
    for pk in keys:
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("file").get(pk=pk)
            if batch.state in (ImportBatch.State.COMMITTED, ImportBatch.State.ABANDONED):
                continue
            if batch.state == ImportBatch.State.UNDONE:
                _forget_file(batch)
                continue
            if batch.state == ImportBatch.State.REFUSED:
                _forget_content(batch)
                continue
            _abandon(batch, (HOUSE,))
            record("house", "abandon-import", OWNER_KIND, batch.pk, file=batch.name, days=KEPT_DAYS)
    return len(keys)


def _abandon(batch: ImportBatch, who: tuple[str, ...]) -> None:
    IMPORT_STATES.move(batch, "abandon", who)
    batch.busy = ""
    _forget_content(batch)


def _forget_content(batch: ImportBatch) -> None:
    """The bytes, and what of them stands elsewhere: a list that came to nothing leaves names, places and reasons alone."""
    ImportRow.objects.filter(batch=batch).update(values={}, changes=[])
    last = 0
    while some := list(batch.findings.filter(pk__gt=last).order_by("pk")[:SIZE]):
        for one in some:
            one.raw, one.proposal = FORGOTTEN if one.raw else "", []
            one.told = {name: value if isinstance(value, int) else FORGOTTEN for name, value in one.told.items()}
        ImportFinding.objects.bulk_update(some, ["raw", "proposal", "told"], batch_size=SIZE)
        last = some[-1].pk
    batch.samples, batch.answers = [], {}
    _forget_file(batch)


def _forget_file(batch: ImportBatch) -> None:
    """The bytes go when the act is certain."""
    kept, batch.file = batch.file, None
    batch.save()
    if kept is not None:
        stored = kept.stored
        kept.delete()
        transaction.on_commit(lambda: throw_away(stored))
