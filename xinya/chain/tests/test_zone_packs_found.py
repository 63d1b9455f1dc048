"""The packs that a zone published: found, listed and opened by who reads the zone, and by nobody else."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinya.chain.actions.packs import begin_draft, publish_draft, retire_pack, save_draft
from xinya.chain.files import pack_from_archive
from xinya.chain.files.drafts import changed_rows, content_of, pack_of, with_rows
from xinya.chain.models import ZonePack
from xinya.chain.queries.atlas import forget_packs
from xinya.kit.search import Search, index_marked, rebuild
from xinya.zones.models import Company, Person, Zone
from xinya.zones.tests.people import someone

from .conftest import CHAIN, DAY, signed_in
from .test_pack_drafts import filled, unalike

WORD = "氢能第7号部件"


@pytest.fixture(autouse=True)
def _own_index(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def published(officer: Person, zone: Zone) -> Zone:
    """The harbour zone with a pack of its own, and a draft of another one."""
    draft = begin_draft(officer, zone=zone, code="hydrogen", name_zh="氢能").pk
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda _p: unalike(filled()))
    publish_draft(officer, zone=zone, draft_id=draft, seen=2)
    index_marked()
    return zone


@pytest.fixture
def stranger(start: Callable[..., Zone], published: Zone) -> Person:
    """A reader of another zone."""
    other = start("inland")
    index_marked()
    return someone("sun", "zone_reader", zone=other, password="for-tests-only")


def found(person: Person, text: str, kind: str) -> list[str]:
    return [hit.document.names[0] for hit in Search(person, text).hits([kind], 0, 20)]


def test_a_segment_of_a_zone_s_pack_is_found_by_its_name_its_code_and_a_word(published: Zone, reader: Person) -> None:
    hits = Search(reader, WORD).hits(["segment"], 0, 5)
    assert hits[0].document.names[0] == WORD
    assert hits[0].document.place == "港湾高新区：氢能"
    code = hits[0].document.codes[0]
    assert WORD in found(reader, code, "segment")
    assert WORD in found(reader, "型件6", "segment")
    assert found(reader, "氢能", "pack") == ["氢能"]


def test_the_page_of_search_leads_to_the_segment_on_the_zone_s_pack(published: Zone, reader_client: Client) -> None:
    page = reader_client.get("/zh-hans/search/", {"q": WORD}).content.decode()
    address = f"/zh-hans/zones/{published.code}/packs/hydrogen/"
    assert f'href="{address}#' in page
    opened = reader_client.get(address).content.decode()
    assert WORD in opened
    assert page.split(f'href="{address}#')[1].split('"')[0] in opened


def test_a_page_links_no_source_but_an_address_of_the_web(published: Zone, reader_client: Client) -> None:
    row = ZonePack.objects.get(zone=published, replaced_at=None)
    named = [("good", "https://www.gov.cn/a"), ("bad", "javascript:alert(1)"), ("worse", "foo bar")]
    pack = pack_of(row.content)
    told = with_rows(pack, "sources", [{"id": c, "title": f"来源{c}", "url": url, "read_on": "2026-01-01"} for c, url in named])
    told = with_rows(told, "segments", [{**segment, "source": "bad"} for segment in told.segments])
    ZonePack.objects.filter(pk=row.pk).update(content=content_of(told))  # as one that was published before the check had the rule
    forget_packs()
    opened = reader_client.get(f"/zh-hans/zones/{published.code}/packs/hydrogen/").content.decode()
    assert all(f"来源{code}" in opened for code, _url in named)
    assert 'href="https://www.gov.cn/a"' in opened
    assert "javascript:" not in opened
    assert 'href="foo' not in opened
    code = told.segments[0]["code"]
    shown = reader_client.get(reverse("segment", args=[published.code, code])).content.decode()
    assert "来源bad" in shown
    assert "javascript:" not in shown


def test_nobody_of_another_zone_finds_it_or_opens_it(published: Zone, stranger: Person) -> None:
    assert found(stranger, WORD, "segment") == []
    assert found(stranger, "氢能", "pack") == []
    assert Search(stranger, WORD).counts["segment"] == 0
    client = signed_in(stranger)
    for path in ("zone-pack", "zone-pack-file"):
        assert client.get(reverse(path, args=[published.code, "hydrogen"])).status_code == 404
    assert client.get(f"/api/v1/zones/{published.code}/packs").status_code == 404
    assert client.get(f"/api/v1/zones/{published.code}/packs/hydrogen").status_code == 404
    listed = client.get(reverse("packs")).content.decode()
    assert "hydrogen" not in listed
    assert published.name not in listed


def test_a_company_s_people_find_what_ships_and_no_pack_of_the_zone(published: Zone) -> None:
    own = someone("zhao", "company_user", company=Company.objects.filter(zone=published)[0])
    assert found(own, WORD, "segment") == []
    assert "碳纤维预浸料" in found(own, "碳纤维预浸料", "segment")


def test_the_list_of_packs_shows_the_zone_s_own_and_its_drafts(published: Zone, officer: Person, reader_client: Client) -> None:
    begin_draft(officer, zone=published, base=CHAIN)
    page = reader_client.get("/en/packs/").content.decode()
    assert f"/en/zones/{published.code}/packs/hydrogen/" in page
    assert "Packs of zones" in page
    assert "40 segments, 39 inputs" in page
    assert page.count("draft</small>") + page.count("· draft ·") == 2
    own = reader_client.get(f"/en/zones/{published.code}/packs/").content.decode()
    assert f'href="/en/zones/{published.code}/packs/hydrogen/"' in own


def test_the_interface_lists_and_gives_the_zone_s_packs(published: Zone, reader_client: Client) -> None:
    (item,) = reader_client.get(f"/api/v1/zones/{published.code}/packs").json()["items"]
    assert (item["code"], item["name_zh"], item["segments"], item["inputs"]) == ("hydrogen", "氢能", 40, 39)
    whole = reader_client.get(f"/api/v1/zones/{published.code}/packs/hydrogen").json()
    assert WORD in {s["name_zh"] for s in whole["segments"]}
    assert reader_client.get(f"/api/v1/zones/{published.code}/packs/{CHAIN}").status_code == 404, "that one ships"


def test_the_pack_is_taken_away_with_what_it_requires(published: Zone, reader_client: Client) -> None:
    path = reverse("zone-pack-file", args=[published.code, "hydrogen"])
    content = reader_client.get(path).content
    assert content == reader_client.get(path).content
    assert pack_from_archive(content, "hydrogen").head["name_zh"] == "氢能"
    assert zipfile.ZipFile(BytesIO(content)).testzip() is None


def test_what_the_zone_no_longer_uses_is_found_no_more_even_before_the_index_is_written(
    published: Zone, officer: Person, reader: Person
) -> None:
    retire_pack(officer, zone=published, code="hydrogen")
    assert found(reader, WORD, "segment") == []
    index_marked()
    assert found(reader, WORD, "segment") == []
    assert found(reader, "氢能", "pack") == []


def test_a_new_version_takes_the_place_of_the_one_before(published: Zone, officer: Person, reader: Person) -> None:
    draft = begin_draft_again(officer, published)
    save_draft(
        officer, zone=published, draft_id=draft, seen=2,
        change=lambda p: changed_rows(p, "segments", {6: {"name_zh": "电解槽端板"}}, day=DAY),
    )  # fmt: skip
    publish_draft(officer, zone=published, draft_id=draft, seen=3)
    assert found(reader, "电解槽端板", "segment")[0] == "电解槽端板", "known by name before the index is written"
    index_marked()
    assert WORD not in found(reader, WORD, "segment")
    assert found(reader, "电解槽端板", "segment")[0] == "电解槽端板"
    rebuild()
    assert found(reader, "电解槽端板", "segment")[0] == "电解槽端板"


def begin_draft_again(officer: Person, zone: Zone) -> int:
    from xinya.chain.models import PackDraft

    return int(PackDraft.objects.get(zone=zone, code="hydrogen", ended_at=None).pk)


def test_of_a_mended_shipped_pack_only_what_it_says_otherwise_is_found_beside_the_shipped_one(
    zone: Zone, officer: Person, reader: Person, stranger: Person
) -> None:
    draft = begin_draft(officer, zone=zone, base=CHAIN).pk
    change = lambda p: changed_rows(p, "segments", {0: {"aliases": "大翼盒总成"}}, day=DAY)  # noqa: E731
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=change)
    publish_draft(officer, zone=zone, draft_id=draft, seen=2)
    index_marked()
    assert len(found(reader, "大翼盒总成", "segment")) == 1
    assert found(stranger, "大翼盒总成", "segment") == []
    assert found(reader, "碳纤维预浸料", "segment").count("碳纤维预浸料") == 1


@pytest.mark.parametrize("path", ["/zh-hans/packs/", "/zh-hans/search/?q=氢能", "/zh-hans/zones/harbour/packs/hydrogen/"])
def test_these_pages_make_at_most_twelve_statements(published: Zone, reader_client: Client, path: str) -> None:
    reader_client.get(path)
    with CaptureQueriesContext(connection) as made:
        assert reader_client.get(path).status_code == 200
    assert len(made) <= 12


@pytest.mark.django_db
def test_a_cold_process_reads_ten_published_packs_in_as_many_statements_as_one(
    published: Zone, officer: Person, start: Callable[..., Zone], reader_client: Client
) -> None:
    """What a process does on its first page: no statement for each pack, of one zone or of many."""
    (row,) = ZonePack.objects.all()
    pages = ("/zh-hans/packs/", f"/api/v1/zones/{published.code}/packs", f"/zh-hans/search/?q={WORD}",
             f"/zh-hans/zones/{published.code}/positioning/")  # fmt: skip
    counts: list[list[int]] = []
    for more in (0, 9):
        for n in range(more):
            other = published if n % 2 else start(f"more{n}", lines=[])
            code = f"own-{n}" if n % 2 else row.code
            text = row.content if code == row.code else row.content.replace(f'code = \\"{row.code}\\"', f'code = \\"{code}\\"')
            ZonePack.objects.create(zone=other, code=code, label=row.label, content=text, save_number=1, published_by=officer)
        told = []
        for path in pages:
            forget_packs()
            with CaptureQueriesContext(connection) as made:
                assert reader_client.get(path).status_code == 200, path
            told.append(len(made))
        counts.append(told)
    assert counts[0] == counts[1]
