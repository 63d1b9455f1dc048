"""A question to the index: words and, in the same query, the gate. Nothing hidden takes part in ranking or counting."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import tantivy

from xinya.kit.search_index import IndexFolder, schema
from xinya.kit.search_words import rarity

# A word in a name tells more than in an alias, and that more than in a sentence; but all words in a sentence, one behind the
# other, tell more than half of them in a name.
WEIGHTS = {"names": 2.0, "aliases": 1.8, "text": 1.0}
NEXT_TO = 0.5
SLOP = 3  # a long word stands behind the short ones inside it
FAR = 100_000
SCHEMA = schema()
MUST, SHOULD, MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


def term(field: str, value: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, value)


def any_of(field: str, values: Collection[str]) -> tantivy.Query:
    return tantivy.Query.term_set_query(SCHEMA, field, sorted(values))


def gate(scopes: Mapping[str, Collection[str]], hidden: Collection[str]) -> tantivy.Query:
    """Records that may be found. scopes: by kind, what the reader may read of it; hidden: identities that are withdrawn already."""
    open_ = [
        tantivy.Query.boolean_query([(MUST, term("kind", kind)), (MUST, any_of("scope", mine))])
        for kind, mine in sorted(scopes.items())
        if mine
    ]
    if not open_:
        return tantivy.Query.empty_query()
    allowed = tantivy.Query.boolean_query([(SHOULD, one) for one in open_])
    parts = [(MUST, allowed), *([(MUST_NOT, any_of("id", hidden))] if hidden else [])]
    return tantivy.Query.const_score_query(tantivy.Query.boolean_query(parts), 0.0)


@dataclass(frozen=True)
class Question:
    """What one reader asks of one index, ready to be counted and ranked.

    The weight of a word comes from the records that this reader may read, never from the whole index: else the order of the
    own records would tell of others'.
    """

    folder: IndexFolder
    searcher: tantivy.Searcher
    text: str
    scopes: Mapping[str, Collection[str]]
    hidden: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> list[str]:
        """The words that are looked for; a word that no readable record has gives way to the shorter ones inside it."""
        found: list[str] = []
        for word in self.folder.cutter.for_query(self.text):
            shorter = [] if self._having(word) else [w for w in self.folder.cutter.parts(word) if self._having(w)]
            found += shorter or [word]
        return list(dict.fromkeys(found))

    @cached_property
    def _open(self) -> tantivy.Query:
        return gate(self.scopes, self.hidden)

    @cached_property
    def _readable(self) -> int:
        return self._count(self._open)

    @cached_property
    def _known(self) -> dict[str, int]:
        return {}

    def _having(self, word: str) -> int:
        """How many readable records have the word."""
        if word not in self._known:
            anywhere = tantivy.Query.boolean_query([(SHOULD, term(field, word)) for field in WEIGHTS])
            self._known[word] = self._count(tantivy.Query.boolean_query([(MUST, anywhere), (MUST, self._open)]))
        return self._known[word]

    def _count(self, query: tantivy.Query) -> int:
        return int(self.searcher.search(query, limit=1, count=True).count)  # type: ignore[attr-defined]  # absent from its stubs

    def _asked(self, kinds: Collection[str], without: Collection[str]) -> tantivy.Query:
        weighted = []
        for word in self.words:
            worth = rarity(self._having(word), self._readable)
            places = [tantivy.Query.const_score_query(term(f, word), w * worth) for f, w in WEIGHTS.items()]
            weighted.append((SHOULD, tantivy.Query.disjunction_max_query(places)))
        least = 1 if len(weighted) < 3 else math.ceil(len(weighted) / 2)
        parts = [
            (MUST, tantivy.Query.boolean_query(weighted, minimum_number_should_match=least)),
            (MUST, gate({k: s for k, s in self.scopes.items() if k in kinds}, self.hidden)),
        ]
        parts += [(SHOULD, self._next_to(pair)) for pair in pairwise(self.words)]
        if without:
            parts.append((MUST_NOT, any_of("id", without)))
        return tantivy.Query.boolean_query(parts)

    def _next_to(self, pair: tuple[str, str]) -> tantivy.Query:
        """What it is worth that two words stand next to each other, as they do in the query."""
        worth = NEXT_TO * sum(rarity(self._having(word), self._readable) for word in pair)
        phrases = [(w, tantivy.Query.phrase_query(SCHEMA, f, list(pair), slop=SLOP)) for f, w in WEIGHTS.items()]
        return tantivy.Query.disjunction_max_query([tantivy.Query.const_score_query(p, w * worth) for w, p in phrases])

    def count(self, kinds: Collection[str], without: Collection[str] = ()) -> int:
        """How many readable records of these kinds match; `without`: identities that were found otherwise."""
        return self._count(self._asked(kinds, without)) if self.words else 0

    def best(self, kinds: Collection[str], start: int, limit: int, without: Collection[str] = ()) -> Sequence[str]:
        """Identities of the matches from `start` on, the best first."""
        if not self.words or limit < 1 or start > FAR:
            return []
        hits = self.searcher.search(
            self._asked(kinds, without), limit=limit, offset=start, count=False, weight_by_field="brevity"
        ).hits
        return [str(self.searcher.doc(address)["id"][0]) for _score, address in hits]
