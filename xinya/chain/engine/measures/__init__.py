"""Public names of the further measures of a supply network: arrays in, arrays out."""

from .concentration import Markets, Purchases, effective_number, markets, purchases
from .hypothetical_extraction import extraction
from .nexus_suppliers import NAMES, Nexus, centralities, envelopment, nexus
from .positions import Positions, influence, katz, positions
from .trade import Trade, final_sales, trade

__all__ = [
    "NAMES", "Markets", "Nexus", "Positions", "Purchases", "Trade",
    "centralities", "effective_number", "envelopment", "extraction", "final_sales", "influence", "katz", "markets", "nexus",
    "positions", "purchases", "trade",
]  # fmt: skip
