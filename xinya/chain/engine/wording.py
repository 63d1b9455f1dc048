"""Verdicts in words: the rule that holds, what would change it, and one paragraph for a gap. Chinese and English. Pure."""

from collections.abc import Mapping, Sequence

from .report import BUILDING, Company, Report
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


def percent(value: float) -> str:
    return f"{figure(value * 100)}%"


def rule_words(finding: Finding, limits: Limits, language: str, names: Mapping[str, str] | None = None) -> str:
    """The rule by which the verdict holds, with its inputs and limits; `names`: company names that differ in that language."""
    values = _values(finding, limits, names or {})
    return RULES[finding.reason or finding.kind][language != "zh"].format(**values)


def change_words(finding: Finding, limits: Limits, language: str, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The smallest changes that would change the verdict; `names` as in `rule_words`."""
    values = _values(finding, limits, names or {})
    return tuple(CHANGES[key][language != "zh"].format(**values) for key in _changes(finding))


def _values(finding: Finding, limits: Limits, names: Mapping[str, str]) -> dict[str, object]:
    largest = (finding.largest_maker or "").partition(":")[2]
    makers = [names.get(m, m) for m in finding.makers[:3]]
    source = (finding.outside or ("",))[0]
    return {
        "demand": figure(finding.demand), "limit": figure(limits.demand), "buyers": len(finding.buyers),
        "makers": finding.maker_count, "maker": "、".join(makers), "maker_en": ", ".join(makers),
        "largest": names.get(largest, largest), "share": percent(finding.largest_share or 0.0), "share_limit": percent(limits.share),
        "source": names.get(source, source), "here": len(finding.essential_here),
        "all": len(finding.essential_here) + len(finding.essential_absent), "ready_limit": percent(limits.readiness),
        "fewer": _fewer_buyers(finding, limits), "depth": finding.depth or 0,
    }  # fmt: skip


def _fewer_buyers(finding: Finding, limits: Limits) -> int:
    """How many buyers would have to go until the demand lies under the limit: the strongest first, so the smallest number."""
    left, count = finding.demand, 0
    for need in sorted(finding.buyers, key=lambda n: -n.strength):
        if left < limits.demand:
            break
        left, count = left - need.strength, count + 1
    return count


def _changes(finding: Finding) -> Sequence[str]:
    if finding.kind == "missing":
        return ("one-maker", "one-source", "fewer") if finding.outside is None else ("one-maker", "fewer")
    return {
        "dependent": ("one-maker", "second-source", "fewer"), "thin": ("second-maker", "fewer-thin"), "weak": ("grows",),
        "extendable": ("demand", "maker-made"), "made": (), "outside": (),
    }[finding.kind]  # fmt: skip


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
        "区内只有1家生产：{maker}；其他企业对它的直接需求合计达到门槛{limit}（全部直接需求{demand}）。",
        "One maker in the zone, {maker_en}; the direct demand of the other companies reaches the limit of {limit} (all direct demand {demand}).",
    ),
    "one-holds-most": (
        "区内有{makers}家生产，但{largest}占已知营业收入的{share}（门槛{share_limit}），其他企业的直接需求达到门槛{limit}。",
        "{makers} makers in the zone, but {largest} holds {share} of their known revenue (limit {share_limit}), and the direct demand of others reaches {limit}.",
    ),
    "all-below-scale": ("区内有{makers}家生产，都在规模以下。", "Makers in the zone: {makers}, all below scale."),
    "inputs-here": (
        "区内没有企业生产，直接需求{demand}未到门槛{limit}；做它要用的{all}项关键投入中，{here}项区内已经有人做（门槛{ready_limit}）。",
        "Nobody in the zone makes it and the direct demand of {demand} is below the limit of {limit}; of its {all} essential inputs {here} are made here (limit {ready_limit}).",
    ),
    "made": ("区内有{makers}家生产，没有触发任何判定。", "Makers in the zone: {makers}; no verdict holds."),
    "outside": (
        "区内没有企业生产，直接需求{demand}未到门槛{limit}，由区外供应，不算缺口。",
        "Nobody in the zone makes it; the direct demand of {demand} is below the limit of {limit}, so it is supplied from outside and is no gap.",
    ),
}
CHANGES = {
    "one-maker": ("有1家区内企业投产：转为“单薄”。", "One company in the zone starts making it: becomes thin."),
    "one-source": ("查明区外恰有1个来源：转为“依赖”。", "Exactly one source outside becomes known: becomes dependent."),
    "second-source": (
        "找到第2个区外来源：转为“缺失”，不再依赖一家。",
        "A second source outside is found: becomes missing, no longer tied to one.",
    ),
    "fewer": (
        "直接用它的企业少{fewer}家（按关键程度由高到低算）：低于门槛，不再是缺口。",
        "{fewer} of its direct buyers fewer (the most dependent first): below the limit, no longer a gap.",
    ),
    "second-maker": (
        "再有1家独立企业生产，且任何一家占已知营业收入都不到门槛：不再单薄。",
        "One more independent maker, none of them holding the limit's share of known revenue: no longer thin.",
    ),
    "fewer-thin": (
        "其他企业的直接需求低于{limit}：不再单薄。",
        "The direct demand of the others falls below {limit}: no longer thin.",
    ),
    "grows": ("其中1家升为规上：不再偏弱。", "One of them grows above scale: no longer weak."),
    "demand": (
        "直接需求达到{limit}：转为“缺失”，并标“所需已备”。",
        "Direct demand reaches {limit}: becomes missing, marked ready.",
    ),
    "maker-made": ("有1家规上企业投产：转为“齐备”。", "One company above scale starts making it: in place."),
}


def uses(report: Report, company: Company, segment: str) -> tuple[str, ...]:
    """The segments that this company makes and for which it needs `segment` directly."""
    needs = report.atlas.needs_of(report.diagnosis.limits.kinds)
    made = company.resident(frozenset(report.atlas.segments)).makes
    return tuple(code for code in made if segment in needs[code])


def gap_paragraph(report: Report, segment: str, language: str, *, zone: str = "", names: Mapping[str, str] | None = None) -> str:
    """One paragraph on a segment: who makes it, who needs it, the anchor's demand first, what is known outside and on the way.

    zone: the zone's name in that language; names: company names in that language where they differ.
    """
    finding = report.diagnosis.findings[segment]
    writer = _Chinese if language == "zh" else _English
    return writer(report, finding, zone, names or {}).paragraph()


class _Writer:
    """The facts of a paragraph, the same in both languages."""

    def __init__(self, report: Report, finding: Finding, zone: str, names: Mapping[str, str]) -> None:
        self.report, self.finding, self.zone, self.names = report, finding, zone, names
        self.companies = {c.name: c for c in report.companies}
        self.buyers = [self.companies[n.resident] for n in finding.buyers]
        self.essential = sum(1 for n in finding.buyers if n.strength == 1)
        self.further = len(finding.needed_by) - len(finding.buyers)
        self.coming = report.building.get(finding.segment, ())

    def name(self, company: str) -> str:
        return self.names.get(company, company)

    def segments(self, codes: Sequence[str], language: str, most: int = 3) -> list[str]:
        return [self.report.atlas.segments[c].name(language) for c in codes[:most]]


class _Chinese(_Writer):
    def paragraph(self) -> str:
        return "".join([self.makers(), self.demand(), self.readiness(), self.outside(), self.on_the_way()])

    def what(self) -> str:
        return self.report.atlas.segments[self.finding.segment].name_zh

    def makers(self) -> str:
        place = self.zone or "区内"
        if not self.finding.makers:
            return f"{place}没有企业生产{self.what()}"
        shown = "、".join(self.name(m) for m in self.finding.makers[:3]) + ("等" if len(self.finding.makers) > 3 else "")
        scale = "，都在规模以下" if self.finding.kind == "weak" else ""
        return f"{place}生产{self.what()}的有{self.finding.maker_count}家：{shown}{scale}"

    def demand(self) -> str:
        if not self.buyers:
            return (
                f"，区内也没有企业直接用到它；隔一步以上用到的有{self.further}家。" if self.further else "，区内也没有企业用到它。"
            )
        anchors = [c for c in self.buyers if c.is_anchor]
        others = [c for c in self.buyers if not c.is_anchor]
        text = f"，{'却' if not self.finding.makers else ''}有{len(self.buyers)}家企业直接用到它"
        if anchors:
            text += "。需求最强的是链主" + "、".join(self.buyer(c) for c in anchors)
            text += f"；此外还有{self.list(others)}" if others else ""
        else:
            text += f"：{self.list(others)}"
        text += "。"
        if self.essential == len(self.buyers):
            text += (
                "对它们来说这都是关键投入，缺了就做不出产品。" if len(self.buyers) > 1 else "这是它的关键投入，缺了就做不出产品。"
            )
        elif self.essential:
            text += f"其中{self.essential}家以它为关键投入，缺了就做不出产品。"
        return text + (f"另有{self.further}家隔一步或两步用到它。" if self.further else "")

    def buyer(self, company: Company) -> str:
        for_what = self.segments(uses(self.report, company, self.finding.segment), "zh", 2)
        return self.name(company.name) + (f"（用于{'、'.join(for_what)}）" if for_what else "")

    def list(self, companies: Sequence[Company]) -> str:
        shown = "、".join(self.buyer(c) for c in companies[:3])
        return f"{shown}等{len(companies)}家" if len(companies) > 3 else shown

    def readiness(self) -> str:
        f = self.finding
        if f.readiness is None:
            return ""
        total = len(f.essential_here) + len(f.essential_absent)
        if not f.essential_here:
            return f"做它要用的{total}项关键投入，区内目前也没有人做。"
        here = "、".join(self.segments(f.essential_here, "zh"))
        ready = "，所需已备，是较容易补的一处" if f.is_ready else ""
        return f"做它要用的{total}项关键投入，区内已有{len(f.essential_here)}项（{here}{'等' if len(f.essential_here) > 3 else ''}）{ready}。"

    def outside(self) -> str:
        f = self.finding
        if f.makers:
            return ""
        if f.outside is None:
            return "区外有哪些来源还没有查。" if f.buyers else ""
        if not f.outside:
            return "在所给的区外名单里也没有找到能做的企业。"
        shown = "、".join(self.name(o) for o in f.outside[:3])
        return f"区外已知能做的有{len(f.outside)}家：{shown}{'等' if len(f.outside) > 3 else ''}。"

    def on_the_way(self) -> str:
        text = ""
        for c in self.coming:
            text += f"{self.name(c.name)}{'正在建设' if c.state == BUILDING else '已落户、尚未开工'}，投产后这一处才算补上。"
        return text


class _English(_Writer):
    def paragraph(self) -> str:
        parts = [self.makers(), self.demand(), self.readiness(), self.outside(), self.on_the_way()]
        return " ".join(p for p in parts if p)

    def what(self) -> str:
        return _inside(self.report.atlas.segments[self.finding.segment].name_en)

    def makers(self) -> str:
        place = self.zone or "the zone"
        if not self.finding.makers:
            return f"Nobody in {place} makes {self.what()}."
        shown = ", ".join(self.name(m) for m in self.finding.makers[:3]) + (" and others" if len(self.finding.makers) > 3 else "")
        scale = ", all below scale" if self.finding.kind == "weak" else ""
        count = self.finding.maker_count
        return f"{'One maker' if count == 1 else f'{count} makers'} of {self.what()} in {place}: {shown}{scale}."

    def demand(self) -> str:
        if not self.buyers:
            return (
                f"No company here needs it directly; {self.further} need it through their suppliers."
                if self.further
                else "No company here needs it."
            )
        anchors = [c for c in self.buyers if c.is_anchor]
        others = [c for c in self.buyers if not c.is_anchor]
        count = len(self.buyers)
        text = (
            f"{'Yet one company needs' if count == 1 else f'Yet {count} companies need'} it directly"
            if not self.finding.makers
            else ("One company needs it directly" if count == 1 else f"{count} companies need it directly")
        )
        if anchors:
            text += ", first of all the anchor " + " and ".join(self.buyer(c) for c in anchors)
            text += f", and also {self.list(others)}" if others else ""
        else:
            text += f": {self.list(others)}"
        text += "."
        if self.essential == count:
            text += (
                " For all of them it is an essential input: without it they cannot make the product."
                if count > 1
                else " It is an essential input: without it the product cannot be made."
            )
        elif self.essential:
            text += f" For {self.essential} of them it is an essential input, without which they cannot make the product."
        return text + (f" {self.further} more need it through their suppliers." if self.further else "")

    def buyer(self, company: Company) -> str:
        for_what = self.segments(uses(self.report, company, self.finding.segment), "en", 2)
        return self.name(company.name) + (f" (for {' and '.join(map(_inside, for_what))})" if for_what else "")

    def list(self, companies: Sequence[Company]) -> str:
        shown = [self.buyer(c) for c in companies[:3]]
        if len(companies) > 3:
            return f"{', '.join(shown)} and {len(companies) - 3} more"
        return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

    def readiness(self) -> str:
        f = self.finding
        if f.readiness is None:
            return ""
        total = len(f.essential_here) + len(f.essential_absent)
        inputs = "its one essential input" if total == 1 else f"its {total} essential inputs"
        if not f.essential_here:
            return f"Nobody here makes {inputs if total == 1 else f'any of {inputs}'} either."
        here = ", ".join(_inside(name) for name in self.segments(f.essential_here, "en"))
        ready = ": what a maker would buy is here, so this gap is among the easier ones to close" if f.is_ready else ""
        return f"Of {inputs}, {len(f.essential_here)} {'is' if len(f.essential_here) == 1 else 'are'} made here ({here}){ready}."

    def outside(self) -> str:
        f = self.finding
        if f.makers:
            return ""
        if f.outside is None:
            return "Sources outside have not been looked up." if f.buyers else ""
        if not f.outside:
            return "The list of companies outside names no maker either."
        shown = ", ".join(self.name(o) for o in f.outside[:3])
        return f"Known makers outside: {len(f.outside)} ({shown}{' and others' if len(f.outside) > 3 else ''})."

    def on_the_way(self) -> str:
        return " ".join(
            f"{self.name(c.name)} {'is being built' if c.state == BUILDING else 'has signed and not yet begun to build'}; the gap closes only when it produces."
            for c in self.coming
        )


def _inside(name: str) -> str:
    """An English name in the middle of a sentence: an abbreviation keeps its capitals."""
    first = name.partition(" ")[0]
    return name if sum(c.isupper() for c in first) > 1 else name[:1].lower() + name[1:]


def why_placed(rule: str, term: str, modifier: str, language: str) -> str:
    """Why a text was placed, in one sentence."""
    return WHY[rule][language != "zh"].format(term=term, modifier=modifier)


WHY = {
    "name": ("与环节名称“{term}”相同。", "The same as the segment's name “{term}”."),
    "alias": ("与环节的别名“{term}”相同。", "The same as the segment's alias “{term}”."),
    "head": ("中心词是“{term}”，前面的“{modifier}”不改变行业。", "Its head is “{term}”; “{modifier}” before it does not change the trade."),
    "head-unknown": ("中心词是“{term}”，但“{modifier}”可能指别的行业，请人工确认；确认前不计入。", "Its head is “{term}”, but “{modifier}” may mean another trade: a person must confirm it, and until then it does not count."),
    "confirmed": ("经人确认。", "Confirmed by a person."),
}  # fmt: skip
