"""Companies out and in again: nothing changes, no cell runs as a formula, every text comes back as itself."""

import csv
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.zones.actions import NewList, bring_list, commit_import
from xinya.zones.engine.imports.cleaning import cleaned
from xinya.zones.engine.values import is_ditto, is_empty_word
from xinya.zones.models import Company, Fact, Person, Source, Zone
from xinya.zones.queries.import_export import companies_as_csv, companies_as_listed, companies_as_xlsx, yuan_of
from xinya.zones.tests.imports import HEADS, code_of, company
from xinya.zones.tests.people import someone
from xinya.zones.tests.uploads import committed, few, mapped, table

pytestmark = pytest.mark.django_db
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def test_the_clean_list_exported_and_brought_again_changes_nothing(zone: Zone, officer: Person, shared: Path) -> None:
    content = (shared / "data" / "golden" / "import" / "companies_clean.xlsx").read_bytes()
    committed(officer, zone, "a.xlsx", content)
    for name, exported in (("b.csv", companies_as_csv(zone, officer)), ("b.xlsx", companies_as_xlsx(zone, officer))):
        batch = mapped(officer, zone, name, exported)
        assert (batch.counts["same"], batch.counts["changed"], batch.counts["created"], batch.counts["waiting"]) == (300, 0, 0, 0)


def test_the_same_register_gives_the_same_bytes(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, 2, 3))
    assert companies_as_xlsx(zone, officer) == companies_as_xlsx(zone, officer)
    assert companies_as_csv(zone, officer).startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in companies_as_csv(zone, officer)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=40)


@settings(deadline=None, max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, st.lists(TEXT, min_size=1, max_size=3))
def test_any_text_through_export_and_import_is_itself(zone: Zone, officer: Person, text: str, items: list[str]) -> None:
    kept = [one for one in (cleaned(text, is_word=False)[0], *(cleaned(item, is_word=False)[0] for item in items)) if _is_text(one)]
    if len(kept) < 2:
        return
    with transaction.atomic():
        here = Company.objects.create(zone=zone, name="岚洲甲机械有限公司", name_key="岚洲甲机械有限公司", uscc=code_of(1))
        source = Source.objects.create(kind="officer", title="走访")
        own = {"zone": zone, "company": here, "source": source, "observed_on": date(2025, 1, 1), "confidence": "0.75"}
        Fact.objects.create(kind="registered_address", text=kept[0], **own)
        products = [one for one in dict.fromkeys(kept[1:]) if not set("、;；/，,()（）[]【】") & set(one)]
        for product in products:
            Fact.objects.create(kind="product", text=product, **own)
        exported = companies_as_csv(zone, officer)
        cells = [cell for row in csv.reader(StringIO(exported.decode("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(SIGNS)]
        other = Zone.objects.create(code="inland", name="内陆高新区", name_en="Inland")
        inland = someone("inland", "chain_officer", zone=other, password=None)
        batch = bring_list(inland, zone=other, file=NewList("a.csv", exported))
        batch = mapped(inland, other, "b.csv", exported + b"\r\n") if batch.state == "read" else batch
        commit_import(inland, batch_id=batch.pk, key=batch.key, confirmed=True)
        told = Fact.objects.filter(zone=other, withdrawn_at=None)
        assert [f.text for f in told.filter(kind="registered_address")] == [kept[0]]
        assert [f.text for f in told.filter(kind="product")] == products
        transaction.set_rollback(True)


def _is_text(text: str) -> bool:
    return bool(text) and not (is_empty_word(text) or is_ditto(text) or "\ufffd" in text or text.startswith("#"))


def test_numbers_stay_numbers_and_texts_stay_texts(zone: Zone, officer: Person) -> None:
    heads: list[object] = [*HEADS, "2024年利润总额(万元)"]
    committed(officer, zone, "a.tsv", table([*company(1, products="=1+1;甲"), -2.1], heads=heads))
    rows = list(csv.DictReader(StringIO(companies_as_csv(zone, officer).decode("utf-8-sig"))))
    assert rows[0]["2024年利润总额(元)"] == "-21000"
    assert rows[0]["主要产品"] == "'=1+1；甲"
    sheet = openpyxl.load_workbook(BytesIO(companies_as_xlsx(zone, officer))).worksheets[0]
    cells = {str(head.value): cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["2024年利润总额(元)"].value, cells["主要产品"].data_type) == (-21000, "s")
    assert cells["统一社会信用代码"].number_format == "@"


def test_a_range_leaves_as_a_text_that_no_spreadsheet_computes_and_comes_back_as_itself(zone: Zone, officer: Person) -> None:
    heads: list[object] = [*HEADS, "2024年利润总额(万元)"]
    committed(officer, zone, "a.tsv", table([*company(1, revenue="1-2"), "负100至200"], heads=heads))
    exported = companies_as_csv(zone, officer)
    (row,) = csv.DictReader(StringIO(exported.decode("utf-8-sig")))
    assert (row["2024年利润总额(元)"], row["2024年营业收入(元)"]) == ("'-1000000至2000000", "10000至20000")
    for name, content in (("b.csv", exported), ("b.xlsx", companies_as_xlsx(zone, officer))):
        batch = mapped(officer, zone, name, content)
        assert (batch.counts["same"], batch.counts["waiting"]) == (1, 0), list(batch.findings.values_list("code", "raw"))


@pytest.mark.parametrize(("fen", "text"), [(0, "0"), (5, "0.05"), (-210, "-2.1"), (2**62, "46116860184273879.04"), (100, "1")])
def test_an_amount_is_written_to_the_fen(fen: int, text: str) -> None:
    assert yuan_of(fen) == text


def test_what_a_reader_may_not_see_is_not_in_the_file(zone: Zone, officer: Person) -> None:
    heads: list[object] = ["企业名称", "统一社会信用代码", "联系电话", "注册地址"]
    committed(officer, zone, "a.tsv", table(["岚洲甲机械有限公司", code_of(1), "0000-81234567", "创新路1号"], heads=heads))
    assert companies_as_listed(zone, officer).keys == ("name", "credit_code", "former_names", "registered_address")
    client = Client()
    client.force_login(officer)
    for kind in ("csv", "xlsx"):
        reply = client.get(f"/zh-hans/zones/harbour/imports/companies.{kind}")
        assert reply.status_code == 200
        assert b"81234567" not in reply.content


def test_an_export_needs_a_number_of_statements_that_does_not_grow(zone: Zone, officer: Person) -> None:
    counted = []
    for begin, many in ((1, 5), (100, 40)):
        committed(officer, zone, f"{many}.tsv", few(*range(begin, begin + many)))
        with CaptureQueriesContext(connection) as caught:
            companies_as_csv(zone, officer)
        counted.append(len(caught))
    assert counted[0] == counted[1] <= 6
