"""Two zones with companies whose every text carries a mark of its own, and one person of every role."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from tests.gate.inputs import add_inputs
from tests.gate.own import add_own
from tests.gate.people import add_people
from xinya.chain import actions as chain_actions
from xinya.chain.actions import NewZone
from xinya.chain.models import Answer, Placement
from xinya.kit.search import index_marked
from xinya.zones.actions import NewPromise, make_promise
from xinya.zones.engine.roles import BY_CODE, REGISTER
from xinya.zones.files import CompanyLine
from xinya.zones.models import Assignment, Company, Fact, Person, Zone
from xinya.zones.tasks import keep_calendar
from xinya.zones.tests.people import someone

CHAIN = "aero-structures"
NOBODY = "nobody"
ROLES = [*(r.code for r in REGISTER if not r.opens_with), NOBODY]


@dataclass
class World:
    """zone: harbour, with the own company, the hidden one and more; other_zone: inland, with one. people by role."""

    zone: Zone
    other_zone: Zone
    own: Company
    hidden: Company
    foreign: Company
    people: dict[str, Person] = field(default_factory=dict)

    def marks_of(self, company: Company) -> list[str]:
        """What must not be read by somebody who may not see this company."""
        return [company.name, company.uscc, f"绝密品{company.name[0]}"]

    def may_see(self, role: str, company: Company) -> bool:
        """The oracle, written from the specification and not from the gate."""
        if role in ("zone_reader", "chain_officer", "desk_lead", "auditor"):
            return company.zone_id == self.zone.pk
        if role in ("commissioner", "company_user", "company_admin"):
            return company.pk == self.own.pk
        return False


def line(row: int, mark: str, uscc: str) -> CompanyLine:
    products = (f"机翼绝密品{mark}", "碳纤维预浸料", "钛合金锻件")
    name, fen = f"{mark}号机密制造有限公司", 700_000_000 + row
    return CompanyLine(row=row, name=name, uscc=uscc, products=products, revenue_fen=fen, above_scale=True)


def build(role: str) -> World:
    """Everything in both zones is written through the actions, by people who may; with one person in this role."""
    starter = someone("starter", "chain_officer", password=None)
    keep_calendar()
    zones = []
    marks = {"harbour": ["甲", "乙", "丙", "丁"], "inland": ["戊", "己", "庚"]}
    codes = iter(_codes())
    for code, names in marks.items():
        lines = [line(n, name, next(codes)) for n, name in enumerate(names, start=2)]
        wanted = NewZone(code, f"{code}高新区", f"{code} zone", (CHAIN,))
        zones.append(chain_actions.start_zone(starter, wanted=wanted, lines=lines, title="名单"))
    zone, other = zones
    companies = {c.name[0]: c for c in Company.objects.all()}
    world = World(zone, other, companies["甲"], companies["乙"], companies["戊"])
    world.people[role] = _person(role, world)
    if role == "commissioner":
        today = timezone.localdate()
        Assignment.objects.create(company=world.own, person=world.people[role], since=today, assigned_by=starter)
    for company in (world.own, world.hidden, world.foreign):
        segment = Placement.objects.filter(company=company).values_list("segment", flat=True).first()
        Answer.objects.create(
            zone=company.zone, segment=segment or "spar", kind="we-have-one", company=company,
            reason=f"绝密品{company.name[0]}的理由", by=starter,
        )  # fmt: skip
        wanted_promise = NewPromise(text=f"绝密品{company.name[0]}的承诺", company=company, n=30, unit="WD")
        make_promise(starter, zone=company.zone, wanted=wanted_promise)
        add_people(company, starter)
        add_own(company, starter)
        add_inputs(company, starter)
    index_marked()
    return world


def _person(role: str, world: World) -> Person:
    if role == NOBODY:
        return Person.objects.create_user(NOBODY)
    if BY_CODE[role].kinds == ("COMPANY",):
        return someone(f"p-{role}", role, company=world.own, password=None)
    if BY_CODE[role].duty != "BUSINESS":
        return someone(f"p-{role}", role, password=None)
    return someone(f"p-{role}", role, zone=world.zone, password=None)


def _codes() -> list[str]:
    """Credit codes with right check characters, made up."""
    from xinya.zones.engine.credit_code import check_character

    bases = [f"91210100MA{n:07d}" for n in range(1000001, 1000008)]
    return [base + check_character(base) for base in bases]


def rows_of(company: Company) -> dict[str, Any]:
    """Everything that is stored of a company, to see that an attempt changed nothing."""
    found: dict[str, Any] = {"company": list(Company.objects.filter(pk=company.pk).values())}
    for relation in Company._meta.related_objects:
        model = relation.related_model
        name = relation.field.name
        found[model._meta.label] = list(model._base_manager.filter(**{name: company}).order_by("pk").values())
    found["reviews"] = list(Fact.objects.filter(company=company).values_list("pk", "reviews", "class_changes"))
    return found
