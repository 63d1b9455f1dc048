"""Every write of the zones slice, one file a subject."""

from .people import end_membership, enter_membership, house_office, make_current, renew_account
from .zones import (
    LIST_CONFIDENCE,
    NOT_ALLOWED,
    Grounds,
    ListOrigin,
    Statement,
    demand_officer,
    describe_companies,
    list_source,
    mark_as_demo,
    record_companies,
    record_state,
    record_statement,
    remove_zone,
    start_zone,
    touch_zone,
)

__all__ = [
    "LIST_CONFIDENCE",
    "NOT_ALLOWED",
    "Grounds",
    "ListOrigin",
    "Statement",
    "demand_officer",
    "describe_companies",
    "end_membership",
    "enter_membership",
    "house_office",
    "list_source",
    "make_current",
    "mark_as_demo",
    "record_companies",
    "record_state",
    "record_statement",
    "remove_zone",
    "renew_account",
    "start_zone",
    "touch_zone",
]
