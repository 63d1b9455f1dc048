"""Thresholds of above scale as CSV or xlsx, out and in: code, amount in yuan, years, source. No Django, no database."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.zones.engine.industry_codes import only_code
from xinya.zones.engine.thresholds import FIRST_YEAR, LAST_YEAR, WAN, YUAN, Threshold
from xinya.zones.files.lines import ListRefused
from xinya.zones.files.small_tables import Line, day_in, read_lines, write_lines

T = TypeVar("T")
MOST_ROWS = 2000
LARGEST_FEN = 10**15
LABELS = (
    _("Industry code"), _("Least revenue (yuan)"), _("The amount itself counts"), _("First year"), _("Last year"),
    _("Kind of source"), _("Source"), _("Issued on"),
)  # fmt: skip
HEADS = {
    "prefix": ("行业代码", "industry code", "code", "prefix"),
    "yuan": ("起点（元）", "年营业收入起点（元）", "least revenue (yuan)", "amount_yuan"),
    "wan": ("起点（万元）", "年营业收入起点（万元）", "least revenue (10,000 yuan)", "amount_wan"),
    "inclusive": ("含本数", "the amount itself counts", "inclusive"),
    "since": ("起始年份", "首年", "first year", "valid_from_year"),
    "until": ("截止年份", "末年", "last year", "valid_to_year"),
    "source_kind": ("来源类型", "kind of source", "source_kind"),
    "source": ("来源", "依据", "source"),
    "issued_on": ("发布日期", "issued on", "issued_on"),
}  # fmt: skip
BY_QUALIFICATION = ("按资质", "按资质纳统", "by qualification", "qualification")
YES = frozenset({"", "是", "含", "yes", "true", "1"})
NO = frozenset({"否", "不含", "no", "false", "0"})
_NUMBER = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,6})?")

NOT_A_CODE = _("“%(text)s” is no code of an industry: two to four digits of GB/T 4754, with or without the letter of the section.")
NOT_AN_AMOUNT = _("“%(text)s” is no amount. Write a figure above 0 without a unit, exact to the fen, or 按资质 (by qualification).")
NOT_A_YEAR = _("“%(text)s” is no year from %(first)s to %(last)s.")
YEARS_TURNED = _("The last year, %(last)s, lies before the first, %(first)s.")
NOT_YES_NO = _("“%(text)s” is neither yes nor no.")
TWICE = _("The code %(code)s stands in row %(first)s for the same years.")


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """One row of a file. Source: "" and None where the file says nothing of it."""

    row: int
    threshold: Threshold
    source_kind: str = ""
    source: str = ""
    issued_on: date | None = None


def read_thresholds(content: bytes, filename: str) -> list[ThresholdLine]:
    """All rows, each a zone's own. Raises ListRefused with every finding by row and column, plain Refused for the whole file."""
    found: list[ThresholdLine] = []
    wrong: list[Refused] = []
    for line in read_lines(content, filename, HEADS, ("prefix", "since"), most=MOST_ROWS):
        try:
            one = _line(line)
            earlier = next((other for other in found if other.threshold.meets(one.threshold)), None)
            if earlier is not None:
                raise Refused("threshold-twice", TWICE, code=one.threshold.prefix, first=earlier.row)
        except Refused as refused:
            refused.row = line.row
            wrong.append(refused)
            continue
        found.append(one)
    if wrong:
        raise ListRefused(wrong)
    return found


def write_thresholds(lines: Iterable[ThresholdLine], language: str = "zh") -> bytes:
    """CSV that `read_thresholds` reads again."""
    rows = (
        (
            one.threshold.prefix, yuan_text(one.threshold.amount_fen, language), _yes_no(one.threshold.is_inclusive, language),
            str(one.threshold.valid_from_year), str(one.threshold.valid_to_year or ""), one.source_kind, one.source,
            one.issued_on.isoformat() if one.issued_on else "",
        )
        for one in lines
    )  # fmt: skip
    return write_lines(LABELS, rows, language)


def yuan_text(fen: int | None, language: str = "zh") -> str:
    """An amount in yuan, exact; the word for membership by qualification where there is none."""
    if fen is None:
        return BY_QUALIFICATION[0 if language == "zh" else 2]
    whole, rest = divmod(fen, YUAN)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def amount_in(text: str, unit: int) -> int | None:
    """An amount in fen, of a text in a unit of so many fen; None by qualification. Raises Refused amount-wrong."""
    plain = text.replace(",", "").replace("，", "").strip()
    if plain.casefold() in BY_QUALIFICATION:
        return None
    fen = Decimal(plain) * unit if _NUMBER.fullmatch(plain) else Decimal(0)
    if not 0 < fen <= LARGEST_FEN or fen != fen.to_integral_value():
        raise Refused("amount-wrong", NOT_AN_AMOUNT, status=422, text=text[:40])
    return int(fen)


def code_in(text: str) -> str:
    """The digits of an industry code. Raises Refused code-wrong."""
    code = only_code(text)
    if code is None:
        raise Refused("code-wrong", NOT_A_CODE, status=422, text=text[:20])
    return code


def year_in(text: str) -> int | None:
    """A year; None for an empty text. Raises Refused year-wrong."""
    if not text:
        return None
    plain = text.removesuffix("年").removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and len(plain) == 4 and FIRST_YEAR <= int(plain) <= LAST_YEAR):
        raise Refused("year-wrong", NOT_A_YEAR, status=422, text=text[:20], first=FIRST_YEAR, last=LAST_YEAR)
    return int(plain)


def demand_years(since: int, until: int | None) -> None:
    """Refuse years that run backwards, or lie outside what is kept. Raises Refused year-wrong."""
    for year in (since, since if until is None else until):
        year_in(str(year))
    if until is not None and until < since:
        raise Refused("year-wrong", YEARS_TURNED, status=422, first=since, last=until)


def _line(line: Line) -> ThresholdLine:
    """The row. Raises Refused with the column of the first cell that is wrong."""
    cells = line.cells
    unit, size = ("wan", WAN) if cells["wan"] else ("yuan", YUAN)
    prefix = _told("prefix", lambda: code_in(cells["prefix"]))
    amount = _told(unit, lambda: amount_in(cells[unit], size))
    inclusive = _told("inclusive", lambda: _inclusive(cells["inclusive"]))
    since, until = _told("since", lambda: _first_year(cells["since"])), _told("until", lambda: year_in(cells["until"]))
    issued_on = _told("issued_on", lambda: day_in(cells["issued_on"]))
    _told("until", lambda: demand_years(since, until))
    threshold = Threshold(prefix, amount, since, until, inclusive, is_own=True)
    return ThresholdLine(line.row, threshold, cells["source_kind"].strip(), cells["source"][:200], issued_on)


def _told(column: str, read: Callable[[], T]) -> T:
    """What was read, or the refusal with its column."""
    try:
        return read()
    except Refused as refused:
        refused.column = HEADS[column][0]
        raise


def _first_year(text: str) -> int:
    year = year_in(text)
    if year is None:
        raise Refused("year-wrong", NOT_A_YEAR, status=422, text="", first=FIRST_YEAR, last=LAST_YEAR)
    return year


def _inclusive(text: str) -> bool:
    if text.casefold() not in YES | NO:
        raise Refused("not-yes-no", NOT_YES_NO, status=422, text=text[:20])
    return text.casefold() in YES


def _yes_no(is_so: bool, language: str) -> str:
    return ("是" if is_so else "否") if language == "zh" else ("yes" if is_so else "no")
