"""What the register holds after a commit: the companies of a result, without any database. For dry runs and tests of them."""

from typing import Any

from xinya.zones.engine.imports.desk import CHANGED, CREATED, Outcome, Result
from xinya.zones.engine.imports.readings import CLEARED, Value
from xinya.zones.engine.imports.register import Known, Register
from xinya.zones.engine.imports.rows import Answers

_OWN = frozenset({"name", "credit_code", "former_names", "seq", "remark"})


def committed(register: Register, result: Result) -> Register:
    """The register with the rows that do not wait: new companies at its end, changed values in place of the old."""
    changed = {one.company: one for one in result.rows if one.outcome == CHANGED}
    kept = [_changed(company, changed[company.id]) if company.id in changed else company for company in register.companies]
    created = [_created(one, place) for place, one in enumerate((o for o in result.rows if o.outcome == CREATED), len(kept) + 1)]
    return Register.of([*kept, *created], register.places)


def proposals_of(result: Result) -> Answers:
    """Every proposal of the rows that wait, taken: what one press of "take all proposals" answers."""
    values: dict[int, dict[str, Any]] = {}
    leave_out: set[int] = set()
    renames: set[int] = set()
    matches: dict[int, str | None] = {}
    for finding in (one for outcome in result.rows for one in outcome.row.findings if one.is_waiting and one.proposal):
        row = finding.rows[0]
        for key, value in finding.proposal:
            if key == "leave_out":
                leave_out.add(row)
            elif key == "rename":
                renames.add(row)
            elif key == "same_as":
                matches[row] = value
            elif key in ("old", "new"):
                continue
            else:
                values.setdefault(row, {})[key or finding.field] = value
    return Answers(values, frozenset(leave_out), frozenset(renames), matches)


def values_of(values: dict[str, Value]) -> dict[str, Any]:
    """Plain values by key, without what the register keeps elsewhere."""
    return {key: plain_of(value) for key, value in values.items() if key not in _OWN}


def plain_of(value: Value) -> Any:
    """The plain value; of a range its two ends."""
    return (value.lower, value.upper) if value.plain is None and value.bound else value.plain


def _created(outcome: Outcome, place: int) -> Known:
    row = outcome.row
    return Known(
        id=f"X{place:09d}", name=row.name, code=row.code, former_names=tuple(row.plain("former_names") or ()),
        idents=tuple(row.older), values=values_of(row.values),
    )  # fmt: skip


def _changed(company: Known, outcome: Outcome) -> Known:
    values = dict(company.values)
    name, former = company.name, list(company.former_names)
    for change in outcome.changes:
        if change.key == "name":
            former.append(name)
            name = change.new.plain
        elif change.key == "former_names":
            former.extend(one for one in change.new.plain if one not in former)
        elif change.key not in _OWN and change.new == CLEARED:
            values.pop(change.key, None)
        elif change.key not in _OWN:
            values[change.key] = plain_of(change.new)
    code = company.code or outcome.row.code
    former_names = tuple(dict.fromkeys(former))
    return Known(company.id, name, code, former_names, company.idents, values, aliases=company.aliases)
