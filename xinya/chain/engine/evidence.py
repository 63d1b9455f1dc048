"""What speaks for and against a product text standing for a segment, as numbers between -1 and 1. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xinya.kit.text import plain

from .atlas import Atlas
from .placement import AUTOMATIC, Lexicon, Placement
from .product_texts import Part
from .terms import Match, TermIndex
from .word_kinds import (
    CLAD,
    CUT_WORD,
    GOODS,
    MACHINE,
    PART,
    PROCESSING,
    PROJECT,
    RADICAL,
    RESEARCH,
    SERVED,
    SERVICE,
    STUFF,
    SUBSTANCE,
    TRADE,
    WASTE,
    cuts_a_word,
    inner_pairs,
    is_light,
    is_spread,
    kind_of,
    without_making,
)

NAMES = (
    "bias", "rule", "rule-asks", "name", "alias", "synonym", "inner", "head", "head-synonym", "head-share", "head-short",
    "head-clear", "head-other", "head-unknown", "head-single", "head-substance", "head-told", "head-in-trade", "head-crowd",
    "head-rival", "inside", "inside-share", "tail-light", "tail-goods", "tail-part", "tail-machine", "tail-stuff",
    "tail-service", "tail-front", "tail-clash", "tail-other", "tail-head", "tail-service-clash", "narrower-named",
    "broader-head", "near", "near-squared", "nearest", "near-rival", "spread", "wider", "covers-word", "covers-term",
    "same-end", "trade", "kind-fits", "kind-clashes", "service-clashes", "processing", "dealer", "acronym", "cut", "piece",
    "piece-headless", "piece-of-service", "general", "general-head", "commodity", "latin", "known-company", "chain-share",
    "same-segment", "neighbour-share", "stranger", "industry", "industry-trade", "strong-rival", "length",
    "wide", "abbreviation", "research", "neighbour-named", "served", "waste", "project", "list-service",
)  # fmt: skip
LONGEST_FRONT, RARE_PAIR = 4, 5
SPOKEN_FOR = 0.5  # so much of the industry's name must be the segment's own words
MOST_CHAINS = 3  # what stands on more chains than these (热处理, 三坐标测量机) speaks for none of them
LONGEST_ACRONYM, LONGEST_ABBREVIATION = 4, 3
WAITS = ("wide", "abbreviation", "research", "neighbour-named", "narrower-named", "served", "waste", "project", "list-service")
AT = {name: at for at, name in enumerate(NAMES)}


@dataclass(frozen=True)
class Context:
    """What else is known of a company: how many of its other texts stand firmly on each segment, and its trade.

    others: segment -> texts; texts: how many other texts there are; industry: name of its industry; classes: GB/T 4754 codes;
    trades: another text speaks of trading goods.
    """

    others: Mapping[str, int] = field(default_factory=dict)
    texts: int = 0
    industry: str = ""
    classes: tuple[str, ...] = ()
    trades: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One segment for one part of a text: the match, the features in the order of NAMES, and the words they speak of."""

    match: Match
    features: tuple[float, ...]
    word: str = ""
    modifier: str = ""
    tail: str = ""
    excluded: str = ""
    other_trade: str = ""
    context: "Context | None" = None
    is_of_kin: bool = False
    served: str = ""

    def feature(self, name: str) -> float:
        return self.features[AT[name]]

    @property
    def is_open(self) -> bool:
        """A person must look whatever the chances say.

        Another head stands behind the term; it is trade, a dealer's commodity, another substance, research, the working of a
        material or a project with a commodity; the head of a service was cut off, or a list ends in one; other trades use the
        word too and nothing else of the company speaks for this one; a narrower or excluded segment is named before the head; the
        head is that of other segments too, and the company stands on one of those.
        """
        if self.is_of_kin or any(self.feature(n) for n in WAITS):
            return True
        if self.feature("name") or (self.feature("alias") and not self.feature("synonym") and not self.feature("cut")):
            return self.feature("dealer") > 0 or (self.feature("piece") > 0 and self.feature("trade") > 0)
        is_behind = self.feature("inside") > 0 and not self.feature("tail-light") and not self.feature("tail-goods")
        return is_behind or any(self.feature(n) for n in ("trade", "dealer", "head-substance", "piece-of-service", "processing"))


def term_in(match: Match, word: str) -> str:
    """The term of the segment that stands in the word."""
    return word if match.exact else match.head or match.inside


@dataclass(frozen=True, slots=True)
class _Field:
    """What all matches of one word share."""

    word: str
    over: str
    kind: str
    is_cut: bool
    strong: set[str]
    longest: int
    nearest: list[float]
    rule: Placement | None
    heads: frozenset[str]
    narrower_named: frozenset[str]
    of: str


class Evidences:
    """Turns matches into features. Cost of `of`: matches times the modifier's length."""

    def __init__(self, atlas: Atlas, lexicon: Lexicon, index: TermIndex, wide: Iterable[tuple[str, str]] = ()) -> None:
        self.atlas, self.lexicon, self.index = atlas, lexicon, index
        self.wide = {(form, code) for word, code in wide for form in (plain(word), index.canonical(plain(word)))}
        self.materials = frozenset(i.input for i in atlas.inputs if i.kind == "material")
        self.narrower = {s.broader for s in atlas.segments.values() if s.broader}
        self.services = lexicon.services
        self.components = frozenset(i.input for i in atlas.inputs if i.kind == "component")
        self.told: dict[str, frozenset[str]] = {}
        self.trade: dict[str, set[str]] = {}
        for s in atlas.segments.values():
            words = (s.name_zh, *s.aliases, s.definition_zh)
            *of_names, of_definition = (inner_pairs(index.canonical(w)) for w in words)
            named = frozenset().union(*of_names)
            self.told[s.code] = named.union(of_definition)
            for home in atlas.chains_of.get(s.code, ()) or (s.home,):
                self.trade.setdefault(home, set()).update(named)
        for chain in atlas.chains:
            told = inner_pairs(f"{chain.name_zh}，{chain.summary_zh}")
            self.trade.setdefault(chain.code, set()).update(told)
        self.terms = {s.code: tuple(index.canonical(plain(w)) for w in (s.name_zh, *s.aliases)) for s in atlas.segments.values()}
        self.kinds = {code: frozenset(map(kind_of, terms)) for code, terms in self.terms.items()}
        self.around = self._around()
        self.spread = Counter(pair for terms in self.terms.values() for term in terms for pair in set(inner_pairs(term)))
        self.apart: dict[tuple[str, str], frozenset[str]] = {}

    def apart_from(self, code: str, head: str) -> frozenset[str]:
        """Rare character pairs before this head that name a neighbour which the segment excludes.

        微波 before 芯片 is none of the plain chip's, which excludes 射频微波芯片. Kept for each segment and head.
        """
        if (code, head) not in self.apart:
            found: set[str] = set()
            for other in self.atlas.segments[code].excludes:
                if other in self.terms and code not in self.atlas.lines[other] and other not in self.atlas.lines[code]:
                    for term in self.terms[other]:
                        front = term.removesuffix(head[-2:])
                        if front != term and len(front) <= LONGEST_FRONT:
                            found.update(p for p in inner_pairs(front) if self.spread[p] <= RARE_PAIR)
            self.apart[code, head] = frozenset(found - self.told[code])
        return self.apart[code, head]

    def _around(self) -> dict[str, frozenset[str]]:
        """The segments one input or one step of `broader` away, themselves included."""
        near: dict[str, set[str]] = {code: {code} for code in self.atlas.segments}
        for link in self.atlas.inputs:
            near[link.product].add(link.input)
            near[link.input].add(link.product)
        for code, segment in self.atlas.segments.items():
            if segment.broader:
                near[code].add(segment.broader)
                near[segment.broader].add(code)
        return {code: frozenset(codes) for code, codes in near.items()}

    def of(self, part: Part, word: str, context: Context) -> list[Evidence]:
        """The evidence for every segment that this part of a text may stand for; `word` is its core."""
        found = self._of(part, word, context, is_cut=False)
        shorter = without_making(word)
        if shorter != word and len(shorter) > 1 and not any(e.match.exact for e in found):
            found += self._of(part, shorter, context, is_cut=True)
        return found

    def _of(self, part: Part, word: str, context: Context, *, is_cut: bool) -> list[Evidence]:
        trades = {c for code in context.others for c in self.atlas.chains_of[code]}
        matches = [m for m in self.index.matches(word, part.inner) if not m.among or m.among in trades]
        whole = [m for m in matches if m.exact and not m.is_inner]  # a term whole ends the search for others, most as written
        matches = [m for m in whole if m.exact != "synonym"] or whole or matches
        rule = self.lexicon.place(word)
        if rule is not None and rule.term in self.lexicon.everyday:
            if not part.is_whole:  # 电容器 of 电容器和避雷器 may be another
                rule = None
            elif rule.rule == "head" and word.endswith(rule.term) and not any(m.head or m.exact for m in matches):
                matches = [m for m in matches if m.code != rule.segment] + [Match(rule.segment, head=rule.term)]
        longest = max((len(m.head) for m in matches if m.head), default=0)
        strong = {m.code for m in matches if m.exact} or {m.code for m in matches if m.head and len(m.head) == longest}
        nearest = sorted((1.0 if m.exact else m.cosine for m in matches), reverse=True)[:2]
        heads = frozenset(m.code for m in matches if m.head)
        named = frozenset(c for m in matches if m.inside and not m.head for c in self.atlas.lines[m.code][1:])
        over = self.index.canonical(word)
        kind, of = kind_of(over), part.of or part.words
        field_ = _Field(word, over, kind, is_cut, strong, longest, nearest, rule, heads, named, of)
        made = [self._one(part, field_, m, context) for m in matches]
        return [e for e in made if not e.excluded]

    def _one(self, part: Part, field_: "_Field", match: Match, context: Context) -> Evidence:
        word, over, strong, longest = field_.word, field_.over, field_.strong, field_.longest
        segment = self.atlas.segments[match.code]
        f = dict.fromkeys(NAMES, 0.0)
        modifier = tail = other = ""
        f["bias"] = 1.0
        if field_.rule is not None and field_.rule.segment == match.code:
            f["rule" if field_.rule.state == AUTOMATIC else "rule-asks"] = 1.0
        written = over if match.head_is_synonym else word
        if match.exact:
            f["inner" if match.is_inner else match.exact] = 1.0
            if match.exact == "synonym" and not match.is_inner:
                f["alias"] = 1.0
        elif match.head:
            modifier = written[: len(written) - len(match.head)].removesuffix("的")
            other = next((o for o in self.lexicon.trades_in(modifier, segment.home)), "")
            self._head(f, modifier, match, other, longest, len(written))
        elif match.inside:
            held = over if match.inside_is_synonym else word
            tail = held[len(held) - match.inside_end :]
            front = held[: len(held) - match.inside_end - len(match.inside)]
            other = next((o for part_ in (front, tail) for o in self.lexicon.trades_in(part_, segment.home)), "")
            self._inside(f, front, tail, match, len(held))
        self._near(f, over, match, field_.nearest)
        excluded = next((e for e in self.lexicon.excluded[match.code] if e in part.words and e not in (match.head, match.near)), "")
        if match.exact in ("name", "alias") and not field_.is_cut:
            excluded = ""
        line = self.atlas.lines[match.code][1:]
        f["narrower-named"] = float(not match.exact and match.code in field_.narrower_named)
        f["broader-head"] = float(not match.head and not match.exact and any(c in field_.heads for c in line))
        self._kind(f, field_, match.code)
        f["acronym"] = float(bool(match.exact) and word.isascii() and len(word) <= LONGEST_ACRONYM)
        f["cut"] = float(field_.is_cut)
        f["piece"] = float(not part.is_whole)
        f["list-service"] = float(part.served != "" and match.code not in self.services)
        rest = kind_of(part.rest)
        f["piece-headless"] = float(rest not in ("", field_.kind))
        f["piece-of-service"] = float(rest == "service" and field_.kind != "service")
        f["general"] = float(match.code in self.narrower)
        f["general-head"] = float(match.code in self.narrower and bool(match.head) and not match.exact)
        f["commodity"] = float(segment.is_commodity)
        f["latin"] = float((match.head or match.inside or match.near or "中").isascii())
        f["strong-rival"] = float(any(c != match.code and c not in self.atlas.lines[match.code] for c in strong))
        f["length"] = min(len(word), 20) / 20
        self._company(f, match.code, context)
        self._widely_used(f, match, word, modifier, context)
        f["research"] = float(RESEARCH.search(field_.of) is not None and match.code not in self.services)
        is_own = f["same-segment"] or f["chain-share"] or f["industry"]
        f["dealer"] = float(context.trades and segment.is_commodity and not is_own)
        f["project"] = float(segment.is_commodity and not is_own and PROJECT.search(field_.of) is not None)
        is_of_kin = bool(match.head and not match.exact) and self._stands_on_kin(match, context)
        return Evidence(match, tuple(f.values()), word, modifier, tail, excluded, other, context, is_of_kin, part.served)

    def _stands_on_kin(self, match: Match, context: Context) -> bool:
        """Whether the company stands on another segment whose name ends in this head: 磁体 of a maker of 粘结磁体 may be either."""
        head, line = self.index.canonical(match.head), set(self.atlas.lines[match.code])
        return any(
            code not in line
            and match.code not in self.atlas.lines[code]
            and any(t != head and t.endswith(head) for t in self.terms[code])
            for code in context.others
        )

    @staticmethod
    def _near(f: dict[str, float], over: str, match: Match, nearest: Sequence[float]) -> None:
        if match.exact and not match.is_inner:
            f["near"] = f["near-squared"] = f["covers-word"] = f["covers-term"] = f["same-end"] = f["nearest"] = 1.0
        else:
            f["near"], f["near-squared"] = match.cosine, match.cosine**2
            f["covers-word"], f["covers-term"] = match.covers_word, match.covers_term
            f["same-end"] = float(bool(match.near) and match.near[-2:] == over[-2:])
            f["nearest"] = float(match.cosine > 0 and match.cosine >= nearest[0])
            f["near-rival"] = max(0.0, nearest[0] - match.cosine)
            f["wider"] = float(bool(match.near) and len(match.near) > len(over) and match.near.endswith(over))
            f["spread"] = float(bool(match.near) and match.near not in over and is_spread(match.near, over))

    def _head(self, f: dict[str, float], modifier: str, match: Match, other: str, longest: int, length: int) -> None:
        home = self.atlas.segments[match.code].home
        f["head-synonym" if match.head_is_synonym else "head"] = 1.0
        f["head-share"] = len(match.head) / length
        f["head-short"] = float(len(match.head) == 2)
        clear = self.lexicon.is_neutral(modifier, home)
        is_service = match.code in self.services
        f["served"] = float(SERVED.match(modifier) is not None and not is_service)
        f["waste"] = float(WASTE.search(modifier) is not None and not is_service)
        f["head-clear"] = float(clear)
        f["head-other"] = float(bool(other))
        f["head-unknown"] = float(not clear and not other)
        f["head-single"] = float(len(modifier) == 1 and not clear)
        is_other = SUBSTANCE.search(match.head) is not None and RADICAL.search(modifier) is not None
        f["head-substance"] = float(not clear and (is_other or cuts_a_word(modifier, match.head, CLAD)))
        told = inner_pairs(self.index.canonical(modifier))
        if not clear and told:
            f["head-told"] = sum(p in self.told[match.code] for p in told) / len(told)
            f["head-in-trade"] = sum(p in self.trade.get(home, ()) for p in told) / len(told)
        apart = self.apart_from(match.code, self.index.canonical(match.head))
        f["neighbour-named"] = float(any(p in apart for p in told))
        f["head-crowd"] = min(self.index.ends.get(match.head, 1), 20) / 20
        f["head-rival"] = float(len(match.head) < longest)

    def _inside(self, f: dict[str, float], front: str, tail: str, match: Match, length: int) -> None:
        home = self.atlas.segments[match.code].home
        f["inside"] = 1.0
        f["inside-share"] = len(match.inside) / length
        if cuts_a_word(match.inside, tail, CUT_WORD):
            f["tail-part"] = 1.0
        elif is_light(tail, of_material=match.code in self.materials, of_service=match.code in self.services):
            f["tail-light"] = 1.0
        elif GOODS.match(tail):
            f["tail-goods"] = 1.0
        elif PART.search(tail):
            f["tail-part"] = 1.0
        elif SERVICE.search(tail):
            f["tail-service"] = 1.0
        elif MACHINE.search(tail):
            f["tail-machine"] = 1.0
        elif STUFF.search(tail):
            f["tail-stuff"] = 1.0
        else:
            f["tail-other"] = 1.0
        if not f["tail-light"] and not f["tail-goods"]:
            f["tail-head"] = min(self.index.ends.get(tail[-2:], 0), 10) / 10
        f["tail-front"] = float(bool(front) and not self.lexicon.is_neutral(front, home))

    def _kind(self, f: dict[str, float], field_: "_Field", code: str) -> None:
        f["trade"] = float(TRADE.search(field_.word) is not None or TRADE.search(field_.of) is not None)
        fits = field_.kind in self.kinds[code]
        f["kind-fits"] = float(fits and field_.kind != "")
        f["kind-clashes"] = float(not fits)
        f["service-clashes"] = float(field_.kind == "service" and code not in self.services)
        works = PROCESSING.search(field_.of) is not None and code not in self.services and code not in self.components
        f["processing"] = float(works)
        f["tail-clash"] = float(f["inside"] > 0 and not fits)
        f["tail-service-clash"] = float(f["tail-clash"] > 0 and f["tail-service"] > 0)

    def _spoken_for(self, code: str, context: Context) -> bool:
        """Whether another product of the company stands on the segment or its chain; what every chain buys speaks for none.

        舱门 beside 热处理 may be a bus's; 表面处理 beside 热处理 is as much the shop's trade as that.
        """
        chains = set(self.atlas.chains_of[code])
        most = max(MOST_CHAINS, len(chains))
        return any(
            c == code or (len(self.atlas.chains_of[c]) <= most and not chains.isdisjoint(self.atlas.chains_of[c]))
            for c in context.others
        )

    def _widely_used(self, f: dict[str, float], match: Match, word: str, before: str, context: Context) -> None:
        """Whether other trades use the term too, unless the company's other texts, its industry or a word before speak for it."""
        term = term_in(match, word)
        is_short = term.isascii() and term.isalpha() and len(term) <= LONGEST_ABBREVIATION and term not in self.lexicon.clear
        is_wide = (term, match.code) in self.wide
        if not is_wide and not is_short:
            return
        if self._spoken_for(match.code, context) or f["industry"] >= SPOKEN_FOR or f["head-told"] >= SPOKEN_FOR:
            return
        home = self.atlas.segments[match.code].home
        if not any(own in before and home in homes for own, homes in self.lexicon.own.items()):
            f["wide"], f["abbreviation"] = float(is_wide), float(is_short)

    def _company(self, f: dict[str, float], code: str, context: Context) -> None:
        total = sum(context.others.values())
        f["known-company"] = float(total > 0)
        if total:
            chains = set(self.atlas.chains_of[code])
            share = sum(n for c, n in context.others.items() if chains & set(self.atlas.chains_of[c])) / total
            near = self.around[code]
            f["chain-share"] = share
            f["same-segment"] = float(code in context.others)
            f["neighbour-share"] = sum(n for c, n in context.others.items() if c in near) / total
        f["stranger"] = float(context.texts >= 3 and total == 0)
        if context.industry:
            told = inner_pairs(self.index.canonical(context.industry)) or [context.industry]
            own = self.told[code]
            f["industry"] = sum(p in own for p in told) / len(told)
            trades = self.atlas.chains_of[code]
            f["industry-trade"] = sum(any(p in self.trade.get(c, ()) for c in trades) for p in told) / len(told)
        if any(known == c for known in context.classes for c, _much in self.atlas.segments[code].classes):
            f["industry-trade"] = 1.0
