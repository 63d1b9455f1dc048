"""One company of a zone's list, and the refusal that carries every wrong cell."""

from dataclasses import dataclass, field
from typing import Any

from xinya.kit.refusals import Refused

MAX_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A row of a company list. None is unknown, never zero and never no."""

    row: int  # in the sheet, from 1
    name: str
    uscc: str | None  # unified social credit code, upper case, checked
    products: tuple[str, ...]  # as written, split
    revenue_fen: int | None
    above_scale: bool | None
    anchor: bool | None = None
    group: str | None = None
    state: str | None = None  # "planned", "building" or "producing"; None produces, as far as the list says
    segments: tuple[str, ...] = ()  # codes confirmed by a person
    shares: tuple[int | None, ...] = ()  # of revenue, one a product, in hundredths of a percent; empty: none is known
    region: str | None = None  # as written
    standing: str | None = None  # in the register, as written
    segments_head: str | None = field(default=None, compare=False, repr=False)  # of their column, as written


class ListRefused(Refused):
    """A list with wrong cells: the first finding speaks, `findings` has up to 200 in the order of rows."""

    def __init__(self, findings: list[Refused]) -> None:
        first = findings[0]
        place = {"row": first.row, "column": first.column, "status": first.status}
        arguments: dict[str, Any] = {**first.values, **place}
        super().__init__(first.code, first.message, **arguments)
        self.findings = findings[:MAX_FINDINGS]
