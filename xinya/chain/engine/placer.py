"""Placement (产品归位) with evidence: which segment a company's product text stands for, how surely, and why. Pure.

Every segment whose words stand in a text, end it or are near to it is weighed by what speaks for and against it (evidence.py)
with the weights of a logistic model that was fitted on labelled names; so the confidence is a probability. Above the first
limit a text is placed, above the second it is proposed to a person, below it finds nothing.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import mul

from xinya.kit.text import plain, simplified

from .atlas import Atlas
from .evidence import NAMES, Context, Evidence, Evidences
from .placement import AUTOMATIC, CONFIDENCE, NOTHING_KNOWN, PENDING, Known, Lexicon, Placement, Reason
from .product_texts import Part, core, parts
from .terms import TermIndex
from .why import GROUPS, WAITING, words_of
from .word_kinds import GOODS_TRADE, TRADING_INDUSTRY

SUREST, LEAST, EVEN = 0.99, 0.01, 0.5
SUREST_WAITING = 0.6  # of the labelled names that wait though the weights are sure, half to eight in ten are right
WAITS_BY = -3.0  # the weight told for what makes a placement wait whatever the chances say
MOST_TEXTS = 10_000
FIRM_RULES = ("name", "alias")


@dataclass(frozen=True)
class Model:
    """Weights by the name of the evidence, and the two limits. version: told with every result that rests on it."""

    weights: Mapping[str, float]
    automatic: float
    pending: float
    version: str = ""

    def vector(self) -> tuple[float, ...]:
        """The weights in the order of evidence.NAMES; what has no weight counts nothing."""
        return tuple(self.weights.get(name, 0.0) for name in NAMES)


class Placer:
    """Places product texts on an atlas. Takes the place of a Lexicon where a model is at hand.

    words, usage: as for Lexicon; synonyms, everyday: as for TermIndex; wide: (word, segment), words of a segment that other
    trades use for other things. Cost of `propose`: parts of the text times the segments near it.
    """

    def __init__(
        self,
        atlas: Atlas,
        words: Iterable[Sequence[str]],
        usage: Iterable[tuple[str, str]],
        synonyms: Iterable[tuple[str, str]],
        everyday: Iterable[tuple[str, str, str]],
        model: Model,
        *,
        wide: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.atlas, self.model = atlas, model
        everyday = tuple(everyday)
        self.lexicon = Lexicon(atlas, words, usage, everyday)
        self.index = TermIndex(atlas, synonyms, everyday)
        self.evidences = Evidences(atlas, self.lexicon, self.index, wide)
        self.weights = model.vector()

    def place(self, text: str) -> Placement | None:
        """The likeliest segment of one text about whose company nothing is known, or None."""
        return next(iter(self.propose(text)), None)

    def place_all(
        self, texts: Sequence[str], *, industry: str = "", classes: Sequence[str] = (), known: Known = NOTHING_KNOWN
    ) -> list[tuple[Placement, ...]]:
        """The proposals for each text of one company; each speaks for the others by what is firm in it."""
        texts = texts[:MOST_TEXTS]
        contexts = self.contexts(texts, industry=industry, classes=classes)
        return [self.propose(text, context, known) for text, context in zip(texts, contexts, strict=True)]

    def contexts(self, texts: Sequence[str], *, industry: str = "", classes: Sequence[str] = ()) -> Iterator[Context]:
        """For each text of one company what its other texts and its industry say."""
        trades = [GOODS_TRADE.search(text) is not None for text in texts]
        deals, trade = TRADING_INDUSTRY.search(industry) is not None, plain(industry)
        firm = [self.firm(text) for text in texts]
        if deals or any(trades):  # goods that are bought and sold do not speak for one another
            segments = self.atlas.segments
            firm = [tuple(code for code in codes if not segments[code].is_commodity) for codes in firm]
        total = Counter(code for codes in firm for code in codes)
        for own, is_trade in zip(firm, trades, strict=True):
            others = total - Counter(own)
            yield Context(dict(others), len(texts) - 1, trade, tuple(classes), deals or sum(trades) > is_trade)

    def firm(self, text: str) -> tuple[str, ...]:
        """The segments on which a text stands by itself beyond doubt; words that other trades use too speak for none."""
        sure = (self.lexicon.place(part.words) for part in parts(text) if not part.rest and not part.served)
        placed = (p for p in sure if p is not None and p.state == AUTOMATIC)
        return tuple(dict.fromkeys(p.segment for p in placed if (p.term, p.segment) not in self.evidences.wide))

    def propose(self, text: str, context: Context | None = None, known: Known = NOTHING_KNOWN) -> tuple[Placement, ...]:
        """The segments that a text stands for, likeliest first; of a segment and its broader ones only the likelier."""
        context = context or Context()
        found: dict[str, Placement] = {}
        pieces = self.parts_of(text)
        whole = next((p for p in pieces if p.is_whole), None)
        for part in pieces:
            best = self._of_part(part, context, known)
            if best is not None and best.confidence > (found[best.segment].confidence if best.segment in found else 0.0):
                found[best.segment] = best
            if part is whole and best is not None and best.rule in (*FIRM_RULES, "known"):
                break
        if not any(p.state == AUTOMATIC for p in found.values()):
            usage = self._in_mainland_words(text, context, known)
            if usage is not None and (not found or usage.state == AUTOMATIC):
                found[usage.segment] = usage
        ranked = sorted(found.values(), key=lambda p: (-p.confidence, p.segment))
        kept: list[Placement] = []
        for p in ranked:
            lines = self.atlas.lines
            if not any(p.segment in lines[k.segment] or k.segment in lines[p.segment] for k in kept):
                kept.append(p)
        return tuple(kept)

    def parts_of(self, text: str) -> list[Part]:
        """The things that a text names; a text that is a term whole is one thing, whatever marks it has (NaI(Tl)晶体)."""
        whole = plain(text)
        return [Part(whole)] if whole in self.index.written.owner else parts(text)

    def core(self, word: str) -> str:
        """The word as it is when it is a term, else without what companies put in front of any product."""
        return word if word in self.index.written.owner else core(word)

    def weighed(self, part: Part, context: Context) -> list[tuple[float, Evidence]]:
        """Every segment for one part with its probability, likeliest first."""
        weights = self.weights
        scored = []
        for evidence in self.evidences.of(part, self.core(part.words), context):
            score = sum(map(mul, weights, evidence.features))
            scored.append((1.0 / (1.0 + math.exp(-score)), evidence))
        return sorted(scored, key=lambda s: (-s[0], s[1].match.code))

    def _of_part(self, part: Part, context: Context, known: Known) -> Placement | None:
        word = self.core(part.words)
        if (said := self._known(word, known)) is not None:
            return replace(said, state=PENDING) if part.served else said
        for chance, evidence in self.weighed(part, context):
            code = evidence.match.code
            if (word, code) in known.rejected or evidence.other_trade:  # a toy's motor asks nobody whether it is a motor
                continue
            if chance < self.model.pending:
                return None
            is_term = evidence.match.exact in FIRM_RULES and part.words in self.index.written.owner and part.is_whole
            is_sure = (chance >= self.model.automatic or (is_term and chance >= EVEN)) and not evidence.is_open
            return self._placement(evidence, chance, AUTOMATIC if is_sure else PENDING)
        return None

    def _known(self, word: str, known: Known) -> Placement | None:
        """What a person said of this very text, or of its head where what stands before changes nothing."""
        if not known.confirmed:
            return None
        for start in range(len(word) - 1):
            for code in sorted(known.confirmed.get(word[start:], ())):
                if code not in self.atlas.segments or (word, code) in known.rejected:
                    continue
                modifier = word[:start].removesuffix("的")
                if not modifier or self.lexicon.is_neutral(modifier, self.atlas.segments[code].home):
                    confidence = CONFIDENCE["name"] if not modifier else CONFIDENCE["head"]
                    return Placement(code, AUTOMATIC, confidence, "known", word[start:], modifier)
        return None

    def _in_mainland_words(self, text: str, context: Context, known: Known) -> Placement | None:
        """A second try with the terms of Taiwan put over; it counts only where the script shows that the text is from there."""
        found = self.lexicon.place(text)
        if found is not None and found.rule == "usage" and (core(plain(text)), found.segment) not in known.rejected:
            return found
        readings = self.lexicon.usage.readings(text)
        is_traditional = bool(readings) and simplified(text) != text
        for reading in readings:
            for part in self.parts_of(reading):
                best = self._of_part(part, context, known)
                if best is not None and (core(plain(text)), best.segment) not in known.rejected:
                    state = best.state if is_traditional else PENDING
                    confidence = min(best.confidence, CONFIDENCE["usage"])
                    return replace(best, rule="usage", term=reading, modifier=text.strip()[:60], state=state, confidence=confidence)
        return None

    def _placement(self, evidence: Evidence, chance: float, state: str) -> Placement:
        match = evidence.match
        if match.exact:
            rule, term = ("name" if match.exact == "name" else "alias"), evidence.word
        elif match.head:
            asked = "head-weighed" if state == AUTOMATIC else "head-unknown"
            rule, term = ("head" if evidence.feature("head-clear") else asked), match.head
        elif match.inside and evidence.feature("tail-light"):
            rule, term = "alias", match.inside
        else:
            rule, term = "likeness", match.near or match.inside
        confidence = round(min(SUREST if not evidence.is_open else SUREST_WAITING, max(LEAST, chance)), 2)
        placement = Placement(match.code, state, confidence, rule, term, evidence.modifier or evidence.tail)
        return replace(placement, reasons=self.reasons(evidence))

    def reasons(self, evidence: Evidence) -> tuple[Reason, ...]:
        """What counted for and against, the weightiest first: (code, weight, words). The codes are those of why.SENTENCES."""
        told = []
        for code, names in GROUPS.items():
            weight = sum(self.weights[at] * evidence.features[at] for at in names)
            if code in WAITING and any(evidence.features[at] for at in names):
                weight = min(weight, WAITS_BY)
            if any(evidence.features[at] for at in names) and abs(weight) >= 0.1:
                told.append((code, round(weight, 2), words_of(code, evidence, self.atlas)))
        return tuple(sorted(told, key=lambda r: -abs(r[1])))
