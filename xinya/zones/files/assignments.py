"""The exchange file of assignments: credit code, company, commissioner, back-up; one row a company."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xinya.kit.delimited import decoded, escaped, records, unescaped, written
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say

HEADS = (_("Unified social credit code"), _("Company"), _("Commissioner"), _("Back-up"))
WRONG_HEADS = _("The first row must name the columns: %(heads)s.")


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """A row of the file; commissioner and back-up by sign-in name, empty for nobody."""

    row: int
    credit_code: str
    company: str
    commissioner: str
    backup: str


def write_assignments(rows: Iterable[Sequence[str]], language: str = "zh") -> bytes:
    """CSV that `read_assignments` reads again; no cell begins a formula."""
    heads = [say(language, head) for head in HEADS]
    return written([heads, *([escaped(cell) for cell in row] for row in rows)])


def read_assignments(content: bytes) -> list[AssignmentLine]:
    """The rows of a file with the four columns in either language. Raises Refused heads-wrong and those of kit/delimited."""
    found, heads = [], [tuple(say(language, head) for head in HEADS) for language in ("zh", "en")]
    is_first = True
    for row, record in enumerate(records(decoded(content), ","), 1):
        cells = [unescaped(cell).strip() for cell in (*record, "", "", "", "")][:4]
        if not any(cells):
            continue
        if is_first:
            if tuple(cells) not in heads:
                raise Refused("heads-wrong", WRONG_HEADS, row=row, heads=", ".join(heads[0]))
            is_first = False
            continue
        found.append(AssignmentLine(row, cells[0].upper(), cells[1], cells[2], cells[3]))
    if is_first:
        raise Refused("heads-wrong", WRONG_HEADS, row=1, heads=", ".join(heads[0]))
    return found
