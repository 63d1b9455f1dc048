"""Open data of a zone (xinya-open-zone/1): written by one zone, read by another; docs/exchange.md. No Django.

It holds packs with their definitions, tables whose small cells are hidden, and companies whose products are public. No person.
"""

import datetime
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xinya.chain.engine import Atlas, Chain
from xinya.chain.engine.compare import Defined, Makers, Side, defined, definition_hash
from xinya.chain.engine.small_cells import HIDDEN, TOTAL
from xinya.kit.delimited import escaped, written
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .open_tables import KNOWN, REVENUE, SCALES

FORMAT = "xinya-open-zone/1"
LARGEST = 20_000_000
MOST_PACKS, MOST_SEGMENTS, MOST_COMPANIES = 200, 20_000, 100_000
STAMP = (2020, 1, 1, 0, 0, 0)
TOO_LARGE = _("The file has more than %(limit_mb)s MB.")
UNREADABLE_ERRORS = (
    *(ValueError, LookupError, TypeError, AttributeError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError),
)
"""What a wrong document or a wrong zip raises. RuntimeError: an encrypted zip, a compression unknown here, nested too deep."""
UNREADABLE = _("This is no open data of a zone (xinya-open-zone/1): %(reason)s.")


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """A segment of a pack as the document defines it."""

    code: str
    name_zh: str
    name_en: str
    column: str
    hash: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OpenPack:
    """A chain of the document. makers: by segment, HIDDEN where hidden; a segment that is not counted is not in it."""

    code: str
    name_zh: str
    name_en: str
    version: str
    segments: Mapping[str, OpenSegment]
    makers: Mapping[str, Makers]


@dataclass(frozen=True, slots=True)
class OpenCompany:
    """A company whose products are public: texts, and segments of the document's own packs."""

    name: str
    credit_code: str
    products: tuple[str, ...]
    segments: tuple[str, ...]


@dataclass(frozen=True)
class OpenZone:
    """A document, read."""

    code: str
    name: str
    name_en: str
    as_of: datetime.date
    source: str
    licence: str
    packs: Mapping[str, OpenPack]
    companies: tuple[OpenCompany, ...] = field(default=())

    def side(self, chain: str) -> Side | None:
        """What this zone has of a chain, for comparison, None of makers where it does not count; None where it has no such pack."""
        pack = self.packs.get(chain)
        if pack is None:
            return None
        segments = {c: Defined(c, s.name_zh, s.name_en, s.hash, s.fields) for c, s in pack.segments.items()}
        makers = {c: pack.makers.get(c) for c in pack.segments}
        return Side(self.name, chain, pack.version, segments, makers, {})


def pack_object(atlas: Atlas, chain: Chain) -> dict[str, Any]:
    """A chain with its definitions and their hashes."""
    rows = []
    for code, column in chain.members:
        segment = atlas.segments[code]
        one = defined(segment)
        rows.append(
            {
                "code": code, "name_zh": segment.name_zh, "name_en": segment.name_en, "column": column, "hash": one.hash,
                "fields": dict(one.fields),
            }
        )  # fmt: skip
    return {"code": chain.code, "name_zh": chain.name_zh, "name_en": chain.name_en, "version": chain.version, "segments": rows}


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """The document as it is published: the same bytes for the same content."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def archive_bytes(document: Mapping[str, Any]) -> bytes:
    """The document and its tables for spreadsheets in one zip, the same bytes each time."""
    makers = [("chain", "as_of", "segment", "name_zh", *SCALES, TOTAL)]
    revenue = [("chain", "as_of", "column", *SCALES, TOTAL, *(f"{KNOWN}_{scale}" for scale in (*SCALES, TOTAL)))]
    names = {s["code"]: s["name_zh"] for p in document["packs"] for s in p["segments"]}
    for table in document["tables"]:
        head = (table["chain"], table["as_of"])
        makers += [(*head, c, escaped(names.get(c, "")), *map(str, row)) for c, row in table["makers"].items()]
        known = table.get(KNOWN, {})  # issues of before do not say it
        revenue += [(*head, c, *map(_cell, row), *map(_cell, known.get(c, [None] * 3))) for c, row in table[REVENUE].items()]
    companies = [("name", "credit_code", "products", "segments")]
    companies += [
        (escaped(c["name"]), c["credit_code"], escaped("；".join(c["products"])), ";".join(c["segments"]))
        for c in document["companies"]
    ]
    files = {
        "open-zone.json": document_bytes(document), "makers.csv": written(makers), "revenue.csv": written(revenue),
        "companies.csv": written(companies),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            part = zipfile.ZipInfo(name, STAMP)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, content)
    return out.getvalue()


def _cell(value: object) -> str:
    return "–" if value is None else str(value)


def read_open_zone(content: bytes) -> OpenZone:
    """A document, as JSON or in its zip. Raises Refused too-large, open-data-unreadable."""
    if len(content) > LARGEST:
        raise Refused("too-large", TOO_LARGE, status=413, limit_mb=LARGEST // 1_000_000)
    try:
        return _zone(json.loads(json_of(content).decode("utf-8-sig")))
    except UNREADABLE_ERRORS as wrong:
        reason = str(wrong)[:100] or type(wrong).__name__
        raise Refused("open-data-unreadable", UNREADABLE, reason=reason) from wrong


def json_of(content: bytes) -> bytes:
    """The document's text, out of its zip where it comes in one. Raises Refused too-large: unpacked, too, it is what is kept."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("open-zone.json") as opened:
        text = opened.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise Refused("too-large", TOO_LARGE, status=413, limit_mb=LARGEST // 1_000_000)
    return text


def _zone(document: Any) -> OpenZone:
    if document["format"] != FORMAT:
        raise ValueError(f"the format is {str(document['format'])[:40]}")
    zone = document["zone"]
    if len(document["packs"]) > MOST_PACKS or len(document["companies"]) > MOST_COMPANIES:
        raise ValueError("too many packs or companies")
    makers = {t["chain"]: {c: _count(_last(row)) for c, row in t["makers"].items()} for t in document["tables"]}
    packs = {p["code"]: _pack(p, makers.get(p["code"], {})) for p in document["packs"]}
    if sum(len(p.segments) for p in packs.values()) > MOST_SEGMENTS:
        raise ValueError("too many segments")
    codes = {c for p in packs.values() for c in p.segments}
    companies = tuple(_company(c, codes) for c in document["companies"])
    return OpenZone(
        _text(zone["code"], 60), _text(zone["name"], 120), _text(zone.get("name_en", ""), 200, empty=True),
        datetime.date.fromisoformat(document["as_of"]), _text(document["source"], 200), _text(document["licence"], 100, empty=True),
        packs, companies,
    )  # fmt: skip


def _pack(row: Any, makers: Mapping[str, Makers]) -> OpenPack:
    segments = {}
    for s in row["segments"]:
        code = _text(s["code"], 60)
        fields = {str(k)[:30]: _text(v, 2000, empty=True) for k, v in s["fields"].items()}
        # the hash is computed anew: a document cannot claim to mean what it does not say
        segments[code] = OpenSegment(
            code, _text(s["name_zh"], 200), _text(s["name_en"], 200, empty=True), _text(s["column"], 60, empty=True),
            definition_hash(code, fields), fields,
        )  # fmt: skip
    version = _text(row["version"], 60, empty=True)
    return OpenPack(
        _text(row["code"], 60), _text(row["name_zh"], 200), _text(row["name_en"], 200, empty=True), version, segments, makers
    )


def _company(row: Any, codes: set[str]) -> OpenCompany:
    products = tuple(_text(p, 300) for p in row["products"][:100])
    segments = tuple(_text(s, 60) for s in row["segments"][:100])
    if unknown := set(segments) - codes:
        raise ValueError(f"{row['name'][:40]} stands on {min(unknown)}, which no pack of the document has")
    return OpenCompany(_text(row["name"], 200), _text(row["credit_code"], 18, empty=True), products, segments)


def _text(value: object, longest: int, *, empty: bool = False) -> str:
    if not isinstance(value, str) or len(value) > longest or not value.isprintable() or not (value.strip() or empty):
        raise ValueError(f"{str(value)[:40]!r} is no text of at most {longest} characters")
    return value


def _last(row: object) -> object:
    """The total of a row of counts, which stands last."""
    if not isinstance(row, list) or not row:
        raise ValueError(f"{str(row)[:20]!r} is no row of counts")
    return row[-1]


def _count(value: object) -> Makers:
    if value == HIDDEN:
        return HIDDEN
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**6:
        raise ValueError(f"{str(value)[:20]!r} is no count")
    return value
