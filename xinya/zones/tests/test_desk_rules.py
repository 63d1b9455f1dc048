"""A zone's own thresholds and divisions decide what its desk finds, for itself alone, and every act is in the log."""

import datetime
from pathlib import Path

import pytest

from xinya.kit.models import AuditRow
from xinya.zones.actions import commit_import, start_zone
from xinya.zones.actions.desk_rules import (
    Grounds,
    NewEdition,
    add_area,
    bring_divisions,
    end_area,
    end_divisions,
    end_threshold,
    set_thresholds,
)
from xinya.zones.engine.divisions import Division
from xinya.zones.engine.thresholds import Threshold
from xinya.zones.files.divisions import read_divisions
from xinya.zones.files.thresholds import ThresholdLine, read_thresholds, write_thresholds
from xinya.zones.models import ImportBatch, Person, Zone, ZoneThreshold
from xinya.zones.queries.desk_rules import threshold_lines, thresholds_listed
from xinya.zones.tests.imports import code_of
from xinya.zones.tests.people import refused, someone
from xinya.zones.tests.uploads import mapped, table

pytestmark = pytest.mark.django_db
GROUNDS = Grounds("statistics", "统计局2025年1号文", datetime.date(2025, 1, 2), "统计局来文")
HEADS: list[object] = ["企业名称", "统一社会信用代码", "行业代码", "2024年营业收入(万元)", "2024年是否规上"]
WAN = 1_000_000


@pytest.fixture
def officer(zone: Zone) -> Person:
    return someone("officer", "chain_officer")


def line(prefix: str, wan: int | None, since: int = 2011, until: int | None = None, source: str = "") -> ThresholdLine:
    row = Threshold(prefix, None if wan is None else wan * WAN, since, until, is_own=True)
    return ThresholdLine(0, row, "statistics" if source else "", source)


def found(officer: Person, zone: Zone, name: str, *rows: list[object]) -> dict[str, int]:
    """Findings by code of a list with these rows."""
    batch = mapped(officer, zone, name, table(*rows, heads=HEADS), reason="再来一次")
    return counted(batch)


def counted(batch: ImportBatch) -> dict[str, int]:
    told: dict[str, int] = {}
    for code in batch.findings.values_list("code", flat=True):
        told[code] = told.get(code, 0) + 1
    return told


def row(number: int, revenue: float, tick: str, industry: str = "3812") -> list[object]:
    return [f"岚洲{number}号机械有限公司", code_of(number), industry, revenue, tick]


def in_force(zone: Zone) -> list[tuple[str, int | None, int, int | None]]:
    rows = ZoneThreshold.objects.filter(zone=zone, ended_at=None)
    return [(r.prefix, None if r.amount_fen is None else r.amount_fen // WAN, r.valid_from_year, r.valid_to_year) for r in rows]


def test_a_zone_s_own_threshold_changes_what_is_found_and_no_other_zone_s(officer: Person, zone: Zone) -> None:
    other = start_zone(officer, code="elsewhere", name="别处高新区")
    before = found(officer, zone, "甲.csv", row(1, 3000, "否"))
    assert before["SCALE_DISAGREES"] == 1
    set_thresholds(officer, zone=zone, lines=[line("38", 4000)], grounds=GROUNDS)
    assert "SCALE_DISAGREES" not in found(officer, zone, "乙.csv", row(1, 3000, "否"))
    assert found(officer, zone, "丙.csv", row(1, 3000, "是"))["SCALE_DISAGREES"] == 1
    assert found(officer, other, "丁.csv", row(1, 3000, "否"))["SCALE_DISAGREES"] == 1
    assert "SCALE_DISAGREES" not in found(officer, other, "戊.csv", row(1, 3000, "是"))


def test_the_finding_says_that_the_threshold_is_the_zone_s_own(officer: Person, zone: Zone) -> None:
    set_thresholds(officer, zone=zone, lines=[line("38", 4000)], grounds=GROUNDS)
    batch = mapped(officer, zone, "甲.csv", table(row(1, 3000, "是"), heads=HEADS))
    finding = batch.findings.get(code="SCALE_DISAGREES")
    assert "own threshold" in finding.message
    assert finding.told["threshold"] == "4000"


def test_a_threshold_holds_in_its_years_alone(officer: Person, zone: Zone) -> None:
    set_thresholds(officer, zone=zone, lines=[line("38", 4000, 2025)], grounds=GROUNDS)
    assert found(officer, zone, "甲.csv", row(1, 3000, "否"))["SCALE_DISAGREES"] == 1


def test_by_qualification_nothing_is_held_against_a_tick(officer: Person, zone: Zone) -> None:
    set_thresholds(officer, zone=zone, lines=[line("38", None)], grounds=GROUNDS)
    assert "SCALE_DISAGREES" not in found(officer, zone, "甲.csv", row(1, 3000, "否"))


def test_a_list_that_was_compared_before_is_compared_anew_at_its_commit(officer: Person, zone: Zone) -> None:
    batch = mapped(officer, zone, "甲.csv", table(row(1, 3000, "否"), heads=HEADS))
    set_thresholds(officer, zone=zone, lines=[line("38", 4000)], grounds=GROUNDS)
    done = commit_import(officer, batch_id=batch.pk, key=batch.key)
    assert done.state == ImportBatch.State.COMMITTED
    assert "SCALE_DISAGREES" not in counted(done)


def test_a_newer_row_ends_an_older_one_and_leaves_it_its_other_years(officer: Person, zone: Zone) -> None:
    set_thresholds(officer, zone=zone, lines=[line("38", 2000, 2011)], grounds=GROUNDS)
    set_thresholds(officer, zone=zone, lines=[line("38", 4000, 2024, 2025)], grounds=GROUNDS)
    assert in_force(zone) == [("38", 2000, 2011, 2023), ("38", 4000, 2024, 2025), ("38", 2000, 2026, None)]
    assert ZoneThreshold.objects.filter(zone=zone).exclude(ended_at=None).count() == 1


def test_the_same_rows_again_change_nothing_and_are_no_act(officer: Person, zone: Zone) -> None:
    lines = [line("38", 4000), line("702", None, source="另一份文件")]
    first = set_thresholds(officer, zone=zone, lines=lines, grounds=GROUNDS)
    acts, revision = AuditRow.objects.count(), Zone.objects.get(pk=zone.pk).revision
    content = write_thresholds(threshold_lines(thresholds_listed(zone)))
    again = set_thresholds(officer, zone=zone, lines=read_thresholds(content, "t.csv"), grounds=GROUNDS)
    assert ((first.new, first.same), (again.new, again.replaced, again.same)) == ((2, 0), (0, 0, 2))
    assert (AuditRow.objects.count(), Zone.objects.get(pk=zone.pk).revision) == (acts, revision)


def test_one_wrong_row_keeps_all_out(officer: Person, zone: Zone) -> None:
    with refused("source-wrong"):
        set_thresholds(officer, zone=zone, lines=[line("38", 4000), line("39", 5, source="甲")], grounds=GROUNDS)
    assert in_force(zone) == []


def test_an_ended_row_stays_readable_and_the_shipped_one_holds_again(officer: Person, zone: Zone) -> None:
    set_thresholds(officer, zone=zone, lines=[line("38", 4000)], grounds=GROUNDS)
    pk = ZoneThreshold.objects.get().pk
    end_threshold(officer, zone=zone, threshold_id=pk, reason="改回国家标准")
    assert found(officer, zone, "甲.csv", row(1, 3000, "否"))["SCALE_DISAGREES"] == 1
    assert ZoneThreshold.objects.get().ended_by == officer
    with refused("no-such-threshold"):
        end_threshold(officer, zone=zone, threshold_id=pk, reason="再来一次")
    acts = AuditRow.objects.filter(act__contains="threshold").order_by("seq")
    assert [r.act for r in acts] == ["set-thresholds", "end-threshold"]


def test_a_row_of_another_zone_is_not_found(officer: Person, zone: Zone) -> None:
    other = start_zone(officer, code="elsewhere", name="别处高新区")
    set_thresholds(officer, zone=zone, lines=[line("38", 4000)], grounds=GROUNDS)
    with refused("no-such-threshold"):
        end_threshold(officer, zone=other, threshold_id=ZoneThreshold.objects.get().pk, reason="不是这里的")


@pytest.mark.parametrize("role", ["zone_reader", "auditor", "commissioner"])
def test_only_an_officer_sets_the_rules_of_the_desk(zone: Zone, role: str) -> None:
    person = someone(role, role, zone=zone)
    with refused("not-allowed"):
        set_thresholds(person, zone=zone, lines=[line("38", 4000)], grounds=GROUNDS)
    with refused("not-allowed"):
        bring_divisions(person, zone=zone, edition=edition("e", "330113"), grounds=GROUNDS)
    assert in_force(zone) == []


def test_nothing_is_set_without_a_reason(officer: Person, zone: Zone) -> None:
    with refused("reason-missing"):
        set_thresholds(officer, zone=zone, lines=[line("38", 4000)], grounds=Grounds("statistics", "文件", None, " "))


def edition(name: str, *codes: str, since: datetime.date = datetime.date(2020, 1, 1), kind: str = "official") -> NewEdition:
    return NewEdition(name, kind, since, [Division(code, f"甲乙{code}区") for code in codes])


def test_a_division_that_no_edition_holds_is_told_until_one_is_brought(officer: Person, zone: Zone) -> None:
    other = start_zone(officer, code="elsewhere", name="别处高新区")
    assert found(officer, zone, "甲.csv", row(1, 3000, "是"))["DIVISION_UNKNOWN"] == 1
    kept = bring_divisions(officer, zone=zone, edition=edition("虚构版", "990102"), grounds=GROUNDS)
    assert "DIVISION_UNKNOWN" not in found(officer, zone, "乙.csv", row(1, 3000, "是"))
    assert found(officer, other, "丙.csv", row(1, 3000, "是"))["DIVISION_UNKNOWN"] == 1
    end_divisions(officer, zone=zone, edition_id=kept.pk, reason="不再用")
    assert found(officer, zone, "丁.csv", row(1, 3000, "是"))["DIVISION_UNKNOWN"] == 1


def test_an_edition_counts_for_lists_that_stand_for_its_first_day_or_a_later_one(officer: Person, zone: Zone) -> None:
    bring_divisions(officer, zone=zone, edition=edition("明年版", "990102", since=datetime.date(2026, 1, 1)), grounds=GROUNDS)
    assert found(officer, zone, "甲.csv", row(1, 3000, "是"))["DIVISION_UNKNOWN"] == 1  # the list stands for 2025-12-31
    bring_divisions(officer, zone=zone, edition=edition("今年版", "990102", since=datetime.date(2025, 12, 31)), grounds=GROUNDS)
    assert "DIVISION_UNKNOWN" not in found(officer, zone, "乙.csv", row(1, 3000, "是"))


def test_two_editions_in_force_do_not_bear_one_name(officer: Person, zone: Zone) -> None:
    bring_divisions(officer, zone=zone, edition=edition("虚构版", "990102"), grounds=GROUNDS)
    with refused("edition-there"):
        bring_divisions(officer, zone=zone, edition=edition("虚构版", "990103"), grounds=GROUNDS)


def test_an_area_of_the_zone_has_days_that_do_not_overlap_and_stays_readable(officer: Person, zone: Zone) -> None:
    area = Division("PARK-1", "北园", "", datetime.date(2020, 1, 1), None, "part", "创新路以北")
    kept = add_area(officer, zone=zone, area=area, grounds=GROUNDS)
    with refused("area-there"):
        add_area(officer, zone=zone, area=area, grounds=GROUNDS)
    end_area(officer, zone=zone, area_id=kept.pk, last_day=datetime.date(2025, 6, 30), reason="划出")
    with refused("area-ended"):
        end_area(officer, zone=zone, area_id=kept.pk, last_day=datetime.date(2025, 6, 30), reason="划出")
    later = Division("PARK-1", "北园", "", datetime.date(2025, 7, 1), None, "whole")
    add_area(officer, zone=zone, area=later, grounds=GROUNDS)
    acts = AuditRow.objects.filter(act__endswith="-area").order_by("seq")
    assert [r.act for r in acts] == ["add-area", "end-area", "add-area"]


def test_names_of_the_zone_s_areas_are_places_in_names_of_companies(officer: Person, zone: Zone) -> None:
    heads: list[object] = ["企业名称", "2024年营业收入(万元)"]

    def pairs(name: str) -> int:
        batch = mapped(officer, zone, name, table(["望澜启元精密机械有限公司", 5], heads=heads), reason="再来一次")
        return batch.decisions.count()

    first = mapped(officer, zone, "甲.csv", table(["启圆精密机械有限公司", 5], heads=heads))
    commit_import(officer, batch_id=first.pk, key=first.key)
    areas = [Division("990102", "望澜区"), Division("990103", "新垣区")]
    assert pairs("乙.csv") == 0
    bring_divisions(officer, zone=zone, edition=NewEdition("园区版", "areas", datetime.date(2020, 1, 1), areas), grounds=GROUNDS)
    assert pairs("丙.csv") == 1


def test_the_golden_edition_knows_every_division_of_the_golden_list(officer: Person, zone: Zone, shared: Path) -> None:
    folder = shared / "data" / "golden" / "import"
    rows = read_divisions((folder / "divisions.csv").read_bytes(), "divisions.csv")
    bring_divisions(
        officer, zone=zone, edition=NewEdition("golden-1", "official", datetime.date(2000, 1, 1), rows), grounds=GROUNDS
    )
    batch = mapped(officer, zone, "companies_clean.xlsx", (folder / "companies_clean.xlsx").read_bytes())
    assert "DIVISION_UNKNOWN" not in counted(batch)
