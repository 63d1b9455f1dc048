"""Case files: the inputs of one computation as JSON, to what the engines take. Floats are refused by their place, not rounded."""

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from xinya.fund.engine import exact
from xinya.fund.engine.events import DEEPEST, is_text
from xinya.fund.engine.exact import Inexact
from xinya.fund.engine.interest import RateTable
from xinya.fund.engine.refusal import refuse
from xinya.fund.engine.terms import EXCLUDES, FULLY_DILUTED, GRANT, REPAY, SHARE, Accrual, Holding, Instrument, NewMoney, Round
from xinya.kit.days import day_written

Told = Mapping[str, Any]


def read_case(content: bytes) -> dict[str, Any]:
    """The object of a case file, with every inexact number kept as it was written. Raises FIELD_WRONG."""
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("FIELD_WRONG", where="JSON", value=error) from None
    told = read_json(written, "JSON")
    if not isinstance(told, dict):
        raise refuse("FIELD_WRONG", where="JSON", value=type(told).__name__)
    return told


def read_json(written: str, where: str) -> Any:
    """What JSON says, inexact numbers kept as they were written. Raises FIELD_WRONG for what is none, for lists in lists without
    end, and for half of a surrogate pair, which could be neither hashed nor printed."""
    try:
        told = json.loads(written, parse_float=Inexact, parse_constant=Inexact)
    except (ValueError, RecursionError) as error:
        raise refuse("FIELD_WRONG", where=where, value=" ".join(str(error).split())) from None
    below = [(told, 0)]
    while below:
        value, depth = below.pop()
        if isinstance(value, str):
            if not is_text(value):
                raise refuse("FIELD_WRONG", where=where, value=value)
        elif isinstance(value, dict | list):
            if depth > DEEPEST:
                raise refuse("FIELD_WRONG", where=where, value=f"{DEEPEST} x [")
            below += [(one, depth + 1) for one in value]
            below += [(one, depth + 1) for one in (value.values() if isinstance(value, dict) else ())]
    return told


def inputs_of(told: Told) -> tuple[Told, str | None]:
    """(inputs, kind): of a golden case, or the object itself with no kind."""
    inner = told.get("inputs")
    if isinstance(inner, Mapping):
        return inner, told.get("kind")
    return told, told.get("kind")


def need(told: Told, name: str, where: str = "") -> Any:
    """The value of a key. Raises FIELD_MISSING with its place."""
    if name not in told:
        raise refuse("FIELD_MISSING", where=f"{where}.{name}" if where else name)
    return told[name]


def rows(told: Told, name: str, where: str = "") -> list[Told]:
    """A list of objects. Raises FIELD_MISSING, FIELD_WRONG."""
    found, place = need(told, name, where), f"{where}.{name}" if where else name
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise refuse("FIELD_WRONG", where=place, value=found)
    for number, row in enumerate(found):
        if not isinstance(row, Mapping):
            raise refuse("FIELD_WRONG", where=f"{place}.{number}", value=row)
    return list(found)


def word(told: Told, name: str, where: str = "") -> str:
    found = need(told, name, where)
    if not isinstance(found, str) or not found:
        raise refuse("FIELD_WRONG", where=f"{where}.{name}" if where else name, value=found)
    return found


def day(value: object, where: str) -> datetime.date:
    """Raises DATE_WRONG."""
    if not isinstance(value, str):
        raise refuse("DATE_WRONG", where=where, value=value)
    try:
        return day_written(value)
    except ValueError:
        raise refuse("DATE_WRONG", where=where, value=value) from None


def switch(told: Told, name: str, default: bool, where: str = "") -> bool:
    found = told.get(name, default)
    if found is None:
        return False
    if not isinstance(found, bool):
        raise refuse("FIELD_WRONG", where=f"{where}.{name}" if where else name, value=found)
    return found


def optional(told: Told, name: str, read: Callable[[object], Fraction]) -> Fraction | None:
    """The value read, or None where it is null or absent."""
    value = told.get(name)
    return None if value is None else read(value)


def read_round(told: Told) -> Round:
    """A round with its instruments. null and an absent limit mean none; template defaults never come in here."""
    return Round(
        holdings=tuple(
            Holding(word(row, "holder", f"holders.{n}"), need(row, "shares", f"holders.{n}"), row.get("group"))
            for n, row in enumerate(rows(told, "holders"))
        ),
        pre_money_fen=need(told, "pre_money_fen"),
        new_money=tuple(
            NewMoney(word(row, "holder", f"new_money.{n}"), need(row, "amount_fen", f"new_money.{n}"), row.get("group"))
            for n, row in enumerate(rows(told, "new_money") if told.get("new_money") is not None else [])
        ),
        instruments=tuple(
            read_instrument(row, f"instruments.{n}")
            for n, row in enumerate(rows(told, "instruments") if told.get("instruments") is not None else [])
        ),
        pool_units=0 if told.get("unallocated_pool") is None else told["unallocated_pool"],
        pool_target=optional(told, "pool_target", lambda v: exact.share(v, "pool_target", "POOL_TARGET_OUT_OF_RANGE")),
        basis=EXCLUDES if told.get("basis") is None else told["basis"],
        unit=SHARE if told.get("unit") is None else told["unit"],
    )


def read_instrument(row: Told, where: str) -> Instrument:
    """One instrument; interest when it names a rate."""
    accrual = None
    if row.get("annual_rate") is not None:
        accrual = Accrual(
            exact.share(row["annual_rate"], f"{where}.annual_rate", "RATE_OUT_OF_RANGE"),
            365 if row.get("year_basis") is None else row["year_basis"],
            day(need(row, "interest_from", where), f"{where}.interest_from"),
            day(need(row, "interest_to", where), f"{where}.interest_to"),
        )
    return Instrument(
        id=word(row, "id", where),
        holder=word(row, "holder", where),
        kind=GRANT if row.get("type") is None else row["type"],
        principal_fen=need(row, "outstanding_principal_fen", where),
        discount=exact.share("0" if row.get("discount") is None else row["discount"], f"{where}.discount", "DISCOUNT_OUT_OF_RANGE"),
        cap_fen=row.get("cap_fen"),
        floor_fen=row.get("floor_fen"),
        share_ceiling=optional(row, "share_ceiling", lambda v: exact.share(v, f"{where}.share_ceiling", "CEILING_OUT_OF_RANGE")),
        ceiling_base=FULLY_DILUTED if row.get("ceiling_base") is None else row["ceiling_base"],
        not_largest=switch(row, "not_largest_holder", False, where),
        remainder=REPAY if row.get("remainder") is None else row["remainder"],
        accrual=accrual,
        group=row.get("group"),
    )


def paid_tranches(told: Told) -> tuple[list[int], int]:
    """(planned amounts that were paid, sum of the cancelled ones) of a grant's tranches; all empty when none are told.

    Raises TRANCHES_DO_NOT_SUM when what was paid is not what the grants have outstanding.
    """
    if told.get("tranches") is None:
        return [], 0
    paid: list[int] = []
    cancelled = 0
    for number, row in enumerate(rows(told, "tranches")):
        where = f"tranches.{number}"
        amount = exact.fen(need(row, "planned_fen", where), f"{where}.planned_fen")
        status = exact.known(need(row, "status", where), ("PLANNED", "PAID", "CANCELLED"), f"{where}.status")
        if status == "PAID":
            paid.append(amount)
        cancelled += amount if status == "CANCELLED" else 0
    lines = rows(told, "instruments") if told.get("instruments") is not None else []
    grants = sum(one["outstanding_principal_fen"] for one in lines if one.get("type") in (None, GRANT))
    if sum(paid) != grants:
        raise refuse("TRANCHES_DO_NOT_SUM", where="tranches", value=sum(paid), held=grants)
    return paid, cancelled


def read_rates(told: Told, start: datetime.date) -> RateTable:
    """`rate_table` as rows; or `annual_rate`, one rate; with `signed_on` the table's rate on the day of signing (FIXED)."""
    if told.get("annual_rate") is not None:
        return RateTable.fixed(exact.share(told["annual_rate"], "annual_rate", "RATE_OUT_OF_RANGE"), start)
    table = RateTable.of(
        (
            day(need(row, "effective", f"rate_table.{n}"), f"rate_table.{n}.effective"),
            exact.share(need(row, "annual_rate", f"rate_table.{n}"), f"rate_table.{n}.annual_rate", "RATE_OUT_OF_RANGE"),
        )
        for n, row in enumerate(rows(told, "rate_table"))
    )
    if told.get("signed_on") is not None:
        return RateTable.fixed(table.rate_on(day(told["signed_on"], "signed_on")), start)
    return table
