"""Which company of the register a row is: code, other identifiers, equal name; like names are a question, never an answer."""

from dataclasses import dataclass

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.names import name_key
from xinya.zones.engine.imports.register import Known, Register
from xinya.zones.engine.imports.rows import Answers, Row

RENAME = _(
    "The code %(code)s is held as %(old)s; the file says %(new)s. Proposed: a new name, and the old one kept as a former name."
)
NAME_NEAR = _("%(name)s is like %(candidates)s, which the register holds. Say whether it is the same company.")


@dataclass(frozen=True, slots=True)
class Match:
    """company: None for a new one. by: code, ident, name, person, or "" for new."""

    company: Known | None
    by: str = ""
    findings: tuple[Finding, ...] = ()
    has_new_name: bool = False


def match_row(row: Row, register: Register, answers: Answers) -> Match:
    """The company of a row, in the order code, other identifiers, equal name, like names."""
    if row.row in answers.matches:
        chosen = answers.matches[row.row]
        return Match(register.by_id.get(chosen) if chosen else None, "person")
    if row.code and (company := register.by_code.get(row.code)):
        return _by_code(row, company, answers)
    for ident in row.older:
        if company := register.by_ident.get(ident):
            return Match(company, "ident")
    if "name" not in row.values:
        return Match(None)
    equal = [register.by_id[owner] for owner in register.names.owners.get(name_key(row.name), [])]
    fitting = [company for company in equal if not (row.code and company.code)]
    if len(fitting) == 1:
        return Match(fitting[0], "name")
    if len(fitting) > 1:
        return Match(None, findings=(_near(row, [(one.id, one.name) for one in fitting]),))
    near = [
        (owner, name)
        for owner, name, _score in register.names.like(row.name)
        if not (row.code and register.by_id[owner].code) and name_key(name) != name_key(row.name)
    ]
    return Match(None, findings=(_near(row, near),) if near else ())


def _by_code(row: Row, company: Known, answers: Answers) -> Match:
    """A code decides; another name under it is a question, unless it is a former name or only written otherwise."""
    if "name" not in row.values:
        return Match(company, "code")
    key = name_key(row.name)
    if key == name_key(company.name) or key in {name_key(name) for name in company.former_names}:
        return Match(company, "code")
    if row.row in answers.renames:
        return Match(company, "code", has_new_name=True)
    asked = found(
        "RENAME", RENAME, rows=(row.row,), raw=row.raws.get("name", ""), field="name", code=row.code,
        old=company.name, new=row.name, proposal={"rename": True, "old": company.name, "new": row.name},
    )  # fmt: skip
    return Match(company, "code", (asked,))


def _near(row: Row, near: list[tuple[str, str]]) -> Finding:
    names = "、".join(name for _owner, name in near)
    proposal = {"same_as": near[0][0]} if len(near) == 1 else None
    return found(
        "NAME_NEAR", NAME_NEAR, rows=(row.row,), raw=row.raws.get("name", ""), field="name", name=row.name, candidates=names,
        proposal=proposal,
    )  # fmt: skip
