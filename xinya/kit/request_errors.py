"""What is wrong with a value that a program sent, in the reader's language; the library that checks it speaks English only."""

from collections.abc import Mapping
from typing import Any

from .text import Phrase
from .text import gettext_noop as _

WHOLE_NUMBER, NUMBER, DAY, INSTANT, LIST, OBJECT = (
    _("must be a whole number"), _("must be a number"), _("must be a day, like 2026-01-31"), _("must be a day and time"),
    _("must be a list"), _("must be an object with names and values"),
)  # fmt: skip
REASONS = {
    "missing": _("must be given"),
    "extra_forbidden": _("is not known here"),
    "json_invalid": _("is not JSON"),
    "string_type": _("must be a text"),
    "string_too_long": _("must have at most %(max_length)s characters"),
    "string_too_short": _("must have at least %(min_length)s characters"),
    "string_pattern_mismatch": _("is not written in the form that is asked"),
    "too_long": _("must have at most %(max_length)s items"),
    "too_short": _("must have at least %(min_length)s items"),
    "greater_than": _("must be more than %(gt)s"),
    "greater_than_equal": _("must be %(ge)s or more"),
    "less_than": _("must be less than %(lt)s"),
    "less_than_equal": _("must be %(le)s or less"),
    "literal_error": _("must be one of %(expected)s"),
    "enum": _("must be one of %(expected)s"),
    **dict.fromkeys(("bool_type", "bool_parsing"), _("must be true or false")),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), WHOLE_NUMBER),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number", "decimal_type", "decimal_parsing"), NUMBER),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), DAY),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), INSTANT),
    **dict.fromkeys(("list_type", "tuple_type", "set_type"), LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), OBJECT),
}
"""By pydantic's type of the error; its context fills the places."""


def reason_of(error: Mapping[str, Any]) -> Phrase | str:
    """The reason of one error as pydantic tells it; its own English words where we have none."""
    message = REASONS.get(str(error.get("type", "")))
    values = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    try:
        _filled = (message or "") % values
    except KeyError:
        message = None
    return Phrase(message, values) if message else str(error.get("msg", ""))
