"""Chain packs: bytes in and the same bytes out, every defect named by file and row, broken files refused."""

import csv
import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.evidence import NAMES
from xinya.chain.engine.placement import AUTOMATIC, PENDING, Lexicon
from xinya.chain.files import (
    SHIPPED,
    Pack,
    check_packs,
    everyday_list,
    industry_classes,
    join_packs,
    pack_from_folder,
    pack_from_members,
    pack_members,
    placement_model,
    shipped_atlas,
    shipped_packs,
    shipped_placer,
    synonym_list,
    wide_list,
    word_list,
)
from xinya.chain.files import check as checks
from xinya.chain.files.pack import HEADS, INPUT_HEAD, MEMBERS, SEGMENT_HEAD, SOURCE_HEAD
from xinya.kit.refusals import Refused
from xinya.kit.text import plain

from .packs import BATTERIES, HEAD, METALS

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)


def rows(head: tuple[str, ...]) -> st.SearchStrategy[tuple[dict[str, str], ...]]:
    return st.lists(st.fixed_dictionaries(dict.fromkeys(head, TEXT)), max_size=4).map(tuple)


COLUMN = st.fixed_dictionaries(dict.fromkeys(("code", "name_zh", "name_en", "stage"), TEXT))
HEADS_OF_PACKS = st.fixed_dictionaries(
    dict.fromkeys(("format", "code", "version", "name_zh", "name_en"), TEXT)
    | {"as_of": st.dates(), "requires": st.lists(TEXT, max_size=2), "columns": st.lists(COLUMN, max_size=3)}
)


@given(HEADS_OF_PACKS, rows(SEGMENT_HEAD), rows(INPUT_HEAD), rows(SOURCE_HEAD))
def test_whatever_stands_in_a_pack_is_read_as_written_and_written_as_read(
    head: dict[str, object],
    segments: tuple[dict[str, str], ...],
    inputs: tuple[dict[str, str], ...],
    sources: tuple[dict[str, str], ...],
) -> None:
    pack = Pack(head, segments, inputs, sources, "some")
    members = pack_members(pack)
    again = pack_from_members(members, "some")
    assert again == pack
    assert pack_members(again) == members


def test_the_shipped_packs_round_trip_byte_for_byte() -> None:
    packs = shipped_packs()
    assert {"aero-structures", "gas-turbine", "aero-engine-parts"} <= {p.code for p in packs}
    folder = Path(checks.__file__).parent.parent / "packs"
    for pack in packs:
        members = pack_members(pack)
        assert set(members) == set(MEMBERS)
        for name, content in members.items():
            assert content == (folder / pack.name / name).read_bytes(), f"{pack.name}/{name} is not in canonical form"


def test_the_shipped_packs_have_no_defect() -> None:
    found = check_packs(shipped_packs(), known_classes=industry_classes())
    assert [d.sentence("en") for d in found] == []


def test_every_name_and_alias_of_the_shipped_packs_finds_its_own_segment() -> None:
    atlas = shipped_atlas()
    lexicon = Lexicon(atlas, word_list())
    lost = []
    for s in atlas.segments.values():
        for term in (s.name_zh, s.name_en, *s.aliases):
            found = lexicon.place(term)
            if found is None or (found.segment, found.state) != (s.code, AUTOMATIC):
                lost.append((s.code, term, found))
    assert lost == []


def test_every_name_and_alias_is_placed_on_its_own_segment_and_no_other() -> None:
    """What other trades use too, and the shortest abbreviations, wait for a person, or no more is asked of them."""
    placer = shipped_placer()
    wide, lost = {(plain(word), segment) for word, segment in wide_list()}, []
    for s in shipped_atlas().segments.values():
        for term in (s.name_zh, s.name_en, *s.aliases):
            word = plain(term)
            is_short = word.isascii() and word.isalpha() and len(word) <= 3 and word not in placer.lexicon.clear
            wanted = PENDING if is_short or (word, s.code) in wide else AUTOMATIC
            found = [(p.segment, p.state) for p in placer.propose(term)]
            if found != [(s.code, wanted)]:
                lost.append((s.code, term, found))
    assert lost == []


def test_a_wide_word_stands_for_a_segment_there_is_and_says_what_else_it_names() -> None:
    atlas = shipped_atlas()
    everyday = {(plain(word), segment) for word, segment, _among in everyday_list()}
    with (SHIPPED / "wide_words.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({(row["word"], row["segment"]) for row in rows}) == len(rows) > 300
    for row in rows:
        segment = atlas.segments[row["segment"]]
        assert row["elsewhere"].strip()
        own = {plain(term) for term in (segment.name_zh, *segment.aliases)}
        assert plain(row["word"]) in own or (plain(row["word"]), segment.code) in everyday, row


def test_an_everyday_name_is_no_name_of_the_packs_and_stands_for_a_segment_there_is() -> None:
    atlas, rows = shipped_atlas(), everyday_list()
    terms = {plain(t) for s in atlas.segments.values() for t in (s.name_zh, *s.aliases)}
    assert len({plain(word) for word, _segment, _among in rows}) == len(rows) > 50
    assert all(plain(word) not in terms for word, _segment, _among in rows)
    assert {segment for _word, segment, _among in rows} <= set(atlas.segments)
    assert {among for _word, _segment, among in rows} <= {"", *(c.code for c in atlas.chains)}


def test_a_synonym_is_put_over_by_another_word_and_each_once() -> None:
    rows = synonym_list()
    assert len({plain(a) for a, _b in rows}) == len(rows) > 40
    assert all(plain(a) != plain(b) for a, b in rows)


def test_the_shipped_model_weighs_evidence_that_there_is() -> None:
    model = placement_model()
    assert set(model.weights) <= set(NAMES)
    assert 0 < model.pending < model.automatic < 1
    assert model.version


def test_a_chain_that_no_pack_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused) as refused:
        shipped_atlas(["aero-structures", "nowhere"])
    assert (refused.value.code, refused.value.status) == ("unknown-chain", 404)
    assert "nowhere" in refused.value.sentence("en")
    assert "aero-structures" in refused.value.sentence("en")


# --- reading --------------------------------------------------------------------------------------------------------


def refusal(members: dict[str, bytes]) -> Refused:
    with pytest.raises(Refused) as refused:
        pack_from_members(members, "batteries")
    return refused.value


@pytest.mark.parametrize("member", MEMBERS)
def test_a_pack_without_one_of_its_files_is_refused(member: str) -> None:
    members = {name: content for name, content in pack_members(BATTERIES).items() if name != member}
    found = refusal(members)
    assert found.code == "pack-incomplete"
    assert member in found.sentence("en")


@pytest.mark.parametrize("member", MEMBERS)
def test_a_file_that_is_no_utf8_text_is_refused_with_its_byte(member: str) -> None:
    found = refusal(pack_members(BATTERIES) | {member: "电池".encode("gb18030")})
    assert (found.code, found.values["file"], found.values["byte"]) == ("undecodable-text", member, 0)


@pytest.mark.parametrize("member", list(HEADS))
def test_wrong_columns_are_refused_by_name(member: str) -> None:
    content = pack_members(BATTERIES)[member]
    first = HEADS[member][0].encode()
    found = refusal(pack_members(BATTERIES) | {member: content.replace(first, b"wrong", 1)})
    assert found.code == "wrong-columns"
    assert HEADS[member][0] in found.sentence("en")
    assert refusal(pack_members(BATTERIES) | {member: b""}).code == "wrong-columns"


def test_a_row_with_too_few_cells_is_refused_with_its_row() -> None:
    members = pack_members(BATTERIES)
    found = refusal(members | {"inputs.csv": members["inputs.csv"] + b"cell,copper\n"})
    assert (found.code, found.row) == ("row-broken", 4)


def test_broken_toml_and_broken_quotes_are_refused() -> None:
    members = pack_members(BATTERIES)
    assert refusal(members | {"pack.toml": b"code = "}).code == "pack-unreadable"
    assert refusal(members | {"inputs.csv": members["inputs.csv"] + b'"cell"x,'}).code == "pack-unreadable"


def test_a_folder_is_read_as_its_four_files(tmp_path: Path) -> None:
    folder = tmp_path / "batteries"
    folder.mkdir()
    for name, content in pack_members(BATTERIES).items():
        (folder / name).write_bytes(content)
    assert pack_from_folder(folder) == BATTERIES
    with pytest.raises(Refused, match="no-such-pack"):
        pack_from_folder(tmp_path / "nowhere")
    (folder / "sources.csv").unlink()
    with pytest.raises(Refused, match="pack-incomplete"):
        pack_from_folder(folder)


def test_a_member_larger_than_twenty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    for name, content in pack_members(BATTERIES).items():
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "inputs.csv").open("r+b") as file:
        file.truncate(20_000_001)
    with pytest.raises(Refused, match="too-large"):
        pack_from_folder(tmp_path)


# --- joining --------------------------------------------------------------------------------------------------------


def test_joined_packs_share_one_node_and_both_tell_where_it_stands() -> None:
    atlas = join_packs([METALS, BATTERIES])
    assert atlas.chains_of["copper"] == ("metals", "batteries")
    assert atlas.segments["copper"].home == "metals"
    assert atlas.needs["power-cell"] == {"separator": True, "copper": False}
    assert atlas.segments["power-cell"].aliases == ("车用电池单体", "锂离子单元")
    assert atlas.chain("batteries").stage_of("raw") == "up"
    assert HEAD["as_of"] == datetime.date(2026, 11, 24)


def test_a_shared_segment_needs_its_home_pack() -> None:
    alone = join_packs([BATTERIES], homes=[METALS])
    assert set(alone.segments) == {"power-cell", "cell", "separator", "copper"}
    with pytest.raises(Refused, match="home-missing"):
        join_packs([BATTERIES])


def test_a_broader_segment_that_stands_in_none_of_the_packs_is_left_out() -> None:
    ore = replace(METALS, segments=(METALS.segments[0] | {"broader": "ore"}, METALS.segments[1]))
    assert join_packs([BATTERIES], homes=[ore]).segments["copper"].broader is None
    assert join_packs([ore, BATTERIES]).segments["copper"].broader == "ore"
