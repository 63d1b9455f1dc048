"""Credit codes as they stand in lists: what is put right by rule, what is proposed, and what only a person can tell."""

import itertools
import re
from collections.abc import Container

from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.credit_code import (
    LENGTH,
    check_character,
    has_right_form,
    has_right_organisation_code,
    is_credit_code,
)
from xinya.zones.engine.imports.cleaning import narrow
from xinya.zones.engine.imports.findings import Finding, found
from xinya.zones.engine.imports.grid import text_of

_MISREAD = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "UYW", "Q": "0"}
_CLASSES = frozenset({
    "11", "12", "13", "19", "21", "29", "31", "32", "33", "34", "35", "39", "41", "49", "51", "52", "53", "59", "61", "62", "69",
    "71", "72", "79", "81", "89", "91", "92", "93", "A1", "A9", "N1", "N2", "N3", "N9", "Y1",
})  # fmt: skip
_SCIENCE = re.compile(r"\d(?:\.\d+)?E\+?\d{2}", re.IGNORECASE)
_LETTERS = "OIZSV"

CHECK = _(
    "The credit code %(raw)s is mistyped: by its first 17 characters the last "
    "one would be %(needed)s. Any of the 18 may be the wrong one."
)
LENGTH_WRONG = _("“%(raw)s” has %(length)s characters; a credit code has 18 digits or capital letters, without I, O, Z, S and V.")
SIGNS_WRONG = _(
    "“%(raw)s” is no credit code: it has signs that none may have. It needs 18 digits or capital letters without I, O, Z, S and V."
)
LETTER = _(
    "The credit code %(raw)s has the letter %(letter)s, which no code has. Proposed: %(proposed)s, which passes both checks."
)
LETTER_OUTER = _(
    "The credit code %(raw)s has the letter %(letter)s, which no code has. Proposed: %(proposed)s, which passes the last check."
)
LETTER_LOST = _("The credit code %(raw)s has the letter %(letter)s, which no code has, and no like character makes it right.")
NUMERIC = _("The credit code is stored as a number (%(raw)s), so its last digits are lost. Enter it again as text.")
INNER = _("The credit code %(raw)s is right, but the organisation code inside it fails its own check. Have it confirmed.")
OLD15 = _("“%(raw)s” is an old registration number of 15 digits, kept as such. The credit code is wanted.")
OLD9 = _("“%(raw)s” is an organisation code of 9 characters, kept as such. The credit code is wanted.")
CLASS = _("The credit code %(raw)s begins with %(kind)s, which is no known registrar and class. Have it confirmed.")
FORM = _("The credit code “%(raw)s” is written as %(code)s: capital letters, no blanks, no hyphens.")
DIVISION = _("The division %(division)s in the credit code %(raw)s stands in no loaded edition.")


def read_code(text: str, cell: object, divisions: Container[str] | None) -> tuple[str | None, str | None, list[Finding]]:
    """(credit code, older identifier, findings) of a cleaned, non-empty text; `cell` is the cell as stored."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        digits = text_of(cell)
        if len(digits) == 15 and digits.isdigit():
            return None, f"reg15:{digits}", [found("CODE_OLD15", OLD15)]
        if "e" in digits.lower() or len(digits) >= 15:
            return None, None, [found("CODE_NUMERIC", NUMERIC).at(raw=format(cell, ".0f") if isinstance(cell, float) else digits)]
    if _SCIENCE.fullmatch(text):
        return None, None, [found("CODE_NUMERIC", NUMERIC)]
    code = re.sub(r"[\s\-‐‑–—·.]", "", narrow(text)).upper()
    findings = [found("CODE_FORM", FORM, code=code)] if code != text else []
    older = _older(code)
    if older is not None:
        return None, older[0], [*findings, older[1]]
    if len(code) != LENGTH:
        return None, None, [found("CODE_CHECK", LENGTH_WRONG, length=len(code))]
    if not has_right_form(code):
        return None, None, [_misread(code)]
    if not is_credit_code(code):
        return None, None, [found("CODE_CHECK", CHECK, needed=check_character(code[:-1]))]
    if not has_right_organisation_code(code):
        findings.append(found("CODE_INNER", INNER))
    if code[:2] not in _CLASSES:
        findings.append(found("CODE_CLASS", CLASS, kind=code[:2]))
    if divisions is not None and code[2:8] not in divisions:
        findings.append(found("DIVISION_UNKNOWN", DIVISION, division=code[2:8]))
    return code, None, findings


def looks_like_code(text: str) -> bool:
    """18 characters, most of them digits: what stands in a name cell only by mistake."""
    code = re.sub(r"[\s'’-]", "", narrow(text)).upper()
    return re.fullmatch(r"[0-9A-Z]{18}", code) is not None and sum(map(str.isdigit, code)) >= 8


def _older(code: str) -> tuple[str, Finding] | None:
    if re.fullmatch(r"\d{15}", code):
        return f"reg15:{code}", found("CODE_OLD15", OLD15)
    if re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        return f"org9:{code}", found("CODE_OLD15", OLD9)
    return None


def _misread(code: str) -> Finding:
    """Letters that no code has, with what they may stand for: first what passes both checks, then the last check alone."""
    wrong = [place for place, letter in enumerate(code) if letter in _LETTERS]
    if not wrong or any(not (c.isascii() and c.isalnum()) for c in code):
        return found("CODE_CHECK", SIGNS_WRONG)
    letters = "、".join(dict.fromkeys(code[place] for place in wrong))
    options = [_MISREAD[code[place]] for place in wrong]
    tried = []
    for choice in itertools.islice(itertools.product(*options), 729):
        letters_now = list(code)
        for place, letter in zip(wrong, choice, strict=True):
            letters_now[place] = letter
        tried.append("".join(letters_now))
    both = [one for one in tried if is_credit_code(one) and has_right_organisation_code(one)]
    outer = [one for one in tried if is_credit_code(one)]
    if not outer:
        return found("CODE_LETTER", LETTER_LOST, letter=letters)
    offered = both or outer
    proposal = {"credit_code": offered[0]} if len(offered) == 1 else None
    message = LETTER if both else LETTER_OUTER
    return found("CODE_LETTER", message, letter=letters, proposed="、".join(offered[:3]), proposal=proposal)
