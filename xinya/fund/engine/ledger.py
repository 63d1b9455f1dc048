"""Double entry of the pool (fund.md 7.12): which accounts each event moves, in fen. Debits positive, credits negative."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .refusal import refuse

POOL_CASH, GRANT_OUTSTANDING, EQUITY_AT_COST = "POOL_CASH", "GRANT_OUTSTANDING", "EQUITY_AT_COST"
ACCOUNTS = (
    POOL_CASH, GRANT_OUTSTANDING, EQUITY_AT_COST, "BUDGET_IN", "REMITTED", "INTEREST_INCOME", "EXIT_GAIN", "DIVIDEND_INCOME",
    "RECOVERY_INCOME", "WRITE_OFF", "CONCESSION",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """amount_fen moves from `credit` to `debit`; above 0."""

    debit: str
    credit: str
    amount_fen: int


def postings(*moves: tuple[str, str, int]) -> tuple[Posting, ...]:
    """(debit, credit, fen) as postings; nothing for 0, sides changed for what is below 0."""
    made = []
    for debit, credit, amount in moves:
        if amount > 0:
            made.append(Posting(debit, credit, amount))
        elif amount < 0:
            made.append(Posting(credit, debit, -amount))
    return tuple(made)


def sold(price_fen: int, cost_fen: int, concession_fen: int = 0) -> tuple[Posting, ...]:
    """A sale: cost leaves the book, the rest is gain; a loss is a debit of EXIT_GAIN."""
    cash_for_cost = min(price_fen, cost_fen)
    return postings(
        (POOL_CASH, EQUITY_AT_COST, cash_for_cost),
        (POOL_CASH, "EXIT_GAIN", price_fen - cash_for_cost),
        ("EXIT_GAIN", EQUITY_AT_COST, cost_fen - cash_for_cost),
        ("CONCESSION", POOL_CASH, concession_fen),
    )


def net(moves: Iterable[Posting]) -> dict[str, int]:
    """What the postings move in all, by account, without accounts that stay as they are. Sums to 0."""
    moved: dict[str, int] = {}
    for one in moves:
        moved[one.debit] = moved.get(one.debit, 0) + one.amount_fen
        moved[one.credit] = moved.get(one.credit, 0) - one.amount_fen
    return {account: amount for account, amount in moved.items() if amount}


def opposite(moves: Iterable[Posting]) -> tuple[Posting, ...]:
    """Same amounts, opposite sign: what REVERSED posts."""
    return tuple(Posting(one.credit, one.debit, one.amount_fen) for one in moves)


def demand_same(given: Iterable[Posting], own: Iterable[Posting], seq: int) -> None:
    """Refuse postings that move other amounts than the event's type says. Raises POSTINGS_DIFFER."""
    theirs, ours = net(given), net(own)
    for account in sorted({*theirs, *ours}):
        if theirs.get(account, 0) != ours.get(account, 0):
            raise refuse("POSTINGS_DIFFER", value=seq, account=f"{account} {theirs.get(account, 0)} / {ours.get(account, 0)}")


def balances(moved: Mapping[str, int]) -> dict[str, int]:
    """Every account with its balance, 0 where nothing was posted."""
    return {account: moved.get(account, 0) for account in ACCOUNTS}
