"""The golden lists through the database: what stands in the register afterwards, what a second import does, what an undo leaves."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xinya.kit.models import AuditRow
from xinya.zones.actions import ColumnSaid, Decision, NewList, answer_import, bring_list, commit_import, map_columns, undo_import
from xinya.zones.engine.imports.as_facts import key_of, plain_of
from xinya.zones.golden.uploads import FACTS
from xinya.zones.models import Company, CompanyName, Fact, ImportBatch, MatchDecision, Person, Zone
from xinya.zones.queries.import_export import companies_as_csv, companies_as_xlsx
from xinya.zones.tests.people import someone
from xinya.zones.tests.uploads import committed, mapped, said

pytestmark = pytest.mark.django_db
folder: list[Path] = []


@pytest.fixture(autouse=True)
def _beside(shared: Path) -> None:
    folder[:] = [shared / "data" / "golden" / "import"]


def golden(name: str) -> bytes:
    return (folder[0] / name).read_bytes()


def truth(name: str) -> Any:
    return json.loads((folder[0] / name).read_text("utf-8"))


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.create(code="lanzhou", name="岚洲高新区", name_en="Lanzhou Zone", as_of=date(2026, 1, 1))


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer", zone=zone, password=None)


def held(company: Company) -> dict[str, Any]:
    """A company as the register holds it, by the keys of the truth."""
    told: dict[str, Any] = {}
    for fact in company.facts.filter(withdrawn_at=None).order_by("pk"):
        key = key_of(fact.kind, fact.period)
        if key == "products":
            told.setdefault(key, []).append(fact.text)
        elif key:
            told[key] = plain_of(key, fact.text, fact.number)
    return told


def differences(zone: Zone) -> list[tuple[Any, ...]]:
    """Where the register differs from the truth of the clean list."""
    companies = {one.name: one for one in zone.companies.prefetch_related("names")}
    found: list[tuple[Any, ...]] = []
    for row in truth("companies_truth.json")["rows"]:
        company = companies.get(row["name"])
        if company is None:
            found.append((row["no"], "name", None, row["name"]))
            continue
        mine = held(company)
        pairs: dict[str, tuple[Any, Any]] = {"credit_code": (company.uscc or None, row["credit_code"])}
        pairs["former_names"] = ([one.name for one in company.names.all()], row["former_names"])
        pairs |= {own: (mine.get(own), row[key]) for key, own in FACTS.items()}
        pairs["products"] = (mine.get("products", []), row["products"])
        found += [(row["no"], field, one, other) for field, (one, other) in pairs.items() if one != other]
    return found


def test_the_clean_list_becomes_the_truth_to_the_fen_and_a_second_import_changes_nothing(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "companies_clean.xlsx", golden("companies_clean.xlsx"))
    assert (batch.state, batch.parts[0]["created"], zone.companies.count()) == ("committed", 300, 300)
    assert differences(zone) == []
    facts = Fact.objects.count()
    again = mapped(officer, zone, "companies_clean.xlsx", golden("companies_clean.xlsx"), reason="再核对一遍")
    assert (again.state, again.counts["same"], again.counts["changed"], again.counts["created"]) == ("previewed", 300, 0, 0)
    commit_import(officer, batch_id=again.pk, key=again.key)
    assert (Fact.objects.count(), zone.companies.count(), CompanyName.objects.filter(batch=again).count()) == (facts, 300, 0)


def test_facts_know_their_list_their_row_and_their_cell(zone: Zone, officer: Person) -> None:
    batch = committed(officer, zone, "companies_clean.xlsx", golden("companies_clean.xlsx"))
    fact = Fact.objects.filter(kind="revenue", period="2024").order_by("pk")[0]
    column = next(place for place, code, period, _unit, _clears in batch.columns if (code, period) == ("revenue", "2024"))
    assert fact.batch == batch
    assert fact.import_row == 2
    assert fact.cell == f"{chr(64 + column)}2"
    assert fact.source.title == "companies_clean.xlsx"
    assert str(fact.confidence) == "0.75"
    assert {one.secrecy for one in Fact.objects.filter(kind__in=["contact", "phone"])} == {"COMPANY"}


def test_the_messy_list_waits_where_it_must_and_its_proposals_make_the_clean_companies(zone: Zone, officer: Person) -> None:
    batch = mapped(officer, zone, "companies_messy.xlsx", golden("companies_messy.xlsx"))
    told = batch.counts
    assert [told[k] for k in ("created", "waiting", "left_out", "joined", "changed", "same")] == [294, 7, 2, 1, 0, 0]
    assert sum(told[k] for k in ("created", "waiting", "left_out", "joined")) == told["rows_read"] == 304
    document = truth("truth.json")
    by_no = {row["no"]: row for row in truth("companies_truth.json")["rows"]}
    commit_import(officer, batch_id=batch.pk, key=batch.key)
    assert zone.companies.count() == 294
    reasons = sorted({one["reason"] for one in document["defects"] if one["level"] == "ask"})
    decisions = [Decision("take", reason=reason) for reason in reasons]
    for defect in document["defects"]:
        if defect["level"] == "block":
            row, key = by_no[defect["no"]], defect["field"]
            right = row.get(f"{key}_fen", row.get(key))
            shown = f"{right / 100:.2f}元" if f"{key}_fen" in row else str(right)
            decisions.append(Decision("value", row=defect["rows"][0], field=key, value=shown))
    batch = answer_import(officer, batch_id=batch.pk, decisions=decisions)
    assert (batch.counts["waiting"], batch.counts["committed"]) == (0, 294)
    batch = commit_import(officer, batch_id=batch.pk, key=batch.key)
    assert (len(batch.parts), zone.companies.count()) == (2, 300)
    listed = document["outcome_after_proposals"]["differs_from_clean"]
    assert sorted((no, field) for no, field, _one, _other in differences(zone)) == sorted((d["no"], d["field"]) for d in listed)


def test_the_text_table_after_the_clean_list_changes_what_it_says_and_nothing_else(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "companies_clean.xlsx", golden("companies_clean.xlsx"))
    untouched = {one.name: held(one) for one in zone.companies.all()}
    batch = mapped(officer, zone, "companies_gb18030.csv", golden("companies_gb18030.csv"))
    told = batch.counts
    assert [told[k] for k in ("same", "changed", "waiting", "created")] == [80, 20, 4, 16]
    assert batch.encoding == "GB18030"
    before = companies_as_csv(zone, officer)
    key = batch.key
    batch = commit_import(officer, batch_id=batch.pk, key=key)
    rows = {row["name"]: row for row in truth("companies_gb18030_truth.json")["rows"]}
    changed = 0
    for company in zone.companies.all():
        row = rows.get(company.name)
        if company.name in untouched and held(company) != untouched[company.name]:
            assert row is not None
            assert row["action"] == "update"
            changed += 1
            old, new = untouched[company.name], held(company)
            assert {k: (old.get(k), new[k]) for k in new if old.get(k) != new[k]} == {
                row["field"]: (row["old_fen"], row["new_fen"])
            }
    assert (changed, zone.companies.count()) == (20, 316)
    batch = answer_import(officer, batch_id=batch.pk, decisions=[Decision("take", reason="RENAME")])
    batch = commit_import(officer, batch_id=batch.pk, key=batch.key)
    renamed = [row for row in rows.values() if row["action"] == "rename_ask"]
    for row in renamed:
        company = zone.companies.get(name=row["new"])
        assert [one.name for one in company.names.filter(was_held=True)] == [row["old"]]
    assert len(renamed) == 4
    undo_import(officer, batch_id=batch.pk, reason="名单有误")
    assert companies_as_csv(zone, officer) == before
    assert {one.name: held(one) for one in zone.companies.all()} == untouched


@pytest.mark.parametrize("name", ["companies_clean.xlsx", "companies_messy.xlsx"])
def test_an_undo_leaves_the_export_as_it_was_and_both_acts_in_the_log(zone: Zone, officer: Person, name: str) -> None:
    Company.objects.create(zone=zone, name="岚洲早有机械有限公司", name_key="岚洲早有机械有限公司")
    before = companies_as_csv(zone, officer), companies_as_xlsx(zone, officer)
    batch = committed(officer, zone, name, golden(name))
    assert companies_as_csv(zone, officer) != before[0]
    batch = undo_import(officer, batch_id=batch.pk, reason="传错了文件")
    assert (companies_as_csv(zone, officer), companies_as_xlsx(zone, officer)) == before
    acts = list(AuditRow.objects.filter(object=f"import:{batch.pk}").order_by("seq").values_list("act", flat=True))
    assert acts[-2:] == ["commit-import", "undo-import"]
    assert batch.rows.count() > 290
    assert batch.findings.exists()
    assert zone.companies.count() == 1


def test_near_names_of_the_clean_list_stay_ten_companies(zone: Zone, officer: Person) -> None:
    committed(officer, zone, "companies_clean.xlsx", golden("companies_clean.xlsx"))
    for pair in truth("companies_truth.json")["near_names"]:
        assert zone.companies.filter(name__in=[pair["name_a"], pair["name_b"]]).count() == 2
    assert not MatchDecision.objects.exists()


def test_broken_uploads_end_in_their_reasons_and_store_nothing(zone: Zone, officer: Person) -> None:
    states = {"refused": ("refused",), "ask": ("uploaded",), "stopped_at_mapping": ("read",), "read": ("read", "previewed")}
    for case in truth("bad/truth.json")["files"]:
        batch = bring_list(officer, zone=zone, file=NewList(case["file"], golden(f"bad/{case['file']}")))
        assert batch.outcome == case["outcome"], case["file"]
        assert batch.state in states[case["outcome"]], case["file"]
        if (batch.outcome, batch.state) == ("read", "read"):
            batch = map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=date(2025, 12, 31))
        if case["reason"]:
            assert case["reason"] in set(batch.findings.values_list("code", flat=True)), case["file"]
    assert not Company.objects.exists()


def test_the_columns_may_be_said_otherwise_than_proposed(zone: Zone, officer: Person) -> None:
    batch = bring_list(officer, zone=zone, file=NewList("清单.xlsx", golden("companies_clean.xlsx")))
    told = [ColumnSaid(p, c, y or "", u or "") for p, c, y, u, _clears in batch.columns if c in ("name", "credit_code")]
    batch = map_columns(officer, batch_id=batch.pk, columns=told, as_of=date(2025, 12, 31), source_kind="statistics")
    batch = commit_import(officer, batch_id=batch.pk, key=batch.key)
    assert (zone.companies.count(), Fact.objects.count()) == (300, 0)
    assert batch.source is not None
    assert batch.source.kind == "statistics"
    assert ImportBatch.objects.get().as_of == date(2025, 12, 31)
