"""Purchased inputs and supply links: entered by the company or an officer, seen by the right people, confirmed by both sides."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.actions import NewLink
from xinya.chain.actions.inputs import LINKS_A_DAY, NOTICES_A_DAY
from xinya.chain.files.inputs import InputLine, input_lines, inputs_csv, names_of, read_inputs
from xinya.chain.models import InputStatement, SupplyLink
from xinya.chain.queries.inputs import (
    inputs_of,
    line_of,
    links_of,
    seen_version,
    statement_periods,
    supply_links,
    zone_sourcing,
)
from xinya.kit.models import AuditRow
from xinya.zones.files.lines import ListRefused
from xinya.zones.models import Company, Notice, Person, Zone
from xinya.zones.tests.people import refused, someone

from .conftest import STANDS, name_of, signed_in

pytestmark = STANDS

PERIOD = "2025"


@pytest.fixture
def buyer(zone: Zone) -> Company:
    return Company.objects.filter(zone=zone).order_by("pk")[0]


@pytest.fixture
def supplier(zone: Zone, buyer: Company) -> Company:
    return Company.objects.filter(zone=zone).order_by("pk")[1]


@pytest.fixture
def stranger(zone: Zone) -> Company:
    return Company.objects.filter(zone=zone).order_by("pk")[2]


@pytest.fixture
def buying(buyer: Company) -> Person:
    return someone("zhao", "company_user", company=buyer)


@pytest.fixture
def selling(supplier: Company) -> Person:
    return someone("qian", "company_admin", company=supplier)


def lines(*rows: tuple[str, str, str], zone: Zone) -> list[InputLine]:
    names = names_of(queries.zone_atlas(zone))
    return input_lines(((n, {"text": t, "share": s, "amount": a}) for n, (t, s, a) in enumerate(rows, 1)), names)


@pytest.mark.django_db
def test_a_company_states_its_inputs_and_every_line_has_its_source(buying: Person, buyer: Company, zone: Zone) -> None:
    said = lines((name_of("prepreg"), "30-50%", "300-500"), ("某种专用胶", "", ""), zone=zone)
    actions.state_inputs(buying, company=buyer, period=PERIOD, lines=said)
    first, second = inputs_of(buying, buyer, PERIOD)
    assert (first.segment, str(first.local_low), str(first.local_high)) == ("prepreg", "0.3000", "0.5000")
    assert (first.amount_low, first.amount_high, str(first.confidence)) == (3 * 10**8, 5 * 10**8, "0.85")
    assert (second.segment, second.local_low, second.source.title) == ("", None, buyer.name)
    row = AuditRow.objects.get(act="state-inputs")
    assert "某种专用胶" not in row.text


@pytest.mark.django_db
def test_a_new_list_replaces_the_earlier_one_as_a_whole(buying: Person, buyer: Company, zone: Zone) -> None:
    actions.state_inputs(buying, company=buyer, period=PERIOD, lines=lines(("甲料", "", ""), ("乙料", "", ""), zone=zone))
    actions.state_inputs(buying, company=buyer, period=PERIOD, lines=lines(("丙料", "", ""), zone=zone))
    assert [r.text for r in inputs_of(buying, buyer, PERIOD)] == ["丙料"]
    assert InputStatement.objects.filter(company=buyer).count() == 3


@pytest.mark.django_db
def test_a_change_made_on_an_earlier_version_is_refused(buying: Person, officer: Person, buyer: Company, zone: Zone) -> None:
    actions.state_inputs(buying, company=buyer, period=PERIOD, lines=lines(("甲料", "", ""), zone=zone))
    seen = seen_version(inputs_of(buying, buyer, PERIOD))
    actions.state_inputs(officer, company=buyer, period=PERIOD, lines=lines(("乙料", "", ""), zone=zone), seen=seen)
    with refused("stale"):
        actions.state_inputs(buying, company=buyer, period=PERIOD, lines=lines(("丙料", "", ""), zone=zone), seen=seen)
    assert [r.text for r in inputs_of(buying, buyer, PERIOD)] == ["乙料"]


@pytest.mark.django_db
def test_a_company_begins_a_second_period_in_the_form_and_replaces_no_list_unseen(
    buying: Person, buyer: Company, zone: Zone
) -> None:
    client, path = signed_in(buying), reverse("company-inputs", args=[buyer.zone.code, buyer.pk])
    actions.state_inputs(buying, company=buyer, period="2025", lines=lines(("甲料", "", ""), zone=zone))

    def shown(page: str) -> dict[str, str]:
        return {name: re.findall(f'name="{name}" value="([^"]*)"', page)[0] for name in ("seen", "seen_period", "period")}

    form = shown(client.get(path).content.decode())
    assert (form["seen_period"], form["period"]) == ("2025", "2025")
    assert client.post(path, {**form, "period": "2024", "text": ["乙料"]}).status_code == 302
    assert client.post(path, {**form, "period": "2025-h1", "text": ["丙料"]}).status_code == 302
    assert statement_periods(buying, buyer) == ["2025", "2025-H1", "2024"]
    unseen = client.post(path, {**form, "period": "２０２５-h1", "text": ["丁料"]})
    assert unseen.status_code == 409
    assert [row.text for row in inputs_of(buying, buyer, "2025-H1")] == ["丙料"]
    again = shown(unseen.content.decode())
    assert client.post(path, {**again, "text": ["丁料"]}).status_code == 302
    assert [row.text for row in inputs_of(buying, buyer, "2025-H1")] == ["丁料"]


@pytest.mark.django_db
def test_the_latest_period_is_the_one_that_ends_last(buying: Person, buyer: Company, zone: Zone) -> None:
    for period in ("2025-Q1", "2025-H2", "2025-12", "2024", "2025-H1"):
        actions.state_inputs(buying, company=buyer, period=period, lines=lines((f"料{period}", "40%", ""), zone=zone))
    assert statement_periods(buying, buyer) == ["2025-H2", "2025-12", "2025-H1", "2025-Q1", "2024"]
    assert [row.text for row in zone_sourcing(zone).statements] == ["料2025-H2"]
    actions.state_inputs(buying, company=buyer, period="2025", lines=lines(("全年料", "40%", ""), zone=zone))
    assert [row.text for row in zone_sourcing(zone).statements] == ["全年料"]


@pytest.mark.django_db
def test_other_companies_and_readers_may_not_state_inputs(selling: Person, reader: Person, buyer: Company, zone: Zone) -> None:
    for person in (selling, reader):
        with refused("not-allowed"):
            actions.state_inputs(person, company=buyer, period=PERIOD, lines=lines(("甲料", "", ""), zone=zone))
    assert not InputStatement.objects.exists()


@pytest.mark.django_db
def test_another_company_finds_no_page_of_these_inputs(selling: Person, buying: Person, buyer: Company) -> None:
    path = reverse("company-inputs", args=[buyer.zone.code, buyer.pk])
    assert signed_in(buying).get(path).status_code == 200
    assert signed_in(selling).get(path).status_code == 404
    assert signed_in(selling).post(path, {"period": PERIOD, "text": ["甲"]}).status_code == 404
    assert signed_in(selling).get(f"/api/v1/zones/{buyer.zone.code}/companies/{buyer.pk}/inputs").status_code == 404
    assert signed_in(selling).get(reverse("sourcing", args=[buyer.zone.code])).status_code == 404


@pytest.mark.django_db
def test_the_form_keeps_what_was_typed_and_names_the_wrong_row(buying: Person, buyer: Company) -> None:
    path = reverse("company-inputs", args=[buyer.zone.code, buyer.pk])
    client = signed_in(buying)
    sent = {
        "period": PERIOD,
        "text": ["甲料", "乙料"],
        "segment": ["", "没有这个环节"],
        "share": ["40%", ""],
        "amount": ["", "很多"],
        "stock": ["15", ""],
    }
    page = client.post(path, sent)
    assert page.status_code == 422
    assert "没有这个环节" in page.content.decode()
    assert not InputStatement.objects.exists()
    good = client.post(path, {**sent, "segment": ["", ""], "amount": ["", "50"]})
    assert good.status_code == 302
    assert "乙料" in client.get(good.headers["Location"]).content.decode()
    assert [row.stock_days for row in InputStatement.objects.order_by("rank")] == [Decimal(15), None]


@pytest.mark.django_db
def test_a_csv_file_comes_in_and_goes_out_the_same(buying: Person, buyer: Company, zone: Zone) -> None:
    said = lines((name_of("prepreg"), "30-50%", "300-500"), ("=胶", "0", ""), ("乙料", "", "12.5"), zone=zone)
    said = [replace(line, stock_days=days) for line, days in zip(said, (Decimal("7.5"), None, Decimal(0)), strict=True)]
    content = inputs_csv(said)
    again = read_inputs(content, names_of(queries.zone_atlas(zone)))
    assert [replace(line, row=0) for line in again] == [replace(line, row=0) for line in said]
    path = reverse("company-inputs", args=[buyer.zone.code, buyer.pk])
    sent = {"period": PERIOD, "file": SimpleUploadedFile("采购.csv", content)}
    assert signed_in(buying).post(path, sent).status_code == 302
    kept = signed_in(buying).get(reverse("company-inputs-file", args=[buyer.zone.code, buyer.pk]), {"period": PERIOD})
    assert kept.content == content


@pytest.mark.django_db
def test_every_wrong_row_of_a_list_is_named(zone: Zone) -> None:
    content = "采购品,本地占比,采购额(万元)\n甲,140%,\n,20%,\n丙,,abc\n丙,,\n".encode()
    with pytest.raises(ListRefused) as wrong:
        read_inputs(content, names_of(queries.zone_atlas(zone)))
    assert [(f.row, f.code) for f in wrong.value.findings] == [(2, "share-wrong"), (3, "input-missing"), (4, "amount-wrong")]


@pytest.mark.django_db
def test_at_most_twenty_inputs_are_stated(zone: Zone) -> None:
    with refused("too-many-inputs"):
        lines(*[(f"料{n}", "", "") for n in range(21)], zone=zone)


@pytest.mark.django_db
def test_a_link_is_confirmed_by_the_other_side_only(buying: Person, selling: Person, buyer: Company, supplier: Company) -> None:
    row = actions.state_link(buying, company=buyer, wanted=NewLink(False, supplier.name, "预浸料", PERIOD, "", "300-500"))
    assert (row.state, row.supplier, row.side) == ("STATED", supplier, "buyer")
    assert Notice.objects.filter(person=selling, kind="link-stated").exists()
    with refused("not-allowed"):
        actions.answer_link(buying, zone_code="harbour", link_id=row.pk, verb="confirm")
    with refused("field-missing"):
        actions.answer_link(selling, zone_code="harbour", link_id=row.pk, verb="deny")
    answered = actions.answer_link(selling, zone_code="harbour", link_id=row.pk, verb="confirm")
    assert (answered.state, answered.answered_by) == ("CONFIRMED", selling)
    with refused("wrong-state"):
        actions.answer_link(selling, zone_code="harbour", link_id=row.pk, verb="confirm")
    (flow,) = supply_links(buyer.zone)
    assert (flow.supplier, flow.buyer, flow.amount_fen, flow.basis) == (supplier.pk, buyer.pk, 4 * 10**8, "confirmed")
    assert [r.act for r in AuditRow.objects.filter(act__endswith="-link").order_by("seq")] == ["state-link", "confirm-link"]


@pytest.mark.django_db
def test_a_denied_link_is_no_supply(buying: Person, selling: Person, buyer: Company, supplier: Company) -> None:
    row = actions.state_link(buying, company=buyer, wanted=NewLink(False, supplier.name, "预浸料", PERIOD))
    assert [f.basis for f in supply_links(buyer.zone)] == ["stated"]
    actions.answer_link(selling, zone_code="harbour", link_id=row.pk, verb="deny", reason="从未供货")
    assert supply_links(buyer.zone) == []
    actions.answer_link(buying, zone_code="harbour", link_id=row.pk, verb="withdraw")
    assert links_of(buying, buyer) == []


@pytest.mark.django_db
def test_whether_a_name_is_in_the_list_is_not_told(buying: Person, buyer: Company, supplier: Company) -> None:
    client, path = signed_in(buying), reverse("add-link", args=[buyer.zone.code, buyer.pk])
    answers = []
    for other in (supplier.name, "远方不知名公司"):
        sent = {"direction": "buys", "other": other, "what": "预浸料", "link_period": PERIOD}
        page = client.post(path, sent, follow=True).content.decode()
        answers.append(page.replace(other, "那家").count("那家"))
    assert answers[0] == 1
    assert SupplyLink.objects.filter(supplier=None).count() == 1


@pytest.mark.django_db
def test_a_side_that_comes_into_the_list_later_finds_the_link(buying: Person, officer: Person, buyer: Company, zone: Zone) -> None:
    from .conftest import line

    row = actions.state_link(buying, company=buyer, wanted=NewLink(False, "后来有限公司", "预浸料", PERIOD))
    actions.import_companies(officer, zone=zone, lines=[line(2, "后来有限公司", "预浸料")], title="新名单")
    row.refresh_from_db()
    assert row.supplier is not None
    assert row.supplier.name == "后来有限公司"


@pytest.mark.django_db
def test_the_people_of_a_side_that_is_found_later_are_asked(
    buying: Person, selling: Person, officer: Person, buyer: Company, supplier: Company, zone: Zone
) -> None:
    Company.objects.filter(pk=supplier.pk).update(is_outside=True)
    row = actions.state_link(buying, company=buyer, wanted=NewLink(False, supplier.name, "预浸料", PERIOD))
    denied = actions.state_link(buying, company=buyer, wanted=NewLink(False, supplier.name, "胶水", PERIOD))
    actions.answer_link(buying, zone_code="harbour", link_id=denied.pk, verb="withdraw")
    assert (row.supplier, Notice.objects.filter(kind="link-stated").count()) == (None, 0)
    Company.objects.filter(pk=supplier.pk).update(is_outside=False)
    assert actions.match_links(zone) == 2
    (notice,) = Notice.objects.filter(kind="link-stated")
    assert (notice.person, "预浸料" in notice.body, str(buying) in notice.body) == (selling, True, True)
    assert actions.match_links(zone) == 0


@pytest.mark.django_db
def test_links_whose_other_side_is_nowhere_cost_an_import_no_statement_each(buying: Person, buyer: Company, zone: Zone) -> None:
    costs = []
    for count in (2, 20):
        for n in range(count):
            actions.state_link(buying, company=buyer, wanted=NewLink(False, f"远方{count}之{n}公司", "预浸料", PERIOD))
        with CaptureQueriesContext(connection) as cost:
            assert actions.match_links(zone) == 0
        costs.append(len(cost))
    assert costs == [3, 3]


@pytest.mark.django_db
def test_a_company_is_asked_a_few_times_a_day_and_a_person_states_so_many_links(
    buying: Person, selling: Person, officer: Person, buyer: Company, supplier: Company
) -> None:
    for n in range(LINKS_A_DAY):
        actions.state_link(buying, company=buyer, wanted=NewLink(False, supplier.name, f"料{n}", PERIOD))
    with refused("too-many-links"):
        actions.state_link(buying, company=buyer, wanted=NewLink(False, supplier.name, "又一种料", PERIOD))
    actions.state_link(officer, company=buyer, wanted=NewLink(False, supplier.name, "又一种料", PERIOD))
    assert SupplyLink.objects.count() == LINKS_A_DAY + 1
    assert Notice.objects.filter(person=selling, kind="link-stated").count() == NOTICES_A_DAY
    assert Notice.objects.filter(person=selling, kind="links-more").count() == 1


@pytest.mark.django_db
def test_a_third_company_finds_no_link_and_an_officer_reads_the_class_only(
    buying: Person, officer: Person, buyer: Company, supplier: Company, stranger: Company
) -> None:
    row = actions.state_link(buying, company=buyer, wanted=NewLink(False, supplier.name, "预浸料", PERIOD, "", "321"))
    third = someone("sun", "company_user", company=stranger)
    with refused("no-such-link"):
        actions.answer_link(third, zone_code="harbour", link_id=row.pk, verb="confirm")
    path = f"/api/v1/zones/harbour/companies/{buyer.pk}/links"
    own = signed_in(buying).get(path).json()["items"][0]
    theirs = signed_in(officer).get(path).json()["items"][0]
    assert (own["exact"], own["amount_low"]) == (True, 321 * 10**6)
    assert (theirs["exact"], theirs["amount_low"], theirs["amount_high"]) == (False, 10**8, 5 * 10**8)
    assert "321" not in signed_in(officer).get(reverse("company-inputs", args=["harbour", buyer.pk])).content.decode()


@pytest.mark.django_db
def test_of_a_link_that_an_officer_states_either_side_confirms(
    officer: Person, selling: Person, buyer: Company, supplier: Company
) -> None:
    row = actions.state_link(officer, company=buyer, wanted=NewLink(False, supplier.name, "预浸料", PERIOD))
    assert row.side == "officer"
    assert actions.answer_link(selling, zone_code="harbour", link_id=row.pk, verb="confirm").state == "CONFIRMED"


@pytest.mark.django_db
def test_the_same_link_is_not_stated_twice(buying: Person, buyer: Company, supplier: Company) -> None:
    wanted = NewLink(False, supplier.name, "预浸料", PERIOD)
    actions.state_link(buying, company=buyer, wanted=wanted)
    with refused("link-twice"):
        actions.state_link(buying, company=buyer, wanted=wanted)
    with refused("own-link"):
        actions.state_link(buying, company=buyer, wanted=NewLink(True, buyer.name, "预浸料", PERIOD))


@pytest.mark.django_db
def test_the_zone_s_rates_take_each_company_s_latest_period(officer: Person, buyer: Company, supplier: Company, zone: Zone) -> None:
    prepreg = name_of("prepreg")
    actions.state_inputs(officer, company=buyer, period="2024", lines=lines((prepreg, "100%", "1"), zone=zone))
    actions.state_inputs(officer, company=buyer, period="2025", lines=lines((prepreg, "50%", "100"), zone=zone))
    actions.state_inputs(officer, company=supplier, period="2023", lines=lines((prepreg, "0", "300"), zone=zone))
    found = zone_sourcing(zone)
    (row,) = found.inputs
    assert (row.key, float(row.amount.low or 0), row.amount.known) == ("prepreg", 0.125, 2)
    assert [line_of(r).company for r in found.statements_of("prepreg")] == sorted([buyer.name, supplier.name])
    client = signed_in(officer)
    with CaptureQueriesContext(connection) as made:
        page = client.get(reverse("sourcing", args=[zone.code]), {"input": "prepreg"})
    assert "12.5%" in page.content.decode()
    assert len(made) <= 12
    api = signed_in(officer).get(f"/api/v1/zones/{zone.code}/sourcing").json()
    assert api["inputs"][0]["amount"]["low"] == 0.125


@pytest.mark.django_db
def test_inputs_and_links_through_the_api(buying: Person, selling: Person, buyer: Company, supplier: Company) -> None:
    client, path = signed_in(buying), f"/api/v1/zones/harbour/companies/{buyer.pk}"
    told = {"text": "甲料", "share": "40%", "amount": "1.5亿元", "stock_days": "7.5"}
    body = {"period": "2025", "inputs": [told], "seen": 0}
    kept = client.post(f"{path}/inputs", body, content_type="application/json")
    assert kept.status_code == 200, kept.content
    item = kept.json()["items"][0]
    assert (item["local_low"], item["amount_low"], item["stock_days"]) == (0.4, 15 * 10**9, 7.5)
    wrong = {**body, "inputs": [{**told, "stock_days": "4000"}], "seen": None}
    assert client.post(f"{path}/inputs", wrong, content_type="application/json").json()["code"] == "stock-wrong"
    assert client.post(f"{path}/inputs", body, content_type="application/json").status_code == 409
    file = SimpleUploadedFile("list.csv", inputs_csv([]) + "乙料,,10%,\r\n".encode())
    assert client.post(f"{path}/inputs/file?period=2025-h1", {"inputs": file}).json()["period"] == "2025-H1"
    link = {"supplies": False, "other": supplier.name, "text": "预浸料", "period": "2025"}
    made = client.post(f"{path}/links", link, content_type="application/json")
    assert made.status_code == 201
    word = {"verb": "confirm"}
    said = signed_in(selling).post(f"/api/v1/zones/harbour/links/{made.json()['id']}/word", word, content_type="application/json")
    assert said.json()["state"] == "CONFIRMED"


@pytest.mark.django_db
def test_control_characters_never_reach_the_database(buying: Person, selling: Person, buyer: Company, supplier: Company) -> None:
    client = signed_in(buying)
    path = reverse("company-inputs", args=[buyer.zone.code, buyer.pk])
    assert client.get(path, {"period": "20\x0025"}).status_code == 200
    assert client.get(f"/api/v1/zones/harbour/companies/{buyer.pk}/inputs?period=20%0025").status_code == 422
    sent = {"direction": "buys", "other": "某\x00某公司", "what": "胶\x00水", "link_period": PERIOD}
    assert client.post(reverse("add-link", args=[buyer.zone.code, buyer.pk]), sent).status_code == 302
    row = SupplyLink.objects.get()
    assert (row.supplier_name, row.text) == ("某 某公司", "胶 水")
    answered = actions.answer_link(buying, zone_code="harbour", link_id=row.pk, verb="withdraw", reason="写\x00错了")
    assert answered.reason == "写 错了"
    assert client.post(path, {"period": PERIOD, "text": ["坏\x00字"]}).status_code == 422
