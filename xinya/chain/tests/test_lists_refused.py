"""A refused company list over the HTTP API: each wrong place with row and column, and which of two files is meant."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xinya.chain.queries.reports import list_report
from xinya.zones.files import ListRefused, read_companies
from xinya.zones.models import Company, Zone

from .conftest import DAY, STANDS

pytestmark = [STANDS, pytest.mark.django_db]

API = "/api/v1"
HEAD = "企业名称,统一社会信用代码,主营产品,营业收入(万元),是否规上,环节"
GOOD = f"{HEAD}\n甲,,锻件,1,是,\n"
UNKNOWN = f"{HEAD}\n甲,,锻件,1,是,no-such;ti-forging\n乙,,锻件,1,是,nor-this\n"


def file_of(text: str, name: str = "名单.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.mark.parametrize("path", ["/diagnose", "/zones/harbour/companies"])
def test_every_code_that_no_pack_has_is_a_finding_with_row_and_column(path: str, zone: Zone, officer_client: Client) -> None:
    before = Company.objects.count()
    reply = officer_client.post(API + path, {"companies": file_of(UNKNOWN)})
    told = reply.json()
    assert (reply.status_code, told["code"], told["row"], told["column"]) == (422, "unknown-segment", 2, "环节")
    found = [(f["code"], f["row"], f["column"], "no-such" in f["detail"]) for f in told["findings"]]
    assert found == [("unknown-segment", 2, "环节", True), ("unknown-segment", 3, "环节", False)]
    assert Company.objects.count() == before


def test_a_code_that_no_pack_has_in_the_makers_outside_is_said_of_their_list() -> None:
    here, there = read_companies(GOOD.encode(), "here.csv"), read_companies(UNKNOWN.encode(), "there.csv")
    with pytest.raises(ListRefused) as caught:
        list_report(here, chains=(), outside=there, on=DAY)
    assert [f.sentence("en").partition(": ")[0] for f in (caught.value, *caught.value.findings)] == ["outside"] * 3
    with pytest.raises(ListRefused) as caught:
        list_report(there, chains=(), outside=here, on=DAY)
    assert "outside" not in caught.value.sentence("en")
