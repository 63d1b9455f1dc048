"""Placement (产品归位) by exact name, alias and head of the name. Pure.

A Chinese compound ends in its head: 航空钛合金锻件 is a kind of 钛合金锻件, 隔膜泵 is no 隔膜.
So a product text is placed where it equals a name or an alias, or ends in one and begins with words that do not change
the trade. What begins otherwise is proposed and never counted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xinya.kit.text import WIDTHS, plain, simplified

from .atlas import Atlas
from .product_texts import core
from .usage import Usage

AUTOMATIC, PENDING, CONFIRMED, REJECTED, OBJECTED = "AUTOMATIC", "PENDING", "CONFIRMED", "REJECTED", "OBJECTED"
COUNTED = (AUTOMATIC, CONFIRMED)
CONFIDENCE = {"confirmed": 0.99, "name": 0.95, "alias": 0.9, "head": 0.8, "usage": 0.7, "head-unknown": 0.5}
SHORTEST_HEAD = 3
LONGEST_TEXT = 200
SERVICE = "服务"  # a tail that only a service may have
BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
GRADE = re.compile(r"[a-z0-9.%/+]+级?")


Reason = tuple[str, float, tuple[str, ...]]  # what counted (why.SENTENCES), its weight, the words it speaks of


@dataclass(frozen=True)
class Known:
    """What people of a zone have said: texts that stand for a segment, and pairs of text and segment that do not."""

    confirmed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rejected: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, confirmed: Iterable[tuple[str, str]] = (), rejected: Iterable[tuple[str, str]] = ()) -> "Known":
        """From pairs of (text, segment) as they were written."""
        said: dict[str, set[str]] = {}
        for text, code in confirmed:
            if text.strip():
                said.setdefault(core(plain(text)), set()).add(code)
        return cls({t: frozenset(c) for t, c in said.items()}, frozenset((core(plain(t)), c) for t, c in rejected))


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Placement:
    """A proposal: this text of a company stands for this segment, with the reason as a rule and its words."""

    segment: str
    state: str
    confidence: float
    rule: str
    term: str
    modifier: str = ""
    reasons: tuple[Reason, ...] = ()


class Lexicon:
    """All names and aliases of an atlas, with the words that may stand before or after them.

    words: (word, role) or (word, role, pack ...), role one of `neutral` (does not change the trade), `other-trade` (does),
    `own` (says nothing of the trade), `making` (a tail such as 生产, dropped), `trading` (a tail such as 销售: not a maker) and
    `clear` (an abbreviation that means one thing in every trade).
    In the packs named the word is of their own trade and neutral: 锂电 before a segment of the battery pack changes nothing.
    usage: (word of Taiwan, word of the mainland), tried when a text finds nothing as it is written.
    everyday: (word, segment, chain), as for TermIndex; those of no chain stand for their segment where a text says nothing else,
    and behind what changes nothing (C919垂尾); behind any other word they are the head of nothing.
    Cost of `place`: length of the text squared.
    """

    def __init__(
        self,
        atlas: Atlas,
        words: Iterable[Sequence[str]] = (),
        usage: Iterable[tuple[str, str]] = (),
        everyday: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        self.terms: dict[str, tuple[str, str]] = {}
        self.excluded: dict[str, tuple[str, ...]] = {}
        for segment in atlas.segments.values():
            for term, rule in [
                (segment.name_zh, "name"),
                (segment.name_en, "name"),
                *((a, "alias") for a in segment.aliases),
            ]:
                self.terms.setdefault(plain(term), (segment.code, rule))
            self.excluded[segment.code] = tuple(plain(e) for e in segment.excludes if e not in atlas.segments)
        self.terms.pop("", None)
        self.everyday = {plain(word): (code, "alias") for word, code, among in everyday if not among and code in atlas.segments}
        offered = {code for c in atlas.chains for code, column in c.members if c.stage_of(column) == "service"}
        self.services = frozenset(link.input for link in atlas.inputs if link.kind == "service") | offered
        self.usage = Usage(usage)
        self.home = {s.code: s.home for s in atlas.segments.values()}
        self.own: dict[str, frozenset[str]] = {}
        roles: dict[str, set[str]] = {"neutral": set(), "own": set(), "other-trade": set(), "making": set(), "trading": set()}
        roles["clear"] = set()
        for word, role, *homes in words:
            if role not in roles:
                raise ValueError(f"word {word}: unknown role {role}")
            roles[role].add(plain(word))
            if homes:
                self.own[plain(word)] = frozenset(homes)
        self.neutral, self.other = frozenset(roles["neutral"]), tuple(sorted(roles["other-trade"]))
        self.clear = frozenset(roles["clear"])
        self.making = tuple(sorted(roles["making"], key=lambda w: (-len(w), w)))
        self.trading = tuple(sorted(roles["trading"], key=lambda w: (-len(w), w)))

    def place_all(self, texts: Sequence[str], *, known: Known = NOTHING_KNOWN) -> list[tuple[Placement, ...]]:
        """The placement of each text by itself; what a person rejected is not proposed again."""
        made = [self.place(text) for text in texts]
        return [
            () if p is None or (core(plain(text)), p.segment) in known.rejected else (p,)
            for text, p in zip(texts, made, strict=True)
        ]

    def place(self, text: str) -> Placement | None:
        """The segment that a product text stands for, or None when it finds none."""
        found = self._as_written(text)
        return self._in_mainland_words(text) if found is None else found

    def _in_mainland_words(self, text: str) -> Placement | None:
        """A second try with the terms of Taiwan put over; it counts only where the script shows that the text is from there."""
        readings = self.usage.readings(text)
        if not readings:
            return None
        bare = self._bare(text.translate(WIDTHS))
        is_traditional = simplified(bare) != bare
        for word in readings:
            found = self._as_written(word)
            if found is not None:
                state = found.state if is_traditional else PENDING
                confidence = min(found.confidence, CONFIDENCE["usage" if is_traditional else "head-unknown"])
                return Placement(found.segment, state, confidence, "usage", word, text.strip()[:LONGEST_TEXT])
        return None

    def _as_written(self, text: str) -> Placement | None:
        whole = plain(text)
        word = whole if whole in self.terms else self._bare(whole)
        if not word or len(word) > LONGEST_TEXT:
            return None
        served = word.removesuffix(SERVICE)
        if served != word and word not in self.terms:
            found = self._place(served)
            return found if found is not None and found.segment in self.services else None
        return self._place(word)

    def _place(self, word: str) -> Placement | None:
        if found := self._exact(word):
            return found
        if word in self.terms or word.endswith(self.trading):
            return None
        while word.endswith(self.making):
            tail = next((m for m in self.making if word.endswith(m) and len(word) > len(m)), None)
            if tail is None:
                break
            word = word[: -len(tail)].removesuffix("的")
            if word in self.terms or word in self.everyday:
                return self._exact(word)
        return self._by_head(word)

    def _exact(self, word: str) -> Placement | None:
        found = self.terms.get(word) or self.everyday.get(word)
        if found is None:
            return None
        return self._unless_excluded(Placement(found[0], AUTOMATIC, CONFIDENCE[found[1]], found[1], word), word)

    @staticmethod
    def _bare(word: str) -> str:
        without = word
        while (inner := BRACKETS.sub("", without)) != without:
            without = inner
        return (without or word).strip("。.,，;；、:：!！")

    def _by_head(self, word: str) -> Placement | None:
        for start in range(1, len(word) - 1):
            term = word[start:]
            found = self.terms.get(term) or self.everyday.get(term)
            if found is None or not self.is_whole_word(word, start):
                continue
            modifier = word[:start].removesuffix("的")
            if term not in self.terms and not self.is_neutral(modifier, self.home[found[0]]):
                continue
            if self.trades_in(modifier, self.home[found[0]]):
                return None
            if self.is_neutral(modifier, self.home[found[0]]):
                return self._unless_excluded(Placement(found[0], AUTOMATIC, CONFIDENCE["head"], "head", term, modifier), word)
            if len(term) < SHORTEST_HEAD or term.isascii():
                return None
            return self._unless_excluded(
                Placement(found[0], PENDING, CONFIDENCE["head-unknown"], "head-unknown", term, modifier), word
            )
        return None

    @staticmethod
    def is_whole_word(word: str, start: int) -> bool:
        """A Latin word is not cut in the middle."""
        return not (word[start].isascii() and word[start].isalnum() and word[start - 1].isascii() and word[start - 1].isalnum())

    def trades_in(self, modifier: str, home: str) -> list[str]:
        """The words of other trades that stand in a modifier before a term of the pack `home`."""
        if modifier and self.is_neutral(modifier, home):
            return []  # 电脑数控 changes nothing though 电脑 does
        return [o for o in self.other if o in modifier and home not in self.own.get(o, ())]

    def is_neutral(self, modifier: str, home: str) -> bool:
        """Can the modifier be cut whole into neutral words, words of the pack's own trade, grades and numbers?"""
        reachable = [True] + [False] * len(modifier)
        for end in range(1, len(modifier) + 1):
            reachable[end] = any(
                reachable[start]
                and (
                    (word := modifier[start:end]) in self.neutral
                    or home in self.own.get(word, ())
                    or GRADE.fullmatch(word) is not None
                )
                for start in range(max(0, end - 12), end)
            )
        return reachable[-1]

    def _unless_excluded(self, placement: Placement, word: str) -> Placement | None:
        return None if any(e in word for e in self.excluded[placement.segment] if e != placement.term) else placement
