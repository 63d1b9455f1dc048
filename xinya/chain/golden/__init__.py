"""Golden cases of kind `chain` for `xinya verify`: closure, completeness, verdicts (chain-analytics 3.1, 3.3, 3.4)."""

import datetime
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xinya.chain.engine import Atlas, Chain, Column, Input, Limits, Segment, chain_completeness, upstream_closure
from xinya.chain.engine.placement import Lexicon
from xinya.chain.engine.report import PRODUCING, STATES, Company, Report, place_products, report
from xinya.chain.files.exchange import diagnosis_object

KIND = "chain"
CASE_KEYS = {"name", "why", "tolerance", "as_of", "atlas", "words", "residents", "outside", "limits", "expect"}
COMPANY_KEYS = {"name", "makes", "products", "anchor", "above_scale", "revenue_fen", "group", "state", "standing"}
EXPECT_KEYS = {
    "closures", "completeness", "verdicts", "findings", "chains", "placements", "unplaced", "gone", "building", "refused",
}  # fmt: skip
OF_COMPANIES = EXPECT_KEYS - {"closures", "completeness", "refused"}
SOME_DAY = datetime.date(2026, 1, 1)


def run_case(case: Mapping[str, Any], _folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a case expects, and what the product answers in the same shape.

    Raises ValueError, KeyError or TypeError when the case is not written as the README.md beside our cases says.
    """
    _known("the case", case, CASE_KEYS)
    expect: dict[str, Any] = case["expect"]
    _known("expect", expect, EXPECT_KEYS)
    if "residents" in case and not {"verdicts", "refused"} & expect.keys():
        raise ValueError("a case with residents must list every verdict")
    if "residents" not in case and OF_COMPANIES & expect.keys():
        raise ValueError("verdicts are expected of a case without residents")
    return expect, _answer(case, expect, _atlas(case["atlas"]))


def _answer(case: Mapping[str, Any], expect: Mapping[str, Any], atlas: Atlas) -> dict[str, Any]:
    found: dict[str, Any] = {
        "closures": [_closure(atlas, ask) for ask in _listed("closures", expect.get("closures", []))],
        "completeness": [_completeness(atlas, ask) for ask in _listed("completeness", expect.get("completeness", []))],
    }
    if "residents" not in case:
        return found
    lexicon = Lexicon(atlas, [(word, role) for word, role in _listed("words", case.get("words", []))])
    companies = [_company(row, atlas, lexicon) for row in _listed("residents", case["residents"])]
    others = case.get("outside")
    outside = None if others is None else [_company(row, atlas, lexicon) for row in _listed("outside", others)]
    day = datetime.date.fromisoformat(case["as_of"]) if "as_of" in case else SOME_DAY
    try:
        told: dict[str, Any] = {k: tuple(v) if k == "kinds" else v for k, v in case.get("limits", {}).items()}
        limits = Limits(**told)
        drawn = report(atlas, companies, as_of=day, outside=outside, limits=limits)
    except ValueError as error:
        return found | {"refused": str(error)}
    return found | diagnosis_object(drawn, "en") | {"findings": _findings(drawn), "building": _building(drawn)}


def _closure(atlas: Atlas, ask: Mapping[str, Any]) -> dict[str, Any]:
    question = _question("a closure", ask, {"product", "depth"}, {"reaches", "refused"})
    try:
        reached = upstream_closure(atlas.needs, **question)
    except ValueError as error:
        return question | {"refused": str(error)}
    return question | {"reaches": [[code, steps] for code, steps in reached]}


def _completeness(atlas: Atlas, ask: Mapping[str, Any]) -> dict[str, Any]:
    asked = {"product", "own", "depth", "decay"}
    question = _question("a completeness", ask, asked, {"index", "made", "needed", "refused"})
    given = {key: value for key, value in question.items() if key != "own"}
    try:
        index, made, needed = chain_completeness(atlas.needs, made=question["own"], **given)
    except ValueError as error:
        return question | {"refused": str(error)}
    return question | {"index": None if math.isnan(index) else index, "made": made, "needed": needed}


def _question(what: str, ask: Mapping[str, Any], asked: set[str], answered: set[str]) -> dict[str, Any]:
    """What is asked, without the answer that is expected."""
    _known(what, ask, asked | answered)
    if not answered & ask.keys():
        raise ValueError(f"{what} of {ask.get('product')} expects no answer")
    return {key: value for key, value in ask.items() if key in asked}


def _findings(drawn: Report) -> dict[str, dict[str, Any]]:
    """Every segment's finding, also those that are no verdict."""
    return {
        code: {
            "kind": f.kind, "demand": f.demand, "score": f.score, "depth": f.depth,
            "buyers": [n.resident for n in f.buyers], "makers": f.maker_count, "maker_names": list(f.makers),
            "readiness": f.readiness, "ready": f.is_ready,
            "outside_names": None if f.outside is None else list(f.outside), "suppliers": f.input_suppliers,
            "largest_share": f.largest_share,
        }
        for code, f in drawn.diagnosis.findings.items()
    }  # fmt: skip


def _building(drawn: Report) -> dict[str, list[dict[str, str]]]:
    return {code: [{"company": c.name, "state": c.state} for c in companies] for code, companies in drawn.building.items()}


def _company(row: Mapping[str, Any], atlas: Atlas, lexicon: Lexicon) -> Company:
    _known("a company", row, COMPANY_KEYS)
    for code in _listed("makes", row.get("makes", [])):
        if code not in atlas.segments:
            raise ValueError(f"{row['name']} makes {code}, which the case's atlas does not have")
    if row.get("state", PRODUCING) not in STATES:
        raise ValueError(f"{row['name']}: no state {row['state']}")
    products = tuple(_listed("products", row.get("products", [])))
    return Company(
        name=row["name"], products=products,
        placements=place_products(lexicon, row["name"], products, row.get("makes", [])),
        is_anchor=row.get("anchor", False), is_above_scale=row.get("above_scale"), revenue_fen=row.get("revenue_fen"),
        group=row.get("group"), state=row.get("state", PRODUCING),
        standing=row.get("standing", ""),
    )  # fmt: skip


def _atlas(told: Mapping[str, Any]) -> Atlas:
    """The atlas that a case states: segments (codes or objects), inputs, chains (one of them all if none is given)."""
    _known("the atlas", told, {"segments", "inputs", "chains"})
    rows = [{"code": s} if isinstance(s, str) else s for s in _listed("segments", told["segments"])]
    segments = {}
    for row in rows:
        _known("a segment", row, {"code", "name_zh", "name_en", "aliases", "broader", "excludes"})
        code = row["code"]
        if code in segments:
            raise ValueError(f"the segment {code} is given twice")
        segments[code] = Segment(
            code, row.get("name_zh", code), row.get("name_en", f"segment {code}"), tuple(row.get("aliases", [])),
            row.get("broader"), tuple(row.get("excludes", [])),
        )  # fmt: skip
    for row in _listed("inputs", told.get("inputs", [])):
        _known("an input", row, {"product", "input", "kind", "essential"})
    inputs = tuple(
        Input(row["product"], row["input"], row.get("kind", "material"), row.get("essential", True))
        for row in told.get("inputs", [])
    )
    chains = _listed("chains", told.get("chains", [{"code": "chain", "segments": list(segments)}]))
    return Atlas(tuple(map(_chain, chains)), segments, inputs)


def _chain(row: Mapping[str, Any]) -> Chain:
    column = Column("all", "全部", "All", "mid")
    _known("a chain", row, {"code", "segments", "product"})
    members = tuple((code, column.code) for code in _listed("segments", row["segments"]))
    return Chain(row["code"], row["code"], row["code"], product=row.get("product"), columns=(column,), members=members)


def _listed(what: str, told: Any) -> Sequence[Any]:
    """A text is read letter by letter where a list is wanted."""
    if not isinstance(told, list | tuple):
        raise ValueError(f"{what} is no list")
    return told


def _known(what: str, row: Mapping[str, Any], keys: set[str]) -> None:
    """A key that nobody reads would make a case pass that says nothing."""
    if not isinstance(row, Mapping):
        raise ValueError(f"{what} is no object")
    if unknown := sorted(row.keys() - keys):
        raise ValueError(f"{what} has keys that mean nothing: {', '.join(unknown)}")
