"""What if on the page, over the API and from the shell: the same figures, nothing stored, nobody else's companies."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xinya.chain import actions, queries
from xinya.chain.actions import NewZone
from xinya.chain.tests.conftest import CHAIN, DAY, STANDS, forget_reports, line
from xinya.kit.models import AuditRow
from xinya.zones.models import Company, Fact, Person, Zone

pytestmark = [pytest.mark.django_db, STANDS]
GUEST = "区外复材有限公司"


@pytest.fixture
def guest(zone: Zone, officer: Person) -> Company:
    """A known maker outside the zone."""
    actions.import_companies(officer, zone=zone, lines=[line(2, GUEST, "航空复合材料")], title="区外", is_outside=True)
    return Company.objects.get(name=GUEST)


def page(zone: Zone, query: str = "") -> str:
    return reverse("what-if", args=[zone.code]) + query


def call(client: Client, zone: Zone, **asked: list[str]) -> Any:
    reply = client.get(f"/api/v1/zones/{zone.code}/what-if", asked)
    assert reply.status_code == 200
    return reply.json()


def test_a_reader_plays_two_scenarios_side_by_side_and_nothing_is_stored(zone: Zone, guest: Company, reader_client: Client) -> None:
    before = (zone.revision, AuditRow.objects.count(), Fact.objects.count())
    leaver = zone.companies.filter(is_outside=False).order_by("pk")[1]
    words = reader_client.get(page(zone, f"?a=come.{guest.pk}&b=leave.{leaver.pk}")).content.decode()
    assert f"{GUEST}落户" in words
    assert f"{leaver.name}停产" in words
    assert 'id="scenario-A"' in words
    assert 'id="scenario-B"' in words
    zone.refresh_from_db()
    assert (zone.revision, AuditRow.objects.count(), Fact.objects.count()) == before


def test_a_step_of_the_form_becomes_part_of_the_address(zone: Zone, reader_client: Client) -> None:
    reply = reader_client.get(page(zone, "?a=make.spar&to=B&make=composite-part&come="))
    assert reply.status_code == 302
    assert reply.headers["Location"].endswith("?a=make.spar&b=make.composite-part")


def test_the_api_says_what_the_page_and_the_diagnosis_of_the_zone_say(zone: Zone, guest: Company, reader_client: Client) -> None:
    found = call(reader_client, zone, a=[f"come.{guest.pk}"], c=["make.composite-part"])
    base = queries.zone_report(zone, DAY).report
    gaps = sum(f.kind in ("missing", "dependent") for f in base.diagnosis.verdicts)
    assert found["measures"]["gaps"] == gaps
    one, other = found["scenarios"]
    assert (one["scenario"], other["scenario"]) == ("a", "c")
    assert "composite-part" in {row["segment"] for row in one["closed"]}
    assert one["measures"]["companies"] == other["measures"]["companies"] == found["measures"]["companies"] + 1
    shown = reader_client.get(page(zone, f"?a=come.{guest.pk}")).content.decode()
    assert f"补上的缺口 {len(one['closed'])}" in shown


@pytest.mark.parametrize(
    ("step", "status"),
    [("make.nowhere", 404), ("come.999999", 404), ("leave.x", 404), ("steal.1", 422), ("make", 422), ("make.", 422), ("", 422)],
)
def test_a_step_that_is_none_is_refused_with_a_sentence(zone: Zone, reader_client: Client, step: str, status: int) -> None:
    assert reader_client.get(f"/api/v1/zones/{zone.code}/what-if", {"a": [step]}).status_code == status
    assert reader_client.get(page(zone, f"?a={step}")).status_code == status


def test_who_produces_here_already_cannot_settle(zone: Zone, officer: Person, reader_client: Client) -> None:
    here = zone.companies.filter(is_outside=False).order_by("pk")[0]
    actions.import_companies(officer, zone=zone, lines=[line(2, here.name, "航空复合材料")], title="区外", is_outside=True)
    twin = Company.objects.get(name=here.name, is_outside=True)
    assert reader_client.get(page(zone, f"?a=come.{twin.pk}")).status_code == 422


def test_more_steps_than_a_scenario_holds_are_refused(zone: Zone, reader_client: Client) -> None:
    codes = sorted(queries.zone_report(zone, DAY).report.atlas.segments)[:13]
    assert reader_client.get(page(zone, "?" + "&".join(f"a=make.{c}" for c in codes))).status_code == 422


def test_a_company_of_another_zone_is_not_found(zone: Zone, officer: Person, reader_client: Client) -> None:
    wanted = NewZone("inland", "内陆高新区", "Inland Zone", (CHAIN,), datetime.date(2026, 1, 15))
    actions.start_zone(officer, wanted=wanted, lines=[line(2, "别区机密有限公司", "翼梁")])
    other = Company.objects.get(name="别区机密有限公司")
    for verb in ("leave", "come"):
        reply = reader_client.get(page(zone, f"?a={verb}.{other.pk}"))
        assert reply.status_code == 404
        assert "机密" not in reply.content.decode()


def test_the_page_makes_few_statements_however_many_scenarios(zone: Zone, guest: Company, reader_client: Client) -> None:
    counted = []
    for query in ("", f"?a=come.{guest.pk}&b=make.composite-part&c=make.aero-fastener&c=make.ti-forging"):
        forget_reports()
        with CaptureQueriesContext(connection) as made:
            assert reader_client.get(page(zone, query)).status_code == 200
        counted.append(len(made))
    assert counted[0] == counted[1] <= 12


def test_the_shell_says_the_same_of_a_list(zone: Zone, reader_client: Client, tmp_path_factory: pytest.TempPathFactory) -> None:
    from xinya.cli.main import main
    from xinya.zones.files import write_csv

    file = tmp_path_factory.mktemp("list") / "companies.csv"
    file.write_bytes(write_csv(queries.list_lines(zone, DAY)))
    found = call(reader_client, zone, a=["make.composite-part"])
    out = _printed(lambda: main(["chain", "what-if", str(file), "--chain", CHAIN, "--make", "composite-part", "--json"]))
    told = json.loads(out)
    assert told["measures"] == found["measures"]
    expected = {k: v for k, v in found["scenarios"][0].items() if k not in ("scenario", "steps")}
    assert told["scenario"] == expected


def _printed(act: Callable[[], int]) -> str:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert act() == 0
    return out.getvalue()
