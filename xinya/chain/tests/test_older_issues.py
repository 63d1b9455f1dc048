"""Issues of older forms: what nobody kept of them is not known; nothing published beside them can be had by subtraction."""

import importlib
import json
from typing import Any

import pytest

from xinya.chain.engine.unsure_sums import NEVER_KNOWN, UnsureSum, readings
from xinya.chain.files import shipped_atlas
from xinya.chain.files.open_tables import CLOSED, MAKERS, REVENUE, UNSURE, Counted, Kept, draw_tables, kept_of

from .conftest import CHAIN, OTHER_CHAIN

COLUMN = shipped_atlas([CHAIN]).chain(CHAIN).columns[0].code
CELLS = [f"{COLUMN}|other", f"{COLUMN}|total", "total|other", "total|total"]


def old_issue(*companies: int, value: int, prepreg: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """An issue of the form before, with these companies of one column, and its sets."""
    row = [0, value, value]
    table = {"chain": CHAIN, MAKERS: {"prepreg": [0, prepreg, prepreg]}, REVENUE: {COLUMN: row, "total": row}}
    return {"tables": [table]}, {MAKERS: {}, REVENUE: {cell: list(companies) for cell in CELLS}}


def migrated(content: dict[str, Any], sets: Any) -> Kept:
    """As the two migrations leave it, one after the other, the second also twice."""
    before, after = (importlib.import_module(f"xinya.chain.migrations.{n}") for n in ("0005_open_data", "0006_unsure_open_data"))
    text = json.dumps(content)
    once = after.put_right(text, before.kept_again(text, json.dumps(sets)))
    assert json.loads(after.put_right(text, once))[REVENUE] == json.loads(once)[REVENUE]
    return kept_of(once)


def drawn(before: list[Kept], revenue: dict[int, int], makers: dict[str, Any] | None = None, chain: str = CHAIN) -> dict[str, Any]:
    columns = shipped_atlas([chain]).chain(chain).columns
    counted = Counted(makers or {}, {chain: {(columns[0].code, "other"): revenue}})
    (table,) = draw_tables(shipped_atlas([chain]).chains, counted, before, "2026-01-15").tables
    return table


def test_a_company_that_joined_after_an_old_issue_cannot_be_had_by_subtraction() -> None:
    content, sets = old_issue(1, 2, 3, 4, value=400)
    kept = migrated(content, {CHAIN: sets})
    four = dict.fromkeys((1, 2, 3, 4), 100)
    assert drawn([kept], four | {5: 77})[REVENUE]["total"] == [0, "*", "*"]
    assert drawn([kept], four | {5: 77, 6: 80, 7: 90})[REVENUE]["total"] == [0, 647, 647]
    assert drawn([], four | {5: 77})[REVENUE]["total"] == [0, 477, 477]


def test_figures_that_changed_since_an_old_issue_nobody_knows_whose_are_not_published() -> None:
    content, sets = old_issue(1, 2, 3, 4, value=400)
    kept = migrated(content, {CHAIN: sets})
    assert drawn([kept], dict.fromkeys((1, 2, 3, 4), 100))[REVENUE]["total"] == [0, 400, 400]
    assert drawn([kept], {1: 177, 2: 100, 3: 100, 4: 100})[REVENUE]["total"] == [0, "*", "*"]


def test_an_old_sum_is_read_with_the_figures_of_every_later_time() -> None:
    one = UnsureSum((CHAIN, "total", "total"), frozenset({1, 2, 3}), 30)
    assert readings(one, [{1: 10, 2: 10, 3: 10}, {1: 99}]) == ([{1: 10, 2: 10, 3: 10}], True)
    found, is_sure = readings(one, [{1: 11, 2: 11, 3: 11}, {1: 12, 2: 12}])
    assert not is_sure
    assert found == [{1: 11, 2: 11, 3: 11}, {1: 12, 2: 12, 3: 11}]
    assert readings(one, []) == ([dict.fromkeys((1, 2, 3), NEVER_KNOWN)], False)


def test_figures_of_an_issue_between_do_not_open_the_old_one() -> None:
    """The old issue beside the one between, and both beside the new: company 5 came at the end."""
    content, sets = old_issue(1, 2, 3, 4, value=400)
    between: Kept = {MAKERS: {}, REVENUE: {f"{CHAIN}|{cell}": {1: 100, 2: 100, 3: 100, 4: 100} for cell in CELLS[1:]}}
    later = {1: 100, 2: 100, 3: 100, 4: 100, 5: 77}
    assert drawn([migrated(content, {CHAIN: sets}), between], later)[REVENUE]["total"] == [0, "*", "*"]


def test_where_an_issue_kept_nothing_what_it_showed_stays_hidden() -> None:
    content, _sets = old_issue(1, 2, 3, 4, value=400, prepreg=4)
    kept = migrated(content, {CHAIN: [1, 2, 3, 4]})
    assert kept == {MAKERS: {}, REVENUE: {}, CLOSED: {"prepreg": {}, "": {}}}
    makers = {code: {"other": range(1, 8)} for code in ("prepreg", "carbon-fibre")}
    table = drawn([kept], dict.fromkeys(range(1, 8), 100), makers)
    assert table[REVENUE]["total"] == [0, "*", "*"]
    assert (table[MAKERS]["prepreg"], table[MAKERS]["carbon-fibre"]) == ([0, "*", "*"], [0, 7, 7])
    assert drawn([kept], dict.fromkeys(range(1, 8), 100), chain=OTHER_CHAIN)[REVENUE]["total"] == [0, "*", "*"]


def test_issues_of_the_form_before_keep_who_stood_behind_what_they_showed() -> None:
    makers = {"prepreg": [3, "*", "*"], "total": [3, "*", "*"]}
    content = {"tables": [{"chain": CHAIN, MAKERS: makers, REVENUE: {"compo": [7, 0, 7]}}]}
    sets = {
        MAKERS: {"prepreg|above": [1, 2, 3], "prepreg|other": [4]},
        REVENUE: {"compo|above": [1, 2, 3], "compo|total": [1, 2, 3]},
    }
    kept = migrated(content, {CHAIN: sets})
    assert kept[MAKERS] == {"|prepreg|above": {1: 1, 2: 1, 3: 1}}
    assert kept[UNSURE] == {f"{CHAIN}|compo|{scale}": {1: 7, 2: 7, 3: 7} for scale in ("above", "total")}
    assert kept[REVENUE] == {}


def test_issues_published_since_stay_as_they_are() -> None:
    after = importlib.import_module("xinya.chain.migrations.0006_unsure_open_data")
    row = [0, 0, 300]
    content = json.dumps({"tables": [{"chain": CHAIN, MAKERS: {"prepreg": [3, "*", "*"]}, REVENUE: {COLUMN: row, "total": row}}]})
    kept = {MAKERS: {"|prepreg|above": {"1": 1, "2": 1, "3": 1}}}
    kept[REVENUE] = {f"{CHAIN}|{row}|total": {"1": 100, "2": 100, "3": 100} for row in (COLUMN, "total")}
    kept[REVENUE][f"{CHAIN}|{COLUMN}|other"] = {"1": 0, "2": 0, "3": 0}  # three that sold nothing: 0 is what they contributed
    assert json.loads(after.put_right(content, json.dumps(kept))) == kept


@pytest.mark.django_db
def test_the_migration_rewrites_the_issues_of_a_house(officer: Any, zone: Any) -> None:
    from django.apps import apps

    from xinya.chain.models import OpenIssue

    content, _sets = old_issue(1, 2, 3, 4, value=400)
    kept = {MAKERS: {}, REVENUE: {f"{CHAIN}|{cell}": {"1": 0, "2": 0, "3": 0, "4": 0} for cell in CELLS}}  # where 0005 ran
    issue = OpenIssue.objects.create(
        zone=zone, number=1, as_of="2026-01-01", content=json.dumps(content), counts=json.dumps(kept), published_by=officer
    )
    importlib.import_module("xinya.chain.migrations.0006_unsure_open_data").again(apps, None)
    issue.refresh_from_db()
    assert kept_of(issue.counts)[UNSURE] == {f"{CHAIN}|{cell}": dict.fromkeys((1, 2, 3, 4), 400) for cell in CELLS}
