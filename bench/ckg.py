"""The public list of listed companies' products (`../shared/data/ckg`), read for benches and tests; never shipped."""

import csv
import gzip
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "ckg"


def folder() -> Path | None:
    """Where the list lies, or None on a machine that has none."""
    return DATA if DATA.is_dir() else None


@lru_cache(maxsize=1)
def products() -> dict[int, str]:
    """Product id -> its name, all 95,555."""
    return {int(str(row["product_id"])): str(row["name"]) for row in _parquet("products.parquet")}


@lru_cache(maxsize=1)
def accounting() -> frozenset[int]:
    """Ids of the names that are no products but lines of accounts."""
    return frozenset(int(str(row["product_id"])) for row in _parquet("products.parquet") if row["is_accounting"])


@lru_cache(maxsize=1)
def made() -> dict[int, tuple[str, ...]]:
    """Product id -> codes of its listed makers, for the products that have one."""
    found: dict[int, list[str]] = {}
    for row in _parquet("makes.parquet"):
        found.setdefault(int(str(row["product_id"])), []).append(str(row["company_code"]))
    return {key: tuple(sorted(codes)) for key, codes in found.items()}


@lru_cache(maxsize=1)
def industry_of() -> dict[str, str]:
    """Company code -> the name of its industry, where one is known."""
    with gzip.open(_path("industries.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        names = {row["code"]: row["name"] for row in csv.DictReader(lines)}
    with gzip.open(_path("company_industries.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        return {row["company_code"]: names.get(row["industry_code"], "") for row in csv.DictReader(lines)}


def _path(name: str) -> Path:
    there = folder()
    if there is None:
        raise FileNotFoundError(DATA)
    return there / name


def _parquet(name: str) -> list[dict[str, object]]:
    import pyarrow.parquet  # only benches and tests have it

    rows: list[dict[str, object]] = pyarrow.parquet.read_table(_path(name)).to_pylist()
    return rows
