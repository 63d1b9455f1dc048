"""The public chain graph of listed companies beside the repository (data/ckg), read into arrays for benches."""

import csv
import gzip
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow.parquet
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent.parent / ".." / "shared" / "data" / "ckg"
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Listed:
    """Products and companies as numbers from 0, and the links between them."""

    names: list[str]
    companies: list[str]
    inputs: tuple[Ids, Ids]
    makes: tuple[Ids, Ids]
    kinds: tuple[Ids, Ids]
    is_kind_by_suffix: NDArray[np.bool_]


def has_listed() -> bool:
    """Whether the data lies where it is looked for."""
    return (FOLDER / "products.parquet").is_file()


@lru_cache(maxsize=1)
def listed() -> Listed:
    """The graph without the 35 names of accounting that are no products."""
    products = table("products")
    keep = ~np.array(products["is_accounting"], dtype=bool)
    number = {pid: i for i, pid in enumerate(np.array(products["product_id"])[keep].tolist())}
    names = [name for name, kept in zip(products["name"], keep, strict=True) if kept]
    makes = table("makes")
    companies = sorted(set(makes["company_code"]))
    at = {code: i for i, code in enumerate(companies)}
    made = [(at[c], number[p]) for c, p in zip(makes["company_code"], makes["product_id"], strict=True) if p in number]
    links = table("product_inputs")
    needed = [
        (number[a], number[b]) for a, b in zip(links["product_id"], links["input_id"], strict=True) if a in number and b in number
    ]
    kinds = table("product_kinds")
    above = [
        (number[a], number[b], match == "suffix")
        for a, b, match in zip(kinds["product_id"], kinds["broader_id"], kinds["match"], strict=True)
        if a in number and b in number
    ]
    return Listed(
        names, companies, _pairs(needed), _pairs(made), _pairs([row[:2] for row in above]), np.array([row[2] for row in above])
    )


def _pairs(rows: list[tuple[int, int]]) -> tuple[Ids, Ids]:
    both = np.array(rows, dtype=np.int64)
    return both[:, 0].copy(), both[:, 1].copy()


def table(name: str) -> dict[str, list]:  # type: ignore[type-arg]
    """A parquet table as lists by column."""
    return pyarrow.parquet.read_table(FOLDER / f"{name}.parquet").to_pydict()


def rows(name: str) -> list[dict[str, str]]:
    """A csv.gz table as rows, every cell a text."""
    with gzip.open(FOLDER / f"{name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
