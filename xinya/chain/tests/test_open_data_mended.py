"""Open data: who is named, what is not known, packs with odd columns, changes meanwhile, files that are none."""

import datetime
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.actions.exchange import draw_open_data, publish_open_data
from xinya.chain.actions.packs import begin_draft, publish_draft, save_draft
from xinya.chain.files import Pack
from xinya.chain.files.drafts import content_of
from xinya.chain.files.open_tables import KNOWN, MAKERS, REVENUE
from xinya.chain.files.open_zone import archive_bytes, document_bytes
from xinya.chain.models import OpenIssue, ZonePack
from xinya.chain.queries.atlas import forget_packs
from xinya.zones.models import Fact, Person, Secrecy, Zone
from xinya.zones.tests.people import refused

from .conftest import DAY, forget_reports, line, name_of
from .test_exchange import published, small_document
from .test_pack_drafts import filled, unalike

Start = Callable[..., Zone]


def makers(mark: str, count: int, **values: Any) -> list[Any]:
    return [line(n, f"{mark}{n}有限公司", name_of("prepreg"), **values) for n in range(2, 2 + count)]


def column_of(document: dict[str, Any], kind: str) -> list[list[Any]]:
    """The rows of the first table that are not three zeros: the column of prepreg and the total."""
    return [row for row in document["tables"][0][kind].values() if row != [0, 0, 0]]


# --- packs with odd columns -----------------------------------------------------------------------------------------


def recoded(code: str) -> Pack:
    pack = unalike(filled())
    old = pack.segments[0]["column"]
    columns = [{**c, "code": code if c["code"] == old else c["code"]} for c in pack.head["columns"]]
    rows = tuple({**r, "column": code if r["column"] == old else r["column"]} for r in pack.segments)
    return replace(pack, head={**pack.head, "columns": columns}, segments=rows)


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["total", "a|b"])
def test_a_pack_whose_column_is_called_total_or_holds_a_bar_is_not_published(officer: Person, zone: Zone, code: str) -> None:
    draft = begin_draft(officer, zone=zone, code="hydrogen", name_zh="氢能").pk
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda _p: recoded(code))
    with refused("pack-defects"):
        publish_draft(officer, zone=zone, draft_id=draft, seen=2)


def with_old_pack(officer: Person, start: Start, code: str) -> Zone:
    """A zone whose own pack was published before column codes were checked."""
    zone = start("older", lines=[line(n, f"甲{n}有限公司", "氢能第1号部件", revenue_fen=100 + n) for n in range(2, 9)])
    draft = begin_draft(officer, zone=zone, code="hydrogen", name_zh="氢能").pk
    save_draft(officer, zone=zone, draft_id=draft, seen=1, change=lambda _p: unalike(filled()))
    publish_draft(officer, zone=zone, draft_id=draft, seen=2)
    ZonePack.objects.filter(zone=zone).update(content=content_of(recoded(code)))
    forget_packs()
    actions.choose_chains(officer, zone=zone, chains=["hydrogen"])
    zone.refresh_from_db()
    return zone


@pytest.mark.django_db
def test_a_zone_whose_old_pack_has_a_bar_in_a_column_publishes_one_issue_after_another(officer: Person, start: Start) -> None:
    zone = with_old_pack(officer, start, "a|b")
    first = published(officer, zone)
    assert any("a|b" in table[REVENUE] for table in first["tables"])
    more = [line(n, f"乙{n}有限公司", "氢能第1号部件", revenue_fen=100 + n) for n in range(2, 6)]
    actions.import_companies(officer, zone=zone, lines=more, title="补")
    assert published(officer, zone) != first


@pytest.mark.django_db
def test_a_zone_whose_old_pack_has_a_column_called_total_is_told_so(officer: Person, start: Start) -> None:
    zone = with_old_pack(officer, start, "total")
    with refused("column-reserved"):
        publish_open_data(officer, zone=zone)
    assert not OpenIssue.objects.exists()


# --- who is named, what is known ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_company_that_is_only_planned_is_named_no_more_than_it_is_counted(officer: Person, start: Start) -> None:
    planned = line(20, "拟建复材有限公司", name_of("prepreg"), state="planned")
    zone = start("plan", lines=[planned, *makers("甲", 5)])
    Fact.objects.filter(zone=zone, kind=Fact.Kind.PRODUCT).update(secrecy=Secrecy.PUBLIC)
    forget_reports()
    document = published(officer, zone)
    assert document["tables"][0][MAKERS]["prepreg"][-1] == len(document["companies"]) == 5
    assert "拟建复材有限公司" not in {c["name"] for c in document["companies"]}


@pytest.mark.django_db
def test_revenue_that_nobody_knows_is_published_as_unknown_and_not_as_nothing(officer: Person, start: Start) -> None:
    zone = start("norev", lines=makers("甲", 7, above_scale=False))
    document = published(officer, zone)
    assert column_of(document, REVENUE) == [[0, None, None]] * 2
    assert column_of(document, KNOWN) == []
    with zipfile.ZipFile(io.BytesIO(archive_bytes(document))) as archive:
        rows = archive.read("revenue.csv").decode("utf-8-sig").splitlines()
    assert rows[-1].endswith('"total","0","–","–","0","0","0"')


@pytest.mark.django_db
def test_of_how_many_companies_revenue_is_known_is_said_unless_it_would_tell_of_one_or_two(officer: Person, start: Start) -> None:
    known, unknown = makers("甲", 5, above_scale=False, revenue_fen=100), makers("乙", 4, above_scale=False)
    document = published(officer, start("some", lines=[*known, *unknown]))
    assert (column_of(document, REVENUE), column_of(document, KNOWN)) == ([[0, 500, 500]] * 2, [[0, 5, 5]] * 2)
    document = published(officer, start("one", lines=[*makers("甲", 1, above_scale=False, revenue_fen=100), *unknown]))
    assert (column_of(document, REVENUE), column_of(document, KNOWN)) == ([[0, "*", "*"]] * 2,) * 2
    document = published(officer, start("two", lines=makers("乙", 2, above_scale=False)))
    assert column_of(document, REVENUE) == [[0, "*", "*"]] * 2


@pytest.mark.django_db
def test_that_one_more_revenue_is_known_is_not_told(officer: Person, start: Start) -> None:
    """All figures are new, so the sum may be shown; the number of those known, five and then six, may not."""
    zone = start("later", lines=[*makers("甲", 5, above_scale=False, revenue_fen=100), *makers("乙", 4, above_scale=False)])
    assert column_of(published(officer, zone), KNOWN) == [[0, 5, 5]] * 2
    again = [*makers("甲", 5, above_scale=False, revenue_fen=200), *makers("乙", 1, above_scale=False, revenue_fen=200)]
    actions.import_companies(officer, zone=zone, lines=again, title="新年度")
    assert column_of(published(officer, zone), KNOWN) == [[0, "*", "*"]] * 2


# --- changes meanwhile ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_changed_between_reading_the_zone_and_publishing_is_in_the_issue(officer: Person, start: Start) -> None:
    zone = start("late", lines=makers("甲", 6))
    stale = Zone.objects.get(pk=zone.pk)
    queries.zone_report(stale, DAY)  # the process remembers the earlier state
    actions.import_companies(officer, zone=zone, lines=makers("乙", 4), title="补")
    assert published(officer, stale)["tables"][0][MAKERS]["prepreg"][-1] == 10


@pytest.mark.django_db
def test_what_was_drawn_before_a_change_is_drawn_anew_and_not_stored(officer: Person, start: Start) -> None:
    zone = start("drawn", lines=makers("甲", 6))
    ready = draw_open_data(officer, zone=zone)
    actions.import_companies(officer, zone=zone, lines=makers("乙", 4), title="补")
    row = publish_open_data(officer, zone=zone, ready=ready)
    assert json.loads(row.content)["tables"][0][MAKERS]["prepreg"][-1] == 10
    with refused("nothing-new"):  # and what was drawn beside an older last issue is held against the one since
        publish_open_data(officer, zone=zone, ready=ready)


@pytest.mark.django_db
def test_a_zone_that_changes_each_time_is_refused_and_nothing_is_published(
    officer: Person, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = start("busy", lines=makers("甲", 6))

    def drawn(actor: Person, *, zone: Zone) -> Any:
        ready = draw_open_data(actor, zone=zone)
        return replace(ready, revision=ready.revision - 1)

    monkeypatch.setattr("xinya.chain.actions.exchange.draw_open_data", drawn)
    with refused("zone-changing"):
        publish_open_data(officer, zone=zone)
    assert not OpenIssue.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_tables_are_drawn_outside_the_write(officer: Person, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from xinya.chain.queries import exchange

    zone, inside = start("free", lines=makers("甲", 6)), []
    drawn = exchange.draw_tables

    def watched(*given: Any) -> Any:
        inside.append(connection.in_atomic_block)
        return drawn(*given)

    monkeypatch.setattr(exchange, "draw_tables", watched)
    publish_open_data(officer, zone=zone)
    client = Client()
    client.force_login(officer)
    actions.import_companies(officer, zone=zone, lines=makers("乙", 4), title="补")
    reply = client.post(f"/api/v1/zones/{zone.code}/open-data", headers={"Idempotency-Key": "once"})
    assert reply.status_code == 200, reply.content
    assert inside == [False, False]


@pytest.mark.django_db
def test_another_day_alone_is_nothing_new(officer: Person, zone: Zone) -> None:
    publish_open_data(officer, zone=zone)
    Zone.objects.filter(pk=zone.pk).update(as_of=DAY + datetime.timedelta(days=1))
    with refused("nothing-new"):
        publish_open_data(officer, zone=zone)


# --- files that are none --------------------------------------------------------------------------------------------


def wrong_files() -> Iterator[tuple[str, bytes]]:
    document = small_document()
    document["tables"][0]["makers"] = {"prepreg": []}
    yield "empty-row", document_bytes(document)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("open-zone.json", document_bytes(small_document()))
    whole = out.getvalue()
    at = whole.index(b"PK\x01\x02")
    damaged, locked, strange = bytearray(whole), bytearray(whole), bytearray(whole)
    for n in (60, 61, 62):
        damaged[n] ^= 0xFF
    yield "damaged", bytes(damaged)
    locked[6] |= 1
    locked[at + 8] |= 1
    yield "encrypted", bytes(locked)
    strange[8] = strange[at + 10] = 97
    yield "strange-compression", bytes(strange)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content"), list(wrong_files()))
def test_a_malformed_file_is_refused_with_a_sentence(zone: Zone, officer_client: Client, name: str, content: bytes) -> None:
    reply = officer_client.post(
        f"/api/v1/zones/{zone.code}/foreign-data", {"document": SimpleUploadedFile("x.json", content)}
    )  # fmt: skip
    assert (reply.status_code, reply.json()["title"]) == (422, "open-data-unreadable"), name
    page = officer_client.post(reverse("open-data", args=[zone.code]), {"act": "bring", "file": SimpleUploadedFile("x", content)})
    assert page.status_code == 422
