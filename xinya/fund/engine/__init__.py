"""The fund's mathematics: grants that become equity, rounds, exits, the pool's ledger. Exact but for simulation and XIRR."""

from .book import Book, Entry, View, replay
from .buyback import Concession, Lot, Row, Sale, buy_back, concession, cost_out
from .conversion import Conversion, Converted, both_bases, convert, units_by_tranche
from .events import TYPES, Event
from .figures import Figures, Part, figures, figures_of_flows, flows, net_asset_value
from .interest import RateTable, simple_interest
from .later_rounds import Adjustment, LaterRound, Step, adjusted, dilution_path
from .ledger import ACCOUNTS, Posting
from .limits import NOT_LARGEST_HOLDER, SHARE_CEILING
from .maturity import Due, PaidTranche, WriteOff, due_at_maturity, extended_to, write_off
from .recycling import DEFAULT_CHANCES, Bucket, Chances, Expectation, Recycled, expectation, recycle
from .refusal import SENTENCES, BadInput
from .simulation import POLICIES, Plan, Simulated, Spread, simulate
from .terms import EXCLUDES, INCLUDES, POOL, Accrual, Holding, Instrument, NewMoney, Round
from .trigger import Found, Investor, Rule, SignedRound, demand_trigger, qualified_round
from .waterfall import COMMON, Payout, ShareClass, among_holders, break_points, waterfall
from .xirr import Return, xirr

__all__ = [
    "ACCOUNTS", "COMMON", "DEFAULT_CHANCES", "EXCLUDES", "INCLUDES", "NOT_LARGEST_HOLDER", "POLICIES", "POOL", "SENTENCES",
    "SHARE_CEILING", "TYPES", "Accrual", "Adjustment", "BadInput", "Book", "Bucket", "Chances", "Concession", "Conversion",
    "Converted", "Due", "Entry", "Event", "Expectation", "Figures", "Found", "Holding", "Instrument", "Investor", "LaterRound",
    "Lot", "NewMoney", "PaidTranche", "Part", "Payout", "Plan", "Posting", "RateTable", "Recycled", "Return", "Round", "Row",
    "Rule", "Sale", "ShareClass", "SignedRound", "Simulated", "Spread", "Step", "View", "WriteOff", "adjusted", "among_holders",
    "both_bases", "break_points", "buy_back", "concession", "convert", "cost_out", "demand_trigger", "dilution_path",
    "due_at_maturity", "expectation", "extended_to", "figures", "figures_of_flows", "flows", "net_asset_value",
    "qualified_round", "recycle", "replay", "simple_interest", "simulate", "units_by_tranche", "waterfall", "write_off", "xirr",
]  # fmt: skip
