"""Golden deadlines, bad inputs and lives of requests: `calendar.csv` beside the document, or in --data. Without Django."""

import csv
import datetime
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from xinya.kit.clock_lives import REOPEN_DAYS, Event, Life, read_life
from xinya.kit.clock_terms import ACTUAL_DAY, WD, Extension, Pause, Terms
from xinya.kit.clocks import read_clock
from xinya.kit.delimited import decoded
from xinya.kit.office_hours import OfficeHours, every_day, sessions_written
from xinya.kit.refusals import Refused
from xinya.kit.workdays import Calendar

PARTS = {"cases": "deadline", "bad_input": "bad input", "lives": "life"}
LEVELS = {"L0": "L0_reminder_on_due_day", "L1": "L1_plus_1", "L2": "L2_plus_3", "L3": "L3_plus_5"}
INPUT_KEYS = {"received_at", "promise", "receipt_rule", "office_hours", "pauses", "extensions", "calendar_change"}


def recognises(document: Mapping[str, Any]) -> bool:
    """Deadlines name the status of their years."""
    return "year_status" in document and bool(PARTS.keys() & document.keys())


def cases_of(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Deadlines, bad inputs and lives in the order of the document."""
    shared = {"year_status": document["year_status"], "defaults": document.get("defaults", {})}
    for part, form in PARTS.items():
        for number, case in enumerate(document.get(part, []), start=1):
            yield str(case.get("id", f"{form} {number}")), {**shared, "form": form, "case": case}


def run_case(told: Mapping[str, Any], folder: Path) -> tuple[Any, Any]:
    """What the case expects, and what the product answers in the same shape."""
    case, calendar = told["case"], _calendar(folder, told["year_status"])
    if told["form"] == "life":
        return case["expect"], _life(calendar, case, told["defaults"])
    if told["form"] == "bad input":
        return {"error": case["error"]}, _answer(calendar, case["input"], told["defaults"])
    return case["expect"], _answer(calendar, case["input"], told["defaults"])


def _answer(calendar: Calendar, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return _deadline(calendar, given, defaults)
    except Refused as refused:
        return {"error": refused.code}


def _deadline(calendar: Calendar, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(given.keys() - INPUT_KEYS):
        raise ValueError(f"the input has keys that mean nothing: {', '.join(unknown)}")
    terms = _terms(given, defaults)
    pauses = [
        Pause(_at(p["from"]), None if p.get("to") is None else _at(p["to"]), p.get("reason") or "")
        for p in given.get("pauses") or []
    ]
    extensions = [_extension(e) for e in given.get("extensions") or []]
    moved: dict[str, Any] = {}
    if change := given.get("calendar_change"):
        before = _text(read_clock(calendar, terms, pauses, extensions).due_on)
        calendar = calendar.changed(
            exceptions={datetime.date.fromisoformat(day): kind for day, kind in change.get("rows", {}).items()},
            years={int(year): status for year, status in change.get("year_status", {}).items()},
        )
        moved = {"moved_from": before}
    clock = read_clock(calendar, terms, pauses, extensions)
    found = {
        "effective_day": _text(clock.effective_day), "day_1": _text(clock.day_1), "due_on": _text(clock.due_on),
        "due_at": _text(clock.due_at), "paused_days": clock.paused_days, "forecast": clock.forecast,
        "days_left": clock.left, "paused": clock.is_paused,
    }  # fmt: skip
    return found | {key: None if day == found["due_on"] else day for key, day in moved.items()}


def _terms(given: Mapping[str, Any], defaults: Mapping[str, Any]) -> Terms:
    hours = given.get("office_hours", defaults.get("office_hours"))
    rule = given.get("receipt_rule") or defaults.get("receipt_rule") or ACTUAL_DAY
    promise = given["promise"]
    return Terms(_at(given["received_at"]), promise.get("unit"), promise.get("n"), rule, _office_hours(hours))


def _office_hours(sessions: list[list[str]] | None) -> OfficeHours | None:
    if sessions is None:
        return None
    return every_day(session for start, end in sessions for session in sessions_written(f"{start}-{end}"))


def _extension(told: Mapping[str, Any]) -> Extension:
    return Extension(told["n"], _at(told["asked_at"]), told.get("approved_by") or "", told.get("asked_by") or "")


def _pause(told: Mapping[str, Any]) -> Pause:
    return Pause(_at(told["from"]), None if told.get("to") is None else _at(told["to"]), told.get("reason") or "")


def _life(calendar: Calendar, case: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    events = [Event(_at(e["at"]), e["verb"], e.get("reason") or "") for e in case["events"]]
    promise = case.get("promise") or {"unit": WD, "n": case["promise_days"]}
    given = {**case, "received_at": case["events"][0]["at"], "promise": promise}
    try:
        life = read_life(calendar, _terms(given, defaults), events, reopen_days=case.get("reopen_days", REOPEN_DAYS))
    except Refused as refused:
        return {"error": refused.code}
    return _told(life)


def _told(life: Life) -> dict[str, Any]:
    return {
        "first_due_on": _text(life.first.due_on),
        "first_answer_on_time": life.first_answer_on_time,
        "second_question_on": _text(life.second_question_on),
        "second_question_sent_on": _text(life.second_question_sent_on),
        "reopened_due_on": _text(life.reopened.due_on) if life.reopened else None,
        "disputed_due_on": _text(life.disputed_due_on),
        "elapsed_working_days": life.elapsed,
        "closed_working_days_between": life.closed_between,
        "paused_working_days": life.paused,
        "clock_working_days": life.clock_days,
        "escalation_dates": None
        if life.escalation is None
        else {LEVELS[level]: _text(day) for level, day in life.escalation.items()},
    }


def _calendar(folder: Path, year_status: Mapping[str, str]) -> Calendar:
    rows = list(csv.DictReader(StringIO(decoded((folder / "calendar.csv").read_bytes()), newline="")))
    days = {datetime.date.fromisoformat(row["date"]): row["kind"] for row in rows}
    return Calendar({int(year): status for year, status in year_status.items()}, days)


def _at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _text(value: datetime.date | datetime.datetime | None) -> str | None:
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="minutes")
    return None if value is None else value.isoformat()
