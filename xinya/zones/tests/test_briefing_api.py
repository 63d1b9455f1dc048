"""A briefing read by a call: a draft, nothing stored, whoever is signed in."""

import pytest
from django.test import Client

from xinya.kit.models import AuditRow
from xinya.zones.models import Fact
from xinya.zones.tests.people import someone


@pytest.mark.django_db
def test_a_briefing_is_read_and_nothing_of_it_is_stored() -> None:
    client = Client()
    client.force_login(someone("he", "zone_reader", password=None))
    before = AuditRow.objects.count()
    sent = {"text": "去年产值12亿元，订单提高了两倍。", "issued_on": "2026-01-02"}
    told = client.post("/api/v1/read-briefing", sent, content_type="application/json").json()
    assert (told["issued_on"], told["draft"], told["questions"]) == ("2026-01-02", True, ["两倍"])
    assert [(f["kind"], f["text"]) for f in told["facts"]] == [("date", "去年"), ("quantity", "12亿元"), ("quantity", "两倍")]
    assert (AuditRow.objects.count(), Fact.objects.count()) == (before, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-02-30", "gestern", "1"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    client = Client()
    client.force_login(someone("he", "zone_reader", password=None))
    reply = client.post("/api/v1/read-briefing", {"text": "去年", "issued_on": day}, content_type="application/json")
    assert reply.status_code == 422
    assert Client().post("/api/v1/read-briefing", {"text": "去年"}, content_type="application/json").status_code == 401
