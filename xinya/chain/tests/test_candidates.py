"""An officer's word on a known maker outside: kept with its reason, used in the order, and nobody else's to say."""

import pytest
from django.test import Client
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.models import CandidateWord
from xinya.chain.tests.conftest import DAY, STANDS, line
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones.models import Company, Person, Zone

pytestmark = [pytest.mark.django_db, STANDS]
GAP = "composite-part"
NAMES = ("甲地复材有限公司", "乙地复材有限公司", "丙地复材有限公司")


@pytest.fixture
def makers(zone: Zone, officer: Person) -> list[Company]:
    """Three makers outside that differ in nothing but their names."""
    lines = [line(n, name, "航空复合材料") for n, name in enumerate(NAMES, start=2)]
    actions.import_companies(officer, zone=zone, lines=lines, title="区外", is_outside=True)
    return [Company.objects.get(name=name) for name in NAMES]


def order(zone: Zone) -> list[str]:
    zone.refresh_from_db()
    return [k.candidate.company for k in queries.segment_candidates(queries.zone_report(zone, DAY), GAP)]


def word_page(zone: Zone, company: Company) -> str:
    return reverse("candidate-word", args=[zone.code, GAP, company.pk])


def test_an_officers_word_is_kept_with_its_reason_and_moves_the_candidate(
    zone: Zone, makers: list[Company], officer_client: Client
) -> None:
    before = order(zone)
    last, first = Company.objects.get(name=before[-1]), Company.objects.get(name=before[0])
    assert officer_client.post(word_page(zone, last), {"is_right": "yes", "reason": "样件已检"}).status_code == 302
    assert officer_client.post(word_page(zone, first), {"is_right": "no", "reason": "产能已满"}).status_code == 302
    assert order(zone) == [before[-1], before[1], before[0]]
    words = officer_client.get(reverse("segment", args=[zone.code, GAP])).content.decode()
    assert "样件已检" in words
    assert "产能已满" in words
    row = AuditRow.objects.filter(act="say-of-candidate").latest("seq")
    assert (row.ok, row.change["is_suitable"]) == (True, [None, False])


def test_a_later_word_replaces_an_earlier_one_which_stays_readable(zone: Zone, makers: list[Company], officer: Person) -> None:
    for is_suitable, reason in ((False, "离得太远"), (True, "愿意设分厂")):
        actions.say_of_candidate(officer, zone=zone, segment=GAP, company_id=makers[0].pk, is_suitable=is_suitable, reason=reason)
    assert order(zone)[0] == makers[0].name
    words = list(CandidateWord.objects.values_list("reason", "replaced_at"))
    assert [reason for reason, _at in words] == ["离得太远", "愿意设分厂"]
    assert [at is None for _reason, at in words] == [False, True]


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_word_without_a_reason_is_refused(zone: Zone, makers: list[Company], officer_client: Client, reason: str) -> None:
    assert officer_client.post(word_page(zone, makers[0]), {"is_right": "yes", "reason": reason}).status_code == 422
    assert not CandidateWord.objects.exists()


def test_a_reader_says_no_word(zone: Zone, makers: list[Company], reader_client: Client) -> None:
    assert reader_client.post(word_page(zone, makers[0]), {"is_right": "yes", "reason": "x"}).status_code == 403
    page = reader_client.get(reverse("segment", args=[zone.code, GAP])).content.decode()
    assert makers[0].name in page
    assert "candidates/" not in page


def test_a_company_of_the_zone_itself_and_a_segment_of_no_pack_are_not_found(
    zone: Zone, makers: list[Company], officer: Person
) -> None:
    here = zone.companies.filter(is_outside=False).first()
    assert here is not None
    for segment, number in ((GAP, here.pk), (GAP, 999_999), ("nowhere", makers[0].pk)):
        with pytest.raises(Refused) as refused:
            actions.say_of_candidate(officer, zone=zone, segment=segment, company_id=number, is_suitable=True, reason="样件已检")
        assert refused.value.status == 404


def test_no_word_is_kept_on_a_company_that_is_not_known_to_make_it(zone: Zone, officer: Person) -> None:
    actions.import_companies(officer, zone=zone, lines=[line(2, "别的企业", "客舱地板")], title="区外", is_outside=True)
    other = Company.objects.get(name="别的企业")
    with pytest.raises(Refused) as refused:
        actions.say_of_candidate(officer, zone=zone, segment=GAP, company_id=other.pk, is_suitable=True, reason="样件已检")
    assert (refused.value.code, refused.value.status) == ("no-candidate", 409)
    assert not CandidateWord.objects.exists()


def test_a_maker_of_two_chains_stands_on_the_page_of_either(
    zone: Zone, makers: list[Company], officer: Person, reader_client: Client
) -> None:
    lines = [line(2, NAMES[0], "航空复合材料", "锂辉石精矿")]
    actions.import_companies(officer, zone=zone, lines=lines, title="区外", is_outside=True)
    assert reader_client.get(reverse("segment", args=[zone.code, GAP])).status_code == 200


def test_a_program_reads_the_candidates_in_order_and_says_a_word(zone: Zone, makers: list[Company], officer_client: Client) -> None:
    address = f"/api/v1/zones/{zone.code}/segments/{GAP}/candidates"
    rows = officer_client.get(address).json()["items"]
    assert [row["company"] for row in rows] == order(zone)
    assert all(row["pro"] and row["suitable"] is None for row in rows)
    given = {"is_suitable": True, "reason": "对口"}
    reply = officer_client.post(f"{address}/{makers[2].pk}/word", given, content_type="application/json")
    assert reply.status_code == 200
    first = officer_client.get(address).json()["items"][0]
    assert (first["company_id"], first["suitable"], first["word_reason"]) == (makers[2].pk, True, "对口")
    assert officer_client.get(f"/api/v1/zones/{zone.code}/segments/nowhere/candidates").status_code == 404
