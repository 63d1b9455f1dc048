"""Keys under which names are compared, and the names of a register that are like a given one."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from xinya.kit.text import simplified

POSTINGS, BEST = 300, 3
_STRAY = re.compile(r"[^0-9a-z\u3400-\u9fff\U00020000-\U0003ffff]")
_FORM = re.compile(
    "(股份有限公司|有限责任公司|有限公司|集团公司|公司|合伙企业有限合伙|合伙企业普通合伙|合伙企业|有限合伙|个人独资企业|工作室|研究院|研究所|中心|厂)$"
)
_BRANCH = re.compile("(分公司|支行|分行|办事处|分厂|分店|营业部)$")
_NUMERAL = re.compile(r"[0-9一二三四五六七八九十]+")


@lru_cache(maxsize=262_144)
def name_key(name: str) -> str:
    """Half width, simplified script, lower case; no blanks, brackets and stray marks."""
    return _STRAY.sub("", simplified(name).casefold())


def legal_form(name: str) -> str:
    """The words at the end of a name that say what kind of legal person it is."""
    form = _FORM.search(name_key(name))
    return form[1] if form else ""


class Names:
    """The names of a register: exact keys, and pairs of characters for what is merely like."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """names: (name, owner), former names too."""
        self.owners: dict[str, list[str]] = defaultdict(list)
        self._keys: list[tuple[str, str, str]] = []
        self._postings: dict[str, list[int]] = defaultdict(list)
        for name, owner in names:
            key = name_key(name)
            if not key:
                continue
            if owner not in self.owners[key]:
                self.owners[key].append(owner)
            place = len(self._keys)
            self._keys.append((key, name, owner))
            for pair in {key[at : at + 2] for at in range(len(key) - 1)}:
                self._postings[pair].append(place)

    def like(self, name: str) -> list[tuple[str, str, float]]:
        """At most three (owner, name, score): candidates through the two rarest pairs of characters, never a match by itself."""
        key = name_key(name)
        pairs = sorted(
            (len(self._postings[pair]), pair) for pair in {key[at : at + 2] for at in range(len(key) - 1)} if pair in self._postings
        )
        found: dict[str, tuple[str, str, float]] = {}
        seen: set[int] = set()
        for _count, pair in pairs[:4]:
            for place in self._postings[pair][:POSTINGS]:
                if place in seen:
                    continue
                seen.add(place)
                other, full, owner = self._keys[place]
                score = fuzz.ratio(key, other)
                if is_like(key, other, score) and score > found.get(owner, ("", "", 0.0))[2]:
                    found[owner] = (owner, full, score)
        return sorted(found.values(), key=lambda one: (-one[2], one[1]))[:BEST]


def is_like(key: str, other: str, score: float) -> bool:
    """Worth a person's look: nearly the same letters, the same numerals, and neither is a branch of the other."""
    if (_BRANCH.search(key) is None) != (_BRANCH.search(other) is None):
        return False
    if _NUMERAL.findall(key) != _NUMERAL.findall(other):
        return False
    return score >= 90
