"""Two companies of a zone's register that are one become one; and apart again, exactly as they were."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from xinya.kit.audit import must_say_why, record
from xinya.kit.refusals import Refused, demand
from xinya.kit.search import mark
from xinya.kit.text import Phrase
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..engine.credit_code import is_credit_code
from ..engine.duplicates import demand_one_firm, held_together
from ..engine.merge_states import MERGE_STATES, MERGER, SECOND
from ..models import Company, CompanyMerge, CompanyName, Fact, ImportBatch, Person, Source, TwoFirms, Zone
from ..models.places import key_of_name
from ..queries.merges import identity_digests, known_pair, merge_visible
from .grants import NO_MACHINE, NOT_YOURS, demand_reason
from .import_undo import CODE_TAKEN, LATER_LIST, NAME_TAKEN, ONE_HANGS, OWN_DAYS, Hangs
from .merge_moves import Journal, move_all, move_back, put_back
from .zones import touch_zone

must_say_why("merge-companies", "undo-merge", "tell-apart")
SUBJECT = "company merge"
ITSELF = _("A company is not merged with itself.")
MERGED_ALREADY = _("%(name)s is merged into another company already.")
NOT_HERE = _("Only companies of the zone's own register are merged; makers outside are brought by lists.")
TOLD_ALREADY = _("These two are recorded as two firms already.")
STILL_OWN = _("Until %(day)s only who merged the two undoes it; after that a second person does.")
NOW_SECOND = _("Since %(day)s a second person undoes this merging, not the one who merged the two.")
HANGS = _("The merging cannot be undone: %(count)s things hang on it. First among them: %(first)s.")
MERGED_SINCE = _("it was merged into another company itself; undo that first")
TOOK_SINCE = _("%(name)s was merged into it later; undo that first")
CODE_CHANGED = _("its credit code was changed since")
PLACE_TAKEN = _("something stated since stands where a row of before would return")
NAME_WORDS = CompanyMerge.NameWas.values
UNKNOWN_NAME = _("The name is a former one or another way of writing it.")

MERGE_HANGS: list[Callable[[CompanyMerge], list[tuple[int, Phrase]]]] = []
"""What a slice above knows to keep a merging from being undone: company and sentence."""
MERGE_UNDONE: list[Callable[[CompanyMerge], None]] = []
"""What a slice above does once the rows are back: part of the same act."""


@dataclass(frozen=True, slots=True)
class Merging:
    """Which company goes into which, why, and what its registered name is to the other: former (from a day on) or alias."""

    merged: int
    survivor: int
    reason: str
    name_was: str = "alias"
    name_until: datetime.date | None = None


def demand_merger(actor: Person, zone: Zone) -> None:
    """Refuse whoever does not merge companies of this zone: its officers do, a company's own people never."""
    demand(rules.may_merge(actor, zone), "not-allowed", NOT_YOURS, role=actor.role_name)


def merge_companies(actor: Person, *, zone: Zone, merging: Merging) -> CompanyMerge:
    """One of two companies goes into the other: every row that points to it goes over, conflicting facts stand side by side.

    Nothing is thrown away: what the survivor has a like of stays with the merged one, found by nobody, and comes back by an undo.
    Raises Refused: not-allowed, reason-missing, no-such-company (404), itself, merged-already (409), two-codes, branch, claims-wait
    (409), unknown-name.
    """
    demand_merger(actor, zone)
    said = demand_reason(merging.reason)
    demand(merging.name_was in NAME_WORDS, "unknown-name", UNKNOWN_NAME, status=422)
    demand(merging.merged != merging.survivor, "itself", ITSELF, status=422)
    with transaction.atomic():
        survivor, merged = _locked_pair(zone, merging.survivor, merging.merged)
        one, other, register = known_pair(survivor, merged)
        demand_one_firm(one, other)
        now = timezone.now()
        row = CompanyMerge(
            zone=zone, survivor=survivor, merged=merged, survivor_name=survivor.name, survivor_code=survivor.uscc,
            merged_name=merged.name, merged_code=merged.uscc, name_was=merging.name_was, reason=said, by=actor, at=now,
            score=round(held_together(one, other, register).score), state="",
        )  # fmt: skip
        MERGE_STATES.move(row, "merge", (MERGER,), reason=said)
        journal = Journal(survivor, merged, now)
        _keep_name(actor, journal, merging, said)
        move_all(journal)
        journal.alter(merged, merged_into_id=survivor.pk)
        _take_over(journal)
        row.moved, row.altered, row.made = journal.moved, journal.altered, dict(journal.made)
        row.save()
        mark("company", [merged.pk], is_hidden=True)
        mark("company", [survivor.pk])
        touch_zone(zone)
        told = {place: len(one["keys"]) for place, one in journal.moved.items()}
        record(
            actor, "merge-companies", SUBJECT, row.pk, reason=said, zone=zone.code, survivor=survivor.pk, merged=merged.pk,
            names=(merged.name, survivor.name), codes=(merged.uscc, row.survivor_code), name_was=row.name_was, change=told,
        )  # fmt: skip
    return row


def _locked_pair(zone: Zone, survivor: int, merged: int) -> tuple[Company, Company]:
    """Both companies, held until the transaction ends; the zone first, as every list holds it."""
    Zone.objects.select_for_update().get(pk=zone.pk)
    keys = [key for key in (survivor, merged) if 0 < key < 2**63]
    rows = {
        row.pk: row
        for row in Company.everyone.select_for_update(of=("self",))
        .select_related("zone")
        .filter(zone=zone, pk__in=keys)
        .order_by("pk")
    }
    for key in (survivor, merged):
        row = rows.get(key)
        if row is None:
            raise Refused("no-such-company", _("There is no such company in this zone."), status=404)
        demand(not row.is_outside, "not-here", NOT_HERE, status=409)
        demand(row.merged_into_id is None, "merged-already", MERGED_ALREADY, status=409, name=row.name)
    return rows[survivor], rows[merged]


def _keep_name(actor: Person, journal: Journal, merging: Merging, said: str) -> None:
    """The registered name of the merged one is a name of the survivor, so that lists and people who use it find the survivor."""
    survivor, merged, key = journal.survivor, journal.merged, key_of_name(journal.merged.name)
    held = CompanyName.objects.filter(company=survivor, withdrawn_at=None, name_key=key)
    if not key or key == key_of_name(survivor.name) or held.exists():
        return
    source = Source.objects.create(kind=Source.Kind.OFFICER, title=said[:200], publisher=str(actor)[:100])
    is_former = merging.name_was == CompanyMerge.NameWas.FORMER
    until = (merging.name_until or timezone.localdate()) if is_former else None
    name = CompanyName.objects.create(
        company=survivor, name=merged.name, name_key=key, kind=merging.name_was, valid_to=until, source=source
    )
    journal.add(name)
    journal.add(source)


def _take_over(journal: Journal) -> None:
    """The columns of the company itself: a code that is valid where the survivor has none, an English name where it has none."""
    survivor, merged = journal.survivor, journal.merged
    if merged.uscc and (not survivor.uscc or (is_credit_code(merged.uscc) and not is_credit_code(survivor.uscc))):
        journal.alter(survivor, uscc=merged.uscc)
    if merged.name_en and not survivor.name_en:
        journal.alter(survivor, name_en=merged.name_en)
    if survivor.is_invented and not merged.is_invented:
        journal.alter(survivor, is_invented=False)


def undo_merge(actor: Person, *, merge_id: int, reason: str) -> CompanyMerge:
    """The two are two again, each with its own rows. Within seven days whoever merged them, later a second person.

    What the survivor was given since stays with it. Raises Refused: no-such-merge (404), not-allowed, wrong-state (409),
    reason-missing, not-yet and second-person (403), and hangs (409) with a finding for each thing that keeps the two together.
    """
    with transaction.atomic():
        zone = merge_visible(actor, merge_id).zone
        Zone.objects.select_for_update().get(pk=zone.pk)
        row = CompanyMerge.objects.select_for_update().get(pk=merge_id)
        row.zone = zone
        demand_merger(actor, zone)
        MERGE_STATES.step(row.state, "undo", (MERGER, SECOND), reason="-")
        said = demand_reason(reason)
        _demand_turn(actor, row)
        _demand_free(row)
        try:
            with transaction.atomic():
                _take_apart(row)
        except IntegrityError as taken:
            found = [Refused("hangs", ONE_HANGS, company=row.survivor_name, what=Phrase(PLACE_TAKEN))]
            raise _refusal(found) from taken
        MERGE_STATES.move(row, "undo", (MERGER, SECOND), reason=said)
        row.undone_by, row.undone_at, row.undo_reason = actor, timezone.now(), said
        row.save(update_fields=["state", "undone_by", "undone_at", "undo_reason"])
        mark("company", [row.survivor_id, row.merged_id])
        touch_zone(zone)
        record(
            actor, "undo-merge", SUBJECT, row.pk, reason=said, zone=zone.code, survivor=row.survivor_id, merged=row.merged_id
        )  # fmt: skip
    return row


def _take_apart(row: CompanyMerge) -> None:
    for label, keys in row.made.items():
        if label != Source._meta.label:
            apps.get_model(label)._base_manager.filter(pk__in=keys).delete()
    Source.objects.filter(pk__in=row.made.get(Source._meta.label, ()), facts=None).delete()
    move_back(row.moved)
    put_back(row.altered)
    for act in MERGE_UNDONE:
        act(row)


def _demand_turn(actor: Person, row: CompanyMerge) -> None:
    last = timezone.localtime(row.at) + datetime.timedelta(days=OWN_DAYS)
    is_own, day = actor.pk == row.by_id, last.date().isoformat()
    if timezone.now() <= last:
        demand(is_own, "not-yet", STILL_OWN, day=day)
    else:
        demand(not is_own, "second-person", NOW_SECOND, day=day)
        demand(not actor.is_system, "no-machine", NO_MACHINE)


def _demand_free(row: CompanyMerge) -> None:
    found = merge_hangs(row)
    if found:
        raise _refusal(found)


def _refusal(found: list[Refused]) -> Hangs:
    first = Phrase(found[0].message, found[0].values)
    return Hangs("hangs", HANGS, status=409, count=len(found), first=first).with_findings(found[:200])


def merge_hangs(row: CompanyMerge) -> list[Refused]:
    """What keeps the two together, each as one sentence: later mergings, a code or name taken meanwhile, lists that came later."""
    survivor = Company.everyone.get(merges_taken=row)
    told: list[tuple[int, Phrase]] = []
    if survivor.merged_into_id is not None:
        told.append((survivor.pk, Phrase(MERGED_SINCE)))
    later = CompanyMerge.objects.filter(survivor=survivor, pk__gt=row.pk, state=CompanyMerge.State.MERGED).order_by("pk")
    told += [(survivor.pk, Phrase(TOOK_SINCE, {"name": one.merged_name})) for one in later]
    if any(survivor.uscc != values["uscc"][1] for label, _key, values in row.altered if "uscc" in values):
        told.append((survivor.pk, Phrase(CODE_CHANGED)))
    told += _taken(row, survivor)
    told += _later_lists(row)
    for hangs in MERGE_HANGS:
        told += hangs(row)
    names = {row.survivor_id: row.survivor_name, row.merged_id: row.merged_name}
    return [Refused("hangs", ONE_HANGS, company=names.get(pk, ""), what=what) for pk, what in dict.fromkeys(told)]


def _taken(row: CompanyMerge, survivor: Company) -> list[tuple[int, Phrase]]:
    """The name or code that the merged one returns to, where another company bears it now."""
    merged = Company.everyone.get(merges_given=row)
    others = Company.objects.filter(zone=row.zone_id, is_outside=False).exclude(pk=merged.pk)
    same = others.filter(Q(name_key=merged.name_key) | Q(uscc=merged.uscc, uscc__gt=""))
    gave_code = any("uscc" in values for _label, _key, values in row.altered)
    found = []
    for pk, key, code in same.order_by("pk").values_list("pk", "name_key", "uscc"):
        if key == merged.name_key:
            found.append((merged.pk, Phrase(NAME_TAKEN)))
        if code and code == merged.uscc and not (pk == survivor.pk and gave_code):
            found.append((merged.pk, Phrase(CODE_TAKEN)))
    return found


def _later_lists(row: CompanyMerge) -> list[tuple[int, Phrase]]:
    """Lists committed since that took the place of facts which would go back with the merged one."""
    keys = row.moved.get("zones.Fact.company", {}).get("keys", [])
    lists: set[int] = set()
    for start in range(0, len(keys), 500):
        gone = Fact.objects.filter(pk__in=keys[start : start + 500], taken_by__state=ImportBatch.State.COMMITTED)
        lists.update(gone.filter(withdrawn_at__gt=row.at).values_list("taken_by", flat=True))
    return [(row.survivor_id or 0, Phrase(LATER_LIST, {"batch": one})) for one in sorted(lists)]


def tell_apart(actor: Person, *, zone: Zone, one: int, other: int, reason: str) -> TwoFirms:
    """A person says: these two are two firms. The pair is proposed again only when something new is known of either.

    Raises Refused: not-allowed, reason-missing, no-such-company (404), itself, merged-already, told-already (409).
    """
    demand_merger(actor, zone)
    said = demand_reason(reason)
    demand(one != other, "itself", ITSELF, status=422)
    with transaction.atomic():
        older, younger = _locked_pair(zone, *sorted((one, other)))
        _one, _other, register = known_pair(older, younger)
        known = identity_digests(register, [(older.pk, younger.pk)])[older.pk, younger.pk]
        before = TwoFirms.objects.filter(one=older, other=younger, withdrawn_at=None).first()
        if before is not None:
            demand(before.known != known, "told-already", TOLD_ALREADY, status=409)
            before.withdrawn_at = timezone.now()
            before.save(update_fields=["withdrawn_at"])
        row = TwoFirms.objects.create(zone=zone, one=older, other=younger, known=known, reason=said, by=actor)
        record(actor, "tell-apart", "company", older.pk, reason=said, zone=zone.code, other=younger.pk)
    return row
