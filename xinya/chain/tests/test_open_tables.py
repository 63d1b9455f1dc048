"""Issues of open data over chains and over time: whatever was published once is held against whatever is published now."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from xinya.chain import actions, queries
from xinya.chain.actions.exchange import publish_open_data
from xinya.chain.files import shipped_atlas
from xinya.chain.files.open_tables import MAKERS, REVENUE, Counted, Kept, Tables, draw_tables, kept_of, kept_text
from xinya.chain.queries.exchange import drawn_document, released_before
from xinya.zones.actions import touch_zone
from xinya.zones.models import Company, Fact, Person, Zone

from .conftest import CHAIN, DAY, OTHER_CHAIN, STANDS, line, name_of
from .test_exchange import makers_list, published

pytestmark = STANDS


def row_of(document: Mapping[str, Any], row: str, kind: str = MAKERS, chain: str = CHAIN) -> list[int | str]:
    """A row of a published table: above scale, other, total."""
    found: list[int | str] = next(t for t in document["tables"] if t["chain"] == chain)[kind][row]
    return found


def tables(chains: list[str], makers: Mapping[str, Any], revenue: Mapping[str, Any], before: list[Kept] | None = None) -> Tables:
    atlas = shipped_atlas(chains)
    return draw_tables(atlas.chains, Counted(makers, revenue), before or [], "2026-01-15")


def test_a_cell_that_is_hidden_in_one_chain_is_hidden_in_every_chain_that_shares_the_segment() -> None:
    atlas = shipped_atlas()
    shared = next(s for s, chains in sorted(atlas.chains_of.items()) if {"aero-engine-parts", "gas-turbine"} <= set(chains))
    own = [
        next(s for s, chains in sorted(atlas.chains_of.items()) if chains == (code,))
        for code in ("aero-engine-parts", "gas-turbine")
    ]
    makers = {
        shared: {"above": range(3), "other": range(10, 15)},
        own[0]: {"above": [99], "other": range(100, 106)},
        own[1]: {"above": range(200, 206), "other": range(210, 216)},
    }
    drawn = tables(["aero-engine-parts", "gas-turbine"], makers, {}).tables
    assert drawn[0][MAKERS][shared] == drawn[1][MAKERS][shared] == [3, 5, 8]
    assert drawn[0][MAKERS][own[0]] == ["*", "*", 7]
    assert "total" not in drawn[0][MAKERS]  # a sum over segments counts a company once for each: no number of companies


def test_sums_of_two_chains_whose_companies_differ_by_one_are_not_both_shown() -> None:
    one, other = (shipped_atlas([code]).chain(code).columns[0].code for code in (CHAIN, OTHER_CHAIN))
    payers = {n: 100 + n for n in range(8)}
    revenue = {CHAIN: {(one, "other"): payers}, OTHER_CHAIN: {(other, "other"): payers | {9: 110}}}
    drawn = {t["chain"]: t[REVENUE]["total"][-1] for t in tables([CHAIN, OTHER_CHAIN], {}, revenue).tables}
    assert sorted(map(str, drawn.values())) == ["*", str(sum(payers.values()) + 110)]


def test_what_is_kept_of_an_issue_is_read_as_it_was_written() -> None:
    drawn = tables([CHAIN], {"prepreg": {"above": [1, 2, 3], "other": [4, 5, 6, 7]}}, {})
    assert kept_of(kept_text(drawn.kept)) == drawn.kept
    assert tables([CHAIN], {"prepreg": {"above": [1, 2, 3], "other": [4, 5, 6, 7]}}, {}, [drawn.kept]).tables == drawn.tables


@pytest.mark.django_db
def test_a_cell_that_changed_by_one_company_is_hidden_and_the_others_are_drawn_anew(officer: Person, zone: Zone) -> None:
    lines = [*makers_list(2, "甲", 7, "prepreg"), *makers_list(20, "丁", 7, "carbon-fibre")]
    actions.import_companies(officer, zone=zone, lines=lines, title="名单")
    first = published(officer, zone)
    before = row_of(first, "prepreg")[-1]
    more = [*makers_list(50, "乙", 1, "prepreg"), *makers_list(60, "丙", 3, "carbon-fibre")]
    actions.import_companies(officer, zone=zone, lines=more, title="又一家")
    zone.refresh_from_db()
    second = published(officer, zone)
    assert row_of(second, "prepreg")[-1] == "*"
    assert row_of(second, "carbon-fibre")[-1] == int(row_of(first, "carbon-fibre")[-1]) + 3
    actions.import_companies(officer, zone=zone, lines=makers_list(70, "戊", 2, "prepreg"), title="又两家")
    zone.refresh_from_db()
    assert row_of(published(officer, zone), "prepreg")[-1] == int(before) + 3


@pytest.mark.django_db
def test_a_company_that_only_moved_from_a_segment_to_another_hides_both(officer: Person, zone: Zone) -> None:
    lines = [*makers_list(2, "甲", 7, "prepreg"), *makers_list(20, "乙", 7, "carbon-fibre")]
    actions.import_companies(officer, zone=zone, lines=lines, title="名单")
    first = published(officer, zone)
    mover = Company.objects.get(name="甲2有限公司")
    mover.placements.update(segment="carbon-fibre", text="")
    mover.facts.all().delete()
    touch_zone(zone)
    zone.refresh_from_db()
    drawn = drawn_document(queries.zone_report(zone, DAY), released_before(zone)).document
    assert [row_of(first, c)[-1] for c in ("prepreg", "carbon-fibre")] == [7, 7]
    assert [row_of(drawn, c)[-1] for c in ("prepreg", "carbon-fibre")] == ["*", "*"]


def payers_of(start: int, count: int, **values: Any) -> list[Any]:
    return [line(n, f"税{n}有限公司", name_of("prepreg"), revenue_fen=1_000_000 + n, **values) for n in range(start, start + count)]


@pytest.mark.django_db
def test_a_chain_left_out_of_an_issue_and_chosen_again_is_held_against_the_issue_before(officer: Person, zone: Zone) -> None:
    actions.choose_chains(officer, zone=zone, chains=[CHAIN, OTHER_CHAIN])
    actions.import_companies(officer, zone=zone, lines=payers_of(100, 8), title="名单")
    zone.refresh_from_db()
    first = published(officer, zone)
    total = next(v for k, v in next(t for t in first["tables"] if t["chain"] == CHAIN)[REVENUE].items() if v[-1] not in (0, "*"))
    actions.choose_chains(officer, zone=zone, chains=[OTHER_CHAIN])
    zone.refresh_from_db()
    published(officer, zone)
    actions.choose_chains(officer, zone=zone, chains=[CHAIN, OTHER_CHAIN])
    columns = dict(shipped_atlas([CHAIN]).chain(CHAIN).members)
    elsewhere = next(code for code, column in columns.items() if column != columns["prepreg"])
    others = [line(n, f"别{n}有限公司", name_of(elsewhere), revenue_fen=1_000_000 + n) for n in range(300, 304)]
    actions.import_companies(officer, zone=zone, lines=[*payers_of(200, 1), *others], title="又一家")
    zone.refresh_from_db()
    third = published(officer, zone)
    assert {t["chain"] for t in third["tables"]} == {CHAIN, OTHER_CHAIN}
    shown = [v for t in third["tables"] for row in t[REVENUE].values() for v in row if v not in (0, "*", None)]
    assert sum(n + 1_000_000 for n in (200, *range(300, 304))) + int(total[-1]) in shown  # five more: that may be told
    assert all(abs(int(v) - int(total[-1])) != 1_000_200 for v in shown)
    assert row_of(third, "prepreg")[-1] == "*"


@pytest.mark.django_db
def test_the_corrected_revenue_of_one_company_cannot_be_had_by_subtraction(officer: Person, zone: Zone) -> None:
    actions.import_companies(officer, zone=zone, lines=payers_of(100, 9), title="名单")
    zone.refresh_from_db()
    first = published(officer, zone)
    fact = Fact.objects.get(zone=zone, company__name="税103有限公司", kind=Fact.Kind.REVENUE)
    Fact.objects.filter(pk=fact.pk).update(number=int(fact.number or 0) + 777)
    touch_zone(zone)
    zone.refresh_from_db()
    drawn = drawn_document(queries.zone_report(zone, DAY), released_before(zone)).document
    pairs = [
        (a, b)
        for one, two in zip(first["tables"], drawn["tables"], strict=True)
        for row in one[REVENUE]
        for a, b in zip(one[REVENUE][row], two[REVENUE][row], strict=True)
    ]
    assert any(a not in (0, "*") and b == "*" for a, b in pairs)
    assert not any("*" not in (a, b) and a != b for a, b in pairs)


@pytest.mark.django_db
def test_what_stands_behind_an_issue_is_kept_only_of_what_it_shows(officer: Person, zone: Zone) -> None:
    actions.import_companies(officer, zone=zone, lines=payers_of(100, 9), title="名单")
    zone.refresh_from_db()
    issue = publish_open_data(officer, zone=zone)
    (kept,) = released_before(zone)
    document = json.loads(issue.content)
    for key, content in kept[MAKERS].items():
        _table, segment, scale = key.split("|")
        assert row_of(document, segment)[["above", "other", "total"].index(scale)] == len(content)
    for key, content in kept[REVENUE].items():
        chain, column, scale = key.split("|")
        assert row_of(document, column, REVENUE, chain)[["above", "other", "total"].index(scale)] == sum(content.values())
