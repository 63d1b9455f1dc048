"""Lists of purchases: a column named twice, a share that may mean two things, a period in other digits, at every door."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xinya.chain.files.inputs import input_lines, period_in, read_inputs, share_in
from xinya.chain.models import InputStatement
from xinya.chain.tests.conftest import STANDS
from xinya.zones.files.lines import ListRefused
from xinya.zones.models import Company, Zone
from xinya.zones.tests.people import refused

from .test_purchase_lists import workbook

pytestmark = STANDS


@pytest.mark.parametrize(
    "head", ["采购品,采购额,采购额(万元)", "采购品,环节,segment", "采购品,原材料,本地占比", "企业名称,企业,采购品"]
)
def test_two_columns_for_one_thing_are_refused_and_not_the_last_taken(head: str) -> None:
    with refused("column-twice") as told:
        read_inputs(f"{head}\n甲,1,2\n".encode(), {})
    assert told.value.row == 1
    labels = tuple(head.split(","))
    with refused("column-twice") as told:
        read_inputs(workbook(("某名单",), labels, ("甲", "1", "2")), {})
    assert told.value.row == 2


@pytest.mark.parametrize("text", ["0.4", "1", "0.3-0.5", "0.40", "<1"])
def test_a_bare_number_up_to_one_is_no_clear_share(text: str) -> None:
    with refused("share-unclear"):
        share_in(text)
    with pytest.raises(ListRefused) as told:
        read_inputs(f"采购品,本地占比\n甲,{text}\n".encode(), {})
    assert [(r.code, r.row, r.column) for r in told.value.findings] == [("share-unclear", 2, "本地占比")]
    with pytest.raises(ListRefused):
        input_lines([(1, {"text": "甲", "share": text})], {})


@pytest.mark.parametrize("text", ["0", "0.4%", "1%", "40", "0.5-30", "1.5", "0.3-0.5%"])
def test_a_clear_share_stays_one(text: str) -> None:
    low, high = share_in(text)
    assert low is not None
    assert high is not None


def test_a_workbook_s_bare_share_is_refused_as_everywhere() -> None:
    with pytest.raises(ListRefused) as told:
        read_inputs(workbook(("采购品", "本地占比"), ("甲", 0.4), ("乙", "0.4")), {})
    assert [(r.code, r.row) for r in told.value.findings] == [("share-unclear", 2), ("share-unclear", 3)]


@pytest.mark.parametrize("text", ["20٢٥", "२०२५", "2025-０٦"])
def test_a_period_in_other_digits_is_refused(text: str) -> None:
    with refused("period-wrong"):
        period_in(text)


@pytest.mark.django_db
def test_the_api_answers_with_the_list_that_it_kept_however_the_period_was_written(zone: Zone, officer_client: Client) -> None:
    company = Company.objects.filter(zone=zone).order_by("pk")[0]
    path = f"/api/v1/zones/{zone.code}/companies/{company.pk}/inputs"
    body = {"period": "２０２５-h1", "inputs": [{"text": "航空紧固件"}]}
    told = officer_client.post(path, json.dumps(body), content_type="application/json").json()
    assert (told["period"], [i["text"] for i in told["items"]]) == ("2025-H1", ["航空紧固件"])
    told = officer_client.get(path, {"period": "2025-h1"}).json()
    assert [i["text"] for i in told["items"]] == ["航空紧固件"]
    file = SimpleUploadedFile("x.csv", "采购品\n碳纤维\n".encode())
    told = officer_client.post(f"{path}/file?period=２０２４", {"inputs": file}).json()
    assert (told["period"], [i["text"] for i in told["items"]]) == ("2024", ["碳纤维"])
    reply = officer_client.get(path, {"period": "20٢٥"})
    assert (reply.status_code, reply.json()["title"]) == (422, "period-wrong")
    assert set(InputStatement.objects.values_list("period", flat=True)) == {"2025-H1", "2024"}
