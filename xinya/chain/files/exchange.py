"""What other programs read: a diagnosis and the chains as JSON and CSV. The schemas are docs/schemas/; names are stable."""

import csv
import io
import math
from collections.abc import Iterable
from typing import Any

from xinya.chain.engine import Atlas, Chain, Finding
from xinya.chain.engine.report import Placed, Report
from xinya.chain.engine.why import whole_reason
from xinya.chain.engine.wording import change_words, rule_words, why_placed


def diagnosis_object(report: Report, language: str = "zh") -> dict[str, Any]:
    """One diagnosis as it is printed by `--json` and answered by the API. Sentences are in `language`."""
    d = report.diagnosis
    limits = d.limits
    return {
        "as_of": report.as_of.isoformat(),
        "packs": [{"code": c.code, "version": c.version} for c in report.atlas.chains],
        "limits": {
            "demand": limits.demand, "share": limits.share, "readiness": limits.readiness, "depth": limits.depth,
            "decay": limits.decay, "residents": limits.residents, "kinds": list(limits.kinds),
        },
        "chains": [
            {"code": c.chain, "residents": c.residents, "known": c.is_known, "made": c.made, "segments": c.segments,
             "completeness": None if math.isnan(c.completeness) else round(c.completeness, 12), "product": c.product}
            for c in d.chains
        ],
        "placements": [placement_object(p, report.atlas, language) for p in report.placements],
        "unplaced": [{"company": company, "text": text} for company, text in report.unplaced],
        "gone": [{"company": c.name, "standing": c.standing} for c in report.gone],
        "verdicts": [verdict_object(f, report, language) for f in d.verdicts],
    }  # fmt: skip


def placement_object(p: Placed, atlas: Atlas, language: str) -> dict[str, Any]:
    chains = atlas.chains_of[p.segment]
    why = whole_reason(why_placed(p.rule, p.term, p.modifier, language, p.text), p.reasons, language, atlas, p.text)
    return {
        "company": p.company, "chain": chains[0], "chains": list(chains), "segment": p.segment, "state": p.state,
        "confidence": float(p.confidence), "why": why, "text": p.text,
    }  # fmt: skip


def verdict_object(f: Finding, report: Report, language: str) -> dict[str, Any]:
    """A verdict. makers and outside are counts (a group once; null: unknown); their names stand beside them."""
    chains = report.diagnosis.chains_known(f.segment)
    segment = report.atlas.segments[f.segment]
    return {
        "kind": f.kind,
        "chain": chains[0],
        "chains": list(chains),
        "segment": f.segment,
        "name_zh": segment.name_zh,
        "name_en": segment.name_en,
        "depth": f.depth,
        "demand": f.demand,
        "readiness": f.readiness,
        "ready": f.is_ready,
        "buyers": [n.resident for n in f.buyers],
        "makers": f.maker_count,
        "maker_names": list(f.makers),
        "outside": None if f.outside is None else len(f.outside),
        "outside_names": None if f.outside is None else list(f.outside_makers),
        "building": [{"company": c.name, "state": c.state} for c in report.building.get(f.segment, ())],
        "rule": rule_words(f, report.diagnosis.limits, language),
        "changes": list(change_words(f, report.diagnosis.limits, language)),
        "score": f.score,
    }


def chains_object(atlas: Atlas, chains: Iterable[Chain] | None = None) -> dict[str, Any]:
    """The chains as `xinya chain export --json` prints them; a shared segment stands whole in each of its chains."""
    return {"chains": [chain_object(atlas, c) for c in (atlas.chains if chains is None else chains)]}


def chain_object(atlas: Atlas, chain: Chain) -> dict[str, Any]:
    return {
        "code": chain.code, "name_zh": chain.name_zh, "name_en": chain.name_en, "version": chain.version,
        "segments": [_segment_object(atlas, chain, code, column) for code, column in chain.members],
        "inputs": [
            {"product": i.product, "input": i.input, "essential": i.is_essential, "kind": i.kind} for i in chain.inputs
        ],
    }  # fmt: skip


def _segment_object(atlas: Atlas, chain: Chain, code: str, column: str) -> dict[str, Any]:
    s = atlas.segments[code]
    return {
        "code": code, "name_zh": s.name_zh, "name_en": s.name_en, "aliases": list(s.aliases), "stage": chain.stage_of(column),
        "column": column, "broader": s.broader, "home": s.home, "definition_zh": s.definition_zh, "definition_en": s.definition_en,
        "excludes": list(s.excludes), "commodity": s.is_commodity, "emerging": s.emerging,
        "classes": [{"code": c, "part": part} for c, part in s.classes],
    }  # fmt: skip


VERDICT_HEAD = (
    "rank", "kind", "chain", "chains", "segment", "name_zh", "name_en", "score", "depth", "demand", "readiness", "ready", "buyers",
    "makers", "outside", "rule", "changes",
)  # fmt: skip


def verdicts_csv(report: Report, language: str = "zh") -> bytes:
    """The verdicts in rank order as a table for spreadsheets: UTF-8 with mark, CRLF, formulas escaped."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(VERDICT_HEAD)
    for rank, finding in enumerate(report.diagnosis.verdicts, start=1):
        row = verdict_object(finding, report, language) | {"rank": rank}
        writer.writerow([cell(row[h]) for h in VERDICT_HEAD])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def cell(value: object) -> str:
    """One value as a CSV cell; text that a spreadsheet would run as a formula is escaped with an apostrophe."""
    if isinstance(value, list):
        value = "；".join(map(str, value))
    if value is None:
        return ""
    text = str(value)
    return "'" + text if isinstance(value, str) and text[:1] in tuple("=+-@\t\r\n'＝＋－＠") and text else text
