"""The demonstration in the database: loaded once, renewed at each start, removed as a whole, equal to the shipped list."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.utils import translation
from django.utils.translation import gettext

from xinya.chain.models import Placement
from xinya.chain.queries import zone_report
from xinya.chain.views.evidence import evidence
from xinya.kit.audit_check import verify_stored
from xinya.kit.models import AuditRow
from xinya.site import demo
from xinya.site.marks import mark_as_demo
from xinya.zones.files.case import SHIPPED, shipped_case
from xinya.zones.models import Company, Fact, Person, Promise, Source, Zone
from xinya.zones.queries import all_dossiers, zone_statements

pytestmark = pytest.mark.django_db
COMPOSITES = "沈阳翮铺复合材料有限公司"


@pytest.fixture(scope="module")
def loaded(standing: Callable[[Callable[[], Any]], Any]) -> list[demo.DemoAccount]:
    """The demonstration, as it stands after its first load, for all tests of this file."""

    def load() -> list[demo.DemoAccount]:
        mark_as_demo()
        return demo.load()

    found: list[demo.DemoAccount] = standing(load)
    return found


@pytest.fixture
def accounts(loaded: list[demo.DemoAccount], db: None) -> list[demo.DemoAccount]:
    return loaded


@pytest.fixture
def shenyang(accounts: list[demo.DemoAccount]) -> Zone:
    return Zone.objects.get(code="shenyang")


def test_one_person_of_each_shown_role_signs_in_with_the_printed_password(accounts: list[demo.DemoAccount]) -> None:
    assert [(a.name, a.role) for a in accounts] == [
        ("reader", "zone_reader"),
        ("officer", "chain_officer"),
        ("commissioner", "commissioner"),
        ("company", "company_admin"),
        ("head", "office_head"),
        ("desk", "desk_lead"),
        ("system", "system_officer"),
        ("security", "security_officer"),
        ("audit", "audit_officer"),
    ]
    for account in accounts:
        person = authenticate(username=account.name, password=account.password)
        assert isinstance(person, Person)
        assert person.role == account.role
        assert len(account.password) >= 16


def test_nobody_signs_in_as_the_house(accounts: list[demo.DemoAccount]) -> None:
    assert not Person.objects.get(username="demo").has_usable_password()


def test_a_restart_gives_new_passwords_and_leaves_the_zones_as_they_are(accounts: list[demo.DemoAccount]) -> None:
    before = (Zone.objects.count(), Company.objects.count(), Fact.objects.count(), Source.objects.count())
    revisions = list(Zone.objects.values_list("code", "revision"))
    again = demo.load()
    assert {a.password for a in again}.isdisjoint(a.password for a in accounts)
    assert authenticate(username="officer", password=accounts[1].password) is None
    assert (Zone.objects.count(), Company.objects.count(), Fact.objects.count(), Source.objects.count()) == before
    assert list(Zone.objects.values_list("code", "revision")) == revisions
    assert Person.objects.count() == 1 + len(demo.ACCOUNTS)


def test_the_five_zones_stand_there_as_demonstrations(accounts: list[demo.DemoAccount]) -> None:
    zones = {z.code: z for z in Zone.objects.all()}
    assert set(zones) == {z.code for z in shipped_case().zones}
    assert all(z.is_demo and z.as_of == datetime.date(2025, 2, 6) for z in zones.values())
    assert all(z.is_sample for z in zones.values())


@pytest.mark.house
def test_every_fact_has_source_day_and_confidence(accounts: list[demo.DemoAccount]) -> None:
    for fact in Fact.objects.select_related("source", "company"):
        assert fact.source.title
        as_of = datetime.date(2025, 2, 6)
        assert fact.observed_on == min(fact.source.issued_on or as_of, as_of)
        assert 0 < fact.confidence <= 1
        if fact.company is not None and fact.company.is_invented and fact.kind != Fact.Kind.STATE:
            assert fact.source.is_invented


@pytest.mark.house
def test_real_companies_have_no_invented_fact(accounts: list[demo.DemoAccount]) -> None:
    real = Company.objects.filter(is_invented=False)
    assert real.count() == 7
    assert not Fact.objects.filter(company__in=real, source__kind=Source.Kind.INVENTED).exists()
    assert not Fact.objects.filter(company__in=real, kind__in=[Fact.Kind.REVENUE, Fact.Kind.ABOVE_SCALE]).exists()


@pytest.mark.house
def test_each_zone_tells_what_the_interview_says_of_it_and_of_its_companies(accounts: list[demo.DemoAccount]) -> None:
    for told in shipped_case().zones:
        zone = Zone.objects.get(code=told.code)
        of_the_zone = [s.text for s in told.statements if s.company is None]
        assert [f.text for f in zone_statements(zone)] == of_the_zone
        of_companies = Fact.objects.filter(zone=zone, kind=Fact.Kind.STATEMENT).exclude(company=None)
        assert {(f.company.name, f.text) for f in of_companies if f.company} == {
            (s.company, s.text) for s in told.statements if s.company is not None
        }


@pytest.mark.house
def test_shenyang_has_49_companies_16_of_them_above_scale(shenyang: Zone) -> None:
    here = [d for d in all_dossiers(shenyang) if not d.company.is_outside]
    assert len(here) == 49
    assert sum(d.is_above_scale is True for d in here) == 16
    assert [d.company.name for d in here if d.is_anchor] == ["中航沈飞民用飞机有限责任公司"]
    assert all(d.company.name_en for d in here)


@pytest.mark.house
def test_shenyangs_report_is_that_of_the_shipped_list_on_the_command_line(shenyang: Zone) -> None:
    from xinya.cli.chain import diagnose_file

    listed = diagnose_file(
        SHIPPED / "shenyang.csv", chains=list(shipped_case().zone("shenyang").chains),
        outside=SHIPPED / "shenyang_outside.csv", as_of=datetime.date(2025, 2, 6),
    )  # fmt: skip
    stored = zone_report(shenyang, datetime.date(2025, 2, 6)).report
    assert stored.diagnosis.verdicts == listed.diagnosis.verdicts
    assert set(stored.unplaced) == set(listed.unplaced)
    assert len(stored.diagnosis.verdicts) > 50


@pytest.mark.parametrize(
    ("day", "state", "is_made"),
    [("2025-02-06", "planned", False), ("2025-03-21", "building", False), ("2026-06-29", "building", False),
     ("2026-06-30", "producing", True)],
)  # fmt: skip
@pytest.mark.house
def test_the_composites_gap_closes_on_the_day_of_production(shenyang: Zone, day: str, state: str, is_made: bool) -> None:
    report = zone_report(shenyang, datetime.date.fromisoformat(day)).report
    company = next(c for c in report.companies if c.name == COMPOSITES)
    finding = report.diagnosis.findings["composite-part"]
    assert company.state == state
    assert (finding.makers == (COMPOSITES,)) == is_made
    assert (finding.kind == "missing") != is_made
    assert (company in report.building.get("composite-part", ())) != is_made


@pytest.mark.parametrize(
    ("spoken", "said"), [("zh-hans", "由人民日报 2025-02-06 第03版推断"), ("en", "inferred from 人民日报 2025-02-06 第03版")]
)
@pytest.mark.house
def test_what_was_inferred_says_of_what_in_the_reader_s_language(shenyang: Zone, spoken: str, said: str) -> None:
    found = zone_report(shenyang, datetime.date(2025, 4, 1))
    facts = Fact.objects.filter(zone=shenyang, source__kind=Source.Kind.INFERRED)
    with translation.override(spoken):
        assert {evidence(fact, found)["source"] for fact in facts} == {said}
        Source.objects.filter(kind=Source.Kind.INFERRED).update(reference="")
        assert {evidence(fact, found)["source"] for fact in facts.all()} == {gettext("inferred")}


@pytest.mark.parametrize("code", [z.code for z in shipped_case().zones])
@pytest.mark.house
def test_every_zone_has_a_diagnosis_to_look_at(accounts: list[demo.DemoAccount], code: str) -> None:
    """Every kind of gap, products that nobody placed, one that waits for a person, and none on an outsider's look-alike."""
    report = zone_report(Zone.objects.get(code=code), datetime.date(2025, 2, 6)).report
    kinds = {finding.kind for finding in report.diagnosis.verdicts}
    assert {"missing", "thin", "weak", "dependent", "extendable"} <= kinds
    assert all(chain.is_known and chain.made >= 5 for chain in report.diagnosis.chains)
    assert report.unplaced
    states = set(Placement.objects.filter(company__zone__code=code).values_list("state", flat=True))
    assert states == {"AUTOMATIC", "PENDING"}


@pytest.mark.house
def test_what_only_sounds_like_a_trade_is_placed_nowhere(accounts: list[demo.DemoAccount]) -> None:
    for words in ("玩具", "文化用品", "食品", "航模", "贸易", "航材"):
        assert not Placement.objects.filter(company__name__contains=words, company__is_outside=False).exists(), words


def test_loading_is_one_act_in_the_audit_and_every_step_has_its_row(accounts: list[demo.DemoAccount]) -> None:
    loaded = AuditRow.objects.get(act="load-demo")
    house = f"person:{Person.objects.get(username='demo').pk}"
    assert loaded.change["zones"] == [None, 5]
    assert AuditRow.objects.filter(act="start-zone", actor=house).count() == 5
    others = AuditRow.objects.exclude(actor=house)
    names = {f"person:{p.pk}": p.username for p in Person.objects.all()}
    assert {(names[actor], act) for actor, act in others.values_list("actor", "act")} == {
        ("officer", "make-promise"),
        ("company", "make-promise"),
    }
    assert verify_stored().ok


def test_the_sample_zone_has_a_few_promises_both_ways_all_invented_and_made_once(accounts: list[demo.DemoAccount]) -> None:
    directions = list(Promise.objects.order_by("pk").values_list("direction", "is_invented", "zone__code"))
    assert directions == [("OURS", True, "shenyang")] * 4 + [("THEIRS", True, "shenyang")]
    demo.load()
    assert Promise.objects.count() == 5


def test_the_demonstration_is_removed_as_a_whole_and_does_not_come_back(accounts: list[demo.DemoAccount]) -> None:
    assert demo.remove() == 5
    assert not Zone.objects.exists()
    assert not Company.objects.exists()
    assert not Fact.objects.exists()
    assert not Source.objects.exists()
    demo.load()
    assert not Zone.objects.exists()
    assert AuditRow.objects.filter(act="remove-demo").count() == 5


def test_a_zone_of_ones_own_stays_when_the_demonstration_goes(accounts: list[demo.DemoAccount]) -> None:
    from xinya.zones.actions import start_zone

    own = start_zone(Person.objects.get(username="officer"), code="own", name="自己的高新区")
    demo.remove()
    assert list(Zone.objects.all()) == [own]
