"""Company lists as files: bytes to lines and back. No Django, no database."""

from xinya.zones.files.cells import split_products
from xinya.zones.files.columns import COLUMNS
from xinya.zones.files.lines import CompanyLine, ListRefused
from xinya.zones.files.reading import read_companies
from xinya.zones.files.writing import template, write_csv, write_xlsx

__all__ = [
    "COLUMNS",
    "CompanyLine",
    "ListRefused",
    "read_companies",
    "split_products",
    "template",
    "write_csv",
    "write_xlsx",
]
