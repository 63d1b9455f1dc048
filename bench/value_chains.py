"""Companies of seven published value chains of Taiwan placed on our segments by the names of the nodes at which they stand."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from xinya.chain.engine.placement import AUTOMATIC, PENDING, Placement
from xinya.chain.files import shipped_placer

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "tivac"
# The published chain's own words, put before a node's name: 葉片 in the chain of wind power means 风电叶片.
CHAINS = {
    "A100": ("太阳能",),
    "A300": ("电动汽车",),
    "AB20": ("风电",),
    "D000": ("半导体",),
    "E000": ("电池",),
    "P000": (),
    "Q000": ("钢",),
}


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def companies() -> dict[str, tuple[list[str], list[str]]]:
    """Company -> the texts of its nodes, and the chains' words before them."""
    text = {
        n["node_id"]: (
            (n["subcategory"] or n["category"]).replace("//", "、").replace("/", ""),
            n["chain_code"],
        )  # a single / breaks a line
        for n in rows("nodes.csv.gz")
    }
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for membership in rows("memberships.csv.gz"):
        if membership["chain_code"] in CHAINS:
            words, chain = text[membership["node_id"]]
            said, before = found[membership["company_key"]]
            if words not in said:
                said.append(words)
                before += [w for w in CHAINS[chain] if w not in before]
    return dict(found)


def placed() -> dict[str, list[Placement]]:
    """Company -> its placements, by its nodes' names as they are and, where those find nothing, with the chain's word before."""
    placer, found = shipped_placer(), {}
    for key, (texts, before) in sorted(companies().items()):
        made = [p for proposals in placer.place_all(texts) for p in proposals]
        if not any(p.state == AUTOMATIC for p in made):
            again = [f"{word}{text}" for text in texts for word in before]
            made += [p for proposals in placer.place_all(again) for p in proposals]
        found[key] = made
    return found


def run() -> Iterator[str]:
    """How many of the companies find a place."""
    if not DATA.is_dir():
        yield "value chains: the published chains are not at hand, nothing was measured"
        return
    found = placed()
    sure = sum(any(p.state == AUTOMATIC for p in made) for made in found.values())
    asked = sum(bool(made) and all(p.state == PENDING for p in made) for made in found.values())
    segments = {p.segment for made in found.values() for p in made if p.state == AUTOMATIC}
    yield (
        f"value chains of Taiwan, {len(found)} companies in {len(CHAINS)} chains: {sure} placed ({sure / len(found):.0%}) on "
        f"{len(segments)} segments, {asked} more proposed, {len(found) - sure - asked} by node names that find nothing"
    )


if __name__ == "__main__":
    for line in run():
        print(line)
