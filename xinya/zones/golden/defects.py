"""Golden defects of the import desk: what is planted in a messy file must be named by row, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

from xinya.zones.engine.imports.desk import Result
from xinya.zones.golden.uploads import CLEAN, FACTS, Case, Cases, counts_of, held_company, told_counts, upload_of

ABOVE_NOTE = frozenset({"warn", "ask", "block", "refuse", "skip"})
LANGUAGES = ("zh", "en")


def defect_cases(document: Case) -> Cases:
    file = document["file"]
    for defect in document["defects"]:
        yield defect["id"], {"file": file, "defect": dict(defect)}
    yield "mapping", {"file": file, "mapping": {k: document[k] for k in ("columns", "header_rows", "first_data_row")}}
    yield "outcome", {"file": file, "before": dict(document["outcome_before_decisions"])}
    yield "nothing-else", {"file": file, "rows_of_defects": [[d["reason"], d["rows"]] for d in document["defects"]]}
    yield "proposals", {
        "file": file, "after": dict(document["outcome_after_proposals"]), "rows": dict(document["row_of_company"]),
        "defects": [dict(defect) for defect in document["defects"]],
    }  # fmt: skip


def run_defect(case: Case, folder: Path) -> tuple[Any, Any]:
    file = folder / case["file"]
    result = upload_of(file).result
    if "defect" in case:
        return _defect(case["defect"], result)
    if "mapping" in case:
        return _mapping(case["mapping"], result)
    if "before" in case:
        before = case["before"]
        expected = {"rows_read": before["rows_read"], "waiting_rows": before["waiting_rows"]} | counts_of(
            created=before["create"], waiting=before["waiting"], left_out=before["skipped"], joined=before["joined"]
        )
        waiting = [one.row.row for one in result.rows if one.outcome == "waiting"]
        return expected, {"rows_read": result.rows_read, "waiting_rows": waiting} | told_counts(result)
    if "rows_of_defects" in case:
        return _nothing_else(case["rows_of_defects"], result, folder)
    return _after_proposals(case, file)


def _defect(defect: Case, result: Result) -> tuple[Any, Any]:
    """The finding with the reason and the first of the rows; its message in both languages holds every string."""
    wanted = [
        one
        for one in result.findings
        if one.code == defect["reason"] and one.sheet == defect["sheet"] and set(one.rows) & set(defect["rows"])
    ]
    expected: dict[str, Any] = {
        "reason": defect["reason"], "level": defect["level"], "blocking": defect["blocking"], "rows": defect["rows"], "unnamed": []
    }  # fmt: skip
    if not wanted:
        return expected, {"reason": None}
    finding = wanted[0]
    unnamed = [
        f"{text} ({language})"
        for language in LANGUAGES
        for text in defect["must_name"]
        if text not in (said := finding.sentence(language)) and text not in re.sub(r"(?<=\d),(?=\d{3})", "", said)
    ]
    told: dict[str, Any] = {
        "reason": finding.code, "level": finding.level, "blocking": finding.is_waiting,
        "rows": sorted(row for one in wanted for row in one.rows), "unnamed": unnamed,
    }  # fmt: skip
    if "value" in defect and defect["value"] is not None and not defect["blocking"] and "no" in defect:
        outcome = next((one for one in result.rows if defect["rows"][0] in one.row.rows), None)
        if outcome is not None and defect["field"] in outcome.row.values:
            value = outcome.row.plain(defect["field"])
            expected["value"] = defect["value"]
            told["value"] = list(value) if isinstance(value, tuple) else value
    if "control_fen" in defect:
        expected["control"] = defect["control_fen"]
        told["control"] = result.controls.get(defect["rows"][0], {})
    return expected, told


def _mapping(stated: Case, result: Result) -> tuple[Any, Any]:
    """Every column with its field, year and unit; years of figures at a day count as that year."""
    columns = {column.place: column for column in result.columns}
    expected, told = [], []
    for place, column in enumerate(stated["columns"], 1):
        expected.append([column["field"], (column["period"] or "")[:4] or None, column["unit"]])
        mine = columns.get(place)
        told.append([mine.field.code, mine.period if mine.field.period else None, mine.unit] if mine else None)
    table = result.table
    said: dict[str, Any] = {"columns": told, "header_rows": list(table.head_rows) if table else []}
    said["first_data_row"] = table.first if table else None
    return {"columns": expected, "header_rows": stated["header_rows"], "first_data_row": stated["first_data_row"]}, said


def _nothing_else(planted: list[list[Any]], result: Result, folder: Path) -> tuple[Any, Any]:
    """No finding above note but the planted ones, and SCALE_DISAGREES where the ticks are wrong on purpose."""
    known = {(reason, row) for reason, rows in planted for row in rows}
    others = [
        [one.code, *one.rows]
        for one in result.findings
        if one.level in ABOVE_NOTE and one.code != "SCALE_DISAGREES" and not any((one.code, row) in known for row in one.rows)
    ]
    scale = sorted({row for one in result.findings if one.code == "SCALE_DISAGREES" for row in one.rows})
    path = folder / "aggregates.json"
    expected_rows = scale
    if path.is_file():
        document = json.loads(path.read_text("utf-8"))
        truth = {row["no"]: row["name"] for row in json.loads((folder / "companies_truth.json").read_text("utf-8"))["rows"]}
        names = {truth[row["no"]] for row in document["above_scale"]["disagree_2024"]}
        expected_rows = sorted(one.row.row for one in result.rows if one.row.name in names)
    return {"others": [], "scale_rows": expected_rows}, {"others": others, "scale_rows": scale}


def _after_proposals(case: Case, file: Path) -> tuple[Any, Any]:
    """Every proposal taken and every block corrected from the truth: the clean companies, but for the listed differences."""
    truth = {row["no"]: row for row in json.loads((file.parent / "companies_truth.json").read_text("utf-8"))["rows"]}
    corrections: dict[str, dict[str, Any]] = {}
    for defect in case["defects"]:
        if defect["level"] == "block":
            row, key = truth[defect["no"]], defect["field"]
            right = row.get(f"{key}_fen", row.get(key))
            corrections[str(defect["rows"][0])] = {key: right}
    result = upload_of(file, accepted=json.dumps(corrections)).result
    clean = {one.row.name: one for one in upload_of(file.parent / CLEAN).result.rows}
    created = [one for one in result.rows if one.outcome == "created"]
    differences = []
    by_name = {row["name"]: row["no"] for row in truth.values()}
    for one in created:
        mine, theirs = held_company(one), held_company(clean.get(one.row.name))
        for key in ("name", "code", "former_names", *FACTS):
            if mine.get(key) != theirs.get(key):
                field = "credit_code" if key == "code" else key
                number = by_name.get(one.row.name)
                differences.append({"no": number, "field": field, "messy": mine.get(key), "clean": theirs.get(key)})
    listed = sorted(case["after"]["differs_from_clean"], key=lambda one: one["no"])
    found = sorted(differences, key=lambda one: (one["no"] or 0, one["field"]))
    waiting = [one.row.row for one in result.rows if one.outcome == "waiting"]
    expected = {"companies": case["after"]["companies"], "waiting": [], "differs": listed}
    return expected, {"companies": len(created), "waiting": waiting, "differs": found}
