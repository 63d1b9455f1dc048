"""What check-pack says of rows that are hard to tell apart or hang loose, and what changed between two versions."""

from dataclasses import replace
from typing import Any

import pytest

from xinya.chain.files import SHIPPED, Pack, pack_from_folder, shipped_packs
from xinya.chain.files.difference import Change, difference, difference_object
from xinya.chain.files.likeness import check_likeness


@pytest.fixture
def pack() -> Pack:
    return pack_from_folder(SHIPPED / "gas-turbine")


def changed(pack: Pack, code: str, **cells: str) -> Pack:
    rows = tuple({**row, **cells} if row["code"] == code else row for row in pack.segments)
    return replace(pack, segments=rows)


def defects(pack: Pack) -> set[tuple[str, int | None]]:
    found, _hints = check_likeness([pack], homes=shipped_packs())
    return {(d.code, d.row) for d in found}


def row_of(pack: Pack, code: str) -> int:
    return next(n for n, row in enumerate(pack.segments, start=2) if row["code"] == code)


def cell(pack: Pack, code: str, key: str) -> str:
    return next(row[key] for row in pack.segments if row["code"] == code)


def test_the_shipped_packs_have_no_rows_that_are_hard_to_tell_apart() -> None:
    found, _hints = check_likeness(shipped_packs())
    assert [d.sentence() for d in found] == []


@pytest.mark.parametrize("key", ["definition_zh", "definition_en"])
def test_a_definition_that_is_more_than_four_fifths_another_s_is_named(pack: Pack, key: str) -> None:
    words = cell(pack, "gt-natural-gas", key)
    copied = changed(pack, "gt-hydrogen", **{key: words[:-1] + "X"})
    assert ("definition-like", row_of(pack, "gt-hydrogen")) in defects(copied)
    assert defects(pack) == set()


def test_a_definition_is_held_against_those_of_other_packs_too(pack: Pack) -> None:
    other = pack_from_folder(SHIPPED / "aero-structures")
    words = next(row["definition_zh"] for row in other.segments if row["code"] == "ti-sponge")
    copied = changed(pack, "gt-hydrogen", definition_zh=words)
    found, _hints = check_likeness([copied], homes=shipped_packs())
    assert "definition-like" in {d.code for d in found}


@pytest.mark.parametrize("name", ["Natural-gas", "The natural gases".replace("gases", "gas"), "natural  gas"])
def test_an_english_name_that_hardly_differs_is_named(pack: Pack, name: str) -> None:
    assert "name-like" in {code for code, _row in defects(changed(pack, "gt-hydrogen", name_en=name))}


def test_a_word_that_ends_in_another_segment_s_word_needs_an_excluded_neighbour_or_a_kind(pack: Pack) -> None:
    taken = changed(pack, "gt-babbitt", aliases="车用天然气")
    place = ("head-claimed", row_of(pack, "gt-babbitt"))
    assert place in defects(taken)
    assert place not in defects(changed(taken, "gt-babbitt", excludes="gt-natural-gas"))
    assert place not in defects(changed(taken, "gt-natural-gas", excludes="车用"))
    assert place not in defects(changed(taken, "gt-babbitt", broader="gt-natural-gas"))


def test_a_broader_segment_that_the_pack_does_not_list_is_named(pack: Pack) -> None:
    assert ("broader-unlisted", row_of(pack, "gt-babbitt")) in defects(changed(pack, "gt-babbitt", broader="landing-gear"))


def test_hints_name_what_needs_nothing_what_nothing_needs_and_essential_commodities(pack: Pack) -> None:
    code = "gt-babbitt"
    others = tuple(r for r in pack.inputs if code not in (r["product"], r["input"]))
    alone = replace(changed(pack, code, commodity="no"), inputs=others)
    aviation = [pack_from_folder(SHIPPED / code) for code in ("aero-engine-parts", "aero-structures")]
    _defects, hints = check_likeness([alone], homes=aviation)
    named = {(h.code, h.row) for h in hints}
    assert {("needs-nothing", row_of(pack, code)), ("used-by-nothing", row_of(pack, code))} <= named
    essential = next(n for n, r in enumerate(pack.inputs, start=2) if r["input"] == code and r["essential"] == "yes")
    _defects, hints = check_likeness([pack], homes=shipped_packs())
    assert ("essential-commodity", essential) in {(h.code, h.row) for h in hints}


# --- versions -------------------------------------------------------------------------------------------------------


def told(changes: list[Change]) -> list[tuple[str, str, str]]:
    return [(c.kind, c.table, c.key) for c in changes]


def test_a_pack_does_not_differ_from_itself_nor_from_its_rows_in_another_order(pack: Pack) -> None:
    assert difference(pack, pack) == []
    assert difference(pack, replace(pack, segments=pack.segments[::-1], inputs=pack.inputs[::-1])) == []


def test_what_came_went_and_says_something_else_is_told_once_each(pack: Pack) -> None:
    aliases = cell(pack, "gt-hydrogen", "aliases").split(";")
    now = changed(pack, "gt-hydrogen", aliases=";".join([*aliases[1:], "工业氢"]), emerging="no")
    now = replace(now, segments=now.segments[1:], inputs=now.inputs[1:], head={**now.head, "version": "2026.12.1"})
    first, link = pack.segments[0], pack.inputs[0]
    changes = difference(pack, now)
    assert told(changes) == [
        ("changed", "pack", "pack.toml"),
        ("removed", "segments", first["code"]),
        ("changed", "segments", "gt-hydrogen"),
        ("removed", "inputs", f"{link['product']} ← {link['input']}"),
    ]
    assert changes[2].cells == {"aliases": (aliases[0], "工业氢"), "emerging": ("part", "no")}
    back = difference(now, pack)
    assert [c.kind for c in back] == ["changed", "changed", "added", "added"]


def test_the_difference_is_the_same_for_programs(pack: Pack) -> None:
    now: Any = difference_object(pack, changed(pack, "gt-hydrogen", name_en="Hydrogen"))
    assert now["changes"] == [
        {
            "kind": "changed", "table": "segments", "key": "gt-hydrogen", "name": "工业氢气",
            "cells": {"name_en": {"before": "Hydrogen gas", "after": "Hydrogen"}},
        }
    ]  # fmt: skip
