"""定位 of a zone: a table is kept whole or not at all, the list shows its parts, and silence where too little is known."""

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.files.kept_values import kept_values
from xinya.chain.models import ValueTable
from xinya.kit.models import AuditRow
from xinya.kit.refusals import Refused
from xinya.zones.models import Person, Zone

from .conftest import STANDS, line, signed_in
from .test_word_links import publish_own_pack

pytestmark = STANDS

HERE = "港湾高新区"


def table(places: int = 25, industries: int = 24, periods: int = 4, seed: int = 1, **renamed: str) -> bytes:
    """A made-up table of companies: places fill up from a start of their own."""
    draw = np.random.default_rng(seed)
    start = draw.integers(0, industries, places)
    size = draw.integers(3, industries // 2, places)
    rows = ["period,location,product,value"]
    for period in range(periods):
        for place in range(places):
            name = HERE if place == 0 else f"城市{place:02d}"
            for step in range(size[place] + period):
                industry = (start[place] + step) % industries
                rows.append(f"{2015 + period},{name},<产业>{industry:02d},{1 + (place * 7 + industry * 3) % 5}")
    return "\n".join(rows).encode()


def keep(person: Person, zone: Zone, content: bytes | None = None) -> ValueTable:
    kept = kept_values(table() if content is None else content, "values.csv", HERE)
    return actions.keep_values(person, zone=zone, kept=kept, measure="companies", title="values.csv", source="市统计局 2018")


def url(zone: Zone, name: str = "positioning") -> str:
    return reverse(name, args=[zone.code])


def test_from_few_zones_nothing_is_shown_but_the_reason(zone: Zone, reader_client: Client) -> None:
    page = reader_client.get(url(zone)).content.decode()
    assert 'id="too-little"' in page
    assert "<svg" not in page.split('id="main"')[1].split("</main>")[0]
    assert 'id="candidates"' not in page
    told = reader_client.get(f"/api/v1/zones/{zone.code}/positioning").json()
    assert told["too_little_known"] == "few-locations"
    assert told["candidates"] == []
    assert told["eci"] is None


def test_a_kept_table_gives_the_list_its_parts_pictures_and_back_test(zone: Zone, officer: Person, reader_client: Client) -> None:
    row = keep(officer, zone)
    page = reader_client.get(url(zone)).content.decode()
    assert 'id="too-little"' not in page
    assert page.count('class="plot ') == 4
    assert page.count("<li><b>") == 20
    assert 'id="space-table"' in page
    assert 'id="tested"' in page
    assert "<产业>" not in page
    told = reader_client.get(f"/api/v1/zones/{zone.code}/positioning").json()
    assert told["too_little_known"] == ""
    assert told["period"] == "2018"
    first = told["candidates"][0]
    assert first["score"] == pytest.approx(0.5 * first["z"]["density"] + 0.25 * first["z"]["pci"] + 0.25 * first["z"]["cog"])
    assert {c["product"] for c in told["candidates"]}.isdisjoint(told["present"])
    assert page.count("data-rank=") == min(30, len(told["candidates"]))
    assert told["tested"]["ways"].keys() == {"list", "nearness", "popularity", "chance"}
    assert told["tested"] == row.tested
    assert told["tested"]["first"] == "2015"


def test_a_page_needs_the_same_few_statements_whatever_the_size(
    zone: Zone, officer: Person, reader_client: Client, django_assert_max_num_queries: Any
) -> None:
    for places in (21, 60):
        keep(officer, zone, table(places=places))
        with django_assert_max_num_queries(12):
            assert reader_client.get(url(zone)).status_code == 200


def test_the_earlier_table_stays_readable_and_one_is_in_force(zone: Zone, officer: Person) -> None:
    one, other = keep(officer, zone), keep(officer, zone, table(seed=2))
    one.refresh_from_db()
    assert one.replaced_at is not None
    assert other.replaced_at is None
    assert one.digest != other.digest
    said = AuditRow.objects.filter(act="keep-values").order_by("-seq")[0]
    assert other.digest in said.text


def test_the_same_table_in_another_order_is_the_same(zone: Zone) -> None:
    head, *rows = table().decode().splitlines()
    turned = "\n".join([head, *reversed(rows)]).encode("gb18030")
    assert kept_values(turned, "v.csv", HERE) == kept_values(table(), "v.csv", HERE)


@pytest.mark.parametrize(
    ("content", "location", "code"),
    [
        (table(), "别处", "unknown-location"),
        (b"location,product,value\na,b,-1\n", "a", "negative"),
        (b"x" * 5_000_001, "a", "too-large"),
        (table().replace(b"2015", b"", 1), HERE, "name-missing"),
    ],
)
def test_a_wrong_table_changes_nothing(zone: Zone, officer_client: Client, content: bytes, location: str, code: str) -> None:
    file = io.BytesIO(content)
    file.name = "values.csv"
    sent = {"values": file, "location": location, "measure": "companies", "source": "市统计局"}
    reply = officer_client.post(url(zone, "bring-values"), sent)
    assert reply.status_code in (413, 422)
    with pytest.raises(Refused) as told:
        kept_values(content, "values.csv", location)
    assert told.value.code == code
    assert not ValueTable.objects.exists()


def test_an_officer_brings_a_table_on_the_page(zone: Zone, officer_client: Client) -> None:
    file = io.BytesIO(table())
    file.name = "values.csv"
    sent = {"values": file, "location": HERE, "measure": "employment", "source": "市统计局 2018"}
    assert officer_client.get(url(zone, "bring-values")).status_code == 200
    assert officer_client.post(url(zone, "bring-values"), sent).status_code == 302
    assert ValueTable.objects.get().measure == "employment"


def test_an_officer_brings_a_table_by_the_api_and_twice_is_once(zone: Zone, officer_client: Client) -> None:
    def send() -> Any:
        file = io.BytesIO(table())
        file.name = "values.csv"
        sent = {"values": file, "location": HERE, "measure": "output", "source": "市统计局 2018"}
        return officer_client.post(f"/api/v1/zones/{zone.code}/values", sent, headers={"Idempotency-Key": "one"})

    first, second = send(), send()
    assert first.status_code == second.status_code == 200, first.content
    assert first.json()["digest"] == second.json()["digest"]
    assert ValueTable.objects.count() == 1


def test_a_reader_may_look_and_not_bring(zone: Zone, reader: Person, reader_client: Client) -> None:
    assert reader_client.get(url(zone, "bring-values")).status_code == 403
    with pytest.raises(Refused) as told:
        keep(reader, zone)
    assert told.value.status == 403
    assert not ValueTable.objects.exists()


def test_a_table_without_a_source_is_not_kept(zone: Zone, officer: Person) -> None:
    with pytest.raises(Refused) as told:
        actions.keep_values(
            officer, zone=zone, kept=kept_values(table(), "v.csv", HERE), measure="companies", title="v", source=" "
        )
    assert told.value.code == "source-missing"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (table(places=19), "few-locations"),
        (table(industries=12), "few-industries"),
        (table() + f"\n2018,{HERE},<产业>00,100000\n".encode(), "few-present"),
        (b"location,product,value\n" + b"".join(f"{HERE if i == 0 else i},p{i},1\n".encode() for i in range(25)), "few-present"),
    ],
)
def test_silence_where_too_little_is_known(zone: Zone, officer: Person, content: bytes, reason: str) -> None:
    keep(officer, zone, content)
    seen = queries.zone_positioning(officer, zone)
    assert seen.reason == reason
    assert not seen.candidates


def test_separate_worlds_have_no_order_of_complexity(zone: Zone, officer: Person) -> None:
    rows = [f"{HERE if i == 0 else i},p{(i // 13) * 13 + (i + k) % 13},1" for i in range(26) for k in range(4)]
    keep(officer, zone, ("location,product,value\n" + "\n".join(rows)).encode())
    assert queries.zone_positioning(officer, zone).reason == "not-identified"


def test_a_few_places_that_share_nothing_do_not_silence_the_others(zone: Zone, officer: Person) -> None:
    keep(officer, zone, table() + b"\n2018,island,only here,5\n2018,island,and this,5")
    seen = queries.zone_positioning(officer, zone)
    assert seen.reason == ""
    alone = keep(officer, zone)
    assert [c.product for c in queries.zone_positioning(officer, zone).candidates] != []
    assert "only here" not in {seen.values.products[c.product] for c in seen.candidates}
    assert alone.tested is not None


def test_zones_in_the_database_are_counted_when_there_are_enough(
    zone: Zone, start: Callable[..., Zone], officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .conftest import small_list

    start("second", small_list()[:4])
    start("third", small_list()[2:7])
    monkeypatch.setattr("xinya.chain.engine.complexity.shown.FEWEST_LOCATIONS", 3)
    monkeypatch.setattr("xinya.chain.engine.complexity.shown.FEWEST_PRODUCTS", 3)
    monkeypatch.setattr("xinya.chain.engine.complexity.shown.FEWEST_PRESENT", 1)
    seen = queries.zone_positioning(officer, zone)
    assert seen.values.locations == ("harbour", "second", "third")
    assert seen.table is None
    assert seen.values.values[0].sum() >= 8
    assert (seen.values.values > 0).any(axis=0).all()


def test_only_zones_that_the_reader_sees_are_counted(zone: Zone, start: Callable[..., Zone], officer: Person) -> None:
    start("second")
    nobody = Person(username="x")
    assert queries.positioning._companies_by_zone(officer).locations == ("harbour", "second")
    assert queries.positioning._companies_by_zone(nobody).locations == ()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_both_languages_say_what_the_figures_mean(zone: Zone, officer: Person, language: str) -> None:
    keep(officer, zone)
    client = signed_in(officer)
    page = client.get(f"/{language}/zones/{zone.code}/positioning/").content.decode()
    assert 'id="explained"' in page
    assert json.dumps(page)


def test_the_pictures_are_the_same_for_the_same_table(zone: Zone, officer: Person, reader_client: Client) -> None:
    keep(officer, zone)
    one, other = (reader_client.get(url(zone)).content.decode() for _ in range(2))
    cut = lambda page: page[page.index('<svg class="plot space"') :].split("</svg>")[0]  # noqa: E731
    assert cut(one) == cut(other)


def test_positioning_names_the_segments_of_packs_that_zones_made_themselves(zone: Zone, officer: Person) -> None:
    made = publish_own_pack(officer, zone)
    actions.import_companies(officer, zone=zone, lines=[line(2, "氢动有限公司", made["name_zh"])], title="名单")
    seen = queries.zone_positioning(officer, zone)
    names = {code: queries.product_name(seen, k, "zh") for k, code in enumerate(seen.values.products)}
    assert names[made["code"]] == made["name_zh"]
    assert all(name != code for code, name in names.items())
