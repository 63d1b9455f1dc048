"""Every row of the product as it stands, and two companies to be merged, for the tests of mergings."""

from typing import Any

from django.apps import apps

from xinya.zones.actions import Merging, merge_companies
from xinya.zones.models import Company, CompanyMerge, Person, Zone

SLICES = ("zones", "chain")
"""The slices with rows of companies. The house around them keeps the log, marks of search and work for later of every act."""


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all slices by model, but for the mergings themselves and the number by which a zone counts its changes."""
    told = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in SLICES or model is CompanyMerge:
            continue
        rows = [dict(row) for row in model._base_manager.order_by("pk").values()]
        for row in rows:
            row.pop("revision", None) if model is Zone else None
        told[model._meta.label] = rows
    return told


def merged(officer: Person, survivor: Company, gone: Company, reason: str = "同一家企业登记了两次", **more: Any) -> CompanyMerge:
    return merge_companies(officer, zone=survivor.zone, merging=Merging(gone.pk, survivor.pk, reason, **more))
