"""Which firm's failure would hurt a supply network most: the Economic Systemic Risk Index. No Django, no file, no clock."""

from .esri import CONVERGED, LOSSES, NO_WEIGHT, NOT_CONVERGED, SECTORS, Esri, Losses, Progress, Ways, cascade
from .network import NetworkWrong, SupplyLink, SupplyNetwork, revenue_warnings, supply_network
from .shocks import LARGEST_CHANGE, RELATIVE_GROWTH, Shocks, Stop, scenario_shocks, single_failures

__all__ = [
    "CONVERGED",
    "LARGEST_CHANGE",
    "LOSSES",
    "NOT_CONVERGED",
    "NO_WEIGHT",
    "RELATIVE_GROWTH",
    "SECTORS",
    "Esri",
    "Losses",
    "NetworkWrong",
    "Progress",
    "Shocks",
    "Stop",
    "SupplyLink",
    "SupplyNetwork",
    "Ways",
    "cascade",
    "revenue_warnings",
    "scenario_shocks",
    "single_failures",
    "supply_network",
]
