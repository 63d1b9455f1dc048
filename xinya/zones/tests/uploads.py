"""Lists on their way into a zone, for tests: brought, mapped as proposed, committed."""

from datetime import date
from typing import Any

from xinya.zones.actions import ColumnSaid, NewList, bring_list, commit_import, map_columns
from xinya.zones.models import Company, ImportBatch, Person, Zone
from xinya.zones.tests.imports import HEADS
from xinya.zones.tests.imports import company as row_of

DAY = date(2025, 12, 31)


def table(*rows: list[object], heads: list[object] | None = None) -> bytes:
    lines = ["\t".join("" if cell is None else str(cell) for cell in row) for row in (heads or HEADS, *rows)]
    return "\n".join(lines).encode()


def few(*numbers: int, **cells: object) -> bytes:
    return table(*(row_of(n, **cells) for n in numbers))


def said(batch: ImportBatch, **changes: Any) -> list[ColumnSaid]:
    """The columns as the desk proposes them."""
    return [ColumnSaid(place, code, period or "", unit or "", clears) for place, code, period, unit, clears in batch.columns]


def mapped(officer: Person, zone: Zone, name: str, content: bytes, *, company: Company | None = None, **more: Any) -> ImportBatch:
    """A list that was compared with the register."""
    batch = bring_list(officer, zone=zone, file=NewList(name, content, **more), company=company)
    return batch if batch.state == "previewed" else map_columns(officer, batch_id=batch.pk, columns=said(batch), as_of=DAY)


def committed(officer: Person, zone: Zone, name: str, content: bytes, **more: Any) -> ImportBatch:
    """A list in the register, but for what waits."""
    batch = mapped(officer, zone, name, content, **more)
    return commit_import(officer, batch_id=batch.pk, key=batch.key)
