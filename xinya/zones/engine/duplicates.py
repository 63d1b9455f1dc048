"""Companies of one register that may be one and the same: found by identifiers, equal names and like names, never decided here."""

from collections.abc import Iterator
from dataclasses import dataclass

from xinya.kit.refusals import demand
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.company_names import DIFFERENT, SAME, Comparison, compare, name_key, name_parts
from xinya.zones.engine.credit_code import is_credit_code
from xinya.zones.engine.imports.register import Known, Register

IDENT, NAME, LIKE = "ident", "name", "like"
_ORDER = (IDENT, NAME, LIKE)
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
    said: dict[tuple[str, str], Comparison] = {}
    for company in register.companies:
        for other, by in _like(company, register):
            one, two = sorted((company.id, other.id), key=int)
            key = (one, two)
            if one == two or (key in found and _ORDER.index(found[key].by) <= _ORDER.index(by)):
                continue
            told = said.get(key) or said.setdefault(key, held_together(company, other, register))
            if told.decision != DIFFERENT or (by == IDENT and not (_has_code(company) and _has_code(other))):
                found[key] = Pair(one, two, by, told.score, (SAME_IDENT,) if by == IDENT else told.evidence, told.differing)
    return sorted(found.values(), key=_rank)


def _rank(pair: Pair) -> tuple[int, float, int, int]:
    return _ORDER.index(pair.by), -pair.score, int(pair.one), int(pair.other)


def _like(company: Known, register: Register) -> Iterator[tuple[Known, str]]:
    """Companies that share an identifier or a name with this one, or have a like name, and by which of these."""
    for ident in {*company.idents, *([f"org9:{company.code[8:17]}"] if company.code else [])}:
        yield from ((other, IDENT) for other in register.sharing_ident[ident])
    for key in {name_key(name) for name in company.names} - {""}:
        yield from ((other, NAME) for other in register.by_name[key])
    for name in company.names:
        yield from ((other, LIKE) for other, _name in register.like(name, without_code=_has_code(company), most=4))


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
