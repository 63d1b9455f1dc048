"""Company lists and assignments as files: bytes to lines and back. No Django, no database."""

from xinya.zones.files.assignments import AssignmentLine, read_assignments, write_assignments
from xinya.zones.files.cells import split_products
from xinya.zones.files.columns import COLUMNS
from xinya.zones.files.lines import CompanyLine, ListRefused
from xinya.zones.files.reading import read_companies
from xinya.zones.files.writing import template, write_csv, write_xlsx

__all__ = [
    "COLUMNS",
    "AssignmentLine",
    "CompanyLine",
    "ListRefused",
    "read_assignments",
    "read_companies",
    "split_products",
    "template",
    "write_assignments",
    "write_csv",
    "write_xlsx",
]
