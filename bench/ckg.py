"""The public graph of listed companies and their products (`../shared/data/ckg`), read for benches and tests; never shipped."""

import csv
import gzip
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "ckg"
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
    """Whether the graph lies beside the repository."""
    return (DATA / "products.parquet").is_file()


def table(name: str) -> dict[str, list[Any]]:
    """A parquet table as lists by column."""
    import pyarrow.parquet  # only benches and tests have it

    found: dict[str, list[Any]] = pyarrow.parquet.read_table(_path(f"{name}.parquet")).to_pydict()
    return found


def rows(name: str) -> list[dict[str, str]]:
    """A csv.gz table as rows, every cell a text."""
    with gzip.open(_path(f"{name}.csv.gz"), "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def products() -> dict[int, str]:
    """Product id -> its name, all 95,555."""
    found = table("products")
    return dict(zip(map(int, found["product_id"]), found["name"], strict=True))


@lru_cache(maxsize=1)
def accounting() -> frozenset[int]:
    """Ids of the names that are no products but lines of accounts."""
    found = table("products")
    return frozenset(int(key) for key, is_line in zip(found["product_id"], found["is_accounting"], strict=True) if is_line)


@lru_cache(maxsize=1)
def made() -> dict[int, tuple[str, ...]]:
    """Product id -> codes of its listed makers, for the products that have one."""
    makes = table("makes")
    found: dict[int, list[str]] = {}
    for key, company in zip(makes["product_id"], makes["company_code"], strict=True):
        found.setdefault(int(key), []).append(str(company))
    return {key: tuple(sorted(codes)) for key, codes in found.items()}


@lru_cache(maxsize=1)
def industry_of() -> dict[str, str]:
    """Company code -> the name of its industry, where one is known."""
    names = {row["code"]: row["name"] for row in rows("industries")}
    return {row["company_code"]: names.get(row["industry_code"], "") for row in rows("company_industries")}


@lru_cache(maxsize=1)
def listed() -> Listed:
    """The graph without the 35 names of accounting that are no products."""
    number = {key: i for i, key in enumerate(key for key in products() if key not in accounting())}
    makes = table("makes")
    companies = sorted(set(makes["company_code"]))
    at = {code: i for i, code in enumerate(companies)}
    made_ = [(at[c], number[p]) for c, p in zip(makes["company_code"], makes["product_id"], strict=True) if p in number]
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
        [products()[key] for key in number], companies, _pairs(needed), _pairs(made_), _pairs([row[:2] for row in above]),
        np.array([row[2] for row in above]),
    )  # fmt: skip


def _path(name: str) -> Path:
    """Raises FileNotFoundError on a machine that has no such data."""
    if not DATA.is_dir():
        raise FileNotFoundError(DATA)
    return DATA / name


def _pairs(rows_: list[tuple[int, int]]) -> tuple[Ids, Ids]:
    both = np.array(rows_, dtype=np.int64)
    return both[:, 0].copy(), both[:, 1].copy()
