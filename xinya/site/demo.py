"""The demonstration: two accounts with fresh passwords, and once a database the five zones of the shipped case."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from xinya.chain import actions as chain_actions
from xinya.kit.audit import record
from xinya.kit.models import AuditRow
from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.zones import actions as zone_actions
from xinya.zones.files.case import Case, CaseCompany, CaseState, CaseStatement, CaseZone, shipped_case
from xinya.zones.models import Assignment, Company, Organisation, Person, RoleGrant, Source, Zone
from xinya.zones.tasks import keep_calendar

from .demo_promises import load_promises
from .demo_stocks import load_stocks
from .marks import is_marked_demo

NOT_A_DEMO = _("This database is not marked as a demonstration, so it gets neither its accounts nor its zones.")
SYSTEM = "demo"
ACCOUNTS = (
    ("reader", "zone_reader"),
    ("officer", "chain_officer"),
    ("commissioner", "commissioner"),
    ("company", "company_admin"),
    ("head", "office_head"),
    ("desk", "desk_lead"),
    ("system", "system_officer"),
    ("security", "security_officer"),
    ("audit", "audit_officer"),
)
ZONE, OWN_COMPANY, ASSIGNED = "shenyang", "沈阳岫翮翼面科技有限公司", 8
LOADED = "load-demo"


class DemoAccount(NamedTuple):
    """An account as it is printed at the start, with the code of its role."""

    name: str
    role: str
    password: str


def load() -> list[DemoAccount]:
    """Give the two accounts new random passwords; load the zones when this database never had them; or do nothing.

    Raises Refused not-a-demo for a database that is not marked as a demonstration.
    """
    demand(is_marked_demo(), "not-a-demo", NOT_A_DEMO)
    with transaction.atomic():
        system = _system()
        accounts = [DemoAccount(name, role, secrets.token_urlsafe(12)) for name, role in ACCOUNTS]
        if not AuditRow.objects.filter(act=LOADED).exists():
            _load_case(system, shipped_case())
        for name, role, password in accounts:
            home = _company_of_demo() if role == "company_admin" else None
            if role != "company_admin" or home is not None:
                zone_actions.renew_account(system, username=name, role=role, password=password, organisation=home)
        _assign(system)
        keep_calendar()
        _promise()
        _stocks(system)
        _ask(system)
    return accounts


def _ask(system: Person) -> None:
    """Once, a role that waits for two people's yes, so that the pages of both have something to decide."""
    if not RoleGrant.objects.exists():
        people = {p.username: p for p in Person.objects.filter(username__in=("security", "reader"))}
        zone_actions.enter_grant(
            system, person=people["reader"], organisation=zone_actions.house_office(), role="commissioner",
            reason="演示：申请兼任专员", asked_by=people["security"],
        )  # fmt: skip


def _company_of_demo() -> Organisation | None:
    """The organisation of the invented company whose administrator signs in; none when its zone was removed."""
    company = Company.objects.filter(zone__code=ZONE, name=OWN_COMPANY, is_outside=False).select_related("zone").first()
    if company is None:
        return None
    own, _made = Organisation.objects.get_or_create(
        company=company, defaults={"kind": Organisation.Kind.COMPANY, "name": company.name, "zone": company.zone}
    )
    return own


def _assign(system: Person) -> None:
    """The demonstration's commissioner serves the first invented companies that nobody serves yet."""
    person = Person.objects.get(username="commissioner")
    if Assignment.objects.filter(person=person).exists():
        return
    some = Company.objects.filter(zone__code=ZONE, is_outside=False, is_invented=True).order_by("pk")[:ASSIGNED]
    today = timezone.localdate()
    rows = [Assignment(company=company, person=person, since=today, assigned_by=system) for company in some]
    Assignment.objects.bulk_create(rows)
    record(system, "assign-commissioner", "person", person.pk, companies=len(rows))


def _promise() -> None:
    """The sample zone's invented promises, by the people of the demonstration."""
    zone = Zone.objects.filter(code=ZONE).first()
    if zone is not None:
        load_promises(zone, Person.objects.get(username="officer"), Person.objects.filter(username="company").first())


def _stocks(system: Person) -> None:
    """The sample zone's invented stocks."""
    zone = Zone.objects.filter(code=ZONE).first()
    if zone is not None:
        load_stocks(zone, system, shipped_case())


def remove() -> int:
    """Remove the zones of the demonstration with everything in them; the accounts stay. Returns how many zones went."""
    demand(is_marked_demo(), "not-a-demo", NOT_A_DEMO)
    with transaction.atomic():
        zones = list(Zone.objects.filter(is_demo=True))
        for zone in zones:
            zone_actions.remove_zone(_system(), zone=zone)
    return len(zones)


def _system() -> Person:
    """The house itself, which loads the demonstration; nobody can sign in by it."""
    known = Person.objects.filter(username=SYSTEM).first()
    if known is not None:
        return known
    return zone_actions.renew_account(Person(username=SYSTEM), username=SYSTEM, role="chain_officer", password=None)


def _load_case(actor: Person, case: Case) -> None:
    sources = {
        s.id: Source.objects.create(
            kind=s.kind, title=s.title, publisher=s.publisher, url=s.url, reference=s.reference, issued_on=s.issued_on
        )
        for s in case.sources
    }
    for told in case.zones:
        _Zone(actor, case, told, sources).load()
    record(actor, LOADED, "house", zones=len(case.zones), as_of=case.as_of)


@dataclass(frozen=True)
class _Zone:
    """One zone on its way into the database."""

    actor: Person
    case: Case
    told: CaseZone
    sources: Mapping[str, Source]

    def load(self) -> None:
        actor, told = self.actor, self.told
        zone = zone_actions.start_zone(actor, code=told.code, name=told.name, name_en=told.name_en, as_of=self.case.as_of)
        if told.chains:
            chain_actions.choose_chains(actor, zone=zone, chains=told.chains)
        companies = self.companies(zone, told.companies)
        self.companies(zone, told.outside, is_outside=True)
        for said in told.statements:
            zone_actions.record_statement(
                actor, zone=zone, company=None if said.company is None else companies[said.company],
                statement=zone_actions.Statement(said.text, said.text_en, said.period, said.number, said.unit),
                grounds=self.grounds(said),
            )  # fmt: skip
        for state in told.states:
            zone_actions.record_state(
                actor, zone=zone, company=companies[state.company], state=state.state, on=state.on,
                grounds=self.grounds(state),
            )  # fmt: skip
        zone_actions.mark_as_demo(actor, zone=zone, is_sample=any(c.is_invented for c in told.companies))

    def companies(self, zone: Zone, told: Sequence[CaseCompany], *, is_outside: bool = False) -> dict[str, Company]:
        """Take companies in, source by source and in their order; returns them by name."""
        found: dict[str, Company] = {}
        for source, confidence in dict.fromkeys((c.source, c.confidence) for c in told):
            lines = [c.line for c in told if (c.source, c.confidence) == (source, confidence)]
            origin = zone_actions.ListOrigin(
                self.sources[source], self.case.as_of, self.case.period, f"{confidence:.2f}", is_outside
            )
            for company in chain_actions.record_list(self.actor, zone=zone, lines=lines, origin=origin):
                found[company.name] = company
        names_en = {found[c.line.name].pk: c.name_en for c in told}
        invented = {found[c.line.name].pk for c in told if c.is_invented}
        zone_actions.describe_companies(self.actor, zone=zone, names_en=names_en, invented=invented)
        return found

    def grounds(self, row: CaseStatement | CaseState) -> zone_actions.Grounds:
        source = self.sources[row.source]
        day = min(source.issued_on or self.case.as_of, self.case.as_of)
        return zone_actions.Grounds(source, day, f"{row.confidence:.2f}", row.note, row.note_en)
