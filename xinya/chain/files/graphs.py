"""Public graphs of products, read by path as edges "product needs input". They are never shipped; see each reader for its source.

Tables may be parquet (read with pyarrow, an optional package), CSV or gzipped CSV; the columns are the same.
"""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xinya.chain.engine.proposals import Edge
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

CKG, ICKG = "ChainKnowledgeGraph", "ICKG"
UPSTREAM = "上游于"
NO_FOLDER = _("There is no folder %(path)s.")
NO_TABLE = _("The folder %(path)s has no table %(table)s (parquet, csv.gz or csv).")
NO_READER = _(
    "To read %(table)s.parquet the package pyarrow is needed, and it is not installed. A CSV file of the same columns needs none."
)
WRONG_TABLE = _("The table %(table)s has no column %(column)s.")


def table_rows(folder: Path, table: str, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The rows of a table with these columns. Raises Refused: no-such-folder, no-such-table, reader-missing, wrong-columns."""
    if not folder.is_dir():
        raise Refused("no-such-folder", NO_FOLDER, path=str(folder))
    if (folder / f"{table}.parquet").is_file():
        yield from _parquet(folder / f"{table}.parquet", table, columns)
        return
    for path in (folder / f"{table}.csv.gz", folder / f"{table}.csv"):
        if path.is_file():
            with path.open("rb") as packed, io.BytesIO(_unpacked(packed.read(), path.suffix)) as content:
                reader = csv.DictReader(io.TextIOWrapper(content, "utf-8-sig", newline=""))
                _demand_columns(table, reader.fieldnames or (), columns)
                yield from ({c: row[c] or "" for c in columns} for row in reader)
            return
    raise Refused("no-such-table", NO_TABLE, path=str(folder), table=table)


def _unpacked(content: bytes, suffix: str) -> bytes:
    return gzip.decompress(content) if suffix == ".gz" else content


def _parquet(path: Path, table: str, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        from pyarrow import parquet
    except ImportError as missing:
        raise Refused("reader-missing", NO_READER, table=table) from missing
    _demand_columns(table, parquet.read_schema(path).names, columns)
    yield from parquet.read_table(path, columns=list(columns)).to_pylist()


def _demand_columns(table: str, given: Any, columns: tuple[str, ...]) -> None:
    for column in columns:
        if column not in given:
            raise Refused("wrong-columns", WRONG_TABLE, table=table, column=column)


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
