"""Editions of administrative divisions (行政区划): which codes exist on a day, and which names are places.

A code is told by the editions that were in force by then: what an older edition held stays readable. An edition that lists the
parts of a division is taken to list all of them; where nothing is listed below a division, every code below it may be one. A
zone's own areas only add codes and names. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

WHOLE, PART = "whole", "part"
STANDARD = "GB/T 2260-2007"
STANDARD_ISSUED, STANDARD_FROM = date(2007, 11, 14), date(2008, 2, 1)
_PROVINCES = (
    "11北京市 12天津市 13河北省 14山西省 15内蒙古自治区 21辽宁省 22吉林省 23黑龙江省 31上海市 32江苏省 33浙江省 34安徽省 35福建省 "
    "36江西省 37山东省 41河南省 42湖北省 43湖南省 44广东省 45广西壮族自治区 46海南省 50重庆市 51四川省 52贵州省 53云南省 "
    "54西藏自治区 61陕西省 62甘肃省 63青海省 64宁夏回族自治区 65新疆维吾尔自治区 71台湾省 81香港特别行政区 82澳门特别行政区"
)
NATIONAL = "100000"
"""Stands in credit codes that an office of the state itself has given (GB 32100-2015)."""


@dataclass(frozen=True, slots=True)
class Division:
    """One division or area. code: 6 digits as in GB/T 2260, up to 12 below it, or a zone's own sign. Days: the first, the last.

    share: of a zone's own areas, whether all of the division lies in it; within: which part, in words.
    """

    code: str
    name: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    share: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """Divisions as one act published them. is_areas: a zone's own areas, which are no list of a country."""

    name: str
    valid_from: date
    divisions: tuple[Division, ...]
    valid_to: date | None = None
    is_areas: bool = False


SHIPPED_EDITION = Edition(
    STANDARD, STANDARD_FROM, (*(Division(f"{one[:2]}0000", one[2:]) for one in _PROVINCES.split()), Division(NATIONAL, "国家"))
)
"""The provinces alone: they have not changed since, unlike everything below them."""


class Divisions:
    """What is known of divisions on a day; `code in divisions` for the six digits of a credit code."""

    def __init__(self, editions: Sequence[Edition] = (SHIPPED_EDITION,), day: date | None = None) -> None:
        self.day = day
        self.editions = tuple(one for one in editions if day is None or one.valid_from <= day)

    def _listed(self, *, areas: bool) -> Iterable[Division]:
        for edition in self.editions:
            if edition.is_areas == areas:
                for one in edition.divisions:
                    if self.day is None or one.valid_from is None or one.valid_from <= self.day:
                        yield one

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self._listed(areas=False) if len(one.code) == 6)

    @cached_property
    def _areas(self) -> frozenset[str]:
        return frozenset(one.code[:6] for one in self._listed(areas=True) if one.code[:6].isdigit())

    @cached_property
    def _refined(self) -> frozenset[str]:
        """Two or four leading digits of divisions whose parts are listed."""
        below = {code[:4] for code in self._codes if not code.endswith("00")}
        return frozenset(below | {code[:2] for code in self._codes if not code.endswith("0000")})

    def __contains__(self, code: object) -> bool:
        text = str(code)
        if text in self._codes or text in self._areas or not self._codes:
            return True
        for length in (4, 2):
            if text[:length] in self._refined:
                return False
            if text[:length].ljust(6, "0") in self._codes:
                return True
        return False

    @cached_property
    def names(self) -> frozenset[str]:
        """Names in what was brought beside the shipped provinces: places that names of companies may hold, past ones too."""
        brought = Divisions([one for one in self.editions if one is not SHIPPED_EDITION], self.day)
        return frozenset(one.name for areas in (False, True) for one in brought._listed(areas=areas))


def is_code(text: str) -> bool:
    """Six to twelve digits (GB/T 2260 and below), or a zone's own sign of 2 to 12 of A-Z, 0-9 and -."""
    if not 2 <= len(text) <= 12 or not text.isascii():
        return False
    return len(text) in (6, 9, 12) if text.isdigit() else all(c.isdigit() or c == "-" or "A" <= c <= "Z" for c in text)


def overlap(one: Division, other: Division) -> bool:
    """Whether two rows of one code hold on a common day."""
    starts = [row.valid_from or date.min for row in (one, other)]
    ends = [row.valid_to or date.max for row in (one, other)]
    return one.code == other.code and max(starts) <= min(ends)
