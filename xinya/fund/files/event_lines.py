"""Events as JSON lines: one event a line, in and out with the same bytes; and the replay of a list of them."""

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any

from xinya.fund.engine import exact
from xinya.fund.engine.book import Book
from xinya.fund.engine.events import FIRST_HASH, Event
from xinya.fund.engine.figures import figures
from xinya.fund.engine.ledger import Posting
from xinya.fund.engine.refusal import BadInput, refuse
from xinya.fund.engine.terms import SHARE

from .cases import Inexact, Told, day, need, rows, word

LARGEST_ERRORS = 200
BEFORE_ALL = datetime.date(1900, 1, 1)


def read_event(row: Told, where: str) -> Event:
    """One event. Raises FIELD_MISSING, FIELD_WRONG, DATE_WRONG with its place."""
    content = row.get("data", {})
    if not isinstance(content, Mapping):
        raise refuse("FIELD_WRONG", where=f"{where}.data", value=content)
    if place := _inexact(content, "data"):
        raise refuse("NUMBER_NOT_EXACT", where=f"{where}.{place[0]}", value=place[1])
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
    words = {name: str(row.get(name, "")) for name in ("stream", "recorded_at", "actor", "decision", "key", "hash")}
    return Event(
        seq=seq, type=word(row, "type", where), date=day(need(row, "date", where), f"{where}.date"), content=content,
        postings=moves, previous=str(row.get("previous", FIRST_HASH)), **words,
    )  # fmt: skip


def _inexact(value: Any, where: str) -> tuple[str, Any] | None:
    """The place of the first number that is not whole."""
    if isinstance(value, Mapping):
        return next((found for key, below in value.items() if (found := _inexact(below, f"{where}.{key}"))), None)
    if isinstance(value, list):
        return next((found for n, below in enumerate(value) if (found := _inexact(below, f"{where}.{n}"))), None)
    is_exact = value is None or isinstance(value, str | int)
    return None if is_exact else (where, value)


def read_lines(content: bytes) -> list[Event]:
    """Events from JSON lines, all or nothing. Raises the first defect with its line; further ones, up to 200, in `findings`."""
    events: list[Event] = []
    defects: list[BadInput] = []
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise refuse("FIELD_WRONG", where="UTF-8", value=str(error)) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_float=Inexact, parse_constant=Inexact)
            if not isinstance(row, dict):
                raise refuse("FIELD_WRONG", where=f"line {number}", value=row)
            events.append(read_event(row, f"line {number}"))
        except BadInput as refused:
            defects.append(refused)
        except (ValueError, RecursionError) as error:
            defects.append(refuse("FIELD_WRONG", where=f"line {number}", value=" ".join(str(error).split())))
    if defects:
        first = defects[0]
        first.findings = defects[:LARGEST_ERRORS]  # type: ignore[attr-defined]
        raise first
    return events


def lines(events: Iterable[Event]) -> bytes:
    """Events as JSON lines with their hashes; reading them back gives the same events."""
    written = [
        json.dumps(event.told() | {"previous": event.previous, "hash": event.hash}, ensure_ascii=False, separators=(",", ":"))
        for event in events
    ]
    return "".join(f"{line}\n" for line in written).encode()


def opened(told: Told) -> Book:
    """A book with the opening cap table of a case; its event is not counted among the case's own."""
    table = told.get("opening_cap_table")
    book = Book()
    if table is not None:
        if not isinstance(table, Mapping):
            raise refuse("FIELD_WRONG", where="opening_cap_table", value=table)
        book.append(Event(0, "CAP_TABLE_OPENED", BEFORE_ALL, {"holders": dict(table), "unit": told.get("unit", SHARE)}))
    return book


def replayed(told: Told) -> dict[str, Any]:
    """Cap table, ledger and figures of a case's events (golden kind `replay`); their seq counts from 1 after the opening."""
    book = opened(told)
    start = book.seq
    for n, row in enumerate(sorted(rows(told, "events"), key=_seq), start=1):
        event = read_event(row, f"events.{n - 1}")
        if event.seq != n:
            raise refuse("SEQUENCE_BROKEN", value=event.seq, held=n - 1)
        content = dict(event.content)
        if event.type == "REVERSED" and isinstance(content.get("reverses"), int):
            content["reverses"] += start
        book.append(Event(start + n, event.type, event.date, content, key=event.key, postings=event.postings))
    return summary(book)


def _seq(row: Told) -> int:
    seq = row.get("seq")
    return seq if isinstance(seq, int) else 0


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
