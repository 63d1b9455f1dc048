"""Which company of the register a row is: code, other identifiers, equal name; like names are a question, never an answer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.company_names import ASK, SAME, compare, name_key
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.register import Known, Register
from xinya.zones.engine.imports.rows import Answers, Row

RENAME = _(
    "The code %(code)s is held as %(old)s; the file says %(new)s. Proposed: a new name, and the old one kept as a former name."
)
RENAME_NO_CODE = _(
    "The register holds %(old)s, a former name of %(new)s. Proposed: a new name, and the old one kept as a former name."
)
ONE_COMPANY = _("%(name)s and row %(other)s are one company of the register. Say which row counts.")
NAME_NEAR = _("%(name)s is like %(candidates)s, which the register holds. Say whether it is the same company.")


BY_OTHER = ("name", "ident", "person")


@dataclass(frozen=True, slots=True)
class Match:
    """company: None for a new one. by: code, ident, name, person, or "" for new.

    candidates: (number, name) of the companies that a person is asked about.
    """

    company: Known | None
    by: str = ""
    findings: tuple[Finding, ...] = ()
    has_new_name: bool = False
    candidates: tuple[tuple[str, str], ...] = ()


def match_row(row: Row, register: Register, answers: Answers) -> Match:
    """The company of a row, in the order code, other identifiers, equal name, like names."""
    if row.code and (company := register.by_code.get(row.code)):
        return _by_code(row, company, answers)
    if row.row in answers.matches:
        chosen = register.by_id.get(answers.matches[row.row] or "")
        if chosen is None or not (row.code and chosen.code):  # two codes are two companies, whatever was said before they were
            return Match(chosen, "person")
    for ident in row.older:
        if company := register.by_ident.get(ident):
            return Match(company, "ident")
    if "name" not in row.values:
        return Match(None)
    former = tuple(row.plain("former_names") or ())
    told = _equal(row, former, register)
    same = [company for company, decision in told if decision == SAME]
    if len(same) == 1:
        return _under_name(row, same[0], answers)
    asked = [(company.id, company.name) for company, decision in told if decision in (SAME, ASK)]
    if not asked:
        asked = [(company.id, name) for company, name in register.like(row.name, without_code=bool(row.code))]
    asked = [pair for pair in asked if (row.identity, pair[0]) not in answers.rejected]
    return Match(None, findings=(_near(row, asked),), candidates=tuple(asked)) if asked else Match(None)


def _equal(row: Row, former: tuple[str, ...], register: Register) -> list[tuple[Known, str]]:
    """Companies whose registered or former name has the same key, and what their names, codes and forms say together."""
    found_by_id = {one.id: one for name in (row.name, *former) for one in register.by_name.get(name_key(name), ())}
    return [
        (
            one,
            compare(
                row.name, one.name, code_a=row.code, code_b=one.code, former_a=former, former_b=(*one.former_names, *one.aliases),
                places=register.places,
            ).decision,
        )
        for one in found_by_id.values()
    ]  # fmt: skip


def _by_code(row: Row, company: Known, answers: Answers) -> Match:
    """A code decides; another name under it is a question, unless it is a former name or only written otherwise."""
    return Match(company, "code") if "name" not in row.values else _under_name(row, company, answers, by="code")


def _under_name(row: Row, company: Known, answers: Answers, by: str = "name") -> Match:
    """The company is known; the row may bring it a new name."""
    key = name_key(row.name)
    if key in {name_key(name) for name in company.names}:
        return Match(company, by)
    if row.row in answers.renames:
        return Match(company, by, has_new_name=True)
    message = RENAME if row.code else RENAME_NO_CODE
    asked = found(
        "RENAME", message, rows=(row.row,), raw=row.raws.get("name", ""), field="name", code=row.code,
        old=company.name, new=row.name, proposal={"rename": True, "old": company.name, "new": row.name},
    )  # fmt: skip
    return Match(company, by, (asked,))


def told_twice(rows: Sequence[Row], matches: Mapping[int, Match]) -> None:
    """Several rows that are one company of the register: those that are it by other than their code are asked about."""
    by_company: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        company = matches[row.row].company
        if company is not None:
            by_company[company.id].append(row)
    for group in by_company.values():
        for row in group if len(group) > 1 else ():
            if matches[row.row].by in BY_OTHER and not any(one.is_waiting for one in row.findings):
                other = next(one.row for one in group if one is not row)
                row.findings.append(
                    found(
                        "DUP_CONFLICT",
                        ONE_COMPANY,
                        rows=(row.row,),
                        raw=row.raws.get("name", ""),
                        field="name",
                        name=row.name,
                        other=other,
                    )
                )


def _near(row: Row, near: list[tuple[str, str]]) -> Finding:
    names = "、".join(name for _owner, name in near)
    proposal = {"same_as": near[0][0]} if len(near) == 1 else None
    return found(
        "NAME_NEAR", NAME_NEAR, rows=(row.row,), raw=row.raws.get("name", ""), field="name", name=row.name, candidates=names,
        proposal=proposal,
    )  # fmt: skip
