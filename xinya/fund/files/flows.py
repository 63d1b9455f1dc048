"""Dated money of a case: pairs in the case itself, or a CSV file beside it."""

import csv
import io
import re
from pathlib import Path

from xinya.fund.engine import exact
from xinya.fund.engine.figures import Flow
from xinya.fund.engine.refusal import refuse

from .cases import Told, day, word

LARGEST_FLOWS = 5_000_000
WHOLE = re.compile(r"-?[0-9]{1,20}")


def read_flows(told: Told, folder: Path) -> list[Flow]:
    """`flows` as pairs (day, fen), or `cashflow_file` beside the case with the columns date, amount_fen, kind."""
    if told.get("flows") is not None:
        pairs = told["flows"]
        if not isinstance(pairs, list) or any(not isinstance(pair, list | tuple) or len(pair) != 2 for pair in pairs):
            raise refuse("FIELD_WRONG", where="flows", value=pairs)
        return [(day(when, f"flows.{n}"), _signed_fen(amount, f"flows.{n}")) for n, (when, amount) in enumerate(pairs)]
    name = word(told, "cashflow_file")
    path = folder / name
    try:
        if Path(name).name != name or not path.is_file() or path.stat().st_size > LARGEST_FLOWS:
            raise refuse("FIELD_WRONG", where="cashflow_file", value=name)
        lines = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise refuse("FIELD_WRONG", where="cashflow_file", value=f"{name}: {error}") from None
    found: list[Flow] = []
    for n, row in enumerate(lines, start=2):
        written = row.get("amount_fen") or ""
        whole = int(written) if WHOLE.fullmatch(written) else written
        found.append((day(row.get("date"), f"{name} row {n}"), _signed_fen(whole, f"{name} row {n}")))
    return found


def _signed_fen(value: object, where: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        exact.fen(abs(value), where, least=0)
        return value
    return exact.fen(value, where)
