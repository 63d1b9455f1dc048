"""Packs edited row by row: an empty one, rows pasted from a spreadsheet, rows changed in a table, text and back. No Django.

Every function answers a new pack; what is wrong with it, `findings_of` says by table and row. A pack may be saved with defects and
is published without.
"""

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import plain

from .check import GENERAL, Defect, check_packs
from .likeness import check_likeness
from .pack import FORMAT, INPUT_HEAD, SEGMENT_HEAD, SOURCE_HEAD, Pack, Row, items, pack_members
from .reading import pack_from_members
from .shipped import industry_classes

TABLES: dict[str, tuple[str, ...]] = {"segments": SEGMENT_HEAD, "inputs": INPUT_HEAD, "sources": SOURCE_HEAD}
MOST_ROWS, LONGEST_CELL, LARGEST_PASTE = 2000, 2000, 500_000
SOFT = frozenset({"segment-loose", "alias-affix", "name-long"})
"""Defects that a zone's own pack may be published with; they are shown all the same."""
STARTING_COLUMNS = (
    ("raw", "原材料", "Raw materials", "up"), ("part", "零部件与中间品", "Parts and intermediates", "mid"),
    ("product", "产品与应用", "Products and uses", "down"), ("equip", "装备", "Equipment", "equipment"),
    ("service", "服务与软件", "Services and software", "service"),
)  # fmt: skip
_LABEL_ROWS = """
code 编码 代码 环节编码
home 归属
column 列 位置 所在列 栏
name_zh 名称 环节 环节名称 中文名
name_en name 英文名 英文名称
aliases 别名 又名
definition_zh 定义 中文定义
definition_en 英文定义
excludes 排除 不含
broader 上级 上位环节
gbt4754 行业代码 国民经济行业
emerging 战略性新兴产业 新兴
commodity 大宗
source 来源
date 日期 复核日期
confidence 可信度
product 产品
input 投入 投入品
kind 类型
essential 必需 是否必需
share_low 占比下限
share_high 占比上限
id 编号
title 标题
publisher 出版
url 网址
reference 文号
published_on 发布日期
read_on 阅读日期
"""
_LABELS = {word: row.split()[0] for row in _LABEL_ROWS.strip().splitlines() for word in row.split()[1:]}
_PASTED = {
    "segments": ("name_zh", "column", "definition_zh", "name_en", "aliases"),
    "inputs": ("product", "input", "kind", "essential"),
    "sources": ("id", "title", "publisher", "url", "reference"),
}
_YES = frozenset({"是", "yes", "y", "1", "true", "√", "✓"})
_KINDS = {
    "材料": "material", "原料": "material", "原材料": "material", "部件": "component", "零部件": "component", "组件": "component",
    "装备": "equipment", "设备": "equipment", "服务": "service", "软件": "software",
}  # fmt: skip

UNKNOWN_TABLE = _("A pack has the tables segments, inputs and sources.")
TOO_LONG = _("A cell holds at most %(limit)s characters.")
TOO_MANY = _("A table holds at most %(limit)s rows.")
NOT_A_LINE = _("A cell holds one line of text.")
NO_ROWS = _("There are no rows in the text. Copy them from a spreadsheet, with or without its labels.")


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect of a draft: table, row from 0 (None: of the whole), code, whether publishing waits for it."""

    table: str
    row: int | None
    defect: Defect

    @property
    def is_soft(self) -> bool:
        return self.defect.code in SOFT


def empty_pack(code: str, name_zh: str, name_en: str, day: datetime.date) -> Pack:
    """A pack with its columns and no row."""
    columns = [{"code": c, "name_zh": zh, "name_en": en, "stage": stage} for c, zh, en, stage in STARTING_COLUMNS]
    head: dict[str, Any] = {
        "format": FORMAT, "code": code, "version": f"{day.year}.{day.month}.0", "name_zh": name_zh, "name_en": name_en,
        "summary_zh": name_zh, "summary_en": name_en, "as_of": day, "licence": "Apache-2.0", "requires": [], "columns": columns,
    }  # fmt: skip
    return Pack(head, (), (), (), code)


def content_of(pack: Pack) -> str:
    """The pack as one text: its four files."""
    return json.dumps({name: content.decode() for name, content in pack_members(pack).items()}, ensure_ascii=False)


def pack_of(content: str) -> Pack:
    """The pack that such a text holds."""
    pack = pack_from_members({name: text.encode() for name, text in json.loads(content).items()})
    return replace(pack, name=pack.code)


def rows_of(pack: Pack, table: str) -> tuple[Row, ...]:
    """The rows of a table. Raises Refused unknown-table."""
    if table not in TABLES:
        raise Refused("unknown-table", UNKNOWN_TABLE, status=404)
    return {"segments": pack.segments, "inputs": pack.inputs, "sources": pack.sources}[table]


def with_rows(pack: Pack, table: str, rows: Iterable[Row]) -> Pack:
    """The pack with another table. What the segments require is brought up to date. Raises Refused for cells no table can hold."""
    kept = tuple({column: _cell(row.get(column, "")) for column in TABLES[table]} for row in rows)
    if len(kept) > MOST_ROWS:
        raise Refused("too-many-rows", TOO_MANY, limit=MOST_ROWS)
    rows_of(pack, table)
    tables = {name: rows_of(pack, name) for name in TABLES} | {table: kept}
    changed = Pack(pack.head, tables["segments"], tables["inputs"], tables["sources"], pack.name)
    homes = sorted({row["home"] for row in changed.segments if row["home"]})
    return replace(changed, head={**pack.head, "requires": homes})


def _cell(text: str) -> str:
    cell = text.replace("\u00a0", " ").strip()
    if len(cell) > LONGEST_CELL:
        raise Refused("cell-long", TOO_LONG, limit=LONGEST_CELL)
    if not cell.isprintable():
        raise Refused("cell-broken", NOT_A_LINE)
    return cell


def changed_rows(
    pack: Pack, table: str, changes: Mapping[int, Row | None], added: Sequence[Row] = (), *, day: datetime.date,
    others: Iterable[Pack] = (),
) -> Pack:  # fmt: skip
    """The pack with rows changed by their place (None: taken out) and rows added at the end.

    A segment that gets another code keeps its inputs, its narrower segments and its exclusions; one taken out takes its inputs
    along. A pack that changed stands for this day, if it did not for a later one.
    """
    before = rows_of(pack, table)
    renamed, gone, kept = {}, set(), []
    for place, row in enumerate(before):
        new = changes.get(place, row)
        if new is None:
            gone.add(row[TABLES[table][0]])
            continue
        merged = {**row, **new}
        if table == "segments" and row["code"] and merged["code"] and merged["code"] != row["code"]:
            renamed[row["code"]] = merged["code"]
        kept.append(merged)
    made = with_rows(pack, table, [*kept, *_completed(pack, table, added, day, others)])
    if table == "segments" and (renamed or gone):
        made = _followed(made, renamed, gone - {r["code"] for r in made.segments})
    return dated(made, pack, day)


def dated(made: Pack, before: Pack, day: datetime.date) -> Pack:
    """`made`, which stands for `day` where it is another pack than before, so that none of its rows is younger than itself."""
    as_of = before.head.get("as_of")
    later = max(as_of, day) if type(as_of) is datetime.date else day
    return made if made == before else replace(made, head={**made.head, "as_of": later})


def _followed(pack: Pack, renamed: Mapping[str, str], gone: set[str]) -> Pack:
    segments = [
        {**row, "broader": "" if row["broader"] in gone else renamed.get(row["broader"], row["broader"]),
         "excludes": ";".join(renamed.get(e, e) for e in items(row["excludes"]) if e not in gone)}
        for row in pack.segments
    ]  # fmt: skip
    inputs = [
        {**row, "product": renamed.get(row["product"], row["product"]), "input": renamed.get(row["input"], row["input"])}
        for row in pack.inputs
        if not {row["product"], row["input"]} & gone
    ]
    made = with_rows(with_rows(pack, "segments", segments), "inputs", inputs)
    product = str(pack.head.get("product", ""))
    if product in renamed:
        return replace(made, head={**made.head, "product": renamed[product]})
    return replace(made, head={k: v for k, v in made.head.items() if k != "product"}) if product in gone else made


def pasted_rows(text: str, table: str) -> list[Row]:
    """Rows as they come from a spreadsheet: cells parted by tabs, with a row of labels (Chinese or the columns' own) or without.

    Without labels the order is that of the shortest useful list: name, column, definition, English name, aliases; product, input,
    kind, essential; id, title, publisher, url, reference. Raises Refused: unknown-table, no-rows, too-large, too-many-rows.
    """
    rows_of(Pack({}, (), (), ()), table)
    if len(text) > LARGEST_PASTE:
        raise Refused("too-large", _("The text has more than %(limit)s characters."), status=413, limit=LARGEST_PASTE)
    lines = [line.split("\t") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        raise Refused("no-rows", NO_ROWS)
    first = [_label(cell, table) for cell in lines[0]]
    known = [label for label in first if label]
    labelled = len(known) == len([c for c in lines[0] if c.strip()]) and known
    labels = first if labelled else [*_PASTED[table]]
    body = lines[1:] if labelled else lines
    if not body:
        raise Refused("no-rows", NO_ROWS)
    if len(body) > MOST_ROWS:
        raise Refused("too-many-rows", TOO_MANY, limit=MOST_ROWS)
    return [{label: cell.strip() for label, cell in zip(labels, line, strict=False) if label} for line in body]


def _label(cell: str, table: str) -> str:
    word = cell.strip()
    found = word.casefold() if word.casefold() in TABLES[table] else _LABELS.get(word, "")
    return found if found in TABLES[table] else ""


def _completed(pack: Pack, table: str, added: Sequence[Row], day: datetime.date, others: Iterable[Pack]) -> list[Row]:
    """New rows with what they leave out: codes, the origin, and for names of known segments the pack that defines them."""
    rows = [row for row in added if any(cell.strip() for cell in row.values())]
    if table == "segments":
        return _new_segments(pack, rows, day, others)
    if table == "inputs":
        return _new_inputs(pack, rows, day, others)
    return [{**dict.fromkeys(SOURCE_HEAD, ""), "read_on": day.isoformat(), **{k: v for k, v in row.items() if v}} for row in rows]


def _origin(day: datetime.date) -> Row:
    return {"source": GENERAL, "date": day.isoformat(), "confidence": "0.5"}


def _new_segments(pack: Pack, rows: Sequence[Row], day: datetime.date, others: Iterable[Pack]) -> list[Row]:
    shared = {
        plain(word): (row["code"], other.code)
        for other in others
        if other.code != pack.code
        for row in other.segments
        if not row["home"]
        for word in (row["name_zh"], row["code"])
    }
    columns = _columns(pack)
    taken = {row["code"] for row in pack.segments} | {code for code, _home in shared.values()}
    found = []
    for row in rows:
        name = row.get("name_zh", "").strip()
        column = columns.get(plain(row.get("column", "")), row.get("column", ""))
        known = shared.get(plain(row.get("code") or name))
        if known is not None and known[0] not in {r["code"] for r in pack.segments}:
            found.append({**dict.fromkeys(SEGMENT_HEAD, ""), "code": known[0], "home": known[1], "column": column})
            continue
        code = row.get("code", "").strip() or _code(name, taken)
        taken.add(code)
        filled = {k: v.strip() for k, v in row.items() if v.strip()}
        filled["aliases"] = ";".join(_list(filled.get("aliases", "")))
        filled["excludes"] = ";".join(_list(filled.get("excludes", "")))
        found.append(
            {
                **dict.fromkeys(SEGMENT_HEAD, ""), **_origin(day), **filled, "code": code,
                "column": column, "name_en": filled.get("name_en") or name,
                "definition_en": filled.get("definition_en") or filled.get("definition_zh", ""),
                "commodity": _flag(filled.get("commodity", "no")), "emerging": filled.get("emerging", "no"),
            }
        )  # fmt: skip
    return found


def _list(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;；、,，]", cell) if part.strip()]


def _flag(cell: str) -> str:
    return "yes" if cell.strip().casefold() in _YES else "no"


def _columns(pack: Pack) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in pack.head.get("columns", []):
        for word in (column["code"], column["name_zh"], column["name_en"]):
            found.setdefault(plain(word), column["code"])
    return found


def _code(name: str, taken: set[str]) -> str:
    """A code from the name's reading: 碳纤维 is tan-xian-wei, shortened where it is long, numbered where it is taken."""
    from pypinyin import lazy_pinyin  # its tables take longer to load than most commands to run

    parts = [p for word in lazy_pinyin(name) for p in re.findall("[a-z0-9]+", word.casefold())]
    whole = "-".join(parts)
    base = whole if len(whole) <= 26 else "".join(p[0] for p in parts)[:26]
    base = base if re.match("[a-z]", base) and len(base) > 1 else f"s-{base}".rstrip("-") + ("" if base else "x")
    code, n = base, 1
    while code in taken:
        n += 1
        code = f"{base}-{n}"
    return code


def _new_inputs(pack: Pack, rows: Sequence[Row], day: datetime.date, others: Iterable[Pack]) -> list[Row]:
    """Products and inputs may be named by code or by name."""
    named: dict[str, str] = {}
    listed = {row["code"] for row in pack.segments}
    homes = [
        row for other in others if other.code != pack.code for row in other.segments if not row["home"] and row["code"] in listed
    ]
    for row in [*(r for r in pack.segments if not r["home"]), *homes]:
        for word in (row["code"], row["name_zh"], *items(row["aliases"])):
            named.setdefault(plain(word), row["code"])
    found = []
    for row in rows:
        filled = {k: v.strip() for k, v in row.items() if v.strip()}
        kind = filled.get("kind", "material")
        found.append(
            {
                **dict.fromkeys(INPUT_HEAD, ""), **_origin(day), **filled,
                "product": named.get(plain(filled.get("product", "")), filled.get("product", "")),
                "input": named.get(plain(filled.get("input", "")), filled.get("input", "")),
                "kind": _KINDS.get(kind, kind), "essential": _flag(filled.get("essential", "yes")),
            }
        )  # fmt: skip
    return found


def with_head(pack: Pack, texts: Mapping[str, str], columns: Sequence[Mapping[str, str]], day: datetime.date) -> Pack:
    """The pack with other names, summaries, end product and columns; its code stays."""
    head = {**pack.head, **{k: _cell(texts.get(k, "")) for k in ("name_zh", "name_en", "summary_zh", "summary_en")}, "as_of": day}
    product = _cell(texts.get("product", ""))
    head = {k: v for k, v in head.items() if k != "product"} | ({"product": product} if product else {})
    kept = [{k: _cell(c.get(k, "")) for k in ("code", "name_zh", "name_en", "stage")} for c in columns]
    head["columns"] = [c for c in kept if any(c.values())]
    return replace(pack, head=head)


def findings_of(pack: Pack, others: Iterable[Pack]) -> list[Finding]:
    """What is wrong with a draft beside these other packs, by table and row."""
    homes = [p for p in others if p.code != pack.code]
    found = check_packs([pack], homes=homes, known_classes=industry_classes())
    if not found:
        found = check_likeness([pack], homes=homes)[0]
    files = {f"{table}.csv": table for table in TABLES}
    return [Finding(files.get(d.file, "head"), None if d.row is None else d.row - 2, d) for d in found]


__all__ = [
    "SOFT", "TABLES", "Finding", "changed_rows", "content_of", "dated", "empty_pack", "findings_of", "pack_of", "pasted_rows",
    "rows_of", "with_head", "with_rows",
]  # fmt: skip
