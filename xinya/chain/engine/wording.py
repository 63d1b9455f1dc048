"""Verdicts in words: the rule that holds and what would change it, in Chinese and English. Pure."""

from collections.abc import Mapping

from .verdicts import Finding, Limits

WORDS = {
    "missing": ("缺失", "missing"), "dependent": ("依赖", "dependent"), "thin": ("单薄", "thin"), "weak": ("偏弱", "weak"),
    "extendable": ("可延伸", "extendable"), "made": ("齐备", "in place"), "outside": ("区外供应", "from outside"), "unknown": ("所知太少", "too little known"),
}  # fmt: skip
KIND_WORDS = {
    "material": ("材料", "material"), "component": ("部件", "component"), "equipment": ("装备", "equipment"),
    "service": ("服务", "service"), "software": ("软件", "software"),
}  # fmt: skip


def word(kind: str, language: str) -> str:
    """A verdict's word; its character on the map is its first in Chinese."""
    return WORDS[kind][language != "zh"]


def figure(value: float) -> str:
    """A number as people write it: 2, 0.5, 3.25."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def grouped(value: float) -> str:
    """A number as people write it, with a comma at each thousand: 6,820, 0.5."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def percent(value: float) -> str:
    return f"{figure(value * 100)}%"


def in_sentence(name: str) -> str:
    """An English name in the middle of a sentence: an abbreviation keeps its capitals."""
    first = name.partition(" ")[0]
    return name if sum(c.isupper() for c in first) > 1 else name[:1].lower() + name[1:]


def rule_words(finding: Finding, limits: Limits, language: str, names: Mapping[str, str] | None = None) -> str:
    """The rule by which the verdict holds, with its inputs and limits; `names`: company names that differ in that language."""
    key = finding.reason or finding.kind
    if key == "all-below-scale" and finding.maker_count == 1:
        key = "one-below-scale"
    return RULES[key][language != "zh"].format(**_values(finding, limits, language, names or {}))


def change_words(finding: Finding, limits: Limits, language: str, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The smallest changes that would change the verdict, each with what it would become; `names` as in `rule_words`."""
    values = _values(finding, limits, language, names or {})
    return tuple(CHANGES[key][language != "zh"].format(**values) for key in _changes(finding, limits))


def maker_names(finding: Finding, language: str, names: Mapping[str, str], most: int = 3) -> str:
    """The makers here; companies under common control say that they count as one."""
    joint = "、" if language == "zh" else ", "
    shown = joint.join(names.get(m, m) for m in finding.makers[:most])
    if len(finding.makers) > most:
        shown += "等" if language == "zh" else " and others"
    if finding.maker_count < len(finding.makers):
        shown += "（同一集团按1家计）" if language == "zh" else " (a group counts once)"
    return shown


def _values(finding: Finding, limits: Limits, language: str, names: Mapping[str, str]) -> dict[str, object]:
    total = len(finding.essential_here) + len(finding.essential_absent)
    largest, source = (finding.largest_maker or "").partition(":")[2], (finding.outside or ("",))[0]
    return {
        "demand": figure(finding.demand),
        "limit": figure(limits.demand),
        "makers": finding.maker_count,
        "names": maker_names(finding, language, names),
        "largest": names.get(largest, largest),
        "share": percent(finding.largest_share or 0.0),
        "share_limit": percent(limits.share),
        "source": names.get(source, source),
        "here": len(finding.essential_here),
        "all": total,
        "ready_limit": percent(limits.readiness),
        "fewer": _fewer_buyers(finding, limits),
        "inputs": _inputs_to_ready(finding, limits),
    }


def _fewer_buyers(finding: Finding, limits: Limits) -> int:
    """How many buyers would have to go until the demand lies under the limit: the strongest first, so the smallest number."""
    left, count = finding.demand, 0
    for need in sorted(finding.buyers, key=lambda n: -n.strength):
        if left < limits.demand:
            break
        left, count = left - need.strength, count + 1
    return count


def _inputs_to_ready(finding: Finding, limits: Limits) -> int:
    """How many more essential inputs must be made here until the segment is ready; 0 when it is, or has none."""
    here, total = len(finding.essential_here), len(finding.essential_here) + len(finding.essential_absent)
    if finding.readiness is None or finding.readiness >= limits.readiness:
        return 0
    return next(k for k in range(1, total + 1) if (here + k) / total >= limits.readiness)


def _changes(finding: Finding, limits: Limits) -> list[str]:
    if finding.kind in ("missing", "dependent"):
        found = ["one-maker"]
        if finding.kind == "dependent":
            found.append("second-source" if finding.reason == "one-source-known" else "second-stated")
        elif not finding.outside:
            found.append("one-source")
        fewer = _fewer_buyers(finding, limits)
        found.append("fewer-one" if fewer == 1 else "fewer")
        inputs = _inputs_to_ready(finding, limits)
        return found + (["ready-one" if inputs == 1 else "ready"] if inputs else [])
    if finding.kind == "thin":
        return ["second-maker", "fewer-thin"]
    if finding.kind == "weak":
        return ["grows-it" if finding.maker_count == 1 else "grows"]
    if finding.kind == "extendable":
        return ["demand-dependent" if finding.outside is not None and len(finding.outside) == 1 else "demand", "maker-made"]
    return []


RULES = {
    "no-maker": (
        "区内没有企业生产，区内企业对它的直接需求为{demand}，达到门槛{limit}。",
        "Nobody in the zone makes it, and the direct demand of companies here is {demand}; the limit is {limit}.",
    ),
    "one-source-known": (
        "区内没有企业生产，直接需求为{demand}（门槛{limit}），区外只知道1个来源：{source}。",
        "Nobody in the zone makes it, the direct demand is {demand} (limit {limit}), and only one source outside is known: {source}.",
    ),
    "one-source-stated": (
        "区内没有企业生产，直接需求为{demand}（门槛{limit}），用户只说得出1个来源。",
        "Nobody in the zone makes it, the direct demand is {demand} (limit {limit}), and its buyers name only one source.",
    ),
    "one-maker": (
        "区内只有1家生产：{names}；其他企业对它的直接需求达到门槛{limit}（全部直接需求{demand}）。",
        "One maker in the zone: {names}; the direct demand of the other companies reaches the limit of {limit} (all direct demand {demand}).",
    ),
    "one-holds-most": (
        "区内有{makers}家生产，但{largest}占已知营业收入的{share}（门槛{share_limit}），其他企业的直接需求达到门槛{limit}。",
        "{makers} makers in the zone, but {largest} holds {share} of their known revenue (limit {share_limit}), and the direct demand of others reaches {limit}.",
    ),
    "all-below-scale": ("区内有{makers}家生产，都在规模以下。", "There are {makers} makers in the zone, all below scale."),
    "one-below-scale": ("区内只有1家生产：{names}，在规模以下。", "The one maker in the zone, {names}, is below scale."),
    "inputs-here": (
        "区内没有企业生产，直接需求{demand}未到门槛{limit}；做它要用的{all}项关键投入中，{here}项区内已经有人做（门槛{ready_limit}）。",
        "Nobody in the zone makes it and the direct demand of {demand} is below the limit of {limit}; essential inputs made here: {here} of {all} (limit {ready_limit}).",
    ),
    "made": ("区内有{makers}家生产，没有触发任何判定。", "Makers in the zone: {makers}; no verdict holds."),
    "outside": (
        "区内没有企业生产，直接需求{demand}未到门槛{limit}，由区外供应，不算缺口。",
        "Nobody in the zone makes it; the direct demand of {demand} is below the limit of {limit}, so it is supplied from outside and is no gap.",
    ),
}
CHANGES = {
    "one-maker": (
        "有1家用户以外的区内企业投产：转为“单薄”。",
        "A company here other than its buyers starts making it: becomes thin.",
    ),
    "one-source": ("查明区外恰有1个来源：转为“依赖”。", "Exactly one source outside becomes known: becomes dependent."),
    "second-source": (
        "找到第2个区外来源：转为“缺失”，不再依赖一家。",
        "A second source outside is found: becomes missing, no longer tied to one.",
    ),
    "second-stated": (
        "用户说出第2个来源：转为“缺失”，不再依赖一家。",
        "Its buyers name a second source: becomes missing, no longer tied to one.",
    ),
    "fewer": (
        "直接用它的企业少{fewer}家（先算最离不开它的）：低于门槛，不再是缺口。",
        "Direct buyers fall by {fewer} (those who depend most on it first): below the limit, no longer a gap.",
    ),
    "fewer-one": (
        "直接用它的企业少1家（先算最离不开它的）：低于门槛，不再是缺口。",
        "One direct buyer fewer (the one who depends most on it): below the limit, no longer a gap.",
    ),
    "ready": (
        "再有{inputs}项关键投入区内有人做：判定不变，标为“所需已备”。",
        "{inputs} more of its essential inputs are made here: the verdict stays, marked ready.",
    ),
    "ready-one": (
        "再有1项关键投入区内有人做：判定不变，标为“所需已备”。",
        "One more of its essential inputs is made here: the verdict stays, marked ready.",
    ),
    "second-maker": (
        "再有1家独立企业生产，且没有一家占已知营业收入达到门槛：转为“齐备”；都在规模以下时转为“偏弱”。",
        "One more independent maker, and none holds the limit's share of known revenue: in place, or weak while all are below scale.",
    ),
    "fewer-thin": (
        "其他企业的直接需求低于{limit}：不再单薄。",
        "The direct demand of the others falls below {limit}: no longer thin.",
    ),
    "grows": ("其中1家升为规上：转为“齐备”。", "One of them grows above scale: in place."),
    "grows-it": ("它升为规上：转为“齐备”。", "It grows above scale: in place."),
    "demand": (
        "直接需求达到{limit}：转为“缺失”，并标“所需已备”。",
        "Direct demand reaches {limit}: becomes missing, marked ready.",
    ),
    "demand-dependent": (
        "直接需求达到{limit}：转为“依赖”，并标“所需已备”。",
        "Direct demand reaches {limit}: becomes dependent, marked ready.",
    ),
    "maker-made": ("有1家规上企业投产：转为“齐备”。", "One company above scale starts making it: in place."),
}


def as_written(word: str, text: str) -> str:
    """A word as its text writes it, where it was read in small letters: C919, not c919. Itself where the text has it not."""
    small = text.lower()
    start = small.find(word) if len(small) == len(text) else -1  # a letter may be longer when small: İ
    return word if start < 0 else text[start : start + len(word)]


def why_placed(rule: str, term: str, modifier: str, language: str, text: str = "") -> str:
    """Why a text was placed, in one sentence. text: as the company wrote it, from which its words are taken."""
    return WHY[rule][language != "zh"].format(term=as_written(term, text), modifier=as_written(modifier, text))


WHY = {
    "name": ("与环节名称“{term}”相同。", "The same as the segment's name “{term}”."),
    "alias": ("与环节的别名“{term}”相同。", "The same as the segment's alias “{term}”."),
    "head": ("中心词是“{term}”，前面的“{modifier}”不改变行业。", "Its head is “{term}”; “{modifier}” before it does not change the trade."),
    "head-unknown": ("中心词是“{term}”，但“{modifier}”可能指别的行业，请人工确认；确认前不计入。", "Its head is “{term}”, but “{modifier}” may mean another trade: a person must confirm it, and until then it does not count."),
    "head-weighed": ("中心词是“{term}”，按其余证据，前面的“{modifier}”不改变行业。", "Its head is “{term}”; by the other evidence “{modifier}” before it does not change the trade."),
    "usage": ("“{modifier}”是台湾用语，大陆说“{term}”。", "“{modifier}” is said in Taiwan; the mainland says “{term}”."),
    "confirmed": ("经人确认。", "Confirmed by a person."),
    "known": ("有人确认过“{term}”属于这个环节。", "A person confirmed that “{term}” stands for this segment."),
    "likeness": ("用字与“{term}”相近，按证据权衡。", "Its characters are like those of “{term}”; the evidence was weighed."),
}  # fmt: skip
