"""What the check says of a pack: each defect by file and row, each wrong line once, and nothing of what is right."""

import datetime
import re
from dataclasses import replace
from pathlib import Path

import pytest

from xinya.chain.files import Pack, check_packs, heads, shipped_packs, texts
from xinya.chain.files import check as checks

from .packs import BATTERIES, CLASSES, HEAD, METALS, changed, headed, link, longer, segment, source


def defects(pack: Pack, *, homes: tuple[Pack, ...] = (METALS,)) -> set[tuple[str, str, int | None]]:
    found = check_packs([pack], homes=homes, known_classes=CLASSES)
    for defect in found:
        assert "%(" not in defect.sentence("en")
        assert defect.sentence("zh").startswith(f"{defect.pack}/{defect.file}")
    return {(d.code, d.file, d.row) for d in found}


def test_a_good_pack_has_no_defect() -> None:
    assert defects(BATTERIES) == set()
    assert check_packs([METALS, BATTERIES], known_classes=CLASSES) == []


def recoded(code: str) -> Pack:
    """The pack with this code for its first column, in the head and at its segments."""
    old = BATTERIES.head["columns"][0]["code"]
    pack = headed(lambda h: h["columns"][0].update(code=code))
    return replace(pack, segments=tuple({**r, "column": code if r["column"] == old else r["column"]} for r in pack.segments))


S, I, Q, T = "segments.csv", "inputs.csv", "sources.csv", "pack.toml"  # noqa: E741
CASES: list[tuple[str, str, int | None, Pack]] = [
    ("head-missing", T, None, headed(lambda h: h.pop("licence"))),
    ("format-unknown", T, None, headed(lambda h: h.update(format="xinya-pack/9"))),
    ("code-wrong", T, None, replace(BATTERIES, name="other")),
    ("column-wrong", T, None, headed(lambda h: h["columns"][0].update(stage="top"))),
    ("column-code", T, None, recoded("total")),
    ("column-code", T, None, recoded("a|b")),
    ("segment-unknown", T, None, headed(lambda h: h.update(product="nothing"))),
    ("pack-missing", T, None, headed(lambda h: h.update(requires=["metals", "nowhere"]))),
    ("code-twice", S, 6, longer("segments", segment("cell", "另一单体"))),
    ("column-unknown", S, 3, changed("segments", 1, column="nowhere")),
    ("home-wrong", S, 5, changed("segments", 3, code="tin")),
    ("not-required", S, 5, headed(lambda h: h.update(requires=[]))),
    ("shared-not-empty", S, 5, changed("segments", 3, name_zh="铜箔")),
    ("code-wrong", S, 6, longer("segments", segment("Cell 2", "另一单体"))),
    ("cell-missing", S, 4, changed("segments", 2, definition_en=" ")),
    ("name-long", S, 4, changed("segments", 2, name_zh="长" * 31)),
    ("name-twice", S, 4, changed("segments", 2, name_en="The Cell")),
    ("segment-unknown", S, 2, changed("segments", 0, broader="nothing")),
    ("segment-unknown", S, 2, changed("segments", 0, excludes="nothing")),
    ("broader-circle", S, 3, changed("segments", 1, broader="power-cell")),
    ("class-wrong", S, 2, changed("segments", 0, gbt4754="3841:half")),
    ("class-wrong", S, 2, changed("segments", 0, gbt4754="384:part")),
    ("class-unknown", S, 2, changed("segments", 0, gbt4754="9999:part")),
    ("flag-wrong", S, 3, changed("segments", 1, emerging="maybe")),
    ("flag-wrong", S, 3, changed("segments", 1, commodity="part")),
    ("alias-empty", S, 2, changed("segments", 0, aliases="车用电池单体; ")),
    ("word-twice", S, 3, changed("segments", 1, aliases="车用电池单体")),
    ("word-twice", S, 3, changed("segments", 1, name_zh="動力電芯")),
    ("alias-affix", S, 2, changed("segments", 0, aliases="新型动力电芯")),
    ("alias-affix", S, 2, changed("segments", 0, aliases="動力電芯")),
    ("alias-affix", S, 2, changed("segments", 0, aliases="The Power-Cell")),
    ("source-unknown", S, 3, changed("segments", 1, source="hearsay")),
    ("date-wrong", S, 3, changed("segments", 1, date="2026-02-30")),
    ("confidence-wrong", S, 3, changed("segments", 1, confidence="sure")),
    ("confidence-wrong", S, 3, changed("segments", 1, confidence="1.1")),
    ("confidence-high", S, 4, changed("segments", 2, confidence="0.6")),
    ("segment-loose", S, 6, longer("segments", segment("tape", "胶带"))),
    ("segment-unknown", I, 4, longer("inputs", link("cell", "nothing"))),
    ("own-input", I, 4, longer("inputs", link("cell", "cell"))),
    ("flag-wrong", I, 2, changed("inputs", 0, kind="labour")),
    ("flag-wrong", I, 2, changed("inputs", 0, essential="perhaps")),
    ("input-twice", I, 4, longer("inputs", link("cell", "separator"))),
    ("share-wrong", I, 2, changed("inputs", 0, share_low="0.3")),
    ("share-wrong", I, 2, changed("inputs", 0, share_high="")),
    ("source-unknown", I, 2, changed("inputs", 0, source="")),
    ("date-wrong", I, 2, changed("inputs", 0, date="")),
    ("confidence-wrong", I, 2, changed("inputs", 0, confidence="nan")),
    ("confidence-high", I, 2, changed("inputs", 0, source="general knowledge")),
    ("source-closed", Q, 2, changed("sources", 0, reference="")),
    ("date-wrong", Q, 2, changed("sources", 0, read_on="2026")),
    ("code-twice", Q, 3, longer("sources", source("gb"))),
    ("head-wrong", T, None, headed(lambda h: h.update(licence=["Apache-2.0"]))),
    ("head-unknown", T, None, headed(lambda h: h.update(produkt="cell"))),
    ("name-long", T, None, headed(lambda h: h.update(name_zh="长" * 31))),
    ("column-twice", T, None, headed(lambda h: h["columns"].append(h["columns"][0]))),
    ("version-wrong", T, None, headed(lambda h: h.update(version="x.11.5"))),
    ("version-wrong", T, None, headed(lambda h: h.update(version="2026.11.5 "))),
    ("as-of-wrong", T, None, headed(lambda h: h.update(as_of="2026-11-24"))),
    ("as-of-wrong", T, None, headed(lambda h: h.update(as_of=datetime.datetime(2026, 11, 24)))),
    ("as-of-late", T, None, headed(lambda h: h.update(as_of=datetime.date(2096, 1, 1)))),
    ("date-late", S, 3, changed("segments", 1, date="2026-11-25")),
    ("date-late", I, 2, changed("inputs", 0, date="2099-01-01")),
    ("date-late", Q, 2, changed("sources", 0, read_on="2099-01-01")),
    ("date-late", Q, 2, changed("sources", 0, published_on="2027")),
    ("date-wrong", Q, 2, changed("sources", 0, published_on="spring 2026")),
    ("date-wrong", Q, 2, changed("sources", 0, published_on="2026-13")),
    ("definition-name", S, 3, changed("segments", 1, definition_zh="储能单体。")),
    ("definition-name", S, 3, changed("segments", 1, definition_en="The Cell.")),
    ("definition-name", S, 2, changed("segments", 0, definition_zh="锂离子单元")),
    ("own-neighbour", S, 3, changed("segments", 1, excludes="cell")),
    ("code-wrong", Q, 3, longer("sources", source("GB 2"))),
    ("url-wrong", Q, 2, changed("sources", 0, url="javascript:alert(1)")),
    ("url-wrong", Q, 2, changed("sources", 0, url="foo bar")),
    ("url-wrong", Q, 2, changed("sources", 0, url="https://")),
    ("url-wrong", Q, 2, changed("sources", 0, url="ftp://example.org/a")),
    ("character-unseen", S, 2, changed("segments", 0, aliases="车用\u0007电池单体")),
    ("character-unseen", S, 3, changed("segments", 1, definition_en="A \u202ebattery.")),
    ("character-unseen", I, 2, changed("inputs", 0, source="gb\u0000")),
    ("character-unseen", Q, 2, changed("sources", 0, title="一份\u200b标准")),
    ("character-unseen", T, None, headed(lambda h: h["columns"][0].update(name_en="Raw\u0085"))),
    ("formula-cell", S, 3, changed("segments", 1, name_zh="=1+1")),
    ("formula-cell", S, 3, changed("segments", 1, name_en="@SUM(A1)")),
    ("formula-cell", S, 3, changed("segments", 1, name_zh="-2+3+cmd|' /C calc'!A0")),
    ("formula-cell", S, 2, changed("segments", 0, aliases="车用电池单体;＋锂离子单元")),
    ("formula-cell", Q, 2, changed("sources", 0, title="+A1")),
    ("formula-cell", T, None, headed(lambda h: h.update(name_en="=1+1"))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "file", "row", "pack"), CASES, ids=[f"{c[0]}-{c[1]}-{i}" for i, c in enumerate(CASES)])
def test_the_check_names_each_defect_by_file_and_row(code: str, file: str, row: int | None, pack: Pack) -> None:
    assert (code, file, row) in defects(pack)


def test_every_code_that_the_check_knows_has_its_case() -> None:
    written = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (checks, heads, texts))
    known = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)",\s*(?:_\(|message\b|[A-Z_]+\b)', written))
    assert known == {code for code, _file, _row, _pack in CASES}


def told(pack: Pack) -> list[tuple[str, str, int | None]]:
    return [(d.code, d.file, d.row) for d in check_packs([pack], homes=[METALS], known_classes=CLASSES)]


def test_one_wrong_line_is_told_once() -> None:
    assert told(longer("segments", segment("cell", "另一单体"))) == [("code-twice", S, 6)]
    assert told(longer("sources", source("gb"))) == [("code-twice", Q, 3)]
    assert told(changed("segments", 1, broader="cell")) == [("broader-circle", S, 2), ("broader-circle", S, 3)]
    assert told(changed("segments", 1, excludes="cell")) == [("own-neighbour", S, 3)]


def test_a_wrong_flag_is_named_by_its_column() -> None:
    def said(pack: Pack) -> str:
        (found,) = check_packs([pack], homes=[METALS], known_classes=CLASSES)
        return found.sentence("en").partition("flag-wrong: ")[2]

    assert said(changed("segments", 1, emerging="maybe")).startswith("emerging ")
    assert said(changed("segments", 1, commodity="part")).startswith("commodity ")
    assert said(changed("inputs", 0, kind="labour")).startswith("kind ")
    assert said(changed("inputs", 0, essential="perhaps")).startswith("essential ")


@pytest.mark.parametrize("version", ["2026.11", "2026.11.12", "harbour-2026.1.3", "high-tech-zone-2-2026.12.1"])
def test_the_versions_of_issues_and_of_zones_are_versions(version: str) -> None:
    assert told(headed(lambda h: h.update(version=version))) == []


def test_a_pack_may_stand_for_today_and_for_no_later_day() -> None:
    pack, day = headed(lambda h: None), HEAD["as_of"]
    assert check_packs([pack], homes=[METALS], known_classes=CLASSES, today=day) == []
    (late,) = check_packs([pack], homes=[METALS], known_classes=CLASSES, today=day - datetime.timedelta(days=1))
    assert late.code == "as-of-late"


def test_what_stands_for_nothing_known_is_no_formula() -> None:
    assert told(changed("sources", 0, publisher="—", reference="GB/T 1-2020")) == []
    assert told(changed("sources", 0, publisher="-")) == []


def test_a_code_defined_by_two_packs_is_told_of_the_pack_that_is_asked_about() -> None:
    other = replace(METALS, segments=(*METALS.segments, segment("cell", "另一单体")))
    assert ("code-twice", S, 3) in defects(BATTERIES, homes=(other,))
    twin = replace(METALS, head={**METALS.head, "code": "ores"}, name="ores")
    assert defects(BATTERIES, homes=(METALS, twin)) == set()


def test_an_input_said_otherwise_by_another_pack_is_a_defect() -> None:
    other = replace(METALS, segments=(*METALS.segments, segment("tin", "锡锭")), inputs=(*METALS.inputs, link("copper", "tin")))
    shared = replace(BATTERIES, inputs=(*BATTERIES.inputs, link("copper", "tin", essential="no")))
    shared = replace(shared, segments=(*shared.segments, shared.segments[3] | {"code": "tin"}))
    found = check_packs([other, shared], known_classes=CLASSES)
    assert {(d.pack, d.code, d.row) for d in found} == {("batteries", "input-twice", 4)}


def test_a_home_pack_is_looked_into_and_not_judged() -> None:
    broken = replace(METALS, segments=(METALS.segments[0] | {"definition_en": ""}, METALS.segments[1]))
    assert check_packs([BATTERIES], homes=[broken], known_classes=CLASSES) == []
    assert {d.code for d in check_packs([broken, BATTERIES], known_classes=CLASSES)} == {"cell-missing"}


def test_a_clock_that_went_back_makes_no_shipped_pack_late() -> None:
    assert max(pack.head["as_of"] for pack in shipped_packs()) == texts.SHIPPED_ON
    assert texts.latest_day(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)) == texts.SHIPPED_ON
    assert texts.latest_day(datetime.datetime(2030, 1, 1, 11, tzinfo=datetime.UTC)) == datetime.date(2030, 1, 2)
