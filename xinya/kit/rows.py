"""Single rows."""

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def only(rows: "QuerySet[Row]") -> Row | None:
    """The row that a key names, None where there is none. One statement; none for a query of nothing.

    It is not put in order first, as `first` does: to build that takes longer than to read it.
    """
    if rows.query.is_empty():  # of a gate that lets nothing through; to build its SQL would take as long, and then not run
        return None
    return next(iter(rows.order_by()[:1]), None)
