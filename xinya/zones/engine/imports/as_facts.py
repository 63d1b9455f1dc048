"""Between the values of a list and the facts of the register: kind and period of a key, the columns of a value, and back."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from xinya.zones.engine.imports.fields import AMOUNT, BY_CODE, COUNT, LIST, YES_NO, Field
from xinya.zones.engine.imports.readings import Value

KIND_OF = {"products": "product", "is_anchor": "anchor", "segments": "segment"}
"""Kinds of facts that are not called as their field."""
FIELD_OF = {kind: code for code, kind in KIND_OF.items()}
NO_FACTS = frozenset({"name", "credit_code", "former_names", "seq", "remark"})
PERSONAL = frozenset({"contact", "phone"})
"""Fields that only the company and its handlers read."""
STATE_OF_STATUS = {
    "在建": "building", "建设中": "building", "筹建": "building", "筹建中": "building", "规划": "planned", "拟建": "planned",
    "筹备": "planned", "签约": "planned", "在营": "producing", "投产": "producing", "已投产": "producing", "正常": "producing",
    "正常经营": "producing", "存续": "producing", "在业": "producing", "开业": "producing",
}  # fmt: skip
"""What a registered status says of the dated state of a company: planned, building, producing."""
_YEARLY = re.compile(r"(.+)_((?:19|20)[0-9]{2})")


@lru_cache(maxsize=4096)
def field_and_period(key: str) -> tuple[Field, str]:
    """The field of a key and its year, "" where it has none. Raises KeyError for a key that is of no field."""
    named = _YEARLY.fullmatch(key)
    if named and named[1] in BY_CODE:
        return BY_CODE[named[1]], named[2]
    return BY_CODE[key], ""


@lru_cache(maxsize=4096)
def kind_and_period(key: str) -> tuple[str, str]:
    """The kind and the period of the facts that a key is kept as."""
    field, period = field_and_period(key)
    return KIND_OF.get(field.code, field.code), period


@lru_cache(maxsize=4096)
def key_of(kind: str, period: str) -> str | None:
    """The key of a fact, None for facts that no list brings: statements, dated states, periods that are no year."""
    field = BY_CODE.get(FIELD_OF.get(kind, kind))
    if field is None or field.code in NO_FACTS or (period and not (field.period and re.fullmatch("[0-9]{4}", period))):
        return None
    return field.key(period or None)


def is_list(key: str) -> bool:
    """Whether a key has several values beside each other."""
    return field_and_period(key)[0].form == LIST


def columns_of(key: str, value: Value) -> list[dict[str, Any]]:
    """The columns of the facts that a value is kept as: one, or one for each item of a list."""
    field, _period = field_and_period(key)
    more: dict[str, Any] = {"note": value.note[:200]} if value.note else {}
    if field.form == LIST:
        return [{"text": item, **more} for item in value.plain]
    if field.form not in (AMOUNT, COUNT, YES_NO):
        exact = {"precision": value.precision} if isinstance(value.precision, str) else {}
        return [{"text": str(value.plain), **exact, **more}]
    if value.bound:
        more |= {"bound": value.bound, "lower": value.lower, "upper": value.upper}
    if isinstance(value.precision, int):
        more["precision"] = str(value.precision)
    if field.form == COUNT:
        more["unit"] = "人"
    number = None if value.plain is None else int(value.plain)
    return [{"number": number, **more}]


def plain_of(key: str, text: str, number: int | None, ends: tuple[int | None, int | None] = (None, None)) -> Any:
    """The plain value of one fact as a register holds it: a range as its two ends; one item of a list."""
    form = field_and_period(key)[0].form
    if form == YES_NO:
        return bool(number)
    if form in (AMOUNT, COUNT):
        return ends if number is None else number
    return text


def packed(value: Value) -> Any:
    """A value as JSON that `unpacked` turns back into the same value."""
    plain = list(value.plain) if isinstance(value.plain, tuple) else value.plain
    more = {
        name: getattr(value, name)
        for name in ("bound", "lower", "upper", "precision", "note", "formula")
        if getattr(value, name) not in ("", None)
    }
    if more or plain is None:
        return {"value": plain, **more}
    return plain


def unpacked(stored: Any) -> Value:
    """The value that was packed."""
    given: Mapping[str, Any] = stored if isinstance(stored, dict) else {"value": stored}
    plain = given["value"]
    more = {name: part for name, part in given.items() if name != "value"}
    return Value(tuple(plain) if isinstance(plain, list) else plain, **more)
