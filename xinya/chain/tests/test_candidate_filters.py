"""Reasons that sources state, filters by them, earlier words, and the seam where a lead will be started."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.engine.candidates import ANY, LOW_SHARE, SHARE, SUPPLIES, Candidate, Wanted, fits
from xinya.chain.models import SupplyLink
from xinya.chain.tests.conftest import DAY, STANDS, line
from xinya.kit import leads
from xinya.zones.files import read_companies, write_csv, write_xlsx
from xinya.zones.models import Company, Fact, Person, Zone

pytestmark = [pytest.mark.django_db, STANDS]
GAP = "composite-part"
SIDE, MAIN, BROKEN = "甲地复材有限公司", "上海乙地复材有限公司", "丙地复材有限公司"
TEXT = "航空复合材料"


@pytest.fixture
def makers(zone: Zone, officer: Person) -> list[Company]:
    """Three makers: as a side line in the zone's province, as the main line elsewhere, and one that the register calls revoked."""
    here = [line(n, c.name, region="辽宁") for n, c in enumerate(zone.companies.all(), start=2)]
    actions.import_companies(officer, zone=zone, lines=here, title="地区")
    lines = [
        line(2, SIDE, TEXT, "家具", shares=(320, 9000), region="辽宁省沈阳市", standing="存续"),
        line(3, MAIN, TEXT, shares=(3250,), standing="存续（在营、开业、在册）"),
        line(4, BROKEN, TEXT, region="吉林", standing="吊销"),
    ]
    actions.import_companies(officer, zone=zone, lines=lines, title="区外", is_outside=True)
    zone.refresh_from_db()
    return [Company.objects.get(name=name) for name in (SIDE, MAIN, BROKEN)]


@pytest.fixture
def _no_seams() -> Iterator[None]:
    yield
    leads._starters.clear()
    queries.SUPPLY_EVIDENCE.clear()


def words(client: Client, zone: Zone, query: str = "") -> str:
    return client.get(f"/en/zones/{zone.code}/segments/{GAP}/{query}").content.decode()


def names(client: Client, zone: Zone, **asked: str) -> set[str]:
    reply = client.get(f"/api/v1/zones/{zone.code}/segments/{GAP}/candidates", asked)
    assert reply.status_code == 200
    return {row["company"] for row in reply.json()["items"]}


def test_share_region_and_standing_speak_in_words(zone: Zone, makers: list[Company], reader_client: Client) -> None:
    page = words(reader_client, zone)
    assert "makes it at 32.5% of its revenue" in page
    assert "only 3.2% of its revenue comes from it" in page
    assert "in the same province, Liaoning" in page
    assert "far: in Shanghai" in page
    assert "abnormal standing in the register: 吊销" in page


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {SIDE, MAIN, BROKEN}), ({"share": "20"}, {MAIN}), ({"share": "1"}, {SIDE, MAIN}), ({"region": "near"}, {SIDE}),
        ({"region": "far"}, {MAIN, BROKEN}), ({"region": "31"}, {MAIN}), ({"standing": "normal"}, {SIDE, MAIN}),
        ({"word": "none"}, {SIDE, MAIN, BROKEN}), ({"word": "yes"}, set()), ({"region": "far", "standing": "normal"}, {MAIN}),
    ],
)  # fmt: skip
def test_filters_keep_whom_they_ask_for_on_page_and_api(
    zone: Zone, makers: list[Company], reader_client: Client, asked: dict[str, str], expected: set[str]
) -> None:
    assert names(reader_client, zone, **asked) == expected
    page = words(reader_client, zone, "?" + "&".join(f"{k}={v}" for k, v in asked.items()))
    assert {c.name for c in makers if f'id="candidate-{c.pk}"' in page} == expected
    assert ("None of them fits" in page) == (not expected)


def test_a_filter_that_makes_no_sense_asks_for_nothing_on_the_page_and_is_refused_by_the_api(
    zone: Zone, makers: list[Company], reader_client: Client
) -> None:
    page = words(reader_client, zone, "?share=x&region=moon&word=maybe&standing=odd")
    assert all(f'id="candidate-{c.pk}"' in page for c in makers)
    assert reader_client.get(f"/api/v1/zones/{zone.code}/segments/{GAP}/candidates", {"region": "moon"}).status_code == 422


def test_what_is_not_known_of_a_maker_fits_no_question_for_it() -> None:
    one = Candidate("甲", 1.0, (), (), ())
    assert fits(one, ANY)
    assert fits(one, Wanted(is_normal=True))
    assert not any(fits(one, w) for w in (Wanted(least_share=1), Wanted(region="near"), Wanted(region="far"), Wanted(word="yes")))


def test_earlier_words_of_officers_stay_on_the_page(
    zone: Zone, makers: list[Company], officer: Person, officer_client: Client
) -> None:
    for is_suitable, reason in ((False, "离得太远"), (False, "产能不足"), (True, "愿意设分厂")):
        actions.say_of_candidate(officer, zone=zone, segment=GAP, company_id=makers[0].pk, is_suitable=is_suitable, reason=reason)
    page = words(officer_client, zone)
    assert "2 earlier words" in page
    assert page.index("愿意设分厂") < page.index("产能不足") < page.index("离得太远")
    told = officer_client.get(f"/api/v1/zones/{zone.code}/segments/{GAP}/candidates", {"word": "yes"}).json()["items"]
    assert [w["reason"] for w in told[0]["earlier_words"]] == ["产能不足", "离得太远"]


@pytest.mark.usefixtures("_no_seams")
def test_whom_it_supplies_here_is_a_reason_once_somebody_knows(zone: Zone, makers: list[Company]) -> None:
    def codes() -> set[str]:
        known = queries.segment_candidates(queries.zone_report(zone, DAY), GAP)
        return {r.code for k in known for r in k.candidate.pro if k.candidate.company == MAIN}

    assert SUPPLIES not in codes()
    assert SHARE in codes()
    assert LOW_SHARE not in codes()
    queries.SUPPLY_EVIDENCE.append(lambda _zone: {MAIN: ("港湾飞机有限公司",)})
    assert SUPPLIES in codes()


@pytest.mark.parametrize(
    "other", ["远方（沈阳）复材有限公司", "远方(沈阳)复材有限公司", "91210100MA0TEST12X", "91210100ma0test12x"]
)
def test_a_maker_is_known_by_its_name_however_it_is_written_and_by_its_credit_code(
    zone: Zone, makers: list[Company], officer: Person, other: str
) -> None:
    maker, buyer = makers[1], Company.objects.filter(zone=zone, is_outside=False)[0]
    far = line(3, "远方（沈阳）复材有限公司", TEXT, uscc="91210100MA0TEST12X")
    actions.import_companies(officer, zone=zone, lines=[far], title="又一份", is_outside=True)
    wanted = actions.NewLink(other=other, text=TEXT, segment="", period="2025", amount="", is_supplier=False)
    actions.state_link(officer, company=buyer, wanted=wanted)
    zone.refresh_from_db()
    known = {k.candidate.company: k.candidate for k in queries.segment_candidates(queries.zone_report(zone, DAY), GAP)}
    assert SUPPLIES in {r.code for r in known[far.name].pro}
    assert SUPPLIES not in {r.code for r in known[maker.name].pro}


def test_a_stated_supply_link_speaks_for_a_maker_until_it_is_withdrawn(zone: Zone, makers: list[Company], officer: Person) -> None:
    def codes() -> set[str]:
        known = queries.segment_candidates(queries.zone_report(zone, DAY), GAP)
        return {r.code for k in known for r in k.candidate.pro if k.candidate.company == MAIN}

    buyer = Company.objects.filter(zone=zone, is_outside=False)[0]
    wanted = actions.NewLink(other=MAIN, text=TEXT, segment="", period="2025", amount="", is_supplier=False)
    link = actions.state_link(officer, company=buyer, wanted=wanted)
    assert SUPPLIES in codes()
    SupplyLink.objects.filter(pk=link.pk).update(state=SupplyLink.State.DENIED)
    assert SUPPLIES not in codes()


@pytest.mark.usefixtures("_no_seams")
def test_a_lead_is_started_only_where_a_slice_keeps_leads(zone: Zone, makers: list[Company], officer_client: Client) -> None:
    assert "Start a lead" not in words(officer_client, zone)
    leads.register_lead_starter(lambda person, code, company, segment: f"/leads/{code}/{company}/{segment}/")
    assert f"/leads/{zone.code}/{makers[0].pk}/{GAP}/" in words(officer_client, zone)
    with pytest.raises(ValueError, match="one slice"):
        leads.register_lead_starter(lambda *_: "")


def test_shares_regions_and_standings_go_out_and_come_in_again(zone: Zone, makers: list[Company]) -> None:
    lines = [line(2, MAIN, TEXT, "家具", shares=(3250, None), region="上海", standing="存续")]
    for content, name in ((write_csv(lines), "a.csv"), (write_xlsx(lines), "a.xlsx")):
        assert read_companies(content, name) == lines
    assert Fact.objects.get(company=makers[1], kind=Fact.Kind.SHARE).number == 3250
    here = queries.list_lines(zone, DAY)
    assert {one.region for one in here} == {"辽宁"}


@pytest.mark.parametrize("shares", ["101", "abc", "10;20;30", "-1"])
def test_shares_that_are_none_are_refused_with_their_row(shares: str) -> None:
    from xinya.kit.refusals import Refused

    head = "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上,产品收入占比(%)\n"
    with pytest.raises(Refused) as refused:
        read_companies(f"{head}甲公司,,翼梁、肋,,,{shares}\n".encode(), "a.csv")
    assert refused.value.row == 2


def test_a_new_list_replaces_the_share_of_a_product(zone: Zone, makers: list[Company], officer: Person) -> None:
    again = line(3, MAIN, TEXT, shares=(1000,), region="江苏")
    actions.import_companies(officer, zone=zone, lines=[again], title="新名单", is_outside=True)
    held = Fact.objects.filter(company=makers[1], withdrawn_at=None)
    assert [f.number for f in held.filter(kind=Fact.Kind.SHARE)] == [1000]
    assert [f.text for f in held.filter(kind=Fact.Kind.REGION)] == ["江苏"]


def test_several_steps_filled_in_at_once_are_all_taken(zone: Zone, makers: list[Company], reader_client: Client) -> None:
    leaver = zone.companies.filter(is_outside=False).order_by("pk")[1]
    query = f"?to=A&make={GAP}&come={makers[0].pk}&leave={leaver.pk}"
    reply = reader_client.get(reverse("what-if", args=[zone.code]) + query)
    assert reply.headers["Location"].endswith(f"?a=make.{GAP}&a=come.{makers[0].pk}&a=leave.{leaver.pk}")


def test_the_makers_outside_are_made_once_for_a_revision(zone: Zone, makers: list[Company]) -> None:
    assert queries.outside_companies(zone, DAY) is queries.outside_companies(zone, DAY)
    played = queries.what_if(zone, DAY, {"a": [f"come.{makers[0].pk}"]})
    assert len(played.played[0].outcome.report.diagnosis.findings[GAP].outside or ()) == 1  # the third was struck off


def test_after_the_only_maker_outside_has_come_nothing_is_known_of_others(zone: Zone, officer: Person) -> None:
    """The same as in a zone that brought no list: an empty list tells nothing."""
    lines = [line(2, MAIN, TEXT)]
    actions.import_companies(officer, zone=zone, lines=lines, title="区外", is_outside=True)
    zone.refresh_from_db()
    only = Company.objects.get(name=MAIN)
    played = queries.what_if(zone, DAY, {"a": [f"come.{only.pk}"]})
    assert played.played[0].outcome.report.diagnosis.findings[GAP].outside is None
