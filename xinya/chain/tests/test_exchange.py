"""Zones compared only where definitions agree; open data masked, frozen, held back; another zone's brought whole."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.actions.exchange import bring_open_data, drop_open_data, publish_open_data
from xinya.chain.engine.compare import Comparison, compare, defined
from xinya.chain.files import join_packs, shipped_atlas, shipped_packs
from xinya.chain.files.open_lines import maker_lines, same_segments
from xinya.chain.files.open_zone import FORMAT, archive_bytes, document_bytes, read_open_zone
from xinya.chain.files.tivac import tivac_document
from xinya.chain.models import OpenData, OpenMaker
from xinya.chain.queries.exchange import compared as compared_with
from xinya.chain.queries.exchange import drawn_document, open_data_of, partners_of, side_of
from xinya.zones.models import Company, Fact, Person, Secrecy, Zone
from xinya.zones.tests.people import refused, someone

from .conftest import CHAIN, DAY, OTHER_CHAIN, STANDS, line, name_of, signed_in

pytestmark = STANDS


def compared(person: Person, found: queries.ZoneReport, partner: str, chain: str) -> Comparison:
    return compared_with(found, partners_of(person, found.zone, partner), partner, chain)


def published(officer: Person, zone: Zone) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(publish_open_data(officer, zone=zone).content)
    return document


def makers_list(start_row: int, mark: str, count: int, segment: str) -> list[Any]:
    return [line(n, f"{mark}{n}有限公司", name_of(segment)) for n in range(start_row, start_row + count)]


# --- definitions ----------------------------------------------------------------------------------------------------


def test_a_hash_is_of_the_meaning_and_not_of_the_english_text() -> None:
    segment = shipped_atlas([CHAIN]).segments["prepreg"]
    same = replace(segment, name_en="something else", aliases=(), excludes=tuple(reversed(segment.excludes)))
    assert defined(same).hash == defined(segment).hash
    for other in (replace(segment, definition_zh="另一句话。"), replace(segment, excludes=()), replace(segment, broader="spar")):
        assert defined(other).hash != defined(segment).hash


def test_a_document_cannot_claim_a_hash_that_its_words_do_not_give() -> None:
    document = small_document()
    document["packs"][0]["segments"][0]["fields"]["definition_zh"] = "完全不同的东西。"
    zone = read_open_zone(document_bytes(document))
    assert "prepreg" not in same_segments(zone, shipped_atlas([CHAIN]))


def small_document() -> dict[str, Any]:
    segment = shipped_atlas([CHAIN]).segments["prepreg"]
    one = defined(segment)
    row = {
        "code": "prepreg",
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "column": "compo",
        "hash": one.hash,
        "fields": dict(one.fields),
    }
    return {
        "format": FORMAT, "zone": {"code": "elsewhere", "name": "远方高新区", "name_en": ""}, "as_of": "2026-01-02",
        "source": "远方", "licence": "",
        "packs": [{"code": CHAIN, "name_zh": "链", "name_en": "", "version": "1", "segments": [row]}],
        "tables": [{"chain": CHAIN, "as_of": "2026-01-02", "scales": [], "makers": {"prepreg": [3, "*", "*"]}, "revenue_fen": {}}],
        "companies": [{"name": "远方复材有限公司", "credit_code": "", "products": ["某种浸料"], "segments": ["prepreg"]}],
    }  # fmt: skip


# --- open data ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_small_cell_is_never_in_the_open_data(officer: Person, zone: Zone) -> None:
    actions.import_companies(officer, zone=zone, lines=makers_list(2, "甲", 7, "prepreg"), title="名单")
    document = published(officer, zone)
    (table,) = document["tables"]
    counts = table["makers"]
    assert counts["prepreg"][-1] == 7
    true = side_of(queries.zone_report(zone, DAY), CHAIN)
    assert true is not None
    for code, n in true.makers.items():
        if n in (1, 2):
            assert counts[code][-1] == "*", code
    numbers = [v for row in (*table["makers"].values(), *table["revenue_fen"].values()) for v in row]
    assert all(v == "*" or v not in (1, 2) for v in numbers)


@pytest.mark.django_db
def test_only_companies_with_public_texts_are_named_and_no_person(officer: Person, zone: Zone) -> None:
    assert published(officer, zone)["companies"] == []
    fact = Fact.objects.filter(zone=zone, kind="product", company__is_outside=False).order_by("pk")[0]
    Fact.objects.filter(pk=fact.pk).update(secrecy=Secrecy.PUBLIC)
    Zone.objects.filter(pk=zone.pk).update(revision=zone.revision + 1)
    zone.refresh_from_db()
    (company,) = drawn_document(queries.zone_report(zone, DAY)).document["companies"]
    assert (company["name"], company["products"]) == (fact.company.name, [fact.text])  # type: ignore[union-attr]
    assert set(company) == {"name", "credit_code", "products", "segments"}


@pytest.mark.django_db
def test_an_issue_never_changes_and_an_equal_one_is_refused(officer: Person, reader: Person, zone: Zone) -> None:
    publish_open_data(officer, zone=zone)
    with refused("nothing-new"):
        publish_open_data(officer, zone=zone)
    with refused("not-allowed"):
        publish_open_data(reader, zone=zone)
    path = reverse("open-data-file", args=[zone.code, 1, "zip"])
    client = signed_in(officer)
    once, again = client.get(path).content, client.get(path).content
    assert once == again
    assert set(zipfile.ZipFile(io.BytesIO(once)).namelist()) == {"open-zone.json", "makers.csv", "revenue.csv", "companies.csv"}
    plain = client.get(reverse("open-data-file", args=[zone.code, 1, "json"])).content
    assert read_open_zone(plain) == read_open_zone(once)
    assert client.get(reverse("open-data-file", args=[zone.code, 2, "json"])).status_code == 404


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"PK\x03\x04", b"\xff\xfe", b'{"format": "other"}', b'{"format": "xinya-open-zone/1", "zone": 3}']
)
def test_what_is_no_open_data_is_refused_with_a_reason(content: bytes) -> None:
    with refused("open-data-unreadable"):
        read_open_zone(content)


def test_a_company_on_a_segment_that_no_pack_has_is_refused() -> None:
    document = small_document()
    document["companies"][0]["segments"] = ["nowhere"]
    with refused("open-data-unreadable"):
        read_open_zone(document_bytes(document))


# --- another zone's -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_another_zone_s_open_data_come_in_as_makers_outside_with_their_source(officer: Person, zone: Zone) -> None:
    row, count = bring_open_data(officer, zone=zone, content=document_bytes(small_document()), with_makers=True)
    assert (row.origin, count) == ("elsewhere", 1)
    maker = Company.objects.get(zone=zone, is_outside=True)
    assert maker.placements.get(segment="prepreg").state == "CONFIRMED"  # same code and same definition
    assert maker.facts.get(kind="product").source == row.source
    assert OpenMaker.objects.get().company == maker
    again, _count = bring_open_data(officer, zone=zone, content=archive_bytes(small_document()))
    assert [d.pk for d in open_data_of(zone)] == [again.pk]
    drop_open_data(officer, zone=zone, data_id=again.pk)
    assert open_data_of(zone) == []
    assert Company.objects.filter(zone=zone, is_outside=True).count() == 1


@pytest.mark.django_db
def test_own_open_data_are_not_brought_as_another_s(officer: Person, reader: Person, zone: Zone) -> None:
    content = document_bytes(published(officer, zone))
    with refused("own-data"):
        bring_open_data(officer, zone=zone, content=content)
    with refused("not-allowed"):
        bring_open_data(reader, zone=zone, content=document_bytes(small_document()))
    assert not OpenData.objects.exists()


# --- compared -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_two_zones_of_a_house_are_compared_with_their_verdicts(officer: Person, zone: Zone, start: Callable[..., Zone]) -> None:
    other = start("inland", makers_list(2, "丁", 4, "prepreg"))
    found = queries.zone_report(zone, DAY)
    comparison = compared(officer, found, f"zone.{other.code}", CHAIN)
    assert comparison.unlike == ()
    row = next(r for r in comparison.rows if r.segment.code == "prepreg")
    assert row.makers[1] == 4
    with refused("not-comparable"):
        compared(officer, queries.zone_report(start("third"), DAY), f"data.{brought(officer, 'third')}", CHAIN)


def test_what_a_segment_is_a_kind_of_counts_as_its_pack_states_it_whatever_chains_a_zone_looks_at() -> None:
    wide, narrow = shipped_packs(), tuple(p for p in shipped_packs() if p.code == "intelligent-equipment")
    here, there = join_packs(wide), join_packs(narrow, homes=wide)
    cut = [c for c, s in there.segments.items() if s.stated_broader]
    assert cut
    assert all(defined(here.segments[c]).hash == defined(s).hash for c, s in there.segments.items())


def brought(officer: Person, code: str) -> int:
    """Open data that have no chain of ours."""
    document = small_document()
    document["packs"][0]["code"] = "another-chain"
    return bring_open_data(officer, zone=Zone.objects.get(code=code), content=document_bytes(document))[0].pk


@pytest.mark.django_db
def test_a_segment_defined_otherwise_is_listed_with_both_readings_and_not_compared(officer: Person, zone: Zone) -> None:
    document = small_document()
    document["packs"][0]["segments"][0]["fields"]["definition_zh"] = "干纤维织物，不含树脂。"
    row, _count = bring_open_data(officer, zone=zone, content=document_bytes(document))
    comparison = compared(officer, queries.zone_report(zone, DAY), f"data.{row.pk}", CHAIN)
    assert comparison.rows == ()
    one = next(u for u in comparison.unlike if u.segment.code == "prepreg")
    assert (one.reason, one.differing["definition_zh"][1]) == ("defined-otherwise", "干纤维织物，不含树脂。")
    assert {u.reason for u in comparison.unlike} == {"defined-otherwise", "only-here"}


@pytest.mark.django_db
def test_a_zone_that_the_reader_may_not_read_is_not_found_as_a_partner(zone: Zone, start: Callable[..., Zone]) -> None:
    other = start("inland")
    local = someone("he", "chain_officer", zone=zone)
    with refused("no-such-zone"):
        compared(local, queries.zone_report(zone, DAY), f"zone.{other.code}", CHAIN)
    page = signed_in(local).get(reverse("compare-zones", args=[zone.code]), {"with": f"zone.{other.code}", "chain": CHAIN})
    assert page.status_code == 404


@pytest.mark.django_db
def test_what_a_zone_does_not_count_is_told_from_what_it_hides(officer: Person, zone: Zone) -> None:
    document = small_document() | {"tables": []}
    row, _count = bring_open_data(officer, zone=zone, content=document_bytes(document))
    asked = {"partner": f"data.{row.pk}", "chain": CHAIN}
    found = signed_in(officer).get(f"/api/v1/zones/{zone.code}/compare", asked).json()
    assert [r["makers"][1] for r in found["rows"]] == [None]
    page = signed_in(officer).get(reverse("compare-zones", args=[zone.code]), {"with": f"data.{row.pk}", "chain": CHAIN})
    assert '">–</abbr>' in page.content.decode()
    assert '">*</abbr>' not in page.content.decode()
    counted, _count = bring_open_data(officer, zone=zone, content=document_bytes(small_document()))
    page = signed_in(officer).get(reverse("compare-zones", args=[zone.code]), {"with": f"data.{counted.pk}", "chain": CHAIN})
    assert '">*</abbr>' in page.content.decode()


@pytest.mark.django_db
def test_a_document_that_was_read_is_not_fetched_again_for_the_next_comparison(officer: Person, zone: Zone) -> None:
    row, _count = bring_open_data(officer, zone=zone, content=document_bytes(small_document()))
    found, asked = queries.zone_report(zone, DAY), f"data.{row.pk}"
    first = partners_of(officer, zone, asked)
    assert first.brought[row.pk].text == row.content  # type: ignore[attr-defined]
    once = compared_with(found, first, asked, CHAIN)
    again = partners_of(officer, zone, asked)
    assert again.brought[row.pk].text == ""  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as made:
        assert compared_with(found, again, asked, CHAIN) == once
    assert not made.captured_queries


def test_a_zip_that_unpacks_to_more_than_a_file_may_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinya.chain.files.open_zone.LARGEST", 2000)
    packed = archive_bytes(small_document() | {"licence": "字" * 3000})
    assert len(packed) < 2000
    with refused("too-large"):
        read_open_zone(packed)


def test_two_chains_are_not_compared() -> None:
    zone = read_open_zone(document_bytes(small_document()))
    side = zone.side(CHAIN)
    assert side is not None
    with pytest.raises(ValueError, match="two chains"):
        compare(side, replace(side, chain=OTHER_CHAIN))


@pytest.mark.django_db
def test_the_pages_of_exchange(officer: Person, reader: Person, zone: Zone) -> None:
    client = signed_in(officer)
    path = reverse("open-data", args=[zone.code])
    assert client.post(path, {"act": "publish"}).status_code == 302
    sent = {"act": "bring", "makers": "yes", "file": SimpleUploadedFile("o.json", document_bytes(small_document()))}
    assert client.post(path, sent).status_code == 302
    assert "远方高新区" in client.get(path).content.decode()
    assert client.post(path, {"act": "bring", "file": SimpleUploadedFile("o.json", b"no")}).status_code == 422
    assert signed_in(reader).post(path, {"act": "publish"}).status_code == 403
    asked = {"with": f"data.{open_data_of(zone)[0].pk}", "chain": CHAIN}
    with CaptureQueriesContext(connection) as made:
        page = client.get(reverse("compare-zones", args=[zone.code]), asked)
    assert page.status_code == 200
    assert len(made) <= 12
    assert "*" in page.content.decode()


@pytest.mark.django_db
def test_exchange_through_the_api(officer: Person, zone: Zone) -> None:
    client, path = signed_in(officer), f"/api/v1/zones/{zone.code}"
    assert client.get(f"{path}/open-data").status_code == 404
    assert client.post(f"{path}/open-data").json()["number"] == 1
    assert read_open_zone(client.get(f"{path}/open-data").content).code == zone.code
    file = SimpleUploadedFile("o.json", document_bytes(small_document()))
    made = client.post(f"{path}/foreign-data?makers=true", {"document": file}).json()
    assert made["makers"] == 1
    assert client.get(f"{path}/foreign-data").json()["items"][0]["origin"] == "elsewhere"
    found = client.get(f"{path}/compare", {"partner": f"data.{made['id']}", "chain": CHAIN}).json()
    assert [r["makers"][1] for r in found["rows"]] == ["*"]


# --- a public set as another zone's -----------------------------------------------------------------------------------


def test_the_value_chains_of_taiwan_come_in_whole(shared: Path) -> None:
    document = tivac_document(shared / "data" / "tivac", as_of=DAY)
    zone = read_open_zone(document_bytes(document))
    assert (len(zone.packs), sum(len(p.segments) for p in zone.packs.values()), len(zone.companies)) == (42, 488, 2903)
    lines = maker_lines(zone, shipped_atlas())
    assert len({row.name for row in lines}) == len(lines) > 2890
    assert all(row.products for row in lines)
    broader = {s.fields["broader"] for p in zone.packs.values() for s in p.segments.values()} - {""}
    assert broader <= {c for p in zone.packs.values() for c in p.segments}


@pytest.mark.long
@pytest.mark.django_db
def test_the_value_chains_of_taiwan_are_makers_outside_of_a_zone(officer: Person, zone: Zone, shared: Path) -> None:
    actions.choose_chains(officer, zone=zone, chains=[CHAIN, "photovoltaics", "wind-power", "integrated-circuits"])
    content = document_bytes(tivac_document(shared / "data" / "tivac", as_of=DAY))
    row, makers = bring_open_data(officer, zone=zone, content=content, with_makers=True)
    assert (row.origin, makers) == ("tivac", Company.objects.filter(zone=zone, is_outside=True).count())
    placed = Company.objects.filter(zone=zone, is_outside=True, placements__isnull=False).distinct().count()
    assert makers > 2890
    assert placed > 300
    assert not Company.objects.filter(zone=zone, is_outside=False, name__contains="台積電").exists()
