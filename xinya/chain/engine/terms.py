"""Where the names and aliases of an atlas stand in a product text: whole, at its end, inside it, or nearly. Pure."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import add

from xinya.kit.text import plain

from .atlas import Atlas

SORT = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:类|系列)(?=[\u4e00-\u9fff]{2})")
MOST_NEAR, COMMON_PAIR, LEAST_NEAR = 6, 250, 0.3
ALMOST = 1 - 1e-9  # lets through what rounding would drop; the cosine itself decides
LONGEST_TERM, SHORTEST_SYNONYM, SHORTEST_FRONT = 16, 3, 2


@dataclass(slots=True)
class Match:
    """How one segment's terms stand in a word: the longest that equals it, ends it, stands inside it, or is nearest to it.

    exact: "name", "alias", "synonym" or ""; head and inside: the term and where it ends; near: share of the rarer
    character pairs that word and term have in common (cosine), with how much of either that covers. among: the chain on which
    the company's other texts must stand for the match to hold.
    """

    code: str
    exact: str = ""
    head: str = ""
    head_is_synonym: bool = False
    inside: str = ""
    inside_end: int = 0
    inside_is_synonym: bool = False
    near: str = ""
    cosine: float = 0.0
    covers_word: float = 0.0
    covers_term: float = 0.0
    is_inner: bool = False
    among: str = ""


@dataclass
class _Form:
    """Terms in one way of writing: as they are, or with synonyms put over. fronts: their first two characters."""

    owner: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    fronts: set[str] = field(default_factory=set)

    def add(self, term: str, code: str, kind: str) -> None:
        if len(term) > 1:
            owners = self.owner.setdefault(term, [])
            if not owners or all(c != code for c, _k in owners):
                owners.append((code, kind))
                self.fronts.add(term[:2])


class TermIndex:
    """All Chinese and English terms of an atlas with their character pairs.

    synonyms: (word, the word put in its place), the longest first; both sides of a comparison are put over. everyday: (word,
    segment, chain), short names that stand for a segment when a text says nothing else; with a chain only among its makers.
    Cost of `matches`: square of the word's length, plus the postings of its rarer pairs.
    """

    def __init__(
        self, atlas: Atlas, synonyms: Iterable[tuple[str, str]] = (), everyday: Iterable[tuple[str, str, str]] = ()
    ) -> None:
        self.over = {plain(a): plain(b) for a, b in synonyms}
        longest = sorted(self.over, key=lambda w: (-len(w), w))
        self.pattern = re.compile("|".join(map(re.escape, longest))) if longest else None
        self.written, self.put = _Form(), _Form()
        for segment in atlas.segments.values():
            for term, kind in ((segment.name_zh, "name"), (segment.name_en, "name"), *((a, "alias") for a in segment.aliases)):
                self.written.add(plain(term), segment.code, kind)
                self.put.add(self.canonical(plain(term)), segment.code, kind)
        self.everyday = {plain(word): (code, among) for word, code, among in everyday if code in atlas.segments}
        self._index()
        for term, code in self._derived(atlas):
            self.put.add(term, code, "alias")

    def _derived(self, atlas: Atlas) -> list[tuple[str, str]]:
        """Terms that follow from others: where one ends in a name of another segment, that one's other names stand there too.

        软包电芯 is a term of the pouch cell and 锂离子电池 another name of 电芯, so 软包锂离子电池 is the pouch cell. Such a term
        is only recognised, it is near to nothing, and no term of a pack gives way to it.
        """
        names = {s.code: [plain(w) for w in (s.name_zh, *s.aliases)] for s in atlas.segments.values()}
        found: dict[str, set[str]] = {}
        for code, terms in names.items():
            for term in terms:
                for start in range(SHORTEST_FRONT, len(term) - 1):
                    for other, _kind in self.written.owner.get(term[start:], ()):
                        if other != code and not term.isascii():
                            for name in names[other]:
                                if not name.isascii():
                                    found.setdefault(self.canonical(term[:start] + name), set()).add(code)
        return [(term, min(codes)) for term, codes in found.items() if len(codes) == 1 and term not in self.put.owner]

    def canonical(self, word: str) -> str:
        """The plain word with synonyms put over; 类 and 系列 within it fall away (电源管理类芯片)."""
        over = word if self.pattern is None else self.pattern.sub(lambda hit: self.over[hit.group()], word)
        return SORT.sub("", over) if "类" in over or "系列" in over else over

    def _index(self) -> None:
        self.terms = [(t, owners) for t, owners in self.put.owner.items() if not t.isascii()]
        spread: dict[str, int] = {}
        pairs_of = [set(pairs(term)) for term, _owners in self.terms]
        for own in pairs_of:
            for pair in own:
                spread[pair] = spread.get(pair, 0) + 1
        total = max(1, len(self.terms))
        self.weight = {pair: math.log(1 + total / count) for pair, count in spread.items()}
        self.rare = math.log(1 + total)
        self.postings: dict[str, list[int]] = {}
        self.norms: list[float] = []
        for at, own in enumerate(pairs_of):
            self.norms.append(math.sqrt(sum(self.weight[p] ** 2 for p in own)) or 1.0)
            for pair in own:
                if spread[pair] <= COMMON_PAIR:
                    self.postings.setdefault(pair, []).append(at)
        self.ends: dict[str, int] = {}
        for term in self.put.owner:
            for start in range(len(term) - 1):
                self.ends[term[start:]] = self.ends.get(term[start:], 0) + 1

    def matches(self, word: str, inner: Iterable[str] = ()) -> list[Match]:
        """Every segment that the plain word may stand for, each once, as far as its characters say."""
        found: dict[str, Match] = {}
        self._stand(word, self.written, found, is_synonym=False)
        over = self.canonical(word)
        self._stand(over, self.put, found, is_synonym=True)
        if (short := self.everyday.get(word)) is not None and not found.get(short[0], Match("")).exact:
            match = found.setdefault(short[0], Match(short[0]))
            match.exact, match.among = "alias", short[1]
        for other in inner:
            for code, kind in self.written.owner.get(other, ()):
                match = found.setdefault(code, Match(code))
                match.is_inner, match.exact = True, match.exact or kind
        self._near(over, found)
        return list(found.values())

    def _stand(self, word: str, form: _Form, found: dict[str, Match], *, is_synonym: bool) -> None:
        length = len(word)
        for start in range(length - 1):
            if word[start : start + 2] not in form.fronts:
                continue
            ends = range(min(length, start + LONGEST_TERM), start + 1, -1)
            for end in ends if ends and ends[0] == length else (length, *ends):
                owners = form.owner.get(word[start:end])
                if owners is None or not _is_whole(word, start, end):
                    continue
                for code, kind in owners:
                    match = found.setdefault(code, Match(code))
                    if end - start == length:
                        if is_synonym and length < SHORTEST_SYNONYM:
                            continue
                        match.exact = match.exact or ("synonym" if is_synonym else kind)
                    elif end == length:
                        if not match.head:
                            match.head, match.head_is_synonym = word[start:end], is_synonym
                    elif not match.inside or (not is_synonym and end - start > len(match.inside)):
                        match.inside, match.inside_end, match.inside_is_synonym = word[start:end], length - end, is_synonym

    def _near(self, word: str, found: dict[str, Match]) -> None:
        own = set(pairs(word))
        common: defaultdict[int, float] = defaultdict(float)
        mass = 0.0
        for pair in own:
            weight = self.weight.get(pair)
            if weight is None:
                mass += self.rare**2
                continue
            square = weight**2
            mass += square
            for at in self.postings.get(pair, ()):
                common[at] += square
        mass = mass or 1.0
        norm, norms = math.sqrt(mass), self.norms
        least = LEAST_NEAR * norm
        scored = [(total / (norm * norms[at]), at) for at, total in common.items() if total >= least * norms[at] * ALMOST]
        scored.sort(reverse=True)
        fresh: set[str] = set()
        for cosine, at in scored[:60]:
            if cosine < LEAST_NEAR:
                break
            term, owners = self.terms[at]
            for code, _kind in owners:
                if code not in found:
                    if len(fresh) == MOST_NEAR:
                        continue
                    fresh.add(code)
                match = found.setdefault(code, Match(code))
                if cosine > match.cosine:
                    match.near, match.cosine = term, cosine
                    match.covers_word, match.covers_term = common[at] / mass, common[at] / self.norms[at] ** 2


def pairs(word: str) -> list[str]:
    """Neighbouring characters of a word, with its last character as a pair of its own: the head weighs twice."""
    return [*map(add, word, word[1:]), word[-1:] + "$"]


def _is_whole(word: str, start: int, end: int) -> bool:
    """A Latin word or a number is not cut in the middle."""
    return not (start > 0 and _is_latin(word[start - 1 : start + 1])) and not (
        end < len(word) and _is_latin(word[end - 1 : end + 1])
    )


def _is_latin(two: str) -> bool:
    return two.isascii() and two.isalnum()
