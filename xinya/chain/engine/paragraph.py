"""One paragraph on a segment, in Chinese or English: who makes it, who needs it, who could. Pure."""

from collections.abc import Mapping, Sequence

from .report import BUILDING, Company, Report
from .verdicts import GAPS, Finding
from .wording import in_sentence


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
        companies = {c.name: c for c in report.companies}
        self.buyers = [companies[n.resident] for n in finding.buyers]
        self.anchors = [c for c in self.buyers if c.is_anchor]
        self.others = [c for c in self.buyers if not c.is_anchor]
        self.essential = sum(1 for n in finding.buyers if n.strength == 1)
        self.further = len(finding.needed_by) - len(finding.buyers)
        coming = report.building.get(finding.segment, ())
        self.building = [self.name(c.name) for c in coming if c.state == BUILDING]
        self.planned = [self.name(c.name) for c in coming if c.state != BUILDING]

    def name(self, company: str) -> str:
        return self.names.get(company, company)

    def used_for(self, company: Company, language: str) -> list[str]:
        atlas = self.report.atlas
        return [atlas.segments[c].name(language) for c in uses(self.report, company, self.finding.segment)[:2]]

    def inputs_here(self, language: str) -> list[str]:
        return [self.report.atlas.segments[c].name(language) for c in self.finding.essential_here[:3]]

    @property
    def inputs(self) -> int:
        return len(self.finding.essential_here) + len(self.finding.essential_absent)


class _Chinese(_Writer):
    def paragraph(self) -> str:
        return "".join([self.makers(), self.demand(), self.readiness(), self.outside(), self.on_the_way()])

    def makers(self) -> str:
        f, place = self.finding, self.zone or "区内"
        what = self.report.atlas.segments[f.segment].name_zh
        if not f.makers:
            return f"{place}没有企业生产{what}，"
        shown = "、".join(self.name(m) for m in f.makers[:3]) + ("等" if len(f.makers) > 3 else "")
        group = "（同一集团按1家计）" if f.maker_count < len(f.makers) else ""
        scale = "" if f.kind != "weak" else "，在规模以下" if len(f.makers) == 1 else "，都在规模以下"
        return f"{place}生产{what}的有{f.maker_count}家：{shown}{group}{scale}。"

    def demand(self) -> str:
        count = len(self.buyers)
        if not count:
            none = "区内没有企业直接用到它" if self.finding.makers else "区内也没有企业直接用到它"
            return f"{none}；隔一步以上用到的有{self.further}家。" if self.further else f"{none}。"
        text = f"{'' if self.finding.makers else '却'}有{count}家企业直接用到它"
        if count == 1:
            text += f"，就是链主{self.buyer(self.anchors[0])}。" if self.anchors else f"：{self.buyer(self.buyers[0])}。"
        elif self.anchors:
            text += f"，首先是链主{'、'.join(self.buyer(c) for c in self.anchors)}"
            text += f"；此外还有{self.listed(self.others)}。" if self.others else "。"
        else:
            text += f"：{self.listed(self.buyers)}。"
        if self.essential == count:
            text += "对它们来说这都是关键投入，缺了就做不出产品。" if count > 1 else "这是它的关键投入，缺了就做不出产品。"
        elif self.essential:
            text += f"这{count}家中有{self.essential}家以它为关键投入，缺了就做不出产品。"
        return text + (f"另有{self.further}家隔一步以上用到它。" if self.further else "")

    def buyer(self, company: Company) -> str:
        for_what = self.used_for(company, "zh")
        return self.name(company.name) + (f"（用于{'、'.join(for_what)}）" if for_what else "")

    def listed(self, companies: Sequence[Company]) -> str:
        shown = "、".join(self.buyer(c) for c in companies[:3])
        return f"{shown}等{len(companies)}家" if len(companies) > 3 else shown

    def readiness(self) -> str:
        f = self.finding
        if f.readiness is None:
            return ""
        if not f.essential_here:
            return f"做它要用的{self.inputs}项关键投入，区内目前也没有人做。"
        here = "、".join(self.inputs_here("zh")) + ("等" if len(f.essential_here) > 3 else "")
        ready = "，所需已备，是较容易补的一处" if f.is_ready else ""
        return f"做它要用的{self.inputs}项关键投入，区内已有{len(f.essential_here)}项（{here}）{ready}。"

    def outside(self) -> str:
        f = self.finding
        if f.makers:
            return ""
        if f.outside is None:
            return "区外有哪些来源还没有查。" if f.buyers else ""
        if not f.outside:
            return "在所给的区外名单里也没有找到能做的企业。"
        shown = "、".join(self.name(o) for o in f.outside_makers[:3]) + ("等" if len(f.outside_makers) > 3 else "")
        return f"区外已知能做的有{len(f.outside)}家：{shown}。"

    def on_the_way(self) -> str:
        then = "投产后这一处才算补上" if self.finding.kind in GAPS else "投产后区内将多一家"
        text = f"{'、'.join(self.building)}正在建设，{then}。" if self.building else ""
        return text + (f"{'、'.join(self.planned)}已有规划、尚未开工，{then}。" if self.planned else "")


class _English(_Writer):
    def paragraph(self) -> str:
        parts = [self.makers(), self.demand(), self.readiness(), self.outside(), self.on_the_way()]
        return " ".join(p for p in parts if p)

    def place(self) -> str:
        if not self.zone:
            return "the zone"
        return f"the {self.zone}" if "zone" in self.zone.casefold() and not self.zone.startswith("the ") else self.zone

    def makers(self) -> str:
        f = self.finding
        what = in_sentence(self.report.atlas.segments[f.segment].name_en)
        if not f.makers:
            return f"Nobody in {self.place()} makes {what}."
        shown = ", ".join(self.name(m) for m in f.makers[:3]) + (" and others" if len(f.makers) > 3 else "")
        group = " (a group counts once)" if f.maker_count < len(f.makers) else ""
        scale = "" if f.kind != "weak" else ", below scale" if len(f.makers) == 1 else ", all below scale"
        count = "One maker" if f.maker_count == 1 else f"{f.maker_count} makers"
        return f"{count} of {what} in {self.place()}: {shown}{group}{scale}."

    def demand(self) -> str:
        count = len(self.buyers)
        if not count:
            further = f"; {self.further} need it through their suppliers" if self.further else ""
            return f"No company here needs it directly{further}."
        text = f"{'one company needs' if count == 1 else f'{count} companies need'} it directly"
        text = text[:1].upper() + text[1:] if self.finding.makers else f"Yet {text}"
        if count == 1:
            text += f": {'the anchor ' if self.anchors else ''}{self.buyer(self.buyers[0])}."
        elif self.anchors:
            word = "the anchor" if len(self.anchors) == 1 else "the anchors"
            text += f", first of all {word} {' and '.join(self.buyer(c) for c in self.anchors)}"
            text += f", and also {self.listed(self.others)}." if self.others else "."
        else:
            text += f": {self.listed(self.buyers)}."
        return text + self.strength(count) + (f" {self.further} more need it through their suppliers." if self.further else "")

    def strength(self, count: int) -> str:
        if self.essential == count == 1:
            return " It is an essential input: without it the product cannot be made."
        if self.essential == count:
            all_of = "both" if count == 2 else "all"
            return f" For {all_of} of them it is an essential input: without it they cannot make the product."
        if self.essential:
            return f" For {self.essential} of the {count} it is an essential input, without which they cannot make the product."
        return ""

    def buyer(self, company: Company) -> str:
        for_what = self.used_for(company, "en")
        return self.name(company.name) + (f" (for {' and '.join(map(in_sentence, for_what))})" if for_what else "")

    def listed(self, companies: Sequence[Company]) -> str:
        shown = [self.buyer(c) for c in companies[:3]]
        if len(companies) > 3:
            return f"{', '.join(shown)} and {len(companies) - 3} more"
        return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

    def readiness(self) -> str:
        f = self.finding
        if f.readiness is None:
            return ""
        if not f.essential_here:
            return (
                "Nobody here makes its one essential input either."
                if self.inputs == 1
                else (f"Nobody here makes any of its {self.inputs} essential inputs either.")
            )
        here = ", ".join(map(in_sentence, self.inputs_here("en")))
        ready = ": what a maker would buy is here, so this gap is among the easier ones to close" if f.is_ready else ""
        return f"Essential inputs made here: {len(f.essential_here)} of {self.inputs} ({here}){ready}."

    def outside(self) -> str:
        f = self.finding
        if f.makers:
            return ""
        if f.outside is None:
            return "Sources outside have not been looked up." if f.buyers else ""
        if not f.outside:
            return "The list of companies outside names no maker either."
        shown = ", ".join(self.name(o) for o in f.outside_makers[:3]) + (" and others" if len(f.outside_makers) > 3 else "")
        return f"Known makers outside: {len(f.outside)} ({shown})."

    def on_the_way(self) -> str:
        is_gap = self.finding.kind in GAPS
        parts = []
        for names, state in ((self.building, "being built"), (self.planned, "planned and not yet being built")):
            if names:
                verb = "is" if len(names) == 1 else "are"
                then = "the gap closes only with production" if is_gap else "production will add to the makers here"
                parts.append(f"{' and '.join(names)} {verb} {state}; {then}.")
        return " ".join(parts)
