"""Draw the names of the labelled set: `python -m bench.placement_draw` writes product ids, split and stratum, and no label.

Drawn by rule and seed from the products that have a listed maker, before the engine was tuned. Strata, the first that holds:
`named` equals a name or alias of the atlas, `headed` ends in one, `inside` carries one with another head behind it, `tail`
ends in the last three characters of one, `any` the rest. `inside` and `tail` are where the hard negatives live. The strata
rest on the terms of the packs at the drawing; with later packs the same seed draws other names.
`--fresh` draws the second set, of companies of which no name was ever read before, by the packs of its own day. After it had
been scored once it was split by company; its `kept` side was scored once unread, then read and learned from too.
"""

import csv
import hashlib
import random
import sys
from collections.abc import Iterable, Mapping, Set
from pathlib import Path

from bench import ckg
from xinya.chain.files import shipped_atlas
from xinya.kit.text import plain

SEED = 20261129
SIZES = {"named": 130, "headed": 210, "inside": 250, "tail": 250, "any": 120}
HELD_BACK = 0.4
LABELS = Path(__file__).resolve().parents[1] / "xinya" / "chain" / "tests" / "placement_labels.csv"
MORE = LABELS.with_name("placement_more.csv")
MORE_SIZES = {"named": 30, "headed": 100, "inside": 110, "tail": 80, "any": 20}
FRESH = LABELS.with_name("placement_fresh.csv")
FRESH_SEED = 20261130
FRESH_SIZES = {"named": 65, "headed": 105, "inside": 125, "tail": 125, "any": 60}
HEAD = ("product_id", "split", "stratum", "first", "second", "final")


def terms() -> set[str]:
    """Every Chinese name and alias of two characters or more."""
    found = {plain(t) for s in shipped_atlas().segments.values() for t in (s.name_zh, *s.aliases)}
    return {t for t in found if len(t) > 1}


def stratum(word: str, known: set[str], tails: set[str], longest: int) -> str:
    """Where a product name falls."""
    if word in known:
        return "named"
    if any(word[start:] in known for start in range(1, len(word) - 1)):
        return "headed"
    for start in range(len(word)):
        if any(word[start:end] in known for end in range(start + 2, min(len(word), start + longest) + 1)):
            return "inside"
    return "tail" if word[-3:] in tails else "any"


def drawn(
    sizes: Mapping[str, int] = SIZES, seed: int = SEED, firms: Set[str] = frozenset(), words: Set[str] = frozenset()
) -> list[tuple[int, str]]:
    """(product id, stratum) of the names drawn, in the order of their ids; none of these firms, none of these names."""
    known, made = terms(), ckg.made()
    tails, longest = {t[-3:] for t in known if len(t) > 3}, max(map(len, known))
    layers: dict[str, list[int]] = {name: [] for name in sizes}
    for key, name in sorted(ckg.products().items()):
        if key in made and key not in ckg.accounting() and not firms & set(made[key]) and plain(name) not in words:
            layers[stratum(plain(name), known, tails, longest)].append(key)
    chance = random.Random(seed)
    return sorted((key, name) for name, size in sizes.items() for key in chance.sample(layers[name], size))


def read_before() -> set[int]:
    """Ids of the names of the first set and of the further training names."""
    found: set[int] = set()
    for path in (LABELS, MORE):
        with path.open(encoding="utf-8", newline="") as lines:
            found.update(int(row["product_id"]) for row in csv.DictReader(lines))
    return found


def drawn_fresh() -> list[tuple[int, str]]:
    """(product id, stratum) of the second set: no company and no name of the first or of the training names."""
    seen = read_before()
    firms = frozenset(code for key in seen for code in ckg.made()[key])
    return drawn(FRESH_SIZES, FRESH_SEED, firms, frozenset(plain(ckg.products()[key]) for key in seen))


def splits(keys: Iterable[int]) -> dict[int, str]:
    """`train` or `held`: names that share a maker fall on the same side, by a hash of the lowest code among their makers."""
    made = ckg.made()
    above: dict[str, str] = {}

    def top(code: str) -> str:
        while above.setdefault(code, code) != code:
            code = above[code]
        return code

    keys = list(keys)
    for key in keys:
        for code in made[key][1:]:
            low, high = sorted((top(made[key][0]), top(code)))
            above[high] = low
    sides = {}
    for key in keys:
        digest = hashlib.sha256(f"{SEED} {top(made[key][0])}".encode()).digest()
        sides[key] = "held" if digest[0] / 256 < HELD_BACK else "train"
    return sides


def main(words: list[str]) -> int:
    """Write the set without labels. Exit 1 when it is there already: labels are not drawn over."""
    fresh = "--fresh" in words
    there = FRESH if fresh else LABELS
    if there.exists():
        print(f"{there.name} is there already.")
        return 1
    rows = drawn_fresh() if fresh else drawn()
    sides = dict.fromkeys((key for key, _ in rows), "fresh") if fresh else splits(key for key, _ in rows)
    with there.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows((key, sides[key], layer, "", "", "") for key, layer in rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
