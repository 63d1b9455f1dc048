"""Golden audit chains: digests of a chain, and what is found after each kind of tampering."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .audit_chain import GENESIS, Link, Seal, canonical, link_hash, verify

KEYS = frozenset({"chain", "tampered"})
BYTES_OF = re.compile(r"canonical_bytes_of_row_(\d+)")
NUMBERS = re.compile(r"\d+")
FIELD_SET = re.compile(r"row (\d+) ([\w.]+) = ")
HASH_OF = re.compile(r"\bhash(?:es)? of rows? ((?:\d+(?:, | and )?)+) recomputed")

Rows = list[Link]


def recognises(document: Mapping[str, Any]) -> bool:
    """Audit chains name what was done to them."""
    return document.keys() >= KEYS


def cases_of(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The chain with its tamperings is one case."""
    yield "chain", dict(document)


def run_case(case: Mapping[str, Any], _folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a chain says of itself, and what the product answers in the same shape."""
    given = [Link(e["row"]["seq"], e["prev"], e["hash"], canonical(e["row"])) for e in case["chain"]]
    seals = [Seal(s["seq"], s["hash"], s.get("count", 0)) for s in _seals(case)]
    expected: dict[str, Any] = {
        "hashes": [link.hash for link in given],
        "prevs": [link.prev for link in given],
        "whole": {"ok": True},
        "tampered": {t["name"]: t["expect"] for t in case["tampered"]},
    }
    expected |= {key: text for key, text in case.items() if BYTES_OF.fullmatch(key)}
    found: dict[str, Any] = {
        **_recomputed(given),
        "whole": _finding(given, seals),
        "tampered": {t["name"]: _finding(_tampered(given, t["how"]), seals) for t in case["tampered"]},
    }
    for key in case:
        if wanted := BYTES_OF.fullmatch(key):
            found[key] = next(link.text for link in given if link.seq == int(wanted[1]))
    return expected, found


def _seals(case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*([case["seal"]] if case.get("seal") else []), *case.get("seals", [])]


def _recomputed(given: Rows) -> dict[str, list[str]]:
    prev, prevs, hashes = GENESIS, [], []
    for link in given:
        prevs.append(prev)
        hashes.append(prev := link_hash(prev, link.text))
    return {"prevs": prevs, "hashes": hashes}


def _finding(rows: Rows, seals: list[Seal]) -> dict[str, Any]:
    verdict = verify(rows, seals=seals)
    return {"ok": True} if verdict.ok else {"ok": False, "at": verdict.at, "why": verdict.why}


def _tampered(given: Rows, how: str) -> Rows:
    """The chain after what the sentence says was done to it. Raises ValueError for a sentence that is not understood."""
    for begins, change in CHANGES.items():
        if how.startswith(begins):
            rows = change(list(given), how)
            if re.search(r"\ball hashes recomputed", how):
                return _relinked(rows)
            for said in HASH_OF.finditer(how):
                rows = _rehashed(rows, set(map(int, NUMBERS.findall(said[1]))))
            return rows
    raise ValueError(f"nobody here knows how to tamper thus: {how}")


def _set(rows: Rows, how: str) -> Rows:
    said = FIELD_SET.match(how)
    if said is None:
        raise ValueError(f"no field is named: {how}")
    value, _end = json.JSONDecoder().raw_decode(how, said.end())
    return [_with(link, said[2], value) if link.seq == int(said[1]) else link for link in rows]


def _with(link: Link, field: str, value: Any) -> Link:
    if field in ("prev", "hash"):
        return link._replace(**{field: value})
    row = json.loads(link.text)
    *above, name = field.split(".")
    place = row
    for key in above:
        place = place[key]
    place[name] = value
    return link._replace(seq=row["seq"], text=canonical(row))


def _delete(rows: Rows, how: str) -> Rows:
    gone = _numbers(how)
    return [link for link in rows if link.seq not in gone]


def _swap(rows: Rows, how: str) -> Rows:
    one, other = (next(i for i, link in enumerate(rows) if link.seq == seq) for seq in _numbers(how))
    rows[one], rows[other] = rows[other], rows[one]
    return rows


def _repeat(rows: Rows, how: str) -> Rows:
    wanted, behind = _numbers(how)
    copy = next(link for link in rows if link.seq == wanted)
    place = next(i for i, link in enumerate(rows) if link.seq == behind)
    return [*rows[: place + 1], copy, *rows[place + 1 :]]


def _numbers(how: str) -> list[int]:
    """The rows that the first clause of the sentence names; "2 to 4" names three."""
    clause = how.split(";", maxsplit=1)[0]
    if spread := re.search(r"(\d+) to (\d+)", clause):
        return list(range(int(spread[1]), int(spread[2]) + 1))
    return [int(number) for number in NUMBERS.findall(clause)]


def _relinked(rows: Rows) -> Rows:
    prev, made = GENESIS, []
    for link in rows:
        made.append(link._replace(prev=prev, hash=link_hash(prev, link.text)))
        prev = made[-1].hash
    return made


def _rehashed(rows: Rows, which: set[int]) -> Rows:
    return [link._replace(hash=link_hash(link.prev, link.text)) if link.seq in which else link for link in rows]


CHANGES: dict[str, Callable[[Rows, str], Rows]] = {
    "row ": _set,
    "delete row": _delete,
    "swap row": _swap,
    "repeat row": _repeat,
    "insert copy of row": _repeat,
}
