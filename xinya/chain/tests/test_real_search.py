"""Search over the real listed companies of five cities and the shipped packs: the answers were read by hand and are kept here."""

import csv
import datetime
import gzip
from pathlib import Path
from typing import Any

import pytest

from xinya.kit.search import Search, index_marked
from xinya.zones import actions
from xinya.zones.files import CompanyLine
from xinya.zones.models import Person, Source
from xinya.zones.tests.people import someone

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 24)


@pytest.fixture
def officer(shared: Path, settings: Any, tmp_path: Path) -> Person:
    """An officer of a house with one zone a city."""
    settings.VAR = tmp_path
    person = someone("li", "chain_officer")
    folder = shared / "data" / "zones"
    with gzip.open(folder / "zone_companies.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        names = {(row["zone"], row["company_code"]): row["fullname"] for row in csv.DictReader(lines)}
    products: dict[tuple[str, str], list[str]] = {}
    with gzip.open(folder / "zone_products.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            products.setdefault((row["zone"], row["company_code"]), []).append(row["product"])
    source = Source.objects.create(kind=Source.Kind.COMPANY_LIST, title="上市公司")
    for city in sorted({zone for zone, _code in names}):
        zone = actions.start_zone(person, code=city, name=f"{city}高新区", as_of=DAY)
        listed = [
            CompanyLine(row, names[key], None, tuple(dict.fromkeys(products.get(key, ()))), None, None)
            for row, key in enumerate(sorted(k for k in names if k[0] == city), 2)
        ]
        actions.record_companies(person, zone=zone, lines=listed, origin=actions.ListOrigin(source, DAY))
    index_marked()
    return person


def first(officer: Person, text: str, kind: str, most: int = 3) -> list[str]:
    return [hit.document.names[0] for hit in Search(officer, text).hits([kind], 0, most)]


def test_the_companies_that_are_meant_come_first(officer: Person) -> None:
    wanted = {
        "复合材料": "天津膜天膜科技股份有限公司",
        "钛合金锻件": "江阴市恒润重工股份有限公司",
        "表面处理": "沈阳蓝英工业自动化装备股份有限公司",
        "数控机床": "沈阳机床股份有限公司",
        "數控機床": "沈阳机床股份有限公司",
        "电磁线": "天津百利特精电气股份有限公司",
    }
    found = {text: first(officer, text, "company") for text in wanted}
    assert {text: names for text, names in found.items() if wanted[text] not in names} == {}


def test_the_segments_that_are_meant_come_first(officer: Person) -> None:
    wanted = {
        "复合材料": "航空复合材料",
        "钛合金锻件": "钛合金锻件",
        "燃气轮机叶片": "燃机透平动叶",
        "垂直尾翼": "飞机尾翼",
        "喷氨格栅": "燃机脱硝装置",
        "無損檢測": "无损检测",
        "无损": "无损检测",
        "NDT": "无损检测设备",
        "titanium forging": "钛合金锻件",
        "superalloy forgings": "高温合金锻件",
        "gas turbine blade": "燃机透平动叶",
    }
    found = {text: first(officer, text, "segment") for text in wanted}
    assert {text: names for text, names in found.items() if wanted[text] not in names} == {}


@pytest.mark.long
def test_every_product_of_every_company_finds_its_company(officer: Person) -> None:
    """Asked for by the very words of its list, a company is among the results."""
    from xinya.zones.models import Fact

    lost = []
    for fact in Fact.objects.filter(kind=Fact.Kind.PRODUCT).select_related("company").order_by("pk")[::9]:
        search = Search(officer, fact.text)
        found = {hit.document.key for hit in search.hits(["company"], 0, search.count(["company"]))}
        if str(fact.company_id) not in found:
            lost.append(fact.text)
    assert lost == []
