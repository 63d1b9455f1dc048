"""Single rows."""

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def only(rows: "QuerySet[Row]") -> Row | None:
    """The row that a key names, None where there is none. One statement.

    It is not put in order first, as `first` does: to build that takes longer than to read it.
    """
    return next(iter(rows.order_by()[:1]), None)
