"""Every write of the zones slice, one file a subject."""

from .attachments import NewFile, add_attachment, open_attachment
from .audit import export_log, seal_log, verify_recent
from .notices import promise_notices
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
    "NewFile",
    "Statement",
    "add_attachment",
    "demand_officer",
    "describe_companies",
    "end_membership",
    "enter_membership",
    "export_log",
    "house_office",
    "list_source",
    "make_current",
    "mark_as_demo",
    "open_attachment",
    "promise_notices",
    "record_companies",
    "record_state",
    "record_statement",
    "remove_zone",
    "renew_account",
    "seal_log",
    "start_zone",
    "touch_zone",
    "verify_recent",
]
