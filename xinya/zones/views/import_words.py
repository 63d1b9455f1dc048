"""How the values, fields and findings of a list are shown."""

from difflib import SequenceMatcher
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from xinya.kit.pages import language
from xinya.kit.text import say

from ..engine.imports import amounts
from ..engine.imports.as_facts import field_and_period
from ..engine.imports.fields import AMOUNT, BY_CODE, YES_NO, Field
from ..engine.imports.reason_words import REASON_WORDS
from ..models import Fact, ImportFinding, ImportRow
from ..queries import finding_of, place_of

LONGEST = 160
OWN = ("name", "credit_code", "former_names")
ENGLISH_FIELDS = {"seq": "serial number", "rd": "R&D expenditure"}
ENGLISH_UNITS = {
    "元": "yuan", "千元": "1,000 yuan", "万元": "10,000 yuan", "百万元": "million yuan", "亿元": "100 million yuan",
    "人": "people", "家": "companies",
}  # fmt: skip
"""What the columns of a list are counted in, for readers of English; a unit that is not here is shown as the list has it."""


def field_label(field: Field) -> str:
    """The product's own label of a field, in the language of the page."""
    if language() == "zh":
        return field.label
    if field.code in ENGLISH_FIELDS:
        return ENGLISH_FIELDS[field.code]
    return next((label for label in field.labels if label.isascii() and len(label) > 3), field.code)


def unit_word(unit: str) -> str:
    """A unit in the language of the page."""
    return unit if language() == "zh" else ENGLISH_UNITS.get(unit, unit)


def key_label(key: str) -> str:
    """The label of a key, with its year."""
    field, period = (BY_CODE[key], "") if key in OWN else field_and_period(key)
    return f"{period} {field_label(field)}".strip()


def shown(key: str, stored: Any) -> str:
    """A stored value as people read it: amounts in units of ten thousand yuan, exactly."""
    if stored is None:
        return "–"
    given = stored if isinstance(stored, dict) else {"value": stored}
    if given.get("hidden"):
        return _("held, not for you to see")
    value, bound = given.get("value"), given.get("bound", "")
    field = BY_CODE[key] if key in OWN else field_and_period(key)[0]
    if value is None and bound:
        return f"{_figure(field, given.get('lower'))} – {_figure(field, given.get('upper'))}"
    if value is None:
        return _("taken away")
    if isinstance(value, list):
        if field.form == AMOUNT and len(value) == 2:
            return f"{_figure(field, value[0])} – {_figure(field, value[1])}"
        text = "、".join(map(str, value))
    elif field.form == YES_NO:
        text = _("yes") if value else _("no")
    else:
        text = _figure(field, value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _figure(field: Field, value: Any) -> str:
    if field.form != AMOUNT or not isinstance(value, int):
        return str(value)
    return _("%(amount)s × 10,000 yuan") % {"amount": amounts.shown(Fraction(value, 10**6))}


def reason_word(code: str) -> str:
    """A reason in words."""
    return say(language(), REASON_WORDS[code]) if code in REASON_WORDS else code


def finding_row(row: ImportFinding) -> dict[str, Any]:
    """A finding for a table."""
    finding = finding_of(row)
    return {
        "code": row.code, "word": reason_word(row.code), "level": row.level, "row": row.row, "label": row.label, "field": row.field,
        "sentence": finding.sentence(language()),
        "proposal": [(key, value) for key, value in row.proposal if key not in ("old", "new")],
        "proposed": "、".join(shown_proposal(row)),
    }  # fmt: skip


def shown_proposal(row: ImportFinding) -> list[str]:
    """What a yes to the proposal would do, in words."""
    told = []
    for key, value in row.proposal:
        if key == "leave_out":
            told.append(_("leave the row out"))
        elif key == "rename":
            told.append(_("take the new name"))
        elif key in ("old", "new", "same_as"):
            continue
        elif value is None:
            told.append(_("give the field up"))
        else:
            name = key or row.field
            told.append(shown(name, value) if _is_key(name) else str(value))
    return told


def _is_key(key: str) -> bool:
    try:
        return bool(key in OWN or field_and_period(key))
    except KeyError:
        return False


def change_rows(row: ImportRow, held: dict[tuple[int, str, str], Fact]) -> list[dict[str, Any]]:
    """What a row changes: old with its source, and new."""
    told = []
    for key, old, new in row.changes:
        fact = held.get(place_of(row.company_id, key))
        told.append(
            {
                "label": key_label(key),
                "old": shown(key, old),
                "new": shown(key, new),
                "source": fact.source.title if fact else "",
                "day": fact.observed_on if fact else None,
            }
        )
    return told


def differing(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Two names in pieces, each with whether it is not in the other."""
    left, right = [], []
    for verb, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if b > a:
            left.append((one[a:b], verb != "equal"))
        if d > c:
            right.append((other[c:d], verb != "equal"))
    return left, right
