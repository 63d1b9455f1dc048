"""Chain packs (产业链图谱包): four text files and back, byte for byte. The format is docs/chain-packs.md."""

import csv
import datetime
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import tomli_w

from xinya.chain.engine import Atlas, Chain, Column, Input, Segment
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

FORMAT = "xinya-pack/1"
MEMBERS = ("pack.toml", "segments.csv", "inputs.csv", "sources.csv")
SEGMENT_HEAD = (
    "code",
    "home",
    "column",
    "name_zh",
    "name_en",
    "aliases",
    "definition_zh",
    "definition_en",
    "excludes",
    "broader",
    "gbt4754",
    "emerging",
    "commodity",
    "source",
    "date",
    "confidence",
)
INPUT_HEAD = ("product", "input", "kind", "essential", "share_low", "share_high", "source", "date", "confidence")
SOURCE_HEAD = ("id", "title", "publisher", "url", "reference", "published_on", "read_on")
HEADS = {"segments.csv": SEGMENT_HEAD, "inputs.csv": INPUT_HEAD, "sources.csv": SOURCE_HEAD}
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it is written: its head and the rows of its three tables, cells as text."""

    head: Mapping[str, Any]
    segments: tuple[Row, ...]
    inputs: tuple[Row, ...]
    sources: tuple[Row, ...]
    name: str = ""

    @property
    def code(self) -> str:
        return str(self.head.get("code", ""))

    @property
    def version(self) -> str:
        return str(self.head.get("version", ""))


def pack_members(pack: Pack) -> dict[str, bytes]:
    """The four files of a pack in canonical form: what was read comes out again, byte for byte."""
    return {
        "pack.toml": tomli_w.dumps(dict(pack.head)).encode(),
        "segments.csv": _table(SEGMENT_HEAD, pack.segments),
        "inputs.csv": _table(INPUT_HEAD, pack.inputs),
        "sources.csv": _table(SOURCE_HEAD, pack.sources),
    }


def _table(head: Iterable[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    head = list(head)
    writer.writerow(head)
    writer.writerows([row[h] for h in head] for row in rows)
    return out.getvalue().encode()


def items(cell: str) -> tuple[str, ...]:
    """The members of a list cell."""
    return tuple(part for part in cell.split(";") if part)


def classes(cell: str) -> tuple[tuple[str, str], ...]:
    """`3741:whole;3252:part` as pairs of class and how much of it."""
    return tuple((part.partition(":")[0], part.partition(":")[2]) for part in items(cell))


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def segment_of(row: Row, home: str) -> Segment:
    """The segment that a row of its home pack defines."""
    return Segment(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        aliases=items(row["aliases"]),
        broader=row["broader"] or None,
        excludes=items(row["excludes"]),
        definition_zh=row["definition_zh"],
        definition_en=row["definition_en"],
        classes=classes(row["gbt4754"]),
        emerging=row["emerging"],
        is_commodity=row["commodity"] == "yes",
        source=row["source"],
        date=row["date"],
        confidence=number(row["confidence"]),
        home=home,
    )


def input_of(row: Row) -> Input:
    return Input(
        product=row["product"],
        input=row["input"],
        kind=row["kind"],
        is_essential=row["essential"] == "yes",
        share_low=number(row["share_low"]),
        share_high=number(row["share_high"]),
        source=row["source"],
        date=row["date"],
        confidence=number(row["confidence"]),
    )


def chain_of(pack: Pack) -> Chain:
    """The chain that a pack describes."""
    head = pack.head
    columns = tuple(Column(c["code"], c["name_zh"], c["name_en"], c["stage"]) for c in head["columns"])
    return Chain(
        code=pack.code,
        name_zh=head["name_zh"],
        name_en=head["name_en"],
        version=pack.version,
        product=head.get("product"),
        columns=columns,
        members=tuple((r["code"], r["column"]) for r in pack.segments),
        inputs=tuple(input_of(r) for r in pack.inputs),
        summary_zh=head.get("summary_zh", ""),
        summary_en=head.get("summary_en", ""),
    )


def join_packs(packs: Iterable[Pack], *, homes: Iterable[Pack] = ()) -> Atlas:
    """One atlas from several checked packs; `homes` are packs that only lend the segments they define.

    A broader segment that stands in none of the packs is left out: nothing here could be made or needed through it.
    """
    packs = list(packs)
    defined = {r["code"]: segment_of(r, p.code) for p in [*homes, *packs] for r in p.segments if not r["home"]}
    present = {r["code"] for p in packs for r in p.segments}
    segments: dict[str, Segment] = {}
    for pack in packs:
        for row in pack.segments:
            segment = defined.get(row["code"])
            if segment is None:
                raise Refused(
                    "home-missing",
                    _("%(pack)s shares the segment %(code)s, but its home pack %(home)s was not given."),
                    pack=pack.code,
                    code=row["code"],
                    home=row["home"],
                )
            if segment.broader is not None and segment.broader not in present:
                segment = replace(segment, broader=None, stated_broader=segment.broader)
            segments[row["code"]] = segment
    return Atlas(chains=tuple(chain_of(p) for p in packs), segments=segments)


def is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
