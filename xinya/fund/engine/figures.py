"""Figures of the fund (fund.md 7.13): paid in, returned, DPI, RVPI, TVPI, exact; net asset value with the source of each part."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import exact
from .book import Book, View
from .effects import issued_lines, paid_lines, split_ratio
from .ledger import POOL_CASH, net
from .refusal import refuse

Flow = tuple[datetime.date, int]
"""(day, fen); below 0: paid out to a company."""
STALE_MONTHS = 18
RETURNED = ("repaid", "interest", "sales", "dividends", "recovered", "equity_recovered", "recovered_later")


@dataclass(frozen=True, slots=True)
class Figures:
    """Ratios are None while nothing was paid in. supported: distinct companies that got a tranche;
    a grant whose company has no name counts as one of its own.
    """

    paid_in_fen: int
    returned_fen: int
    nav_fen: int
    supported: int = 0
    recycled_fen: int = 0

    @property
    def dpi(self) -> Fraction | None:
        return Fraction(self.returned_fen, self.paid_in_fen) if self.paid_in_fen else None

    @property
    def rvpi(self) -> Fraction | None:
        return Fraction(self.nav_fen, self.paid_in_fen) if self.paid_in_fen else None

    @property
    def tvpi(self) -> Fraction | None:
        return Fraction(self.returned_fen + self.nav_fen, self.paid_in_fen) if self.paid_in_fen else None


def figures_of_flows(flows: Iterable[Flow], nav_fen: int = 0) -> Figures:
    """DPI = returned / paid in, RVPI = NAV / paid in, TVPI = DPI + RVPI, from dated flows."""
    paid = back = 0
    for place, (_day, amount) in enumerate(flows):
        exact.fen(abs(amount) if isinstance(amount, int) and not isinstance(amount, bool) else amount, f"flows.{place}", least=0)
        paid, back = paid - min(amount, 0), back + max(amount, 0)
    return Figures(paid, back, exact.fen(nav_fen, "nav_fen", least=0))


def figures(view: View, nav_fen: int = 0) -> Figures:
    """returned = repaid + interest + sales + dividends + recovered - concession. Money remitted to the budget counts as returned.

    recycled: paid in beyond the budget's money.
    """
    grants = [view.grant(name) for name in view.grants()]
    paid = sum(one["paid"] for one in grants)
    balances = view.balances()
    income = -sum(balances[name] for name in ("INTEREST_INCOME", "DIVIDEND_INCOME", "RECOVERY_INCOME"))
    back = income + sum(one["repaid"] + one["sales"] + one["recovered"] + one["equity_recovered"] for one in grants)
    supported = len({view.company_of(name) or ("", name) for name in view.grants() if view.grant(name)["paid"]})
    return Figures(paid, back - balances["CONCESSION"], nav_fen, supported, max(0, paid + balances["BUDGET_IN"]))


def flows(book: Book, day: datetime.date | None = None) -> list[Flow]:
    """What was paid to and came back from companies, by day: for the yearly return. Funding and remittance are none."""
    found: dict[datetime.date, int] = {}
    for entry in book.entries:
        if day is not None and entry.event.date > day:
            continue
        paid = [one for one in entry.postings if not {"BUDGET_IN", "REMITTED"} & {one.debit, one.credit}]
        moved = net(paid).get(POOL_CASH, 0)
        if moved:
            found[entry.event.date] = found.get(entry.event.date, 0) + moved
    return sorted(found.items())


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the net asset value: what, its value in fen, the day and kind of its source, whether that is too old."""

    what: str
    value_fen: int
    source: str
    date: datetime.date
    is_stale: bool


def net_asset_value(
    book: Book, day: datetime.date, *, haircut: Fraction = Fraction(0), impairment: Mapping[str, Fraction] | None = None
) -> list[Part]:
    """Outstanding grants at cost less impairment; holdings at the price of the company's last closed round, less the haircut.

    A holding without a round stands at cost. haircut, impairment by grant: 0 <= share <= 1. A round older than 18 months
    is marked. Half up to fen, once for each part.
    """
    view, parts = book.as_of(day), []
    prices = _last_prices(book, day)
    shares: Sequence[Fraction] = [haircut, *(impairment or {}).values()]
    for one in shares:
        if not 0 <= one <= 1:
            raise refuse("SHARE_OUT_OF_RANGE", where="haircut", value=one)
    for grant in view.grants():
        state = view.grant(grant)
        if state["outstanding"]:
            kept = 1 - (impairment or {}).get(grant, Fraction(0))
            parts.append(Part(grant, exact.half_up(state["outstanding"] * kept), "COST", day, False))
    for key, held in sorted(view.sums.items()):
        if key[0] != "lot" or not held:
            continue
        company, grant = key[1], key[2]
        if company in prices:
            priced_on, pps = prices[company]
            stale = exact.months_after(priced_on, STALE_MONTHS) < day
            parts.append(Part(grant, exact.half_up(held * pps * (1 - haircut)), "ROUND", priced_on, stale))
        else:
            parts.append(Part(grant, view.grant(grant)["cost"], "COST", day, False))
    return parts


def _last_prices(book: Book, day: datetime.date) -> dict[str, tuple[datetime.date, Fraction]]:
    """The price of each company's last round: `pps_fen_exact` of the event, else what an investor paid over what they got.

    A split that stands later in the stream divides it by its ratio, as it multiplied the units.
    """
    found: dict[str, tuple[datetime.date, Fraction]] = {}
    for entry in book.entries:
        event = entry.event
        if event.date > day or book.is_reversed(event.seq, day):
            continue
        if event.type == "UNITS_SPLIT" and entry.company in found:
            priced_on, before = found[entry.company]
            found[entry.company] = (priced_on, Fraction(before, split_ratio(event.content)))
        if event.type != "ROUND_CLOSED":
            continue
        pps = None
        if "pps_fen_exact" in event.content:
            pps = exact.rational(event.content["pps_fen_exact"], "data.pps_fen_exact")
        else:
            issued = dict(issued_lines(event.content))
            paid = [(amount, issued.get(holder, 0)) for holder, amount in paid_lines(event.content)]
            priced = [(amount, got) for amount, got in paid if got]
            if priced:
                amount, got = max(priced, key=lambda one: one[1])
                pps = Fraction(amount, got)
        if pps is not None and (entry.company not in found or event.date >= found[entry.company][0]):
            found[entry.company] = (event.date, pps)
    return found
