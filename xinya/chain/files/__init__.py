"""Exchange formats of the chain slice: bytes to frozen dataclasses and back; no Django, no database."""

from .archive import archive_of, pack_from_archive, pack_from_path
from .check import Defect, check_packs
from .listed import listed_companies
from .pack import Pack, join_packs, pack_members
from .reading import pack_from_folder, pack_from_members, read_folder
from .shipped import (
    SHIPPED,
    everyday_list,
    industry_classes,
    placement_model,
    placer_for,
    shipped_atlas,
    shipped_packs,
    shipped_placer,
    synonym_list,
    usage_list,
    wide_list,
    word_list,
)

__all__ = [
    "SHIPPED",
    "Defect",
    "Pack",
    "archive_of",
    "check_packs",
    "everyday_list",
    "industry_classes",
    "join_packs",
    "listed_companies",
    "pack_from_archive",
    "pack_from_folder",
    "pack_from_members",
    "pack_from_path",
    "pack_members",
    "placement_model",
    "placer_for",
    "read_folder",
    "shipped_atlas",
    "shipped_packs",
    "shipped_placer",
    "synonym_list",
    "usage_list",
    "wide_list",
    "word_list",
]
