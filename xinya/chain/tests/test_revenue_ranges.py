"""Revenue that is stated as a range: shown as what it is, and in no sum (zones-import 5.4)."""

import pytest
from django.test import Client

from xinya.chain.views.companies import revenue_shown, revenue_sum
from xinya.zones.actions import NewList, bring_list, commit_import, map_columns
from xinya.zones.models import Person, Zone
from xinya.zones.queries import Dossier, all_dossiers
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.people import someone
from xinya.zones.tests.uploads import DAY, committed, said, table

pytestmark = pytest.mark.django_db
HEADS: list[object] = ["企业名称", "统一社会信用代码", "2024年营业收入(万元)", "2025年营业收入(万元)"]


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="harbour", name="港湾高新区", name_en="Harbour Zone")


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def row(number: int, *revenue: object) -> list[object]:
    return [f"岚洲测{number}机械有限公司", code_of(number), *revenue]


def from_vendor(officer: Person, zone: Zone, content: bytes) -> None:
    batch = bring_list(officer, zone=zone, file=NewList("vendor.tsv", content))
    batch = map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY, source_kind="vendor")
    commit_import(officer, batch_id=batch.pk, key=batch.key)


def only(zone: Zone) -> Dossier:
    return all_dossiers(zone)[0]


def test_a_later_range_does_not_take_an_exact_figure_out_of_the_sum(zone: Zone, officer: Person, client: Client) -> None:
    committed(officer, zone, "a.tsv", table(row(1, 100, "1000-3000"), row(2, 100, ""), heads=HEADS))
    dossiers = all_dossiers(zone)
    assert [d.revenue_fen for d in dossiers] == [100_000_000, 100_000_000]
    found = revenue_sum(dossiers)
    assert (found["count"], found["ranges"], found["in_conflict"]) == (2, 1, 0)
    assert found["value"] == found["lowest"] == found["highest"] == revenue_sum(dossiers[1:] * 2)["value"]
    client.force_login(officer)
    page = client.get("/en/zones/harbour/companies/").content.decode()
    assert "CNY 2 million, from 2 of 2." in page
    assert "The last figure of 1 company is a range and not in the sum" in page
    own = client.get(f"/en/zones/harbour/companies/{dossiers[0].company.pk}/").content.decode()
    assert "CNY 10–30 million" in own, "the company's page shows the last period as it was stated"


def test_companies_that_state_ranges_alone_are_counted_apart(zone: Zone, officer: Person, client: Client) -> None:
    committed(officer, zone, "a.tsv", table(row(1, "", "1000-3000"), heads=HEADS))
    from_vendor(officer, zone, table(row(1, "", "2000-2500"), heads=HEADS))
    dossier = only(zone)
    assert dossier.revenue_fen is None
    found = revenue_sum([dossier])
    assert (found["count"], found["ranges"], found["in_conflict"]) == (0, 1, 0), "not the middle of either range, and no 0"
    assert "–" in revenue_shown(dossier)
    client.force_login(officer)
    page = client.get("/en/zones/harbour/companies/").content.decode()
    assert "Revenue of the companies listed" not in page
    assert "not in the sum" in page


def test_a_number_of_the_same_year_counts_whoever_stated_the_range(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", table(row(1, "", "1000-3000"), heads=HEADS))
    from_vendor(officer, zone, table(row(1, "", 1500), heads=HEADS))
    assert only(zone).revenue_fen == 1_500_000_000


def test_a_lone_range_is_weighed_by_its_middle_and_its_width(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", table(row(1, "", "1000-3000"), heads=HEADS))
    held = only(zone).weighed("revenue")
    assert held is not None
    assert (held[1].shown.number, held[1].shown.precision) == (2_000_000_000, 2_000_000_000)
