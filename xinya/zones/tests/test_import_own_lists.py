"""What a company brings of itself: no decision of the zone's, no name or number of others, and an undo that somebody can do."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from xinya.kit.models import AuditRow
from xinya.zones.actions import Decision, answer_import, commit_import, map_columns, undo_import
from xinya.zones.models import Company, CompanyIdent, CompanyName, Fact, ImportBatch, Person, Zone
from xinya.zones.queries import all_dossiers, own_lists_to_undo
from xinya.zones.queries.import_export import companies_as_csv
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import DAY, committed, few, mapped, said, table

pytestmark = pytest.mark.django_db
NAME, CODE, FORMER, PRODUCTS = "企业名称", "统一社会信用代码", "曾用名", "主要产品"
SMALL, LARGE = "岚洲小作坊有限公司", "大港电子股份有限公司"
NUMBER = "210132000012345"


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


@pytest.fixture
def own(zone: Zone) -> Company:
    return Company.objects.create(zone=zone, name=SMALL, name_key=SMALL, uscc=code_of(7))


@pytest.fixture
def boss(own: Company) -> Person:
    return someone("boss", "company_admin", company=own, password=None)


def findings(batch: ImportBatch) -> list[str]:
    return sorted({one.code for one in batch.findings.all()} & {"COLUMN_NOT_OWN", "NAME_KEPT", "CODE_NOT_HELD", "RENAME"})


def test_no_company_makes_itself_the_anchor_or_sets_its_standing(zone: Zone, officer: Person, own: Company, boss: Person) -> None:
    heads: list[object] = [NAME, CODE, "是否链主企业", "登记状态", "2025年是否规上", PRODUCTS]
    committed(officer, zone, "a.tsv", table([SMALL, code_of(7), "否", "在建", "否", "轴承"], heads=heads))
    before = list(Fact.objects.filter(withdrawn_at=None).order_by("pk").values_list("pk", flat=True))
    batch = mapped(boss, zone, "own.tsv", table([SMALL, code_of(7), "是", "存续", "是", "齿轮"], heads=heads), company=own)
    assert {one.label for one in batch.findings.filter(code="COLUMN_NOT_OWN")} == {"是否链主企业", "登记状态", "2025年是否规上"}
    commit_import(boss, batch_id=batch.pk, key=batch.key)
    assert not all_dossiers(zone)[0].is_anchor
    new = Fact.objects.filter(withdrawn_at=None).exclude(pk__in=before)
    assert [(fact.kind, fact.text) for fact in new] == [("product", "齿轮")]
    assert Fact.objects.filter(pk__in=before, withdrawn_at=None).count() == len(before)


def test_an_unreadable_cell_of_a_column_that_is_not_taken_holds_nothing_up(zone: Zone, own: Company, boss: Person) -> None:
    heads: list[object] = [NAME, CODE, "是否链主企业", PRODUCTS]
    batch = mapped(boss, zone, "own.tsv", table([SMALL, code_of(7), "也许吧", "齿轮"], heads=heads), company=own)
    assert (batch.counts["waiting"], batch.counts["changed"]) == (0, 1)


def test_an_empty_cell_of_such_a_column_takes_nothing_away(zone: Zone, officer: Person, own: Company, boss: Person) -> None:
    from dataclasses import replace

    heads: list[object] = [NAME, CODE, "是否链主企业", PRODUCTS]
    committed(officer, zone, "a.tsv", table([SMALL, code_of(7), "是", "轴承"], heads=heads))
    batch = mapped(boss, zone, "own.tsv", table([SMALL, code_of(7), "", "齿轮"], heads=heads), company=own)
    columns = [replace(one, clears=one.field == "is_anchor") for one in said(batch)]
    batch = map_columns(boss, batch_id=batch.pk, columns=columns, as_of=DAY)
    commit_import(boss, batch_id=batch.pk, key=batch.key)
    assert all_dossiers(zone)[0].is_anchor


def test_a_neighbours_name_as_a_former_one_captures_no_row(zone: Zone, officer: Person, own: Company, boss: Person) -> None:
    content = table([SMALL, "", LARGE, "齿轮"], heads=[NAME, CODE, FORMER, PRODUCTS])
    batch = committed(boss, zone, "own.tsv", content, company=own)
    assert (batch.counts["committed"], findings(batch)) == (1, ["COLUMN_NOT_OWN"])
    assert not CompanyName.objects.exists()
    row = mapped(officer, zone, "o.tsv", table([LARGE, "芯片"], heads=[NAME, PRODUCTS])).rows.get()
    assert (row.outcome, row.company) == ("created", None)


def test_a_neighbours_number_captures_no_row(zone: Zone, officer: Person, own: Company, boss: Person) -> None:
    heads: list[object] = [NAME, CODE, PRODUCTS]
    batch = committed(boss, zone, "own.tsv", table([SMALL, NUMBER, "齿轮"], heads=heads), company=own)
    assert (batch.counts["committed"], findings(batch)) == (1, ["CODE_NOT_HELD"])
    assert not CompanyIdent.objects.exists()
    row = mapped(officer, zone, "o.tsv", table([LARGE, NUMBER, "芯片"], heads=heads)).rows.get()
    assert (row.outcome, row.company) == ("created", None)


def test_a_number_that_the_register_holds_of_it_is_no_news(zone: Zone, officer: Person, own: Company, boss: Person) -> None:
    heads: list[object] = [NAME, CODE, PRODUCTS]
    Company.objects.filter(pk=own.pk).update(uscc="")
    committed(officer, zone, "a.tsv", table([SMALL, NUMBER, "齿轮"], heads=heads))
    batch = committed(boss, zone, "own.tsv", table([SMALL, NUMBER, "轴承"], heads=heads), company=own)
    assert (batch.counts["committed"], findings(batch)) == (1, [])


def test_no_company_takes_its_neighbours_name_or_any_new_one(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "a.tsv", few(1, 2))
    own, other = zone.companies.order_by("pk")
    boss = someone("boss", "company_user", company=own, password=None)
    batch = mapped(boss, zone, "own.tsv", few(1, name=other.name, revenue=777), company=own)
    assert (findings(batch), batch.counts["waiting"], batch.counts["changed"]) == (["NAME_KEPT"], 0, 1)
    with refused("decision-wrong"):
        answer_import(boss, batch_id=batch.pk, decisions=[Decision("take", reason="RENAME")])
    commit_import(boss, batch_id=batch.pk, key=batch.key)
    assert [one.name for one in zone.companies.order_by("pk")] == [own.name, other.name]
    assert own.facts.filter(kind="revenue", source__kind="company").get().number == 777_000_000
    row = mapped(officer, zone, "o.tsv", table([other.name, "芯片"], heads=[NAME, PRODUCTS])).rows.get()
    assert row.company == other


def test_a_like_name_that_a_company_calls_its_own_is_no_name_of_it(zone: Zone, officer: Person) -> None:
    held, like = "岚洲启曜精密机械有限公司", "岚洲启耀精密机械有限公司"
    own = Company.objects.create(zone=zone, name=held, name_key=held)
    boss = someone("boss", "company_user", company=own, password=None)
    batch = mapped(boss, zone, "own.tsv", table([like, "齿轮"], heads=[NAME, PRODUCTS]), company=own)
    batch = answer_import(boss, batch_id=batch.pk, decisions=[Decision("same", row=2, company=own.pk)])
    commit_import(boss, batch_id=batch.pk, key=batch.key)
    assert not CompanyName.objects.exists()
    assert mapped(officer, zone, "o.tsv", table([like, "芯片"], heads=[NAME, PRODUCTS])).counts["waiting"] == 1


@pytest.fixture
def wrong(zone: Zone, officer: Person) -> tuple[Person, ImportBatch, bytes]:
    """A list that a company of one user committed of itself eight days ago."""
    committed(officer, zone, "a.tsv", few(1))
    before = companies_as_csv(zone, officer)
    own = zone.companies.get()
    boss = someone("boss", "company_user", company=own, password=None)
    cells: list[object] = [own.name, code_of(1), 777, "0139-81234567", "箱体"]
    content = table(cells, heads=[NAME, CODE, "2024年营业收入(万元)", "联系电话", PRODUCTS])
    batch = committed(boss, zone, "张三的名单.tsv", content, company=own)
    ImportBatch.objects.filter(pk=batch.pk).update(committed_at=timezone.now() - datetime.timedelta(days=8))
    return boss, batch, before


def test_after_seven_days_an_officer_of_the_zone_undoes_a_companys_own_list(
    zone: Zone, officer: Person, wrong: tuple[Person, ImportBatch, bytes]
) -> None:
    boss, batch, before = wrong
    with refused("second-person") as caught:
        undo_import(boss, batch_id=batch.pk, reason="数字填错")
    assert "an officer of the zone" in caught.value.sentence("en")
    assert undo_import(officer, batch_id=batch.pk, reason="数字填错").state == "undone"
    assert companies_as_csv(zone, officer) == before
    assert AuditRow.objects.filter(object=f"import:{batch.pk}", act="undo-import").count() == 1


def test_before_that_no_officer_finds_it_and_no_other_zones_officer_ever(
    zone: Zone, officer: Person, wrong: tuple[Person, ImportBatch, bytes]
) -> None:
    _boss, batch, _before = wrong
    other = Zone.objects.create(code="inland", name="内陆高新区", name_en="Inland Zone")
    for who in (
        someone("far", "chain_officer", zone=other, password=None),
        someone("helper", "commissioner", zone=zone, password=None),
    ):
        with refused("no-such-import"):
            undo_import(who, batch_id=batch.pk, reason="不对")
        assert not own_lists_to_undo(who, zone).exists()
    ImportBatch.objects.filter(pk=batch.pk).update(committed_at=timezone.now() - datetime.timedelta(days=6))
    with refused("no-such-import"):
        undo_import(officer, batch_id=batch.pk, reason="不对")


def test_the_officer_undoes_it_from_the_page_of_lists_and_sees_nothing_of_what_it_holds(
    zone: Zone, wrong: tuple[Person, ImportBatch, bytes], client_of: Callable[[str], Client]
) -> None:
    _boss, batch, _before = wrong
    client = client_of("chain_officer")
    page = client.get("/en/zones/harbour/imports/").content.decode()
    assert "Lists that companies brought of themselves" in page
    assert "张三" not in page
    assert client.get(f"/en/zones/harbour/imports/{batch.pk}/").status_code == 404
    assert client.get(f"/api/v1/imports/{batch.pk}/rows").status_code == 404
    address = f"/en/zones/harbour/imports/{batch.pk}/undo/"
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "数字填错"}).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert "Lists that companies brought of themselves" not in client.get("/en/zones/harbour/imports/").content.decode()


def test_what_hangs_on_it_is_said_on_the_page_of_lists(
    zone: Zone, officer: Person, wrong: tuple[Person, ImportBatch, bytes], client_of: Callable[[str], Client]
) -> None:
    _boss, batch, _before = wrong
    later = committed(officer, zone, "b.tsv", few(1, products="齿轮；箱体"))
    assert later.parts[0]["same"] == 1
    reply = client_of("chain_officer").post(f"/en/zones/harbour/imports/{batch.pk}/undo/", {"reason": "数字填错"})
    assert (reply.status_code, f"list {later.pk}, which came later" in reply.content.decode()) == (409, True)


def test_over_http_too(zone: Zone, wrong: tuple[Person, ImportBatch, bytes], client_of: Callable[[str], Client]) -> None:
    _boss, batch, _before = wrong
    reply = client_of("chain_officer").post(
        f"/api/v1/imports/{batch.pk}/undo", {"reason": "数字填错"}, content_type="application/json"
    )
    assert (reply.status_code, reply.json()["state"]) == (200, "undone")
