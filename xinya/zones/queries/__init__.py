"""Every read of the zones slice that is more than get-by-key, one file a subject."""

from .zones import Dossier, all_dossiers, signed_in, zone_statements, zone_visible, zones_visible

__all__ = ["Dossier", "all_dossiers", "signed_in", "zone_statements", "zone_visible", "zones_visible"]
