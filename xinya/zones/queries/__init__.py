"""Every read of the zones slice that is more than get-by-key, one file a subject."""

from .attachments import attachment_visible, attachments_of
from .calendar import calendar_change, calendar_in_force, calendar_load, calendar_loads, office_hours_in_force, shown_year
from .gate import assignments_in_force, company_visible, gated, gated_models, visible_to
from .notices import channels_open, notice_choice, people_of, people_with
from .promises import (
    clocks_of,
    drawn_days,
    events_of,
    is_late,
    level_of,
    possible_owners,
    promise_visible,
    promise_zone,
    promises_due,
    promises_of,
    promises_visible_to,
    reading,
)
from .zones import Dossier, all_dossiers, companies_seen, company_dossier, signed_in, zone_statements, zone_visible, zones_visible

__all__ = [
    "Dossier",
    "all_dossiers",
    "assignments_in_force",
    "attachment_visible",
    "attachments_of",
    "calendar_change",
    "calendar_in_force",
    "calendar_load",
    "calendar_loads",
    "channels_open",
    "clocks_of",
    "companies_seen",
    "company_dossier",
    "company_visible",
    "drawn_days",
    "events_of",
    "gated",
    "gated_models",
    "is_late",
    "level_of",
    "notice_choice",
    "office_hours_in_force",
    "people_of",
    "people_with",
    "possible_owners",
    "promise_visible",
    "promise_zone",
    "promises_due",
    "promises_of",
    "promises_visible_to",
    "reading",
    "shown_year",
    "signed_in",
    "visible_to",
    "zone_statements",
    "zone_visible",
    "zones_visible",
]
