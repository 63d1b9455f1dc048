"""Golden files of the import desk for `xinya verify`: whole uploads, by the truth that lies beside them. Without Django.

Each document has one function that parts it into cases and one that runs a case; a case says enough to be run alone.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xinya.zones.engine.imports.desk import Outcome
from xinya.zones.golden.defects import defect_cases, run_defect
from xinya.zones.golden.indicators import indicator_cases, run_indicator
from xinya.zones.golden.uploads import (
    CLEAN,
    Case,
    Cases,
    bad_cases,
    counts_of,
    held_company,
    row_named,
    run_bad,
    stated_company,
    told_counts,
    upload_of,
)  # fmt: skip

_OUTCOMES = {"unchanged": "same", "update": "changed", "rename_ask": "waiting", "new": "created"}


# --- companies_truth.json: the clean file, company by company, and what it sums to ---------------------------------


def _clean_cases(document: Case) -> Cases:
    for row in document["rows"]:
        yield f"company-{row['no']}", {"company": dict(row)}
    for pair in document.get("near_names", []):
        yield f"near-{pair['no_a']}-{pair['no_b']}", {"near": dict(pair)}
    yield "second-import", {"again": len(document["rows"])}


def _run_clean(case: Case, folder: Path) -> tuple[Any, Any]:
    upload = upload_of(folder / CLEAN)
    if "again" in case:
        again = upload_of(folder / CLEAN, after_clean=CLEAN).result
        return counts_of(same=case["again"]), told_counts(again)
    if "near" in case:
        names = [case["near"]["name_a"], case["near"]["name_b"]]
        held = [one.outcome for one in upload.result.rows if one.row.name in names]
        return {"outcomes": ["created", "created"]}, {"outcomes": held}
    row = case["company"]
    outcome = row_named(upload.result, row["name"], row["credit_code"])
    return stated_company(row), held_company(outcome)


# --- aggregates.json: what of it the desk itself says ---------------------------------------------------------------


def _sum_cases(document: Case) -> Cases:
    for field, stated in document["fields"].items():
        yield f"field-{field}", {"field": field, "stated": dict(stated)}
    for row in document["above_scale"]["disagree_2024"]:
        yield f"scale-{row['no']}", {"scale": dict(row)}


def _run_sum(case: Case, folder: Path) -> tuple[Any, Any]:
    result = upload_of(folder / CLEAN).result
    if "field" in case:
        known = [value for one in result.rows if isinstance(value := one.row.plain(case["field"]), int)]
        return case["stated"], {"n": len(known), "sum": sum(known), "zeros": known.count(0)}
    stated = case["scale"]
    truth = json.loads((folder / "companies_truth.json").read_text("utf-8"))["rows"]
    name = next(row["name"] for row in truth if row["no"] == stated["no"])
    outcome = row_named(result, name, None)
    codes = sorted(one.code for one in outcome.row.findings) if outcome else []
    said = {"codes": codes, "revenue_2024_fen": outcome.row.plain("revenue_2024") if outcome else None}
    return {"codes": ["SCALE_DISAGREES"], "revenue_2024_fen": stated["revenue_2024_fen"]}, said


# --- companies_gb18030_truth.json: a text table after the clean file ------------------------------------------------


def _second_file_cases(document: Case) -> Cases:
    file = {"file": document["file"]}
    for row in document["rows"]:
        yield f"record-{row['record']}", file | {"record": dict(row)}
    yield "reading", file | {"reading": {key: document[key] for key in ("encoding", "delimiter", "records")}}
    yield "counts", file | {"counts": dict(document["counts"])}


def _run_second_file(case: Case, folder: Path) -> tuple[Any, Any]:
    result = upload_of(folder / case["file"], after_clean=CLEAN).result
    if "reading" in case:
        told = {"encoding": result.encoding, "delimiter": result.delimiter, "records": len(result.rows)}
        return dict(case["reading"]), told
    if "counts" in case:
        expected = counts_of(**{_OUTCOMES[name]: number for name, number in case["counts"].items()})
        renames = sum(1 for one in result.findings if one.code == "RENAME")
        return expected | {"renames": case["counts"]["rename_ask"]}, told_counts(result) | {"renames": renames}
    return _record(case["record"], result.rows[case["record"]["record"] - 1])


def _record(record: Case, outcome: Outcome) -> tuple[Any, Any]:
    """One record of the file: what becomes of it, with old and new values."""
    expected: dict[str, Any] = {"outcome": _OUTCOMES[record["action"]], "name": record["name"]}
    expected |= {"code": record["credit_code"], "products": record["products"]}
    row = outcome.row
    told: dict[str, Any] = {
        "outcome": outcome.outcome,
        "name": row.name,
        "code": row.code,
        "products": list(row.plain("products") or ()),
    }
    if record["action"] == "update":
        expected["changes"] = [[record["field"], record["old_fen"], record["new_fen"]]]
        told["changes"] = [[change.key, change.old, change.new.plain] for change in outcome.changes]
    elif record["action"] == "rename_ask":
        expected["rename"] = [record["old"], record["new"]]
        asked = next((dict(one.proposal) for one in row.findings if one.code == "RENAME"), {})
        told["rename"] = [asked.get("old"), asked.get("new")]
    elif record["action"] == "new" and "revenue_2024_fen" in record:
        expected["revenue_2024"], told["revenue_2024"] = record["revenue_2024_fen"], row.plain("revenue_2024")
    return expected, told


CASES: dict[str, tuple[Callable[[Case], Cases], Callable[[Case, Path], tuple[Any, Any]]]] = {
    "companies_truth": (_clean_cases, _run_clean),
    "aggregates": (_sum_cases, _run_sum),
    "truth": (defect_cases, run_defect),
    "companies_gb18030_truth": (_second_file_cases, _run_second_file),
    "indicators_2024_truth": (indicator_cases, run_indicator),
    "bad": (bad_cases, run_bad),
}
"""By the name of the document; `bad` is the truth of the folder of broken uploads."""

RECOGNISES: dict[str, Callable[[Case], bool]] = {
    "companies_truth": lambda document: {"zone", "rows", "near_names"} <= document.keys(),
    "aggregates": lambda document: {"fields", "growth", "above_scale"} <= document.keys(),
    "truth": lambda document: {"defects", "outcome_before_decisions"} <= document.keys(),
    "companies_gb18030_truth": lambda document: {"encoding", "records", "rows"} <= document.keys(),
    "indicators_2024_truth": lambda document: {"as_known_at", "values"} <= document.keys(),
    "bad": lambda document: "files" in document and "outcome" in document["files"][0],
}
"""The same documents by their keys, for files with other names."""
