"""Public graphs of products, read by path as edges "product needs input". They are never shipped; see each reader for its source.

Tables may be parquet (read with pyarrow, an optional package), CSV or gzipped CSV; the columns are the same.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xinya.chain.engine.proposals import Edge
from xinya.kit.delimited import unescaped
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from .number_table import TOO_LARGE, open_table

CKG, ICKG = "ChainKnowledgeGraph", "ICKG"
UPSTREAM = "上游于"
LARGEST = 500_000_000
PURCHASE_HEADS = ("企业名称", "产品", "采购品")
NO_FOLDER = _("There is no folder %(path)s.")
NO_TABLE = _("The folder %(path)s has no table %(table)s (parquet, csv.gz or csv).")
NO_READER = _(
    "To read %(table)s.parquet the package pyarrow is needed, and it is not installed. A CSV file of the same columns needs none."
)
BROKEN = _("The table %(table)s is damaged or not what its name says; it cannot be unpacked.")
WRONG_TABLE = _("The table %(table)s has no column %(name)s.")


def table_rows(folder: Path, table: str, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The rows of a table with these columns.

    Raises Refused: no-such-folder, no-such-table, reader-missing, wrong-columns, too-large, table-broken (an archive or a parquet
    file that cannot be unpacked), and of a text table undecodable-text, not-a-table, empty-file.
    """
    if not folder.is_dir():
        raise Refused("no-such-folder", NO_FOLDER, path=str(folder))
    if (folder / f"{table}.parquet").is_file():
        yield from _parquet(folder / f"{table}.parquet", table, columns)
        return
    for path in (folder / f"{table}.csv.gz", folder / f"{table}.csv"):
        if path.is_file():
            yield from text_rows(_content(path), path.name, columns)
            return
    raise Refused("no-such-table", NO_TABLE, path=str(folder), table=table)


def text_rows(content: bytes, name: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The rows of a text table with these columns; cells that a row does not have are empty. name: what the table is called."""
    opened = open_table(content, name, dict.fromkeys(columns, ()), optional=columns, largest=LARGEST)
    _demand_columns(name, opened.heads, columns)
    places = {column: opened.places[column] or 0 for column in columns}
    for _row, cells in opened.rows:
        yield {column: cells[at] if at < len(cells) else "" for column, at in places.items()}


def _content(path: Path) -> bytes:
    """The bytes of a table, unpacked no further than a table may be large."""
    if path.stat().st_size > LARGEST:
        raise Refused("too-large", TOO_LARGE, status=413, file=path.name, megabytes=LARGEST // 1_000_000)
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path, "rb") as packed:
            return packed.read(LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as broken:
        raise Refused("table-broken", BROKEN, table=path.name) from broken


def _parquet(path: Path, table: str, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as missing:
        raise Refused("reader-missing", NO_READER, table=table) from missing
    try:
        with parquet.ParquetFile(path) as file:
            _demand_columns(path.name, file.schema_arrow.names, columns)
            for batch in file.iter_batches(columns=list(columns)):
                yield from batch.to_pylist()
    except (ArrowException, OSError) as broken:
        raise Refused("table-broken", BROKEN, table=path.name) from broken


def _demand_columns(table: str, given: Any, columns: tuple[str, ...]) -> None:
    for column in columns:
        if column not in given:
            raise Refused("wrong-columns", WRONG_TABLE, table=table, name=column)


def ckg_edges(folder: Path) -> Iterator[Edge]:
    """ChainKnowledgeGraph: product_inputs over products, with the listed makers of each product. One origin: it is one work."""
    names = {str(r["product_id"]): str(r["name"]) for r in table_rows(folder, "products", ("product_id", "name"))}
    makers: dict[str, list[str]] = {}
    for row in table_rows(folder, "makes", ("company_code", "product_id")):
        makers.setdefault(str(row["product_id"]), []).append(str(row["company_code"]))
    for row in table_rows(folder, "product_inputs", ("product_id", "input_id")):
        product, wanted = names.get(str(row["product_id"])), names.get(str(row["input_id"]))
        if product and wanted:
            yield Edge(product, wanted, CKG, tuple(makers.get(str(row["product_id"]), ())))


def ickg_edges(folder: Path) -> Iterator[Edge]:
    """ICKG, relation 上游于: the head is upstream of the tail, so the tail needs the head. One origin."""
    for row in table_rows(folder, "quads", ("head", "relation", "tail")):
        if row["relation"] == UPSTREAM and row["head"] != row["tail"]:
            yield Edge(str(row["tail"]), str(row["head"]), ICKG)


def purchase_edges(content: bytes, name: str) -> Iterator[Edge]:
    """Rows of 企业名称, 产品, 采购品: what companies buy for what they make; each is an origin of its own."""
    for row in text_rows(content, name, PURCHASE_HEADS):
        company, product, wanted = (unescaped(row[head]) for head in PURCHASE_HEADS)
        yield Edge(product, wanted, company or "–", (company or "–",), is_statement=True)
