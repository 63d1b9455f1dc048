"""The shipped part of GB/T 4754-2017: what the packs use and no more, named as in the official table."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.files import SHIPPED, industry_classes, shipped_packs

LEVELS = ("section", "division", "group", "class")
HEAD = ["code", "level", "name", "parent", "edition", "source", "date"]
AIRCRAFT = "3741"

Rows = dict[str, dict[str, str]]


def level_of(code: str) -> str:
    """The level that the form of a code says: a letter, two, three or four digits."""
    if len(code) == 1 and "A" <= code <= "T":
        return "section"
    return LEVELS[len(code) - 1] if code.isascii() and code.isdigit() and 2 <= len(code) <= 4 else "none"


def faults(rows: Rows, official: Mapping[str, str] | None = None) -> Iterator[str]:
    """What is wrong with a table of classes; `official`: full code with its section letter -> name."""
    for code, row in rows.items():
        level, parent = row["level"], row["parent"]
        if level != level_of(code):
            yield f"{code}: is no code of a {level}"
            continue
        if level == "section":
            if parent:
                yield f"{code}: a section has no parent"
            full = code
        else:
            above = rows.get(parent, {}).get("level")
            if above != LEVELS[LEVELS.index(level) - 1] or (level != "division" and not code.startswith(parent)):
                yield f"{code}: {parent} is not the level above it"
                continue
            full = rows.get(code[:2], {}).get("parent", "") + code
        if official is not None and official.get(full) != row["name"]:
            yield f"{code}: the official table has {official.get(full)} for {full}, not {row['name']}"


def classes_of_packs() -> dict[str, set[str]]:
    """Class code -> the segments that name it, over every shipped pack."""
    users: dict[str, set[str]] = {}
    for pack in shipped_packs():
        for row in pack.segments:
            for part in filter(None, row["gbt4754"].split(";")):
                users.setdefault(part.partition(":")[0], set()).add(row["code"])
    return users


@pytest.fixture(scope="module")
def official(shared: Path) -> dict[str, str]:
    with (shared / "data/official/gbt4754_2017.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def test_every_shipped_code_and_name_is_that_of_the_official_table(official: dict[str, str]) -> None:
    assert len(official) == 1971
    assert list(faults(industry_classes(), official)) == []


def test_every_parent_exists_one_level_above() -> None:
    assert list(faults(industry_classes())) == []


def test_all_twenty_sections_and_ninety_seven_divisions_are_shipped() -> None:
    levels = Counter(row["level"] for row in industry_classes().values())
    assert levels["section"] == 20
    assert levels["division"] == 97
    assert set(levels) == set(LEVELS)


def test_aircraft_manufacturing_stands_under_manufacturing() -> None:
    rows = industry_classes()
    above = [AIRCRAFT]
    while parent := rows[above[-1]]["parent"]:
        above.append(parent)
    assert above == [AIRCRAFT, "374", "37", "C"]
    assert rows[AIRCRAFT]["name"] == "飞机制造"


def test_every_class_that_a_pack_names_is_shipped() -> None:
    users = classes_of_packs()
    assert users, "no pack names any class"
    assert {code: used_by for code, used_by in users.items() if code not in industry_classes()} == {}


def test_no_class_is_shipped_that_no_pack_uses_but_aircraft_manufacturing() -> None:
    rows = industry_classes()
    used = {AIRCRAFT, *classes_of_packs()}
    assert {code for code, row in rows.items() if row["level"] == "class"} - used == set()
    groups = {code for code, row in rows.items() if row["level"] == "group"}
    assert groups == {code[:3] for code in used}


def test_the_table_is_in_canonical_form_and_every_row_says_its_edition_source_and_day() -> None:
    raw = (SHIPPED / "gbt4754_2017.csv").read_bytes()
    assert b"\r" not in raw
    assert b'"' not in raw, "no cell needs a quote"
    head, *body = (line.split(",") for line in raw.decode("utf-8").removesuffix("\n").split("\n"))
    assert head == HEAD
    assert {tuple(line[4:]) for line in body} == {("GB/T 4754-2017", "GB/T 4754-2017", "2017-06-30")}
    codes = [line[0] for line in body]
    assert codes == sorted(codes, key=lambda code: (level_of(code) != "section", code))
    assert len(codes) == len(set(codes)) == len(industry_classes())


BROKEN = [
    (AIRCRAFT, {"name": "飞机造"}, "not 飞机造"),
    (AIRCRAFT, {"parent": "375"}, "375 is not the level above it"),
    (AIRCRAFT, {"parent": "37"}, "37 is not the level above it"),
    (AIRCRAFT, {"level": "group"}, "is no code of a group"),
    ("37", {"parent": "D"}, "for D37"),
    ("C", {"parent": "A"}, "a section has no parent"),
]


@pytest.mark.parametrize(("code", "cells", "said"), BROKEN)
def test_a_wrong_name_parent_or_level_is_found(code: str, cells: dict[str, str], said: str) -> None:
    rows = {key: dict(row) for key, row in industry_classes().items()}
    names = {(rows[key[:2]]["parent"] if len(key) > 1 else "") + key: row["name"] for key, row in rows.items()}
    assert list(faults(rows, names)) == []
    rows[code].update(cells)
    assert any(fault.startswith(f"{code}: ") and said in fault for fault in faults(rows, names))


@given(st.text(st.sampled_from("0937CTUVc٣中-"), max_size=5) | st.text(max_size=5))
def test_only_a_letter_to_t_or_two_to_four_digits_is_a_code(code: str) -> None:
    is_letter = len(code) == 1 and code in "ABCDEFGHIJKLMNOPQRST"
    is_number = 2 <= len(code) <= 4 and set(code) <= set("0123456789")
    assert (level_of(code) != "none") == (is_letter or is_number)
