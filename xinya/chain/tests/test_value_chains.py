"""Seven published value chains of Taiwan held against the packs: what they name, a pack should know."""

import csv
import gzip
import re
from pathlib import Path

import pytest

from xinya.chain.engine.placement import AUTOMATIC, Lexicon
from xinya.chain.engine.usage import Usage
from xinya.chain.files import shipped_atlas, usage_list, word_list
from xinya.kit.text import plain, simplified

# A node says 葉片 and means, in the chain of wind power, 风电叶片: the chain's own words may stand before a term.
CHAINS = {
    "A100": ("太阳能", "光伏"), "A300": ("电动汽车", "电动车"), "AB20": ("风电", "风电场", "风力"), "D000": ("半导体", "IC"),
    "E000": ("电池", "锂离子"), "P000": (), "Q000": ("钢", "钢材"),
}  # fmt: skip
LEAST = 0.85
MOST_LEFT_OUT = 1 / 5


@pytest.fixture(scope="module")
def nodes(shared: Path) -> list[dict[str, str]]:
    with gzip.open(shared / "data" / "tivac" / "nodes.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["chain_code"] in CHAINS]


@pytest.fixture(scope="module")
def left_out() -> dict[str, str]:
    """Nodes that are generic or out of the packs' scope, by id, with the reason."""
    with (Path(__file__).parent / "value_chain_nodes_left_out.csv").open(encoding="utf-8", newline="") as lines:
        return {row["node_id"]: row["reason"] for row in csv.DictReader(lines)}


def terms(text: str) -> list[tuple[str, ...]]:
    """The things that a node names, each with its readings: a bracket holds more of them, `、`, `//` and 及 part them.

    A single `/` is a break of the line or an "or"; a lone character before it shares the head of what follows (玻/碳纤).
    """
    text = simplified(text)
    inner = [re.sub(r"^(例如|如)|等$", "", b) for b in re.findall(r"[(（]([^()（）]*)[)）]", text)]
    found: list[tuple[str, ...]] = []
    for piece in (re.sub(r"[(（][^()（）]*[)）]", "", text).strip("/"), *inner):
        for term in re.split(r"、|//|及", re.sub(r"/?及/?", "及", piece)):
            parts = [p for p in term.strip("/").split("/") if p]
            if len(parts) == 2 and len(parts[0]) == 1 and len(parts[1]) > 1:
                found += [(parts[0] + parts[1][1:],), (parts[1],)]
            elif parts:
                found.append(tuple(dict.fromkeys(["".join(parts), *(p.removeprefix("之") for p in parts)])))
    return found


def is_known(term: tuple[str, ...], lexicon: Lexicon, usage: Usage, own: tuple[str, ...]) -> bool:
    """Whether a reading finds a segment by name or alias: as written, in mainland words, with the chain's own word before."""
    for word in term:
        tries = [word, *usage.readings(word)]
        tries += [before + each for before in own for each in tries]
        tries += [each for before in own for each in usage.readings(before + word)]
        for each in tries:
            found = lexicon.place(each)
            if found is not None and found.rule in ("name", "alias"):
                return True
    return False


def test_most_of_what_the_published_chains_name_is_a_segment_here(nodes: list[dict[str, str]], left_out: dict[str, str]) -> None:
    lexicon, usage = Lexicon(shipped_atlas(), word_list()), Usage(usage_list())
    counted = [n for n in nodes if n["node_id"] not in left_out]
    missed = [
        n["node_id"]
        for n in counted
        if not any(is_known(t, lexicon, usage, CHAINS[n["chain_code"]]) for t in terms(n["subcategory"] or n["category"]))
    ]
    print(f"{len(counted) - len(missed)} of {len(counted)} nodes find a segment; not: {', '.join(missed)}")
    assert 1 - len(missed) / len(counted) >= LEAST, missed


def test_what_is_left_out_is_there_has_a_reason_and_is_at_most_a_fifth(
    nodes: list[dict[str, str]], left_out: dict[str, str]
) -> None:
    assert set(left_out) <= {n["node_id"] for n in nodes}
    assert all(len(reason) > 10 for reason in left_out.values())
    assert len(left_out) <= MOST_LEFT_OUT * len(nodes)


def test_no_term_of_taiwan_moves_a_name_or_an_alias_of_the_packs() -> None:
    atlas = shipped_atlas()
    plainly, put_over = Lexicon(atlas, word_list()), Lexicon(atlas, word_list(), usage_list())
    for segment in atlas.segments.values():
        for term in (segment.name_zh, *segment.aliases):
            assert put_over.place(term) == plainly.place(term)


def test_every_row_of_the_terms_says_something_else_in_each_half() -> None:
    there = [plain(word) for word, _here in usage_list()]
    assert len(there) == len(set(there)) > 200
    assert all(plain(word) != plain(here) for word, said in usage_list() for here in said.split(";"))


def test_the_companies_of_the_published_chains_are_placed_by_their_nodes(shared: Path) -> None:
    from bench import value_chains

    found = value_chains.placed()
    sure = sum(any(p.state == AUTOMATIC for p in made) for made in found.values())
    some = sum(bool(made) for made in found.values())
    assert len(found) == 819
    assert sure >= 0.45 * len(found)
    assert some >= 0.7 * len(found)
