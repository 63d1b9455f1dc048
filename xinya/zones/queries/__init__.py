"""Every read of the zones slice that is more than get-by-key, one file a subject."""

from .gate import assignments_in_force, company_visible, gate, gated_models, visible_to
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
    "companies_seen",
    "company_dossier",
    "company_visible",
    "gate",
    "gated_models",
    "signed_in",
    "visible_to",
    "zone_statements",
    "zone_visible",
    "zones_visible",
]
