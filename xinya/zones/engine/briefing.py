"""What a briefing or a press page states: quantities, dates, organisations, with their places. Pure.

A draft for a person, never a fact by itself. The reader shows the words and asks where it had to choose: 提高了两倍 is +200 % by
the letter and may mean "to twice".
"""

import datetime
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xinya.zones.engine.briefing_dates import StatedPeriod, find_dates, find_issue_date, sentences
from xinya.zones.engine.briefing_names import NamedBody, find_bodies
from xinya.zones.engine.quantities import Quantity, find_quantities

LONGEST = 200_000
AROUND = 10
_PER = re.compile(r"(?P<per>[年月日])(?:产能?|处理|加工|供应)(?:能力)?(?:达到?|约|近|超过?)?\s*$")
_UNITS_OF_PER = {"年": "a", "月": "mo", "日": "d"}


@dataclass(frozen=True, slots=True)
class StatedQuantity:
    """A quantity with what belongs to it. per: a, mo or d of a capacity (年产). period: what its sentence names."""

    quantity: Quantity
    per: str | None
    period: StatedPeriod | None


@dataclass(frozen=True)
class Briefing:
    """Everything read, in the order of the text. issued_on: the day from which spoken dates are counted."""

    text: str
    issued_on: datetime.date
    quantities: tuple[StatedQuantity, ...]
    dates: tuple[StatedPeriod, ...]
    bodies: tuple[NamedBody, ...]

    @property
    def questions(self) -> tuple[StatedQuantity, ...]:
        """What a person must be asked: quantities with two readings."""
        return tuple(q for q in self.quantities if q.quantity.is_ambiguous)


def read_briefing(text: str, *, issued_on: datetime.date | None = None, today: datetime.date) -> Briefing:
    """Read a text. issued_on: its day of issue; without it the day that the page itself tells, else `today`.

    Raises ValueError for a text of more than 200,000 characters. Any other text gives an answer.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a briefing has at most {LONGEST} characters")
    issued = issued_on or find_issue_date(text) or today
    dates = tuple(find_dates(text, issued))
    spans = list(sentences(text))
    quantities = tuple(
        StatedQuantity(q, _per(text, q.start), _period(q.start, dates, spans))
        for q in find_quantities(text)
        if not _meets(q.start, q.end, dates)
    )
    return Briefing(text, issued, quantities, dates, tuple(find_bodies(text)))


def _per(text: str, at: int) -> str | None:
    match = _PER.search(text[max(0, at - 10) : at])
    return _UNITS_OF_PER[match["per"]] if match else None


def _period(at: int, dates: tuple[StatedPeriod, ...], spans: list[tuple[int, int]]) -> StatedPeriod | None:
    """The last date before the quantity in its sentence."""
    begin = spans[max(0, bisect_right(spans, at, key=lambda s: s[0]) - 1)][0] if spans else at
    first, last = (bisect_left(dates, place, key=lambda d: d.start) for place in (begin, at))
    return next((d for d in reversed(dates[first:last]) if d.precision != "vague"), None)


def _meets(start: int, end: int, dates: tuple[StatedPeriod, ...]) -> bool:
    """Whether a place lies on a date; dates stand in their order and never on each other."""
    n = bisect_right(dates, start, key=lambda d: d.start)
    return any(d.start < end and start < d.end for d in dates[max(0, n - 1) : n + 1])


def briefing_object(found: Briefing) -> dict[str, Any]:
    """The draft for other programs: facts with kind, place, words and value; offsets count code points."""
    facts = [
        *(_fact(found, "quantity", q.quantity.start, q.quantity.end, quantity_value(q)) for q in found.quantities),
        *(_fact(found, "date", d.start, d.end, date_value(d)) for d in found.dates),
        *(_fact(found, "organisation", b.start, b.end, body_value(b)) for b in found.bodies),
    ]
    return {
        "issued_on": found.issued_on.isoformat(), "draft": True, "facts": sorted(facts, key=lambda f: (f["start"], f["end"])),
        "questions": [found.text[q.quantity.start : q.quantity.end] for q in found.questions],
    }  # fmt: skip


def _fact(found: Briefing, kind: str, start: int, end: int, value: dict[str, Any]) -> dict[str, Any]:
    around = found.text[max(0, start - AROUND) : end + AROUND].replace("\n", "⏎")
    return {"kind": kind, "start": start, "end": end, "text": found.text[start:end], "value": value, "context": around}


def quantity_value(stated: StatedQuantity) -> dict[str, Any]:
    """Numbers as exact decimals or fractions. A vague word (绝大多数) has no number of its own, so no bounds are given for it."""
    q = stated.quantity
    is_vague = q.bound == "vague"
    value: dict[str, Any] = {
        "value": number_text(q.value), "unit": q.unit, "bound": q.bound, "lower": None if is_vague else number_text(q.lower),
        "upper": None if is_vague else number_text(q.upper),
    }  # fmt: skip
    if q.is_ambiguous:
        value |= {"ambiguous": True, "alternative": number_text(q.alternative)}
    if q.is_rank:
        value["rank"] = True
    if stated.per:
        value["per"] = stated.per
    if stated.period is not None and stated.period.last is not None:
        value["as_of" if stated.period.is_as_of else "period"] = _period_text(stated.period)
    return value


def number_text(number: Fraction | None) -> str | None:
    """A rational as a decimal where it is one, else as p/q."""
    if number is None:
        return None
    for places in range(13):
        scaled = number * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            whole = f"{digits[:-places]}.{digits[-places:]}" if places else digits
            return f"-{whole}" if number < 0 else whole
    return str(number)


def date_value(stated: StatedPeriod) -> dict[str, Any]:
    """From and to, both included; null is open."""
    value: dict[str, Any] = {
        "from": stated.first.isoformat() if stated.first else None, "to": stated.last.isoformat() if stated.last else None,
        "precision": stated.precision,
    }  # fmt: skip
    if stated.is_as_of:
        value["as_of"] = True
    if stated.is_issue:
        value["role"] = "issue"
    return value


def body_value(body: NamedBody) -> dict[str, Any]:
    """The usual name, or that it has none."""
    value: dict[str, Any] = {"name": body.name, "type": body.kind}
    if body.name is None:
        value["named"] = False
    if body.alias_of:
        value["alias_of"] = body.name
    return value


def _period_text(period: StatedPeriod) -> str:
    last = period.last.isoformat() if period.last else ""
    return last[:4] if period.precision == "year" else last[:7] if period.precision in ("month", "quarter", "season") else last
