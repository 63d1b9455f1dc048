"""Events as JSON lines: one event a line, in and out with the same bytes; and the replay of a list of them."""

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any

from xinya.fund.engine import exact
from xinya.fund.engine.book import Book, demand_all_hashed
from xinya.fund.engine.events import Event, demand_plain
from xinya.fund.engine.figures import figures
from xinya.fund.engine.ledger import Posting
from xinya.fund.engine.refusal import BadInput, refuse
from xinya.fund.engine.terms import POOL, SHARE, UNITS

from .cases import Told, day, need, read_json, rows, word

LARGEST_ERRORS = 200
WORDS = ("stream", "recorded_at", "actor", "decision", "key", "previous", "hash")


def read_event(row: Told, where: str) -> Event:
    """One event. Raises FIELD_MISSING, FIELD_WRONG, DATE_WRONG with its place."""
    content = row.get("data", {})
    if not isinstance(content, Mapping):
        raise refuse("FIELD_WRONG", where=f"{where}.data", value=content)
    demand_plain(content, f"{where}.data")
    moves = tuple(
        Posting(
            word(one, "debit", where),
            word(one, "credit", where),
            exact.fen(need(one, "amount_fen", where), f"{where}.postings.{n}"),
        )
        for n, one in enumerate(rows(row, "postings", where) if row.get("postings") is not None else [])
    )
    seq = need(row, "seq", where)
    if isinstance(seq, bool) or not isinstance(seq, int) or seq < 1:
        raise refuse("FIELD_WRONG", where=f"{where}.seq", value=seq)
    words = {name: _word_or_none(row, name, where) for name in WORDS}
    return Event(
        seq=seq, type=word(row, "type", where), date=day(need(row, "date", where), f"{where}.date"), content=content,
        postings=moves, **words,
    )  # fmt: skip


def _word_or_none(row: Told, name: str, where: str) -> str:
    """A word that may be left out, be null or be empty."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise refuse("FIELD_WRONG", where=f"{where}.{name}", value=value)
    demand_plain(value, f"{where}.{name}")
    return value


def read_lines(content: bytes) -> list[Event]:
    """Events from JSON lines, all or nothing. Raises the first defect with its line; further ones, up to 200, in `findings`.

    A list in which some events carry a hash and others none is refused.
    """
    events: list[Event] = []
    defects: list[BadInput] = []
    try:
        lines = content.decode("utf-8-sig").split("\n")  # not splitlines: a word may hold U+2028
    except UnicodeDecodeError as error:
        raise refuse("FIELD_WRONG", where="UTF-8", value=str(error)) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = read_json(line, f"line {number}")
            if not isinstance(row, dict):
                raise refuse("FIELD_WRONG", where=f"line {number}", value=row)
            events.append(read_event(row, f"line {number}"))
        except BadInput as refused:
            defects.append(refused)
    if defects:
        first = defects[0]
        first.findings = defects[:LARGEST_ERRORS]  # type: ignore[attr-defined]
        raise first
    demand_all_hashed(events)
    return events


def lines(events: Iterable[Event]) -> bytes:
    """Events as JSON lines with their hashes; reading them back gives the same events."""
    written = [
        json.dumps(event.told() | {"previous": event.previous, "hash": event.hash}, ensure_ascii=False, separators=(",", ":"))
        for event in events
    ]
    return "".join(f"{line}\n" for line in written).encode()


def opened(told: Told) -> Book:
    """A book that starts with the opening cap table of a case, which is no event.

    The pool is its row in the table, or `unallocated_pool` beside it, as in a round.
    """
    table = {} if told.get("opening_cap_table") is None else told["opening_cap_table"]
    exact.known(SHARE if told.get("unit") is None else told["unit"], UNITS, "unit")
    if not isinstance(table, Mapping):
        raise refuse("FIELD_WRONG", where="opening_cap_table", value=table)
    holders = dict(table)
    if POOL in holders and told.get("unallocated_pool") is not None:
        raise refuse("DUPLICATE_ID", where="opening_cap_table", value=POOL)
    pool = holders.pop(POOL, 0) if told.get("unallocated_pool") is None else told["unallocated_pool"]
    return Book(holders, exact.units(pool, "unallocated_pool"))


def replayed(told: Told) -> dict[str, Any]:
    """Cap table, ledger and figures of a case's events (golden kind `replay`), in the order of their seq."""
    book = opened(told)
    events = [read_event(row, f"events.{n}") for n, row in enumerate(rows(told, "events"))]
    demand_all_hashed(events)
    return summary(book.extend(sorted(events, key=lambda event: event.seq)))


def summary(book: Book, day: datetime.date | None = None) -> dict[str, Any]:
    """What a book comes to, at its end or as of a day, with its figures and the hash of its last event."""
    view = book.view() if day is None else book.as_of(day)
    ratios = figures(view)
    companies = view.companies()
    table = view.cap_table(companies[0]) if len(companies) == 1 else {}
    return {
        "balances_fen": view.balances(),
        "pool_cash_fen": view.cash_fen,
        "committed_fen": view.committed_fen,
        "free_fen": view.free_fen,
        "cap_table": table,
        "total_units": sum(table.values()),
        "cap_tables": {company: view.cap_table(company) for company in companies},
        "grants": {name: view.grant(name) for name in view.grants()},
        "disbursed_fen": ratios.paid_in_fen,
        "returned_fen": ratios.returned_fen,
        "net_dpi_exact": None if ratios.dpi is None else exact.text(ratios.dpi),
        "companies_supported": ratios.supported,
        "recycled_fen": ratios.recycled_fen,
        "events": book.seq,
        "late": book.late(),
        "hash": book.hash,
    }
