"""Every read of the zones slice that is more than get-by-key, one file a subject."""

from .attachments import attachment_visible, attachments_of
from .gate import assignments_in_force, company_visible, gated, gated_models, visible_to
from .notices import channels_open, notice_choice, people_of, people_with
from .zones import (
    Dossier,
    all_dossiers,
    companies_seen,
    company_dossier,
    signed_in,
    zone_statements,
    zone_visible,
    zones_visible,
)

__all__ = [
    "Dossier",
    "all_dossiers",
    "assignments_in_force",
    "attachment_visible",
    "attachments_of",
    "channels_open",
    "companies_seen",
    "company_dossier",
    "company_visible",
    "gated",
    "gated_models",
    "notice_choice",
    "people_of",
    "people_with",
    "signed_in",
    "visible_to",
    "zone_statements",
    "zone_visible",
    "zones_visible",
]
