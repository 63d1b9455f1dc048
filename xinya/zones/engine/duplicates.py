"""Companies of one register that may be one and the same: found by identifiers, equal names and like names, never decided here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.company_names import DIFFERENT, SAME, Comparison, compare, name_key, name_parts
from xinya.zones.engine.credit_code import is_credit_code
from xinya.zones.engine.imports.register import Known, Register

IDENT, NAME, LIKE = "ident", "name", "like"
SAME_IDENT = _("Both hold the same number from before the credit code.")
TWO_CODES = _(
    "%(one)s (%(code)s) and %(other)s (%(other_code)s) hold two valid credit codes: they are two firms, whatever their names say."
    " If one took the other over, record the one that ended as deregistered; its own years stay its own."
)
BRANCH = _("%(branch)s is a branch or site of another firm: it is linked with its head and never merged with it.")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two companies by their numbers, the smaller first. by: ident, name, like. score: likeness of the keys, 0 to 100.

    evidence: sentences for the reader; differing: parts of the names that differ.
    """

    one: str
    other: str
    by: str
    score: float
    evidence: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


def likely_pairs(register: Register) -> list[Pair]:
    """Every pair of the register that a person should look at, the most like first.

    A company with a valid code is only held against those without one: two valid codes are two firms. Cost: about 0.1 ms for each
    company without a code, and 10 µs a name.
    """
    found: dict[tuple[str, str], Pair] = {}
    for company in register.companies:
        for pair in _pairs_of(company, register):
            key = (pair.one, pair.other)
            if key not in found or _rank(pair) < _rank(found[key]):
                found[key] = pair
    return sorted(found.values(), key=_rank)


def _rank(pair: Pair) -> tuple[int, float, int, int]:
    return (IDENT, NAME, LIKE).index(pair.by), -pair.score, int(pair.one), int(pair.other)


def _pairs_of(company: Known, register: Register) -> Iterator[Pair]:
    for ident in {*company.idents, *([f"org9:{company.code[8:17]}"] if company.code else [])}:
        yield from _told(company, register.sharing_ident[ident], register, IDENT)
    for key in {name_key(name) for name in company.names} - {""}:
        yield from _told(company, register.by_name[key], register, NAME)
    for name in company.names:
        near = (one for one, _name in register.like(name, without_code=_has_code(company), most=4))
        yield from _told(company, near, register, LIKE)


def _told(company: Known, others: Iterable[Known], register: Register, by: str) -> Iterator[Pair]:
    for other in others:
        if other.id == company.id:
            continue
        said = held_together(company, other, register)
        if said.decision == DIFFERENT and (by != IDENT or (_has_code(company) and _has_code(other))):
            continue
        one, two = sorted((company.id, other.id), key=int)
        evidence = (SAME_IDENT,) if by == IDENT else said.evidence
        yield Pair(one, two, by, said.score, evidence, said.differing)


def held_together(one: Known, other: Known, register: Register) -> Comparison:
    """What two companies' names and codes say together: the most like of all their names, the registered ones first."""
    best: Comparison | None = None
    for a in one.names:
        for b in other.names:
            said = compare(
                a, b, code_a=one.code, code_b=other.code, former_a=one.names[1:], former_b=other.names[1:], places=register.places
            )
            if said.decision == SAME:
                return said
            if best is None or (said.decision != DIFFERENT, said.score) > (best.decision != DIFFERENT, best.score):
                best = said
    return best or Comparison(DIFFERENT, 0.0)


def demand_one_firm(one: Known, other: Known) -> None:
    """Refuse two that cannot be one firm: two valid credit codes (two-codes), a branch and another (branch). Symmetric."""
    if _has_code(one) and _has_code(other):
        demand(
            one.code == other.code, "two-codes", TWO_CODES, status=409,
            one=one.name, code=one.code or "", other=other.name, other_code=other.code or "",
        )  # fmt: skip
    branches = [name_parts(company.name).branch for company in (one, other)]
    if branches[0] != branches[1]:
        demand(False, "branch", BRANCH, status=409, branch=one.name if branches[0] else other.name)


def _has_code(company: Known) -> bool:
    return bool(company.code) and is_credit_code(company.code or "")
