"""Who serves which company, and who is away: entered by the desk lead, or an absence by its own person."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.days import is_day_of_trade
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from ..files import AssignmentLine, ListRefused
from ..models import Absence, Assignment, Company, Person, Zone
from ..queries import commissioners_in, person_visible, visible_to
from ..queries.merges import names_of_merged
from ..rules import has_power, works_for
from .grants import demand_power, demand_reason

NO_COMMISSIONER = _("%(name)s is no commissioner of this zone.")
SAME_PERSON = _("The commissioner and the back-up are two different people.")


@dataclass(frozen=True, slots=True)
class Served:
    """Who shall serve a company from today; None: nobody does, empty stays as it is."""

    company: Company
    commissioner: Person | None
    backup: Person | None


def assign_commissioner(
    actor: Person, *, company: Company, commissioner: Person | None, backup: Person | None, reason: str = ""
) -> list[Assignment]:
    """Set the commissioner and the back-up of one company; who served it before stops today. A change needs a reason."""
    zone = company.zone
    _demand_lead(actor, zone)
    demand(not company.is_outside, "no-such-company", _("There is no such company in this zone."), status=404)
    known = {p.pk: p for p in commissioners_in(zone)}
    for person in (commissioner, backup):
        demand(
            person is None or person.pk in known, "no-commissioner", NO_COMMISSIONER, status=422, name=str(person or ""),
        )  # fmt: skip
    same = commissioner is not None and backup is not None and commissioner.pk == backup.pk
    demand(not same, "same-person", SAME_PERSON, status=422)
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company.pk)
        replaced = _replaced(company, {False: commissioner, True: backup})
        said = demand_reason(reason) if replaced else reason.strip()[:300]
        made = _set(actor, [Served(company, commissioner, backup)])
        record(
            actor, "assign-commissioner", "company", company.pk, reason=said,
            commissioner=commissioner.pk if commissioner else None, backup=backup.pk if backup else None,
        )  # fmt: skip
    return made


def assign_commissioners(actor: Person, *, zone: Zone, lines: Sequence[AssignmentLine], reason: str) -> int:
    """Take a whole list of assignments in, or nothing of it; every wrong row is named. Returns how many companies changed.

    A row finds its company by credit code, else by name. An empty cell takes the commissioner or back-up away.
    """
    _demand_lead(actor, zone)
    said = demand_reason(reason)
    with transaction.atomic():
        companies = list(Company.objects.select_for_update().filter(zone=zone, is_outside=False))
        people = {p.username: p for p in commissioners_in(zone)}
        wanted = _matched(lines, companies, people, names_of_merged(zone))
        before = _held([s.company for s in wanted])
        changed = [s for s in wanted if before.get(s.company.pk, {}) != _as_ids(s)]
        _set(actor, changed)
        record(actor, "assign-commissioners", "zone", zone.pk, reason=said, companies=len(changed))
    return len(changed)


def enter_absence(
    actor: Person, *, person_id: int, since: datetime.date, until: datetime.date, reason: str = ""
) -> Absence:  # fmt: skip
    """A commissioner enters the own absence, the desk lead that of a commissioner; meanwhile back-ups stand in."""
    person = _absent(actor, person_id)
    demand(is_day_of_trade(since) and is_day_of_trade(until), "day-wrong", _("The day must lie between 1900 and 2200."), status=422)
    demand(since <= until, "DATES_REVERSED", _("The absence ends before it begins."), status=422)
    demand(until >= timezone.localdate(), "day-wrong", _("The absence is over already."), status=422)
    demand((until - since).days <= 366, "absence-too-long", _("An absence lasts at most a year."), status=422)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        known = Absence.objects.filter(person=person, withdrawn_at=None, since__lte=until, until__gte=since)
        demand(not known.exists(), "absence-known", _("An absence that overlaps this one is entered already."), status=409)
        row = Absence.objects.create(person=person, since=since, until=until, reason=reason.strip()[:300], entered_by=actor)
        record(actor, "enter-absence", "absence", row.pk, person=person.pk, since=since.isoformat(), until=until.isoformat())
    return row


def withdraw_absence(actor: Person, *, absence_id: int) -> Absence:
    """Whoever may enter an absence takes it back: the commissioner is there after all."""
    with transaction.atomic():
        row = visible_to(actor, Absence).select_for_update(of=("self",)).filter(pk=absence_id).first()
        if row is None:
            raise Refused("no-such-absence", _("There is no such absence."), status=404)
        _absent(actor, row.person_id)
        demand(row.withdrawn_at is None, "ended-already", _("This absence is withdrawn already."), status=409)
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        record(actor, "withdraw-absence", "absence", row.pk, person=row.person_id)
    return row


def _absent(actor: Person, person_id: int) -> Person:
    """Whose absence this person may enter: the own one as commissioner, a commissioner's as desk lead."""
    demand_power(actor, "read_assigned", "assign_commissioners")
    person = person_visible(actor, person_id)
    own = person.pk == actor.pk and has_power(actor, "read_assigned")
    demand(own or has_power(actor, "assign_commissioners"), "no-such-person", _("There is no such person."), status=404)
    return person


def _demand_lead(actor: Person, zone: Zone) -> None:
    demand_power(actor, "assign_commissioners")
    demand(works_for(actor, zone), "no-such-zone", _("There is no such zone."), status=404)


def _as_ids(served: Served) -> dict[bool, int]:
    return {b: p.pk for b, p in ((False, served.commissioner), (True, served.backup)) if p is not None}


def _held(companies: Sequence[Company]) -> dict[int, dict[bool, int]]:
    found: dict[int, dict[bool, int]] = {}
    keys = [c.pk for c in companies]
    for start in range(0, len(keys), 500):
        rows = Assignment.objects.filter(company__in=keys[start : start + 500], until=None)
        for company, is_backup, person in rows.values_list("company", "is_backup", "person"):
            found.setdefault(company, {})[is_backup] = person
    return found


def _replaced(company: Company, wanted: Mapping[bool, Person | None]) -> bool:
    held = _held([company]).get(company.pk, {})
    return any(wanted[b] is None or wanted[b].pk != person for b, person in held.items())  # type: ignore[union-attr]


def _set(actor: Person, wanted: Sequence[Served]) -> list[Assignment]:
    """End what is no longer so, begin what is new; who stays in place keeps the day on which it began."""
    today, made = timezone.localdate(), []
    held = _held([s.company for s in wanted])
    ended = [(s.company.pk, b) for s in wanted for b, p in held.get(s.company.pk, {}).items() if _as_ids(s).get(b) != p]
    for is_backup in (False, True):
        keys = [company for company, b in ended if b == is_backup]
        for start in range(0, len(keys), 500):
            Assignment.objects.filter(company__in=keys[start : start + 500], is_backup=is_backup, until=None).update(until=today)
    for served in wanted:
        before = held.get(served.company.pk, {})
        for is_backup, person in _as_ids(served).items():
            if before.get(is_backup) != person:
                made.append(
                    Assignment(company=served.company, person_id=person, is_backup=is_backup, since=today, assigned_by=actor)
                )
    return Assignment.objects.bulk_create(made, batch_size=500)


def _matched(
    lines: Sequence[AssignmentLine], companies: Sequence[Company], people: Mapping[str, Person], merged: Mapping[str, Company]
) -> list[Served]:
    by_code = {c.uscc: c for c in companies if c.uscc}
    by_name = {c.name: c for c in companies}
    wrong: list[Refused] = []
    found: dict[int, Served] = {}
    for line in lines:
        company = by_code.get(line.credit_code) if line.credit_code else by_name.get(line.company)
        company = company or (None if line.credit_code else merged.get(plain(line.company)))
        if company is None:
            wrong.append(Refused("no-such-company", _("There is no such company in this zone."), row=line.row))
            continue
        if company.pk in found:
            wrong.append(Refused("company-twice", _("%(name)s stands in the list twice."), row=line.row, name=company.name))
        for name in (line.commissioner, line.backup):
            if name and name not in people:
                wrong.append(Refused("no-commissioner", NO_COMMISSIONER, row=line.row, name=name[:60]))
        if line.commissioner and line.commissioner == line.backup:
            wrong.append(Refused("same-person", SAME_PERSON, row=line.row))
        found[company.pk] = Served(company, people.get(line.commissioner), people.get(line.backup))
    if wrong:
        raise ListRefused(wrong)
    return list(found.values())
