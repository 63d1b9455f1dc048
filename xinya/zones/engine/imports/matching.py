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
IDENT_UNLIKE = _(
    "%(name)s has the number %(number)s, which the register holds of %(candidates)s, a company with another name. Say whether it "
    "is the same company."
)
NAME_KEPT = _(
    "The register holds %(old)s; the list says %(new)s. The zone's officers enter a new name; the other values of the row are "
    "taken."
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
        return _by_code(row, company, register, answers)
    if row.row in answers.matches:
        chosen = register.by_id.get(answers.matches[row.row] or "")
        if chosen is None or not (row.code and chosen.code):  # two codes are two companies, whatever was said before they were
            return Match(chosen, "person")
    for ident in row.older:
        company = register.by_ident.get(ident)
        if company is not None and not _are_two(row, company, answers):
            return _by_ident(row, company, ident, register, answers)
    if "name" not in row.values:
        return Match(None)
    former = tuple(row.plain("former_names") or ())
    told = _equal(row, former, register)
    same = [company for company, decision in told if decision == SAME]
    if len(same) == 1:
        return _under_name(row, same[0], register, answers)
    asked = [(company.id, company.name) for company, decision in told if decision in (SAME, ASK)]
    if not asked:
        asked = [(company.id, name) for company, name in register.like(row.name, without_code=bool(row.code))]
    asked = [pair for pair in asked if not _was_rejected(row, pair[0], answers)]
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


def _was_rejected(row: Row, company: str, answers: Answers) -> bool:
    """Whether a person has called them two, and the row says nothing of itself that it did not say then."""
    told = answers.rejected.get((row.identity, company))
    return told is not None and row.words <= told


def _are_two(row: Row, company: Known, answers: Answers) -> bool:
    """Two codes are two companies whatever number they share; and a person's word holds."""
    return bool(row.code and company.code and row.code != company.code) or _was_rejected(row, company.id, answers)


def _by_ident(row: Row, company: Known, ident: str, register: Register, answers: Answers) -> Match:
    """An older number decides where the names are alike; a number under an unlike name may be anybody's, and is a question."""
    if "name" not in row.values or name_key(row.name) in {name_key(name) for name in company.names}:
        return Match(company, "ident")
    former = tuple(row.plain("former_names") or ())
    told = compare(
        row.name, company.name, code_a=row.code, code_b=company.code, former_a=former,
        former_b=(*company.former_names, *company.aliases), places=register.places,
    )  # fmt: skip
    if told.decision in (SAME, ASK):
        return Match(company, "ident")
    asked = [(company.id, company.name)]
    asked += [
        (one.id, one.name) for one, decision in _equal(row, former, register) if decision in (SAME, ASK) and one is not company
    ]
    asked = [pair for pair in asked if not _was_rejected(row, pair[0], answers)]
    near = found(
        "NAME_NEAR", IDENT_UNLIKE, rows=(row.row,), raw=row.raws.get("name", ""), field="name", name=row.name,
        number=ident.partition(":")[2], candidates=company.name,
    )  # fmt: skip
    return Match(None, findings=(near,), candidates=tuple(asked))


def _by_code(row: Row, company: Known, register: Register, answers: Answers) -> Match:
    """A code decides; another name under it is a question, unless it is a former name or only written otherwise."""
    return Match(company, "code") if "name" not in row.values else _under_name(row, company, register, answers, by="code")


def _under_name(row: Row, company: Known, register: Register, answers: Answers, by: str = "name") -> Match:
    """The company is known; the row may bring it a new name.

    A name under which lists tell it finds the company, but says nothing against a new registered name under its code. A company
    that speaks for itself gives itself no name.
    """
    key = name_key(row.name)
    held = (company.name, *company.former_names) if by == "code" else company.names
    if key in {name_key(name) for name in held}:
        return Match(company, by)
    if register.is_own:
        kept = found(
            "NAME_KEPT", NAME_KEPT, rows=(row.row,), raw=row.raws.get("name", ""), field="name", old=company.name, new=row.name
        )  # fmt: skip
        return Match(company, by, (kept,))
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
