"""Rows of the zones slice, one file a subject."""

from .people import Person
from .places import Company, Fact, Source, Zone

__all__ = ["Company", "Fact", "Person", "Source", "Zone"]
