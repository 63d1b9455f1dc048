"""Golden cases of the briefing reader: what a page states, scored by kind on exact places. Without Django."""

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from xinya.zones.engine.briefing import briefing_object, read_briefing

KIND = "briefing"
BARS = {"quantity": (1.0, 0.95), "date": (1.0, 0.95), "organisation": (0.9, 0.9)}
"""Least recall and precision by kind."""
_VALUES = {
    "quantity": ("value", "unit", "bound", "lower", "upper", "per", "rank", "ambiguous", "alternative"),
    "date": ("from", "to", "precision", "as_of"),
}
Case = Mapping[str, Any]


def cases_of(document: Case, _stem: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """One case a kind, one of the decoys, one of the readings that must be asked."""
    for name in (*BARS, "decoys", "ambiguous"):
        yield name, {"document": document, "part": name}


def run_case(case: Case, folder: Path) -> tuple[Any, Any]:
    """(expected, found); `score` in what is found is printed beside the case."""
    document, part = case["document"], case["part"]
    text = _text_of(document, folder)
    issued = datetime.date.fromisoformat(document["issue_date"])
    told = briefing_object(read_briefing(text, today=issued))
    facts = told["facts"]
    if part == "decoys":
        return _decoys(document, facts)
    if part == "ambiguous":
        expected = [f["text"] for f in document["facts"] if f["value"].get("ambiguous")]
        return {"asked": expected}, {"asked": told["questions"], "score": f"{len(told['questions'])} asked"}
    return _scored(document, facts, part)


def _scored(document: Case, facts: list[dict[str, Any]], kind: str) -> tuple[Any, Any]:
    wanted = {(f["start"], f["end"]): f for f in document["facts"] if f["kind"] == kind}
    read = {(f["start"], f["end"]): f for f in facts if f["kind"] == kind}
    both = wanted.keys() & read.keys()
    recall, precision = len(both) / len(wanted), len(both) / max(1, len(read))
    fields = _VALUES.get(kind, ())
    wrong = sorted(
        wanted[place]["id"] for place in both
        if any(_plain(wanted[place]["value"].get(k)) != _plain(read[place]["value"].get(k)) for k in fields)
    )  # fmt: skip
    named = sum(read[p]["value"].get("name") == wanted[p]["value"].get("name") for p in both)
    bars = BARS[kind]
    score = f"recall {recall:.3f} ({len(both)}/{len(wanted)}), precision {precision:.3f} ({len(both)}/{len(read)})"
    score += f", values {len(both) - len(wrong)}/{len(both)}" if fields else f", names {named}/{len(both)}"
    expected = {"recall": f"at least {bars[0]}", "precision": f"at least {bars[1]}", "wrong values": []}
    found = {
        "recall": expected["recall"] if recall >= bars[0] else f"{recall:.3f}",
        "precision": expected["precision"] if precision >= bars[1] else f"{precision:.3f}", "wrong values": wrong, "score": score,
    }  # fmt: skip
    return expected, found


def _decoys(document: Case, facts: list[dict[str, Any]]) -> tuple[Any, Any]:
    places = {(f["start"], f["end"]): f["kind"] for f in facts}
    read = [f"{d['text']} as {places[d['start'], d['end']]}" for d in document["decoys"] if (d["start"], d["end"]) in places]
    return {"decoys read": []}, {"decoys read": read, "score": f"{len(read)} of {len(document['decoys'])} decoys read"}


def _text_of(document: Case, folder: Path) -> str:
    """The text that the document names, at or above the folder of the cases. Raises ValueError when it is another text."""
    source = document["source"]
    path = next((p / source for p in (folder.resolve(), *folder.resolve().parents) if (p / source).is_file()), None)
    if path is None:
        raise ValueError(f"there is no {source} at or above {folder}")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != document["sha256"]:
        raise ValueError(f"{source} is not the text of these cases")
    return content.decode("utf-8")


def _plain(value: Any) -> Any:
    return value or None
