"""How old a zone's knowledge is: chips, the map that fades, the share that people confirmed, contradictions that are shown."""

import datetime
from collections.abc import Callable

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from xinya.chain import actions, queries
from xinya.chain.engine.freshness import Share
from xinya.chain.models import Placement
from xinya.chain.tests.conftest import CHAIN, DAY, line, signed_in, small_list
from xinya.kit.models import AuditRow
from xinya.zones import actions as zone_actions
from xinya.zones.engine.freshness import BY_KIND
from xinya.zones.models import Check, Company, Fact, HalfLife, Person, Secrecy, Source, Zone
from xinya.zones.tests.people import refused, someone

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
PAGES = {"zh": "/zh-hans", "en": "/en"}


@pytest.fixture
def zone(start: Callable[..., Zone]) -> Zone:
    """The small list in a zone that stands on today."""
    made = start()
    Zone.objects.filter(pk=made.pk).update(as_of=None)
    made.refresh_from_db()
    return made


@pytest.fixture
def own(zone: Zone) -> Company:
    return Company.objects.filter(zone=zone, placements__isnull=False).order_by("pk").distinct()[0]


@pytest.fixture
def member(own: Company) -> Person:
    return someone("zhao", "company_user", company=own)


def aged(rows: "QuerySet[Fact]", days: int) -> None:
    """These facts were observed so many days ago."""
    rows.update(observed_on=TODAY() - datetime.timedelta(days=days))
    Placement.objects.filter(company__in=rows.values("company")).update(placed_on=TODAY() - datetime.timedelta(days=days))


def touched(zone: Zone) -> Zone:
    zone_actions.touch_zone(zone)
    return Zone.objects.get(pk=zone.pk)


def report(zone: Zone) -> queries.ZoneReport:
    return queries.zone_report(Zone.objects.get(pk=zone.pk), TODAY())


def products(company: Company) -> "QuerySet[Fact]":
    return Fact.objects.filter(company=company, kind=Fact.Kind.PRODUCT)


def segment_of(company: Company) -> str:
    return Placement.objects.filter(company=company).values_list("segment", flat=True)[0]


@pytest.mark.parametrize(("days", "state"), [(10, "fresh"), (700, "fading"), (1200, "stale")])
def test_a_company_s_chips_say_half_life_and_state(zone: Zone, own: Company, reader_client: Client, days: int, state: str) -> None:
    aged(products(own), days)
    touched(zone)
    page = reader_client.get(reverse("company", args=[zone.code, own.pk]))
    assert {row["evidence"]["life"]["state"] for row in page.context["placements"]} == {state}
    words = reader_client.get(f"/en/zones/{zone.code}/companies/{own.pk}/").content.decode()
    assert "half-life 540 d" in words
    assert (f"·{state}</b>" in words) == (state != "fresh")


def test_a_segment_known_only_from_stale_facts_is_faded_on_the_map_and_in_its_table(
    zone: Zone, own: Company, reader_client: Client
) -> None:
    address = f"/en/zones/{zone.code}/chains/{CHAIN}/"
    before = reader_client.get(address).content.decode()
    assert "Only stale facts" not in before
    aged(products(own), 1200)
    touched(zone)
    page = reader_client.get(address)
    words, segment = page.content.decode(), segment_of(own)
    assert page.context["stale_count"] >= 1
    node = words.split(f'data-n="{segment}"')[0].rsplit("<a class=", 1)[1]
    assert "stale" in node
    assert "known only from stale facts" in words
    row = words.split(f'id="s-{segment}"')[1].split("</tr>")[0]
    assert "·stale" in row
    assert "Only stale facts" in row


def test_one_fresh_maker_keeps_a_segment_from_fading(zone: Zone, own: Company, officer: Person) -> None:
    text = products(own)[0].text
    actions.import_companies(officer, zone=zone, lines=[line(2, "新来制造有限公司", text)], title="新名单")
    aged(products(own), 1200)
    touched(zone)
    assert report(zone).ages[segment_of(own)].state == "fresh"


def test_the_company_s_word_makes_a_stale_fact_young_and_counts_as_a_source(zone: Zone, own: Company, member: Person) -> None:
    aged(products(own), 1200)
    fact = products(own)[0]
    found = report(touched(zone))
    before = queries.fact_sure(fact, found.held, TODAY())
    zone_actions.confirm_fact(member, company=own, fact_id=fact.pk)
    found = report(zone)
    assert queries.fact_age(fact, found.held, TODAY()).state == "fresh"
    assert queries.fact_sure(fact, found.held, TODAY()) == pytest.approx(1 - (1 - before) * (1 - 0.85))
    assert found.ages[segment_of(own)].state == "fresh"
    with refused("confirmed-already"):
        zone_actions.confirm_fact(member, company=own, fact_id=fact.pk)


def test_a_company_may_confirm_again_after_a_year(zone: Zone, own: Company, member: Person) -> None:
    fact = products(own)[0]
    zone_actions.confirm_fact(member, company=own, fact_id=fact.pk)
    fact.reviews.update(at=timezone.now() - datetime.timedelta(days=365))
    zone_actions.confirm_fact(member, company=own, fact_id=fact.pk)
    assert fact.reviews.count() == 2
    row = own.placements.all()[0]
    for _year in range(2):
        actions.confirm_placement(member, zone_code=zone.code, placement_id=row.pk)
        Placement.objects.filter(pk=row.pk).update(decided_at=timezone.now() - datetime.timedelta(days=400))


def test_a_fact_that_was_confirmed_long_ago_can_be_confirmed_again_on_the_page(zone: Zone, own: Company, member: Person) -> None:
    fact, client = products(own)[0], signed_in(member)
    address = reverse("company", args=[zone.code, own.pk])
    zone_actions.confirm_fact(member, company=own, fact_id=fact.pk)
    again = reverse("confirm-fact", args=[zone.code, own.pk, fact.pk])
    assert again not in client.get(address).content.decode()
    aged(products(own), 1200)
    long_ago = timezone.now() - datetime.timedelta(days=1000)
    Check.objects.update(at=long_ago)
    fact.reviews.update(at=long_ago)
    touched(zone)
    assert again in client.get(address).content.decode()
    assert client.post(again).status_code == 302
    assert again not in client.get(address).content.decode()


def test_a_later_list_that_names_a_product_still_makes_it_young_but_confirms_nothing(zone: Zone, officer: Person) -> None:
    aged(Fact.objects.filter(zone=zone, kind=Fact.Kind.PRODUCT), 1200)
    count = Fact.objects.count()
    actions.import_companies(officer, zone=zone, lines=small_list(), title="新名单")
    assert Fact.objects.count() == count
    found = report(zone)
    assert {age.state for age in found.ages.values()} == {"fresh"}
    assert found.shares[CHAIN].confirmed == 0


def test_a_list_brought_twice_leaves_no_check(zone: Zone, officer: Person) -> None:
    Zone.objects.filter(pk=zone.pk).update(as_of=DAY)
    zone.refresh_from_db()
    actions.import_companies(officer, zone=zone, lines=small_list(), title="名单")
    assert not Check.objects.exists()


def test_the_share_confirmed_has_numerator_and_denominator_on_page_and_api(zone: Zone, own: Company, member: Person) -> None:
    counted = report(zone).shares[CHAIN].counted
    assert report(zone).shares[CHAIN] == Share(0, counted)
    actions.confirm_placement(member, zone_code=zone.code, placement_id=own.placements.all()[0].pk)
    assert report(zone).shares[CHAIN] == Share(1, counted)
    client = signed_in(someone("w", "zone_reader", zone=zone))
    for name in ("zone", "chain-list"):
        assert f"1/{counted}</small>" in client.get(reverse(name, args=[zone.code])).content.decode()
    assert f"（1/{counted}）" in client.get(reverse("chain-map", args=[zone.code, CHAIN])).content.decode()
    told = client.get(f"/api/v1/zones/{zone.code}/freshness").json()
    assert told["chains"] == [{"chain": CHAIN, "confirmed": 1, "counted": counted, "share": 1 / counted}]
    Placement.objects.filter(company=own).update(decided_at=timezone.now() - datetime.timedelta(days=366))
    assert report(touched(zone)).shares[CHAIN] == Share(0, counted)


def test_a_placement_by_link_or_officer_survives_placing_anew(zone: Zone, own: Company, officer: Person) -> None:
    row = own.placements.all()[0]
    Placement.objects.filter(pk=row.pk).update(state="CONFIRMED", decided_as="link", decided_at=timezone.now())
    actions.place_companies(zone, [own])
    assert Placement.objects.filter(pk=row.pk, decided_as="link").exists()


# --- contradictions -------------------------------------------------------------------------------------------------


def another_says(company: Company, fen: int, kind: str = "register", precision: str = "") -> Fact:
    source = Source.objects.create(kind=kind, title=f"{kind}所载")
    return Fact.objects.create(
        zone=company.zone, company=company, kind=Fact.Kind.REVENUE, number=fen, source=source, observed_on=TODAY(),
        confidence="0.97", precision=precision,
    )  # fmt: skip


@pytest.fixture
def disputed(zone: Zone) -> Company:
    """The anchor, whose list says 12.34 hundred million and whose register says twice that."""
    company = Company.objects.get(zone=zone, name="港湾飞机有限公司")
    another_says(company, 246_800_000_000)
    touched(zone)
    return company


def test_two_values_are_shown_with_their_sources_and_never_their_mean(zone: Zone, disputed: Company, reader_client: Client) -> None:
    page = reader_client.get(reverse("company", args=[zone.code, disputed.pk]))
    words = page.content.decode()
    assert "24.68亿元" in words
    assert "12.34亿元" in words
    assert "18.51" not in words
    assert "register所载" in words
    assert page.context["revenue"] == "24.68亿元"
    assert page.context["revenue_disputed"]
    listed = reader_client.get(f"/en/zones/{zone.code}/companies/").content.decode()
    assert "1 value in conflict, worth between CNY 1.23 billion and CNY 2.47 billion" in listed


def test_a_rough_figure_that_agrees_is_no_contradiction_and_does_not_replace_the_exact_one(zone: Zone, officer: Person) -> None:
    company = Company.objects.get(zone=zone, name="港湾飞机有限公司")
    another_says(company, 120_000_000_000, "audit", precision="10000000000")
    dossier = next(d for d in report(touched(zone)).dossiers if d.company.pk == company.pk)
    assert dossier.revenue_fen == 123_400_000_000
    assert not dossier.conflicts


def test_an_officer_s_choice_settles_and_a_third_value_opens_again(zone: Zone, disputed: Company, officer_client: Client) -> None:
    listed = Fact.objects.get(company=disputed, kind=Fact.Kind.REVENUE, number=123_400_000_000)
    address = reverse("settle-fact", args=[zone.code, disputed.pk, listed.pk])
    assert officer_client.post(address, {"reason": ""}).status_code == 422
    assert officer_client.post(address, {"reason": "已核对纳税申报表"}).status_code == 302
    page = officer_client.get(reverse("company", args=[zone.code, disputed.pk]))
    assert (page.context["revenue"], page.context["revenue_disputed"]) == ("12.34亿元", False)
    assert len(page.context["figures"][0]["values"]) == 3
    assert AuditRow.objects.get(act="settle-conflict").ok
    assert officer_client.post(address, {"reason": "再选一次"}).status_code == 409
    another_says(disputed, 246_800_000_000, "tax")
    touched(zone)
    assert not officer_client.get(reverse("company", args=[zone.code, disputed.pk])).context["revenue_disputed"]
    another_says(disputed, 50_000_000_000, "tax")
    touched(zone)
    assert officer_client.get(reverse("company", args=[zone.code, disputed.pk])).context["revenue_disputed"]


def test_only_officers_choose_and_only_among_what_contradicts(
    zone: Zone, disputed: Company, reader: Person, officer: Person
) -> None:
    fact = Fact.objects.filter(company=disputed, kind=Fact.Kind.REVENUE)[0]
    with refused("not-allowed"):
        zone_actions.settle_conflict(reader, company=disputed, fact_id=fact.pk, reason="我看是这个")
    with refused("no-such-fact"):
        zone_actions.settle_conflict(officer, company=disputed, fact_id=10**9, reason="我看是这个")
    other = Company.objects.filter(zone=zone).exclude(pk=disputed.pk)[0]
    scale = Fact.objects.filter(company=other, kind=Fact.Kind.ABOVE_SCALE)[0]
    with refused("no-conflict"):
        zone_actions.settle_conflict(officer, company=other, fact_id=scale.pk, reason="我看是这个")


def test_a_value_that_the_officer_may_not_see_neither_shows_by_a_conflict_nor_hides_the_choice(
    zone: Zone, disputed: Company, officer: Person
) -> None:
    listed = Fact.objects.get(company=disputed, kind=Fact.Kind.REVENUE, number=123_400_000_000)
    Fact.objects.filter(company=disputed, kind=Fact.Kind.REVENUE).exclude(pk=listed.pk).update(secrecy=Secrecy.RESTRICTED)
    with refused("no-conflict"):
        zone_actions.settle_conflict(officer, company=disputed, fact_id=listed.pk, reason="已核对纳税申报表")
    another_says(disputed, 50_000_000_000, "tax")
    choice = zone_actions.settle_conflict(officer, company=disputed, fact_id=listed.pk, reason="已核对纳税申报表")
    assert choice.secrecy == listed.secrecy


def test_a_range_can_be_chosen_and_settles(zone: Zone, disputed: Company, officer: Person) -> None:
    listed = Fact.objects.get(company=disputed, kind=Fact.Kind.REVENUE, number=123_400_000_000)
    Fact.objects.filter(pk=listed.pk).update(number=None, lower=120_000_000_000, upper=130_000_000_000)
    choice = zone_actions.settle_conflict(officer, company=disputed, fact_id=listed.pk, reason="已核对纳税申报表")
    assert (choice.number, choice.lower, choice.upper) == (None, 120_000_000_000, 130_000_000_000)
    with refused("no-conflict"):
        zone_actions.settle_conflict(officer, company=disputed, fact_id=listed.pk, reason="再选一次")


def test_a_new_list_replaces_an_older_list_s_figure_and_leaves_another_source_s_beside_it(
    zone: Zone, disputed: Company, officer: Person
) -> None:
    brought = line(2, disputed.name, *[f.text for f in products(disputed)], revenue_fen=130_000_000_000)
    actions.import_companies(officer, zone=zone, lines=[brought], title="新名单")
    held = Fact.objects.filter(company=disputed, kind=Fact.Kind.REVENUE, withdrawn_at=None)
    assert list(held.order_by("number").values_list("number", flat=True)) == [130_000_000_000, 246_800_000_000]


# --- half-lives -----------------------------------------------------------------------------------------------------


def test_a_zone_s_half_life_holds_at_once_and_the_earlier_stays_readable(zone: Zone, own: Company, officer_client: Client) -> None:
    aged(products(own), 200)
    touched(zone)
    address = reverse("half-lives", args=[zone.code])
    sent = {"kind": "placement", "days": "90", "reason": "本区企业转产快"}
    assert officer_client.post(address, sent).status_code == 302
    assert report(zone).ages[segment_of(own)].state == "stale"
    assert officer_client.post(address, {"kind": "placement", "days": "", "reason": "恢复默认"}).status_code == 302
    assert report(zone).ages[segment_of(own)].state == "fresh"
    assert list(HalfLife.objects.values_list("days", flat=True)) == [90, None]
    assert "本区企业转产快" in officer_client.get(address).content.decode()
    assert AuditRow.objects.filter(act="set-half-life").count() == 2


@pytest.mark.parametrize(
    ("kind", "days", "code"),
    [("revenue", 90, "unknown-kind"), ("moon", 90, "unknown-kind"), ("product", 0, "days-wrong"), ("product", 10**6, "days-wrong")],
)
def test_what_does_not_fade_gets_no_half_life(zone: Zone, officer: Person, kind: str, days: int, code: str) -> None:
    with refused(code):
        zone_actions.set_half_life(officer, zone=zone, kind=kind, days=days, reason="试一试")
    assert not HalfLife.objects.exists()


def test_a_reader_sees_the_half_lives_and_sets_none(zone: Zone, reader_client: Client) -> None:
    address = reverse("half-lives", args=[zone.code])
    assert str(BY_KIND["product"].days) in reader_client.get(address).content.decode()
    sent = {"kind": "product", "days": "90", "reason": "试一试"}
    assert reader_client.post(address, sent).status_code == 422
    assert not HalfLife.objects.exists()


def test_the_half_life_that_re_checks_suggest_stands_beside_the_one_in_force(
    zone: Zone, own: Company, reader_client: Client
) -> None:
    for n in range(10):
        outcome = Check.Outcome.RIGHT if n < 5 else Check.Outcome.WRONG
        Check.objects.create(
            zone=zone, company=own, fact=products(own)[0], kind="product", outcome=outcome, age=300, voice="officer"
        )
    told = reader_client.get(f"/api/v1/zones/{zone.code}/freshness").json()["half_lives"]
    product = next(row for row in told if row["kind"] == "product")
    assert (product["checked"], product["wrong"], product["refit"]) == (10, 5, pytest.approx(300))
    assert "5/10" in reader_client.get(reverse("half-lives", args=[zone.code])).content.decode()
