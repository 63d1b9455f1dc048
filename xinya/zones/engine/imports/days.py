"""Days in cells: real dates, serial numbers of both epochs, texts; the precision stays, nothing is invented."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from xinya.zones.engine.imports.cleaning import narrow

OLDEST_SERIAL = date(1949, 10, 1)
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_HAN = {han: place for place, han in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_YEAR = re.compile("[〇零一二三四五六七八九]{4}(?=年)")
_HAN_NUMBER = re.compile("[〇零一二三四五六七八九十廿卅]{1,3}(?=[月日号])")
_CLOCK = re.compile(r"[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_YMD = re.compile(r"(\d{4})[-/.年\\](\d{1,2})[-/.月\\](\d{1,2})[日号]?")
_YM = re.compile(r"(\d{4})[-/.年\\](\d{1,2})月?(?:份)?")
_Y = re.compile(r"(\d{4})年?(?:度)?")
_SOLID = re.compile(r"((?:18|19|20)\d{2})(\d{2})(\d{2})?")
_SHORT_YEAR = re.compile(r"['’]?(\d{2})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


@dataclass(frozen=True, slots=True)
class Day:
    """What a text says of a day. kind: day, month, year, impossible, ambiguous, or none. iso: as far as it is stated.

    is_plain: whole, and written as tables of text write days. options: readings of an ambiguous one.
    """

    kind: str
    iso: str = ""
    is_plain: bool = False
    options: tuple[str, ...] = ()


NO_DAY = Day("none")


def serial_day(number: float, *, is_1904: bool, today: date) -> date | None:
    """The day of a serial number, between 1949-10-01 and a year from today; else it is no day."""
    if not 0 < number < 100_000:
        return None
    day = _EPOCHS[is_1904] + timedelta(days=int(number))
    return day if OLDEST_SERIAL <= day <= today + timedelta(days=366) else None


def read_day(text: str) -> Day:
    """Year, month and day of a text in half width or not; two-digit years and days before months are ambiguous."""
    plain = re.sub(r"\s+", "", _CLOCK.sub("", narrow(text).strip()))
    plain = _HAN_YEAR.sub(lambda found: "".join(str(_HAN[han]) for han in found[0]), plain)
    plain = _HAN_NUMBER.sub(lambda found: str(_han_number(found[0])), plain)
    if found := _YMD.fullmatch(plain) or (_SOLID.fullmatch(plain) if len(plain) == 8 else None):
        return _whole(int(found[1]), int(found[2]), int(found[3]), is_plain="年" not in plain)
    if found := _YM.fullmatch(plain) or (_SOLID.fullmatch(plain) if len(plain) == 6 else None):
        month = int(found[2])
        return Day("month", f"{found[1]}-{month:02d}") if 1 <= month <= 12 else Day("impossible")
    if found := _Y.fullmatch(plain):
        return Day("year", found[1]) if 1800 <= int(found[1]) <= 2200 else NO_DAY
    if found := _DAY_FIRST.fullmatch(plain):
        year, one, other = int(found[3]), int(found[1]), int(found[2])
        options = [day.iso for day in (_whole(year, one, other), _whole(year, other, one)) if day.kind == "day"]
        return Day("ambiguous", options=tuple(dict.fromkeys(options))) if options else Day("impossible")
    if found := _SHORT_YEAR.fullmatch(plain):
        year, month = 2000 + int(found[1]), int(found[2])
        if found[3] is None:
            return Day("ambiguous", options=(f"{year}-{month:02d}",)) if 1 <= month <= 12 and "年" in plain else NO_DAY
        shapes = [
            (year, month, int(found[3])),
            (2000 + int(found[3]), month, int(found[1])),
            (2000 + int(found[3]), int(found[1]), month),
        ]
        options = [day.iso for shape in shapes if int(found[3]) < 100 for day in (_whole(*shape),) if day.kind == "day"]
        return Day("ambiguous", options=tuple(dict.fromkeys(options))) if options else Day("impossible")
    return NO_DAY


def _whole(year: int, month: int, day: int, *, is_plain: bool = False) -> Day:
    try:
        return Day("day", date(year, month, day).isoformat(), is_plain)
    except ValueError:
        return Day("impossible")


def _han_number(han: str) -> int:
    """Numbers up to 39: 五, 十, 十二, 二十, 二十四, 廿四, 三〇."""
    han = han.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = han.rpartition("十")
    if not ten:
        return int("".join(str(_HAN[one]) for one in han))
    return (_HAN.get(tens, 1) if tens else 1) * 10 + (_HAN[ones] if ones in _HAN and ones else 0)
