"""The pool's ledger for auditors: Beancount text and CSV. Amounts in yuan with two decimals, written from whole fen."""

import csv
import datetime
import io
from collections.abc import Iterator

from xinya.fund.engine.book import Book, Entry

OPENED = {
    "POOL_CASH": "Assets:Pool:Cash",
    "GRANT_OUTSTANDING": "Assets:Grants:Outstanding",
    "EQUITY_AT_COST": "Assets:Equity:AtCost",
    "BUDGET_IN": "Equity:Budget:In",
    "REMITTED": "Equity:Budget:Remitted",
    "INTEREST_INCOME": "Income:Interest",
    "EXIT_GAIN": "Income:ExitGain",
    "DIVIDEND_INCOME": "Income:Dividend",
    "RECOVERY_INCOME": "Income:RecoveredLater",
    "WRITE_OFF": "Expenses:WriteOff",
    "CONCESSION": "Expenses:Concession",
}
FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")
HEAD = ("seq", "date", "type", "grant", "debit", "credit", "amount_fen", "late", "hash")


def signed_yuan(amount_fen: int) -> str:
    """-1234 fen is "-12.34"."""
    whole, rest = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}{whole}.{rest:02d}"


def beancount(book: Book, day: datetime.date | None = None) -> str:
    """The ledger in Beancount's syntax: accounts opened on the first day, one balanced transaction for each event that moves
    money, in the order of days, each with its number and hash."""
    entries = sorted(_moving(book, day), key=lambda entry: (entry.event.date, entry.event.seq))
    first = entries[0].event.date if entries else datetime.date(2000, 1, 1)
    text = ['option "operating_currency" "CNY"', ""]
    text += [f"{first} open {account} CNY" for account in OPENED.values()]
    for entry in entries:
        event = entry.event
        text += ["", f'{event.date} * "{event.type}" "{_quoted(event.content.get("grant", ""))}"']
        text += [f"  seq: {event.seq}", f'  hash: "{event.hash}"']
        for one in entry.postings:
            text.append(f"  {OPENED[one.debit]:<28} {signed_yuan(one.amount_fen):>20} CNY")
            text.append(f"  {OPENED[one.credit]:<28} {signed_yuan(-one.amount_fen):>20} CNY")
    return "\n".join(text) + "\n"


def _quoted(text: object) -> str:
    return "".join(" " if c in '"\\\n\r' else c for c in str(text))


def ledger_csv(book: Book, day: datetime.date | None = None) -> str:
    """One line a posting, in the order of the numbers; cells like formulas carry a leading apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEAD)
    for entry in _moving(book, day):
        event = entry.event
        for one in entry.postings:
            grant = plain_cell(str(event.content.get("grant", "")))
            writer.writerow(
                [event.seq, event.date, event.type, grant, one.debit, one.credit, one.amount_fen, int(entry.is_late), event.hash]
            )
    return written.getvalue()


def plain_cell(text: str) -> str:
    """A cell that no table program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_LIKE) else text


def _moving(book: Book, day: datetime.date | None) -> Iterator[Entry]:
    return (entry for entry in book.entries if entry.postings and (day is None or entry.event.date <= day))
