"""What changed from one version of a pack to the next: segments, inputs and sources that came, went or say something else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .pack import Pack, Row, items

LISTS = ("aliases", "excludes", "gbt4754")
"""Cells that hold several things: what came and what went is told, not the two whole lists."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. kind: added, removed or changed; table: pack, segments, inputs, sources; key: the row's own.

    cells: what is said otherwise, by column, as (before, after); of lists as (what went, what came).
    """

    kind: str
    table: str
    key: str
    name: str = ""
    cells: Mapping[str, tuple[str, str]] | None = None


def difference(old: Pack, new: Pack, *, with_version: bool = True) -> list[Change]:
    """Every change from `old` to `new`, in the order of the tables and of their rows; rows that only moved are no change.

    with_version: whether another version and day alone are a change.
    """
    before, after = ({k: v for k, v in p.head.items() if with_version or k not in ("version", "as_of")} for p in (old, new))
    return [*_head(before, after), *_segments(old, new), *_inputs(old, new), *_sources(old, new)]


def difference_object(old: Pack, new: Pack) -> dict[str, Any]:
    """The same for other programs."""
    return {
        "old": {"code": old.code, "version": old.version}, "new": {"code": new.code, "version": new.version},
        "changes": [
            {
                "kind": c.kind, "table": c.table, "key": c.key, "name": c.name,
                "cells": {k: {"before": before, "after": after} for k, (before, after) in (c.cells or {}).items()},
            }
            for c in difference(old, new)
        ],
    }  # fmt: skip


def _head(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    cells = {k: (_text(old.get(k)), _text(new.get(k))) for k in {**old, **new} if k != "columns" and old.get(k) != new.get(k)}
    if cells:
        yield Change("changed", "pack", "pack.toml", cells=cells)
    before, after = ({str(c["code"]): _text(c) for c in head.get("columns", []) if "code" in c} for head in (old, new))
    for code in [*before, *(c for c in after if c not in before)]:
        if before.get(code) != after.get(code):
            kind = "removed" if code not in after else "added" if code not in before else "changed"
            yield Change(kind, "pack", f"column {code}", cells={"column": (before.get(code, ""), after.get(code, ""))})


def _segments(old: Pack, new: Pack) -> Iterator[Change]:
    return _rows("segments", old.segments, new.segments, ("code",))


def _inputs(old: Pack, new: Pack) -> Iterator[Change]:
    return _rows("inputs", old.inputs, new.inputs, ("product", "input"))


def _sources(old: Pack, new: Pack) -> Iterator[Change]:
    return _rows("sources", old.sources, new.sources, ("id",))


def _rows(table: str, old: Iterable[Row], new: Iterable[Row], keys: tuple[str, ...]) -> Iterator[Change]:
    before, after = ({" ← ".join(row[k] for k in keys): row for row in rows} for rows in (old, new))
    for key, row in before.items():
        if key not in after:
            yield Change("removed", table, key, row.get("name_zh") or row.get("title", ""))
        elif cells := _cells(row, after[key]):
            yield Change("changed", table, key, row.get("name_zh") or row.get("title", ""), cells)
    for key, row in after.items():
        if key not in before:
            yield Change("added", table, key, row.get("name_zh") or row.get("title", ""))


def _cells(old: Row, new: Row) -> dict[str, tuple[str, str]]:
    found = {}
    for column, was in old.items():
        now = new[column]
        if column not in LISTS:
            if was != now:
                found[column] = (was, now)
        elif set(items(was)) != set(items(now)):
            gone, come = ([w for w in items(a) if w not in items(b)] for a, b in ((was, now), (now, was)))
            found[column] = (";".join(gone), ";".join(come))
    return found


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k}={v}" for k, v in value.items())
    return "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
