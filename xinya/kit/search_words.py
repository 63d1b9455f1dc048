"""Words as search sees them: one script, one width, one case, cut by rjieba with a list of own words. Without Django."""

import math
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import tantivy

from xinya.kit.text import simplified

LONGEST_TEXT = 20_000
LONGEST_WORD = 64
KEPT_TEXTS, KEPT_LENGTH = 16_384, 120
"""Texts of records whose words are kept, and how long they are at most: products and names come again in many records."""
# Words that nearly every company and every sentence has: looked for only when a query has no other.
COMMON = frozenset(
    {"公司", "有限公司", "有限", "责任", "股份", "集团", "股份公司", "的", "和", "与", "及", "等", "或", "在", "为", "用"}
    | {"of", "and", "the", "for", "in", "with", "a", "an", "co", "ltd", "inc"}
)


def folded(text: str) -> str:
    """The text in half width, simplified script and lower case; what is neither letter nor digit becomes a blank.

    As long as the text itself, so that places in the one are places in the other, except for the few letters whose lower case
    is longer.
    """
    whole = text[:LONGEST_TEXT].encode("utf-8", "ignore").decode()
    return "".join(c if c.isalnum() else " " for c in simplified(whole).casefold())


@lru_cache(maxsize=1)
def _stemmer() -> tantivy.TextAnalyzer:
    whole = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return whole.filter(tantivy.Filter.stemmer("English")).build()


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """English words without their endings (forgings, forging: forg); every other word as it is."""
    if not (word.isascii() and word.isalpha()):
        return word
    return (_stemmer().analyze(word) or [word])[0]


class Cutter:
    """Cuts texts into words. Records and queries must be cut with the same list of own words."""

    def __init__(self, own_words: Collection[str] = ()) -> None:
        self.own_words = tuple(sorted({w for w in (folded(w).strip() for w in own_words) if w}))
        import rjieba  # its dictionary is loaded where words are cut, and not at every start of the product

        self._jieba = rjieba.Jieba()
        for word in self.own_words:
            self._jieba.add_word(word, None, None)
        self._known = lru_cache(maxsize=KEPT_TEXTS)(self._for_index)

    def for_index(self, text: str) -> tuple[str, ...]:
        """All words of a record, long ones and the short ones inside them."""
        return self._known(text) if len(text) <= KEPT_LENGTH else self._for_index(text)

    def _for_index(self, text: str) -> tuple[str, ...]:
        return tuple(_kept(self._jieba.cut_for_search(folded(text))))

    def for_query(self, text: str, most: int = 24) -> list[str]:
        """The words somebody asks for, each once, in their order; common ones only where there are no others."""
        found = list(dict.fromkeys(_kept(self._jieba.cut(folded(text)))))
        return ([w for w in found if w not in COMMON] or found)[:most]

    def parts(self, word: str) -> list[str]:
        """The shorter words inside a word that no record has."""
        inside = _kept(self._jieba.cut_for_search(word))
        return [w for w in dict.fromkeys(inside) if w != word]

    def places(self, text: str, wanted: Collection[str]) -> list[tuple[int, int]]:
        """Where the wanted words stand in a text: (start, end), in order, without overlaps."""
        flat = folded(text)
        if len(flat) != len(text):
            return []
        tokens = self._jieba.tokenize(flat, "search")
        return joined((start, end) for word, start, end in tokens if stem(word) in wanted)


@lru_cache(maxsize=4)
def cutter(own_words: tuple[str, ...] = ()) -> Cutter:
    """The cutter of a list of own words; making one loads the dictionary, a tenth of a second."""
    return Cutter(own_words)


def _kept(words: Iterable[str]) -> list[str]:
    return [stem(word)[:LONGEST_WORD] for word in words if not word.isspace()]


def joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in their order, with those that touch or overlap made one."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def brevity(words: int) -> float:
    """1 for a record of one word, less for a longer one: the same word says more of a short record than of a long one."""
    return 1 / (1 + math.log(max(words, 1)))


def rarity(having: int, all_: int) -> float:
    """How much a word tells that `having` of `all_` records have: the inverse document frequency of BM25, always above 0."""
    return math.log(1 + (all_ - having + 0.5) / (having + 0.5))


def asked_for(text: str, longest: int) -> tuple[str, bool]:
    """(a query as it is looked for, whether it was cut): one line without control characters, at most `longest` characters."""
    whole = text[: longest * 4].encode("utf-8", "ignore").decode()
    line = " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in whole).split())
    return line[:longest].strip(), len(line) > longest or len(text) > longest * 4


def pieces(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the places. Joined together they are the text."""
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in places:
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [(piece, is_hit) for piece, is_hit in [*found, (text[at:], False)] if piece]


def excerpt(text: str, places: Sequence[tuple[int, int]], width: int) -> list[tuple[str, bool]]:
    """Pieces of a text of about `width` characters around the first place; what is left out shows as an ellipsis."""
    if len(text) <= width:
        return pieces(text, places)
    start = max(0, min(places[0][0] - width // 3, len(text) - width)) if places else 0
    end = start + width
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in places if a < end and b > start]
    found = pieces(text[start:end], inside)
    return [*([("…", False)] if start else []), *found, *([("…", False)] if end < len(text) else [])]
