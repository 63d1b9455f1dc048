"""Golden uploads of the import desk: files read once for all their cases, and the broken ones of the folder `bad`."""

import csv
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from xinya.kit import delimited
from xinya.zones.engine.company_names import places_of
from xinya.zones.engine.imports.committing import committed, proposals_of
from xinya.zones.engine.imports.desk import Answers, Given, Outcome, Register, Result
from xinya.zones.files.import_reading import check_file

Case = Mapping[str, Any]
Cases = Iterator[tuple[str, dict[str, Any]]]

TODAY = date(2026, 1, 1)
CLEAN = "companies_clean.xlsx"
SLOWEST_REFUSAL = 2.0  # seconds
FACTS = {
    "registered_address": "registered_address", "actual_address": "actual_address", "founded": "founded",
    "registered_capital_fen": "registered_capital", "industry_code": "industry_code", "products": "products", "chain": "chain",
    "status": "status", "is_anchor": "is_anchor", "revenue_2023_fen": "revenue_2023", "revenue_2024_fen": "revenue_2024",
    "output_2024_fen": "output_2024", "rd_2024_fen": "rd_2024", "tax_2024_fen": "tax_2024", "staff_2024": "staff_2024",
    "above_scale_2023_reported": "above_scale_2023", "above_scale_2024_reported": "above_scale_2024", "contact": "contact",
    "phone": "phone",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a golden folder, read once for all its cases."""

    result: Result
    seconds: float


@lru_cache(maxsize=64)
def _upload(path: str, changed_ns: int, after_clean: str = "", accepted: str = "") -> Upload:
    """The result of a file against an empty register, or against the one that the clean file leaves."""
    file = Path(path)
    divisions, places = divisions_of(file.parent)
    register = Register(places=places)
    if after_clean:
        clean = upload_of(file.parent / after_clean).result
        register = committed(register, clean)
    answers = Answers()
    if accepted:
        answers = _answers(proposals_of(upload_of(file).result), json.loads(accepted))
    begun = time.perf_counter()
    result = check_file(file.read_bytes(), file.name, Given(TODAY, register, divisions, answers=answers))
    return Upload(result, time.perf_counter() - begun)


def upload_of(file: Path, **how: str) -> Upload:
    return _upload(str(file), file.stat().st_mtime_ns, **how)


def divisions_of(folder: Path) -> tuple[frozenset[str] | None, frozenset[str]]:
    """Codes and places of the divisions beside the files, as an installation has loaded them before."""
    path = next((f / "divisions.csv" for f in (folder, folder.parent) if (f / "divisions.csv").is_file()), None)
    if path is None:
        return None, frozenset()
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return frozenset(row["code"] for row in rows), places_of(row["name"] for row in rows)


def _answers(proposed: Answers, corrections: Mapping[str, Mapping[str, Any]]) -> Answers:
    values = {row: dict(cells) for row, cells in proposed.values.items()}
    for row, cells in corrections.items():
        values.setdefault(int(row), {}).update(cells)
    return Answers(values, proposed.leave_out, proposed.renames, proposed.matches)


def row_named(result: Result, name: str, code: str | None) -> Outcome | None:
    return next((one for one in result.rows if one.row.name == name and (code is None or one.row.code == code)), None)


def stated_company(row: Case) -> dict[str, Any]:
    return {"name": row["name"], "code": row["credit_code"], "former_names": row["former_names"], "outcome": "created"} | {
        key: row[key] for key in FACTS if key in row
    }


def held_company(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    row = outcome.row
    told: dict[str, Any] = {"name": row.name, "code": row.code, "outcome": outcome.outcome}
    told["former_names"] = list(row.plain("former_names") or ())
    for key, own in FACTS.items():
        value = row.plain(own)
        told[key] = list(value) if isinstance(value, tuple) else value
    told["products"] = told["products"] or []
    return told


def counts_of(**counts: int) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in ("created", "changed", "same", "waiting", "left_out", "joined")}


def told_counts(result: Result) -> dict[str, Any]:
    return dict(result.counts)


def bad_cases(document: Case) -> Cases:
    """bad/truth.json: one case an upload."""
    for row in document["files"]:
        yield row["file"], {"upload": dict(row)}


def run_bad(case: Case, folder: Path) -> tuple[Any, Any]:
    """Outcome, reason, how the text was read, and the values after one round trip through an export."""
    row = case["upload"]
    upload = upload_of(folder / row["file"])
    result = upload.result
    codes = [one.code for one in result.findings]
    expected: dict[str, Any] = {"outcome": row["outcome"], "reason": row["reason"], "in_time": True, "stored": 0}
    told: dict[str, Any] = {
        "outcome": result.outcome,
        "reason": row["reason"] if row["reason"] in codes or not row["reason"] else result.reason or codes,
        "in_time": result.outcome == "read" or upload.seconds < SLOWEST_REFUSAL,
        "stored": 0 if result.outcome == "read" else len(result.rows),
    }  # fmt: skip
    for key, found in (("encoding", result.encoding), ("delimiter", result.delimiter), ("records", len(result.rows))):
        if key in row:
            expected[key], told[key] = row[key], found
    if "values" in row:
        expected["values"] = expected["again"] = row["values"]
        told["values"] = _products(result)
        told["again"], told["starts_formula"] = _round_trip(result)
        expected["starts_formula"] = []
    return expected, told


def _products(result: Result) -> list[str | None]:
    return ["、".join(one.row.plain("products")) if one.row.plain("products") else None for one in result.rows]


def _round_trip(result: Result) -> tuple[list[str | None], list[str]]:
    """The products after export and import, and cells of the export that a spreadsheet would run."""
    rows = [
        [one.row.name, one.row.code or "", "；".join(map(delimited.escaped, one.row.plain("products") or ()))]
        for one in result.rows
    ]
    written = delimited.written([["企业名称", "统一社会信用代码", "主要产品"], *rows])
    again = check_file(written, "again.csv", Given(TODAY))
    signs = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    run = [cell for row in rows for cell in row if cell.startswith(signs)]
    return _products(again), run
