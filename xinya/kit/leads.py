"""A seam: the slice that keeps leads registers how one is begun with a company. While none does, pages show nothing of it."""

from collections.abc import Callable

LeadStarter = Callable[[object, str, int, str], str]
"""(person, zone code, company's number, segment) -> the address that begins a lead, "" where this person may not."""
_starters: list[LeadStarter] = []


def register_lead_starter(starter: LeadStarter) -> None:
    """Say how a lead is begun. Raises ValueError when a slice has said so already."""
    if _starters and starter not in _starters:
        raise ValueError("leads are begun by one slice")
    _starters[:] = [starter]


def lead_address(person: object, zone: str, company: int, segment: str) -> str:
    """Where this person begins a lead with a company that could fill a segment; "" while no slice keeps leads."""
    return _starters[0](person, zone, company, segment) if _starters else ""
