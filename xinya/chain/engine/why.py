"""Why a text was placed where it was: what counted for it and against it, in sentences of the reader's language. Pure."""

from collections.abc import Sequence

from .atlas import Atlas
from .evidence import AT, Evidence, term_in
from .placement import Reason
from .word_kinds import kind_of
from .wording import as_written

SHOWN = 5
ONLY_FOR = ("kind-fits", "near", "same", "synonym", "others", "industry")  # said only where they speak for a placement
FEATURES: dict[str, tuple[str, ...]] = {
    "same": ("name", "alias", "inner"),
    "synonym": ("synonym",),
    "head": ("head", "head-synonym", "head-share", "head-short", "head-crowd", "latin"),
    "modifier-clear": ("head-clear", "rule"),
    "modifier-unknown": ("head-unknown", "head-single", "rule-asks"),
    "modifier-other": ("head-other",),
    "modifier-told": ("head-told", "head-in-trade"),
    "longer-head": ("head-rival",),
    "inside": ("inside", "inside-share", "tail-light", "tail-goods"),
    "tail": (
        "tail-part", "tail-machine", "tail-stuff", "tail-service", "tail-clash", "tail-front", "tail-other", "tail-head",
        "tail-service-clash",
    ),
    "near": (
        "near", "near-squared", "nearest", "near-rival", "spread", "wider", "covers-word", "covers-term", "same-end",
        "broader-head",
    ),
    "trade": ("trade",),
    "kind": ("kind-clashes", "service-clashes"),
    "kind-fits": ("kind-fits",),
    "piece": ("piece", "piece-headless", "piece-of-service"),
    "substance": ("head-substance",),
    "processing": ("processing",),
    "dealer": ("dealer",),
    "acronym": ("acronym",),
    "general": ("general", "general-head"),
    "narrower": ("narrower-named",),
    "others": ("known-company", "chain-share", "same-segment", "neighbour-share"),
    "stranger": ("stranger",),
    "industry": ("industry", "industry-trade"),
    "rival": ("strong-rival",),
    "wide": ("wide",),
    "abbreviation": ("abbreviation",),
    "research": ("research",),
    "neighbour": ("neighbour-named",),
    "served": ("served",),
    "waste": ("waste",),
    "project": ("project",),
    "list-service": ("list-service",),
}  # fmt: skip
WAITING = (  # a person must look
    "wide", "abbreviation", "research", "neighbour", "narrower", "served", "waste", "project", "dealer", "processing", "substance",
    "trade", "list-service",
)  # fmt: skip
GROUPS = {code: tuple(AT[name] for name in names) for code, names in FEATURES.items()}
SENTENCES: dict[str, tuple[str, str]] = {  # Chinese, English
    "same": ("与“{0}”这个名称或别名相同", "the same as the name or alias “{0}”"),
    "synonym": ("换成同义说法后与“{0}”相同", "the same as “{0}” once synonyms are put over"),
    "head": ("中心词是“{0}”", "its head is “{0}”"),
    "modifier-clear": ("“{0}”不改变行业", "“{0}” does not change the trade"),
    "modifier-unknown": ("“{0}”可能指别的行业", "“{0}” may mean another trade"),
    "modifier-other": ("“{0}”常指别的行业（{1}）", "“{0}” often means another trade ({1})"),
    "modifier-told": ("“{0}”是这条链或这个环节的用语", "“{0}” is a word of this chain or segment"),
    "longer-head": ("还有更长的中心词", "a longer head stands there too"),
    "inside": ("文中有“{0}”", "“{0}” stands in it"),
    "tail": ("“{0}”之后是“{1}”，中心词可能是它", "“{1}” follows “{0}” and may be the head"),
    "near": ("与“{0}”用字相近（{1}）", "shares characters with “{0}” ({1})"),
    "trade": ("写的是贸易或销售，不是生产", "it speaks of trading, not of making"),
    "kind": ("说的是{0}，环节是另一类东西", "it names {0}, the segment is another sort of thing"),
    "kind-fits": ("说的都是{0}", "both are {0}"),
    "piece": ("只是文中的一部分", "only a part of the text"),
    "substance": ("“{0}”在前，可能是另一种物质", "with “{0}” before it, it may be another substance"),
    "dealer": ("企业也做贸易，这可能是它买卖的大宗商品", "the company trades goods, and this commodity may be one of them"),
    "processing": ("“加工”可能只是加工买来的材料", "it may only work a material that it buys"),
    "acronym": ("缩写“{0}”可能另有所指", "the abbreviation “{0}” may mean something else"),
    "general": ("环节范围宽", "the segment is a wide one"),
    "narrower": ("文中点到了更窄的环节", "a narrower segment is named in it"),
    "others": ("企业另有{0}条产品落在{1}的环节上", "{0} other texts of the company stand on segments of {1}"),
    "stranger": ("企业其他{0}条产品都不在图谱上", "none of the company's {0} other texts is in the atlas"),
    "industry": ("行业是“{0}”", "its industry is “{0}”"),
    "rival": ("也像是别的环节", "it looks like another segment too"),
    "wide": (
        "“{0}”在别的行业另有所指，而企业没有别的产品落在这条链上",
        "“{0}” means other things in other trades, and nothing else of the company stands on this chain",
    ),
    "abbreviation": (
        "“{0}”是很短的缩写，企业没有别的产品可以佐证",
        "“{0}” is a short abbreviation, and nothing else of the company bears it out",
    ),
    "research": ("写的是研发，不一定生产", "it speaks of research, not of making"),
    "served": ("“{0}”写的是服务，不是制造", "“{0}” speaks of a service done to it, not of making it"),
    "waste": ("“{0}”写的是废旧物", "“{0}” speaks of waste or used goods"),
    "project": ("写的是项目，不一定生产它", "it speaks of a project, not of making it"),
    "list-service": (
        "列举以“{0}”结尾，可能整列都是服务，不是制造",
        "the list ends in “{0}”: all of it may be a service and nothing made",
    ),
    "neighbour": ("“{0}”指向本环节不含的相邻环节", "“{0}” points to a neighbouring segment that this one excludes"),
}
KIND_WORDS = {
    "service": ("服务", "a service"), "software": ("软件", "software"), "machine": ("设备", "a machine"),
    "part": ("零部件", "parts"), "stuff": ("材料", "a material"), "": ("一种产品", "a product"),
}  # fmt: skip


def words_of(code: str, evidence: Evidence, atlas: Atlas) -> tuple[str, ...]:
    """The words that a reason speaks of, language left open: segment and chain codes are marked with #."""
    match, context = evidence.match, evidence.context
    found: dict[str, tuple[str, ...]] = {
        "same": (evidence.word,),
        "synonym": ("#" + match.code,),
        "head": (match.head,),
        "modifier-clear": (evidence.modifier,),
        "modifier-unknown": (evidence.modifier,),
        "modifier-other": (evidence.modifier, evidence.other_trade),
        "modifier-told": (evidence.modifier,),
        "substance": (evidence.modifier,),
        "acronym": (evidence.word,),
        "wide": (term_in(match, evidence.word),),
        "abbreviation": (term_in(match, evidence.word),),
        "neighbour": (evidence.modifier,),
        "served": (evidence.modifier,),
        "waste": (evidence.modifier,),
        "list-service": (evidence.served,),
        "inside": (match.inside,),
        "tail": (match.inside, evidence.tail),
        "near": (match.near or match.head or evidence.word, f"{match.cosine:.0%}" if match.cosine else "100%"),
        "kind": ("@" + kind_of(evidence.word),),
        "kind-fits": ("@" + kind_of(evidence.word),),
    }
    if code == "others" and context is not None:
        chains = set(atlas.chains_of[match.code])
        count = sum(n for c, n in context.others.items() if chains & set(atlas.chains_of[c]))
        return (str(count), "%" + (atlas.chains_of[match.code] or ("",))[0])
    if code == "stranger" and context is not None:
        return (str(context.texts),)
    if code == "industry" and context is not None:
        return (context.industry or ", ".join(context.classes),)
    return found.get(code, ())


def sentences(reasons: Sequence[Reason], language: str, atlas: Atlas, text: str = "") -> tuple[list[str], list[str]]:
    """What counted for a placement of a text and what counted against it, the weightiest first, at most five each."""
    chinese = language == "zh"

    def shown(word: str) -> str:
        if word.startswith("#"):
            return atlas.segments[word[1:]].name(language) if word[1:] in atlas.segments else word[1:]
        if word.startswith("%"):
            chain = next((c for c in atlas.chains if c.code == word[1:]), None)
            return chain.name(language) if chain else word[1:]
        if word.startswith("@"):
            return KIND_WORDS.get(word[1:], KIND_WORDS[""])[not chinese]
        return as_written(word, text)

    pro: list[str] = []
    con: list[str] = []
    is_same = any(code in ("same", "synonym") for code, _weight, _words in reasons)
    for code, weight, words in reasons:
        if (is_same and code == "near") or (weight < 0 and code in ONLY_FOR):
            continue
        if code in SENTENCES and (not words or words[0]):
            side = pro if weight > 0 else con
            if len(side) < SHOWN:
                side.append(SENTENCES[code][not chinese].format(*(shown(w) for w in words), "", ""))
    return pro, con


def whole_reason(rule: str, reasons: Sequence[Reason], language: str, atlas: Atlas, text: str = "") -> str:
    """The sentence of the rule and, where the evidence was weighed, what counted for and against."""
    weighed = why_sentence(reasons, language, atlas, text)
    return f"{rule}{'' if language == 'zh' else ' '}{weighed}" if weighed else rule


def why_sentence(reasons: Sequence[Reason], language: str, atlas: Atlas, text: str = "") -> str:
    """One line: what speaks for it; what speaks against it."""
    pro, con = sentences(reasons, language, atlas, text)
    joint, between = ("；", "。") if language == "zh" else ("; ", ". ")
    said = []
    if pro:
        said.append(("支持：" if language == "zh" else "For: ") + joint.join(pro))
    if con:
        said.append(("反对：" if language == "zh" else "Against: ") + joint.join(con))
    return between.join(said) + ("。" if language == "zh" and said else "." if said else "")
