"""A small pack without defects, and the same with one thing changed."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from xinya.chain.files.pack import FORMAT, INPUT_HEAD, SEGMENT_HEAD, SOURCE_HEAD, Pack, Row

HEAD: dict[str, Any] = {
    "format": FORMAT, "code": "batteries", "version": "2026.1", "name_zh": "电池", "name_en": "Batteries",
    "summary_zh": "一条链。",
    "summary_en": "One chain.", "as_of": datetime.date(2026, 11, 24), "licence": "Apache-2.0", "requires": ["metals"],
    "columns": [
        {"code": "raw", "name_zh": "原料", "name_en": "Raw", "stage": "up"},
        {"code": "cell", "name_zh": "电芯", "name_en": "Cell", "stage": "mid"},
    ],
}  # fmt: skip


def segment(code: str, name_zh: str, **cells: str) -> Row:
    """A row of segments.csv that says all it must."""
    row = dict.fromkeys(SEGMENT_HEAD, "")
    row |= {
        "code": code, "column": "cell", "name_zh": name_zh, "name_en": f"the {code}", "definition_zh": "一句话。",
        "definition_en": "One sentence.", "emerging": "no", "commodity": "no", "source": "gb", "date": "2026-01-02",
        "confidence": "0.9",
    }  # fmt: skip
    return row | cells


def link(product: str, what: str, **cells: str) -> Row:
    """A row of inputs.csv that says all it must."""
    row = dict.fromkeys(INPUT_HEAD, "")
    row |= {"product": product, "input": what, "kind": "material", "essential": "yes"}
    return row | {"source": "gb", "date": "2026-01-02", "confidence": "0.9"} | cells


def source(code: str, **cells: str) -> Row:
    row = dict.fromkeys(SOURCE_HEAD, "")
    return row | {"id": code, "title": "一份标准", "reference": "GB 1", "read_on": "2026-01-02"} | cells


METALS = Pack(
    HEAD | {"code": "metals", "requires": [], "name_zh": "金属"},
    (segment("copper", "铜箔", column="raw"), segment("ore", "铜矿石", column="raw")), (link("copper", "ore"),),
    (source("gb"),), "metals",
)  # fmt: skip

BATTERIES = Pack(
    HEAD,
    (
        segment(
            "power-cell",
            "动力电芯",
            aliases="车用电池单体;锂离子单元",
            broader="cell",
            excludes="纽扣电池;cell",
            gbt4754="3841:part",
        ),
        segment("cell", "储能单体", emerging="part", commodity="yes"),
        segment("separator", "隔离膜", source="general knowledge", confidence="0.5"),
        dict.fromkeys(SEGMENT_HEAD, "") | {"code": "copper", "home": "metals", "column": "raw"},
    ),
    (
        link("cell", "separator", share_low="0.1", share_high="0.2"),
        link("cell", "copper", kind="component", essential="no"),
    ),
    (source("gb"),),
    "batteries",
)

CLASSES: dict[str, dict[str, str]] = {"3841": {}}


def changed(table: str, number: int, **cells: str) -> Pack:
    """The pack BATTERIES with other cells in one row (from 0) of a table."""
    rows = list(getattr(BATTERIES, table))
    rows[number] = rows[number] | cells
    return replace(BATTERIES, **{table: tuple(rows)})  # type: ignore[arg-type]


def longer(table: str, row: Row) -> Pack:
    """The pack BATTERIES with one more row at the end of a table."""
    return replace(BATTERIES, **{table: (*getattr(BATTERIES, table), row)})  # type: ignore[arg-type]


def headed(change: Callable[[dict[str, Any]], object]) -> Pack:
    """The pack BATTERIES with another head."""
    head = HEAD | {"columns": [dict(c) for c in HEAD["columns"]]}
    change(head)
    return replace(BATTERIES, head=head)
